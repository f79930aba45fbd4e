"""Finds one person of a scenario's population, to be lived again step by step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.engine.cohort import begun_people, lived_people
from sim.engine.model import Segments, build_model
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import PRIMARIES, nearest
from sim.inputs.setting import Setting
from sim.life.hazards import NEVER

SEARCHED = 200_000
"""People looked through for the one asked for."""

PARTS = 100
"""Parts they are lived in, each of the same mix, until the one asked for is found."""


class Cast:
    """The people of a scenario's first year of diagnosis, or those with one primary.

    They live at the point estimate.

    Raises
    ------
    InputError
        If there is no such primary.
    """

    def __init__(self, scenario: Setting, primary: str | None = None) -> None:
        if primary is not None and primary not in PRIMARIES:
            raise InputError(f"primary is {primary!r}; {nearest(primary, PRIMARIES)}")
        values = scenario.known.point
        year = scenario.years[0]
        plan = scenario.population.plan(year, year, values)
        if primary is not None:
            other = plan.groups["primary"] != PRIMARIES.index(primary)
            plan.groups["count"][other] = 0
        self.model = build_model(
            plan.thinned(SEARCHED),
            scenario.strategies,
            values,
            treatments=scenario.treatments,
            knobs=scenario.common_knobs(),
            seed=scenario.seed,
            outcomes=scenario.outcomes,
        )
        self._reference = scenario.strategies[0].name

    def find(
        self, person: int, *, spinal: bool = False, treated: bool = False
    ) -> Callable[[], NDArray[np.void]]:
        """A function that begins the life of one person, as often as it is called.

        Parameters are those of `sim.stories.twins.tell_twins`.

        Raises
        ------
        InputError
            If there is no such person.
        """
        if person < 0 or self.model.people == 0:
            raise InputError(f"person is {person}; allowed: 0 to {max(self.model.people - 1, 0)}")
        reference = self.model._replace(policies=self.model.care(0))
        skipped = 0
        for part in range(PARTS):
            segments = self._segments(part)
            people = lived_people(reference, segments)[0][:, 0]
            mixed = np.random.default_rng(0).permutation(len(people))
            fits = np.ones(len(people), bool)
            if spinal:
                fits &= people["n_spinal"] > 0
            if treated:
                fits &= (people["first_trigger_day"] != NEVER) & (people["therapy_at_trigger"] == 1)
            chosen = mixed[fits[mixed]]
            if person - skipped < len(chosen):
                row = int(chosen[person - skipped])
                return lambda: begun_people(self.model, [segment_of(segments, row)])
            skipped += len(chosen)
        if skipped == 0:
            raise InputError(self._nobody(treated))
        raise InputError(f"person is {person}; allowed: 0 to {skipped - 1}")

    def _segments(self, part: int) -> Segments:
        """The people of one part."""
        bounds = self.model.groups["count"][:, None] * np.array([part, part + 1]) // PARTS
        return [(i, low, high) for i, (low, high) in enumerate(bounds.tolist()) if low < high]

    def _nobody(self, treated: bool) -> str:
        """Why nobody fits."""
        found = f"none of {self.model.people:,} people looked through"
        if treated:
            return (
                f"treated: {found} ever has an episode of care while on or due systemic therapy "
                f"under {self._reference}; allowed: a strategy that treats, or more people"
            )
        return f"spinal: {found} ever has spinal metastasis; allowed: more people"


def segment_of(segments: Segments, row: int) -> tuple[int, int, int]:
    """The segment of one of several people alone.

    Examples
    --------
    >>> segment_of([(0, 0, 3), (4, 10, 20)], 5)
    (4, 12, 13)
    """
    for group, low, high in segments:
        if row < high - low:
            return group, low + row, low + row + 1
        row -= high - low
    raise IndexError("row is not below the number of people")
