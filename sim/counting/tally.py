"""What is counted: events by calendar year and stratum, and what became of a cohort.

A life is counted once, when it is over, from its record. So memory does not grow with people, and
both engines count alike.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.evidence.instruments import WALKS_UP_TO
from sim.evidence.vocabulary import (
    AGE_GROUP_STARTS,
    AGE_GROUPS,
    DAYS_PER_YEAR,
    DIED_OF_CANCER,
    MID_YEAR,
    MOST_EPISODES,
    PRIMARIES,
    REGIONS,
    SEXES,
    STAGES,
)
from sim.life.compiled import Record, compiled
from sim.life.hazards import NEVER
from sim.life.records import OUTSIDE

THORACIC = REGIONS.index("thoracic")

COUNTS = (
    "new_cancers",
    "new_dissemination",
    "new_skeletal_metastasis",
    "new_skeletal_metastasis_detected",
    "new_skeletal_metastasis_recorded",
    "new_spinal_metastasis",
    "new_spinal_metastasis_detected",
    "new_spinal_metastasis_detected_multilevel",
    "new_painful_spinal_metastasis",
    "new_fractures",
    "new_cord_compression",
    "living_with_skeletal_metastasis",
    "living_with_spinal_metastasis",
    "living_with_spinal_metastasis_detected",
    "cancer_deaths",
    "cancer_deaths_with_skeletal_metastasis",
    "cancer_deaths_with_spinal_metastasis",
    "cancer_deaths_with_vertebral_metastasis",
    "other_deaths",
    "procedure_deaths",
    "episodes",
    "pauses",
    "never_resumed",
)
"""Events and people counted by calendar year, primary, sex and age."""
(
    NEW_CANCERS,
    NEW_DISSEMINATION,
    NEW_SKELETAL,
    NEW_SKELETAL_DETECTED,
    NEW_SKELETAL_RECORDED,
    NEW_SPINAL,
    NEW_SPINAL_DETECTED,
    NEW_SPINAL_MULTILEVEL,
    NEW_PAINFUL,
    NEW_FRACTURES,
    NEW_CORD_COMPRESSION,
    LIVING_SKELETAL,
    LIVING_SPINAL,
    LIVING_SPINAL_DETECTED,
    CANCER_DEATHS,
    CANCER_DEATHS_SKELETAL,
    CANCER_DEATHS_SPINAL,
    CANCER_DEATHS_VERTEBRAL,
    OTHER_DEATHS,
    PROCEDURE_DEATHS,
    EPISODES,
    PAUSES,
    NEVER_RESUMED,
) = range(len(COUNTS))

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
    "alive_1y_after_skeletal_detected",
    "alive_5y_after_skeletal_detected",
    "cancer_deaths",
    "cancer_deaths_with_skeletal_metastasis",
    "cancer_deaths_with_spinal_metastasis",
    "cancer_deaths_after_cord_compression",
    "spinal_detected",
    "vertebral_detected",
    "spinal_detected_several_levels",
    "spinal_detected_three_levels",
    "spinal_detected_gap",
    "spinal_detected_painful",
    "spinal_detected_fracture",
    "spinal_detected_unstable",
    "vertebral_metastasis",
    "soft_tissue_metastasis",
    "extramedullary_metastasis",
    "intramedullary_metastasis",
    "cord_compression",
    "cord_compression_painful",
    "cord_compression_thoracic",
    "cord_compression_not_walking",
    "cord_symptom_to_diagnosis_days",
    "alive_1y_after_cord_compression",
    "pain_days",
    "severe_pain_days",
    "opioid_days",
    "not_walking_days",
    "treated",
    "cytotoxic_people",
    "cytotoxic_people_delayed",
    "cytotoxic_cycles",
    "toxicity_delays",
    "toxicity_delays_over",
    "toxicity_delay_days",
    "days_on_therapy",
)
"""What became of people diagnosed in the years of the run, by primary and stage; sums of days and
cycles are in hundredths, so that they too are whole numbers and do not depend on the order."""
(
    PEOPLE,
    ALIVE_1Y,
    ALIVE_5Y,
    ALIVE_10Y,
    DISSEMINATED,
    SKELETAL,
    SPINAL,
    SKELETAL_DETECTED,
    SKELETAL_AT_DIAGNOSIS,
    ALIVE_1Y_SKELETAL,
    ALIVE_5Y_SKELETAL,
    DEATHS,
    DEATHS_SKELETAL,
    DEATHS_SPINAL,
    DEATHS_CORD,
    SPINAL_DETECTED,
    VERTEBRAL_DETECTED,
    SEVERAL_LEVELS,
    THREE_LEVELS,
    GAP,
    PAINFUL,
    FRACTURED,
    UNSTABLE,
    VERTEBRAL_PEOPLE,
    SOFT_TISSUE_PEOPLE,
    EXTRAMEDULLARY_PEOPLE,
    INTRAMEDULLARY_PEOPLE,
    CORD,
    CORD_PAINFUL,
    CORD_THORACIC,
    CORD_NOT_WALKING,
    CORD_DELAY,
    ALIVE_1Y_CORD,
    PAIN_DAYS,
    SEVERE_PAIN_DAYS,
    OPIOID_DAYS,
    NOT_WALKING_DAYS,
    TREATED,
    CYTOTOXIC_PEOPLE,
    CYTOTOXIC_DELAYED,
    CYTOTOXIC_CYCLES,
    TOXICITY_DELAYS,
    TOXICITY_DELAYS_OVER,
    TOXICITY_DAYS,
    THERAPY_DAYS,
) = range(len(COHORT))
UNSTABLE_FROM = 7
"""SINS from which a spine is potentially unstable."""
LAST_YEARS = 5.0
"""Years before death in which registries looked for cord compression."""

RECORD_BIN_DAYS = 30.0
N_RECORD_BINS = 124
"""Bins of time since diagnosis for the Kaplan-Meier curve of recorded bone metastasis."""


class Tally(NamedTuple):
    """Sums over lives.

    Attributes
    ----------
    counts : array (strategy, measure, year, primary, sex, age group)
        People by calendar year of the event, see `COUNTS`. Of length 1 in sex and age if these are
        not kept apart.
    cohort : array (strategy, primary, stage, statistic)
        People diagnosed in the years of the run, see `COHORT`.
    recorded : array (strategy, 2, primary, bin)
        Days from diagnosis to recorded bone metastasis (0) or to death without it (1).
    fingerprint : array (strategy,)
        Sum of the fingerprints of the lives, modulo 2**64.

    With several strategies there is one place more than strategies: for lives that are over before
    the strategies differ, counted once. `share_past` adds it to all.
    """

    counts: NDArray[np.int64]
    cohort: NDArray[np.int64]
    recorded: NDArray[np.int64]
    fingerprint: NDArray[np.uint64]

    @classmethod
    def empty(cls, n_years: int, n_strategies: int = 1, *, strata: bool = True) -> Tally:
        """Zeros for `n_years` calendar years."""
        n_primaries = len(PRIMARIES)
        places = n_strategies + (n_strategies > 1)
        kept = (len(SEXES), len(AGE_GROUPS)) if strata else (1, 1)
        return cls(
            np.zeros((places, len(COUNTS), n_years, n_primaries, *kept), np.int64),
            np.zeros((places, n_primaries, len(STAGES), len(COHORT)), np.int64),
            np.zeros((places, 2, n_primaries, N_RECORD_BINS), np.int64),
            np.zeros(places, np.uint64),
        )

    def zeros(self) -> Tally:
        """An empty tally of the same shape."""
        counts, cohort, recorded, fingerprint = (np.zeros_like(table) for table in self)
        return Tally(counts, cohort, recorded, fingerprint)  # type: ignore[arg-type]

    def share_past(self) -> None:
        """Add the lives that are the same under all strategies to each of them."""
        for table in self:
            if len(table) > 1:
                table[:-1] += table[-1]
                table[-1] = 0

    def of(self, strategy: int) -> Tally:
        """One strategy's part; its arrays have no axis for strategies."""
        return Tally(*(table[strategy] for table in self))

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
    counts: NDArray[np.int64],
    place: int,
    measure: int,
    first_year: int,
    person: Record,
    day: float,
) -> None:
    """Count a person in the calendar year of a day since diagnosis, unless it never comes."""
    if day == NEVER:
        return
    years = max(day, 0.0) / DAYS_PER_YEAR
    year = int(person.diagnosis_year + years) - first_year
    if 0 <= year < counts.shape[2]:
        group = min(age_group(person.age_at_diagnosis + years), counts.shape[5] - 1)
        sex = min(person.sex, counts.shape[4] - 1)
        counts[place, measure, year, person.primary, sex, group] += 1


