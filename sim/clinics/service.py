"""The lines of centers that are linked: what they have, who else comes, and what fails when."""

from __future__ import annotations

import datetime
import math
import zlib
from collections.abc import Generator, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import simpy

from sim.clinics.beds import Beds
from sim.clinics.course import Course
from sim.clinics.line import Line
from sim.clinics.log import LEFT, LINE, MONTH, TREATED, WAIT, ClinicLog
from sim.clinics.place import Place
from sim.evidence.random_numbers import arrivals, exponential_numbers
from sim.evidence.visits import BED, MINUTES_PER_DAY
from sim.inputs.clinics import CONTINUING, PRIORITIES, Center, Clinics
from sim.inputs.resource import Demand


def month_ends(opening: datetime.date, until_day: float) -> list[int]:
    """The first day after every calendar month, in days since the opening on the first of one."""
    ends: list[int] = []
    while not ends or ends[-1] < until_day - 1.0:
        month = opening.month + len(ends)
        first = datetime.date(opening.year + month // 12, month % 12 + 1, 1)
        ends.append((first - opening).days)
    return ends


class Service:
    """Centers that send people to each other, as one SimPy environment.

    Parameters
    ----------
    names : sequence of str
        The centers that are linked.
    opening : datetime.date
        Day 0.
    seed, replicate : int
        Of the luck of other patients, which is the same under every strategy.
    until_day : float
        Other patients come, and months are written down, up to here.
    """

    def __init__(
        self,
        clinics: Clinics,
        names: Sequence[str],
        opening: datetime.date,
        seed: int,
        replicate: int,
        until_day: float,
    ) -> None:
        self.env = simpy.Environment(0.0)
        self.clinics = clinics
        self.opening = opening
        self.resources = clinics.resource_names()
        self.waits: list[tuple[Any, ...]] = []
        self._called: list[tuple[Any, ...]] = []
        """Rows of other patients who were called up at one moment, still to be written down."""
        self._called_at = 0.0
        self._interruptions: list[tuple[Any, ...]] = []
        self._months: list[tuple[Any, ...]] = []
        self._until = until_day
        self._month_ends = month_ends(opening, until_day)
        self._beds: dict[str, Beds] = {}
        self._bed_queues: dict[str, list[float]] = {}
        """People who wait for want of a bed, by center and month."""
        self._lines: dict[tuple[str, str], Line] = {}
        self._where: dict[Line, tuple[int, int]] = {}
        """Numbers of the center and the resource of each line."""
        self.centers = {center.name: center for center in clinics.centers}
        self._numbers = {center.name: i for i, center in enumerate(clinics.centers)}
        for name in names:
            self._open(clinics.center(name), seed, replicate)

    def _open(self, center: Center, seed: int, replicate: int) -> None:
        """Set up the lines of a center, its other patients and its failures."""
        bed = center.resources.get(BED)
        beds = self._beds[center.name] = Beds(None if bed is None else bed.machines)
        if beds.beds:
            self.env.process(self._months_of_beds(center.name, beds))
        for name, resource in center.resources.items():
            if not center.has(name) or name == BED:
                continue
            first_weekday = self.opening.weekday()
            line = Line(self.env, resource, first_weekday, beds, on_interrupted=self._interrupted)
            beds.waiting.append(line)
            self._lines[center.name, name] = line
            self._where[line] = (self._numbers[center.name], self.resources.index(name))
            self.env.process(self._months_of(line))
            for number, demand in enumerate(resource.others):
                address = [seed, replicate, zlib.crc32(f"{center.name}/{name}".encode()), number]
                luck = np.random.Generator(np.random.Philox(np.random.SeedSequence(address)))
                self.env.process(self._others(line, demand, luck))
            for outage in resource.outages:
                day = (outage.starts - self.opening).days
                self.env.process(self._outage(line, day, outage.machines, outage.days))

    def find(self, center: str, resource: str) -> tuple[Line, bool] | None:
        """The line for a resource, and whether it is at another center; None if nobody has it."""
        if (center, resource) in self._lines:
            return self._lines[center, resource], False
        other = self.centers[center].sends_to.get(resource)
        return None if other is None else (self._lines[other, resource], True)

    def write(self, center: str, resource: str, *wait: float) -> None:
        """Write down a wait of a person of a center: the other columns of `WAIT`."""
        self.write_called(before=self.env.now)
        self.waits.append((self._numbers[center], self.resources.index(resource), *wait))

    def _outage(
        self, line: Line, day: int, machines: int, days: int
    ) -> Generator[simpy.Event, None, None]:
        days += min(day, 0)  # What is left of one that began before the clinics opened.
        if days > 0:
            yield self.env.timeout(max(day, 0))
            line.fail(machines, days)

    def _others(
        self, line: Line, demand: Demand, luck: np.random.Generator
    ) -> Generator[simpy.Event, None, None]:
        """Other patients come at random, take a place, and may lose patience."""
        days = arrivals(luck, demand.per_week / 7.0, self._until)
        n = len(days)
        lengths = np.full(n, demand.minutes)
        if demand.spread == "exponential":
            longest = line.resource.longest_session(demand)
            lengths = np.minimum(exponential_numbers(luck, demand.minutes, n), longest)
        patience = np.full(n, np.inf)
        if demand.patience_days is not None:
            patience = exponential_numbers(luck, demand.patience_days, n)
        priority, tells = PRIORITIES.index(demand.priority), self._other_called
        env, sessions, bed_days, now = self.env, demand.sessions, demand.bed_days, self.env.now
        # Past midnight a longer session may have room where a shorter one has none.
        varied = demand.spread == "exponential" and not (bed_days or line.resource.always_open)
        for at, minutes, patient_days in zip(
            days.tolist(), lengths.tolist(), patience.tolist(), strict=True
        ):
            yield env.timeout(at - now if at > now else 0.0)
            now = env.now
            course = Course(sessions, minutes, bed_days, varied=varied)
            waiting = line.join(course, priority, now)
            if not waiting.waits:
                self._write_other(waiting, TREATED, waiting.starts)
                continue
            waiting.tells = tells
            if patient_days < np.inf:
                env.timeout(patient_days).callbacks.append(partial(self._lose_patience, waiting))

    def _interrupted(self, again: Place) -> None:
        """Write down how long a course waits to go on, once it does; its patient may die before."""

        def goes_on(_: Any = None) -> None:
            other = int(again.course.done is None)
            known = (other, -1, 0, CONTINUING, CONTINUING, 0, TREATED, 0, 0, 0.0)
            no_bed = (0.0, again.no_bed_from, again.no_bed_until)
            times = (again.asked, again.earliest, again.starts, *no_bed)
            self._interruptions.append((*self._where[again.line], *known, *times))

        if again.waits:
            again.called.callbacks.append(goes_on)
        else:
            goes_on()

    def _other_called(self, waiting: Place) -> None:
        """Write down soon who was called up: who comes or goes at this moment is written first."""
        now = self.env.now
        if now != self._called_at:
            self.write_called()
            self._called_at = now
        self._called.append(self._row_of(waiting, TREATED, waiting.starts))

    def write_called(self, *, before: float = math.inf) -> None:
        """Write down which other patients were called up so far, or before a time."""
        if self._called and self._called_at < before:
            self.waits += self._called
            self._called.clear()

    def _lose_patience(self, waiting: Place, _: Any) -> None:
        if waiting.waits:
            waiting.line.leave(waiting)
            self._write_other(waiting, LEFT, self.env.now)

    def _write_other(self, waiting: Place, outcome: int, ended: float | None) -> None:
        self.write_called(before=self.env.now)
        self.waits.append(self._row_of(waiting, outcome, ended))

    def _row_of(self, waiting: Place, outcome: int, ended: float | None) -> tuple[Any, ...]:
        """What is written down of another patient."""
        p, w = waiting.priority, waiting
        center, resource = self._where[w.line]
        known = (center, resource, 1, -1, 0, p, p, 0, outcome, 0, 0, w.minutes, w.asked, w.earliest)
        return (*known, ended, w.course.bed_days, w.no_bed_from, w.no_bed_until)

    def _months_of(self, line: Line) -> Generator[simpy.Event, None, None]:
        """Write down the line month by month."""
        before = 0.0
        for month, (first_day, last_day) in enumerate(pairwise((0, *self._month_ends))):
            yield self.env.timeout(max(last_day - self.env.now, 0.0))
            line.count(self.env.now, 0)
            used, is_open = line.machines.minutes(first_day, last_day)
            queue = (line.queue_days - before) / (last_day - first_day)
            self._months.append((*self._where[line], month, queue, used, is_open))
            before = line.queue_days

    def _months_of_beds(self, center: str, beds: Beds) -> Generator[simpy.Event, None, None]:
        """Keep who waits for want of a bed month by month."""
        before = 0.0
        for first_day, last_day in pairwise((0, *self._month_ends)):
            yield self.env.timeout(max(last_day - self.env.now, 0.0))
            beds.count(self.env.now, 0)
            self._bed_queues.setdefault(center, []).append(
                (beds.queue_days - before) / (last_day - first_day)
            )
            before = beds.queue_days

    def log(self) -> ClinicLog:
        """What was written down, once the environment has run."""
        self.write_called()
        lines: list[tuple[Any, ...]] = []
        bed = self.resources.index(BED)
        for name, beds in self._beds.items():
            if not beds.beds:
                continue
            number, missing = self._numbers[name], sum(x.beds_missing for x in beds.waiting)
            days = (beds.waited_days, beds.queue_days)
            lines.append((number, bed, beds.beds, beds.longest, *days, beds.length, missing))
            ends = (0, *self._month_ends)
            queues = self._bed_queues.get(name, [])  # none if the environment has not run
            for month, (queue, bed_days, (first_day, last_day)) in enumerate(
                zip(queues, beds.bed_days(ends), pairwise(ends), strict=False)
            ):
                used = bed_days * MINUTES_PER_DAY
                is_open = beds.beds * (last_day - first_day) * MINUTES_PER_DAY
                self._months.append((number, bed, month, queue, used, is_open))
        for line, where in self._where.items():
            line.count(self.env.now, 0)
            machines = float("inf") if line.unlimited else len(line.machines)
            waited = line.waited_days + sum(line.now - place.joined for place in line.waiting)
            days = (waited, line.queue_days)
            lines.append((*where, machines, line.longest, *days, line.length, line.beds_missing))
        return ClinicLog(
            np.array(self.waits, WAIT),
            np.array(self._months, MONTH),
            np.array(lines, LINE),
            np.array(self._interruptions, WAIT),
        )
