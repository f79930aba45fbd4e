"""The crew of a computation that lives people again and again: threads, and the engine they use."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally
from sim.engine.lives import Lives
from sim.engine.workers import live_plan, threads_for, worker_pool
from sim.evidence.mistakes import InputError

ENGINES_OF_CREWS = ("cohort", "gpu")
"""Engines that a computation may use; results do not depend on it."""


class Here(Executor):
    """Does at once, in the thread that asks: for work whose parts are not to be spread further."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """The result of a call, already there."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@dataclass(frozen=True)
class Crew:
    """Who lives people for a computation; results do not depend on it.

    Parameters
    ----------
    executor : Executor
        Threads, also for parts of the computation itself.
    workers : int
        How many they are.
    engine : {'cohort', 'gpu'}
    """

    executor: Executor
    workers: int
    engine: str = "cohort"

    @classmethod
    @contextmanager
    def started(cls, workers: int | None = None, engine: str = "cohort") -> Iterator[Crew]:
        """A crew whose threads end with the block, and what waits for them is not begun then.

        By default they are as many as suit the engine.

        Raises
        ------
        InputError
            If there is no such engine, or no graphics card for it.
        """
        if engine not in ENGINES_OF_CREWS:
            raise InputError(f"engine is {engine!r}; allowed: {', '.join(ENGINES_OF_CREWS)}")
        n = threads_for(engine, workers)
        with worker_pool(engine, n) as executor:
            try:
                yield cls(executor, n, engine)
            finally:
                executor.shutdown(wait=False, cancel_futures=True)

    @classmethod
    def here(cls, engine: str = "cohort") -> Crew:
        """A crew of the thread that asks, for one of several computations side by side."""
        return cls(Here(), 1, engine)

    def live(self, lives: Lives) -> tuple[Tally, CareTally]:
        """What is counted of everybody of a plan; see `live_plan`."""
        return live_plan(replace(lives, engine=self.engine), self.executor, self.workers)
