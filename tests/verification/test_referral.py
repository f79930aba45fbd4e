"""Referral is a hazard of each lesion that hurts: its law, its ratios, and who is left without.

Room: life.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.engine.cohort import lived_people
from sim.engine.model import build_model
from sim.engine.policies import Strategies
from sim.engine.workers import block_segments
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import Episode, NoCourse, Reason, Stage
from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.inputs.strategies import Rule, Strategy
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import OTHER_TROUBLE
from sim.life.luck import budget
from sim.life.policy import ANALGESIA_ONLY, Observable
from sim.life.records import FIRST_BONE
from sim.life.referral import consider_referral
from tests.replay import busy_care, copied, newborn, replay, without_bones
from tests.simplified import (
    SEVERAL,
    TAIL,
    Parameters,
    Records,
    alike,
    full,
    live_block,
    strategies_of,
)

PLACE = 12
BONE = FIRST_BONE + 1


def hurting(n: int, pain: float, place: int = PLACE, *, mechanical: float = 0.0) -> Records:
    """People with one known lesion that hurts as much every day, whatever analgesia they take."""
    people = newborn(full(), alike(n, age=50.0))
    people["lesions"][:, place] = np.zeros(1, people["lesions"].dtype)[0]
    lesion = people["lesions"][:, place]
    people["lesion_at"][:, 0], people["n_lesions"] = place, 1
    lesion["place"], lesion["level"] = place, min(place, 25)
    lesion["biological_pain"], lesion["mechanical_pain"] = pain, mechanical
    lesion["fracture_day"] = lesion["referral_day"] = NEVER
    lesion["irradiated_until"] = -NEVER
    people["lesions"][:, place] = lesion
    people["skeletal_detected_day"] = people["spinal_detected_day"] = 0.0
    people["pain" if place < FIRST_BONE else "bone_pain"] = max(pain, mechanical)
    people["pain_sensitivity"] = people["pain_variation"] = people["analgesia"] = 1
    people["analgesic_response"] = 0.0
    return people


def look(people: Records, care: Strategies, parameters: Parameters | None = None) -> Records:
    """Look at everybody's referral now."""
    world = (parameters or full())[1][0]
    for person in people:
        consider_referral(person, world, care.policies[0])
    return people


CARE = strategies_of("ebrt_8gy1")
BASE = float(CARE.policies["referral_rate_per_day"][0])
WORLD = full()[1][0]
RATIO = float(np.exp(WORLD["referral_log_ratio"]))


