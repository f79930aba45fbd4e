"""What an answer hangs on: which uncertain numbers go with it over the draws of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from sim.evidence.reader import Evidence
from sim.tables.run_tables import RunTables
from sim.uncertainty.drawn import DrawnParameters

FEWEST_RANKED = 30
"""Draws below which nothing is ranked."""
_SHUFFLES = 400
_SHARE = 0.95
"""Of shuffles, those whose largest correlation is below the floor."""
_SEED = 19


@dataclass(frozen=True)
class Influence:
    """How an answer goes with one uncertain number over the draws.

    Attributes
    ----------
    said : str
        The parameter as a user writes it.
    grade : str
    source : str
    correlation : float
        Of the ranks of both: 1 where both always rise together, -1 where one falls as the other
        rises.
    """

    said: str
    grade: str
    source: str
    correlation: float


@dataclass(frozen=True)
class Ranking:
    """All uncertain numbers, those that an answer goes with most first.

    Attributes
    ----------
    draws : int
    floor : float
        What the largest correlation of all numbers is below in 95 of 100 runs in which none has
        anything to do with the answer.
    numbers : tuple of Influence
    """

    draws: int
    floor: float
    numbers: tuple[Influence, ...]

    @property
    def told(self) -> tuple[Influence, ...]:
        """Those that stand out from chance."""
        return tuple(one for one in self.numbers if abs(one.correlation) > self.floor)


def rank_influence(
    tables: RunTables, answer: NDArray[np.float64], draws: Sequence[int], known: Evidence
) -> Ranking | None:
    """Rank the uncertain numbers of a run by how an answer goes with them; None of too few draws.

    Parameters
    ----------
    tables : RunTables
    answer : array (draw,)
    draws : sequence of int
        Their numbers, in the order of the answer.
    known : Evidence
    """
    if len(draws) < FEWEST_RANKED or tables.parameters is None or not np.ptp(answer) > 0.0:
        return None
    drawn = DrawnParameters.of(tables.parameters, draws)
    if not drawn.keys:
        return None
    ranks = _standard(rankdata(drawn.values, axis=0))
    mine = _standard(rankdata(answer))
    correlations = ranks.T @ mine / len(draws)
    luck = np.random.default_rng(_SEED)
    shuffled = np.array([luck.permutation(mine) for _ in range(_SHUFFLES)]).T
    largest = np.abs(ranks.T @ shuffled / len(draws)).max(axis=0)
    order = np.argsort(-np.abs(correlations), kind="stable")
    numbers = []
    for place in order:
        key = drawn.keys[place]
        row = known.parameters.get(key)
        grade, source = (row.grade, row.source) if row else ("the user's own", "")
        numbers.append(Influence(drawn.said(key), grade, source, float(correlations[place])))
    return Ranking(len(draws), float(np.quantile(largest, _SHARE)), tuple(numbers))


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Columns with mean 0 and standard deviation 1."""
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0), float)
