"""Counts by calendar year: what is counted, what a life adds to it, and the measures it gives.

Room: counting; these are the `counts` of a `Tally`.
"""

from __future__ import annotations

from enum import auto

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.measure import Measure, Section
from sim.counting.observed import Observed, ascertained
from sim.evidence.vocabulary import (
    AGE_GROUP_STARTS,
    DAYS_PER_YEAR,
    FIVE_YEAR_AGE_GROUPS,
    MID_YEAR,
    MOST_EPISODES,
    BoneSite,
    Death,
    Numbered,
)
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER
from sim.life.pain_days import MID_YEARS
from sim.life.records import FIRST_BONE

OTHER_BONES = FIRST_BONE + BoneSite.OTHER_BONES
PEOPLE_A_YEAR = "people a year"
_FIVE_YEAR = len(FIVE_YEAR_AGE_GROUPS)
_ONE = np.uint64(1)


class Count(Numbered):
    """Events and people counted by calendar year, primary, sex and age."""

    NEW_CANCERS = auto()
    NEW_DISSEMINATION = auto()
    NEW_SKELETAL_METASTASIS = auto()
    NEW_SKELETAL_METASTASIS_DETECTED = auto()
    NEW_SKELETAL_METASTASIS_RECORDED = auto()
    NEW_SPINAL_METASTASIS = auto()
    NEW_SPINAL_METASTASIS_DETECTED = auto()
    NEW_SPINAL_METASTASIS_DETECTED_MULTILEVEL = auto()
    NEW_PAINFUL_SPINAL_METASTASIS = auto()
    NEW_FRACTURES = auto()
    NEW_SILENT_COLLAPSES = auto()
    NEW_CORD_COMPRESSION = auto()
    NEW_PAINFUL_BONE_METASTASIS = auto()
    NEW_BONE_FRACTURES = auto()
    NEW_HIP_AND_LONG_BONE_FRACTURES = auto()
    NEW_SKELETAL_RELATED_EVENT = auto()
    NEW_SPINE_RADIOTHERAPY = auto()
    NEW_BONE_RADIOTHERAPY = auto()
    NEW_SPINE_SURGERY = auto()
    NEW_BONE_SURGERY = auto()
    LIVING_WITH_SKELETAL_METASTASIS = auto()
    LIVING_WITH_SPINAL_METASTASIS = auto()
    LIVING_WITH_SPINAL_METASTASIS_DETECTED = auto()
    LIVING_DETECTED_IN_SEVERE_PAIN = auto()
    CANCER_DEATHS = auto()
    CANCER_DEATHS_WITH_SKELETAL_METASTASIS = auto()
    CANCER_DEATHS_WITH_SPINAL_METASTASIS = auto()
    CANCER_DEATHS_WITH_VERTEBRAL_METASTASIS = auto()
    OTHER_DEATHS = auto()
    PROCEDURE_DEATHS = auto()
    EPISODES = auto()
    PAUSES = auto()
    NEVER_RESUMED = auto()


@compiled_in_place
def age_group(age: float) -> int:
    """Index in `AGE_GROUPS` of an age in years."""
    group = 0
    for start in AGE_GROUP_STARTS[1:]:
        if age >= start:
            group += 1
    return group


@compiled_in_place
def age_place(age: float, n_groups: int) -> int:
    """Index of an age in as many groups as counts keep: those of five years, the others, or one."""
    group = int(age / 5.0) if n_groups == _FIVE_YEAR else age_group(age)
    return min(group, n_groups - 1)


@compiled_in_place
def count_event(
    counts: NDArray[np.int32], first_year: int, count: int, person: Record, day: float
) -> None:
    """Count a person in the calendar year of a day since diagnosis, unless it never comes.

    Parameters
    ----------
    counts : array (count, year, primary, sex, age group)
        Changed in place.
    first_year : int
        Calendar year of the first year of `counts`.
    count : int
        Member of `Count`.
    person : record of `PERSON`
    day : float
    """
    if day == NEVER:
        return
    years = max(day, 0.0) / DAYS_PER_YEAR
    year = int(person.diagnosis_year + years) - first_year
    if 0 <= year < counts.shape[1]:
        group = age_place(person.age_at_diagnosis + years, counts.shape[4])
        sex = min(person.sex, counts.shape[3] - 1)
        add(counts, (count, year, person.primary, sex, group), 1)


