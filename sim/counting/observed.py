"""What a run saw of everybody, and how numbers are estimated from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.evidence.arrays import Array, quotient
from sim.evidence.reader import Values
from sim.evidence.vocabulary import PRIMARIES, STAGES


@dataclass(frozen=True)
class Observed:
    """What a run saw of some groups of people, ready for the measures.

    Arrays may have more axes in front, of strategies say; what is estimated is an array then too,
    with these axes and one for the groups.

    Attributes
    ----------
    counts : array (..., count, primary)
        People a year, see `sim.counting.counts.Count`.
    cohort : array (..., statistic, primary, stage)
        People diagnosed in the years of the run, see `sim.counting.cohort.Cohort`.
    recorded : array (..., 2, primary, bin)
        Times to recorded bone metastasis, and to death without it.
    days : array (..., measure, primary, bin)
        How days are spread over people, not scaled; see `sim.counting.days.CohortDays`.
    expected_survival : array (years 0 to 10, primary)
        Survival of people of the same age and sex in the general population.
    values : mapping
        The joint sample of the evidence that was run.
    groups : tuple of tuple of str
        Whom the measures are to describe: the primaries of each group.
    stratum : str
        What else they are to describe, as a target says it: `1y`, or `breast, localized, 5y`.
    """

    counts: Array
    cohort: Array
    recorded: Array
    days: NDArray[np.int32]
    expected_survival: Array
    values: Values
    groups: tuple[tuple[str, ...], ...] = (PRIMARIES,)
    stratum: str = ""

    def among(self, *groups: tuple[str, ...], stratum: str = "") -> Observed:
        """The same run, to describe other groups."""
        return replace(self, groups=groups, stratum=stratum)

    def count(self, count: int) -> Array:
        """People a year under a member of `Count`."""
        return self._counts[count]

    def people(self, statistic: int) -> Array:
        """People of the cohort under a member of `Cohort`."""
        return self._people[statistic]

    def by_primary(self, statistic: int, stage: str | None = None) -> Array:
        """The same by primary; `added` gives them by group again."""
        table = self.cohort[..., statistic, :, :]
        return table.sum(axis=-1) if stage is None else table[..., STAGES.index(stage)]

    def added(self, by_primary: Array) -> Array:
        """Numbers by primary, added up over those of each group from the first to the last."""
        sums = [np.add.accumulate(by_primary[..., mine], axis=-1)[..., -1] for mine in self._codes]
        return np.stack(sums, axis=-1)

    def spread(self, measure: int) -> NDArray[np.int64]:
        """People by bin of the days of a member of `CohortDays`."""
        days = self.days[..., measure, :, :]
        return np.stack([days[..., mine, :].sum(axis=-2) for mine in self._codes], axis=-2)

    @cached_property
    def _codes(self) -> list[list[int]]:
        return [[PRIMARIES.index(primary) for primary in group] for group in self.groups]

    # Every sum at once, each over numbers that lie side by side: the same bits as one by one.
    @cached_property
    def _counts(self) -> Array:
        return self._by_group(self.counts[..., None])

    @cached_property
    def _people(self) -> Array:
        return self._by_group(self.cohort)

    def _by_group(self, table: Array) -> Array:
        """Sums of a table (..., statistic, primary, stage), shape (statistic, ..., group)."""
        of_each = table.sum(axis=-1)
        found = []
        for mine in self._codes:
            if len(mine) == 1:
                found.append(of_each[..., mine[0]])
            else:
                some = np.ascontiguousarray(table[..., mine, :])
                found.append(some.reshape(*some.shape[:-2], -1).sum(axis=-1))
        return np.ascontiguousarray(np.moveaxis(np.stack(found, axis=-1), -2, 0))


Estimator = Callable[[Observed], Array]
"""A number a group."""


def percent(part: Array, whole: Array) -> Array:
    """A part in percent of the whole; nan of nothing."""
    return quotient(100.0 * part, whole)


def share(part: int, whole: int) -> Estimator:
    """One statistic of the cohort in percent of another."""
    return lambda seen: percent(seen.people(part), seen.people(whole))


def mean_days(total: int, people: int) -> Estimator:
    """Days per person or event; the totals are in hundredths of a day."""
    return lambda seen: percent(seen.people(total), seen.people(people)) / 1e4


def ascertained(by: str, estimate: Estimator) -> Estimator:
    """What a source would have seen: the estimate times the source's ascertainment."""
    return lambda seen: seen.values["ascertainment", by] * estimate(seen)
