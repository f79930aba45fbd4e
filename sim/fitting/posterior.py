r"""Samples the posterior of the calibration, row by row, by randomized maximum likelihood.

Row `k` belongs to draw `k` of the evidence: it is fitted with all parameters that are not
calibrated as they are in that draw, and `sim.evidence.reader.Evidence.draw` joins the two again. So
a draw as it is used fits what was published, where a row that is fitted at the point estimates of
the others and then joins others does not. The others themselves keep their documented
distributions, since no outcome that the calibration fits moves them: that is a *cut* (Plummer 2015,
"Cuts in Bayesian graphical models", Statistics and Computing 25), not the joint posterior of all.

Each row lives by luck of its own, so that the luck of few lives spreads rows a little, and shifts
none of them together. A run sees few lives (`sim.fitting.sketch`); what differs between so a view
and the year that outcomes were published of is measured once, with many lives, at the mode.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from tqdm import tqdm

from sim.engine.crew import Crew
from sim.engine.warm_up import warm_up
from sim.evidence.arrays import Array
from sim.evidence.reader import Evidence, Parameter
from sim.evidence.targets import Target, targets
from sim.fitting.member_file import MemberFile
from sim.fitting.problem import Problem, estimates
from sim.fitting.randomized_likelihood import (
    ENOUGH,
    MOST_RUNS,
    Chance,
    FittedMember,
    Mode,
    fit_member,
)
from sim.fitting.sketch import SECANT, Correction, Sketch

POSTERIOR_SEED = 20101231
LIVES = 190_000
"""Of a run of a member."""
LIVES_AT_THE_MODE = 600_000
"""Of a run there: derivatives and the correction hold for all members."""
PEOPLE_AT_THE_MODE = 60_000
"""Of each primary diagnosed in the year of the targets; see `Problem`."""
_MODE_LUCK, _JUDGING_LUCK = 77, 78
_MEMBER_LUCK = 1_000_000


@dataclass(frozen=True)
class Start:
    """What all members start from."""

    mode: Mode
    correction: Correction


@dataclass(frozen=True)
class Sampling:
    """The posterior of the calibration, and how its members are fitted."""

    known: Evidence
    targets: tuple[Target, ...]
    """Those fitted to."""
    seed: int = POSTERIOR_SEED
    """Of prior points and noise."""
    luck: int = _MEMBER_LUCK
    """Member `k` lives by the luck of this seed plus `k`."""
    lives: int = LIVES
    engine: str = "cohort"
    """Which lives the people of a member, which does not depend on it."""
    cut: bool = True
    """Whether member `k` is fitted with draw `k` of the others; else with their point estimates."""

    @classmethod
    def of_the_evidence(cls) -> Sampling:
        """Of the evidence and the outcomes that come with the program."""
        return cls(Evidence.read(), tuple(t for t in targets() if t.use == "calibrate"))

    @cached_property
    def parameters(self) -> list[Parameter]:
        """The fitted ones."""
        return self._at_the_point.parameters

    @cached_property
    def _at_the_point(self) -> Sketch:
        return Sketch(self.known, self.targets, self.lives, Crew.here(), seed=self.luck)

    @cached_property
    def address(self) -> str:
        """Changes with whatever a member depends on, the life included."""
        apart = replace(self.known, posterior=np.empty((0, 0)))
        digest = hashlib.sha256(apart.fingerprint.encode())
        digest.update(repr((self.targets, self.seed, self.luck, self.lives, self.cut)).encode())
        mode = (LIVES_AT_THE_MODE, PEOPLE_AT_THE_MODE, SECANT, MOST_RUNS, ENOUGH)
        digest.update(repr(mode).encode())
        digest.update(self._at_the_point.estimates(self._at_the_point.start).tobytes())
        return digest.hexdigest()[:12]

    def standard(self, x: Array) -> Array:
        """From the fitted scale to one on which the prior is standard normal."""
        point = self._at_the_point
        return np.asarray((x - point.prior_mean) / point.prior_sd)

    def fitted_scale(self, z: Array) -> Array:
        """The inverse of `standard`."""
        point = self._at_the_point
        return point.prior_mean + point.prior_sd * z

    def start(self, crew: Crew, on_simulation: Callable[[], object]) -> Start:
        """Run the mode, which is where the fitted parameters stand, with many lives."""
        point = self._at_the_point
        many = (self.known, self.targets)
        year = Problem(*many, PEOPLE_AT_THE_MODE, crew, seed=_JUDGING_LUCK)
        sketch = Sketch(*many, LIVES_AT_THE_MODE, crew, on_simulation, seed=_MODE_LUCK)
        wanted = estimates(self.targets, year.simulate(point.start))
        correction = Correction.between(self.targets, sketch.estimates(point.start), wanted)
        sketch.correction = correction
        jacobian = sketch.secants(point.start) * point.prior_sd
        mode = Mode(
            self.standard(point.start),
            sketch.residuals(point.start)[: len(self.targets)],
            jacobian,
            self.standard(point.lower),
            self.standard(point.upper),
        )
        return Start(mode, correction)

    def misfit(self, start: Start, k: int) -> Callable[[Array], Array]:
        """The distances to what was published, by draw `k` of the others and the luck of `k`."""
        few = (self.known, self.targets, self.lives, Crew.here(self.engine))
        others = self.known.draw(k) if self.cut else None
        sketch = Sketch(*few, others=others, seed=self.luck + k, correction=start.correction)
        value, sd = (np.array([getattr(t, of) for t in self.targets]) for of in ("value", "sd"))

        def distances(z: Array) -> Array:
            found = (sketch.estimates(self.fitted_scale(z)) - value) / sd
            # Of nobody there is no mean: as if it were that of the mode.
            return np.where(np.isnan(found), start.mode.misfit, found)

        return distances

    def member(self, start: Start, k: int) -> FittedMember:
        """Fit member `k`."""
        chance = Chance.of(self.seed, k, len(self.parameters), len(self.targets))
        return fit_member(self.misfit(start, k), start.mode, chance)


def members(
    sampling: Sampling, rows: int, folder: Path, *, workers: int | None = None, quiet: bool = False
) -> tuple[Start, list[FittedMember]]:
    """Fit members 1 to `rows`, but for those that are in the folder already.

    A member is written as soon as it is fitted, so that what was stopped goes on where it was.

    Parameters
    ----------
    folder : Path
        Whatever a member depends on has its own folder in it.
    workers : int, optional
        Members that are fitted at a time; as many as cores by default. No member depends on it.
    """
    warm_up()
    here = folder / sampling.address
    with Crew.started(workers, sampling.engine) as crew:
        start = kept_start(sampling, here / "mode.npz", crew, quiet=quiet)
        file = MemberFile(here / "members.csv", len(sampling.parameters), len(sampling.targets))
        found = file.read()
        missing = [k for k in range(1, rows + 1) if k not in found]
        if missing:
            sampling.known.draw(max(missing))  # its points are made once, not by every worker
        waiting = {crew.executor.submit(sampling.member, start, k): k for k in missing}
        bar = tqdm(desc="posterior", total=rows, initial=rows - len(missing), disable=quiet)
        try:
            for done in as_completed(waiting):
                found[waiting[done]] = done.result()
                file.append(waiting[done], done.result())
                bar.update()
        finally:
            bar.close()
    return start, [found[k] for k in range(1, rows + 1)]


def kept_start(sampling: Sampling, path: Path, crew: Crew, *, quiet: bool) -> Start:
    """The start of all members, made once and kept in a file."""
    if not path.exists():
        with tqdm(desc="mode", unit=" simulations", disable=quiet) as bar:
            start = sampling.start(crew, bar.update)
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = path.with_suffix(".part.npz")
        np.savez(whole, **vars(start.mode), **vars(start.correction))
        whole.replace(path)
    kept = np.load(path)
    mode = Mode(*(kept[name] for name in Mode.__dataclass_fields__))
    return Start(mode, Correction(kept["ratio"], kept["shift"]))
