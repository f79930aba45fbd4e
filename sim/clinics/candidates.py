"""Whom the clinics may concern: everybody else is counted at once, compiled and in parallel."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from sim.clinics.plan import Access
from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally
from sim.engine.clinic import catchment_luck
from sim.engine.cohort import live_block
from sim.engine.lives import Lives
from sim.engine.model import Model, Segments, as_array, people_of
from sim.engine.workers import BLOCK, block_segments
from sim.life.records import PERSON

_MOST_KEPT = 2_500
"""So many people whom the clinics may concern are held by a worker at a time, a record under each
strategy; more where one group of linked centers has more."""


def find_candidates(
    lives: Lives, access: Access, workers: int
) -> tuple[Tally, CareTally, NDArray[np.int64]]:
    """Find the people whom the clinics may concern, and count all others.

    Returns
    -------
    tally, care_tally : Tally, CareTally
        Of the others.
    found : array of int, shape (people, 3)
        Group, index and center.
    """
    tally, care_tally = lives.tallies()
    model, opening_year = lives.model, float(access.opening_year)
    found = [np.zeros((0, 2), np.int64)]

    def of_block(segments: Segments) -> tuple[Tally, CareTally, NDArray[np.int64]]:
        lived = np.zeros(len(model.policies), PERSON)
        counted = lives.tallies()
        left = np.zeros((people_of(segments), 2), np.int64)
        rows = as_array(segments)
        n = live_block(lived, rows, model, lives.window, *counted, opening_year, left)
        return *counted, left[:n].copy()

    size = min(BLOCK, max(1, -(-model.people // (4 * workers))))
    with ThreadPoolExecutor(workers) as threads:
        for mine, care_mine, left in threads.map(of_block, block_segments(model, size)):
            tally.add(mine)
            care_tally.add(care_mine)
            found.append(left)
    tally.share_past()
    people = np.concatenate(found)
    shares = np.zeros(len(people))
    catchment_luck(shares, np.zeros(1, PERSON), people, model)
    centers = np.searchsorted(access.catchments, shares)
    return tally, care_tally, np.column_stack((people, centers))


def batches(
    access: Access, found: NDArray[np.int64]
) -> Iterator[tuple[list[tuple[str, ...]], NDArray[np.int64]]]:
    """Groups of linked centers, with their people, that a worker takes at a time.

    So many that memory stays flat, and the same whatever the number of strategies; centers without
    anybody are taken too, for their other patients.
    """
    names = [center.name for center in access.clinics.centers]
    of_center = np.bincount(found[:, 2], minlength=len(names))
    room = 0
    groups: list[tuple[str, ...]] = []
    taken: list[int] = []
    for group in access.clinics.linked():
        numbers = [names.index(name) for name in group]
        size = int(of_center[numbers].sum())
        if groups and size > room:
            yield groups, found[np.isin(found[:, 2], taken)]
            groups, taken = [], []
        if not groups:
            room = _MOST_KEPT
        groups.append(group)
        taken += numbers
        room -= size
    yield groups, found[np.isin(found[:, 2], taken)]


def others_of(model: Model, found: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """The people of a model whom the clinics do not concern: group, first index, last index + 1."""
    for group, count in enumerate(model.groups["count"].tolist()):
        low = 0
        for index in (*np.sort(found[found[:, 0] == group, 1]).tolist(), count):
            if low < index:
                yield group, low, index
            low = index + 1
