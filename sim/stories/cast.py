"""Finds one person of a scenario's population, to be lived again step by step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import N_STATISTICS, CareTally
from sim.counting.microdata import EventLog
from sim.counting.tally import Tally
from sim.engine.cohort import begin_block, live_kept_block
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import Strategies, build_strategies
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES, nearest
from sim.inputs.setting import Setting
from sim.life.hazards import NEVER
from sim.life.records import PERSON

SEARCHED = 200_000
"""People looked through for the one asked for."""

PARTS = 100
"""Parts they are lived in, each of the same mix, until the one asked for is found."""


class StoryError(ValueError):
    """A person who is not there."""


class Cast:
    """The people of a scenario's first year of diagnosis, at the point estimate.

    Parameters
    ----------
    scenario : Setting
    primary : str, optional
        Only people with this primary.

    Raises
    ------
    StoryError
        If there is no such primary.
    """

    def __init__(self, scenario: Setting, primary: str | None = None) -> None:
        if primary is not None and primary not in PRIMARIES:
            raise StoryError(f"primary is {primary!r}; {nearest(primary, PRIMARIES)}")
        values = evidence().point
        self._year = scenario.years[0]
        plan = scenario.population.plan(self._year, self._year, values)
        if primary is not None:
            other = plan.groups["primary"] != PRIMARIES.index(primary)
            plan.groups["count"][other] = 0
        self._plan = plan.thinned(SEARCHED)
        self.cancers, self.worlds = build_cancers(values), build_world(values)
        self.strategies: Strategies = build_strategies(
            scenario.strategies, scenario.treatments, scenario.common_knobs(), values
        )
        self._luck = (np.uint64(scenario.seed), 0)
        self._reference = scenario.strategies[0].name

    @property
    def size(self) -> int:
        """How many people there are."""
        return int(self._plan.people)

    def find(
        self, person: int, *, spinal: bool = False, treated: bool = False
    ) -> Callable[[], NDArray[np.void]]:
        """A function that begins the life of one person, as often as it is called.

        Parameters
        ----------
        person : int
            Position among the people who fit, from 0 up, in a fixed order that mixes primaries and
            sexes as the population does.
        spinal : bool
            Only people who ever have spinal metastasis under the reference strategy.
        treated : bool
            Only people whose first episode of care comes while they are on or due systemic therapy,
            under the reference strategy.

        Raises
        ------
        StoryError
            If there is no such person.
        """
        if person < 0 or self.size == 0:
            raise StoryError(f"person is {person}; allowed: 0 to {max(self.size - 1, 0)}")
        skipped = 0
        for part in range(PARTS):
            segments = self._segments(part)
            people = self._live(segments)
            mixed = np.random.default_rng(0).permutation(len(people))
            fits = np.ones(len(people), bool)
            if spinal:
                fits &= people["n_lesions"] > 0
            if treated:
                fits &= (people["first_trigger_day"] != NEVER) & (people["therapy_at_trigger"] == 1)
            chosen = mixed[fits[mixed]]
            if person - skipped < len(chosen):
                row = int(chosen[person - skipped])
                ends = np.cumsum(segments[:, 2] - segments[:, 1])
                at = np.searchsorted(ends, row, side="right")
                group, index = segments[at, 0], segments[at, 2] - (ends[at] - row)
                return lambda: self._begin(np.array([[group, index, index + 1]]))
            skipped += len(chosen)
        if skipped == 0:
            raise StoryError(self._nobody(spinal, treated))
        raise StoryError(f"person is {person}; allowed: 0 to {skipped - 1}")

    def _segments(self, part: int) -> NDArray[np.int64]:
        """Group, first index and last index + 1 of the people of one part."""
        bounds = self._plan.groups["count"][:, None] * np.array([part, part + 1]) // PARTS
        found = [(i, low, high) for i, (low, high) in enumerate(bounds) if low < high]
        return np.array(found, np.int64).reshape(-1, 3)

    def _begin(self, segments: NDArray[np.int64]) -> NDArray[np.void]:
        """Begin the lives of people."""
        people = np.zeros(int((segments[:, 2] - segments[:, 1]).sum()), PERSON)
        plan = self._plan
        begin_block(
            people, segments, plan.groups, plan.cells, self.cancers, self.worlds, *self._luck
        )
        return people

    def _live(self, segments: NDArray[np.int64]) -> NDArray[np.void]:
        """Live people to their ends under the reference strategy."""
        table = np.zeros((int((segments[:, 2] - segments[:, 1]).sum()), 1), PERSON)
        plan, strategies = self._plan, self.strategies
        live_kept_block(
            table,
            segments,
            plan.groups,
            plan.cells,
            self.cancers,
            self.worlds,
            strategies.policies[:1],
            strategies.limits,
            *self._luck,
            (self._year, self._year, self._year),
            np.zeros((1, N_STATISTICS)),
            Tally.empty(1),
            CareTally.empty(1),
            EventLog.empty(0),
        )
        return table[:, 0]

    def _nobody(self, spinal: bool, treated: bool) -> str:
        """Why nobody fits."""
        found = f"none of {self.size:,} people looked through"
        if treated:
            return (
                f"treated: {found} ever has an episode of care while on or due systemic therapy "
                f"under {self._reference}; allowed: a strategy that treats, or more people"
            )
        return f"spinal: {found} ever has spinal metastasis; allowed: more people"
