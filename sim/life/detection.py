"""How a metastasis is found: staging, surveillance, work-up of symptoms; and then recorded.

A lesion is occult until an image shows it. Staging and surveillance show that the skeleton is
involved; whether they also cover and report the spine is one mark an image. An image of the spine,
for pain, fracture or cord compression, covers it. Then each lesion is seen or missed.
"""

from __future__ import annotations

import math

from sim.life.clocks import start_clock
from sim.life.compiled import Record, compiled
from sim.life.events import (
    RECORDING,
    SKELETAL_DETECTION,
    SPINAL_DETECTION,
    STAGING,
    SURVEILLANCE,
    WORK_UP,
)
from sim.life.hazards import NEVER
from sim.life.lesion import instability_score, refresh_lesion, score_intact_body
from sim.life.luck import (
    LESION_SEEN,
    LESION_SEEN_AT_WORK_UP,
    SPINE_SEEN,
    budget,
    uniform,
    uniform_pair,
)
from sim.life.luck import (
    RECORDING as RECORDING_LUCK,
)
from sim.life.luck import (
    STAGING as STAGING_LUCK,
)
from sim.life.luck import (
    SURVEILLANCE as SURVEILLANCE_LUCK,
)
from sim.life.records import OUTSIDE

NO_LESION = -1
SKELETON_IMAGED, SPINE_IMAGED = 0, 1
FOR_PAIN, FOR_CORD, FOR_OTHER_PAIN = 0, 32, 64
"""Where the occurrences of images of the spine begin: by lesion, once, and by episode."""


@compiled
def start_surveillance(person: Record, world: Record) -> None:
    """Start the clock of the next image that would show skeletal disease."""
    start_clock(
        person,
        SURVEILLANCE,
        budget(person, SURVEILLANCE_LUCK, 0, person.n_surveys),
        world.surveillance_rate_per_day,
    )


@compiled
def stage_skeleton(person: Record, world: Record) -> None:
    """Staging at diagnosis: finds skeletal disease with its sensitivity."""
    person.clock[STAGING] = NEVER
    if uniform(person, STAGING_LUCK, 0, 0) < world.staging_sensitivity:
        image(person, world, NO_LESION, SKELETON_IMAGED, 0)


@compiled
def survey(person: Record, world: Record) -> None:
    """Surveillance: an image, and the clock of the next one."""
    person.n_surveys += 1
    image(person, world, NO_LESION, SKELETON_IMAGED, person.n_surveys)
    start_surveillance(person, world)


@compiled
def image(person: Record, world: Record, index: int, scope: int, occurrence: int) -> None:
    """Look once; `index` is the lesion that caused the look and cannot be missed.

    Each image has an occurrence of its own, by what caused it, so that none changes what another
    sees.
    """
    if person.skeletal_metastasis_day == NEVER and person.n_lesions == 0:
        return
    lesions_shown = scope == SPINE_IMAGED
    purpose = LESION_SEEN_AT_WORK_UP if scope == SPINE_IMAGED else LESION_SEEN
    if scope == SKELETON_IMAGED:
        if person.skeletal_detected_day == NEVER:
            person.clock[SKELETAL_DETECTION] = person.now
        if person.n_lesions > 0:
            lesions_shown = uniform(person, SPINE_SEEN, 0, occurrence) < world.spine_seen_share
    if person.n_lesions == 0 or not lesions_shown:
        return
    seen = 0
    bones_seen = 0
    for i in range(person.n_lesions):
        lesion = person.lesion_at[i]
        if person.lesion_detected_day[lesion] != NEVER:
            continue
        if (
            lesion == index
            or uniform(person, purpose, lesion, occurrence) < world.lesion_sensitivity
        ):
            person.lesion_detected_day[lesion] = person.now
            person.lesion_clock[lesion, WORK_UP] = NEVER
            refresh_lesion(person, lesion)
            seen += 1
            bones_seen += lesion != OUTSIDE
    if seen > 0:
        if person.spinal_detected_day == NEVER:
            person.clock[SPINAL_DETECTION] = person.now
        if person.skeletal_detected_day == NEVER and bones_seen > 0:
            person.clock[SKELETAL_DETECTION] = person.now


@compiled
def detect_skeleton(person: Record, world: Record) -> None:
    """Detect skeletal metastasis; it is recorded at once, or later if the person is alive then."""
    person.clock[SKELETAL_DETECTION] = NEVER
    person.skeletal_detected_day = person.now
    mark, second = uniform_pair(person, RECORDING_LUCK, 0, 0)
    delay_days = 0.0
    if mark >= world.recorded_at_once_share:
        delay_days = -math.log(second) * world.recording_delay_mean_days
    person.clock[RECORDING] = person.now + delay_days


@compiled
def detect_spine(person: Record) -> None:
    """Detect spinal metastasis for the first time, and score the lesions that were seen."""
    person.clock[SPINAL_DETECTION] = NEVER
    person.spinal_detected_day = person.now
    person.n_levels_at_detection = person.n_levels
    worst = 0
    for i in range(person.n_lesions):
        lesion = person.lesion_at[i]
        if person.lesion_detected_day[lesion] <= person.now:
            score_intact_body(person, lesion)
            worst = max(worst, instability_score(person, lesion))
    person.sins_at_detection = worst
