"""The decision: what a clinician sees, which rule it meets, and whether the person may have it."""

from __future__ import annotations

import math

import numpy as np

from sim.evidence.elementary import power
from sim.evidence.instruments import SINS_COLLAPSE_UNDER_HALF
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    MOST_TREATMENTS,
    REGION_OF_LEVEL,
    NoCourse,
    Reason,
    Stage,
    Therapy,
)
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import instability_score, score_intact_body
from sim.life.luck import uniform
from sim.life.policy import ANALGESIA_ONLY, N_OBSERVABLES, Observable
from sim.life.rating import felt_mechanical_pain, felt_pain, felt_tumor_pain
from sim.life.records import FIRST_BONE, OUTSIDE
from sim.life.retreatment import cap_leaves_room, limits_leave_room, too_soon
from sim.life.walking import level_of_walking

_ONE = np.uint64(1)


@compiled
def on_or_due_therapy(person: Record) -> bool:
    """Say whether a dose of systemic therapy is planned for the person."""
    if person.therapy == Therapy.STOPPED:
        return False
    return person.therapy != Therapy.NONE or person.clock[Event.THERAPY_STARTED] != NEVER


@compiled
def prognosis_months(person: Record, cancer: Record, world: Record) -> float:
    """Predicted survival from primary, stage, performance, visceral disease and line.

    The median of a cancer of mean tempo from the state that is seen, as if its time to death were
    exponential: ln 2 times the mean. Never the future. Walking enters by performance.
    """
    months = cancer.prognosis_months[person.visceral, person.performance]
    if person.stage == Stage.DISTANT:
        months /= cancer.death_ratio_distant_at_diagnosis
    if person.therapy_line > 1:
        months /= power(world.prognosis_line_ratio, float(person.therapy_line - 1))
    return months


