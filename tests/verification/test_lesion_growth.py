"""Lesions that grow and bone that gives way, against the ramp family; fractures and their pain.

Room: life.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.evidence.vocabulary import Stage
from sim.life.events import Event
from sim.life.hazards import NEVER, ramp_cumulative
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_mean,
    assert_share,
    live_everybody,
    with_one_lesion,
)

N = 12_000
RATE, FILL_DAYS = 1.0 / 300.0, 500.0
RATIOS = (1.0, 0.6, 0.25)


def growing(sd_log: float = 0.0) -> Parameters:
    """One lesion at diagnosis, lytic, mixed or blastic, that fills the vertebra."""
    cancers, worlds = with_one_lesion()
    cancers["lytic_share"], cancers["mixed_share"] = 0.4, 0.35
    worlds["type_ratio"] = RATIOS
    worlds["fill_median_days"] = FILL_DAYS
    worlds["fill_sd_log"] = sd_log
    worlds["analgesia_step_mean_days"] = 1e18
    worlds["fracture_settles_mean_days"] = 1e18
    return cancers, worlds


def lone(people: Records, field: str) -> NDArray[np.float64]:
    """A field of the only lesion that each person has."""
    assert (people["n_lesions"] == 1).all()
    days: NDArray[np.float64] = people["lesions"][field][
        np.arange(len(people)), people["lesion_at"][:, 0]
    ]
    return days


def ramp_cdf(rate: float, fill_days: float = FILL_DAYS) -> np.vectorize:
    return np.vectorize(lambda t: -np.expm1(-ramp_cumulative(t, rate, fill_days)))


def live(parameters: Parameters) -> Records:
    return live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=4)[0]


def test_types_go_by_their_shares() -> None:
    seen = np.bincount(lone(live(growing()), "type").astype(int), minlength=3)
    assert stats.chisquare(seen, N * np.array([0.4, 0.35, 0.25])).pvalue > TAIL


def test_collapse_has_a_hazard_that_rises_until_the_vertebra_is_full() -> None:
    """Each type by its ratio of the hazard: survival of the ramp family."""
    parameters = growing()
    parameters[1]["vertebral_fracture_rate_per_day"] = RATE
    people = live(parameters)
    day, kind = lone(people, "fracture_day"), lone(people, "type")
    for lesion_type, ratio in enumerate(RATIOS):
        mine = day[kind == lesion_type]
        assert stats.kstest(mine, ramp_cdf(RATE * ratio)).pvalue > TAIL
    np.testing.assert_array_equal(day, people["first_fracture_day"])
    assert (people["n_fractures"] == 1).all()


def test_instability_has_the_same_family_of_hazards_and_comes_before_collapse_or_never() -> None:
    """Competing with collapse at the same ratio, it comes first in its part of the hazard."""
    cancers, worlds = growing()
    worlds["vertebral_fracture_rate_per_day"] = RATE
    worlds["instability_rate_per_day"] = 2.0 * RATE
    people, log, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT), seed=4)
    unstable = log.event == Event.INSTABILITY
    assert_share(unstable.sum() / N, 2.0 / 3.0, N)
    collapsed = dict(zip(people["number"].tolist(), lone(people, "fracture_day"), strict=True))
    who, day = log.person[unstable].tolist(), log.day[unstable]
    assert all(at <= collapsed[number] for number, at in zip(who, day, strict=True))
    lytic = set(people["number"][lone(people, "type") == 0].tolist())
    mine = np.array([number in lytic for number in who])
    assert stats.kstest(day[mine], ramp_cdf(3.0 * RATE)).pvalue > TAIL


def test_the_time_to_fill_a_vertebra_is_lognormal_and_goes_with_the_tempo() -> None:
    cancers, worlds = growing(sd_log=0.6)
    cancers["lesion_tempo"] = 2.0
    z = np.log(lone(live((cancers, worlds)), "fill_days") / (FILL_DAYS / 2.0)) / 0.6
    assert stats.kstest(z, stats.norm.cdf).pvalue > TAIL


def test_what_broke_before_diagnosis_breaks_at_diagnosis() -> None:
    """Over a lead L the share is 1 - exp(-H(L)), person by person."""
    cancers, worlds = growing()
    cancers["lytic_share"], cancers["mixed_share"] = 1.0, 0.0
    worlds["vertebral_fracture_rate_per_day"] = RATE
    worlds["lead_time_mean_days"] = 700.0
    people = live((cancers, worlds))
    at_once = lone(people, "fracture_day") == 0.0
    expected = ramp_cdf(RATE)(people["lead_days"])
    assert_mean(at_once - expected, 0.0)
    assert 0.3 < at_once.mean() < 0.7


def test_growth_and_collapse_are_independent_of_each_other() -> None:
    """Budgets recovered with each lesion's own time to fill are exponential with mean 1."""
    cancers, worlds = growing(sd_log=0.8)
    worlds["vertebral_fracture_rate_per_day"] = RATE
    people = live((cancers, worlds))
    day, fill = lone(people, "fracture_day"), lone(people, "fill_days")
    rate = RATE * np.array(RATIOS)[lone(people, "type").astype(int)]
    budgets = np.vectorize(ramp_cumulative)(day, rate, fill)
    assert stats.kstest(budgets, stats.expon.cdf).pvalue > TAIL
    assert abs(stats.spearmanr(budgets, fill).statistic) < 4.5 / np.sqrt(N)


