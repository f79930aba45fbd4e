"""People who plan, wait and are treated go on living: they hurt, break, lose function and die.

A few people each, and by hand what becomes of them. Rooms: clinics, engine.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.loop import DEATH, live_on
from sim.evidence.visits import Visit
from sim.evidence.vocabulary import DAYS_PER_YEAR, Episode, PauseCause, Therapy
from sim.inputs.clinics import EMERGENCY, ROUTINE, URGENT
from sim.inputs.resource import Outage, Resource
from sim.inputs.strategies import Strategy
from sim.life.events import CARE_EVENTS, Event
from sim.life.hazards import NEVER
from tests.clinics import (
    OPENING,
    ROUNDING,
    busy_people,
    decided,
    let_happen,
    live_in,
    one_center,
    scarce,
)
from tests.felt import felt
from tests.replay import busy_care
from tests.simplified import Records, strategies_of

Which = NDArray[np.bool_]
YEARS = 2.0
HOUR = 1.0 / 24.0
MONTH = 1.0 / 12.0
"""In years: nobody comes a second time."""
ONE_A_DAY = Resource(machines=1, opens=8, closes=9)
"""Room for one session of an hour; Monday is day 3."""
LINAC = "linear_accelerator"


def test_who_is_in_care_when_the_clinics_open_goes_on_as_planned() -> None:
    """Appointments given before are kept; who was referred is decided on, and then asks."""
    cared = strategies_of("surgery_rt", wait_ratio=3.0)
    people = busy_people(1_500)
    people["diagnosis_year"] -= 1.0
    parameters = busy_care()
    for row, person in enumerate(people):
        opening_day = (2010.0 - person["diagnosis_year"]) * DAYS_PER_YEAR
        live_on(people, row, *parameters, cared.policies, DEATH, opening_day)
    people = people[(people["alive"] == 1) & (people["episode"] >= Episode.REFERRED)]
    phases, due = people["episode"].copy(), people["clock"][:, Event.CARE].copy()
    assert {Episode.REFERRED, Episode.WAITING, Episode.PREPARING, Episode.TREATING} == set(
        phases.tolist()
    )
    lived = live_in(scarce(), people, cared, years=YEARS)
    next_step = {
        Episode.REFERRED: "care_decided",
        Episode.WAITING: ("prepared_for_course", "course_begun"),
        Episode.PREPARING: "course_begun",
        Episode.TREATING: "course_ended",
    }
    asked: dict[int, float] = {}
    for row, wait in zip(lived.rows, lived.waits, strict=True):
        asked.setdefault(row, wait["asked"] + lived.zero[row])
    kept = 0
    for row, seen in enumerate(lived.seen):
        steps = [s for s in seen if s.event in CARE_EVENTS or s.event.startswith("death")]
        if steps[0].event in ("referred", "death_cancer", "death_other"):
            continue  # Cord compression or death came first.
        assert steps[0].day == due[row]
        assert steps[0].event in next_step[int(phases[row])]
        # Whatever is asked for comes after what was planned.
        assert asked.get(row, NEVER) >= due[row] - ROUNDING
        kept += 1
    assert kept > 0.8 * len(people) > 20


# Scenes: a few people who ask for a course on given days, and to whom happens what a test says.
HOUR_EACH = {"ebrt_8gy1": (Visit(resource=LINAC, minutes=60),)}
FIVE_HOURS = {"ebrt_20gy5": (Visit(resource=LINAC, minutes=60, sessions=5),)}


def test_who_dies_in_line_gives_up_the_place() -> None:
    cared = strategies_of("ebrt_8gy1")
    people = decided((3.5, 3.6, 3.7), cared, routine)
    let_happen(people[1], Event.DEATH_OTHER, 4.7)
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=HOUR_EACH)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert lived.outcomes() == [(0, "treated"), (1, "died"), (2, "treated")]
    np.testing.assert_allclose(lived.waits["ended"], [4 + 8 * HOUR, 4.7, 5 + 8 * HOUR])
    assert lived.given(LINAC) == {4: 60.0, 5: 60.0}


def test_who_dies_before_an_appointment_frees_it_for_the_next() -> None:
    cared = strategies_of("ebrt_8gy1")
    people = decided((3.5, 3.6), cared, routine)
    let_happen(people[0], Event.DEATH_OTHER, 4.2)
    machine = ONE_A_DAY.model_copy(update={"notice_days": 2.0})
    lived = live_in(
        one_center(linear_accelerator=machine, visits=HOUR_EACH), people, cared, years=MONTH
    )
    assert lived.outcomes() == [(0, "died"), (1, "treated")]
    np.testing.assert_allclose(lived.waits["ended"], [4.2, 6 + 8 * HOUR])
    assert lived.given(LINAC) == {6: 60.0}


@pytest.mark.parametrize("notice_days", [0.0, 5.0])
def test_cord_compression_takes_over_in_line_and_after_the_call(notice_days: float) -> None:
    """The former wait is logged as one that gave way, and its appointment is free again."""
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.5, 3.6, 3.7), cared, routine)
    let_happen(people[2], Event.CORD_COMPRESSION_DIAGNOSED, 4.2)
    machine = ONE_A_DAY.model_copy(update={"notice_days": notice_days})
    clinics = one_center(linear_accelerator=machine, consultant=None, visits=HOUR_EACH)
    lived = live_in(clinics, people, cared, years=MONTH)
    waits = lived.waits
    assert lived.outcomes()[0] == (2, "gave_way")
    assert lived.outcomes()[1:] == [(2, "treated"), (0, "treated"), (1, "treated")]
    assert waits["priority"].tolist() == [ROUTINE, EMERGENCY, ROUTINE, ROUTINE]
    assert waits["asked"][1] == pytest.approx(4.2)
    assert waits["ended"][1] == pytest.approx(4 + 8 * HOUR)
    assert sum(lived.given(LINAC).values()) == 180.0
    assert lived.clinic_days(2, "referred")[0] == pytest.approx(4.2)


def test_cord_compression_takes_over_while_planning() -> None:
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.5,), cared, routine)
    let_happen(people[0], Event.CORD_COMPRESSION_DIAGNOSED, 4.2)
    planned = Visit(resource=LINAC, minutes=60, planning_days=9, emergency_planning_days=0.5)
    machine = Resource.never_closing(1)
    clinics = one_center(
        linear_accelerator=machine, consultant=None, visits={"ebrt_8gy1": (planned,)}
    )
    lived = live_in(clinics, people, cared, years=MONTH)
    assert lived.outcomes() == [(0, "gave_way"), (0, "treated")]
    np.testing.assert_allclose(lived.waits["ended"], [4.2, 4.7])
    # On day 12, a Wednesday, it would have been open; the emergency is planned in half a day.
    np.testing.assert_allclose(lived.waits["earliest"], lived.waits["asked"] + [9.0, 0.5], atol=1.0)


@pytest.mark.parametrize("event", [Event.DEATH_OTHER, Event.CORD_COMPRESSION_DIAGNOSED])
@pytest.mark.parametrize("shift", [-1e-9, -1e-12, 0.0, 1e-12, 1e-9])
@pytest.mark.parametrize("at", [3.5 + 1.0, 4 + 8 * HOUR, 4 + 9 * HOUR])
def test_what_happens_in_the_moment_of_a_call_loses_nobody(
    event: int, shift: float, at: float
) -> None:
    """At the end of planning, at the call, at the end of the session: before, then and after."""
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.5, 3.6), cared, routine)
    let_happen(people[0], event, at + shift)
    planned = Visit(resource=LINAC, minutes=60, planning_days=1, emergency_planning_days=0)
    lived = live_in(
        one_center(
            linear_accelerator=Resource(machines=1, opens=8, closes=12),
            consultant=None,
            visits={"ebrt_8gy1": (planned,)},
        ),
        people,
        cared,
        years=MONTH,
    )
    assert (lived.people["alive"] == 0).all()
    outcomes = dict(reversed(lived.outcomes()))
    assert outcomes[1] == "treated"
    first = [outcome for row, outcome in lived.outcomes() if row == 0]
    if event == Event.CORD_COMPRESSION_DIAGNOSED:
        assert first in (["treated", "treated"], ["gave_way", "treated"])
        assert len(lived.clinic_days(0, "course_begun")) >= first.count("treated")
    else:
        assert first in (["treated"], ["died"])
    for row in range(2):
        begun, ended = (
            len(lived.clinic_days(row, f"course_{what}")) for what in ("begun", "ended")
        )
        died_in_course = row == 0 and event == Event.DEATH_OTHER
        assert begun == ended or (died_in_course and begun == ended + 1)


def test_cord_compression_waits_for_the_end_of_a_course() -> None:
    cared = strategies_of("ebrt_20gy5", wait_ratio=0.0)
    people = decided((3.1,), cared, routine)
    let_happen(people[0], Event.CORD_COMPRESSION_DIAGNOSED, 4.2)
    clinics = one_center(linear_accelerator=ONE_A_DAY, consultant=None, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    ended = lived.clinic_days(0, "course_ended")[0]
    assert ended == pytest.approx(7 + 9 * HOUR)
    assert lived.outcomes()[0] == (0, "treated")
    referred = [day for day in lived.clinic_days(0, "referred") if day > 4.0]
    assert referred[0] == pytest.approx(ended)


def test_pain_that_falls_or_rises_while_waiting_changes_who_goes_first() -> None:
    cared = strategies_of("ebrt_8gy1")
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=HOUR_EACH)
    for direction, kind, priorities in (
        (1, severe_but_eased, (URGENT, ROUTINE)),
        (-1, eased_but_severe, (ROUTINE, URGENT)),
    ):
        first = decided((3.5, 3.6), cared, severe)
        changing = decided((3.55,), cared, kind)
        people = np.concatenate((first, changing))
        people["analgesia_direction"][2] = direction
        let_happen(people[2], Event.ANALGESIA_STEPPED, 4.1)
        lived = live_in(clinics, people, cared, years=MONTH)
        wait = lived.waits[lived.rows.index(2)]
        assert (wait["first_priority"], wait["priority"]) == priorities
        order = list(dict.fromkeys(row for row, _ in lived.outcomes()))
        # Who asked on day 3.55 comes second if the pain is severe when the machine is free. For the
        # first time: people may come again within the month.
        assert order == ([0, 1, 2] if direction > 0 else [0, 2, 1])


def test_sessions_are_on_consecutive_working_days() -> None:
    """From a Thursday: that Friday and the week after; treatment lasts to the end of the last."""
    cared = strategies_of("ebrt_20gy5")
    people = decided((6.1,), cared, routine)
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert list(lived.given(LINAC)) == [6, 7, 10, 11, 12]
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(6 + 8 * HOUR)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(12 + 9 * HOUR)


def test_a_course_cut_short_by_death_frees_the_rest_of_its_sessions() -> None:
    cared = strategies_of("ebrt_20gy5")
    people = decided((3.1, 3.2), cared, routine)
    let_happen(people[0], Event.DEATH_OTHER, 4.9)
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert lived.outcomes() == [(0, "treated"), (1, "treated")]
    given = lived.given(LINAC)
    assert (given[3], given[4]) == (60.0, 60.0)
    assert sum(given.values()) == 60.0 * (2 + 5)


@pytest.mark.parametrize(("machines", "last_day"), [(2, 7), (1, 12)])
def test_all_sessions_of_a_course_are_given_though_a_machine_fails(
    machines: int, last_day: int
) -> None:
    """On the other machine, or once there is one again; treatment lasts as long."""
    cared = strategies_of("ebrt_20gy5")
    people = decided((3.1,), cared, routine)
    fails = Outage(starts=OPENING.replace(day=6), days=3)
    machine = ONE_A_DAY.model_copy(update={"machines": machines, "outages": (fails,)})
    clinics = one_center(linear_accelerator=machine, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert sum(lived.given(LINAC).values()) == 60.0 * 5
    assert max(lived.given(LINAC)) == last_day
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(3 + 8 * HOUR)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(last_day + 9 * HOUR)


def test_an_appointment_that_a_failure_takes_away_is_another_one_later() -> None:
    """Called on day 3, a Monday, for day 6; the machine fails on day 5 and is back on day 10."""
    cared = strategies_of("ebrt_20gy5")
    people = decided((3.1,), cared, routine)
    fails = Outage(starts=OPENING.replace(day=6), days=5)
    machine = ONE_A_DAY.model_copy(update={"notice_days": 3.0, "outages": (fails,)})
    clinics = one_center(linear_accelerator=machine, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    (wait,) = lived.waits[lived.at(LINAC)]
    assert wait["ended"] == pytest.approx(10 + 8 * HOUR)
    # Another course may begin after the clinics have closed.
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(10 + 8 * HOUR)
    assert sum(lived.given(LINAC).values()) == 60.0 * 5


@pytest.mark.parametrize("pre_hold_days", [0.0, 20.0])
@pytest.mark.parametrize("sessions", [1, 5])
@pytest.mark.parametrize(("machines", "first_day"), [(2, 5), (1, 17)])
def test_who_loses_an_appointment_to_a_failure_comes_when_the_course_begins(
    machines: int, first_day: int, sessions: int, pre_hold_days: float
) -> None:
    """Called for day 10 on a machine that fails from day 5 to 14: sooner, or later.

    The other machine has room at once; the only one is back on the Monday after. A hold that has
    begun goes on.
    """
    cared = strategies_of("ebrt_20gy5", pre_hold_days=pre_hold_days)
    people = decided((3.1,), cared, lambda p: routine(p) & (p["therapy"] == Therapy.ON))
    fails = Outage(starts=OPENING.replace(day=6), days=10)
    fields = {"machines": machines, "notice_days": 7.0, "outages": (fails,)}
    visit = Visit(resource=LINAC, minutes=60, sessions=sessions)
    clinics = one_center(
        linear_accelerator=ONE_A_DAY.model_copy(update=fields), visits={"ebrt_20gy5": (visit,)}
    )
    lived = live_in(clinics, people, cared, years=MONTH)
    given = lived.given(LINAC)
    assert (min(given), sum(given.values())) == (first_day, 60.0 * sessions)
    first, last = first_day + 8 * HOUR, max(given) + 9 * HOUR
    assert lived.waits["ended"][0] == pytest.approx(first)
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(first)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(last)
    for seen in lived.seen[0]:
        assert seen.alone or abs(seen.day - seen.clinic_day) < ROUNDING
    prepared = lived.clinic_days(0, "prepared_for_course")
    if pre_hold_days:
        np.testing.assert_allclose(prepared[:1], 3.1, atol=ROUNDING)
    else:
        # A later course may be an operation, around which drugs are held whatever is asked for.
        assert all(day > last for day in prepared)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [(Event.DEATH_OTHER, "died"), (Event.CORD_COMPRESSION_DIAGNOSED, "gave_way")],
)
@pytest.mark.parametrize("at", [5.0, 7.5])
def test_what_happens_after_an_appointment_is_lost_frees_what_is_left(
    event: int, outcome: str, at: float
) -> None:
    """In the moment of the failure, and in line for another machine."""
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.1,), cared, routine)
    let_happen(people[0], event, at)
    fails = Outage(starts=OPENING.replace(day=6), days=10)
    machine = ONE_A_DAY.model_copy(update={"notice_days": 7.0, "outages": (fails,)})
    clinics = one_center(linear_accelerator=machine, consultant=None, visits=HOUR_EACH)
    lived = live_in(clinics, people, cared, years=MONTH)
    again = [(0, "treated")] if outcome == "gave_way" else []
    assert lived.outcomes() == [(0, outcome), *again]
    assert lived.waits["ended"][0] == pytest.approx(at)
    assert lived.given(LINAC) == ({17: 60.0} if again else {})
    assert len(lived.clinic_days(0, "course_ended")) >= len(again)


@pytest.mark.parametrize(("dies", "second_begins"), [(5.0, 5), (100.0, 10)])
def test_the_bed_of_who_dies_is_free_for_the_next(dies: float, second_begins: int) -> None:
    cared = strategies_of(Strategy(name="one", otherwise="surgery_rt"))
    operation = Visit(resource="theater", minutes=60, bed_days=6.5)
    rays = Visit(resource=LINAC, minutes=15, after_days=14)
    people = decided((3.1, 3.2), cared, routine)
    let_happen(people[0], Event.DEATH_OTHER, dies)
    clinics = one_center(bed=Resource(machines=1), visits={"surgery_rt": (operation, rays)})
    lived = live_in(clinics, people, cared, years=MONTH)
    operated = lived.waits[lived.at("theater")]
    np.testing.assert_allclose(operated["ended"], [3 + 8 * HOUR, second_begins + 8 * HOUR])
    last = [event.event for event in lived.seen[0]][-1]
    assert last == "death_other" or dies > 50.0


def test_people_wait_for_beds_where_only_they_are_limited() -> None:
    cared = strategies_of(Strategy(name="one", otherwise="surgery_rt"))
    operation = (Visit(resource="theater", minutes=60, bed_days=5),)
    people = decided((3.1, 3.2, 3.3), cared, routine)
    clinics = one_center(None, bed=Resource(machines=1), visits={"surgery_rt": operation})
    lived = live_in(clinics, people, cared, years=MONTH)
    np.testing.assert_allclose(lived.waits["ended"], [3.1, 8.1, 13.1])


def test_the_second_visit_of_a_course_is_planned_from_the_end_of_the_first() -> None:
    cared = strategies_of(Strategy(name="one", otherwise="surgery_rt"))
    operation = Visit(resource="theater", minutes=60, emergency_planning_days=0)
    rays = Visit(resource=LINAC, minutes=15, sessions=2, after_days=14, planning_days=1)
    people = decided((3.1,), cared, routine)
    clinics = one_center(visits={"surgery_rt": (operation, rays)})
    lived = live_in(clinics, people, cared, years=MONTH)
    first, second = lived.waits
    assert second["asked"] == pytest.approx(3 + 9 * HOUR + 14)
    assert (first["visit"], second["visit"]) == (0, 1)
    assert second["ended"] == pytest.approx(18 + 9 * HOUR)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(19 + 8.25 * HOUR)


@pytest.mark.parametrize("notice_days", [0.0, 2.0, 10.0])
def test_systemic_therapy_is_held_from_the_call_at_the_earliest(notice_days: float) -> None:
    """Somebody who is called on short notice has a short hold before the course, or none."""
    cared = strategies_of("ebrt_8gy1", pre_hold_days=5.0)
    people = decided((3.1,), cared, lambda p: routine(p) & (p["therapy"] == Therapy.ON))
    # Years later there may be another course, with a hold of its own.
    let_happen(people[0], Event.DEATH_OTHER, 60.0)
    machine = ONE_A_DAY.model_copy(update={"notice_days": notice_days})
    visit = Visit(resource=LINAC, minutes=60, planning_days=6)
    clinics = one_center(linear_accelerator=machine, visits={"ebrt_8gy1": (visit,)})
    lived = live_in(clinics, people, cared, years=MONTH)
    begun = lived.clinic_days(0, "course_begun")[0]
    prepared = lived.clinic_days(0, "prepared_for_course")
    called = 3.1 + 6.0
    if notice_days == 0.0:
        assert begun == pytest.approx(10 + 8 * HOUR)
        assert not any(day <= begun for day in prepared)
    else:
        assert prepared[0] == pytest.approx(max(begun - 5.0, called))
    held = lived.people["paused_days"][0, PauseCause.PRE_HOLD]
    assert held <= notice_days + 1.0


def severe(people: Records) -> Which:
    return np.asarray(people["pain"] >= 7.0)


def routine(people: Records) -> Which:
    """Not in severe pain, and without a fracture that would bring them back by itself.

    One of the first lesion is treated, also if it is for cord compression.
    """
    first = people["lesions"]["fracture_day"][np.arange(len(people)), people["lesion_at"][:, 0]]
    return np.asarray((people["pain"] < 7.0) & (people["n_fractures"] == (first < NEVER)))


WORLD = busy_care()[1][0]


def pain_at(people: Records, step: NDArray[np.int64]) -> NDArray[np.float64]:
    """Worst pain at another step of analgesia."""
    step = np.clip(step, 0, people["most_analgesia"])
    return np.array(
        [
            max(
                felt(
                    person,
                    person["lesions"][f"{pain}_pain"].max(),
                    WORLD[f"analgesia_effect_{pain}"],
                    step[i],
                )
                for pain in ("biological", "mechanical")
            )
            for i, person in enumerate(people)
        ]
    )


def severe_but_eased(people: Records) -> Which:
    eased = (people["analgesia"] < people["most_analgesia"]) & (
        pain_at(people, people["analgesia"] + 1) < 7.0
    )
    return np.asarray(severe(people) & eased)


def eased_but_severe(people: Records) -> Which:
    return np.asarray(routine(people) & (pain_at(people, people["analgesia"] - 1) >= 7.0))