@pytest.mark.parametrize(("place", "clock"), [(PLACE, Event.CARE), (BONE, Event.BONE_CARE)])
@pytest.mark.parametrize("pain", [4.0, 7.0, 9.5])
def test_under_constant_pain_the_time_to_referral_is_exponential(
    place: int, clock: int, pain: float
) -> None:
    days = look(hurting(4_000, pain, place), CARE)["clock"][:, clock]
    rate = BASE * RATIO ** (pain - 7.0)
    assert stats.kstest(days, stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL


def first_days(people: Records) -> Records:
    return look(people, CARE)["clock"][:, Event.CARE].copy()


def test_each_point_and_each_finding_multiply_the_hazard() -> None:
    """The same luck: days are in the inverse ratio."""
    n = 50
    plain = first_days(hurting(n, 6.0))
    more = first_days(hurting(n, 8.0))
    np.testing.assert_allclose(plain / more, RATIO**2, rtol=1e-12)
    moving = first_days(hurting(n, 3.0, mechanical=6.0))
    np.testing.assert_allclose(plain / moving, WORLD["referral_mechanical_ratio"], rtol=1e-12)
    broken = hurting(n, 3.0, mechanical=6.0)
    broken["lesions"]["fracture_day"][:, PLACE] = 0.0
    np.testing.assert_allclose(
        moving / first_days(broken), WORLD["referral_fracture_ratio"], rtol=1e-12
    )
    for field in ("frankel", "root_numb"):
        weak = hurting(n, 6.0)
        weak["lesions"][field][:, PLACE] = 1
        np.testing.assert_allclose(
            plain / first_days(weak), WORLD["referral_deficit_ratio"], rtol=1e-12
        )
    old = hurting(n, 6.0)
    old["age_at_diagnosis"] = 85.0
    np.testing.assert_allclose(
        plain / first_days(old), WORLD["referral_age_ratio"] ** 2, rtol=1e-12
    )
    ill = hurting(n, 6.0)
    ill["performance"] = 3
    np.testing.assert_allclose(plain / first_days(ill), WORLD["referral_ill_ratio"], rtol=1e-12)
    for field in ("n_courses", "n_bone_radiotherapy"):
        elsewhere = hurting(n, 6.0)
        elsewhere[field] = 1
        np.testing.assert_allclose(
            plain / first_days(elsewhere), WORLD["referral_elsewhere_ratio"], rtol=1e-12
        )
    sooner = strategies_of("ebrt_8gy1", referral_ratio=2.0)
    days = look(hurting(n, 6.0), sooner)["clock"][:, Event.CARE]
    np.testing.assert_allclose(plain / days, 2.0, rtol=1e-12)


def test_less_pain_no_analgesia_and_a_lesion_not_known_refer_nobody() -> None:
    untried, unknown = hurting(5, 9.0), hurting(5, 9.0)
    untried["analgesia"] = 0
    unknown["lesions"]["detected_day"][:, PLACE] = NEVER
    for people in (hurting(5, 3.9), untried, unknown):
        assert (first_days(people) == NEVER).all()
    # A bone that is broken and hurts needs no analgesia first.
    untried["lesions"]["fracture_day"][:, PLACE] = 0.0
    untried["lesions"]["mechanical_pain"][:, PLACE] = 5.0
    assert (first_days(untried) < NEVER).all()


def test_looking_again_changes_no_bit_and_a_changed_rate_spends_the_budget() -> None:
    people = look(hurting(200, 6.0), CARE)
    before = people.copy()
    for now in (0.1, 1.0, 2.7):
        people["now"] = now
        waiting = before["clock"][:, Event.CARE] > now
        look(people, CARE)
        np.testing.assert_array_equal(
            people["lesions"][waiting, PLACE], before["lesions"][waiting, PLACE]
        )
    waiting = before["clock"][:, Event.CARE] > 3.0
    people, before = people[waiting], before[waiting]
    assert len(people) > 50
    spent = np.zeros(len(people))
    since = 0.0
    for now, pain, last in ((1.0, 4.5, 6.0), (2.0, 2.0, 4.5), (50.0, 8.0, 2.0)):
        people["now"], people["lesions"]["biological_pain"][:, PLACE] = now, pain
        people["pain"] = pain
        spent += (now - since) * BASE * RATIO ** (last - 7.0) * (last >= 4.0)
        since = now
        look(people, CARE)
    days = people["clock"][:, Event.CARE]
    luck = np.array([budget(person, Luck.REFERRAL, PLACE, 1) for person in people])
    left = (days - 50.0) * BASE * RATIO
    # The days are from 2.7 on in the first look above; all that time the pain was the same.
    np.testing.assert_allclose(spent + left, luck, rtol=1e-9)


def test_no_budget_is_spent_while_a_lesion_rests_or_is_cared_for() -> None:
    resting = hurting(200, 7.0)
    resting["lesions"]["quiet_until"][:, PLACE] = 30.0
    plain = first_days(hurting(200, 7.0))
    np.testing.assert_allclose(first_days(resting), 30.0 + plain, rtol=1e-12)
    cared_for = hurting(200, 7.0)
    cared_for["episode"], cared_for["episode_lesion"] = Episode.WAITING, PLACE
    cared_for["clock"][:, Event.CARE] = 5.0
    look(cared_for, CARE)
    assert (cared_for["lesions"]["referral_day"][:, PLACE] == NEVER).all()
    assert (cared_for["clock"][:, Event.CARE] == 5.0).all()


@pytest.mark.parametrize("name", SEVERAL)
def test_a_higher_hazard_never_refers_later(name: str) -> None:
    """Person by person, by the same luck; other bone, whose care changes lives, is spared."""
    parameters = without_bones(busy_care())
    days = []
    for ratio in (0.25, 1.0, 4.0, 16.0):
        cared = strategies_of(name, referral_ratio=ratio)
        people = live_block(parameters, alike(800, stage=Stage.DISTANT), cared, seed=31).people
        assert people is not None
        days.append(people[:, 0]["first_trigger_day"])
    for lower, higher in pairwise(days):
        assert (higher <= lower).all()
        assert (higher < lower).sum() > 50


THRESHOLDS = (
    *(strategy("usual_care", refer_from_pain=pain) for pain in (3.0, 5.0)),
    *(strategy("usual_care", pain_threshold=pain) for pain in (6.0, 8.0)),
)


def test_a_threshold_moved_by_a_point_changes_episodes_by_less_than_a_quarter() -> None:
    values = evidence().point
    plan = Population.united_states(2010).scaled(40_000).plan(2010, 2010, values)
    model = build_model(plan, [strategy("usual_care"), *THRESHOLDS], values, seed=3)
    episodes = sum(
        lived_people(model, segments)[0]["n_episodes"].sum(axis=0)
        for segments in block_segments(model, 1_000)
    )
    assert episodes[0] > 2_000
    assert (np.abs(episodes / episodes[0] - 1.0) < 0.25).all()
    assert episodes[1] > episodes[0] > episodes[2]
    np.testing.assert_allclose(episodes[3:] / episodes[0], 1.0, atol=0.03)


MIXED = Strategy(
    name="mixed",
    rules=[
        Rule(when={"performance": (3, None)}, give="analgesia_only"),
        Rule(when={"primary": "breast", "sins": (0, 6)}, give={"ebrt_8gy1": 0.8,
                                                               "analgesia_only": 0.2}),
        Rule(give="kyphoplasty"),
    ],
)  # fmt: skip


def decisions(name: str | Strategy, n: int) -> list[np.void]:
    """People as they are at every decision of crowded lives."""
    found = []
    for life in replay(
        busy_care(), alike(n, stage=Stage.DISTANT), 73, strategies=strategies_of(name)
    ):
        begun = False
        for person, _, _ in life:
            if begun and person["event"] == Event.CARE_DECIDED:
                found.append(copied(person))
            begun = True
    return found


@pytest.mark.parametrize("name", ["usual_care", "noms", "sbrt_24gy2"])
def test_nobody_with_cord_compression_and_a_year_ahead_is_left_to_analgesia(name: str) -> None:
    """But where the lesion had all that it may have, by now or in all."""
    cords, left = 0, Counter[str]()
    for person in decisions(name, 700):
        if person["episode_reason"] != Reason.CORD_COMPRESSION:
            continue
        cords += 1
        if person["episode_treatment"] == ANALGESIA_ONLY:
            months = person["observed"][Observable.PROGNOSIS_MONTHS]
            why = NoCourse(person["no_course"])
            left[why.label] += 1
            had = (NoCourse.HAD_ALL, NoCourse.TOO_SOON)
            assert why in had or months < 12.0
            if name != "noms":
                assert why in (*had, NoCourse.TOO_ILL)
    assert cords > 150


def test_a_decision_says_why_there_is_no_course() -> None:
    seen: Counter[NoCourse] = Counter()
    for person in decisions(MIXED, 300):
        why, given = NoCourse(person["no_course"]), int(person["episode_treatment"])
        observed = person["observed"]
        seen[why] += 1
        assert (why == NoCourse.NOT_SO) == (given != ANALGESIA_ONLY)
        if observed[Observable.PERFORMANCE] >= 3:
            assert why == NoCourse.TOO_ILL
        elif why == NoCourse.CHOSEN:
            assert observed[Observable.SINS] <= 6
        elif why == NoCourse.HAD_ALL:
            assert observed[Observable.PREVIOUS_COURSES] > 0
    assert set(seen) == set(NoCourse)


def test_who_is_only_given_analgesia_has_chosen_so() -> None:
    for person in decisions("analgesia_only", 100):
        assert person["no_course"] == NoCourse.CHOSEN


def test_a_lesion_with_nothing_more_is_looked_at_again_after_long_or_once_it_is_worse() -> None:
    """Only other trouble than the pain that is known ends its rest."""
    long_days = float(CARE.policies["nothing_more_review_days"][0])
    rested = 0
    for person in decisions("ebrt_8gy1", 300):
        lesion = person["lesions"][person["episode_lesion"]]
        if person["no_course"] == NoCourse.HAD_ALL:
            rested += 1
            assert lesion["declined"] == OTHER_TROUBLE
            assert lesion["quiet_until"] == person["now"] + long_days
    assert rested > 20
