"""What care did to the people of the trigger set, strategy by strategy and as twins.

The trigger set are the people whose first trigger came while they were on or due systemic therapy,
under the reference strategy: the same people for every strategy, with zeros. Days are counted in
hundredths, so that sums are whole numbers and do not depend on the order of the lives.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.counting.tally import age_group, hundredths
from sim.evidence.instruments import POTENTIALLY_UNSTABLE_UP_TO, STABLE_UP_TO
from sim.evidence.vocabulary import (
    AGE_GROUPS,
    BY_ALIGNMENT,
    BY_COURSE,
    BY_POST_HOLD,
    BY_PRE_HOLD,
    BY_WAIT,
    COMPLETE_RESPONSE,
    DAYS_PER_YEAR,
    DIED_OF_PROCEDURE,
    LESION_TYPES,
    MOST_TREATMENTS,
    PARTIAL_RESPONSE,
    PRIMARIES,
    STOPPED_BY_DEATH,
    STOPPED_BY_PROGRESSION,
)
from sim.life.compiled import Record, compiled
from sim.life.hazards import NEVER

ASSESSMENTS = ("3d", "1w", "1m", "3m", "6m", "12m")
"""Names of `ASSESSMENT_DAYS`."""

STATISTICS = (
    "people",
    "episodes_per_person",
    "courses",
    "pauses_per_person",
    "resumed",
    "resumed_14d",
    "resumed_28d",
    "resumed_56d",
    "never_resumed_by_death",
    "never_resumed_by_progression",
    "pause_days",
    "delay_days",
    "wait_days",
    "course_days",
    "pre_hold_days",
    "post_hold_days",
    "alignment_days",
    "days_on_therapy_1y",
    "days_alive_1y",
    "paused_days_1y",
    "toxicity_days_1y",
    "pain_days",
    "severe_pain_days",
    "pain_area",
    "opioid_days",
    "days_walking",
    "survival_days",
    "fractures",
    "cord_compression",
    "paralysis",
    "complications",
    "procedure_deaths",
    "relieved",
    "days_to_relief",
    "treated",
    *(f"assessed_{time}" for time in ASSESSMENTS),
    *(f"pain_{time}" for time in ASSESSMENTS),
    *(f"complete_{time}" for time in ASSESSMENTS),
    *(f"partial_{time}" for time in ASSESSMENTS),
)
"""Sums over the trigger set. `days_to_relief` and readings count those who have them."""
N_STATISTICS = len(STATISTICS)
_FIRST_ASSESSED = STATISTICS.index("assessed_3d")
_FIRST_PAIN = STATISTICS.index("pain_3d")
_FIRST_COMPLETE = STATISTICS.index("complete_3d")
_FIRST_PARTIAL = STATISTICS.index("partial_3d")

DISTRIBUTIONS = (
    "pause_days",
    "delay_days",
    "wait_days",
    "course_days",
    "pre_hold_days",
    "post_hold_days",
    "alignment_days",
    "days_on_therapy_1y",
    "days_alive_1y",
    "pain_days",
    "severe_pain_days",
    "opioid_days",
    "survival_days",
)
"""Statistics whose distribution over people is kept."""
_DISTRIBUTION_COLUMNS = tuple(STATISTICS.index(name) for name in DISTRIBUTIONS)

FINE_BINS, COARSE_BINS, COARSE_DAYS = 400, 600, 7.0
"""Bins of a distribution: none, then by day, then by week."""
N_BINS = 1 + FINE_BINS + COARSE_BINS

INSTABILITY = ("stable", "potentially_unstable", "unstable")
SUBGROUPS = (
    "all",
    *(f"primary: {name}" for name in PRIMARIES),
    *(f"age: {name}" for name in AGE_GROUPS),
    *(f"lesion: {name}" for name in LESION_TYPES),
    *(f"instability: {name}" for name in INSTABILITY),
)
"""For whom: by primary, age, type of the lesion and instability at the first trigger."""
_AGES = 1 + len(PRIMARIES)
_TYPES = _AGES + len(AGE_GROUPS)
_INSTABILITY = _TYPES + len(LESION_TYPES)


class CareTally(NamedTuple):
    """Sums over the trigger set.

    Attributes
    ----------
    sums : array (strategy, subgroup, statistic)
        Hundredths.
    squares : array (strategy, subgroup, statistic)
        Of hundredths.
    difference_squares : array (strategy, subgroup, statistic)
        Of hundredths, of the difference to the reference, person by person.
    distribution : array (strategy, distribution, primary, bin)
        People by how many days.
    courses : array (strategy, treatment)
    """

    sums: NDArray[np.int64]
    squares: NDArray[np.int64]
    difference_squares: NDArray[np.int64]
    distribution: NDArray[np.int64]
    courses: NDArray[np.int64]

    @classmethod
    def empty(cls, n_strategies: int) -> CareTally:
        """Zeros."""
        table = (n_strategies, len(SUBGROUPS), N_STATISTICS)
        return cls(
            np.zeros(table, np.int64),
            np.zeros(table, np.int64),
            np.zeros(table, np.int64),
            np.zeros((n_strategies, len(DISTRIBUTIONS), len(PRIMARIES), N_BINS), np.int64),
            np.zeros((n_strategies, MOST_TREATMENTS), np.int64),
        )

    def add(self, other: CareTally) -> None:
        """Add another tally to this one."""
        for mine, its in zip(self, other, strict=True):
            mine += its


@compiled
def in_trigger_set(person: Record) -> bool:
    """Say whether the first trigger came on or due systemic therapy."""
    return bool(person.first_trigger_day != NEVER and person.therapy_at_trigger == 1)


@compiled
def describe_care(person: Record, told: NDArray[np.float64]) -> None:
    """Write the statistics of one finished life, in the order of `STATISTICS`."""
    told[:] = 0.0
    paused_days = person.paused_days.sum()
    told[0] = 1.0
    told[1] = person.n_episodes
    told[2] = person.n_courses
    told[3] = person.n_pauses
    told[4] = person.n_resumed
    told[5] = person.n_resumed_by[0]
    told[6] = person.n_resumed_by[1]
    told[7] = person.n_resumed_by[2]
    told[8] = person.never_resumed == STOPPED_BY_DEATH
    told[9] = person.never_resumed == STOPPED_BY_PROGRESSION
    told[10] = paused_days
    told[11] = person.delay_days.sum()
    told[12] = person.delay_days[BY_WAIT]
    told[13] = person.delay_days[BY_COURSE]
    told[14] = person.delay_days[BY_PRE_HOLD]
    told[15] = person.delay_days[BY_POST_HOLD]
    told[16] = person.delay_days[BY_ALIGNMENT]
    told[17] = person.days_on_therapy_1y
    told[18] = min(person.death_day - person.origin_day, DAYS_PER_YEAR)
    told[19] = person.paused_days_1y
    told[20] = person.toxicity_days_1y
    told[21] = person.pain_days
    told[22] = person.severe_pain_days
    told[23] = person.pain_area
    told[24] = person.opioid_days
    told[25] = person.death_day - person.not_walking_days
    told[26] = person.death_day - person.origin_day
    told[27] = person.n_fractures
    told[28] = person.cord_compression_day != NEVER
    told[29] = person.not_walking_days > 0.0
    told[30] = person.n_complications
    told[31] = person.death_cause == DIED_OF_PROCEDURE
    if person.relief_day != NEVER:
        told[32] = 1.0
        told[33] = person.relief_day - person.first_trigger_day
    told[34] = person.n_courses > 0
    for i in range(person.n_assessed):
        told[_FIRST_ASSESSED + i] = 1.0
        told[_FIRST_PAIN + i] = person.assessed_pain[i]
        told[_FIRST_COMPLETE + i] = person.assessed_response[i] == COMPLETE_RESPONSE
        told[_FIRST_PARTIAL + i] = person.assessed_response[i] == PARTIAL_RESPONSE


@compiled
def bin_of(days: float) -> int:
    """Bin of a number of days: 0 for none."""
    if days <= 0.0:
        return 0
    if days <= FINE_BINS:
        return int(np.ceil(days))
    return FINE_BINS + min(int(np.ceil((days - FINE_BINS) / COARSE_DAYS)), COARSE_BINS)


@compiled
def count_care(tally: CareTally, people: NDArray[np.void], told: NDArray[np.float64]) -> None:
    """Count the same person under every strategy; the first is the reference.

    Parameters
    ----------
    tally : CareTally
        Changed in place.
    people : array of `PERSON`, length strategies
        Finished lives of one person.
    told : array of float, shape (strategies, statistics)
        Scratch.
    """
    reference = people[0]
    groups = (
        0,
        1 + reference.primary,
        _AGES + age_group(reference.age_at_diagnosis + reference.first_trigger_day / DAYS_PER_YEAR),
        _TYPES + reference.trigger_type,
        _INSTABILITY
        + int(reference.trigger_sins > STABLE_UP_TO)
        + int(reference.trigger_sins > POTENTIALLY_UNSTABLE_UP_TO),
    )
    for s in range(people.size):
        person = people[s]
        describe_care(person, told[s])
        for t in range(MOST_TREATMENTS):
            tally.courses[s, t] += person.n_courses_of[t]
        for d in range(len(_DISTRIBUTION_COLUMNS)):
            days = told[s, _DISTRIBUTION_COLUMNS[d]]
            tally.distribution[s, d, reference.primary, bin_of(days)] += 1
        for k in range(N_STATISTICS):
            value = hundredths(told[s, k])
            square = value * value
            difference = value - hundredths(told[0, k])
            for group in groups:
                tally.sums[s, group, k] += value
                tally.squares[s, group, k] += square
                tally.difference_squares[s, group, k] += difference * difference