@compiled
def observe(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Write down what is known at a decision about a lesion and the person who has it."""
    seen = person.observed
    score_intact_body(person, lesion)
    mechanical = felt_mechanical_pain(person, world, lesion)
    at_rest = felt_tumor_pain(person, world, lesion)
    seen[Observable.PAIN] = math.floor(person.pain + 0.5)
    seen[Observable.PAIN_AT_REST] = math.floor(at_rest + 0.5)
    seen[Observable.PAIN_ON_MOVEMENT] = math.floor(max(at_rest, mechanical) + 0.5)
    seen[Observable.MECHANICAL_PAIN] = math.floor(mechanical + 0.5)
    seen[Observable.ANALGESIA] = person.analgesia
    seen[Observable.REASON] = person.episode_reason
    seen[Observable.SINS] = instability_score(lesion)
    seen[Observable.BILSKY] = lesion.epidural_grade
    seen[Observable.FRANKEL] = lesion.frankel
    seen[Observable.LESION_TYPE] = lesion.type
    seen[Observable.COLLAPSED] = lesion.collapse_points >= SINS_COLLAPSE_UNDER_HALF
    seen[Observable.REGION] = REGION_OF_LEVEL[lesion.level]
    seen[Observable.OUTSIDE] = lesion.place == OUTSIDE
    n_levels = 0
    n_painful = 0
    for i in range(person.n_lesions):
        other = person.lesions[person.lesion_at[i]]
        if other.detected_day <= person.now and other.place < FIRST_BONE:
            n_levels += other.place != OUTSIDE
            n_painful += felt_pain(person, world, other) >= world.moderate_pain
    seen[Observable.N_LEVELS] = n_levels
    seen[Observable.N_PAINFUL] = n_painful
    seen[Observable.PREVIOUS_RADIOTHERAPY] = lesion.radiotherapy
    seen[Observable.PREVIOUS_CEMENT] = lesion.cement
    seen[Observable.PREVIOUS_COURSES] = lesion.courses
    seen[Observable.PRIMARY] = person.primary
    seen[Observable.RADIOSENSITIVE] = cancer.radiosensitive
    seen[Observable.AGE] = math.floor(person.age_at_diagnosis + person.now / DAYS_PER_YEAR)
    seen[Observable.PERFORMANCE] = person.performance
    seen[Observable.VISCERAL] = person.visceral
    seen[Observable.PROGNOSIS_MONTHS] = prognosis_months(person, cancer, world)
    seen[Observable.THERAPY_LINE] = person.therapy_line
    seen[Observable.THERAPY_CLASS] = person.therapy_class
    seen[Observable.ON_THERAPY] = on_or_due_therapy(person)
    seen[Observable.WALKING] = level_of_walking(person)
    seen[Observable.RADICULAR] = lesion.radicular
    seen[Observable.CORD_DOSE_GY] = lesion.cord_dose_gy


@compiled
def rule_matches(person: Record, rule: Record) -> bool:
    """Say whether everything that a rule asks for was observed."""
    for i in range(N_OBSERVABLES):
        value = person.observed[i]
        if value < rule.low[i] or value > rule.high[i]:
            return False
        if rule.among[i] != 0 and (rule.among[i] >> np.uint64(value)) & _ONE == 0:
            return False
    return True


@compiled
def is_for_kind(treatment: Record, lesion: Record) -> bool:
    """Say whether a treatment is for lesions of this kind."""
    for_its_kind = treatment.outside
    if lesion.place != OUTSIDE:
        for_its_kind = treatment.eligible_type[lesion.type]
    return bool(for_its_kind == 1)


@compiled
def lesion_may_have(
    person: Record, care: Record, index: int, lesion: Record, emergency: bool
) -> bool:
    """Say whether a treatment is for lesions of this kind, and may be given once more.

    An emergency is not refused by the strategy's cap of local courses.
    """
    treatment = care.treatments[index]
    if not is_for_kind(treatment, lesion) or not limits_leave_room(person, care, treatment, lesion):
        return False
    return emergency or cap_leaves_room(care, treatment, lesion)


@compiled
def is_eligible(person: Record, care: Record, index: int, lesion: Record) -> bool:
    """Say whether a lesion, as observed, may have a treatment."""
    if index == ANALGESIA_ONLY:
        return True
    treatment = care.treatments[index]
    seen = person.observed
    emergency = int(seen[Observable.REASON]) == Reason.CORD_COMPRESSION
    if emergency and treatment.emergency == 0:
        return False
    if not lesion_may_have(person, care, index, lesion, emergency):
        return False
    if treatment.mechanical_pain_needed == 1 and (
        seen[Observable.MECHANICAL_PAIN] <= 0.0 and seen[Observable.COLLAPSED] == 0.0
    ):
        return False
    return (
        seen[Observable.PAIN] >= treatment.least_pain
        and seen[Observable.BILSKY] <= treatment.most_bilsky
        and seen[Observable.SINS] <= treatment.most_sins
        and seen[Observable.PROGNOSIS_MONTHS] >= treatment.least_prognosis_months
    )


@compiled
def drawn_treatment(care: Record, rule: Record, mark: float) -> int:
    """The treatment that a rule gives by its shares to who has this mark."""
    turn = 0
    while turn < rule.share.size - 1 and mark >= rule.share[turn]:
        turn += 1
    return int(care.order[turn])


@compiled
def choose_treatment(person: Record, care: Record, lesion: Record, ahead_of_pain: bool) -> int:
    """The treatment, after `observe`, of the first rule that matches and that may be followed.

    Only rules for prophylaxis count `ahead_of_pain`, else only the others; no rule, no course.
    """
    mark = uniform(person, Luck.TREATMENT_CHOICE, lesion.place, lesion.episodes)
    for r in range(care.n_rules):
        rule = care.rules[r]
        if (rule.prophylactic == 1) != ahead_of_pain or not rule_matches(person, rule):
            continue
        index = drawn_treatment(care, rule, mark)
        if is_eligible(person, care, index, lesion):
            return index
    return ANALGESIA_ONLY


@compiled
def why_no_course(person: Record, care: Record, lesion: Record, ahead_of_pain: bool) -> int:
    """Why analgesia alone was chosen: `choose_treatment` over again, with what stood in the way."""
    mark = uniform(person, Luck.TREATMENT_CHOICE, lesion.place, lesion.episodes)
    emergency = person.episode_reason == Reason.CORD_COMPRESSION
    why = NoCourse.NOT_SO
    for r in range(care.n_rules):
        rule = care.rules[r]
        if (rule.prophylactic == 1) != ahead_of_pain or not rule_matches(person, rule):
            continue
        index = drawn_treatment(care, rule, mark)
        if index != ANALGESIA_ONLY:
            may_have = lesion_may_have(person, care, index, lesion, emergency)
            if is_for_kind(care.treatments[index], lesion) and not may_have:
                soon = too_soon(person, care, care.treatments[index], lesion)
                why = NoCourse.TOO_SOON if soon else NoCourse.HAD_ALL
            elif why == NoCourse.NOT_SO:
                why = NoCourse.NOT_SUITED
        elif why == NoCourse.NOT_SO:
            # A rule for people who are very ill, or who are not expected to live long.
            for_ill = rule.low[Observable.PERFORMANCE] > 0.0
            for_dying = rule.high[Observable.PROGNOSIS_MONTHS] < NEVER
            return NoCourse.TOO_ILL if for_ill or for_dying else NoCourse.CHOSEN
        else:
            return why
    return why if why != NoCourse.NOT_SO else NoCourse.CHOSEN


@compiled
def choice_of(person: Record, care: Record, lesion: Record) -> int:
    """What a strategy would decide of a lesion that was referred, after `observe`, as a number.

    Strategies whose rules alone differ go on in the same way if it is the same.
    """
    ahead_of_pain = person.episode_reason == Reason.PROPHYLAXIS
    index = choose_treatment(person, care, lesion, ahead_of_pain)
    if index != ANALGESIA_ONLY:
        return index
    why = why_no_course(person, care, lesion, ahead_of_pain)
    return int(MOST_TREATMENTS + 2 * why + care.treats)
