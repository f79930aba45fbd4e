"""Lesions that were there before diagnosis live on day 0 what they have behind them.

The lead of each person is known, so each is held against their own closed form. Room: life.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm

from sim.counting.event_log import EventLog
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import Stage
from sim.inputs.plan import Plan
from sim.inputs.population import Population
from sim.life.events import FIRST_LESION_EVENT, N_LESION_EVENTS, Event
from sim.life.hazards import NEVER, ramp_cumulative
from tests.replay import busy_care, copied, places, replay
from tests.simplified import (
    MOST_SINKS,
    Parameters,
    Records,
    alike,
    assert_mean,
    full,
    live_everybody,
    strategies_of,
    with_one_lesion,
)

N = 12_000
LEAD, FILL = 600.0, 500.0
Numbers = NDArray[np.float64]


def early(lead_days: float = LEAD, **fields: object) -> Parameters:
    """One lytic lesion that was there at diagnosis, for a time of this mean."""
    cancers, worlds = with_one_lesion()
    worlds["lead_time_mean_days"] = lead_days
    worlds["fill_median_days"] = FILL
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = 9.0
    worlds["pain_at_onset_low"] = worlds["pain_at_onset_high"] = 3.0
    worlds["pain_escalation_low"] = worlds["pain_escalation_high"] = 2.0
    worlds["analgesia_step_mean_days"] = 1e18
    for name, value in fields.items():
        worlds[name] = value
    return cancers, worlds


def live(parameters: Parameters, n: int = N) -> tuple[Records, EventLog]:
    people, log, _ = live_everybody(parameters, alike(n, stage=Stage.DISTANT), seed=61)
    assert (people["n_lesions"] == 1).all()
    return people, log


def lived_at_diagnosis(people: Records, log: EventLog, event: int) -> NDArray[np.int64]:
    """How often an event happened to each person on day 0."""
    mine = (log.event == event) & (log.day == 0.0)
    return np.bincount(np.searchsorted(people["number"], log.person[mine]), minlength=len(people))


def assert_chain(steps: NDArray[np.int64], rates: tuple[float, ...], time: Numbers) -> None:
    """Steps taken by each person follow a chain of births over the person's own time.

    The matrix exponential of the chain gives the probability of each number of steps.
    """
    states = len(rates) + 1
    generator = np.zeros((states, states))
    for state, rate in enumerate(rates):
        generator[state, state], generator[state, state + 1] = -rate, rate
    expected = expm(generator * time[:, None, None])[:, 0]
    np.testing.assert_allclose(expected.sum(axis=1), 1.0)
    for state in range(states):
        assert_mean((steps == state) - expected[:, state], 0.0)
        assert (steps == state).mean() > 0.02


def ramped(people: Records, rate: float) -> Numbers:
    """What a hazard that rises with the lesion has spent by diagnosis."""
    spent = np.vectorize(lambda t: ramp_cumulative(t, rate, FILL))
    found: Numbers = spent(people["lead_days"])
    return found


def test_pain_at_diagnosis_is_that_of_its_chain_after_the_lead() -> None:
    """It begins at one rate and escalates three times at another: 3, 5, 7, 9."""
    onset, escalation = 1.0 / 500.0, 1.0 / 300.0
    people, log = live(
        early(pain_onset_rate_per_day=onset, pain_escalation_rate_per_day=escalation)
    )
    steps = lived_at_diagnosis(people, log, Event.PAIN_ONSET_OR_ESCALATION)
    assert_chain(steps, (onset, *3 * (escalation,)), people["lead_days"])
    np.testing.assert_array_equal(people["pain_onset_day"] == 0.0, steps > 0)


def test_collapse_at_diagnosis_is_that_of_its_ramp_after_the_lead() -> None:
    """In the time of the ramp, a chain of steps, all but the first at the ratio of progression."""
    rate, ratio = 1.0 / 300.0, 3.0
    people, log = live(early(silent_collapse_rate_per_day=rate, collapse_progression_ratio=ratio))
    steps = lived_at_diagnosis(people, log, Event.SILENT_COLLAPSE)
    assert_chain(steps, (1.0, *[ratio] * (MOST_SINKS - 1)), ramped(people, rate))


def test_the_canal_at_diagnosis_is_that_of_its_chain_after_the_lead() -> None:
    """A vertebra that was full at once: three grades at constant rates, then what the cord loses.

    From the last grade on function is lost, four times.
    """
    rates = (1.0 / 400.0, 1.0 / 300.0, 1.0 / 200.0)
    people, log = live(early(epidural_rate_per_day=rates, fill_median_days=1e-6))
    steps = lived_at_diagnosis(people, log, Event.EPIDURAL_EXTENSION)
    assert_chain(steps, rates, people["lead_days"])


def test_the_first_grade_in_the_canal_is_that_of_its_ramp_after_the_lead() -> None:
    rate = 1.0 / 300.0
    people, log = live(early(epidural_rate_per_day=(rate, 0.0, 0.0)))
    steps = lived_at_diagnosis(people, log, Event.EPIDURAL_EXTENSION)
    assert_chain(steps, (1.0,), ramped(people, rate))


BUSY = {
    "pain_onset_rate_per_day": 1.0 / 300.0,
    "pain_escalation_rate_per_day": 1.0 / 200.0,
    "pain_subsides_rate_per_day": 1.0 / 200.0,
    "vertebral_fracture_rate_per_day": 1.0 / 300.0,
    "silent_collapse_rate_per_day": 1.0 / 300.0,
    "instability_rate_per_day": 1.0 / 300.0,
    "painful_collapse_ratio": 1.5,
    "unstable_collapse_ratio": 2.5,
    "collapse_progression_ratio": 4.0,
    "fracture_settles_mean_days": 100.0,
    "epidural_rate_per_day": 1.0 / 300.0,
}


def told_of(log: EventLog) -> dict[int, list[tuple[int, float]]]:
    """The events of the lesion of each person, in their order, up to ten of them."""
    mine = (log.event >= FIRST_LESION_EVENT) & (log.event < FIRST_LESION_EVENT + N_LESION_EVENTS)
    told: dict[int, list[tuple[int, float]]] = {}
    for who, event, day in zip(
        log.person[mine].tolist(), log.event[mine].tolist(), log.day[mine].tolist(), strict=True
    ):
        told.setdefault(who, []).append((event, day))
    return told


def test_a_lesion_lives_the_same_whenever_it_was_seeded() -> None:
    """Twins seeded at diagnosis and a lead before: all days are less by the lead, or day 0."""
    worlds = []
    for lead_days in (LEAD, 0.0):
        worlds.append(early(lead_days, **BUSY))
        # Pain comes and goes until death, so death must come.
        worlds[-1][1]["mortality_rate"] = 0.1
        worlds[-1][1]["mortality_cumulative"] = 0.1 * np.arange(121)
    (seeded_early, log), (_, its_log) = (live(parameters, 3_000) for parameters in worlds)
    before, after = told_of(its_log), told_of(log)
    lead = dict(zip(seeded_early["number"].tolist(), seeded_early["lead_days"], strict=True))
    behind = 0
    for who, told in after.items():
        twin = before.get(who, [])
        shown = min(len(told), len(twin))
        assert [event for event, _ in told[:shown]] == [event for event, _ in twin[:shown]]
        days = [max(day - lead[who], 0.0) for _, day in twin[:shown]]
        np.testing.assert_allclose([day for _, day in told[:shown]], days, rtol=1e-7, atol=1e-6)
        behind += sum(day == 0.0 for day in days)
    assert behind > 5_000


def mixed() -> Plan:
    """People of all primaries and stages of a year."""
    return Population.united_states(2010).scaled(3_000).plan(2010, 2010, evidence().point)


def everything() -> Parameters:
    """The full model, in which some spines are involved at diagnosis and others later."""
    cancers, worlds = full()
    cancers["skeleton_hit_share_at_diagnosis"] = cancers["skeleton_hit_share"] = 0.5
    return cancers, worlds


def test_lives_whose_lesions_all_came_after_diagnosis_know_nothing_of_a_lead() -> None:
    """Equal to the last bit in worlds in which other people's spines were involved for years."""
    cared = strategies_of("usual_care")
    cancers, worlds = everything()
    people, _, _ = live_everybody((cancers, worlds), mixed(), seed=62, strategies=cared)
    worlds["lead_time_mean_days"] = 0.0
    twins, _, _ = live_everybody((cancers, worlds), mixed(), seed=62, strategies=cared)
    later = people["lead_days"] == 0.0
    spinal = people["spinal_metastasis_day"] < NEVER
    assert (later & spinal).sum() > 100
    assert (~later).sum() > 100
    np.testing.assert_array_equal(people["fingerprint"][later], twins["fingerprint"][later])
    np.testing.assert_array_equal(people["pain_area"][later], twins["pain_area"][later])
    assert (people["fingerprint"] != twins["fingerprint"])[~later].mean() > 0.5


