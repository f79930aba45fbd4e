"""Who waits in a line, in order, apart by what decides whether there is room.

Of people who ask for the same, there is room for the first or for nobody; so who looks for the
next to be called looks at the first of each kind, however long the line is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from heapq import heapify
from operator import attrgetter

from sim.clinics.place import Key, Place, Shape
from sim.inputs.clinics import EMERGENCY

Peers = tuple[Shape, bool]
"""What people have in common who are looked at together: a shape, and whether a bed was missing."""
Turn = tuple[Key, Place, Peers]
_key = attrgetter("key")


class Waiting:
    """Places in line, by shape, and by whether a bed was missing for them."""

    def __init__(self) -> None:
        self._alike: dict[Peers, list[Place]] = {}
        self.emergencies = 0
        """How many of them are emergencies."""

    def __bool__(self) -> bool:
        return bool(self._alike)

    def __iter__(self) -> Iterator[Place]:
        """Everybody, first who goes first."""
        return iter(sorted((one for alike in self._alike.values() for one in alike), key=_key))

    def add(self, place: Place) -> None:
        """Put a place where it belongs."""
        self.emergencies += place.priority == EMERGENCY
        kind = place.shape, place.lacked_bed
        alike = self._alike.get(kind)
        if alike is None:
            self._alike[kind] = [place]
        else:
            insort(alike, place, key=_key)

    def remove(self, place: Place) -> None:
        """Take a place out."""
        self.emergencies -= place.priority == EMERGENCY
        kind = place.shape, place.lacked_bed
        alike = self._alike[kind]
        if len(alike) == 1:
            del self._alike[kind]
        else:
            del alike[bisect_left(alike, place.key, key=_key)]

    def firsts(self) -> list[Turn]:
        """The first of all who are alike, as a heap: who goes first is at its top."""
        firsts = [(alike[0].key, alike[0], kind) for kind, alike in self._alike.items()]
        if len(firsts) > 1:
            heapify(firsts)
        return firsts

    def after(self, key: Key, kind: Peers) -> Turn | None:
        """The next of a kind who goes after somebody."""
        alike = self._alike.get(kind)
        if alike is None:
            return None
        at = 0 if key < alike[0].key else bisect_right(alike, key, key=_key)
        return (alike[at].key, alike[at], kind) if at < len(alike) else None
