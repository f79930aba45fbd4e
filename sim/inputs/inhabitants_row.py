"""A row of inhabitants: people of a year, a sex and some ages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from sim.evidence.checked import one_of
from sim.evidence.rows import Row
from sim.evidence.vocabulary import AGES, SEXES
from sim.inputs.population_row import Age

MOST_INHABITANTS = 10**10


class InhabitantsRow(Row):
    """People of a year and a sex from an age up to another; an open group is without `age_high`."""

    year: Annotated[int, Field(ge=1900, le=2100)]
    sex: Annotated[str, one_of(SEXES)]
    age_low: Age
    age_high: Age | None = None
    count: Annotated[float, Field(ge=0.0, le=MOST_INHABITANTS)]

    def faults(self) -> Iterator[str]:
        """Ages out of order."""
        if self.age_low >= self.end:
            yield f"age_high is {self.end:g}; allowed: more than age_low, {self.age_low:g}"

    @property
    def end(self) -> float:
        """The age that it runs up to, not included: that of nobody if it is open."""
        return float(AGES) if self.age_high is None else self.age_high
