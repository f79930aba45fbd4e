"""The machines of one resource at one center, and where a course has room on them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain, repeat

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
        self._notice_days = resource.notice_days
        self._opens, self._closes = resource.opens / 24.0, resource.closes / 24.0
        self.calls_ahead = resource.notice_days > 0.0
        """Whether people get an appointment rather than wait for a free machine."""
        self._on_call = resource.on_call
        self._always_open = resource.always_open
        self._next_open: dict[int, int] = {}
        """By day, the first from it on at which any of them works."""

    def fail(self, machines: list[Machine], days: range) -> None:
        """Let some of them lose days to a failure."""
        for machine in machines:
            machine.fail(days)
        self._next_open.clear()

    def called_ahead(self, priority: int) -> bool:
        """Whether people of a priority get an appointment."""
        return self.calls_ahead and priority > CONTINUING

    def earliest(self, now: float, priority: int, minutes: float) -> float:
        """When a session could begin if nobody else were there: at once, or when it opens."""
        if not self or (priority == EMERGENCY and self._on_call):
            return now
        if self.called_ahead(priority):
            return self.next_open_day(self.first_day_called(now)) + self._opens
        day = int(now + EPSILON_DAYS)
        length = 0.0 if self._always_open else minutes / MINUTES_PER_DAY
        if now + length > day + self._closes + EPSILON_DAYS:
            day += 1
        opens = self.next_open_day(day) + self._opens
        return opens if opens > now else now

    def next_open_day(self, day: int) -> int:
        """The first day from a day on at which any of them works."""
        soonest = self._next_open.get(day)
        if soonest is None:
            soonest = self[0].next_open_day(day)
            for machine in self:
                if soonest == day:
                    break
                soonest = min(soonest, machine.next_open_day(day))
            self._next_open[day] = soonest
        return soonest

    def first_day_called(self, now: float) -> int:
        """The day of the first opening hour after the notice."""
        return math.ceil(now + self._notice_days - EPSILON_DAYS - self._opens)

    def minutes(self, first_day: int, last_day: int) -> tuple[float, float]:
        """Minutes used and minutes open, from a day on up to another, which is not counted."""
        used = chain.from_iterable(machine.used[first_day:last_day] for machine in self)
        is_open = (
            repeat(machine.minutes, machine.count_open(first_day, last_day)) for machine in self
        )
        return sum(used), sum(chain.from_iterable(is_open))

    def have_room(self, course: Course, day: int) -> bool:
        """Whether a course fits in from a day on, beside those placed beforehand alone."""
        return any(
            machine.opens_on(day)
            and machine.placed(day) + course.minutes <= machine.room()
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
        some_free = False
        again = math.inf
        in_hours = self._opens - EPSILON_DAYS <= now - day < self._closes - EPSILON_DAYS
        for machine in self:
            may_be = machine.free_at if emergency else machine.idle_from
            if may_be <= soon:
                is_open = in_hours and machine.opens_on(day)
                if not is_open and not (any_hour and machine.is_up(day)):
                    may_be = day + 1.0 if any_hour else machine.next_opening(soon)
                    if not any_hour:
                        machine.idle_from = may_be
                elif is_open and not emergency and soon < (placed := machine.busy_until(day)):
                    may_be = placed
                    if placed < day + self._closes:  # not where emergencies make the day longer
                        machine.idle_from = placed
                else:
                    some_free = True
                    days = self._days_from_now(machine, course, now, day, any_hour=any_hour)
                    if days is not None:
                        return machine, days, is_open, True, now
                    may_be = day + 1.0 if any_hour else machine.next_opening(soon)
            if may_be < again:
                again = may_be
        return None, [], False, some_free, again

    def _days_from_now(
        self, machine: Machine, course: Course, now: float, day: int, *, any_hour: bool
    ) -> list[int] | None:
        """The further days of a course that begins on a machine now; None if it has no room."""
        minutes, sessions = course.minutes, course.sessions
        if any_hour:
            # On call, the sessions of an emergency make the days longer if they must.
            return machine.days_after(day, sessions, minutes, -math.inf)
        straight = self._always_open and sessions == 1
        if not machine.fits(now, minutes, past_midnight=straight):
            return None
        return machine.days_after(day, sessions, minutes) if sessions > 1 else []
