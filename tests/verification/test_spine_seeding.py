"""Seeding of vertebral levels against closed forms: number, first level, births, neighbors.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.evidence.vocabulary import N_LEVELS, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import PERSON
from sim.life.spine import has_gap
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_mean,
    assert_share,
    live_everybody,
    seeded_days,
    simplified,
)

N = 20_000
WEIGHTS = np.arange(1.0, N_LEVELS + 1.0)
WEIGHTS /= WEIGHTS.sum()


def with_spine(lead_days: float = 0.0, *, at_diagnosis: bool = True) -> Parameters:
    """Everybody's spine is seeded: at diagnosis, or later and then without a lead."""
    cancers, worlds = simplified()
    cancers["incurable_share"] = 1.0
    cancers["skeleton_hit_share_at_diagnosis" if at_diagnosis else "skeleton_hit_share"] = 1.0
    worlds["spine_hit_share"] = 1.0
    worlds["lead_time_mean_days"] = lead_days
    worlds["level_weight"] = WEIGHTS
    return cancers, worlds


def live(parameters: Parameters, n: int = N, stage: int = Stage.DISTANT) -> Records:
    people, _, _ = live_everybody(parameters, alike(n, stage=stage), seed=5)
    assert (people["spinal_metastasis_day"] < NEVER).all()
    return people


def level_days(people: Records) -> NDArray[np.float64]:
    """Day of seeding of each level."""
    return seeded_days(people)[:, :N_LEVELS]


def seeded_by(people: Records, days: float) -> NDArray[np.bool_]:
    """Who has which level seeded, some days after the first seeding of the spine."""
    since = level_days(people) - level_days(people).min(axis=1, keepdims=True)
    return np.asarray(since <= days)


def test_the_first_level_goes_by_weight() -> None:
    people = live(with_spine())
    first = level_days(people).argmin(axis=1)
    seen = np.bincount(first, minlength=N_LEVELS)
    assert stats.chisquare(seen, WEIGHTS * N).pvalue > TAIL


@pytest.mark.parametrize("stage", [Stage.LOCALIZED, Stage.DISTANT])
def test_without_clustering_levels_are_seeded_independently(stage: int) -> None:
    """Level j is the first with probability w, else seeded by t with 1 - exp(-r w t)."""
    rate = 0.01
    parameters = with_spine(at_diagnosis=stage == Stage.DISTANT)
    parameters[1]["level_seeding_rate_per_day"] = rate
    people = live(parameters, stage=stage)
    for days in (100.0, 1_000.0, 4_000.0):
        seeded = seeded_by(people, days)
        expected = WEIGHTS + (1.0 - WEIGHTS) * -np.expm1(-rate * WEIGHTS * days)
        assert_mean(seeded.sum(axis=1).astype(float), float(expected.sum()))
        for level in (0, 12, 24):
            assert_share(seeded[:, level].mean(), expected[level], N)


def test_two_levels_are_independent_given_which_came_first() -> None:
    """Neighbors share one address of luck, yet their budgets are independent."""
    parameters = with_spine()
    parameters[1]["level_seeding_rate_per_day"] = 0.02
    seeded = seeded_by(live(parameters), 1_500.0)
    first = level_days(live(with_spine())).argmin(axis=1)
    for upper in (10, 11):
        other = (first != upper) & (first != upper + 1)
        table = np.histogram2d(seeded[other, upper], seeded[other, upper + 1], bins=2)[0]
        assert stats.chi2_contingency(table, correction=False).pvalue > TAIL


def test_a_lead_seeds_levels_before_diagnosis() -> None:
    """Over an exponential lead with mean m, level j is there at day 0 with 1 - 1 / (1 + r w m)."""
    rate, lead = 0.02, 700.0
    parameters = with_spine(lead)
    parameters[1]["level_seeding_rate_per_day"] = rate
    people = live(parameters)
    assert stats.kstest(people["lead_days"], stats.expon(scale=lead).cdf).pvalue > TAIL
    there = level_days(people) <= 0.0
    expected = WEIGHTS + (1.0 - WEIGHTS) * (1.0 - 1.0 / (1.0 + rate * WEIGHTS * lead))
    assert_mean(there.sum(axis=1).astype(float), float(expected.sum()))
    assert (people["spinal_metastasis_day"] == 0.0).all()
    np.testing.assert_array_equal(level_days(people).min(axis=1), -people["lead_days"])


