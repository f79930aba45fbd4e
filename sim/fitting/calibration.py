"""Fits the calibrated parameters to published outcomes, and says where the model stands.

The fit is weighted least squares with each parameter's prior as one more residual: the mode of the
posterior if outcomes and priors are normal on their scales. Its covariance is the inverse of
:math:`J^T J` at the optimum, from which the joint posterior rows are drawn.
"""

from __future__ import annotations

import csv
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.counting.measures import MEASURES, Observed, expected_survival
from sim.engine.lives import Lives
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import build_strategies
from sim.engine.warm_up import warm_up
from sim.engine.workers import live_plan, usable_cores, worker_pool
from sim.evidence.reader import FOLDER, Evidence, Values
from sim.evidence.targets import Target, targets
from sim.fitting.problem import LOOKBACK_YEARS, SEED, YEAR, Problem, from_scale
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy
from sim.inputs.population import Population
from sim.inputs.strategies import Knobs
from sim.tables.summary import describe

POSTERIOR_ROWS = 256
POSTERIOR_SEED = 20101231


@dataclass(frozen=True)
class CalibrationReport:
    """Where the model stands on every target, and the fit that brought it there.

    Attributes
    ----------
    targets : tuple of Target
    model : array
        The model's value of each, from the whole population of the United States.
    values : dict
        Fitted value by (name, stratum).
    posterior : array (rows, parameters)
        Joint samples, empty if nothing was fitted.
    at_bound : tuple of str
        Parameters that the fit pushed to the end of their allowed range.
    """

    targets: tuple[Target, ...]
    model: NDArray[np.float64]
    values: dict[tuple[str, str], float]
    posterior: NDArray[np.float64]
    at_bound: tuple[str, ...]

    def text(self) -> str:
        """The table: target, published value with its interval, model, residual, verdict."""
        rows = [("target", "published (interval)", "model", "residual", "", "use")]
        for target, model in zip(self.targets, self.model, strict=True):
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
                )
            )
        widths = [max(len(row[i]) for row in rows) for i in range(6)]
        right = (False, False, True, True, False, False)
        lines = [
            "  ".join(
                cell.rjust(w) if to_right else cell.ljust(w)
                for cell, w, to_right in zip(row, widths, right, strict=True)
            ).rstrip()
            for row in rows
        ]
        lines += ["", *self._closing()]
        return "\n".join(lines)

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
        if self.at_bound:
            lines.append("At the end of their allowed range: " + "; ".join(self.at_bound) + ".")
        return lines

    def write(self, folder: Path = FOLDER) -> None:
        """Write fitted values into parameters.csv, and the joint samples into posterior.csv."""
        path = folder / "parameters.csv"
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            columns = list(reader.fieldnames or ())
            rows = list(reader)
        for row in rows:
            if row["distribution"] == "calibrated":
                row["value"] = f"{self.values[row['name'], row['stratum']]:.5g}"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        if len(self.posterior):
            with (folder / "posterior.csv").open("w", newline="", encoding="utf-8") as file:
                plain = csv.writer(file, lineterminator="\n")
                plain.writerow([f"{name} | {stratum}" for name, stratum in self.values])
                plain.writerows([[f"{x:.5g}" for x in row] for row in self.posterior])


def calibrate(
    *, rounds: int = 8, people: int = 40_000, workers: int | None = None, quiet: bool = False
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
    quiet : bool
        Show no progress.
    """
    from scipy.optimize import least_squares
    from tqdm import tqdm

    warm_up()
    known = Evidence.read()
    fitted_to = tuple(t for t in targets() if t.use == "calibrate")
    n_workers = workers or usable_cores()
    posterior = np.empty((0, 0))
    with (
        worker_pool("cohort", n_workers) as executor,
        tqdm(desc="calibrate", unit=" simulations", disable=quiet) as bar,
    ):

        def on_simulation() -> None:
            bar.update()

        problem = Problem(known, fitted_to, people, executor, n_workers, on_simulation)
        x = problem.start
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
            x = fit.x
            posterior = sample_posterior(problem, x, np.asarray(fit.jac))
        values = problem.values(x)
        model = judge(values, executor, n_workers)
    edge = 0.01
    at_bound = tuple(
        f"{p.name} [{p.stratum}]"
        for p, at, low, high in zip(
            problem.parameters, x, problem.lower, problem.upper, strict=True
        )
        if at < low + edge or at > high - edge
    )
    fitted = {p.key: values[p.key] for p in problem.parameters}
    return CalibrationReport(targets(), model, fitted, posterior, at_bound)


def sample_posterior(
    problem: Problem, x: NDArray[np.float64], jacobian: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Joint samples of the fitted parameters: normal at the optimum, on the fitted scale."""
    covariance = np.linalg.inv(jacobian.T @ jacobian)
    generator = np.random.Generator(np.random.Philox(POSTERIOR_SEED))
    normal = generator.multivariate_normal(x, covariance, POSTERIOR_ROWS, method="cholesky")
    normal = np.clip(normal, problem.lower, problem.upper)
    return np.array(
        [
            [from_scale(p, float(at)) for p, at in zip(problem.parameters, row, strict=True)]
            for row in normal
        ]
    )


def judge(values: Values, executor: Executor, workers: int) -> NDArray[np.float64]:
    """The model's value of every target under usual care, from everybody in the United States."""
    population = Population.united_states(YEAR)
    plan = population.plan(YEAR - LOOKBACK_YEARS, YEAR, values)
    cancers, worlds = build_cancers(values), build_world(values)
    usual = build_strategies([strategy(DEFAULT_STRATEGY)], (), Knobs(), values)
    lives = Lives(plan, cancers, worlds, usual, SEED + 1, 0, 1, (YEAR, YEAR, YEAR))
    tally = live_plan(lives, executor, workers, lambda block: None)[0].of(0)
    expected = expected_survival(values, population.plan(YEAR, YEAR, values))
    seen = Observed.from_tally(tally, 1, 1.0, expected, values)
    return np.array([MEASURES[t.name].estimate(seen, t.primaries, t.stratum) for t in targets()])
