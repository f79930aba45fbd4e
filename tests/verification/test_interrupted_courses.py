"""Courses that a failure, a death or a change of mind interrupts.

Room: clinics.
"""

from __future__ import annotations

import datetime
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import CONTINUING, EMERGENCY, ROUTINE, URGENT
from sim.inputs.resource import Demand, Outage, Resource
from tests.one_line import MAY_FAIL, ROUNDING_DAYS, OneLine, Visitor, random_courses
from tests.queues import MONDAY, only, run

EIGHT = 8.0 / 24.0
HOUR = 1.0 / 24.0


def test_a_course_goes_on_elsewhere_with_the_sessions_that_are_left() -> None:
    one = OneLine(Resource(machines=2, outages=MAY_FAIL))
    course = one.come(0.0, sessions=5)
    one.fail(2.0, machines=1, days=2)
    one.env.run()
    assert one.given() == {(0, 0): 60, (0, 1): 60, (1, 2): 60, (1, 3): 60, (1, 4): 60}
    assert course.course.ends == pytest.approx(4.0 + EIGHT + HOUR)


def test_a_course_that_is_hit_twice_is_given_in_full_once() -> None:
    one = OneLine(Resource(machines=2, outages=MAY_FAIL))
    one.come(0.0, sessions=10)
    one.fail(2.0, machines=1, days=2)
    one.fail(3.0, machines=1, days=4)
    one.env.run()
    assert one.minutes() == 10 * 60.0
    assert [place.priority for place in one.calls] == [ROUTINE, CONTINUING, CONTINUING]
    assert {day for _, day in one.given()} == {0, 1, 2, 4, 7, 8, 9, 10, 11, 14}


def test_interrupted_courses_go_before_new_ones() -> None:
    """One machine is left with room for nine sessions a day; eight courses wait to go on."""
    one = OneLine(Resource(machines=2, outages=MAY_FAIL))
    hit = [one.come(0.0, sessions=4) for _ in range(17)]
    urgent = [one.come(1.5, priority=URGENT) for _ in range(12)]
    one.fail(2.0, machines=1, days=10)
    one.env.run()
    going_on = [place.starts for place in one.calls if place.priority == CONTINUING]
    on_machine_0 = sum(v.course.machine is not None for v in hit)
    assert on_machine_0 == len(hit)
    assert len(going_on) == 9
    assert one.minutes() == (17 * 4 + 12) * 60.0
    after = [v.starts for v in urgent if v.starts >= 2.0]
    assert min(after) >= max(going_on)


@pytest.mark.parametrize("notice", [0.0, 2.0])
@pytest.mark.parametrize("seed", range(4))
def test_failures_change_when_sessions_are_given_and_never_how_many(
    seed: int, notice: float
) -> None:
    """Failures on random days; every course ends, and whoever watches it is told then."""
    one = OneLine(Resource(machines=3, outages=MAY_FAIL, notice_days=notice))
    visitors = random_courses(one, seed, 150)
    luck = np.random.default_rng(seed + 100)
    lost: list[tuple[int, set[int]]] = []

    def fail(machines: int, days: int) -> None:
        before = [set(m.down) for m in one.line.machines]
        one.line.fail(machines, days)
        lost.extend(
            (m.number, m.down - down) for m, down in zip(one.line.machines, before, strict=True)
        )

    for day in luck.choice(np.arange(1, 70), 12, replace=False).tolist():
        machines, days = int(luck.integers(1, 3)), int(luck.integers(1, 8))
        one.at(day, partial(fail, machines, days))
    told: list[tuple[Visitor, float]] = []
    for v in visitors:
        done = v.course.done
        assert done is not None
        done.callbacks.append(lambda _, v=v: told.append((v, one.env.now)))
    asked = sum(v.course.sessions * v.course.minutes for v in visitors)
    one.env.run()
    assert one.minutes() == pytest.approx(asked)
    assert not {(m, day) for m, days in lost for day in days} & set(one.given())
    assert sum(place.priority == CONTINUING for place in one.calls) > 10
    assert len(told) == len(visitors)
    for v, at in told:
        assert at == pytest.approx(v.course.ends)
    assert one.line.length == 0


def test_an_emergency_on_call_is_treated_as_soon_as_the_machine_is_mended() -> None:
    one = OneLine(Resource(machines=1, on_call=True, outages=MAY_FAIL))
    one.fail(1.0, machines=1, days=2)
    emergency = one.come(1.5, priority=EMERGENCY)
    one.env.run()
    assert emergency.starts == pytest.approx(3.0)


def test_an_outage_that_began_before_the_clinics_opened_lasts_on() -> None:
    starts = MONDAY - datetime.timedelta(days=10)
    outage = Outage(starts=starts, days=14)
    demand = Demand(per_week=30, minutes=60)
    waits = run(only(Resource(machines=1, outages=(outage,), others=(demand,))), 20.0).waits
    assert waits["asked"].min() < 4.0
    assert waits["ended"].min() == pytest.approx(4.0 + EIGHT)


def test_who_dies_while_a_course_waits_to_go_on_needs_no_machine() -> None:
    one = OneLine(Resource(machines=1, outages=MAY_FAIL))
    course = one.come(0.0, sessions=10)
    one.fail(2.0, machines=1, days=2)
    one.release(3.0, course)
    one.env.run()
    assert one.minutes() == 2 * 60.0
    assert one.line.length == 0
    assert course.course.done is not None
    assert not course.course.done.triggered
    assert one.line.waited_days == pytest.approx(EIGHT + 1.0)
    assert one.line.queue_days == pytest.approx(one.line.waited_days)


