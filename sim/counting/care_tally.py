"""What care did to the people of the trigger set, strategy by strategy and as twins.

Numbers are counted in parts of one, `PARTS_OF_ONE`, so that sums are whole numbers and do not
depend on the order of the lives.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.care_description import describe_care
from sim.counting.care_measures import (
    CARE_MEASURES,
    PARTS_OF_ONE,
    STATISTICS,
    Statistic,
)
from sim.counting.cohort import hundredths
from sim.counting.counts import age_group
from sim.counting.pauses import is_open, open_at_origin
from sim.counting.spread import N_BINS, bin_of
from sim.evidence.instruments import POTENTIALLY_UNSTABLE_UP_TO, STABLE_UP_TO
from sim.evidence.vocabulary import (
    AGE_GROUPS,
    DAYS_PER_YEAR,
    LESION_TYPES,
    MOST_EPISODES,
    MOST_TREATMENTS,
    PRIMARIES,
    OutcomesFor,
)
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER

N_STATISTICS = len(STATISTICS)
DISTRIBUTIONS = tuple(measure.name for measure in CARE_MEASURES.values() if measure.spread)
"""Measures whose distribution is kept."""
_RELIEF, _PAUSE, _DELAY = (
    DISTRIBUTIONS.index(name)
    for name in ("days_to_relief", "pause_days_per_pause", "delay_days_per_pause")
)
_OF_PEOPLE = np.array([d for d in range(len(DISTRIBUTIONS)) if d not in (_RELIEF, _PAUSE, _DELAY)])
"""Those over everybody; the others are over people with relief, or over pauses."""
STATISTIC_OF = {DISTRIBUTIONS[d]: Statistic.labeled(DISTRIBUTIONS[d]) for d in _OF_PEOPLE}
"""The statistic of each of those, which has the name of its measure."""
_STATISTICS = np.array(list(STATISTIC_OF.values()))

INSTABILITY = ("stable", "potentially_unstable", "unstable")
_GROUPED_BY = {
    "primary": PRIMARIES,
    "age": AGE_GROUPS,
    "lesion": LESION_TYPES,
    "instability": INSTABILITY,
}
SUBGROUPS = ("all", *(f"{by}: {name}" for by, names in _GROUPED_BY.items() for name in names))
"""For whom: by primary, age, type of the lesion and instability at the origin of outcomes."""
_PRIMARIES, _AGES, _TYPES, _INSTABILITY = (
    SUBGROUPS.index(f"{by}: {names[0]}") for by, names in _GROUPED_BY.items()
)


class CareTally(NamedTuple):
    """Sums over the trigger set.

    Attributes
    ----------
    sums, squares : array (strategy, subgroup, statistic)
        Of `PARTS_OF_ONE`.
    difference_squares : array (strategy, subgroup, statistic)
        Of `PARTS_OF_ONE`, of the difference to the reference, person by person.
    distribution : array (strategy, distribution, primary, bin)
        People, or pauses, by how many days.
    courses : array (strategy, treatment)
    """

    sums: NDArray[np.int64]
    squares: NDArray[np.int64]
    difference_squares: NDArray[np.int64]
    distribution: NDArray[np.int32]
    courses: NDArray[np.int64]

    @classmethod
    def empty(cls, n_strategies: int) -> CareTally:
        """Zeros."""
        table = (n_strategies, len(SUBGROUPS), N_STATISTICS)
        return cls(
            np.zeros(table, np.int64),
            np.zeros(table, np.int64),
            np.zeros(table, np.int64),
            np.zeros((n_strategies, len(DISTRIBUTIONS), len(PRIMARIES), N_BINS), np.int32),
            np.zeros((n_strategies, MOST_TREATMENTS), np.int64),
        )

    def sums_of(self, strategy: int, subgroup: int) -> list[float]:
        """Sums of a strategy and a subgroup in whole units, in the order of `STATISTICS`."""
        found: list[float] = (self.sums[strategy, subgroup] / PARTS_OF_ONE).tolist()
        return found

    def add(self, other: CareTally) -> None:
        """Add another tally to this one."""
        tables: tuple[NDArray[Any], ...] = self
        others: tuple[NDArray[Any], ...] = other
        for mine, its in zip(tables, others, strict=True):
            mine += its


@compiled_in_place
def in_parts(number: float, statistic: int) -> int:
    """A statistic as a whole number of its parts; it may be negative."""
    return math.floor(number * PARTS_OF_ONE[statistic] + 0.5)


@compiled_in_place
def in_trigger_set(reference: Record, outcomes_for: int) -> bool:
    """Say whether outcomes of a person are described, by the life under the reference."""
    if outcomes_for == OutcomesFor.ON_THERAPY and reference.therapy_at_trigger == 0:
        return False
    return bool(reference.origin_day != NEVER)


@compiled_in_place
def spread_days(distribution: NDArray[np.int32], person: Record, told: NDArray[np.float64]) -> None:
    """Count a person's days, and the pauses, each in its bin; shape (distribution, bin)."""
    for i in range(_OF_PEOPLE.size):
        add(distribution, (_OF_PEOPLE[i], bin_of(told[_STATISTICS[i]])), 1)
    if told[Statistic.RELIEVED] > 0.0:
        add(distribution, (_RELIEF, bin_of(told[Statistic.DAYS_TO_RELIEF])), 1)
    spread_pauses(distribution, person)


