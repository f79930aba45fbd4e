"""Pain of lesions against closed forms: onset, jumps, caps; what one lesion's relief leaves.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.counting.event_log import EventLog
from sim.evidence.vocabulary import Stage
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.lesion import slot
from sim.life.pain import after_pain_changed, update_symptoms
from sim.life.records import FIRST_BONE
from tests.felt import felt
from tests.replay import busy, places, replay
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_share,
    full,
    live_everybody,
    with_one_lesion,
)

N = 12_000
ONSET, STEP = 1.0 / 200.0, 1.0 / 60.0
CAPS, CAP_SHARES = (3.0, 5.0, 8.0, 10.0), np.array([0.15, 0.3, 0.3, 0.25])


def hurting() -> Parameters:
    """One lesion at diagnosis whose pain starts at 3 and goes up by 2 to a cap."""
    cancers, worlds = with_one_lesion()
    worlds["pain_onset_rate_per_day"] = ONSET
    worlds["pain_escalation_rate_per_day"] = STEP
    worlds["pain_at_onset_low"] = worlds["pain_at_onset_high"] = 3.0
    worlds["pain_escalation_low"] = worlds["pain_escalation_high"] = 2.0
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = CAPS
    worlds["pain_cap_share"] = CAP_SHARES
    worlds["moderate_pain"], worlds["severe_pain"] = 4.0, 7.0
    return cancers, worlds


def lived(parameters: Parameters, n: int = N) -> tuple[Records, EventLog]:
    people, log, _ = live_everybody(parameters, alike(n, stage=Stage.DISTANT), seed=6)
    return people, log


def lone(people: Records, field: str) -> np.ndarray:
    """A field of the only lesion that each person has."""
    found: np.ndarray = people["lesions"][field][np.arange(len(people)), people["lesion_at"][:, 0]]
    return found


def test_pain_at_its_worst_ends_by_itself_and_may_begin_again() -> None:
    """Exponential at its own rate from the day it is at its cap; then onset is exponential anew."""
    cancers, worlds = hurting()
    worlds["pain_onset_rate_per_day"] = ONSET
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = 3.0
    worlds["pain_subsides_rate_per_day"] = 1.0 / 90.0
    # Or it would begin and end for the thousand million years that people live here.
    worlds["mortality_rate"], worlds["mortality_cumulative"] = 0.01, 0.01 * np.arange(121)
    _, log = lived((cancers, worlds), 3_000)
    waits: dict[int, list[float]] = {
        Event.PAIN_ONSET_OR_ESCALATION: [],
        Event.PAIN_SUBSIDES: [],
    }
    mine = np.isin(log.event, list(waits))
    day, code = log.day[mine], log.event[mine]
    _, starts, counts = np.unique(log.person[mine], return_index=True, return_counts=True)
    for start, end in zip(starts, starts + np.minimum(counts, 7), strict=True):
        days, events = day[start:end], code[start:end]
        assert (events[::2] == Event.PAIN_ONSET_OR_ESCALATION).all()
        assert (events[1::2] == Event.PAIN_SUBSIDES).all()
        for event, wait in zip(events, np.diff(days, prepend=0.0), strict=True):
            waits[int(event)].append(wait)
    for event, rate in ((Event.PAIN_ONSET_OR_ESCALATION, ONSET), (Event.PAIN_SUBSIDES, 1.0 / 90.0)):
        assert len(waits[event]) > 8_000
        assert stats.kstest(waits[event], stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL


@pytest.mark.parametrize("tempo", [1.0, 2.5])
def test_onset_is_exponential_and_goes_with_the_tempo(tempo: float) -> None:
    parameters = hurting()
    parameters[0]["lesion_tempo"] = tempo
    people, _ = lived(parameters)
    oracle = stats.expon(scale=1.0 / (ONSET * tempo))
    assert stats.kstest(people["pain_onset_day"], oracle.cdf).pvalue > TAIL


def test_caps_go_by_their_shares() -> None:
    people, _ = lived(hurting())
    cap = lone(people, "pain_cap")
    seen = [(cap == value).sum() for value in CAPS]
    assert stats.chisquare(seen, CAP_SHARES * N).pvalue > TAIL
    np.testing.assert_array_equal(lone(people, "biological_pain"), cap)


def test_pain_at_onset_and_caps_are_spread_evenly_between_their_bounds() -> None:
    cancers, worlds = hurting()
    worlds["pain_escalation_rate_per_day"] = 0.0
    worlds["pain_at_onset_low"], worlds["pain_at_onset_high"] = 2.0, 4.0
    worlds["pain_cap_low"], worlds["pain_cap_high"] = (4.0, 5.0, 7.0, 9.0), (5.0, 7.0, 9.0, 10.0)
    people, _ = lived((cancers, worlds))
    pain, cap = lone(people, "biological_pain"), lone(people, "pain_cap")
    assert stats.kstest(pain, stats.uniform(2.0, 2.0).cdf).pvalue > TAIL
    for low, high, share in zip((4, 5, 7, 9), (5, 7, 9, 10), CAP_SHARES, strict=True):
        mine = cap[(low <= cap) & (cap < high)]
        assert_share(len(mine) / N, share, N)
        assert stats.kstest(mine, stats.uniform(low, high - low).cdf).pvalue > TAIL
    assert abs(stats.spearmanr(pain, cap).statistic) < 4.5 / np.sqrt(N)


def test_jumps_of_pain_are_spread_evenly_and_have_luck_of_their_own() -> None:
    """The first jump of everybody, seen in lives that end at a constant hazard before the next."""
    cancers, worlds = hurting()
    worlds["pain_escalation_low"], worlds["pain_escalation_high"] = 1.0, 3.0
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = 10.0
    worlds["pain_onset_rate_per_day"] = 1e9
    worlds["mortality_rate"] = 365.25 * STEP
    worlds["mortality_cumulative"] = 365.25 * STEP * np.arange(121)
    people, log = lived((cancers, worlds))
    hurts = log.event == Event.PAIN_ONSET_OR_ESCALATION
    numbers, events = np.unique(log.person[hurts], return_counts=True)
    pain = dict(zip(people["number"].tolist(), lone(people, "biological_pain"), strict=True))
    first = np.array([pain[n] - 3.0 for n in numbers[events == 2].tolist()])
    assert stats.kstest(first, stats.uniform(1.0, 2.0).cdf).pvalue > TAIL
    both = np.array([pain[n] - 3.0 for n in numbers[events == 3].tolist()])
    # Two independent even jumps: a triangle from 2 to 6.
    assert stats.kstest(both, stats.triang(0.5, 2.0, 4.0).cdf).pvalue > TAIL


def test_pain_goes_up_by_jumps_at_exponential_times_until_its_cap() -> None:
    """From 3 by 2: to a cap of 10 in 5, 7, 9, 10, so five events of pain; to 3 in none."""
    people, log = lived(hurting())
    cap = dict(zip(people["number"].tolist(), lone(people, "pain_cap"), strict=True))
    hurts = log.event == Event.PAIN_ONSET_OR_ESCALATION
    person, day = log.person[hurts], log.day[hurts]
    events = dict(zip(*np.unique(person, return_counts=True), strict=True))
    expected = {3.0: 1, 5.0: 2, 8.0: 4, 10.0: 5}
    assert all(events[number] == expected[value] for number, value in cap.items())
    same = person[1:] == person[:-1]
    waits = np.diff(day)[same]
    assert stats.kstest(waits, stats.expon(scale=1.0 / STEP).cdf).pvalue > TAIL
    # Steps of one person have luck of their own.
    twice = same[1:] & same[:-1]
    before, after = np.diff(day)[:-1][twice], np.diff(day)[1:][twice]
    assert abs(stats.spearmanr(before, after).statistic) < 4.5 / np.sqrt(twice.sum())


def test_time_in_pain_of_a_lesion_has_its_expected_area() -> None:
    """Until death at a constant hazard m: the mean area is a sum over jumps of products."""
    deaths = 1.0 / 400.0
    cancers, worlds = hurting()
    worlds["mortality_rate"] = deaths * 365.25
    worlds["mortality_cumulative"] = deaths * 365.25 * np.arange(121)
    worlds["analgesia_step_mean_days"] = 1e18
    people, _ = lived((cancers, worlds), 20_000)
    onset, step = ONSET / (ONSET + deaths), STEP / (STEP + deaths)
    area = moderate = severe = 0.0
    for cap, share in zip(CAPS, CAP_SHARES, strict=True):
        pain, reached, before = 3.0, onset, 0.0
        while True:
            # A rise at a day that is reached lasts for the rest of life, 1 / m on average.
            area += share * reached * (pain - before) / deaths
            moderate += share * reached / deaths * (before < 4.0 <= pain)
            severe += share * reached / deaths * (before < 7.0 <= pain)
            if pain >= cap:
                break
            before, pain, reached = pain, min(pain + 2.0, cap), reached * step
    for field, mean in (("pain_area", area), ("pain_days", moderate), ("severe_pain_days", severe)):
        error = people[field].std() / np.sqrt(len(people))
        assert abs(people[field].mean() - mean) < 4.5 * error, (field, people[field].mean(), mean)


def test_relief_of_one_lesion_leaves_the_pains_of_the_others() -> None:
    cancers, worlds = busy()
    relieved = 0
    for life in replay((cancers, worlds), alike(120, stage=Stage.DISTANT), seed=8):
        for person, _, _ in life:
            spinal = [p for p in places(person) if p < FIRST_BONE]
            hurts = [p for p in spinal if person["lesions"]["biological_pain"][p] > 0.0]
            if person["alive"] and len(hurts) >= 2:
                break
        else:
            continue
        relieved += 1
        place = hurts[0]
        lesions = person["lesions"]
        both = ("biological_pain", "mechanical_pain")
        before = {name: lesions[name].copy() for name in both}
        for name in both:
            lesions[name][place] = 0.0
        after_pain_changed(person, worlds[0], lesions[place])
        update_symptoms(person, worlds[0])
        for name in both:
            others = np.arange(len(before[name])) != place
            np.testing.assert_array_equal(lesions[name][others], before[name][others])
            assert lesions[name][place] == 0.0
        assert lesions["pain_points"][place] == 0
        assert lesions["clock"][place, slot(Event.PAIN_WORKED_UP)] == NEVER
        left = [p for p in spinal if p != place]
        biological, mechanical = (max(lesions[name][left], default=0.0) for name in both)
        at_rest = felt(person, biological, worlds["analgesia_effect_biological"][0])
        moving = felt(person, mechanical, worlds["analgesia_effect_mechanical"][0])
        assert person["pain_at_rest"] == at_rest
        assert person["pain"] == max(at_rest, moving)
    assert relieved > 30


@pytest.mark.parametrize(
    "name", ["pain_onset_rate_per_day", "pain_escalation_rate_per_day", "fracture_pain_high"]
)
def test_pain_moves_no_seeding(name: str) -> None:
    """Twins with other pain: the same levels on the same days, as long as both live."""
    seedings = (
        Event.SKELETAL_METASTASIS,
        Event.SPINAL_METASTASIS,
        Event.LEVEL_SEEDED,
        Event.OUTSIDE_SEEDED,
    )
    told = []
    for factor in (1.0, 3.0):
        cancers, worlds = full()
        # Detection brings therapy to some, and what works slows seeding and dying: none works here.
        cancers["therapy_response_share"] = 0.0
        # What hurts breaks more often, and a fracture may cost a state of performance: none does.
        worlds["fracture_performance_share"] = 0.0
        # Pain before the diagnosis of the cancer lets it be found: nothing is there before.
        worlds["lead_time_mean_days"] = 0.0
        worlds[name] *= factor
        people, log, _ = live_everybody((cancers, worlds), alike(1_500, stage=Stage.DISTANT))
        mine = np.isin(log.event, seedings)
        what = (log.person, log.strategy, log.day, log.event, log.level)
        told.append((people, [column[mine] for column in what]))
    (here, those), (there, others) = told
    assert len(those[0]) > 1_000
    for mine, its in zip(those, others, strict=True):
        np.testing.assert_array_equal(mine, its)
    np.testing.assert_array_equal(here["death_day"], there["death_day"])
    if name != "fracture_pain_high":
        assert (here["pain_area"] != there["pain_area"]).sum() > 50
