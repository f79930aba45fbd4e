"""Studies emulated: people whom each would enroll, followed and read as it did.

People of the United States are lived under care that gives the treatment of the study. Who begins a
course that it would have enrolled is lived once more, up to each day on which it read: worst pain
of the person or at the site, and the response at the site by the international consensus, whatever
the day. People are weighted to the study's mean pain at entry. Those alive leave at a hazard that
is higher in moderate or worse pain and in poor function, so high that as many answer as did; who
is treated there again stays or leaves, as in the study.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from sim.engine.cohort import begun_people, lived_people
from sim.engine.loop import DAY, DEATH, EVENT, live_on
from sim.engine.model import Model, Segments, build_model
from sim.engine.workers import block_segments, usable_cores
from sim.evidence.arrays import Array
from sim.evidence.reader import Values, evidence
from sim.evidence.studies import Study, StudyReading, study_readings
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import LEVELS, Reason, Response
from sim.fitting.trial_course import tilt
from sim.inputs.catalog import FALLBACK
from sim.inputs.population import Population
from sim.inputs.strategies import Rule, Strategy
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.rating import felt_pain
from sim.life.records import FIRST_BONE
from sim.life.response import consensus
from sim.tables.intervals import NORMAL_95

_YEAR = 2010
_BLOCK = 2_000
"""Lives kept at a time: a record is large."""
_FAIR_PERFORMANCE = 1
"""ECOG up to which nobody leaves for poor function."""

_MEDIAN_ERROR = 1.2533
"""Standard error of a median to that of a mean, of something normal."""
SHARES = ("complete", "partial", "response")

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Followed:
    """People enrolled, a row each, and what is read of them, a column a day."""

    days: tuple[float, ...]
    entry: Array
    """Pain at entry, of the person or at the site as the study asks."""
    site_entry: Array
    alive: Flags
    pain: Array
    site_pain: Array
    response: NDArray[np.int64]
    performance: NDArray[np.int64]
    again: Flags
    """Treated there again."""


def care_of(study: Study, treatment: str) -> Strategy:
    """Care that gives the treatment: after radiotherapy, if the study wants that."""
    rules: tuple[Rule, ...] = (Rule(give=treatment),)
    if study.earlier_radiotherapy == "needed":
        rules = (Rule(when={"previous_radiotherapy": (1, None)}, give=treatment),)
    return Strategy(name="study", rules=rules, otherwise=FALLBACK, refer_from_pain=study.least_pain)


def follow(
    study: Study, days: tuple[float, ...], people: int, seed: int = 1, workers: int | None = None
) -> Followed:
    """Enroll among so many lives, equal parts for each treatment of the study, and read."""
    values = evidence().point
    parts = []
    for treatment in study.treatments:
        share = people // len(study.treatments)
        plan = Population.united_states(_YEAR).scaled(share).plan(_YEAR, _YEAR, values)
        model = build_model(plan, [care_of(study, treatment)], values, seed=seed)
        wanted = list(known_treatments()).index(treatment)

        def of_block(
            block: Segments, model: Model = model, wanted: int = wanted
        ) -> list[tuple[list[float], list[list[float]]]]:
            return _follow_block(study, days, model, block, wanted)

        with ThreadPoolExecutor(workers or usable_cores()) as pool:
            for found in pool.map(of_block, block_segments(model, _BLOCK)):
                parts += found
    entry = np.array([first for first, _ in parts], float).reshape(-1, 2)
    read = np.array([later for _, later in parts], float).reshape(-1, len(days), 6)
    return Followed(
        days=days,
        entry=entry[:, 0],
        site_entry=entry[:, 1],
        alive=read[..., 0] > 0,
        pain=read[..., 1],
        site_pain=read[..., 2],
        response=read[..., 3].astype(np.int64),
        performance=read[..., 4].astype(np.int64),
        again=read[..., 5] > 0,
    )


def _follow_block(
    study: Study, days: tuple[float, ...], model: Model, block: Segments, wanted: int
) -> list[tuple[list[float], list[list[float]]]]:
    """Entry and readings of those of a block whom the study enrolls."""
    lives = lived_people(model, block)[0][:, 0]
    again = begun_people(model, block)
    found = []
    for row in np.flatnonzero(lives["n_courses_of"][:, wanted] > 0).tolist():
        entry = _enter(study, model, again, row, wanted)
        if entry is not None:
            found.append((list(entry[:2]), _read(days, model, again, row, entry)))
    return found


def _enter(
    study: Study, model: Model, people: NDArray[np.void], row: int, wanted: int
) -> tuple[float, float, float, int] | None:
    """Live up to the first course of the treatment at a site that hurts, if it is enrolled then.

    Its pain as asked and at the site, morphine and the place.
    """
    person, world = people[row], model.worlds[0]
    site, given = 0.0, 0
    while site <= 0.0:
        stop = live_on(people, row, model.cancers, model.worlds, model.policies, EVENT, NEVER)
        if stop == DEATH:
            return None
        if person["event"] == Event.COURSE_BEGUN and person["n_courses_of"][wanted] > given:
            given = int(person["n_courses_of"][wanted])
            place = int(person["episode_lesion"])
            site = float(felt_pain(person, world, person["lesions"][place]))
    if person["episode_reason"] == Reason.CORD_COMPRESSION or place >= FIRST_BONE:
        return None
    lesion = person["lesions"][place]
    before = int(lesion["radiotherapy"]) - (1 if lesion["course_dose_gy"] > 0.0 else 0)
    fits = {"none": before == 0, "may": True, "needed": before > 0}
    regions = {level for level, name in enumerate(LEVELS) if name[0] in study.regions}
    asked = site if study.asks == "site" else float(person["pain"])
    if (
        not fits[study.earlier_radiotherapy]
        or int(lesion["level"]) not in regions
        or asked < study.least_pain
    ):
        return None
    return asked, site, float(world["morphine_mg_per_day"][person["analgesia"]]), place


def _read(
    days: tuple[float, ...],
    model: Model,
    people: NDArray[np.void],
    row: int,
    entry: tuple[float, float, float, int],
) -> list[list[float]]:
    """Alive, pain of the person and at the site, response, performance, treated again; by day."""
    _, site, morphine, place = entry
    person, world = people[row], model.worlds[0]
    start, courses = float(person["now"]), int(person["lesions"][place]["courses"])
    readings = []
    for day in days:
        live_on(people, row, model.cancers, model.worlds, model.policies, DAY, start + day)
        lesion = person["lesions"][place]
        now = float(felt_pain(person, world, lesion))
        mg = float(world["morphine_mg_per_day"][person["analgesia"]])
        readings.append(
            [
                float(person["alive"]),
                float(person["pain"]),
                now,
                float(consensus(world, now, site, mg, morphine)),
                float(person["performance"]),
                float(lesion["courses"] > courses),
            ]
        )
    return readings


@dataclass(frozen=True)
class EmulatedReading:
    """One reading of a study beside the model's."""

    reading: StudyReading
    people: int
    """Enrolled."""
    answering: float
    """Share of them who live and answer."""
    model: float
    model_error: float
    published_error: float

    @property
    def difference(self) -> float:
        """Model less published."""
        return self.model - self.reading.value

    @property
    def agrees(self) -> bool:
        """Whether the two are within what their sampling explains, 95%."""
        error = float(np.hypot(self.model_error, self.published_error))
        return abs(self.difference) <= NORMAL_95 * error


