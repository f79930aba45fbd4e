"""Explains prices: as published, of what kind, and what each is in money of the price year."""

from __future__ import annotations

from sim.economics.prices import price_table
from sim.evidence.price_index import LAST_PRICE_YEAR
from sim.evidence.prices import known_prices
from sim.evidence.reader import evidence
from sim.tables.layout import table_text


def price_lines() -> list[str]:
    """Every price, a line each, and what they have been brought to."""
    rows = [
        [
            f"{row['parameter']} [{row['stratum']}]",
            row["kind"],
            row["per"],
            f"{row['published']:,.6g}",
            row["basis"],
            f"{row['index_factor']:.3f}",
            f"{row['in_use']:,.4g}" if row["in_use"] < 1.0 else f"{row['in_use']:,.0f}",
            row["stands_for"],
        ]
        for row in price_table(evidence()).to_dict("records")
    ]
    head = ["price", "kind", "per", "published", "money", "index", f"USD {LAST_PRICE_YEAR}"]
    text = table_text([*head, "taken for"], rows, left=(0, 1, 2, 4, 7))
    return [
        "  prices, as published and in money of one year; kinds are unlike, and no ratio of costs "
        "is sure across them:",
        *(f"  {line}" for line in text.splitlines()),
    ]


def lines_of_price(key: tuple[str, str]) -> list[str]:
    """Kind of a price, and what it is in money of the last price year; nothing of no price."""
    if key not in known_prices():
        return []
    price = known_prices()[key]
    in_use = price.in_use(evidence().point, LAST_PRICE_YEAR)
    taken = f"; taken for {price.stands_for}" if price.stands_for else ""
    ratio = f", times {price.ratio}" if price.ratio else ""
    return [
        f"  price: {price.kind}, a {price.per}, {price.label}{taken}",
        f"  in use: {in_use:,.6g} USD {LAST_PRICE_YEAR}{ratio}, by the index of medical care",
    ]
