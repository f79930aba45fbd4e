"""Compiled steps of the clinic engine: lives up to where they need a clinic.

A life between two visits depends on nobody else, so it is lived at once; while the person waits or
is treated it is lived event by event beside the others, in `sim.clinics`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally, count_life
from sim.engine.cohort import begin, count_apart
from sim.evidence.vocabulary import DAYS_PER_YEAR, WAITING
from sim.life.care import book_course
from sim.life.clocks import next_event
from sim.life.compiled import Record, compiled
from sim.life.events import FIRST_CARE_EVENT, REFERRED
from sim.life.hazards import NEVER
from sim.life.luck import CATCHMENT, uniform
from sim.life.step import apply_event, live, look_at_care

STOPS = ("dead", "dead_apart", "lives_on", "asks_for_consult", "asks_for_course")
"""Why a life that is lived alone stops."""
DEAD, DEAD_APART, LIVES_ON, ASKS_FOR_CONSULT, ASKS_FOR_COURSE = range(len(STOPS))


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
    share = uniform(person, CATCHMENT, 0, 0)
    low = 0
    high = catchments.size - 1
    while low < high:
        middle = (low + high) // 2
        if share > catchments[middle]:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def live_to_opening(
    lives: NDArray[np.void],
    group: Record,
    index: int,
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    policies: NDArray[np.void],
    limits: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
    opening_year: float,
) -> int:
    """Live one person up to where strategies may differ and the clinics are open.

    Parameters
    ----------
    lives : array of `PERSON`, length strategies
        Gets the person under each strategy.
    policies : array of `POLICY`
        With published waits: what holds until the clinics open.
    opening_year : float
        Calendar year with its fraction.

    Returns
    -------
    int
        `DEAD` if the first record alone is a life, that of everybody; `DEAD_APART` if all are and
        are over; else `LIVES_ON`.
    """
    person = lives[0]
    cancer = cancers[group.primary]
    begin(person, group, index, seed, replicate, cells, cancers, worlds[0])
    live(person, cancer, worlds[0], policies[0], limits[0], True)
    if not person.alive:
        return DEAD
    opening_day = (opening_year - person.diagnosis_year) * DAYS_PER_YEAR
    end = DEAD_APART
    for s in range(1, lives.size):
        lives[s] = person
    for s in range(lives.size):
        if s > 0:
            lives[s].origin_day = person.first_trigger_day
        look_at_care(lives[s], cancer, worlds[0], policies[s])
        live_alone(lives, s, cancers, worlds, policies[s : s + 1], opening_day, False)
        if lives[s].alive == 1:
            end = LIVES_ON
    return end


@compiled
def survey_block(
    found: NDArray[np.int64],
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
    catchments: NDArray[np.float64],
    opening_year: float,
    tally: Tally,
    care_tally: CareTally,
) -> int:
    """Find the people of a block whom the clinics may concern, and count all others.

    Parameters
    ----------
    found : array of int, shape (people of the block, 3)
        Gets group, index and center of those who live on when the clinics are open.
    lives, segments, groups, cells, cancers, worlds, limits, seed, replicate, window, told
        As in `sim.engine.cohort.live_block`.
    policies, opening_year
        As in `live_to_opening`.
    catchments : array of float
        See `center_of`.
    tally, care_tally : Tally, CareTally
        Changed in place.

    Returns
    -------
    int
        How many were found.
    """
    counts, cohort, recorded, fingerprint = tally
    everybody = fingerprint.size - 1
    first, low, high = window
    n = 0
    for segment in range(segments.shape[0]):
        group = groups[segments[segment, 0]]
        for index in range(segments[segment, 1], segments[segment, 2]):
            end = live_to_opening(
                lives,
                group,
                index,
                cells,
                cancers,
                worlds,
                policies,
                limits,
                seed,
                replicate,
                opening_year,
            )
            if end == DEAD:
                count_life(
                    counts, cohort, recorded, fingerprint, everybody, lives[0], first, low, high
                )
            elif end == DEAD_APART:
                count_apart(lives, window, tally, care_tally, told)
            else:
                found[n, 0] = segments[segment, 0]
                found[n, 1] = index
                found[n, 2] = center_of(lives[0], catchments)
                n += 1
    return n


@compiled
def revive(
    people: NDArray[np.void],
    found: NDArray[np.int64],
    groups: NDArray[np.void],
    cells: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    policies: NDArray[np.void],
    limits: NDArray[np.void],
    seed: np.uint64,
    replicate: int,
    opening_year: float,
) -> None:
    """Live people that were found by `survey_block` up to the same moment again.

    To live a life up to there twice is quicker than to keep or send its record.

    Parameters
    ----------
    people : array of `PERSON`, shape (people, strategies)
        Gets them.
    found : array of int, shape (people, 3)
    """
    for row in range(people.shape[0]):
        live_to_opening(
            people[row],
            groups[found[row, 0]],
            found[row, 1],
            cells,
            cancers,
            worlds,
            policies,
            limits,
            seed,
            replicate,
            opening_year,
        )
