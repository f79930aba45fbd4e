"""The cohort engine: advances each life to its end in a compiled loop and streams into tallies."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import CareTally, count_care, in_trigger_set
from sim.counting.microdata import EventLog
from sim.counting.tally import Tally, count_life
from sim.life.clocks import next_event
from sim.life.compiled import Record, compiled
from sim.life.step import apply_event, enter, live, look_at_care, start


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
def live_apart(
    people: NDArray[np.void],
    cancer: Record,
    world: Record,
    policies: NDArray[np.void],
    limits: Record,
) -> None:
    """Live one life on under every strategy, from where they may begin to differ.

    Parameters
    ----------
    people : array of `PERSON`, length strategies
        The first is alive; all are changed in place.
    """
    first = people[0]
    for s in range(1, people.size):
        people[s] = first
    for s in range(people.size):
        person = people[s]
        care = policies[s]
        if s > 0:
            person.origin_day = first.first_trigger_day
        look_at_care(person, cancer, world, care)
        live(person, cancer, world, care, limits, False)


@compiled
def count_apart(
    people: NDArray[np.void],
    window: tuple[int, int, int],
    tally: Tally,
    care_tally: CareTally,
    told: NDArray[np.float64],
) -> None:
    """Count one person's finished lives, one a strategy."""
    counts, cohort, recorded, fingerprint = tally
    first, low, high = window
    for s in range(people.size):
        count_life(counts, cohort, recorded, fingerprint, s, people[s], first, low, high)
    if in_trigger_set(people[0]) and low <= int(people[0].diagnosis_year) <= high:
        count_care(care_tally, people, told)


@compiled
def count_block(
    people: NDArray[np.void],
    window: tuple[int, int, int],
    tally: Tally,
    care_tally: CareTally,
    told: NDArray[np.float64],
) -> None:
    """Count finished lives, a row a person and a column a strategy; see `live_block`."""
    for row in range(people.shape[0]):
        count_apart(people[row], window, tally, care_tally, told)


@compiled
def live_block(
    lives: NDArray[np.void],
    segments: NDArray[np.int64],
    groups: NDArray[np.void],
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    policies: NDArray[np.void],
    limits: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
    window: tuple[int, int, int],
    told: NDArray[np.float64],
    tally: Tally,
    care_tally: CareTally,
) -> None:
    """Live all people of a block, one after the other, under every strategy, and count each.

    Parameters
    ----------
    lives : array of `PERSON`, length strategies
        One record a strategy, used for everybody.
    segments : array of int, shape (segments, 3)
        Group, first index, last index + 1.
    groups, cells : arrays of `GROUP` and `ENTRY_CELL`
        The plan of the population.
    cancers, worlds : arrays of `CANCER` and `WORLD`
        The parameters.
    policies, limits : arrays
        The strategies; see `sim.engine.policies.Strategies`.
    seed : uint64
    replicate : int
    window : tuple of int
        First year counted, first and last year of diagnosis of the cohort statistics.
    told : array of float, shape (strategies, statistics)
        Scratch.
    tally, care_tally : Tally, CareTally
        Changed in place.
    """
    counts, cohort, recorded, fingerprint = tally
    world = worlds[0]
    person = lives[0]
    limit = limits[0]
    everybody = fingerprint.size - 1
    reference = policies[0]
    first, low, high = window
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        cancer = cancers[group.primary]
        for index in range(segments[segment, 1], segments[segment, 2]):
            begin(person, group, index, seed, replicate, cells, cancers, world)
            live(person, cancer, world, reference, limit, True)
            if not person.alive:
                count_life(
                    counts, cohort, recorded, fingerprint, everybody, person, first, low, high
                )
                continue
            live_apart(lives, cancer, world, policies, limit)
            count_apart(lives, window, tally, care_tally, told)


@compiled
def live_kept_block(
    people: NDArray[np.void],
    segments: NDArray[np.int64],
    groups: NDArray[np.void],
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    policies: NDArray[np.void],
    limits: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
    window: tuple[int, int, int],
    told: NDArray[np.float64],
    tally: Tally,
    care_tally: CareTally,
    log: EventLog,
) -> int:
    """Live a block as `live_block` does, but keep every life and write down every event.

    Every strategy's lives are lived from diagnosis, so that the log of each is complete.

    Parameters
    ----------
    people : array of `PERSON`, shape (people, strategies)
    log : EventLog
        Gets every event that fits into it.

    Returns
    -------
    int
        Number of events; the log is complete if it is as long.
    """
    world = worlds[0]
    row = 0
    n = 0
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        cancer = cancers[group.primary]
        for index in range(segments[segment, 1], segments[segment, 2]):
            lives = people[row]
            row += 1
            for s in range(lives.size):
                begin(lives[s], group, index, seed, replicate, cells, cancers, world)
                if s > 0:
                    lives[s].origin_day = lives[0].first_trigger_day
                care = policies[s]
                n = live_and_log(lives[s], cancer, world, care, s, log, n)
            count_apart(lives, window, tally, care_tally, told)
    return n


@compiled
def live_and_log(
    person: Record,
    cancer: Record,
    world: Record,
    care: Record,
    strategy: int,
    log: EventLog,
    n: int,
) -> int:
    """Live a started life to its end and write down its events after the first `n`."""
    while person.alive:
        day, event = next_event(person)
        apply_event(person, day, event, cancer, world, care)
        look_at_care(person, cancer, world, care)
        if n < log.day.size:
            log.person[n] = person.number
            log.strategy[n] = strategy
            log.day[n] = day
            log.event[n] = person.event
            log.level[n] = person.event_level
        n += 1
    return n


def live_block_logged(
    people: NDArray[np.void], n_people: int, tally: Tally, care_tally: CareTally, *common: Any
) -> EventLog:
    """Live a block, keep every record in `people`, and give back every event.

    Parameters
    ----------
    people : array of `PERSON`, shape (people, strategies)
    n_people : int
    tally, care_tally : Tally, CareTally
        Changed in place.
    *common
        The other arguments of `live_kept_block` up to `told`.
    """
    room = (16 * n_people + 64) * people.shape[1]
    while True:
        log = EventLog.empty(room)
        attempt = tally.zeros()
        care_attempt = CareTally.empty(people.shape[1])
        n = live_kept_block(people, *common, attempt, care_attempt, log)  # type: ignore[call-arg]
        if n <= room:
            tally.add(attempt)
            care_tally.add(care_attempt)
            return log.first(n)
        room = n
