"""Fits the calibrated parameters to published outcomes, and says where the model stands.

The fit is weighted least squares with each parameter's prior as one more residual: the mode of the
posterior if outcomes and priors are normal on their scales. The posterior around it is sampled by
`sim.fitting.posterior`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import least_squares
from tqdm import tqdm

from sim.counting.observation import observation
from sim.counting.survival import expected_survival
from sim.engine.crew import Crew
from sim.engine.warm_up import warm_up
from sim.evidence.arrays import Array
from sim.evidence.posterior_fit import posterior_fits
from sim.evidence.reader import Evidence, Parameter, Values
from sim.evidence.rows import FOLDER
from sim.evidence.targets import Target, targets
from sim.fitting.problem import (
    LOOKBACK_YEARS,
    SEED,
    YEAR,
    Problem,
    estimates,
    to_scale,
    usual_care_tally,
)
from sim.fitting.trends import TrendReport, judge_years
from sim.inputs.population import Population
from sim.tables.layout import table_text
from sim.tables.summary import describe

PRIOR_WIDTH = 0.9
"""Width of a posterior over that of its prior from which the targets are said not to move it."""
_EDGE = 0.01
"""Distance from a bound, on the fitted scale, at which a fit is said to be at it."""


@dataclass(frozen=True)
class CalibrationReport:
    """Where the model stands on every target, and the fit that brought it there."""

    targets: tuple[Target, ...]
    model: NDArray[np.float64]
    """The model's value of each, from the whole population of the United States."""
    values: dict[tuple[str, str], float]
    """Fitted value by (name, stratum)."""
    at_bound: tuple[str, ...]
    """Parameters that the fit pushed to the end of their allowed range."""
    at_prior: dict[str, list[str]]
    """Strata of parameters, by name, whose posterior by itself is about as wide as their prior."""
    later: TrendReport
    """New cancers and deaths of the years after 2010."""

    def text(self) -> str:
        """The table: target, published value with its interval, model, residual, verdict.

        Its last column is the mean chi-square of the draws of the evidence.
        """
        rows = []
        draws = posterior_fits()
        for target, model in zip(self.targets, self.model, strict=True):
            fit = draws.get((target.name, target.stratum)) if target.use == "calibrate" else None
            digits = 0 if abs(target.value) >= 1000 else 1
            inside = target.lower <= model <= target.upper
            rows.append(
                (
                    target.label,
                    describe(target),
                    f"{model:,.{digits}f}",
                    f"{model - target.value:+,.{digits}f}",
                    "inside" if inside else "OUTSIDE",
                    target.use,
                    f"{fit.chi_square:.1f}" if fit else "",
                )
            )
        header = ("target", "published (interval)", "model", "residual", "", "use", "draws")
        table = table_text(header, rows, left=(0, 1, 4, 5), rule=False)
        later = ["", f"Years after {YEAR}, whose trends `--trends` fits", "", self.later.text()]
        return "\n".join([table, "", *self._closing(), *later])

    def _closing(self) -> list[str]:
        verdict = [t.lower <= m <= t.upper for t, m in zip(self.targets, self.model, strict=True)]
        survival = [
            abs(m - t.value)
            for t, m in zip(self.targets, self.model, strict=True)
            if t.name == "relative_survival" and t.stratum.count(", ") == 1
        ]
        lines = [
            f"{sum(verdict)} of {len(verdict)} targets inside their interval.",
            f"Relative survival at five years over primaries: mean absolute error "
            f"{np.mean(survival):.1f} points, largest {np.max(survival):.1f}.",
        ]
        if far := self._far_outside():
            lines.append(f"Missed by more than twice their interval: {'; '.join(far)}.")
        if draws := posterior_fits():
            lines.append(
                "Draws of all parameters, each with its row of the posterior: mean chi-square a "
                f"target {np.mean([d.chi_square for d in draws.values()]):.1f}."
            )
        if self.at_bound:
            lines.append("At the end of their allowed range: " + "; ".join(self.at_bound) + ".")
        if self.at_prior:
            count = sum(map(len, self.at_prior.values()))
            lines.append(
                f"By itself about as wide as its prior, {count} of {len(self.values)} fitted "
                "parameters (targets move it not at all, or only with others):"
            )
            lines += [f"  {name}: {'; '.join(strata)}" for name, strata in self.at_prior.items()]
        return lines

    def _far_outside(self) -> list[str]:
        """Targets fitted to whose value is missed by over twice the way to the interval's end."""
        far = []
        for target, model in zip(self.targets, self.model, strict=True):
            reach = target.upper - target.value
            if model < target.value:
                reach = target.value - target.lower
            if target.use == "calibrate" and abs(model - target.value) > 2.0 * reach:
                far.append(target.label)
        return far

    def write(self, folder: Path = FOLDER) -> None:
        """Write fitted values into parameters.csv; the posterior is sampled apart."""
        path = folder / "parameters.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        fitted = table["distribution"] == "calibrated"
        keys = zip(table["name"][fitted], table["stratum"][fitted], strict=True)
        table.loc[fitted, "value"] = [f"{self.values[key]:.5g}" for key in keys]
        table.to_csv(path, index=False, lineterminator="\n")