def emulate(
    study: Study, people: int, seed: int = 1, workers: int | None = None
) -> list[EmulatedReading]:
    """All readings of a study beside those of the people whom it would have enrolled."""
    rows = [row for row in study_readings() if row.study == study.study]
    days = {row.days for row in rows if row.days > 0.0}
    if study.answer_days is not None:
        days.add(study.answer_days)
    followed = follow(study, tuple(sorted(days)), people, seed, workers)
    first = entry_weights(study, followed)
    weights = np.column_stack([first, answering(study, followed, first, evidence().point)])
    enrolled = next((row.n for row in rows if row.n is not None), 0)
    return [_beside(row, followed, weights, enrolled) for row in rows]


def entry_weights(study: Study, seen: Followed) -> Array:
    """Weights of the enrolled, sum 1, that give them the study's mean pain at entry."""
    n = len(seen.entry)
    if study.mean_pain is None:
        return np.full(n, 1.0 / n)
    return tilt(seen.entry, study.mean_pain)


def answering(study: Study, seen: Followed, weight: Array, values: Values) -> Array:
    """Weights of those who live and answer, a column a day, from those at entry."""
    stays = seen.alive & ~(seen.again & (study.retreated == "leave"))
    if study.answer_share is None or study.answer_days is None:
        return np.asarray(weight[:, None] * stays)
    pain = seen.site_pain if study.asks == "site" else seen.pain
    leaving = np.where(
        pain >= values["moderate_pain", "all"], values["trial_leaving_ratio", "all"], 1.0
    )
    poor = np.maximum(seen.performance - _FAIR_PERFORMANCE, 0)
    leaving *= values["trial_leaving_performance_ratio", "all"] ** poor
    when = seen.days.index(study.answer_days)
    target = study.answer_share * float(weight[seen.alive[:, when]].sum())

    def left(rate: float) -> Array:
        kept = np.exp(-rate * np.array(seen.days) * leaving)
        return np.asarray(weight[:, None] * stays * kept, float)

    def gap(rate: float) -> float:
        return float(left(rate)[:, when].sum()) - target

    return left(brentq(gap, 0.0, 1.0) if gap(0.0) > 0.0 else 0.0)


def _beside(row: StudyReading, seen: Followed, weights: Array, enrolled: int) -> EmulatedReading:
    """One reading; where a study does not say how many answer, as many as of the model's people."""
    column = 0 if row.days == 0.0 else 1 + seen.days.index(row.days)
    values = seen.entry if column == 0 else _quantity(row, seen, column - 1)
    weight = weights[:, column]
    total = float(weight.sum())
    model = float(np.sum(weight * values) / total)
    spread = float(np.sqrt(np.sum(weight * (values - model) ** 2) / total))
    effective = total**2 / float(np.sum(weight**2))
    factor = 1.0
    if row.quantity == "median":
        order = np.argsort(values)
        place = np.searchsorted(np.cumsum(weight[order]), 0.5 * total)
        model, factor = float(values[order][place]), _MEDIAN_ERROR
    own = spread if row.sd is None else row.sd
    if row.quantity in SHARES:
        own = float(np.sqrt(row.value * (100.0 - row.value)))
    n = row.n or enrolled * total
    return EmulatedReading(
        reading=row,
        people=len(seen.entry),
        answering=total,
        model=model,
        model_error=factor * spread / float(np.sqrt(effective)),
        published_error=factor * own / float(np.sqrt(n)) if n > 0.0 else float("nan"),
    )


def _quantity(row: StudyReading, seen: Followed, column: int) -> Array:
    """What is read, a number a person."""
    if row.quantity == "fall":
        return np.asarray(seen.entry - seen.pain[:, column])
    if row.quantity in ("mean", "median"):
        return np.asarray(seen.pain[:, column])
    wanted = {
        "complete": (Response.COMPLETE,),
        "partial": (Response.PARTIAL,),
        "response": (Response.COMPLETE, Response.PARTIAL),
    }[row.quantity]
    return np.asarray(100.0 * np.isin(seen.response[:, column], wanted))
