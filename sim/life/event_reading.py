"""Reads from a person what is written down of the last event: its number, word, treatment, dose.

What each says is declared in `sim.life.event_row`.
"""

from __future__ import annotations

import math

from sim.evidence.vocabulary import DAYS_PER_YEAR, PAUSE_CAUSES, NoCourse
from sim.life.compiled import Record, compiled
from sim.life.event_row import BONE_CARE, COURSES_BEGUN, SPINE_CARE, Detail, Value, row_of
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE

NOT_SO = -1
"""Code of a word that an event does not have."""

_VALUE = tuple(int(row_of(event).value) for event in Event)
_DETAIL = tuple(int(row_of(event).detail) for event in Event)
_FIRST_WORD = tuple(
    sum(len(before.words) for before in Detail if before < detail) for detail in Detail
)


@compiled
def event_value(person: Record) -> float:
    """The number beside the last event of a person; not a number if there is none."""
    kind = _VALUE[person.event]
    if kind == Value.PAIN:
        return float(max(person.pain, person.bone_pain))
    if kind == Value.PERFORMANCE:
        return float(person.performance)
    if kind == Value.AGE:
        return float(person.age_at_diagnosis + person.now / DAYS_PER_YEAR)
    if kind in (Value.SEEDED_DAY, Value.GRADE, Value.SENSATION, Value.SINKS):
        return lesion_value(person, kind)
    if kind in (
        Value.LINE,
        Value.TOXICITY_DAYS,
        Value.PAUSED_SO_FAR,
        Value.PAUSE_DAYS,
        Value.TO_COURSE,
        Value.HOLD,
    ):
        return therapy_value(person, kind)
    if kind == Value.KNOWN_LESIONS or kind == Value.TREATED_LESIONS:
        return float(count_lesions(person, kind))
    if kind == Value.SITE_PAIN:
        return float(person.assessed_site_pain[person.n_assessed - 1])
    if kind == Value.ANALGESIA:
        return float(person.analgesia)
    if kind == Value.VISCERA:
        return float(person.visceral)
    if kind == Value.INSTABILITY_SCORE and person.n_levels > 0:
        return float(person.sins_at_detection)
    if kind == Value.DAYS_SINCE_DETECTED:
        return float(person.now - person.skeletal_detected_day)
    if kind == Value.STRENGTH:
        return float(person.strength)
    if kind == Value.FRANKEL_GRADE:
        return float(person.frankel)
    return math.nan


@compiled
def lesion_value(person: Record, kind: int) -> float:
    """A number of the lesion of the last event, or of the skeleton."""
    if person.event_place < 0:
        return float(person.now - person.lead_days)
    lesion = person.lesions[person.event_place]
    if kind == Value.SEEDED_DAY:
        return float(lesion.seeded_day)
    if kind == Value.GRADE:
        return float(lesion.epidural_grade)
    if kind == Value.SENSATION:
        return float(lesion.sensation)
    return float(lesion.sinks)


@compiled
def therapy_value(person: Record, kind: int) -> float:
    """A number of systemic therapy and its pauses, or of what makes them."""
    of_bone = person.event_place >= FIRST_BONE
    if kind == Value.LINE:
        withheld = person.event == Event.THERAPY_STARTED and person.therapy_line_open == 0
        return math.nan if withheld else float(person.therapy_line)
    if kind == Value.TOXICITY_DAYS:
        return float(person.now - person.toxicity_since)
    if kind == Value.PAUSED_SO_FAR:
        return float(person.now - person.pause_start_day)
    if kind == Value.PAUSE_DAYS:
        days = person.pause_bone_part
        for cause in range(len(PAUSE_CAUSES)):
            days += person.pause_part[cause]
        return float(days)
    if kind == Value.TO_COURSE:
        day = person.bone_course_start_day if of_bone else person.course_start_day
        none = person.event == Event.CARE_DECIDED and person.no_course != NoCourse.NOT_SO
        return math.nan if none or day == NEVER else float(day - person.now)
    if of_bone:
        return max(float(person.bone_hold_until[person.therapy_class] - person.now), 0.0)
    return max(float(person.post_hold_until[person.therapy_class] - person.now), 0.0)


@compiled
def count_lesions(person: Record, kind: int) -> int:
    """Lesions that are known, or that the course of the last event treats."""
    in_course = 2 if person.event_place >= FIRST_BONE else 1
    n = 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        known = kind == Value.KNOWN_LESIONS and lesion.detected_day <= person.now
        if known or (kind == Value.TREATED_LESIONS and lesion.in_course == in_course):
            n += 1
    return n


@compiled
def event_detail(person: Record) -> int:
    """Code in `DETAIL_WORDS` of the word beside the last event of a person, or `NOT_SO`."""
    kind = _DETAIL[person.event]
    word = NOT_SO
    if kind == Detail.REASON:
        word = person.episode_reason
    elif kind == Detail.NO_COURSE:
        word = person.no_course - 1
    elif kind == Detail.RESPONSE:
        word = person.assessed_response[person.n_assessed - 1]
    elif kind == Detail.THERAPY_CLASS:
        word = person.therapy_class
    elif kind == Detail.COMPARTMENT:
        word = person.lesions[person.event_place].compartment
    elif kind == Detail.LESION_TYPE:
        word = person.lesions[person.event_place].type
    return _FIRST_WORD[kind] + word if word >= 0 else NOT_SO


@compiled
def event_treatment(person: Record) -> int:
    """Index of the treatment that the last event of a person is of, or `NOT_SO`."""
    if person.event in SPINE_CARE:
        return int(person.episode_treatment)
    if person.event in BONE_CARE:
        return int(person.bone_treatment)
    return NOT_SO


@compiled
def event_dose(person: Record) -> float:
    """Dose of the course that the last event of a person begins; not a number if it gives none."""
    if person.event in COURSES_BEGUN:
        dose_gy = person.lesions[person.event_place].course_dose_gy
        if dose_gy > 0.0:
            return float(dose_gy)
    return math.nan
