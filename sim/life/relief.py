"""What a course does to a lesion: response of its pain, flare, relapse; bone, tumor and cord.

A course gives each pain of a lesion one answer: none, part of it goes, or all of it. The answer
shows after a random time; smooth published curves are means over such jumps. One number decides
over the response to every treatment of a course (responders are nested), or, with
`response_luck="independent"`, one for each treatment.
"""

from __future__ import annotations

import math

from sim.evidence.instruments import COMPLETE_LOSS, WALKS_UP_TO
from sim.evidence.vocabulary import FOR_CORD_COMPRESSION, VERTEBRAL
from sim.life.compiled import Record, compiled
from sim.life.cord import deficit_rate, epidural_rate
from sim.life.events import (
    COLLAPSE,
    DEFICIT,
    EPIDURAL,
    FLARE_OVER,
    INSTABILITY,
    MECHANICAL_RELIEF,
    PAIN,
    RELAPSE,
    RELIEF,
)
from sim.life.hazards import NEVER
from sim.life.lesion import change_lesion_rate, change_ramp, look_again, set_lesion_clock
from sim.life.luck import FLARE as FLARE_LUCK
from sim.life.luck import (
    MECHANICAL_ONSET,
    MECHANICAL_RESPONSE,
    REGAIN_WALKING,
    RESPONSE,
    RESPONSE_ONSET,
    budget,
    uniform,
    uniform_pair,
)
from sim.life.luck import RELAPSE as RELAPSE_LUCK
from sim.life.pain import after_pain_changed, update_symptoms, wind_escalation

COURSES_OF_ONE_TREATMENT = 64
"""Where the occurrences of the next treatment begin, if each has a response luck of its own."""


@compiled
def forget_treatment(person: Record, lesion: int) -> None:
    """Begin a lesion's history of treatment: none."""
    person.lesion_episodes[lesion] = 0
    person.lesion_courses[lesion] = 0
    person.lesion_courses_of[lesion, :] = 0
    person.lesion_radiotherapy[lesion] = 0
    person.lesion_cement[lesion] = 0
    person.lesion_in_course[lesion] = 0
    person.lesion_quiet_until[lesion] = 0.0
    person.lesion_declines[lesion] = 0
    person.lesion_prophylaxis[lesion] = 0
    person.lesion_pain_before[lesion] = 0.0
    person.lesion_relapse_rate[lesion] = 0.0
    person.lesion_relapses[lesion] = 0
    person.lesion_flare[lesion] = 0.0
    person.lesion_tumor_ratio[lesion] = 1.0
    person.lesion_deficit_ratio[lesion] = 1.0


@compiled
def answer(
    pain: float, mark: float, depth: float, share: float, complete: float, low: float, high: float
) -> float:
    """Pain that is left after a response; the pain itself if there is none."""
    if mark >= share:
        return pain
    if mark < share * complete:
        return 0.0
    return pain * (1.0 - (low + (high - low) * depth))


@compiled
def occurrence_of(person: Record, index: int, lesion: int, independent: int) -> int:
    """Where the luck of the course that a lesion is in stands."""
    occurrence = person.lesion_courses[lesion]
    if independent:
        occurrence += COURSES_OF_ONE_TREATMENT * (index + 1)
    return occurrence


@compiled
def begin_treating_lesion(
    person: Record, world: Record, treatment: Record, index: int, lesion: int, independent: int
) -> None:
    """Give a lesion the first session: what stabilizes the bone and frees the cord acts from it."""
    person.lesion_in_course[lesion] = 1
    person.lesion_courses[lesion] += 1
    person.lesion_courses_of[lesion, index] += 1
    person.lesion_radiotherapy[lesion] += treatment.radiotherapy
    person.lesion_cement[lesion] = max(person.lesion_cement[lesion], treatment.cement)
    occurrence = occurrence_of(person, index, lesion, independent)
    pain = person.lesion_mechanical_pain[lesion]
    if pain > 0.0:
        mark, depth = uniform_pair(person, MECHANICAL_RESPONSE, lesion, occurrence)
        left = answer(
            pain,
            mark,
            depth,
            treatment.response_mechanical,
            treatment.complete_mechanical,
            treatment.depth_low,
            treatment.depth_high,
        )
        if left < pain:
            wait_days = treatment.onset_mechanical_mean_days * budget(
                person, MECHANICAL_ONSET, lesion, occurrence
            )
            person.lesion_stabilized_to[lesion] = left
            set_lesion_clock(person, lesion, MECHANICAL_RELIEF, person.now + wait_days)
    if person.lesion_compartment[lesion] == VERTEBRAL:
        change_ramp(person, lesion, COLLAPSE, treatment.collapse_ratio)
        change_ramp(person, lesion, INSTABILITY, treatment.collapse_ratio)
    person.lesion_deficit_ratio[lesion] = min(
        person.lesion_deficit_ratio[lesion], treatment.deficit_ratio
    )
    if person.lesion_clock[lesion, DEFICIT] != NEVER:
        change_lesion_rate(person, lesion, DEFICIT, deficit_rate(person, world, lesion))
    if (
        person.episode_reason == FOR_CORD_COMPRESSION
        and WALKS_UP_TO < person.lesion_frankel[lesion] < COMPLETE_LOSS
        and uniform(person, REGAIN_WALKING, lesion, occurrence) < treatment.regain_walking_share
    ):
        person.lesion_frankel[lesion] = WALKS_UP_TO
        update_symptoms(person, world)


