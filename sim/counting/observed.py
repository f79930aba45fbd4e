"""What a run saw of everybody, and how numbers are estimated from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.evidence.arrays import Array
from sim.evidence.reader import Values
from sim.evidence.vocabulary import PRIMARIES, STAGES


@dataclass(frozen=True)
class Observed:
    """What a run saw of the people of some primaries, ready for the measures.

    Attributes
    ----------
    counts : array (count, primary)
        People a year, see `sim.counting.counts.Count`.
    cohort : array (statistic, primary, stage)
        People diagnosed in the years of the run, see `sim.counting.cohort.Cohort`.
    recorded : array (2, primary, bin)
        Times to recorded bone metastasis, and to death without it.
    days : array (measure, primary, bin)
        How days are spread over people, not scaled; see `sim.counting.days.CohortDays`.
    expected_survival : array (years 0 to 10, primary)
        Survival of people of the same age and sex in the general population.
    values : mapping
        The joint sample of the evidence that was run.
    primaries : tuple of str
        Whom the measures are to describe.
    stratum : str
        What else they are to describe, as a target says it: `1y`, or `breast, localized, 5y`.
    """

    counts: Array
    cohort: Array
    recorded: Array
    days: NDArray[np.int32]
    expected_survival: Array
    values: Values
    primaries: tuple[str, ...] = PRIMARIES
    stratum: str = ""
    _parts: dict[tuple[tuple[str, ...], str], Observed] = field(
        default_factory=dict, compare=False, repr=False
    )
    """The same run by whom it describes: a hundred measures are asked of each."""

    def among(self, primaries: tuple[str, ...], stratum: str = "") -> Observed:
        """The same run, to describe only some of its people."""
        key = primaries, stratum
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = replace(self, primaries=primaries, stratum=stratum)
        return found

    def forget(self) -> None:
        """Let go of these parts, which hold one another, so that no counts outlive their use."""
        self._parts.clear()

    def count(self, count: int) -> float:
        """People a year under a member of `Count`."""
        return self._counts[count]

    def people(self, statistic: int, stage: str | None = None) -> float:
        """People of the cohort under a member of `Cohort`."""
        if stage is None:
            return self._people[statistic]
        return float(self.cohort[statistic][self._codes, STAGES.index(stage)].sum())

    def spread(self, measure: int) -> NDArray[np.int64]:
        """People by bin of the days of a member of `CohortDays`."""
        counts: NDArray[np.int64] = self.days[measure][self._codes].sum(axis=0, dtype=np.int64)
        return counts

    @cached_property
    def _codes(self) -> list[int]:
        return [PRIMARIES.index(primary) for primary in self.primaries]

    # Every sum at once, each over numbers that lie side by side: the same bits as one by one.
    @cached_property
    def _counts(self) -> list[float]:
        found: list[float] = np.ascontiguousarray(self.counts[:, self._codes]).sum(axis=1).tolist()
        return found

    @cached_property
    def _people(self) -> list[float]:
        table = np.ascontiguousarray(self.cohort[:, self._codes])
        found: list[float] = table.reshape(len(table), -1).sum(axis=1).tolist()
        return found


Estimator = Callable[[Observed], float]


def percent(part: float, whole: float) -> float:
    """A part in percent of the whole; nan of nothing."""
    return 100.0 * part / whole if whole > 0.0 else float("nan")


def share(part: int, whole: int) -> Estimator:
    """One statistic of the cohort in percent of another."""
    return lambda seen: percent(seen.people(part), seen.people(whole))


def mean_days(total: int, people: int) -> Estimator:
    """Days per person or event; the totals are in hundredths of a day."""
    return lambda seen: percent(seen.people(total), seen.people(people)) / 1e4


def ascertained(by: str, estimate: Estimator) -> Estimator:
    """What a source would have seen: the estimate times the source's ascertainment."""
    return lambda seen: seen.values["ascertainment", by] * estimate(seen)
