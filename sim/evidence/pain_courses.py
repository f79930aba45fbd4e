"""Published courses of pain after a treatment, to be drawn beside the model's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Row, SourceKey, read_rows
from sim.evidence.treatments import known_treatments


class PainReading(Row):
    """Pain of the people of one study on one day; day 0 is before the treatment.

    Attributes
    ----------
    days : float
        Since the treatment; the middle of a span of weeks.
    value : float
        On a scale of 0 to 10.
    sd, n : float or None
        Standard deviation over people and their number, where the source gives them.
    role : {'input', 'validate'}
        Whether inputs come from the row, or none does.
    scale : str
        What was asked, and whether the value is a mean or a median.
    """

    unique = ("id",)

    id: str
    treatment: Annotated[str, one_of(known_treatments)]
    days: Annotated[float, Field(ge=0.0)]
    value: Annotated[float, Field(ge=0.0, le=10.0)]
    sd: float | None = None
    n: int | None = None
    role: Annotated[str, one_of(("input", "validate"))]
    source: SourceKey
    scale: str


@cache
def pain_courses(path: Path = FOLDER / "pain_courses.csv") -> tuple[PainReading, ...]:
    """The published courses of pain that come with the program, or those `read_rows` accepts."""
    return tuple(read_rows(path, PainReading).values())
