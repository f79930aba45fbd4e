r"""Sobol indices of groups of inputs, by pick-freeze.

Of a function :math:`f` of independent groups of inputs, with :math:`V = \operatorname{Var} f`, the
first-order index of group :math:`g` is the part of the variance that would go if the group were
known, on average, :math:`S_g = \operatorname{Var}(E[f \mid g]) / V`; the total index is the part
that is left if all others were known, :math:`T_g = E[\operatorname{Var}(f \mid \text{others})]/V`.
What :math:`T_g` is more than :math:`S_g` is interaction with other groups.

From two independent samples :math:`A, B` and :math:`A_B^g`, which is :math:`A` with the group of
:math:`B`, each of :math:`n` rows:

.. math::

    \hat S_g = \frac{1}{n \hat V} \sum_j (f(B_j) - \bar f)(f(A_{B,j}^g) - f(A_j)), \qquad
    \hat T_g = \frac{1}{2 n \hat V} \sum_j (f(A_j) - f(A_{B,j}^g))^2

(Saltelli et al. 2010, table 2b with centered :math:`f`, and Jansen 1999). Both are 0, not nearly,
for a group that does nothing. Standard errors are those of a bootstrap over rows.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.evidence.arrays import Array

BOOTSTRAPS = 1_000
_SEED = 20101231


class Indices(NamedTuple):
    """Indices with their standard errors; each an array (groups,), nan if nothing varies."""

    first: Array
    first_se: Array
    total: Array
    total_se: Array


def sobol_indices(a: Array, b: Array, mixed: Array, noise: Array | float = 0.0) -> Indices:
    """First-order and total indices.

    Parameters
    ----------
    a, b : arrays (rows,)
        The function in the two samples.
    mixed : array (groups, rows)
        In the first sample with one group of the second.
    noise : array (groups, rows) or float
        Variance that sampling adds to `a - mixed`, which is taken out of the total index.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x, y = rng.normal(size=(2, 2, 4_000))
    >>> f = lambda z: 2.0 * z[0] + z[1]
    >>> found = sobol_indices(f(x), f(y), np.array([f((y[0], x[1])), f((x[0], y[1]))]))
    >>> found.total.round(1).tolist()
    [0.8, 0.2]
    """
    n = len(a)
    floor = np.broadcast_to(noise, mixed.shape)
    first, total = _indices(a, b, mixed, floor)
    rng = np.random.default_rng(_SEED)
    again = []
    for _ in range(BOOTSTRAPS):
        rows = rng.integers(n, size=n)
        again.append(_indices(a[rows], b[rows], mixed[:, rows], floor[:, rows]))
    errors = np.std(np.array(again), axis=0)
    return Indices(first, errors[0], total, errors[1])


def _indices(a: Array, b: Array, mixed: Array, noise: Array) -> tuple[Array, Array]:
    both = np.concatenate([a, b])
    center, variance = both.mean(), both.var(ddof=1)
    if variance <= 0.0:
        nothing = np.full(len(mixed), np.nan)
        return nothing, nothing
    moved = mixed - a
    first = ((b - center) * moved).mean(axis=1) / variance
    total = (moved**2 - noise).mean(axis=1) / (2.0 * variance)
    return first, total


def first_order_given(inputs: Array, output: Array) -> tuple[Array, float]:
    r"""First-order share of each single input from any independent sample, by regression.

    Parameters
    ----------
    inputs : array (rows, inputs)
    output : array (rows,)

    Returns
    -------
    shares : array (inputs,)
        :math:`R^2` of a quadratic in the ranks of the input, less what a useless one has on
        average.
    floor : float
        What the largest of as many useless inputs exceeds in one of twenty samples.
    """
    n = len(output)
    center = output - output.mean()
    total = (center**2).sum()
    if total <= 0.0:
        return np.zeros(inputs.shape[1]), 0.0
    z = (np.argsort(np.argsort(inputs, axis=0), axis=0) + 0.5) / n - 0.5
    varies = inputs.std(axis=0) > 0.0
    one, two = z, z**2 - (z**2).mean(axis=0)
    basis = np.stack([one / np.sqrt((one**2).sum(axis=0)), two / np.sqrt((two**2).sum(axis=0))])

    def explained(values: Array) -> Array:
        parts = np.einsum("kni,n->ki", basis, values)
        return np.asarray((parts**2).sum(axis=0) / total * varies)

    useless = 2.0 / (n - 1)
    rng = np.random.default_rng(_SEED)
    floor = np.quantile([explained(rng.permutation(center)).max() for _ in range(100)], 0.95)
    return np.where(varies, explained(center) - useless, 0.0), float(floor - useless)
