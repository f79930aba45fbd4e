"""The process engine: SimPy, one process a person, driving the same compiled functions.

This is the readable account of the model. A process sleeps until its next event and applies that
one event when it wakes. Event times come from the model, never from the SimPy clock, whose
`now + (t - now)` need not be `t`.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.engines.cohort import begin
from sim.life.clocks import next_event
from sim.life.state import PERSON
from sim.life.step import apply_event
from sim.microdata import EventLog
from sim.tally import Tally, count_life

if TYPE_CHECKING:
    from sim.scale import Lives

BATCH = 2_000
"""People alive in one environment at a time: many generators slow Python's garbage collector."""


def life(
    env: simpy.Environment,
    person: np.void,
    cancer: np.void,
    world: np.void,
    log: list[tuple[int, float, int, int]] | None = None,
) -> Generator[simpy.Event, None, None]:
    """One person's life as a SimPy process; an interrupt only makes it look at its clocks again.

    Parameters
    ----------
    env : simpy.Environment
        Its clock counts days since everybody's diagnosis.
    person : record of `PERSON`
        Started, and possibly lived half-way; changed in place.
    cancer, world : records of `CANCER` and `WORLD`
    log : list, optional
        Gets (person, day, event, level) of every event.
    """
    while person["alive"]:
        day, event = next_event(person)
        try:
            yield env.timeout(max(day - env.now, 0.0))
        except simpy.Interrupt:
            continue
        apply_event(person, day, event, cancer, world)
        if log is not None:
            log.append((person["number"], day, event, person["event_level"]))


def live_block(
    lives: Lives, segments: Iterable[tuple[int, int, int]], tally: Tally
) -> tuple[NDArray[np.void], EventLog]:
    """Live people of a plan as SimPy processes and count each.

    Parameters
    ----------
    lives : Lives
        The plan, the parameters and the luck; see `sim.scale`.
    segments : iterable of (group, first index, last index + 1)
    tally : Tally
        Changed in place.

    Returns
    -------
    people : array of `PERSON`
        The finished records.
    log : EventLog
        Every event if `lives.keep`, else empty.
    """
    plan, world = lives.plan, lives.worlds[0]
    members = [(group, index) for group, low, high in segments for index in range(low, high)]
    people = np.zeros(len(members), PERSON)
    events: list[tuple[int, float, int, int]] = []
    for first in range(0, len(members), BATCH):
        env = simpy.Environment()
        gc.freeze()
        batch = range(first, min(first + BATCH, len(members)))
        for row in batch:
            group = plan.groups[members[row][0]]
            begin(
                people[row],
                group,
                members[row][1],
                np.uint64(lives.seed),
                lives.replicate,
                plan.cells,
                lives.cancers,
                world,
            )
            cancer = lives.cancers[group["primary"]]
            env.process(life(env, people[row], cancer, world, events if lives.keep else None))
        env.run()
        gc.unfreeze()
        for row in batch:
            count_life(*tally, people[row], *lives.window)
    # Interleaved lives are logged by day; microdata list them person by person.
    order = {int(number): row for row, number in enumerate(people["number"])}
    events.sort(key=lambda e: order[int(e[0])])
    log = EventLog.empty(len(events))
    for column, values in zip(log, zip(*events, strict=True), strict=False):
        column[:] = values
    return people, log