@compiled
def count_living(
    counts: NDArray[np.int64],
    place: int,
    measure: int,
    first_year: int,
    person: Record,
    day: float,
) -> None:
    """Count a person alive with a condition since a day, on 1 July of every year."""
    if day == NEVER:
        return
    since = person.diagnosis_year + max(day, 0.0) / DAYS_PER_YEAR
    until = person.diagnosis_year + person.death_day / DAYS_PER_YEAR
    year = max(int(np.ceil(since - MID_YEAR)) - first_year, 0)
    while year < counts.shape[2] and first_year + year + MID_YEAR < until:
        age = person.age_at_diagnosis + first_year + year + MID_YEAR - person.diagnosis_year
        group = min(age_group(age), counts.shape[5] - 1)
        sex = min(person.sex, counts.shape[4] - 1)
        counts[place, measure, year, person.primary, sex, group] += 1
        year += 1


@compiled
def count_life(
    counts: NDArray[np.int64],
    cohort: NDArray[np.int64],
    recorded: NDArray[np.int64],
    fingerprint: NDArray[np.uint64],
    place: int,
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
    place : int
        Which strategy's life it is, or the last place if it is everybody's.
    person : record of `PERSON`
    first_year : int
        Calendar year of the first column of `tally.counts`.
    cohort_first, cohort_last : int
        Years of diagnosis that the cohort statistics describe.
    """
    fingerprint[place] += person.fingerprint
    died_of_cancer = person.death_cause == DIED_OF_CANCER
    count_event(counts, place, NEW_CANCERS, first_year, person, 0.0)
    count_event(
        counts,
        place,
        (CANCER_DEATHS, OTHER_DEATHS, PROCEDURE_DEATHS)[person.death_cause],
        first_year,
        person,
        person.death_day,
    )
    count_event(counts, place, NEW_DISSEMINATION, first_year, person, person.dissemination_day)
    skeletal_day = person.skeletal_metastasis_day
    if skeletal_day != NEVER:
        count_event(counts, place, NEW_SKELETAL, first_year, person, skeletal_day)
        count_event(
            counts, place, NEW_SKELETAL_DETECTED, first_year, person, person.skeletal_detected_day
        )
        count_event(
            counts, place, NEW_SKELETAL_RECORDED, first_year, person, person.skeletal_recorded_day
        )
        count_living(counts, place, LIVING_SKELETAL, first_year, person, skeletal_day)
        if died_of_cancer:
            count_event(counts, place, CANCER_DEATHS_SKELETAL, first_year, person, person.death_day)
    if person.n_lesions > 0:
        count_spine(counts, place, person, first_year)
    if person.n_episodes > 0:
        count_episodes(counts, place, person, first_year)
    if cohort_first <= int(person.diagnosis_year) <= cohort_last:
        count_cohort(cohort, place, person)
        count_recorded(recorded, place, person)


@compiled
def count_spine(counts: NDArray[np.int64], place: int, person: Record, first_year: int) -> None:
    """Count the spinal events of a person with spinal metastasis."""
    detected_day = person.spinal_detected_day
    count_event(counts, place, NEW_SPINAL, first_year, person, person.spinal_metastasis_day)
    count_event(counts, place, NEW_SPINAL_DETECTED, first_year, person, detected_day)
    if person.n_levels_at_detection > 1:
        count_event(counts, place, NEW_SPINAL_MULTILEVEL, first_year, person, detected_day)
    count_event(counts, place, NEW_PAINFUL, first_year, person, person.pain_onset_day)
    count_event(
        counts, place, NEW_CORD_COMPRESSION, first_year, person, person.cord_compression_day
    )
    if person.n_fractures > 0:
        for i in range(person.n_lesions):
            fracture_day = person.lesion_fracture_day[person.lesion_at[i]]
            count_event(counts, place, NEW_FRACTURES, first_year, person, fracture_day)
    count_living(counts, place, LIVING_SPINAL, first_year, person, person.spinal_metastasis_day)
    count_living(counts, place, LIVING_SPINAL_DETECTED, first_year, person, detected_day)
    if person.death_cause == DIED_OF_CANCER:
        count_event(counts, place, CANCER_DEATHS_SPINAL, first_year, person, person.death_day)
        if person.n_levels > 0:
            count_event(
                counts, place, CANCER_DEATHS_VERTEBRAL, first_year, person, person.death_day
            )


@compiled
def count_episodes(counts: NDArray[np.int64], place: int, person: Record, first_year: int) -> None:
    """Count episodes of care and pauses of therapy in the years they began."""
    for i in range(person.n_episodes):
        count_event(counts, place, EPISODES, first_year, person, person.episode_day[i])
    for i in range(min(person.n_pauses, MOST_EPISODES)):
        count_event(counts, place, PAUSES, first_year, person, person.pause_day[i])
    count_event(counts, place, NEVER_RESUMED, first_year, person, person.never_resumed_day)


@compiled
def hundredths(days: float) -> int:
    """Days as a whole number of hundredths."""
    return int(days * 100.0 + 0.5)


@compiled
def count_cohort(cohort: NDArray[np.int64], place: int, person: Record) -> None:
    """Count what became of a person, by primary and stage."""
    mine = cohort[place, person.primary, person.stage]
    death = person.death_day
    mine[PEOPLE] += 1
    mine[ALIVE_1Y] += death > DAYS_PER_YEAR
    mine[ALIVE_5Y] += death > 5.0 * DAYS_PER_YEAR
    mine[ALIVE_10Y] += death > 10.0 * DAYS_PER_YEAR
    mine[DEATHS] += person.death_cause == DIED_OF_CANCER
    if (
        person.incurable_day == NEVER
        and person.skeletal_metastasis_day == NEVER
        and person.n_lesions == 0
    ):
        return
    mine[DISSEMINATED] += person.dissemination_day != NEVER
    if person.therapy_line > 0:
        count_therapy(mine, person)
    detected = person.skeletal_detected_day
    if person.skeletal_metastasis_day != NEVER:
        mine[SKELETAL] += 1
        mine[DEATHS_SKELETAL] += person.death_cause == DIED_OF_CANCER
    if detected != NEVER:
        mine[SKELETAL_DETECTED] += 1
        mine[SKELETAL_AT_DIAGNOSIS] += person.skeleton_at_diagnosis == 1 and detected <= 0.0
        mine[ALIVE_1Y_SKELETAL] += death > detected + DAYS_PER_YEAR
        mine[ALIVE_5Y_SKELETAL] += death > detected + 5.0 * DAYS_PER_YEAR
    if person.n_lesions > 0:
        count_spine_cohort(mine, person)


@compiled
def count_spine_cohort(mine: NDArray[np.int64], person: Record) -> None:
    """Count what the spine did to a person with spinal metastasis."""
    died_of_cancer = person.death_cause == DIED_OF_CANCER
    mine[SPINAL] += 1
    mine[DEATHS_SPINAL] += died_of_cancer
    mine[PAIN_DAYS] += hundredths(person.pain_days)
    mine[SEVERE_PAIN_DAYS] += hundredths(person.severe_pain_days)
    mine[OPIOID_DAYS] += hundredths(person.opioid_days)
    mine[NOT_WALKING_DAYS] += hundredths(person.not_walking_days)
    mine[VERTEBRAL_PEOPLE] += person.n_levels > 0
    if person.n_lesions > person.n_levels:
        mine[VERTEBRAL_PEOPLE + person.lesion_compartment[OUTSIDE]] += 1
    if person.spinal_detected_day != NEVER:
        mine[SPINAL_DETECTED] += 1
        mine[VERTEBRAL_DETECTED] += person.n_levels > 0 and person.skeletal_detected_day != NEVER
        mine[SEVERAL_LEVELS] += person.n_levels_at_detection > 1
        mine[THREE_LEVELS] += person.n_levels_at_detection > 2
        mine[GAP] += person.gap_at_detection
        mine[PAINFUL] += person.pain_onset_day != NEVER
        mine[FRACTURED] += person.n_fractures > 0
        mine[UNSTABLE] += person.sins_at_detection >= UNSTABLE_FROM
    day = person.cord_compression_day
    if day == NEVER:
        return
    mine[CORD] += 1
    mine[CORD_PAINFUL] += person.cord_compression_painful
    mine[CORD_THORACIC] += person.cord_compression_region == THORACIC
    mine[CORD_NOT_WALKING] += person.cord_compression_frankel > WALKS_UP_TO
    mine[ALIVE_1Y_CORD] += person.death_day > day + DAYS_PER_YEAR
    mine[CORD_DELAY] += hundredths(day - person.first_deficit_day)
    mine[DEATHS_CORD] += died_of_cancer and person.death_day - day < LAST_YEARS * DAYS_PER_YEAR


@compiled
def count_therapy(mine: NDArray[np.int64], person: Record) -> None:
    """Count the systemic therapy of a person who had any."""
    mine[TREATED] += 1
    mine[THERAPY_DAYS] += hundredths(person.days_on_therapy)
    mine[TOXICITY_DELAYS] += person.n_toxicity_delays
    mine[TOXICITY_DELAYS_OVER] += person.n_toxicity_delays_over
    mine[TOXICITY_DAYS] += hundredths(person.toxicity_delay_days)
    mine[CYTOTOXIC_PEOPLE] += person.n_cycles > 0.0
    mine[CYTOTOXIC_DELAYED] += person.n_toxicity_delays > 0
    mine[CYTOTOXIC_CYCLES] += hundredths(person.n_cycles)


@compiled
def count_recorded(recorded: NDArray[np.int64], place: int, person: Record) -> None:
    """Count the days from diagnosis to recorded bone metastasis, or to death without it."""
    day = person.skeletal_recorded_day
    death = 0
    if day == NEVER:
        day = person.death_day
        death = 1
    recorded[place, death, person.primary, min(int(day / RECORD_BIN_DAYS), N_RECORD_BINS - 1)] += 1
