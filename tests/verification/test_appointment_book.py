"""The appointment book by machine and day against a calendar kept by hand.

Room: clinics.
"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from sim.clinics.log import TREATED
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import EMERGENCY, ROUTINE, URGENT
from sim.inputs.resource import Demand, Resource
from tests.one_line import ROUNDING_DAYS, Calendar, OneLine, Works, weekdays_only
from tests.queues import only, run
from tests.simplified import STANDARD_ERRORS

EIGHT = 8.0 / 24.0
"""When the clinics of these tests open, as a part of the day."""
WEEKS = 7.0


def luck(seed: int, people: int, days: float) -> list[float]:
    """Days on which people come at random."""
    return sorted(np.random.default_rng(seed).uniform(0.0, days, people).tolist())


def with_maintenance(every_weeks: int) -> Works:
    """Machine i is off on the i-th weekday of every so many weeks, counted from week i."""

    def works(machine: int, day: int) -> bool:
        week, weekday = divmod(day, 7)
        off = weekday == machine % 5 and week % every_weeks == machine % every_weeks
        return weekday < 5 and not off

    return works


@pytest.mark.parametrize("every_weeks", [None, 1, 3])
@pytest.mark.parametrize(
    ("machines", "sessions", "minutes", "people"),
    [(1, 1, 50.0, 700), (3, 1, 50.0, 2_000), (2, 5, 25.0, 550), (3, 10, 40.0, 250)],
)
def test_equal_courses_begin_when_a_calendar_by_hand_says(
    machines: int, sessions: int, minutes: float, people: int, every_weeks: int | None
) -> None:
    """On consecutive working days of one machine, first come first served, at any load."""
    resource = Resource(machines=machines, maintenance_every_weeks=every_weeks)
    works = weekdays_only if every_weeks is None else with_maintenance(every_weeks)
    asked = luck(machines, people, 100.0)
    one = OneLine(resource)
    visitors = [one.come(at, sessions, minutes) for at in asked]
    one.env.run()
    by_hand = Calendar(resource, works)
    starts = by_hand.begin_in_order(asked, sessions, minutes)
    assert [v.starts for v in visitors] == pytest.approx(starts, abs=ROUNDING_DAYS)
    assert one.given() == pytest.approx(by_hand.given())
    assert max(np.array(starts) - np.array(asked)) > 2.7, "nobody waited beyond a weekend"


@pytest.mark.parametrize("reserved", [0.0, 130.0])
@pytest.mark.parametrize("notice", [2.0, 3.5, 10.0])
@pytest.mark.parametrize(
    ("machines", "sessions", "minutes", "people"), [(2, 1, 90.0, 900), (3, 5, 60.0, 350)]
)
def test_people_called_ahead_come_on_the_first_day_with_room_after_the_notice(
    machines: int, sessions: int, minutes: float, people: int, notice: float, reserved: float
) -> None:
    resource = Resource(
        machines=machines,
        notice_days=notice,
        reserved_minutes=reserved,
        maintenance_every_weeks=2,
    )
    asked = luck(7, people, 100.0)
    one = OneLine(resource)
    visitors = [one.come(at, sessions, minutes) for at in asked]
    one.env.run()
    by_hand = Calendar(resource, with_maintenance(2))
    soonest = [math.ceil(at + notice - EIGHT) for at in asked]
    days = by_hand.book_in_order(soonest, sessions, minutes, reserved)
    assert [int(v.starts) for v in visitors] == days
    assert one.given() == pytest.approx(by_hand.given())
    assert max(one.given().values()) <= resource.minutes_per_day - reserved


def test_a_line_of_slots_by_day_follows_lindley() -> None:
    """Tomorrow's line is today's and who asks, less the slots of the day, but never negative."""
    resource = Resource(machines=2, notice_days=1.0, others=(Demand(per_week=58, minutes=90),))
    waits = run(only(resource), 200.0, seed=5).waits
    slots = 2 * 6
    soonest = np.ceil(waits["asked"] + 1.0 - EIGHT).astype(int)
    came = np.bincount(soonest)
    line, seen = 0, Counter[int]()
    day = 0
    while day < len(came) or line > 0:
        line += int(came[day]) if day < len(came) else 0
        seen[day] = min(line, slots) if weekdays_only(0, day) else 0
        line -= seen[day]
        day += 1
    assert Counter(waits["ended"].astype(int).tolist()) == +seen
    # Slots begin on the hour and a half, on each machine.
    slot = (waits["ended"] % 1.0 - EIGHT) * MINUTES_PER_DAY / 90.0
    assert slot == pytest.approx(np.round(slot), abs=1e-6)


@pytest.mark.parametrize("every_weeks", [1, 2, 5])
def test_each_machine_is_maintained_one_working_day_in_so_many_weeks(every_weeks: int) -> None:
    resource = Resource(machines=4, maintenance_every_weeks=every_weeks)
    one = OneLine(resource)
    # More than can be done in 20 weeks.
    for _ in range(9 * 4 * 5 * 20):
        one.come(0.0)
    one.env.run(until=20 * WEEKS)
    given = one.given()
    for machine in range(4):
        for first_week in range(0, 20, every_weeks):
            weeks = range(first_week * 7, (first_week + every_weeks) * 7)
            worked = [given.get((machine, day), 0.0) for day in weeks]
            assert sum(worked) == (5 * every_weeks - 1) * 540.0
    # Four machines have five days to be off on.
    for day in range(int(20 * WEEKS)):
        assert sum((m, day) not in given for m in range(4)) <= 1 or day % 7 >= 5


def test_an_emergency_goes_first_and_puts_off_those_who_come_later_that_day() -> None:
    resource = Resource(machines=1)
    one = OneLine(resource)
    course = one.come(0.0, sessions=3, minutes=60.0)
    emergency = one.come(1.0 + EIGHT, minutes=30.0, priority=EMERGENCY)
    routine = one.come(1.0 + EIGHT, minutes=30.0)
    one.env.run()
    assert course.starts == pytest.approx(EIGHT)
    assert emergency.starts == pytest.approx(1.0 + EIGHT)
    assert routine.starts == pytest.approx(1.0 + EIGHT + 90.0 / MINUTES_PER_DAY)
    assert one.given() == {(0, 0): 60.0, (0, 1): 120.0, (0, 2): 60.0}


@pytest.mark.parametrize(("on_call", "day"), [(True, 0.9), (True, 5.5), (False, 0.9)])
def test_an_emergency_outside_hours_is_treated_at_once_only_if_somebody_is_on_call(
    *, on_call: bool, day: float
) -> None:
    """At night and on a Saturday; the sessions that follow are in hours."""
    one = OneLine(Resource(machines=1, on_call=on_call))
    emergency = one.come(day, sessions=2, minutes=45.0, priority=EMERGENCY)
    second = one.come(day, minutes=45.0, priority=EMERGENCY)
    urgent = one.come(day, minutes=45.0, priority=URGENT)
    one.env.run()
    opening = (1.0 if day < 1.0 else 7.0) + EIGHT
    session = 45.0 / MINUTES_PER_DAY
    assert emergency.starts == pytest.approx(day if on_call else opening)
    assert second.starts == pytest.approx((day if on_call else opening) + session)
    # After the second session of the first, which was placed on that morning, if it was.
    assert urgent.starts == pytest.approx(opening + (1 if on_call else 2) * session)
    # What is given at night is no use of the hours in which the clinic opens.
    assert one.minutes() == (2 if on_call else 4) * 45.0


def test_on_call_an_emergency_runs_past_closing() -> None:
    one = OneLine(Resource(machines=1, on_call=True))
    at = 16.75 / 24.0
    emergency = one.come(at, minutes=60.0, priority=EMERGENCY)
    next_one = one.come(at, minutes=60.0, priority=EMERGENCY)
    one.env.run()
    assert emergency.starts == pytest.approx(at)
    assert next_one.starts == pytest.approx(at + 1.0 / 24.0)


def test_on_call_the_sessions_of_an_emergency_make_a_full_day_longer() -> None:
    """The second session of the first fills the morrow."""
    one = OneLine(Resource(machines=1, on_call=True))
    first = one.come(0.1, sessions=2, minutes=300.0, priority=EMERGENCY)
    second = one.come(0.1, sessions=2, minutes=300.0, priority=EMERGENCY)
    one.env.run()
    assert first.starts == pytest.approx(0.1)
    assert second.starts == pytest.approx(0.1 + 300.0 / MINUTES_PER_DAY)
    # Both come again on the morrow; who begins at night is in no day's book.
    assert one.given() == {(0, 1): 600.0}


def test_reserved_minutes_are_there_for_an_emergency() -> None:
    """The book is full of people called ahead but for an hour of each day."""
    one = OneLine(Resource(machines=1, notice_days=1.0, reserved_minutes=60.0))
    for _ in range(40):
        one.come(0.0, minutes=120.0)
    emergencies = [one.come(day + 0.5, minutes=60.0, priority=EMERGENCY) for day in range(1, 5)]
    late = one.come(4.6, minutes=60.0, priority=EMERGENCY)
    one.env.run()
    assert [e.starts for e in emergencies] == pytest.approx([1.5, 2.5, 3.5, 4.5])
    assert late.starts >= 7.0, "the hour of the day is gone"
    by_day = [one.given()[0, day] for day in range(1, 5)]
    assert by_day == [540.0] * 4


def test_short_sessions_use_the_rest_of_a_day_that_is_too_short_for_the_first_in_line() -> None:
    one = OneLine(Resource(machines=1))
    afternoon = 15.0 / 24.0
    long = one.come(afternoon, minutes=180.0)
    short = [one.come(afternoon + minutes / MINUTES_PER_DAY) for minutes in (0.0, 10.0)]
    one.env.run()
    assert [v.starts for v in short] == pytest.approx([afternoon, afternoon + 1.0 / 24.0])
    assert long.starts == pytest.approx(1.0 + EIGHT)


@pytest.mark.parametrize("notice", [0.0, 2.0])
def test_a_long_session_is_not_overtaken_for_ever_by_short_ones(notice: float) -> None:
    """Courses under way take most of each day, and new ones keep coming."""
    resource = Resource(machines=2, notice_days=notice)
    one = OneLine(resource)
    # 4 new courses a day on two machines, of 20 sessions of 15 minutes: more than the 3.6 a day
    # that there are slots for.
    for day in range(120):
        for _ in range(4):
            one.come(day + 0.01, sessions=20, minutes=15.0)
    long = one.come(60.02, minutes=300.0)
    one.env.run(until=121.0)
    assert not long.waits
    # The book is asked up to 60 days ahead, and within 20 working days all courses have ended.
    assert long.starts < 60.0 + 2.0 * 4.0 * WEEKS


def test_no_session_is_longer_than_there_is_room_for_in_a_day() -> None:
    """Of exponential length with a mean near the day's; nobody waits for ever."""
    demand = Demand(per_week=4, minutes=400, spread="exponential")
    resource = Resource(machines=1, notice_days=2.0, reserved_minutes=60, others=(demand,))
    waits = run(only(resource), 300.0).waits
    assert (waits["outcome"] == TREATED).all()
    assert waits["minutes"].max() == 480.0
    # Of an exponential length, this share is as long as there is room.
    share = np.exp(-480.0 / 400.0)
    error = np.sqrt(share * (1.0 - share) / len(waits))
    assert abs((waits["minutes"] == 480.0).mean() - share) < STANDARD_ERRORS * error


@pytest.mark.parametrize("minutes", [25.0, 27.0, 30.0])
def test_equal_courses_are_called_one_by_one_so_that_urgent_ones_go_first(minutes: float) -> None:
    """Nobody is given a far appointment because a rest of the day is too short for a session."""
    one = OneLine(Resource(machines=1))
    for number in range(200):
        one.come(number / 10.0, sessions=10, minutes=minutes)
    urgent = one.come(20.5, sessions=10, minutes=minutes, priority=URGENT)
    one.env.run()
    # A course lasts two weeks, so that by then those who went before it have ended.
    assert urgent.starts - 20.5 <= 2.0 * WEEKS
    routine = [place.starts for place in one.calls if place.priority == ROUTINE]
    assert routine == sorted(routine)
