"""The sessions that one patient asks one resource for."""

from __future__ import annotations

import math

import simpy

from sim.clinics.machine import Machine


class Course:
    """Sessions of one patient at one resource.

    Attributes
    ----------
    sessions : int
        Still to be given when it was last placed.
    minutes : float
        A session.
    bed_days : float
    starts : float
        When the first session begins; known once it has a place.
    ends : float
        When the last one ends.
    place : simpy.Event
        The last place in line that was taken for it.
    done : simpy.Event or None
        Triggered at the end, if anybody watches it.
    lost : simpy.Event or None
        Triggered when a failure takes it off its machine, if anybody watches it.
    """

    __slots__ = (
        "bed_days",
        "days",
        "done",
        "ends",
        "lost",
        "machine",
        "minutes",
        "place",
        "sessions",
        "starts",
    )

    def __init__(
        self, sessions: int, minutes: float, bed_days: float = 0.0, done: simpy.Event | None = None
    ) -> None:
        self.sessions = sessions
        self.minutes = minutes
        self.bed_days = bed_days
        self.done = done
        self.machine: Machine | None = None
        self.days: list[int] = []
        self.starts = math.inf
        self.ends = 0.0
        self.place: simpy.Event
        self.lost: simpy.Event | None = None
