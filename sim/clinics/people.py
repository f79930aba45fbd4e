"""People with cancer in the clinics: they live on while they plan, wait and are treated."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.clinics.course import Course
from sim.clinics.line import Line, Place
from sim.clinics.log import DIED, GAVE_WAY, TREATED
from sim.clinics.service import Service
from sim.engine.clinic import ASKS_FOR_CONSULT, DEAD, LIVES_ON, give_appointment, live_alone
from sim.engine.process import apply_event_to, next_event_of
from sim.evidence.instruments import WALKS_UP_TO
from sim.evidence.visits import Visit
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    FOR_CORD_COMPRESSION,
    FOR_FRACTURE,
    IN_REFERRAL,
    PREPARING,
    TREATING,
    WAITING,
)
from sim.inputs.clinics import EMERGENCY, ROUTINE, URGENT
from sim.life.events import CARE
from sim.life.hazards import NEVER

Events = Generator[simpy.Event, None, bool]
_UNDER_WAY = (WAITING, PREPARING, TREATING)


@dataclass(frozen=True)
class Treated:
    """The people of linked centers under one strategy.

    Attributes
    ----------
    service : Service
    people : array of `PERSON`
        Changed in place.
    centers : list of str
        Of each.
    visits : dict of tuple of Visit
        By index of the treatment; -1 for the consult.
    cancers, worlds : arrays of `CANCER` and `WORLD`
    care : array of `POLICY`, length 1
    published : array of `POLICY`, length 1
        The same with published waits: what holds once the clinics have closed.
    opening_year : float
    closing_day : float
        Since the opening; visits under way are finished.
    """

    service: Service
    people: NDArray[np.void]
    centers: list[str]
    visits: dict[int, tuple[Visit, ...]]
    cancers: NDArray[np.void]
    worlds: NDArray[np.void]
    care: NDArray[np.void]
    published: NDArray[np.void]
    opening_year: float
    closing_day: float

    def live(self) -> None:
        """Live everybody to the end."""
        for row in range(len(self.people)):
            self.service.env.process(Person(self, row).life())
        self.service.env.run()


class Person:
    """One person as a SimPy process."""

    __slots__ = ("_all", "_center", "_people", "_record", "_row", "_service", "_zero")

    def __init__(self, everybody: Treated, row: int) -> None:
        self._all = everybody
        self._people = everybody.people
        self._record = everybody.people[row]
        self._row = row
        self._service = everybody.service
        self._center = everybody.centers[row]
        years = everybody.opening_year - float(self._record["diagnosis_year"])
        self._zero = years * DAYS_PER_YEAR
        """Day since the diagnosis on which the clinics open."""

    def life(self) -> Generator[simpy.Event, None, None]:
        """Live alone up to where a clinic is needed, and then wait there, until death."""
        a = self._all
        consult = a.visits[-1][0]
        consults = self._service.find(self._center, consult.resource) is not None
        closing = a.closing_day + self._zero
        while True:
            why = live_alone(
                self._people, self._row, a.cancers, a.worlds, a.care, closing, consults
            )
            if why == LIVES_ON:
                why = live_alone(
                    self._people, self._row, a.cancers, a.worlds, a.published, NEVER, False
                )
            if why == DEAD:
                return
            at = self._day() - self._zero
            if at > self._service.env.now:
                yield self._service.env.timeout(at - self._service.env.now)
            if why == ASKS_FOR_CONSULT:
                yield from self._consult(consult)
            else:
                yield from self._course()

    def _day(self) -> float:
        """Days since the diagnosis."""
        return float(self._record["now"])

    def _consult(self, visit: Visit) -> Events:
        """Wait for the consult; the decision is taken when it begins."""
        self._record["clock"][CARE] = NEVER
        course = Course(visit.sessions, visit.minutes, visit.bed_days)
        starts = yield from self._visit(visit, -1, 0, (IN_REFERRAL,), course)
        if starts is None:
            return False
        self._record["clock"][CARE] = starts
        return True

    def _course(self) -> Events:
        """Wait for a course, and be treated in all its visits."""
        treatment = int(self._record["episode_treatment"])
        visits = self._all.visits[treatment]
        if not any(self._may_wait(visit) for visit in visits):
            first = visits[0]
            course = Course(first.sessions, first.minutes)
            days = float(self._all.care["treatments"]["course_days"][0, treatment])
            starts = yield from self._visit(first, treatment, 0, _UNDER_WAY, course, days)
            return starts is not None
        stays: list[tuple[Line, Course]] = []
        for number, visit in enumerate(visits):
            living = number == 0 or (
                yield from self._live_until(self._day_now() + visit.after_days, _UNDER_WAY)
            )
            if living:
                done = self._service.env.event()
                course = Course(visit.sessions, visit.minutes, visit.bed_days, done)
                stays.append((self._line(visit)[0], course))
                starts = yield from self._visit(visit, treatment, number, _UNDER_WAY, course)
                living = starts is not None and (yield from self._live_beside(done, _UNDER_WAY))
            if not living:
                for line, stay in stays:
                    line.release(stay)
                return False
        self._record["clock"][CARE] = self._day_now()
        return True

    def _day_now(self) -> float:
        """Days since the diagnosis by the clinics' clock, which is that of what happens there."""
        return max(self._day(), float(self._service.env.now) + self._zero)

    def _may_wait(self, visit: Visit) -> bool:
        """Whether machines or beds are limited."""
        line = self._line(visit)[0]
        return not line.unlimited or (visit.bed_days > 0.0 and line.beds.beds is not None)

    def _line(self, visit: Visit) -> tuple[Line, bool]:
        """The line for a visit, and whether it is at another center."""
        found = self._service.find(self._center, visit.resource)
        if found is None:
            raise LookupError(f"{self._center} has no {visit.resource}")
        return found

    def _visit(
        self,
        visit: Visit,
        treatment: int,
        number: int,
        phases: tuple[int, ...],
        course: Course,
        course_days: float = NEVER,
    ) -> Generator[simpy.Event, None, float | None]:
        """Plan, wait and come; give back the day since the diagnosis on which the visit begins.

        None if it never does. `course_days` is the length of a course that no machine limits.
        """
        line, sent = self._line(visit)
        record = self._record
        asked_day, asked = self._day_now() if number else self._day(), self._service.env.now
        first_priority = self._priority(number)
        fractures, walked = int(record["n_fractures"]), record["frankel"] <= WALKS_UP_TO
        place: Place | None = None
        starts = asked_day
        planning = self._planning_days(visit, first_priority, sent=sent)
        living = planning == 0.0 or (yield from self._live_until(asked_day + planning, phases))
        if living:
            place = Place(line, course, self._priority(number), asked)
            living = yield from self._live_beside(place, phases, place, number)
        while living and place is not None:
            if course.starts > asked:
                starts = max(self._day(), course.starts + self._zero)
            if number == 0 and treatment >= 0:
                self._appoint(starts, starts + course_days)
            lost = course.lost = self._service.env.event() if line.resource.outages else None
            living = yield from self._live_until(starts, phases, lost)
            if not living or lost is None or not lost.triggered:
                break
            # A failure took the appointment away: the person is in line again.
            record["clock"][CARE] = NEVER
            living = yield from self._live_beside(course.place, phases)
        course.lost = None
        if not living and place is not None:
            if place.triggered:
                line.release(course)
            place.leave()
        outcome = TREATED if living else GAVE_WAY if record["alive"] else DIED
        priority = first_priority if place is None else place.priority
        earliest = asked + planning if place is None else place.earliest
        lost_walking = int(bool(walked) and record["frankel"] > WALKS_UP_TO)
        harm = (int(record["n_fractures"]) - fractures, lost_walking)
        times = (visit.sessions * visit.minutes, asked, earliest, self._service.env.now)
        known = (0, treatment, number, priority, first_priority, int(sent), outcome, *harm)
        self._service.write(self._center, visit.resource, *known, *times)
        return starts if living else None

    def _appoint(self, starts: float, ends: float) -> None:
        """Give the person the days of a course; the pre-hold begins now at the earliest."""
        give_appointment(self._people, self._row, self._all.care, starts, ends)
        # The last event of the life may lie back; a hold that has begun goes on.
        clock = self._record["clock"]
        held = self._record["episode"] == PREPARING
        clock[CARE] = starts if held else max(clock[CARE], min(self._day_now(), starts))

    def _planning_days(self, visit: Visit, priority: int, *, sent: bool) -> float:
        clinics = self._service.clinics
        emergency = priority == EMERGENCY
        center = self._service.centers[self._center]
        days = visit.emergency_planning_days if emergency else visit.planning_days
        transfer_days = center.emergency_transfer_days if emergency else center.transfer_days
        return days * clinics.planning_ratio + (transfer_days if sent else 0.0)

    def _priority(self, number: int) -> int:
        """Cord compression first, then severe pain and painful fractures.

        What follows on a first visit is planned, so that it is no emergency.
        """
        record = self._record
        reason = record["episode_reason"]
        if reason == FOR_CORD_COMPRESSION:
            return URGENT if number else EMERGENCY
        if reason == FOR_FRACTURE or record["pain"] >= self._service.clinics.urgent_pain:
            return URGENT
        return ROUTINE

    def _live_until(
        self, day: float, phases: tuple[int, ...], lost: simpy.Event | None = None
    ) -> Events:
        """Live on to a day, or until an appointment is lost; False if the episode ends before."""
        env = self._service.env
        while True:
            next_day = next_event_of(self._people, self._row)[0]
            at = min(next_day, day) - self._zero
            if at > env.now:
                came = env.timeout(at - env.now)
                yield came if lost is None else came | lost
            if next_day >= day or (lost is not None and lost.triggered):
                return True
            if not self._apply(phases):
                return False

    def _live_beside(
        self,
        signal: simpy.Event,
        phases: tuple[int, ...],
        place: Place | None = None,
        number: int = 0,
    ) -> Events:
        """Live on until something happens in the clinic; False if that ends the episode before."""
        env = self._service.env
        while not signal.triggered:
            next_day = next_event_of(self._people, self._row)[0]
            at = next_day - self._zero
            if at > env.now:
                yield signal | env.timeout(at - env.now)
                if signal.triggered:
                    return True
            if not self._apply(phases):
                return False
            if place is not None:
                place.move(self._priority(number))
        return True

    def _apply(self, phases: tuple[int, ...]) -> bool:
        """Let the next event happen; False if the person died of it or the episode is another."""
        a = self._all
        day, event = next_event_of(self._people, self._row)
        alive = apply_event_to(self._people, self._row, day, event, a.cancers, a.worlds, a.care)
        return alive and self._record["episode"] in phases
