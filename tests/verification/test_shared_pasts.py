"""Strategies share a past: a life is the same, to the bit, whoever else it is compared with.

Room: engine.
"""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.engine import clinic
from sim.engine.policies import Strategies
from sim.evidence.vocabulary import Stage
from sim.inputs.catalog import strategy
from sim.inputs.plan import Plan
from sim.inputs.strategies import Rule, Strategy
from sim.life.decision import observe
from sim.life.hazards import NEVER
from sim.life.records import PERSON
from tests.replay import busy_care, copied, places, replay
from tests.simplified import (
    SEVERAL,
    Parameters,
    Records,
    alike,
    full,
    live_block,
    lives_of,
    segments_of,
    strategies_of,
)
from tests.verification.test_conservation import parameter_sets, plan

N = 600
EIGHT = (
    "usual_care",
    "noms",
    "analgesia_only",
    "ebrt_8gy1",
    "sbrt_24gy2",
    "rfa_cement",
    "kyphoplasty",
    "surgery_rt",
)
OF_THE_REFERENCE = (
    *("origin_day", "origin_given", "horizon_day", "snapshot_day", "n_snapshots"),
    *("at_origin", "at_horizon", "days_on_therapy_1y", "paused_days_1y", "toxicity_days_1y"),
    *("utility_days", "discounted_utility_days", "worth_since"),
    *("course_cost", "stay_cost", "drug_cost", "therapy_cost", "end_of_life_cost"),
)
"""What depends on the reference: its first trigger is where everybody's outcomes begin."""
LIVED = tuple(name for name in PERSON.names or () if name not in OF_THE_REFERENCE)


def branched(parameters: Parameters, who: Plan, cared: Strategies, seed: int = 8) -> Records:
    """Lives whose shared past is lived once, a column a strategy."""
    lives = lives_of(parameters, who, strategies=cared, seed=seed, keep=False)
    people: Records = np.zeros((who.people, len(cared.policies)), PERSON)
    each = [(g, i) for g, low, high in segments_of(who) for i in range(low, high)]
    clinic.revive(people, np.array(each), lives.model, NEVER)
    return people


def alone(parameters: Parameters, who: Plan, one: str | Strategy, seed: int = 8) -> Records:
    """The lives of one strategy, each lived from its beginning."""
    people = live_block(parameters, who, strategies_of(one), seed=seed).people
    assert people is not None
    return people[:, 0]


def assert_same_lives(here: Records, there: Records) -> None:
    for field in LIVED:
        np.testing.assert_array_equal(here[field], there[field], err_msg=field)


def test_a_life_is_the_same_alone_with_one_other_and_with_seven() -> None:
    parameters, who = busy_care(), alike(N, stage=Stage.DISTANT)
    apart = {name: alone(parameters, who, name) for name in EIGHT}
    orders = [EIGHT, EIGHT[::-1], *itertools.islice(itertools.permutations(EIGHT[:2]), 2)]
    shuffled = list(EIGHT)
    random.Random(3).shuffle(shuffled)
    for order in (*orders, tuple(shuffled), ("rfa_cement", "usual_care"), ("noms", "surgery_rt")):
        together = branched(parameters, who, strategies_of(*order))
        for column, name in enumerate(order):
            assert_same_lives(together[:, column], apart[name])
        reference = apart[order[0]]["first_trigger_day"]
        np.testing.assert_array_equal(together["origin_day"][:, 0], reference)
        later = together["origin_day"][:, 1:]
        triggered = np.broadcast_to(reference[:, None], later.shape) < NEVER
        np.testing.assert_array_equal(
            later[triggered], np.broadcast_to(reference[:, None], later.shape)[triggered]
        )
    fingerprints = np.array([people["fingerprint"] for people in apart.values()])
    assert (fingerprints[0] != fingerprints[1:]).any(axis=1).all()


UNLIKE = {
    "none": ("none", "usual_care"),
    "thresholds": (
        strategy("usual_care", refer_from_pain=3.0),
        strategy("noms", refer_from_pain=9.0),
        "rfa_cement",
    ),
    "ratios": (strategy("usual_care", referral_ratio=4.0), strategy("noms", referral_ratio=0.2)),
    "forced pauses": (strategy("noms", pain_threshold=4.0), strategy("noms", pain_threshold=9.0)),
    "none after care": ("usual_care", "none", "noms"),
    "no bone agents": (strategy("noms", bone_agents=False), "noms", "analgesia_only"),
    "bone agents off": tuple(strategy(name, bone_agents=False) for name in SEVERAL),
    "ahead of pain": (
        "usual_care",
        Strategy(
            name="ahead", rules=[Rule(when={"sins": (7, 18)}, give="rfa_cement", prophylactic=True)]
        ),
    ),
    "time off": (strategy("noms", time_off_hazard_ratio=3.0), "noms"),
    "waits": (strategy("noms", wait_ratio=0.0), strategy("noms", wait_ratio=6.0), "noms@none"),
    "resume": (strategy("noms", resume_below_nrs=4.0), strategy("noms", holds="by_modality")),
    "luck": (strategy("noms", response_luck="independent"), "noms"),
    "diagnosis": (Strategy(name="d", otherwise="ebrt_8gy1", acts_from="diagnosis"), "ebrt_8gy1"),
    "detection": ("ebrt_8gy1", Strategy(name="d", otherwise="ebrt_8gy1",
                                        acts_from="detection")),
    "pain": (Strategy(name="p", otherwise="ebrt_8gy1", acts_from="pain"), "surgery_rt"),
}  # fmt: skip


