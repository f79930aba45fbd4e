"""What became of the people diagnosed in the years of a run: the statistics, and a life's part.

Room: counting; this is the `cohort` of a `Tally`. Its measures stand in `sim.counting.shares`.
"""

from __future__ import annotations

import math
from enum import auto

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.evidence.instruments import (
    NO_MOVEMENT,
    NUMB_AREAS,
    PERFORMANCE_UP_AND_ABOUT,
    STABLE_UP_TO,
    WALKS_UP_TO,
    WALKS_WITH_HELP,
)
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    MONTHS_PER_YEAR,
    BoneSite,
    Death,
    Numbered,
)
from sim.life.compiled import Record, compiled_in_place
from sim.life.detection import NOT_PRESENTED, PRESENTED_SPINE
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE, N_GRADES, OUTSIDE

LAST_YEARS = 5.0
"""Years before death in which registries looked for cord compression."""
LAST_RADIOTHERAPY_YEARS = 2.0
"""Years before death in which a registry looked for radiotherapy to bone (huang2011on)."""
LONG_BONES = FIRST_BONE + BoneSite.LONG_BONES
HIP = FIRST_BONE + BoneSite.PELVIS_AND_HIP


class Cohort(Numbered):
    """What became of people diagnosed in the years of the run, by primary and stage.

    Sums of days, cycles and ratings are in hundredths, so that they too are whole numbers and do
    not depend on the order of the lives. Metastases by compartment are in the order of
    `COMPARTMENTS`, those of bone outside the spine in that of `BONE_SITES`.
    """

    PEOPLE = auto()
    ALIVE_1Y = auto()
    ALIVE_5Y = auto()
    ALIVE_10Y = auto()
    DISSEMINATED = auto()
    SKELETAL_METASTASIS = auto()
    SPINAL_METASTASIS = auto()
    SKELETAL_DETECTED = auto()
    SKELETAL_DETECTED_AT_DIAGNOSIS = auto()
    SKELETAL_DETECTED_PAINFUL = auto()
    PRESENTED_THROUGH_BONE = auto()
    PRESENTED_THROUGH_SPINE = auto()
    PELVIS_AND_HIP_DETECTED = auto()
    LONG_BONES_DETECTED = auto()
    OTHER_BONES_DETECTED = auto()
    BONE_PAIN_DAYS = auto()
    ANY_PAIN_DAYS = auto()
    EVENT = auto()
    EVENT_RADIOTHERAPY = auto()
    EVENT_RADIOTHERAPY_SPINE = auto()
    EVENT_RADIOTHERAPY_OTHER_BONE = auto()
    EVENT_FRACTURE = auto()
    EVENT_FRACTURE_SPINE = auto()
    EVENT_FRACTURE_OTHER_BONE = auto()
    EVENT_SURGERY = auto()
    EVENT_SURGERY_SPINE = auto()
    EVENT_SURGERY_OTHER_BONE = auto()
    EVENT_CORD_COMPRESSION = auto()
    EVENTS = auto()
    FRACTURES_SPINE = auto()
    FRACTURES_HIP_AND_LONG_BONES = auto()
    LONG_BONE_FRACTURE = auto()
    CANCER_DEATHS_AFTER_BONE_RADIOTHERAPY = auto()
    BONE_CARE_PAUSES = auto()
    BONE_CARE_RESUMED = auto()
    BONE_CARE_PAUSED_DAYS = auto()
    BONE_CARE_DELAY_DAYS = auto()
    ALIVE_1Y_AFTER_SKELETAL_DETECTED = auto()
    ALIVE_5Y_AFTER_SKELETAL_DETECTED = auto()
    ALIVE_4MO_AFTER_BONE_AT_DIAGNOSIS = auto()
    ALIVE_30MO_AFTER_BONE_AT_DIAGNOSIS = auto()
    CANCER_DEATHS = auto()
    CANCER_DEATHS_WITH_SKELETAL_METASTASIS = auto()
    CANCER_DEATHS_WITH_SPINAL_METASTASIS = auto()
    CANCER_DEATHS_AFTER_CORD_COMPRESSION = auto()
    SPINAL_DETECTED = auto()
    VERTEBRAL_DETECTED = auto()
    SPINAL_DETECTED_SEVERAL_LEVELS = auto()
    SPINAL_DETECTED_THREE_LEVELS = auto()
    SPINAL_DETECTED_GAP = auto()
    SPINAL_DETECTED_PAINFUL = auto()
    SPINAL_DETECTED_FRACTURE = auto()
    SPINAL_DETECTED_SILENT_COLLAPSE = auto()
    SPINAL_DETECTED_UNSTABLE = auto()
    VERTEBRAL_METASTASIS = auto()
    SOFT_TISSUE_METASTASIS = auto()
    EXTRAMEDULLARY_METASTASIS = auto()
    INTRAMEDULLARY_METASTASIS = auto()
    CORD_COMPRESSION = auto()
    CORD_COMPRESSION_PAINFUL = auto()
    CORD_COMPRESSION_CERVICAL = auto()
    CORD_COMPRESSION_THORACIC = auto()
    CORD_COMPRESSION_LUMBAR = auto()
    CORD_COMPRESSION_SACRAL = auto()
    CORD_COMPRESSION_NOT_WALKING = auto()
    CORD_COMPRESSION_WITH_HELP = auto()
    CORD_COMPRESSION_WEAK = auto()
    CORD_COMPRESSION_NO_MOVEMENT = auto()
    CORD_COMPRESSION_NORMAL_SENSATION = auto()
    CORD_COMPRESSION_SPHINCTERS = auto()
    CORD_COMPRESSION_RADICULAR = auto()
    CORD_COMPRESSION_PRESENTS = auto()
    CORD_COMPRESSION_PAIN_DAYS = auto()
    CORD_SHORT_EXPECTANCY = auto()
    CORD_SHORT_EXPECTANCY_VISCERAL = auto()
    CORD_SYMPTOM_TO_DIAGNOSIS_DAYS = auto()
    ALIVE_1Y_AFTER_CORD_COMPRESSION = auto()
    SPINAL_DETECTED_NUMB = auto()
    SPINAL_DETECTED_NUMB_ARMS = auto()
    SPINAL_DETECTED_NUMB_TRUNK = auto()
    SPINAL_DETECTED_NUMB_LEGS = auto()
    SPINAL_DETECTED_NUMB_BUTTOCKS = auto()
    COURSES = auto()
    COURSES_FOR_RADICULAR_PAIN = auto()
    RADIATED_LESIONS = auto()
    RADIATED_GRADE_0 = auto()
    RADIATED_GRADE_1 = auto()
    RADIATED_GRADE_2 = auto()
    RADIATED_GRADE_3 = auto()
    RADIOTHERAPY_COURSES = auto()
    DEAD_30D_AFTER_RADIOTHERAPY = auto()
    RADIOTHERAPY = auto()
    DEAD_90D_AFTER_RADIOTHERAPY = auto()
    DEAD_1Y_AFTER_RADIOTHERAPY = auto()
    UP_AND_ABOUT_AT_RADIOTHERAPY = auto()
    PAIN_DAYS = auto()
    PAIN_AT_REST_DAYS = auto()
    PAIN_ONLY_ON_MOVEMENT_DAYS = auto()
    SEVERE_PAIN_DAYS = auto()
    OPIOID_DAYS = auto()
    NOT_WALKING_DAYS = auto()
    WALKING_WITH_HELP_DAYS = auto()
    NUMB_DAYS = auto()
    LAST_MONTH_PAIN = auto()
    LAST_MONTH_SEVERE = auto()
    LAST_MONTH_SEVERE_DAYS = auto()
    DIED_SOON_AFTER_COURSE = auto()
    DIED_SOON_LAST_MONTH_PAIN = auto()
    DIED_SOON_LAST_MONTH_5 = auto()
    TREATED = auto()
    CYTOTOXIC_PEOPLE = auto()
    CYTOTOXIC_PEOPLE_DELAYED = auto()
    CYTOTOXIC_CYCLES = auto()
    TOXICITY_DELAYS = auto()
    TOXICITY_DELAYS_OVER = auto()
    TOXICITY_DELAY_DAYS = auto()
    DAYS_ON_THERAPY = auto()
    # who is referred and treated, see `sim.counting.treated`
    OPERATED = auto()
    CEMENTED = auto()
    REFERRED_FOR_PAIN = auto()
    REFERRAL_PAIN = auto()
    IRRADIATED_IN_PAIN = auto()
    IRRADIATED_AFTER_PAIN = auto()
    PAIN_TO_RADIOTHERAPY_DAYS = auto()
    CORD_COMPRESSION_DECIDED = auto()
    CORD_COMPRESSION_NO_COURSE = auto()
    CORD_COMPRESSION_OPERATED = auto()
    ONE_RADIOTHERAPY_OF_BONE = auto()
    SKELETAL_DETECTED_66_TO_69 = auto()
    SKELETAL_DETECTED_70_TO_74 = auto()
    SKELETAL_DETECTED_75_TO_79 = auto()
    SKELETAL_DETECTED_80_TO_84 = auto()
    SKELETAL_DETECTED_85_AND_OVER = auto()
    RADIOTHERAPY_OF_BONE_66_TO_69 = auto()
    RADIOTHERAPY_OF_BONE_70_TO_74 = auto()
    RADIOTHERAPY_OF_BONE_75_TO_79 = auto()
    RADIOTHERAPY_OF_BONE_80_TO_84 = auto()
    RADIOTHERAPY_OF_BONE_85_AND_OVER = auto()
    # vertebrae, see `sim.counting.vertebrae`: four members each, in the order of `REGIONS`
    INVOLVED_VERTEBRAE_CERVICAL = auto()
    INVOLVED_VERTEBRAE_THORACIC = auto()
    INVOLVED_VERTEBRAE_LUMBAR = auto()
    INVOLVED_VERTEBRAE_SACRAL = auto()
    DETECTED_VERTEBRAE_CERVICAL = auto()
    DETECTED_VERTEBRAE_THORACIC = auto()
    DETECTED_VERTEBRAE_LUMBAR = auto()
    DETECTED_VERTEBRAE_SACRAL = auto()
    PAINFUL_VERTEBRAE_CERVICAL = auto()
    PAINFUL_VERTEBRAE_THORACIC = auto()
    PAINFUL_VERTEBRAE_LUMBAR = auto()
    PAINFUL_VERTEBRAE_SACRAL = auto()
    BROKEN_VERTEBRAE_CERVICAL = auto()
    BROKEN_VERTEBRAE_THORACIC = auto()
    BROKEN_VERTEBRAE_LUMBAR = auto()
    BROKEN_VERTEBRAE_SACRAL = auto()
    VISIBLE_COLLAPSED = auto()
    VISIBLE_DAYS = auto()
    IRRADIATED_COLLAPSED = auto()
    IRRADIATED_DAYS = auto()


