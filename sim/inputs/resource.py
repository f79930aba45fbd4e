"""A resource of a center as a user writes it: when it is open, when it fails, who else needs it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from sim.evidence.checked import Checked, each_of
from sim.evidence.visits import MINUTES_PER_DAY, Minutes, Priority, Sessions, WithinAYear

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hour = Annotated[float, Field(ge=0.0, le=24.0)]


class Demand(Checked):
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
    minutes: Minutes
    sessions: Sessions = 1
    spread: Literal["fixed", "exponential"] = "fixed"
    priority: Priority = "routine"
    patience_days: Annotated[float, Field(gt=0.0)] | None = None
    bed_days: WithinAYear = 0.0


class Outage(Checked):
    """Machines that fail on a date and come back after some days.

    Courses under way on them go on elsewhere as soon as there is room, before new ones begin.
    """

    starts: datetime.date
    days: Annotated[int, Field(ge=1, le=3_650)]
    machines: Annotated[int, Field(ge=1)] = 1


class Resource(Checked):
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
    opens: Hour = 8.0
    closes: Hour = 17.0
    weekdays: Annotated[tuple[str, ...], each_of(WEEKDAYS)] = WEEKDAYS[:5]
    on_call: bool = False
    notice_days: WithinAYear = 0.0
    reserved_minutes: Annotated[float, Field(ge=0.0, le=MINUTES_PER_DAY)] = 0.0
    maintenance_every_weeks: Annotated[int, Field(ge=1, le=520)] | None = None
    outages: tuple[Outage, ...] = ()
    others: tuple[Demand, ...] = ()

    @field_validator("weekdays")
    @classmethod
    def _weekdays_in_order(cls, weekdays: tuple[str, ...]) -> tuple[str, ...]:
        if not weekdays:
            raise ValueError("is empty, so that it never opens; allowed: at least one day")
        return tuple(day for day in WEEKDAYS if day in weekdays)

    def faults(self) -> Iterator[str]:
        """Hours without an opening, and what is asked for beyond them or the machines."""
        if self.closes <= self.opens:
            yield (
                f"closes is {self.closes:g} and opens {self.opens:g}, so that it never opens; "
                "allowed: closes after opens"
            )
            return
        if self.reserved_minutes > 0.0 and self.notice_days == 0.0:
            yield (
                f"reserved_minutes is {self.reserved_minutes:g} and notice_days 0, so that nobody "
                "is called ahead and there is nothing to reserve; allowed: with notice_days only"
            )
        if self.reserved_minutes >= self.minutes_per_day:
            yield (
                f"reserved_minutes is {self.reserved_minutes:g}; allowed: less than the "
                f"{self.minutes_per_day:g} minutes of a day"
            )
            return
        for demand in self.others:
            longest = self.longest_session(demand)
            if demand.minutes > longest:
                yield (
                    f"others ask for {demand.minutes:g} minutes a session; allowed: at most the "
                    f"{longest:g} minutes of a day that are not reserved"
                )
        for outage in self.outages:
            if self.machines is None:
                yield (
                    f"outages: {outage.machines} machines fail of a resource without limit; "
                    "allowed: outages where machines is a number"
                )
            elif outage.machines > self.machines:
                yield f"outages: {outage.machines} machines fail; allowed: at most {self.machines}"
        if self.maintenance_every_weeks == 1 and len(self.weekdays) == 1:
            yield (
                "maintenance_every_weeks is 1 and it opens on one day a week, so that it never "
                "opens; allowed: 2 or more"
            )

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
