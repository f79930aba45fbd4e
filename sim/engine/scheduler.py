"""The workers of a Dask scheduler, which is told by its address."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

from sim.engine.elsewhere import GO_ON, WorkersElsewhere
from sim.evidence.mistakes import InputError

CONNECTION_SECONDS = 10.0
"""After which a scheduler that does not answer is taken for none."""
FIRST_WORKER_SECONDS = 60.0
"""For which a run waits for the first worker."""
_LOOK_SECONDS = 300.0
"""Without any part done, after which a run looks whether there are workers at all."""
_COUNT_SECONDS = 5.0
"""After which the workers are counted again: some come later, some go."""


class WorkersOfScheduler(WorkersElsewhere):
    """The workers of a Dask scheduler, those too that come while the run goes on.

    The scheduler gives the part of a worker that was lost to another one by itself, four times at
    most (its setting `allowed-failures`).

    Parameters
    ----------
    address : str
        `tcp://host:8786`.
    workers : int, optional
        Parts under way at a time; as many as its workers have threads by default.

    Raises
    ------
    InputError
        If there is no such scheduler, or it has no workers.
    """

    def __init__(self, address: str, workers: int | None = None) -> None:
        try:
            from distributed import Client  # an extra, which takes a second to import
        except ImportError:
            raise InputError(
                f"cluster is {address!r}, and the package distributed is not there; allowed: after "
                "installing spinemets[cluster]"
            ) from None
        try:
            client = Client(address, timeout=CONNECTION_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError, ImportError) as error:
            words = " ".join(str(error).split()).rstrip(".")
            raise InputError(
                f"cluster is {address!r}, where no scheduler answers ({words}); allowed: the "
                "address that `dask scheduler` prints, like tcp://host:8786"
            ) from None
        self._client: Any = client
        self._asked = workers
        self._threads, self._counted = 1, 0.0
        super().__init__(client.get_executor(pure=False), 1, f"the scheduler at {address}")
        self._patience = _LOOK_SECONDS
        try:
            client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
        except OSError:  # TimeoutError
            self.close(at_once=True)
            raise InputError(
                f"cluster is {address!r}, whose scheduler has had no workers for "
                f"{FIRST_WORKER_SECONDS:.0f} s; allowed: with `dask worker {address}` running"
            ) from None

    @property
    def n(self) -> int:
        """Threads of all workers that there are now, or as many as were asked for."""
        if self._asked is not None:
            return self._asked
        now = time.monotonic()
        if now > self._counted + _COUNT_SECONDS and self._client.status == "running":
            with suppress(Exception):  # what is lost shows by its parts
                self._threads = max(1, sum(self._client.nthreads().values()))
            self._counted = now
        return self._threads

    def close(self, *, at_once: bool = False) -> None:
        """Take back what waits, and leave the scheduler to others."""
        if self._client.status == "running":  # else it has been lost, and takes back nothing
            self._theirs.shutdown(wait=False)
        self._client.close()

    def _look(self) -> None:
        if self._client.status == "running" and not self._client.nthreads():
            raise InputError(f"{self.called} has no workers any more; {GO_ON}")

    def _fault(self, error: BaseException) -> str:
        from distributed.scheduler import KilledWorker  # it is there, or nothing came this far

        if isinstance(error, KilledWorker):
            return (
                f"{self.called} lost {error.allowed_failures + 1} workers over the same part of "
                "the run, as happens when memory runs out; allowed: more memory for each; " + GO_ON
            )
        if isinstance(error, CancelledError):
            return f"{self.called} does not answer any more; {GO_ON}"
        return super()._fault(error)
