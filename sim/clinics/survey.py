"""Whom the clinics may concern: everybody else is counted at once, compiled and in parallel."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.clinics.plan import Access
from sim.counting.care_tally import N_STATISTICS, CareTally
from sim.counting.tally import Tally
from sim.engine.clinic import survey_block
from sim.engine.lives import Lives, Segments
from sim.engine.workers import BLOCK, block_segments
from sim.life.records import PERSON

_MOST_KEPT = 10_000
"""So many records of people whom the clinics may concern are held by a worker at a time; more where
one group of linked centers has more."""


def parameters_of(lives: Lives) -> tuple[Any, ...]:
    """What the compiled steps of the clinic engine read of a plan."""
    return (
        lives.plan.groups,
        lives.plan.cells,
        lives.cancers,
        lives.worlds,
        lives.strategies.policies,
        lives.strategies.limits,
        np.uint64(lives.seed),
        lives.replicate,
    )


def survey(
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
    found = []

    def of_block(segments: Segments) -> tuple[Tally, CareTally, NDArray[np.int64]]:
        mine, care_mine = lives.tallies()
        n_strategies = len(lives.strategies.names)
        place = np.zeros((sum(high - low for _, low, high in segments), 3), np.int64)
        n = survey_block(  # type: ignore[call-arg]
            place,
            np.zeros(n_strategies, PERSON),
            np.array(segments, dtype=np.int64).reshape(-1, 3),
            *parameters_of(lives),
            lives.window,
            np.zeros((n_strategies, N_STATISTICS)),
            access.catchments,
            float(access.opening_year),
            mine,
            care_mine,
        )
        return mine, care_mine, place[:n].copy()

    size = min(BLOCK, max(1, -(-lives.plan.people // (4 * workers))))
    with ThreadPoolExecutor(workers) as threads:
        for mine, care_mine, place in threads.map(of_block, block_segments(lives.plan, size)):
            tally.add(mine)
            care_tally.add(care_mine)
            found.append(place)
    tally.share_past()
    everybody = np.concatenate((np.zeros((0, 3), np.int64), *found))
    return tally, care_tally, everybody


def batches(
    access: Access, found: NDArray[np.int64], strategies: int
) -> Iterator[tuple[list[tuple[str, ...]], NDArray[np.int64]]]:
    """Groups of linked centers, with their people, that a worker takes at a time.

    So many that memory stays flat; centers without anybody are taken too, for their other patients.
    """
    names = [center.name for center in access.clinics.centers]
    of_center = np.bincount(found[:, 2], minlength=len(names))
    room = 0
    groups: list[tuple[str, ...]] = []
    taken: list[int] = []
    for group in access.clinics.linked():
        numbers = [names.index(name) for name in group]
        size = int(of_center[numbers].sum()) * strategies
        if groups and size > room:
            yield groups, found[np.isin(found[:, 2], taken)]
            groups, taken = [], []
        if not groups:
            room = _MOST_KEPT
        groups.append(group)
        taken += numbers
        room -= size
    yield groups, found[np.isin(found[:, 2], taken)]
