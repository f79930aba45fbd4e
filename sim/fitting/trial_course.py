"""Pain after a treatment in people whom a trial would enroll, read as the trial read it.

People of the United States are lived under one strategy, those who meet the criteria are kept, and
their worst pain is averaged on the trial's days over those who live and still answer. People whose
pain is moderate or worse leave more often (`trial_leaving_ratio`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.engine.cohort import lived_people
from sim.engine.model import build_model
from sim.engine.workers import block_segments
from sim.evidence.arrays import Array
from sim.evidence.mistakes import InputError
from sim.evidence.reader import Values, evidence
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import ASSESSMENT_DAYS, ASSESSMENTS, LEVELS
from sim.inputs.catalog import strategy
from sim.inputs.population import Population

_YEAR = 2010
_BLOCK = 5_000
"""Lives kept at a time: a record is large."""


@dataclass(frozen=True)
class Criteria:
    """Whom a trial enrolls, and who still answers."""

    treatment: str
    least_pain: float
    """Worst pain at entry, on the numeric rating scale."""
    regions: str
    """First letters of the vertebral levels that may be treated."""
    mean_pain: float
    """Mean worst pain at entry; the people are weighted to it."""
    answer_share: float
    """Share of those alive at six months who answer then."""


@dataclass(frozen=True)
class TrialCourse:
    """Worst pain after the treatment."""

    people: int
    """Who met the criteria."""
    baseline_mean: float
    baseline_sd: float
    """Worst pain at entry, weighted."""
    days: tuple[float, ...]
    mean: Array
    """Worst pain of those who answer, by day."""
    standard_error: Array
    answering: Array
    """Share of those enrolled who live and answer."""


def enroll(
    criteria: Criteria, people: int, seed: int, values: Values | None = None
) -> NDArray[np.void]:
    """Finished records of those of `people` lives whom the trial would enroll."""
    values = evidence().point if values is None else values
    chosen = [strategy(criteria.treatment, refer_from_pain=criteria.least_pain)]
    plan = Population.united_states(_YEAR).scaled(people).plan(_YEAR, _YEAR, values)
    model = build_model(plan, chosen, values, seed=seed)
    wanted = list(known_treatments()).index(criteria.treatment)
    allowed = [code for code, level in enumerate(LEVELS) if level[0] in criteria.regions]
    enrolled = []
    for segments in block_segments(model, _BLOCK):
        lives = lived_people(model, segments)[0][:, 0]
        begun = lives["first_course_day"] < np.inf
        lives = lives[begun & (lives["first_treatment"] == wanted)]
        level = lives["lesions"]["level"][np.arange(len(lives)), lives["site_lesion"]]
        fits = np.isin(level, allowed) & (lives["first_course_pain"] >= criteria.least_pain)
        enrolled.append(lives[fits].copy())
    return np.concatenate(enrolled)


def tilt(pain: Array, mean: float, before: Array | float = 1.0) -> Array:
    """Weights, exponential in the pain at entry, that give a sample the mean of a trial.

    They multiply those that the sample had before.
    """

    def gap(slope: float) -> float:
        weight = before * np.exp(slope * (pain - mean))
        return float((weight * (pain - mean)).sum())

    if not pain.min() < mean < pain.max():
        raise InputError(
            f"mean_pain is {mean}; allowed: between {pain.min():.1f} and {pain.max():.1f}, the "
            "pain of those enrolled"
        )
    weight = before * np.exp(brentq(gap, -20.0, 20.0) * (pain - mean))
    return np.asarray(weight / weight.sum())


def trial_course(criteria: Criteria, people: int = 400_000, seed: int = 1) -> TrialCourse:
    """Worst pain over time in those of `people` lives whom a trial enrolls; see the module."""
    lives = enroll(criteria, people, seed)
    entry = lives["first_course_pain"]
    weight = tilt(entry, criteria.mean_pain)
    values = evidence().point
    moderate, ratio = values["moderate_pain", "all"], values["trial_leaving_ratio", "all"]
    half_year = ASSESSMENTS.index("6m")

    def answers(rate: float, reading: int) -> Array:
        pain = lives["assessed_pain"][:, reading]
        leaving = np.where(pain >= moderate, ratio, 1.0)
        kept = np.exp(-rate * ASSESSMENT_DAYS[reading] * leaving)
        return np.asarray(np.where(lives["n_assessed"] > reading, kept, 0.0))

    alive = float(weight[lives["n_assessed"] > half_year].sum())
    target = criteria.answer_share * alive
    rate = brentq(lambda r: float((weight * answers(r, half_year)).sum()) - target, 0.0, 1.0)
    readings = []
    for reading in range(len(ASSESSMENT_DAYS)):
        w = weight * answers(rate, reading)
        pain = lives["assessed_pain"][:, reading]
        mean = float((w * pain).sum() / w.sum())
        error = float(np.sqrt((w**2 * (pain - mean) ** 2).sum()) / w.sum())
        readings.append((mean, error, float(w.sum())))
    center = float((weight * entry).sum())
    spread = float(np.sqrt((weight * (entry - center) ** 2).sum()))
    return TrialCourse(len(lives), center, spread, ASSESSMENT_DAYS, *np.array(readings).T)
