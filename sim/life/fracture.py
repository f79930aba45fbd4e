"""Bone that gives way: instability, silent collapse, fracture that hurts; and that gets firm again.

A vertebra that a lesion takes may collapse in two ways, each with a clock of its own that runs
faster as the lesion grows. A silent collapse is seen on images only and goes on in steps, the
second of which takes over half of the height, until the body is flat. A fracture hurts, once for
each vertebra, whether it had collapsed before or not, and its pain settles.
"""

from __future__ import annotations

from sim.evidence.instruments import (
    SINS_COLLAPSE_OVER_HALF,
    SINS_COLLAPSE_UNDER_HALF,
    SINS_DEFORMITY,
    SINS_SUBLUXATION,
)
from sim.evidence.vocabulary import Compartment
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.fragility import has_collapsed, update_fragility
from sim.life.hazards import NEVER
from sim.life.lesion import (
    OTHER_TROUBLE,
    change_ramp,
    look_again,
    own_day,
    score_intact_body,
    set_lesion_clock,
    slot,
    stop_lesion_clock,
    wind_ramp,
)
from sim.life.luck import budget, uniform, uniform_pair
from sim.life.pain import after_pain_changed
from sim.life.performance import weaken_by_fracture


@compiled
def destabilize(person: Record, world: Record, lesion: Record) -> None:
    """Let a weakened vertebra hurt on rising and lying down, before it breaks."""
    stop_lesion_clock(lesion, Event.INSTABILITY)
    score_intact_body(person, lesion)
    look_again(person, lesion, OTHER_TROUBLE)
    low, high = world.instability_pain_low, world.instability_pain_high
    pain = low + (high - low) * uniform(person, Luck.INSTABILITY, lesion.place, 1)
    lesion.mechanical_pain = max(lesion.mechanical_pain, pain)
    after_pain_changed(person, world, lesion)


@compiled
def break_vertebra(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Break a vertebra: it collapses, may deform or slip, and hurts until that settles."""
    stop_lesion_clock(lesion, Event.VERTEBRAL_FRACTURE)
    stop_lesion_clock(lesion, Event.INSTABILITY)
    look_again(person, lesion, OTHER_TROUBLE)
    depth, shape = uniform_pair(person, Luck.COLLAPSE_KIND, lesion.place, 0)
    collapse(person, lesion, has_collapsed(lesion) or depth < world.collapse_over_half_share)
    if shape < world.subluxation_share:
        lesion.alignment_points = SINS_SUBLUXATION
    elif shape < world.subluxation_share + world.deformity_share:
        lesion.alignment_points = max(lesion.alignment_points, SINS_DEFORMITY)
    person.n_fractures += 1
    lesion.fracture_day = person.now
    if person.first_fracture_day == NEVER:
        person.first_fracture_day = person.now
    low, high = world.fracture_pain_low, world.fracture_pain_high
    pain = low + (high - low) * uniform(person, Luck.FRACTURE_PAIN, lesion.place, 0)
    lesion.mechanical_pain = max(lesion.mechanical_pain, pain)
    wait_days = world.fracture_settles_mean_days * budget(person, Luck.SETTLING, lesion.place, 0)
    settles_day = own_day(person, lesion) + wait_days
    set_lesion_clock(person, lesion, Event.FRACTURE_PAIN_SETTLES, settles_day)
    weaken_by_fracture(person, cancer, world, lesion)
    after_pain_changed(person, world, lesion)


@compiled
def sink_silently(person: Record, world: Record, lesion: Record) -> None:
    """Let a vertebra sink without pain, by one step; it may deform."""
    if lesion.sinks == 0 and lesion.fracture_day == NEVER:
        lesion.silent_collapse_day = person.now
        person.n_silent_collapses += 1
    lesion.sinks += 1
    collapse(person, lesion, has_collapsed(lesion))
    if lesion.sinks < world.silent_collapse_steps:
        wait = budget(person, Luck.SILENT_COLLAPSE, lesion.place, lesion.sinks)
        rate = lesion.rate[slot(Event.SILENT_COLLAPSE)]
        wind_ramp(person, lesion, Event.SILENT_COLLAPSE, wait, rate)
    else:
        stop_lesion_clock(lesion, Event.SILENT_COLLAPSE)
    if uniform(person, Luck.COLLAPSE_KIND, lesion.place, lesion.sinks) < world.deformity_share:
        lesion.alignment_points = max(lesion.alignment_points, SINS_DEFORMITY)
    update_fragility(person, world, lesion)


@compiled
def collapse(person: Record, lesion: Record, over_half: bool) -> None:
    """Take height off the body of a vertebra: under half of it, or over."""
    lesion.collapse_points = SINS_COLLAPSE_OVER_HALF if over_half else SINS_COLLAPSE_UNDER_HALF
    # What it lived before diagnosis is behind it when an image shows the lesion.
    if lesion.behind_days == 0.0:
        if lesion.detected_day <= person.now:
            lesion.collapse_seen_day = min(lesion.collapse_seen_day, person.now)
        if lesion.irradiated_day <= person.now:
            lesion.collapse_irradiated_day = min(lesion.collapse_irradiated_day, person.now)


@compiled
def settle(person: Record, world: Record, lesion: Record) -> None:
    """Let the acute pain of a fracture settle: to a residual pain in a share, else to none."""
    stop_lesion_clock(lesion, Event.FRACTURE_PAIN_SETTLES)
    residual = 0.0
    if uniform(person, Luck.SETTLING, lesion.place, 1) < world.fracture_residual_share:
        residual = world.fracture_residual_pain
    lesion.mechanical_pain = min(lesion.mechanical_pain, residual)
    after_pain_changed(person, world, lesion)


@compiled
def begin_to_restabilize(person: Record, world: Record, lesion: Record) -> None:
    """Let the bone of a vertebra get firm again, slowly, after its first radiotherapy."""
    if lesion.compartment == Compartment.EXTRADURAL_VERTEBRAL and lesion.radiotherapy == 1:
        wait_days = world.restabilizes_mean_days * budget(
            person, Luck.RESTABILIZATION, lesion.place, 0
        )
        set_lesion_clock(person, lesion, Event.RESTABILIZED, person.now + wait_days)


@compiled
def restabilize(person: Record, world: Record, lesion: Record) -> None:
    """Make bone firm again: it breaks and gives way less; what hurts answers to the course."""
    stop_lesion_clock(lesion, Event.RESTABILIZED)
    lesion.restabilized = 1
    change_ramp(person, lesion, Event.INSTABILITY, world.restabilized_collapse_ratio)
    update_fragility(person, world, lesion)
