r"""Penalized regression on draws: what is expected of a net benefit, given some parameters.

One parameter is smoothed by cubic B-splines with a penalty on second differences (P-splines); a
group by an additive model of its parameters with a ridge penalty, on principal components. Both
are linear in what is smoothed,

.. math:: \hat g = \bar y + \sum_k f_k(\lambda)\, u_k\, u_k^\top y ,

with orthonormal directions :math:`u_k` and factors :math:`f_k` from 0 to 1. :math:`\lambda` is
that of the least generalized cross-validation :math:`n\,\mathrm{RSS} / (n - c\,\mathrm{df})^2`,
with :math:`c = 1.4` for one parameter, against fits that are too rough. Among the candidates is the
constant, which says that nothing is learned.

A ridge shrinks, and so does the spread of its fit: by itself it would undervalue a group of many
parameters that matter little each. The fit is stretched about its mean until its variance is what
the ridge, read as a prior, expects: :math:`\sum f_k^2 (u_k^\top y)^2 + f_k \sigma^2`.

Parameters enter by their rank, as normal scores: what is known of a parameter is the same in
whatever unit, and no far tail of one drives the fit.

Notes
-----
P-splines: Eilers and Marx 1996. The factor 1.4: Kim and Gu 2004. Stretched to the expected
variance: constrained Bayes estimates, Ghosh 1992.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sim.evidence.arrays import Array

_INTERVALS = 10
"""Between the knots of a spline."""
_CUBIC = 3
_PENALTIES = np.logspace(-3.0, 6.0, 37)
"""Of second differences, beside the roughest direction."""
_RIDGES = np.logspace(-6.0, 3.0, 37)
"""Beside the variance of the first principal component."""
_CAUTION = 1.4
"""How many times a degree of freedom of a spline counts."""
_MOST_OF_ROWS = 0.75
"""Directions and degrees of freedom at most, of the draws."""
_TINY = 1e-9
"""Of the largest: directions with less spread are none."""
_FEW = 6
"""Parameters of a group up to which their products in pairs enter too."""
_LESS_SQUARED, _LESS_CUBED = 0.5, 0.25
"""How much less of a square, a product and a cube is expected than of a straight line."""


@dataclass(frozen=True)
class Smoother:
    """What fits are made of, for one parameter or a group of them.

    Attributes
    ----------
    directions : array (draw, direction)
        Orthonormal, each with mean 0.
    factors : array (candidate, direction)
        From 0 to 1: how much of each direction a candidate keeps.
    caution : float
        How many times a degree of freedom counts.
    stretched : bool
        Whether the fit is brought to the variance that it is expected to have.
    """

    directions: Array
    factors: Array
    caution: float
    stretched: bool

    @property
    def freedom(self) -> Array:
        """Degrees of freedom of each candidate."""
        return np.asarray(1.0 + self.factors.sum(axis=1))

    def residual(self, y: Array) -> Array:
        """Sum of squares that each candidate leaves, shape (candidate, column of `y`)."""
        total = ((y - y.mean(axis=0)) ** 2).sum(axis=0)
        kept = self.factors * (2.0 - self.factors)
        return np.asarray(np.maximum(total - kept @ (self.directions.T @ y) ** 2, 0.0))

    def criterion(self, y: Array) -> Array:
        """Generalized cross-validation of each candidate, shape (candidate, column of `y`)."""
        n = len(y)
        spent = np.maximum(n - self.caution * self.freedom, 1.0)
        found = n * self.residual(y) / spent[:, None] ** 2
        found[self.freedom > max(3.0, _MOST_OF_ROWS * n)] = np.inf
        return np.asarray(found)

    def fitted(self, y: Array, candidates: Array) -> Array:
        """The fit of each column of `y` by its candidate."""
        factors = self.factors[candidates].T
        kept = factors * (self.directions.T @ y)
        if self.stretched:
            columns = np.arange(y.shape[1])
            left = len(y) - self.freedom[candidates]
            noise = self.residual(y)[candidates, columns] / np.maximum(left, 1.0)
            has = (kept**2).sum(axis=0)
            more = factors.sum(axis=0) * noise
            kept *= np.sqrt(1.0 + np.divide(more, has, out=np.zeros_like(has), where=has > 0.0))
        return np.asarray(y.mean(axis=0) + self.directions @ kept)


def smooth(smoothers: Sequence[Smoother], y: Array) -> Array:
    """Expected values given the parameters, each column by the best candidate of all.

    Parameters
    ----------
    smoothers : sequence of Smoother
        Of the same parameters.
    y : array (draw, column)

    Returns
    -------
    array (draw, column)
        With the mean of `y` in each column.
    """
    every = [smoother.criterion(y) for smoother in smoothers]
    least = np.array([criterion.min(axis=0) for criterion in every])
    which = least.argmin(axis=0)
    found = np.empty_like(y)
    for number, (smoother, criterion) in enumerate(zip(smoothers, every, strict=True)):
        mine = which == number
        if mine.any():
            found[:, mine] = smoother.fitted(y[:, mine], criterion[:, mine].argmin(axis=0))
    return found


def smoothers_of(parameters: Array) -> tuple[Smoother, ...]:
    """The smoothers of one parameter, or of a group of them.

    Parameters
    ----------
    parameters : array (draw, parameter)
    """
    scores = normal_scores(parameters)
    scores = scores[:, scores.std(axis=0) > 0.0]
    if scores.shape[1] == 0:
        nothing = np.zeros((len(scores), 1))
        return (Smoother(nothing, np.zeros((1, 1)), 1.0, stretched=False),)
    if scores.shape[1] == 1:
        return (_spline(scores[:, 0]),)
    straight = [scores]
    squares = [scores**2 * _LESS_SQUARED]
    if scores.shape[1] <= _FEW:
        pairs = [scores[:, i] * scores[:, j] for i, j in combinations(range(scores.shape[1]), 2)]
        squares.append(np.stack(pairs, axis=1) * _LESS_SQUARED)
    cubes = [(scores**3 - 3.0 * scores) * _LESS_CUBED]
    models = [np.concatenate(straight, axis=1)]
    for terms in (straight + squares, straight + squares + cubes):
        model = np.concatenate(terms, axis=1)
        if model.shape[1] <= _MOST_OF_ROWS * len(model):
            models.append(model)
    return tuple(_ridge(model) for model in models)


def normal_scores(values: Array) -> Array:
    """Ranks as quantiles of the normal distribution, equal values alike; 0 of a constant.

    Examples
    --------
    >>> normal_scores(np.array([[10.0], [20.0], [40.0]])).round(2).ravel().tolist()
    [-0.97, 0.0, 0.97]
    """
    from scipy.special import ndtri  # half a second that printing help does without
    from scipy.stats import rankdata  # the same

    ranks = rankdata(values, axis=0)
    return np.asarray(ndtri((ranks - 0.5) / len(values)), float)


def _spline(x: Array) -> Smoother:
    """Cubic B-splines of one parameter, with a penalty on second differences."""
    from scipy.interpolate import BSpline  # half a second that printing help does without

    low, high = float(x.min()), float(x.max())
    width = (high - low) / _INTERVALS
    knots = low + width * np.arange(-_CUBIC, _INTERVALS + _CUBIC + 1)
    inside = np.clip(x, low, high - width * _TINY)
    basis = BSpline.design_matrix(inside, knots, _CUBIC).toarray()
    basis -= basis.mean(axis=0)
    spread, axes = np.linalg.eigh(basis.T @ basis)
    has = spread > _TINY * spread[-1]
    to_unit = axes[:, has] / np.sqrt(spread[has])
    second = np.diff(np.eye(basis.shape[1]), 2, axis=0) @ to_unit
    roughness, turned = np.linalg.eigh(second.T @ second)
    roughness = np.where(roughness > _TINY * roughness[-1], roughness, 0.0)
    scale = _PENALTIES[:, None] / max(float(roughness[-1]), _TINY)
    factors = _with_constant(1.0 / (1.0 + scale * roughness))
    return Smoother(basis @ to_unit @ turned, factors, _CAUTION, stretched=False)


def _ridge(terms: Array) -> Smoother:
    """Principal components of the terms of an additive model, shrunk by a ridge penalty."""
    terms = terms - terms.mean(axis=0)
    left, size, _ = np.linalg.svd(terms, full_matrices=False)
    kept = min(int((size > _TINY * size[0]).sum()), int(_MOST_OF_ROWS * len(terms)))
    square = (size[:kept] / size[0]) ** 2
    factors = _with_constant(square / (square + _RIDGES[:, None]))
    return Smoother(left[:, :kept], factors, 1.0, stretched=True)


def _with_constant(factors: Array) -> Array:
    """Candidates, and the one that keeps nothing, first: of those that are alike it is taken."""
    return np.concatenate([np.zeros((1, factors.shape[1])), factors])