SOON_DAYS = 84.0
"""Longest life after the first course in the trial that followed the dying (meeuse2010)."""
TREATED_PAIN = 2.0
"""Least pain at entry into this trial, which took nobody with cord compression."""
MUCH_PAIN = 5.0
"""Pain that this trial calls too much."""


@compiled_in_place
def hundredths(days: float) -> int:
    """Days as a whole number of hundredths; those of a difference may be negative."""
    return math.floor(days * 100.0 + 0.5)


@compiled_in_place
def count_cohort(cohort: NDArray[np.int64], place: int, person: Record) -> None:
    """Count what became of a person, by primary and stage."""
    mine = cohort[place, person.primary, person.stage]
    death = person.death_day
    add(mine, Cohort.PEOPLE, 1)
    add(mine, Cohort.ALIVE_1Y, death > DAYS_PER_YEAR)
    add(mine, Cohort.ALIVE_5Y, death > 5.0 * DAYS_PER_YEAR)
    add(mine, Cohort.ALIVE_10Y, death > 10.0 * DAYS_PER_YEAR)
    add(mine, Cohort.CANCER_DEATHS, person.death_cause == Death.CANCER)
    if (
        person.incurable_day == NEVER
        and person.dissemination_day == NEVER
        and person.skeletal_metastasis_day == NEVER
        and person.n_lesions == 0
    ):
        return
    add(mine, Cohort.DISSEMINATED, person.dissemination_day != NEVER)
    if person.therapy_line > 0:
        count_therapy(mine, person)
    detected = person.skeletal_detected_day
    if person.skeletal_metastasis_day != NEVER:
        add(mine, Cohort.SKELETAL_METASTASIS, 1)
        add(mine, Cohort.CANCER_DEATHS_WITH_SKELETAL_METASTASIS, person.death_cause == Death.CANCER)
    if detected != NEVER:
        add(mine, Cohort.SKELETAL_DETECTED, 1)
        if person.skeleton_at_diagnosis == 1 and detected <= 0.0:
            month = DAYS_PER_YEAR / MONTHS_PER_YEAR
            add(mine, Cohort.SKELETAL_DETECTED_AT_DIAGNOSIS, 1)
            add(mine, Cohort.ALIVE_4MO_AFTER_BONE_AT_DIAGNOSIS, death > 4.0 * month)
            add(mine, Cohort.ALIVE_30MO_AFTER_BONE_AT_DIAGNOSIS, death > 30.0 * month)
        add(mine, Cohort.ALIVE_1Y_AFTER_SKELETAL_DETECTED, death > detected + DAYS_PER_YEAR)
        add(mine, Cohort.ALIVE_5Y_AFTER_SKELETAL_DETECTED, death > detected + 5.0 * DAYS_PER_YEAR)
        count_skeletal_events(mine, person)
    if person.skeletal_metastasis_day != NEVER:
        count_bone_cohort(mine, person)
    if person.n_spinal > 0:
        count_spine_cohort(mine, person)


