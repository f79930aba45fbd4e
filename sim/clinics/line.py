"""The line before the machines of one resource at one center: a SimPy resource with priorities.

Who is first goes first: by priority, then by when they asked. A course takes a machine now and its
further sessions on the next working days of the same machine, so it begins only where the
appointment book has room for all of them.
"""

from __future__ import annotations

import itertools
import math
from bisect import insort
from collections import Counter
from collections.abc import Callable
from typing import Any

import simpy
from simpy.resources import base

from sim.clinics.beds import Beds
from sim.clinics.course import Course
from sim.clinics.machine import EPSILON_DAYS, Machine
from sim.inputs.clinics import CONTINUING, EMERGENCY, MINUTES_PER_DAY, URGENT, Resource

Shape = tuple[int, float, float, int]
_MOST_DAYS_AHEAD = 60
_DAYS_PER_WORKING_DAY = 7.0 / 5.0


class Place(base.Put):  # type: ignore[misc]
    """A place in a line; its value, once triggered, is when the first session begins."""

    def __init__(self, line: Line, course: Course, priority: int, asked: float) -> None:
        self.course = course
        course.place = self
        self.asked = asked
        self.priority = priority
        self.key = (priority, asked, next(line.numbers))
        self.minutes = course.sessions * course.minutes
        """Of all sessions asked for; a failure may leave the course with fewer."""
        self.joined = line.now
        self.earliest = line.earliest(priority, course.minutes)
        """When it would begin if nobody else were there."""
        self.overtaken = False
        """Whether somebody else was called while this place was the first in line."""
        self.lacked_bed = False
        """Whether a machine was free and no bed was."""
        line.came_or_went(1)
        line.shapes[self.shape] += 1
        super().__init__(line)  # type: ignore[arg-type]

    @property
    def shape(self) -> Shape:
        """What decides whether there is room: places of one shape have it all or none."""
        course = self.course
        return course.sessions, course.minutes, course.bed_days, min(self.priority, URGENT)

    def leave(self) -> None:
        """Give the place up before it was called."""
        if not self.triggered:
            self.cancel()
            line: Line = self.resource  # type: ignore[assignment]
            line.left_waiting(self)

    def move(self, priority: int) -> None:
        """Go on waiting with another priority."""
        if self.triggered or priority == self.priority:
            return
        line: Line = self.resource  # type: ignore[assignment]
        line.put_queue.remove(self)
        line.forget(self)
        self.priority = priority
        self.key = (priority, self.asked, self.key[2])
        line.shapes[self.shape] += 1
        line.put_queue.append(self)
        line.look_again()


class ByPriority(list[Place]):
    """Places in order of priority, then of asking."""

    def append(self, place: Place) -> None:
        """Put a place where it belongs."""
        insort(self, place, key=lambda waiting: waiting.key)


