"""What a sample of the posterior says: its rows, and how well draws fit what was published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from sim.engine.crew import Crew
from sim.evidence.arrays import Array
from sim.evidence.reader import Evidence, Parameter
from sim.evidence.rows import FOLDER
from sim.evidence.targets import Target
from sim.fitting.calibration import at_prior
from sim.fitting.posterior import Sampling, members
from sim.fitting.posterior_picture import draw_parameters, draw_predictions
from sim.fitting.problem import from_scale
from sim.fitting.randomized_likelihood import FittedMember
from sim.fitting.sketch import Correction, Sketch
from sim.plots.drawing import save
from sim.tables.layout import table_text

JUDGED = 100
"""Draws that are lived anew, by other luck, to see how well they fit."""
LIVES_JUDGED = 500_000
JUDGING_LUCK = 79
FAR = 4.0
"""Mean chi-square from which a target is listed as one that draws do not fit."""


@dataclass(frozen=True)
class PosteriorReport:
    """A sample of the posterior, beside its prior and beside what was published."""

    parameters: tuple[Parameter, ...]
    """The fitted ones."""
    targets: tuple[Target, ...]
    """Those fitted to."""
    z: Array
    """Members, a row each, on the scale on which the prior is standard normal."""
    rows: Array
    """The same, each parameter on its own scale."""
    runs: Array
    """Of the model, by member."""
    judged: Array
    """What some draws show, as they are used and by other luck: a row a draw, a column a target."""

    @property
    def chi_squares(self) -> Array:
        """Mean over the judged draws of the squared distance to each target, in its deviations."""
        value, sd = (np.array([getattr(t, of) for t in self.targets]) for of in ("value", "sd"))
        return np.asarray(np.nanmean(((self.judged - value) / sd) ** 2, axis=0))

    def text(self) -> str:
        """How many rows, how well they fit, and what stays far off."""
        chi = self.chi_squares
        still = at_prior(self.parameters, self.z.std(axis=0) * [p.width for p in self.parameters])
        lines = [
            f"{len(self.z):,} rows, {self.runs.mean():.1f} runs of the model each.",
            f"{len(self.judged)} draws as they are used, lived anew by other luck: mean chi-square "
            f"a target {chi.mean():.2f}, median {np.median(chi):.2f}.",
            f"By itself about as wide as its prior: {sum(map(len, still.values()))} of "
            f"{len(self.parameters)} parameters.",
        ]
        far = [i for i in np.argsort(-chi) if chi[i] > FAR]
        if far:
            cells = [
                (self.targets[i].label, f"{self.targets[i].value:,g}", *self._spread(i), chi[i])
                for i in far
            ]
            header = ("mean chi-square above 4", "published", "mean", "95% of draws", "chi-square")
            lines += ["", table_text(header, cells, left=(0,))]
        return "\n".join(lines)

    def _spread(self, target: int) -> tuple[str, str]:
        low, high = np.nanquantile(self.judged[:, target], (0.025, 0.975))
        mean = np.nanmean(self.judged[:, target])
        digits = 0 if mean >= 1000 else 1
        return f"{mean:,.{digits}f}", f"{low:,.{digits}f} to {high:,.{digits}f}"

    def write(self, folder: Path) -> None:
        """Write rows and fit as the evidence reads them: posterior.csv and posterior_fit.csv."""
        folder.mkdir(parents=True, exist_ok=True)
        columns = [f"{p.name} | {p.stratum}" for p in self.parameters]
        pd.DataFrame(self.rows, columns=columns).to_csv(
            folder / "posterior.csv", index=False, lineterminator="\n", float_format="%.5g"
        )
        low, high = np.nanquantile(self.judged, (0.025, 0.975), axis=0)
        fit = pd.DataFrame(
            {
                "name": [t.name for t in self.targets],
                "stratum": [t.stratum for t in self.targets],
                "mean": np.nanmean(self.judged, axis=0),
                "lower": low,
                "upper": high,
                "chi_square": self.chi_squares,
            }
        )
        fit.to_csv(
            folder / "posterior_fit.csv", index=False, lineterminator="\n", float_format="%.5g"
        )


def report_of(sampling: Sampling, found: list[FittedMember], judged: Array) -> PosteriorReport:
    """The report of a sample and of what its draws show."""
    z = np.array([member.z for member in found])
    return PosteriorReport(
        tuple(sampling.parameters),
        sampling.targets,
        z,
        own_scale(sampling, z),
        np.array([member.runs for member in found]),
        judged,
    )


def own_scale(sampling: Sampling, z: Array) -> Array:
    """Members, a row each, with each parameter on its own scale."""
    return np.array(
        [
            [from_scale(p, x) for p, x in zip(sampling.parameters, row, strict=True)]
            for row in sampling.fitted_scale(z)
        ]
    )


def shown_by_draws(
    known: Evidence,
    targets: tuple[Target, ...],
    correction: Correction,
    draws: range,
    crew: Crew,
) -> Iterator[Array]:
    """What draws show of each target as they are used, by other luck than they were fitted by."""

    def show(k: int) -> Array:
        values, luck = known.draw(k), JUDGING_LUCK + k
        few = (known, targets, LIVES_JUDGED, Crew.here(crew.engine))
        sketch = Sketch(*few, others=values, seed=luck, correction=correction)
        return sketch.estimates(sketch.place(values))

    return crew.executor.map(show, draws)


def sample_posterior(
    rows: int,
    folder: Path,
    *,
    write: bool = False,
    workers: int | None = None,
    engine: str = "cohort",
    quiet: bool = False,
) -> str:
    """Sample the posterior, judge its draws, and write rows, fit and pictures into a folder.

    Parameters
    ----------
    rows : int
    folder : Path
        What is in it already is not done again.
    write : bool
        Whether rows and fit are written into the evidence too.
    workers : int, optional
        All cores by default; the result does not depend on it.
    engine : {'cohort', 'gpu'}
        Neither does it depend on this.
    quiet : bool
        Show no progress.

    Returns
    -------
    str
        What it says, and what was written.
    """
    sampling = replace(Sampling.of_the_evidence(), engine=engine)
    start, found = members(sampling, rows, folder, workers=workers, quiet=quiet)
    z = np.array([member.z for member in found])
    keys = tuple(p.key for p in sampling.parameters)
    known = replace(sampling.known, posterior_keys=keys, posterior=own_scale(sampling, z))
    draws = range(1, min(JUDGED, rows) + 1)
    with Crew.started(workers, engine) as crew:
        shown = shown_by_draws(known, sampling.targets, start.correction, draws, crew)
        judged = np.array(list(tqdm(shown, "judge draws", len(draws), disable=quiet)))
    report = report_of(sampling, found, judged)
    for each in (folder, FOLDER) if write else (folder,):
        report.write(each)
    written = ["posterior.csv", "posterior_fit.csv"]
    for name, ax in (
        ("narrowed", draw_parameters(report.parameters, report.z, report.rows)),
        ("all_parameters", draw_parameters(report.parameters, report.z, report.rows, None)),
        ("predictions", draw_predictions(report.targets, report.judged)),
    ):
        save(ax, folder / f"{name}.png")
        written.append(f"{name}.png")
    into = " and the first two in sim/evidence" if write else ""
    return f"{report.text()}\n\nWritten: {', '.join(written)} in {folder}{into}"
