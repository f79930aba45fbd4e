"""Back pain that is no metastasis, and lesions outside the vertebrae.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.counting.cohort import Cohort
from sim.counting.counts import Count
from sim.evidence.vocabulary import DAYS_PER_YEAR, N_LEVELS, Compartment, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import OUTSIDE
from tests.simplified import (
    MYELOMA,
    TAIL,
    Parameters,
    alike,
    assert_share,
    detected_days,
    let_hurt,
    live_everybody,
    seeded_days,
    simplified,
    with_one_lesion,
)

N = 8_000
WEIGHTS = np.arange(1.0, N_LEVELS + 1.0)
WEIGHTS /= WEIGHTS.sum()


def aching(rate: float = 1.0 / 300.0, image_share: float = 0.4) -> Parameters:
    """One occult lesion at diagnosis, which never hurts, and other back pain."""
    cancers, worlds = with_one_lesion()
    worlds["other_back_pain_rate_per_day"] = rate
    worlds["other_back_pain_image_share"] = image_share
    worlds["lesion_sensitivity"] = 0.7
    worlds["mortality_rate"] = 0.2
    worlds["mortality_cumulative"] = 0.2 * np.arange(121)
    return cancers, worlds


def test_other_back_pain_comes_at_its_rate_from_when_the_cancer_is_incurable() -> None:
    people, log, _ = live_everybody(aching(), alike(N, stage=Stage.DISTANT), seed=17)
    expected = people["death_day"] / 300.0
    z = (people["n_other_back_pain"].sum() - expected.sum()) / np.sqrt(expected.sum())
    assert abs(z) < 4.5
    mine = log.event == Event.OTHER_BACK_PAIN
    _, first = np.unique(np.where(mine, log.person, 0), return_index=True)
    rate = 1.0 / 300.0 + 0.2 / DAYS_PER_YEAR
    assert stats.kstest(log.day[first[1:]], stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL


def test_controlled_cancers_are_not_followed_for_other_back_pain() -> None:
    people, _, _ = live_everybody(aching(rate=1.0), alike(200))
    assert (people["n_other_back_pain"] == 0).all()


@pytest.mark.parametrize("sex", [0, 1])
def test_osteoporotic_collapse_rises_with_age_by_sex(sex: int) -> None:
    """Each one's time since the last spends an exponential amount of a Gompertz hazard."""
    cancers, worlds = simplified()
    worlds["osteoporotic_rate_per_day"] = rates = (0.004 / DAYS_PER_YEAR, 0.02 / DAYS_PER_YEAR)
    worlds["osteoporotic_slope_per_year"] = slope = 0.06
    worlds["osteoporotic_reference_age"] = 70.0
    plan = alike(1_000, stage=Stage.DISTANT, sex=sex, age=65.0)
    worlds["mortality_rate"] = 0.03
    worlds["mortality_cumulative"] = 0.03 * np.arange(121)
    people, log, _ = live_everybody((cancers, worlds), plan, seed=18)
    assert (
        (log.event == Event.OSTEOPOROTIC_COLLAPSE).sum() == people["n_other_back_pain"].sum() > 300
    )

    def spent(day: np.ndarray) -> np.ndarray:
        age = 65.0 + day / DAYS_PER_YEAR
        total: np.ndarray = rates[sex] * DAYS_PER_YEAR / slope * np.exp(slope * (age - 70.0))
        return total

    # A Poisson process in the time of its own cumulative hazard: counts against what was spent.
    expected = (spent(people["death_day"]) - spent(np.zeros(1))).sum()
    assert abs(people["n_other_back_pain"].sum() - expected) < 4.5 * np.sqrt(expected)
    early = log.day[log.event == Event.OSTEOPOROTIC_COLLAPSE] < 10.0 * DAYS_PER_YEAR
    ten = np.minimum(people["death_day"], 10.0 * DAYS_PER_YEAR)
    expected = (spent(ten) - spent(np.zeros(1))).sum()
    assert abs(early.sum() - expected) < 4.5 * np.sqrt(expected)


