"""Lines that never close against queueing theory: Erlang, Cobham, Pollaczek-Khinchine, Little.

Room: clinics.
"""

from __future__ import annotations

import datetime
import heapq
from typing import Any

import numpy as np
import pytest

from sim.clinics.log import LEFT, TREATED
from sim.clinics.service import month_ends
from sim.evidence.visits import BED, MINUTES_PER_DAY, RESOURCES
from sim.inputs.clinics import PRIORITIES, Center, Clinics
from sim.inputs.resource import Demand, Outage, Resource
from tests.one_line import ROUNDING_DAYS
from tests.queues import (
    MONDAY,
    assert_batches,
    cobham,
    days_for,
    days_waited,
    erlang_a,
    erlang_c,
    only,
    per_week,
    run,
    settled,
    wait_without_priorities,
)
from tests.simplified import STANDARD_ERRORS

PEOPLE = 20_000
TWO_YEARS_DAYS = 731.0
"""From Monday, 1 January 2024."""


def exponential(load: float, minutes: float, **fields: Any) -> Demand:
    """Arrivals with sessions of exponential length that bring a load."""
    rate = per_week(load, minutes)
    return Demand(per_week=rate, minutes=minutes, spread="exponential", **fields)


def fixed(load: float, minutes: float, **fields: Any) -> Demand:
    """Arrivals with sessions of one length that bring a load."""
    return Demand(per_week=per_week(load, minutes), minutes=minutes, **fields)


@pytest.mark.parametrize(
    ("machines", "use", "minutes"),
    [(1, 0.6, 30.0), (2, 0.7, 30.0), (4, 0.75, 45.0), (8, 0.8, 60.0), (3, 0.7, 1_200.0)],
)
def test_exponential_sessions_wait_as_erlang_says(
    machines: int, use: float, minutes: float
) -> None:
    """M/M/c: who waits, how long on average, and how many longer than a time; FIFO.

    The last case has sessions of most of a day, so that they pass midnight.
    """
    load = machines * use
    demand = exponential(load, minutes)
    # Few wait for many machines, and seldom.
    days = days_for(PEOPLE if machines < 8 else 4 * PEOPLE, [demand])
    clinics = only(Resource.never_closing(machines, others=[demand]))
    waits = settled(run(clinics, days, seed=machines), days)
    assert (waits["outcome"] == TREATED).all()
    waited = days_waited(waits) * MINUTES_PER_DAY / minutes
    waiting = erlang_c(machines, load)
    assert_batches(waited, wait_without_priorities(machines, load))
    assert_batches(waited > ROUNDING_DAYS * MINUTES_PER_DAY / minutes, waiting)
    # Of those who wait, the wait is exponential with this mean, in sessions.
    mean = 1.0 / (machines - load)
    assert_batches(waited > mean, waiting * np.exp(-1.0))