@pytest.mark.parametrize("compared", UNLIKE.values(), ids=UNLIKE)
def test_strategies_that_act_at_different_times_still_share_their_past_exactly(
    compared: tuple[str | Strategy, ...],
) -> None:
    parameters, who = busy_care(), alike(N, stage=Stage.DISTANT)
    together = branched(parameters, who, strategies_of(*compared))
    for column, one in enumerate(compared):
        assert_same_lives(together[:, column], alone(parameters, who, one))


def test_where_a_strategy_acts_from_changes_no_life() -> None:
    parameters, who = busy_care(), alike(N, stage=Stage.DISTANT)
    plain = alone(parameters, who, Strategy(name="d", otherwise="ebrt_8gy1"))
    for moment in ("diagnosis", "detection", "pain", "decision"):
        early = Strategy.model_validate(
            {"name": "d", "otherwise": "ebrt_8gy1", "acts_from": moment}
        )
        together = branched(parameters, who, strategies_of(early, "noms"))
        assert_same_lives(together[:, 0], plain)


@settings(max_examples=40)
@given(
    parameters=parameter_sets(),
    order=st.permutations(EIGHT).map(lambda names: names[:3]),
    seed=st.integers(0, 2**64 - 1),
)
def test_pasts_are_shared_exactly_whatever_the_parameters(
    parameters: Parameters, order: list[str], seed: int
) -> None:
    together = branched(parameters, plan(), strategies_of(*order), seed)
    for column, name in enumerate(order):
        assert_same_lives(together[:, column], alone(parameters, plan(), name, seed))


def test_tallies_of_branched_lives_are_those_of_lives_lived_apart() -> None:
    """Lives that are over before the strategies differ are counted once, then shared."""
    who = alike(4_000, stage=Stage.DISTANT)
    together = live_block(full(), who, strategies_of(*SEVERAL), seed=8, keep=False)
    kept = live_block(full(), who, strategies_of(*SEVERAL), seed=8)
    for mine, its in ((together.tally, kept.tally), (together.care_tally, kept.care_tally)):
        for here, there in zip(mine, its, strict=True):
            n = len(SEVERAL)
            np.testing.assert_array_equal(here[:n], there[:n])
    for column, name in enumerate(SEVERAL):
        one = live_block(full(), who, strategies_of(name), seed=8).tally.of(0)
        for here, there in zip(together.tally.of(column), one, strict=True):
            np.testing.assert_array_equal(here, there)


@settings(max_examples=60)
@given(
    chosen=st.integers(0, 10**6),
    factor=st.floats(0.01, 100.0),
    extra=st.floats(0.0, 5_000.0),
)
def test_observables_never_read_the_future(
    decisions: list[Records], chosen: int, factor: float, extra: float
) -> None:
    """Other days of death and of every other event to come: the same is observed."""
    cancers, worlds = busy_care()
    person = decisions[chosen % len(decisions)].copy()[0]
    cancer, lesion = cancers[person["primary"]], person["lesions"][person["episode_lesion"]]
    observe(person, cancer, worlds[0], lesion)
    before = person["observed"].copy()
    lesions = person["lesions"]
    for clock in (person["clock"], *(lesions[name] for name in ("clock", "ramp_day", "next_day"))):
        coming = (clock < NEVER) & (clock >= person["now"])
        clock[coming] = person["now"] + factor * (clock[coming] - person["now"]) + extra
    for budgets in (person["budget"], lesions["budget"], person["level_budget"]):
        budgets *= factor
    lesions["due"] += extra
    person["frailty"] *= factor
    person["fingerprint"] += np.uint64(1)
    person["seed"] += np.uint64(1)
    observe(person, cancer, worlds[0], lesion)
    np.testing.assert_array_equal(person["observed"], before)


@pytest.fixture(scope="module")
def decisions() -> list[Records]:
    """People in referral, about to be decided on."""
    found = []
    lives = replay(
        busy_care(), alike(150, stage=Stage.DISTANT), 41, strategies=strategies_of("noms")
    )
    for life in lives:
        for person, _, _ in life:
            if person["alive"] and person["episode"] == 2 and places(person):
                found.append(np.array([copied(person)]))
    assert len(found) > 200
    return found[::3]
