"""Lives kept to look at: people with detected metastasis, and how they are on days after it.

People of the United States are lived under usual care by the cohort engine. Of everybody the age at
death is kept, of people with detected metastasis the finished record. Those with spinal metastasis
are then lived once more and looked at once in every person-year from its detection to death: what
is seen is a sample of the people who live with it. How their pain is 13 weeks later is kept too.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.lib.recfunctions import append_fields
from numpy.typing import NDArray

from sim.counting.cohort import LAST_YEARS
from sim.engine.cohort import begun_people, lived_people
from sim.engine.loop import DAY, live_on
from sim.engine.model import Model, Segments, build_model
from sim.engine.workers import block_segments, usable_cores
from sim.evidence.arrays import Array
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.inputs.catalog import DEFAULT_STRATEGY, strategy
from sim.inputs.population import Population
from sim.life.records import FIRST_BONE, N_GRADES, PERSON

DIAGNOSED_IN = 2010
_BLOCK = 1_000
"""Lives whose whole records are held at a time by a worker: a record is large."""
_LOOK_DAYS = DAYS_PER_YEAR
"""Days lived with detected spinal metastasis from one look to the next, over all people in turn."""

CHANGE_DAYS = 13 * 7.0
"""From a look to the second one of the same person: a quarter, as trials report changes of pain."""

_LARGE = ("clock", "budget", "rate", "anchor", "lesions", "lesion_at")
_KEPT = [n for n in PERSON.names or () if n not in _LARGE and not n.startswith("level_")]
"""Fields of a person that are kept."""

Records = NDArray[np.void]


@dataclass(frozen=True)
class KeptLives:
    """People to look at; see the module.

    Attributes
    ----------
    everybody : array
        `primary, death_cause, age_at_diagnosis, age_at_death` of all, and whether
        `cord_compression` was diagnosed in the five years before.
    detected : array
        Finished records of people with detected skeletal or spinal metastasis.
    looks : array
        Records of people who live with detected spinal metastasis, on the day of the look, and of
        those alive `CHANGE_DAYS` later `later_pain` and `later_responding`. Of the lesions of the
        spine that are known then, `grade_0` to `grade_3` are the numbers by epidural grade.
    """

    everybody: Records
    detected: Records
    looks: Records


AGES_OF_ALL = np.dtype(
    [
        *(("primary", "i8"), ("death_cause", "i8")),
        *(("age_at_diagnosis", "f8"), ("age_at_death", "f8"), ("cord_compression", "i8")),
    ]
)


def look_days(since: Array, until: Array) -> tuple[NDArray[np.intp], Array]:
    """Who is looked at on which day: evenly over the days that people live, one after the other.

    Examples
    --------
    >>> rows, days = look_days(np.array([0.0, 100.0]), np.array([365.25, 465.25]))
    >>> rows.tolist(), days.tolist()
    ([0, 1], [182.625, 282.625])
    """
    ends = np.cumsum(until - since)
    total = ends[-1] if len(ends) else 0.0
    points = np.arange(0.5 * _LOOK_DAYS, total, _LOOK_DAYS)
    rows = np.searchsorted(ends, points, side="right")
    return rows, until[rows] - (ends[rows] - points)


def keep_lives(people: int, *, seed: int = 1, workers: int | None = None) -> KeptLives:
    """Live people diagnosed in `DIAGNOSED_IN` under usual care and keep what is to be looked at."""
    values = evidence().point
    plan = (
        Population.united_states(DIAGNOSED_IN)
        .scaled(people)
        .plan(DIAGNOSED_IN, DIAGNOSED_IN, values)
    )
    model = build_model(plan, [strategy(DEFAULT_STRATEGY)], values, seed=seed)
    with ThreadPoolExecutor(workers or usable_cores()) as pool:
        parts = list(pool.map(lambda block: _keep(model, block), block_segments(model, _BLOCK)))
    return KeptLives(*(np.concatenate(tables) for tables in zip(*parts, strict=True)))


def _keep(model: Model, segments: Segments) -> tuple[Records, Records, Records]:
    """What is kept of one block."""
    lives = lived_people(model, segments)[0][:, 0]
    everybody = np.zeros(len(lives), AGES_OF_ALL)
    for name in ("primary", "death_cause", "age_at_diagnosis"):
        everybody[name] = lives[name]
    everybody["age_at_death"] = lives["age_at_diagnosis"] + lives["death_day"] / DAYS_PER_YEAR
    since_cord = lives["death_day"] - lives["cord_compression_day"]
    everybody["cord_compression"] = (since_cord >= 0.0) & (since_cord < LAST_YEARS * DAYS_PER_YEAR)
    spinal = np.flatnonzero(lives["spinal_detected_day"] < np.inf)
    detected = lives[np.union1d(spinal, np.flatnonzero(lives["skeletal_detected_day"] < np.inf))]
    rows, days = look_days(lives["spinal_detected_day"][spinal], lives["death_day"][spinal])
    again = begun_people(model, segments)
    looks = np.zeros(len(rows), PERSON)
    later_pain, later_responding = np.full(len(rows), np.nan), np.zeros(len(rows), int)
    grades = np.zeros((N_GRADES, len(rows)), int)
    for i, (row, day) in enumerate(zip(spinal[rows].tolist(), days.tolist(), strict=True)):
        live_on(again, row, model.cancers, model.worlds, model.policies, DAY, day)
        looks[i] = again[row]
        grades[:, i] = known_grades(again[row])
        later = day + CHANGE_DAYS
        if live_on(again, row, model.cancers, model.worlds, model.policies, DAY, later) == DAY:
            later_pain[i], later_responding[i] = again["pain"][row], again["responding"][row]
    seen = append_fields(
        _kept_of(looks),
        ["later_pain", "later_responding", *(f"grade_{grade}" for grade in range(N_GRADES))],
        [later_pain, later_responding, *grades],
        usemask=False,
    )
    return everybody, _kept_of(detected), seen


def known_grades(person: np.void) -> NDArray[np.intp]:
    """Lesions of the spine that are known, by epidural grade."""
    places = person["lesion_at"][: person["n_lesions"]]
    mine = person["lesions"][places[places < FIRST_BONE]]
    known = mine["detected_day"] <= person["now"]
    return np.bincount(mine["epidural_grade"][known], minlength=N_GRADES)


def _kept_of(records: Records) -> Records:
    """The fields that are kept, in a table of their own."""
    chosen = records[_KEPT]
    kept = np.empty(len(records), [(name, chosen.dtype[name]) for name in _KEPT])
    for name in _KEPT:
        kept[name] = chosen[name]
    return kept
