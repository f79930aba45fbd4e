"""Published arms: what they read of the response of pain, and to which class a treatment belongs.

A modality that the model has not (focused ultrasound, radiofrequency ablation without cement) still
speaks of its class. Arms that are kept for validation are not in the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sim.evidence.checked import one_of
from sim.evidence.rows import FOLDER, Row, SourceKey, read_rows
from sim.evidence.treatments import known_treatments

UNTREATED_ARM = "analgesia_only"
"""No course: sham, and the reference of all treatments."""

EFFECT_CLASSES: dict[str, dict[str, tuple[str, ...]]] = {
    "biological": {
        "conventional": ("ebrt_8gy1", "ebrt_20gy5", "ebrt_30gy10", "ebrt_mixed"),
        "stereotactic": ("sbrt_24gy2",),
        "ablation": (
            *("rfa_cement", "microwave", "cryoablation"),
            *("rfa_alone", "focused_ultrasound"),
        ),
        "ablation_with_radiotherapy": ("rfa_ebrt", "cryoablation_ebrt"),
        "cement": ("vertebroplasty", "kyphoplasty", "curettage_sm153"),
        "radiopharmaceutical": ("radiopharmaceutical",),
        "surgery": ("surgery_rt",),
    },
    "mechanical": {
        "fixed": (
            *("vertebroplasty", "kyphoplasty", "curettage_sm153", "rfa_cement", "microwave"),
            *("surgery_rt", "augmentation"),
        ),
        "not_fixed": (
            *("ebrt_8gy1", "ebrt_20gy5", "ebrt_30gy10", "sbrt_24gy2", "rfa_ebrt"),
            *("cryoablation", "radiopharmaceutical"),
        ),
    },
}
"""Treatments, by kind of pain and class; those that share a class share a mean."""

ON_TOP_OF = {"ablation_with_radiotherapy": "ablation", "surgery": "conventional"}
"""Classes whose mean is that of another one, which is part of them, and more."""


DESIGNS = ("randomized", "matched", "matched_control", "uncontrolled", "comparison")


def modalities(kind: str) -> tuple[str, ...]:
    """All that a synthesis speaks of for a kind of pain."""
    return tuple(name for names in EFFECT_CLASSES[kind].values() for name in names)


class Arm(Row):
    """One reading of one arm, or a contrast of two.

    Attributes
    ----------
    id : str
        Of the row of the published evidence that it is from.
    treatment, against : str
        What was given; of a contrast, also what it is compared with.
    design : {'randomized', 'matched', 'matched_control', 'uncontrolled', 'comparison'}
        The last is printed beside the others, and moves nothing.
    outcome : {'response', 'complete', 'mean_fall', 'log_odds_ratio'}
    counted : {'all', 'evaluable'}
        Who is counted, people who died or left as failures or not at all.
    read : {'on', 'by'}
        Whether on the day, or ever up to it.
    opioid_rise : float
        Rise of the daily dose of opioids, as a share, that the study lets a response have; the
        international consensus lets it have none.
    day : float
        Since the treatment.
    value : float
        A share, points on a scale of 0 to 10, or the logarithm of a ratio of odds.
    baseline : float or None
        Mean pain before.
    n : int
        People.
    sd : float or None
        Over people, of the fall; of a ratio of odds its standard error.
    studies : int
        Of which it is the mean.
    lived_as : str
        The treatment of the model that people of the arm are lived under.
    """

    unique = ("id",)

    id: str
    study: str
    treatment: Annotated[str, one_of((UNTREATED_ARM, *modalities("biological"), "augmentation"))]
    against: str = ""
    kind: Literal["biological", "mechanical"]
    design: Annotated[str, one_of(DESIGNS)]
    outcome: Literal["response", "complete", "mean_fall", "log_odds_ratio"]
    counted: Literal["all", "evaluable"] = "evaluable"
    read: Literal["on", "by"] = "on"
    opioid_rise: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    day: Annotated[float, Field(ge=0.0)] | None = None
    value: float
    baseline: Annotated[float, Field(gt=0.0, le=10.0)] | None = None
    n: Annotated[int, Field(gt=0)]
    sd: Annotated[float, Field(gt=0.0)] | None = None
    studies: Annotated[int, Field(ge=1)] = 1
    lived_as: str = ""
    source: SourceKey
    note: str = ""

    @property
    def member(self) -> tuple[str, str] | None:
        """Kind of pain and treatment, as a network names them; none for no course."""
        return None if self.treatment == UNTREATED_ARM else (self.kind, self.treatment)

    def faults(self) -> Iterator[str]:
        """An outcome that lacks what it is read by."""
        if self.outcome in ("response", "complete") and not 0.0 <= self.value <= 1.0:
            yield f"value is {self.value:g}; a share takes 0 to 1"
        contrast = self.outcome == "log_odds_ratio"
        if contrast and (not self.against or self.sd is None):
            yield "a contrast needs against and sd"
        if not contrast and self.design != "comparison" and (self.day is None or not self.lived_as):
            yield "an arm needs day and lived_as"


class Emulated(Row):
    """What an arm would read if a given share of the people responded, as the model lives them."""

    unique = ("id", "share")

    id: str
    share: Annotated[float, Field(ge=0.0, le=1.0)]
    reading: float
    standard_error: Annotated[float, Field(ge=0.0)]
    people: int


@cache
def effects(path: Path = FOLDER / "effects.csv") -> tuple[Arm, ...]:
    """The published arms that come with the program, or those `read_rows` accepts."""
    return tuple(read_rows(path, Arm).values())


def arms_of(name: str, treatment: str) -> list[Arm]:
    """Arms that move a synthesized response of a treatment, by its parameter's name.

    Those of the treatment, and of modalities of its class that the model has not; other treatments
    of the class move it too, through what they share.

    Examples
    --------
    >>> [arm.id for arm in arms_of("treatment_response_biological", "analgesia_only")]
    ['sham_resp3m']
    """
    kind = name.removeprefix("treatment_response_")
    if kind not in EFFECT_CLASSES:
        return []
    named = {treatment}
    for of_class in EFFECT_CLASSES[kind].values():
        if treatment in of_class:
            named |= set(of_class) - known_treatments().keys()
    untreated = treatment == UNTREATED_ARM  # the same for both kinds of pain
    return [
        arm
        for arm in effects()
        if arm.design != "comparison"
        and (untreated or arm.kind == kind)
        and named & {arm.treatment, arm.against}
    ]


def arm_people() -> dict[str, int]:
    """How many people of published arms had each treatment, each study counted once."""
    found: dict[tuple[str, str], int] = {}
    for arm in effects():
        if arm.design != "comparison" and not arm.against:
            place = arm.treatment, arm.study
            found[place] = max(found.get(place, 0), arm.n)
    people = dict.fromkeys((treatment for treatment, _ in found), 0)
    for (treatment, _), n in found.items():
        people[treatment] += n
    return people


@cache
def emulated(path: Path = FOLDER / "emulated.csv") -> dict[str, tuple[Emulated, ...]]:
    """The emulated readings by arm, in the order of their shares."""
    rows: dict[str, list[Emulated]] = {}
    for row in read_rows(path, Emulated).values():
        rows.setdefault(row.id, []).append(row)
    return {arm: tuple(sorted(found, key=lambda row: row.share)) for arm, found in rows.items()}