@compiled_in_place
def count_skeletal_events(mine: NDArray[np.int64], person: Record) -> None:
    """Count the skeletal-related events of a person with detected skeletal metastasis.

    Radiotherapy and surgery of bone, pathological fractures that are felt, cord compression.
    """
    cord = person.cord_compression_day != NEVER
    radiotherapy = person.n_radiotherapy + person.n_bone_radiotherapy
    fractures = person.n_fractures + person.n_bone_fractures
    surgery = person.n_surgery + person.n_bone_surgery
    events = radiotherapy + fractures + surgery + cord
    add(mine, Cohort.EVENTS, events)
    add(mine, Cohort.EVENT, events > 0)
    add(mine, Cohort.EVENT_RADIOTHERAPY, radiotherapy > 0)
    add(mine, Cohort.EVENT_RADIOTHERAPY_SPINE, person.n_radiotherapy > 0)
    add(mine, Cohort.EVENT_RADIOTHERAPY_OTHER_BONE, person.n_bone_radiotherapy > 0)
    add(mine, Cohort.EVENT_FRACTURE, fractures > 0)
    add(mine, Cohort.EVENT_FRACTURE_SPINE, person.n_fractures > 0)
    add(mine, Cohort.EVENT_FRACTURE_OTHER_BONE, person.n_bone_fractures > 0)
    add(mine, Cohort.EVENT_SURGERY, surgery > 0)
    add(mine, Cohort.EVENT_SURGERY_SPINE, person.n_surgery > 0)
    add(mine, Cohort.EVENT_SURGERY_OTHER_BONE, person.n_bone_surgery > 0)
    add(mine, Cohort.EVENT_CORD_COMPRESSION, cord)
    add(
        mine,
        Cohort.SKELETAL_DETECTED_PAINFUL,
        person.pain_onset_day != NEVER or person.bone_pain_onset_day != NEVER,
    )
    add(mine, Cohort.PRESENTED_THROUGH_BONE, person.presented != NOT_PRESENTED)
    add(mine, Cohort.PRESENTED_THROUGH_SPINE, person.presented == PRESENTED_SPINE)