def test_other_back_pain_is_no_metastatic_pain_and_finds_lesions_only_by_images() -> None:
    """Imaged in a share, seen with the sensitivity: the lesion is found at a thinned rate."""
    people, log, tally = live_everybody(aching(), alike(N, stage=Stage.DISTANT), seed=17)
    assert (people["n_other_back_pain"] > 0).mean() > 0.5
    for field in ("pain_days", "severe_pain_days", "pain_area", "opioid_days", "n_fractures"):
        assert (people[field] == 0).all(), field
    assert (people["pain_onset_day"] == NEVER).all()
    assert (people["sins_at_detection"] <= 15).all()
    assert tally.counts[Count.labeled("new_painful_spinal_metastasis")].sum() == 0
    found = detected_days(people).min(axis=1)
    thinned = 0.4 * 0.7 / 300.0
    rate = thinned + 0.2 / DAYS_PER_YEAR
    seen = found < NEVER
    assert_share(seen.mean(), thinned / rate, N)
    assert stats.kstest(found[seen], stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL
    looked = log.event == Event.OTHER_BACK_PAIN
    aches = set(zip(log.person[looked].tolist(), log.day[looked].tolist(), strict=True))
    assert set(zip(people["number"][seen].tolist(), found[seen].tolist(), strict=True)) <= aches


def test_without_images_other_back_pain_changes_no_life() -> None:
    lives = []
    for rate in (1e-12, 1.0 / 100.0):
        people, _, _ = live_everybody(aching(rate, 0.0), alike(1_000, stage=Stage.DISTANT))
        assert (people["spinal_detected_day"] == NEVER).all()
        lives.append(people)
    for field in ("death_day", "spinal_metastasis_day", "pain", "pain_days"):
        np.testing.assert_array_equal(lives[0][field], lives[1][field])
    np.testing.assert_array_equal(*(people["lesions"]["seeded_day"] for people in lives))
    assert (lives[1]["n_other_back_pain"] > 3).any()


def outside(rate: float = 1.0 / 200.0) -> Parameters:
    """Distant disease that seeds the spine, but outside the vertebrae, and no skeleton."""
    cancers, worlds = simplified()
    worlds["outside_seeding_rate_per_day"] = rate
    worlds["outside_soft_tissue_share"], worlds["outside_extramedullary_share"] = 0.45, 0.4
    worlds["level_weight"] = WEIGHTS
    return cancers, worlds


def test_a_lesion_outside_the_vertebrae_is_spinal_but_not_skeletal() -> None:
    parameters = outside()
    let_hurt(parameters[1], 1.0 / 100.0)
    people, log, tally = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=19)
    assert (people["n_lesions"] == 1).all()
    assert (people["lesion_at"][:, 0] == OUTSIDE).all()
    assert (people["n_levels"] == 0).all()
    for field in ("skeletal_metastasis_day", "skeletal_detected_day", "skeletal_recorded_day"):
        assert (people[field] == NEVER).all(), field
    day = people["spinal_metastasis_day"]
    assert stats.kstest(day, stats.expon(scale=200.0).cdf).pvalue > TAIL
    np.testing.assert_array_equal(day, log.day[log.event == Event.OUTSIDE_SEEDED])
    np.testing.assert_array_equal(day, seeded_days(people)[:, OUTSIDE])
    assert (people["spinal_detected_day"] < NEVER).all()
    total = {name: tally.cohort[..., i].sum() for i, name in enumerate(Cohort.labels())}
    assert total["spinal_metastasis"] == total["spinal_detected"] == N
    for name in ("skeletal_metastasis", "skeletal_detected", "vertebral_metastasis"):
        assert total[name] == 0, name
    assert total["vertebral_detected"] == total["spinal_detected_gap"] == 0


def test_compartments_and_levels_of_lesions_outside_go_by_their_shares() -> None:
    people, _, tally = live_everybody(outside(), alike(N, stage=Stage.DISTANT), seed=19)
    compartment = people["lesions"]["compartment"][:, OUTSIDE]
    codes = (
        Compartment.EXTRADURAL_SOFT_TISSUE,
        Compartment.INTRADURAL_EXTRAMEDULLARY,
        Compartment.INTRAMEDULLARY,
    )
    seen = [(compartment == code).sum() for code in codes]
    assert stats.chisquare(seen, N * np.array([0.45, 0.4, 0.15])).pvalue > TAIL
    names = ("soft_tissue", "extramedullary", "intramedullary")
    columns = [Cohort.labeled(f"{name}_metastasis") for name in names]
    assert [tally.cohort[..., column].sum() for column in columns] == seen
    level = np.bincount(people["lesions"]["level"][:, OUTSIDE], minlength=N_LEVELS)
    assert stats.chisquare(level, N * WEIGHTS).pvalue > TAIL


