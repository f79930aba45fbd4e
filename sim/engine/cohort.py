"""The cohort engine: lives people of a model in compiled loops and streams them into tallies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import N_STATISTICS, CareTally, count_care, in_trigger_set
from sim.counting.event_log import EventLog, note
from sim.counting.tally import Tally, Window, count_life
from sim.engine.loop import DAY, DEATH, DECISION, DIFFERENCE, EVENT, live
from sim.engine.model import Model, Segments, as_array, people_of
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.life.clocks import next_event
from sim.life.compiled import Record, compiled, compiled_in_place
from sim.life.decision import choice_of, observe
from sim.life.hazards import NEVER
from sim.life.horizon import follow_origin
from sim.life.life_copy import copy_life
from sim.life.records import PERSON
from sim.life.step import enter, look_at_care, start

_EVENTS_A_LIFE, _MORE_EVENTS = 16, 64
"""Room of a log at first: so many for each life, and some more; one that is full is made larger."""


# Arrays that go into a function are counted as references, which costs as much as an event: a loop
# over people takes records and arrays out of the model once, and hands on records.
@compiled
def introduce(person: Record, group: Record, index: int, seed: np.uint64, replicate: int) -> None:
    """Say who one person of a group is, and by which luck they live."""
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


@compiled_in_place
def begin(
    person: Record,
    group: Record,
    index: int,
    cells: NDArray[np.void],
    cancer: Record,
    world: Record,
    seed: np.uint64,
    replicate: int,
) -> None:
    """Make the record of one person of a group, and start the life; cells are those of all."""
    introduce(person, group, index, seed, replicate)
    enter(person, group.year, cells[group.first_cell : group.first_cell + group.n_cells])
    start(person, cancer, world)


@compiled
def begin_block(people: NDArray[np.void], segments: NDArray[np.int64], model: Model) -> None:
    """Make the record of everybody of a block and start their lives; see `live_block`."""
    world, cells, seed, replicate = model.worlds[0], model.cells, model.seed, model.replicate
    row = 0
    for segment in range(segments.shape[0]):
        group = model.groups[segments[segment, 0]]
        cancer = model.cancers[group.primary]
        for index in range(segments[segment, 1], segments[segment, 2]):
            begin(people[row], group, index, cells, cancer, world, seed, replicate)
            row += 1


@compiled_in_place
def live_apart(
    lives: NDArray[np.void],
    same: NDArray[np.int64],
    chosen: NDArray[np.int64],
    cancer: Record,
    world: Record,
    policies: NDArray[np.void],
    opening_year: float,
) -> bool:
    """Live one life on under every strategy, from where they may begin to differ.

    Strategies that are alike but for their rules share one record until they choose differently.

    Parameters
    ----------
    lives, policies : arrays of `PERSON` and `POLICY`, length strategies
        The first of `lives` is alive; all are changed in place.
    same : array of int, length strategies
        Gets, for each strategy, the first of those with the same life, which has the record.
    chosen : array of int, length strategies
        Scratch.
    opening_year : float
        Calendar year, with its fraction, in which the clinics open, and up to which they are lived
        at most; `NEVER` if there are none.

    Returns
    -------
    bool
        Whether one of them is alive when the clinics open.
    """
    person = lives[0]
    opening_day = (opening_year - person.diagnosis_year) * DAYS_PER_YEAR
    for s in range(lives.size):
        same[s] = policies[s].alike
        if s > 0 and same[s] == s:
            copy_life(person, lives[s])
    goes_on = False
    for s in range(lives.size):
        if same[s] != s:
            continue
        if s > 0:
            follow_origin(lives[s], person)
        why = EVENT
        if policies[s].alike == s:
            look_at_care(lives[s], cancer, world, policies[s])
        else:  # it parted from another one just before this decision
            why = live(lives[s], cancer, world, policies[s], EVENT, opening_day)
        while why == EVENT:
            stop = DEATH
            for other in range(s + 1, lives.size):
                if same[other] == s:
                    stop = DECISION
            why = live(lives[s], cancer, world, policies[s], stop, opening_day)
            if why == DECISION:
                part(lives, same, chosen, s, cancer, world, policies)
                why = live(lives[s], cancer, world, policies[s], EVENT, opening_day)
        if why == DAY:
            goes_on = True
    return goes_on


@compiled_in_place
def part(
    lives: NDArray[np.void],
    same: NDArray[np.int64],
    chosen: NDArray[np.int64],
    first: int,
    cancer: Record,
    world: Record,
    policies: NDArray[np.void],
) -> None:
    """Give those of the strategies of one life that now choose otherwise a record of their own."""
    person = lives[first]
    now = person.now
    person.now = next_event(person)[0]
    lesion = person.lesions[person.episode_lesion]
    observe(person, cancer, world, lesion)
    for s in range(first, lives.size):
        chosen[s] = -1
        if same[s] == first:
            chosen[s] = choice_of(person, policies[s], lesion)
    person.now = now
    for s in range(first + 1, lives.size):
        if chosen[s] == -1 or chosen[s] == chosen[first]:
            continue
        same[s] = s
        for other in range(first + 1, s):
            if chosen[other] == chosen[s]:
                same[s] = same[other]
        if same[s] == s:
            copy_life(person, lives[s])


@compiled_in_place
def fill(lives: NDArray[np.void], same: NDArray[np.int64]) -> None:
    """Give every strategy a record, also those that have the same life as another one."""
    for s in range(1, lives.size):
        if same[s] != s:
            copy_life(lives[same[s]], lives[s])
            follow_origin(lives[s], lives[0])


@compiled
def live_block(
    lives: NDArray[np.void],
    segments: NDArray[np.int64],
    model: Model,
    window: Window,
    tally: Tally,
    care_tally: CareTally,
    opening_year: float,
    left: NDArray[np.int64],
) -> int:
    """Live all people of a block, one after the other, under every strategy, and count each.

    Parameters
    ----------
    lives : array of `PERSON`, length strategies
        One record a strategy, used for everybody.
    segments : array of int, shape (segments, 3)
        Group, first index, last index + 1.
    opening_year : float
        See `live_apart`.
    left : array of int, shape (people of the block, 2)
        Gets group and index of those who live on when the clinics open; they are not counted.

    Returns
    -------
    int
        How many are left.
    """
    told = np.zeros((lives.size, N_STATISTICS))
    same, chosen = np.zeros(lives.size, np.int64), np.zeros(lives.size, np.int64)
    counted = window, tally, care_tally
    return live_people(lives, (same, chosen, told), segments, model, counted, opening_year, left)


@compiled_in_place
def live_people(
    lives: NDArray[np.void],
    scratch: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    segments: NDArray[np.int64],
    model: Model,
    counted: tuple[Window, Tally, CareTally],
    opening_year: float,
    left: NDArray[np.int64],
) -> int:
    """Do the work of `live_block`; scratch are `same`, `chosen` and `told` of what it calls."""
    world, cells, seed, replicate = model.worlds[0], model.cells, model.seed, model.replicate
    policies, shared = model.policies, model.shared[0]
    same, chosen, told = scratch
    window, tally, care_tally = counted
    everybody = tally.fingerprint.size - 1
    person = lives[0]
    n = 0
    for segment in range(segments.shape[0]):
        group = model.groups[segments[segment, 0]]
        cancer = model.cancers[group.primary]
        for index in range(segments[segment, 1], segments[segment, 2]):
            begin(person, group, index, cells, cancer, world, seed, replicate)
            if live(person, cancer, world, shared, DIFFERENCE, NEVER) == DEATH:
                count_life(tally, everybody, person, window)
                if describes(window, person):
                    for s in range(lives.size):
                        count_care(care_tally, s, (person, person), window.outcomes_for, told)
            elif not live_apart(lives, same, chosen, cancer, world, policies, opening_year):
                count_apart(lives, same, window, tally, care_tally, told)
            else:
                left[n, 0] = segments[segment, 0]
                left[n, 1] = index
                n += 1
    return n


@compiled
def live_kept_block(
    people: NDArray[np.void], segments: NDArray[np.int64], model: Model, log: EventLog
) -> int:
    """Live a block, keep every life and write down every event.

    Every strategy's lives are lived from diagnosis, so that the log of each is complete.

    Parameters
    ----------
    people : array of `PERSON`, shape (people, strategies)
        Gets the finished lives.
    segments : array of int, shape (segments, 3)
        As in `live_block`.
    log : EventLog
        Gets every event that fits into it.

    Returns
    -------
    int
        Number of events; the log is complete if it is as long.
    """
    world, cells, seed, replicate = model.worlds[0], model.cells, model.seed, model.replicate
    row = 0
    n = 0
    for segment in range(segments.shape[0]):
        group = model.groups[segments[segment, 0]]
        cancer = model.cancers[group.primary]
        for index in range(segments[segment, 1], segments[segment, 2]):
            for s in range(people.shape[1]):
                person = people[row, s]
                begin(person, group, index, cells, cancer, world, seed, replicate)
                if s > 0:
                    follow_origin(person, people[row, 0])
                while person.alive == 1:
                    live(person, cancer, world, model.policies[s], EVENT, NEVER)
                    if n < log.day.size:
                        note(log, n, person, s, world)
                    n += 1
            row += 1
    return n


@compiled_in_place
def count_apart(
    lives: NDArray[np.void],
    same: NDArray[np.int64],
    window: Window,
    tally: Tally,
    care_tally: CareTally,
    told: NDArray[np.float64],
) -> None:
    """Count one person's finished lives, one a strategy, those of `live_apart`.

    `told` is scratch of `count_care`.
    """
    for s in range(lives.size):
        count_life(tally, s, lives[same[s]], window)
    if describes(window, lives[0]):
        for s in range(lives.size):
            count_care(care_tally, s, (lives[same[s]], lives[0]), window.outcomes_for, told)


@compiled_in_place
def describes(window: Window, reference: Record) -> bool:
    """Say whether outcomes of care of a person are described, by the life under the reference."""
    inside = window.cohort_first <= int(reference.diagnosis_year) <= window.cohort_last
    return inside and in_trigger_set(reference, window.outcomes_for)


@compiled
def count_block(
    people: NDArray[np.void], window: Window, tally: Tally, care_tally: CareTally
) -> None:
    """Count finished lives, a row a person and a column a strategy."""
    told = np.zeros((people.shape[1], N_STATISTICS))
    apart = np.arange(people.shape[1])
    for row in range(people.shape[0]):
        count_apart(people[row], apart, window, tally, care_tally, told)


def begun_people(model: Model, segments: Segments) -> NDArray[np.void]:
    """Records of people of a model at diagnosis, their lives begun and not yet lived: `PERSON`."""
    people = np.zeros(people_of(segments), PERSON)
    begin_block(people, as_array(segments), model)
    return people


def lived_people(
    model: Model, segments: Segments, *, logged: bool = False
) -> tuple[NDArray[np.void], EventLog]:
    """Finished lives of people, a row a person and a column a strategy; their events if logged."""
    people = np.zeros((people_of(segments), len(model.policies)), PERSON)
    room = logged * (_EVENTS_A_LIFE * people.shape[0] + _MORE_EVENTS) * people.shape[1]
    while True:
        log = EventLog.empty(room)
        n = live_kept_block(people, as_array(segments), model, log)
        if n <= room or not logged:
            return people, log.take(slice(n))
        room = n
