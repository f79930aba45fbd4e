"""The incremental table as a run prints it: in days, and in money with and without some costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill
from typing import Any

import pandas as pd

from sim.economics.dominance import Standing
from sim.economics.exchange import Exchange
from sim.tables.alternatives import Alternatives, every_choice, in_money
from sim.tables.exchange_words import (
    currency,
    lead_at,
    measure_words,
    net_unit,
    quantity_text,
    rate_text,
    ratio_text,
)
from sim.tables.incremental import incremental_of
from sim.tables.layout import listed, table_text
from sim.tables.net_benefits import net_benefits_of
from sim.tables.outcome_words import horizon_words
from sim.tables.run_tables import RunTables

_WIDTH = 100
_HEAD = 24
"""Letters in a line of a header."""
_MOST_NAMED = 3
"""Strategies that are named beside the first one that they are not told apart from."""
UNLIKE = "*"
"""Marks a ratio that rests on unlike kinds of price."""
_WITHOUT = "cost_without_systemic"
_HOW_TO_READ = (
    "More: than the strategy before it on the frontier; of a dominated strategy, than the one that "
    "dominates it; of an extendedly dominated one, than the first of the two of which a mix does "
    "better. Ratios are of means. The expected loss of the best is the expected value of perfect "
    "information."
)


def incremental_text(tables: RunTables) -> list[str]:
    """The incremental tables of a run of several strategies, in days and in money, as lines."""
    every = every_choice(tables)
    days = [found for found in every if not in_money(found.exchange)]
    money = [found for found in every if in_money(found.exchange)]
    lines: list[str] = []
    for choices in (days, money):
        if choices:
            lines += [*_block(tables, choices), ""]
    return [*lines, fill(_HOW_TO_READ, _WIDTH)] if lines else []


def _block(tables: RunTables, choices: Sequence[Alternatives]) -> list[str]:
    """One incremental table; of a second exchange, cost and ratio stand beside the first."""
    exchanges = [found.exchange for found in choices]
    first, *others = exchanges
    made = [incremental_of(found) for found in choices]
    number = {name: str(n) for n, name in enumerate(made[0]["strategy"], 1)}
    beside = [{row["strategy"]: row for row in table.to_dict("records")} for table in made[1:]]
    burden, gain = (fill(measure_words(m), _HEAD) for m in (first.burden, first.gain))
    head = ["#", "strategy", burden, gain, f"more {burden}", f"more {gain}", _rate_head(first)]
    for other in others:
        head += [fill(measure_words(other.burden), _HEAD), _rate_head(other)]
    rows = []
    for row in made[0].to_dict("records"):
        name = row["strategy"]
        cells = [number[name], tables.scenario.called(name)]
        cells += [quantity_text(row[side], row[f"{side}_mean"]) for side in ("burden", "gain")]
        cells += [_more(row, side) for side in ("burden", "gain")]
        cells += [ratio_words(row, number)]
        for theirs in beside:
            cells += [quantity_text(theirs[name]["burden"], theirs[name]["burden_mean"])]
            cells += [ratio_words(theirs[name], number)]
        rows.append(cells)
    left = [1, 6, *(8 + 2 * n for n in range(len(others)))]
    return [
        _title(tables, first),
        "",
        table_text(head, rows, left=left),
        *(fill(note, _WIDTH) for note in _notes(tables, choices[0], made)),
        *_choice(tables, choices, number),
        *(fill(finding(tables, found), _WIDTH) for found in choices if found.known),
    ]


def ratio_words(row: Mapping[Any, Any], number: Mapping[str, str]) -> str:
    """The ratio of a row, or why there is none, with the numbers of the others.

    A ratio between differences that are not told apart from none says so; one across kinds of
    price has a mark.
    """
    by = " and ".join(number[name] for name in row["beaten_by"].split(" and ") if name)
    apart = "" if row["told_apart"] or pd.isna(row["gain_lo"]) else ", not told apart"
    if row["standing"] != str(Standing.FRONTIER):
        return f"{row['standing']} by {by}{apart}"
    if not isinstance(row["against"], str):
        return ""
    over = number[row["against"]]
    if pd.isna(row["ratio"]):
        return f"{row['quadrant']} to {over}{apart}"
    mark = UNLIKE if row["unlike_prices"] else ""
    return f"{ratio_text(row['ratio'])}{mark} over {over}{apart}"


def finding(tables: RunTables, found: Alternatives) -> str:
    """Which strategy has the highest net benefit at the rate of the tables, as far as is known."""
    exchange = found.exchange
    at = f"At {rate_text(exchange, exchange.rate)}"
    if exchange.burden == _WITHOUT:
        at += f", by {measure_words(exchange.burden)}"
    lead = lead_at(found, exchange.rate)
    if not lead.known:
        return f"{at}: which strategy is worth most is not told; {found.too_few}."
    first = tables.scenario.called(lead.order[0])
    if lead.winner is None:
        alike = [tables.scenario.called(name) for name in lead.alike]
        if len(alike) > _MOST_NAMED:
            alike = [*alike[: _MOST_NAMED - 1], f"{len(alike) - _MOST_NAMED + 1} more"]
        return f"{at}: {first} has the highest net benefit, not told apart from {listed(alike)}."
    if rests_on_unlike_prices(found, first=lead.order[0]):
        return (
            f"{at}: the highest net benefit is that of {first}, but it rests on unlike kinds of "
            "price: no finding."
        )
    return f"{at}: {first} has the highest net benefit, told apart from every other strategy."


def rests_on_unlike_prices(found: Alternatives, first: str) -> bool:
    """Say whether a strategy and any other one differ by unlike kinds of price."""
    i = found.names.index(first)
    return any(len(found.price_kinds(i, j)) > 1 for j in range(len(found.names)) if j != i)


def _title(tables: RunTables, exchange: Exchange) -> str:
    """What the table is of."""
    run = tables.run
    money = ""
    if in_money(exchange):
        money = f" in {currency(tables)}"
        if run.get("discount_rate") is not None:
            money += f", discounted by {100.0 * run['discount_rate']:g}% a year"
        if run.get("perspective") is not None:
            money += f", {run['perspective']} perspective"
    what = f"{measure_words(exchange.gain)} and {measure_words(exchange.burden)}"
    what = what[:1].upper() + what[1:]
    return (
        f"{what} a person{money}, by rising {measure_words(exchange.burden)}; {horizon_words(run)}"
    )


def _rate_head(exchange: Exchange) -> str:
    return fill(exchange.rate_words, _HEAD)


def _more(row: Mapping[Any, Any], side: str) -> str:
    """A difference with its interval; nothing of the first strategy."""
    measure, name = row[side], f"{side}_difference"
    mean = quantity_text(measure, row[name], signed=True)
    low, high = (quantity_text(measure, row[f"{name}_{end}"], signed=True) for end in ("lo", "hi"))
    return f"{mean} ({low} to {high})" if low else mean


def _notes(tables: RunTables, found: Alternatives, made: Sequence[pd.DataFrame]) -> list[str]:
    """What intervals are over, who is left out, and what marks mean."""
    said = f"No intervals: {found.too_few}." if found.too_few else f"{tables.interval_words}."
    if n := len(found.others):
        said += (
            f" {n} strateg{'y' if n == 1 else 'ies'} under other assumptions, which nobody can "
            f"choose, {'is' if n == 1 else 'are'} left out."
        )
    ratios = pd.concat(made).dropna(subset=["ratio"])
    marked = ratios[ratios["unlike_prices"].astype(bool)]
    if marked.empty:
        return [said]
    kinds = sorted({kind for one in marked["price_kinds"] for kind in one.split("; ")})
    return [said, f"{UNLIKE} The courses differ by unlike kinds of price ({listed(kinds)})."]


def _choice(
    tables: RunTables, choices: Sequence[Alternatives], number: Mapping[str, str]
) -> list[str]:
    """Net benefit, expected loss and probability of being best at the rate of the tables."""
    first = choices[0].exchange
    if not choices[0].known:
        return []
    head, columns = ["#"], []
    for found in choices:
        table = net_benefits_of(found, [found.exchange.rate])
        columns.append({row["strategy"]: row for row in table.to_dict("records")})
        ending = "\nwithout systemic\nand end of life" if found.exchange.burden == _WITHOUT else ""
        head += [f"net benefit{ending}", f"behind the best{ending}"]
        head += [f"expected loss{ending}", f"best, % of draws{ending}"]
    unit = "cost" if in_money(first) else first.gain
    rows = [
        [n, *(cell for of in columns for cell in _choice_cells(of[name], unit))]
        for name, n in number.items()
    ]
    return [
        "",
        f"At {rate_text(first, first.rate)} (a convention), in {net_unit(tables, first)} a person:",
        table_text(head, rows, left=()),
    ]


def _choice_cells(row: Mapping[Any, Any], measure: str) -> list[str]:
    """Net benefit, how far it is behind the best, expected loss and percent of draws."""
    net, behind, low, high, loss = (
        quantity_text(measure, row[name])
        for name in ("net_benefit", "behind", "behind_lo", "behind_hi", "expected_loss")
    )
    apart = "" if row["best"] else f"{behind} ({low} to {high})"
    return [net, apart, loss, f"{100.0 * row['probability_best']:.0f}"]
