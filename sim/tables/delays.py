"""How days are spread over people: the rows of `delays.parquet`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.care_measures import CARE_MEASURES, Statistic
from sim.counting.care_tally import DISTRIBUTIONS, STATISTIC_OF, SUBGROUPS, CareTally
from sim.counting.days import CohortDays
from sim.counting.measures import POPULATION_MEASURES
from sim.counting.observed import Observed
from sim.counting.spread import QUANTILES, quantiles, standard_deviation
from sim.evidence.vocabulary import PRIMARIES

DELAY_COLUMNS = ["strategy", "draw", "replicate", "measure", "primary", "statistic", "value"]

SUBGROUP_OF = {
    "all": SUBGROUPS.index("all"),
    **{primary: SUBGROUPS.index(f"primary: {primary}") for primary in PRIMARIES},
}
"""Place of everybody and of each primary in a `CareTally`."""

Cells = dict[str, Any]


def delay_rows(tally: CareTally, strategy: int) -> Iterator[Cells]:
    """Mean, standard deviation and quantiles of each distribution of the trigger set."""
    for primary, subgroup in SUBGROUP_OF.items():
        sums = tally.sums_of(strategy, subgroup)
        if sums[Statistic.PEOPLE] == 0.0:
            continue
        chosen = slice(None) if primary == "all" else [PRIMARIES.index(primary)]
        for d, measure in enumerate(DISTRIBUTIONS):
            counts = tally.distribution[strategy, d, chosen].sum(axis=0)
            mean = CARE_MEASURES[measure].estimate(sums)
            deviation = None
            if measure in STATISTIC_OF:
                square = tally.squares[strategy, subgroup, STATISTIC_OF[measure]] / 1e4
                variance = square / sums[Statistic.PEOPLE] - mean * mean
                deviation = float(np.sqrt(max(variance, 0.0)))
            yield from _rows(measure, primary, mean, counts, deviation)


def rows_of_everybody(seen: Observed) -> Iterator[Cells]:
    """The same of the distributions of everybody diagnosed in the years of a run."""
    for primary in SUBGROUP_OF:
        mine = seen if primary == "all" else seen.among((primary,))
        for days in CohortDays:
            mean = POPULATION_MEASURES[days.label].estimate(mine)
            yield from _rows(days.label, primary, mean, mine.spread(days))


def rows_of_days(days: Mapping[str, NDArray[np.float64]]) -> Iterator[Cells]:
    """The same from the days of each person, by measure."""
    for measure, sample in days.items():
        if len(sample) > 0:
            # In order of length, or the last bits of a sum would tell in what order people lived.
            sample = np.sort(sample)
            found = {"mean": float(sample.mean()), "sd": float(sample.std())}
            found |= {name: float(np.quantile(sample, q)) for name, q in QUANTILES.items()}
            yield from _cells(measure, "all", found)


def _rows(
    measure: str,
    primary: str,
    mean: float,
    counts: NDArray[np.integer],
    deviation: float | None = None,
) -> Iterator[Cells]:
    """The rows of one distribution, its standard deviation from the bins unless it is given."""
    if counts.sum() == 0:
        return
    if deviation is None:
        deviation = standard_deviation(counts, mean)
    yield from _cells(measure, primary, {"mean": mean, "sd": deviation, **quantiles(counts)})


def _cells(measure: str, primary: str, found: Mapping[str, float]) -> Iterator[Cells]:
    for name, value in found.items():
        yield {"measure": measure, "primary": primary, "statistic": name, "value": value}


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
