"""The process engine: SimPy, one process a person, driving the same compiled functions.

This is the readable account of the model. A process sleeps until its next event and applies that
one event when it wakes. Event times come from the model, never from the SimPy clock, whose
`now + (t - now)` need not be `t`.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterable, Iterator

import numpy as np
import simpy
from numpy.typing import NDArray

from sim.engines.cohort import begin
from sim.life.clocks import next_event
from sim.life.state import PERSON
from sim.life.step import apply_event
from sim.population import Plan
from sim.tally import Tally, count_life

BATCH = 2_000
"""People alive in one environment at a time: many generators slow Python's garbage collector."""


def life(
    env: simpy.Environment, person: np.void, cancer: np.void, world: np.void
) -> Generator[simpy.Event, None, None]:
    """One person's life as a SimPy process; an interrupt only makes it look at its clocks again.

    Parameters
    ----------
    env : simpy.Environment
        Its clock counts days since everybody's diagnosis.
    person : record of `PERSON`
        Started, and possibly lived half-way; changed in place.
    cancer, world : records of `CANCER` and `WORLD`
    """
    while person["alive"]:
        day, event = next_event(person)
        try:
            yield env.timeout(max(day - env.now, 0.0))
        except simpy.Interrupt:
            continue
        apply_event(person, day, event, cancer, world)


def enter_people(
    plan: Plan,
    segments: Iterable[tuple[int, int, int]],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    seed: int,
    replicate: int,
) -> Iterator[NDArray[np.void]]:
    """Started people of a plan, in batches; each keeps its record."""
    numbers = [(group, index) for group, low, high in segments for index in range(low, high)]
    for first in range(0, len(numbers), BATCH):
        batch = numbers[first : first + BATCH]
        people = np.zeros(len(batch), PERSON)
        for row, (group, index) in enumerate(batch):
            begin(
                people[row],
                plan.groups[group],
                index,
                np.uint64(seed),
                replicate,
                plan.cells,
                cancers,
                worlds[0],
            )
        yield people


def live_segments(
    plan: Plan,
    segments: Iterable[tuple[int, int, int]],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    seed: int,
    replicate: int,
    window: tuple[int, int, int],
    tally: Tally,
) -> Iterator[NDArray[np.void]]:
    """Live people of a plan as SimPy processes, count each, and give back their records by batch.

    Parameters
    ----------
    plan : Plan
    segments : iterable of (group, first index, last index + 1)
    cancers, worlds : arrays of `CANCER` and `WORLD`
    seed, replicate : int
    window : tuple of int
        First year counted, first and last year of diagnosis of the cohort statistics.
    tally : Tally
        Changed in place.
    """
    world = worlds[0]
    for people in enter_people(plan, segments, cancers, worlds, seed, replicate):
        env = simpy.Environment()
        gc.freeze()
        for person in people:
            env.process(life(env, person, cancers[person["primary"]], world))
        env.run()
        gc.unfreeze()
        for person in people:
            count_life(*tally, person, *window)
        yield people
