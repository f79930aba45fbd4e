"""The calibration seen with few lives: fifteen years at once instead of one, large primaries first.

A year of the calendar sees one death in thirty of the lives that a `Problem` lives for it, so the
luck of few lives drowns small targets. Fifteen years see fifteen times as much of the same lives,
and people diagnosed in them serve as the cohort too. What fifteen years show is not quite what the
last of them shows, but moves alike with the parameters: so the difference is measured once, with
many lives, and taken off (`Correction`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.counting.observed import Observed
from sim.counting.survival import expected_survival
from sim.counting.tally import Window
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.evidence.arrays import Array
from sim.evidence.reader import Values
from sim.evidence.targets import Target
from sim.evidence.vocabulary import PRIMARIES
from sim.fitting.problem import YEAR, Problem, estimates, one_primary, primary_of
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy
from sim.inputs.plan import Plan, largest_remainder
from sim.inputs.population import Population

YEARS = 15
"""Years that are counted, the last of them that of the targets."""
EARLIER_YEARS = 20
"""Years of diagnosis before them."""
SECANT = 0.4
"""Of the standard deviations of the prior: half a step of the differences at the mode."""
POWER = 0.6
"""Lives of a primary go with its people to this power: with 0 most luck is that of the largest,
with 1 that of the smallest."""


@dataclass(frozen=True)
class Correction:
    """From what a sketch shows to what the year of the targets does: ratios of counts, or sums."""

    ratio: Array
    shift: Array

    @classmethod
    def between(cls, targets: tuple[Target, ...], sketched: Array, wanted: Array) -> Correction:
        """The one that takes the first to the second, both shown by many lives."""
        counts = np.array([target.unit.endswith("a year") for target in targets])
        ratio = np.divide(wanted, sketched, out=np.ones_like(wanted), where=counts & (sketched > 0))
        return cls(ratio, np.where(counts, 0.0, wanted - sketched))

    def of(self, sketched: Array) -> Array:
        """The corrected values."""
        return sketched * self.ratio + self.shift


@dataclass
class Sketch(Problem):
    """A `Problem` whose `people` are the lives of all primaries and years together."""

    correction: Correction | None = None

    def _plan_lives(self, values: Values) -> None:
        population = Population.united_states(YEAR)
        first = YEAR - YEARS + 1
        self._calendar, self._calendar_scale = shared_out(
            population.plan(first - EARLIER_YEARS, YEAR, values), self.people
        )
        self._expected = expected_survival(values, population.plan(YEAR, YEAR, values))

    def simulate(self, x: Array) -> Observed:
        """What the model shows at `x` in a mean year, under usual care."""
        values = self.values(x)
        model = build_model(self._calendar, [strategy(DEFAULT_STRATEGY)], values, seed=self.seed)
        first = YEAR - YEARS + 1
        lives = Lives(model, Window(first, YEARS, first, YEAR))
        tally = self.crew.live(lives)[0].of(0)
        self.on_simulation()
        scale = self._calendar_scale / YEARS
        return Observed(
            tally.counts.sum(axis=(1, 3, 4)) * scale,
            np.moveaxis(tally.cohort, 2, 0) * scale[None, :, None],
            tally.recorded * scale[None, :, None],
            tally.days,
            self._expected,
            values,
        )

    def secants(self, x: Array) -> Array:
        """Slopes of the distances to targets over `SECANT` on both sides of `x`, within bounds.

        Over so far a step the luck of lives that are moved matters less, and a curve is met where
        a posterior goes rather than where it starts.
        """
        base = self._seen(x)
        reach = SECANT * self.prior_sd
        ends = np.minimum(x + reach, self.upper), np.maximum(x - reach, self.lower)
        slopes = np.zeros((len(self.targets), len(x)))
        for columns in self.together():
            seen = [self.simulate(_with(x, columns, end)) for end in ends]
            for i in columns:
                primary = primary_of(self.parameters[i])
                above, below = (
                    self._misfit(s if primary is None else one_primary(base, s, primary))
                    for s in seen
                )
                slopes[:, i] = (above - below) / (ends[0][i] - ends[1][i])
        return slopes

    def estimates(self, x: Array) -> Array:
        """The model's value of each target at `x`, corrected."""
        return self._estimates(self._seen(x))

    def _estimates(self, seen: Observed) -> Array:
        found = estimates(self.targets, seen)
        return found if self.correction is None else self.correction.of(found)


def _with(x: Array, columns: list[int], end: Array) -> Array:
    moved = x.copy()
    moved[columns] = end[columns]
    return moved


def shared_out(plan: Plan, lives: int) -> tuple[Plan, Array]:
    """The plan with so many lives in all, and what to scale those of each primary by."""
    groups = plan.groups.copy()
    primary, count = groups["primary"], groups["count"]
    people = np.bincount(primary, count, len(PRIMARIES))
    weight = people**POWER
    shared = np.minimum(people, np.round(lives * weight / weight.sum())).astype(int)
    for code, n in enumerate(shared):
        mine = primary == code
        groups["count"][mine] = largest_remainder(count[mine] * (n / people[code]), n)
    return Plan(groups, plan.cells), people / shared
