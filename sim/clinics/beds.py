"""The beds of a center: a course begins only when one is free all through its stay."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Protocol

from sim.clinics.counted_work import CountedWork
from sim.clinics.course import Course
from sim.clinics.machine import EPSILON_DAYS


class WaitsForBeds(Protocol):
    """A line whose people need a bed to begin."""

    beds_missing: int

    def look_again(self) -> None:
        """See who may begin now."""


class Beds(CountedWork):
    """Beds of a center, and the stays that they are kept for: from the first session on.

    Its length counts those who wait for want of a bed, since a machine was first free for them and
    no bed was; they stand in the line of that machine, too.
    """

    def __init__(self, beds: int | None) -> None:
        self.beds = beds
        self.stays: dict[Course, tuple[float, float]] = {}
        """First and last moment of the stays that have begun or are to come."""
        self.past: list[tuple[float, float]] = []
        """Stays that are over."""
        self.waiting: list[WaitsForBeds] = []

    def taken(self, at: float) -> int:
        """Beds that somebody lies in at a time."""
        soon = at + EPSILON_DAYS
        return sum(since <= soon < until for since, until in self.stays.values())

    def has_room(self, since: float, until: float) -> bool:
        """Whether a bed is free all through a stay."""
        if self.beds is None or len(self.stays) < self.beds:
            return True
        begin = (start for start, _ in self.stays.values() if since < start < until - EPSILON_DAYS)
        return all(self.taken(at) < self.beds for at in (since, *begin))

    def lack(self, course: Course, starts: float) -> bool:
        """Whether a course that needs a bed would find none."""
        days = course.bed_days
        return days > 0.0 and not self.has_room(starts, starts + days)

    def leave(self, course: Course, now: float) -> None:
        """Free the bed of a course; nothing if it has none any more."""
        stay = self.stays.pop(course, None)
        if stay is not None:
            if stay[0] < now:
                self.past.append((stay[0], min(stay[1], now)))
            self.look_again()

    def bed_days(self, days: Sequence[int]) -> list[float]:
        """Bed-days of stays that are over, from each day of some in order up to the next."""
        found = [0.0] * (len(days) - 1)
        for since, until in self.past:
            first = max(bisect_right(days, since) - 1, 0)
            for span in range(first, bisect_left(days, until, hi=len(found))):
                found[span] += min(until, days[span + 1]) - max(since, days[span])
        return found

    def found(self, now: float, after_days: float) -> None:
        """Count one who has a bed now, or waits for none any more."""
        self.count(now, -1)
        self.waited_days += after_days

    def look_again(self) -> None:
        """See in all lines of the center who may begin now."""
        for line in self.waiting:
            line.look_again()
