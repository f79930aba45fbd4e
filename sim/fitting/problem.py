"""The calibration as a least-squares problem: parameters in, residuals and their Jacobian out.

All evaluations share the same luck, so the objective is a deterministic function. A parameter of
one primary moves the lives of that primary alone. So one simulation in which every primary has its
`j`-th parameter moved gives that column of the Jacobian for all primaries at once.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.counting.measures import MEASURES, Observed, expected_survival
from sim.engine.lives import Lives
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import build_strategies
from sim.engine.workers import live_plan
from sim.evidence.reader import Evidence, Parameter
from sim.evidence.targets import Target
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy
from sim.inputs.population import Plan, Population, largest_remainder
from sim.inputs.strategies import Knobs

Array = NDArray[np.float64]

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
    """Fitted parameters, targets, and the simulations between them.

    Parameters
    ----------
    known : Evidence
    targets : tuple of Target
        Those to fit to.
    people : int
        Lives of each primary diagnosed in 2010; four times as many live the calendar view.
    executor, workers
        See `sim.engine.workers.live_plan`.
    """

    known: Evidence
    targets: tuple[Target, ...]
    people: int
    executor: Executor
    workers: int
    on_simulation: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        values = self.known.point
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
        population = Population.united_states(YEAR)
        self._cohort, self._cohort_scale = equal_primaries(
            population.plan(YEAR, YEAR, values), self.people
        )
        self._calendar, self._calendar_scale = equal_primaries(
            population.plan(YEAR - LOOKBACK_YEARS, YEAR, values), 4 * self.people
        )
        self._expected = expected_survival(values, self._cohort)
        self._last: tuple[bytes, Observed] | None = None

    def values(self, x: Array) -> dict[tuple[str, str], float]:
        """The evidence with the fitted parameters at `x`."""
        values = self.known.point
        for parameter, at in zip(self.parameters, x, strict=True):
            values[parameter.key] = from_scale(parameter, float(at))
        return values

    def simulate(self, x: Array) -> Observed:
        """What the model shows at `x`, under usual care."""
        values = self.values(x)
        cancers, worlds = build_cancers(values), build_world(values)
        usual = build_strategies([strategy(DEFAULT_STRATEGY)], (), Knobs(), values)
        tallies = [
            live_plan(
                Lives(plan, cancers, worlds, usual, SEED, 0, 1, (YEAR, YEAR, YEAR)),
                self.executor,
                self.workers,
                lambda block: None,
            )[0].of(0)
            for plan in (self._cohort, self._calendar)
        ]
        self.on_simulation()
        cohort, calendar = tallies
        return Observed(
            calendar.counts.sum(axis=(1, 3, 4)) * self._calendar_scale,
            np.moveaxis(cohort.cohort, 2, 0) * self._cohort_scale[None, :, None],
            cohort.recorded * self._cohort_scale[None, :, None],
            self._expected,
            values,
        )

    def estimates(self, seen: Observed) -> Array:
        """The model's value of each target."""
        return np.array(
            [MEASURES[t.name].estimate(seen, t.primaries, t.stratum) for t in self.targets]
        )

    def residuals(self, x: Array) -> Array:
        """Distance to each target, then of each parameter to its prior, in standard deviations."""
        key = x.tobytes()
        if self._last is None or self._last[0] != key:
            self._last = (key, self.simulate(x))
        return self._residuals(self._last[1], x)

    def _residuals(self, seen: Observed, x: Array) -> Array:
        misfit = [
            (m - t.value) / t.sd for m, t in zip(self.estimates(seen), self.targets, strict=True)
        ]
        return np.concatenate([misfit, (x - self.prior_mean) / self.prior_sd])

    def jacobian(self, x: Array) -> Array:
        """Derivatives of `residuals` at `x` by finite differences under common luck."""
        base_residuals = self.residuals(x)
        base = self._last[1] if self._last is not None else self.simulate(x)
        n_targets = len(self.targets)
        jacobian = np.zeros((len(base_residuals), len(x)))
        jacobian[n_targets:] = np.diag(1.0 / self.prior_sd)
        steps = np.where(x + STEP <= self.upper, STEP, -STEP)
        slots: list[list[int]] = []
        shared = []
        for primary in PRIMARIES:
            mine = [i for i, p in enumerate(self.parameters) if p.stratum.split(", ")[0] == primary]
            for slot, i in enumerate(mine):
                if slot == len(slots):
                    slots.append([])
                slots[slot].append(i)
        shared = [i for i, p in enumerate(self.parameters) if p.stratum == "all"]
        for columns in (*slots, *([i] for i in shared)):
            moved = x.copy()
            moved[columns] += steps[columns]
            seen = self.simulate(moved)
            for i in columns:
                stratum = self.parameters[i].stratum
                one = seen if stratum == "all" else one_primary(base, seen, stratum)
                change = self._residuals(one, x)[:n_targets] - base_residuals[:n_targets]
                jacobian[:n_targets, i] = change / steps[i]
        return jacobian


def one_primary(base: Observed, moved: Observed, stratum: str) -> Observed:
    """What was seen in `base`, with the primary of a stratum as seen in `moved`."""
    code = PRIMARIES.index(stratum.split(", ")[0])
    counts, cohort, recorded = base.counts.copy(), base.cohort.copy(), base.recorded.copy()
    counts[:, code] = moved.counts[:, code]
    cohort[:, code] = moved.cohort[:, code]
    recorded[:, code] = moved.recorded[:, code]
    return replace(base, counts=counts, cohort=cohort, recorded=recorded)


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
