r"""The value of partial perfect information, by regression on draws, with its noise floor.

What it would be worth to know some parameters :math:`\phi` exactly before choosing,

.. math:: \mathrm{EVPPI}(\phi) = E \max_s E[b_s \mid \phi] - \max_s E\, b_s .

The inner expectation is fitted to the draws (Strong, Oakley and Brennan 2014), for each strategy as
its difference to the best choice of now, so that it does not matter in which order strategies
stand. Because the largest of several fits is taken, a fit to noise scores too; how much, the same
regression says of draws in which the parameters are shuffled.

Notes
-----
Calibrated parameters are drawn from a posterior in which they are correlated. To know one of them
is then to know something of those that go with it, and the value counts that: it is what would be
gained by learning the parameter by means that say nothing else, with the targets of the calibration
still believed. So values of parameters do not add up to that of a group, and two parameters that
the targets know only together may each be worth what both are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.evidence.arrays import Array
from sim.uncertainty.planned_study import Quantity
from sim.uncertainty.regression import Smoother, normal_scores, smooth, smoothers_of
from sim.uncertainty.stakes import Stakes, Worth, worth_of

FEWEST_FOR_PARTIAL = 200
"""Draws below which a parameter is not told from noise."""
_SEED = 17
_LEVEL = 0.95
"""Share of shuffles that the floor is above."""
_COLUMNS = 4_000
"""Columns that are fitted at a time."""


class PartialInformation:
    """The value of knowing parameters, each with its noise floor.

    Parameters
    ----------
    stakes : Stakes
    shuffles : int
        How often parameters are shuffled.
    """

    def __init__(self, stakes: Stakes, shuffles: int = 100) -> None:
        self.stakes = stakes
        rng = np.random.default_rng(_SEED)
        self._orders = [rng.permutation(stakes.draws) for _ in range(shuffles)]
        self._floors: dict[bytes, float] = {}

    def worth(self, parameters: Array) -> Worth:
        """The value of knowing one parameter or several, shape (draw, parameter)."""
        smoothers = smoothers_of(parameters)
        gains = self.stakes.gains
        found = worth_of(smooth(smoothers, gains), gains)
        # What a stretched fit expects can pass what there is to know.
        value = min(found.value, self.stakes.perfect.value)
        return Worth(value, found.standard_error, self._floor(parameters, smoothers))

    def worth_of_quantities(self, observed: Sequence[Quantity]) -> Worth:
        """The value of knowing exactly what a study observes."""
        return self.worth(np.stack([quantity.values for quantity in observed], axis=1))

    def _floor(self, parameters: Array, smoothers: tuple[Smoother, ...]) -> float:
        """What the same parameters score when they are shuffled, in 19 of 20 tries at most.

        One parameter without equal values is, by rank, like another: they have one floor.
        """
        if parameters.shape[1] > 1:
            return self._shuffled(smoothers)
        key = np.sort(normal_scores(parameters), axis=0).tobytes()
        if key not in self._floors:
            self._floors[key] = self._shuffled(smoothers)
        return self._floors[key]

    def _shuffled(self, smoothers: tuple[Smoother, ...]) -> float:
        gains = self.stakes.gains
        others = gains.shape[1]
        at_once = max(1, _COLUMNS // others)
        values: list[float] = []
        for first in range(0, len(self._orders), at_once):
            orders = self._orders[first : first + at_once]
            fits = smooth(smoothers, np.concatenate([gains[order] for order in orders], axis=1))
            largest = fits.reshape(len(gains), len(orders), others).max(axis=2)
            values += np.maximum(largest, 0.0).mean(axis=0).tolist()
        return float(np.quantile(values, _LEVEL, method="higher"))
