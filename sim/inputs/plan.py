"""The people of a run, in numbers: how many of each kind, their ages and stages, who is who.

Counts are exact: the people of a year are shared out over primaries and sexes by largest
remainder. Age and stage come from each person's own luck. A person's number packs the year of
diagnosis, the primary, the sex and an index, so that adding people renumbers nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.inputs.united_states import Strata
from sim.life.world import ENTRY_CELL

GROUP = np.dtype(
    [(name, "i8") for name in ("year", "primary", "sex", "count", "first_cell", "n_cells")],
    align=True,
)
"""People of one year of diagnosis, primary and sex, and where their age and stage stand."""


@dataclass(frozen=True)
class Plan:
    """The people of a run: groups, and the cells of age and stage that the groups point into."""

    groups: NDArray[np.void]
    cells: NDArray[np.void]

    @property
    def people(self) -> int:
        """How many lives the plan holds."""
        return int(self.groups["count"].sum())

    def continued(self, years: int) -> Plan:
        """The same people, and in so many later years as many as in the last one."""
        last_year = self.groups["year"].max()
        last = self.groups[self.groups["year"] == last_year]
        later = [last.copy() for _ in range(years)]
        for after, groups in enumerate(later, start=1):
            groups["year"] = last_year + after
        return Plan(np.concatenate((self.groups, *later)), self.cells)

    def thinned(self, people: int) -> Plan:
        """The same mix with `people` lives in all; the plan itself if it holds fewer."""
        if people >= self.people:
            return self
        groups = self.groups.copy()
        expected = self.groups["count"] * (people / self.people)
        groups["count"] = largest_remainder(expected, people)
        return Plan(groups, self.cells)


def person_number(year: int, primary: int, sex: int, index: int) -> int:
    """Pack year of diagnosis, primary, sex and index into the number of a person.

    Examples
    --------
    >>> unpack_number(person_number(2010, 2, 1, 77))
    (2010, 2, 1, 77)
    """
    return year << 48 | primary << 40 | sex << 32 | index


def unpack_number(number: int) -> tuple[int, int, int, int]:
    """Year of diagnosis, primary, sex and index of a person's number."""
    return number >> 48, number >> 40 & 0xFF, number >> 32 & 0xFF, number & 0xFFFFFFFF


def sum_of(numbers: Iterable[float]) -> float:
    """Their sum, added from the first to the last: what `sum` gives depends on the Python."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def largest_remainder(expected: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers that sum to `total`, each within 1 of what is expected.

    Examples
    --------
    >>> largest_remainder(np.array([1.4, 1.4, 0.2]), 3).tolist()
    [2, 1, 0]
    """
    whole = np.floor(expected).astype(np.int64)
    order = np.argsort(-(expected - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def entry_cells(strata: Strata) -> NDArray[np.void]:
    """Ages and stages of a year, primary and sex, with the cumulative share of its people."""
    used = strata.people > 0.0
    cells = np.zeros(max(1, int(used.sum())), ENTRY_CELL)
    if used.any():
        cells["cumulative"] = np.cumsum(strata.people[used]) / strata.people.sum()
        cells["age_low"] = strata.age_low[used]
        cells["age_high"] = strata.age_high[used]
        cells["stage"] = strata.stage[used]
    return cells
