"""A row of a population: new cancers of a year in people of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from sim.evidence.checked import one_of
from sim.evidence.rows import Row
from sim.evidence.vocabulary import PRIMARIES, SEXES, STAGES, UNSTAGED_PRIMARIES, Stage

MOST_PEOPLE = 10**8
MOST_AGE = 120.0
Age = Annotated[float, Field(ge=0.0, le=MOST_AGE)]


class PopulationRow(Row):
    """New cancers of a year in people of one kind.

    Without `age_high` the group is open: up to the oldest age of the program. `not_staged` of a
    primary that registries stage is a stage that no row of the primary gives.
    """

    year: Annotated[int, Field(ge=1900, le=2100)]
    primary: Annotated[str, one_of(PRIMARIES)]
    sex: Annotated[str, one_of(SEXES)]
    age_low: Age
    age_high: Age | None = None
    stage: Annotated[str, one_of(STAGES)]
    count: Annotated[float, Field(ge=0.0, le=MOST_PEOPLE)]

    def faults(self) -> Iterator[str]:
        """A stage that the primary does not have; ages out of order."""
        if self.primary in UNSTAGED_PRIMARIES and self.stage != STAGES[Stage.NOT_STAGED]:
            allowed = STAGES[Stage.NOT_STAGED]
            yield f"stage is {self.stage!r} for {self.primary}; allowed: {allowed}"
        if self.age_high is not None and self.age_low >= self.age_high:
            yield (
                f"age_high is {self.age_high:g}; allowed: more than age_low, which is "
                f"{self.age_low:g}"
            )

    @property
    def codes(self) -> tuple[int, int, int, int]:
        """Year, and primary, sex and stage by their codes."""
        return (
            self.year,
            PRIMARIES.index(self.primary),
            SEXES.index(self.sex),
            STAGES.index(self.stage),
        )
