"""Compiled steps of the clinic engine: lives up to where they need a clinic.

A life between two visits depends on nobody else, so it is lived at once; while the person waits or
is treated it is lived event by event beside the others, in `sim.access`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.care_tally import CareTally
from sim.compiled import Record, compiled
from sim.engines.cohort import begin, count_apart
from sim.hazards import NEVER
from sim.life.care import book_course
from sim.life.clocks import next_event
from sim.life.events import FIRST_CARE_EVENT, REFERRED
from sim.life.step import apply_event, live, look_at_care
from sim.randomness import CATCHMENT, uniform
from sim.tally import Tally, count_life
from sim.vocabulary import DAYS_PER_YEAR, WAITING

DEAD, LIVES_ON, ASKS_FOR_CONSULT, ASKS_FOR_COURSE = range(4)
"""Why a life that is lived alone stops."""


@compiled
def live_alone(
    people: NDArray[np.void],
    row: int,
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: NDArray[np.void],
    until_day: float,
    consults: bool,
) -> int:
    """Live one of several people on to death, to a day, or to where a clinic is needed.

    Parameters
    ----------
    people : array of `PERSON`
        The row is changed in place.
    row : int
    cancers, worlds : arrays of `CANCER` and `WORLD`
    care : array of `POLICY`, length 1
    until_day : float
        Since the diagnosis; events on it are left for later.
    consults : bool
        Whether a referral needs the clinic too.

    Returns
    -------
    int
        `DEAD`, `LIVES_ON`, `ASKS_FOR_CONSULT` or `ASKS_FOR_COURSE`.
    """
    person = people[row]
    cancer = cancers[person.primary]
    while person.alive == 1:
        if person.episode == WAITING and person.course_start_day == NEVER:
            return ASKS_FOR_COURSE
        day, event = next_event(person)
        if day >= until_day:
            return LIVES_ON
        apply_event(person, day, event, cancer, worlds[0], care[0])
        look_at_care(person, cancer, worlds[0], care[0])
        if consults and person.event == FIRST_CARE_EVENT + REFERRED:
            return ASKS_FOR_CONSULT
    return DEAD


@compiled
def give_appointment(
    people: NDArray[np.void], row: int, care: NDArray[np.void], start_day: float, end_day: float
) -> None:
    """Give one of several people, who waits, the day on which the course begins and ends."""
    book_course(people[row], care[0], start_day, end_day)


@compiled
def center_of(person: Record, catchments: NDArray[np.float64]) -> int:
    """The center whose catchment a person lives in: by luck, so that it is the same in every run.

    Parameters
    ----------
    person : record of `PERSON`
        Only number, seed and replicate are read.
    catchments : array of float
        Cumulative shares of the centers; the last is 1.
    """
    # The last share is 1, up to rounding.
    return int(np.searchsorted(catchments[:-1], uniform(person, CATCHMENT, 0, 0)))


@compiled
def gather_block(
    kept: NDArray[np.void],
    centers: NDArray[np.int64],
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
    catchments: NDArray[np.float64],
    wanted: NDArray[np.bool_],
    opening_year: float,
    tally: Tally,
    care_tally: CareTally,
) -> int:
    """Live people up to where strategies may differ and the clinics are open; count who dies first.

    Parameters
    ----------
    kept : array of `PERSON`, shape (room, strategies)
        Gets those still alive.
    centers : array of int, length room
        Gets the center of each.
    segments, groups, cells, cancers, worlds, limits, seed, replicate, window, told
        As in `sim.engines.cohort.live_block`.
    policies : array of `POLICY`
        With published waits: what holds until the clinics open.
    catchments : array of float
        See `center_of`.
    wanted : array of bool
        Centers whose people are lived; all others are passed over.
    opening_year : float
        Calendar year with its fraction.
    tally, care_tally : Tally, CareTally
        Changed in place.

    Returns
    -------
    int
        How many were to be kept; they are all there if it is at most the room.
    """
    counts, cohort, recorded, fingerprint = tally
    everybody = fingerprint.size - 1
    first, low, high = window
    n_strategies = policies.size
    lives = kept[-1]
    n = 0
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        cancer = cancers[group.primary]
        for index in range(segments[segment, 1], segments[segment, 2]):
            person = lives[0]
            person.number = (
                (np.uint64(group.year) << np.uint64(48))
                | (np.uint64(group.primary) << np.uint64(40))
                | (np.uint64(group.sex) << np.uint64(32))
                | np.uint64(index)
            )
            person.seed = seed
            person.replicate = replicate
            center = center_of(person, catchments)
            if not wanted[center]:
                continue
            begin(person, group, index, seed, replicate, cells, cancers, worlds[0])
            live(person, cancer, worlds[0], policies[0], limits[0], True)
            if not person.alive:
                count_life(
                    counts, cohort, recorded, fingerprint, everybody, person, first, low, high
                )
                continue
            opening_day = (opening_year - person.diagnosis_year) * DAYS_PER_YEAR
            alive = False
            for s in range(1, n_strategies):
                lives[s] = lives[0]
            for s in range(n_strategies):
                if s > 0:
                    lives[s].origin_day = lives[0].first_trigger_day
                look_at_care(lives[s], cancer, worlds[0], policies[s])
                care = policies[s : s + 1]
                live_alone(lives, s, cancers, worlds, care, opening_day, False)
                alive = alive or lives[s].alive == 1
            if not alive:
                count_apart(lives, window, tally, care_tally, told)
                continue
            if n < kept.shape[0] - 1:
                for s in range(n_strategies):
                    kept[n, s] = lives[s]
                centers[n] = center
            n += 1
    return n
