"""Knobs of palliative care move what they should, the way they should, and nothing else.

Room: life.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.engine.policies import Strategies
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import (
    THERAPY_CLASSES,
    PauseCause,
    Reason,
    Stage,
    TherapyClass,
)
from sim.inputs.catalog import strategy
from sim.inputs.strategies import Strategy
from sim.inputs.treatment import Treatment
from sim.life.events import FIRST_CARE_EVENT, Event
from sim.life.policy import ANALGESIA_ONLY
from tests.pauses import Moment, Pause, moments_of, pauses_of
from tests.replay import busy_care, replay, without_bones
from tests.simplified import SEVERAL, Parameters, Records, alike, live_block, strategies_of

N = 600
THERAPY_EVENTS = (
    Event.THERAPY_STARTED,
    Event.THERAPY_LINE_ENDED,
    Event.TOXICITY_DELAY,
    Event.TOXICITY_DELAY_OVER,
)
"""What a pause may move."""
CARE_EVENTS = ("referred", "care_decided", "course_begun", "course_ended")
SINGLE_SESSION = ("ebrt_8gy1", "vertebroplasty", "kyphoplasty", "rfa_cement", "microwave",
                  "cryoablation")  # fmt: skip


def lived(cared: Strategies, parameters: Parameters | None = None, n: int = 1_500) -> Records:
    plan = alike(n, stage=Stage.DISTANT)
    people = live_block(parameters or busy_care(), plan, cared, seed=6).people
    assert people is not None
    return people


def only(name: str) -> Strategy:
    """One treatment for everybody who may have it, else analgesia."""
    return Strategy(name="only", otherwise=name)


def without_complications(parameters: Strategies) -> Strategies:
    """A complication withholds doses too, whatever the holds; here there is none."""
    parameters.policies["treatments"]["complication_share"] = 0.0
    return parameters


@pytest.mark.parametrize("name", [*SEVERAL, *SINGLE_SESSION, "surgery_rt", "radiopharmaceutical"])
def test_without_holds_and_waits_no_paused_day_comes_from_them(name: str) -> None:
    """Only the course itself, and the way to the next slot, are left."""
    cared = without_complications(strategies_of(f"{name}@none", wait_ratio=0.0))
    people = lived(cared)
    assert people["n_courses"].sum() > 500
    for cause in (PauseCause.WAIT, PauseCause.PRE_HOLD, PauseCause.POST_HOLD):
        assert (people["paused_days"][..., cause] == 0.0).all()


@pytest.mark.parametrize("name", SINGLE_SESSION)
def test_a_single_session_without_holds_and_waits_pauses_nobody(name: str) -> None:
    cared = without_complications(strategies_of(only(name), holds="none", wait_ratio=0.0))
    people = lived(cared)
    assert people["n_courses"].sum() > 50
    assert (people["n_pauses"] == 0).all()
    assert (people["paused_days"] == 0.0).all()


@pytest.mark.parametrize("knobs", [{}, {"post_hold_days": 60.0}, {"wait_ratio": 10.0}], ids=str)
def test_analgesia_alone_pauses_nobody(knobs: dict[str, float]) -> None:
    people = lived(strategies_of("analgesia_only", **knobs))
    assert people["n_episodes"].sum() > 500
    assert (people["n_courses"] == 0).all()
    assert (people["n_pauses"] == 0).all()


def test_classes_that_are_not_withheld_are_never_paused() -> None:
    parameters = busy_care()
    parameters[0]["therapy_class_share"] = 0.0
    parameters[0]["therapy_class_share"][:, TherapyClass.ENDOCRINE] = 1.0
    people = lived(strategies_of("usual_care"), parameters)
    assert people["n_courses"].sum() > 500
    assert (people["n_pauses"] == 0).all()
    cared = strategies_of("usual_care", withhold=("endocrine",), holds="equal")
    withheld = lived(cared, parameters)
    assert withheld["n_pauses"].sum() > 100


def stories(
    cared: Strategies, parameters: Parameters, n: int = N
) -> list[tuple[list[Moment], list[Pause]]]:
    """Events and pauses of everybody."""
    withhold = cared.policies[0]["withhold"].astype(bool).tolist()
    cycle_days = parameters[1][0]["therapy_cycle_days"].tolist()
    found = []
    for life in replay(parameters, alike(n, stage=Stage.DISTANT), seed=29, strategies=cared):
        moments = moments_of(life)
        found.append(
            (moments, pauses_of(moments, cared.policies[0]["treatments"], withhold, cycle_days))
        )
    return found


@lru_cache(maxsize=2)
def stories_with_hold(name: str, days: float) -> list[tuple[list[Moment], list[Pause]]]:
    """The same lives with a hold of so many days after a course.

    With a time-off ratio of 1 and no toxicity, which would move the slots. The next test begins
    with the hold that the last one ended with, so that two are kept.
    """
    parameters = busy_care()
    parameters[1]["toxicity_prone_share"] = 0.0
    cared = strategies_of(name, post_hold_days=days, time_off_hazard_ratio=1.0)
    return stories(cared, parameters)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        pytest.param(0.0, 3.0, marks=pytest.mark.slow),
        pytest.param(3.0, 7.0, marks=pytest.mark.slow),
        (7.0, 40.0),
    ],
)
@pytest.mark.parametrize("name", SEVERAL)
def test_a_longer_hold_never_shortens_a_pause_where_the_episodes_are_the_same(
    name: str, short: float, long: float
) -> None:
    here, there = (stories_with_hold(name, days) for days in (short, long))
    compared = longer = 0
    for (moments, pauses), (other_moments, others) in zip(here, there, strict=True):
        care, other_care = (
            [(m.day, m.event, m.treatment) for m in told if m.event in CARE_EVENTS]
            for told in (moments, other_moments)
        )
        if care != other_care:
            continue
        ends = {round(p.start, 6): p.end for p in others}
        for pause in pauses:
            if round(pause.start, 6) in ends:
                compared += 1
                end = ends[round(pause.start, 6)]
                assert end >= pause.end - 1e-6
                longer += end > pause.end + 1e-6
    assert compared > 100
    assert longer > 10


def first_pain_episode(cared: Strategies, parameters: Parameters) -> list[float]:
    """Day of everybody's first referral for pain or a painful fracture."""
    found = []
    for life in replay(parameters, alike(N, stage=Stage.DISTANT), seed=31, strategies=cared):
        first, begun = np.inf, False
        for person, _, _ in life:
            if (
                begun
                and first == np.inf
                and person["event"] == FIRST_CARE_EVENT
                and person["episode_reason"] in (Reason.PAIN, Reason.PAINFUL_FRACTURE)
            ):
                first = float(person["now"])
            begun = True
        found.append(first)
    return found


