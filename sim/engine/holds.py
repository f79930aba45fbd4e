"""Systemic holds around a course: the share of doctors who withhold doses of a class, how long.

Published practice is by the kind of a treatment and the class of therapy; a treatment of several
kinds (radiofrequency ablation, then radiotherapy) takes the largest share and the longest holds of
them. The rule for what holds is told at `sim.inputs.strategies.Knobs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sim.evidence.reader import Values
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import DAYS_PER_YEAR, THERAPY_CLASSES
from sim.inputs.treatment import Treatment

MANY_FRACTIONS = 10
"""Fractions from which conventional radiotherapy is long, as the evidence parts it."""
_WORKDAYS = 5.0 / 7.0
_BREAK_DAYS = 28.0
"""Days of the hold that `break_hazard_ratio` is for."""
_WITH_A_SOURCE = ("surgery", "radiopharmaceutical")
"""Kinds whose holds are the published ones unless there are none at all."""
_EQUAL = {"pre_hold_days": "hold_before_days", "post_hold_days": "hold_after_days"}
HOLD_FIELDS = tuple(_EQUAL)


class Basis(NamedTuple):
    """What a life does not read of a treatment, but its holds go by."""

    root: str
    """The treatment of the program that it is, or comes from."""
    sessions: float
    stereotactic: bool


class Hold(NamedTuple):
    """Of one class around one treatment: the share of doctors who hold, and for how long."""

    share: float
    pre_hold_days: float
    post_hold_days: float


def known_basis(name: str, values: Values) -> Basis:
    """That of a treatment of the program."""
    stereotactic = known_treatments()[name].modality.startswith("stereotactic")
    return Basis(name, values.get(("treatment_sessions", name), 0.0), stereotactic)


def own_basis(mine: Treatment, of: Basis, draw: int = 0) -> Basis:
    """That of a treatment of the user's; a course of so many days has room for so many sessions.

    Examples
    --------
    >>> base = Basis("ebrt_20gy5", 5.0, False)
    >>> own_basis(Treatment(name="long", based_on="ebrt_20gy5", course_days=12.6), base).sessions
    10.0
    """
    given = mine.numbers(draw)
    sessions = of.sessions
    if "sessions" in given:
        sessions = float(given["sessions"])
    elif "course_days" in given:
        sessions = float(1 + round(given["course_days"] * _WORKDAYS))
    return of._replace(sessions=sessions)


def kinds_of(record: np.void, basis: Basis) -> list[str]:
    """Kinds of a treatment that published holds go by; none for analgesia."""
    found = []
    procedure = record["surgery"] or record["cement"] or record["ablation"]
    if record["surgery"]:
        found.append("surgery")
    elif procedure:
        found.append("percutaneous")
    if record["systemic"]:
        found.append("radiopharmaceutical")
    if record["cord_dose_gy"] > 0.0:
        long = basis.sessions - bool(procedure) >= MANY_FRACTIONS
        conventional = "long radiotherapy" if long else "short radiotherapy"
        found.append("stereotactic" if basis.stereotactic else conventional)
    return found


def published_hold(
    kinds: Sequence[str], therapy_class: str, course_days: float, values: Values
) -> Hold:
    """Practice around a treatment of some kinds; after surgery days count from the operation."""
    share = before = after = 0.0
    for kind in kinds:
        stratum = f"{kind}, {therapy_class}"
        mine = values["published_hold_share", stratum]
        if mine == 0.0:
            continue
        share = max(share, mine)
        before = max(before, values["published_hold_before_days", stratum])
        days = values["published_hold_after_days", stratum]
        after = max(after, days - course_days if kind == "surgery" else days)
    return Hold(share, before, after)


def hold_of(
    record: np.void, basis: Basis, therapy_class: str, knobs: dict[str, Any], values: Values
) -> Hold:
    """The hold of one class around one treatment, by the knobs."""
    if knobs["holds"] == "none":
        return Hold(1.0, 0.0, 0.0)
    kinds = kinds_of(record, basis)
    asked = {field: knobs.get(field) for field in HOLD_FIELDS}
    published = knobs["holds"] == "published" and all(days is None for days in asked.values())
    if published or any(kind in _WITH_A_SOURCE for kind in kinds):
        return published_hold(kinds, therapy_class, float(record["course_days"]), values)
    days = []
    for field, given in asked.items():
        if given is not None:
            days.append(float(given))
        elif knobs["holds"] == "by_modality":
            # None of analgesia, which has no course.
            days.append(values.get((f"treatment_modality_{field}", basis.root), 0.0))
        else:
            days.append(values[_EQUAL[field], therapy_class])
    return Hold(1.0, *days)


def fill_holds(record: np.void, basis: Basis, knobs: dict[str, Any], values: Values) -> None:
    """The holds of a treatment, by class."""
    for c, therapy_class in enumerate(THERAPY_CLASSES):
        hold = hold_of(record, basis, therapy_class, knobs, values)
        record["hold_share"][c] = hold.share
        for field in HOLD_FIELDS:
            record[field][c] = getattr(hold, field)


def fill_own_holds(
    record: np.void, given: dict[str, Any], basis: Basis, knobs: dict[str, Any], values: Values
) -> None:
    """Those of a treatment of the user's, of the numbers given: these are held by everybody.

    What is given of one side alone leaves the other as it is where holds are equal.
    """
    fill_holds(record, basis, knobs, values)
    given = {field: given[field] for field in HOLD_FIELDS if field in given}
    if knobs["holds"] == "none" or not given:
        return
    if knobs["holds"] == "published":
        knobs = {**knobs, "holds": "equal"}
    for c, therapy_class in enumerate(THERAPY_CLASSES):
        hold = hold_of(record, basis, therapy_class, knobs, values)
        days = {f: d if not isinstance(d, dict) else d.get(therapy_class) for f, d in given.items()}
        if all(mine_days is None for mine_days in days.values()):
            continue
        record["hold_share"][c] = 1.0
        for field in HOLD_FIELDS:
            mine_days = days.get(field)
            record[field][c] = getattr(hold, field) if mine_days is None else mine_days


def time_off_ratios(asked: float | None, values: Values) -> list[float]:
    r"""Ratio of the hazard of cancer death while therapy is off, by class.

    What randomized breaks tell is the ratio :math:`r` of the hazard over the year after doses were
    withheld for 28 days. Its excess comes while they are withheld: :math:`1 + (r - 1)\,365.25 / 28`
    times the hazard on therapy.

    Parameters
    ----------
    asked : float, optional
        One ratio for all classes instead, such as 1 for none.
    """
    if asked is not None:
        return [asked] * len(THERAPY_CLASSES)
    spread = DAYS_PER_YEAR / _BREAK_DAYS
    return [1.0 + (values["break_hazard_ratio", c] - 1.0) * spread for c in THERAPY_CLASSES]
