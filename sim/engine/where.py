"""Where the lives of a run are lived: here, by a Dask scheduler, or by an executor of the user."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any, Self, TypedDict

from sim.engine.elsewhere import WorkersElsewhere
from sim.engine.pool import Workers
from sim.engine.scheduler import WorkersOfScheduler
from sim.engine.workers import threads_for, worker_pool
from sim.evidence.mistakes import InputError, shown


class Places(TypedDict, total=False):
    """The arguments that say where; see `Where`."""

    workers: int | None
    cluster: str | None
    executor: Executor | None


@dataclass(frozen=True)
class Where:
    """Where lives are lived; results do not depend on it.

    Parameters
    ----------
    workers : int, optional
        Threads (processes for the SimPy engine) here; all cores by default. On a graphics card, and
        elsewhere: parts that are lived at a time, by default 4, or as many as there are workers.
    cluster : str, optional
        Address of a Dask scheduler.
    executor : Executor, optional
        Of `concurrent.futures`; it is left open.

    Raises
    ------
    InputError
        If one of them cannot be used, or two places are told.
    """

    workers: int | None = None
    cluster: str | None = None
    executor: Executor | None = None

    @classmethod
    def of(cls, **places: Any) -> Self:
        """The place that some arguments say.

        Raises
        ------
        TypeError
            If there is no such argument.
        """
        for name in places.keys() - Places.__annotations__.keys():
            raise TypeError(f"run() got an unexpected keyword argument {name!r}")
        return cls(**places)

    def __post_init__(self) -> None:
        workers, cluster, executor = self.workers, self.cluster, self.executor
        sentences = []
        if workers is not None and not (isinstance(workers, int) and workers >= 1):
            sentences.append(f"workers is {workers!r}; allowed: a whole number, at least 1")
        if cluster is not None and not (isinstance(cluster, str) and cluster.strip()):
            sentences.append(
                f"cluster is {shown(cluster)}; allowed: the address of a Dask scheduler, like "
                "tcp://host:8786"
            )
        if executor is not None and not isinstance(executor, Executor):
            sentences.append(
                f"executor is {shown(executor)}; allowed: an Executor of concurrent.futures"
            )
        if cluster is not None and executor is not None:
            sentences.append("cluster and executor are two places; allowed: one of them")
        if sentences:
            raise InputError(*sentences)

    def start(self, engine: str) -> Workers:
        """The workers of a run.

        Parameters
        ----------
        engine : {'cohort', 'process', 'gpu'}
            The second needs processes where lives are lived here, the last a graphics card.

        Raises
        ------
        InputError
            If they cannot be had.
        """
        if self.cluster is not None:
            return WorkersOfScheduler(self.cluster, self.workers)
        if self.executor is not None:
            called = f"executor {type(self.executor).__name__}"
            return WorkersElsewhere(self.executor, self.workers or size_of(self.executor), called)
        workers = threads_for(engine, self.workers)
        return Workers(partial(worker_pool, engine, workers), workers)


def size_of(executor: Executor) -> int:
    """How many workers an executor has.

    Raises
    ------
    InputError
        If it does not say.
    """
    for name in ("max_workers", "_max_workers"):
        found = getattr(executor, name, None)
        if isinstance(found, int) and found >= 1:
            return found
    raise InputError(
        f"executor {type(executor).__name__} does not say how many workers it has; allowed: with "
        "workers=<number of parts to be lived at a time>"
    )
