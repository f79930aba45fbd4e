"""The calibration as a least-squares problem: parameters in, residuals and their Jacobian out.

All evaluations share the same luck, so the objective is a deterministic function. A parameter of
one primary moves the lives of that primary alone. So one simulation in which every primary has its
`j`-th parameter moved gives that column of the Jacobian for all primaries at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from sim.counting.measures import MEASURES
from sim.counting.observed import Observed
from sim.counting.survival import expected_survival
from sim.counting.tally import Tally, Window
from sim.engine.crew import Crew
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.evidence.arrays import Array
from sim.evidence.reader import Evidence, Parameter, Values
from sim.evidence.targets import Target
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy
from sim.inputs.plan import Plan, largest_remainder
from sim.inputs.population import Population

YEAR = 2010
LOOKBACK_YEARS = 30
STEP = 0.1
"""Step of the finite differences on the transformed scale."""
SEED = 2010
MARGIN = 0.05
"""Distance from its bounds at which a fit starts: close to one, its steps would be tiny."""


def to_scale(parameter: Parameter, value: float) -> float:
    """A value on the scale that is fitted: log, or logit for shares."""
    if "sd_logit" in parameter.arguments:
        return float(np.log(value / (1.0 - value)))
    return float(np.log(value))


def from_scale(parameter: Parameter, x: float) -> float:
    """The inverse of `to_scale`."""
    if "sd_logit" in parameter.arguments:
        return float(1.0 / (1.0 + np.exp(-x)))
    return float(np.exp(x))


@dataclass
class Problem:
    """Fitted parameters, targets, and the simulations between them."""

    known: Evidence
    targets: tuple[Target, ...]
    """Those to fit to."""
    people: int
    """Lives of each primary diagnosed in 2010; four times as many live the calendar view."""
    crew: Crew
    on_simulation: Callable[[], object] = lambda: None
    others: Values | None = None
    """Values of those that are not fitted; their point estimates if None."""
    seed: int = SEED

    def __post_init__(self) -> None:
        values = self._others = self.known.point if self.others is None else self.others
        self.parameters = [
            p for p in self.known.parameters.values() if p.distribution == "calibrated"
        ]
        self.prior_mean = np.array([to_scale(p, p.arguments["prior"]) for p in self.parameters])
        self.prior_sd = np.array([p.width for p in self.parameters])
        self.lower = np.array([to_scale(p, p.lower) for p in self.parameters])
        self.upper = np.array([to_scale(p, p.upper) for p in self.parameters])
        self.start = np.clip(
            np.array([to_scale(p, p.value) for p in self.parameters]),
            self.lower + MARGIN,
            self.upper - MARGIN,
        )
        self._last: tuple[bytes, Observed] | None = None
        self._plan_lives(values)

    def _plan_lives(self, values: Values) -> None:
        population = Population.united_states(YEAR)
        self._cohort, self._cohort_scale = equal_primaries(
            population.plan(YEAR, YEAR, values), self.people
        )
        self._calendar, self._calendar_scale = equal_primaries(
            population.plan(YEAR - LOOKBACK_YEARS, YEAR, values), 4 * self.people
        )
        self._expected = expected_survival(values, self._cohort)

    def fitted(self, x: Array) -> list[float]:
        """The fitted parameters at `x`, each on its own scale."""
        return [from_scale(p, float(at)) for p, at in zip(self.parameters, x, strict=True)]

    def place(self, values: Values) -> Array:
        """Where the fitted parameters stand in a joint sample of all."""
        return np.array([to_scale(p, values[p.key]) for p in self.parameters])

    def values(self, x: Array) -> dict[tuple[str, str], float]:
        """The evidence with the fitted parameters at `x`."""
        keys = (parameter.key for parameter in self.parameters)
        return {**self._others, **dict(zip(keys, self.fitted(x), strict=True))}

    def simulate(self, x: Array) -> Observed:
        """What the model shows at `x`, under usual care."""
        values = self.values(x)
        cohort, calendar = (
            usual_care_tally(plan, values, self.seed, self.crew)
            for plan in (self._cohort, self._calendar)
        )
        self.on_simulation()
        return Observed(
            calendar.counts.sum(axis=(1, 3, 4)) * self._calendar_scale,
            np.moveaxis(cohort.cohort, 2, 0) * self._cohort_scale[None, :, None],
            cohort.recorded * self._cohort_scale[None, :, None],
            cohort.days,
            self._expected,
            values,
        )

    def residuals(self, x: Array) -> Array:
        """Distance to each target, then of each parameter to its prior, in standard deviations."""
        return np.concatenate([self._misfit(self._seen(x)), (x - self.prior_mean) / self.prior_sd])

    def _seen(self, x: Array) -> Observed:
        """What the model shows at `x`, simulated once for residuals and Jacobian."""
        key = x.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = (key, self.simulate(x))
        return self._last[1]

    def _misfit(self, seen: Observed) -> Array:
        found = zip(self._estimates(seen), self.targets, strict=True)
        return np.array([(m - t.value) / t.sd for m, t in found])

    def _estimates(self, seen: Observed) -> Array:
        return estimates(self.targets, seen)

    def together(self) -> list[list[int]]:
        """Parameters that one simulation may move at once: one of each primary, or one of all."""
        movers: dict[str | None, list[int]] = defaultdict(list)
        for i, parameter in enumerate(self.parameters):
            movers[primary_of(parameter)].append(i)
        alone = [[i] for i in movers.pop(None, [])]
        apart = ([i for i in some if i is not None] for some in zip_longest(*movers.values()))
        return [*apart, *alone]

    def jacobian(self, x: Array) -> Array:
        """Derivatives of `residuals` at `x` by finite differences under common luck."""
        base = self._seen(x)
        misfit = self._misfit(base)
        of_targets = np.zeros((len(misfit), len(x)))
        steps = np.where(x + STEP <= self.upper, STEP, -STEP)
        for columns in self.together():
            moved = x.copy()
            moved[columns] += steps[columns]
            seen = self.simulate(moved)
            for i in columns:
                primary = primary_of(self.parameters[i])
                one = seen if primary is None else one_primary(base, seen, primary)
                of_targets[:, i] = (self._misfit(one) - misfit) / steps[i]
        return np.concatenate([of_targets, np.diag(1.0 / self.prior_sd)])


def usual_care_tally(plan: Plan, values: Values, seed: int, crew: Crew) -> Tally:
    """What is counted in `YEAR` of everybody of a plan, under usual care."""
    model = build_model(plan, [strategy(DEFAULT_STRATEGY)], values, seed=seed)
    lives = Lives(model, Window(YEAR, 1, YEAR, YEAR))
    return crew.live(lives)[0].of(0)


def estimates(targets: Sequence[Target], seen: Observed) -> Array:
    """The model's value of each target."""
    each = [MEASURES[t.name].estimate(seen.among(t.primaries, stratum=t.stratum)) for t in targets]
    return np.concatenate(each)


def primary_of(parameter: Parameter) -> str | None:
    """The one primary whose lives a parameter moves; None if it moves those of all."""
    name = parameter.stratum.split(", ")[0]
    return name if name in PRIMARIES else None


def one_primary(base: Observed, moved: Observed, primary: str) -> Observed:
    """What was seen in `base`, with one primary as seen in `moved`."""
    code = PRIMARIES.index(primary)
    mixed = {}
    for name in ("counts", "cohort", "recorded"):
        mixed[name] = getattr(base, name).copy()
        mixed[name][:, code] = getattr(moved, name)[:, code]
    return replace(base, **mixed)


def equal_primaries(plan: Plan, people: int) -> tuple[Plan, Array]:
    """The plan with the same number of lives of every primary, and what to scale each by."""
    groups = plan.groups.copy()
    scale = np.zeros(len(PRIMARIES))
    for code in range(len(PRIMARIES)):
        mine = plan.groups["primary"] == code
        count = plan.groups["count"][mine]
        lives = min(people, int(count.sum()))
        groups["count"][mine] = largest_remainder(count * (lives / count.sum()), lives)
        scale[code] = count.sum() / lives
    return Plan(groups, plan.cells), scale
