"""Lives replayed event by event: what is derived, what only goes one way, sums over time.

Room: life.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest

from sim.evidence.instruments import SINS_LOCATION
from sim.evidence.vocabulary import LEVELS, Stage
from sim.life.events import EVENTS, Event
from sim.life.hazards import NEVER
from sim.life.lesion import instability_score, slot
from sim.life.pain import work_up_rate
from sim.life.records import FIRST_BONE, OUTSIDE
from tests.felt import felt
from tests.replay import NOTHING, busy, copied, places, replay
from tests.simplified import Parameters, Records, alike, live_everybody

N = 150
COMPONENTS = ("location", "pain", "type", "alignment", "collapse", "posterolateral")
ALLOWED = {
    "location": {0, 1, 2, 3},
    "pain": {0, 1, 3},
    "type": {0, 1, 2},
    "alignment": {0, 2, 4},
    "collapse": {0, 1, 2, 3},
    "posterolateral": {0, 1, 3},
}
"""Points that SINS gives to each component (Fisher 2010), for a vertebra."""

Moment = tuple[np.void, float, int]


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    return busy()


@pytest.fixture(scope="module")
def lives(parameters: Parameters) -> list[list[Moment]]:
    """Copies of everybody between any two of their events."""
    plan = alike(N, stage=Stage.DISTANT)
    told = [[(copied(p), d, e) for p, d, e in life] for life in replay(parameters, plan, seed=9)]
    assert sum(len(life) for life in told) > 20 * N
    return told


def moments(lives: list[list[Moment]]) -> Iterator[np.void]:
    return (person for life in lives for person, _, _ in life)


def test_replayed_lives_are_those_of_the_engine(
    parameters: Parameters, lives: list[list[Moment]]
) -> None:
    people, log, _ = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=9)
    assert len(log.day) == sum(len(life) - 1 for life in lives)
    ends = [life[-1][0]["fingerprint"] for life in lives]
    np.testing.assert_array_equal(ends, people["fingerprint"])


def test_there_is_much_to_see(lives: list[list[Moment]]) -> None:
    ends: Records = np.array([life[-1][0] for life in lives])
    for field in ("pain_days", "severe_pain_days", "opioid_days", "not_walking_days"):
        assert (ends[field] > 0.0).sum() > 8, field
    assert (ends["n_lesions"] > 1).sum() > 50
    assert (ends["n_fractures"] > 0).sum() > 20
    assert (ends["n_spinal"] > ends["n_levels"]).sum() > 5
    assert (ends["n_lesions"] > ends["n_spinal"]).sum() > 50
    assert (ends["bone_pain_days"] > 0.0).sum() > 8
    assert (ends["n_bone_fractures"] > 0).sum() > 5


def test_sums_over_time_are_those_of_the_intervals_between_events(
    parameters: Parameters, lives: list[list[Moment]]
) -> None:
    """Area, days at 4 and at 7 or more, opioids, not walking: exact but for rounding."""
    morphine = parameters[1]["morphine_mg_per_day"][0]
    for life in lives:
        names = ("pain_area", "pain_days", "severe_pain_days", "opioid_days", "morphine_mg")
        names = (*names, "pain_at_rest_days", "bone_pain_days", "any_pain_days")
        function = ("not_walking_days", "with_help_days", "numb_days")
        sums = dict.fromkeys((*names, *function), 0.0)
        for person, day, event in life:
            if event == NOTHING:
                break
            days = day - float(person["now"])
            sums["pain_area"] += person["pain"] * days
            sums["pain_days"] += days * (person["pain"] >= 4.0)
            sums["pain_at_rest_days"] += days * (person["pain_at_rest"] >= 4.0)
            sums["bone_pain_days"] += days * (person["bone_pain"] >= 4.0)
            sums["any_pain_days"] += days * (max(person["pain"], person["bone_pain"]) >= 4.0)
            sums["severe_pain_days"] += days * (person["pain"] >= 7.0)
            sums["opioid_days"] += days * (person["analgesia"] >= 2)
            sums["morphine_mg"] += days * morphine[person["analgesia"]]
            lame = person["strength"] >= 3 or person["n_broken_legs"] > 0
            sums["not_walking_days"] += days * lame
            sums["with_help_days"] += days * (person["strength"] == 2 and not lame)
            sums["numb_days"] += days * (person["numb"] > 0)
        for name, expected in sums.items():
            assert life[-1][0][name] == pytest.approx(expected, rel=1e-11, abs=1e-8), name


def test_pain_and_function_of_a_person_are_those_of_the_worst_lesion(
    parameters: Parameters, lives: list[list[Moment]]
) -> None:
    """At every event, with what analgesia takes off; the spine and other bone apart."""
    effects = [
        parameters[1][f"analgesia_effect_{pain}"][0] for pain in ("biological", "mechanical")
    ]
    for person in moments(lives):
        for of_spine in (True, False):
            mine = [p for p in places(person) if (p < FIRST_BONE) == of_spine]
            at_rest, moving = (
                felt(person, max(person["lesions"][f"{pain}_pain"][mine], default=0.0), effect)
                for pain, effect in zip(("biological", "mechanical"), effects, strict=True)
            )
            assert person["pain" if of_spine else "bone_pain"] == max(at_rest, moving)
            hurt = person["lesions"]["biological_pain"] + person["lesions"]["mechanical_pain"]
            if (hurt[mine] > 0.0).any():
                onset_day = person["pain_onset_day" if of_spine else "bone_pain_onset_day"]
                assert onset_day <= person["now"]
            for field in ("frankel", "strength", "sphincters"):
                worst = max(person["lesions"][field][mine], default=0)
                assert worst == (person[field] if of_spine else 0)
            if of_spine:
                assert person["pain_at_rest"] == at_rest
            else:
                assert (person["lesions"]["epidural_grade"][mine] == 0).all()
        assert 0.0 <= person["pain"] <= 10.0


def test_the_last_month_is_that_of_the_intervals_before_death(lives: list[list[Moment]]) -> None:
    """Mean worst pain and days at 7 or more within 365.25 / 12 days of death, exactly."""
    severe = 0
    for life in lives:
        end = life[-1][0]
        start = max(float(end["death_day"]) - 365.25 / 12.0, 0.0)
        area = days_at_7 = 0.0
        for person, day, event in life:
            if event == NOTHING:
                break
            days = max(day - max(float(person["now"]), start), 0.0)
            area += person["pain"] * days
            days_at_7 += days * (person["pain"] >= 7.0)
        mean = area / (end["death_day"] - start) if end["death_day"] > start else 0.0
        assert end["last_month_pain"] == pytest.approx(mean, abs=1e-9)
        assert end["last_month_severe_days"] == pytest.approx(days_at_7, abs=1e-8)
        severe += days_at_7 > 0.0
    assert severe > 8


def test_severe_pain_on_the_first_of_july_is_marked_by_year(lives: list[list[Moment]]) -> None:
    """1 July is day 181 of 365; a bit a year, the first that of the diagnosis."""
    marked = 0
    for life in lives:
        end = life[-1][0]
        diagnosed = float(end["diagnosis_year"])
        expected = 0
        for year in range(64):
            moment = (int(diagnosed) + year + 181.0 / 365.0 - diagnosed) * 365.25
            for person, day, event in life:
                if event != NOTHING and person["now"] <= moment < day and person["pain"] >= 7.0:
                    expected |= 1 << year
        assert int(end["severe_mid_years"]) == expected
        marked += expected > 0
    assert marked > 5


def test_ratings_vary_at_their_own_event_and_only_while_something_hurts(
    lives: list[list[Moment]],
) -> None:
    code = EVENTS.index("pain_varies")
    seen = 0
    for life in lives:
        for (before, _, event), (after, _, _) in pairwise(life):
            mine = places(before)
            hurts = any(
                before["lesions"][name][place] > 0.0
                for name in ("biological_pain", "mechanical_pain")
                for place in mine
            )
            assert (before["clock"][code] < NEVER) == hurts
            varied = after["pain_variation"] != before["pain_variation"]
            began = before["clock"][code] == NEVER and after["clock"][code] < NEVER
            assert varied == (event == code or began)
            seen += event == code
            if min(before["pain_onset_day"], before["bone_pain_onset_day"]) < NEVER:
                for trait in ("pain_sensitivity", "analgesic_response", "most_analgesia"):
                    assert before[trait] == after[trait]
    assert seen > 500


def step_of_analgesia_due(person: np.void) -> int:
    """Up while pain is moderate and a step is tolerated, down once it would be mild without."""
    mine = places(person)
    pains = (person["lesions"]["biological_pain"][mine], person["lesions"]["mechanical_pain"][mine])
    untreated = max((max(pain, default=0.0) for pain in pains), default=0.0)
    untreated = min(untreated * person["pain_sensitivity"] * person["pain_variation"], 10.0)
    worst = max(person["pain"], person["bone_pain"])
    if worst >= 4.0 and person["analgesia"] < person["most_analgesia"]:
        return 1
    return -1 if untreated < 4.0 and person["analgesia"] > 0 else 0


def test_analgesia_goes_one_step_at_a_time_up_in_pain_and_down_once_it_would_be_mild_without(
    lives: list[list[Moment]],
) -> None:
    """At its own event, for which a day is set as long as a step is due and only then."""
    code = EVENTS.index("analgesia_stepped")
    seen = dict.fromkeys((1, -1), 0)
    for life in lives:
        for (before, _, event), (after, _, _) in pairwise(life):
            due = step_of_analgesia_due(before)
            assert (before["clock"][code] < NEVER) == (due != 0)
            step = int(after["analgesia"]) - int(before["analgesia"])
            assert step == (due if event == code else 0)
            if step:
                seen[step] += 1
            assert 0 <= after["analgesia"] <= after["most_analgesia"] <= 7
    assert seen[1] > 100
    assert seen[-1] > 5


def test_the_score_is_the_sum_of_its_six_components(lives: list[list[Moment]]) -> None:
    seen = set()
    for person in moments(lives[::2]):
        for place in [p for p in places(person) if p < FIRST_BONE]:
            points = {c: int(person["lesions"][f"{c}_points"][place]) for c in COMPONENTS}
            score = instability_score(person["lesions"][place])
            assert score == sum(points.values())
            assert 0 <= score <= 18
            seen.add(score)
            mechanical = person["lesions"]["mechanical_pain"][place] > 0.0
            biological = person["lesions"]["biological_pain"][place] > 0.0
            assert points["pain"] == (3 if mechanical else 1 if biological else 0)
            if place == OUTSIDE:
                assert score == points["pain"]
                continue
            assert all(points[c] in ALLOWED[c] for c in COMPONENTS), points
            assert points["location"] == SINS_LOCATION[place]
            assert points["type"] == 2 - person["lesions"]["type"][place]
            if person["lesions"]["fracture_day"][place] < NEVER:
                assert points["collapse"] >= 2
    assert {3, 7, 12} <= seen


def test_locations_score_by_the_table_of_the_instrument() -> None:
    junctional = {"C1", "C2", "C7", "T1", "T2", "T11", "T12", "L1", "L5", "S1"}
    mobile = {"C3", "C4", "C5", "C6", "L2", "L3", "L4"}
    for level, points in zip(LEVELS, SINS_LOCATION, strict=True):
        if level == "S2-S5":
            assert points == 0
        else:
            assert points == (3 if level in junctional else 2 if level in mobile else 1), level
    assert SINS_LOCATION.count(1) == len([f"T{i}" for i in range(3, 11)])


def test_grades_go_one_way_one_at_a_time(lives: list[list[Moment]]) -> None:
    """Untreated, epidural grades only go up; function is only lost, by a compressed cord."""
    extended = lost = 0
    for life in lives:
        for (before, _, _), (after, _, _) in pairwise(life):
            for place in places(before):
                grades = [int(p["lesions"]["epidural_grade"][place]) for p in (before, after)]
                steps = [
                    int(after["lesions"][name][place]) - int(before["lesions"][name][place])
                    for name in ("strength", "sensation", "sphincters")
                ]
                assert 0 <= grades[0] <= grades[1] <= min(grades[0] + 1, 3)
                assert min(steps) >= 0
                assert sum(steps) <= 1
                extended += grades[1] - grades[0]
                if sum(steps) == 1:
                    lost += 1
                    assert grades[0] >= 2
    assert extended > 50
    assert lost > 20


def test_pain_of_the_tumor_rises_to_its_cap_and_falls_as_therapy_works_or_by_itself(
    lives: list[list[Moment]],
) -> None:
    eased = 0
    for life in lives:
        for (before, _, event), (after, _, _) in pairwise(life):
            for place in places(before):
                pains = [p["lesions"]["biological_pain"][place] for p in (before, after)]
                if event == Event.THERAPY_RESPONSE:
                    assert pains[1] < pains[0] or pains[0] == 0.0
                    eased += pains[0] > 0.0
                elif after["event"] == Event.PAIN_SUBSIDES:
                    assert pains[1] in (pains[0], 0.0)
                else:
                    assert pains[0] <= pains[1]
                assert pains[1] == 0.0 or pains[1] <= after["lesions"]["pain_cap"][place]
    assert eased > 20


def test_clocks_of_lesions_are_the_clock_of_the_person(lives: list[list[Moment]]) -> None:
    """The person's clock of the next lesion event is the least of all lesions' clocks."""
    for person in moments(lives):
        mine = places(person)
        if mine and person["alive"]:
            # What was due before diagnosis happens on day 0.
            lesions = person["lesions"][mine]
            first = min(lesions["clock"].min(), lesions["ramp_day"].min())
            assert person["clock"].min() <= max(first, person["now"])
            assert lesions["next_day"].min() == first


@pytest.mark.slow
def test_an_occult_lesion_is_worked_up_at_the_rate_that_its_state_calls_for(
    parameters: Parameters, lives: list[list[Moment]]
) -> None:
    """Whatever changed it last: pain, collapse or settling. A detected lesion is not worked up."""
    world = parameters[1][0]
    painful = 0
    for person in moments(lives):
        for place in places(person) if person["alive"] else []:
            if person["lesions"]["detected_day"][place] < NEVER:
                assert person["lesions"]["clock"][place, slot(Event.PAIN_WORKED_UP)] == NEVER
                continue
            rate = work_up_rate(person, world, person["lesions"][place])
            assert person["lesions"]["rate"][place, slot(Event.PAIN_WORKED_UP)] == rate
            painful += rate > 0.0
    assert painful > 50