@compiled_in_place
def count_living(
    counts: NDArray[np.int32], first_year: int, count: int, person: Record, day: float
) -> None:
    """Count a person alive with a condition since a day, on 1 July of every year."""
    if day == NEVER:
        return
    since = person.diagnosis_year + max(day, 0.0) / DAYS_PER_YEAR
    until = person.diagnosis_year + person.death_day / DAYS_PER_YEAR
    year = max(int(np.ceil(since - MID_YEAR)) - first_year, 0)
    while year < counts.shape[1] and first_year + year + MID_YEAR < until:
        age = person.age_at_diagnosis + first_year + year + MID_YEAR - person.diagnosis_year
        group = age_place(age, counts.shape[4])
        sex = min(person.sex, counts.shape[3] - 1)
        add(counts, (count, year, person.primary, sex, group), 1)
        year += 1


@compiled_in_place
def count_severe_pain(
    counts: NDArray[np.int32], first_year: int, count: int, person: Record
) -> None:
    """Count a person with detected spinal metastasis in severe pain, on 1 July of every year."""
    for year in range(MID_YEARS):
        if (person.severe_mid_years >> np.uint64(year)) & _ONE:
            moment = np.floor(person.diagnosis_year) + year + MID_YEAR
            day = (moment - person.diagnosis_year) * DAYS_PER_YEAR
            if day >= person.spinal_detected_day:
                count_event(counts, first_year, count, person, day)


@compiled_in_place
def count_years(counts: NDArray[np.int32], first_year: int, person: Record) -> None:
    """Count a finished life in the years of its events; see `count_event`."""
    death_day = person.death_day
    died_of = (Count.CANCER_DEATHS, Count.OTHER_DEATHS, Count.PROCEDURE_DEATHS)[person.death_cause]
    count_event(counts, first_year, Count.NEW_CANCERS, person, 0.0)
    count_event(counts, first_year, died_of, person, death_day)
    count_event(counts, first_year, Count.NEW_DISSEMINATION, person, person.dissemination_day)
    day = person.skeletal_metastasis_day
    if day != NEVER:
        detected_day, recorded_day = person.skeletal_detected_day, person.skeletal_recorded_day
        count_event(counts, first_year, Count.NEW_SKELETAL_METASTASIS, person, day)
        count_event(
            counts, first_year, Count.NEW_SKELETAL_METASTASIS_DETECTED, person, detected_day
        )
        count_event(
            counts, first_year, Count.NEW_SKELETAL_METASTASIS_RECORDED, person, recorded_day
        )
        count_living(counts, first_year, Count.LIVING_WITH_SKELETAL_METASTASIS, person, day)
        if person.death_cause == Death.CANCER:
            with_skeletal = Count.CANCER_DEATHS_WITH_SKELETAL_METASTASIS
            count_event(counts, first_year, with_skeletal, person, death_day)
    if person.n_lesions > 0:
        count_skeleton(counts, first_year, person)
    if person.n_spinal > 0:
        count_spine(counts, first_year, person)
    if person.n_episodes > 0:
        count_episodes(counts, first_year, person)


@compiled_in_place
def count_skeleton(counts: NDArray[np.int32], first_year: int, person: Record) -> None:
    """Count skeletal-related events: the first of each kind, and every fracture of other bone."""
    first_day = min(person.first_fracture_day, person.cord_compression_day)
    for count, day in (
        (Count.NEW_SPINE_RADIOTHERAPY, person.first_radiotherapy_day),
        (Count.NEW_SPINE_SURGERY, person.first_surgery_day),
        (Count.NEW_BONE_RADIOTHERAPY, person.first_bone_radiotherapy_day),
        (Count.NEW_BONE_SURGERY, person.first_bone_surgery_day),
    ):
        count_event(counts, first_year, count, person, day)
        first_day = min(first_day, day)
    if person.n_bone_fractures > 0:
        first_day = min(first_day, person.first_bone_fracture_day)
        for i in range(person.n_lesions):
            lesion = person.lesions[person.lesion_at[i]]
            if lesion.place >= FIRST_BONE:
                day = lesion.fracture_day
                count_event(counts, first_year, Count.NEW_BONE_FRACTURES, person, day)
                if lesion.place != OTHER_BONES:
                    broken = Count.NEW_HIP_AND_LONG_BONE_FRACTURES
                    count_event(counts, first_year, broken, person, day)
    count_event(counts, first_year, Count.NEW_SKELETAL_RELATED_EVENT, person, first_day)
    painful_day = person.bone_pain_onset_day
    count_event(counts, first_year, Count.NEW_PAINFUL_BONE_METASTASIS, person, painful_day)


