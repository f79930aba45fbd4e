"""One line to which people come when a test says, and what its calendar is by hand."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np
import simpy

from sim.clinics.beds import Beds
from sim.clinics.course import Course
from sim.clinics.line import Line
from sim.clinics.place import Place
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import EMERGENCY, ROUTINE, URGENT
from sim.inputs.resource import Outage, Resource

MONDAY = 0
ROUNDING_DAYS = 1e-7
"""A hundredth of a second, far above the rounding of the clock."""
MAY_FAIL = (Outage(starts=datetime.date(2024, 1, 1), days=1),)
"""A line keeps a list of courses only if failures are planned; the tests say when they come."""
Works = Callable[[int, int], bool]
"""Whether a machine works on a day."""


class Visitor:
    """Somebody who comes to the line on a day."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.place: Place | None = None

    @property
    def starts(self) -> float:
        """When the first session begins or began, in days."""
        assert self.place is not None
        assert self.place.starts is not None
        return self.place.starts

    @property
    def waits(self) -> bool:
        """Whether there has been no call yet."""
        return self.place is not None and self.place.starts is None

    def leave(self) -> None:
        """Give the place up."""
        assert self.place is not None
        self.place.line.leave(self.place)

    def move(self, priority: int) -> None:
        """Go on waiting with another priority."""
        assert self.place is not None
        self.place.line.move(self.place, priority)


class OneLine:
    """A line with its own clock, which opens on a Monday."""

    def __init__(self, resource: Resource, beds: int | None = None) -> None:
        self.env = simpy.Environment()
        self.calls: list[Place] = []
        self.beds = Beds(beds)
        self.line = Line(self.env, resource, MONDAY, self.beds, self.calls.append)
        self.beds.waiting.append(self.line)

    def at(self, day: float, what: Callable[[], object]) -> None:
        """Do something on a day."""
        event = self.env.timeout(day - self.env.now)
        event.callbacks.append(lambda _: what())

    def come(
        self,
        day: float,
        sessions: int = 1,
        minutes: float = 60.0,
        priority: int = ROUTINE,
        bed_days: float = 0.0,
    ) -> Visitor:
        """Let somebody come."""
        visitor = Visitor(Course(sessions, minutes, bed_days, self.env.event()))

        def join() -> None:
            visitor.place = self.line.join(visitor.course, priority, self.env.now)

        self.at(day, join)
        return visitor

    def leave(self, day: float, visitor: Visitor) -> None:
        """Let somebody who waits give up."""
        self.at(day, visitor.leave)

    def release(self, day: float, visitor: Visitor) -> None:
        """Let somebody who was called die or give up."""
        self.at(day, lambda: self.line.release(visitor.course))

    def give_up(self, day: float, visitor: Visitor) -> None:
        """Let somebody die: as one who waits, or as one who was called."""

        def die() -> None:
            if visitor.waits:
                visitor.leave()
            else:
                self.line.release(visitor.course)

        self.at(day, die)

    def fail(self, day: float, machines: int, days: int) -> None:
        """Let machines fail."""
        self.at(day, lambda: self.line.fail(machines, days))

    def given(self) -> dict[tuple[int, int], float]:
        """Minutes of sessions by machine and day, where there were any."""
        return {
            (machine.number, day): minutes
            for machine in self.line.machines
            for day, minutes in enumerate(machine.used)
            if minutes > 1e-6
        }

    def minutes(self) -> float:
        """Minutes of all sessions."""
        return sum(self.given().values())


def random_courses(one: OneLine, seed: int, people: int, bed_days: float = 0.0) -> list[Visitor]:
    """People of all priorities with courses of 1 to 6 sessions, over 60 days."""
    luck = np.random.default_rng(seed)
    return [
        one.come(
            float(luck.uniform(0.0, 60.0)),
            sessions=int(luck.integers(1, 7)),
            minutes=float(luck.integers(1, 6) * 20),
            priority=int(luck.choice((EMERGENCY, URGENT, ROUTINE))),
            bed_days=bed_days,
        )
        for _ in range(people)
    ]


def weekdays_only(machine: int, day: int) -> bool:
    """Monday to Friday, all machines."""
    return day % 7 < 5


class Calendar:
    """Books of machines by hand: minutes placed on each day, and when each machine is free."""

    def __init__(self, resource: Resource, works: Works = weekdays_only) -> None:
        assert resource.machines is not None
        self.machines = range(resource.machines)
        self.opens, self.closes = resource.opens / 24.0, resource.closes / 24.0
        self.room = resource.minutes_per_day
        self.works = works
        self.free_at = [0.0] * resource.machines
        self.ahead: defaultdict[tuple[int, int], float] = defaultdict(float)
        self.used: defaultdict[tuple[int, int], float] = defaultdict(float)

    def given(self) -> dict[tuple[int, int], float]:
        """Minutes of sessions by machine and day, where there were any."""
        return {place: minutes for place, minutes in self.used.items() if minutes > 0.0}

    def days_of(self, machine: int, day: int, sessions: int) -> list[int]:
        """So many working days of a machine, from one of them on."""
        days = [day]
        while len(days) < sessions:
            day += 1
            if self.works(machine, day):
                days.append(day)
        return days

    def has_room(self, machine: int, days: Sequence[int], minutes: float, room: float) -> bool:
        """Whether a session fits on each of some days."""
        return all(self.used[machine, day] + minutes <= room + 1e-9 for day in days)

    def begin_in_order(self, asked: Sequence[float], sessions: int, minutes: float) -> list[float]:
        """First sessions of equal courses, each at the first moment after the one before."""
        starts: list[float] = []
        length = minutes / MINUTES_PER_DAY
        for at in asked:
            soonest = max(at, starts[-1] if starts else 0.0)
            day = int(soonest)
            options: list[tuple[float, int, list[int]]] = []
            while not options:
                for machine in filter(lambda m: self.works(m, day), self.machines):
                    placed = day + self.opens + self.ahead[machine, day] / MINUTES_PER_DAY
                    time = max(soonest, placed, self.free_at[machine])
                    days = self.days_of(machine, day, sessions)
                    in_time = time + length <= day + self.closes + ROUNDING_DAYS
                    if in_time and self.has_room(machine, days, minutes, self.room):
                        options.append((time, machine, days))
                day += 1
            first = min(options)[0]
            # Of machines that are free together, the one with the lowest number.
            time, machine, days = next(o for o in options if o[0] <= first + ROUNDING_DAYS)
            starts.append(time)
            self.free_at[machine] = time + length
            for day in days:
                self.used[machine, day] += minutes
            for day in days[1:]:
                self.ahead[machine, day] += minutes
        return starts

    def book_in_order(
        self, first_days: Sequence[int], sessions: int, minutes: float, reserved: float
    ) -> list[int]:
        """First days of equal courses, each the first with room for the whole course."""
        found: list[int] = []
        for day in first_days:
            while True:
                free = [
                    (m, days)
                    for m in self.machines
                    if self.works(m, day)
                    and self.has_room(
                        m, days := self.days_of(m, day, sessions), minutes, self.room - reserved
                    )
                ]
                if free:
                    break
                day += 1
            machine, days = free[0]
            for each in days:
                self.used[machine, each] += minutes
            found.append(day)
        return found
