"""The pool: seats in the memory of a card, and the people of one part of a run after the other.

A round has three launches. The first finds, of how many people there are for each thing that may
come next, where each group begins; the second gives everybody a place in that order; the third
lets one event happen to each, so that threads that run side by side do the same. Whoever is over is
counted and gives the seat to the next in the queue, those of the next part following at once: the
seats stay taken. After a few rounds the processor looks at how far the parts are, and takes out
those that are over. Only when nobody is left in the queue do seats stay empty; the last few are
lived to their ends in one launch, a thread each, as hundreds of rounds for few people would take
longer.

What bounds the speed: an event reads and writes some dozens of places of a record of 39 kB, each a
line of memory of its own, and runs through code that is longer than a card keeps at hand. So it is
not arithmetic but waiting for code and memory, which more people in order hide, as many as have
room. An earlier version of the model was measured so on an H200: 36 million lives a second, with a
pool of a million, of which a quarter of a second went to the last few of a run. This one has not
been on a card yet; `tests/benchmarks/test_graphics_card.py` measures it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally
from sim.engine.card.device import CardError, GraphicsCard
from sim.engine.card.job import CARD_JOB, CARD_PART, EMPTY
from sim.engine.lives import Lives
from sim.engine.model import Segments, as_array, people_of

MOST_SEATS = 2**20
"""As many as an earlier version of the model was measured with, see above."""
FEWEST_SEATS = 2**7
MOST_SLOTS = 8
"""Parts of a run in the memory at a time."""
_SHARE_OF_MEMORY = 0.85
_TURNS = 8
"""Turns between two looks at how far the parts are."""
_FEW = 2**12
"""People, at the end of the queue, who are lived to their ends by a thread each."""
_ONE_EVENT, _TO_THE_END = 1, 2**62
_BLOCK, _ALONE = 128, 1
"""Threads side by side, which wait for each other if they do not do the same."""
_SHARED = ("groups", "cells", "cancers", "policies", "shared")


class PoolShape(NamedTuple):
    """What parts of a run have in common that are in one pool.

    Attributes
    ----------
    n_groups, n_cells, n_segments : int
        Room for those of each part.
    """

    n_strategies: int
    n_years: int
    n_sexes: int
    n_ages: int
    n_groups: int
    n_cells: int
    n_segments: int

    @classmethod
    def of(cls, lives: Lives, segments: Segments) -> PoolShape:
        """That of a part; rooms are powers of 2, so that similar ones have the same."""
        model, (_, _, _, _, n_sexes, n_ages) = lives.model, lives.tallies()[0].counts.shape
        rooms = len(model.groups), len(model.cells), len(segments)
        return cls(
            len(model.policies), lives.window.n_years, n_sexes, n_ages, *map(_power_of_2, rooms)
        )

    def holds(self, other: PoolShape) -> bool:
        """Whether a part of another shape has room."""
        return self[:4] == other[:4] and all(
            mine >= its for mine, its in zip(self[4:], other[4:], strict=True)
        )


def _power_of_2(n: int) -> int:
    return 1 << max(n - 1, 0).bit_length()


class Pool:
    """Seats and slots in the memory of a card.

    A card with little memory has fewer of them.

    Parameters
    ----------
    device : GraphicsCard
    shape : PoolShape

    Raises
    ------
    CardError
        If there is no room even for few, or the card fails; from any method.
    """

    def __init__(self, device: GraphicsCard, shape: PoolShape) -> None:
        self.shape = shape
        self._device = device
        self._at = 0
        room = int(device.free_bytes() * _SHARE_OF_MEMORY)
        n_slots, n_seats = MOST_SLOTS, MOST_SEATS
        while n_slots > 1 and 2 * self._size(n_slots, FEWEST_SEATS) > room:
            n_slots //= 2
        while n_seats > FEWEST_SEATS and self._size(n_slots, n_seats) > room:
            n_seats //= 2
        while True:
            try:
                self._at = device.allocate(self._size(n_slots, n_seats))
                break
            except CardError:
                if n_seats <= FEWEST_SEATS:
                    raise
                n_seats //= 2
        self.n_seats, self.n_slots = n_seats, n_slots
        """How many people are in the memory at a time, and how many parts."""
        self._job, _ = self._laid_out(n_slots, n_seats)
        self._people = [0] * n_slots
        """Of the part in each slot; 0 if there is none."""
        self._in_queue = 0
        self._sitting = 0
        device.write(self._at, np.array([self._job]))
        for name in ("parts", "queue", "taken", "over", "found"):
            device.clear(self._place(name), self._bytes(name))
        device.write(self._place("codes"), np.full(n_seats, EMPTY, np.int32))

    def _laid_out(self, n_slots: int, n_seats: int) -> tuple[np.void, int]:
        n = self.shape.n_strategies
        return CARD_JOB.laid_out(
            **self.shape._asdict(),
            n_slots=n_slots,
            n_seats=n_seats,
            n_records=3 if n > 1 else 1,
            n_places=n + (n > 1),
        )

    def _size(self, n_slots: int, n_seats: int) -> int:
        return self._laid_out(n_slots, n_seats)[1]

    def close(self) -> None:
        """Give the memory back."""
        self._device.release(self._at)

    @property
    def free_slot(self) -> int | None:
        """A slot without a part."""
        return self._people.index(0) if 0 in self._people else None

    @property
    def busy(self) -> bool:
        """Whether there is any part."""
        return any(self._people)

    def admit(self, slot: int, lives: Lives, segments: Segments) -> None:
        """Let the people of a part join the end of the queue; there is at least one."""
        device, model = self._device, lives.model
        tables: dict[str, NDArray[Any]] = {name: getattr(model, name) for name in _SHARED}
        people = as_array(segments)
        ends = self._in_queue + np.cumsum(people[:, 2] - people[:, 1])
        starts = np.concatenate([[self._in_queue], ends[:-1]])
        tables |= {"worlds": model.worlds, "segments": people, "starts": starts}
        for name, table in tables.items():
            device.write(self._place(name, slot), table)
        part = np.zeros(1, CARD_PART)
        for name, number in lives.window._asdict().items():
            part[name] = number
        part["seed"], part["replicate"] = model.seed, model.replicate
        part["n_segments"] = len(people)
        part["first"], part["end"] = self._in_queue, ends[-1]
        device.write(self._place("parts", slot), part)
        for name in ("over", *Tally._fields, *CareTally._fields):
            device.clear(self._place(name, slot), self._bytes(name) // self.n_slots)
        # Seats that found nobody have counted on beyond the end of the queue.
        taken = min(self._read("taken")[0], self._in_queue)
        device.write(self._place("taken"), np.array([taken]))
        self._people[slot] = people_of(segments)
        self._in_queue = int(ends[-1])
        self._tell_queue(turns=_ONE_EVENT)
        self._launch("sit")
        self._sitting = self.n_seats

    def live(self) -> list[int]:
        """Live everybody who sits on by some events; the slots of the parts that are over."""
        nobody_waits = int(self._read("taken")[0]) >= self._in_queue
        if nobody_waits and self._sitting <= _FEW:
            self._tell_queue(turns=_TO_THE_END)
            self._put_in_order()
            self._launch("live_turns", self._sitting, _ALONE)
        else:
            for _ in range(_TURNS):
                self._put_in_order()
                self._launch("live_turns", self._sitting)
        over = self._read("over")
        # As many as before the last turn, or fewer: nobody else sits down but in a seat left.
        self._sitting = int(self._read("queue")["active"][0])
        return [slot for slot, n in enumerate(self._people) if n and over[slot] == n]

    def take_out(self, slot: int) -> tuple[Tally, CareTally]:
        """What was counted of a part that is over, its shared past apart; the slot is free then."""
        self._people[slot] = 0
        self._device.write(self._place("parts", slot), np.zeros(1, CARD_PART))
        tally = Tally(*(self._read(name, slot) for name in Tally._fields))
        return tally, CareTally(*(self._read(name, slot) for name in CareTally._fields))

    def _tell_queue(self, *, turns: int) -> None:
        """Say where the queue ends, and how many events are lived at a time."""
        queue = self._read("queue")
        queue["end"], queue["turns"] = self._in_queue, turns
        self._device.write(self._place("queue"), queue)

    def _put_in_order(self) -> None:
        self._launch("share_places", 1)
        self._launch("find_place")

    def _launch(self, kernel: str, n: int | None = None, side_by_side: int = _BLOCK) -> None:
        n = self.n_seats if n is None else n
        if n:
            self._device.launch(kernel, self._at, n, side_by_side=side_by_side)

    def _read(self, name: str, slot: int | None = None) -> NDArray[Any]:
        """A table, or the part of it that is of a slot."""
        shape = CARD_JOB.shape(name, self._job)
        found = np.empty(shape if slot is None else shape[1:], CARD_JOB.tables[name].type)
        self._device.read(self._place(name, slot or 0), found)
        return found

    def _place(self, name: str, slot: int = 0) -> int:
        """The address of a table, or of what is of a slot there."""
        return self._at + int(self._job[name]) + slot * (self._bytes(name) // self.n_slots)

    def _bytes(self, name: str) -> int:
        return int(np.prod(CARD_JOB.shape(name, self._job))) * CARD_JOB.tables[name].type.itemsize
