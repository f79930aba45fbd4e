"""The workers of a run: parts are given to an executor, and come back as they are done."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from types import TracebackType
from typing import Generic, NamedTuple, Self, TypeVar

from sim.evidence.mistakes import InputError

Tag = TypeVar("Tag", bound=Hashable)
Done = TypeVar("Done")

_MOST_TRIES = 3
"""Times that a part is given to a worker that dies."""


class Task(NamedTuple, Generic[Tag, Done]):
    """What a worker is to do: a function that can be pickled, of arguments that can."""

    tag: Tag
    """What it is called when it comes back."""
    work: Callable[[], Done] | None
    """Nothing, if it only marks a place among the others."""


class Workers:
    """Workers of a run, of whatever kind of executor.

    Parameters
    ----------
    start : callable
        Starts an executor; called again where one is broken.
    workers : int
        Parts that it can do at a time.

    Raises
    ------
    InputError
        If workers keep dying over a part.
    """

    def __init__(self, start: Callable[[], Executor], workers: int) -> None:
        self._start = start
        self.n = workers
        self.under_way = workers + max(1, workers // 2)
        """Parts that are given to it at a time: some wait, so that no worker does."""
        self._executor: Executor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._executor is not None:
            if error is not None and hasattr(self._executor, "end"):
                self._executor.end()
            self._executor.shutdown(wait=True, cancel_futures=True)

    def as_done(
        self, tasks: Iterable[Task[Tag, Done]], room: Callable[[], bool] = lambda: True
    ) -> Iterator[tuple[Tag, Done | None]]:
        """What tasks give, each as soon as it is done; those without work at once.

        Parameters
        ----------
        tasks : iterable of Task
            Asked for as workers become free.
        room : callable
            Whether more may be begun while others are under way.
        """
        coming = iter(tasks)
        waiting: dict[Future[Done], tuple[Task[Tag, Done], int]] = {}
        over = False
        try:
            while True:
                while not over and len(waiting) < self.under_way and (not waiting or room()):
                    task = next(coming, None)
                    if task is None:
                        over = True
                    elif task.work is None:
                        yield task.tag, None
                    else:
                        waiting[self._submit(task.work)] = task, 1
                if not waiting:
                    return
                again = []
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    task, tries = waiting.pop(future)
                    try:
                        found = future.result()
                    except BrokenExecutor:
                        again.append((task, tries))
                        continue
                    yield task.tag, found
                if again:
                    self._start_again(again, waiting)
        finally:
            for future in waiting:
                future.cancel()

    def _submit(self, work: Callable[[], Done]) -> Future[Done]:
        if self._executor is None:
            self._executor = self._start()
        try:
            return self._executor.submit(work)
        except BrokenExecutor:  # between two parts
            self._executor.shutdown(wait=False, cancel_futures=True)
            self._executor = self._start()
            return self._executor.submit(work)

    def _start_again(
        self,
        again: list[tuple[Task[Tag, Done], int]],
        waiting: dict[Future[Done], tuple[Task[Tag, Done], int]],
    ) -> None:
        """Give the parts whose workers died to new ones; a broken executor does none of its own."""
        others = list(waiting.items())
        for future, (task, tries) in others:
            if not future.done() or future.exception() is not None:
                future.cancel()
                del waiting[future]
                again.append((task, tries))
        if any(tries >= _MOST_TRIES for _, tries in again):
            raise InputError(
                f"workers is {self.n}, and their processes were ended from outside again and "
                "again, as happens when memory runs out; allowed: fewer workers, or fewer people"
            )
        if self._executor is not None:
            self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._start()
        for task, tries in again:
            if task.work is not None:
                waiting[self._executor.submit(task.work)] = task, tries + 1
