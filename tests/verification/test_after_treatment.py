"""After treatment: protection of the cord, walking regained, answers in part, pain that comes back.

Room: life.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from sim.engine.cohort import lived_people
from sim.evidence.instruments import WALKS_UP_TO
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import N_LEVELS, Reason, Response, Stage
from sim.fitting.clinical_checks import free_of
from sim.inputs.strategies import Strategy
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.lesion import slot
from sim.life.records import FIRST_BONE
from sim.life.relief import answer, least_answer
from tests.felt import felt
from tests.replay import busy_care, places, replay
from tests.simplified import (
    STANDARD_ERRORS,
    Parameters,
    alike,
    full,
    model_of,
    segments_of,
    strategies_of,
    with_one_lesion,
)

AT = (1.0 / 60.0, 1.0 / 15.0)
"""Hazards of a step of strength at grades 2 and 3."""
GROWS = 1.0 / 30.0
RATIO = evidence().point["treatment_deficit_ratio", "ebrt_20gy5"]
FREED_DAYS = 20.0
RADIOTHERAPY = Strategy(name="radiotherapy", otherwise="ebrt_20gy5", wait_ratio=0.0)


def assert_count(seen: float, expected: float) -> None:
    """Events against their integrated hazard, which is also the variance of their number."""
    assert abs(seen - expected) <= STANDARD_ERRORS * max(expected, 1.0) ** 0.5, (seen, expected)


def pressing() -> Parameters:
    """One lesion that compresses the cord fast, and grows back to it once it is freed."""
    cancers, worlds = with_one_lesion()
    worlds["level_weight"] = np.arange(N_LEVELS) < N_LEVELS - 1
    worlds["level_weight"] /= N_LEVELS - 1
    worlds["epidural_rate_per_day"] = GROWS
    worlds["fill_median_days"] = 10.0
    worlds["deficit_rate_per_day"] = AT
    worlds["cord_diagnosis_mean_days"] = 15.0
    worlds["cord_freed_days"] = FREED_DAYS
    worlds["mortality_rate"] = 0.3
    worlds["mortality_cumulative"] = 0.3 * np.arange(121)
    return cancers, worlds


def test_protection_of_the_cord_lasts_until_it_is_freed_and_then_ends() -> None:
    """Steps of strength against their hazards: untreated, protected, regained, grown back."""
    seen: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    cared = strategies_of(RADIOTHERAPY)
    for life in replay(pressing(), alike(600, stage=Stage.DISTANT), 71, strategies=cared):
        deficits, strength, state, begun, freed = 0, 0, "untreated", NEVER, 0
        for person, day, _ in life:
            lesion = person["lesions"][person["lesion_at"][0]]
            if lesion["deficits"] > deficits:
                seen[state] += 1
                deficits = int(lesion["deficits"])
            if person["event"] == Event.COURSE_BEGUN and lesion["epidural_grade"] >= 2:
                if state not in ("protected", "regained"):
                    begun = float(person["now"])
                # Emergencies alone are treated here, so that who can walk now has regained it.
                walks = lesion["strength"] < strength and lesion["frankel"] <= WALKS_UP_TO
                state = "regained" if walks or state == "regained" else "protected"
            if lesion["freed"] > freed:
                assert person["now"] == begun + FREED_DAYS
                freed, state = int(lesion["freed"]), "grown back"
                assert lesion["deficit_ratio"] == 1.0
            strength = int(lesion["strength"])
            if day < NEVER and person["alive"] and lesion["epidural_grade"] >= 2 and strength < 4:
                rate = AT[lesion["epidural_grade"] - 2]
                rate *= {"protected": RATIO, "regained": 0.0}.get(state, 1.0)
                expected[state] += rate * (day - person["now"])
    assert seen["regained"] == 0
    for state in ("untreated", "protected", "grown back"):
        assert expected[state] > 15.0
        assert_count(seen[state], expected[state])


def test_treatment_ahead_of_contact_with_the_cord_protects_by_control_of_the_tumor_alone() -> None:
    """A lesion that is irradiated for pain keeps no ratio for later."""
    seen = 0
    for life in replay(
        busy_care(), alike(200, stage=Stage.DISTANT), 72, strategies=strategies_of("ebrt_20gy5")
    ):
        for person, _, _ in life:
            if person["event"] != Event.COURSE_BEGUN:
                continue
            for place in places(person):
                lesion = person["lesions"][place]
                if lesion["in_course"] == 1 and lesion["epidural_grade"] < 2:
                    assert lesion["deficit_ratio"] == 1.0
                    seen += 1
    assert seen > 100


def test_growth_into_the_canal_is_controlled_until_the_cord_is_reached_again() -> None:
    """Also after pain has come back: extension against its hazard at the ratio of the course."""
    ratio = evidence().point["treatment_tumor_control_ratio", "ebrt_20gy5"]
    seen = expected = 0.0
    cared = strategies_of(RADIOTHERAPY)
    for life in replay(pressing(), alike(600, stage=Stage.DISTANT), 73, strategies=cared):
        grade = 0
        for person, day, _ in life:
            lesion = person["lesions"][person["lesion_at"][0]]
            if person["event"] == Event.CORD_FREED:
                assert lesion["canal_ratio"] == ratio
            controlled = lesion["freed"] > 0 and lesion["epidural_grade"] == 1
            seen += lesion["freed"] > 0 and lesion["epidural_grade"] == 2 and grade == 1
            if lesion["epidural_grade"] == 2 and grade == 1:
                assert lesion["canal_ratio"] == 1.0
            if controlled and day < NEVER and person["alive"]:
                expected += ratio * GROWS * (day - person["now"])
            grade = int(lesion["epidural_grade"])
    assert expected > 100.0
    # The canal of each region has a speed of its own: 1 in this world.
    assert_count(seen, expected)


def test_walking_after_treatment_of_cord_compression_is_what_lives_show() -> None:
    regained = lost = again = 0
    cared = strategies_of("usual_care")
    for life in replay(busy_care(), alike(600, stage=Stage.DISTANT), 74, strategies=cared):
        treated = walks = gone = recurred = NEVER
        place, frankel, before = -1, 0, 0
        freed, deficits, free = 0, 0, NEVER
        for person, _, _ in life:
            now = float(person["now"])
            emergency = person["episode_reason"] == Reason.CORD_COMPRESSION
            if person["event"] == Event.COURSE_BEGUN and emergency and treated == NEVER:
                treated, place, frankel = now, int(person["episode_lesion"]), before
                if before <= WALKS_UP_TO:
                    walks = now
            if treated < NEVER:
                if person["frankel"] <= WALKS_UP_TO:
                    walks = min(walks, now)
                elif walks <= now:
                    gone = min(gone, now)
                lesion = person["lesions"][place]
                if now == treated and freed == 0:
                    freed, deficits = int(lesion["freed"]), int(lesion["deficits"])
                if lesion["freed"] > freed:
                    freed, free = int(lesion["freed"]), min(free, now)
                if lesion["deficits"] > deficits and free < NEVER:
                    recurred = min(recurred, now)
                deficits = int(lesion["deficits"])
            before = int(person["frankel"])
        assert person["cord_treated_day"] == treated
        assert (person["walks_again_day"], person["walking_lost_day"]) == (walks, gone)
        assert person["cord_recurrence_day"] == recurred
        if treated < NEVER:
            assert person["cord_treated_frankel"] == frankel
        regained += frankel > WALKS_UP_TO and walks < NEVER
        lost += gone < NEVER
        again += recurred < NEVER
    assert min(regained, lost, again) > 10


def test_who_has_lost_all_function_does_not_walk_again_and_others_do_as_published() -> None:
    """The share of the evidence, of those who cannot walk by the lesion that is treated."""
    share = evidence().point["treatment_regain_walking_share", "ebrt_20gy5"]
    seen: Counter[tuple[bool, bool]] = Counter()
    cared = strategies_of(RADIOTHERAPY)
    for life in replay(pressing(), alike(1_500, stage=Stage.DISTANT), 75, strategies=cared):
        frankel = 0
        for person, _, _ in life:
            first = person["event"] == Event.COURSE_BEGUN and person["n_courses"] == 1
            now = int(person["frankel"])
            if first and frankel > WALKS_UP_TO:
                seen[frankel == 4, now <= WALKS_UP_TO] += 1
            frankel = now
    assert seen[True, True] == 0
    n = seen[False, False] + seen[False, True]
    assert n > 200
    assert_count(seen[False, True], share * n)


TREATMENT = strategies_of("ebrt_8gy1").policies[0]["treatments"][1]


@pytest.mark.parametrize("pain", [0.5, 1.0, 1.9, 2.0, 4.0, 7.5, 10.0])
def test_an_answer_in_part_takes_at_least_what_counts_or_all_there_is(pain: float) -> None:
    share, complete = 0.6, 0.4
    for mark in (0.0, 0.239, 0.241, 0.599, 0.6, 0.99):
        for depth in (0.0, 0.3, 1.0):
            left = answer(TREATMENT, share, complete, 2.0, pain, mark, depth)
            if mark >= share:
                assert left == pain
            elif mark < share * complete:
                assert left == 0.0
            else:
                part = pain * (0.25 + 0.5 * depth)
                assert pain - left == pytest.approx(min(max(part, 2.0), pain))


def test_what_counts_is_felt_as_two_points_after_analgesia() -> None:
    """On an ordinary day, whatever a person's sensitivity and answer to analgesia."""
    world = full()[1][0]
    effects = world["analgesia_effect_biological"].tolist()
    seen = 0
    for life in replay(
        busy_care(), alike(60, stage=Stage.DISTANT), 76, strategies=strategies_of("usual_care")
    ):
        for person, _, _ in life:
            if person["pain"] > 0.0:
                effect = effects[person["analgesia"]]
                least = least_answer(person, world, effect)
                if least < 10.0 / person["pain_sensitivity"] / person["pain_variation"]:
                    assert felt(person, least, effects) == pytest.approx(
                        2.0 * person["pain_variation"]
                    )
                    seen += 1
    assert seen > 500


