r"""How good a choice is when the parameters are not known: probability of being best, and loss.

With net benefits :math:`n_{ks}` of strategies `s` in draws `k` of the parameters, the expected loss
of choosing `s` is the mean over draws of :math:`\max_t n_{kt} - n_{ks}`: what one would gain on
average by knowing the draw first. The strategy with the highest mean net benefit has the least,
and that is the expected value of perfect information. Being best often is not the same: a strategy
may seldom be best and lose little when it is not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def loss_of_choosing(net: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the best strategy of a draw has more than each, shape (..., draw, strategy).

    Examples
    --------
    >>> loss_of_choosing(np.array([[3.0, 1.0], [2.0, 6.0]])).mean(axis=0).tolist()
    [2.0, 1.0]
    """
    return np.asarray(net.max(axis=-1, keepdims=True) - net, float)


def share_best(net: NDArray[np.float64]) -> NDArray[np.float64]:
    """In which share of the draws each strategy is best, shape (..., strategy); shares add up to 1.

    Strategies that are best together have equal parts of the draw.

    Examples
    --------
    >>> share_best(np.array([[3.0, 1.0], [2.0, 6.0], [4.0, 4.0], [0.0, 1.0]])).tolist()
    [0.375, 0.625]
    """
    best = net == net.max(axis=-1, keepdims=True)
    return np.asarray((best / best.sum(axis=-1, keepdims=True)).mean(axis=-2), float)


def best_on_average(net: NDArray[np.float64]) -> NDArray[np.int64]:
    """The strategy with the highest mean net benefit over draws, shape (...)."""
    return np.asarray(net.mean(axis=-2).argmax(axis=-1), np.int64)
