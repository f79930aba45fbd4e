"""How many replicates are enough: until the mean wait is known well enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

FEWEST_REPLICATES = 5
"""With fewer, an interval that looks narrow by chance would often end the run."""


def half_width(values: Sequence[float]) -> float:
    r"""Half of the 95% interval of a mean over replicates.

    With `n` replicates of standard deviation `s`: :math:`t_{n-1} s / \sqrt n`.

    Examples
    --------
    >>> round(half_width([1.0, 2.0, 3.0]), 2)
    2.48
    """
    n = len(values)
    if n < 2:
        return float("inf")
    return float(stdtrit(n - 1, 0.975) * np.std(values, ddof=1) / np.sqrt(n))


def precise_enough(waits: Sequence[Sequence[float]], precision: float | None) -> bool:
    """Say whether replicates may end: the mean wait is known within a share of itself.

    Looking after every replicate makes the interval a little too narrow: of nominal 95%, about 91%
    hold when half-widths of a tenth are asked for where replicates vary by a fifth.

    Parameters
    ----------
    waits : sequence of sequence of float
        The mean wait of every replicate so far, under every strategy.
    precision : float, optional
        Half the 95% interval over the mean; None for as many replicates as there may be.
    """
    if precision is None or len(waits) < FEWEST_REPLICATES:
        return False
    means = np.array(waits).T
    # A strategy that treats nobody has no wait to be known.
    treats = [column for column in means if np.isfinite(column).any()]
    return all(
        np.isfinite(column).all() and half_width(column.tolist()) <= precision * column.mean()
        for column in treats
    )