def test_pain_that_is_held_comes_back_at_its_rate_and_sooner_with_progress() -> None:
    """Closed form: a rate r between, and 1 - exp(-r D) at each decline and end of a line."""
    cancers, worlds = busy_care()
    cancers["therapy_response_share"] = 0.0
    worlds["progress_relapse_days"] = progress = 150.0
    seen: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    cared = strategies_of("ebrt_8gy1")
    at = slot(Event.PAIN_RELAPSED)
    for life in replay((cancers, worlds), alike(500, stage=Stage.DISTANT), 77, strategies=cared):
        held: dict[int, float] = {}
        for person, day, _ in life:
            now = float(person["now"])
            lesions = person["lesions"]
            # Lists, because a field of one lesion of a record takes a microsecond each.
            clocks, relieved = lesions["clock"][:, at].tolist(), lesions["relieved"].tolist()
            if person["event"] in (Event.PERFORMANCE_DECLINE, Event.THERAPY_LINE_ENDED):
                for place, rate in held.items():
                    expected["with progress"] += -np.expm1(-rate * progress)
                    seen["with progress"] += clocks[place] == now
            held = {}
            for place in places(person):
                clock = clocks[place]
                if relieved[place] == 1 and clock < NEVER and clock > now:
                    rate = float(lesions["relapse_rate"][place])
                    held[place] = rate
                    if person["alive"]:
                        expected["between"] += rate * (day - now)
                        seen["between"] += clock == day
    for kind in expected:
        assert expected[kind] > 50.0
        assert_count(seen[kind], expected[kind])


