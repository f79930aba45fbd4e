"""What must hold in any clinic: hypothesis makes up resources, demands and failures.

Room: clinics.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from sim.clinics.line import Line
from sim.clinics.log import LEFT, TREATED, ClinicLog
from sim.clinics.place import Place
from sim.clinics.service import Service
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import EMERGENCY, Center, Clinics
from sim.inputs.resource import WEEKDAYS, Demand, Resource
from tests.made_up import comings, resources, some_clinics
from tests.one_line import MAY_FAIL, ROUNDING_DAYS, OneLine
from tests.queues import MONDAY

DAYS = 40.0
"""Long enough for a dozen people to meet several weekends and failures."""
ROUNDING_MINUTES = 1e-5
few = settings(max_examples=40)
"""An example takes some 30 ms; many more were tried when the tests were written."""


def open_clinics(
    clinics: Clinics, names: tuple[str, ...] = ("north",), seed: int = 3
) -> tuple[ClinicLog, Line, list[tuple[float, Place]]]:
    """Run clinics to the end: the log, the first line, and every call with its time."""
    service = Service(clinics, names, MONDAY, seed, 0, DAYS)
    found = service.find("north", "theater")
    assert found is not None
    line, calls = found[0], []
    line.on_called = lambda place: calls.append((line.now, place))
    service.env.run()
    return service.log(), line, calls


@few
@given(some_clinics())
def test_no_day_of_a_machine_holds_more_minutes_than_it_is_open(clinics: Clinics) -> None:
    """But for emergencies whom somebody on call treats beyond the hours."""
    resource = clinics.centers[0].resources["theater"]
    calls_in_emergency = any(demand.priority == "emergency" for demand in resource.others)
    assume(not (resource.on_call and calls_in_emergency))
    _, line, _ = open_clinics(clinics)
    for machine in line.machines:
        for day, minutes in enumerate(machine.used):
            assert minutes <= resource.minutes_per_day + ROUNDING_MINUTES
            assert minutes >= -ROUNDING_MINUTES
            # A session may have begun before midnight, or with the very midnight of a failure.
            begun_before = resource.always_open or (resource.opens == 0.0 and day in machine.down)
            assert minutes < ROUNDING_MINUTES or begun_before or machine.opens_on(day)


@few
@given(some_clinics())
def test_no_session_begins_outside_hours_but_for_an_emergency_on_call(clinics: Clinics) -> None:
    resource = clinics.centers[0].resources["theater"]
    _, line, calls = open_clinics(clinics)
    for now, place in calls:
        start = float(place.starts)
        assert start >= now - ROUNDING_DAYS
        if place.priority == EMERGENCY and resource.on_call:
            continue
        day = int(start + ROUNDING_DAYS)
        hour = (start - day) * 24.0
        assert resource.opens - 24.0 * ROUNDING_DAYS <= hour < resource.closes
        assert WEEKDAYS[day % 7] in resource.weekdays
        length = 0.0 if resource.always_open else place.course.minutes / MINUTES_PER_DAY
        # Emergencies on call may put off those who come later that day.
        if not (resource.on_call and any(d.priority == "emergency" for d in resource.others)):
            assert start + length <= day + resource.closes / 24.0 + ROUNDING_DAYS
    for machine in line.machines:
        assert all(minutes > -ROUNDING_MINUTES for minutes in machine.ahead)


@few
@given(some_clinics())
def test_everybody_is_treated_once_or_leaves_and_the_line_is_empty_at_the_end(
    clinics: Clinics,
) -> None:
    log, line, calls = open_clinics(clinics)
    counted = Counter(place.course for _, place in calls if place.priority != 1)
    assert set(counted.values()) <= {1}
    outcomes = Counter(log.waits["outcome"].tolist())
    assert set(outcomes) <= {TREATED, LEFT}
    assert outcomes[TREATED] == len(counted)
    patient = all(demand.patience_days is None for demand in line.resource.others)
    assert not (patient and outcomes[LEFT])
    assert line.length == 0
    assert log.lines["waiting_at_end"][0] == 0
    assert not line.beds.stays
    assert np.isclose(log.lines["waited_days"][0], log.lines["queue_days"][0], rtol=1e-11)
    assert (log.waits["ended"] >= log.waits["asked"] - ROUNDING_DAYS).all()


@few
@given(some_clinics())
def test_the_minutes_given_are_those_of_everybody_treated(clinics: Clinics) -> None:
    """Whatever fails; without those treated at night, who use no open hours."""
    resource = clinics.centers[0].resources["theater"]
    assume(not resource.on_call)
    log, line, _ = open_clinics(clinics)
    treated = log.waits[log.waits["outcome"] == TREATED]
    # A course that goes on is written down with the sessions that it was asked for with.
    given = sum(sum(machine.used) for machine in line.machines)
    assert np.isclose(given, treated["minutes"].sum())


@few
@given(some_clinics())
def test_no_machine_treats_two_at_once_who_walk_in(clinics: Clinics) -> None:
    """Sessions that begin when they are called; those with an appointment have their own hours."""
    _, _, calls = open_clinics(clinics)
    by_machine: dict[Any, list[tuple[float, float]]] = defaultdict(list)
    for now, place in calls:
        if abs(place.starts - now) < ROUNDING_DAYS:
            begun_on = place.course.machine
            by_machine[begun_on].append((now, now + place.course.minutes / MINUTES_PER_DAY))
    interrupted = {place.course.machine for _, place in calls if place.priority == 1}
    for machine, sessions in by_machine.items():
        if machine in interrupted:
            continue
        sessions.sort()
        for (_, end), (start, _) in pairwise(sessions):
            assert end <= start + ROUNDING_DAYS


@few
@given(resources(), st.sampled_from(("urgent", "routine")), st.integers(1, 5))
def test_nobody_overtakes_within_a_class_of_equal_courses(
    resource: Resource, priority: Any, sessions: int
) -> None:
    """By day of asking, as long as no machine fails and nobody leaves."""
    demand = Demand(per_week=25, minutes=37, sessions=sessions, priority=priority)
    assume(resource.minutes_per_day - resource.reserved_minutes >= 37)
    resource = resource.model_copy(update={"others": (demand,), "outages": ()})
    log, _, _ = open_clinics(
        Clinics(centers=(Center(name="north", resources={"theater": resource}),))
    )
    waits = log.waits[np.argsort(log.waits["asked"])]
    # Those called ahead on different machines have the same hours of a day.
    ended = waits["ended"] if resource.notice_days == 0.0 else np.floor(waits["ended"])
    assert (np.diff(ended) >= -ROUNDING_DAYS).all()


@few
@given(some_clinics(), st.integers(0, 1_000))
def test_the_same_seed_gives_the_same_log(clinics: Clinics, seed: int) -> None:
    first, again = (open_clinics(clinics, seed=seed)[0] for _ in range(2))
    for part in ("waits", "months", "lines"):
        assert np.array_equal(getattr(first, part), getattr(again, part))
    other = open_clinics(clinics, seed=seed + 1)[0]
    assert len(first.waits) == 0 or not np.array_equal(first.waits, other.waits)


@few
@given(some_clinics(), some_clinics(), st.booleans())
def test_a_second_center_that_is_not_linked_changes_nothing_at_the_first(
    clinics: Clinics, more: Clinics, together: bool
) -> None:
    """In a simulation of its own or in the same one."""
    alone = open_clinics(clinics)[0]
    south = more.centers[0].model_copy(update={"name": "south"})
    both = Clinics(centers=(*clinics.centers, south))
    assert both.linked() == [("north",), ("south",)]
    log = open_clinics(both, ("north", "south") if together else ("north",))[0]
    for part in ("waits", "months", "lines"):
        rows = getattr(log, part)
        assert np.array_equal(getattr(alone, part), rows[rows["center"] == 0])


@few
@example(
    Resource(machines=1, opens=8, closes=17, on_call=True, maintenance_every_weeks=1),
    None,
    [(0.0, 1, 0.07, EMERGENCY, 0.0, "stays", 0.0)] * 3,
    [],
)  # of a day of maintenance, before the next one opens
@given(
    resources(),
    st.sampled_from((None, 2)),
    st.lists(comings(), min_size=3, max_size=30),
    st.lists(st.tuples(st.integers(0, 20), st.integers(1, 2), st.integers(1, 9)), max_size=4),
)
def test_nobody_waits_while_there_is_room(
    resource: Resource, beds: int | None, people: list[Any], failures: list[Any]
) -> None:
    """Whoever dies, leaves or is more urgent meanwhile: to look again at any time begins nothing.

    It may give a later appointment to somebody who has just been overtaken.
    """
    room = resource.minutes_per_day - resource.reserved_minutes
    one = OneLine(resource.model_copy(update={"outages": MAY_FAIL, "others": ()}), beds)
    stay = []
    for day, sessions, share, priority, bed_days, fate, later in people:
        visitor = one.come(day, sessions, share * room, priority, bed_days)
        if fate == "stays":
            stay.append(visitor)
        elif fate == "changes":
            one.at(day + later, partial(visitor.move, EMERGENCY))
        else:
            one.give_up(day + later, visitor)
    for failure in failures:
        one.fail(*failure)
    probes = [] if resource.notice_days else np.arange(0.123, 2.0 * DAYS, 0.217).tolist()
    begun_late: list[Place] = []

    def look() -> None:
        before = len(one.calls)
        one.line.look_again()
        now = one.env.now + ROUNDING_DAYS
        begun_late.extend(place for place in one.calls[before:] if place.starts <= now)

    for day in probes:
        one.at(day, look)
    one.env.run()
    assert not begun_late
    assert one.line.length == 0
    assert not one.beds.stays
    assert one.line.waited_days == pytest.approx(one.line.queue_days)
    for visitor in stay:
        assert visitor.course.done is not None
        assert visitor.course.done.triggered
    assert all(minutes > -ROUNDING_MINUTES for m in one.line.machines for minutes in m.used)
