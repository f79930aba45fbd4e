"""The nine clocks in the full model: its ordinary kernels, whose parameters leave only them.

Nothing is compiled for this model: the kernels are those of every run, and all other clocks stand
still. Two events stand for one where a cancer becomes incurable and spreads at once, and where a
canal passes the first Bilsky grade at once; and what seeds the skeleton has to sit somewhere, so
that other bone has a lesion too, which hurts.

What bounds it, by sampling: over a third of the time is luck that is addressed, ten rounds of
Philox and most often a logarithm for each number, so that the same person lives the same life under
another strategy; a tenth looks for the next of 33 clocks; a tenth begins lives, whose records are
of 39 kB; a sixth writes the log. The rest is spread over the model's hundred small functions, which
ask of each event what only a full life needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sim.counting.event_log import EventLog
from sim.engine import cohort
from sim.engine.lives import Lives
from sim.engine.model import as_array
from sim.engine.workers import cut
from sim.evidence.vocabulary import AGES, N_LEVELS, Stage
from sim.life.events import EVENTS, Event
from sim.life.records import PERSON
from tests.benchmarks.measuring import live_alone
from tests.benchmarks.opponents.nine_clocks import (
    AGE,
    CLOCKS,
    CORD,
    DAYS_PER_YEAR,
    DEATH_CANCER,
    DEATH_OTHER,
    DISSEMINATION,
    FRACTURE,
    NEVER,
    PAIN,
    SKELETAL,
    SPINAL,
    TREATMENT,
    Days,
    Hazards,
)
from tests.simplified import Parameters, alike, lives_of, simplified

AT_ONCE_PER_DAY, IN_NO_LIFE_DAYS = 1e9, 1e18
_PEOPLE, _EVENTS = 100, 16_384
_MOST_EVENTS = 32 * _PEOPLE
COMPRESSED = 2.0
"""Bilsky grade."""

COLUMN_OF_EVENT = np.full(len(EVENTS), -1)
"""The clock that an event of the full model is; -1 if it is none."""
for _event, _clock in {
    Event.DISSEMINATION: DISSEMINATION,
    Event.THERAPY_STARTED: TREATMENT,
    Event.SKELETAL_METASTASIS: SKELETAL,
    Event.SPINAL_METASTASIS: SPINAL,
    Event.PAIN_ONSET_OR_ESCALATION: PAIN,
    Event.VERTEBRAL_FRACTURE: FRACTURE,
    Event.EPIDURAL_EXTENSION: CORD,
    Event.DEATH_CANCER: DEATH_CANCER,
    Event.DEATH_OTHER: DEATH_OTHER,
}.items():
    COLUMN_OF_EVENT[_event] = _clock


def parameters_of(hazards: Hazards) -> Parameters:
    """Records of the full model in which only the nine clocks run."""
    cancers, worlds = simplified()
    for name, value in {
        "incurable_share": 1.0,
        "incurable_scale_days": hazards.spread_scale_days,
        "incurable_shape": hazards.spread_shape,
        "death_rate_per_day": hazards.cancer,
        "skeletal_seeding_rate_per_day": hazards.skeletal,
        "therapy_share": 1.0,
        "therapy_line_mean_days": IN_NO_LIFE_DAYS,
    }.items():
        cancers[name] = value
    for name, value in {
        "spinal_seeding_rate_per_day": hazards.spinal,
        "fill_median_days": 1.0 / AT_ONCE_PER_DAY,  # what a grown lesion does is constant
        "pain_onset_rate_per_day": hazards.pain,
        "pain_at_onset_low": 3.0,
        "pain_at_onset_high": 3.0,
        "pain_cap_low": 3.0,  # as bad as it gets at once
        "pain_cap_high": 3.0,
        "moderate_pain": 11.0,  # no analgesia
        "vertebral_fracture_rate_per_day": hazards.fracture,
        "fracture_pain_low": 0.0,
        "fracture_pain_high": 0.0,
        "fracture_settles_mean_days": IN_NO_LIFE_DAYS,
        "fracture_performance_share": 1.0,
        # One state less after the fracture, at another hazard of death.
        "performance_death_ratio": [1.0, *[hazards.fracture_death_ratio] * 4],
        # Bilsky 1 is passed at once: compression is Bilsky 2.
        "epidural_rate_per_day": [hazards.cord, AT_ONCE_PER_DAY, 0.0],
        "therapy_start_mean_days": 1.0 / hazards.treatment,
    }.items():
        worlds[name] = value
    ages = np.arange(AGES)
    slope = hazards.other_slope * DAYS_PER_YEAR
    rate = hazards.other_rate * DAYS_PER_YEAR * np.exp(slope * (ages - AGE))
    worlds["mortality_rate"], worlds["mortality_slope"] = rate, slope
    worlds["mortality_cumulative"] = (rate - rate[0]) / slope
    return cancers, worlds


def lives(people: int, seed: int, hazards: Hazards | None = None) -> Lives:
    """What the engine needs for so many people."""
    plan = alike(people, stage=Stage.LOCALIZED, age=AGE)
    return lives_of(parameters_of(hazards or Hazards()), plan, seed=seed)


def logs_of(asked: Lives) -> Iterator[EventLog]:
    """Live everybody and keep every event, in one log that is full again and again.

    Records of a few people are used again and stay in the cache: fresh memory for each life takes
    longer than the life.
    """
    people = np.zeros((_PEOPLE, 1), PERSON)
    log = EventLog.empty(_EVENTS)
    n = 0
    for segments in cut([(0, 0, asked.model.people)], _PEOPLE):
        if n + _MOST_EVENTS > _EVENTS:
            yield log.take(slice(n))
            n = 0
        room = log.take(slice(n, None))
        n += cohort.live_kept_block(people, as_array(segments), asked.model, room)
        assert n <= _EVENTS
    yield log.take(slice(n))


def logs_of_some(people: int, seed: int) -> Iterator[EventLog]:
    """The same of so many people; each log is overwritten by the next."""
    return logs_of(lives(people, seed))


def days_of(log: EventLog, days: Days) -> None:
    """Write the days of the nine clocks of a log into the rows of its people."""
    column = COLUMN_OF_EVENT[log.event]
    kept = (column >= 0) & ((column != CORD) | (log.value == COMPRESSED))
    kept &= (column != PAIN) | (log.level < N_LEVELS)
    row = (log.person[kept] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    days[row, column[kept]] = log.day[kept]


def live(people: int, seed: int, hazards: Hazards | None = None) -> Days:
    """Live so many people; see `nine_clocks`."""
    days = np.full((people, len(CLOCKS)), NEVER)
    for log in logs_of(lives(people, seed, hazards)):
        days_of(log, days)
    return days


def count(people: int, seed: int) -> int:
    """Live so many people as a run does that keeps no lives, which counts every measure of each."""
    tally = live_alone(replace(lives(people, seed), keep=False))
    return int(tally.fingerprint.size)
