"""How many replicates are enough: until the mean wait is known well enough."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.tables.intervals import half_width

FEWEST_REPLICATES = 5
"""With fewer, an interval that looks narrow by chance would often end the run."""


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