def test_every_fracture_hurts_and_no_silent_collapse_does() -> None:
    cancers, worlds = growing()
    worlds["fracture_pain_low"], worlds["fracture_pain_high"] = 6.0, 10.0
    worlds["vertebral_fracture_rate_per_day"] = 1.0
    people = live((cancers, worlds))
    assert (people["n_fractures"] == 1).all()
    np.testing.assert_array_equal(people["first_fracture_day"], people["pain_onset_day"])
    pain = lone(people, "mechanical_pain")
    assert stats.kstest(pain, stats.uniform(6.0, 4.0).cdf).pvalue > TAIL
    worlds["vertebral_fracture_rate_per_day"] = 0.0
    worlds["silent_collapse_rate_per_day"] = 1.0
    people = live((cancers, worlds))
    assert (people["n_silent_collapses"] == 1).all()
    assert (people["n_fractures"] == 0).all()
    assert (people["pain_onset_day"] == NEVER).all()


def test_a_collapse_deforms_and_sinks_in_its_shares() -> None:
    cancers, worlds = growing()
    worlds["vertebral_fracture_rate_per_day"] = 1.0
    worlds["collapse_over_half_share"] = 0.35
    worlds["deformity_share"], worlds["subluxation_share"] = 0.3, 0.04
    people = live((cancers, worlds))
    assert_share((lone(people, "collapse_points") == 3).mean(), 0.35, N)
    assert set(np.unique(lone(people, "collapse_points"))) == {2, 3}
    aligned = [(lone(people, "alignment_points") == points).sum() for points in (0, 2, 4)]
    assert stats.chisquare(aligned, N * np.array([0.66, 0.3, 0.04])).pvalue > TAIL


def test_pain_of_a_fracture_settles_to_a_residual_in_a_share() -> None:
    cancers, worlds = growing()
    worlds["vertebral_fracture_rate_per_day"] = RATE
    worlds["fracture_settles_mean_days"] = 90.0
    worlds["fracture_residual_share"], worlds["fracture_residual_pain"] = 0.6, 4.0
    people, log, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT), seed=4)
    chosen = {
        event: log.event == event
        for event in (Event.VERTEBRAL_FRACTURE, Event.FRACTURE_PAIN_SETTLES)
    }
    np.testing.assert_array_equal(
        log.person[chosen[Event.VERTEBRAL_FRACTURE]],
        log.person[chosen[Event.FRACTURE_PAIN_SETTLES]],
    )
    wait = log.day[chosen[Event.FRACTURE_PAIN_SETTLES]] - log.day[chosen[Event.VERTEBRAL_FRACTURE]]
    assert stats.kstest(wait, stats.expon(scale=90.0).cdf).pvalue > TAIL
    pain = lone(people, "mechanical_pain")
    assert set(np.unique(pain)) == {0.0, 4.0}
    assert_share((pain == 4.0).mean(), 0.6, N)


def test_pain_of_instability_is_within_its_bounds() -> None:
    cancers, worlds = growing()
    worlds["instability_rate_per_day"] = RATE
    worlds["instability_pain_low"], worlds["instability_pain_high"] = 4.0, 8.0
    pain = lone(live((cancers, worlds)), "mechanical_pain")
    assert stats.kstest(pain, stats.uniform(4.0, 4.0).cdf).pvalue > TAIL


def test_the_score_at_detection_has_a_point_for_a_body_that_is_half_full() -> None:
    """An intact vertebra, without pain: location, type, sides, and the share of the body."""
    cancers, worlds = growing()
    worlds["surveillance_rate_per_day"] = 1.0 / FILL_DAYS
    worlds["spine_seen_share"] = worlds["lesion_sensitivity"] = 1.0
    # Images go on until death, so it must come.
    worlds["mortality_rate"] = 0.1
    worlds["mortality_cumulative"] = 0.1 * np.arange(121)
    people = live((cancers, worlds))
    people = people[people["spinal_detected_day"] < NEVER]
    names = ("location", "type", "posterolateral")
    points = sum(lone(people, f"{name}_points") for name in names)
    over_half = people["spinal_detected_day"] > 0.5 * FILL_DAYS
    assert 0.2 < over_half.mean() < 0.8
    np.testing.assert_array_equal(people["sins_at_detection"], points + over_half)
