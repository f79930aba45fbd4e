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

from sim.counting.microdata import EventLog
from sim.engine.cohort import begun_people
from sim.engine.loop import live_event, next_event_of
from sim.engine.model import Model, Segments, people_of
from sim.life.horizon import follow_origins
from sim.life.records import PERSON

BATCH = 2_000
"""People alive in one environment at a time: many generators slow Python's garbage collector."""

Events = list[tuple[int, float, int, int]]
"""Row of the person, day, event and level."""


def life(
    env: simpy.Environment,
    people: NDArray[np.void],
    row: int,
    model: Model,
    strategy: int,
    log: Events | None = None,
) -> Generator[simpy.Event, None, None]:
    """One person's life as a SimPy process; an interrupt only makes it look at its clocks again.

    Parameters
    ----------
    env : simpy.Environment
        Its clock counts days since everybody's diagnosis.
    people : array of `PERSON`
        Started, and possibly lived half-way.
    row : int
        Whose life it is; changed in place.
    log : list, optional
        Gets every event.
    """
    cancers, worlds, care = model.cancers, model.worlds, model.care(strategy)
    alive = bool(people["alive"][row])
    day, _ = next_event_of(people, row)
    while alive:
        try:
            yield env.timeout(max(day - env.now, 0.0))
        except simpy.Interrupt:
            day, _ = next_event_of(people, row)
            continue
        today = day
        alive, day = live_event(people, row, cancers, worlds, care)
        if log is not None:
            log.append((row, today, people["event"][row], people["event_level"][row]))


def lived_people(
    model: Model, segments: Segments, *, logged: bool
) -> tuple[NDArray[np.void], EventLog]:
    """The same as `sim.engine.cohort.lived_people`, lived as SimPy processes."""
    n_strategies = len(model.policies)
    table = np.zeros((people_of(segments), n_strategies), PERSON)
    logs = []
    for strategy in range(n_strategies):
        people = begun_people(model, segments)
        if strategy > 0:
            follow_origins(people, table[:, 0])
        events: Events = []
        live_all(people, model, strategy, events if logged else None)
        logs.append(log_of(events, people, strategy))
        table[:, strategy] = people
    return table, EventLog(*(np.concatenate(columns) for columns in zip(*logs, strict=True)))


def live_all(people: NDArray[np.void], model: Model, strategy: int, log: Events | None) -> None:
    """Live started people to their ends under one strategy."""
    for first in range(0, len(people), BATCH):
        env = simpy.Environment()
        gc.freeze()
        for row in range(first, min(first + BATCH, len(people))):
            env.process(life(env, people, row, model, strategy, log))
        env.run()
        gc.unfreeze()


def log_of(events: Events, people: NDArray[np.void], strategy: int) -> EventLog:
    """Events of people under one strategy, person by person."""
    # Interleaved lives are logged by day.
    events.sort(key=lambda event: event[0])
    log = EventLog.empty(len(events))
    if events:
        rows, days, codes, levels = zip(*events, strict=True)
        log.person[:] = people["number"][list(rows)]
        log.strategy[:] = strategy
        log.day[:], log.event[:], log.level[:] = days, codes, levels
    return log
