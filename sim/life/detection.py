"""How a metastasis is found: staging at diagnosis, surveillance, symptoms; and then recorded.

A lesion is occult until an image shows it. An image shows that the skeleton is involved; whether
it also covers and reports the spine is one mark an image, and then each lesion is seen or missed.
"""

from __future__ import annotations

import math

from sim.compiled import Record, compiled
from sim.hazards import NEVER
from sim.life.clocks import start_clock
from sim.life.events import (
    RECORDING,
    SKELETAL_DETECTION,
    SPINAL_DETECTION,
    STAGING,
    SURVEILLANCE,
    SYMPTOM,
)
from sim.randomness import (
    LESION_SEEN,
    LESION_SEEN_AT_WORK_UP,
    SPINE_SEEN,
    budget,
    uniform,
    uniform_pair,
)
from sim.randomness import (
    RECORDING as RECORDING_LUCK,
)
from sim.randomness import (
    STAGING as STAGING_LUCK,
)
from sim.randomness import (
    SURVEILLANCE as SURVEILLANCE_LUCK,
)
from sim.vocabulary import N_LEVELS


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
def watch_for_symptoms(person: Record) -> None:
    """Set the clock of the next work-up to the first occult lesion that causes symptoms."""
    first = NEVER
    for level in range(N_LEVELS):
        if person.level_symptom_day[level] < first:
            first = person.level_symptom_day[level]
    person.clock[SYMPTOM] = max(first, person.now)


@compiled
def stage_skeleton(person: Record, world: Record) -> None:
    """Staging at diagnosis: finds skeletal disease with its sensitivity."""
    person.clock[STAGING] = NEVER
    if uniform(person, STAGING_LUCK, 0, 0) < world.staging_sensitivity:
        image(person, world, -1)


@compiled
def survey(person: Record, world: Record) -> None:
    """Surveillance: an image, and the clock of the next one."""
    person.n_surveys += 1
    image(person, world, -1)
    start_surveillance(person, world)


@compiled
def work_up_symptom(person: Record, world: Record) -> None:
    """Work up a symptomatic lesion: an image of the spine that cannot miss it."""
    index = 0
    for level in range(N_LEVELS):
        if person.level_symptom_day[level] < person.level_symptom_day[index]:
            index = level
    person.event_level = index
    image(person, world, index)


@compiled
def image(person: Record, world: Record, index: int) -> None:
    """Look at the skeleton once; `index` is the lesion that caused the look, -1 if none did.

    Staging, each planned image and the work-up of each lesion have their own luck, so that none
    changes what another sees.
    """
    purpose = LESION_SEEN
    occurrence = person.n_surveys
    if index >= 0:
        purpose = LESION_SEEN_AT_WORK_UP
        occurrence = index
    if person.skeletal_detected_day == NEVER:
        person.clock[SKELETAL_DETECTION] = person.now
    if person.spinal_metastasis_day == NEVER:
        return
    if index < 0 and uniform(person, SPINE_SEEN, 0, occurrence) >= world.spine_seen_share:
        return
    seen = 0
    for level in range(N_LEVELS):
        if person.level_seeded_day[level] == NEVER or person.level_detected_day[level] != NEVER:
            continue
        if level == index or uniform(person, purpose, level, occurrence) < world.lesion_sensitivity:
            person.level_detected_day[level] = person.now
            person.level_symptom_day[level] = NEVER
            seen += 1
    if seen > 0:
        watch_for_symptoms(person)
        if person.spinal_detected_day == NEVER:
            person.clock[SPINAL_DETECTION] = person.now


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
    """Detect spinal metastasis for the first time."""
    person.clock[SPINAL_DETECTION] = NEVER
    person.spinal_detected_day = person.now
    person.n_levels_at_detection = person.n_levels
