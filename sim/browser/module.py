"""Lives people with the module as a page does, from Python: it needs `wasmtime`.

What the script of a page does is written here first; tests compare it with the cohort engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.browser.inputs import Packed
from sim.browser.job import PAGE_JOB
from sim.counting.care_tally import CareTally
from sim.counting.event_log import EventLog
from sim.counting.tally import Tally
from sim.engine.model import Segments, as_array
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.plan import Plan

_PAGE = 1 << 16
"""Bytes that memory grows by."""


class Module:
    """The module, ready to be started.

    Parameters
    ----------
    code : bytes
        See `sim.browser.shipped.module_code`.
    """

    def __init__(self, code: bytes) -> None:
        import wasmtime  # for development only

        self._engine = wasmtime.Engine()
        self._module = wasmtime.Module(self._engine, code)

    def start(self) -> tuple[Any, Any]:
        """A new memory, and what the module exports with it."""
        import wasmtime  # for development only

        store: Any = wasmtime.Store(self._engine)
        return store, wasmtime.Instance(store, self._module, []).exports(store)


class ModulePage:
    """The module with one job in its memory.

    Parameters
    ----------
    module : Module
    packed : Packed
        Who lives, by what, and what is counted.
    chosen : sequence of int
        Which of the strategies packed they live under, the reference first.
    n_segments : int
        Room for segments of people.
    """

    def __init__(
        self,
        module: Module,
        packed: Packed,
        chosen: Sequence[int],
        *,
        n_segments: int = 64,
    ) -> None:
        self._store, self._exports = module.start()
        self._memory = self._exports["memory"]
        end = int(self._exports["__heap_base"].value(self._store))
        self._at = -(-end // 64) * 64
        self._grow(PAGE_JOB.record.itemsize)
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
            bits = (value & (1 << 64) - 1).to_bytes(8, "little")
            self._memory.write(self._store, bits, self._at + PAGE_JOB.place(name))

    def table(self, name: str) -> NDArray[Any]:
        """A copy of one of the tables of the job."""
        job = np.frombuffer(self._read(0, PAGE_JOB.record.itemsize), PAGE_JOB.record)[0]
        kind, shape = PAGE_JOB.tables[name].type, PAGE_JOB.shape(name, job)
        size = int(np.prod(shape)) * kind.itemsize
        return np.frombuffer(self._read(int(job[name]), size), kind).reshape(shape).copy()

    def write(self, name: str, content: bytes) -> None:
        """Write a table of the job, from its first byte on."""
        job = np.frombuffer(self._read(0, PAGE_JOB.record.itemsize), PAGE_JOB.record)[0]
        self._memory.write(self._store, content, self._at + int(job[name]))

    def plan(self, people: int, primaries: Sequence[int], most_people: int = 1 << 40) -> Plan:
        """Plan other people than those packed, which has to be packed for; they then live.

        Parameters
        ----------
        people : int
            New cancers in the anchor year.
        primaries : sequence of int
            Of these alone.
        most_people : int
            Lives at most; the same mix, if they would be more.
        """
        kept = np.zeros(len(PRIMARIES), "<i8")
        kept[list(primaries)] = 1
        self.set(people=people, most_people=most_people)
        self.write("kept", kept.tobytes())
        self._call("plan_people")
        return Plan(self.table("groups"), self.table("cells"))

    def live(self, segments: Segments) -> None:
        """Live people and add them to what is counted; see `sim.engine.cohort.live_people`."""
        for start in range(0, len(segments), self._room):
            some = segments[start : start + self._room]
            self.set(n_segments=len(some))
            self.write("segments", as_array(some).tobytes())
            self._call("live_everybody")

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
                lives_on = self._call("live_one_event")
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
