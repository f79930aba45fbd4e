"""Lives people with the module as a page does, from Python: it needs `wasmtime`.

What the script of a page does is written here first; tests compare it with the cohort engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.browser.inputs import Packed
from sim.browser.job import JOB, TABLES
from sim.browser.shipped import module_code
from sim.counting.care_tally import CareTally
from sim.counting.event_log import EventLog
from sim.counting.tally import Tally
from sim.engine.model import Segments, as_array

_PAGE = 1 << 16
"""Bytes that memory grows by."""


class Page:
    """The module with one job in its memory.

    Parameters
    ----------
    packed : Packed
        Who lives, by what, and what is counted.
    chosen : sequence of int
        Which of the strategies packed they live under, the reference first.
    n_segments : int
        Room for segments of people.
    code : bytes, optional
        The module; that which is shipped if it is left out.
    """

    def __init__(
        self,
        packed: Packed,
        chosen: Sequence[int],
        *,
        n_segments: int = 64,
        code: bytes | None = None,
    ) -> None:
        self._store, self._exports = _started(module_code() if code is None else code)
        self._memory = self._exports["memory"]
        end = int(self._exports["__heap_base"].value(self._store))
        self._at = -(-end // 64) * 64
        self._grow(JOB.itemsize)
        self.set(**packed.settings, n_strategies=len(chosen))
        self.set(n_segments=n_segments)
        self._room = n_segments
        self._grow(self._call("lay_out"))
        for name in packed.places:
            self.write(name, packed.table(name))
        self.write("chosen", np.array(chosen, "<i8").tobytes())
        self._call("choose_strategies")

    def set(self, **settings: int) -> None:
        """Write settings of the job."""
        for name, value in settings.items():
            _, offset, *_ = (JOB.fields or {})[name]
            bits = (value & (1 << 64) - 1).to_bytes(8, "little")
            self._memory.write(self._store, bits, self._at + offset)

    def table(self, name: str) -> NDArray[Any]:
        """A copy of one of the tables of the job."""
        job = np.frombuffer(self._read(0, JOB.itemsize), JOB)[0]
        kind, axes = TABLES[name]
        shape = [int(job[axis]) if isinstance(axis, str) else axis for axis in axes]
        size = int(np.prod(shape)) * kind.itemsize
        return np.frombuffer(self._read(int(job[name]), size), kind).reshape(shape).copy()

    def write(self, name: str, content: bytes) -> None:
        """Write a table of the job, from its first byte on."""
        job = np.frombuffer(self._read(0, JOB.itemsize), JOB)[0]
        self._memory.write(self._store, content, self._at + int(job[name]))

    def live(self, segments: Segments) -> None:
        """Live people and add them to what is counted; see `sim.engine.cohort.live_people`."""
        for start in range(0, len(segments), self._room):
            some = segments[start : start + self._room]
            self.set(n_segments=len(some))
            self.write("segments", as_array(some).tobytes())
            self._call("live_people")

    def counted(self) -> tuple[Tally, CareTally]:
        """What is counted so far; what strategies share is then each's own."""
        self._call("share_past")
        return (
            Tally(*map(self.table, Tally._fields)),
            CareTally(*map(self.table, CareTally._fields)),
        )

    def live_person(self, group: int, index: int) -> tuple[EventLog, NDArray[np.void]]:
        """Live one person from diagnosis under every strategy.

        Returns
        -------
        log : EventLog
            Every event under the first strategy, then under the next.
        records : array of `PERSON`
            The person after each of these events.
        """
        logs, records = [], []
        for strategy in range(len(self.table("chosen"))):
            self.set(group=group, index=index, strategy=strategy)
            lives_on = self._call("begin_person")
            while lives_on:
                lives_on = self._call("live_event")
                logs.append(EventLog(*(self.table(f"log_{name}") for name in EventLog._fields)))
                records.append(self.table("lives")[strategy])
        return EventLog.of(logs), np.array(records)

    def _call(self, entry: str) -> int:
        found = int(self._exports[entry](self._store, self._at))
        if found < 0:
            raise RuntimeError(f"{entry} of the module failed")
        return found

    def _read(self, offset: int, size: int) -> bytes:
        start = self._at + offset
        return bytes(self._memory.read(self._store, start, start + size))

    def _grow(self, size: int) -> None:
        lacking = self._at + size - self._memory.data_len(self._store)
        if lacking > 0:
            self._memory.grow(self._store, -(-lacking // _PAGE))


def _started(code: bytes) -> tuple[Any, Any]:
    """A store and what the module exports in it."""
    import wasmtime  # for development only

    engine, module = _machine_code(code)
    store = wasmtime.Store(engine)
    return store, wasmtime.Instance(store, module, []).exports(store)


@cache
def _machine_code(code: bytes) -> tuple[Any, Any]:
    import wasmtime  # for development only

    engine = wasmtime.Engine()
    return engine, wasmtime.Module(engine, code)
