r"""Which strategies are worth having at some rate of exchange, and between which rates.

A strategy with gain :math:`g_i` and burden :math:`b_i` has the net benefit :math:`r g_i - b_i` at a
rate :math:`r` of burden per gain. It is no worse than strategy :math:`j` where

.. math:: r \ge \frac{b_i - b_j}{g_i - g_j} \text{ if } g_i > g_j, \qquad
          r \le \frac{b_j - b_i}{g_j - g_i} \text{ if } g_i < g_j,

and has the highest net benefit between the largest of the first and the smallest of the second. A
strategy with such a rate of at least 0 is on the frontier, and the least of them is its ratio to
the strategy before it. One without is dominated, or, where each of the others does better only at
other rates, extendedly dominated: a mix of two others has more gain for the same burden.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray


class Standing(StrEnum):
    """Where a strategy stands among the others."""

    FRONTIER = "on the frontier"
    EXTENDED = "extendedly dominated"
    DOMINATED = "dominated"


def rates_of_lead(
    gain: NDArray[np.float64], burden: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rates of burden per gain between which each strategy has the highest net benefit.

    Parameters
    ----------
    gain, burden : array (..., strategy)

    Returns
    -------
    low, high : array (..., strategy)
        `low` is above `high` where there is no such rate.

    Examples
    --------
    >>> low, high = rates_of_lead(np.array([1.0, 2.0, 3.0]), np.array([10.0, 30.0, 100.0]))
    >>> low.tolist(), high.tolist()
    ([0.0, 20.0, 70.0], [20.0, 70.0, inf])
    """
    more = gain[..., :, None] - gain[..., None, :]
    dearer = burden[..., :, None] - burden[..., None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = dearer / more
    low = np.where(more > 0.0, rate, 0.0).max(axis=-1)
    high = np.where(more < 0.0, rate, np.inf).min(axis=-1)
    beaten = dominates(gain, burden).any(axis=-2)
    return np.maximum(low, 0.0), np.where(beaten, -np.inf, high)


def dominates(gain: NDArray[np.float64], burden: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a strategy (first of the last two axes) dominates another one (last axis).

    It has no less gain and no more burden, and is better in one of them.
    """
    more = gain[..., :, None] - gain[..., None, :]
    dearer = burden[..., :, None] - burden[..., None, :]
    no_worse = (more >= 0.0) & (dearer <= 0.0)
    return np.asarray(no_worse & ((more > 0.0) | (dearer < 0.0)), bool)


def on_efficient_frontier(
    gain: NDArray[np.float64], burden: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Whether a strategy has the highest net benefit at any rate, shape (..., strategy)."""
    low, high = rates_of_lead(gain, burden)
    return np.asarray(low <= high, bool)


@dataclass(frozen=True)
class Placing:
    """Where one strategy stands.

    Attributes
    ----------
    strategy : int
    standing : Standing
    before : int or None
        On the frontier, the strategy before it, to which its ratio is; none for the first.
    beaten_by : tuple of int
        Of a dominated strategy, one that dominates it; of an extendedly dominated one, the two on
        the frontier that a mix is of.
    """

    strategy: int
    standing: Standing
    before: int | None = None
    beaten_by: tuple[int, ...] = ()


def placings(gain: NDArray[np.float64], burden: NDArray[np.float64]) -> list[Placing]:
    """Where each strategy stands, by rising burden, and of one burden by rising gain.

    Parameters
    ----------
    gain, burden : array (strategy,)

    Examples
    --------
    >>> found = placings(np.array([1.0, 1.2, 3.0, 2.0]), np.array([10.0, 40.0, 50.0, 60.0]))
    >>> [(p.strategy, str(p.standing), p.before, p.beaten_by) for p in found]  # doctest: +ELLIPSIS
    [(0, 'on the frontier', None, ()), (1, 'extendedly dominated', None, (0, 2)), (2, ...
    """
    front = on_efficient_frontier(gain, burden)
    better = dominates(gain, burden)
    found, before = [], None
    for i in np.lexsort((gain, burden)).tolist():
        if front[i]:
            found.append(Placing(i, Standing.FRONTIER, before))
            before = i
        elif better[:, i].any():
            found.append(
                Placing(i, Standing.DOMINATED, None, (_best_of(better[:, i], front, gain),))
            )
        else:
            found.append(Placing(i, Standing.EXTENDED, None, _around(i, front, gain)))
    return found


def _best_of(better: NDArray[np.bool_], front: NDArray[np.bool_], gain: NDArray[np.float64]) -> int:
    """Of those that dominate a strategy one with the most gain, on the frontier if there is any."""
    mine = better & front if (better & front).any() else better
    return int(np.argmax(np.where(mine, gain, -np.inf)))


def _around(i: int, front: NDArray[np.bool_], gain: NDArray[np.float64]) -> tuple[int, ...]:
    """Those on the frontier that have the next less and the next more gain."""
    less = np.argmax(np.where(front & (gain < gain[i]), gain, -np.inf))
    more = np.argmin(np.where(front & (gain > gain[i]), gain, np.inf))
    return int(less), int(more)
