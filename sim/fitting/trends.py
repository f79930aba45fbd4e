"""Fits the trends of survival by primary to deaths of the years after 2010, all else held.

Deaths of a primary are nearly log-linear in its own trend, and a trend moves nobody with another
primary: so one simulation with every trend moved gives all derivatives, and a few steps of Gauss
and Newton under common luck are enough. What is fitted to is the change of deaths since 2010 by
primary, because the level of 2010 belongs to the other calibration, and the deaths of all primaries
together. Since the trends act on people diagnosed after 2010, that calibration stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from sim.counting.counts import Count
from sim.counting.tally import Window
from sim.engine.crew import Crew
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.engine.warm_up import warm_up
from sim.evidence.arrays import Array
from sim.evidence.reader import Evidence, Values
from sim.evidence.rows import FOLDER
from sim.evidence.targets import Target, targets
from sim.evidence.vocabulary import PRIMARIES
from sim.fitting.problem import LOOKBACK_YEARS, SEED, YEAR, equal_primaries
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy
from sim.inputs.population import Population
from sim.inputs.united_states import LAST_YEAR
from sim.tables.layout import table_text
from sim.tables.summary import describe

TREND = "survival_trend"
LIVES_OF_TRENDS = 25
"""Lives of a primary over all years, as a multiple of those diagnosed in one that a fit lives."""
TREND_STEP = -0.03
"""Step of the finite differences, a year of diagnosis: large, for deaths are whole numbers."""
MOST_MOVE = 0.03
"""No trend moves by more in a round."""
LEAST_MOVE = 2e-4
"""The fit ends when no trend moves by more."""


@dataclass(frozen=True)
class YearlyCounts:
    """New cancers and deaths by year since 2010, and primary."""

    new_cancers: Array
    cancer_deaths: Array

    def of(self, target: Target) -> float:
        """The model's value of a target that counts people of a year."""
        codes = [PRIMARIES.index(primary) for primary in target.primaries]
        counts: Array = getattr(self, target.name)
        return float(counts[target.year - YEAR, codes].sum())


@dataclass
class TrendProblem:
    """The trends of survival, the deaths they are fitted to, and the simulations between them."""

    known: Evidence
    targets: tuple[Target, ...]
    """Deaths to fit to, and those of 2010 that changes start from."""
    people: int
    """Lives of each primary diagnosed in all the years together."""
    crew: Crew
    seed: int = SEED
    on_simulation: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        rows = [self.known.parameters[TREND, primary] for primary in PRIMARIES]
        self.start = np.array([row.value for row in rows])
        self.prior_mean = np.array([row.arguments.get("prior", row.value) for row in rows])
        self.prior_sd = np.array([row.arguments.get("prior_sd", row.width) for row in rows])
        self.lower = np.array([row.lower for row in rows])
        self.upper = np.array([row.upper for row in rows])
        plan = Population.united_states(YEAR).plan(
            YEAR - LOOKBACK_YEARS, LAST_YEAR, self.known.point
        )
        self._plan, self._scale = equal_primaries(plan, self.people)
        self.fitted_to = tuple(t for t in self.targets if t.use == "trend")
        base = {(t.name, t.stratum): t for t in self.targets if t.year == YEAR}
        self._base = [
            base[t.name, t.stratum] if t.stratum != "all" else None for t in self.fitted_to
        ]
        self._relative_sd = np.array([t.sd / t.value for t in self.fitted_to])

    def values(self, x: Array) -> dict[tuple[str, str], float]:
        """The evidence with the trends at `x`."""
        keys = ((TREND, primary) for primary in PRIMARIES)
        return {**self.known.point, **dict(zip(keys, x.tolist(), strict=True))}

    def simulate(self, x: Array) -> YearlyCounts:
        """What the model counts at `x`, under usual care, year by year since 2010."""
        model = build_model(
            self._plan, [strategy(DEFAULT_STRATEGY)], self.values(x), seed=self.seed
        )
        lives = Lives(model, Window(YEAR, LAST_YEAR - YEAR + 1, YEAR, YEAR), n_ages=1)
        counts = self.crew.live(lives)[0].of(0).counts.sum(axis=(3, 4))
        self.on_simulation()
        scaled = counts * self._scale
        return YearlyCounts(scaled[Count.NEW_CANCERS], scaled[Count.CANCER_DEATHS])

    def misfit(self, seen: YearlyCounts) -> Array:
        """Distance to each row fitted to in standard deviations, on the scale of logarithms."""
        found = []
        for target, base in zip(self.fitted_to, self._base, strict=True):
            distance = np.log(seen.of(target) / target.value)
            if base is not None:
                distance -= np.log(seen.of(base) / base.value)
            found.append(distance)
        return np.asarray(np.array(found) / self._relative_sd)

    def jacobian(self, x: Array, seen: YearlyCounts) -> Array:
        """Derivatives of `misfit`, from one simulation with every trend moved."""
        moved = self.simulate(x + TREND_STEP)
        misfit = self.misfit(seen)
        columns = []
        for primary in PRIMARIES:
            code = PRIMARIES.index(primary)
            deaths = seen.cancer_deaths.copy()
            deaths[:, code] = moved.cancer_deaths[:, code]
            columns.append(
                (self.misfit(YearlyCounts(seen.new_cancers, deaths)) - misfit) / TREND_STEP
            )
        return np.stack(columns, axis=1)


@dataclass(frozen=True)
class FittedTrends:
    """Trends by primary with their standard errors, and what the model counts under them."""

    trends: Array
    standard_errors: Array
    seen: YearlyCounts