@pytest.mark.parametrize("notice", [0.0, 3.0])
def test_the_slots_of_a_course_that_is_given_up_are_free_for_the_next(notice: float) -> None:
    """Five courses of three hours fill two weeks of a machine; one of them dies."""
    one = OneLine(Resource(machines=1, notice_days=notice))
    full = [one.come(0.0, sessions=10, minutes=180.0) for _ in range(3)]
    later = one.come(0.1, sessions=2, minutes=180.0)
    at = 1.0 if notice else 4.5
    one.release(at, full[1])
    one.env.run()
    # Called ahead, nothing has begun; else the death is in the week and Monday is the next.
    assert later.starts == pytest.approx((4.0 if notice else 7.0) + EIGHT + 6.0 * HOUR)
    given = 10 + 10 + 2 + (0 if notice else 5)
    assert one.minutes() == given * 180.0


def test_who_waits_for_a_slot_of_tomorrow_begins_as_soon_as_it_is_given_up() -> None:
    """An emergency, treated at night, fills tomorrow and leaves today free."""
    one = OneLine(Resource(machines=1, on_call=True))
    emergency = one.come(0.1, sessions=2, minutes=200.0, priority=EMERGENCY)
    waits = one.come(0.4, sessions=2, minutes=360.0)
    one.release(0.45, emergency)
    one.env.run()
    assert emergency.starts == pytest.approx(0.1)
    assert waits.starts == pytest.approx(0.45)


def test_a_session_in_progress_is_finished_though_the_course_is_given_up() -> None:
    one = OneLine(Resource(machines=1))
    course = one.come(0.0, sessions=3, minutes=120.0)
    next_one = one.come(0.1, sessions=3, minutes=120.0)
    one.release(EIGHT + HOUR, course)
    one.env.run()
    assert next_one.starts == pytest.approx(EIGHT + 2.0 * HOUR)
    assert one.given() == {(0, 0): 240.0, (0, 1): 120.0, (0, 2): 120.0}


def test_who_waits_moves_to_where_the_new_priority_and_the_day_of_asking_say() -> None:
    one = OneLine(Resource(machines=1))
    first, second, third = (one.come(0.01 * i, minutes=60.0) for i in range(3))
    urgent = one.come(0.1, minutes=60.0, priority=URGENT)
    one.at(0.2, lambda: third.move(URGENT))
    one.at(0.25, lambda: first.move(EMERGENCY))
    one.at(0.3, lambda: first.move(ROUTINE))
    one.env.run()
    # The third asked before the one who was urgent from the start.
    begun = [v.starts for v in (third, urgent, first, second)]
    assert begun == pytest.approx([EIGHT, EIGHT + HOUR, EIGHT + 2 * HOUR, EIGHT + 3 * HOUR])


def test_whoever_becomes_an_emergency_at_night_is_treated_at_once_by_who_is_on_call() -> None:
    one = OneLine(Resource(machines=1, on_call=True))
    waits = one.come(0.8)
    one.at(0.9, lambda: waits.move(EMERGENCY))
    one.env.run()
    assert waits.starts == pytest.approx(0.9)


def test_who_leaves_is_not_called_and_who_was_called_cannot_leave() -> None:
    """At the very moment at which the machine is free, whoever is called first has it."""
    one = OneLine(Resource.never_closing(1))
    one.come(0.0, minutes=60.0)
    leaves_before = one.come(0.01, minutes=60.0)
    one.leave(0.02, leaves_before)
    called = one.come(0.02, minutes=60.0)
    stays = one.come(0.03, minutes=60.0)
    one.at(0.035, lambda: one.leave(HOUR, called))
    one.env.run()
    assert leaves_before.waits
    assert called.starts == pytest.approx(HOUR)
    assert stays.starts == pytest.approx(2.0 * HOUR)
    assert one.line.length == 0
    assert one.line.waited_days == pytest.approx(0.01 + HOUR - 0.02 + 2.0 * HOUR - 0.03)


def test_no_day_holds_more_than_a_day_where_sessions_pass_midnight() -> None:
    """Long single sessions beside courses with a session each day, on machines never closed."""
    demands = (
        Demand(per_week=8, minutes=500, spread="exponential"),
        Demand(per_week=5, minutes=90, sessions=8),
        Demand(per_week=3, minutes=60, priority="emergency"),
    )
    one = OneLine(Resource.never_closing(2))
    luck = np.random.default_rng(8)
    asked = 0.0
    for demand in demands:
        for at in luck.uniform(0.0, 300.0, int(demand.per_week * 300.0 / 7.0)).tolist():
            exponential = demand.spread == "exponential"
            minutes = float(luck.exponential(demand.minutes)) if exponential else demand.minutes
            priority = EMERGENCY if demand.priority == "emergency" else ROUTINE
            one.come(at, demand.sessions, minutes, priority)
            asked += demand.sessions * minutes
    one.env.run()
    assert one.minutes() == pytest.approx(asked)
    assert max(one.given().values()) <= MINUTES_PER_DAY + 1e-6
    singles = sorted(
        (place.starts, place.course.machine.number, place.course.minutes)
        for place in one.calls
        if place.course.sessions == 1 and place.course.machine is not None
    )
    for number in range(2):
        mine = [(at, minutes) for at, machine, minutes in singles if machine == number]
        for (at, minutes), (then, _) in pairwise(mine):
            assert at + minutes / MINUTES_PER_DAY <= then + ROUNDING_DAYS
