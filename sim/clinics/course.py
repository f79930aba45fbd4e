"""The sessions that one patient asks one resource for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import simpy

from sim.clinics.machine import Machine


@dataclass(eq=False, slots=True)
class Course:
    """Sessions of one patient at one resource."""

    sessions: int
    """Still to be given when it was last placed."""
    minutes: float
    """Of a session."""
    bed_days: float = 0.0
    done: simpy.Event | None = None
    """Triggered at the end, if anybody watches it."""
    lost: simpy.Event | None = None
    """Triggered when a failure takes it off its machine, if anybody watches it."""
    machine: Machine | None = None
    days: Sequence[int] = ()
    starts: float = math.inf
    """When the first session begins; known once it has a place."""
    ends: float = 0.0
    """When the last one ends."""
    place: Any = None
    """The `Place` in which it waits in line; none once it was called, lest they hold each other."""
    varied: bool = False
    """Whether others who ask for the same need longer or shorter sessions."""

    def book(self, machine: Machine, days: list[int]) -> None:
        """Put the sessions that are to come on some days into the book of a machine."""
        self.machine, self.days = machine, days
        if days:
            machine.place(days, self.minutes)
            self.ends = machine.busy_until(days[-1])

    def take_off(self, first_day: int) -> list[int]:
        """Take the sessions from a day on off its machine, which it leaves; say which they were."""
        left = [day for day in self.days if day >= first_day]
        if self.machine is not None:
            for day in left:
                self.machine.take_off(day, self.minutes)
        self.machine, self.days = None, ()
        return left
