"""The cohort engine: advances each life to its end in a compiled loop and streams into tallies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.compiled import Record, compiled
from sim.life.clocks import next_event
from sim.life.step import apply_event, enter, live, start
from sim.microdata import EventLog
from sim.tally import Tally, count_life


@compiled
def begin(
    person: Record,
    group: Record,
    index: int,
    seed: np.uint64,
    replicate: int,
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    world: Record,
) -> None:
    """Make the record of one person of a group and start the life."""
    person.number = (
        (np.uint64(group.year) << np.uint64(48))
        | (np.uint64(group.primary) << np.uint64(40))
        | (np.uint64(group.sex) << np.uint64(32))
        | np.uint64(index)
    )
    person.seed = seed
    person.replicate = replicate
    person.primary = group.primary
    person.sex = group.sex
    enter(person, group.year, cells[group.first_cell : group.first_cell + group.n_cells])
    start(person, cancers[group.primary], world)


@compiled
def begin_block(
    people: NDArray[np.void],
    segments: NDArray[np.int64],
    groups: NDArray[np.void],
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
) -> None:
    """Make the record of everybody of a block and start their lives; see `live_block`."""
    row = 0
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        for index in range(segments[segment, 1], segments[segment, 2]):
            begin(people[row], group, index, seed, replicate, cells, cancers, worlds[0])
            row += 1


@compiled
def count_block(people: NDArray[np.void], window: tuple[int, int, int], tally: Tally) -> None:
    """Count finished lives; see `live_block`."""
    counts, cohort, recorded, fingerprint = tally
    for row in range(people.size):
        count_life(
            counts, cohort, recorded, fingerprint, people[row], window[0], window[1], window[2]
        )


@compiled
def live_block(
    people: NDArray[np.void],
    segments: NDArray[np.int64],
    groups: NDArray[np.void],
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
    window: tuple[int, int, int],
    tally: Tally,
) -> None:
    """Live all people of a block, one after the other, and count each.

    Parameters
    ----------
    people : array of `PERSON`
        Of length 1: one record used for everybody. Of the length of the block: every life is kept.
    segments : array of int, shape (segments, 3)
        Group, first index, last index + 1.
    groups, cells : arrays of `GROUP` and `ENTRY_CELL`
        The plan of the population.
    cancers, worlds : arrays of `CANCER` and `WORLD`
        The parameters.
    seed : uint64
    replicate : int
    window : tuple of int
        First year counted, first and last year of diagnosis of the cohort statistics.
    tally : Tally
        Changed in place.
    """
    counts, cohort, recorded, fingerprint = tally
    world = worlds[0]
    row = 0
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        for index in range(segments[segment, 1], segments[segment, 2]):
            person = people[row % people.size]
            row += 1
            begin(person, group, index, seed, replicate, cells, cancers, world)
            live(person, cancers[group.primary], world)
            count_life(
                counts, cohort, recorded, fingerprint, person, window[0], window[1], window[2]
            )


@compiled
def log_block(
    people: NDArray[np.void],
    segments: NDArray[np.int64],
    groups: NDArray[np.void],
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
    window: tuple[int, int, int],
    tally: Tally,
    log: EventLog,
) -> int:
    """Live a block as `live_block` does and write down every event that fits into the log.

    Returns
    -------
    int
        Number of events; the log is complete if it is as long.
    """
    counts, cohort, recorded, fingerprint = tally
    world = worlds[0]
    row = 0
    n = 0
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        for index in range(segments[segment, 1], segments[segment, 2]):
            person = people[row]
            row += 1
            begin(person, group, index, seed, replicate, cells, cancers, world)
            while person.alive:
                day, event = next_event(person)
                apply_event(person, day, event, cancers[group.primary], world)
                if n < log.day.size:
                    log.person[n] = person.number
                    log.day[n] = day
                    log.event[n] = person.event
                    log.level[n] = person.event_level
                n += 1
            count_life(
                counts, cohort, recorded, fingerprint, person, window[0], window[1], window[2]
            )
    return n


def live_block_logged(people: NDArray[np.void], *common: Any) -> EventLog:
    """Live a block, keep every record in `people`, and give back every event.

    Parameters
    ----------
    people : array of `PERSON`
        One a person of the block.
    *common
        The other arguments of `live_block`; the last is the tally.
    """
    room = 16 * len(people) + 64
    inputs, tally = common[:-1], common[-1]
    while True:
        log = EventLog.empty(room)
        attempt = Tally.empty(tally.counts.shape[1])
        n = log_block(people, *inputs, attempt, log)  # type: ignore[call-arg]
        if n <= room:
            tally.add(attempt)
            return EventLog(log.person[:n], log.day[:n], log.event[:n], log.level[:n])
        room = n