def test_nothing_is_dated_before_its_seeding_or_before_diagnosis() -> None:
    cared = strategies_of("usual_care")
    people, log, _ = live_everybody(everything(), mixed(), seed=62, strategies=cared)
    assert (log.day >= 0.0).all()
    early_ones = 0
    for person in people[people["n_lesions"] > 0]:
        mine = person["lesions"][places(person)]
        early_ones += (mine["seeded_day"] < 0.0).sum()
        for field in ("detected_day", "fracture_day", "silent_collapse_day", "irradiated_day"):
            assert (mine[field] >= np.maximum(mine["seeded_day"], 0.0)).all(), field
        for field in ("collapse_seen_day", "collapse_irradiated_day"):
            since = mine["detected_day" if field == "collapse_seen_day" else "irradiated_day"]
            assert (mine[field] >= since).all()
    assert early_ones > 300


def test_both_engines_live_what_lies_behind_alike() -> None:
    plan = Population.united_states(2010).scaled(400).plan(2010, 2010, evidence().point)
    cared = strategies_of("usual_care")
    one, other = (
        live_everybody(everything(), plan, seed=63, engine=engine, strategies=cared)[0]
        for engine in ("cohort", "process")
    )
    assert (one["lead_days"] > 0.0).sum() > 20
    np.testing.assert_array_equal(one["fingerprint"], other["fingerprint"])


@pytest.mark.slow
def test_a_lesion_is_behind_only_on_day_0_and_only_if_it_was_seeded_before() -> None:
    parameters = busy_care()
    parameters[1]["lead_time_mean_days"] = 400.0
    cared = strategies_of("usual_care")
    behind = 0
    for life in replay(parameters, alike(120, stage=Stage.DISTANT), 64, strategies=cared):
        told = [(copied(person), day) for person, day, _ in life]
        for (person, _), (_, _) in pairwise(told):
            for place in places(person):
                lesion = person["lesions"][place]
                if lesion["seeded_day"] >= 0.0 or person["now"] > 0.0:
                    assert lesion["behind_days"] == 0.0
                else:
                    assert 0.0 <= lesion["behind_days"] <= person["lead_days"]
                    behind += lesion["behind_days"] > 0.0
    assert behind > 100
