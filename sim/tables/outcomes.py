"""What a draw and replicate gives under each strategy: the rows of `outcomes.parquet`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_measures import CARE_MEASURES, Statistic
from sim.counting.care_tally import CareTally
from sim.counting.observed import Observed
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import PRIMARIES
from sim.tables.delays import SUBGROUP_OF, sums_of_care
from sim.tables.summary import GROUPS, POPULATION_OUTCOMES

OUTCOME_LABELS = ("measure", "primary")
"""What tells outcomes of one strategy, draw and replicate apart."""
OutcomeRows = tuple[list[tuple[str, str]], Sequence[float]]
"""Labels of rows (measure and primary), and their values."""

_OF_EVERYBODY = [
    (name, group)
    for name, measure, _ in POPULATION_OUTCOMES
    for group in (GROUPS if measure.by_primary else ("all",))
]
_OF_CARE = [(name, primary) for primary in SUBGROUP_OF for name in CARE_MEASURES]


def outcomes_of_everybody(seen: Observed) -> list[OutcomeRows]:
    """Estimates of the measures of everybody under each strategy.

    Those by primary that are nan, which is of nobody, are left out.
    """
    groups, everybody = seen.among(*GROUPS.values()), seen.among(PRIMARIES)
    values, kept = [], []
    for _, measure, time in POPULATION_OUTCOMES:
        whom = groups if measure.by_primary else everybody
        value = measure.estimate(whom.among(*whom.groups, stratum=time) if time else whom)
        values.append(value)
        kept.append(np.isfinite(value) | (not measure.by_primary))
    return _rows(_OF_EVERYBODY, np.concatenate(values, axis=-1), np.concatenate(kept, axis=-1))


def outcomes_of_care(tally: CareTally) -> list[OutcomeRows]:
    """The same of the trigger set."""
    sums = sums_of_care(tally)
    values = np.stack([measure.estimate(sums) for measure in CARE_MEASURES.values()], axis=-1)
    kept = np.isfinite(values) & (sums[Statistic.PEOPLE] > 0.0)[..., None]
    strategies = len(values)
    return _rows(_OF_CARE, values.reshape(strategies, -1), kept.reshape(strategies, -1))


def told_of_all(found: Mapping[str, float]) -> OutcomeRows:
    """Numbers by measure as they are of all primaries together; none that is nan."""
    known = {name: value for name, value in found.items() if math.isfinite(value)}
    return [(name, "all") for name in known], list(known.values())


def _rows(
    labels: Sequence[tuple[str, str]], values: Array, kept: NDArray[np.bool_]
) -> list[OutcomeRows]:
    """The rows of each strategy that are kept."""
    return [
        (list(compress(labels, some.tolist())), mine[some].tolist())
        for mine, some in zip(values, kept, strict=True)
    ]
