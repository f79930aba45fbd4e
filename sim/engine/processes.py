"""Processes that work for a run, started without running the user's script again in each."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from sim.evidence.mistakes import InputError

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

_MOST_ON_WINDOWS = 61
"""Processes that one can wait for there at a time."""


def can_start_processes() -> bool:
    """Say whether this process may start others, and the system has what they share."""
    me = multiprocessing.current_process()
    if me.daemon or getattr(me, "_inheriting", False):  # a script without guard, read by a child
        return False
    try:
        multiprocessing.Lock()
    except (ImportError, OSError):  # a system without semaphores
        return False
    return True


class Processes(ProcessPoolExecutor):
    """A pool of processes that import this package, and not the script they are started from.

    So a script needs no `if __name__ == "__main__"`, however processes are started: all that they
    are given comes from this package.

    Raises
    ------
    InputError
        At the end of its `with`, if a process was ended from outside.
    """

    def __init__(self, workers: int) -> None:
        self._workers = min(workers, _MOST_ON_WINDOWS) if sys.platform == "win32" else workers
        super().__init__(self._workers, initializer=leave_interrupts)

    def end(self) -> None:
        """End the processes though they are at work."""
        for process in list((self._processes or {}).values()):
            process.terminate()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the processes, and say in a sentence if one of them was ended."""
        super().__exit__(kind, error, trace)
        if isinstance(error, BrokenExecutor):
            raise InputError(
                f"workers is {self._workers}, and one of their processes was ended from outside, "
                "as happens when memory runs out; allowed: fewer workers, or fewer people"
            ) from None

    def submit(
        self,
        fn: Callable[Arguments, Answer],
        /,
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Future[Answer]:
        """Give a process work, and start the process if there is none idle."""
        with script_hidden():
            return super().submit(fn, *args, **kwargs)


def leave_interrupts() -> None:
    """Leave it to the process that started this one what becomes of Ctrl-C, which both get."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def script_hidden() -> Iterator[None]:
    """Let the main module look, for a moment, as if somebody had typed it.

    From its file and its specification Python sees what a new process is to run first.
    """
    names: dict[str, Any] = vars(sys.modules["__main__"])
    kept = {name: value for name, value in names.items() if name in ("__file__", "__spec__")}
    names.pop("__file__", None)
    names["__spec__"] = None
    try:
        yield
    finally:
        names.update(kept)
