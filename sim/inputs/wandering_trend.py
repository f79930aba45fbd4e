r"""Counts whose logarithm drifts by as much each year and wanders beside that: the fit, and draws.

Notes
-----
Of a series of :math:`K` years, :math:`y_t \sim \text{Poisson}(E_t e^{\eta_t})` with
:math:`\eta_t = l + d\,(t - K) + u_t`, where :math:`u` is a random walk that ends at 0 in the last
year, with steps :math:`N(0, \sigma^2)`; the drift is :math:`N(0, s^2)` beforehand and
:math:`\sigma` exponential above its least. Level and drift have their joint mode and the normal
distribution around it (Laplace) at each :math:`\sigma` of a grid, which is weighed by its marginal
likelihood.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.evidence.arrays import Array
from sim.evidence.elementary import exp_of_near, log, log_of_normal
from sim.evidence.random_numbers import normal_numbers

_STEPS, _WIDEST = 16, 0.3
"""Sizes of steps that are weighed, and the largest of them."""
_NO_WEIGHT = -700.0
_ROUNDS = 15
"""Rounds of Newton's method; five are enough but for series of a few people."""


class Drawn(NamedTuple):
    """Level in the last year, drift a year, and the sd of a year's step, of each series."""

    level: Array
    drift: Array
    step_sd: Array


class WanderingTrends(NamedTuple):
    """Fits of some series; arrays have an axis of series and one of sizes of steps.

    Attributes
    ----------
    step_sd, weights : arrays
        Sizes of steps, and how likely each is.
    mean : array, shape (series, sizes, 2)
        Level and drift.
    covariance : array, shape (series, sizes, 2, 2)
    path : array, shape (series, years)
        Logarithm of people over those expected, year by year, without the luck of few people.
    """

    step_sd: Array
    weights: Array
    mean: Array
    covariance: Array
    path: Array

    def drawn(self, z: Array, luck: np.random.Generator | None = None) -> Drawn:
        """One of the trends that the counts allow; without luck, the best estimate.

        Parameters
        ----------
        z : array
            How far the drift of each series lies from its mean, in standard deviations.
        luck : numpy.random.Generator, optional
            Of the level, given the drift, and of the size of steps; without it there are none.
        """
        series = np.arange(len(z))
        if luck is None:
            mean = (self.weights[..., None] * self.mean).sum(axis=1)
            variance = (self.weights * self.covariance[..., 1, 1]).sum(axis=1)
            return Drawn(mean[:, 0], mean[:, 1] + np.sqrt(variance) * z, np.zeros(len(z)))
        cumulative = np.cumsum(self.weights, axis=1)
        size = (luck.random((len(z), 1)) > cumulative[:, :-1]).sum(axis=1)
        mean, covariance = self.mean[series, size], self.covariance[series, size]
        moved = np.sqrt(covariance[:, 1, 1]) * z
        slope = covariance[:, 0, 1] / covariance[:, 1, 1]
        left = np.maximum(covariance[:, 0, 0] - slope * covariance[:, 0, 1], 0.0)
        level = mean[:, 0] + slope * moved + np.sqrt(left) * normal_numbers(luck, len(z))
        return Drawn(level, mean[:, 1] + moved, self.step_sd[size])


def fit_wandering_trends(
    counts: Array, expected: Array, *, drift_sd: float, least_sd: float, usual_sd: float
) -> WanderingTrends:
    """Fit series of counts, shape (series, years), the last year last.

    Parameters
    ----------
    counts, expected : array
        People, and how many there would be without any trend; somebody in each series.
    drift_sd : float
        Of drifts a year, before the counts are seen.
    least_sd, usual_sd : float
        Of a year's step: the least, and how much more than it on average, before the counts are
        seen.
    """
    n_years = counts.shape[1]
    back = np.arange(1.0 - n_years, 1.0)
    walk = np.minimum.outer(-back, -back)
    trend = np.stack([np.ones(n_years), back], axis=1)
    before = np.diag([0.0, 1.0 / drift_sd**2])
    widest = log(max(_WIDEST, 2.0 * least_sd) / least_sd)
    step_sd = least_sd * exp_of_near(widest * np.arange(_STEPS) / (_STEPS - 1))
    steps = step_sd[:, None, None] ** 2 * walk
    y = counts[:, None, :]
    eta = np.repeat(log_of_normal((y + 0.5) / (expected[:, None, :] + 0.5)), _STEPS, axis=1)
    for _ in range(_ROUNDS):
        people = expected[:, None, :] * exp_of_near(eta)
        work = eta + (y - people) / people
        noise = steps + (1.0 / people)[..., None] * np.eye(n_years)
        columns = np.concatenate(
            [np.broadcast_to(trend, (*work.shape, 2)), work[..., None]], axis=-1
        )
        solved, noise_size = solve(noise, columns)
        sums = (trend[:, :, None] * solved[..., None, :]).sum(axis=-3)
        precision = sums[..., :2] + before
        covariance, precision_size = solve(precision, np.broadcast_to(np.eye(2), precision.shape))
        mean = (covariance * sums[..., None, :, 2]).sum(axis=-1)
        pulled = solved[..., 2] - (solved[..., :2] * mean[..., None, :]).sum(axis=-1)
        walked = (steps * pulled[..., None, :]).sum(axis=-1)
        eta = mean[..., :1] + mean[..., 1:] * back + walked
    people = expected[:, None, :] * exp_of_near(eta)
    log_likelihood = (
        (y * eta - people).sum(axis=-1)
        - 0.5 * (pulled * walked).sum(axis=-1)
        - 0.5 * (mean[..., 1] / drift_sd) ** 2
        - 0.5 * noise_size
        - 0.5 * log_of_normal(people).sum(axis=-1)
        - 0.5 * precision_size
    )
    # The grid is even on the log scale, hence the logarithm of the step.
    log_weights = log_likelihood + log_of_normal(step_sd) - (step_sd - least_sd) / usual_sd
    behind = log_weights - log_weights.max(axis=1, keepdims=True)
    weights = exp_of_near(np.maximum(behind, _NO_WEIGHT))
    weights /= weights.sum(axis=1, keepdims=True)
    path = (weights[..., None] * eta).sum(axis=1)
    return WanderingTrends(step_sd, weights, mean, covariance, path)


def solve(matrix: Array, columns: Array) -> tuple[Array, Array]:
    """Solve equations with symmetric positive matrices, by elimination without exchanges.

    Libraries of linear algebra order and fuse their sums by processor; this gives the same bits
    on all.

    Parameters
    ----------
    matrix : array, shape (..., n, n)
    columns : array, shape (..., n, columns)

    Returns
    -------
    array, shape (..., n, columns)
        The solutions.
    array, shape (...)
        Logarithm of the determinant of each matrix.
    """
    left, right = matrix.copy(), columns.copy()
    n = matrix.shape[-1]
    for i in range(n):
        ratio = left[..., i + 1 :, i] / left[..., i, i, None]
        left[..., i + 1 :, :] -= ratio[..., None] * left[..., i, None, :]
        right[..., i + 1 :, :] -= ratio[..., None] * right[..., i, None, :]
    for i in reversed(range(n)):
        known = (left[..., i, i + 1 :, None] * right[..., i + 1 :, :]).sum(axis=-2)
        right[..., i, :] = (right[..., i, :] - known) / left[..., i, i, None]
    return right, log_of_normal(np.diagonal(left, axis1=-2, axis2=-1)).sum(axis=-1)
