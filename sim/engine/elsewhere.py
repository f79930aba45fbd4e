"""Workers that stand elsewhere: any executor of `concurrent.futures` that a user brings.

A part goes there as compressed bytes (30 kB of a year of the United States under one strategy, 120
kB in the calendar view) with what the installation is here, and is refused there by another. What
was counted comes back packed, 0.1 MB a strategy.
"""

from __future__ import annotations

import pickle
import traceback
import zlib
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import cache
from importlib.metadata import version
from typing import Any

import numba
import numpy as np

from sim.engine.address import sources_address
from sim.engine.pool import Done, Workers
from sim.engine.workers import usable_cores
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence

DONE, RAISED, DIFFERS = "done", "raised", "differs"
"""How an answer from elsewhere begins."""
GO_ON = "with a run folder, --resume goes on from what is done"
_FASTEST = 1


@cache
def installation() -> dict[str, str]:
    """What lives depend on that is installed, by its name."""
    return {
        "spinemets": version("spinemets"),
        "numba": numba.__version__,
        "numpy": np.__version__,
        "sources": sources_address()[:16],
        "parameters": evidence().fingerprint[:16],
    }


def work_elsewhere(sent: bytes, expected: dict[str, str]) -> tuple[str, object]:
    """Do a part where another installation may be, and say what became of it.

    Parameters
    ----------
    sent : bytes
        A function without arguments, pickled and compressed.
    expected : dict of str to str
        The installation it comes from.

    Returns
    -------
    word, found
        `DONE` and what the function gives, `RAISED` and its error, or `DIFFERS` and the
        installation that is here.
    """
    if (here := installation()) != expected:
        return DIFFERS, here
    try:
        return DONE, pickle.loads(zlib.decompress(sent))()
    except Exception as error:  # noqa: BLE001  (it is raised where the run is)
        error.add_note(traceback.format_exc())
        return RAISED, error


class WorkersElsewhere(Workers):
    """The workers of an executor that somebody else has started, and ends.

    Parameters
    ----------
    executor : Executor
    workers : int
        Parts that it can do at a time.
    called : str
        What it is called in sentences.

    Raises
    ------
    InputError
        If it cannot do the parts of this run.
    """

    def __init__(self, executor: Executor, workers: int, called: str) -> None:
        super().__init__(lambda: executor, workers)
        self.packs = True
        self.here = usable_cores()
        self.called = called
        self._theirs = executor

    def close(self, *, at_once: bool = False) -> None:
        """Leave the executor as it is: parts that wait are taken back where they are given."""

    def _submit(self, work: Callable[[], Done]) -> Future[Done]:
        sent = zlib.compress(pickle.dumps(work, pickle.HIGHEST_PROTOCOL), _FASTEST)
        try:
            given: Any = self._theirs.submit(work_elsewhere, sent, installation())
        except Exception as error:  # of whatever executor
            raise InputError(self._fault(error)) from error
        return given  # type: ignore[no-any-return]

    def _result(self, future: Future[Any]) -> Any:
        word: str
        found: Any
        try:
            word, found = future.result()
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            raise InputError(self._fault(error)) from error
        if word == RAISED:
            raise found
        if word == DIFFERS:
            raise InputError(self._difference(found))
        return found

    def _fault(self, error: BaseException) -> str:
        """What an executor says that could not do a part."""
        words = " ".join(str(error).split()).rstrip(".")
        told = f"{type(error).__name__}{f': {words}' if words else ''}"
        return f"{self.called} could not do its part of the run ({told}); {GO_ON}"

    def _difference(self, there: dict[str, str]) -> str:
        names = [name for name, one in installation().items() if there.get(name) != one]
        differing = (f"{name} {there.get(name)} and not {installation()[name]}" for name in names)
        return (
            f"{self.called} has workers with another installation than here: "
            f"{', '.join(differing)}; allowed: the same on every machine"
        )
