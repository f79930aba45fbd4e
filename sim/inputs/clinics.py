"""Finite access as a user writes it: centers, what they own, when it is open, who else needs it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sim.evidence.visits import BED, CONSULT, RESOURCES, Days, Visit, known_others, known_visits
from sim.evidence.vocabulary import DAYS_PER_YEAR, nearest

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_PER_DAY = 1_440.0

PRIORITIES = ("emergency", "continuing", "urgent", "routine")
"""Who goes first: cord compression; a course that was interrupted; severe pain or a painful
fracture; all others. Within a class, who asked first."""
EMERGENCY, CONTINUING, URGENT, ROUTINE = range(4)
ANALGESIA = "analgesia_only"
"""The treatment that needs nothing."""
Priority = Literal["emergency", "urgent", "routine"]

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Demand(_Frozen):
    """Other patients who need the same resource: they arrive at random, at one rate all along.

    Parameters
    ----------
    per_week : float
        Courses asked for; arrivals are a Poisson process.
    minutes : float
        Of the resource, a session.
    sessions : int
        On consecutive working days.
    spread : {'fixed', 'exponential'}
        Whether every session takes `minutes`, or it is their mean; none takes longer than there is
        room for in a day.
    priority : {'emergency', 'urgent', 'routine'}
    patience_days : float, optional
        Mean time, exponential, after which somebody waiting leaves; nobody leaves by default.
    bed_days : float
        Stay in a bed from the first session on.
    """

    per_week: Annotated[float, Field(ge=0.0, le=100_000.0)]
    minutes: Annotated[float, Field(gt=0.0, le=MINUTES_PER_DAY)]
    sessions: Annotated[int, Field(ge=1, le=60)] = 1
    spread: Literal["fixed", "exponential"] = "fixed"
    priority: Priority = "routine"
    patience_days: Annotated[float, Field(gt=0.0)] | None = None
    bed_days: Days = 0.0


class Outage(_Frozen):
    """Machines that fail on a date and come back after some days.

    Courses under way on them go on elsewhere as soon as there is room, before new ones begin.
    """

    starts: datetime.date
    days: Annotated[int, Field(ge=1, le=3_650)]
    machines: Annotated[int, Field(ge=1)] = 1


class Resource(_Frozen):
    """What a center has of one resource. Every number is the service's own: assumed, not evidence.

    Parameters
    ----------
    machines : int or None
        Machines, rooms, consultants or beds; None for as many as are asked for, always open.
    opens, closes : float
        Hours of the day.
    weekdays : tuple of str
        Days on which it opens.
    on_call : bool
        Whether emergencies are treated at any hour of any day, and on days that are full.
    notice_days : float
        How long ahead people who are no emergency are called; the hold of systemic therapy before
        a course runs in it. 0: whoever is first in line is taken when a machine is free.
    reserved_minutes : float
        Of each machine and day, kept from those called ahead, for emergencies.
    maintenance_every_weeks : int, optional
        Each machine is off for one working day in so many weeks.
    outages : tuple of Outage
    others : tuple of Demand
        Other patients who need it.
    """

    machines: Annotated[int, Field(ge=0, le=10_000)] | None
    opens: Annotated[float, Field(ge=0.0, le=24.0)] = 8.0
    closes: Annotated[float, Field(ge=0.0, le=24.0)] = 17.0
    weekdays: tuple[str, ...] = WEEKDAYS[:5]
    on_call: bool = False
    notice_days: Days = 0.0
    reserved_minutes: Annotated[float, Field(ge=0.0, le=MINUTES_PER_DAY)] = 0.0
    maintenance_every_weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    outages: tuple[Outage, ...] = ()
    others: tuple[Demand, ...] = ()

    @field_validator("weekdays")
    @classmethod
    def _weekdays_known(cls, weekdays: tuple[str, ...]) -> tuple[str, ...]:
        for day in weekdays:
            if day not in WEEKDAYS:
                raise ValueError(f"names {day!r}; {nearest(day, WEEKDAYS)}")
        if not weekdays:
            raise ValueError("is empty, so that it never opens; allowed: at least one day")
        return tuple(day for day in WEEKDAYS if day in weekdays)

    @model_validator(mode="after")
    def _opens_long_enough(self) -> Resource:
        if self.closes <= self.opens:
            raise ValueError(
                f"closes is {self.closes:g} and opens {self.opens:g}, so that it never opens; "
                "allowed: closes after opens"
            )
        if self.reserved_minutes > 0.0 and self.notice_days == 0.0:
            raise ValueError(
                f"reserved_minutes is {self.reserved_minutes:g} and notice_days 0, so that nobody "
                "is called ahead and there is nothing to reserve; allowed: with notice_days only"
            )
        if self.reserved_minutes >= self.minutes_per_day:
            raise ValueError(
                f"reserved_minutes is {self.reserved_minutes:g}; allowed: less than the "
                f"{self.minutes_per_day:g} minutes of a day"
            )
        for demand in self.others:
            longest = self.longest_session(demand)
            if demand.minutes > longest:
                raise ValueError(
                    f"others ask for {demand.minutes:g} minutes a session; allowed: at most the "
                    f"{longest:g} minutes of a day that are not reserved"
                )
        for outage in self.outages:
            if self.machines is None:
                raise ValueError(
                    f"outages: {outage.machines} machines fail of a resource without limit; "
                    "allowed: outages where machines is a number"
                )
            if outage.machines > self.machines:
                raise ValueError(
                    f"outages: {outage.machines} machines fail; allowed: at most {self.machines}"
                )
        if self.maintenance_every_weeks == 1 and len(self.weekdays) == 1:
            raise ValueError(
                "maintenance_every_weeks is 1 and it opens on one day a week, so that it never "
                "opens; allowed: 2 or more"
            )
        return self

    @property
    def minutes_per_day(self) -> float:
        """Minutes that a machine is open on a working day."""
        return (self.closes - self.opens) * 60.0

    def longest_session(self, demand: Demand) -> float:
        """Minutes of the longest session that other patients can be given."""
        called_ahead = self.notice_days > 0.0 and demand.priority != "emergency"
        past_midnight = self.always_open and demand.sessions == 1 and not called_ahead
        if self.machines is None or past_midnight:
            return math.inf
        return self.minutes_per_day - (self.reserved_minutes if called_ahead else 0.0)

    @property
    def always_open(self) -> bool:
        """Whether it never closes."""
        return self.minutes_per_day == MINUTES_PER_DAY and len(self.weekdays) == len(WEEKDAYS)

    @classmethod
    def never_closing(cls, machines: int, **fields: Any) -> Resource:
        """A resource that is open day and night.

        Examples
        --------
        >>> Resource.never_closing(2).always_open
        True
        """
        return cls(machines=machines, opens=0.0, closes=24.0, weekdays=WEEKDAYS, **fields)


class Center(_Frozen):
    """One center: the share of the population that comes to it, and what it has.

    Parameters
    ----------
    name : str
    catchment : float
        Share of the population's new cancers, relative to the other centers'.
    resources : dict of Resource
        By name: linear_accelerator, interventional_suite, theater, radiopharmacy, consultant, bed,
        or one that `Clinics.visits` names. A consult has its published wait where there are no
        consultants; nobody needs a bed where there are none.
    sends_to : dict of str
        By resource that it lacks: the center that people are sent to.
    transfer_days, emergency_transfer_days : float
        Time that sending takes, beside planning.
    """

    name: Name
    catchment: Annotated[float, Field(gt=0.0)] = 1.0
    resources: dict[str, Resource]
    sends_to: dict[str, str] = {}
    transfer_days: Days = 1.0
    emergency_transfer_days: Days = 0.25

    @model_validator(mode="after")
    def _beds_are_counted_only(self) -> Center:
        bed = self.resources.get(BED)
        if bed is None:
            return self
        if bed.others:
            raise ValueError("resources: bed has others; allowed: bed_days of what they come for")
        for name, resource in self.resources.items():
            if bed.machines == 0 and any(demand.bed_days > 0.0 for demand in resource.others):
                raise ValueError(
                    f"resources: others need a bed for {name}, and bed has 0 machines; allowed: at "
                    "least 1, or no bed"
                )
        return self

    @classmethod
    def serving(
        cls, name: str, new_cancers: float, resources: Mapping[str, Resource], **fields: Any
    ) -> Center:
        """A center for so many new cancers a year, with the other patients they bring along.

        Other patients are those of `sim/evidence/others.csv`, where a resource names none itself.

        Examples
        --------
        >>> linac = Resource(machines=6)
        >>> center = Center.serving("north", 6_000, {"linear_accelerator": linac})
        >>> [round(demand.per_week) for demand in center.resources["linear_accelerator"].others]
        [36, 15]
        """
        filled = {}
        for kind, resource in resources.items():
            others = tuple(
                Demand(
                    per_week=new_cancers * row.per_new_cancer * 7.0 / DAYS_PER_YEAR,
                    **row.model_dump(include={"minutes", "sessions", "priority", "bed_days"}),
                )
                for row in known_others()
                if row.resource == kind
            )
            mine = resource.others or resource.machines in (None, 0)
            filled[kind] = resource if mine else Resource(**{**dict(resource), "others": others})
        return cls(name=name, catchment=new_cancers, resources=filled, **fields)

    def has(self, resource: str) -> bool:
        """Whether the center has at least one of a resource."""
        found = self.resources.get(resource)
        return found is not None and found.machines != 0


class Goals(_Frozen):
    """Days from the decision to the first session that the service wants to keep, by priority."""

    emergency: Days = 1.0
    urgent: Days = 7.0
    routine: Days = 14.0


class Clinics(_Frozen):
    """Finite access: people wait for the machines, rooms and staff of centers.

    Parameters
    ----------
    centers : sequence of Center
        Centers that send people to each other are one simulation.
    visits : dict of tuple of Visit
        By treatment, or `consult`, instead of what `spinemets explain TREATMENT` shows.
    planning_ratio : float
        Multiplies all planning times.
    urgent_pain : float
        Worst pain from which a person who waits is urgent; it may begin or end while waiting.
    goals : Goals
    warm_up_years : int
        Years before the first one counted in which the clinics are open; before that, waits are as
        published.
    follow_up_years : int
        Years after the last one counted in which the clinics are open, with new diagnoses as in
        it; after that, waits are as published again.
    precision : float, optional
        Replicates are added, from 5 up to the scenario's `replicates`, until half the 95% interval
        of the mean wait is at most this share of it. All draws get as many as the point estimate.

    Examples
    --------
    >>> linac = Resource(machines=2, others=[Demand(per_week=20, minutes=15, sessions=20)])
    >>> Clinics(centers=[Center(name="north", resources={"linear_accelerator": linac})]).linked()
    [('north',)]
    """

    centers: tuple[Center, ...]
    visits: dict[str, tuple[Visit, ...]] = {}
    planning_ratio: Annotated[float, Field(ge=0.0, le=100.0)] = 1.0
    urgent_pain: Annotated[float, Field(ge=0.0, le=10.0)] = 7.0
    goals: Goals = Goals()
    warm_up_years: Annotated[int, Field(ge=0, le=20)] = 2
    follow_up_years: Annotated[int, Field(ge=0, le=20)] = 2
    precision: Annotated[float, Field(gt=0.0, lt=1.0)] | None = None

    @classmethod
    def unlimited(cls) -> Clinics:
        """One center with as much of everything as is asked for, and no planning time."""
        always = {name: Resource(machines=None) for name in RESOURCES if name != BED}
        return cls(centers=(Center(name="everywhere", resources=always),), planning_ratio=0.0)

    @model_validator(mode="after")
    def _centers_fit_together(self) -> Clinics:
        if not self.centers:
            raise ValueError("centers is empty; allowed: at least one")
        for treatment, visits in self.visits.items():
            if not visits:
                raise ValueError(f"visits of {treatment} is empty; allowed: at least one visit")
        names = [center.name for center in self.centers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"centers names {name!r} twice; allowed: each once")
        known = self.resource_names()
        for center in self.centers:
            for resource in (*center.resources, *center.sends_to):
                if resource not in known:
                    raise ValueError(
                        f"centers: {center.name} names {resource!r}; {nearest(resource, known)}"
                    )
            for resource, other in center.sends_to.items():
                self._check_transfer(center, resource, other)
        return self

    def _check_transfer(self, center: Center, resource: str, other: str) -> None:
        names = [c.name for c in self.centers]
        if other not in names:
            raise ValueError(
                f"centers: {center.name} sends to {other!r} for {resource}; {nearest(other, names)}"
            )
        if center.has(resource):
            raise ValueError(
                f"centers: {center.name} sends away for {resource}, which it has; allowed: a "
                "resource that it lacks"
            )
        if not self.center(other).has(resource):
            raise ValueError(
                f"centers: {center.name} sends to {other} for {resource}, which {other} does not "
                "have; allowed: a center that has it"
            )

    def resource_names(self) -> list[str]:
        """All resources that a center may have."""
        found = list(RESOURCES)
        for visits in self.visits.values():
            found += [visit.resource for visit in visits if visit.resource not in found]
        return found

    def center(self, name: str) -> Center:
        """The center of a name."""
        return next(center for center in self.centers if center.name == name)

    def visits_of(self, treatment: str, based_on: Mapping[str, str]) -> tuple[Visit, ...]:
        """What a course of a treatment needs: the scenario's, the program's, or its model's.

        Parameters
        ----------
        treatment : str
        based_on : mapping
            The treatment that each of the user's own is based on.
        """
        while True:
            if treatment in self.visits:
                return self.visits[treatment]
            if treatment in known_visits():
                return known_visits()[treatment]
            if treatment not in based_on:
                return ()
            treatment = based_on[treatment]

    def check(self, treatments: Mapping[str, str], given: set[str]) -> None:
        """Refuse clinics in which a treatment that may be given cannot be had.

        Parameters
        ----------
        treatments : mapping
            The user's own treatments, and what each is based on.
        given : set of str
            Treatments that the strategies may give.

        Raises
        ------
        ValueError
            Naming the center, the treatment and the resource.
        """
        known = (*known_visits(), *treatments, ANALGESIA)
        for name in self.visits:
            if name not in known:
                raise ValueError(f"visits names {name!r}; {nearest(name, known)}")
        for treatment in sorted(given - {ANALGESIA}):
            if not self.visits_of(treatment, treatments):
                raise ValueError(
                    f"visits has none for {treatment}, which a strategy gives; allowed: at least "
                    "one visit"
                )
            for visit in self.visits_of(treatment, treatments):
                for center in self.centers:
                    self._check_visit(center, treatment, visit)
        for visit in self.visits_of(CONSULT, {}):
            for center in self.centers:
                if center.has(visit.resource):
                    self._check_visit(center, CONSULT, visit)

    def _check_visit(self, center: Center, treatment: str, visit: Visit) -> None:
        place = center
        if not center.has(visit.resource):
            if visit.resource not in center.sends_to:
                raise ValueError(
                    f"centers: {center.name} has no {visit.resource}, which {treatment} needs; "
                    "allowed: at least one machine, or sends_to a center that has one"
                )
            place = self.center(center.sends_to[visit.resource])
        found = place.resources[visit.resource]
        room = found.minutes_per_day - found.reserved_minutes
        if found.machines is not None and visit.minutes > room:
            raise ValueError(
                f"centers: {place.name} opens {visit.resource} for {room:g} minutes a day that are "
                f"not reserved, and a session of {treatment} takes {visit.minutes:g}; allowed: "
                "longer hours"
            )
        bed = place.resources.get(BED)
        if visit.bed_days > 0.0 and bed is not None and bed.machines == 0:
            raise ValueError(
                f"centers: {place.name} has 0 beds, and {treatment} needs one; allowed: at least 1"
            )

    def linked(self) -> list[tuple[str, ...]]:
        """Names of the centers that send people to each other, group by group."""
        group = {center.name: center.name for center in self.centers}
        for center in self.centers:
            for other in center.sends_to.values():
                mine, its = group[center.name], group[other]
                group = {name: its if old == mine else old for name, old in group.items()}
        found: dict[str, list[str]] = {}
        for name, of in group.items():
            found.setdefault(of, []).append(name)
        return [tuple(names) for names in found.values()]
