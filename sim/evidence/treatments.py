"""The palliative treatments that the evidence knows: who may have each, and what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, field_validator

from sim.evidence.checked import one_of
from sim.evidence.reader import evidence
from sim.evidence.rows import FOLDER, Row, SourceKey, read_rows
from sim.evidence.vocabulary import LESION_TYPES

OF_TREATMENTS = ("linear_accelerator", "interventional_suite", "theater", "radiopharmacy")
"""Resources of a clinic that a course begins at."""

GradeOfEvidence = Literal["randomized", "matched", "series", "assumed"]
GRADES_OF_EVIDENCE: tuple[GradeOfEvidence, ...] = ("randomized", "matched", "series", "assumed")
"""What the effect of a treatment on pain rests on, the strongest first: trials, people matched to
others, series without controls, nothing published."""

Flag = Annotated[Literal[0, 1], BeforeValidator(lambda cell: {"0": 0, "1": 1}.get(cell, cell))]
Limit = Annotated[float, Field(ge=0.0)]
Keys = BeforeValidator(lambda cell: [key.strip() for key in cell.split(";")])
"""Keys of `sources.csv` with semicolons between."""


class Eligibility(Row):
    """Who may have a treatment, how many levels a course takes, and kinds that limit it.

    It is also radiotherapy if it has the parameter `treatment_cord_dose_gy`, and ablation or
    surgery by its `modality`.
    """

    emergency: Flag
    cement: Flag
    systemic: Flag
    lytic: Flag
    mixed: Flag
    blastic: Flag
    outside: Flag
    least_pain: Limit
    mechanical_pain_needed: Flag
    most_bilsky: Limit
    most_sins: Limit
    least_prognosis_months: Limit
    levels_per_course: Limit
    levels_apart: Flag

    def faults(self) -> Iterator[str]:
        """A treatment that nobody may have."""
        if not any(getattr(self, kind) for kind in (*LESION_TYPES, "outside")):
            yield "lytic, mixed, blastic and outside are 0; allowed: some lesions"


ELIGIBILITY = tuple(Eligibility.model_fields)


class KnownTreatment(Eligibility):
    """One row of `treatments.csv`; its other numbers are parameters with its name as stratum."""

    unique = ("name",)

    name: str
    label: str
    modality: str
    resource: Annotated[str, one_of(("none", *OF_TREATMENTS))]
    evidence: GradeOfEvidence
    source: Annotated[tuple[SourceKey, ...], Keys]
    note: str

    @field_validator("name")
    @classmethod
    def _has_parameters(cls, name: str) -> str:
        if ("treatment_review_days", name) not in evidence().parameters:
            raise ValueError(f"{name!r} has no parameters; allowed: a stratum of parameters.csv")
        return name

    @property
    def eligibility(self) -> dict[str, float]:
        """Who may have it, as numbers."""
        return {column: float(getattr(self, column)) for column in ELIGIBILITY}


@cache
def known_treatments(path: Path = FOLDER / "treatments.csv") -> dict[str, KnownTreatment]:
    """The program's treatments, `analgesia_only` first, or those of a file `read_rows` accepts."""
    return {row.name: row for row in read_rows(path, KnownTreatment).values()}
