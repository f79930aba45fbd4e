"""The palliative treatments that the evidence knows: who may have each, and what it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

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


FLAGS = (
    "emergency",
    "cement",
    "radiotherapy",
    "systemic",
    "lytic",
    "mixed",
    "blastic",
    "outside",
    "mechanical_pain_needed",
)
"""Of them, those that are 0 or 1."""

PRICE_BASIS = re.compile(r"[A-Z]{3} \d{4}(-\d{4})?")


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
        if not row["name"] or row["name"] in found:
            raise EvidenceError(f"{place}: name {row['name']!r} stands twice or is empty")
        if ("treatment_review_days", row["name"]) not in evidence().parameters:
            raise EvidenceError(
                f"{place}: {row['name']} has no parameters; allowed: a stratum of parameters.csv"
            )
        if row["price_basis"] and not PRICE_BASIS.fullmatch(row["price_basis"]):
            raise EvidenceError(
                f"{place}: price_basis is {row['price_basis']!r}; allowed: currency and year, "
                "such as USD 2014"
            )
        eligibility = parse_eligibility(place, row)
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


def parse_eligibility(place: str, row: Mapping[str, str]) -> dict[str, float]:
    """Who may have a treatment: the numbers of its row.

    Raises
    ------
    EvidenceError
        If one is no number, a flag is neither 0 nor 1, or nobody may have it.
    """
    found = {}
    for column in ELIGIBILITY:
        try:
            found[column] = float(row[column])
        except ValueError:
            found[column] = np.nan
        allowed = "0 or 1" if column in FLAGS else "a number, not below 0"
        fits = found[column] in (0.0, 1.0) if column in FLAGS else 0.0 <= found[column] < np.inf
        if not fits:
            raise EvidenceError(f"{place}: {column} is {row[column]!r}; allowed: {allowed}")
    if not any(found[column] for column in ("lytic", "mixed", "blastic", "outside")):
        raise EvidenceError(f"{place}: nobody may have {row['name']}; allowed: some lesions")
    return found


@cache
def known_treatments() -> dict[str, KnownTreatment]:
    """The treatments that come with the program, `analgesia_only` first."""
    return read_treatments(FOLDER / "treatments.csv")
