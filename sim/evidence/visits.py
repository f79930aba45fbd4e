"""What a course needs of a clinic, which resource and for how long, and who else needs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.evidence.reader import FOLDER, EvidenceError, evidence, read_rows
from sim.evidence.treatments import known_treatments

RESOURCES = (
    "consultant",
    "linear_accelerator",
    "interventional_suite",
    "theater",
    "radiopharmacy",
    "bed",
)
"""What people compete for in a clinic; a scenario may name others."""

CONSULT = "consult"
"""Name of the visit at which the decision is taken."""
BED = "bed"

Kind = TypeVar("Kind", bound=BaseModel)
Days = Annotated[float, Field(ge=0.0, le=365.0)]


class Visit(BaseModel):
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

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: str
    sessions: Annotated[int, Field(ge=1, le=60)] = 1
    minutes: Annotated[float, Field(gt=0.0, le=1_440.0)]
    planning_days: Days = 0.0
    emergency_planning_days: Days = 0.0
    after_days: Days = 0.0
    bed_days: Days = 0.0


def read_visits(path: Path) -> dict[str, tuple[Visit, ...]]:
    """Read and check the visits of every treatment, and of the consult.

    Raises
    ------
    EvidenceError
        With the file and line of a row that cannot be used.
    """
    found: dict[str, tuple[Visit, ...]] = {}
    names = (CONSULT, *known_treatments())
    for place, row in read_rows(path):
        name, source, note = (row.pop(column) for column in ("treatment", "source", "note"))
        if name not in names:
            raise EvidenceError(f"{place}: treatment {name!r} is not in treatments.csv")
        _check_source(place, source, note)
        if row["resource"] not in RESOURCES:
            raise EvidenceError(
                f"{place}: resource is {row['resource']!r}; allowed: {', '.join(RESOURCES)}"
            )
        found[name] = (*found.get(name, ()), _row(Visit, place, row))
    return found


def _check_source(place: str, source: str, note: str) -> None:
    if source not in evidence().sources:
        raise EvidenceError(f"{place}: source {source!r} is not in sources.csv")
    if source == "assumed" and not note:
        raise EvidenceError(f"{place}: an assumed value needs a note that says why")


def _row(kind: type[Kind], place: str, row: Mapping[str, str]) -> Kind:
    try:
        return kind.model_validate(row)
    except ValidationError as error:
        problem = error.errors()[0]
        raise EvidenceError(f"{place}: {problem['loc'][0]}: {problem['msg']}") from None


class Others(BaseModel):
    """Courses of other patients that a population asks a resource for.

    Parameters
    ----------
    resource : str
    per_new_cancer : float
        Courses for every new cancer of the population.
    minutes, sessions, priority, bed_days
        As of `sim.Demand`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: Literal[RESOURCES]  # type: ignore[valid-type]
    per_new_cancer: Annotated[float, Field(gt=0.0, le=100.0)]
    minutes: Annotated[float, Field(gt=0.0, le=1_440.0)]
    sessions: Annotated[int, Field(ge=1, le=60)]
    priority: Literal["emergency", "urgent", "routine"]
    bed_days: Days


@cache
def known_others() -> tuple[Others, ...]:
    """Other patients, as the program assumes them."""
    found = []
    for place, row in read_rows(FOLDER / "others.csv"):
        _check_source(place, row.pop("source"), row.pop("note"))
        found.append(_row(Others, place, row))
    return tuple(found)


@cache
def known_visits() -> dict[str, tuple[Visit, ...]]:
    """The visits that come with the program, by treatment, in their order."""
    return read_visits(FOLDER / "visits.csv")
