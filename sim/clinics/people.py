"""People with cancer in the clinics: they live on while they plan, wait and are treated."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.clinics.course import Course
from sim.clinics.first_of import FirstOf
from sim.clinics.line import Line
from sim.clinics.log import DIED, GAVE_WAY, TREATED
from sim.clinics.place import Place
from sim.clinics.plan import Access
from sim.clinics.service import Service
from sim.counting.event_log import Notes
from sim.engine.clinic import FULL, give_appointment, live_noted
from sim.engine.loop import CONSULT, COURSE, DAY, DEATH, EVENT, live_on, next_event_of
from sim.engine.model import Model
from sim.evidence.instruments import WALKS_UP_TO
from sim.evidence.visits import Visit
from sim.evidence.vocabulary import DAYS_PER_YEAR, Episode, Reason
from sim.inputs.clinics import EMERGENCY, ROUTINE, URGENT
from sim.life.events import Event
from sim.life.hazards import NEVER

Living = Generator[simpy.Event, None, bool]
_UNDER_WAY = (Episode.WAITING, Episode.PREPARING, Episode.TREATING)
_READ = (
    "alive",
    "diagnosis_year",
    "episode",
    "episode_reason",
    "episode_treatment",
    "frankel",
    "n_fractures",
    "now",
    "pain",
)
"""Fields of a person that are read here."""


@dataclass(frozen=True)
class Treated:
    """The people of linked centers under one strategy."""

    service: Service
    people: NDArray[np.void]
    """Changed in place; there may be others among them."""
    rows: Sequence[int]
    """Where they are."""
    centers: Sequence[str]
    """Of each of them."""
    access: Access
    model: Model
    """Its waits are those published, which hold once the clinics have closed."""
    strategy: int
    notes: Notes | None = None
    """Get every event, if there are any."""

    @cached_property
    def care(self) -> NDArray[np.void]:
        """The strategy while the clinics are open, as an array of `POLICY` of length 1."""
        care = self.model.care(self.strategy).copy()
        care["finite"] = 1
        return care

    @cached_property
    def clock(self) -> NDArray[np.float64]:
        """The clocks of everybody."""
        clock: NDArray[np.float64] = self.people["clock"]
        return clock

    @cached_property
    def fields(self) -> dict[str, NDArray[np.generic]]:
        """Fields of everybody: an item of one is had in a quarter of the time of a record's."""
        return {name: self.people[name] for name in _READ}

    def live(self) -> None:
        """Live everybody to the end."""
        for row, center in zip(self.rows, self.centers, strict=True):
            self.service.env.process(Person(self, row, center).life())
        self.service.env.run()


