"""Holds as they are practiced: a chance by kind of treatment and class of drug, days, and its luck.

Room: life.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.engine.policies import Strategies
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import (
    THERAPY_CLASSES,
    Death,
    NeverResumed,
    PauseCause,
    Stage,
    Therapy,
    TherapyClass,
)
from sim.inputs.strategies import Strategy
from sim.inputs.treatment import Treatment
from sim.life.episode import EVERY_CLASS, practice
from sim.life.events import Event
from sim.life.therapy import offer_therapy_again
from tests.replay import busy_care, newborn, replay, without_bones
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_mean,
    assert_share,
    let_hurt,
    live_everybody,
    strategies_of,
    with_one_lesion,
)

N = 6_000
PLENTY_OF_DAYS = 200.0


def one_course(therapy_class: int, cycle_days: float) -> Parameters:
    """One lesion that hurts at 6, one endless line from the day of diagnosis, nothing else."""
    cancers, worlds = with_one_lesion()
    let_hurt(worlds, 1.0 / 30.0)
    worlds["pain_at_onset_low"] = worlds["pain_at_onset_high"] = 6.0
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = 6.0
    cancers["death_rate_per_day"] = 1.0 / 5_000.0
    cancers["therapy_share"] = 1.0
    cancers["therapy_line_mean_days"] = 1e9
    cancers["therapy_class_share"] = 0.0
    cancers["therapy_class_share"][:, therapy_class] = 1.0
    worlds["therapy_start_mean_days"] = 0.0
    worlds["therapy_cycle_days"] = cycle_days
    return cancers, worlds


def held(name: str, own: tuple[Treatment, ...] = (), **knobs: Any) -> Strategies:
    """One treatment for everybody, once, after a long wait and without complications."""
    once: dict[str, Any] = {"local_courses_per_level": 1, "wait_ratio": 6.0, "referral_ratio": 50}
    cared = strategies_of(Strategy(name="only", otherwise=name), own=own, **{**once, **knobs})
    treatments = cared.policies["treatments"]
    treatments["complication_share"] = treatments["death_share"] = 0.0
    treatments["least_pain"] = treatments["mechanical_pain_needed"] = 0
    return cared


def lived(parameters: Parameters, cared: Strategies, n: int = N) -> Records:
    """People whose only course was over long before they died."""
    people, _, _ = live_everybody(
        parameters, alike(n, stage=Stage.DISTANT), strategies=cared, seed=27
    )
    over = people["course_end_day"] + PLENTY_OF_DAYS < people["death_day"]
    people = people[(people["n_courses"] == 1) & over & (people["episode"] == 0)]
    assert len(people) > n // 4
    return people


ONE = (
    # treatment, class, days of a cycle
    ("sbrt_24gy2", TherapyClass.KINASE_INHIBITOR, 1.0),
    ("sbrt_24gy2", TherapyClass.OTHER_TARGETED, 21.0),
    ("ebrt_30gy10", TherapyClass.CYTOTOXIC, 21.0),
    ("ebrt_8gy1", TherapyClass.VEGF_INHIBITOR, 1.0),
    ("ebrt_20gy5", TherapyClass.CDK46_INHIBITOR, 1.0),
)


@pytest.mark.parametrize(("name", "therapy_class", "cycle_days"), ONE)
def test_a_course_costs_the_share_who_hold_times_the_days_they_hold(
    name: str, therapy_class: TherapyClass, cycle_days: float
) -> None:
    """Slots that come at any phase: in an interval of L days they lose L days on average."""
    values = evidence().point
    kind = {"sbrt_24gy2": "stereotactic", "ebrt_30gy10": "long radiotherapy"}.get(
        name, "short radiotherapy"
    )
    stratum = f"{kind}, {therapy_class.label}"
    share = values["published_hold_share", stratum]
    days = values["published_hold_before_days", stratum] + values["treatment_course_days", name]
    days += values["published_hold_after_days", stratum]
    people = lived(one_course(therapy_class, cycle_days), held(name))
    assert_mean(people["paused_days"].sum(axis=1), share * days)
    paused = people["n_pauses"] > 0
    assert (people["n_pauses"] <= 1).all()
    assert_share(paused.mean(), share * min(days / cycle_days, 1.0), len(people))


@pytest.mark.parametrize("name", ["ebrt_20gy5", "kyphoplasty", "microwave", "sbrt_24gy2"])
def test_where_nobody_holds_nobody_pauses_and_where_all_do_everybody(name: str) -> None:
    parameters = one_course(TherapyClass.KINASE_INHIBITOR, 1.0)
    parameters[1]["therapy_cycle_days"] = 0.25
    for share in (0.0, 1.0):
        cared = held(name)
        cared.policies["treatments"]["hold_share"] = share
        people = lived(parameters, cared, 1_500)
        assert (people["n_pauses"] == share).all()
        assert (people["episode_holds"] == share * EVERY_CLASS).all()


def test_what_forces_a_pause_is_held_by_all() -> None:
    """Pain over the threshold at the decision: from then on, through the course and its hold."""
    parameters = one_course(TherapyClass.KINASE_INHIBITOR, 1.0)
    cared = held("sbrt_24gy2", pain_threshold=2.0)
    cared.policies["treatments"]["hold_share"] = 0.0
    people = lived(parameters, cared, 1_500)
    assert (people["n_pauses"] == 1).all()
    assert (people["paused_days"][:, PauseCause.WAIT] > 1.0).mean() > 0.9
    after = evidence().point["published_hold_after_days", "stereotactic, kinase_inhibitor"]
    assert_mean(people["paused_days"][:, PauseCause.POST_HOLD], after)
    # Not in a class of which no doses are ever withheld.
    parameters = one_course(TherapyClass.ENDOCRINE, 1.0)
    assert (lived(parameters, cared, 1_500)["n_pauses"] == 0).all()


def test_shares_who_hold_are_those_of_the_rows_in_every_class() -> None:
    people = lived(one_course(TherapyClass.CYTOTOXIC, 21.0), held("sbrt_24gy2"))
    for code, therapy_class in enumerate(THERAPY_CLASSES):
        share = evidence().point["published_hold_share", f"stereotactic, {therapy_class}"]
        assert_share((people["episode_holds"] >> code & 1).mean(), share, len(people))


def test_practice_is_nested_over_treatments_and_strategies() -> None:
    """Who holds where few do holds where more do: the same number decides."""
    people, _, _ = live_everybody(
        one_course(0, 21.0), alike(400, stage=Stage.DISTANT), strategies=held("ebrt_8gy1")
    )
    treatments = strategies_of("noms").policies["treatments"][0]
    treatments["hold_share"][1], treatments["hold_share"][2] = 0.3, 0.7
    of = treatments.view(np.recarray)
    bits = {
        row: [
            practice(person, of[row], person["lesions"][10]) for person in people.view(np.recarray)
        ]
        for row in (1, 2)
    }
    few, many = np.array(bits[1]) > 0, np.array(bits[2]) > 0
    assert (many | ~few).all()
    assert_share(few.mean(), 0.3, len(people))
    assert_share(many.mean(), 0.7, len(people))


def test_after_an_operation_alone_a_vegf_inhibitor_is_held_four_weeks() -> None:
    alone = Treatment(name="alone", based_on="surgery_rt", cord_dose_gy=0.0, course_days=0.0)
    cared = held("alone", (alone,))
    cared.policies["never_resumed_share"] = 0.0
    people = lived(one_course(TherapyClass.VEGF_INHIBITOR, 1.0), cared, 1_500)
    before = evidence().point["published_hold_before_days", "surgery, vegf_inhibitor"]
    total = people["paused_days"].sum(axis=1)
    assert (total >= 28.0 - 1e-6).all()
    assert (total <= 28.0 + before + 1.0).all()
    assert np.median(total) == pytest.approx(28.0 + before, abs=1.0)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_a_share_never_resumes_after_open_surgery(share: float) -> None:
    """Drawn once at the end of the course for those whose doses it withholds; death apart."""
    cared = held("surgery_rt")
    cared.policies["never_resumed_share"] = share
    people = lived(one_course(TherapyClass.CYTOTOXIC, 21.0), cared)
    stopped = people["never_resumed"] == NeverResumed.SURGERY
    assert_share(stopped.mean(), share, len(people))
    np.testing.assert_array_equal(stopped, people["therapy"] == Therapy.STOPPED)
    np.testing.assert_array_equal(people["never_resumed_day"][stopped],
                                  people["course_end_day"][stopped])  # fmt: skip
    assert (people["n_never_resumed"][:, NeverResumed.SURGERY] == stopped).all()
    # Whose doses are not withheld goes on.
    others = lived(one_course(TherapyClass.ENDOCRINE, 1.0), cared, 1_500)
    assert (others["therapy"] == Therapy.ON).all()


@pytest.mark.parametrize("ratio", [0.5, 3.0])
def test_to_give_up_for_good_prolongs_no_life(ratio: float) -> None:
    """A ratio below 1 is that of breaks that were resumed; one above 1 acts on."""
    cared = held("surgery_rt", time_off_hazard_ratio=ratio)
    cared.policies["never_resumed_share"] = 1.0
    people = lived(one_course(TherapyClass.KINASE_INHIBITOR, 1.0), cared)
    gave_up = people[people["therapy_given_up"] == 1]
    assert len(gave_up) > len(people) / 2
    assert (gave_up["time_off_ratio"] == max(ratio, 1.0)).all()


@pytest.mark.parametrize("given_up", [0, 1])
def test_who_gave_up_after_an_operation_is_not_offered_therapy_again(given_up: int) -> None:
    """Skeletal metastasis that is found later; who stopped for another reason is."""
    cancers, worlds = one_course(TherapyClass.CYTOTOXIC, 21.0)
    people = newborn((cancers, worlds), alike(200, stage=Stage.DISTANT))
    people["incurable_day"] = 0.0
    people["now"] = people["skeletal_detected_day"] = 100.0
    people["therapy"] = Therapy.STOPPED
    people["therapy_given_up"] = given_up
    people["clock"][:, Event.THERAPY_STARTED] = np.inf
    for row in range(len(people)):
        offer_therapy_again(people[row], cancers[people[row]["primary"]], worlds[0])
    starts = people["clock"][:, Event.THERAPY_STARTED] < np.inf
    assert (starts == (given_up == 0)).all()


def test_nobody_gives_up_after_percutaneous_treatment() -> None:
    cared = held("kyphoplasty")
    cared.policies["never_resumed_share"] = 1.0
    people = lived(one_course(TherapyClass.KINASE_INHIBITOR, 1.0), cared, 1_500)
    assert (people["therapy"] == Therapy.ON).all()


def test_of_operations_of_a_full_life_the_share_of_the_row_is_the_last_of_therapy() -> None:
    """Life by life: of those on or due therapy that the operation withheld, at its end."""
    expected = evidence().point["never_resumed_after_surgery_share", "all"]
    seen = stopped = 0
    cared = strategies_of("surgery_rt")
    withhold = cared.policies[0]["withhold"]
    plan = alike(2_500, stage=Stage.DISTANT)
    for life in replay(without_bones(busy_care()), plan, seed=5, strategies=cared):
        therapy, due = Therapy.NONE, False
        for person, _, _ in life:
            if person["event"] == Event.COURSE_ENDED and person["alive"] and due:
                surgery = cared.policies[0]["treatments"]["surgery"][person["episode_treatment"]]
                held_class = person["episode_holds"] >> person["therapy_class"] & 1
                if surgery and held_class and withhold[person["therapy_class"]]:
                    seen += 1
                    gave_up = person["therapy"] == Therapy.STOPPED and therapy != Therapy.STOPPED
                    stopped += int(gave_up)
                    assert gave_up <= (person["time_off_ratio"] > 1.0)
            therapy = int(person["therapy"])
            starts = person["clock"][Event.THERAPY_STARTED] < np.inf
            due = therapy != Therapy.STOPPED and (therapy != Therapy.NONE or bool(starts))
    assert seen > 400
    assert_share(stopped / seen, expected, seen)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 3.0])
def test_the_hazard_of_a_break_acts_while_therapy_is_off(ratio: float) -> None:
    """Survival from the start of a pause that never ends is exponential, at the hazard off it."""
    parameters = one_course(TherapyClass.KINASE_INHIBITOR, 1.0)
    parameters[0]["visceral_share"] = 0.0
    cared = held("ebrt_8gy1", post_hold_days=3_650.0, time_off_hazard_ratio=ratio)
    cared.policies["treatments"]["post_hold_days"] = 1e9
    people, _, _ = live_everybody(
        parameters, alike(4_000, stage=Stage.DISTANT), strategies=cared, seed=3
    )
    paused = people[(people["n_pauses"] == 1) & (people["death_cause"] == Death.CANCER)]
    assert len(paused) > 1_000
    days = paused["death_day"] - paused["pause_day"][:, 0]
    rate = paused["tempo_per_day"][0] * ratio
    assert (paused["tempo_per_day"] == paused["tempo_per_day"][0]).all()
    assert stats.kstest(days, stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL


def test_the_hazard_off_therapy_is_that_of_the_class() -> None:
    """Two classes under one strategy, whose ratios differ: a year's excess comes in 28 days."""
    expected = {}
    for therapy_class in (TherapyClass.CYTOTOXIC, TherapyClass.CHECKPOINT_INHIBITOR):
        cared = held("ebrt_8gy1", withhold=THERAPY_CLASSES)
        cared.policies["treatments"]["hold_share"] = 1.0
        cared.policies["treatments"]["post_hold_days"] = 200.0
        r = evidence().point["break_hazard_ratio", therapy_class.label]
        expected[therapy_class] = 1.0 + (r - 1.0) * 365.25 / 28.0
        paused = 0
        plan = alike(60, stage=Stage.DISTANT)
        for life in replay(one_course(therapy_class, 21.0), plan, strategies=cared):
            for person, _, _ in life:
                off = person["alive"] == 1 and person["therapy"] == Therapy.PAUSED
                wanted = expected[therapy_class] if off else 1.0
                assert person["time_off_ratio"] == pytest.approx(wanted, rel=1e-12)
                paused += int(off)
        assert paused > 30
    assert len(set(expected.values())) == 2


def test_classes_go_from_the_shares_of_one_year_to_those_of_another() -> None:
    """In a straight line by year of diagnosis, and no further."""
    cancers, worlds = one_course(TherapyClass.CYTOTOXIC, 21.0)
    cancers["therapy_class_later_share"] = 0.0
    cancers["therapy_class_later_share"][:, TherapyClass.CHECKPOINT_INHIBITOR] = 1.0
    for year, later in ((1990, 0.0), (2010, 0.0), (2016, 0.4), (2025, 1.0), (2030, 1.0)):
        people, _, _ = live_everybody((cancers, worlds), alike(3_000, stage=2, year=year))
        new = people["therapy_class"] == TherapyClass.CHECKPOINT_INHIBITOR
        assert_share(new.mean(), later, len(people))
