"""The decision: what a clinician sees, which rule it meets, and whether the person may have it."""

from __future__ import annotations

import math

import numpy as np

from sim.evidence.instruments import SINS_COLLAPSE_UNDER_HALF, WALKS_UP_TO
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    DISTANT,
    FOR_CORD_COMPRESSION,
    MONTHS_PER_YEAR,
    NO_THERAPY,
    REGION_OF_LEVEL,
    THERAPY_STOPPED,
)
from sim.life.compiled import Record, compiled
from sim.life.events import THERAPY_START
from sim.life.hazards import NEVER
from sim.life.lesion import instability_score, score_intact_body
from sim.life.luck import TREATMENT_CHOICE, uniform
from sim.life.pain import felt_mechanical_pain, felt_pain
from sim.life.policy import (
    ANALGESIA_ONLY,
    N_OBSERVABLES,
    SEES_AGE,
    SEES_ANALGESIA,
    SEES_BILSKY,
    SEES_BIOLOGICAL_PAIN,
    SEES_CEMENT,
    SEES_COLLAPSED,
    SEES_COURSES,
    SEES_FRANKEL,
    SEES_LESION_TYPE,
    SEES_MECHANICAL_PAIN,
    SEES_N_LEVELS,
    SEES_N_PAINFUL,
    SEES_ON_THERAPY,
    SEES_OUTSIDE,
    SEES_PAIN,
    SEES_PRIMARY,
    SEES_PROGNOSIS,
    SEES_RADIOSENSITIVE,
    SEES_RADIOTHERAPY,
    SEES_REASON,
    SEES_REGION,
    SEES_SINS,
    SEES_THERAPY_CLASS,
    SEES_THERAPY_LINE,
)
from sim.life.records import OUTSIDE

_ONE = np.uint64(1)


@compiled
def on_or_due_therapy(person: Record) -> bool:
    """Say whether a dose of systemic therapy is planned for the person."""
    if person.therapy == THERAPY_STOPPED:
        return False
    return person.therapy != NO_THERAPY or person.clock[THERAPY_START] != NEVER


@compiled
def prognosis_months(person: Record, cancer: Record, world: Record) -> float:
    """Predicted median survival from primary, stage, walking and line; never from the future.

    A clinician does not know how aggressive this cancer is: it is taken as the most common one.
    """
    rate = cancer.prognosis_rate_per_day
    if person.stage == DISTANT:
        rate *= cancer.death_ratio_distant_at_diagnosis
    if person.frankel > WALKS_UP_TO:
        rate *= world.death_ratio_not_walking
    if person.therapy_line > 1:
        rate *= world.prognosis_line_ratio ** (person.therapy_line - 1)
    return math.log(2.0) / rate * MONTHS_PER_YEAR / DAYS_PER_YEAR


