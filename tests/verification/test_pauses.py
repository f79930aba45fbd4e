"""Every day of therapy has one state, every paused day one cause: sums, and lives recomputed.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.evidence.vocabulary import DAYS_PER_YEAR, RESUMED_BY_DAYS, NeverResumed, Stage
from sim.inputs.catalog import known_strategies
from sim.life.hazards import NEVER
from tests.one_line import ROUNDING_DAYS
from tests.pauses import moments_of, pauses_of
from tests.replay import busy_care, newborn, steps
from tests.simplified import SEVERAL, Records, alike, full, live_block, strategies_of
from tests.verification.test_conservation import parameter_sets, plan

EVERY = tuple(known_strategies())
SEEN = ("resumed", "death", "progression", "surgery", "rested", "went on", "bone", "mixed")


def lived(*names: str, n: int = 1_500, seed: int = 5, **knobs: object) -> Records:
    """People with much in their spine, under several strategies."""
    cared = strategies_of(*names, **knobs)
    people = live_block(busy_care(), alike(n, stage=Stage.DISTANT), cared, seed=seed).people
    assert people is not None
    return people


def assert_days_add_up(people: Records) -> None:
    """Days on, paused, delayed by toxicity and off therapy are the days alive; parts are parts."""
    paused, delay = people["paused_days"], people["delay_days"]
    states = people["days_on_therapy"] + people["toxicity_days"] + people["days_off_therapy"]
    states += people["bone_care_paused_days"]
    np.testing.assert_allclose(
        states + paused.sum(axis=-1), people["death_day"], rtol=1e-9, atol=1e-6
    )
    bone, bone_delay = people["bone_care_paused_days"], people["bone_care_delay_days"]
    assert (bone_delay >= 0.0).all()
    assert (bone_delay <= bone).all()
    assert (people["n_bone_care_resumed"] <= people["n_bone_care_pauses"]).all()
    without = (people["n_bone_care_pauses"] == 0) & (people["n_pauses"] == 0)
    assert (bone[without] == 0.0).all()
    assert (paused >= 0.0).all()
    assert (delay >= 0.0).all()
    assert (delay <= paused).all()
    every_dose = people["n_resumed"] == people["n_pauses"]
    np.testing.assert_array_equal(delay[every_dose], paused[every_dose])
    ended = people["never_resumed"] != NeverResumed.NOT_SO
    np.testing.assert_array_equal(every_dose, ~ended)
    np.testing.assert_array_equal(ended, people["never_resumed_day"] < NEVER)
    by = people["n_resumed_by"]
    assert (np.diff(by, axis=-1) >= 0).all()
    assert (by <= people["n_resumed"][..., None]).all()


def assert_first_year_is_within_the_year(people: Records) -> None:
    triggered = people["origin_day"] < NEVER
    origin = np.where(triggered, people["origin_day"], 0.0)
    alive = np.clip(people["death_day"] - origin, 0.0, DAYS_PER_YEAR)
    year = people["days_on_therapy_1y"] + people["paused_days_1y"] + people["toxicity_days_1y"]
    assert (year[triggered] <= alive[triggered] + 1e-6).all()
    assert (year[~triggered] == 0.0).all()
    for name, whole in (
        ("days_on_therapy_1y", people["days_on_therapy"]),
        ("toxicity_days_1y", people["toxicity_days"]),
        (
            "paused_days_1y",
            people["paused_days"].sum(axis=-1) + people["bone_care_paused_days"],
        ),
    ):
        assert (people[name] >= 0.0).all()
        assert (people[name] <= whole + 1e-6).all(), name


@pytest.mark.parametrize("name", EVERY)
def test_days_alive_are_days_on_paused_delayed_and_off_therapy(name: str) -> None:
    people = lived(name)
    assert_days_add_up(people)
    assert_first_year_is_within_the_year(people)
    assert (people["n_pauses"].sum() > 200) == (name not in ("none", "analgesia_only"))


@settings(max_examples=40)
@given(
    parameters=parameter_sets(),
    name=st.sampled_from(EVERY),
    pre=st.floats(0.0, 60.0),
    post=st.floats(0.0, 60.0),
    wait_ratio=st.sampled_from([0.0, 1.0, 5.0]),
    resume_below=st.none() | st.floats(0.0, 10.0),
    seed=st.integers(0, 2**64 - 1),
)
def test_days_add_up_whatever_the_parameters_and_the_knobs(
    parameters: tuple[Records, Records],
    name: str,
    pre: float,
    post: float,
    wait_ratio: float,
    resume_below: float | None,
    seed: int,
) -> None:
    cared = strategies_of(
        "usual_care",
        name + "@by_modality",
        pre_hold_days=pre,
        post_hold_days=post,
        wait_ratio=wait_ratio,
        resume_below_nrs=resume_below,
    )
    people = live_block(parameters, plan(), cared, seed=seed).people
    assert people is not None
    assert_days_add_up(people)
    assert_first_year_is_within_the_year(people)


@pytest.mark.parametrize("name", SEVERAL)
def test_days_add_up_in_the_full_model(name: str) -> None:
    people = live_block(full(), alike(20_000, stage=Stage.DISTANT), strategies_of(name)).people
    assert people is not None
    assert people["n_pauses"].sum() > 200
    assert_days_add_up(people)
    assert_first_year_is_within_the_year(people)


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        pytest.param({"post_hold_days": 30.0}, marks=pytest.mark.slow),
        {"wait_ratio": 4.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("name", [*SEVERAL, "surgery_rt", "radiopharmaceutical"])
def test_pauses_are_those_recomputed_from_the_events_of_the_life(
    name: str, knobs: dict[str, float]
) -> None:
    """Start, end and parts by cause of every pause, by a reimplementation of the definition."""
    parameters = busy_care()
    cared = strategies_of(name, **knobs)
    treatments = cared.policies[0]["treatments"]
    withhold = cared.policies[0]["withhold"].astype(bool).tolist()
    cycle_days = parameters[1][0]["therapy_cycle_days"].tolist()
    seen = dict.fromkeys(SEEN, 0)
    people = newborn(parameters, alike(900, stage=Stage.DISTANT), 23)
    for row, person in enumerate(people):
        moments = moments_of(steps(people, row, parameters, cared))
        every = pauses_of(moments, treatments, withhold, cycle_days)
        pauses = [p for p in every if p.of_spine]
        others = [p for p in every if not p.of_spine]
        assert person["n_pauses"] == len(pauses)
        assert person["n_bone_care_pauses"] == len(others)
        assert person["n_bone_care_resumed"] == sum(p.resumed for p in others)
        bone_days = sum(p.bone_days for p in every)
        assert person["bone_care_paused_days"] == pytest.approx(bone_days, abs=1e-5)
        bone_days = sum(p.bone_days for p in every if p.resumed)
        assert person["bone_care_delay_days"] == pytest.approx(bone_days, abs=1e-5)
        seen["bone"] += len(others)
        seen["mixed"] += sum(p.bone_days > 0.0 for p in pauses)
        days = person["pause_day"][: len(pauses)]
        np.testing.assert_allclose(days, [p.start for p in pauses], atol=1e-6)
        zeros = np.zeros(5)
        parts = [np.array(p.by_code()) for p in pauses]
        resumed = [p for p in pauses if p.resumed]
        delays = [np.array(p.by_code()) for p in resumed]
        np.testing.assert_allclose(person["paused_days"], sum(parts, zeros), atol=1e-5)
        np.testing.assert_allclose(person["delay_days"], sum(delays, zeros), atol=1e-5)
        for pause in every:
            assert sum(pause.days.values()) == pytest.approx(pause.length, abs=1e-5)
            seen["rested"] += len(pause.rests) > 0
            seen["went on"] += any(end < pause.end for _, end in pause.rests)
        for pause in pauses:
            seen["resumed" if pause.resumed else pause.stopped_by] += 1
        assert person["n_resumed"] == len(resumed)
        for limit, number in zip(RESUMED_BY_DAYS, person["n_resumed_by"], strict=True):
            assert number == sum(p.spine_days <= limit + ROUNDING_DAYS for p in resumed)
        unresumed = [p for p in pauses if not p.resumed]
        stopped = [p.stopped_by for p in unresumed]
        if unresumed:
            assert person["never_resumed_day"] == pytest.approx(unresumed[-1].end, abs=1e-6)
        reason = NeverResumed[stopped[-1].upper()] if stopped else NeverResumed.NOT_SO
        assert person["never_resumed"] == reason
        start, year = person["origin_day"], person["origin_day"] + DAYS_PER_YEAR
        within = sum(p.paused_within(start, year) for p in every)
        assert person["paused_days_1y"] == pytest.approx(within, abs=1e-5)
    assert seen["resumed"] > 100
    assert seen["bone"] > 8
    assert seen["mixed"] > 0
    assert seen["death"] > 1
    assert seen["rested"] > 4
    assert seen["surgery"] > 20 or name != "surgery_rt"
    if knobs:
        assert seen["went on"] > 1
