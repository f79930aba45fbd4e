"""Studies of pain after a treatment: whom they enrolled, who answered, and what they read."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from sim.evidence.checked import one_of
from sim.evidence.pain_courses import pain_courses
from sim.evidence.rows import FOLDER, Row, SourceKey, read_rows
from sim.evidence.treatments import known_treatments

QUANTITIES = ("mean", "median", "fall", "complete", "partial", "response")
"""What is read: worst pain, its mean fall since entry, or percent in response."""


def _several(text: object) -> object:
    return tuple(text.split("; ")) if isinstance(text, str) else text


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in known_treatments():
            raise ValueError(f"{name!r} is no treatment of treatments.csv")
    return names


class Study(Row):
    """One study, or an arm of it.

    Attributes
    ----------
    treatments : tuple of str
        Given to equal parts of its people; in the table with `; ` between them.
    asks : {'person', 'site'}
        Whether pain is the worst of the person or that at the site.
    least_pain : float
        At entry, on the numeric rating scale.
    regions : str
        First letters of the vertebral levels that may be treated.
    earlier_radiotherapy : {'none', 'may', 'needed'}
        At the site.
    mean_pain : float or None
        At entry; people are weighted to it. None where it is not given.
    answer_share, answer_days : float or None
        Share of those alive then who answer; None if all do.
    retreated : {'stay', 'leave'}
        What becomes of who is treated there again.
    """

    unique = ("study",)

    study: str
    source: SourceKey
    words: str
    treatments: Annotated[tuple[str, ...], BeforeValidator(_several), AfterValidator(_known)]
    asks: Annotated[str, one_of(("person", "site"))]
    least_pain: Annotated[float, Field(ge=0.0, le=10.0)]
    regions: str
    earlier_radiotherapy: Annotated[str, one_of(("none", "may", "needed"))]
    mean_pain: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    answer_share: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    answer_days: float | None = None
    retreated: Annotated[str, one_of(("stay", "leave"))]
    note: str = ""


class StudyReading(Row):
    """What a study read on one day: a fall of pain in points, or a share in percent."""

    unique = ("id",)

    id: str
    study: str
    days: Annotated[float, Field(ge=0.0)]
    quantity: Annotated[str, one_of(QUANTITIES)]
    value: float
    sd: float | None = None
    n: int | None = None
    role: Annotated[str, one_of(("input", "validate"))]
    note: str = ""


@cache
def studies(path: Path = FOLDER / "studies.csv") -> dict[str, Study]:
    """Every study by its name."""
    return {row.study: row for row in read_rows(path, Study).values()}


@cache
def study_readings(path: Path = FOLDER / "study_readings.csv") -> tuple[StudyReading, ...]:
    """Everything that is read, courses of pain included, by study and day."""
    rows = list(read_rows(path, StudyReading).values())
    of_source = {study.source: study for study in studies().values()}
    for point in pain_courses():
        scale = "median" if "median" in point.scale else "mean"
        rows.append(
            StudyReading(
                id=point.id,
                study=of_source[point.source].study,
                days=point.days,
                quantity=scale,
                value=point.value,
                n=point.n,
                role=point.role,
                sd=point.sd,
            )
        )
    order = list(studies())
    rows.sort(key=lambda row: (order.index(row.study), row.days, QUANTITIES.index(row.quantity)))
    return tuple(rows)
