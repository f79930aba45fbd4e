"""How many replicates are enough: until the mean wait is known well enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

FEWEST_REPLICATES = 3


def half_width(values: Sequence[float]) -> float:
    r"""Half of the 95% interval of a mean over replicates.

    With `n` replicates of standard deviation `s`: :math:`t_{n-1} s / \sqrt n`.

    Examples
    --------
    >>> round(half_width([1.0, 2.0, 3.0]), 2)
    2.48
    """
    from scipy.stats import t

    n = len(values)
    if n < 2:
        return float("inf")
    return float(t.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))


def precise_enough(waits: Sequence[Sequence[float]], precision: float | None) -> bool:
    """Say whether replicates may end: the mean wait is known within a share of itself.

    Parameters
    ----------
    waits : sequence of sequence of float
        The mean wait of every replicate so far, under every strategy.
    precision : float, optional
        Half the 95% interval over the mean; None for as many replicates as there may be.
    """
    if precision is None or len(waits) < FEWEST_REPLICATES:
        return False
    # A strategy that treats nobody has no wait to be known.
    means = np.nan_to_num(np.array(waits))
    return all(half_width(column) <= precision * column.mean() for column in means.T)