def test_no_reading_shows_pain_that_is_not_its_response() -> None:
    """Over kept lives: pain at the site and analgesia that each reading kept, by definition."""
    plan = alike(800, stage=Stage.DISTANT)
    for name in ("usual_care", "rfa_cement"):
        model = model_of(busy_care(), plan, strategies=strategies_of(name), seed=78)
        people = lived_people(model, segments_of(plan))[0][:, 0]
        read = np.arange(people["assessed_response"].shape[1]) < people["n_assessed"][:, None]
        response = people["assessed_response"]
        site, mg = people["assessed_site_pain"], people["assessed_morphine_mg"]
        before = np.where(read, people["site_pain"][:, None], 0.0)
        mg_before = np.where(read, people["site_morphine_mg"][:, None], 0.0)
        complete = read & (response == Response.COMPLETE)
        partial = read & (response == Response.PARTIAL)
        none = read & (response == Response.NONE)
        assert complete.sum() > 100
        assert partial.sum() > 100
        assert (site[complete] == 0.0).all()
        assert (mg[complete | partial] <= mg_before[complete | partial]).all()
        less = (site <= before - 2.0) | ((mg < 0.75 * mg_before) & (site <= before))
        assert less[partial].all()
        assert (site[partial] > 0.0).all()
        more = mg > mg_before
        assert (more | ~less)[none].all()
        # The person's worst pain may come from elsewhere; at a spinal site it is no less.
        spinal = people["site_lesion"] < FIRST_BONE
        worst = people["assessed_pain"]
        assert (worst >= site)[read & spinal[:, None]].all()


def test_control_over_time_is_the_kaplan_meier_estimate() -> None:
    """Against scipy's, with death as censoring."""
    rng = np.random.default_rng(5)
    n = 300
    people = np.zeros(n, [("since", "f8"), ("event", "f8"), ("death_day", "f8")])
    people["since"] = rng.uniform(0.0, 50.0, n)
    event, death = rng.exponential(300.0, n), rng.exponential(200.0, n)
    people["event"] = np.where(event <= death, people["since"] + event, np.inf)
    people["death_day"] = people["since"] + death
    censored = stats.CensoredData(uncensored=event[event <= death], right=death[event > death])
    curve = stats.ecdf(censored).sf
    for days in (30.0, 180.0, 365.0):
        assert free_of("event", "since", days)(people) == pytest.approx(
            100.0 * float(curve.evaluate(days))
        )