@compiled_in_place
def count_bone_cohort(mine: NDArray[np.int64], person: Record) -> None:
    """Count what bone outside the spine did to a person with skeletal metastasis."""
    add(mine, Cohort.BONE_PAIN_DAYS, hundredths(person.bone_pain_days))
    add(mine, Cohort.ANY_PAIN_DAYS, hundredths(person.any_pain_days))
    last_day = -NEVER
    if person.n_radiotherapy > 0:
        last_day = person.last_radiotherapy_day
    if person.n_bone_radiotherapy > 0:
        last_day = max(last_day, person.last_bone_radiotherapy_day)
    add(
        mine,
        Cohort.CANCER_DEATHS_AFTER_BONE_RADIOTHERAPY,
        person.death_cause == Death.CANCER
        and person.death_day - last_day < LAST_RADIOTHERAPY_YEARS * DAYS_PER_YEAR,
    )
    add(mine, Cohort.BONE_CARE_PAUSES, person.n_bone_care_pauses)
    add(mine, Cohort.BONE_CARE_RESUMED, person.n_bone_care_resumed)
    add(mine, Cohort.BONE_CARE_PAUSED_DAYS, hundredths(person.bone_care_paused_days))
    add(mine, Cohort.BONE_CARE_DELAY_DAYS, hundredths(person.bone_care_delay_days))
    add(mine, Cohort.FRACTURES_SPINE, person.n_fractures)
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.place < FIRST_BONE:
            continue
        detected = lesion.detected_day != NEVER and person.skeletal_detected_day != NEVER
        site = lesion.place - FIRST_BONE
        add(mine, Cohort.PELVIS_AND_HIP_DETECTED + site, detected)
        broken = lesion.fracture_day != NEVER
        add(mine, Cohort.FRACTURES_HIP_AND_LONG_BONES, broken and lesion.place in (HIP, LONG_BONES))
        add(mine, Cohort.LONG_BONE_FRACTURE, broken and lesion.place == LONG_BONES)