def test_a_lesion_outside_never_collapses_and_begins_in_the_canal() -> None:
    parameters = outside()
    for event in ("vertebral_fracture", "silent_collapse", "instability"):
        name = f"{event}_rate_per_day"
        parameters[1][name] = 1.0
    people, _, _ = live_everybody(parameters, alike(200, stage=Stage.DISTANT))
    assert (people["n_fractures"] == 0).all()
    assert (people["lesions"]["mechanical_pain"][:, OUTSIDE] == 0.0).all()
    assert (people["lesions"]["epidural_grade"][:, OUTSIDE] == 1).all()


def test_cancers_of_the_marrow_seed_nothing_outside() -> None:
    people, _, _ = live_everybody(outside(1.0), alike(200, primary=MYELOMA, stage=Stage.DISTANT))
    assert (people["n_lesions"] == 0).all()


@pytest.mark.parametrize("sensitivity", [0.0, 0.5])
def test_a_work_up_finds_its_lesion_and_the_others_with_the_sensitivity(
    sensitivity: float,
) -> None:
    """One vertebral lesion at diagnosis and one outside; only one of the two hurts first."""
    cancers, worlds = with_one_lesion()
    worlds["outside_seeding_rate_per_day"] = 1e6
    worlds["lesion_sensitivity"] = sensitivity
    let_hurt(worlds, 1.0 / 300.0)
    people, log, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT), seed=20)
    assert (people["n_lesions"] == 2).all()
    found = np.sort(detected_days(people), axis=1)[:, :2]
    together = found[:, 0] == found[:, 1]
    assert_share(together.mean(), sensitivity, N)
    worked_up = (log.event == Event.PAIN_WORKED_UP).sum()
    assert worked_up == 2 * N - together.sum()
    oracle = stats.expon(scale=150.0)
    assert stats.kstest(found[:, 0], oracle.cdf).pvalue > TAIL
    apart = (found[:, 1] - found[:, 0])[~together]
    assert stats.kstest(apart, stats.expon(scale=300.0).cdf).pvalue > TAIL


def test_the_skeleton_is_detected_by_a_vertebral_lesion_that_is_seen() -> None:
    """A lesion outside the vertebrae that is worked up shows nothing of a bone that is missed."""
    cancers, worlds = with_one_lesion()
    worlds["outside_seeding_rate_per_day"] = 1e6
    worlds["lesion_sensitivity"] = 0.0
    let_hurt(worlds, 1.0 / 300.0)
    people, _, _ = live_everybody((cancers, worlds), alike(2_000, stage=Stage.DISTANT), seed=20)
    vertebral = detected_days(people)[:, :N_LEVELS].min(axis=1)
    np.testing.assert_array_equal(people["skeletal_detected_day"], vertebral)


def test_severe_pain_and_fractures_are_worked_up_sooner() -> None:
    cancers, worlds = with_one_lesion()
    worlds["fracture_settles_mean_days"] = worlds["analgesia_step_mean_days"] = 1e18
    worlds["vertebral_fracture_rate_per_day"] = 1e6
    worlds["fill_median_days"] = 1e-6
    worlds["pain_work_up_rate_per_day"] = 1.0 / 400.0
    worlds["severe_pain_work_up_ratio"] = 3.0
    worlds["fracture_work_up_rate_per_day"] = 1.0 / 100.0
    worlds["fracture_pain_low"] = worlds["fracture_pain_high"] = 6.9
    for pain, rate in ((6.9, 1.0 / 400.0 + 1.0 / 100.0), (7.0, 3.0 / 400.0 + 1.0 / 100.0)):
        worlds["fracture_pain_low"] = worlds["fracture_pain_high"] = pain
        people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT), seed=20)
        wait = people["spinal_detected_day"] - people["first_fracture_day"]
        assert stats.kstest(wait, stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL
