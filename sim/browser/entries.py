"""The functions of the module, each of the job at an address; see `sim.browser.job`.

They are compiled by `sim.browser.build` alone, and not for the machine that builds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import register_jitable
from numpy.typing import NDArray

from sim.browser.job import PAGE_JOB
from sim.counting.care_tally import CareTally
from sim.counting.event_log import EventLog, note
from sim.counting.tally import Tally, Window
from sim.engine.addressed import addressed
from sim.engine.cohort import begin, live_people
from sim.engine.loop import EVENT, live
from sim.engine.model import Model
from sim.engine.shared_policy import fill_shared, refer_alike
from sim.evidence.vocabulary import SEXES
from sim.inputs.plan import sum_of
from sim.life.compiled import compiled_in_place
from sim.life.hazards import NEVER
from sim.life.horizon import follow_origin

_job_at, _table_at, _lay_out_tables = addressed(PAGE_JOB)

for _function in (fill_shared, refer_alike, sum_of):
    register_jitable(error_model="numpy")(_function)

# Numba optimizes what it registers for this machine, whose addresses are longer: what gives back
# arrays must not be registered, but be a part of its own.
_part = compiled_in_place


def lay_out(at: int) -> int:
    """Find places for all tables of a job whose sizes are written; the bytes that all take."""
    job: Any = _job_at(at)
    job.n_places = job.n_strategies + (job.n_strategies > 1)
    job.n_sexes = len(SEXES) if job.n_ages > 1 else 1
    job.size = _lay_out_tables(at)
    return types.int32(job.size)


def choose_strategies(at: int) -> int:
    """Make the strategies that are lived under of those `chosen` among the `shipped`."""
    policies, shipped, chosen = (
        _table_at(at, "policies"),
        _table_at(at, "shipped"),
        _table_at(at, "chosen"),
    )
    for s in range(chosen.size):
        policies[s] = shipped[chosen[s]]
        first = s
        for other in range(s - 1, -1, -1):
            if shipped[chosen[other]].alike == shipped[chosen[s]].alike:
                first = other
        policies[s].alike = first
    fill_shared(_table_at(at, "shared"), policies)
    return types.int32(chosen.size)


def plan_people(at: int) -> int:
    """Count the people of each group for so many new cancers in the anchor year.

    Of the primaries that are `kept`, as `sim.inputs.population.Population.plan` counts them, and
    thinned as a plan is if they are more than `most_people`.
    """
    job: Any = _job_at(at)
    groups, kept, weights = _table_at(at, "groups"), _table_at(at, "kept"), _table_at(at, "weights")
    anchors, expected = _table_at(at, "anchors"), _table_at(at, "expected")
    in_anchor_year = 0.0
    for a in range(anchors.size):
        if kept[anchors[a].primary]:
            in_anchor_year += anchors[a].people
    factor = job.people / in_anchor_year
    total, first = 0, 0
    for g in range(groups.size):
        expected[g] = factor * weights[g] if kept[groups[g].primary] else 0.0
        if g + 1 == groups.size or groups[g + 1].year != groups[g].year:
            of_year = expected[first : g + 1]
            total += _share_out(groups[first : g + 1], of_year, int(np.rint(sum_of(of_year))))
            first = g + 1
    if total > job.most_people:
        for g in range(groups.size):
            expected[g] = groups[g]["count"] * (job.most_people / total)
        total = _share_out(groups, expected, job.most_people)
    return types.int32(total)


def live_everybody(at: int) -> int:
    """Live the people of all `segments` under all strategies, and add them to what is counted."""
    counted = _window(at), _tally(at), _care_tally(at)
    scratch = _table_at(at, "same"), _table_at(at, "choices"), _table_at(at, "told")
    segments, lives = _table_at(at, "segments"), _table_at(at, "lives")
    live_people(lives, scratch, segments, _model(at), counted, NEVER, segments)
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
    job: Any = _job_at(at)
    model, lives = _model(at), _table_at(at, "lives")
    group, person, world = model.groups[job.group], lives[job.strategy], model.worlds[0]
    cancer = model.cancers[group.primary]
    begin(person, group, job.index, model.cells, cancer, world, model.seed, model.replicate)
    if job.strategy > 0:
        follow_origin(person, lives[0])
    return types.int32(1)


def live_one_event(at: int) -> int:
    """Live this person through the next event, note it in the log, and say if they live on."""
    job: Any = _job_at(at)
    model, person = _model(at), _table_at(at, "lives")[job.strategy]
    cancer, policy = model.cancers[person.primary], model.policies[job.strategy]
    live(person, cancer, model.worlds[0], policy, EVENT, NEVER)
    note(_log(at), 0, person, job.strategy, model.worlds[0])
    return types.int32(person.alive)


ENTRIES = (
    lay_out,
    choose_strategies,
    plan_people,
    live_everybody,
    share_past,
    begin_person,
    live_one_event,
)
"""What the module exports, beside its memory."""


@_part
def _share_out(groups: NDArray[np.void], expected: NDArray[np.float64], total: int) -> int:
    """Do what `sim.inputs.plan.largest_remainder` does, in place; what is expected is used up."""
    left = total
    for g in range(groups.size):
        whole = np.floor(expected[g])
        groups[g]["count"] = int(whole)
        expected[g] -= whole
        left -= int(whole)
    for _ in range(left):
        most = 0
        for g in range(1, groups.size):
            most = g if expected[g] > expected[most] else most
        groups[most]["count"] += 1
        expected[most] = -1.0
    return total


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
    job: Any = _job_at(at)
    return Model(
        _table_at(at, "groups"),
        _table_at(at, "cells"),
        _table_at(at, "cancers"),
        _table_at(at, "worlds"),
        _table_at(at, "policies"),
        _table_at(at, "shared"),
        np.uint64(job.seed),
        job.replicate,
    )


@_part
def _window(at: int) -> Window:
    job: Any = _job_at(at)
    return Window(job.first_year, job.n_years, job.cohort_first, job.cohort_last, job.outcomes_for)


@_part
def _tally(at: int) -> Tally:
    return Tally(
        _table_at(at, "counts"),
        _table_at(at, "cohort"),
        _table_at(at, "recorded"),
        _table_at(at, "days"),
        _table_at(at, "fingerprint"),
    )


@_part
def _care_tally(at: int) -> CareTally:
    return CareTally(
        _table_at(at, "sums"),
        _table_at(at, "squares"),
        _table_at(at, "difference_squares"),
        _table_at(at, "distribution"),
        _table_at(at, "courses"),
    )


@_part
def _log(at: int) -> EventLog:
    return EventLog(
        _table_at(at, "log_person"),
        _table_at(at, "log_strategy"),
        _table_at(at, "log_day"),
        _table_at(at, "log_event"),
        _table_at(at, "log_level"),
        _table_at(at, "log_value"),
        _table_at(at, "log_dose_gy"),
        _table_at(at, "log_detail"),
        _table_at(at, "log_treatment"),
        _table_at(at, "log_pain"),
        _table_at(at, "log_performance"),
        _table_at(at, "log_therapy"),
        _table_at(at, "log_state"),
    )
