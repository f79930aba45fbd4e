"""The workers of a run: parts are given to an executor, and come back as they are done."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from types import TracebackType
from typing import Any, Generic, NamedTuple, Self, TypeVar

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
    """Workers of a run, of an executor that it starts itself.

    Parameters
    ----------
    start : callable
        Starts the executor; called again where one is broken.
    workers : int
        Parts that it can do at a time.

    Attributes
    ----------
    here : int
        Threads of this process for what is not given to an executor.
    packs : bool
        Whether what was counted is to come back packed.

    Raises
    ------
    InputError
        If workers keep dying over a part.
    """

    def __init__(self, start: Callable[[], Executor], workers: int) -> None:
        self._start = start
        self._workers = self.here = workers
        self.packs = False
        self._executor: Executor | None = None
        self._patience: float | None = None
        """Seconds without any part being done, after which somebody looks why."""

    @property
    def n(self) -> int:
        """Parts that can be done at a time."""
        return self._workers

    @property
    def under_way(self) -> int:
        """Parts that are given to the executor at a time: some wait, so that no worker does."""
        return self.n + max(1, self.n // 2)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(at_once=error is not None)

    def close(self, *, at_once: bool = False) -> None:
        """End the executor; at once though it is at work, if need be."""
        if self._executor is not None:
            if at_once and hasattr(self._executor, "end"):
                self._executor.end()
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

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
                done = wait(waiting, self._patience, FIRST_COMPLETED).done
                if not done:
                    self._look()
                for future in sorted(done, key=_failed):  # what is done comes back first
                    task, tries = waiting.pop(future)
                    try:
                        found = self._result(future)
                    except BrokenExecutor:
                        again.append((task, tries))
                        continue
                    yield task.tag, found
                if again:
                    self._start_again(again, waiting)
        finally:
            for future in waiting:
                future.cancel()

    def _look(self) -> None:
        """See why no part has been done for long."""

    def _result(self, future: Future[Done]) -> Done:
        """What a part gave."""
        return future.result()

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


def _failed(future: Future[Any]) -> bool:
    """Whether a future that is done gives nothing."""
    return future.cancelled() or future.exception() is not None
