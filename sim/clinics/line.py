"""The line before the machines of one resource at one center: a SimPy resource with priorities.

Who is first goes first: by priority, then by when they asked. A course takes a machine now and its
further sessions on the next working days of the same machine, so it begins only where the
appointment book has room for all of them.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import simpy
from simpy.resources import base

from sim.clinics.beds import Beds
from sim.clinics.counted_work import CountedWork
from sim.clinics.course import Course
from sim.clinics.machine import EPSILON_DAYS
from sim.clinics.machines import Machines
from sim.clinics.place import ByPriority, Place, Shape, shape_of
from sim.inputs.clinics import CONTINUING, EMERGENCY
from sim.inputs.resource import Resource

_MOST_DAYS_AHEAD = 60
_DAYS_PER_WORKING_DAY = 7.0 / 5.0


class Line(CountedWork, base.BaseResource):  # type: ignore[misc]
    """The machines of one resource at one center, and who waits for them.

    Parameters
    ----------
    env : simpy.Environment
        Its clock counts days since the clinics opened.
    first_weekday : int
        Of day 0; Monday is 0.
    on_called : callable
        Called with every place that is called up.
    on_interrupted : callable
        Called with the place in which a course waits to go on after a failure.
    """

    PutQueue = ByPriority

    def __init__(
        self,
        env: simpy.Environment,
        resource: Resource,
        first_weekday: int,
        beds: Beds,
        on_called: Callable[[Place], None] | None = None,
        on_interrupted: Callable[[Place], None] | None = None,
    ) -> None:
        self.resource = resource
        self.machines = Machines(resource, first_weekday)
        self.unlimited = resource.machines is None
        self.beds = beds
        self.on_called = on_called
        self.on_interrupted = on_interrupted
        self.beds_missing = 0
        """People for whom a machine was free and no bed was."""
        self._numbers = itertools.count()
        self._wakes_at = math.inf
        self._shapes: Counter[Shape] = Counter()
        """How many places of each shape are in line."""
        self._hopeless: set[Shape] = set()
        self._nobody_before = -math.inf
        """No machine is free for anybody but an emergency before this."""
        self._courses: list[Course] = []
        super().__init__(env, max(1, len(self.machines)))

    @property
    def now(self) -> float:
        """Days since the clinics opened."""
        return float(self._env.now)

    def join(self, course: Course, priority: int, asked: float) -> Place:
        """Take a place in the line for a course that was asked for at a time."""
        now = self.now
        earliest = self.machines.earliest(now, priority, course.minutes)
        self.came_or_went(1)
        self._shapes[shape_of(course, priority)] += 1
        return Place(self, course, priority, asked, next(self._numbers), now, earliest)

    def leave(self, place: Place) -> None:
        """Give a place up, unless it was called."""
        if not place.triggered:
            place.cancel()
            self._left(place)

    def move(self, place: Place, priority: int) -> None:
        """Let a place that was not called wait on with another priority."""
        if place.triggered or priority == place.priority:
            return
        self.put_queue.remove(place)
        self._forget(place)
        place.priority = priority
        place.key = (priority, *place.key[1:])
        self._shapes[place.shape] += 1
        self.put_queue.append(place)
        self.look_again()

    def came_or_went(self, by: int) -> None:
        """Keep count of the length of the line over time."""
        self.count(self.now, by)

    def _forget(self, place: Place) -> None:
        """Take a place out of the count of shapes."""
        self._shapes[place.shape] -= 1
        if self._shapes[place.shape] == 0:
            del self._shapes[place.shape]

    def _left(self, place: Place) -> None:
        self._forget(place)
        self.came_or_went(-1)
        self.waited_days += self.now - place.joined
        if place.lacked_bed:
            place.no_bed_until = self.now
            self.beds.found(self.now, self.now - place.no_bed_from)

    def look_again(self) -> None:
        """See who may begin now; called after anything that may have made room."""
        if self.put_queue:
            self._trigger_put(None)

    def _trigger_put(self, get_event: Any) -> None:
        self._hopeless.clear()
        super()._trigger_put(get_event)

    def _do_put(self, place: Place) -> bool:  # type: ignore[override]
        """Call somebody up if a machine has room; say whether it is worth looking at the next."""
        course, now = place.course, self.now
        emergency = place.priority == EMERGENCY
        called_ahead = self.machines.called_ahead(place.priority)
        if not (emergency or called_ahead) and now + EPSILON_DAYS < self._nobody_before:
            self._wake(self._nobody_before)
            return False
        if (self.unlimited or not called_ahead) and self.beds.lack(course, now):
            if self.unlimited or self.machines.any_free(now, emergency=emergency):
                self._miss_bed(place)
            return True
        if self.unlimited:
            course.ends = now + (course.sessions - 1) * _DAYS_PER_WORKING_DAY
            self._call(place, now)
            return True
        if place.shape in self._hopeless:
            return True
        if called_ahead:
            if self._call_ahead(place):
                return True
            self._wake(int(now) + 1.0)
        else:
            some_free = self._begin_now(place)
            if place.triggered or (some_free and self._book_instead(place)):
                return True
            if not some_free and not emergency:
                return False
        self._hopeless.add(place.shape)
        return len(self._hopeless) < len(self._shapes)

    def _miss_bed(self, place: Place) -> None:
        if not place.lacked_bed:
            place.lacked_bed = True
            place.no_bed_from = self.now
            self.beds_missing += 1
            self.beds.count(self.now, 1)

    def _begin_now(self, place: Place) -> bool:
        """Begin on the first machine with room, or look again later; say whether any was free."""
        course, now = place.course, self.now
        emergency = place.priority == EMERGENCY
        offer = self.machines.offer(course, now, emergency=emergency)
        if offer.machine is not None:
            offer.machine.begin(now, course.minutes, counted=offer.is_open)
            course.ends = offer.machine.free_at
            course.book(offer.machine, offer.days)
            self._call(place, now)
            return True
        self._wake(offer.again)
        if not (offer.some_free or emergency):
            self._nobody_before = offer.again
        return offer.some_free

    def _book_instead(self, place: Place) -> bool:
        """Give a later appointment to the first in line if courses under way fill the books.

        Only to one whom others went ahead of: shorter courses would otherwise do so for ever.
        """
        if place is not self.put_queue[0] or not place.overtaken:
            return False
        today = int(self.now + EPSILON_DAYS)
        if self.machines.have_room(place.course, today):
            return False
        return any(
            self._appoint(place, day, 0.0) for day in range(today + 1, today + 1 + _MOST_DAYS_AHEAD)
        )

    def _call_ahead(self, place: Place) -> bool:
        """Give an appointment on the first working day after the notice, if its book has room.

        On a later one to somebody whom others went ahead of, so that they do not for ever.
        """
        first = self.machines.first_day_called(self.now)
        day = min(machine.next_open_day(first) for machine in self.machines)
        days = range(day, day + 1 + (_MOST_DAYS_AHEAD if place.overtaken else 0))
        return any(self._appoint(place, on, self.resource.reserved_minutes) for on in days)

    def _appoint(self, place: Place, day: int, reserved: float) -> bool:
        """Put a course into the book from a later day on, if a machine has room on all its days."""
        for machine, days in self.machines.with_room(place.course, day, reserved):
            starts = machine.busy_until(day)
            if not self.beds.lack(place.course, starts):
                place.course.book(machine, days)
                self._call(place, starts)
                return True
            self._miss_bed(place)
        return False

    def _call(self, place: Place, starts: float) -> None:
        course = place.course
        course.starts = starts
        self._left(place)
        if self.resource.outages:
            self._courses.append(course)
        if self.put_queue[0] is not place:
            self.put_queue[0].overtaken = True
        if course.bed_days > 0.0:
            self._keep_bed(course, starts + course.bed_days)
        if course.done is not None:
            self._tell_when_done(course)
        if self.on_called is not None:
            self.on_called(place)
        place.succeed(starts)

    def _keep_bed(self, course: Course, until: float) -> None:
        stay = self.beds.stays[course] = (course.starts, until)

        def leave() -> None:
            if self.beds.stays.get(course) is stay:
                self.beds.leave(course, self.now)

        self._after(until - self.now, leave)

    def _tell_when_done(self, course: Course) -> None:
        ends = course.ends

        def tell() -> None:
            if course.ends == ends and course.done is not None and not course.done.triggered:
                course.done.succeed()

        self._after(ends - self.now, tell)

    def _after(self, days: float, what: Callable[[], None]) -> None:
        event = self._env.timeout(max(days, 0.0))
        event.callbacks.append(lambda _: what())

    def release(self, course: Course) -> None:
        """Free what is left of a course: its patient died, or gave the appointment up."""
        for place in [place for place in self.put_queue if place.course is course]:
            self.leave(place)
        course.take_off(int(self.now) + 1)
        course.ends = -1.0
        self.beds.leave(course, self.now)
        self.look_again()

    def fail(self, machines: int, days: int) -> None:
        """Let machines fail now; courses under way wait in line for what is left of them."""
        today = int(self.now)
        up = [m for m in self.machines if today not in m.down][:machines]
        lost = range(today, today + days)
        for machine in up:
            machine.fail(lost)
        under_way = [course for course in self._courses if course.ends > self.now]
        hit = [
            course
            for course in under_way
            if course.machine in up and any(day in lost for day in course.days)
        ]
        self._courses = [course for course in under_way if course not in hit]
        for course in hit:
            left = course.take_off(today)
            if int(course.starts + EPSILON_DAYS) in left:
                self.beds.stays.pop(course, None)
            else:
                course.bed_days = 0.0  # The stay has begun, and goes on.
            course.sessions = len(left)
            course.starts = course.ends = math.inf
        for course in hit:
            again = self.join(course, CONTINUING, self.now)
            if self.on_interrupted is not None:
                self.on_interrupted(again)
            if course.lost is not None:
                course.lost.succeed()
                course.lost = None
        self.beds.look_again()
        self._after(float(days), self.look_again)

    def _wake(self, at: float) -> None:
        """Look again at a time, unless it is looked before."""
        if at >= self._wakes_at > self.now:
            return
        self._wakes_at = at

        def wake() -> None:
            if self._wakes_at <= self.now + EPSILON_DAYS:
                self._wakes_at = math.inf
            self.look_again()

        self._after(at - self.now, wake)
