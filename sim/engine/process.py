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

from sim.counting.event_log import EventLog, Notes
from sim.engine.cohort import begun_people
from sim.engine.loop import live_event, next_event_of
from sim.engine.model import Model, Segments, people_of
from sim.life.horizon import follow_origins
from sim.life.records import PERSON

BATCH = 2_000
"""People alive in one environment at a time: many generators slow Python's garbage collector."""


def life(
    env: simpy.Environment,
    people: NDArray[np.void],
    row: int,
    model: Model,
    strategy: int,
    notes: Notes | None = None,
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
    notes : Notes, optional
        Get every event.
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
        alive, day = live_event(people, row, cancers, worlds, care)
        if notes is not None:
            notes.add(people, row, worlds)


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
        notes = Notes(strategy)
        live_all(people, model, strategy, notes if logged else None)
        logs.append(notes.written())
        table[:, strategy] = people
    return table, EventLog.joined(logs, table["number"][:, 0])


def live_all(people: NDArray[np.void], model: Model, strategy: int, notes: Notes | None) -> None:
    """Live started people to their ends under one strategy."""
    for first in range(0, len(people), BATCH):
        env = simpy.Environment()
        gc.freeze()
        for row in range(first, min(first + BATCH, len(people))):
            env.process(life(env, people, row, model, strategy, notes))
        env.run()
        gc.unfreeze()
