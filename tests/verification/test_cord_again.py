"""Cord compression that comes back: each is diagnosed and treated as an emergency.

Room: life.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from sim.evidence.vocabulary import Episode, Reason, Stage
from sim.inputs.strategies import Strategy
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE
from tests.replay import busy_care, places, replay
from tests.simplified import TAIL, Parameters, alike, live_everybody, strategies_of, with_one_lesion

N = 300
DELAY_DAYS = 25.0
DEATHS_PER_YEAR = 0.05
FINDINGS = [
    f"cord_compression_{what}"
    for what in ("day", "frankel", "region", "strength", "sensation", "sphincters", "painful")
]
RADIOTHERAPY = Strategy(name="radiotherapy", otherwise="ebrt_20gy5", wait_ratio=0.0)


def growing_back() -> Parameters:
    """One lesion at diagnosis that compresses the cord fast, and again once it is freed."""
    cancers, worlds = with_one_lesion()
    worlds["epidural_rate_per_day"] = 1.0 / 30.0
    worlds["fill_median_days"] = 10.0
    worlds["deficit_rate_per_day"] = (1.0 / 60.0, 1.0 / 15.0)
    worlds["cord_diagnosis_mean_days"] = DELAY_DAYS
    worlds["mortality_rate"] = DEATHS_PER_YEAR
    worlds["mortality_cumulative"] = DEATHS_PER_YEAR * np.arange(121)
    return cancers, worlds


def test_a_freed_lesion_that_costs_function_again_is_diagnosed_again() -> None:
    """After a delay with the same distribution, referred that day, and treated as it may be."""
    waits: list[float] = []
    decided = treated = 0
    cared = strategies_of(RADIOTHERAPY)
    for life in replay(growing_back(), alike(N, stage=Stage.DISTANT), 61, strategies=cared):
        diagnoses = freed = deficits = 0
        lost_day = NEVER
        for person, _, _ in life:
            now, event = person["now"], person["event"]
            lesion = person["lesions"][person["lesion_at"][0]]
            if lesion["freed"] > freed:
                lost_day = NEVER
            elif lesion["deficits"] > deficits:
                lost_day = min(lost_day, now)
            freed, deficits = int(lesion["freed"]), int(lesion["deficits"])
            if event == Event.CORD_COMPRESSION_DIAGNOSED and person["alive"]:
                diagnoses += 1
                assert person["n_cord_compressions"] == diagnoses <= freed + 1
                assert lost_day < now
                if diagnoses > 1:
                    waits.append(now - lost_day)
                    assert person["episode"] == Episode.DUE
                    assert person["episode_reason"] == Reason.CORD_COMPRESSION
                    assert person["clock"][Event.CARE] == now
            decided += event == Event.CARE_DECIDED and diagnoses > 1
            treated += event == Event.COURSE_BEGUN and diagnoses > 1
    # Not everybody may be irradiated a third time.
    assert len(waits) >= decided > 0.95 * len(waits)
    assert treated > 200
    rate = 1.0 / DELAY_DAYS + DEATHS_PER_YEAR / 365.25
    assert stats.kstest(waits, stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL


def test_findings_are_those_of_the_first_diagnosis() -> None:
    again = 0
    cared = strategies_of(RADIOTHERAPY)
    for life in replay(growing_back(), alike(N, stage=Stage.DISTANT), 62, strategies=cared):
        found = None
        for person, _, _ in life:
            if person["n_cord_compressions"] == 1 and found is None:
                found = [person[name] for name in FINDINGS]
                assert person["cord_compression_day"] == person["now"]
            elif person["n_cord_compressions"] > 1:
                again += person["event"] == Event.CORD_COMPRESSION_DIAGNOSED
                assert [person[name] for name in FINDINGS] == found
    assert again > 100


def test_a_cord_that_is_never_freed_is_diagnosed_once() -> None:
    """However much function it goes on to cost."""
    people, log, _ = live_everybody(growing_back(), alike(2_000, stage=Stage.DISTANT), seed=63)
    diagnosed = people["cord_compression_day"] < NEVER
    assert diagnosed.sum() > 1_000
    np.testing.assert_array_equal(people["n_cord_compressions"], diagnosed)
    assert (log.event == Event.CORD_COMPRESSION_DIAGNOSED).sum() == diagnosed.sum()


def test_the_emergency_is_for_a_lesion_that_has_not_been_cared_for() -> None:
    """Not for the worst one, if that is treated and the cord is only not free yet."""
    emergencies = for_another = 0
    cared = strategies_of("usual_care")
    for life in replay(busy_care(), alike(800, stage=Stage.DISTANT), 64, strategies=cared):
        freed: dict[int, int] = {}
        before: dict[int, int] = {}
        had: set[int] = set()
        was_due = False
        for person, _, _ in life:
            lesions = person["lesions"]
            spinal = [p for p in places(person) if p < FIRST_BONE]
            for p in spinal:
                if lesions["freed"][p] > freed.get(p, 0):
                    freed[p], before[p] = int(lesions["freed"][p]), int(lesions["deficits"][p])
                    had.discard(p)
            due = (
                person["episode"] == Episode.DUE
                and person["episode_reason"] == Reason.CORD_COMPRESSION
            )
            if due and not was_due:
                losing = [p for p in spinal if lesions["deficits"][p] > before.get(p, 0)]
                fresh = [p for p in losing if p not in had]
                place = int(person["episode_lesion"])
                if fresh:
                    assert place in fresh
                    assert lesions["frankel"][place] == max(lesions["frankel"][fresh])
                    worst = max((lesions["frankel"][p] for p in losing if p in had), default=0)
                    for_another += worst >= lesions["frankel"][place]
                emergencies += 1
                had.add(place)
            was_due = due
    assert emergencies > 150
    assert for_another > 0
