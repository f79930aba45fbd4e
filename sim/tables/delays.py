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

Spread = tuple[list[tuple[str, str, str]], Sequence[float]]
"""Labels of rows (measure, primary and statistic), and their values."""
_STATISTICS = ("mean", "sd", *QUANTILES)


def spread_of_care(tally: CareTally, strategy: int) -> Spread:
    """Mean, standard deviation and quantiles of each distribution of the trigger set."""
    by_primary = tally.distribution[strategy]
    cells: list[tuple[str, str]] = []
    means: list[float] = []
    deviations: list[float] = []
    rows: list[NDArray[np.int32]] = []
    for primary, subgroup in SUBGROUP_OF.items():
        sums = tally.sums_of(strategy, subgroup)
        people = sums[Statistic.PEOPLE]
        if people == 0.0:
            continue
        squares = (tally.squares[strategy, subgroup] / 1e4).tolist()
        for d, measure in enumerate(DISTRIBUTIONS):
            counts = by_primary[d, PRIMARIES.index(primary)] if primary != "all" else None
            mean = CARE_MEASURES[measure].estimate(sums)
            deviation = np.nan
            if measure in STATISTIC_OF:
                variance = squares[STATISTIC_OF[measure]] / people - mean * mean
                deviation = math.sqrt(max(variance, 0.0))
            cells.append((measure, primary))
            means.append(mean)
            deviations.append(deviation)
            rows.append(by_primary[d].sum(axis=0, dtype=np.int32) if counts is None else counts)
    return _described(cells, means, deviations, rows)


def spread_of_everybody(seen: Observed) -> Spread:
    """The same of the distributions of everybody diagnosed in the years of a run."""
    cells: list[tuple[str, str]] = []
    means: list[float] = []
    rows: list[NDArray[np.integer]] = []
    for primary in SUBGROUP_OF:
        mine = seen if primary == "all" else seen.among((primary,))
        for days in CohortDays:
            cells.append((days.label, primary))
            means.append(POPULATION_MEASURES[days.label].estimate(mine))
            rows.append(mine.spread(days))
    return _described(cells, means, [np.nan] * len(cells), rows)


def spread_of_days(days: Mapping[str, NDArray[np.float64]]) -> Spread:
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


def _described(
    cells: Sequence[tuple[str, str]],
    means: Sequence[float],
    deviations: Sequence[float],
    rows: Sequence[NDArray[np.integer]],
) -> Spread:
    """The rows of several distributions, each of a measure and a primary; none of nobody.

    A standard deviation that is nan is taken from the bins.
    """
    some = [place for place, counts in enumerate(rows) if counts.any()]
    if not some:
        return [], []
    counts = np.array([rows[place] for place in some])
    mean = np.array([means[place] for place in some])
    deviation = np.array([deviations[place] for place in some])
    unknown = np.isnan(deviation)
    deviation[unknown] = deviations_of_each(counts[unknown], mean[unknown])
    values = np.column_stack([mean, deviation, quantiles_of_each(counts)])
    labels = [(*cells[place], name) for place in some for name in _STATISTICS]
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
    wide = mine.pivot_table("value", keys, "statistic", aggfunc="mean").reset_index()
    return {
        (row["strategy"], row["measure"], row["primary"]): {
            name: row[of] for name, of in QUARTILES.items()
        }
        for row in wide.to_dict("records")
    }
