"""Random numbers of a NumPy generator, by our own logarithm: the same bits on every machine.

NumPy's own normal, exponential and gamma numbers are made with the logarithms of a C library.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.arrays import Array
from sim.evidence.distributions import inverse_of
from sim.evidence.elementary import log_of_normal
from sim.evidence.normal import standard_normal


def uniform_numbers(luck: np.random.Generator, n: int) -> Array:
    """Numbers above 0 and below 1."""
    return np.asarray((luck.integers(0, 2**52, n) + 0.5) / 2.0**52)


def normal_numbers(luck: np.random.Generator, n: int) -> Array:
    """Standard normal numbers."""
    return np.array([standard_normal(u) for u in uniform_numbers(luck, n).tolist()])


def exponential_numbers(luck: np.random.Generator, mean: float, n: int) -> Array:
    """Exponential numbers."""
    return np.asarray(-mean * log_of_normal(uniform_numbers(luck, n)))


def gamma_numbers(luck: np.random.Generator, shapes: Array) -> Array:
    """A gamma number of scale 1 for each shape."""
    return inverse_of("gammaincinv", shapes, uniform_numbers(luck, len(shapes)))


def arrivals(luck: np.random.Generator, a_day: float, until: float) -> Array:
    """The days, in order, on which people come who come at random at one rate, up to a day."""
    days = np.zeros(1)
    while a_day > 0.0 and days[-1] < until:
        left = a_day * (until - days[-1])
        gaps = exponential_numbers(luck, 1.0 / a_day, int(left + 4.0 * np.sqrt(left)) + 8)
        days = np.concatenate([days, days[-1] + np.cumsum(gaps)])
    return days[1:][days[1:] < until]
