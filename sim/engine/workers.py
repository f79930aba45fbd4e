"""Spreads the lives of a plan over workers, block by block, and adds up their tallies."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np

from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally
from sim.engine import cohort, process
from sim.engine.lives import Block, Lives
from sim.engine.model import Model, Segments, as_array, people_of
from sim.engine.processes import Processes, can_start_processes
from sim.inputs.population import Plan
from sim.life.hazards import NEVER
from sim.life.records import PERSON

BLOCK = 200_000
"""Lives in a block at most; a block is what a worker takes at a time."""
KEPT_BLOCK = 20_000
"""The same where every record is kept for microdata or by the process engine."""


def usable_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def block_segments(plan: Plan | Model, size: int) -> Iterator[Segments]:
    """Cut the people of a plan or a model into blocks of at most `size`, in order."""
    block: Segments = []
    room = size
    for group, count in enumerate(plan.groups["count"].tolist()):
        low = 0
        while low < count:
            high = min(count, low + room)
            block.append((group, low, high))
            room -= high - low
            low = high
            if room == 0:
                yield block
                block, room = [], size
    if block:
        yield block


def live_segments(lives: Lives, segments: Segments) -> Block:
    """Live one block with the engine asked for."""
    tally, care_tally = lives.tallies()
    model, n = lives.model, people_of(segments)
    if lives.engine == "cohort" and not lives.keep:
        one, left = np.zeros(len(model.policies), PERSON), np.zeros((0, 2), np.int64)
        counted = (lives.window, tally, care_tally)
        cohort.live_block(one, as_array(segments), model, *counted, NEVER, left)
        tally.share_past()
        return Block(tally, care_tally, None, None, n)
    engine = process if lives.engine == "process" else cohort
    people, log = engine.lived_people(model, segments, logged=lives.keep)
    cohort.count_block(people, lives.window, tally, care_tally)
    if not lives.keep:
        return Block(tally, care_tally, None, None, n)
    return Block(tally, care_tally, people, log, n)


def worker_pool(engine: str, workers: int) -> Executor:
    """Threads for the cohort engine, which holds no lock; processes for the SimPy engine.

    Where no processes can be started, threads do their work, one at a time.
    """
    apart = engine == "process" and workers > 1 and can_start_processes()
    return Processes(workers) if apart else ThreadPoolExecutor(workers)


def live_plan(
    lives: Lives,
    executor: Executor,
    workers: int,
    on_block: Callable[[Block], object] = lambda block: None,
) -> tuple[Tally, CareTally]:
    """Live everybody of a plan and add up the tallies.

    The sum does not depend on the order or the number of blocks and workers: counts are integers.

    Parameters
    ----------
    workers : int
        Blocks under way at a time are at most twice as many, so that memory stays flat.
    on_block : callable
        Called with each finished block, in order.
    """
    size = KEPT_BLOCK if lives.keep or lives.engine == "process" else BLOCK
    size = min(size, max(1, -(-lives.model.people // (2 * workers))))
    total, care_total = lives.tallies()
    waiting: deque[Future[Block]] = deque()

    def finish() -> None:
        block = waiting.popleft().result()
        total.add(block.tally)
        care_total.add(block.care_tally)
        on_block(block)

    for segments in block_segments(lives.model, size):
        waiting.append(executor.submit(live_segments, lives, segments))
        if len(waiting) >= 2 * workers:
            finish()
    while waiting:
        finish()
    return total, care_total
