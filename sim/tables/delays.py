"""How days are spread over people: the rows of `delays.parquet`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.care_measures import CARE_MEASURES, Statistic
from sim.counting.care_tally import DISTRIBUTIONS, STATISTIC_OF, SUBGROUPS, CareTally
from sim.counting.days import CohortDays
from sim.counting.measures import POPULATION_MEASURES
from sim.counting.observed import Observed
from sim.counting.spread import QUANTILES, deviations_of_each, quantiles_of_each
from sim.evidence.vocabulary import PRIMARIES

DELAY_LABELS = ("measure", "primary", "statistic")
"""What tells the rows of one strategy, draw and replicate apart."""

SUBGROUP_OF = {
    "all": SUBGROUPS.index("all"),
    **{primary: SUBGROUPS.index(f"primary: {primary}") for primary in PRIMARIES},
}
"""Place of everybody and of each primary in a `CareTally`."""

SpreadRows = tuple[list[tuple[str, str, str]], Sequence[float]]
"""Labels of rows (measure, primary and statistic), and their values."""
_STATISTICS = ("mean", "sd", *QUANTILES)


def spread_of_care(tally: CareTally, strategy: int) -> SpreadRows:
    """Mean, standard deviation and quantiles of each distribution of the trigger set."""
    found = _Distributions(tally.distribution[strategy])
    for primary, subgroup in SUBGROUP_OF.items():
        sums = tally.sums_of(strategy, subgroup)
        people = sums[Statistic.PEOPLE]
        if people == 0.0:
            continue
        squares = (tally.squares[strategy, subgroup] / 1e4).tolist()
        for d, measure in enumerate(DISTRIBUTIONS):
            if not found.has(primary, d):
                continue
            mean = CARE_MEASURES[measure].estimate(sums)
            deviation = np.nan
            if measure in STATISTIC_OF:
                variance = squares[STATISTIC_OF[measure]] / people - mean * mean
                deviation = math.sqrt(max(variance, 0.0))
            found.add(measure, primary, d, mean, deviation)
    return found.spread()


def spread_of_everybody(seen: Observed) -> SpreadRows:
    """The same of the distributions of everybody diagnosed in the years of a run."""
    found = _Distributions(seen.days)
    for primary in SUBGROUP_OF:
        mine = seen if primary == "all" else seen.among((primary,))
        for days in CohortDays:
            if found.has(primary, days):
                mean = POPULATION_MEASURES[days.label].estimate(mine)
                found.add(days.label, primary, days, mean, np.nan)
    return found.spread()


def spread_of_days(days: Mapping[str, NDArray[np.float64]]) -> SpreadRows:
    """The same from the days of each person, by measure."""
    labels: list[tuple[str, str, str]] = []
    values: list[float] = []
    for measure, sample in days.items():
        if len(sample) > 0:
            # In order of length, or the last bits of a sum would tell in what order people lived.
            sample = np.sort(sample)
            labels += [(measure, "all", name) for name in _STATISTICS]
            values += [float(sample.mean()), float(sample.std())]
            values += [float(np.quantile(sample, q)) for q in QUANTILES.values()]
    return labels, values


class _Distributions:
    """Distributions that have anybody, to be described all at once.

    Parameters
    ----------
    by_primary : array (distribution, primary, bin)
    """

    def __init__(self, by_primary: NDArray[np.int32]) -> None:
        self._of = {"all": by_primary.sum(axis=1, dtype=np.int64)}
        self._of |= {primary: by_primary[:, code] for code, primary in enumerate(PRIMARIES)}
        people = by_primary.sum(axis=2)
        self._people = {"all": people.sum(axis=1).tolist()}
        self._people |= {p: people[:, code].tolist() for code, p in enumerate(PRIMARIES)}
        self._cells: list[tuple[str, str]] = []
        self._rows: list[NDArray[np.integer]] = []
        self._means: list[float] = []
        self._deviations: list[float] = []

    def has(self, primary: str, place: int) -> bool:
        """Whether there is anybody in it."""
        return bool(self._people[primary][place] > 0)

    def add(self, measure: str, primary: str, place: int, mean: float, deviation: float) -> None:
        """Take one in; a standard deviation that is nan is taken from the bins."""
        self._cells.append((measure, primary))
        self._rows.append(self._of[primary][place])
        self._means.append(mean)
        self._deviations.append(deviation)

    def spread(self) -> SpreadRows:
        """The rows of all that were taken in."""
        if not self._rows:
            return [], []
        counts = np.array(self._rows, np.int64)
        mean, deviation = np.array(self._means), np.array(self._deviations)
        unknown = np.isnan(deviation)
        if unknown.any():
            deviation[unknown] = deviations_of_each(counts[unknown], mean[unknown])
        values = np.column_stack([mean, deviation, quantiles_of_each(counts)])
        labels = [(*cell, name) for cell in self._cells for name in _STATISTICS]
        return labels, values.reshape(-1).tolist()


QUARTILES = {"median": "p50", "p25": "p25", "p75": "p75"}
"""Columns of the other tables, and the statistic here that each is."""


def quartiles(spread: pd.DataFrame) -> dict[tuple[str, str, str], dict[str, float]]:
    """Median and quartiles by strategy, measure and primary, from rows of `delays.parquet`.

    With draws a mean over them (the point estimate, draw 0, is left out), else over replicates.
    """
    mine = spread[spread["statistic"].isin(QUARTILES.values())]
    mine = mine[mine["draw"] > 0] if (mine["draw"] > 0).any() else mine
    keys = ["strategy", "measure", "primary"]
    wide = mine.pivot_table("value", keys, "statistic", aggfunc="mean", observed=True).reset_index()
    return {
        (row["strategy"], row["measure"], row["primary"]): {
            name: row[of] for name, of in QUARTILES.items()
        }
        for row in wide.to_dict("records")
    }