@compiled
def observe(person: Record, cancer: Record, world: Record, lesion: int) -> None:
    """Write down what is known at a decision about a lesion and the person who has it."""
    seen = person.observed
    score_intact_body(person, lesion)
    mechanical = felt_mechanical_pain(person, world, lesion)
    tumor = person.lesion_biological_pain[lesion] + person.lesion_flare[lesion]
    biological = max(tumor - world.analgesia_effect_biological[person.analgesia], 0.0)
    seen[SEES_PAIN] = math.floor(person.pain + 0.5)
    seen[SEES_BIOLOGICAL_PAIN] = math.floor(biological + 0.5)
    seen[SEES_MECHANICAL_PAIN] = math.floor(mechanical + 0.5)
    seen[SEES_ANALGESIA] = person.analgesia
    seen[SEES_REASON] = person.episode_reason
    seen[SEES_SINS] = instability_score(person, lesion)
    seen[SEES_BILSKY] = person.lesion_epidural_grade[lesion]
    seen[SEES_FRANKEL] = person.lesion_frankel[lesion]
    seen[SEES_LESION_TYPE] = person.lesion_type[lesion]
    seen[SEES_COLLAPSED] = 1.0 if has_collapsed(person, lesion) else 0.0
    seen[SEES_REGION] = REGION_OF_LEVEL[person.lesion_level[lesion]]
    seen[SEES_OUTSIDE] = 1.0 if lesion == OUTSIDE else 0.0
    n_levels = 0
    n_painful = 0
    for i in range(person.n_lesions):
        other = person.lesion_at[i]
        if person.lesion_detected_day[other] <= person.now:
            n_levels += other != OUTSIDE
            n_painful += felt_pain(person, world, other) >= world.moderate_pain
    seen[SEES_N_LEVELS] = n_levels
    seen[SEES_N_PAINFUL] = n_painful
    seen[SEES_RADIOTHERAPY] = person.lesion_radiotherapy[lesion]
    seen[SEES_CEMENT] = person.lesion_cement[lesion]
    seen[SEES_COURSES] = person.lesion_courses[lesion]
    seen[SEES_PRIMARY] = person.primary
    seen[SEES_RADIOSENSITIVE] = cancer.radiosensitive
    seen[SEES_AGE] = math.floor(person.age_at_diagnosis + person.now / DAYS_PER_YEAR)
    seen[SEES_PROGNOSIS] = prognosis_months(person, cancer, world)
    seen[SEES_THERAPY_LINE] = person.therapy_line
    seen[SEES_THERAPY_CLASS] = person.therapy_class
    seen[SEES_ON_THERAPY] = 1.0 if on_or_due_therapy(person) else 0.0


@compiled
def has_collapsed(person: Record, lesion: int) -> bool:
    """Say whether a vertebra has broken."""
    return person.lesion_collapse_points[lesion] >= SINS_COLLAPSE_UNDER_HALF


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
def lesion_may_have(person: Record, treatment: Record, index: int, lesion: int) -> bool:
    """Say whether a treatment is for lesions of this kind, and not yet given as often as it may."""
    for_its_kind = treatment.outside
    if lesion != OUTSIDE:
        for_its_kind = treatment.eligible_type[person.lesion_type[lesion]]
    courses = person.lesion_courses_of[lesion, index]
    return for_its_kind == 1 and courses < treatment.courses_per_level


@compiled
def is_eligible(person: Record, treatment: Record, index: int, lesion: int) -> bool:
    """Say whether a lesion, as observed, may have a treatment."""
    if index == ANALGESIA_ONLY:
        return True
    seen = person.observed
    if seen[SEES_REASON] == FOR_CORD_COMPRESSION and treatment.emergency == 0:
        return False
    if not lesion_may_have(person, treatment, index, lesion):
        return False
    if treatment.mechanical_pain_needed == 1 and (
        seen[SEES_MECHANICAL_PAIN] <= 0.0 and seen[SEES_COLLAPSED] == 0.0
    ):
        return False
    return (
        seen[SEES_PAIN] >= treatment.least_pain
        and seen[SEES_BILSKY] <= treatment.most_bilsky
        and seen[SEES_SINS] <= treatment.most_sins
        and seen[SEES_PROGNOSIS] >= treatment.least_prognosis_months
    )


@compiled
def choose_treatment(person: Record, care: Record, lesion: int, ahead_of_pain: bool) -> int:
    """The treatment of the first rule that matches and whose choice the person may have.

    Parameters
    ----------
    person : record of `PERSON`
        After `observe`.
    care : record of `POLICY`
    lesion : int
    ahead_of_pain : bool
        Whether only rules for prophylaxis count, or only the others.

    Returns
    -------
    int
        Index of a treatment; `ANALGESIA_ONLY` if no rule gives any.
    """
    mark = uniform(person, TREATMENT_CHOICE, lesion, person.lesion_episodes[lesion])
    for r in range(care.n_rules):
        rule = care.rules[r]
        if (rule.prophylactic == 1) != ahead_of_pain or not rule_matches(person, rule):
            continue
        index = 0
        while index < rule.share.size - 1 and mark >= rule.share[index]:
            index += 1
        if is_eligible(person, care.treatments[index], index, lesion):
            return index
    return ANALGESIA_ONLY
