"""What is counted: events by calendar year and stratum, and what became of a cohort.

A life is counted once, when it is over, from its record. So memory does not grow with people, and
both engines count alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import Record, compiled
from sim.hazards import NEVER
from sim.vocabulary import (
    AGE_GROUP_STARTS,
    AGE_GROUPS,
    DAYS_PER_YEAR,
    DIED_OF_CANCER,
    MID_YEAR,
    PRIMARIES,
    SEXES,
    STAGES,
)

COUNTS = (
    "new_cancers",
    "new_dissemination",
    "new_skeletal_metastasis",
    "new_skeletal_metastasis_detected",
    "new_skeletal_metastasis_recorded",
    "new_spinal_metastasis",
    "new_spinal_metastasis_detected",
    "new_spinal_metastasis_detected_multilevel",
    "living_with_skeletal_metastasis",
    "living_with_spinal_metastasis",
    "living_with_spinal_metastasis_detected",
    "cancer_deaths",
    "cancer_deaths_with_skeletal_metastasis",
    "cancer_deaths_with_spinal_metastasis",
    "other_deaths",
)
"""Events and people counted by calendar year, primary, sex and age."""

COHORT = (
    "people",
    "alive_1y",
    "alive_5y",
    "alive_10y",
    "disseminated",
    "skeletal_metastasis",
    "spinal_metastasis",
    "skeletal_detected",
    "skeletal_detected_at_diagnosis",
    "spinal_detected",
    "spinal_detected_several_levels",
    "spinal_detected_three_levels",
    "spinal_detected_gap",
    "cancer_deaths",
    "cancer_deaths_with_skeletal_metastasis",
    "cancer_deaths_with_spinal_metastasis",
    "alive_1y_after_skeletal_detected",
    "alive_5y_after_skeletal_detected",
)
"""What became of people diagnosed in the years of the run, by primary and stage."""

RECORD_BIN_DAYS = 30.0
N_RECORD_BINS = 124
"""Bins of time since diagnosis for the Kaplan-Meier curve of recorded bone metastasis."""


class Tally(NamedTuple):
    """Sums over lives.

    Attributes
    ----------
    counts : array (measure, year, primary, sex, age group)
        People by calendar year of the event, see `COUNTS`.
    cohort : array (statistic, primary, stage)
        People diagnosed in the years of the run, see `COHORT`.
    recorded : array (2, primary, bin)
        Days from diagnosis to recorded bone metastasis (0) or to death without it (1).
    fingerprint : array (1,)
        Sum of the fingerprints of the lives, modulo 2**64.
    """

    counts: NDArray[np.int64]
    cohort: NDArray[np.int64]
    recorded: NDArray[np.int64]
    fingerprint: NDArray[np.uint64]

    @classmethod
    def empty(cls, n_years: int) -> Tally:
        """Zeros for `n_years` calendar years."""
        n_primaries = len(PRIMARIES)
        return cls(
            np.zeros((len(COUNTS), n_years, n_primaries, len(SEXES), len(AGE_GROUPS)), np.int64),
            np.zeros((len(COHORT), n_primaries, len(STAGES)), np.int64),
            np.zeros((2, n_primaries, N_RECORD_BINS), np.int64),
            np.zeros(1, np.uint64),
        )

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for mine, its in zip(self, other, strict=True):
            mine += its


@compiled
def age_group(age: float) -> int:
    """Index in `AGE_GROUPS` of an age in years."""
    group = 0
    for start in AGE_GROUP_STARTS[1:]:
        if age >= start:
            group += 1
    return group


@compiled
def count_event(
    counts: NDArray[np.int64], measure: int, first_year: int, person: Record, day: float
) -> None:
    """Count a person in the calendar year of a day since diagnosis, unless it never comes."""
    if day == NEVER:
        return
    years = max(day, 0.0) / DAYS_PER_YEAR
    year = int(person.diagnosis_year + years) - first_year
    if 0 <= year < counts.shape[1]:
        group = age_group(person.age_at_diagnosis + years)
        counts[measure, year, person.primary, person.sex, group] += 1


@compiled
def count_living(
    counts: NDArray[np.int64], measure: int, first_year: int, person: Record, day: float
) -> None:
    """Count a person alive with a condition since a day, on 1 July of every year."""
    if day == NEVER:
        return
    since = person.diagnosis_year + max(day, 0.0) / DAYS_PER_YEAR
    until = person.diagnosis_year + person.death_day / DAYS_PER_YEAR
    year = max(int(np.ceil(since - MID_YEAR)) - first_year, 0)
    while year < counts.shape[1] and first_year + year + MID_YEAR < until:
        age = person.age_at_diagnosis + first_year + year + MID_YEAR - person.diagnosis_year
        counts[measure, year, person.primary, person.sex, age_group(age)] += 1
        year += 1


@compiled
def count_life(
    counts: NDArray[np.int64],
    cohort: NDArray[np.int64],
    recorded: NDArray[np.int64],
    fingerprint: NDArray[np.uint64],
    person: Record,
    first_year: int,
    cohort_first: int,
    cohort_last: int,
) -> None:
    """Count a finished life.

    Parameters
    ----------
    counts, cohort, recorded, fingerprint : arrays
        The parts of a `Tally`, changed in place.
    person : record of `PERSON`
    first_year : int
        Calendar year of the first column of `tally.counts`.
    cohort_first, cohort_last : int
        Years of diagnosis that the cohort statistics describe.
    """
    fingerprint[0] += person.fingerprint
    died_of_cancer = person.death_cause == DIED_OF_CANCER
    count_event(counts, 0, first_year, person, 0.0)
    count_event(counts, 11 if died_of_cancer else 14, first_year, person, person.death_day)
    count_event(counts, 1, first_year, person, person.dissemination_day)
    skeletal_day = person.skeletal_metastasis_day
    spinal_day = person.spinal_metastasis_day
    if skeletal_day != NEVER:
        count_event(counts, 2, first_year, person, skeletal_day)
        count_event(counts, 3, first_year, person, person.skeletal_detected_day)
        count_event(counts, 4, first_year, person, person.skeletal_recorded_day)
        count_living(counts, 8, first_year, person, skeletal_day)
        if died_of_cancer:
            count_event(counts, 12, first_year, person, person.death_day)
    if spinal_day != NEVER:
        count_event(counts, 5, first_year, person, spinal_day)
        count_event(counts, 6, first_year, person, person.spinal_detected_day)
        if person.n_levels_at_detection > 1:
            count_event(counts, 7, first_year, person, person.spinal_detected_day)
        count_living(counts, 9, first_year, person, spinal_day)
        count_living(counts, 10, first_year, person, person.spinal_detected_day)
        if died_of_cancer:
            count_event(counts, 13, first_year, person, person.death_day)
    if cohort_first <= int(person.diagnosis_year) <= cohort_last:
        count_cohort(cohort, person)
        count_recorded(recorded, person)


@compiled
def count_cohort(cohort: NDArray[np.int64], person: Record) -> None:
    """Count what became of a person, by primary and stage."""
    primary = person.primary
    stage = person.stage
    death = person.death_day
    cohort[0, primary, stage] += 1
    cohort[1, primary, stage] += death > DAYS_PER_YEAR
    cohort[2, primary, stage] += death > 5.0 * DAYS_PER_YEAR
    cohort[3, primary, stage] += death > 10.0 * DAYS_PER_YEAR
    cohort[4, primary, stage] += person.dissemination_day != NEVER
    died_of_cancer = person.death_cause == DIED_OF_CANCER
    cohort[13, primary, stage] += died_of_cancer
    if person.skeletal_metastasis_day == NEVER:
        return
    cohort[5, primary, stage] += 1
    cohort[14, primary, stage] += died_of_cancer
    if person.spinal_metastasis_day != NEVER:
        cohort[6, primary, stage] += 1
        cohort[15, primary, stage] += died_of_cancer
    detected = person.skeletal_detected_day
    if detected == NEVER:
        return
    cohort[7, primary, stage] += 1
    cohort[8, primary, stage] += person.skeleton_at_diagnosis == 1 and detected <= 0.0
    cohort[16, primary, stage] += death > detected + DAYS_PER_YEAR
    cohort[17, primary, stage] += death > detected + 5.0 * DAYS_PER_YEAR
    if person.spinal_detected_day != NEVER:
        cohort[9, primary, stage] += 1
        cohort[10, primary, stage] += person.n_levels_at_detection > 1
        cohort[11, primary, stage] += person.n_levels_at_detection > 2
        cohort[12, primary, stage] += person.gap_at_detection


@compiled
def count_recorded(recorded: NDArray[np.int64], person: Record) -> None:
    """Count the days from diagnosis to recorded bone metastasis, or to death without it."""
    day = person.skeletal_recorded_day
    death = 0
    if day == NEVER:
        day = person.death_day
        death = 1
    recorded[death, person.primary, min(int(day / RECORD_BIN_DAYS), N_RECORD_BINS - 1)] += 1