@compiled_in_place
def count_spine(counts: NDArray[np.int32], first_year: int, person: Record) -> None:
    """Count the spinal events of a person with spinal metastasis."""
    day, detected_day = person.spinal_metastasis_day, person.spinal_detected_day
    painful_day, cord_day = person.pain_onset_day, person.cord_compression_day
    death_day = person.death_day
    count_event(counts, first_year, Count.NEW_SPINAL_METASTASIS, person, day)
    count_event(counts, first_year, Count.NEW_SPINAL_METASTASIS_DETECTED, person, detected_day)
    if person.n_levels_at_detection > 1:
        several = Count.NEW_SPINAL_METASTASIS_DETECTED_MULTILEVEL
        count_event(counts, first_year, several, person, detected_day)
    count_event(counts, first_year, Count.NEW_PAINFUL_SPINAL_METASTASIS, person, painful_day)
    count_event(counts, first_year, Count.NEW_CORD_COMPRESSION, person, cord_day)
    if person.n_fractures + person.n_silent_collapses > 0:
        for i in range(person.n_lesions):
            lesion = person.lesions[person.lesion_at[i]]
            if lesion.place < FIRST_BONE:
                count_event(counts, first_year, Count.NEW_FRACTURES, person, lesion.fracture_day)
                silent_day = lesion.silent_collapse_day
                count_event(counts, first_year, Count.NEW_SILENT_COLLAPSES, person, silent_day)
    count_living(counts, first_year, Count.LIVING_WITH_SPINAL_METASTASIS, person, day)
    known = Count.LIVING_WITH_SPINAL_METASTASIS_DETECTED
    count_living(counts, first_year, known, person, detected_day)
    if person.severe_mid_years != 0:
        severe = Count.LIVING_DETECTED_IN_SEVERE_PAIN
        count_severe_pain(counts, first_year, severe, person)
    if person.death_cause == Death.CANCER:
        with_spinal = Count.CANCER_DEATHS_WITH_SPINAL_METASTASIS
        count_event(counts, first_year, with_spinal, person, death_day)
        if person.n_levels > 0:
            with_vertebral = Count.CANCER_DEATHS_WITH_VERTEBRAL_METASTASIS
            count_event(counts, first_year, with_vertebral, person, death_day)


@compiled_in_place
def count_episodes(counts: NDArray[np.int32], first_year: int, person: Record) -> None:
    """Count episodes of care and pauses of therapy in the years they began."""
    for i in range(min(person.n_episodes, MOST_EPISODES)):
        count_event(counts, first_year, Count.EPISODES, person, person.episode_day[i])
    for i in range(min(person.n_pauses, MOST_EPISODES)):
        count_event(counts, first_year, Count.PAUSES, person, person.pause_day[i])
    count_event(counts, first_year, Count.NEVER_RESUMED, person, person.never_resumed_day)


def _count(
    count: Count, section: Section, definition: str, unit: str = PEOPLE_A_YEAR, words: str = ""
) -> Measure[Observed]:
    """A count of everybody; by primary it is in `case_counts.parquet`."""
    return Measure(
        count.label,
        unit,
        definition,
        lambda seen: seen.count(count),
        words,
        section,
        by_primary=False,
    )