@pytest.mark.parametrize("name", SEVERAL)
def test_a_higher_threshold_never_brings_the_first_episode_for_pain_forward(name: str) -> None:
    """Person by person: whatever else happens to them until then.

    Other bone is spared: the threshold refers it too, and its care changes what comes after.
    """
    parameters = without_bones(busy_care())
    days = [
        np.array(first_pain_episode(strategies_of(name, refer_from_pain=threshold), parameters))
        for threshold in (3.0, 4.0, 6.0, 9.0)
    ]
    for lower, higher in pairwise(days):
        assert (higher >= lower).all()
        assert (higher > lower).sum() > 5
    assert (days[0] < np.inf).sum() > 100


def test_overwhelming_pain_forces_a_pause_and_refers_nobody() -> None:
    """Until the first decision lives are the same under any threshold."""
    parameters = without_bones(busy_care())
    less, more = (
        lived(strategies_of("usual_care", pain_threshold=pain), parameters) for pain in (4.0, 10.0)
    )
    np.testing.assert_array_equal(less["first_trigger_day"], more["first_trigger_day"])
    assert less["n_pauses"].sum() > more["n_pauses"].sum()


SAME: dict[str, dict[str, Any]] = {
    "pain_threshold": {"pain_threshold": 7.0},
    "refer_from_pain": {"refer_from_pain": 4.0},
    "referral_ratio": {"referral_ratio": 1.0},
    "holds": {"holds": "published"},
    "withhold": {"withhold": THERAPY_CLASSES[: TherapyClass.CHECKPOINT_INHIBITOR]},
    "wait_ratio": {"wait_ratio": 1.0},
    "bone_agents": {"bone_agents": True},
    "response_luck": {"response_luck": "shared"},
    "local_courses_per_level": {"local_courses_per_level": 100},
}


