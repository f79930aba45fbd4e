"""Episodes of care: what begins one, emergencies, prophylaxis, retreatment.

Room: life.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest

from sim.evidence.reader import evidence
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import (
    LEVELS,
    MOST_TRIGGERED_EPISODES,
    Episode,
    LesionType,
    NoCourse,
    Reason,
    Stage,
)
from sim.inputs.strategies import Rule, Strategy
from sim.life.events import EVENTS, FIRST_CARE_EVENT, FIRST_DOSE_EVENT, N_CLOCKS, Event
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE
from tests.felt import felt
from tests.replay import busy_care, places, replay
from tests.simplified import (
    SEVERAL,
    alike,
    assert_mean,
    full,
    live_block,
    strategies_of,
)

N = 400
NAMES = list(known_treatments())


@pytest.mark.parametrize("name", SEVERAL)
def test_an_episode_begins_for_its_reason(name: str) -> None:
    """Pain of 4 under analgesia or a painful fracture until then; cord compression that very day.

    The first one: nothing rests or was declined before it.
    """
    reasons = set()
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 43, strategies=strategies_of(name)
    ):
        begun = False
        hurts: dict[int, bool] = {}
        for person, _, _ in life:
            now = float(person["now"])
            if begun and person["event"] == Event.REFERRED:
                reason, place = int(person["trigger_reason"]), int(person["episode_lesion"])
                reasons.add(reason)
                assert now == person["first_trigger_day"]
                if reason == Reason.CORD_COMPRESSION:
                    found = max(person["cord_compression_day"], person["spinal_detected_day"])
                    assert now == found
                else:
                    assert hurts[place]
                    assert person["lesions"]["fracture_day"][place] <= now or reason == Reason.PAIN
                break
            begun = True
            found = max(person["cord_compression_day"], person["spinal_detected_day"])
            assert found > now or person["episode"] == Episode.DUE or not person["alive"]
            hurts = {
                p: site_pain(person, p) >= 4.0
                and (person["analgesia"] >= 1 or is_broken(person, p))
                for p in places(person)
                if person["lesions"]["detected_day"][p] <= now
            }
    assert reasons >= {Reason.PAIN, Reason.PAINFUL_FRACTURE, Reason.CORD_COMPRESSION}


def is_broken(person: np.void, place: int) -> bool:
    """Whether the bone of a lesion is broken and hurts on movement."""
    lesion = person["lesions"][place]
    return bool(
        lesion["fracture_day"] <= person["now"]
        and felt(person, lesion["mechanical_pain"], RELIEF) >= 4.0
    )


WORLD = full()[1][0]
RELIEF = WORLD["analgesia_effect_mechanical"].tolist()
EASE = WORLD["analgesia_effect_biological"].tolist()


def site_pain(person: np.void, place: int) -> float:
    """Worst pain of a lesion after analgesia."""
    tumor = person["lesions"]["biological_pain"][place] + person["lesions"]["flare"][place]
    mechanical = person["lesions"]["mechanical_pain"][place]
    return max(felt(person, tumor, EASE), felt(person, mechanical, RELIEF))


@pytest.mark.parametrize("name", ["usual_care", "noms", "rfa_cement", "sbrt_24gy2", "kyphoplasty"])
def test_cord_compression_is_decided_on_within_days_and_treated_as_an_emergency(name: str) -> None:
    emergency = [row.eligibility["emergency"] == 1.0 for row in known_treatments().values()]
    waits, treated = [], 0
    cords = episodes = 0
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 47, strategies=strategies_of(name)
    ):
        referred, reason, begun, seen = NEVER, -1, False, False
        for person, _, _ in life:
            now, event = float(person["now"]), int(person["event"])
            if begun and event == Event.REFERRED:
                referred, reason = now, int(person["episode_reason"])
                if reason == Reason.CORD_COMPRESSION:
                    episodes += 1
                    seen = True
            elif begun and event == Event.CARE_DECIDED and reason == Reason.CORD_COMPRESSION:
                waits.append(now - referred)
            elif begun and event == Event.COURSE_BEGUN and reason == Reason.CORD_COMPRESSION:
                assert emergency[int(person["episode_treatment"])]
                treated += 1
            begun = True
        cords += int(person["n_cord_compressions"])
        # Whoever lives on after the diagnosis is referred, at once or after the course under way.
        if person["cord_compression_day"] + 60.0 < person["death_day"]:
            assert seen
    mean = evidence().point["emergency_consult_wait_mean_days", "all"]
    assert episodes > 100
    assert treated > 50
    assert cords >= episodes
    assert_mean(np.array(waits), mean)
    assert np.max(waits) < 15.0 * mean


def test_an_emergency_takes_over_what_was_planned() -> None:
    """Referral, wait and pre-hold give way; only a course under way is finished first."""
    taken_over = after_course = 0
    for life in replay(busy_care(), alike(800, stage=Stage.DISTANT), 49,
                       strategies=strategies_of("surgery_rt", wait_ratio=5.0)):  # fmt: skip
        phase, begun, due = 0, False, NEVER
        for person, _, _ in life:
            now = float(person["now"])
            found = max(person["cord_compression_day"], person["spinal_detected_day"])
            diagnosed = found == now
            if begun and diagnosed and person["event"] < N_CLOCKS and due == NEVER:
                due = now
                after_course += phase == 5
                taken_over += phase in (2, 3, 4)
                if (
                    phase != 5
                    and person["alive"]
                    and person["n_episodes"] < MOST_TRIGGERED_EPISODES
                ):
                    assert person["episode_reason"] == Reason.CORD_COMPRESSION
                    assert person["clock"][EVENTS.index("care")] == now
            phase, begun = int(person["episode"]), True
    assert taken_over > 10
    assert after_course > 0


AHEAD = Strategy(
    name="ahead",
    rules=[
        Rule(
            when={"lesion_type": "lytic", "region": ["thoracic", "lumbar"]},
            give="ebrt_8gy1",
            prophylactic=True,
        ),
        Rule(give="ebrt_20gy5"),
    ],
)


def test_a_prophylactic_rule_treats_ahead_of_pain_and_only_where_it_matches() -> None:
    cared = strategies_of(AHEAD)
    painless = matched = 0
    for life in replay(busy_care(), alike(N, stage=Stage.DISTANT), 53, strategies=cared):
        reason, begun, prophylactic = -1, False, set()
        for person, _, _ in life:
            if begun and person["event"] == Event.REFERRED:
                reason = int(person["episode_reason"])
                place = int(person["episode_lesion"])
                if reason == Reason.PROPHYLAXIS:
                    assert place not in prophylactic
                    prophylactic.add(place)
                    painless += site_pain(person, place) == 0.0
            elif begun and person["event"] == Event.COURSE_BEGUN:
                given = NAMES[int(person["episode_treatment"])]
                if reason == Reason.PROPHYLAXIS:
                    matched += 1
                    place = int(person["episode_lesion"])
                    assert given == "ebrt_8gy1"
                    assert person["lesions"]["type"][place] == LesionType.LYTIC
                    assert LEVELS[int(person["lesions"]["level"][place])][0] in "TL"
                else:
                    assert given == "ebrt_20gy5"
            begun = True
    assert matched > 100
    assert painless > 30


@pytest.mark.parametrize("name", SEVERAL)
def test_nobody_is_treated_ahead_of_pain_without_a_rule_for_it(name: str) -> None:
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 53, strategies=strategies_of(name)
    ):
        begun = False
        for person, _, _ in life:
            if begun and person["event"] == Event.REFERRED:
                assert person["episode_reason"] != Reason.PROPHYLAXIS
            begun = True


def test_a_relapse_starts_a_new_episode() -> None:
    """Once its treatment has had time, a pain that comes back may be referred from that day on."""
    cared = strategies_of("ebrt_8gy1", referral_ratio=100.0)
    parameters = busy_care()
    again = referred = 0
    for life in replay(parameters, alike(N, stage=Stage.DISTANT), 59, strategies=cared):
        since: dict[int, float] = {}
        for person, _, _ in life:
            now, event = float(person["now"]), int(person["event"])
            if event == Event.PAIN_RELAPSED and person["alive"]:
                for place in places(person):
                    lesion = person["lesions"][place]
                    if (
                        place < FIRST_BONE
                        and lesion["level"] == person["event_level"]
                        and lesion["quiet_until"] <= now
                        and lesion["detected_day"] <= now
                        and lesion["in_course"] == 0
                        and site_pain(person, place) >= 4.0
                        and person["analgesia"] >= 1
                        and 0 < person["n_episodes"] < MOST_TRIGGERED_EPISODES
                    ):
                        assert lesion["referral_rate"] > 0.0 or person["episode"] != Episode.NONE
                        since[place] = now
                        again += 1
            elif event == Event.REFERRED and int(person["episode_lesion"]) in since:
                referred += 1
                since.pop(int(person["episode_lesion"]))
    assert again > 20
    assert referred > 0.5 * again


def worsened(person: np.void, follows: int, pains: list[float]) -> list[int]:
    """Places of the lesions whose pain or bone the event made worse.

    A decline makes all hurt more that can; other events belong to the lesion that follows.
    """
    hurt_more = person["lesions"]["biological_pain"] > pains
    if person["event"] == Event.PERFORMANCE_DECLINE:
        return [p for p in places(person) if p < FIRST_BONE and hurt_more[p]]
    of_it = (
        Event.PAIN_ONSET_OR_ESCALATION,
        Event.VERTEBRAL_FRACTURE,
        Event.INSTABILITY,
        Event.PAIN_RELAPSED,
        Event.ROOT_REACHED,
    )
    extends = person["event"] == Event.EPIDURAL_EXTENSION and hurt_more[follows]
    mine = follows < FIRST_BONE and (extends or person["event"] in of_it)
    return [follows] if mine else []


@pytest.mark.parametrize("name", ["usual_care", "noms", "analgesia_only"])
def test_a_lesion_is_left_alone_until_its_treatment_had_time(name: str) -> None:
    """No new episode for the same lesion, but for an emergency, before the days of review.

    Every lesion of a course rests. Analgesia alone rests its lesion too, for long if there is
    nothing more to give, until the lesion gets worse: from that day on it may be referred. If it
    had all that it may have, only its bone getting worse counts.
    """
    values = evidence().point
    nothing_more_days = values["nothing_more_review_days", "all"]
    seen: Counter[str] = Counter()
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 61, strategies=strategies_of(name)
    ):
        quiet: defaultdict[int, float] = defaultdict(float)
        declined: set[int] = set()
        had_all: set[int] = set()
        cared_for, follows = -1, -1
        treated: list[int] = []
        pains: list[float] = []
        for person, _, _ in life:
            now, event = float(person["now"]), int(person["event"])
            if follows < 0:
                pass
            elif event == Event.REFERRED:
                cared_for = int(person["episode_lesion"])
                if person["episode_reason"] != Reason.CORD_COMPRESSION:
                    assert now >= quiet[cared_for]
                    seen["declined before" if cared_for in declined else "not declined"] += 1
            elif event == Event.COURSE_BEGUN:
                in_course = np.flatnonzero(person["lesions"]["in_course"] == 1).tolist()
                declined -= set(in_course)
                quiet.update(dict.fromkeys(in_course, now))
            elif event in (Event.CARE_DECIDED, Event.COURSE_ENDED):
                given = NAMES[int(person["episode_treatment"])]
                days = values["treatment_review_days", given]
                if event == Event.COURSE_ENDED:
                    for place in treated:
                        quiet[place] = max(quiet[place], now + days)
                elif given == "analgesia_only":
                    if name == "analgesia_only" or person["no_course"] == NoCourse.HAD_ALL:
                        days = nothing_more_days
                    quiet[cared_for] = max(quiet[cared_for], now + days)
                    declined.add(cared_for)
                    had_all.discard(cared_for)
                    if person["no_course"] == NoCourse.HAD_ALL:
                        had_all.add(cared_for)
                else:
                    declined.discard(cared_for)
            else:
                for place in worsened(person, follows, pains):
                    of_bone = event in (Event.VERTEBRAL_FRACTURE, Event.INSTABILITY)
                    if place in declined and (of_bone or place not in had_all):
                        declined.discard(place)
                        seen["worse"] += quiet[place] > now
                        quiet[place] = now
                        assert person["lesions"]["quiet_until"][place] == now
            # Read ahead of the event that comes next, which may change each of them.
            cared_for = int(person["episode_lesion"])
            follows, pains = (
                int(person["lesion_next"]),
                person["lesions"]["biological_pain"].tolist(),
            )
            treated = np.flatnonzero(person["lesions"]["in_course"] == 1).tolist()
    assert seen["not declined"] > 100
    assert seen["declined before"] > 10
    assert seen["worse"] > 5


def test_steps_of_an_episode_follow_each_other() -> None:
    """Referred, decided, possibly prepared, begun, ended; an emergency may begin in between."""
    allowed = {
        "referred": {"care_decided", "referred"},
        "care_decided": {"referred", "prepared_for_course", "course_begun"},
        "prepared_for_course": {"course_begun", "referred"},
        "course_begun": {"course_ended"},
        "course_ended": {"referred"},
    }
    block = live_block(busy_care(), alike(1_500, stage=Stage.DISTANT), strategies_of("usual_care"))
    assert block.log is not None
    log = block.log
    care = (log.event >= FIRST_CARE_EVENT) & (log.event < FIRST_DOSE_EVENT)
    person, event = log.person[care], [EVENTS[code] for code in log.event[care]]
    steps = set()
    for (before, here), (after, there) in pairwise(zip(person, event, strict=True)):
        if before == after:
            assert there in allowed[here], (here, there)
            steps.add((here, there))
        else:
            assert there == "referred"
    assert ("prepared_for_course", "course_begun") in steps
    assert ("course_ended", "referred") in steps
