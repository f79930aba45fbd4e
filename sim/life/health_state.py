"""The state of health that a trajectory is told in: one of few, each worse than the one before."""

from __future__ import annotations

from enum import auto

from sim.evidence.vocabulary import Numbered
from sim.life.compiled import Record, compiled
from sim.life.walking import cannot_walk


class HealthState(Numbered):
    """The worst that is so of a person.

    Without spinal metastasis; with it, occult or known, and worst pain of the spine below 4 of 10,
    with analgesia; at 4 to 6; at 7 or more; not walking, of a compressed cord or of a broken leg or
    hip; dead.
    """

    NO_SPINAL_METASTASIS = auto()
    SPINAL_METASTASIS = auto()
    MODERATE_PAIN = auto()
    SEVERE_PAIN = auto()
    NOT_WALKING = auto()
    DEAD = auto()


HEALTH_STATES = HealthState.labels()


@compiled
def health_state(person: Record, world: Record) -> int:
    """The state of health after the last event of a person."""
    if person.alive == 0:
        return HealthState.DEAD
    if cannot_walk(person):
        return HealthState.NOT_WALKING
    if person.n_spinal == 0:
        return HealthState.NO_SPINAL_METASTASIS
    if person.pain >= world.severe_pain:
        return HealthState.SEVERE_PAIN
    if person.pain >= world.moderate_pain:
        return HealthState.MODERATE_PAIN
    return HealthState.SPINAL_METASTASIS