def calibrate(
    *,
    rounds: int = 8,
    people: int = 40_000,
    workers: int | None = None,
    engine: str = "cohort",
    quiet: bool = False,
) -> CalibrationReport:
    """Fit, then judge the model on the whole population of the United States in 2010.

    Parameters
    ----------
    rounds : int
        Evaluations of the least-squares fit at most, each with a Jacobian; 0 fits nothing.
    people : int
        Lives of each primary in an evaluation, see `Problem`.
    workers : int, optional
        All cores by default; the result does not depend on it.
    engine : {'cohort', 'gpu'}
        Neither does it depend on this.
    quiet : bool
        Show no progress.
    """
    warm_up(engine=engine)
    known = Evidence.read()
    fitted_to = tuple(t for t in targets() if t.use == "calibrate")
    with (
        Crew.started(workers, engine) as crew,
        tqdm(desc="calibrate", unit=" simulations", disable=quiet) as bar,
    ):
        problem = Problem(known, fitted_to, people, crew, bar.update)
        x = problem.start
        widths = widths_of(problem.parameters, known.posterior)
        if rounds > 0:
            fit = least_squares(
                problem.residuals,
                x,
                jac=problem.jacobian,
                bounds=(problem.lower, problem.upper),
                max_nfev=rounds,
                ftol=1e-3,
                xtol=1e-3,
            )
            x, slope = fit.x, np.asarray(fit.jac)
            # Of the normal approximation: enough to tell what no target moves.
            widths = np.sqrt(np.diag(np.linalg.inv(slope.T @ slope)))
        values = problem.values(x)
        model = judge(values, crew)
        later = judge_years(values, people, crew)
    pushed = (x < problem.lower + _EDGE) | (x > problem.upper - _EDGE)
    at_bound = tuple(f"{p.name} [{p.stratum}]" for p in compress(problem.parameters, pushed))
    fitted = {p.key: values[p.key] for p in problem.parameters}
    still = at_prior(problem.parameters, widths)
    return CalibrationReport(targets_of_year(), model, fitted, at_bound, still, later)


def at_prior(parameters: Sequence[Parameter], widths: Array) -> dict[str, list[str]]:
    """Strata, by name, of the parameters whose posterior is about as wide as their prior.

    Parameters
    ----------
    parameters : sequence of Parameter
        The fitted ones.
    widths : array (parameter,)
        Standard deviations on the fitted scale; none of any if there is no posterior.
    """
    found: dict[str, list[str]] = {}
    if len(widths) != len(parameters):
        return found
    for parameter, width in zip(parameters, widths, strict=True):
        if width > PRIOR_WIDTH * parameter.width:
            found.setdefault(parameter.name, []).append(parameter.stratum)
    return found


def widths_of(parameters: Sequence[Parameter], posterior: Array) -> Array:
    """Standard deviations of joint samples on the fitted scale; empty if they are of others.

    Parameters
    ----------
    posterior : array (sample, parameter)
        In the order of the parameters.
    """
    if posterior.shape[1:] != (len(parameters),):
        return np.empty(0)
    scaled = [
        [to_scale(p, value) for value in column]
        for p, column in zip(parameters, posterior.T, strict=True)
    ]
    return np.asarray(np.std(scaled, axis=1))


def judge(values: Values, crew: Crew) -> NDArray[np.float64]:
    """The model's value of every target of 2010, from everybody there under usual care."""
    population = Population.united_states(YEAR)
    plan = population.plan(YEAR - LOOKBACK_YEARS, YEAR, values)
    tally = usual_care_tally(plan, values, SEED + 1, crew)
    expected = expected_survival(values, population.plan(YEAR, YEAR, values))
    seen = observation(tally, 1, 1.0, expected, values)
    return estimates(targets_of_year(), seen)


def targets_of_year() -> tuple[Target, ...]:
    """The targets that the model of 2010 is held against."""
    return tuple(target for target in targets() if target.year == YEAR)