@compiled_in_place
def count_spine_cohort(mine: NDArray[np.int64], person: Record) -> None:
    """Count what the spine did to a person with spinal metastasis."""
    died_of_cancer = person.death_cause == Death.CANCER
    add(mine, Cohort.SPINAL_METASTASIS, 1)
    add(mine, Cohort.CANCER_DEATHS_WITH_SPINAL_METASTASIS, died_of_cancer)
    add(mine, Cohort.PAIN_DAYS, hundredths(person.pain_days))
    add(mine, Cohort.PAIN_AT_REST_DAYS, hundredths(person.pain_at_rest_days))
    only_on_movement_days = person.pain_days - person.pain_at_rest_days
    add(mine, Cohort.PAIN_ONLY_ON_MOVEMENT_DAYS, hundredths(only_on_movement_days))
    add(mine, Cohort.SEVERE_PAIN_DAYS, hundredths(person.severe_pain_days))
    add(mine, Cohort.OPIOID_DAYS, hundredths(person.opioid_days))
    add(mine, Cohort.NOT_WALKING_DAYS, hundredths(person.not_walking_days))
    add(mine, Cohort.WALKING_WITH_HELP_DAYS, hundredths(person.with_help_days))
    add(mine, Cohort.NUMB_DAYS, hundredths(person.numb_days))
    add(mine, Cohort.VERTEBRAL_METASTASIS, person.n_levels > 0)
    if person.n_spinal > person.n_levels:
        add(mine, Cohort.VERTEBRAL_METASTASIS + person.lesions[OUTSIDE].compartment, 1)
    if person.spinal_detected_day != NEVER:
        add(mine, Cohort.SPINAL_DETECTED, 1)
        add(
            mine,
            Cohort.VERTEBRAL_DETECTED,
            person.n_levels > 0 and person.skeletal_detected_day != NEVER,
        )
        add(mine, Cohort.SPINAL_DETECTED_SEVERAL_LEVELS, person.n_levels_at_detection > 1)
        add(mine, Cohort.SPINAL_DETECTED_THREE_LEVELS, person.n_levels_at_detection > 2)
        add(mine, Cohort.SPINAL_DETECTED_GAP, person.gap_at_detection)
        add(mine, Cohort.SPINAL_DETECTED_PAINFUL, person.pain_onset_day != NEVER)
        add(mine, Cohort.SPINAL_DETECTED_FRACTURE, person.n_fractures > 0)
        add(mine, Cohort.SPINAL_DETECTED_SILENT_COLLAPSE, person.n_silent_collapses > 0)
        add(mine, Cohort.SPINAL_DETECTED_UNSTABLE, person.sins_at_detection > STABLE_UP_TO)
        if person.numb_ever > 0:
            add(mine, Cohort.SPINAL_DETECTED_NUMB, 1)
            for area in range(len(NUMB_AREAS)):
                add(mine, Cohort.SPINAL_DETECTED_NUMB_ARMS + area, person.numb_ever >> area & 1)
        add(mine, Cohort.LAST_MONTH_PAIN, hundredths(person.last_month_pain))
        add(mine, Cohort.LAST_MONTH_SEVERE, person.last_month_severe_days > 0.0)
        add(mine, Cohort.LAST_MONTH_SEVERE_DAYS, hundredths(person.last_month_severe_days))
    add(mine, Cohort.COURSES, person.n_courses)
    add(mine, Cohort.COURSES_FOR_RADICULAR_PAIN, person.n_courses_radicular)
    if person.n_radiotherapy > 0:
        count_radiotherapy(mine, person)
    if (
        person.n_courses > 0
        and person.first_course_day != NEVER
        and person.first_course_pain >= TREATED_PAIN
        and not person.cord_compression_day <= person.first_course_day
        and person.death_day - person.first_course_day <= SOON_DAYS
    ):
        add(mine, Cohort.DIED_SOON_AFTER_COURSE, 1)
        add(mine, Cohort.DIED_SOON_LAST_MONTH_PAIN, hundredths(person.last_month_pain))
        add(mine, Cohort.DIED_SOON_LAST_MONTH_5, person.last_month_pain >= MUCH_PAIN)
    if person.cord_compression_day != NEVER:
        count_cord_compression(mine, person)


