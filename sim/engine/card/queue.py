"""The card of this program: threads ask for parts of a run, which are lived one after the other.

The people of a part take the seats that those of the part before leave, so that the card is never
waiting for the last of a part, as long as other parts are asked for. One thread alone speaks with
the card.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import NamedTuple

from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally
from sim.engine.card.device import INSTEAD, CardError, GraphicsCard
from sim.engine.card.pool import Pool, PoolShape
from sim.engine.lives import Lives
from sim.engine.model import Segments
from sim.evidence.mistakes import InputError

Tallies = tuple[Tally, CareTally]


IDLE_SECONDS = 10.0
"""After which a card that nothing is asked of is left to others, with its memory."""


class _Asked(NamedTuple):
    """A part that a thread waits for."""

    lives: Lives
    segments: Segments
    shape: PoolShape
    counted: Future[Tallies]


class CardQueue:
    """Parts of a run that are lived on a card."""

    def __init__(self) -> None:
        self._waiting: deque[_Asked] = deque()
        self._change = threading.Condition()
        self._serving = False
        self._device: GraphicsCard | None = None
        self._pool: Pool | None = None
        self._inside: dict[int, _Asked] = {}
        """The part in each slot of the pool."""

    def live(self, lives: Lives, segments: Segments) -> Tallies:
        """Live a part and wait for what is counted of it.

        Raises
        ------
        InputError
            If there is no card, or it fails.
        """
        return self.ask(lives, segments).result()

    def ask(self, lives: Lives, segments: Segments) -> Future[Tallies]:
        """Have a part lived as soon as there is room for it; what is counted comes later.

        Whoever asks for several before waiting for the first leaves no seat empty between them.
        """
        asked = _Asked(lives, segments, PoolShape.of(lives, segments), Future())
        with self._change:
            self._waiting.append(asked)
            if not self._serving:
                self._serving = True
                threading.Thread(target=self._serve, name="card", daemon=True).start()
            self._change.notify()
        return asked.counted

    def _serve(self) -> None:
        """Live what is asked for, until nothing has been for a while or something fails."""
        try:
            while True:
                with self._change:
                    while not (self._waiting or self._inside):
                        if not self._change.wait(IDLE_SECONDS) and not self._waiting:
                            self._leave()
                            return
                self._let_in()
                if self._pool is not None:
                    for slot in self._pool.live():
                        tallies = self._pool.take_out(slot)
                        self._inside.pop(slot).counted.set_result(tallies)
        except BaseException as error:  # noqa: BLE001  (it is raised where the parts are waited for)
            self._fail(self._told(error))

    def _let_in(self) -> None:
        """Let parts into the pool, in their order, while there is room."""
        while self._waiting:
            asked = self._waiting[0]
            if self._pool is None or not self._pool.shape.holds(asked.shape):
                if self._inside:
                    return
                self._make_pool(asked.shape)
            pool = self._pool
            if pool is None or (slot := pool.free_slot) is None:
                return
            pool.admit(slot, asked.lives, asked.segments)
            with self._change:
                self._inside[slot] = self._waiting.popleft()

    def _make_pool(self, shape: PoolShape) -> None:
        if self._device is None:
            self._device = GraphicsCard()
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self._pool = Pool(self._device, shape)

    def _told(self, error: BaseException) -> BaseException:
        if not isinstance(error, CardError):
            return error
        called = "the graphics card" if self._device is None else f"the card {self._device.name}"
        return InputError(
            f"engine is 'gpu', and {called} could not go on ({error}); allowed: a new start, in "
            f"which --resume goes on from what is done, or {INSTEAD}"
        )

    def _fail(self, error: BaseException) -> None:
        """Tell all who wait; who asks later starts anew."""
        with self._change:
            failed = [*self._inside.values(), *self._waiting]
            self._inside.clear()
            self._waiting.clear()
            for asked in failed:
                asked.counted.set_exception(error)
            self._leave()

    def _leave(self) -> None:
        """Give back what the card has for this program, and end the thread."""
        for held in (self._pool, self._device):
            if held is not None:
                with suppress(CardError):  # a card that has failed may not take it back
                    held.close()
        self._device = self._pool = None
        self._serving = False


_queues: dict[int, CardQueue] = {}
"""By process: one that was forked off has no thread of the other one."""


def the_card() -> CardQueue:
    """The queue of this process's card."""
    return _queues.setdefault(os.getpid(), CardQueue())
