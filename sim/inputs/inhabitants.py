"""How many people live where the new cancers come from: what rates are per."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import ConfigDict, Field

from sim.evidence.checked import Checked, one_of
from sim.evidence.mistakes import InputError
from sim.evidence.rows import Row, read_rows
from sim.evidence.vocabulary import SEXES
from sim.inputs.population_row import Age

MOST_INHABITANTS = 10**10


class InhabitantsRow(Row):
    """People of a year, a sex and some ages; the file may have other columns too."""

    model_config = ConfigDict(extra="ignore")
    unique = ("year", "sex", "age_low")

    year: Annotated[int, Field(ge=1900, le=2100)]
    sex: Annotated[str, one_of(SEXES)]
    age_low: Age
    age_high: Age
    count: Annotated[float, Field(ge=0.0, le=MOST_INHABITANTS)]

    def faults(self) -> Iterator[str]:
        """Ages out of order."""
        if self.age_low > self.age_high:
            yield f"age_high is {self.age_high:g}; allowed: at least age_low, {self.age_low:g}"


class Inhabitants(Checked):
    """How many people live where the new cancers come from, by year, sex and age.

    Make it with `Inhabitants.from_csv(path)`.
    """

    name: str
    rows: tuple[InhabitantsRow, ...]

    @classmethod
    def from_csv(cls, path: str | Path) -> Inhabitants:
        """Read a file with the columns `year,sex,age_low,age_high,count`.

        Ages as a registry prints them, 40 to 44, or up to the next group, 40 to 45.

        Raises
        ------
        InputError
            With the line and the column of everything that is wrong.
        """
        rows = read_rows(Path(path), InhabitantsRow)
        if not rows:
            raise InputError(f"{Path(path).name}: there are no rows below the header")
        return cls(name=Path(path).name, rows=tuple(rows.values()))

    def missing(self, years: tuple[int, int], groups: Sequence[str]) -> Iterator[str]:
        """Years of a run that have no row, and rows that lie in two of its age groups."""
        known = self.years
        for year in range(years[0], years[1] + 1):
            if year not in known:
                listed = ", ".join(map(str, sorted(known)))
                yield f"inhabitants: {self.name} has no rows of {year}; it has those of {listed}"
        starts = starts_of(groups)
        for row in self.rows:
            place = bisect.bisect_right(starts, row.age_low) - 1
            if place + 1 < len(starts) and row.age_high > starts[place + 1]:
                yield (
                    f"inhabitants: {self.name}: age_high is {row.age_high:g} in the row from "
                    f"{row.age_low:g}; allowed: ages within a group of the run, at most "
                    f"{starts[place + 1] - 1:g} there"
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
    ordered = sorted(rows, key=lambda row: row.age_low)
    starts = [row.age_low for row in ordered[1:]]
    for row, start in itertools.zip_longest(ordered, starts):
        # As printed, 40 to 44, or up to the next group, 40 to 45; the last has no next one.
        end = start if start is not None and row.age_high >= start - 1.0 else row.age_high + 1.0
        ages += [row.age_low, end]
        people += [people[-1], people[-1] + row.count]
    return ages, people


def starts_of(groups: Sequence[str]) -> list[int]:
    """The youngest age of each group of ages.

    Examples
    --------
    >>> starts_of(["0-14", "15-39", "40+"])
    [0, 15, 40]
    """
    return [int(group.rstrip("+").partition("-")[0]) for group in groups]
