"""The functions of the module, each of the job at an address; see `sim.browser.job`.

They are compiled by `sim.browser.build` alone, and not for the machine that builds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import register_jitable
from numpy.typing import NDArray

from sim.browser.memory import job_at, lay_out_tables, table
from sim.counting.care_tally import CareTally
from sim.counting.event_log import EventLog, note
from sim.counting.tally import Tally, Window
from sim.engine.cohort import begin
from sim.engine.cohort import live_people as live_everybody
from sim.engine.loop import EVENT, live
from sim.engine.model import Model
from sim.engine.shared_policy import fill_shared, refer_alike
from sim.evidence.vocabulary import SEXES
from sim.life.compiled import compiled_in_place
from sim.life.hazards import NEVER
from sim.life.horizon import follow_origin

for _function in (fill_shared, refer_alike):
    register_jitable(error_model="numpy")(_function)

# Numba optimizes what it registers for this machine, whose addresses are longer: what gives back
# arrays must not be registered, but be a part of its own.
_part = compiled_in_place


def lay_out(at: int) -> int:
    """Find places for all tables of a job whose sizes are written; the bytes that all take."""
    job: Any = job_at(at)
    job.n_places = job.n_strategies + (job.n_strategies > 1)
    job.n_sexes = len(SEXES) if job.n_ages > 1 else 1
    job.size = lay_out_tables(at)
    return types.int32(job.size)


def choose_strategies(at: int) -> int:
    """Make the strategies that are lived under of those `chosen` among the `shipped`."""
    policies, shipped, chosen = table(at, "policies"), table(at, "shipped"), table(at, "chosen")
    for s in range(chosen.size):
        policies[s] = shipped[chosen[s]]
        first = s
        for other in range(s - 1, -1, -1):
            if shipped[chosen[other]].alike == shipped[chosen[s]].alike:
                first = other
        policies[s].alike = first
    fill_shared(table(at, "shared"), policies)
    return types.int32(chosen.size)


def live_people(at: int) -> int:
    """Live the people of all `segments` under all strategies, and add them to what is counted."""
    counted = _window(at), _tally(at), _care_tally(at)
    scratch = table(at, "same"), table(at, "choices"), table(at, "told")
    segments, lives = table(at, "segments"), table(at, "lives")
    live_everybody(lives, scratch, segments, _model(at), counted, NEVER, segments)
    return types.int32(segments.shape[0])


def share_past(at: int) -> int:
    """Add the lives that are the same under all strategies to what is counted of each."""
    tally = _tally(at)
    _share(tally.counts)
    _share(tally.cohort)
    _share(tally.recorded)
    _share(tally.days)
    _share(tally.fingerprint)
    return types.int32(tally.fingerprint.size)


def begin_person(at: int) -> int:
    """Begin the life of one person under one strategy; under the first it is lived before others'.

    Who it is, and which strategy, stands in the job; the record is that of the strategy in `lives`.
    """
    job: Any = job_at(at)
    model, lives = _model(at), table(at, "lives")
    group, person, world = model.groups[job.group], lives[job.strategy], model.worlds[0]
    cancer = model.cancers[group.primary]
    begin(person, group, job.index, model.cells, cancer, world, model.seed, model.replicate)
    if job.strategy > 0:
        follow_origin(person, lives[0])
    return types.int32(1)


def live_event(at: int) -> int:
    """Live this person through the next event, note it in the log, and say if they live on."""
    job: Any = job_at(at)
    model, person = _model(at), table(at, "lives")[job.strategy]
    cancer, policy = model.cancers[person.primary], model.policies[job.strategy]
    live(person, cancer, model.worlds[0], policy, EVENT, NEVER)
    note(_log(at), 0, person, job.strategy, model.worlds[0])
    return types.int32(person.alive)


ENTRIES = (lay_out, choose_strategies, live_people, share_past, begin_person, live_event)
"""What the module exports, beside its memory."""


@_part
def _share(counted: NDArray[Any]) -> None:
    """Add the last place to all others."""
    rest = counted.shape[0] - 1
    each = counted.size // counted.shape[0]
    for i in range(each * min(rest, 1)):
        for place in range(rest):
            counted.flat[place * each + i] += counted.flat[rest * each + i]
        counted.flat[rest * each + i] = 0


@_part
def _model(at: int) -> Model:
    job: Any = job_at(at)
    return Model(
        table(at, "groups"),
        table(at, "cells"),
        table(at, "cancers"),
        table(at, "worlds"),
        table(at, "policies"),
        table(at, "shared"),
        np.uint64(job.seed),
        job.replicate,
    )


@_part
def _window(at: int) -> Window:
    job: Any = job_at(at)
    return Window(job.first_year, job.n_years, job.cohort_first, job.cohort_last, job.outcomes_for)


@_part
def _tally(at: int) -> Tally:
    return Tally(
        table(at, "counts"),
        table(at, "cohort"),
        table(at, "recorded"),
        table(at, "days"),
        table(at, "fingerprint"),
    )


@_part
def _care_tally(at: int) -> CareTally:
    return CareTally(
        table(at, "sums"),
        table(at, "squares"),
        table(at, "difference_squares"),
        table(at, "distribution"),
        table(at, "courses"),
    )


@_part
def _log(at: int) -> EventLog:
    return EventLog(
        table(at, "log_person"),
        table(at, "log_strategy"),
        table(at, "log_day"),
        table(at, "log_event"),
        table(at, "log_level"),
        table(at, "log_value"),
        table(at, "log_dose_gy"),
        table(at, "log_detail"),
        table(at, "log_treatment"),
        table(at, "log_pain"),
        table(at, "log_performance"),
        table(at, "log_therapy"),
        table(at, "log_state"),
    )
