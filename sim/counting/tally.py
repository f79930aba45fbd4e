"""The tally of a run: sums over finished lives, each counted once, from its record.

So memory does not grow with people, and all engines count alike.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.cohort import Cohort, count_cohort
from sim.counting.counts import Count, count_years
from sim.counting.days import CohortDays, count_days
from sim.counting.recorded import N_RECORD_BINS, count_recorded
from sim.counting.spread import N_BINS
from sim.counting.treated import count_treated
from sim.counting.vertebrae import count_vertebrae
from sim.evidence.vocabulary import AGE_GROUPS, PRIMARIES, SEXES, STAGES, OutcomesFor
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER


class Window(NamedTuple):
    """Calendar years that are counted.

    Attributes
    ----------
    first_year, n_years : int
        Of events and of people living with a condition.
    cohort_first, cohort_last : int
        Years of diagnosis that the cohort statistics describe.
    outcomes_for : int
        Whose outcomes of care, see `OutcomesFor`.
    """

    first_year: int
    n_years: int
    cohort_first: int
    cohort_last: int
    outcomes_for: int = int(OutcomesFor.ON_THERAPY)


class Tally(NamedTuple):
    """Sums over lives.

    Attributes
    ----------
    counts : array (strategy, count, year, primary, sex, age group)
        People by calendar year of the event, see `Count`. Of length 1 in sex and age if these are
        not kept apart; the number of age groups says which they are, see `AGE_GROUPS_BY`.
    cohort : array (strategy, primary, stage, statistic)
        People diagnosed in the years of the run, see `Cohort`.
    recorded : array (strategy, 2, primary, bin)
        Days from diagnosis to recorded bone metastasis (0) or to death without it (1).
    days : array (strategy, measure, primary, bin)
        How days are spread over people, see `CohortDays`.
    fingerprint : array (strategy,)
        Sum of the fingerprints of the lives, modulo 2**64.

    With several strategies there is one place more than strategies: for lives that are over before
    the strategies differ, counted once. `share_past` adds it to all.
    """

    counts: NDArray[np.int32]
    cohort: NDArray[np.int64]
    recorded: NDArray[np.int64]
    days: NDArray[np.int32]
    fingerprint: NDArray[np.uint64]

    @classmethod
    def empty(cls, n_years: int, n_strategies: int = 1, *, n_ages: int = len(AGE_GROUPS)) -> Tally:
        """Zeros for `n_years` calendar years; of one age group, sexes are not kept apart either."""
        n_primaries = len(PRIMARIES)
        places = n_strategies + (n_strategies > 1)
        kept = (len(SEXES) if n_ages > 1 else 1, n_ages)
        return cls(
            np.zeros((places, len(Count), n_years, n_primaries, *kept), np.int32),
            np.zeros((places, n_primaries, len(STAGES), len(Cohort)), np.int64),
            np.zeros((places, 2, n_primaries, N_RECORD_BINS), np.int64),
            np.zeros((places, len(CohortDays), n_primaries, N_BINS), np.int32),
            np.zeros(places, np.uint64),
        )

    def share_past(self) -> None:
        """Add the lives that are the same under all strategies to each of them."""
        for table in self:
            if len(table) > 1:
                table[:-1] += table[-1]
                table[-1] = 0

    def of(self, strategy: int | slice) -> Tally:
        """One strategy's part, whose arrays have no axis for strategies; or that of some."""
        tables: tuple[Any, ...] = self
        return Tally(*(table[strategy] for table in tables))

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        tables: tuple[NDArray[Any], ...] = self
        others: tuple[NDArray[Any], ...] = other
        for mine, its in zip(tables, others, strict=True):
            mine += its


@compiled_in_place
def count_life(tally: Tally, place: int, person: Record, window: Window) -> None:
    """Count a finished life: the place is its strategy's, or the last if it is everybody's."""
    add(tally.fingerprint, place, person.fingerprint)
    count_years(tally.counts[place], window.first_year, person)
    if window.cohort_first <= int(person.diagnosis_year) <= window.cohort_last:
        count_cohort(tally.cohort, place, person)
        if person.n_levels > 0:
            count_vertebrae(tally.cohort[place, person.primary, person.stage], person)
        if min(person.spinal_detected_day, person.skeletal_detected_day) != NEVER:
            count_treated(tally.cohort[place, person.primary, person.stage], person)
        count_recorded(tally.recorded, place, person)
        if person.n_lesions > 0 or person.n_toxicity_delays_over > 0:
            count_days(tally.days, place, person)
