"""What published arms would read if a given share of their people responded.

People of the United States are lived under the treatment of each arm, with few or nearly all of
them responding. Those whom studies enroll are kept, weighted so that as many live three months as
in studies, and read as the arm was: on its day, among all of them or among those who still answer,
as a share or as a fall of mean pain over that at entry. Opioids, better and worse days, pain that
ends by itself, other levels and relapse act as they always do, so that what a published reading
owes to them is not taken for a response. `sim.fitting.synthesis` reads it backwards.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.evidence.arrays import Array
from sim.evidence.effects import UNTREATED_ARM, Arm, Emulated
from sim.evidence.reader import Values, evidence
from sim.evidence.rows import FOLDER
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import ASSESSMENT_DAYS, ASSESSMENTS, LEVELS, Response
from sim.fitting.trial_course import Criteria, enroll, tilt

LIVED_SHARES = (0.1, 0.9)
"""Shares of responders that are lived: as responders are nested, readings are all but straight."""
_THREE_MONTHS = ASSESSMENTS.index("3m")


def read_arms(arms: Iterable[Arm], people: int, seed: int = 1) -> list[Emulated]:
    """The readings of arms at each of `LIVED_SHARES`, of `people` lives a treatment and share."""
    together: dict[tuple[str, str], list[Arm]] = defaultdict(list)
    for arm in arms:
        if arm.lived_as:
            together[arm.lived_as, arm.kind].append(arm)
    found = []
    for (treatment, kind), alike in together.items():
        for share in LIVED_SHARES:
            lives = enrolled_people(treatment, kind, share, people, seed)
            for arm in alike:
                value, error = reading(arm, lives)
                found.append(
                    Emulated(
                        id=arm.id,
                        share=share,
                        reading=round(value, 4),
                        standard_error=round(error, 4),
                        people=len(lives),
                    )
                )
    order = [arm.id for arm in arms]
    return sorted(found, key=lambda row: (order.index(row.id), row.share))


def enrolled_people(
    treatment: str, kind: str, share: float, people: int, seed: int
) -> NDArray[np.void]:
    """Lives of those whom studies enroll, a share of whom respond with one kind of pain.

    Without a course both kinds do. What does not fix bone is studied where bone is stable.
    """
    values = dict(evidence().point)
    for each in ("biological", "mechanical"):
        if treatment == UNTREATED_ARM or each == kind:
            values[f"treatment_response_{each}", treatment] = share
    criteria = Criteria(
        treatment=treatment,
        least_pain=values["synthesis_least_pain", "all"],
        regions="".join({level[0] for level in LEVELS}),
        mean_pain=0.0,
        answer_share=0.0,
    )
    lives = enroll(criteria, people, seed, values)
    if kind == "biological" and known_treatments()[treatment].cement == 0:
        lives = lives[lives["trigger_sins"] <= values["synthesis_most_sins", "all"]]
    return lives


def reading(arm: Arm, lives: NDArray[np.void]) -> tuple[float, float]:
    """What an arm reads of these people, and its Monte Carlo standard error.

    Between two days on which lives are assessed, it is in proportion to the logarithm of the day.
    """
    days = np.log(ASSESSMENT_DAYS)
    place = float(np.interp(math.log(arm.day or ASSESSMENT_DAYS[0]), days, np.arange(len(days))))
    before, part = int(place), place % 1.0
    value, error = reading_on(arm, lives, before)
    if part > 0.0:
        later, later_error = reading_on(arm, lives, before + 1)
        value += part * (later - value)
        error = max(error, later_error)
    return value, error


def reading_on(arm: Arm, lives: NDArray[np.void], day: int) -> tuple[float, float]:
    """The same on one of the days on which lives are assessed."""
    entry = lives["first_course_pain"]
    weight = living_weight(lives, evidence().point)
    if arm.baseline is not None:
        weight = tilt(entry, arm.baseline, weight)
    counted = weight
    if arm.counted == "evaluable" or arm.outcome == "mean_fall":
        counted = weight * answering_chance(lives, weight, evidence().point, day)
        counted = counted / counted.sum()
    if arm.outcome == "mean_fall":
        # The mean at entry is of all who entered, the later one of those who answer.
        pain = np.where(lives["n_assessed"] > day, lives["assessed_pain"][:, day], 0.0)
        at_entry, later = float((weight * entry).sum()), float((counted * pain).sum())
        error = float(np.sqrt((counted**2 * (pain - later) ** 2).sum()))
        return (at_entry - later) / at_entry, error / at_entry
    first = 0 if arm.read == "by" else day
    read = np.arange(first, day + 1) < lives["n_assessed"][:, np.newaxis]
    hit = (read & answered(arm, lives)[:, first : day + 1]).any(axis=1)
    value = float((counted * hit).sum())
    return value, float(np.sqrt((counted**2 * (hit - value) ** 2).sum()))


def answered(arm: Arm, lives: NDArray[np.void]) -> NDArray[np.bool_]:
    """Whether a reading of the site, a column a day, is what the study calls a response."""
    least = Response.COMPLETE if arm.outcome == "complete" else Response.PARTIAL
    hit = lives["assessed_response"] >= least
    if arm.opioid_rise > 0.0:
        fall = lives["site_pain"][:, np.newaxis] - lives["assessed_site_pain"]
        most = (1.0 + arm.opioid_rise) * lives["site_morphine_mg"][:, np.newaxis]
        points = evidence().point["relief_points", "all"]
        hit = hit | ((fall >= points) & (lives["assessed_morphine_mg"] <= most))
    return np.asarray(hit)


def living_weight(lives: NDArray[np.void], values: Values) -> Array:
    """Weights that let as many of these people live three months as do in studies."""
    lived = lives["n_assessed"] > _THREE_MONTHS
    share = values["synthesis_living_share", "all"]
    return np.asarray(np.where(lived, share / lived.sum(), (1.0 - share) / (~lived).sum()))


def answering_chance(lives: NDArray[np.void], weight: Array, values: Values, day: int) -> Array:
    """Chance that each of these people lives and still answers on a day of assessment.

    At three months a published share of the living does; people in moderate pain leave more often.
    """
    moderate, ratio = values["moderate_pain", "all"], values["trial_leaving_ratio", "all"]

    def chance(rate: float, at: int) -> Array:
        pain = lives["assessed_pain"][:, at]
        kept = np.exp(-rate * ASSESSMENT_DAYS[at] * np.where(pain >= moderate, ratio, 1.0))
        return np.asarray(np.where(lives["n_assessed"] > at, kept, 0.0))

    alive = float(weight[lives["n_assessed"] > _THREE_MONTHS].sum())
    wanted = values["synthesis_answering_share", "all"] * alive
    rate = brentq(lambda r: float((weight * chance(r, _THREE_MONTHS)).sum()) - wanted, 0.0, 1.0)
    return chance(float(rate), day)


def write_emulated(rows: Iterable[Emulated], path: Path = FOLDER / "emulated.csv") -> None:
    """Write the table that `sim.evidence.effects` reads."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(Emulated.model_fields), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row.model_dump() for row in rows)
