"""Indices of groups against closed forms: Ishigami, the g-function of Sobol, sums and products.

Room: uncertainty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from sim.evidence.arrays import Array
from sim.uncertainty.sobol import Indices, first_order_given, sobol_indices

N = 20_000
STANDARD_ERRORS = 4.5


def indices_of(
    f: Callable[[Array], Array], groups: Sequence[Sequence[int]], a: Array, b: Array
) -> Indices:
    """Indices of groups of columns of two samples."""
    mixed = []
    for group in groups:
        row = a.copy()
        row[:, group] = b[:, group]
        mixed.append(f(row))
    return sobol_indices(f(a), f(b), np.array(mixed))


def agree(found: Indices, first: Sequence[float], total: Sequence[float]) -> None:
    """Indices are within their standard errors of what they should be, and the errors small."""
    assert np.all(np.abs(found.first - first) <= STANDARD_ERRORS * found.first_se + 1e-12)
    assert np.all(np.abs(found.total - total) <= STANDARD_ERRORS * found.total_se + 1e-12)
    assert found.first_se.max() < 0.03
    assert found.total_se.max() < 0.03


def test_indices_of_ishigami() -> None:
    r"""Sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 of uniform numbers from -pi to pi."""
    rng = np.random.default_rng(1)
    a, b = rng.uniform(-np.pi, np.pi, (2, N, 3))

    def f(x: Array) -> Array:
        return np.sin(x[:, 0]) * (1.0 + 0.1 * x[:, 2] ** 4) + 7.0 * np.sin(x[:, 1]) ** 2

    one = 0.5 * (1.0 + 0.1 * np.pi**4 / 5.0) ** 2
    two = 49.0 / 8.0
    both = 0.01 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    variance = one + two + both
    first = np.array([one, two, 0.0]) / variance
    total = np.array([one + both, two, both]) / variance
    agree(indices_of(f, [[0], [1], [2]], a, b), first, total)
    # Of the first and third together nothing interacts with the second.
    agree(indices_of(f, [[0, 2]], a, b), [(one + both) / variance], [(one + both) / variance])


def test_indices_of_groups_of_the_g_function() -> None:
    r"""Prod (|4 x - 2| + a) / (1 + a): the variance of a group is prod (1 + V_i) - 1."""
    weights = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0])
    rng = np.random.default_rng(2)
    a, b = rng.uniform(size=(2, N, 6))

    def f(x: Array) -> Array:
        return np.asarray(((np.abs(4.0 * x - 2.0) + weights) / (1.0 + weights)).prod(axis=1))

    alone = 1.0 / (3.0 * (1.0 + weights) ** 2)
    groups = [[0], [1, 2], [3, 4, 5]]
    variance = np.prod(1.0 + alone) - 1.0
    own = np.array([np.prod(1.0 + alone[group]) for group in groups])
    first = (own - 1.0) / variance
    total = (own - 1.0) * (1.0 + variance) / own / variance
    agree(indices_of(f, groups, a, b), first.tolist(), total.tolist())


def test_of_a_sum_first_order_and_total_are_shares_of_variance() -> None:
    rng = np.random.default_rng(3)
    sd = np.array([3.0, 2.0, 1.0])
    a, b = rng.normal(size=(2, N, 3)) * sd
    shares = (sd**2 / (sd**2).sum()).tolist()
    agree(indices_of(lambda x: x.sum(axis=1), [[0], [1], [2]], a, b), shares, shares)


def test_of_a_product_of_centered_numbers_nothing_is_of_first_order() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=(2, N, 2))
    agree(indices_of(lambda x: x[:, 0] * x[:, 1], [[0], [1]], a, b), [0.0, 0.0], [1.0, 1.0])


def test_a_group_that_does_nothing_has_exactly_zero() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(size=(2, 40, 2))
    found = indices_of(lambda x: np.exp(x[:, 0]), [[0], [1]], a, b)
    assert (found.first[1], found.total[1]) == (0.0, 0.0)
    assert (found.first_se[1], found.total_se[1]) == (0.0, 0.0)


def test_where_nothing_varies_there_is_no_index() -> None:
    one = np.ones(20)
    assert np.isnan(sobol_indices(one, one, one[None]).total).all()


def test_sampling_noise_of_known_variance_is_taken_out_of_the_total_index() -> None:
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(2, 2, N))
    noise = 0.5

    def seen(z: Array) -> Array:
        return z[0] + noise * rng.normal(size=N)

    mixed = np.array([seen(np.array([x[0], y[1]]))])  # the group that does nothing but for noise
    found = sobol_indices(seen(x), seen(y), mixed, 2.0 * noise**2)
    assert abs(found.total[0]) < STANDARD_ERRORS * found.total_se[0] < 0.05


@pytest.mark.parametrize("seed", range(3))
def test_by_regression_useless_inputs_stay_below_the_floor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(300, 200))
    shares, floor = first_order_given(x, 2.0 * x[:, 0] + x[:, 1] ** 2 / np.sqrt(2.0) + x[:, 2])
    expected = np.array([4.0, 1.0, 1.0]) / 6.0
    assert np.all(np.abs(shares[:3] - expected) < 0.2)
    assert shares[0] > floor
    assert abs(shares[3:].mean()) < 0.002
