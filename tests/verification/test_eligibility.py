"""Nobody gets a treatment for which they are not eligible, and the first rule that matches wins.

Room: life.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from sim.engine.loop import EVENT, live_on, next_event_of
from sim.engine.policies import Strategies
from sim.evidence.rows import FOLDER
from sim.evidence.vocabulary import LESION_TYPES, Reason, Stage
from sim.inputs.catalog import known_strategies, strategy
from sim.inputs.plan import Plan
from sim.inputs.strategies import CATEGORIES, Rule, Strategy
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.lesion import instability_score
from sim.life.policy import ANALGESIA_ONLY, OBSERVABLES
from sim.life.records import FIRST_BONE, OUTSIDE
from sim.life.step import apply_event, look_at_care
from tests.replay import busy_care, newborn, places, replay
from tests.retreatment import History
from tests.simplified import Parameters, alike, strategies_of

N = 300
CARE = int(Event.CARE)


def rows() -> list[dict[str, str]]:
    with (FOLDER / "treatments.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


TREATMENTS = rows()
NAMES = [row["name"] for row in TREATMENTS]
LOTTERY = Strategy(
    name="lottery",
    rules=tuple(Rule(give=dict.fromkeys(NAMES[1:], 0.05)) for _ in range(3)),
)
"""Anything for anybody: eligibility alone decides."""
STRATEGIES = {s.name: s for s in (*known_strategies().values(), LOTTERY) if s.name != "none"}


def moments(cared: Strategies, event: int, n: int = N) -> Iterator[tuple[np.void, int]]:
    """Everybody right after each event of care of one kind.

    With the place of the lesion that the episode was for: another may begin at once.
    """
    parameters, plan = busy_care(), alike(n, stage=Stage.DISTANT)
    if cared.policies[0]["prophylactic"]:
        yield from moments_before_looking(parameters, plan, cared, event)
        return
    for life in replay(parameters, plan, seed=37, strategies=cared):
        place = -1
        for person, _, _ in life:
            if place >= 0 and person["event"] == event:
                yield person, place
            place = int(person["episode_lesion"])


def moments_before_looking(
    parameters: Parameters, plan: Plan, cared: Strategies, event: int
) -> Iterator[tuple[np.void, int]]:
    """The same, but slow where care goes on: of prophylaxis is thought, and observed, after it."""
    cancers, worlds = parameters
    care = cared.policies[0]
    people = newborn(parameters, plan, 37)
    for row, person in enumerate(people):
        cancer, world = cancers[person["primary"]], worlds[0]
        while person["alive"]:
            day, code = next_event_of(people, row)
            if code != CARE:
                live_on(people, row, cancers, worlds, cared.policies, EVENT, NEVER)
                continue
            apply_event(person, day, code, cancer, world, care)
            if person["event"] == event:
                yield person, int(person["episode_lesion"])
            look_at_care(person, cancer, world, care)


def why_not(row: dict[str, str], seen: dict[str, float], place: int, barred: bool) -> str:
    """The criterion that a lesion fails, by the row of the treatment; empty if it is eligible."""
    limit = {name: float(row[name]) for name in row if row[name].replace(".", "", 1).isdigit()}
    wrong = {
        "emergency": seen["reason"] == Reason.CORD_COMPRESSION and limit["emergency"] == 0,
        "outside": place == OUTSIDE and limit["outside"] == 0,
        "type": place != OUTSIDE and limit[LESION_TYPES[int(seen["lesion_type"])]] == 0,
        "bilsky": seen["bilsky"] > limit["most_bilsky"],
        "sins": seen["sins"] > limit["most_sins"],
        "prognosis": seen["prognosis_months"] < limit["least_prognosis_months"],
        "pain": seen["pain"] < limit["least_pain"],
        "mechanical": limit["mechanical_pain_needed"] == 1
        and seen["mechanical_pain"] <= 0
        and seen["collapsed"] == 0,
        "courses": barred,
    }
    return next((name for name, fails in wrong.items() if fails), "")


def barred(name: str, person: np.void, place: int) -> bool:
    """Whether the lesion had as much as it may have of a kind."""
    return History.of(person["lesions"][place]).bars(name, float(person["now"]))


def observed(person: np.void) -> dict[str, float]:
    return dict(zip(OBSERVABLES, person["observed"].tolist(), strict=True))


@pytest.mark.parametrize("name", STRATEGIES)
def test_no_treatment_is_decided_on_for_the_ineligible(name: str) -> None:
    given: Counter[str] = Counter()
    for person, place in moments(strategies_of(STRATEGIES[name]), Event.CARE_DECIDED):
        index = int(person["episode_treatment"])
        row = TREATMENTS[index]
        given[row["name"]] += 1
        if index != ANALGESIA_ONLY:
            too_much = barred(row["name"], person, place)
            assert not why_not(row, observed(person), place, too_much), row["name"]
    assert given.total() > 300
    assert (set(given) - {"analgesia_only"} != set()) == (name != "analgesia_only")
    if name == "lottery":
        assert set(given) == set(NAMES)


@pytest.mark.parametrize("name", ["usual_care", "noms", "lottery"])
def test_what_is_observed_is_what_the_person_has(name: str) -> None:
    """Of the lesion in question, at the moment of the decision."""
    seen_reasons = set()
    for person, place in moments(strategies_of(STRATEGIES[name]), Event.CARE_DECIDED, 150):
        seen = observed(person)
        assert seen["pain"] == math.floor(person["pain"] + 0.5)
        assert seen["pain_on_movement"] == max(seen["pain_at_rest"], seen["mechanical_pain"])
        assert seen["pain"] >= seen["pain_on_movement"]
        assert seen["bilsky"] == person["lesions"]["epidural_grade"][place]
        assert seen["frankel"] == person["lesions"]["frankel"][place]
        assert seen["lesion_type"] == person["lesions"]["type"][place]
        assert seen["sins"] == instability_score(person["lesions"][place])
        assert seen["previous_courses"] == person["lesions"]["courses"][place]
        assert seen["cord_dose_gy"] == person["lesions"]["cord_dose_gy"][place]
        assert seen["analgesia"] == person["analgesia"]
        assert seen["age"] == math.floor(person["age_at_diagnosis"] + person["now"] / 365.25)
        of_spine = [p for p in places(person) if p < FIRST_BONE]
        found = [p for p in of_spine if person["lesions"]["detected_day"][p] <= person["now"]]
        assert place in found
        assert seen["n_levels"] == sum(p != OUTSIDE for p in found)
        assert 0 <= seen["n_painful"] <= len(found)
        assert 0 <= seen["sins"] <= 18
        assert seen["prognosis_months"] > 0.0
        seen_reasons.add(int(seen["reason"]))
    assert len(seen_reasons) >= 3


def holds(wanted: Any, name: str, value: float) -> bool:
    """Whether one condition of a rule holds, read as a user would."""
    if name in CATEGORIES:
        words = wanted if isinstance(wanted, (tuple, list)) else (wanted,)
        return CATEGORIES[name][int(value)] in words
    low, high = wanted if isinstance(wanted, (tuple, list)) else (wanted, wanted)
    return (low is None or value >= low) and (high is None or value <= high)


AHEAD = Strategy(
    name="ahead",
    rules=(
        Rule(when={"sins": (7, None), "lesion_type": ("lytic", "mixed")}, give="kyphoplasty"),
        Rule(when={"bilsky": (1, 3), "primary": "breast"}, give="ebrt_8gy1", prophylactic=True),
        Rule(when={"region": "thoracic", "age": (50, 75)}, give="sbrt_24gy2"),
        Rule(when={"n_levels": (3, None), "on_therapy": 1}, give="ebrt_20gy5"),
    ),
)


@pytest.mark.parametrize("chosen", [strategy("noms"), AHEAD], ids=lambda s: s.name)
def test_the_first_rule_that_matches_and_may_be_given_wins(chosen: Strategy) -> None:
    rules = (*chosen.rules, Rule(give=chosen.otherwise))
    winners: Counter[int] = Counter()
    for person, place in moments(strategies_of(chosen), Event.CARE_DECIDED, 120):
        seen = observed(person)
        ahead = person["episode_reason"] == Reason.PROPHYLAXIS
        expected = ANALGESIA_ONLY
        for number, rule in enumerate(rules):
            if rule.prophylactic != ahead:
                continue
            if not all(holds(wanted, name, seen[name]) for name, wanted in rule.when.items()):
                continue
            if rule.shares_from is not None:
                # What it gives is drawn: one of its group, and here eligible for nearly everybody.
                expected = int(person["episode_treatment"])
                winners[number] += 1
                break
            index = NAMES.index(str(rule.give))
            too_much = barred(NAMES[index], person, place)
            if index == ANALGESIA_ONLY or not why_not(TREATMENTS[index], seen, place, too_much):
                expected = index
                winners[number] += 1
                break
        assert person["episode_treatment"] == expected
    assert len(winners) >= 4


def companions(person: np.void, index_place: int) -> list[int]:
    """Lesions that a course takes along beside the one it is for."""
    treated = np.flatnonzero(person["lesions"]["in_course"] == 1)
    return [p for p in places(person) if p in treated and p != index_place]


def test_a_course_takes_no_more_lesions_than_it_can_and_only_known_painful_ones() -> None:
    taken: Counter[str] = Counter()
    apart = 0
    for person, index_place in moments(strategies_of(LOTTERY), Event.COURSE_BEGUN, 3 * N):
        row = TREATMENTS[int(person["episode_treatment"])]
        along = companions(person, index_place)
        taken[row["name"]] += len(along)
        assert person["lesions"]["in_course"][index_place] == 1
        if row["systemic"] == "1":
            kinds = [
                row[LESION_TYPES[int(person["lesions"]["type"][place])]] == "1"
                for place in person["lesion_at"][: person["n_lesions"]]
                if place != OUTSIDE
            ]
            assert len(along) + 1 <= sum(kinds)
            continue
        assert len(along) + 1 <= int(row["levels_per_course"])
        for place in along:
            assert person["lesions"]["detected_day"][place] <= person["now"]
            distance = abs(
                person["lesions"]["level"][place] - person["lesions"]["level"][index_place]
            )
            assert row["levels_apart"] == "1" or distance < int(row["levels_per_course"])
            apart += int(distance) >= int(row["levels_per_course"])
    assert apart > 10
    assert taken["ebrt_8gy1"] > 10
    assert taken["surgery_rt"] > 10


@pytest.mark.parametrize("criterion", ["type", "outside"])
def test_lesions_that_a_course_takes_along_are_eligible_too(criterion: str) -> None:
    wrong: Counter[str] = Counter()
    for person, index_place in moments(strategies_of(LOTTERY), Event.COURSE_BEGUN):
        index = int(person["episode_treatment"])
        row = TREATMENTS[index]
        for place in companions(person, index_place):
            kind = LESION_TYPES[int(person["lesions"]["type"][place])]
            fails = {
                "type": place != OUTSIDE and row[kind] == "0",
                "outside": place == OUTSIDE and row["outside"] == "0",
            }
            wrong[row["name"]] += fails[criterion]
    assert +wrong == Counter()


def test_nobody_is_treated_before_a_lesion_is_found() -> None:
    for person, place in moments(strategies_of("usual_care"), Event.COURSE_BEGUN):
        assert person["spinal_detected_day"] <= person["first_trigger_day"] < NEVER
        assert person["lesions"]["detected_day"][place] <= person["now"]