@pytest.mark.parametrize(("machines", "minutes"), [(1, 30.0), (4, 30.0), (3, 1_000.0)])
def test_every_wait_is_that_of_kiefer_and_wolfowitz(machines: int, minutes: float) -> None:
    """G/G/c, person by person: the recursion over when each machine is free next; FIFO."""
    demands = [
        exponential(0.5 * machines, minutes),
        fixed(0.3 * machines, 0.5 * minutes),
    ]
    days = days_for(PEOPLE // 4, demands)
    waits = run(only(Resource.never_closing(machines, others=demands)), days).waits
    waits = waits[np.argsort(waits["asked"])]
    free_at = [0.0] * machines
    starts = []
    for asked, length in zip(waits["asked"].tolist(), waits["minutes"].tolist(), strict=True):
        starts.append(max(asked, heapq.heappop(free_at)))
        heapq.heappush(free_at, starts[-1] + length / MINUTES_PER_DAY)
    assert waits["ended"] == pytest.approx(np.array(starts), abs=ROUNDING_DAYS)


@pytest.mark.parametrize(
    ("machines", "use", "patience"), [(1, 0.9, 2.0), (4, 1.0, 1.0), (3, 1.3, 5.0)]
)
def test_people_leave_as_the_balance_equations_say(
    machines: int, use: float, patience: float
) -> None:
    """Erlang A: share who leave, and the mean wait of all; also with more load than capacity."""
    minutes = 60.0
    demand = exponential(
        machines * use, minutes, patience_days=patience * minutes / MINUTES_PER_DAY
    )
    days = days_for(PEOPLE, [demand])
    clinics = only(Resource.never_closing(machines, others=[demand]))
    waits = settled(run(clinics, days, seed=20 + machines), days)
    share, wait = erlang_a(machines, machines * use, patience)
    assert_batches(waits["outcome"] == LEFT, share)
    assert_batches(days_waited(waits) * MINUTES_PER_DAY / minutes, wait)


@pytest.mark.parametrize(
    ("machines", "loads", "priorities"),
    [
        (1, (0.3, 0.45), ("urgent", "routine")),
        (1, (0.15, 0.25, 0.35), ("emergency", "urgent", "routine")),
        (4, (1.0, 2.0), ("emergency", "routine")),
    ],
)
def test_classes_wait_as_cobham_says(
    machines: int, loads: tuple[float, ...], priorities: tuple[Any, ...]
) -> None:
    """Priorities without preemption, one mean session for all."""
    minutes = 40.0
    demands = [
        exponential(load, minutes, priority=p) for load, p in zip(loads, priorities, strict=True)
    ]
    days = days_for(2 * PEOPLE, demands)
    clinics = only(Resource.never_closing(machines, others=demands))
    waits = settled(run(clinics, days, seed=30 + len(loads) + machines), days)
    # Until a machine is free: nobody before, or the first of them to finish.
    residual = erlang_c(machines, sum(loads)) / machines
    for priority, expected in zip(priorities, cobham(residual, loads, machines), strict=True):
        mine = waits[waits["priority"] == PRIORITIES.index(priority)]
        assert_batches(days_waited(mine) * MINUTES_PER_DAY / minutes, expected)


def test_classes_with_sessions_of_other_lengths_wait_as_cobham_says() -> None:
    """M/G/1: long fixed sessions go before short ones of exponential length."""
    demands = [fixed(0.4, 90.0, priority="urgent"), exponential(0.35, 20.0)]
    days = days_for(2 * PEOPLE, demands)
    waits = settled(run(only(Resource.never_closing(1, others=demands)), days, seed=40), days)
    # Half the second moment of the session by the arrival rate: load times mean, and once more
    # as much where the length is exponential.
    residual = 0.4 * 90.0 / 2.0 + 0.35 * 20.0
    for priority, expected in zip(
        ("urgent", "routine"), cobham(residual, (0.4, 0.35)), strict=True
    ):
        mine = waits[waits["priority"] == PRIORITIES.index(priority)]
        assert_batches(days_waited(mine) * MINUTES_PER_DAY, expected)


@pytest.mark.parametrize(
    ("lengths", "loads"),
    [((15.0,), (0.7,)), ((45.0,), (0.5,)), ((15.0, 90.0), (0.3, 0.4)), ((1_440.0,), (0.7,))],
)
def test_fixed_sessions_wait_as_pollaczek_and_khinchine_say(
    lengths: tuple[float, ...], loads: tuple[float, ...]
) -> None:
    """M/D/1, and M/G/1 with two lengths; the last takes a whole day, which begins at any hour."""
    demands = [fixed(load, minutes) for load, minutes in zip(loads, lengths, strict=True)]
    days = days_for(PEOPLE, demands)
    clinics = only(Resource.never_closing(1, others=demands))
    waits = settled(run(clinics, days, seed=50 + int(lengths[0])), days)
    residual = sum(load * minutes / 2.0 for load, minutes in zip(loads, lengths, strict=True))
    assert_batches(days_waited(waits) * MINUTES_PER_DAY, residual / (1.0 - sum(loads)))


def test_the_line_and_its_use_by_month_are_those_of_theory() -> None:
    """Mean length is arrival rate times mean wait (Little); use is load over machines."""
    machines, load, minutes = 3, 2.1, 60.0
    demand = exponential(load, minutes)
    days = days_for(4 * PEOPLE, [demand])
    log = run(only(Resource.never_closing(machines, others=[demand])), days, seed=60)
    # Without the first tenth, and the last month, in which the line drains.
    months = log.months[len(log.months) // 10 : -1]
    # Arrivals per session times wait in sessions.
    assert_batches(months["queue"], load * wait_without_priorities(machines, load))
    assert_batches(months["used_minutes"] / months["open_minutes"], load / machines)
    waits = settled(log, days)
    by_day = demand.per_week / 7.0
    assert_batches(days_waited(waits) * by_day, load * wait_without_priorities(machines, load))


def several_lines() -> Clinics:
    """Two linked centers with all that may befall a line."""
    urgent = Demand(per_week=30, minutes=20, sessions=3, priority="urgent", patience_days=4.0)
    emergency = Demand(per_week=6, minutes=45, priority="emergency")
    routine = Demand(per_week=40, minutes=15, sessions=5, patience_days=10.0)
    operation = Demand(per_week=5, minutes=240, bed_days=4.0)
    fails = Outage(starts=datetime.date(2024, 3, 5), days=9)
    linac = Resource(
        machines=2,
        on_call=True,
        maintenance_every_weeks=4,
        outages=(fails,),
        others=(urgent, emergency, routine),
    )
    theater = Resource(machines=1, notice_days=3.0, reserved_minutes=60, others=(operation,))
    suite = Resource.never_closing(2, others=(exponential(1.7, 100.0),))
    north = Center(
        name="north",
        resources={"linear_accelerator": linac, "theater": theater, "bed": Resource(machines=4)},
    )
    south = Center(
        name="south",
        resources={"interventional_suite": suite, "consultant": Resource(machines=None)},
        sends_to={"theater": "north"},
    )
    return Clinics(centers=(north, south))


def test_littles_law_holds_exactly_in_every_line() -> None:
    """The length added up over time is the sum of the waits, but for rounding."""
    days = 365.0
    log = run(several_lines(), days)
    lines = log.lines[log.lines["resource"] != RESOURCES.index(BED)]
    assert len(lines) == 4
    limited = lines[np.isfinite(lines["machines"])]
    assert (limited["waited_days"] > 10.0).all()
    # Sums of some ten thousand terms, each exact to 1e-13 days.
    assert lines["waited_days"] == pytest.approx(lines["queue_days"], rel=1e-11, abs=1e-8)
    assert (lines["waiting_at_end"] == 0).all()
    for line in lines:
        mine = (log.months["center"] == line["center"]) & (
            log.months["resource"] == line["resource"]
        )
        ends = np.array(month_ends(MONDAY, days))[log.months["month"][mine]]
        by_month = (log.months["queue"][mine] * np.diff(ends, prepend=0)).sum()
        assert by_month <= line["queue_days"] * (1.0 + 1e-11)


def test_the_line_counts_the_waits_that_are_written_down() -> None:
    """Where nobody is called ahead, the line's days are those of the waits in the log."""
    demands = [exponential(1.0, 50.0, patience_days=0.2), exponential(0.8, 50.0, priority="urgent")]
    log = run(only(Resource.never_closing(2, others=demands)), 400.0)
    assert set(log.waits["outcome"]) == {TREATED, LEFT}
    assert log.lines["waited_days"][0] == pytest.approx(days_waited(log.waits).sum(), rel=1e-11)


@pytest.mark.parametrize("office_hours", [False, True])
def test_an_overloaded_line_grows_as_load_minus_capacity_says(*, office_hours: bool) -> None:
    """A quarter more comes than can be done, for two years."""
    machines = 3
    # Nine hours on five days, or day and night, in sessions of three hours.
    capacity = machines * (5 * 3 if office_hours else 7 * 8)
    demand = Demand(per_week=1.25 * capacity, minutes=180.0)
    resource = Resource(machines=machines, others=(demand,))
    if not office_hours:
        resource = Resource.never_closing(machines, others=(demand,))
    log = run(only(resource), TWO_YEARS_DAYS)
    weeks = 22.0 * TWO_YEARS_DAYS / 24.0 / 7.0
    queue = log.months["queue"]
    grown = (queue[23] - queue[1]) / weeks
    # Only arrivals vary, as a Poisson count: the machines never stand still. Months do not begin
    # on a Monday, which is worth less than a week's work between the first and the last.
    error = np.sqrt(demand.per_week / weeks)
    assert abs(grown - 0.25 * capacity) < STANDARD_ERRORS * error + capacity / weeks
    used = log.months["used_minutes"][1:24].sum() / log.months["open_minutes"][1:24].sum()
    assert used == pytest.approx(1.0, abs=1e-3)
    assert log.lines["waiting_at_end"][0] == 0
    weeks = TWO_YEARS_DAYS / 7.0
    error = np.sqrt(demand.per_week * weeks)
    longest = log.lines["longest"][0]
    assert abs(longest - 0.25 * capacity * weeks) < STANDARD_ERRORS * error + capacity
