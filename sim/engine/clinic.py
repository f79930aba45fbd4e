"""Compiled steps that only finite access needs; the lives themselves are those of `sim.engine`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.engine.cohort import begin, cells_of, introduce, live_apart
from sim.engine.loop import DIFFERENCE, live
from sim.engine.model import Model
from sim.life.care import book_course
from sim.life.compiled import compiled
from sim.life.events import Luck
from sim.life.hazards import NEVER
from sim.life.luck import uniform


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
    for row in range(people.shape[0]):
        lives, group = people[row], model.groups[left[row, 0]]
        cells, cancer = cells_of(model, group), model.cancers[group.primary]
        begin(lives[0], group, left[row, 1], cells, cancer, world, model.seed, model.replicate)
        live(lives[0], cancer, world, model.shared[0], DIFFERENCE, NEVER)
        live_apart(lives, cancer, world, model.policies, opening_year)


@compiled
def give_appointment(
    people: NDArray[np.void], row: int, care: NDArray[np.void], start_day: float, end_day: float
) -> None:
    """Give one of several people, who waits, the day on which the course begins and ends."""
    book_course(people[row], care[0], start_day, end_day)
