"""Bone that gives way: instability, vertebral compression fracture, and its pain that settles."""

from __future__ import annotations

from sim.evidence.instruments import (
    SINS_COLLAPSE_OVER_HALF,
    SINS_COLLAPSE_UNDER_HALF,
    SINS_DEFORMITY,
    SINS_SUBLUXATION,
)
from sim.life.compiled import Record, compiled
from sim.life.events import COLLAPSE, INSTABILITY, SETTLING
from sim.life.hazards import NEVER
from sim.life.lesion import look_again, score_intact_body, set_lesion_clock
from sim.life.luck import COLLAPSE_KIND, FRACTURE_PAIN, budget, uniform, uniform_pair
from sim.life.luck import INSTABILITY as INSTABILITY_LUCK
from sim.life.luck import SETTLING as SETTLING_LUCK
from sim.life.pain import after_pain_changed


@compiled
def destabilize(person: Record, world: Record, lesion: int) -> None:
    """Let a weakened vertebra hurt on rising and lying down, before it breaks."""
    person.lesion_clock[lesion, INSTABILITY] = NEVER
    score_intact_body(person, lesion)
    look_again(person, lesion)
    low, high = world.instability_pain_low, world.instability_pain_high
    pain = low + (high - low) * uniform(person, INSTABILITY_LUCK, lesion, 1)
    person.lesion_mechanical_pain[lesion] = max(person.lesion_mechanical_pain[lesion], pain)
    after_pain_changed(person, world, lesion)


@compiled
def collapse(person: Record, world: Record, lesion: int) -> None:
    """Break a vertebra: it may deform, and in a share it causes acute pain that later settles."""
    person.lesion_clock[lesion, COLLAPSE] = NEVER
    person.lesion_clock[lesion, INSTABILITY] = NEVER
    look_again(person, lesion)
    depth, shape = uniform_pair(person, COLLAPSE_KIND, lesion, 0)
    person.lesion_collapse_points[lesion] = (
        SINS_COLLAPSE_OVER_HALF
        if depth < world.collapse_over_half_share
        else SINS_COLLAPSE_UNDER_HALF
    )
    if shape < world.subluxation_share:
        person.lesion_alignment_points[lesion] = SINS_SUBLUXATION
    elif shape < world.subluxation_share + world.deformity_share:
        person.lesion_alignment_points[lesion] = SINS_DEFORMITY
    symptom, level = uniform_pair(person, FRACTURE_PAIN, lesion, 0)
    if symptom >= world.fracture_symptomatic_share:
        after_pain_changed(person, world, lesion)
        return
    person.n_fractures += 1
    person.lesion_fracture_day[lesion] = person.now
    if person.first_fracture_day == NEVER:
        person.first_fracture_day = person.now
    low, high = world.fracture_pain_low, world.fracture_pain_high
    person.lesion_mechanical_pain[lesion] = max(
        person.lesion_mechanical_pain[lesion], low + (high - low) * level
    )
    set_lesion_clock(
        person,
        lesion,
        SETTLING,
        person.now + world.fracture_settles_mean_days * budget(person, SETTLING_LUCK, lesion, 0),
    )
    after_pain_changed(person, world, lesion)


@compiled
def settle(person: Record, world: Record, lesion: int) -> None:
    """Let the acute pain of a fracture settle: to a residual pain in a share, else to none."""
    person.lesion_clock[lesion, SETTLING] = NEVER
    residual = 0.0
    if uniform(person, SETTLING_LUCK, lesion, 1) < world.fracture_residual_share:
        residual = world.fracture_residual_pain
    person.lesion_mechanical_pain[lesion] = min(person.lesion_mechanical_pain[lesion], residual)
    after_pain_changed(person, world, lesion)
