"""A place in a line: whose it is, since when, and whom it goes before."""

from __future__ import annotations

from bisect import insort

from simpy.resources import base

from sim.clinics.course import Course
from sim.inputs.clinics import URGENT

Shape = tuple[int, float, float, int]
"""Sessions, minutes of each, days in bed and priority: what decides whether there is room."""


def shape_of(course: Course, priority: int) -> Shape:
    """The shape of a place; for places of one shape there is room or there is not."""
    return course.sessions, course.minutes, course.bed_days, min(priority, URGENT)


class Place(base.Put):  # type: ignore[misc]
    """A place in a line; its value, once triggered, is when the first session begins.

    Parameters
    ----------
    line : simpy resource
        It looks at once whether the place may be called.
    asked : float
        When the course was asked for, in days since the clinics opened.
    number : int
        Of places by when they were taken, which decides between equals.
    joined : float
        Now.
    earliest : float
        When it would begin if nobody else were there.
    """

    def __init__(
        self,
        line: base.BaseResource,
        course: Course,
        priority: int,
        asked: float,
        number: int,
        joined: float,
        earliest: float,
    ) -> None:
        self.course = course
        course.place = self
        self.asked = asked
        self.priority = priority
        self.key = (priority, asked, number)
        self.minutes = course.sessions * course.minutes
        """Of all sessions asked for; a failure may leave the course with fewer."""
        self.joined = joined
        self.earliest = earliest
        self.overtaken = False
        """Whether somebody else was called while this place was the first in line."""
        self.lacked_bed = False
        """Whether a machine was free and no bed was."""
        self.no_bed_from = self.no_bed_until = 0.0
        """Since when, and up to when it was called or given up; 0 if it never was so."""
        super().__init__(line)

    @property
    def shape(self) -> Shape:
        """The shape as the course and the priority are now."""
        return shape_of(self.course, self.priority)


class ByPriority(list[Place]):
    """Places in order of priority, then of asking."""

    def append(self, place: Place) -> None:
        """Put a place where it belongs."""
        insort(self, place, key=lambda waiting: waiting.key)