@compiled_in_place
def spread_pauses(distribution: NDArray[np.int32], person: Record) -> None:
    """Count the pauses between origin and horizon, each in the bin of its days between the two."""
    before, by_then = person.at_origin, person.at_horizon
    counted, _ = open_at_origin(person, before, by_then)
    carried_days = before.pause_part.sum() if counted else 0.0
    for i in range(before.n_pauses, min(by_then.n_pauses, MOST_EPISODES)):
        place = bin_of(person.pause_length[i] - carried_days)
        carried_days = 0.0
        add(distribution, (_PAUSE, place), 1)
        if person.pause_resumed[i] == 1:
            add(distribution, (_DELAY, place), 1)
    if is_open(by_then):
        add(distribution, (_PAUSE, bin_of(by_then.pause_part.sum() - carried_days)), 1)


@compiled_in_place
def count_care(
    tally: CareTally,
    s: int,
    lives: tuple[Record, Record],
    outcomes_for: int,
    all_told: NDArray[np.float64],
) -> None:
    """Count a person under one strategy, after the same person under the reference.

    Parameters
    ----------
    tally : CareTally
        Changed in place.
    s : int
        The strategy; 0 is the reference.
    lives : tuple of two records of `PERSON`
        Finished, under the strategy and under the reference.
    outcomes_for : int
        Whose outcomes are described: of those with detected metastasis, the first lesions seen
        say in which subgroups they are, of others the one that is referred first.
    all_told : array of float, shape (2 or more, statistics)
        Scratch: the first row has the statistics of the reference, another gets those of this life.
    """
    person, reference = lives
    told, told_reference = all_told[min(s, 1)], all_told[0]
    lesion_type, sins = reference.trigger_type, reference.trigger_sins
    if outcomes_for == OutcomesFor.DETECTED:
        lesion_type, sins = reference.type_at_detection, reference.sins_at_detection
    groups = (
        0,
        _PRIMARIES + reference.primary,
        _AGES + age_group(reference.age_at_diagnosis + reference.origin_day / DAYS_PER_YEAR),
        _TYPES + lesion_type,
        _INSTABILITY + int(sins > STABLE_UP_TO) + int(sins > POTENTIALLY_UNSTABLE_UP_TO),
    )
    describe_care(person, reference, told)
    lost = hundredths(told_reference[Statistic.DAYS_ON_THERAPY])
    lost -= hundredths(told[Statistic.DAYS_ON_THERAPY])
    told[Statistic.THERAPY_DAYS_LOST] = lost / 100.0
    before, by_then = person.at_origin, person.at_horizon
    for t in range(MOST_TREATMENTS):
        add(tally.courses, (s, t), by_then.n_courses_of[t] - before.n_courses_of[t])
    spread_days(tally.distribution[s, :, reference.primary], person, told)
    for k in range(N_STATISTICS):
        value = in_parts(told[k], k)
        square = value * value
        difference = value - in_parts(told_reference[k], k)
        for group in groups:
            add(tally.sums, (s, group, k), value)
            add(tally.squares, (s, group, k), square)
            add(tally.difference_squares, (s, group, k), difference * difference)
