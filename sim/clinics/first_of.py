"""Whichever of two things happens first."""

from __future__ import annotations

import simpy


class FirstOf(simpy.Event):  # type: ignore[misc]
    """Comes at once after the first of two events that are still to come.

    What `one | other` of SimPy is, in a third of the time: nobody asks which of them it was.
    """

    def __init__(self, env: simpy.Environment, one: simpy.Event, other: simpy.Event) -> None:
        super().__init__(env)
        one.callbacks.append(self._come)
        other.callbacks.append(self._come)

    def _come(self, _: simpy.Event) -> None:
        if not self.triggered:
            self.succeed()
