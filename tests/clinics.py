"""Clinics small enough for a test, and people watched event by event while they live in them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from sim import Result, Scenario
from sim.clinics import people as access_people
from sim.clinics.line import Line
from sim.clinics.log import DIED, GAVE_WAY, LEFT, TREATED, ClinicLog
from sim.clinics.people import Person, Treated
from sim.clinics.place import Place
from sim.clinics.plan import Access
from sim.clinics.service import Service
from sim.engine.loop import CONSULT, COURSE, DAY, DEATH, EVENT, live_on, next_event_of
from sim.engine.policies import Strategies
from sim.evidence.vocabulary import DAYS_PER_YEAR, Episode, Reason, Stage
from sim.inputs.clinics import Center, Clinics
from sim.inputs.resource import Resource
from sim.life.events import EVENTS, Event
from sim.life.hazards import NEVER
from sim.tables.building import TableBuilder
from tests.pauses import Moment, followed, moment_of
from tests.replay import busy_care, newborn, without_bones
from tests.simplified import Parameters, Records, alike, model_of

OPENING = datetime.date(2010, 1, 1)
"""A Friday: day 3 is a Monday."""
ROUNDING = 1e-6
OUTCOMES = {TREATED: "treated", DIED: "died", GAVE_WAY: "gave_way", LEFT: "left"}
"""How a wait ended."""
EVERYTHING = (
    "linear_accelerator",
    "interventional_suite",
    "theater",
    "radiopharmacy",
    "consultant",
)
PHASES = {int(phase): phase.label for phase in Episode}
# Members of an enumeration are looked up slowly, a million times.
WAITING, REFERRED = int(Episode.WAITING), int(Event.REFERRED)
TWO_DAYS = ("monday", "thursday")
LATER = 3_650.0


def one_center(machines: int | None = 1, **changes: Any) -> Clinics:
    """Clinics with one center that has so many of everything, but for beds.

    Changes that are fields of `Clinics` go there; others are resources instead, None for none.
    """
    of_clinics = {name: changes.pop(name) for name in list(changes) if name in Clinics.model_fields}
    kinds = dict.fromkeys(EVERYTHING, Resource(machines=machines)) | changes
    resources = {name: resource for name, resource in kinds.items() if resource is not None}
    return Clinics(centers=(Center(name="north", resources=resources),), **of_clinics)


def scarce(**changes: Any) -> Clinics:
    """A center open so seldom that people wait for weeks."""
    few: dict[str, Any] = {
        "linear_accelerator": Resource(machines=1, opens=8, closes=9),
        "interventional_suite": Resource(machines=1, opens=8, closes=10.5, weekdays=TWO_DAYS),
        "theater": Resource(machines=1, opens=8, closes=13, weekdays=TWO_DAYS),
        "consultant": Resource(machines=1, opens=8, closes=9.5),
        "radiopharmacy": Resource(machines=1, opens=8, closes=9),
        "bed": Resource(machines=2),
    }
    return one_center(**(few | changes))


@dataclass(frozen=True)
class Seen:
    """A person right after an event, and what time it was in the clinic then."""

    day: float
    clinic_day: float
    event: str
    phase: str
    alone: bool
    pain: float
    reason: int
    moment: Moment | None


@dataclass
class Lived:
    """What came out of watched lives; days in `waits` are since the clinics opened."""

    people: Records
    service: Service
    strategies: Strategies
    zero: NDArray[np.float64]
    """Day since the diagnosis on which the clinics open."""
    seen: list[list[Seen]]
    rows: list[int] = field(default_factory=list)
    """Whose each of the waits is."""
    known: dict[int, tuple[int, ...]] = field(default_factory=lambda: defaultdict(tuple))
    """What was read of each person at their last moment."""
    called: list[tuple[float, Place, list[tuple[int, float, int]]]] = field(default_factory=list)
    """When places were called, which, and priority, day and number of those that stayed in line."""

    @property
    def waits(self) -> NDArray[np.void]:
        """Waits of the people, in the order in which they ended."""
        found: NDArray[np.void] = self.service.log().waits
        return found[found["other"] == 0]

    def outcomes(self) -> list[tuple[int, str]]:
        """Whose wait ended, and how, in the order in which they did."""
        return [(r, OUTCOMES[o]) for r, o in zip(self.rows, self.waits["outcome"], strict=True)]

    def at(self, resource: str) -> NDArray[np.bool_]:
        """Which waits are for a resource."""
        return np.asarray(self.waits["resource"] == self.service.resources.index(resource))

    def line(self, resource: str) -> Line:
        """The line of a resource at the first center."""
        found = self.service.find(self.service.clinics.centers[0].name, resource)
        assert found is not None
        return found[0]

    def given(self, resource: str) -> dict[int, float]:
        """Minutes of sessions by day."""
        found: dict[int, float] = {}
        for machine in self.line(resource).machines:
            for day, minutes in enumerate(machine.used):
                if minutes > ROUNDING:
                    found[day] = found.get(day, 0.0) + minutes
        return found

    def clinic_days(self, row: int, event: str) -> list[float]:
        """When an event happened to a person, in days since the clinics opened."""
        zero = float(self.zero[row])
        return [seen.day - zero for seen in self.seen[row] if seen.event == event]


def everybody(
    clinics: Clinics, people: Records, cared: Strategies, years: float, parameters: Parameters
) -> Treated:
    """People of the first center of clinics that open on 1 January 2010, all one simulation."""
    names = [center.name for center in clinics.centers]
    access = replace(
        Access.of(clinics, (), (2010, 2010)), opening_year=2010, until_day=years * DAYS_PER_YEAR
    )
    return Treated(
        Service(clinics, names, OPENING, 1, 0, access.until_day),
        people,
        range(len(people)),
        names[:1] * len(people),
        access,
        model_of(parameters, alike(0), strategies=cared),
        0,
    )


def live_in(clinics: Clinics, people: Records, cared: Strategies, *, years: float = 20.0) -> Lived:
    """Live started lives of `busy_care` to death in clinics, and write every event down.

    Parameters
    ----------
    clinics : Clinics
    people : array of `PERSON`
        Changed in place.
    cared : Strategies
        The first is followed.
    years : float
        For which the clinics are open.
    """
    parameters = busy_care()
    treated = everybody(clinics, people, cared, years, parameters)
    zero = (2010.0 - people["diagnosis_year"]) * DAYS_PER_YEAR
    lived = Lived(people, treated.service, cared, zero, [[] for _ in people])
    env, write = treated.service.env, treated.service.write
    for name in EVERYTHING:
        found = treated.service.find(treated.centers[0], name)
        if found is not None:
            _listen(found[0], lived)

    def watched(its: Records, row: int, *rest: Any) -> int:
        return _live_on(lived, its, row, *rest)

    def write_down(center: str, resource: str, *wait: float) -> None:
        process: Any = env.active_process
        lived.rows.append(process.row)
        write(center, resource, *wait)

    with (
        patch.object(access_people, "live_on", watched),
        patch.object(treated.service, "write", write_down),
    ):
        for row in range(len(people)):
            process: Any = env.process(Person(treated, row, treated.centers[0]).life())
            process.row = row
        env.run()
    return lived


def _listen(line: Line, lived: Lived) -> None:
    def called(place: Place) -> None:
        # As they are now: who waits on may get another priority.
        stay = [waiting.key for waiting in line.waiting if waiting is not place]
        lived.called.append((line.now, place, stay))

    line.on_called = called


def _seen(lived: Lived, row: int, *, alone: bool) -> Seen:
    person = lived.people[row]
    clinic_day = float(lived.service.env.now) + float(lived.zero[row])
    moment = moment_of(person, lived.known[row])
    if moment is not None:
        lived.known[row] = followed(person)
    return Seen(
        float(person["now"]),
        clinic_day,
        EVENTS[int(person["event"])],
        PHASES[int(person["episode"])],
        alone,
        float(person["pain"]),
        int(person["episode_reason"]),
        moment,
    )


def _live_on(
    lived: Lived,
    people: Records,
    row: int,
    cancers: Records,
    worlds: Records,
    care: Records,
    stop: int,
    until_day: float,
) -> int:
    """What the compiled function does, with every event written down."""
    person = people[row]
    while person["alive"] == 1:
        asks = person["episode"] == WAITING and person["course_start_day"] == NEVER
        if stop in (COURSE, CONSULT) and asks:
            return COURSE
        if next_event_of(people, row)[0] >= until_day:
            return DAY
        live_on(people, row, cancers, worlds, care, EVENT, NEVER)
        lived.seen[row].append(_seen(lived, row, alone=stop != EVENT))
        if stop == CONSULT and person["event"] == REFERRED:
            return CONSULT
        if stop == EVENT and person["alive"] == 1:
            return EVENT
    return DEATH


_POOLS: dict[bytes, Records] = {}


def _ask_for_a_course(cared: Strategies) -> Records:
    """People who have just been decided on and ask for a course; their other bone is spared."""
    care = cared.policies[:1].copy()
    care["finite"] = 1
    key = care.tobytes()
    if key not in _POOLS:
        people, parameters = busy_people(500, seed=3), without_bones(busy_care())
        asks = [
            live_on(people, row, *parameters, care, COURSE, NEVER) == COURSE
            for row in range(len(people))
        ]
        _POOLS[key] = people[asks]
    return _POOLS[key]


def decided(
    on: Sequence[float],
    cared: Strategies,
    wanted: Callable[[Records], NDArray[np.bool_]] | None = None,
) -> Records:
    """People who ask for a course for pain, and to whom nothing else happens but death much later.

    Parameters
    ----------
    on : sequence of float
        One for each day since the clinics opened.
    cared : Strategies
    wanted : callable, optional
        Says who will do.
    """
    people = _ask_for_a_course(cared)
    people = people[people["cord_compression_day"] == NEVER]
    if wanted is not None:
        people = people[wanted(people)]
    found: Records = people[: len(on)].copy()
    assert len(found) == len(on)
    found["episode_reason"] = Reason.PAIN
    found["diagnosis_year"] = 2010.0 + (np.array(on) - found["now"]) / DAYS_PER_YEAR
    found["clock"] = NEVER
    for clocks in ("clock", "due", "ramp_day", "next_day"):
        found["lesions"][clocks] = NEVER
    # Nothing else that hurts is referred while they live.
    found["lesions"]["quiet_until"] = NEVER
    for person, day in zip(found, on, strict=True):
        let_happen(person, Event.DEATH_OTHER, day + LATER)
        # Not never: it would be set anew as soon as anything changes the pain.
        let_happen(person, Event.PAIN_VARIES, day + 2.0 * LATER)
    return found


def let_happen(person: Any, event: int, clinic_day: float) -> None:
    """Let an event come to a person on a day since the clinics opened."""
    zero = (2010.0 - float(person["diagnosis_year"])) * DAYS_PER_YEAR
    person["clock"][event] = clinic_day + zero


def busy_people(people: int, seed: int = 5) -> Records:
    """People with much in their spine at diagnosis in 2010, their lives not yet lived."""
    return newborn(busy_care(), alike(people, stage=Stage.DISTANT), seed)


def run_with_logs(of: Scenario, workers: int = 1) -> tuple[Result, list[ClinicLog]]:
    """Run a scenario: its result, and what the clinics wrote down by replicate and strategy."""
    found: list[ClinicLog] = []
    add_access = TableBuilder.add_access

    def added(self: TableBuilder, draw: int, replicate: int, logs: list[ClinicLog]) -> list[float]:
        found.extend(logs)
        return add_access(self, draw, replicate, logs)

    with patch.object(TableBuilder, "add_access", added):
        return of.run(workers=workers), found
