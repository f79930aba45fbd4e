"""Published courses of pain after a treatment, to be drawn beside the model's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.evidence.reader import FOLDER, EvidenceError, read_rows
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import nearest

ROLES = ("input", "validate")
"""Rows that inputs come from, and rows that no input comes from."""


@dataclass(frozen=True)
class PainReading:
    """Pain of the people of one study on one day; day 0 is before the treatment.

    Attributes
    ----------
    id : str
    treatment : str
    days : float
        Since the treatment; the middle of a span of weeks.
    value : float
        On a scale of 0 to 10.
    sd, n : float or None
        Standard deviation over people and their number, where the source gives them.
    role : {'input', 'validate'}
    source : str
    scale : str
        What was asked, and whether the value is a mean or a median.
    """

    id: str
    treatment: str
    days: float
    value: float
    sd: float | None
    n: int | None
    role: str
    source: str
    scale: str


def read_pain_courses(path: Path) -> tuple[PainReading, ...]:
    """Read and check the published courses of pain.

    Raises
    ------
    EvidenceError
        With the file and line of a row that cannot be used.
    """
    found: list[PainReading] = []
    sources = {row["key"] for _, row in read_rows(path.parent / "sources.csv")}
    treatments = list(known_treatments())
    for place, row in read_rows(path):
        missing = [column for column in ("id", "scale") if not row[column]]
        if missing:
            raise EvidenceError(f"{place}: {missing[0]} is missing")
        if row["treatment"] not in treatments:
            hint = nearest(row["treatment"], treatments)
            raise EvidenceError(f"{place}: treatment {row['treatment']!r}; {hint}")
        if row["source"] not in sources:
            raise EvidenceError(f"{place}: source {row['source']!r} is not in sources.csv")
        if row["role"] not in ROLES:
            raise EvidenceError(f"{place}: role {row['role']!r}; {nearest(row['role'], ROLES)}")
        if row["id"] in {reading.id for reading in found}:
            raise EvidenceError(f"{place}: {row['id']} stands twice")
        try:
            days, value = float(row["days"]), float(row["value"])
            sd = float(row["sd"]) if row["sd"] else None
            n = int(row["n"]) if row["n"] else None
        except ValueError:
            raise EvidenceError(f"{place}: days, value, sd and n must be numbers") from None
        if not (days >= 0.0 and 0.0 <= value <= 10.0):
            raise EvidenceError(f"{place}: needs days of at least 0 and a value from 0 to 10")
        found.append(
            PainReading(
                row["id"],
                row["treatment"],
                days,
                value,
                sd,
                n,
                row["role"],
                row["source"],
                row["scale"],
            )
        )
    return tuple(found)


@cache
def pain_courses() -> tuple[PainReading, ...]:
    """The published courses of pain that come with the program, checked."""
    return read_pain_courses(FOLDER / "pain_courses.csv")