class Person:
    """One person as a SimPy process."""

    __slots__ = ("_all", "_center", "_people", "_phases", "_row", "_service", "_zero")

    def __init__(self, everybody: Treated, row: int, center: str) -> None:
        self._all = everybody
        self._people = everybody.people
        self._row = row
        self._service = everybody.service
        self._center = center
        years: float = everybody.access.opening_year - self._of("diagnosis_year")
        self._zero = years * DAYS_PER_YEAR
        """Day since the diagnosis on which the clinics open."""
        self._phases: tuple[int, ...] = ()
        """Phases of the episode that goes on; in another one, it has given way."""

    def life(self) -> Generator[simpy.Event, None, None]:
        """Live alone up to where a clinic is needed, and then wait there, until death."""
        access, model = self._all.access, self._all.model
        consult = access.visits[-1][0]
        consults = self._service.find(self._center, consult.resource) is not None
        stop = CONSULT if consults else COURSE
        closing = access.until_day + self._zero
        published = model.care(self._all.strategy)
        while True:
            why = self._live_on(self._all.care, stop, closing)
            if why == DAY:
                why = self._live_on(published, DEATH, NEVER)
            if why == DEATH:
                return
            at = self._day() - self._zero
            if at > self._service.env.now:
                yield self._service.env.timeout(at - self._service.env.now)
            if why == CONSULT:
                yield from self._consult(consult)
            else:
                yield from self._course()

    def _live_on(self, care: NDArray[np.void], stop: int, until_day: float) -> int:
        """Live on up to where the loop is asked to stop; see `sim.engine.loop.live`."""
        model, notes = self._all.model, self._all.notes
        if notes is None:
            with_care = (model.cancers, model.worlds, care)
            return live_on(self._people, self._row, *with_care, stop, until_day)
        why = FULL
        while why == FULL:
            to = (stop, until_day, notes.log, notes.at)
            why = live_noted(self._people, self._row, model, care, *to)
            if why == FULL:
                notes.grow()
        return why

    def _of(self, field: str) -> Any:
        """A field of the person, as a number of Python: codes are compared with members."""
        return self._all.fields[field].item(self._row)

    def _set_care(self, day: float) -> None:
        """Let the next step of care come on a day since the diagnosis."""
        self._all.clock[self._row, Event.CARE] = day

    def _day(self) -> float:
        """Days since the diagnosis."""
        return self._of("now")  # type: ignore[no-any-return]

    def _consult(self, visit: Visit) -> Generator[simpy.Event, None, None]:
        """Wait for the consult; the decision is taken when it begins."""
        self._set_care(NEVER)
        course = Course(visit.sessions, visit.minutes, visit.bed_days)
        self._phases = (Episode.REFERRED,)
        starts = yield from self._visit(visit, -1, 0, course)
        if starts is not None:
            self._set_care(starts)

    def _course(self) -> Generator[simpy.Event, None, None]:
        """Wait for a course, and be treated in all its visits."""
        self._phases = _UNDER_WAY
        treatment = self._of("episode_treatment")
        visits = self._all.access.visits[treatment]
        if not any(self._may_wait(visit) for visit in visits):
            first = visits[0]
            course = Course(first.sessions, first.minutes)
            days = float(self._all.care["treatments"]["course_days"][0, treatment])
            yield from self._visit(first, treatment, 0, course, days)
            return
        stays: list[tuple[Line, Course]] = []
        for number, visit in enumerate(visits):
            living = number == 0 or (
                yield from self._live_until(self._day_now() + visit.after_days)
            )
            if living:
                done = self._service.env.event()
                course = Course(visit.sessions, visit.minutes, visit.bed_days, done)
                stays.append((self._line(visit)[0], course))
                starts = yield from self._visit(visit, treatment, number, course)
                living = starts is not None and (yield from self._live_beside(done))
            if not living:
                for line, stay in stays:
                    line.release(stay)
                return
        self._set_care(self._day_now())

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
        course: Course,
        course_days: float = NEVER,
    ) -> Generator[simpy.Event, None, float | None]:
        """Plan, wait and come; give back the day since the diagnosis on which the visit begins.

        None if it never does. `course_days` is the length of a course that no machine limits.
        """
        line, sent = self._line(visit)
        asked_day, asked = self._day_now() if number else self._day(), self._service.env.now
        first_priority = self._priority(number)
        fractures, walked = self._of("n_fractures"), self._of("frankel") <= WALKS_UP_TO
        place: Place | None = None
        starts = asked_day
        planning = self._planning_days(visit, first_priority, sent=sent)
        living = planning == 0.0 or (yield from self._live_until(asked_day + planning))
        if living:
            mine = place = line.join(course, self._priority(number), asked)
            living = yield from self._live_in_line(
                place, lambda: line.move(mine, self._priority(number))
            )
        while living and place is not None:
            if course.starts > asked:
                starts = max(self._day(), course.starts + self._zero)
            if number == 0 and treatment >= 0:
                self._appoint(starts, starts + course_days)
            lost = course.lost = self._service.env.event() if line.resource.outages else None
            living = yield from self._live_until(starts, lost)
            if not living or lost is None or not lost.triggered:
                break
            # A failure took the appointment away: the person is in line again.
            self._set_care(NEVER)
            again = course.place
            living = again is None or (yield from self._live_in_line(again))
        course.lost = None
        if not living and place is not None:
            if place.starts is not None:
                line.release(course)
            line.leave(place)
        outcome = TREATED if living else GAVE_WAY if self._of("alive") else DIED
        priority = first_priority if place is None else place.priority
        earliest = asked + planning if place is None else place.earliest
        lost_walking = int(walked and self._of("frankel") > WALKS_UP_TO)
        harm = (self._of("n_fractures") - fractures, lost_walking)
        no_bed = (0.0, 0.0) if place is None else (place.no_bed_from, place.no_bed_until)
        times = (asked, earliest, self._service.env.now, visit.bed_days, *no_bed)
        known = (0, treatment, number, priority, first_priority, int(sent), outcome, *harm)
        minutes = visit.sessions * visit.minutes
        self._service.write(self._center, visit.resource, *known, minutes, *times)
        return starts if living else None

    def _appoint(self, starts: float, ends: float) -> None:
        """Give the person the days of a course; the pre-hold begins now at the earliest."""
        give_appointment(self._people, self._row, self._all.care, starts, ends)
        # The last event of the life may lie back; a hold that has begun goes on.
        if self._of("episode") == Episode.PREPARING:
            self._set_care(starts)
        else:
            next_step = self._all.clock.item(self._row, Event.CARE)
            self._set_care(max(next_step, min(self._day_now(), starts)))

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
        reason = self._of("episode_reason")
        if reason == Reason.CORD_COMPRESSION:
            return URGENT if number else EMERGENCY
        if (
            reason == Reason.PAINFUL_FRACTURE
            or self._of("pain") >= self._service.clinics.urgent_pain
        ):
            return URGENT
        return ROUTINE

    def _live_until(self, day: float, lost: simpy.Event | None = None) -> Living:
        """Live on to a day, or until an appointment is lost; False if the episode ends before."""
        env = self._service.env
        while True:
            next_day = next_event_of(self._people, self._row)[0]
            at = min(next_day, day) - self._zero
            if at > env.now:
                came = env.timeout(at - env.now)
                yield came if lost is None else FirstOf(env, came, lost)
            if next_day >= day or (lost is not None and lost.triggered):
                return True
            if not self._apply():
                return False

    def _live_in_line(self, place: Place, after_event: Callable[[], None] | None = None) -> Living:
        """Live on until a place is called; False if the episode ends before."""
        if not place.waits:
            return True
        living = yield from self._live_beside(place.called, after_event)
        if living:
            self._service.write_called()
        return living

    def _live_beside(
        self, signal: simpy.Event, after_event: Callable[[], None] | None = None
    ) -> Living:
        """Live on until something happens in the clinic; False if that ends the episode before."""
        env = self._service.env
        while not signal.triggered:
            next_day = next_event_of(self._people, self._row)[0]
            at = next_day - self._zero
            if at > env.now:
                yield FirstOf(env, signal, env.timeout(at - env.now))
                if signal.triggered:
                    return True
            if not self._apply():
                return False
            if after_event is not None:
                after_event()
        return True

    def _apply(self) -> bool:
        """Let the next event happen; False if the person died of it or the episode is another."""
        alive = self._live_on(self._all.care, EVENT, NEVER) != DEATH
        return alive and self._of("episode") in self._phases
