"""Arrays of real numbers: their type, and lines through them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""Real numbers, of any shape."""


def quotient(part: Array, whole: Array) -> Array:
    """A part over its whole; nan of nothing.

    Examples
    --------
    >>> quotient(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, nan]
    """
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0.0)


def interpolate(x: Array, known_x: Array, known_y: Array) -> Array:
    """Values on the straight lines between known ones; outside them, that of the nearest end.

    As `np.interp`, of which a compiler for some processors fuses the product and the sum; of
    several known numbers for each `known_x`, along the last axis, as many lines.

    Examples
    --------
    >>> interpolate(np.array([0.5, 9.0]), np.array([0.0, 1.0]), np.array([2.0, 4.0])).tolist()
    [3.0, 4.0]
    """
    left = np.clip(np.searchsorted(known_x, x, side="right") - 1, 0, len(known_x) - 2)
    slope = np.diff(known_y) / np.diff(known_x)
    between = slope[..., left] * (x - known_x[left]) + known_y[..., left]
    ends = np.where(x <= known_x[0], known_y[..., :1], known_y[..., -1:])
    return np.where((x > known_x[0]) & (x < known_x[-1]), between, ends)
