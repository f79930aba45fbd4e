"""Who is referred and treated: what a life adds to the statistics, and their measures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.cohort import Cohort, hundredths
from sim.counting.days import CohortDays
from sim.counting.measure import Measure, Section
from sim.counting.observed import Estimator, Observed, mean_days, percent, share
from sim.counting.spread import medians
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import DAYS_PER_YEAR, Reason
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER
from sim.life.policy import ANALGESIA_ONLY
from sim.life.records import FIRST_BONE

SOME_PAIN = 2.0
"""Worst pain that a study of people at radiotherapy counts as pain (saito2025)."""
AGES_OF_MEDICARE = (66.0, 70.0, 75.0, 80.0, 85.0)
"""Where the groups of age begin by which a study tells radiotherapy (seer_palrt)."""
_N_AGES = len(AGES_OF_MEDICARE)


@compiled_in_place
def count_treated(mine: NDArray[np.int64], person: Record) -> None:
    """Count how a person with detected metastasis was referred and treated."""
    if person.spinal_detected_day != NEVER:
        cemented = False
        for i in range(person.n_lesions):
            lesion = person.lesions[person.lesion_at[i]]
            cemented |= lesion.cement > 0 and lesion.place < FIRST_BONE
        add(mine, Cohort.OPERATED, person.n_surgery > 0)
        add(mine, Cohort.CEMENTED, cemented)
    if person.first_trigger_day != NEVER and person.trigger_reason in (
        Reason.PAIN,
        Reason.PAINFUL_FRACTURE,
    ):
        add(mine, Cohort.REFERRED_FOR_PAIN, 1)
        add(mine, Cohort.REFERRAL_PAIN, hundredths(person.trigger_pain))
    if person.n_radiotherapy > 0:
        add(mine, Cohort.IRRADIATED_IN_PAIN, person.radiotherapy_pain >= SOME_PAIN)
        if person.pain_onset_day <= person.first_radiotherapy_day:
            days = person.first_radiotherapy_day - person.pain_onset_day
            add(mine, Cohort.IRRADIATED_AFTER_PAIN, 1)
            add(mine, Cohort.PAIN_TO_RADIOTHERAPY_DAYS, hundredths(days))
    if person.cord_compression_day != NEVER and person.cord_treatment >= 0:
        add(mine, Cohort.CORD_COMPRESSION_DECIDED, 1)
        add(mine, Cohort.CORD_COMPRESSION_NO_COURSE, person.cord_treatment == ANALGESIA_ONLY)
        add(mine, Cohort.CORD_COMPRESSION_OPERATED, person.cord_operated)
    if person.skeletal_detected_day != NEVER:
        courses = person.n_radiotherapy + person.n_bone_radiotherapy
        add(mine, Cohort.ONE_RADIOTHERAPY_OF_BONE, courses == 1)
        age = person.age_at_diagnosis + person.skeletal_detected_day / DAYS_PER_YEAR
        for group in range(_N_AGES):
            older = group + 1 < _N_AGES and age >= AGES_OF_MEDICARE[group + 1]
            if age >= AGES_OF_MEDICARE[group] and not older:
                add(mine, Cohort.SKELETAL_DETECTED_66_TO_69 + group, 1)
                add(mine, Cohort.RADIOTHERAPY_OF_BONE_66_TO_69 + group, courses > 0)


def _courses_per_person(seen: Observed) -> Array:
    """Courses of radiotherapy of the spine per person who had any."""
    return percent(seen.people(Cohort.RADIOTHERAPY_COURSES), seen.people(Cohort.RADIOTHERAPY)) / 1e2


def _fall_with_age(group: int) -> Estimator:
    """The share irradiated of a group of age in percent of that of the youngest."""

    def estimate(seen: Observed) -> Array:
        shares = [
            percent(
                seen.people(Cohort.RADIOTHERAPY_OF_BONE_66_TO_69 + g),
                seen.people(Cohort.SKELETAL_DETECTED_66_TO_69 + g),
            )
            for g in (group, 0)
        ]
        return percent(*shares)

    return estimate


SHARES_TREATED = (
    *(
        Measure(
            f"{what}_of_detected_spinal",
            "percent",
            f"Of people with detected spinal metastasis, those with {words} of the spine by death.",
            share(statistic, Cohort.SPINAL_DETECTED),
            section=Section.SYMPTOMS,
        )
        for what, words, statistic in (
            ("irradiated", "radiotherapy", Cohort.RADIOTHERAPY),
            ("operated", "surgery", Cohort.OPERATED),
            ("cemented", "cement", Cohort.CEMENTED),
        )
    ),
    Measure(
        "worst_pain_at_referral",
        "NRS 0-10",
        "Worst pain at the first referral, of people first referred for pain or a painful fracture "
        "of the spine.",
        mean_days(Cohort.REFERRAL_PAIN, Cohort.REFERRED_FOR_PAIN),
        section=Section.SYMPTOMS,
    ),
    Measure(
        "pain_at_first_radiotherapy",
        "percent",
        "Of people at their first radiotherapy of the spine, those with worst pain of 2 or more.",
        share(Cohort.IRRADIATED_IN_PAIN, Cohort.RADIOTHERAPY),
    ),
    Measure(
        "pain_to_radiotherapy_days",
        "days",
        "From the first pain of the spine to its first radiotherapy, mean.",
        mean_days(Cohort.PAIN_TO_RADIOTHERAPY_DAYS, Cohort.IRRADIATED_AFTER_PAIN),
        spread=True,
    ),
    Measure(
        "median_pain_to_radiotherapy",
        "median days",
        "The same, median.",
        lambda seen: medians(seen.spread(CohortDays.PAIN_TO_RADIOTHERAPY_DAYS)),
    ),
    Measure(
        "spine_radiotherapy_courses_per_person",
        "courses",
        "Courses of radiotherapy of the spine per person who had any.",
        _courses_per_person,
    ),
    Measure(
        "one_radiotherapy_of_bone",
        "percent",
        "Of people with radiotherapy of bone, those with one course by death.",
        share(Cohort.ONE_RADIOTHERAPY_OF_BONE, Cohort.EVENT_RADIOTHERAPY),
    ),
    *(
        Measure(
            f"bone_radiotherapy_at_{name}_to_66_to_69",
            "percent",
            f"Of people whose skeletal metastasis is detected at {words}, those with radiotherapy "
            "of bone, in percent of the same at 66 to 69.",
            _fall_with_age(group),
            of_a_whole=False,
        )
        for group, name, words in (
            (1, "70_to_74", "70 to 74"),
            (2, "75_to_79", "75 to 79"),
            (3, "80_to_84", "80 to 84"),
            (4, "85_and_over", "85 and over"),
        )
    ),
    Measure(
        "cord_compression_no_course",
        "percent",
        "Of people whose cord compression was decided on, those given neither surgery nor "
        "radiotherapy at the first decision.",
        share(Cohort.CORD_COMPRESSION_NO_COURSE, Cohort.CORD_COMPRESSION_DECIDED),
        section=Section.SYMPTOMS,
    ),
    Measure(
        "cord_compression_operated",
        "percent",
        "Of people whose cord compression was decided on, those operated on by the first decision.",
        share(Cohort.CORD_COMPRESSION_OPERATED, Cohort.CORD_COMPRESSION_DECIDED),
        section=Section.SYMPTOMS,
    ),
)
"""Measures of who is referred and treated."""
