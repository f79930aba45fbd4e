r"""What an interval is made of: not knowing the parameters, luck, and the sampling of people.

A number in draw `k` and replicate `r` is taken as

.. math:: x_{kr} = \mu + a_k + b_r + e_{kr} ,

where :math:`a` is what the parameters do, which is not known, :math:`b` is luck that all draws
share, and :math:`e` is what is left of the sampling of people that each draw has for itself.

- `sd_draws` is the standard deviation of :math:`a`: that of the means of draws, without the part of
  people that these hold.
- `sd_replicates` is the luck of a population of this size: that of the point estimate over
  replicates, which lives everybody.
- `sd_people` is what :math:`e` leaves in the mean of a draw: its standard deviation over the root
  of the number of replicates.

A run of one replicate cannot part :math:`a` from :math:`e`. There `sd_draws` holds both, and the
other two are what is expected of independent people: the root of a count, the standard deviation
over people by the root of their number; of a draw it is the most that is left, since draws share
their people, and what they share is taken out. Where that is not known they are empty.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.evidence.arrays import Array

SPREAD_PARTS = ("sd_draws", "sd_replicates", "sd_people")
"""Columns of tables with intervals over draws or replicates."""


def spread_parts(
    drawn: Array, point: Array, left: ArrayLike = np.nan, of_size: ArrayLike = np.nan
) -> dict[str, Array]:
    """Standard deviations of what is not known, of luck, and of the sampling of people.

    Parameters
    ----------
    drawn : array (draw, replicate, ...)
        Of draws from 1 on; there may be none.
    point : array (replicate, ...)
        The point estimate.
    left, of_size : array (...)
        Variances that are expected of the people of a draw, and of everybody; used where there is
        one replicate.

    Returns
    -------
    dict of str to array (...)
        By `SPREAD_PARTS`; `nan` where the run does not tell.
    """
    n_draws, n_replicates = drawn.shape[:2]
    none = np.full(point.shape[1:], np.nan)
    luck = np.broadcast_to(np.asarray(of_size, float), none.shape)
    if max(len(point), n_replicates) > 1:
        luck = point.var(axis=0, ddof=1) if len(point) > 1 else none
    if n_draws < 2:
        return dict(zip(SPREAD_PARTS, (none, np.sqrt(luck), none), strict=True))
    means = drawn.mean(axis=1)
    people = np.broadcast_to(np.asarray(left, float), none.shape)
    unknown = means.var(axis=0, ddof=1)
    if n_replicates > 1:
        people = interaction_variance(drawn) / n_replicates
        unknown = np.maximum(unknown - people, 0.0)
    return dict(zip(SPREAD_PARTS, np.sqrt([unknown, luck, people]), strict=True))


def interaction_variance(values: Array) -> Array:
    """Variance of what is neither of a row nor of a column, shape (row, column, ...).

    Examples
    --------
    >>> float(interaction_variance(np.array([[1.0, 2.0], [5.0, 6.0]])))
    0.0
    """
    rows, columns = values.shape[:2]
    left = values - values.mean(axis=0) - values.mean(axis=1, keepdims=True)
    left = left + values.mean(axis=(0, 1))
    return np.asarray((left**2).sum(axis=(0, 1)) / ((rows - 1) * (columns - 1)))


def by_draw_and_replicate(samples: pd.DataFrame) -> tuple[Array, Array]:
    """Draws from 1 on, (draw, replicate, column), and the point estimate, (replicate, column).

    Draws and replicates in which a number is missing are left out.

    Parameters
    ----------
    samples : pandas.DataFrame
        A row a draw and replicate, which are its index.
    """
    draws, replicates = (samples.index.get_level_values(name) for name in ("draw", "replicate"))
    return parted(draws.to_numpy(), replicates.to_numpy(), samples.to_numpy(float))


def parted(draws: Array, replicates: Array, values: Array) -> tuple[Array, Array]:
    """The same of an array of values, (row, column), and of the draw and replicate of each row."""
    every, row = np.unique(draws, return_inverse=True)
    known, column = np.unique(replicates, return_inverse=True)
    cube = np.full((len(every), values.shape[1], len(known)), np.nan)
    cube[row, :, column] = values
    cube = cube.swapaxes(1, 2)
    of_draws, point = cube[every > 0], cube[every == 0].reshape(-1, values.shape[1])
    return (
        of_draws[np.isfinite(of_draws).all(axis=(1, 2))],
        point[np.isfinite(point).all(axis=1)],
    )
