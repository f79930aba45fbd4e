"""The sample of the posterior against closed forms, quadrature, ranks and SciPy. Room: fitting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.optimize import least_squares, lsq_linear

from sim.evidence.reader import Evidence
from sim.evidence.targets import targets
from sim.fitting import posterior
from sim.fitting.member_file import MemberFile
from sim.fitting.posterior import Sampling, members
from sim.fitting.randomized_likelihood import (
    Chance,
    FittedMember,
    Mode,
    bounded_least_squares,
    fit_member,
)
from tests.simplified import TAIL

Floats = NDArray[np.float64]
Misfit = Callable[[Floats], Floats]


def mode_of(misfit: Misfit, slope: Misfit, n: int, bound: float = 50.0) -> Mode:
    """Least squares of SciPy, priors included."""
    found = least_squares(
        lambda z: np.concatenate([misfit(z), z]),
        np.zeros(n),
        jac=lambda z: np.concatenate([slope(z), np.eye(n)]),
        xtol=1e-12,
    ).x
    return Mode(found, misfit(found), slope(found), np.full(n, -bound), np.full(n, bound))


def sample(misfit: Misfit, mode: Mode, n: int, seed: int = 1) -> Floats:
    sizes = len(mode.z), len(mode.misfit)
    return np.array([fit_member(misfit, mode, Chance.of(seed, k, *sizes)).z for k in range(n)])


def assert_normal(found: Floats, mean: Floats, covariance: Floats) -> None:
    """Mean, variances and the whole covariance of a sample, within their standard errors."""
    n, d = found.shape
    white = np.linalg.solve(np.linalg.cholesky(covariance), (found - mean).T)
    for squares, freedom in ((n * (white.mean(axis=1) ** 2).sum(), d), ((white**2).sum(), n * d)):
        p = stats.chi2(freedom).cdf(squares)
        assert TAIL / 2 < p < 1.0 - TAIL / 2
    apart = (white @ white.T / n - np.eye(d)) * np.sqrt(n / (1.0 + np.eye(d)))
    assert np.abs(apart).max() < stats.norm.isf(TAIL / d**2)


def test_of_a_linear_model_members_are_the_posterior_exactly() -> None:
    """150 parameters, 125 outcomes, against the closed form of the normal posterior."""
    d, m = 150, 125
    rng = np.random.default_rng(11)
    slope = rng.standard_normal((m, d)) * rng.choice([0.1, 1.0, 4.0], (m, 1)) / np.sqrt(d)
    published = 3.0 * rng.standard_normal(m)
    precision = np.eye(d) + slope.T @ slope
    covariance = np.linalg.inv(precision)
    mean = covariance @ slope.T @ published

    mode = mode_of(lambda z: slope @ z - published, lambda _: slope, d)
    np.testing.assert_allclose(mode.z, mean, atol=1e-6)
    assert_normal(sample(lambda z: slope @ z - published, mode, 600), mean, covariance)


def test_a_member_finds_what_other_parameters_moved() -> None:
    """The mode is of one constant, members are of another: two runs are enough if it is linear."""
    rng = np.random.default_rng(12)
    slope, published, moved = rng.standard_normal((9, 12)), rng.standard_normal(9), 5.0
    mode = mode_of(lambda z: slope @ z - published, lambda _: slope, 12)
    chance = Chance.of(3, 4, 12, 9)
    found = fit_member(lambda z: slope @ z - published + moved, mode, chance)
    rows = np.concatenate([slope, np.eye(12)])
    wanted = np.linalg.lstsq(
        rows, np.concatenate([published - moved + chance.noise, chance.prior]), rcond=None
    )[0]
    assert found.runs == 2
    np.testing.assert_allclose(found.z, wanted, atol=1e-9)
    residuals = rows @ wanted - np.concatenate([published - moved + chance.noise, chance.prior])
    assert found.squares == pytest.approx(residuals @ residuals)


def test_steps_within_bounds_are_those_of_scipy() -> None:
    """Equal where no bound binds; where some do, within them and close."""
    rng = np.random.default_rng(13)
    excess = []
    for _ in range(200):
        slope, outcomes = rng.standard_normal((4, 6)), 3.0 * rng.standard_normal(4)
        prior, bound = rng.standard_normal(6), rng.uniform(0.2, 2.0, 6)
        found = bounded_least_squares(slope, outcomes, prior, -bound, bound)
        rows, ahead = np.concatenate([slope, np.eye(6)]), np.concatenate([outcomes, prior])
        wanted = lsq_linear(rows, ahead, (-bound, bound))
        assert (np.abs(found) <= bound).all()
        mine = 0.5 * float(((rows @ found - ahead) ** 2).sum())
        assert mine >= wanted.cost - 1e-9
        if np.count_nonzero(np.abs(np.linalg.lstsq(rows, ahead)[0]) > bound) < 1:
            np.testing.assert_allclose(mine, wanted.cost, rtol=1e-6)
        excess.append(mine / wanted.cost - 1.0)
    assert np.median(excess) < 0.01


def test_members_stay_within_bounds() -> None:
    slope = np.array([[3.0, 1.0]])
    mode = mode_of(lambda z: slope @ z - 9.0, lambda _: slope, 2, bound=1.5)
    found = sample(lambda z: slope @ z - 9.0, mode, 300)
    assert np.abs(found).max() <= 1.5
    assert (found[:, 0] == 1.5).mean() > 0.5


def curved(seed: int) -> tuple[Misfit, Misfit]:
    """Logarithms of sums of two scaled rates: totals over two primaries, published once each."""
    rng = np.random.default_rng(seed)
    scale, weight = np.array([0.8, 0.6]), np.array([[0.7, 0.3], [0.2, 0.8]])
    sd = np.array([0.12, 0.8])
    truth = rng.standard_normal(2)

    def shown(z: Floats) -> Floats:
        return np.log(weight @ np.exp(scale * z))

    published = shown(truth) + sd * rng.standard_normal(2)

    def slope(z: Floats) -> Floats:
        rates = weight * np.exp(scale * z)
        return rates * scale / rates.sum(axis=1, keepdims=True) / sd[:, None]

    return lambda z: (shown(z) - published) / sd, slope


def by_quadrature(misfit: Misfit) -> tuple[Floats, Floats, float]:
    """Mean and standard deviations of the posterior, and the mean chi-square of an outcome."""
    axis = np.linspace(-5.0, 5.0, 101)
    z = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    r = np.array([misfit(point) for point in z])
    squares = (r**2).sum(axis=1)
    weight = np.exp(-0.5 * (squares + (z**2).sum(axis=1)))
    weight /= weight.sum()
    mean = weight @ z
    return mean, np.sqrt(weight @ (z - mean) ** 2), float(weight @ squares) / 2


def test_where_the_model_is_curved_members_err_less_than_the_normal_approximation() -> None:
    """Against quadrature: the fit to outcomes, where the normal approximation is worst."""
    chi, off = np.zeros((12, 3)), np.zeros((12, 2))
    for case in range(12):
        misfit, slope = curved(100 + case)
        mean, sd, chi[case, 0] = by_quadrature(misfit)
        mode = mode_of(misfit, slope, 2)
        covariance = np.linalg.inv(np.eye(2) + mode.jacobian.T @ mode.jacobian)
        normal = np.random.default_rng(case).multivariate_normal(mode.z, covariance, 1_000)
        for number, found in enumerate((sample(misfit, mode, 1_000), normal)):
            off[case, number] = np.abs((found.mean(axis=0) - mean) / sd).max()
            chi[case, 1 + number] = np.mean([misfit(z) ** 2 for z in found])
    true, mine, normals = chi.mean(axis=0)
    assert abs(mine - true) < 0.05 * true
    assert abs(mine - true) < 0.3 * abs(normals - true)
    assert off.mean(axis=0)[0] < off.mean(axis=0)[1] < 0.5


def test_ranks_of_the_truth_among_members_are_uniform() -> None:
    """Simulation-based calibration (Talts and others 2018) of a mildly curved model."""
    n_sets, n_members, bins = 400, 31, 8
    weight = np.random.default_rng(21).uniform(0.2, 1.0, (3, 4))
    scale, sd = np.array([0.4, 0.3, 0.5, 0.2]), 0.3
    rng = np.random.default_rng(22)

    def slope(z: Floats) -> Floats:
        rates = weight * np.exp(scale * z)
        return rates * scale / rates.sum(axis=1, keepdims=True) / sd

    ranks = np.zeros((n_sets, 4), int)
    for number in range(n_sets):
        truth = rng.standard_normal(4)
        published = np.log(weight @ np.exp(scale * truth)) + sd * rng.standard_normal(3)

        def misfit(z: Floats, published: Floats = published) -> Floats:
            return (np.log(weight @ np.exp(scale * z)) - published) / sd

        found = sample(misfit, mode_of(misfit, slope, 4), n_members, seed=1_000 + number)
        ranks[number] = (found < truth).sum(axis=0)
    for column in ranks.T:
        counts = np.bincount(column * bins // (n_members + 1), minlength=bins)
        assert stats.chisquare(counts).pvalue > TAIL


def test_the_chance_of_a_member_is_its_own() -> None:
    one, other = Chance.of(5, 7, 4, 3), Chance.of(5, 8, 4, 3)
    again = Chance.of(5, 7, 4, 3)
    assert (one.prior == again.prior).all()
    assert (one.noise == again.noise).all()
    assert not (one.prior == other.prior).any()


def test_a_line_that_was_cut_is_dropped_and_whole_ones_are_exact(tmp_path: Path) -> None:
    file = MemberFile(tmp_path / "deep" / "members.csv", 2, 3)
    assert file.read() == {}
    one = FittedMember(np.array([0.1, 1 / 3]), np.array([1e-17, -2.5, np.pi]), 2 / 3, 4)
    for number in (3, 1):
        file.append(number, one)
    with file.path.open("a", encoding="ascii") as opened:
        opened.write("2,4,0.5,0.1")
    found = file.read()
    assert list(found) == [3, 1]
    for member in found.values():
        assert member.runs == one.runs
        assert member.squares == one.squares
        np.testing.assert_array_equal(member.z, one.z)
        np.testing.assert_array_equal(member.misfit, one.misfit)
    file.append(2, one)
    assert list(file.read()) == [3, 1, 2]


@pytest.fixture
def small() -> Sampling:
    """The real model with hardly anybody in it."""
    known = Evidence.read()
    fitted_to = tuple(t for t in targets() if t.use == "calibrate")
    return Sampling(known, fitted_to, lives=4_000)


def test_a_sample_that_was_stopped_goes_on_to_the_same_rows(
    small: Sampling, tmp_path: Path
) -> None:
    """Stopped in the middle of a line, then gone on with by one worker more."""
    few = {"LIVES_AT_THE_MODE": 8_000, "PEOPLE_AT_THE_MODE": 500}
    with patch.multiple(posterior, **few), np.errstate(all="ignore"):
        whole = members(small, 4, tmp_path / "whole", workers=1, quiet=True)[1]
        members(small, 2, tmp_path / "parts", workers=1, quiet=True)
        path = tmp_path / "parts" / small.address / "members.csv"
        text = path.read_text(encoding="ascii")
        path.write_text(text[:-40], encoding="ascii")
        again = members(small, 4, tmp_path / "parts", workers=2, quiet=True)[1]
    for one, other in zip(whole, again, strict=True):
        np.testing.assert_array_equal(one.z, other.z)
        np.testing.assert_array_equal(one.misfit, other.misfit)
    assert len({tuple(one.z) for one in whole}) == 4
    assert len(path.read_text(encoding="ascii").splitlines()) == 4
