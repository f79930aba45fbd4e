"""Who waits in a line, in order, apart by what decides whether there is room.

Of people who ask for the same, there is room for the first or for nobody; so who looks for the
next to be called looks at the first of each kind, however long the line is. Where sessions are of
different lengths and there is no room for the first, there may be for a shorter one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import attrgetter, itemgetter

from sim.clinics.place import Key, Place, Shape
from sim.inputs.clinics import EMERGENCY

Common = tuple[Shape, bool]
"""What people have in common who are looked at together, and whether a bed was missing for them."""
Turn = tuple[Key, Place, "Peers"]
"""Somebody to be looked at, and those alike."""
_key = attrgetter("key")
_key_of_turn = itemgetter(0)


class Peers(list[Place]):
    """Places of people who have all in common, in order."""

    __slots__ = ("common", "varied")

    def __init__(self, common: Common, *, varied: bool) -> None:
        self.common = common
        self.varied = varied
        """Whether their sessions are of different lengths."""

    def index_of(self, key: Key) -> int:
        """How many of them go before somebody."""
        if not self or key <= self[0].key:
            return 0
        return len(self) if self[-1].key < key else bisect_left(self, key, key=_key)

    def first_after(self, key: Key) -> list[Turn]:
        """The next after somebody, if there is one."""
        at = self.index_of(key)
        return [(self[at].key, self[at], self)] if at < len(self) else []

    def shorter_after(self, place: Place) -> list[Turn]:
        """The next after one of them for whom there may be room if there is none for that one.

        Who was overtaken may be given a later day than others, however long the session is.
        """
        minutes = place.course.minutes
        for at in range(self.index_of(place.key) + 1, len(self)):
            one = self[at]
            if one.course.minutes < minutes or one.overtaken:
                return [(one.key, one, self)]
        return []


class Waiting:
    """Places in line; all in order of priority, then of asking."""

    def __init__(self) -> None:
        self._peers: dict[Common, Peers] = {}
        self.firsts: list[Turn] = []
        """The first of each kind, in order."""
        self.emergencies = 0
        """How many of them are emergencies."""

    def __iter__(self) -> Iterator[Place]:
        """Everybody, first who goes first."""
        return iter(sorted((one for peers in self._peers.values() for one in peers), key=_key))

    def add(self, place: Place) -> None:
        """Put a place where it belongs."""
        if place.priority == EMERGENCY:
            self.emergencies += 1
        common, key = (place.kind, place.lacked_bed), place.key
        peers = self._peers.get(common)
        if peers is None:
            peers = self._peers[common] = Peers(common, varied=place.course.varied)
        place.peers = peers
        if peers and peers[-1].key < key:
            peers.append(place)
            return
        at = peers.index_of(key)
        if at == 0 and peers:
            self._forget(peers[0].key)
        peers.insert(at, place)
        if at == 0:
            insort(self.firsts, (key, place, peers))

    def remove(self, place: Place) -> None:
        """Take a place out."""
        if place.priority == EMERGENCY:
            self.emergencies -= 1
        peers, key = place.peers, place.key
        at = peers.index_of(key)
        del peers[at]
        if at == 0:
            self._forget(key)
            if peers:
                insort(self.firsts, (peers[0].key, peers[0], peers))
            else:
                del self._peers[peers.common]

    def _forget(self, first: Key) -> None:
        at = bisect_left(self.firsts, first, key=_key_of_turn) if len(self.firsts) > 1 else 0
        del self.firsts[at]

    def first_after(self, key: Key) -> Turn | None:
        """The next after somebody who is the first of a kind, or was."""
        firsts = self.firsts
        if firsts and firsts[0][0] > key:  # as after most who were called
            return firsts[0]
        at = bisect_right(firsts, key, key=_key_of_turn)
        return firsts[at] if at < len(firsts) else None
