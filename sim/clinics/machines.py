"""The machines of one resource at one center, and where a course has room on them."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.clinics.course import Course
from sim.clinics.machine import EPSILON_DAYS, Machine
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.clinics import CONTINUING, EMERGENCY
from sim.inputs.resource import Resource


class Machines(list[Machine]):
    """The machines in the order in which they are offered; days are since the clinics opened.

    The parameters are those of `Machine`.
    """

    def __init__(self, resource: Resource, first_weekday: int) -> None:
        super().__init__(Machine(i, resource, first_weekday) for i in range(resource.machines or 0))
        self.resource = resource
        self.calls_ahead = resource.notice_days > 0.0
        """Whether people get an appointment rather than wait for a free machine."""
        self._on_call = resource.on_call
        self._always_open = resource.always_open

    def called_ahead(self, priority: int) -> bool:
        """Whether people of a priority get an appointment."""
        return self.calls_ahead and priority > CONTINUING

    def earliest(self, now: float, priority: int, minutes: float) -> float:
        """When a session could begin if nobody else were there: at once, or when it opens."""
        if not self or (priority == EMERGENCY and self._on_call):
            return now
        if self.called_ahead(priority):
            return self.next_open_day(self.first_day_called(now)) + self[0].opens
        day = int(now + EPSILON_DAYS)
        length = 0.0 if self._always_open else minutes / MINUTES_PER_DAY
        if now + length > day + self[0].closes + EPSILON_DAYS:
            day += 1
        return max(now, self.next_open_day(day) + self[0].opens)

    def next_open_day(self, day: int) -> int:
        """The first day from a day on at which any of them works."""
        soonest = self[0].next_open_day(day)
        for machine in self:
            if soonest == day:
                break
            soonest = min(soonest, machine.next_open_day(day))
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

    def offer(
        self, course: Course, now: float, *, emergency: bool
    ) -> tuple[Machine | None, list[int], bool, bool, float]:
        """Look for a machine on which a course may begin now.

        Returns
        -------
        machine : Machine or None
            The first with room for all sessions.
        days : list of int
            Of its further sessions.
        is_open : bool
            Whether the first session is in opening hours.
        some_free : bool
            Whether any machine is open and between sessions.
        again : float
            When there may be room if there is none.
        """
        soon = now + EPSILON_DAYS
        any_hour = emergency and self._on_call
        day = int(soon)
        time = now - day
        some_free = False
        straight = self._always_open and course.sessions == 1
        again = math.inf
        in_hours = self[0].opens - EPSILON_DAYS <= time < self[0].closes - EPSILON_DAYS
        for machine in self:
            if machine.free_at > soon:
                again = min(again, machine.free_at)
                continue
            is_open = in_hours and machine.next_open_day(day) == day
            if not is_open and not (any_hour and machine.is_up(day)):
                again = min(again, day + 1.0 if any_hour else machine.next_opening(soon))
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
                return machine, days, is_open, True, now
            again = min(again, day + 1.0 if any_hour else machine.next_opening(soon))
        return None, [], False, some_free, again
