"""The prices that the evidence has: of what kind each is, and which of them a course is made of.

A price is a parameter as published, in its own currency and year, which are its unit. What is paid
for something is not what is charged for it, nor what it costs: every price has its kind. What lacks
a price takes that of something else, which `stands_for` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import field_validator

from sim.evidence.checked import one_of
from sim.evidence.price_index import check_price_basis, price_factor
from sim.evidence.reader import Values, evidence
from sim.evidence.rows import FOLDER, Row, read_rows
from sim.evidence.treatments import Flag, known_treatments
from sim.evidence.vocabulary import DAYS_PER_MONTH

KindOfPrice = Literal[
    "fee",
    "facility payment",
    "episode payment",
    "product price",
    "hospital expense",
    "charge",
    "assumed",
]
KINDS_OF_PRICE: tuple[KindOfPrice, ...] = get_args(KindOfPrice)
"""A schedule's fee; paid to a facility, or for all of an episode or a month; for a product alone;
what a hospital spends; what it charges; no price found."""
_DAYS = {"month": DAYS_PER_MONTH, "28 days": 28.0}
"""How long what the price is of lasts."""


class ListedPrice(Row):
    """One price: a parameter, its kind, and what it is of.

    `ratio` names the parameter that takes a charge to a cost. A price that `holds_stay` is of a
    whole stay in hospital, whose days are taken out of it and counted as a stay.
    """

    unique = ("parameter", "stratum")

    parameter: str
    stratum: str
    label: str
    kind: KindOfPrice
    per: str
    ratio: str = ""
    holds_stay: Flag = 0
    stands_for: str = ""

    def faults(self) -> Iterator[str]:
        """A price that is no parameter, or in no money that the index knows."""
        row = evidence().parameters.get(self.key)
        if row is None:
            yield f"{self.parameter} [{self.stratum}] is no row of parameters.csv"
            return
        try:
            check_price_basis(row.unit)
        except ValueError as error:
            yield f"the unit of {self.parameter} [{self.stratum}] {error}"

    @property
    def key(self) -> tuple[str, str]:
        """Name and stratum of the parameter."""
        return self.parameter, self.stratum

    @property
    def basis(self) -> str:
        """Currency and year of the price as published."""
        return evidence().parameters[self.key].unit

    def in_use(self, values: Values, price_year: int) -> float:
        """Dollars of the price year, under a joint sample of the evidence."""
        ratio = values[self.ratio, self.stratum] if self.ratio else 1.0
        return values[self.key] * ratio * price_factor(self.basis, price_year)

    def per_day(self, values: Values, price_year: int) -> float:
        """The same a day, of what is priced by the month."""
        return self.in_use(values, price_year) / _DAYS[self.per]


class CoursePart(Row):
    """One of the prices that a course of a treatment is made of, and what it stands for there."""

    unique = ("treatment", "parameter", "stratum")

    treatment: Annotated[str, one_of(tuple(known_treatments()))]
    parameter: str
    stratum: str
    stands_for: str = ""

    @field_validator("stratum")
    @classmethod
    def _has_a_price(cls, stratum: str) -> str:
        if stratum not in {of for _, of in known_prices()}:
            raise ValueError(f"{stratum!r} is not in prices.csv")
        return stratum

    @property
    def price(self) -> ListedPrice:
        """The price itself."""
        return known_prices()[self.parameter, self.stratum]


@cache
def known_prices(path: Path = FOLDER / "prices.csv") -> dict[tuple[str, str], ListedPrice]:
    """Every price by the name and stratum of its parameter."""
    return {row.key: row for row in read_rows(path, ListedPrice).values()}


@cache
def course_parts(path: Path = FOLDER / "course_prices.csv") -> dict[str, tuple[CoursePart, ...]]:
    """What a course of each treatment of the program is made of; nothing of analgesia alone."""
    found: dict[str, tuple[CoursePart, ...]] = {}
    for row in read_rows(path, CoursePart).values():
        found[row.treatment] = (*found.get(row.treatment, ()), row)
    return found
