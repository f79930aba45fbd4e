r"""Randomized maximum likelihood: a sample of a posterior, each member a least-squares fit.

Parameters :math:`z` are standard normal a priori, and :math:`r(z)` is the distance of the model to
what was published, in standard deviations. Member `k` draws a prior point :math:`p_k` and the noise
:math:`e_k` of a copy of what was published, both standard normal, and is

.. math:: z_k = \arg\min_z \; |r(z) - e_k|^2 + |z - p_k|^2 .

If :math:`r` is linear, the members are a sample of the posterior exactly: their mean is its mean,
their covariance :math:`(I + J^T J)^{-1}`. If it is curved they follow the bend, which the normal
approximation at the mode does not, but they are not exact (Oliver, He and Reynolds 1996,
"Conditioning permeability fields to pressure data"; Chen and Oliver 2012, Mathematical Geosciences
44; Bardsley and others 2014, "Randomize-then-optimize", SIAM Journal on Scientific Computing 36).

A fit takes steps of Gauss and Newton with the Jacobian of the mode, which each step corrects along
its own direction (Broyden 1965), so that a member costs a few runs of the model and no derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.evidence.arrays import Array

MOST_RUNS = 4
"""Runs of the model of a member, unless its fit ends before."""
ENOUGH = 1.0
"""The fit of a member ends when the next step promises to take less off its sum of squares."""
LEAST_STEP = 0.1
"""The fit of a member ends when so small a part of a step does not improve it."""


@dataclass(frozen=True)
class Chance:
    """What is drawn for one member, each standard normal."""

    prior: Array
    """A point of the prior."""
    noise: Array
    """Of the copy of what was published."""

    @classmethod
    def of(cls, seed: int, member: int, parameters: int, outcomes: int) -> Chance:
        """The chance of a member: the same whatever other members there are."""
        stream = np.random.Generator(np.random.Philox(key=np.array([seed, member], np.uint64)))
        return cls(stream.standard_normal(parameters), stream.standard_normal(outcomes))


@dataclass(frozen=True)
class Mode:
    """Where members start: the best fit to what was published as it is.

    Attributes
    ----------
    z : array (parameter,)
    misfit : array (outcome,)
        `r` there.
    jacobian : array (outcome, parameter)
        Its derivatives there.
    lower, upper : array (parameter,)
        What the parameters may be.
    """

    z: Array
    misfit: Array
    jacobian: Array
    lower: Array
    upper: Array


@dataclass(frozen=True)
class FittedMember:
    """One member of the sample."""

    z: Array
    misfit: Array
    """`r` there: the distance to what was published, not to the copy."""
    squares: float
    """What was minimized."""
    runs: int
    """Runs of the model that it took."""


def fit_member(
    misfit: Callable[[Array], Array],
    mode: Mode,
    chance: Chance,
    *,
    most_runs: int = MOST_RUNS,
    enough: float = ENOUGH,
) -> FittedMember:
    """Fit one member.

    The first place that is run is where `chance` puts the member if `misfit` is linear and `mode`
    is where it is least: for a member whose `misfit` is not quite that of the mode, a good guess.

    Parameters
    ----------
    misfit : callable
        `r`.
    most_runs : int
        Calls of it at most.
    enough : float
        See `ENOUGH`.
    """
    prior = np.clip(chance.prior, mode.lower, mode.upper)

    def squares(z: Array, r: Array) -> float:
        return float(((r - chance.noise) ** 2).sum() + ((z - prior) ** 2).sum())

    def best_step(z: Array, r: Array, slope: Array) -> tuple[Array, float]:
        """Where the linear model is least within bounds, and what it promises to take off."""
        ahead = bounded_least_squares(
            slope, chance.noise - r, prior - z, mode.lower - z, mode.upper - z
        )
        return ahead, squares(z, r) - squares(z + ahead, r + slope @ ahead)

    slope = mode.jacobian.copy()
    room = mode.lower - mode.z, mode.upper - mode.z
    ahead = bounded_least_squares(slope, chance.noise, prior, *room)
    z = np.clip(mode.z + ahead, mode.lower, mode.upper)
    r = misfit(z)
    least = squares(z, r)
    part = 1.0
    runs = 1
    while runs < most_runs and part > LEAST_STEP:
        step, promise = best_step(z, r, slope)
        if promise < enough:
            break
        tried = np.clip(z + part * step, mode.lower, mode.upper)
        r_tried = misfit(tried)
        runs += 1
        moved = tried - z
        slope += np.outer(r_tried - r - slope @ moved, moved) / (moved @ moved)
        if (found := squares(tried, r_tried)) < least:
            z, r, least, part = tried, r_tried, found, min(1.0, 2.0 * part)
        else:
            part /= 2.0
    return FittedMember(z, r, least, runs)


def bounded_least_squares(
    slope: Array, outcomes: Array, prior: Array, lower: Array, upper: Array
) -> Array:
    """The step that is least in `|slope @ step - outcomes|^2 + |step - prior|^2`, within bounds.

    What would leave its bounds is held there, and the others are solved for again.
    """
    step = np.zeros(len(prior))
    free = np.ones(len(prior), bool)
    while free.any():
        held = slope[:, ~free] @ step[~free]
        mine = slope[:, free]
        normal = np.eye(mine.shape[1]) + mine.T @ mine
        step[free] = np.linalg.solve(normal, mine.T @ (outcomes - held) + prior[free])
        out = free & ((step < lower) | (step > upper))
        if not out.any():
            break
        step[out] = np.clip(step[out], lower[out], upper[out])
        free &= ~out
    return step
