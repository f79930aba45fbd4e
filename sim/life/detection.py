"""How a metastasis is found: staging, surveillance, decline, symptoms; and then recorded.

A lesion is occult until an image shows it. Staging and surveillance show that the skeleton is
involved; whether they also cover and report the spine is one mark an image. An image of the spine,
for pain, fracture or cord compression, covers it. Then each lesion is seen or missed.
"""

from __future__ import annotations

import math

from sim.life.clocks import start_clock
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import instability_score, refresh_lesion, score_intact_body, stop_lesion_clock
from sim.life.luck import budget, uniform, uniform_pair
from sim.life.records import NO_LESION, OUTSIDE

SKELETON_IMAGED, SPINE_IMAGED = 0, 1
FOR_PAIN, FOR_CORD, FOR_OTHER_PAIN = 0, 32, 64
"""Where the occurrences of images of the spine begin: by lesion, once, and by episode."""
FOR_DECLINE = 32_768
"""Where those of images of the skeleton that a decline prompts begin; surveillance comes first."""


@compiled
def start_surveillance(person: Record, world: Record) -> None:
    """Start the clock of the next image that would show skeletal disease."""
    wait = budget(person, Luck.SURVEILLANCE, 0, person.n_surveys)
    start_clock(person, Event.SURVEILLANCE_IMAGING, wait, world.surveillance_rate_per_day)


@compiled
def stage_skeleton(person: Record, world: Record) -> None:
    """Staging at diagnosis: finds skeletal disease with its sensitivity."""
    person.clock[Event.STAGING] = NEVER
    if uniform(person, Luck.STAGING, 0, 0) < world.staging_sensitivity:
        image(person, world, NO_LESION, SKELETON_IMAGED, 0)


@compiled
def survey(person: Record, world: Record) -> None:
    """Surveillance: an image, and the clock of the next one."""
    person.n_surveys += 1
    image(person, world, NO_LESION, SKELETON_IMAGED, person.n_surveys)
    start_surveillance(person, world)


@compiled
def image(person: Record, world: Record, cause: int, scope: int, occurrence: int) -> None:
    """Look once; `cause` is the place of the lesion that caused it and cannot be missed.

    Each image has an occurrence of its own, by what caused it, so that none changes what another
    sees.
    """
    if person.skeletal_metastasis_day == NEVER and person.n_lesions == 0:
        return
    lesions_shown = scope == SPINE_IMAGED
    purpose = Luck.LESION_SEEN_AT_WORK_UP if scope == SPINE_IMAGED else Luck.LESION_SEEN
    if scope == SKELETON_IMAGED:
        if person.skeletal_detected_day == NEVER and person.skeletal_metastasis_day != NEVER:
            person.clock[Event.SKELETAL_DETECTED] = person.now
        if person.n_lesions > 0:
            lesions_shown = uniform(person, Luck.SPINE_SEEN, 0, occurrence) < world.spine_seen_share
    if person.n_lesions == 0 or not lesions_shown:
        return
    seen = 0
    bones_seen = 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.detected_day != NEVER:
            continue
        if (
            lesion.place == cause
            or uniform(person, purpose, lesion.place, occurrence) < world.lesion_sensitivity
        ):
            lesion.detected_day = person.now
            stop_lesion_clock(lesion, Event.PAIN_WORKED_UP)
            refresh_lesion(person, lesion)
            seen += 1
            bones_seen += lesion.place != OUTSIDE
    if seen > 0:
        if person.spinal_detected_day == NEVER:
            person.clock[Event.SPINAL_DETECTED] = person.now
        if person.skeletal_detected_day == NEVER and bones_seen > 0:
            person.clock[Event.SKELETAL_DETECTED] = person.now


@compiled
def detect_skeleton(person: Record, world: Record) -> None:
    """Detect skeletal metastasis; it is recorded at once, or later if the person is alive then."""
    person.clock[Event.SKELETAL_DETECTED] = NEVER
    person.skeletal_detected_day = person.now
    mark, second = uniform_pair(person, Luck.RECORDING, 0, 0)
    delay_days = 0.0
    if mark >= world.recorded_at_once_share:
        delay_days = -math.log(second) * world.recording_delay_mean_days
    person.clock[Event.SKELETAL_RECORDED] = person.now + delay_days


@compiled
def record_skeleton(person: Record) -> None:
    """Let a registry learn of skeletal metastasis."""
    person.clock[Event.SKELETAL_RECORDED] = NEVER
    person.skeletal_recorded_day = person.now


@compiled
def detect_spine(person: Record) -> None:
    """Detect spinal metastasis for the first time, and score the lesions that were seen."""
    person.clock[Event.SPINAL_DETECTED] = NEVER
    person.spinal_detected_day = person.now
    person.n_levels_at_detection = person.n_levels
    worst = 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.detected_day <= person.now:
            score_intact_body(person, lesion)
            worst = max(worst, instability_score(lesion))
    person.sins_at_detection = worst
