"""Beds that people need from the first session of a course on.

Room: clinics.
"""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from sim.inputs.clinics import EMERGENCY
from sim.inputs.resource import Demand, Resource
from tests.one_line import MAY_FAIL, ROUNDING_DAYS, OneLine, random_courses
from tests.queues import only, run

EIGHT = 8.0 / 24.0
HOUR = 1.0 / 24.0


def test_a_line_for_beds_alone_is_a_line_for_machines_that_take_as_long() -> None:
    """Stays of fixed length in five beds: the recursion of Kiefer and Wolfowitz, exactly."""
    demand = Demand(per_week=13, minutes=1, bed_days=2.5)
    waits = run(only(Resource.never_closing(30, others=(demand,)), beds=5), 800.0).waits
    waits = waits[np.argsort(waits["asked"])]
    free_at = [0.0] * 5
    starts = []
    for asked in waits["asked"].tolist():
        starts.append(max(asked, heapq.heappop(free_at)))
        heapq.heappush(free_at, starts[-1] + 2.5)
    assert max(np.array(starts) - waits["asked"]) > 1.0
    assert waits["ended"] == pytest.approx(np.array(starts), abs=ROUNDING_DAYS)


@pytest.mark.parametrize("notice", [0.0, 4.0])
@pytest.mark.parametrize("machines", [2, None])
def test_no_more_beds_are_taken_than_there_are(machines: int | None, notice: float) -> None:
    """From each first session on, also if a failure puts it off, and without limit of machines."""
    outages = () if machines is None else MAY_FAIL
    one = OneLine(Resource(machines=machines, notice_days=notice, outages=outages), beds=4)
    visitors = random_courses(one, 3, 80, bed_days=2.25)
    for day in (9, 20, 30, 44) if machines else ():
        one.fail(day, machines=1, days=3)
    taken: list[int] = []
    for hour in range(24 * 200):
        one.at(hour / 24.0, lambda: taken.append(one.beds.taken(one.env.now)))
    one.env.run()
    assert max(taken) == 4
    assert all(not v.waits for v in visitors)
    assert not one.beds.stays
    # Everybody has had the whole stay, whatever failed meanwhile.
    assert sum(taken) / 24.0 == pytest.approx(80 * 2.25, rel=0.01)
    assert 0 < one.line.beds_missing <= 80


def test_a_bed_is_kept_from_the_first_session_and_not_from_the_call() -> None:
    """Called four days ahead, two people can have the one bed after each other."""
    one = OneLine(Resource(machines=1, notice_days=4.0), beds=1)
    early = one.come(0.0, bed_days=1.0)
    later = one.come(0.5, bed_days=1.0)
    emergency = one.come(1.0 + EIGHT, bed_days=2.0, priority=EMERGENCY)
    one.env.run()
    assert early.starts == pytest.approx(4.0 + EIGHT)
    assert emergency.starts == pytest.approx(1.0 + EIGHT)
    # Not on the weekend, when the theater is closed.
    assert later.starts == pytest.approx(7.0 + EIGHT)


def test_whoever_lies_in_a_bed_does_not_wait_for_another_to_go_on() -> None:
    one = OneLine(Resource(machines=2, outages=MAY_FAIL), beds=1)
    one.come(0.0, sessions=5, bed_days=10.0)
    next_one = one.come(0.1, bed_days=1.0)
    one.fail(2.0, machines=1, days=2)
    one.env.run()
    assert one.given() == {(0, 0): 60, (0, 1): 60, (1, 2): 60, (1, 3): 60, (1, 4): 60, (0, 10): 60}
    assert next_one.starts == pytest.approx(10.0 + EIGHT)
    assert one.line.beds_missing == 1


def test_the_bed_of_somebody_who_dies_is_free_at_once() -> None:
    one = OneLine(Resource(machines=1), beds=1)
    course = one.come(0.0, bed_days=20.0)
    next_one = one.come(0.1, bed_days=1.0)
    one.release(2.0 + EIGHT + HOUR, course)
    one.env.run()
    assert next_one.starts == pytest.approx(2.0 + EIGHT + HOUR)
