"""Whose outcomes a run describes, from which day on and for how long, in words."""

from __future__ import annotations

from typing import Any

from sim.evidence.vocabulary import OutcomesFor
from sim.inputs.outcomes import LIFE


def of_detected(run: dict[str, Any]) -> bool:
    """Say whether the outcomes are those of everybody with detected spinal metastasis."""
    return bool(run["outcomes_for"] == OutcomesFor.DETECTED.label)


def of_a_year(run: dict[str, Any]) -> bool:
    """Say whether the horizon is a year, so that what holds within a year is said already."""
    return bool(run["horizon_years"] == 1.0)


def whose_words(run: dict[str, Any]) -> str:
    """Who is described, by the reference: `people whose first trigger of care came ...`."""
    return {
        OutcomesFor.ON_THERAPY.label: (
            "people whose first trigger of care came on or due systemic therapy"
        ),
        OutcomesFor.TRIGGERED.label: "people with a trigger of care",
        OutcomesFor.DETECTED.label: "people with detected spinal metastasis",
    }[run["outcomes_for"]]


def origin_words(run: dict[str, Any]) -> str:
    """The day that outcomes count from."""
    return "the detection of spinal metastasis" if of_detected(run) else "the first trigger"


def horizon_words(run: dict[str, Any]) -> str:
    """From when to when outcomes count: `within a year of the first trigger`.

    Examples
    --------
    >>> horizon_words({"horizon_years": 2.0, "outcomes_for": "on_therapy"})
    'within 2 years of the first trigger'
    """
    years, origin = run["horizon_years"], origin_words(run)
    if years == LIFE:
        return f"from {origin} to death"
    return f"within {'a year' if years == 1.0 else f'{years:g} years'} of {origin}"
