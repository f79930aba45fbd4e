"""The palliative treatments that the evidence knows: who may have each, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.evidence.reader import FOLDER, EvidenceError, evidence, read_rows

RESOURCES = ("none", "linear_accelerator", "interventional_suite", "theater", "radiopharmacy")
"""What a treatment needs of a clinic."""

ELIGIBILITY = (
    "emergency",
    "cement",
    "radiotherapy",
    "systemic",
    "lytic",
    "mixed",
    "blastic",
    "outside",
    "least_pain",
    "mechanical_pain_needed",
    "most_bilsky",
    "most_sins",
    "least_prognosis_months",
    "levels_per_course",
    "courses_per_level",
)
"""Columns that are numbers: who may have a treatment, and how much of it."""


@dataclass(frozen=True)
class KnownTreatment:
    """One row of `treatments.csv`; its other numbers are parameters with its name as stratum."""

    name: str
    label: str
    modality: str
    resource: str
    eligibility: dict[str, float]
    price_basis: str
    source: str
    note: str


def read_treatments(path: Path) -> dict[str, KnownTreatment]:
    """Read and check the treatments.

    Raises
    ------
    EvidenceError
        With the file and line of a row that cannot be used.
    """
    found: dict[str, KnownTreatment] = {}
    sources = evidence().sources
    for place, row in read_rows(path):
        for key in (part.strip() for part in row["source"].split(";")):
            if key not in sources:
                raise EvidenceError(f"{place}: source {key!r} is not in sources.csv")
        if row["resource"] not in RESOURCES:
            raise EvidenceError(
                f"{place}: resource is {row['resource']!r}; allowed: {', '.join(RESOURCES)}"
            )
        if row["name"] in found:
            raise EvidenceError(f"{place}: {row['name']} stands twice")
        eligibility = {}
        for column in ELIGIBILITY:
            try:
                eligibility[column] = float(row[column])
            except ValueError:
                raise EvidenceError(
                    f"{place}: {column} is {row[column]!r}; allowed: a number"
                ) from None
        found[row["name"]] = KnownTreatment(
            row["name"],
            row["label"],
            row["modality"],
            row["resource"],
            eligibility,
            row["price_basis"],
            row["source"],
            row["note"],
        )
    return found


@cache
def known_treatments() -> dict[str, KnownTreatment]:
    """The treatments that come with the program, `analgesia_only` first."""
    return read_treatments(FOLDER / "treatments.csv")
