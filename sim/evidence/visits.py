"""What a course needs of a clinic, which resource and for how long, and who else needs it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from sim.evidence.checked import Checked, one_of
from sim.evidence.rows import FOLDER, Row, SourceKey, read_rows
from sim.evidence.treatments import OF_TREATMENTS, known_treatments

BED = "bed"
RESOURCES = ("consultant", *OF_TREATMENTS, BED)
"""What people compete for in a clinic; a scenario may name others."""

CONSULT_VISIT = "consult"
"""Name of the visit at which the decision is taken."""

MINUTES_PER_DAY = 1_440.0
Sessions = Annotated[int, Field(ge=1, le=60)]
Minutes = Annotated[float, Field(gt=0.0, le=MINUTES_PER_DAY)]
WithinAYear = Annotated[float, Field(ge=0.0, le=365.0)]
"""Days."""
Priority = Literal["emergency", "urgent", "routine"]


class Visit(Checked):
    """One stay of a course at a resource: a number of sessions on consecutive working days.

    Parameters
    ----------
    resource : str
    sessions : int
        One a working day.
    minutes : float
        Of the resource, a session.
    planning_days, emergency_planning_days : float
        From the request until the first session could be given.
    after_days : float
        From the end of the visit before it.
    bed_days : float
        Stay in a bed from the first session on.
    """

    resource: str
    sessions: Sessions = 1
    minutes: Minutes
    planning_days: WithinAYear = 0.0
    emergency_planning_days: WithinAYear = 0.0
    after_days: WithinAYear = 0.0
    bed_days: WithinAYear = 0.0


class _OfClinics(Row):
    """A row about clinics, most of which are assumed."""

    source: SourceKey
    note: str = ""

    def faults(self) -> Iterator[str]:
        """An assumption without a reason."""
        if self.source == "assumed" and not self.note:
            yield "note is missing; an assumed value needs a note that says why"


class _VisitRow(Visit, _OfClinics):
    treatment: str
    resource: Annotated[str, one_of(RESOURCES)]

    @field_validator("treatment")
    @classmethod
    def _treatment_known(cls, name: str) -> str:
        if name not in (CONSULT_VISIT, *known_treatments()):
            raise ValueError(f"{name!r} is not in treatments.csv")
        return name


class Others(_OfClinics):
    """Courses of other patients that a population asks a resource for.

    Parameters
    ----------
    resource : str
    per_new_cancer : float
        Courses for every new cancer of the population.
    minutes, sessions, priority, bed_days
        As of `sim.Demand`.
    """

    resource: Annotated[str, one_of(RESOURCES)]
    per_new_cancer: Annotated[float, Field(gt=0.0, le=100.0)]
    minutes: Minutes
    sessions: Sessions
    priority: Priority
    bed_days: WithinAYear


@cache
def known_visits(path: Path = FOLDER / "visits.csv") -> dict[str, tuple[Visit, ...]]:
    """The visits of each treatment, and of the consult, in order, of a file `read_rows` accepts."""
    found: dict[str, tuple[Visit, ...]] = {}
    for row in read_rows(path, _VisitRow).values():
        visit = Visit(**row.model_dump(include=set(Visit.model_fields)))
        found[row.treatment] = (*found.get(row.treatment, ()), visit)
    return found


@cache
def known_others() -> tuple[Others, ...]:
    """Other patients, as the program assumes them."""
    return tuple(read_rows(FOLDER / "others.csv", Others).values())
