"""A population as a user writes it: a CSV file of counts by year, primary, sex, age and stage."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field

from sim.evidence.checked import one_of
from sim.evidence.mistakes import InputError
from sim.evidence.rows import Row, read_rows
from sim.evidence.vocabulary import PRIMARIES, SEXES, STAGES, UNSTAGED_PRIMARIES, Stage

MOST_PEOPLE = 10**8
Age = Annotated[float, Field(ge=0.0, le=120.0)]


class PopulationRow(Row):
    """New cancers of a year in people of one kind; the file may have other columns too."""

    model_config = ConfigDict(extra="ignore")

    year: Annotated[int, Field(ge=1900, le=2100)]
    primary: Annotated[str, one_of(PRIMARIES)]
    sex: Annotated[str, one_of(SEXES)]
    age_low: Age
    age_high: Age
    stage: Annotated[str, one_of(STAGES)]
    count: Annotated[float, Field(ge=0.0, le=MOST_PEOPLE)]

    def faults(self) -> Iterator[str]:
        """A stage that the primary does not have; ages out of order."""
        unstaged = self.primary in UNSTAGED_PRIMARIES
        if unstaged != (self.stage == STAGES[Stage.NOT_STAGED]):
            allowed = STAGES[Stage.NOT_STAGED :] if unstaged else STAGES[: Stage.NOT_STAGED]
            yield f"stage is {self.stage!r} for {self.primary}; allowed: {', '.join(allowed)}"
        if self.age_low >= self.age_high:
            yield (
                f"age_high is {self.age_high:g}; allowed: more than age_low, which is "
                f"{self.age_low:g}"
            )

    @property
    def codes(self) -> tuple[int, int, int, int]:
        """Year, and primary, sex and stage by their codes: who may not be counted twice."""
        return (
            self.year,
            PRIMARIES.index(self.primary),
            SEXES.index(self.sex),
            STAGES.index(self.stage),
        )


def read_population(path: Path) -> tuple[PopulationRow, ...]:
    """Read and check a population file.

    Raises
    ------
    InputError
        With the line and the column of everything that is wrong.
    """
    rows = read_rows(path, PopulationRow)
    if not rows:
        raise InputError(f"{path.name}: there are no rows below the header")
    _check_years(path, list(rows.values()))
    _check_overlap(rows)
    return tuple(
        sorted(
            rows.values(),
            key=lambda row: (*row.codes[:3], row.age_low, row.age_high, row.codes[3], row.count),
        )
    )


def _check_years(path: Path, rows: list[PopulationRow]) -> None:
    years = sorted({row.year for row in rows})
    for earlier, later in itertools.pairwise(years):
        if later != earlier + 1:
            raise InputError(
                f"{path.name}: year jumps from {earlier} to {later}; allowed: years without a gap"
            )
    for year in years:
        if not any(row.count for row in rows if row.year == year):
            raise InputError(
                f"{path.name}: count is 0 in every row of {year}; allowed: more than 0"
            )


def _check_overlap(rows: dict[str, PopulationRow]) -> None:
    ordered = sorted(rows.items(), key=lambda placed: (placed[1].codes, placed[1].age_low))
    for (place_before, before), (place, after) in itertools.pairwise(ordered):
        if before.codes == after.codes and after.age_low < before.age_high:
            line_before = place_before.rpartition(", ")[2]
            raise InputError(
                f"{place}: age_low is {after.age_low:g}, inside the ages {before.age_low:g} to "
                f"{before.age_high:g} of {line_before}, of the same people; allowed: ages counted "
                "once"
            )
