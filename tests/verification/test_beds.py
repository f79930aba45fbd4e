"""Beds that people need from the first session of a course on.

Room: clinics.
"""

from __future__ import annotations

import heapq

import numpy as np
import pytest

from sim.clinics.plan import Access
from sim.clinics.service import month_ends
from sim.inputs.clinics import EMERGENCY
from sim.inputs.resource import WEEKDAYS, Demand, Resource
from sim.tables.access import AccessTables
from tests.one_line import MAY_FAIL, ROUNDING_DAYS, OneLine, random_courses
from tests.queues import Numbers, only, run

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


def overlap(since: Numbers, until: Numbers, low: float, high: float) -> float:
    """Days of some intervals that lie between two."""
    return float(np.clip(np.minimum(until, high) - np.maximum(since, low), 0.0, None).sum())


@pytest.mark.parametrize("machines", [30, None])
def test_open_occupied_and_waited_for_beds_are_those_of_the_recursion(machines: int | None) -> None:
    """What tables say of five beds, of stays and waits that follow from when people asked."""
    stay, beds = 2.5, 5
    demand = Demand(per_week=13, minutes=1, bed_days=stay)
    hours = {"opens": 0.0, "closes": 24.0, "weekdays": WEEKDAYS}
    clinics = only(Resource(machines=machines, others=(demand,), **hours), beds=beds)
    clinics = clinics.with_options(warm_up_years=1, follow_up_years=0)
    access = Access.of(clinics, (), (2025, 2025))
    log = run(clinics, access.until_day)
    labels = {"strategy": "usual_care", "draw": 0, "replicate": 0}
    tables = AccessTables(access, (2025, 2025), log, labels)
    asked = np.sort(log.waits["asked"])
    free_at = [0.0] * beds
    starts = []
    for day in asked.tolist():
        starts.append(max(day, heapq.heappop(free_at)))
        heapq.heappush(free_at, starts[-1] + stay)
    begun = np.array(starts)
    low, high = 366.0, 366.0 + 365.0  # 2024 was a leap year
    [line] = tables.lines().query("resource == 'bed'").to_dict("records")
    came = (asked >= low) & (asked < high)
    is_open = beds * (high - low)
    assert line["machines"] == beds
    assert line["asked"] == came.sum() > 600
    assert line["offered_percent"] == pytest.approx(100.0 * came.sum() * stay / is_open)
    occupied = overlap(begun, begun + stay, low, high)
    assert line["used_percent"] == pytest.approx(100.0 * occupied / is_open)
    assert line["offered_by_rate_percent"] == pytest.approx(100.0 * 13.0 / 7.0 * stay / beds)
    ends = np.array(month_ends(access.opening, access.until_day), float)[11:]
    months = tables.queues().query("resource == 'bed'").to_dict("records")
    for month, first, last in zip(months, ends[:-1], ends[1:], strict=True):
        days = last - first
        assert month["queue"] == pytest.approx(overlap(asked, begun, first, last) / days)
        used = overlap(begun, begun + stay, first, last) / (beds * days)
        assert month["used_percent"] == pytest.approx(100.0 * used)
    assert line["queue_mean"] == pytest.approx(np.mean([month["queue"] for month in months]))
    assert line["queue_mean"] > 0.5
    assert abs(line["littles_law_gap_days"]) < ROUNDING_DAYS
    lengths = [np.sum((asked <= at) & (begun > at)) for at in asked]
    assert line["queue_longest"] == max(lengths)
    # Nobody waits for the machine itself: its work is no more behind than the bed lets it be.
    [machine] = tables.lines().query("resource != 'bed'").to_dict("records")
    assert abs(machine["growth_percent"]) < 1e-9 or machines is None
    assert not machine["overloaded"]


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


@pytest.mark.parametrize(
    ("came", "free"), [(EIGHT + HOUR / 2, EIGHT + HOUR), (20 * HOUR, 1.0 + EIGHT)]
)
def test_a_bed_is_missing_once_a_machine_is_free(came: float, free: float) -> None:
    """Whoever comes while it is taken, or closed, waits for it first and then for the bed."""
    one = OneLine(Resource(machines=1), beds=1)
    one.come(EIGHT, bed_days=2.0)
    later = one.come(came, bed_days=1.0)
    one.env.run()
    assert later.starts == pytest.approx(2.0 + EIGHT)
    assert later.place is not None
    assert later.place.no_bed_from == pytest.approx(free)
    assert later.place.no_bed_until == later.starts
    assert one.line.beds_missing == 1
    assert one.beds.waited_days == pytest.approx(later.starts - free)


def test_an_emergency_on_call_lacks_a_bed_at_night() -> None:
    one = OneLine(Resource(machines=1, on_call=True), beds=1)
    one.come(EIGHT, bed_days=2.0)
    at_night = one.come(23 * HOUR, bed_days=1.0, priority=EMERGENCY)
    one.env.run()
    assert at_night.place is not None
    assert at_night.place.no_bed_from == pytest.approx(23 * HOUR)
    assert at_night.starts == pytest.approx(2.0 + EIGHT)


@pytest.mark.parametrize("seed", range(12))
def test_a_line_looked_at_more_often_has_the_same_waits(seed: int) -> None:
    """It is looked at whenever somebody may begin, or come to lack a bed."""

    def waits(*, often: bool) -> list[tuple[float | None, ...]]:
        one = OneLine(Resource(machines=2, on_call=seed % 2 == 0, outages=MAY_FAIL), beds=2)
        visitors = [
            *random_courses(one, seed, 30, bed_days=2.25),
            *random_courses(one, seed + 100, 30, bed_days=0.25),
            *random_courses(one, seed + 200, 30),
        ]
        one.fail(20.0, machines=1, days=3)
        for quarter in range(4 * 24 * 200) if often else ():
            one.at(quarter / 96.0 + 0.003, one.line.look_again)
        one.env.run()
        places = [visitor.place for visitor in visitors if visitor.place is not None]
        assert len(places) == 90 > one.line.beds_missing > 10
        return [(p.starts, p.no_bed_from, p.no_bed_until) for p in places]

    np.testing.assert_allclose(waits(often=True), waits(often=False), atol=ROUNDING_DAYS)


def test_the_bed_of_somebody_who_dies_is_free_at_once() -> None:
    one = OneLine(Resource(machines=1), beds=1)
    course = one.come(0.0, bed_days=20.0)
    next_one = one.come(0.1, bed_days=1.0)
    one.release(2.0 + EIGHT + HOUR, course)
    one.env.run()
    assert next_one.starts == pytest.approx(2.0 + EIGHT + HOUR)
