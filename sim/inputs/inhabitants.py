"""How many people live where the new cancers come from: what rates are per."""

from __future__ import annotations

import bisect
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from sim.evidence.checked import Checked
from sim.evidence.vocabulary import SEXES, starts_of
from sim.inputs.inhabitants_file import read_inhabitants
from sim.inputs.inhabitants_row import InhabitantsRow
from sim.inputs.named_file import named_file

_OLDEST = 100.0
"""Age that ages of inhabitants must reach: from there on hardly anybody lives."""


class Inhabitants(Checked):
    """How many people live where the new cancers come from, by year, sex and age.

    Make it with `Inhabitants.from_csv(path)`.
    """

    name: str
    rows: tuple[InhabitantsRow, ...]

    @classmethod
    def from_csv(cls, path: str | Path) -> Inhabitants:
        """Read a file with the columns `year,sex,age_low,age_high,count`, as a population is read.

        It is looked for beside the file that calls this, then in the working folder. Ages may be
        as printed, 40 to 44, or up to the next group, 40 to 45, with an open end as `85+` or an
        empty `age_high`; in a column `age` too.

        Raises
        ------
        InputError
            With the line of everything that is wrong: a cell, ages that overlap or lack, a sex
            that lacks.
        """
        found = named_file(path, sys._getframe(1).f_globals)
        return cls(name=found.name, rows=read_inhabitants(found))

    def missing(self, years: tuple[int, int], groups: Sequence[str]) -> Iterator[str]:
        """What lacks for the rates of a run: years, ages, rows within one of its age groups."""
        known = self.years
        for year in range(years[0], years[1] + 1):
            if year not in known:
                listed = ", ".join(map(str, sorted(known)))
                yield f"inhabitants: {self.name} has no rows of {year}; it has those of {listed}"
        starts = starts_of(groups)
        for row in self.rows:
            place = bisect.bisect_right(starts, row.age_low) - 1
            if place + 1 < len(starts) and row.end > starts[place + 1]:
                yield (
                    f"inhabitants: {self.name}: a row is of ages {row.age_low:g} to {row.end:g}; "
                    f"allowed: ages within a group of the run, up to {starts[place + 1]:g} there"
                )
                return
        for year in known.intersection(range(years[0], years[1] + 1)):
            for sex in SEXES:
                mine = [row for row in self.rows if (row.year, row.sex) == (year, sex)]
                low = min((row.age_low for row in mine), default=_OLDEST)
                end = max((row.end for row in mine), default=0.0)
                if low > 0.0 or end < _OLDEST:
                    yield (
                        f"inhabitants: {self.name} has {year}, {sex}, from age {low:g} to "
                        f"{end:g}; allowed: all ages, from 0 to at least {_OLDEST:g} or an open end"
                    )
                    return

    def living(self, year: int) -> Callable[[str, float, float], float]:
        """How many people of a sex live there in a year, from an age up to another, not included.

        Within a row they are spread evenly over its ages.
        """
        known = {
            sex: _up_to_ages([row for row in self.rows if (row.year, row.sex) == (year, sex)])
            for sex in SEXES
        }

        def people(sex: str, low: float, high: float) -> float:
            below = np.interp([low, high], *known[sex])
            return float(below[1] - below[0])

        return people

    @property
    def years(self) -> set[int]:
        """Years that have rows."""
        return {row.year for row in self.rows}

    def a_year(self, years: tuple[int, int], groups: Sequence[str]) -> dict[tuple[str, str], float]:
        """People by sex and age group, on average over the years of a run."""
        starts = starts_of(groups)
        found = {(sex, group): 0.0 for sex in SEXES for group in groups}
        for row in self.rows:
            if years[0] <= row.year <= years[1]:
                group = groups[bisect.bisect_right(starts, row.age_low) - 1]
                found[row.sex, group] += row.count / (years[1] - years[0] + 1)
        return found


def _up_to_ages(rows: Sequence[InhabitantsRow]) -> tuple[list[float], list[float]]:
    """Ages, and people below each of them; in between they are spread evenly."""
    ages, people = [0.0], [0.0]
    for row in sorted(rows, key=lambda row: row.age_low):
        ages += [row.age_low, row.end]
        people += [people[-1], people[-1] + row.count]
    return ages, people