COUNTS_OF_PEOPLE = (
    _count(Count.NEW_CANCERS, Section.NEW, "People diagnosed with cancer."),
    _count(
        Count.NEW_DISSEMINATION,
        Section.NEW,
        "First distant spread, occult or known; not reported for marrow cancers and brain.",
    ),
    _count(
        Count.NEW_SKELETAL_METASTASIS,
        Section.NEW,
        "First skeletal metastasis, occult or detected; marrow disease of the bone included.",
    ),
    _count(
        Count.NEW_SKELETAL_METASTASIS_DETECTED,
        Section.NEW,
        "First skeletal metastasis that is found.",
    ),
    _count(
        Count.NEW_SKELETAL_METASTASIS_RECORDED,
        Section.NEW,
        "First skeletal metastasis that enters a record.",
    ),
    _count(
        Count.NEW_SPINAL_METASTASIS,
        Section.NEW,
        "First vertebral metastasis, occult or detected: what an autopsy would find.",
        words="new spinal metastasis, occult or detected",
    ),
    _count(
        Count.NEW_SPINAL_METASTASIS_DETECTED,
        Section.NEW,
        "First vertebral metastasis that is found.",
        words="new spinal metastasis, detected",
    ),
    Measure(
        "new_spinal_metastasis_coded",
        PEOPLE_A_YEAR,
        "First detected vertebral metastasis that is coded by a registry.",
        ascertained(
            "coded spinal metastasis",
            lambda seen: seen.count(Count.NEW_SPINAL_METASTASIS_DETECTED),
        ),
    ),
    _count(
        Count.NEW_SPINAL_METASTASIS_DETECTED_MULTILEVEL,
        Section.NEW,
        "Of those found, people with several vertebral levels involved at that time.",
    ),
    _count(
        Count.LIVING_WITH_SKELETAL_METASTASIS,
        Section.LIVING,
        "Alive on 1 July with skeletal metastasis, occult or detected.",
        "people",
    ),
    _count(
        Count.LIVING_WITH_SPINAL_METASTASIS,
        Section.LIVING,
        "Alive on 1 July with spinal metastasis, occult or detected.",
        "people",
    ),
    _count(
        Count.LIVING_WITH_SPINAL_METASTASIS_DETECTED,
        Section.LIVING,
        "Alive on 1 July with detected spinal metastasis.",
        "people",
    ),
    _count(
        Count.LIVING_DETECTED_IN_SEVERE_PAIN,
        Section.LIVING,
        "Alive on 1 July with detected spinal metastasis, and in worst pain of 7 or more then.",
        "people",
    ),
    _count(Count.CANCER_DEATHS, Section.DEATHS, "Deaths from cancer.", words="deaths from cancer"),
    _count(
        Count.CANCER_DEATHS_WITH_SKELETAL_METASTASIS,
        Section.DEATHS,
        "Deaths from cancer of people with skeletal metastasis, occult or detected.",
    ),
    _count(
        Count.CANCER_DEATHS_WITH_SPINAL_METASTASIS,
        Section.DEATHS,
        "Deaths from cancer of people with spinal metastasis, occult or detected.",
    ),
    _count(
        Count.CANCER_DEATHS_WITH_VERTEBRAL_METASTASIS,
        Section.DEATHS,
        "Deaths from cancer of people with a vertebral deposit.",
    ),
    _count(
        Count.OTHER_DEATHS,
        Section.DEATHS,
        "Deaths of people diagnosed with cancer from other causes.",
    ),
    _count(Count.PROCEDURE_DEATHS, Section.DEATHS, "Deaths from a procedure of palliative care."),
    _count(
        Count.EPISODES,
        Section.EPISODES,
        "Episodes of palliative care: referrals for pain, fracture, cord compression or ahead "
        "of pain.",
        "episodes a year",
    ),
    _count(
        Count.PAUSES,
        Section.EPISODES,
        "Pauses of systemic therapy because of an episode.",
        "pauses a year",
    ),
    _count(
        Count.NEVER_RESUMED,
        Section.EPISODES,
        "Pauses that ended in death or in a permanent stop.",
        "pauses a year",
    ),
)
"""Measures of cancer, its spread, deaths and care."""

COUNTS_OF_SYMPTOMS: tuple[Measure[Observed], ...] = (
    _count(
        Count.NEW_PAINFUL_SPINAL_METASTASIS, Section.NEW, "First pain from a spinal metastasis."
    ),
    _count(
        Count.NEW_FRACTURES,
        Section.NEW,
        "Symptomatic malignant vertebral fractures.",
        "fractures a year",
    ),
    _count(
        Count.NEW_SILENT_COLLAPSES,
        Section.NEW,
        "Vertebrae with a metastasis that collapse without pain for the first time; only images "
        "show it.",
        "vertebrae a year",
    ),
    _count(Count.NEW_CORD_COMPRESSION, Section.NEW, "First diagnosis of cord compression."),
    _count(
        Count.NEW_PAINFUL_BONE_METASTASIS,
        Section.NEW,
        "First pain from a metastasis of bone outside the spine.",
    ),
    _count(
        Count.NEW_BONE_FRACTURES,
        Section.NEW,
        "Pathological fractures of bone outside the spine.",
        "fractures a year",
    ),
    _count(
        Count.NEW_HIP_AND_LONG_BONE_FRACTURES,
        Section.NEW,
        "Pathological fractures of the pelvis, the hip and long bones.",
        "fractures a year",
    ),
    Measure(
        "new_fractures_spine_hip_and_long_bones",
        "fractures a year",
        "Symptomatic pathological fractures of the spine, pelvis, hip and long bones.",
        lambda seen: (
            seen.count(Count.NEW_FRACTURES) + seen.count(Count.NEW_HIP_AND_LONG_BONE_FRACTURES)
        ),
        "new fractures of spine, hip and long bones",
        Section.NEW,
        by_primary=False,
    ),
    _count(
        Count.NEW_SKELETAL_RELATED_EVENT,
        Section.NEW,
        "First skeletal-related event: radiotherapy or surgery of bone, a fracture, cord "
        "compression.",
    ),
    _count(Count.NEW_SPINE_RADIOTHERAPY, Section.NEW, "First radiotherapy of the spine."),
    _count(
        Count.NEW_BONE_RADIOTHERAPY, Section.NEW, "First radiotherapy of bone outside the spine."
    ),
    _count(Count.NEW_SPINE_SURGERY, Section.NEW, "First surgery of the spine."),
    _count(Count.NEW_BONE_SURGERY, Section.NEW, "First surgery of bone outside the spine."),
)
"""Measures of what metastases of the spine and other bone do to people."""
