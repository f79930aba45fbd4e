"""Spreads the lives of a plan over workers, block by block, and adds up their tallies."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np

from sim.counting.care_tally import N_STATISTICS, CareTally
from sim.counting.tally import Tally
from sim.engine import cohort, process
from sim.engine.lives import Block, Lives, Segments
from sim.inputs.population import Plan
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


def block_segments(plan: Plan, size: int) -> Iterator[Segments]:
    """Cut the people of a plan into blocks of at most `size`, in order."""
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
    n = sum(high - low for _, low, high in segments)
    tally, care_tally = lives.tallies()
    if lives.engine == "process":
        people, log = process.live_block(lives, segments, tally, care_tally)
        return Block(
            tally, care_tally, people if lives.keep else None, log if lives.keep else None, n
        )
    strategies = lives.strategies
    n_strategies = len(strategies.names)
    common = (
        np.array(segments, dtype=np.int64),
        lives.plan.groups,
        lives.plan.cells,
        lives.cancers,
        lives.worlds,
        strategies.policies,
        strategies.limits,
        np.uint64(lives.seed),
        lives.replicate,
        lives.window,
        np.zeros((n_strategies, N_STATISTICS)),
    )
    if not lives.keep:
        cohort.live_block(np.zeros(n_strategies, PERSON), *common, tally, care_tally)
        tally.share_past()
        return Block(tally, care_tally, None, None, n)
    people = np.zeros((n, n_strategies), PERSON)
    log = cohort.live_block_logged(people, n, tally, care_tally, *common)
    return Block(tally, care_tally, people, log, n)


@contextmanager
def worker_pool(engine: str, workers: int) -> Iterator[Executor]:
    """Threads for the cohort engine, which holds no lock; processes for the SimPy engine."""
    pool = ProcessPoolExecutor if engine == "process" and workers > 1 else ThreadPoolExecutor
    with pool(workers) as executor:
        yield executor


def live_plan(
    lives: Lives,
    executor: Executor,
    workers: int,
    on_block: Callable[[Block], None],
) -> tuple[Tally, CareTally]:
    """Live everybody of a plan and add up the tallies.

    The sum does not depend on the order or the number of blocks and workers: counts are integers.

    Parameters
    ----------
    lives : Lives
    executor : concurrent.futures.Executor
    workers : int
        Blocks under way at a time are at most twice as many, so that memory stays flat.
    on_block : callable
        Called with each finished block, in order.
    """
    size = KEPT_BLOCK if lives.keep or lives.engine == "process" else BLOCK
    size = min(size, max(1, -(-lives.plan.people // (2 * workers))))
    total, care_total = lives.tallies()
    waiting: deque[Future[Block]] = deque()

    def finish() -> None:
        block = waiting.popleft().result()
        total.add(block.tally)
        care_total.add(block.care_tally)
        on_block(block)

    for segments in block_segments(lives.plan, size):
        waiting.append(executor.submit(live_segments, lives, segments))
        if len(waiting) >= 2 * workers:
            finish()
    while waiting:
        finish()
    return total, care_total
