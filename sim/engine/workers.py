"""Spreads the lives of a plan over workers, block by block, and adds up their tallies."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np

from sim.counting.care_tally import CareTally
from sim.counting.microdata import MicrodataRows, RowsAsked, microdata_of
from sim.counting.tally import Tally
from sim.engine import cohort, process
from sim.engine.card.device import check_card
from sim.engine.card.queue import the_card
from sim.engine.lives import Block, Lives
from sim.engine.model import Model, Segments, as_array, people_of
from sim.engine.processes import Processes, can_start_processes
from sim.inputs.plan import Plan
from sim.life.hazards import NEVER
from sim.life.records import PERSON

BLOCK = 200_000
"""Lives in a block at most; a block is what a worker takes at a time."""
MOST_BLOCKS = 100
"""Blocks of which what was counted is written down, if no records are kept."""
CARD_BLOCK = 4_000_000
"""Lives in a block at most that is lived on a graphics card: several times as many as sit there."""
CARD_PARTS = 4
"""Parts that are asked of a graphics card at a time, so that it never waits."""
KEPT_BLOCK = 20_000
"""The same, over all strategies, where every record is kept, for rows of microdata or by the
process engine."""
ROWS_AT_A_TIME = 1_000
"""Lives whose records are held at a time while rows of microdata are made of them."""
ENGINES = {"cohort": cohort.lived_people, "process": process.lived_people}
"""What lives people and gives back their records and events, by engine."""


def usable_cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads_for(engine: str, workers: int | None) -> int:
    """How many threads, or processes, an engine is given here if nobody says.

    Raises
    ------
    InputError
        If it lives on a graphics card, and there is none.
    """
    if engine == "gpu":
        check_card()
        return workers or CARD_PARTS
    return workers or usable_cores()


def block_segments(plan: Plan | Model, size: int) -> Iterator[Segments]:
    """Cut the people of a plan or a model into blocks of at most `size`, in order."""
    return cut(((i, 0, n) for i, n in enumerate(plan.groups["count"].tolist())), size)


def cut(people: Iterable[tuple[int, int, int]], size: int) -> Iterator[Segments]:
    """Cut segments of people into blocks of at most `size`, in order.

    Examples
    --------
    >>> list(cut([(0, 0, 3), (2, 5, 6)], 2))
    [[(0, 0, 2)], [(0, 2, 3), (2, 5, 6)]]
    """
    block: Segments = []
    room = size
    for group, low, end in people:
        while low < end:
            high = min(end, low + room)
            block.append((group, low, high))
            room -= high - low
            low = high
            if room == 0:
                yield block
                block, room = [], size
    if block:
        yield block


def kept_block(lives: Lives) -> int:
    """People in a block whose records are kept."""
    return max(1, KEPT_BLOCK // len(lives.model.policies))


def live_segments(lives: Lives, segments: Segments) -> Block:
    """Live one block with the engine asked for."""
    tally, care_tally = lives.tallies()
    model, n = lives.model, people_of(segments)
    if lives.rows is not None:
        return written_block(lives, lives.rows, segments)
    if lives.engine == "gpu":
        tally, care_tally = the_card().live(lives, segments)
        tally.share_past()
        return Block(tally, care_tally, None, None, n)
    if lives.engine == "cohort" and not lives.keep:
        one, left = np.zeros(len(model.policies), PERSON), np.zeros((0, 2), np.int64)
        counted = (lives.window, tally, care_tally)
        cohort.live_block(one, as_array(segments), model, *counted, NEVER, left)
        tally.share_past()
        return Block(tally, care_tally, None, None, n)
    people, log = ENGINES[lives.engine](model, segments, logged=lives.keep)
    cohort.count_block(people, lives.window, tally, care_tally)
    if not lives.keep:
        return Block(tally, care_tally, None, None, n)
    return Block(tally, care_tally, people, log, n)


def written_block(lives: Lives, asked: RowsAsked, segments: Segments) -> Block:
    """Live one block and make its rows of microdata, few people at a time: records are large."""
    tally, care_tally = lives.tallies()
    model = lives.model
    parts = []
    for some in cut(segments, max(1, ROWS_AT_A_TIME // len(model.policies))):
        people, log = ENGINES[lives.engine](model, some, logged=True)
        cohort.count_block(people, lives.window, tally, care_tally)
        parts.append(microdata_of(people, log, asked, model.replicate))
    return Block(tally, care_tally, None, None, people_of(segments), MicrodataRows.of(parts))


def worker_pool(engine: str, workers: int) -> Executor:
    """Threads for compiled engines, which hold no lock; processes for the SimPy engine.

    Where no processes can be started, threads do their work, one at a time.
    """
    apart = engine == "process" and workers > 1 and can_start_processes()
    return Processes(workers) if apart else ThreadPoolExecutor(workers)


def block_size(lives: Lives) -> int:
    """People in a block that is kept: the same whatever the number of workers.

    Of many people the blocks are larger, so that they are no more than `MOST_BLOCKS`.
    """
    if lives.keep or lives.rows is not None or lives.engine == "process":
        return kept_block(lives)
    size = CARD_BLOCK if lives.engine == "gpu" else BLOCK
    return max(size, -(-lives.model.people // MOST_BLOCKS))


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
    kept = lives.keep or lives.rows is not None or lives.engine == "process"
    size = kept_block(lives) if kept else BLOCK
    size = min(size, max(1, -(-lives.model.people // (2 * workers))))
    if lives.engine == "gpu":
        size = CARD_BLOCK
    total, care_total = lives.tallies()
    blocks = block_segments(lives.model, size)
    for block in finished(lives, blocks, executor, 2 * workers):
        total.add(block.tally)
        care_total.add(block.care_tally)
        on_block(block)
    return total, care_total


def finished(
    lives: Lives, blocks: Iterable[Segments], executor: Executor, most: int
) -> Iterator[Block]:
    """Finished blocks in order; so many are under way at a time at most, so memory stays flat."""
    waiting: deque[Future[Block]] = deque()
    for segments in blocks:
        waiting.append(executor.submit(live_segments, lives, segments))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
