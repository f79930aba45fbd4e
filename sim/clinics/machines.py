"""The machines of one resource at one center, and where a course has room on them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from sim.clinics.course import Course
from sim.clinics.machine import EPSILON_DAYS, Machine
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import CONTINUING, EMERGENCY
from sim.inputs.resource import Resource


class Offer(NamedTuple):
    """What there is for a course that would begin now."""

    machine: Machine | None
    """The first with room for all sessions."""
    days: list[int]
    """Of its further sessions."""
    is_open: bool
    """Whether the first session is in opening hours."""
    some_free: bool
    """Whether any machine is open and between sessions."""
    again: float
    """When there may be room if there is none."""


class Machines(list[Machine]):
    """The machines in the order in which they are offered; days are since the clinics opened.

    The parameters are those of `Machine`.
    """

    def __init__(self, resource: Resource, first_weekday: int) -> None:
        super().__init__(Machine(i, resource, first_weekday) for i in range(resource.machines or 0))
        self.resource = resource

    def called_ahead(self, priority: int) -> bool:
        """Whether people of a priority get an appointment rather than wait for a free machine."""
        return self.resource.notice_days > 0.0 and priority > CONTINUING

    def earliest(self, now: float, priority: int, minutes: float) -> float:
        """When a session could begin if nobody else were there: at once, or when it opens."""
        if not self or (priority == EMERGENCY and self.resource.on_call):
            return now
        if self.called_ahead(priority):
            first = self.first_day_called(now)
            return min(m.next_open_day(first) + m.opens for m in self)
        soonest = math.inf
        length = 0.0 if self.resource.always_open else minutes / MINUTES_PER_DAY
        for machine in self:
            day = int(now + EPSILON_DAYS)
            opens = day + machine.opens
            if not machine.opens_on(day) or now + length > day + machine.closes + EPSILON_DAYS:
                opens = machine.next_open_day(day + 1) + machine.opens
            if opens <= now:
                return now
            soonest = min(soonest, opens)
        return soonest

    def first_day_called(self, now: float) -> int:
        """The day of the first opening hour after the notice."""
        soonest = now + self.resource.notice_days - EPSILON_DAYS
        return math.ceil(soonest - self[0].opens)

    def any_free(self, now: float, *, emergency: bool) -> bool:
        """Whether a machine is open and between sessions."""
        soon = now + EPSILON_DAYS
        day = int(soon)
        for machine in self:
            first = day + machine.opens if emergency else machine.busy_until(day)
            free = max(first, machine.free_at) <= soon < day + machine.closes
            if free and machine.opens_on(day):
                return True
        return False

    def have_room(self, course: Course, day: int) -> bool:
        """Whether a course fits in from a day on, beside those placed beforehand alone."""
        return any(
            machine.opens_on(day)
            and machine.ahead.get(day, 0.0) + course.minutes <= machine.minutes + 1e-6
            and machine.days_after(day, course.sessions, course.minutes) is not None
            for machine in self
        )

    def with_room(
        self, course: Course, day: int, reserved: float
    ) -> Iterator[tuple[Machine, list[int]]]:
        """Machines with room for a course from a later day on, and the days of its sessions."""
        for machine in self:
            if machine.opens_on(day) and machine.has_room(day, course.minutes, reserved):
                days = machine.days_after(day, course.sessions, course.minutes, reserved)
                if days is not None:
                    yield machine, [day, *days]

    def offer(self, course: Course, now: float, *, emergency: bool) -> Offer:
        """The first machine on which a course may begin now, or when to ask again."""
        soon = now + EPSILON_DAYS
        any_hour = emergency and self.resource.on_call
        day = int(soon)
        time = now - day
        some_free = False
        straight = self.resource.always_open and course.sessions == 1
        again = math.inf
        for machine in self:
            if machine.free_at > soon:
                again = min(again, machine.free_at)
                continue
            is_open = (
                machine.opens - EPSILON_DAYS <= time < machine.closes - EPSILON_DAYS
                and machine.opens_on(day)
            )
            if not is_open and not (any_hour and machine.is_up(day)):
                again = min(again, machine.next_opening(soon))
                continue
            if is_open and not emergency and soon < (placed := machine.busy_until(day)):
                again = min(again, placed)
                continue
            some_free = True
            # On call, the sessions of an emergency make the days longer if they must.
            reserved = -math.inf if any_hour else 0.0
            days = None
            if any_hour or machine.fits(now, course.minutes, past_midnight=straight):
                days = machine.days_after(day, course.sessions, course.minutes, reserved)
            if days is not None:
                return Offer(machine, days, is_open, True, now)
            again = min(again, day + 1.0 if any_hour else machine.next_opening(soon))
        return Offer(None, [], False, some_free, again)
