"""How a metastasis is found: staging, surveillance, decline, symptoms; and then recorded.

A lesion is occult until an image shows it. Staging and surveillance show that the skeleton is
involved, and cover bone outside the spine; whether they also cover and report the spine is one mark
an image. The same image is made for pain or fracture of bone outside the spine. An image of the
spine, for its pain, fracture or cord compression, covers it. Then each lesion is seen or missed.
Who hurts, has broken a bone or lost function by a lesion at diagnosis has presented with it.
"""

from __future__ import annotations

from sim.life.clocks import start_clock
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import (
    instability_score,
    live_less,
    refresh_lesion,
    score_intact_body,
    stop_lesion_clock,
)
from sim.life.luck import budget, exponential, uniform, uniform_pair
from sim.life.rating import felt_pain
from sim.life.records import FIRST_BONE, NO_LESION, OUTSIDE

NOT_PRESENTED, PRESENTED_BONE, PRESENTED_SPINE = 0, 1, 2
"""What the cancer was found through: no metastasis of bone, one outside the spine, one in it."""
SKELETON_IMAGED, SPINE_IMAGED = 0, 1
FOR_PAIN, FOR_CORD, FOR_OTHER_PAIN = 0, 32, 64
"""Where the occurrences of images of the spine begin: by lesion, by diagnosis, and by episode."""
MOST_FOR_CORD = FOR_OTHER_PAIN - FOR_CORD - 1
FOR_DECLINE = 32_768
"""Where those of images of the skeleton that a decline prompts begin; surveillance comes first."""
FOR_BONE_PAIN = 49_152
"""Where those of images of the skeleton for pain or fracture of other bone begin: by lesion."""


@compiled
def start_surveillance(person: Record, world: Record) -> None:
    """Start the clock of the next image that would show skeletal disease."""
    wait = budget(person, Luck.SURVEILLANCE, 0, person.n_surveys)
    start_clock(person, Event.SURVEILLANCE_IMAGING, wait, world.surveillance_rate_per_day)


@compiled
def stage_skeleton(person: Record, world: Record) -> None:
    """Staging at diagnosis: finds what presents, and skeletal disease with its sensitivity."""
    person.clock[Event.STAGING] = NEVER
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if presents(person, world, lesion):
            of_spine = lesion.place < FIRST_BONE
            person.presented = max(
                person.presented, PRESENTED_SPINE if of_spine else PRESENTED_BONE
            )
            find_lesion(person, lesion)
    if uniform(person, Luck.STAGING, 0, 0) < world.staging_sensitivity:
        image(person, world, NO_LESION, SKELETON_IMAGED, 0)


@compiled
def presents(person: Record, world: Record, lesion: Record) -> bool:
    """Say whether a lesion brings a person to the doctor: by pain, fracture or lost function."""
    return bool(
        (lesion.fracture_day <= person.now and lesion.mechanical_pain > 0.0)
        or lesion.frankel > 0
        or felt_pain(person, world, lesion) >= world.moderate_pain
    )


@compiled
def survey(person: Record, world: Record) -> None:
    """Surveillance: an image, and the clock of the next one."""
    person.n_surveys += 1
    image(person, world, NO_LESION, SKELETON_IMAGED, person.n_surveys)
    start_surveillance(person, world)


@compiled
def has_what_to_show(person: Record) -> bool:
    """Say whether an image might show anything: else none need be made."""
    return bool(person.skeletal_metastasis_day != NEVER or person.n_lesions > 0)


@compiled
def image(person: Record, world: Record, cause: int, scope: int, occurrence: int) -> None:
    """Look once; `cause` is the place of the lesion that caused it and cannot be missed.

    Each image has an occurrence of its own, by what caused it, so that none changes what another
    sees.
    """
    if not has_what_to_show(person):
        return
    spine_shown = scope == SPINE_IMAGED
    bones_shown = scope == SKELETON_IMAGED
    purpose = Luck.LESION_SEEN_AT_WORK_UP if scope == SPINE_IMAGED else Luck.LESION_SEEN
    if scope == SKELETON_IMAGED:
        if person.skeletal_detected_day == NEVER and person.skeletal_metastasis_day != NEVER:
            person.clock[Event.SKELETAL_DETECTED] = person.now
        if person.n_spinal > 0:
            spine_shown = uniform(person, Luck.SPINE_SEEN, 0, occurrence) < world.spine_seen_share
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        shown = bones_shown if lesion.place >= FIRST_BONE else spine_shown
        if lesion.detected_day != NEVER or not shown:
            continue
        if (
            lesion.place == cause
            or uniform(person, purpose, lesion.place, occurrence) < world.lesion_sensitivity
        ):
            find_lesion(person, lesion)


@compiled
def find_lesion(person: Record, lesion: Record) -> None:
    """Let a lesion be seen, and with it that the skeleton or the spine is involved."""
    lesion.detected_day = person.now
    stop_lesion_clock(lesion, Event.PAIN_WORKED_UP)
    refresh_lesion(person, lesion)
    if person.spinal_detected_day == NEVER and lesion.place < FIRST_BONE:
        person.clock[Event.SPINAL_DETECTED] = person.now
    if person.skeletal_detected_day == NEVER and lesion.place != OUTSIDE:
        person.clock[Event.SKELETAL_DETECTED] = person.now


@compiled
def work_up(person: Record, world: Record, lesion: Record) -> None:
    """Image what hurts or is broken: the spine, or the skeleton for bone outside it.

    What was worked up before the cancer was known is what it was found by, so on day 0: the lesion
    is younger than was drawn.
    """
    if lesion.behind_days > 0.0:
        live_less(lesion, lesion.behind_days)
    if lesion.place >= FIRST_BONE:
        image(person, world, lesion.place, SKELETON_IMAGED, FOR_BONE_PAIN + lesion.place)
    else:
        image(person, world, lesion.place, SPINE_IMAGED, FOR_PAIN + lesion.place)


@compiled
def detect_skeleton(person: Record, world: Record) -> None:
    """Detect skeletal metastasis; it is recorded at once, or later if the person is alive then."""
    person.clock[Event.SKELETAL_DETECTED] = NEVER
    person.skeletal_detected_day = person.now
    mark, second = uniform_pair(person, Luck.RECORDING, 0, 0)
    delay_days = 0.0
    if mark >= world.recorded_at_once_share:
        delay_days = exponential(second) * world.recording_delay_mean_days
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
    worst = -1
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.detected_day <= person.now and lesion.place < FIRST_BONE:
            score_intact_body(person, lesion)
            score = instability_score(lesion)
            if score > worst:
                worst = score
                person.type_at_detection = lesion.type
    person.sins_at_detection = max(worst, 0)
