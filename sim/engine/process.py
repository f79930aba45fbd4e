"""The process engine: SimPy, one process a person, driving the same compiled functions.

This is the readable account of the model. A process sleeps until its next event and applies that
one event when it wakes. Event times come from the model, never from the SimPy clock, whose
`now + (t - now)` need not be `t`.
"""

from __future__ import annotations

import gc
from collections.abc import Generator

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.counting.care_tally import N_STATISTICS, CareTally
from sim.counting.microdata import EventLog
from sim.counting.tally import Tally
from sim.engine.cohort import begin_block, count_block
from sim.engine.lives import Lives
from sim.engine.policies import Strategies
from sim.life.clocks import next_event
from sim.life.compiled import compiled
from sim.life.records import PERSON
from sim.life.step import apply_event, look_at_care

BATCH = 2_000
"""People alive in one environment at a time: many generators slow Python's garbage collector."""


# Calling compiled code with an array and a row costs a tenth of calling it with a record.
@compiled
def next_event_of(people: NDArray[np.void], row: int) -> tuple[float, int]:
    """The day and the code of the event that comes next for one of several people."""
    return next_event(people[row])


@compiled
def apply_event_to(
    people: NDArray[np.void],
    row: int,
    day: float,
    event: int,
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: NDArray[np.void],
) -> bool:
    """Let one event happen to one of several people, and say whether they live on."""
    person = people[row]
    cancer = cancers[person.primary]
    apply_event(person, day, event, cancer, worlds[0], care[0])
    look_at_care(person, cancer, worlds[0], care[0])
    return person.alive == 1


def life(
    env: simpy.Environment,
    people: NDArray[np.void],
    row: int,
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: NDArray[np.void],
    log: list[tuple[int, float, int, int]] | None = None,
) -> Generator[simpy.Event, None, None]:
    """One person's life as a SimPy process; an interrupt only makes it look at its clocks again.

    Parameters
    ----------
    env : simpy.Environment
        Its clock counts days since everybody's diagnosis.
    people : array of `PERSON`
        Started, and possibly lived half-way; the row is changed in place.
    row : int
        Whose life it is.
    cancers, worlds : arrays of `CANCER` and `WORLD`
    care : array of `POLICY`, length 1
        The strategy.
    log : list, optional
        Gets (row, day, event, level) of every event.
    """
    alive = bool(people["alive"][row])
    while alive:
        day, event = next_event_of(people, row)
        try:
            yield env.timeout(max(day - env.now, 0.0))
        except simpy.Interrupt:
            continue
        alive = apply_event_to(people, row, day, event, cancers, worlds, care)
        if log is not None:
            log.append((row, day, people["event"][row], people["event_level"][row]))


def live_block(
    lives: Lives, segments: list[tuple[int, int, int]], tally: Tally, care_tally: CareTally
) -> tuple[NDArray[np.void], EventLog]:
    """Live people of a plan as SimPy processes, one strategy after the other, and count each.

    Parameters
    ----------
    lives : Lives
        The plan, the parameters, the strategies and the luck; see `sim.engine.workers`.
    segments : list of (group, first index, last index + 1)
    tally, care_tally : Tally, CareTally
        Changed in place.

    Returns
    -------
    people : array of `PERSON`, shape (people, strategies)
        The finished records.
    log : EventLog
        Every event if `lives.keep`, else empty.
    """
    n_people = sum(high - low for _, low, high in segments)
    n_strategies = len(lives.strategies.names)
    table = np.zeros((n_people, n_strategies), PERSON)
    logs = []
    for strategy in range(n_strategies):
        people = np.zeros(n_people, PERSON)
        begin_block(
            people,
            np.array(segments, dtype=np.int64),
            lives.plan.groups,
            lives.plan.cells,
            lives.cancers,
            lives.worlds,
            np.uint64(lives.seed),
            lives.replicate,
        )
        if strategy > 0:
            people["origin_day"] = table[:, 0]["first_trigger_day"]
        logs.append(live_people(lives, lives.strategies, strategy, people))
        table[:, strategy] = people
    told = np.zeros((n_strategies, N_STATISTICS))
    count_block(table, lives.window, tally, care_tally, told)
    return table, EventLog(*(np.concatenate(columns) for columns in zip(*logs, strict=True)))


def live_people(
    lives: Lives, strategies: Strategies, strategy: int, people: NDArray[np.void]
) -> EventLog:
    """Live started people to their ends under one strategy, and give back their events."""
    events: list[tuple[int, float, int, int]] = []
    log = events if lives.keep else None
    care = strategies.care(strategy)
    for first in range(0, len(people), BATCH):
        env = simpy.Environment()
        gc.freeze()
        for row in range(first, min(first + BATCH, len(people))):
            env.process(life(env, people, row, lives.cancers, lives.worlds, care, log))
        env.run()
        gc.unfreeze()
    # Interleaved lives are logged by day; microdata list them person by person.
    events.sort(key=lambda event: event[0])
    kept = EventLog.empty(len(events))
    if events:
        rows, days, codes, levels = zip(*events, strict=True)
        kept.person[:] = people["number"][list(rows)]
        kept.strategy[:] = strategy
        kept.day[:], kept.event[:], kept.level[:] = days, codes, levels
    return kept