@compiled
def end_treating_lesion(
    person: Record,
    cancer: Record,
    world: Record,
    treatment: Record,
    index: int,
    lesion: int,
    independent: int,
) -> None:
    """Give a lesion the last session: the answer of its tumor pain, flare, control of the tumor."""
    person.lesion_in_course[lesion] = 0
    occurrence = occurrence_of(person, index, lesion, independent)
    pain = person.lesion_biological_pain[lesion]
    if pain > 0.0:
        mark, depth = uniform_pair(person, RESPONSE, lesion, occurrence)
        left = answer(
            pain,
            mark,
            depth,
            treatment.response_biological,
            treatment.complete_biological,
            treatment.depth_low,
            treatment.depth_high,
        )
        if left < pain:
            kind, wait = uniform_pair(person, RESPONSE_ONSET, lesion, occurrence)
            mean_days = treatment.onset_slow_mean_days
            if kind < treatment.onset_fast_share:
                mean_days = treatment.onset_fast_mean_days
            person.lesion_relieved_to[lesion] = left
            person.lesion_relapse_rate[lesion] = treatment.relapse_rate_per_day
            set_lesion_clock(person, lesion, RELIEF, person.now - math.log(wait) * mean_days)
            person.lesion_clock[lesion, RELAPSE] = NEVER
    hurts = max(pain, person.lesion_mechanical_pain[lesion]) > 0.0
    if hurts and treatment.flare_share > 0.0:
        mark, length = uniform_pair(person, FLARE_LUCK, lesion, occurrence)
        if mark < treatment.flare_share:
            person.lesion_flare[lesion] = treatment.flare_points
            set_lesion_clock(
                person,
                lesion,
                FLARE_OVER,
                person.now - math.log(length) * treatment.flare_mean_days,
            )
    control_tumor(
        person,
        cancer,
        world,
        lesion,
        min(person.lesion_tumor_ratio[lesion], treatment.tumor_control_ratio),
    )
    update_symptoms(person, world)


@compiled
def control_tumor(person: Record, cancer: Record, world: Record, lesion: int, ratio: float) -> None:
    """Slow, or let go again, the growth of a lesion's pain and its extension into the canal."""
    before = person.lesion_tumor_ratio[lesion]
    if ratio == before:
        return
    person.lesion_tumor_ratio[lesion] = ratio
    if person.lesion_clock[lesion, PAIN] != NEVER:
        left = person.lesion_clock[lesion, PAIN] - person.now
        if person.lesion_biological_pain[lesion] == 0.0:
            person.lesion_clock[lesion, PAIN] = person.now + left * before / ratio
        else:
            rate = person.lesion_rate[lesion, PAIN]
            change_lesion_rate(person, lesion, PAIN, rate / before * ratio)
    if person.lesion_clock[lesion, EPIDURAL] != NEVER:
        first_grade = 0 if person.lesion_compartment[lesion] == VERTEBRAL else 1
        if person.lesion_epidural_grade[lesion] == first_grade:
            change_ramp(person, lesion, EPIDURAL, ratio / before)
        else:
            change_lesion_rate(
                person, lesion, EPIDURAL, epidural_rate(person, cancer, world, lesion)
            )


@compiled
def relieve(person: Record, world: Record, lesion: int) -> None:
    """Let the tumor pain of a lesion fall to what the response left of it, until it relapses."""
    person.lesion_clock[lesion, RELIEF] = NEVER
    person.lesion_pain_before[lesion] = max(
        person.lesion_pain_before[lesion], person.lesion_biological_pain[lesion]
    )
    person.lesion_biological_pain[lesion] = min(
        person.lesion_biological_pain[lesion], person.lesion_relieved_to[lesion]
    )
    person.lesion_clock[lesion, PAIN] = NEVER
    rate = person.lesion_relapse_rate[lesion]
    if rate > 0.0:
        wait = budget(person, RELAPSE_LUCK, lesion, person.lesion_courses[lesion])
        person.lesion_clock[lesion, RELAPSE] = person.now + wait / rate
    after_pain_changed(person, world, lesion)


@compiled
def stabilize(person: Record, world: Record, lesion: int) -> None:
    """Let the mechanical pain of a lesion fall to what the response left of it."""
    person.lesion_clock[lesion, MECHANICAL_RELIEF] = NEVER
    person.lesion_mechanical_pain[lesion] = min(
        person.lesion_mechanical_pain[lesion], person.lesion_stabilized_to[lesion]
    )
    after_pain_changed(person, world, lesion)


@compiled
def end_flare(person: Record, world: Record, lesion: int) -> None:
    """End the temporary rise of pain after radiotherapy."""
    person.lesion_clock[lesion, FLARE_OVER] = NEVER
    person.lesion_flare[lesion] = 0.0
    update_symptoms(person, world)


@compiled
def relapse(person: Record, cancer: Record, world: Record, lesion: int) -> None:
    """Bring the tumor pain of a lesion back to where it was, and the tumor out of control."""
    person.lesion_clock[lesion, RELAPSE] = NEVER
    person.lesion_relapses[lesion] += 1
    look_again(person, lesion)
    person.lesion_biological_pain[lesion] = max(
        person.lesion_biological_pain[lesion], person.lesion_pain_before[lesion]
    )
    control_tumor(person, cancer, world, lesion, 1.0)
    wind_escalation(
        person, cancer, world, lesion, 1 + math.ceil(person.lesion_biological_pain[lesion])
    )
    after_pain_changed(person, world, lesion)
