"""One index of prices: from money of a currency and year to dollars of the price year.

The index is that of medical care in the consumer prices of the United States, a number a year in
`price_index.csv`. It rises faster than what payers pay (the index of personal health care rose by
28% from 2010 to 2024, this one by 45%), of which the program has no number for every year.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PlainValidator

from sim.evidence.rows import FOLDER, Row, read_rows

INDEX_SOURCE, RATE_SOURCE = "bls_cpi_medical", "boc_rates"
"""Keys of `sources.csv`."""
_BASIS = re.compile(r"([A-Z]{3}) (\d{4})(?:-(\d{4}))?")
_CURRENCIES = ("USD", "CAD")
_YEARS_AHEAD = 5
"""Years after the last of the index whose money is taken as that of the last."""


class IndexYear(Row):
    """The index of one year, and what a dollar of the United States was in another currency.

    `checked` says which of the two numbers was found in a second publication.
    """

    unique = ("year",)

    year: int
    medical_care: Annotated[float, Field(gt=0.0)]
    cad_per_usd: Annotated[float, Field(gt=0.0)]
    checked: str = ""
    note: str = ""


@cache
def price_index(path: Path = FOLDER / "price_index.csv") -> dict[int, IndexYear]:
    """The index by year, in their order."""
    rows = read_rows(path, IndexYear).values()
    return {row.year: row for row in sorted(rows, key=lambda row: row.year)}


FIRST_PRICE_YEAR, LAST_PRICE_YEAR = min(price_index()), max(price_index())
"""Years that the index has data for; the last is the price year unless another is asked for."""


def check_price_basis(basis: str) -> str:
    """Refuse what is no currency with its year or years, or cannot be brought to the price year."""
    found = _BASIS.fullmatch(basis)
    if not found:
        raise ValueError(f"is {basis!r}; allowed: currency and year, such as USD 2014")
    currency, first, last = found.groups()
    latest = LAST_PRICE_YEAR + _YEARS_AHEAD
    years_fit = FIRST_PRICE_YEAR <= int(first) <= int(last or first) <= latest
    if currency not in _CURRENCIES or not years_fit:
        raise ValueError(
            f"is {basis!r}; allowed: {' or '.join(_CURRENCIES)}, of {FIRST_PRICE_YEAR} to {latest}"
            ", of several years the earlier first"
        )
    return basis


def check_price_year(year: Any) -> int:
    """A year that the index has; a `ValueError` that says which those are."""
    whole = isinstance(year, int) and not isinstance(year, bool)
    if not whole or year not in price_index():
        raise ValueError(
            f"is {year!r}; allowed: a year of the price index, {FIRST_PRICE_YEAR} to "
            f"{LAST_PRICE_YEAR}"
        )
    return int(year)


PriceYear = Annotated[int, PlainValidator(check_price_year)]


def price_factor(basis: str, price_year: int) -> float:
    r"""What one unit of money of a currency and year is in dollars of the price year.

    :math:`I_p / (\bar I\, \bar e)` with the index of the price year over its mean in the years of
    the basis, and the mean rate of exchange of these years. Years after the last of the index are
    taken as that one.

    Examples
    --------
    >>> price_factor("USD 2024", 2024)
    1.0
    >>> round(price_factor("CAD 2012", 2024), 3)  # 563.841 / 414.924 / 0.9996
    1.359
    """
    currency, _, of = check_price_basis(basis).partition(" ")
    first, _, last = of.partition("-")
    years = [min(year, LAST_PRICE_YEAR) for year in range(int(first), int(last or first) + 1)]
    rows = [price_index()[year] for year in years]
    level = sum(row.medical_care for row in rows) / len(rows)
    rate = sum(row.cad_per_usd for row in rows) / len(rows) if currency == "CAD" else 1.0
    return price_index()[price_year].medical_care / level / rate
