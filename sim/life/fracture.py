"""Bone that gives way: instability, vertebral compression fracture, and its pain that settles."""

from __future__ import annotations

from sim.evidence.instruments import (
    SINS_COLLAPSE_OVER_HALF,
    SINS_COLLAPSE_UNDER_HALF,
    SINS_DEFORMITY,
    SINS_SUBLUXATION,
)
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import look_again, score_intact_body, set_lesion_clock, stop_lesion_clock
from sim.life.luck import budget, uniform, uniform_pair
from sim.life.pain import after_pain_changed
from sim.life.performance import weaken_by_fracture


@compiled
def destabilize(person: Record, world: Record, lesion: Record) -> None:
    """Let a weakened vertebra hurt on rising and lying down, before it breaks."""
    stop_lesion_clock(lesion, Event.INSTABILITY)
    score_intact_body(person, lesion)
    look_again(person, lesion)
    low, high = world.instability_pain_low, world.instability_pain_high
    pain = low + (high - low) * uniform(person, Luck.INSTABILITY, lesion.place, 1)
    lesion.mechanical_pain = max(lesion.mechanical_pain, pain)
    after_pain_changed(person, world, lesion)


@compiled
def collapse(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Break a vertebra: it may deform, and in a share it causes acute pain that later settles."""
    stop_lesion_clock(lesion, Event.VERTEBRAL_FRACTURE)
    stop_lesion_clock(lesion, Event.INSTABILITY)
    look_again(person, lesion)
    depth, shape = uniform_pair(person, Luck.COLLAPSE_KIND, lesion.place, 0)
    lesion.collapse_points = SINS_COLLAPSE_UNDER_HALF
    if depth < world.collapse_over_half_share:
        lesion.collapse_points = SINS_COLLAPSE_OVER_HALF
    if shape < world.subluxation_share:
        lesion.alignment_points = SINS_SUBLUXATION
    elif shape < world.subluxation_share + world.deformity_share:
        lesion.alignment_points = SINS_DEFORMITY
    symptom, level = uniform_pair(person, Luck.FRACTURE_PAIN, lesion.place, 0)
    if symptom >= world.fracture_symptomatic_share:
        after_pain_changed(person, world, lesion)
        return
    person.n_fractures += 1
    lesion.fracture_day = person.now
    if person.first_fracture_day == NEVER:
        person.first_fracture_day = person.now
    low, high = world.fracture_pain_low, world.fracture_pain_high
    lesion.mechanical_pain = max(lesion.mechanical_pain, low + (high - low) * level)
    wait_days = world.fracture_settles_mean_days * budget(person, Luck.SETTLING, lesion.place, 0)
    set_lesion_clock(person, lesion, Event.FRACTURE_PAIN_SETTLES, person.now + wait_days)
    weaken_by_fracture(person, cancer, world, lesion)
    after_pain_changed(person, world, lesion)


@compiled
def settle(person: Record, world: Record, lesion: Record) -> None:
    """Let the acute pain of a fracture settle: to a residual pain in a share, else to none."""
    stop_lesion_clock(lesion, Event.FRACTURE_PAIN_SETTLES)
    residual = 0.0
    if uniform(person, Luck.SETTLING, lesion.place, 1) < world.fracture_residual_share:
        residual = world.fracture_residual_pain
    lesion.mechanical_pain = min(lesion.mechanical_pain, residual)
    after_pain_changed(person, world, lesion)