@compiled_in_place
def count_cord_compression(mine: NDArray[np.int64], person: Record) -> None:
    """Count what the diagnosis of cord compression found in a person, and what came of it."""
    day = person.cord_compression_day
    died_of_cancer = person.death_cause == Death.CANCER
    strength = person.cord_compression_strength
    add(mine, Cohort.CORD_COMPRESSION_WITH_HELP, strength == WALKS_WITH_HELP)
    add(mine, Cohort.CORD_COMPRESSION_WEAK, strength > 0)
    add(mine, Cohort.CORD_COMPRESSION_NO_MOVEMENT, strength == NO_MOVEMENT)
    add(mine, Cohort.CORD_COMPRESSION_NORMAL_SENSATION, person.cord_compression_sensation == 0)
    add(mine, Cohort.CORD_COMPRESSION_SPHINCTERS, person.cord_compression_sphincters)
    add(mine, Cohort.CORD_COMPRESSION_RADICULAR, person.cord_compression_radicular)
    add(mine, Cohort.CORD_COMPRESSION_PRESENTS, person.cord_presents)
    if person.cord_compression_pain_days != NEVER:
        add(mine, Cohort.CORD_COMPRESSION_PAIN_DAYS, hundredths(person.cord_compression_pain_days))
    if person.cord_short_expectancy == 1:
        add(mine, Cohort.CORD_SHORT_EXPECTANCY, 1)
        add(mine, Cohort.CORD_SHORT_EXPECTANCY_VISCERAL, person.visceral)
    add(mine, Cohort.CORD_COMPRESSION, 1)
    add(mine, Cohort.CORD_COMPRESSION_PAINFUL, person.cord_compression_painful)
    add(mine, Cohort.CORD_COMPRESSION_CERVICAL + person.cord_compression_region, 1)
    add(mine, Cohort.CORD_COMPRESSION_NOT_WALKING, person.cord_compression_frankel > WALKS_UP_TO)
    add(mine, Cohort.ALIVE_1Y_AFTER_CORD_COMPRESSION, person.death_day > day + DAYS_PER_YEAR)
    add(mine, Cohort.CORD_SYMPTOM_TO_DIAGNOSIS_DAYS, hundredths(day - person.first_deficit_day))
    add(
        mine,
        Cohort.CANCER_DEATHS_AFTER_CORD_COMPRESSION,
        died_of_cancer and person.death_day - day < LAST_YEARS * DAYS_PER_YEAR,
    )


@compiled_in_place
def count_radiotherapy(mine: NDArray[np.int64], person: Record) -> None:
    """Count how ill a person was who had radiotherapy of the spine, and how long they lived."""
    add(mine, Cohort.RADIOTHERAPY_COURSES, person.n_radiotherapy)
    add(
        mine,
        Cohort.DEAD_30D_AFTER_RADIOTHERAPY,
        person.death_day < person.last_radiotherapy_day + 30.0,
    )
    for grade in range(N_GRADES):
        lesions = person.n_radiated_of[grade]
        add(mine, Cohort.RADIATED_LESIONS, lesions)
        add(mine, Cohort.RADIATED_GRADE_0 + grade, lesions)
    days = person.death_day - person.first_radiotherapy_day
    add(mine, Cohort.RADIOTHERAPY, 1)
    add(mine, Cohort.DEAD_90D_AFTER_RADIOTHERAPY, days < 90.0)
    add(mine, Cohort.DEAD_1Y_AFTER_RADIOTHERAPY, days < DAYS_PER_YEAR)
    add(
        mine,
        Cohort.UP_AND_ABOUT_AT_RADIOTHERAPY,
        person.radiotherapy_performance <= PERFORMANCE_UP_AND_ABOUT,
    )


@compiled_in_place
def count_therapy(mine: NDArray[np.int64], person: Record) -> None:
    """Count the systemic therapy of a person who had any."""
    add(mine, Cohort.TREATED, 1)
    add(mine, Cohort.DAYS_ON_THERAPY, hundredths(person.days_on_therapy))
    add(mine, Cohort.TOXICITY_DELAYS, person.n_toxicity_delays)
    add(mine, Cohort.TOXICITY_DELAYS_OVER, person.n_toxicity_delays_over)
    add(mine, Cohort.TOXICITY_DELAY_DAYS, hundredths(person.toxicity_delay_days))
    add(mine, Cohort.CYTOTOXIC_PEOPLE, person.n_cycles > 0.0)
    add(mine, Cohort.CYTOTOXIC_PEOPLE_DELAYED, person.n_toxicity_delays > 0)
    add(mine, Cohort.CYTOTOXIC_CYCLES, hundredths(person.n_cycles))
