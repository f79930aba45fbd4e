"""A 95% interval holds what its label says in 95 of 100 runs, and is none of too few samples.

Room: tables. The oracles are SciPy, and simulation from distributions whose mean is known.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim import Population, Scenario
from sim.counting.care_tally import SUBGROUPS
from sim.tables.compare import COMPARED, PairedMeans, compare
from sim.tables.intervals import (
    FEWEST_DRAWS,
    FEWEST_PEOPLE,
    half_of_people,
    interval,
    too_few_words,
)

TIMES = 20_000
ERROR = 4.0 * np.sqrt(0.05 * 0.95 / TIMES)
"""Four standard errors of a share of 95% over so many sets."""


def held(ends: np.ndarray, truth: np.ndarray | float) -> float:
    """In which share of the sets an interval holds the truth."""
    return float(np.mean((ends[0] <= truth) & (truth <= ends[1])))


@pytest.mark.parametrize("n", [39, 40, 50, 100, 400])
@pytest.mark.parametrize("family", ["norm", "expon", "cauchy", "uniform"])
def test_a_range_of_draws_holds_95_of_100_further_draws(n: int, family: str) -> None:
    every = getattr(stats, family).rvs(size=(n + 1, TIMES), random_state=n)
    # Between two draws the place is exact for a uniform distribution, and nearly for others.
    assert held(interval(every[:n], "parameter draws"), every[n]) == pytest.approx(
        0.95, abs=ERROR + 0.004
    )


def test_usual_percentiles_of_ten_draws_would_hold_78_of_100_further_draws() -> None:
    every = stats.uniform.rvs(size=(11, TIMES), random_state=1)
    usual = np.percentile(every[:10], [2.5, 97.5], axis=0)
    # Each end is 0.225 of the way from the first of ten to the second.
    assert held(usual, every[10]) == pytest.approx(1.0 - 2.0 * 1.225 / 11.0, abs=ERROR)
    assert np.isnan(interval(every[:10], "parameter draws")).all()


@pytest.mark.parametrize("n", [2, 3, 5, 20])
def test_the_interval_over_replicates_holds_their_mean_and_is_that_of_scipy(n: int) -> None:
    samples = stats.norm(7.0, 2.0).rvs(size=(n, TIMES), random_state=n)
    ends = interval(samples, "replicates")
    assert held(ends, 7.0) == pytest.approx(0.95, abs=ERROR)
    for column in range(3):
        wanted = stats.ttest_1samp(samples[:, column], 0.0).confidence_interval(0.95)
        np.testing.assert_allclose(ends[:, column], [wanted.low, wanted.high])


def test_of_counts_that_are_rare_the_interval_over_replicates_is_not_0_to_0() -> None:
    counts = stats.poisson(0.3).rvs(size=(3, TIMES), random_state=3)
    ends = interval(counts, "replicates")
    some = np.isfinite(ends).all(axis=0)
    np.testing.assert_array_equal(some, np.ptp(counts, axis=0) > 0)
    assert held(ends[:, some], 0.3) >= 0.95 - ERROR


@pytest.mark.parametrize(("n", "least"), [(FEWEST_PEOPLE, 0.89), (100, 0.925), (1_000, 0.94)])
def test_the_sampling_error_of_skewed_days_with_many_zeros_is_known(n: int, least: float) -> None:
    rng = np.random.default_rng(n)
    days = rng.exponential(30.0, (n, 4_000)) * (rng.random((n, 4_000)) < 0.5)
    half, mean = half_of_people(days.var(axis=0), n), days.mean(axis=0)
    assert held(np.stack([mean - half, mean + half]), 15.0) >= least


def test_there_is_no_interval_of_fewer_than_it_takes() -> None:
    rng = np.random.default_rng(0)
    assert np.isnan(interval(rng.random(FEWEST_DRAWS - 1), "parameter draws")).all()
    assert np.isfinite(interval(rng.random(FEWEST_DRAWS), "parameter draws")).all()
    assert np.isnan(interval(rng.random(1), "replicates")).all()
    assert np.isfinite(interval(rng.random(2), "replicates")).all()
    assert np.isnan(half_of_people(1.0, FEWEST_PEOPLE - 1))
    assert np.isnan(half_of_people(0.0, FEWEST_PEOPLE))
    assert too_few_words("parameter draws", 39) == ""
    assert too_few_words("replicates", 1).startswith("1 replicate, too few")


def test_a_draw_without_the_number_counts_as_no_draw() -> None:
    samples = np.arange(80.0).reshape(40, 2)
    samples[0, 1] = np.nan
    samples[:2, 0] = np.nan
    ends = interval(samples, "parameter draws")
    assert np.isnan(ends[:, 0]).all()
    assert ends[:, 1].tolist() == [3.0, 79.0]


def paired(draw: int, replicate: int, value: float) -> PairedMeans:
    """Two strategies that differ by a value in everything."""
    mean = np.zeros((2, len(SUBGROUPS), len(COMPARED)), np.float32)
    mean[1] = value
    variance = np.full_like(mean, 16.0)
    return PairedMeans(draw, replicate, np.full(len(SUBGROUPS), 101.0), mean, variance, variance)


def test_strategies_are_compared_over_draws_over_replicates_or_over_people() -> None:
    one, two = paired(0, 0, 5.0), paired(0, 1, 7.0)
    names = ("a", "b")
    people = compare([one], names).iloc[0]
    half = stats.t.ppf(0.975, 100) * 4.0 / np.sqrt(100.0)
    assert (people["lo"], people["hi"]) == pytest.approx((5.0 - half, 5.0 + half))
    replicates = compare([one, two], names).iloc[0]
    wanted = stats.ttest_1samp([5.0, 7.0], 0.0).confidence_interval(0.95)
    assert (replicates["lo"], replicates["hi"]) == pytest.approx((wanted.low, wanted.high))
    drawn = [paired(draw, r, draw + 2.0 * r) for draw in range(1, 40) for r in range(2)]
    over_draws = compare([one, two, *drawn], names).iloc[0]
    assert over_draws["interval_over"] == "parameter draws"
    # The replicates of a draw are one sample: their mean.
    assert (over_draws["lo"], over_draws["hi"]) == (2.0, 40.0)
    few = compare([one, *drawn[:40]], names)
    assert few[["lo", "hi"]].isna().all(axis=None)
    assert few["difference"].iloc[0] == np.mean(range(1, 21)) + 1.0
    nobody_differs = replace(one, paired_variance=np.zeros_like(one.paired_variance))
    assert compare([nobody_differs], names)["lo"].isna().all()


@pytest.mark.parametrize("n", [2, 3])
def test_few_replicates_of_a_run_hold_the_mean_of_many(many: list[float], n: int) -> None:
    """Percentiles of 2 and 3 replicates held it in 11 and 20 of 30 seeds."""
    sets = np.array(many[: len(many) // n * n]).reshape(-1, n)
    times = held(interval(sets.T, "replicates"), np.mean(many)) * len(sets)
    assert times >= stats.binom(len(sets), 0.95).ppf(0.001)


@pytest.fixture(scope="module")
def many() -> list[float]:
    """New spinal metastasis in 90 replicates of a small cohort."""
    small = Population.united_states(2015).scaled(500)
    counts = Scenario(name="x", population=small, years=(2015, 2015), replicates=90).run()
    mine = counts.case_counts.query("measure == 'new_spinal_metastasis'")
    return [float(count) for count in mine.groupby("replicate")["count"].sum()]