@cache
def plain_lives(name: str) -> Records:
    """Lives under a strategy with all knobs as they come."""
    return lived(strategies_of(name))


@pytest.mark.parametrize("knobs", SAME.values(), ids=SAME)
@pytest.mark.parametrize("name", SEVERAL)
def test_a_strategy_that_differs_in_nothing_gives_the_same_lives(
    name: str, knobs: dict[str, Any]
) -> None:
    """Said by the scenario, by the strategy, or not at all: a ratio of 1 changes no bit.

    Where it changes none of what lives read of a strategy, which is in these records, they need
    not be lived; a limit of courses that nobody reaches does.
    """
    plain = strategies_of(name)
    own = strategy(name).with_knobs("same", **knobs)
    for cared in (strategies_of(name, **knobs), strategies_of(own)):
        same = all(a.tobytes() == b.tobytes() for a, b in zip(cared, plain, strict=True))
        assert same != ("local_courses_per_level" in knobs)
        if not same:
            np.testing.assert_array_equal(lived(cared), plain_lives(name))


@pytest.mark.parametrize("based_on", ["ebrt_8gy1", "rfa_cement", "surgery_rt"])
def test_a_treatment_with_another_name_gives_the_same_lives(based_on: str) -> None:
    twin = Treatment(name="twin", based_on=based_on, collapse_ratio=None)
    here = lived(strategies_of(Strategy(name="mine", otherwise="twin"), own=[twin]))
    there = lived(strategies_of(only(based_on)))
    np.testing.assert_array_equal(here["fingerprint"], there["fingerprint"])
    code = list(known_treatments()).index(based_on)
    given = here["n_courses_of"][..., len(known_treatments())]
    np.testing.assert_array_equal(given, there["n_courses_of"][..., code])
    assert given.sum() > 100


def test_a_treatment_without_effect_changes_no_natural_event() -> None:
    """Courses, waits and pauses come and go; ratios of 1 and no response leave the disease.

    Other bone is spared: what was treated elsewhere changes when it is referred and treated.
    """
    nothing = Treatment(
        name="sham",
        based_on="rfa_cement",
        cement=False,
        response_biological=0.0,
        response_mechanical=0.0,
        flare_share=0.0,
        collapse_ratio=1.0,
        tumor_control_ratio=1.0,
        deficit_ratio=1.0,
        regain_walking_share=0.0,
        complication_share=0.0,
        death_share=0.0,
    )
    sham = Strategy(name="sham", otherwise="sham")
    cared = strategies_of("analgesia_only", sham, own=[nothing], time_off_hazard_ratio=1.0)
    # Nor does anything answer without a course.
    for kind in ("response_biological", "response_mechanical"):
        cared.policies["treatments"][kind][:, ANALGESIA_ONLY] = 0.0
    # A pause puts off a line, and a line that works acts on lesions and performance: none works.
    parameters = without_bones(busy_care())
    parameters[0]["therapy_response_share"] = 0.0
    block = live_block(parameters, alike(1_500, stage=Stage.DISTANT), cared, seed=6)
    assert block.people is not None
    assert block.log is not None
    people, log = block.people, block.log
    assert people[:, 1]["n_courses"].sum() > 500
    assert people[:, 1]["n_pauses"].sum() > 100
    natural = (log.event < FIRST_CARE_EVENT) & (log.event != Event.PAIN_ASSESSED)
    natural &= ~np.isin(log.event, THERAPY_EVENTS)
    here, there = (natural & (log.strategy == s) for s in (0, 1))
    assert here.sum() > 10_000
    for column in (log.person, log.day, log.event, log.level):
        np.testing.assert_array_equal(column[here], column[there])
    for field in ("death_day", "death_cause", "n_fractures", "frankel", "first_trigger_day"):
        np.testing.assert_array_equal(people[:, 0][field], people[:, 1][field])
    # Sums over other intervals round otherwise.
    for field in ("pain_area", "pain_days", "opioid_days", "not_walking_days"):
        np.testing.assert_allclose(people[:, 0][field], people[:, 1][field], rtol=1e-12)
