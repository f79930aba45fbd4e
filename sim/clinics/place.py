"""A place in a line: whose it is, since when, and whom it goes before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy

from sim.clinics.course import Course
from sim.inputs.clinics import URGENT

Shape = tuple[int, float, float, int]
"""Sessions, minutes of each, days in bed and priority: what decides whether there is room."""
_ANY_MINUTES = -1.0
Key = tuple[int, float, int]
"""Priority, when it was asked for, and a number: who has less goes first."""


class Place:
    """A place in a line.

    Parameters
    ----------
    line : Line
        Where it is.
    asked : float
        When the course was asked for, in days since the clinics opened.
    number : int
        Of places by when they were taken, which decides between equals.
    joined : float
        Now.
    earliest : float
        When it would begin if nobody else were there.
    """

    __slots__ = (
        "_called",
        "asked",
        "course",
        "earliest",
        "joined",
        "key",
        "kind",
        "lacked_bed",
        "line",
        "minutes",
        "no_bed_from",
        "no_bed_until",
        "number",
        "overtaken",
        "peers",
        "priority",
        "shape",
        "starts",
        "tells",
        "waits",
    )

    def __init__(
        self,
        line: Any,
        course: Course,
        priority: int,
        asked: float,
        number: int,
        joined: float,
        earliest: float,
    ) -> None:
        self.line = line
        self.course = course
        course.place = self
        self.asked = asked
        self.number = number
        self.minutes = course.sessions * course.minutes
        """Of all sessions asked for; a failure may leave the course with fewer."""
        self.joined = joined
        self.earliest = earliest
        self.waits = True
        """Whether it was neither called nor given up."""
        self.starts: float | None = None
        """When the first session begins, once it was called."""
        self.overtaken = False
        """Whether somebody else was called while this place was the first in line."""
        self.lacked_bed = False
        """Whether a machine was free and no bed was."""
        self.no_bed_from = self.no_bed_until = 0.0
        """Since when, and up to when it was called or given up; 0 if it never was so."""
        self.peers: Any = None
        """Those in line whom it is looked at with: its `Peers`."""
        self.tells: Callable[[Place], object] | None = None
        """Called when it is called up after a wait, if anybody wants to know at once."""
        self._called: simpy.Event | None = None
        self.give(priority)

    def give(self, priority: int) -> None:
        """Give the place a priority."""
        course = self.course
        self.priority = priority
        self.key: Key = (priority, self.asked, self.number)
        alike = priority if priority < URGENT else URGENT
        self.shape: Shape = (course.sessions, course.minutes, course.bed_days, alike)
        self.kind: Shape = self.shape
        """Of whom it is looked at with: of varied courses, those of any length."""
        if course.varied:
            self.kind = (course.sessions, _ANY_MINUTES, course.bed_days, alike)

    @property
    def called(self) -> simpy.Event:
        """Comes when it is called; only for who has to wait for that."""
        if self._called is None:
            self._called = self.line.env.event()
        return self._called

    def call(self, starts: float) -> None:
        """Call it up."""
        self.starts = starts
        if self.tells is not None:
            self.tells(self)
        if self._called is not None:
            self._called.succeed()
