"""What the sampling of people is expected to do, where replicates do not tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sim.evidence.arrays import Array
from sim.tables.compare import COMPARED, PairedMeans


@dataclass(frozen=True)
class SampledPeople:
    """What is expected of the sampling of people in a run of one replicate, as variances.

    Attributes
    ----------
    noise : mapping of str to float
        Standard deviation of a count a year from the people that a draw lives; `run.json` has it.
    means : mapping of (str, str) to (float, float)
        By strategy and measure of the trigger set: in a draw, and at the point estimate.
    years : int
        That counts a year are a mean over.
    """

    noise: Mapping[str, float]
    means: Mapping[tuple[str, str], tuple[float, float]]
    years: int

    def of_counts(
        self, measure: str, means: ArrayLike, *, living: bool, by_year: bool
    ) -> tuple[Array, Array]:
        """Of strata of a count, from their means: in a draw, and of everybody.

        People who live with disease are about the same ones every year: years do not average out.
        """
        counts = np.asarray(means, float)
        years = 1 if living or by_year else self.years
        total = counts.sum() / (self.years if by_year else 1)
        scale = self.noise.get(measure, np.nan) ** 2 / total if total > 0.0 else np.nan
        return counts * scale / years, counts / years

    def of_mean(self, strategy: str, measure: str) -> tuple[float, float]:
        """Of a mean over the trigger set: in a draw, and of everybody."""
        return self.means.get((strategy, measure), (np.nan, np.nan))


def sampled_people(
    twins: Sequence[PairedMeans], strategies: Sequence[str], noise: Mapping[str, float], years: int
) -> SampledPeople:
    """What is expected of the people of a run, from variances over people."""
    in_draws, of_everybody = (
        [t.variance[:, 0] / max(float(t.people[0]), 1.0) for t in twins if (t.draw > 0) is drawn]
        for drawn in (True, False)
    )
    means: dict[tuple[str, str], tuple[float, float]] = {}
    for s, strategy in enumerate(strategies if twins else ()):
        for k, measure in enumerate(COMPARED):
            of = [[float(each[s, k]) for each in every] for every in (in_draws, of_everybody)]
            left, luck = (float(np.mean(numbers)) if numbers else np.nan for numbers in of)
            means[strategy, measure] = left, luck
    return SampledPeople(noise, means, years)
