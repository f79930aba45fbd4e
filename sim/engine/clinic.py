"""Compiled steps that only finite access needs; the lives themselves are those of `sim.engine`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting.event_log import EventLog, note
from sim.engine.cohort import begin, fill, introduce, live_apart
from sim.engine.loop import CONSULT, COURSE, DAY, DEATH, DIFFERENCE, EVENT, live
from sim.engine.model import Model
from sim.evidence.vocabulary import DAYS_PER_YEAR, Episode
from sim.life.care import book_course
from sim.life.compiled import compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.horizon import follow_origin
from sim.life.luck import uniform

FULL = -1
"""Why a life that is written down stops where the log has no more room."""


@compiled
def catchment_luck(
    shares: NDArray[np.float64],
    people: NDArray[np.void],
    left: NDArray[np.int64],
    model: Model,
) -> None:
    """Where in the catchments, laid side by side from 0 to 1, people live: the same in every run.

    Parameters
    ----------
    shares : array of float, shape (people,)
        Gets it.
    people : array of `PERSON`
        The first is scratch.
    left : array of int, shape (people, 2)
        Group and index of each.
    """
    for row in range(shares.size):
        group = model.groups[left[row, 0]]
        introduce(people[0], group, left[row, 1], model.seed, model.replicate)
        shares[row] = uniform(people[0], Luck.CATCHMENT, 0, 0)


@compiled
def revive(
    people: NDArray[np.void], left: NDArray[np.int64], model: Model, opening_year: float
) -> None:
    """Live people whom `sim.engine.cohort.live_block` left up to the same moment again.

    To live a life up to there twice is quicker than to keep or send its record.

    Parameters
    ----------
    people : array of `PERSON`, shape (people, strategies)
        Gets them.
    left : array of int, shape (people, 2)
        Group and index of each.
    opening_year : float
        As it was for `live_block`.
    """
    world = model.worlds[0]
    n = people.shape[1]
    same, chosen = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for row in range(people.shape[0]):
        lives, group = people[row], model.groups[left[row, 0]]
        cancer = model.cancers[group.primary]
        begin(
            lives[0], group, left[row, 1], model.cells, cancer, world, model.seed, model.replicate
        )
        live(lives[0], cancer, world, model.shared[0], DIFFERENCE, NEVER)
        live_apart(lives, same, chosen, cancer, world, model.policies, opening_year)
        fill(lives, same)


@compiled
def revive_noted(
    people: NDArray[np.void],
    left: NDArray[np.int64],
    model: Model,
    opening_year: float,
    log: EventLog,
) -> int:
    """The same with every event that fits into a log written down, life by life.

    Returns
    -------
    int
        Number of events; the log is complete if it is as long.
    """
    world = model.worlds[0]
    n = 0
    for row in range(people.shape[0]):
        group = model.groups[left[row, 0]]
        cancer = model.cancers[group.primary]
        for s in range(people.shape[1]):
            person = people[row, s]
            begin(
                person, group, left[row, 1], model.cells, cancer, world, model.seed, model.replicate
            )
            if s > 0:
                follow_origin(person, people[row, 0])
            opening_day = (opening_year - person.diagnosis_year) * DAYS_PER_YEAR
            why = EVENT
            while why == EVENT:
                why = live(person, cancer, world, model.policies[s], EVENT, opening_day)
                if why != DAY:
                    if n < log.day.size:
                        note(log, n, person, s, world)
                    n += 1
    return n


@compiled
def live_noted(
    people: NDArray[np.void],
    row: int,
    model: Model,
    care: NDArray[np.void],
    stop: int,
    until_day: float,
    log: EventLog,
    at: NDArray[np.int64],
) -> int:
    """Live one of several people on as `sim.engine.loop.live_on` does, and write down each event.

    Returns
    -------
    int
        Code in `STOPS`, or `FULL` if the log has no room for the next event.
    """
    person = people[row]
    cancer, world = model.cancers[person.primary], model.worlds[0]
    while person.alive == 1:
        waits = person.episode == Episode.WAITING and person.course_start_day == NEVER
        if waits and stop >= COURSE:
            return COURSE
        if at[0] == log.day.size:
            return FULL
        if live(person, cancer, world, care[0], EVENT, until_day) == DAY:
            return DAY
        note(log, at[0], person, at[1], world)
        at[0] += 1
        if person.alive == 1 and stop == EVENT:
            return EVENT
        if stop == CONSULT and person.event == Event.REFERRED:
            return CONSULT
    return DEATH


@compiled
def give_appointment(
    people: NDArray[np.void], row: int, care: NDArray[np.void], start_day: float, end_day: float
) -> None:
    """Give one of several people, who waits, the day on which the course begins and ends."""
    book_course(people[row], care[0], start_day, end_day)
