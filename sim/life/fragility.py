"""What makes a vertebra collapse more easily, or less, than its size and its type alone.

Bone that hurts, that is unstable or that has collapsed gives way more often, bone that radiotherapy
made firm again less often; symptomatic fracture and silent collapse alike.
"""

from __future__ import annotations

from sim.evidence.instruments import SINS_COLLAPSE_UNDER_HALF
from sim.evidence.vocabulary import Compartment
from sim.life.compiled import Record, compiled
from sim.life.events import Event
from sim.life.lesion import change_ramp


@compiled
def has_collapsed(lesion: Record) -> bool:
    """Say whether the body of a vertebra has given way, with or without pain."""
    return bool(lesion.collapse_points >= SINS_COLLAPSE_UNDER_HALF)


@compiled
def fragility_of(world: Record, lesion: Record) -> float:
    """Hazard of collapse over that of a vertebra of the same size and type that is at rest.

    Pain, instability and a collapse come together; the largest of their ratios counts.
    """
    ratio = 1.0
    if lesion.biological_pain >= world.moderate_pain:
        ratio = world.painful_collapse_ratio
    if lesion.mechanical_pain > 0.0:
        ratio = max(ratio, world.unstable_collapse_ratio)
    if has_collapsed(lesion):
        ratio = max(ratio, world.collapse_progression_ratio)
    if lesion.restabilized == 1:
        ratio *= world.restabilized_collapse_ratio
    return ratio


@compiled
def change_collapse(person: Record, lesion: Record, factor: float) -> None:
    """Multiply the hazards that a vertebra collapses from now on; 1 changes no bit."""
    change_ramp(person, lesion, Event.VERTEBRAL_FRACTURE, factor)
    change_ramp(person, lesion, Event.SILENT_COLLAPSE, factor)


@compiled
def update_fragility(person: Record, world: Record, lesion: Record) -> None:
    """Give a vertebra the hazards of collapse that its state calls for, after it changed."""
    if lesion.compartment != Compartment.EXTRADURAL_VERTEBRAL:
        return
    ratio = fragility_of(world, lesion)
    if ratio != lesion.fragility:
        change_collapse(person, lesion, ratio / lesion.fragility)
        lesion.fragility = ratio
