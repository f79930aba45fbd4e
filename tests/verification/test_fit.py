"""The derivatives of the fit. Room: fitting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from sim.counting.observed import Observed
from sim.engine.crew import Crew
from sim.evidence.reader import Evidence
from sim.evidence.targets import targets
from sim.fitting.calibration import at_prior, widths_of
from sim.fitting.problem import Problem, from_scale, to_scale


def test_every_fitted_parameter_is_moved_once() -> None:
    fitted_to = tuple(target for target in targets() if target.use == "calibrate")
    with ThreadPoolExecutor(1) as executor:
        problem = Problem(Evidence.read(), fitted_to, 200, Crew(executor, 1))
        seen = problem.simulate(problem.start)
    moved = []

    def simulate(x: NDArray[np.float64]) -> Observed:
        moved.append(x != problem.start)
        return seen

    with patch.object(problem, "simulate", simulate), np.errstate(invalid="ignore"):
        problem.jacobian(problem.start)
    assert not moved[0].any()
    assert (np.sum(moved, axis=0) == 1).all()


def test_parameters_whose_posterior_is_their_prior_are_listed() -> None:
    """One wide column among narrow ones, on the scales that are fitted."""
    known = Evidence.read()
    fitted = [p for p in known.parameters.values() if p.distribution == "calibrated"][:8]
    noise = np.random.default_rng(4).standard_normal((4_000, len(fitted)))
    width = np.array([p.width for p in fitted])
    width[:3] *= 0.5
    width[3:] *= 0.97
    x = np.array([to_scale(p, p.value) for p in fitted]) + noise * width
    samples = np.array([[from_scale(p, v) for p, v in zip(fitted, r, strict=True)] for r in x])
    found = at_prior(fitted, widths_of(fitted, samples))
    listed = {(name, stratum) for name, strata in found.items() for stratum in strata}
    assert listed == {p.key for p in fitted[3:]}
    assert at_prior(fitted, widths_of(fitted, np.empty((0, 0)))) == {}
