"""How days are spread over people: the rows of `delays.parquet`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import chain, compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.care_measures import CARE_MEASURES, PARTS_OF_ONE, Statistic
from sim.counting.care_tally import DISTRIBUTIONS, STATISTIC_OF, SUBGROUPS, CareTally
from sim.counting.days import CohortDays
from sim.counting.measures import POPULATION_MEASURES
from sim.counting.observed import Observed
from sim.counting.spread import QUANTILES, deviations_of_each, quantiles_of_each
from sim.evidence.arrays import Array, quotient
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
_OF_CARE, _OF_EVERYBODY = (
    [[(m, primary, name) for name in _STATISTICS] for primary in SUBGROUP_OF for m in measures]
    for measures in (DISTRIBUTIONS, CohortDays.labels())
)


def sums_of_care(tally: CareTally) -> Array:
    """Sums of the trigger set in whole units: of each strategy, of everybody and each primary.

    Returns
    -------
    array (statistic, strategy, primary)
    """
    return np.moveaxis(tally.sums[:, list(SUBGROUP_OF.values())] / PARTS_OF_ONE, -1, 0)


def spread_of_care(tally: CareTally) -> list[SpreadRows]:
    """Mean, standard deviation and quantiles of each distribution of the trigger set.

    Of each strategy.
    """
    sums = sums_of_care(tally)
    squares = tally.squares[:, list(SUBGROUP_OF.values())] / 1e4
    means = np.stack([CARE_MEASURES[name].estimate(sums) for name in DISTRIBUTIONS], axis=-1)
    deviations = np.full_like(means, np.nan)
    for name, statistic in STATISTIC_OF.items():
        mean = means[..., place := DISTRIBUTIONS.index(name)]
        variance = quotient(squares[..., statistic], sums[Statistic.PEOPLE]) - mean * mean
        deviations[..., place] = np.sqrt(np.maximum(variance, 0.0))
    return list(map(partial(_spread, _OF_CARE), tally.distribution, means, deviations))


def spread_of_everybody(seen: Observed) -> list[SpreadRows]:
    """The same of the distributions of everybody diagnosed in the years of a run."""
    whom = seen.among(PRIMARIES, *((primary,) for primary in PRIMARIES))
    each = [POPULATION_MEASURES[days.label].estimate(whom) for days in CohortDays]
    means = np.stack(each, axis=-1)
    unknown = np.full_like(means, np.nan)
    return list(map(partial(_spread, _OF_EVERYBODY), seen.days, means, unknown))


def _spread(
    labels: list[list[tuple[str, str, str]]],
    days: NDArray[np.int32],
    means: Array,
    deviations: Array,
) -> SpreadRows:
    """The rows of distributions that have anybody.

    Parameters
    ----------
    labels : list of list
        Of the rows of each distribution: of everybody, then of each primary.
    days : array (distribution, primary, bin)
    means, deviations : array (1 + primary, distribution)
        A standard deviation that is nan is taken from the bins.
    """
    everybody = days.sum(axis=1, dtype=np.int64)
    by_primary = days.swapaxes(0, 1)
    has = np.vstack([everybody.any(axis=-1), by_primary.any(axis=-1)])
    if not has.any():
        return [], []
    counts = np.concatenate([everybody[has[0]], by_primary[has[1:]]])
    mean, deviation = means[has], deviations[has]
    unknown = np.isnan(deviation)
    if unknown.any():
        deviation[unknown] = deviations_of_each(counts[unknown], mean[unknown])
    values = np.column_stack([mean, deviation, quantiles_of_each(counts)])
    return [*chain.from_iterable(compress(labels, has.flat))], values.reshape(-1).tolist()


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