class Line(base.BaseResource):  # type: ignore[misc]
    """The machines of one resource at one center, and who waits for them.

    Parameters
    ----------
    env : simpy.Environment
        Its clock counts days since the clinics opened.
    resource : Resource
    first_weekday : int
        Of day 0; Monday is 0.
    beds : Beds
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
        self.machines = [Machine(i, resource, first_weekday) for i in range(resource.machines or 0)]
        self.unlimited = resource.machines is None
        self.beds = beds
        self.numbers = itertools.count()
        self.on_called = on_called
        self.on_interrupted = on_interrupted
        self.waited_days = 0.0
        """Sum of the times between joining and leaving the line."""
        self.queue_days = 0.0
        """The length of the line added up over time; Little's law says that the two are one."""
        self.longest = 0
        self.beds_missing = 0
        """People for whom a machine was free and no bed was."""
        self._length = 0
        self._since = 0.0
        self._wakes_at = math.inf
        self.shapes: Counter[Shape] = Counter()
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

    @property
    def length(self) -> int:
        """People who wait to be called."""
        return self._length

    def earliest(self, priority: int, minutes: float) -> float:
        """When a session could begin if nobody else were there: at once, or when it opens."""
        now = self.now
        emergency = priority == EMERGENCY
        if self.unlimited or (emergency and self.resource.on_call):
            return now
        if self.resource.notice_days > 0.0 and priority > CONTINUING:
            first = self._first_day_called()
            return min(m.next_open_day(first) + m.opens for m in self.machines)
        soonest = math.inf
        length = 0.0 if self.resource.always_open else minutes / MINUTES_PER_DAY
        for machine in self.machines:
            day = int(now + EPSILON_DAYS)
            opens = day + machine.opens
            if not machine.opens_on(day) or now + length > day + machine.closes + EPSILON_DAYS:
                opens = machine.next_open_day(day + 1) + machine.opens
            if opens <= now:
                return now
            soonest = min(soonest, opens)
        return soonest

    def came_or_went(self, by: int) -> None:
        """Keep count of the length of the line over time."""
        now = self.now
        if now > self._since:
            self.longest = max(self.longest, self._length)
        self.queue_days += self._length * (now - self._since)
        self._since = now
        self._length += by

    def forget(self, place: Place) -> None:
        """Take a place out of the count of shapes."""
        self.shapes[place.shape] -= 1
        if self.shapes[place.shape] == 0:
            del self.shapes[place.shape]

    def left_waiting(self, place: Place) -> None:
        """Note that somebody gave up a place."""
        self.forget(place)
        self.came_or_went(-1)
        self.waited_days += self.now - place.joined

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
        called_ahead = self.resource.notice_days > 0.0 and place.priority > CONTINUING
        if not (emergency or called_ahead) and now + EPSILON_DAYS < self._nobody_before:
            self._wake(self._nobody_before)
            return False
        if (self.unlimited or not called_ahead) and self._lacks_bed(course, now):
            if self.unlimited or any(self._is_free(m, emergency) for m in self.machines):
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
        return len(self._hopeless) < len(self.shapes)

    def _lacks_bed(self, course: Course, starts: float) -> bool:
        days = course.bed_days
        return days > 0.0 and not self.beds.has_room(starts, starts + days)

    def _miss_bed(self, place: Place) -> None:
        if not place.lacked_bed:
            place.lacked_bed = True
            self.beds_missing += 1

    def _is_free(self, machine: Machine, emergency: bool) -> bool:
        """Whether a machine is open and between sessions."""
        soon = self.now + EPSILON_DAYS
        day = int(soon)
        first = day + machine.opens if emergency else machine.busy_until(day)
        return max(first, machine.free_at) <= soon < day + machine.closes and machine.opens_on(day)

    def _begin_now(self, place: Place) -> bool:
        """Begin on the first machine with room, or look again later; say whether any was free."""
        course, now = place.course, self.now
        soon = now + EPSILON_DAYS
        emergency = place.priority == EMERGENCY
        any_hour = emergency and self.resource.on_call
        day = int(soon)
        time = now - day
        some_free = False
        straight = self.resource.always_open and course.sessions == 1
        chance = math.inf
        for machine in self.machines:
            if machine.free_at > soon:
                chance = min(chance, machine.free_at)
                continue
            is_open = (
                machine.opens - EPSILON_DAYS <= time < machine.closes - EPSILON_DAYS
                and machine.opens_on(day)
            )
            if not is_open and not (any_hour and machine.is_up(day)):
                chance = min(chance, machine.next_opening(soon))
                continue
            if is_open and not emergency and soon < (placed := machine.busy_until(day)):
                chance = min(chance, placed)
                continue
            some_free = True
            # On call, the sessions of an emergency make the days longer if they must.
            reserved = -math.inf if any_hour else 0.0
            days = None
            if any_hour or machine.fits(now, course.minutes, past_midnight=straight):
                days = machine.days_after(day, course.sessions, course.minutes, reserved)
            if days is None:
                chance = min(chance, day + 1.0 if any_hour else machine.next_opening(soon))
                continue
            machine.begin(now, course.minutes, counted=is_open)
            course.ends = machine.free_at
            self._book(course, machine, days)
            self._call(place, now)
            return True
        self._wake(chance)
        if not (some_free or emergency):
            self._nobody_before = chance
        return some_free

    def _book_instead(self, place: Place) -> bool:
        """Give a later appointment to the first in line if courses under way fill the books.

        Only to one whom others went ahead of: shorter courses would otherwise do so for ever.
        """
        if place is not self.put_queue[0] or not place.overtaken:
            return False
        today = int(self.now + EPSILON_DAYS)
        sessions, minutes = place.course.sessions, place.course.minutes
        if any(
            m.opens_on(today)
            and m.ahead.get(today, 0.0) + minutes <= m.minutes + 1e-6
            and m.days_after(today, sessions, minutes) is not None
            for m in self.machines
        ):
            return False
        return any(
            self._appoint(place, day, 0.0) for day in range(today + 1, today + 1 + _MOST_DAYS_AHEAD)
        )

    def _call_ahead(self, place: Place) -> bool:
        """Give an appointment on the first working day after the notice, if its book has room.

        On a later one to somebody whom others went ahead of, so that they do not for ever.
        """
        first = self._first_day_called()
        day = min(machine.next_open_day(first) for machine in self.machines)
        days = range(day, day + 1 + (_MOST_DAYS_AHEAD if place.overtaken else 0))
        return any(self._appoint(place, on, self.resource.reserved_minutes) for on in days)

    def _first_day_called(self) -> int:
        """The day of the first opening hour after the notice."""
        soonest = self.now + self.resource.notice_days - EPSILON_DAYS
        return math.ceil(soonest - self.machines[0].opens)

    def _appoint(self, place: Place, day: int, reserved: float) -> bool:
        """Put a course into the book from a later day on, if a machine has room on all its days."""
        course = place.course
        for machine in self.machines:
            if not machine.opens_on(day) or not machine.has_room(day, course.minutes, reserved):
                continue
            days = machine.days_after(day, course.sessions, course.minutes, reserved)
            if days is None:
                continue
            starts = machine.busy_until(day)
            if self._lacks_bed(course, starts):
                self._miss_bed(place)
                continue
            course.ends = machine.place(day, course.minutes)
            self._book(course, machine, days)
            course.days.insert(0, day)
            self._call(place, starts)
            return True
        return False

    def _book(self, course: Course, machine: Machine, days: list[int]) -> None:
        """Put the further sessions of a course into the book of its machine."""
        for day in days:
            course.ends = machine.place(day, course.minutes)
        course.machine = machine
        course.days = list(days)
        if self.resource.outages:
            self._courses.append(course)

    def _call(self, place: Place, starts: float) -> None:
        course, now = place.course, self.now
        course.starts = starts
        self.forget(place)
        self.came_or_went(-1)
        self.waited_days += now - place.joined
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
            place.leave()
        today = int(self.now)
        machine = course.machine
        if machine is not None:
            for day in course.days:
                if day > today:
                    machine.take_off(day, course.minutes)
        course.days = []
        course.machine = None
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
        self._courses = [course for course in self._courses if course.ends > self.now]
        hit = [
            course
            for course in self._courses
            if course.machine in up and any(day in lost for day in course.days)
        ]
        self._courses = [course for course in self._courses if course not in hit]
        for course in hit:
            left = [day for day in course.days if day >= today]
            for day in left:
                if course.machine is not None:
                    course.machine.take_off(day, course.minutes)
            if int(course.starts + EPSILON_DAYS) in left:
                self.beds.stays.pop(course, None)
            else:
                course.bed_days = 0.0  # The stay has begun, and goes on.
            course.sessions = len(left)
            course.machine, course.days = None, []
            course.starts = course.ends = math.inf
        for course in hit:
            again = Place(self, course, CONTINUING, self.now)
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
