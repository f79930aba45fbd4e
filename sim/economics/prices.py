"""Every price in one table, as published and in use, and the kinds of price behind strategies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from sim.evidence.price_index import LAST_PRICE_YEAR, price_factor
from sim.evidence.prices import CoursePart, ListedPrice, course_parts, known_prices
from sim.evidence.reader import Evidence, Values
from sim.inputs.treatment import Treatment

OWN_PRICE = "given by the user"
"""Kind of a price that a user's treatment has."""
PRICE_COLUMNS = (
    *("parameter", "stratum", "label", "kind", "per", "published", "basis", "index_factor"),
    *("ratio", "in_use", "currency", "stands_for", "grade", "source"),
)
"""Of the table of prices."""


def price_table(
    known: Evidence, own: Sequence[Treatment] = (), price_year: int = LAST_PRICE_YEAR
) -> pd.DataFrame:
    """Every price at the point estimate, a row each: as published, its kind, and in use.

    Returns
    -------
    pandas.DataFrame
        `parameter, stratum, label, kind, per, published, basis, index_factor, ratio, in_use,
        currency, stands_for, grade, source`: the price in use is the published one times the
        factor of the index, and times the ratio that takes a charge to a cost.
    """
    rows = []
    for price in known_prices().values():
        row = known.parameters[price.key]
        ratio = known.point[price.ratio, price.stratum] if price.ratio else 1.0
        rows.append(
            {
                **price.model_dump(include={"parameter", "stratum", "label", "kind", "per"}),
                "published": row.value,
                "basis": row.unit,
                "index_factor": price_factor(row.unit, price_year),
                "ratio": ratio,
                "in_use": price.in_use(known.point, price_year),
                "currency": f"USD {price_year}",
                "stands_for": price.stands_for,
                "grade": row.grade,
                "source": row.source,
            }
        )
    for mine in own:
        cost = mine.numbers().get("cost")
        if cost is None or mine.price_basis is None:
            continue
        factor = price_factor(mine.price_basis, price_year)
        rows.append(
            {
                "parameter": "cost",
                "stratum": mine.name,
                "label": mine.label or mine.name,
                "kind": OWN_PRICE,
                "per": "course",
                "published": cost,
                "basis": mine.price_basis,
                "index_factor": factor,
                "ratio": 1.0,
                "in_use": cost * factor,
                "currency": f"USD {price_year}",
                "stands_for": "",
                "grade": "",
                "source": "",
            }
        )
    return pd.DataFrame(rows, columns=PRICE_COLUMNS)


def prices_by_kind(
    name: str, own: Mapping[str, Treatment], values: Values, price_year: int = LAST_PRICE_YEAR
) -> dict[str, float]:
    """What a course of a treatment costs by kind of price; nothing of one without courses.

    A fee, a payment and what is left of a charge are unlike: what a strategy costs beside another
    says little where these differ.

    Parameters
    ----------
    name : str
        Of a treatment.
    own : mapping
        The user's treatments by name.
    values : mapping
        A sample of the parameters.
    price_year : int

    Examples
    --------
    >>> from sim.evidence.reader import evidence
    >>> sorted(prices_by_kind("surgery_rt", {}, evidence().point))
    ['charge', 'episode payment']
    """
    while name in own:
        cost, basis = own[name].numbers().get("cost"), own[name].price_basis
        if cost is not None and basis is not None:
            return {OWN_PRICE: cost * price_factor(basis, price_year)}
        name = own[name].based_on
    found: dict[str, float] = {}
    for part in course_parts().get(name, ()):
        kind = part.price.kind
        found[kind] = found.get(kind, 0.0) + part.price.in_use(values, price_year)
    return found


def part_words(part: CoursePart) -> str:
    """One of the prices of a course in words: what it is, its kind, and what it stands for."""
    words = price_words(part.price)
    return f"{words}, standing for {part.stands_for}" if part.stands_for else words


def price_words(price: ListedPrice) -> str:
    """A price in words: what it is of, its kind, as published and in use."""
    return (
        f"{price.label}: {price.kind}, {price.basis}, {price.parameter} [{price.stratum}]"
        f"{' x ' + price.ratio if price.ratio else ''}"
        f"{', taken for ' + price.stands_for if price.stands_for else ''}"
    )