def test_disease_that_came_after_diagnosis_has_no_lead() -> None:
    parameters = with_spine(lead_days=700.0, at_diagnosis=False)
    people = live(parameters, 1_000, stage=Stage.LOCALIZED)
    assert (people["lead_days"] == 0.0).all()
    day = people["spinal_metastasis_day"]
    np.testing.assert_array_equal(level_days(people).min(axis=1), day)
    assert (day > 0.0).all()


def test_clustering_is_a_pure_birth_process() -> None:
    """With equal weights the next level comes at r (25 - n) / 25 (1 + c n)."""
    rate, clustering = 0.01, 0.8
    parameters = with_spine()
    parameters[1]["level_weight"] = 1.0 / N_LEVELS
    parameters[1]["level_seeding_rate_per_day"] = rate
    parameters[1]["level_clustering"] = clustering
    days = np.sort(level_days(live(parameters)), axis=1)
    waits = np.diff(days, axis=1)
    for n in (1, 2, 5, 12, 24):
        hazard = rate * (N_LEVELS - n) / N_LEVELS * (1.0 + clustering * n)
        assert stats.kstest(waits[:, n - 1] * hazard, stats.expon.cdf).pvalue > TAIL


def test_contiguous_seeding_walks_from_neighbor_to_neighbor() -> None:
    """With S1 first and no seeding through the blood, L5, L4, ... follow one by one."""
    rate = 0.004
    parameters = with_spine()
    parameters[1]["level_weight"] = np.eye(N_LEVELS)[-1]
    parameters[1]["level_contiguous_rate_per_day"] = rate
    days = level_days(live(parameters, 5_000))
    upward = -np.diff(days, axis=1)
    assert (upward > 0.0).all()
    for level in (23, 15, 0):
        assert stats.kstest(upward[:, level] * rate, stats.expon.cdf).pvalue > TAIL


def test_a_level_between_two_neighbors_has_twice_the_contiguous_hazard() -> None:
    """T1 and T3 first and T2 between: its wait after both are there is exponential at 2 q."""
    rate = 0.004
    parameters = with_spine()
    parameters[1]["level_contiguous_rate_per_day"] = rate
    # Nearly all weight on two levels that are not neighbors, seeded almost at once.
    weights = np.zeros(N_LEVELS)
    weights[[7, 9]] = 0.5
    parameters[1]["level_weight"] = weights
    parameters[1]["level_seeding_rate_per_day"] = 1e3
    people = live(parameters, 10_000)
    days = level_days(people)
    between = days[:, 8] - np.maximum(days[:, 7], days[:, 9])
    assert stats.kstest(between * 2.0 * rate, stats.expon.cdf).pvalue > TAIL
    beside = days[:, 6] - days[:, 7]
    assert stats.kstest(beside * rate, stats.expon.cdf).pvalue > TAIL


def test_everything_in_a_record_agrees_with_the_log_of_events() -> None:
    parameters = with_spine(500.0)
    parameters[1]["level_seeding_rate_per_day"] = 0.01
    parameters[1]["level_clustering"] = 0.4
    parameters[1]["mortality_rate"] = 0.3
    parameters[1]["mortality_cumulative"] = 0.3 * np.arange(121)
    people, log, _ = live_everybody(parameters, alike(500, stage=Stage.DISTANT))
    for person in people:
        mine = log.person == person["number"]
        chosen = np.isin(log.event[mine], (Event.SPINAL_METASTASIS, Event.LEVEL_SEEDED))
        levels, days = log.level[mine][chosen], log.day[mine][chosen]
        seeded = person["lesions"]["seeded_day"]
        assert len(set(levels.tolist())) == len(levels) == person["n_levels"]
        assert set(levels.tolist()) == set(np.flatnonzero(seeded < NEVER).tolist())
        np.testing.assert_array_equal(np.maximum(seeded[levels], 0.0), days)
    assert people["n_levels"].max() > 3


@pytest.mark.parametrize(
    ("levels", "gap"),
    [([], False), ([3], False), ([3, 4], False), ([24, 23, 22], False), ([0, 24], True),
     ([5, 7, 8], True)],
)  # fmt: skip
def test_a_gap_is_a_free_level_between_involved_ones(levels: list[int], gap: bool) -> None:
    people: Records = np.zeros(1, PERSON)
    people["lesions"]["seeded_day"] = NEVER
    people["lesions"]["seeded_day"][0, levels] = 10.0
    people["n_levels"] = len(levels)
    assert has_gap(people[0]) == gap
