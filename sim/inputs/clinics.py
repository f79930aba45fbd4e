"""Finite access as a user writes it: centers, what each has, whom it serves, where it sends to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from sim.evidence.checked import Checked
from sim.evidence.visits import (
    BED,
    CONSULT_VISIT,
    RESOURCES,
    Visit,
    WithinAYear,
    known_others,
    known_visits,
)
from sim.evidence.vocabulary import DAYS_PER_YEAR, nearest
from sim.inputs.resource import Demand, Resource

PRIORITIES = ("emergency", "continuing", "urgent", "routine")
"""Who goes first: cord compression; a course that was interrupted; severe pain or a painful
fracture; all others. Within a class, who asked first."""
EMERGENCY, CONTINUING, URGENT, ROUTINE = range(4)
ANALGESIA = "analgesia_only"
"""The treatment that needs nothing."""
SAME_SIZE, MOST_TIMES = 0.01, 2.0
"""By how much of itself a number of new cancers may differ without other patients being scaled; how
many times as many as a center is made for may come to it."""

CenterName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]


class Center(Checked):
    """One center: the share of the population that comes to it, and what it has.

    Parameters
    ----------
    catchment : float
        Share of the population's new cancers, relative to the other centers'.
    new_cancers : float, optional
        New cancers a year with which its other patients come, as `serving` sets it: if the scenario
        brings it another number, they come in proportion. By default they come as is written.
    resources : dict of Resource
        By name: linear_accelerator, interventional_suite, theater, radiopharmacy, consultant, bed,
        or one that `Clinics.visits` names. A consult has its published wait where there are no
        consultants; nobody needs a bed where there are none.
    sends_to : dict of str
        By resource that it lacks: the center that people are sent to.
    transfer_days, emergency_transfer_days : float
        Time that sending takes, beside planning.
    """

    name: CenterName
    catchment: Annotated[float, Field(gt=0.0)] = 1.0
    new_cancers: Annotated[float, Field(gt=0.0)] | None = None
    resources: dict[str, Resource]
    sends_to: dict[str, str] = Field(default_factory=dict)
    transfer_days: WithinAYear = 1.0
    emergency_transfer_days: WithinAYear = 0.25

    def faults(self) -> Iterator[str]:
        """Beds that others take, or that others need and are not there."""
        bed = self.resources.get(BED)
        if bed is None:
            return
        if bed.others:
            yield "resources: bed has others; allowed: bed_days of what they come for"
        for name, resource in self.resources.items():
            if bed.machines == 0 and any(demand.bed_days > 0.0 for demand in resource.others):
                yield (
                    f"resources: others need a bed for {name}, and bed has 0 machines; allowed: at "
                    "least 1, or no bed"
                )

    @classmethod
    def serving(
        cls, name: str, new_cancers: float, resources: dict[str, Resource], **fields: Any
    ) -> Center:
        """A center for so many new cancers a year, with the other patients they bring along.

        Other patients are those of `sim/evidence/others.csv`, where a resource names none itself.
        In a scenario of another size all of them come in proportion; machines stay as they are.

        Examples
        --------
        >>> linac = Resource(machines=6)
        >>> center = Center.serving("north", 6_000, {"linear_accelerator": linac})
        >>> [round(demand.per_week) for demand in center.resources["linear_accelerator"].others]
        [36, 15]
        """
        alone = cls(name=name, catchment=new_cancers, resources=resources, **fields)
        filled = {}
        for kind, resource in alone.resources.items():
            others = tuple(
                Demand(
                    per_week=alone.catchment * row.per_new_cancer * 7.0 / DAYS_PER_YEAR,
                    **row.model_dump(include={"minutes", "sessions", "priority", "bed_days"}),
                )
                for row in known_others()
                if row.resource == kind
            )
            mine = resource.others or resource.machines in (None, 0)
            filled[kind] = resource if mine else resource.with_options(others=others)
        return alone.with_options(resources=filled, new_cancers=alone.catchment)

    def for_new_cancers(self, coming: float) -> Center:
        """The same with its other patients in proportion, if it is made for another number.

        Examples
        --------
        >>> linac = {"linear_accelerator": Resource(machines=6)}
        >>> half = Center.serving("north", 6_000, linac).for_new_cancers(3_000)
        >>> [round(demand.per_week) for demand in half.resources["linear_accelerator"].others]
        [18, 7]
        """
        if self.new_cancers is None or abs(coming / self.new_cancers - 1.0) <= SAME_SIZE:
            return self
        ratio = coming / self.new_cancers
        scaled = {}
        for name, resource in self.resources.items():
            others = tuple(
                demand.model_copy(update={"per_week": demand.per_week * ratio})
                for demand in resource.others
            )
            scaled[name] = resource.model_copy(update={"others": others})
        return self.model_copy(update={"resources": scaled, "new_cancers": coming})

    def has(self, resource: str) -> bool:
        """Whether the center has at least one of a resource."""
        found = self.resources.get(resource)
        return found is not None and found.machines != 0


class Goals(Checked):
    """Days from the decision to the first session that the service wants to keep, by priority."""

    emergency: WithinAYear = 1.0
    urgent: WithinAYear = 7.0
    routine: WithinAYear = 14.0


class Clinics(Checked):
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
    visits: dict[str, tuple[Visit, ...]] = Field(default_factory=dict)
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

    def faults(self) -> Iterator[str]:
        """Centers and visits that do not fit together."""
        if not self.centers:
            yield "centers is empty; allowed: at least one"
        for treatment, visits in self.visits.items():
            if not visits:
                yield f"visits of {treatment} is empty; allowed: at least one visit"
        names = [center.name for center in self.centers]
        for name in dict.fromkeys(names):
            if names.count(name) > 1:
                yield f"centers names {name!r} twice; allowed: each once"
        made = [center for center in self.centers if center.new_cancers is not None]
        for center in self.centers:
            if made and center.new_cancers is None and center.catchment == 1.0:
                yield (
                    f"centers: {center.name} has catchment 1 beside {made[0].name}, which is made "
                    f"for {made[0].new_cancers:,.0f} new cancers a year; allowed: Center.serving, "
                    "or a catchment in new cancers"
                )
        known = self.resource_names()
        for center in self.centers:
            for resource in (*center.resources, *center.sends_to):
                if resource not in known:
                    yield f"centers: {center.name} names {resource!r}; {nearest(resource, known)}"
            for resource, other in center.sends_to.items():
                sends = f"centers: {center.name} sends"
                if other not in names:
                    yield f"{sends} to {other!r} for {resource}; {nearest(other, names)}"
                elif center.has(resource):
                    yield (
                        f"{sends} away for {resource}, which it has; allowed: a resource that it "
                        "lacks"
                    )
                elif not self.center(other).has(resource):
                    yield (
                        f"{sends} to {other} for {resource}, which {other} does not have; allowed: "
                        "a center that has it"
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

    def for_population(self, people: int) -> Clinics:
        """The same for so many new cancers a year: other patients of centers made for others."""
        centers = tuple(
            center.for_new_cancers(people * share)
            for center, share in zip(self.centers, self.shares(), strict=True)
        )
        return self.model_copy(update={"centers": centers})

    def shares(self) -> list[float]:
        """Shares of the population that come to each center."""
        everybody = sum(center.catchment for center in self.centers)
        return [center.catchment / everybody for center in self.centers]

    def sizes(self, people: int) -> tuple[float, float] | None:
        """New cancers a year that centers are made for, and those of `people` that come to them.

        None if no center is made for a number.
        """
        made = come = 0.0
        for center, share in zip(self.centers, self.shares(), strict=True):
            if center.new_cancers is not None:
                made += center.new_cancers
                come += people * share
        return (made, come) if made else None

    def visits_of(self, treatment: str, based_on: Mapping[str, str]) -> tuple[Visit, ...]:
        """What a course of a treatment needs: the scenario's, the program's, or its model's.

        `based_on` holds the treatment that each of the user's own is based on.
        """
        while True:
            if treatment in self.visits:
                return self.visits[treatment]
            if treatment in known_visits():
                return known_visits()[treatment]
            if treatment not in based_on:
                return ()
            treatment = based_on[treatment]

    def unmet(self, treatments: Mapping[str, str], given: set[str]) -> Iterator[str]:
        """What keeps the treatments `given` by strategies from being had, a sentence each.

        `treatments` holds the treatment that each of the user's own is based on.
        """
        known = (*known_visits(), *treatments, ANALGESIA)
        for name in self.visits:
            if name not in known:
                yield f"visits names {name!r}; {nearest(name, known)}"
        for treatment in sorted(given - {ANALGESIA}):
            visits = self.visits_of(treatment, treatments)
            if not visits:
                yield (
                    f"visits has none for {treatment}, which a strategy gives; allowed: at least "
                    "one visit"
                )
            for visit in visits:
                for center in self.centers:
                    yield from self._unmet_visit(center, treatment, visit)
        for visit in self.visits_of(CONSULT_VISIT, {}):
            for center in self.centers:
                if center.has(visit.resource):
                    yield from self._unmet_visit(center, CONSULT_VISIT, visit)

    def _unmet_visit(self, center: Center, treatment: str, visit: Visit) -> Iterator[str]:
        place = center
        if not center.has(visit.resource):
            if visit.resource not in center.sends_to:
                yield (
                    f"centers: {center.name} has no {visit.resource}, which {treatment} needs; "
                    "allowed: at least one machine, or sends_to a center that has one"
                )
                return
            place = self.center(center.sends_to[visit.resource])
        found = place.resources[visit.resource]
        room = found.minutes_per_day - found.reserved_minutes
        if found.machines is not None and visit.minutes > room:
            yield (
                f"centers: {place.name} opens {visit.resource} for {room:g} minutes a day that are "
                f"not reserved, and a session of {treatment} takes {visit.minutes:g}; allowed: "
                "longer hours"
            )
        if visit.bed_days > 0.0 and BED in place.resources and not place.has(BED):
            needs = f"{place.name} has 0 beds, and {treatment} needs one"
            yield f"centers: {needs}; allowed: at least 1"

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
