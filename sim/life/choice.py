"""A choice among several by their shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.life.compiled import compiled


@compiled
def pick(mark: float, shares: NDArray[np.float64]) -> int:
    """Index of the first share at which their sum reaches a number in (0, 1); else the last."""
    choice = 0
    passed = shares[0]
    while choice < shares.size - 1 and mark > passed:
        choice += 1
        passed += shares[choice]
    return choice