def fit(problem: TrendProblem, rounds: int) -> FittedTrends:
    """Take so many steps of Gauss and Newton at most, priors included, and keep the best place."""
    x = problem.start
    precision = 1.0 / problem.prior_sd**2
    seen = problem.simulate(x)
    best = FittedTrends(x, problem.prior_sd, seen)
    least = np.inf
    for left in range(rounds, -1, -1):
        misfit, from_prior = problem.misfit(seen), x - problem.prior_mean
        lack = float(misfit @ misfit + precision @ from_prior**2)
        if lack < least:
            least, best = lack, FittedTrends(x, best.standard_errors, seen)
        if not left:
            break
        slope = problem.jacobian(x, seen)
        covariance = np.linalg.inv(slope.T @ slope + np.diag(precision))
        best = replace(best, standard_errors=np.sqrt(np.diag(covariance)))
        step = -covariance @ (slope.T @ misfit + precision * from_prior)
        moved = np.clip(x + np.clip(step, -MOST_MOVE, MOST_MOVE), problem.lower, problem.upper)
        if np.abs(moved - x).max() < LEAST_MOVE:
            break
        x = moved
        seen = problem.simulate(x)
    return best


@dataclass(frozen=True)
class TrendReport:
    """Where the model stands on the years after 2010, and the trends that brought it there."""

    targets: tuple[Target, ...]
    """Those of years after 2010."""
    model: NDArray[np.float64]
    """The model's value of each."""
    fitted: FittedTrends | None
    """None if nothing was fitted."""
    at_bound: tuple[str, ...]

    def text(self) -> str:
        """The table of deaths and new cancers by year; then the trends."""
        rows = [
            (
                str(target.year),
                target.label,
                describe(target),
                f"{model:,.0f}",
                f"{100 * (model / target.value - 1):+.1f}%",
                "inside" if target.lower <= model <= target.upper else "OUTSIDE",
                target.use,
            )
            for target, model in zip(self.targets, self.model, strict=True)
        ]
        header = ("year", "target", "published (interval)", "model", "difference", "", "use")
        inside = sum(row[5] == "inside" for row in rows)
        lines = [
            table_text(header, rows, left=(0, 1, 2, 5, 6), rule=False),
            "",
            f"{inside} of {len(rows)} targets inside their interval.",
        ]
        if self.fitted is not None:
            trends = zip(PRIMARIES, self.fitted.trends, self.fitted.standard_errors, strict=True)
            cells = [(primary, f"{100 * x:+.1f}%", f"{100 * se:.1f}") for primary, x, se in trends]
            head = ("primary", "hazard a year of diagnosis", "standard error")
            lines += ["", table_text(head, cells, left=(0,), rule=False)]
        if self.at_bound:
            lines += ["", "At the end of their allowed range: " + ", ".join(self.at_bound) + "."]
        return "\n".join(lines)

    def write(self, folder: Path = FOLDER) -> None:
        """Write the trends into parameters.csv; the prior that they were fitted with stays."""
        if self.fitted is None:
            return
        path = folder / "parameters.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        known = Evidence.read(folder).parameters
        for primary, value, error in zip(
            PRIMARIES, self.fitted.trends, self.fitted.standard_errors, strict=True
        ):
            row = known[TREND, primary]
            prior = row.arguments.get("prior", row.value)
            prior_sd = row.arguments.get("prior_sd", row.width)
            mine = (table["name"] == TREND) & (table["stratum"] == primary)
            table.loc[mine, "value"] = f"{value:.4g}"
            table.loc[mine, "arguments"] = f"prior={prior:g}; prior_sd={prior_sd:g}; sd={error:.3g}"
            table.loc[mine, ["source", "grade"]] = "calibrated"
        table.to_csv(path, index=False, lineterminator="\n")


def later_targets(known: Sequence[Target]) -> tuple[Target, ...]:
    """Targets of single years after the one that the model is calibrated to, in order."""
    mine = (t for t in known if t.year > YEAR)
    return tuple(sorted(mine, key=lambda t: (t.name, t.stratum != "all", t.stratum, t.year)))


def judge_years(values: Values, people: int, crew: Crew) -> TrendReport:
    """Where the model stands on the years after 2010, at values of the evidence."""
    later = later_targets(targets())
    problem = TrendProblem(Evidence.read(), targets(), LIVES_OF_TRENDS * people, crew, SEED + 1)
    seen = problem.simulate(np.array([values[TREND, primary] for primary in PRIMARIES]))
    return TrendReport(later, np.array([seen.of(t) for t in later]), None, ())


def calibrate_trends(
    *,
    rounds: int = 4,
    people: int = 40_000,
    workers: int | None = None,
    engine: str = "cohort",
    quiet: bool = False,
) -> TrendReport:
    """Fit the trends of survival, then judge the years after 2010 with other luck.

    Parameters
    ----------
    rounds : int
        Steps at most, of two simulations each; 0 fits nothing.
    people : int
        A primary lives 25 times as many over all years of diagnosis, or all it has.
    workers : int, optional
        All cores by default; the result does not depend on it.
    engine : {'cohort', 'gpu'}
        Neither does it depend on this.
    quiet : bool
        Show no progress.
    """
    warm_up(engine=engine)
    known = Evidence.read()
    with (
        Crew.started(workers, engine) as crew,
        tqdm(desc="calibrate trends", unit=" simulations", disable=quiet) as bar,
    ):
        lives = LIVES_OF_TRENDS * people
        problem = TrendProblem(known, targets(), lives, crew, on_simulation=bar.update)
        fitted = fit(problem, rounds) if rounds else None
        x = fitted.trends if fitted else problem.start
        report = judge_years(problem.values(x), people, crew)
    pushed = (x <= problem.lower) | (x >= problem.upper)
    at_bound = tuple(p for p, bad in zip(PRIMARIES, pushed, strict=True) if bad)
    return TrendReport(report.targets, report.model, fitted, at_bound)
