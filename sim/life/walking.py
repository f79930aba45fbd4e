"""How a person walks: alone, with help, or not."""

from __future__ import annotations

from sim.evidence.instruments import LEVELS_OF_WALKING, WALKS_UP_TO, WALKS_WITH_HELP
from sim.life.compiled import Record, compiled

WALKS_ALONE, WALKS_HELPED, WALKS_NOT = range(len(LEVELS_OF_WALKING))
"""Levels of walking, indices of `LEVELS_OF_WALKING`."""


@compiled
def cannot_walk(person: Record) -> bool:
    """Say whether lost strength or a broken leg keeps the person from walking."""
    return bool(person.frankel > WALKS_UP_TO or person.n_broken_legs > 0)


@compiled
def level_of_walking(person: Record) -> int:
    """How a person walks: alone, with help, or not."""
    if cannot_walk(person):
        return WALKS_NOT
    return WALKS_HELPED if person.strength == WALKS_WITH_HELP else WALKS_ALONE
