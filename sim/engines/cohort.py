"""The cohort engine: advances each life to its end in a compiled loop and streams into tallies."""

from __future__ import annotations

import numpy as np

from sim.compiled import compiled
from sim.life.clocks import next_event
from sim.life.step import apply_event, enter, live, start
from sim.tally import count_life


@compiled
def begin(person, group, index, seed, replicate, cells, cancers, world):  # type: ignore[no-untyped-def]
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
def live_block(  # type: ignore[no-untyped-def]
    people, segments, groups, cells, cancers, worlds, seed, replicate, window, tally
):
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
def log_life(person, cancers, worlds, days, events, levels):  # type: ignore[no-untyped-def]
    """Live a started life to its end and write down every event.

    Returns
    -------
    int
        Number of events; if it exceeds the length of the arrays, the rest was not written.
    """
    world = worlds[0]
    cancer = cancers[person.primary]
    n = 0
    while person.alive:
        day, event = next_event(person)
        apply_event(person, day, event, cancer, world)
        if n < days.size:
            days[n] = day
            events[n] = event
            levels[n] = person.event_level
        n += 1
    return n
