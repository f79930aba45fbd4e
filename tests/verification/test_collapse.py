"""Vertebrae that sink without pain or break with it: two ramps, their ratios, bone firm again.

Room: life.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.counting.event_log import EventLog
from sim.counting.measures import MEASURES
from sim.counting.observation import observation
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR, REGION_OF_LEVEL, REGIONS, Stage
from sim.life.events import Event
from sim.life.fragility import fragility_of
from sim.life.hazards import NEVER, ramp_cumulative
from sim.life.lesion import slot
from tests.replay import busy_care, places, replay
from tests.simplified import (
    MOST_SINKS,
    TAIL,
    Parameters,
    Records,
    alike,
    assert_share,
    let_hurt,
    live_everybody,
    strategies_of,
    with_one_lesion,
)

N = 12_000
RATE, FILL = 1.0 / 400.0, 500.0
RATIO = 4.0
Days = NDArray[np.float64]
spent = np.vectorize(lambda t, rate: ramp_cumulative(t, rate, FILL))


def sinking(**fields: float) -> Parameters:
    """One lytic lesion at diagnosis that may sink, and break, at the same rate."""
    cancers, worlds = with_one_lesion()
    worlds["fill_median_days"] = FILL
    worlds["silent_collapse_rate_per_day"] = RATE
    worlds["fracture_settles_mean_days"] = worlds["analgesia_step_mean_days"] = 1e18
    for name, value in fields.items():
        worlds[name] = value
    return cancers, worlds


def live(parameters: Parameters) -> tuple[Records, EventLog]:
    people, log, _ = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=51)
    assert (people["n_lesions"] == 1).all()
    return people, log


def lone(people: Records, field: str) -> Days:
    """A field of the only lesion that each person has."""
    found: Days = people["lesions"][field][np.arange(len(people)), people["lesion_at"][:, 0]]
    return found


def days_of(people: Records, log: EventLog, event: int, nth: int = 0) -> Days:
    """The day of the first, or a later, event of a kind of each person, `NEVER` without one."""
    found = np.full(len(people), NEVER)
    mine = log.event == event
    row = np.searchsorted(people["number"], log.person[mine])
    first = np.searchsorted(row, row, side="left")
    which = np.arange(len(row)) - first == nth
    found[row[which]] = log.day[mine][which]
    return found


def test_sinking_and_breaking_are_two_ramps_that_compete_in_their_parts_of_the_hazard() -> None:
    people, log = live(sinking(vertebral_fracture_rate_per_day=2.0 * RATE))
    silent = days_of(people, log, Event.SILENT_COLLAPSE)
    broken = days_of(people, log, Event.VERTEBRAL_FRACTURE)
    for day, rate in ((broken, 2.0 * RATE), (np.minimum(silent, broken), 3.0 * RATE)):
        assert stats.kstest(spent(day, rate), stats.expon.cdf).pvalue > TAIL
    assert_share((broken < silent).mean(), 2.0 / 3.0, N)
    np.testing.assert_array_equal(broken, people["first_fracture_day"])
    first = np.where(silent < broken, silent, NEVER)
    np.testing.assert_array_equal(lone(people, "silent_collapse_day"), first)


def test_a_vertebra_sinks_until_it_is_flat_after_the_first_step_faster_by_the_ratio() -> None:
    people, log = live(sinking(collapse_progression_ratio=RATIO))
    days = [days_of(people, log, Event.SILENT_COLLAPSE, nth) for nth in range(MOST_SINKS + 1)]
    assert (days[MOST_SINKS] == NEVER).all()
    assert stats.kstest(spent(days[0], RATE), stats.expon.cdf).pvalue > TAIL
    for before, after in pairwise(days[:MOST_SINKS]):
        further = RATIO * (spent(after, RATE) - spent(before, RATE))
        assert stats.kstest(further, stats.expon.cdf).pvalue > TAIL
        assert abs(stats.spearmanr(further, spent(before, RATE)).statistic) < 4.5 / np.sqrt(N)
    assert (lone(people, "collapse_points") == 3).all()
    assert (people["n_silent_collapses"] == 1).all()
    assert (people["pain_onset_day"] == NEVER).all()


def test_a_collapsed_vertebra_breaks_more_often_and_then_over_half() -> None:
    fields = {"vertebral_fracture_rate_per_day": RATE, "collapse_over_half_share": 0.0}
    people, log = live(sinking(collapse_progression_ratio=RATIO, **fields))
    silent = days_of(people, log, Event.SILENT_COLLAPSE)
    broken = days_of(people, log, Event.VERTEBRAL_FRACTURE)
    before = np.minimum(silent, broken)
    budgets = spent(before, RATE) + RATIO * (spent(broken, RATE) - spent(before, RATE))
    assert stats.kstest(budgets, stats.expon.cdf).pvalue > TAIL
    assert 0.2 < (silent < broken).mean() < 0.8
    # What broke before it sank sinks further with time.
    assert (lone(people, "collapse_points") == 3).all()
    assert (days_of(people, log, Event.SILENT_COLLAPSE, MOST_SINKS) == NEVER).all()


def test_a_vertebra_that_hurts_collapses_more_often_from_the_day_it_does() -> None:
    """By the tumor, at 4 or more, and on movement: each ratio from its own day, then the larger."""
    cancers, worlds = sinking(
        vertebral_fracture_rate_per_day=0.0,
        painful_collapse_ratio=1.5,
        unstable_collapse_ratio=2.5,
        instability_rate_per_day=RATE,
        pain_onset_rate_per_day=1.0 / 300.0,
        moderate_pain=4.0,
    )
    worlds["pain_at_onset_low"] = worlds["pain_at_onset_high"] = 4.0
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = 4.0
    people, log = live((cancers, worlds))
    silent, hurts, moves = (
        days_of(people, log, event)
        for event in (Event.SILENT_COLLAPSE, Event.PAIN_ONSET_OR_ESCALATION, Event.INSTABILITY)
    )
    budgets = np.zeros(N)
    edges = np.sort(np.stack([np.zeros(N), hurts, moves, np.full(N, NEVER)]), axis=0)
    for begin, end in pairwise(edges):
        rate = RATE * np.where(begin >= moves, 2.5, np.where(begin >= hurts, 1.5, 1.0))
        until = spent(np.minimum(end, silent), 1.0)
        budgets += rate * (until - spent(np.minimum(begin, silent), 1.0))
    assert stats.kstest(budgets, stats.expon.cdf).pvalue > TAIL
    for moment in (hurts < silent, moves < silent, silent < np.minimum(hurts, moves)):
        assert moment.mean() > 0.1


def test_pain_below_4_and_ratios_of_1_change_no_bit_of_a_collapse() -> None:
    fields = {"vertebral_fracture_rate_per_day": RATE, "instability_rate_per_day": RATE}
    at_rest, _ = live(sinking(**fields))
    cancers, worlds = sinking(painful_collapse_ratio=3.0, **fields)
    let_hurt(worlds, 0.0)
    people, _ = live((cancers, worlds))
    assert (people["pain_onset_day"] < 1e-6).all()
    for field in ("fracture_day", "silent_collapse_day", "collapse_points"):
        np.testing.assert_array_equal(lone(people, field), lone(at_rest, field))


def irradiated(**fields: float) -> Parameters:
    """Everybody has a lesion that hurts on movement, is known, and is irradiated."""
    cancers, worlds = with_one_lesion()
    worlds["instability_rate_per_day"] = 1e6
    worlds["fill_median_days"] = 1e-6
    worlds["instability_pain_low"] = worlds["instability_pain_high"] = 9.0
    worlds["analgesia_step_mean_days"] = 1e-3
    worlds["analgesia_effect_mechanical"] = 0.0
    worlds["undertreated_share"] = 0.0
    worlds["pain_work_up_rate_per_day"] = 1.0
    worlds["mortality_rate"] = 1.0 / 4.0
    worlds["mortality_cumulative"] = np.arange(121) / 4.0
    for name, value in fields.items():
        worlds[name] = value
    return cancers, worlds


def test_irradiated_bone_is_firm_again_after_an_exponential_time() -> None:
    """A third of unstable levels at six months: the hazard of it, deaths censored."""
    parameters = irradiated(restabilizes_mean_days=200.0)
    cared = strategies_of("usual_care")
    plan = alike(6_000, stage=Stage.DISTANT)
    people, log, _ = live_everybody(parameters, plan, seed=52, strategies=cared)
    firm = days_of(people, log, Event.RESTABILIZED)
    first = lone(people, "irradiated_day")
    assert (first[firm < NEVER] < firm[firm < NEVER]).all()
    chosen = first < NEVER
    # The clock runs from the last session of the first course; the longest takes six weeks.
    ended = np.full(len(people), NEVER)
    mine = log.event == Event.COURSE_ENDED
    row = np.searchsorted(people["number"], log.person[mine])
    for who, day in zip(row[::-1], log.day[mine][::-1], strict=True):
        if day >= first[who]:
            ended[who] = day
    chosen &= ended < NEVER
    until = np.minimum(firm, people["death_day"])[chosen]
    days = until - ended[chosen]
    events = (firm[chosen] < NEVER).sum()
    assert events > 300
    assert abs(days.sum() / events / 200.0 - 1.0) < 4.5 / np.sqrt(events)
    assert (lone(people, "restabilized") == (firm < NEVER)).all()


@pytest.mark.parametrize("progression", [1.0, RATIO])
def test_collapse_in_a_year_is_that_of_its_hazard_whoever_dies_or_collapsed_before(
    progression: float,
) -> None:
    """At a constant hazard: 1 - exp(-rate), for what an image showed."""
    cancers, worlds = sinking(
        fill_median_days=1e-6,
        collapse_progression_ratio=progression,
        silent_collapse_rate_per_day=1.0 / 900.0,
        staging_sensitivity=1.0,
        spine_seen_share=1.0,
        lesion_sensitivity=1.0,
    )
    worlds["mortality_rate"] = 0.5
    worlds["mortality_cumulative"] = 0.5 * np.arange(121)
    people, _, tally = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT), seed=54)
    assert (lone(people, "detected_day") == 0.0).all()
    seen = observation(tally, 1, 1.0, np.ones((11, 1)), evidence().point)
    found = MEASURES["collapse_of_visible_vertebrae"].estimate(seen)
    hazard = -np.log1p(-found / 100.0)
    events = (lone(people, "collapse_seen_day") <= DAYS_PER_YEAR).sum()
    assert abs(hazard / (DAYS_PER_YEAR / 900.0) - 1.0) < 4.5 / np.sqrt(events)
    assert 0.15 < events / N < 0.4
    assert np.isnan(MEASURES["collapse_after_radiotherapy"].estimate(seen))


def test_what_is_told_by_region_adds_up_to_everything() -> None:
    cancers, worlds = with_one_lesion()
    worlds["level_weight"] = np.array(REGION_OF_LEVEL) == REGIONS.index("sacral")
    worlds["level_weight"] /= worlds["level_weight"].sum()
    let_hurt(worlds, 1.0)
    plan = alike(1_000, stage=Stage.DISTANT)
    seen = observation(
        live_everybody((cancers, worlds), plan, seed=55)[2],
        *(1, 1.0, np.ones((11, 1)), evidence().point),
    )
    for kind in ("involved_vertebrae", "painful_vertebrae", "detected_vertebrae"):
        shares = [MEASURES[f"{region}_of_{kind}"].estimate(seen) for region in REGIONS]
        assert shares == [0.0, 0.0, 0.0, 100.0], kind


@pytest.mark.slow
def test_hazards_of_collapse_follow_from_the_state_of_the_vertebra_at_every_event() -> None:
    """Under care with everything; both by the same ratios, those of treatments included."""
    parameters = busy_care()
    worlds = parameters[1]
    world = worlds[0]
    worlds["restabilizes_mean_days"] = 60.0
    cared = strategies_of("usual_care")
    seen = {"collapsed": 0, "restabilized": 0, "broken": 0}
    events = (Event.VERTEBRAL_FRACTURE, Event.SILENT_COLLAPSE)
    for life in replay(parameters, alike(150, stage=Stage.DISTANT), 53, strategies=cared):
        for person, _, _ in life:
            for place in places(person) if person["alive"] else []:
                lesion = person["lesions"][place]
                if lesion["compartment"] != 0:
                    continue
                assert lesion["fragility"] == fragility_of(world, lesion)
                rates = [lesion["rate"][slot(event)] for event in events]
                assert (rates[0] == 0.0) == (lesion["fracture_day"] < NEVER)
                assert (rates[1] == 0.0) == (lesion["sinks"] == MOST_SINKS)
                if rates[0] > 0.0 and rates[1] > 0.0:
                    ratio = world["silent_collapse_rate_per_day"]
                    ratio /= world["vertebral_fracture_rate_per_day"]
                    assert rates[1] == pytest.approx(ratio * rates[0], rel=1e-9)
                seen["collapsed"] += lesion["collapse_points"] >= 2
                seen["restabilized"] += lesion["restabilized"]
                seen["broken"] += lesion["fracture_day"] < NEVER
    assert min(seen.values()) > 20, seen
