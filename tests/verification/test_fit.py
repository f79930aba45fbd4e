"""The derivatives of the fit. Room: fitting."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from sim.counting.observed import Observed
from sim.evidence.reader import Evidence
from sim.evidence.targets import targets
from sim.fitting.problem import Problem


def test_every_fitted_parameter_is_moved_once() -> None:
    fitted_to = tuple(target for target in targets() if target.use == "calibrate")
    with ThreadPoolExecutor(1) as executor:
        problem = Problem(Evidence.read(), fitted_to, 200, executor, 1)
        seen = problem.simulate(problem.start)
    moved = []

    def simulate(x: NDArray[np.float64]) -> Observed:
        moved.append(x != problem.start)
        return seen

    with patch.object(problem, "simulate", simulate), np.errstate(invalid="ignore"):
        problem.jacobian(problem.start)
    assert not moved[0].any()
    assert (np.sum(moved, axis=0) == 1).all()
