"""The line before the machines of one resource at one center.

Who is first goes first: by priority, then by when they asked. A course takes a machine now and its
further sessions on the next working days of the same machine, so it begins only where the
appointment book has room for all of them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from heapq import heappop, heappush

import simpy

from sim.clinics.beds import Beds
from sim.clinics.counted_work import CountedWork
from sim.clinics.course import Course
from sim.clinics.machine import EPSILON_DAYS
from sim.clinics.machines import Machines
from sim.clinics.place import Place, Shape
from sim.clinics.waiting import Common, Peers, Turn, Waiting
from sim.inputs.clinics import CONTINUING, EMERGENCY
from sim.inputs.resource import Resource

_MOST_DAYS_AHEAD = 60
_DAYS_PER_WORKING_DAY = 7.0 / 5.0
_NEXT, _NOBODY_ALIKE, _NOBODY = range(3)
"""Who else may be called after a look at somebody: the next alike too, only others, nobody."""


class Line(CountedWork):
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

    def __init__(
        self,
        env: simpy.Environment,
        resource: Resource,
        first_weekday: int,
        beds: Beds,
        on_called: Callable[[Place], None] | None = None,
        on_interrupted: Callable[[Place], None] | None = None,
    ) -> None:
        self.env = env
        self.resource = resource
        self.machines = Machines(resource, first_weekday)
        self._calls_ahead = self.machines.calls_ahead
        self.unlimited = resource.machines is None
        self.beds = beds
        self.on_called = on_called
        self.on_interrupted = on_interrupted
        self.beds_missing = 0
        """People for whom a machine was free and no bed was."""
        self._numbers = itertools.count()
        self._wakes_at = math.inf
        self.waiting = Waiting()
        self._hopeless: set[Shape] = set()
        """Of this look at the line: shapes for which there is no room."""
        self._no_bed_for: set[float] = set()
        """Of this look at the line: stays, in days, for which there is no bed."""
        self._stays: Place | None = None
        """Of this look at the line: who is the first in it and was not called."""
        self._nobody_before = -math.inf
        """No machine is free for anybody but an emergency before this."""
        self._may_fail = bool(resource.outages)
        self._courses: list[Course] = []
        """Of a line that may fail: those that were called up."""

    @property
    def now(self) -> float:
        """Days since the clinics opened."""
        return self.env.now  # type: ignore[no-any-return]

    def join(self, course: Course, priority: int, asked: float) -> Place:
        """Take a place in the line for a course that was asked for at a time."""
        now = self.env.now
        earliest = self.machines.earliest(now, priority, course.minutes)
        self.count(now, 1)
        place = Place(self, course, priority, asked, next(self._numbers), now, earliest)
        self.waiting.add(place)
        self.look_again()
        return place

    def leave(self, place: Place) -> None:
        """Give a place up, unless it was called or given up before."""
        if place.waits:
            self._left(place, self.now)

    def move(self, place: Place, priority: int) -> None:
        """Let a place that was not called wait on with another priority."""
        if not place.waits or priority == place.priority:
            return
        self.waiting.remove(place)
        place.give(priority)
        self.waiting.add(place)
        self.look_again()

    def _left(self, place: Place, now: float) -> None:
        place.waits = False
        self.waiting.remove(place)
        self.count(now, -1)
        self.waited_days += now - place.joined
        if place.lacked_bed:
            place.no_bed_until = now
            self.beds.found(now, now - place.no_bed_from)

    def look_again(self) -> None:
        """See who may begin now; called after anything that may have made room.

        Of those alike, who are many in a long line, only the first is looked at if there is no room
        for it, and then those who need shorter sessions. Those who are passed over so may come to
        lack a bed that others take.
        """
        if not self.waiting.firsts:
            return
        now = self.env.now
        if now + EPSILON_DAYS < self._nobody_before and not (
            self.waiting.emergencies or self._calls_ahead
        ):
            self._wake(self._nobody_before)
            return
        self._hopeless.clear()
        self._no_bed_for.clear()
        self._stays = None
        passed: dict[Common, Peers] = {}
        again: list[Turn] = []
        turn: Turn | None = self.waiting.firsts[0]
        seen: Place | None = None
        while True:
            if again and (turn is None or again[0] < turn):
                turn = heappop(again)
            if turn is None:
                return
            if turn[1] is seen:
                turn = self.waiting.first_after(turn[0])
                continue
            key, place, peers = turn
            seen = place
            others = self._look_at(place, now)
            if others == _NOBODY:
                return
            if place.waits and self._stays is None:
                self._stays = place
            more: list[Turn] = []
            if place.course.bed_days > 0.0 or place.course.varied:
                if others == _NOBODY_ALIKE:
                    passed[peers.common] = peers
                    more = peers.shorter_after(place) if place.course.varied else []
                elif peers and peers[0].key < key:
                    more = peers.first_after(key)
            if passed and not place.waits:
                for alike in list(passed.values()):
                    if alike.varied or place.course.bed_days > 0.0:
                        more += alike.first_after(key)
                        del passed[alike.common]
            for one in more:
                heappush(again, one)
            turn = self.waiting.first_after(key)

    def _look_at(self, place: Place, now: float) -> int:
        """Call somebody up if a machine has room; say who else it is worth looking at."""
        course = place.course
        emergency = place.priority == EMERGENCY
        called_ahead = self._calls_ahead and place.priority > CONTINUING
        if not (emergency or called_ahead) and now + EPSILON_DAYS < self._nobody_before:
            self._wake(self._nobody_before)
            return _NOBODY
        begins_now = self.unlimited or not called_ahead
        if begins_now and course.bed_days > 0.0 and self._lacks_bed(course, now):
            if place.lacked_bed:
                return _NOBODY_ALIKE
            if not (self.unlimited or self._may_begin(course, now, emergency=emergency)):
                return _NOBODY_ALIKE
            self._miss_bed(place)
            return _NEXT
        if self.unlimited:
            course.ends = now + (course.sessions - 1) * _DAYS_PER_WORKING_DAY
            self._call(place, now, now)
            return _NEXT
        if place.shape in self._hopeless:
            return _NOBODY_ALIKE
        if called_ahead:
            if self._call_ahead(place):
                return _NEXT
            self._wake(int(now) + 1.0)
        else:
            some_free = self._begin_now(place, now, emergency=emergency)
            if not place.waits or (some_free and self._book_instead(place)):
                return _NEXT
            if not some_free and not emergency:
                return _NOBODY
        self._hopeless.add(place.shape)
        return _NOBODY_ALIKE

    def _lacks_bed(self, course: Course, now: float) -> bool:
        """Whether no bed is free for a course now; in one look at the line, beds only get fewer."""
        if course.bed_days not in self._no_bed_for and self.beds.lack(course, now):
            self._no_bed_for.add(course.bed_days)
        return course.bed_days in self._no_bed_for

    def _miss_bed(self, place: Place) -> None:
        if not place.lacked_bed:
            self.waiting.remove(place)
            place.lacked_bed = True
            self.waiting.add(place)
            place.no_bed_from = self.now
            self.beds_missing += 1
            self.beds.count(self.now, 1)

    def _may_begin(self, course: Course, now: float, *, emergency: bool) -> bool:
        """Whether a machine has room for somebody now; if none has, look again when one may."""
        machine, *_, some_free, again = self.machines.offer(course, now, emergency=emergency)
        if machine is not None:
            return True
        if some_free or self._calls_ahead:
            self._wake(again)
        else:
            self._look_again_at(again, emergency=emergency)
        return False

    def _begin_now(self, place: Place, now: float, *, emergency: bool) -> bool:
        """Begin on the first machine with room, or look again later; say whether any was free."""
        course = place.course
        machine, days, is_open, some_free, again = self.machines.offer(
            course, now, emergency=emergency
        )
        if machine is not None:
            machine.begin(now, course.minutes, counted=is_open)
            course.ends = machine.free_at
            course.book(machine, days)
            self._call(place, now, now)
            return True
        if some_free:
            self._wake(again)
        else:
            self._look_again_at(again, emergency=emergency)
        return some_free

    def _look_again_at(self, at: float, *, emergency: bool) -> None:
        """Look again when a machine may be free, since none is."""
        self._wake(at)
        if not emergency:
            self._nobody_before = at

    def _book_instead(self, place: Place) -> bool:
        """Give a later appointment to the first in line if courses under way fill the books.

        Only to one whom others went ahead of: shorter courses would otherwise do so for ever.
        """
        if self._stays is not None or not place.overtaken:
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
        day = self.machines.next_open_day(self.machines.first_day_called(self.now))
        days = range(day, day + 1 + (_MOST_DAYS_AHEAD if place.overtaken else 0))
        return any(self._appoint(place, on, self.resource.reserved_minutes) for on in days)

    def _appoint(self, place: Place, day: int, reserved: float) -> bool:
        """Put a course into the book from a later day on, if a machine has room on all its days."""
        for machine, days in self.machines.with_room(place.course, day, reserved):
            starts = machine.busy_until(day)
            if not self.beds.lack(place.course, starts):
                place.course.book(machine, days)
                self._call(place, starts, self.now)
                return True
            self._miss_bed(place)
        return False

    def _call(self, place: Place, starts: float, now: float) -> None:
        course = place.course
        course.starts = starts
        course.place = None
        self._left(place, now)
        if self._may_fail:
            self._courses.append(course)
        if self._stays is not None:
            self._stays.overtaken = True
        if course.bed_days > 0.0:
            self._keep_bed(course, starts + course.bed_days)
        if course.done is not None:
            self._tell_when_done(course)
        if self.on_called is not None:
            self.on_called(place)
        place.call(starts)

    def _keep_bed(self, course: Course, until: float) -> None:
        stay = self.beds.stays[course] = (course.starts, until)

        def leave(_: simpy.Event) -> None:
            if self.beds.stays.get(course) is stay:
                self.beds.leave(course, self.now)

        self._after(until - self.now, leave)

    def _tell_when_done(self, course: Course) -> None:
        ends = course.ends

        def tell(_: simpy.Event) -> None:
            if course.ends == ends and course.done is not None and not course.done.triggered:
                course.done.succeed()

        self._after(ends - self.now, tell)

    def _after(self, days: float, what: Callable[[simpy.Event], None]) -> None:
        self.env.timeout(days if days > 0.0 else 0.0).callbacks.append(what)

    def release(self, course: Course) -> None:
        """Free what is left of a course: its patient died, or gave the appointment up."""
        if course.place is not None:
            self.leave(course.place)
        course.take_off(int(self.now) + 1)
        course.ends = -1.0
        self.beds.leave(course, self.now)
        self.look_again()

    def fail(self, machines: int, days: int) -> None:
        """Let machines fail now; courses under way wait in line for what is left of them."""
        today = int(self.now)
        up = [m for m in self.machines if today not in m.down][:machines]
        lost = range(today, today + days)
        self.machines.fail(up, lost)
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
        self._after(float(days), lambda _: self.look_again())

    def _wake(self, at: float) -> None:
        """Look again at a time, unless it is looked before."""
        now = self.env.now
        if at >= self._wakes_at > now:
            return
        self._wakes_at = at
        self._after(at - now, self._awake)

    def _awake(self, _: simpy.Event) -> None:
        if self._wakes_at <= self.env.now + EPSILON_DAYS:
            self._wakes_at = math.inf
        self.look_again()
