r"""The value of a study before it is done: what its data are expected to be worth.

A study of `n` people observes some quantities :math:`\phi`, each with a likelihood: a share is seen
as a binomial count, a rate as a Poisson count of `n` person-years, a mean with the standard
deviation of one person over :math:`\sqrt n`. In every draw data are simulated, :math:`T`, and

.. math:: \mathrm{EVSI} = E \max_s E[b_s \mid T] - \max_s E\, b_s .

Since the data say of a net benefit only what they say of :math:`\phi`, it is the fitted
:math:`E[b_s \mid \phi]` that is smoothed over the simulated data (Strong, Oakley, Brennan and
Breeze 2015), and the value grows with `n` towards that of knowing :math:`\phi`. The same luck makes
the data of all sizes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sim.evidence.arrays import Array
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.uncertainty.regression import smooth, smoothers_of
from sim.uncertainty.stakes import Stakes, Worth, worth_of

Sees = Literal["share", "rate", "mean"]
"""How a study sees a quantity."""
_SEED = 29
_DATA_SETS = 8
"""Simulated in each draw."""


@dataclass(frozen=True)
class PlannedStudy:
    """A study that could be done.

    Attributes
    ----------
    name : str
        What it measures: a study of `measured_by.csv`, a parameter (`name` or `name | stratum`), or
        a measure of the run, which it then observes in an arm a strategy.
    sizes : tuple of int
        People who see each parameter: a study of three strata has so many in each. Of a measure
        people in each arm, of a rate person-years.
    sees : {'share', 'rate', 'mean'}, optional
        How; by default from the unit of what is measured.
    sd : float, optional
        Standard deviation over people of what is seen as a mean; of a measure in days, that of the
        run by default. One number for all that the study sees as a mean, which needs one unit.
    arms : tuple of str
        Strategies that a measure is observed under; all of the run by default.
    """

    name: str
    sizes: tuple[int, ...] = (50, 200, 800)
    sees: Sees | None = None
    sd: float | None = None
    arms: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what can be checked without a run."""
        if not isinstance(self.name, str) or not self.name:
            raise InputError(f"study is {self.name!r}; allowed: the name of what it measures")
        sizes = self.sizes if isinstance(self.sizes, Sequence) else (self.sizes,)
        if not sizes or not all(type(n) is int and n >= 1 for n in sizes):
            raise InputError(f"n is {self.sizes!r}; allowed: whole numbers, at least 1")
        object.__setattr__(self, "sizes", tuple(sorted(set(sizes))))
        if self.sees is not None and self.sees not in get_args(Sees):
            raise InputError(f"sees is {self.sees!r}; {nearest(str(self.sees), get_args(Sees))}")
        known = isinstance(self.sd, int | float) and not isinstance(self.sd, bool)
        if self.sd is not None and not (known and 0.0 < self.sd < np.inf):
            raise InputError(f"sd is {self.sd!r}; allowed: a number above 0")


@dataclass(frozen=True)
class Quantity:
    """What a study observes: its value in every draw, and how it is seen."""

    name: str
    values: Array
    sees: Sees
    sd: float = 0.0

    def __post_init__(self) -> None:
        """Check that it can be seen so."""
        low, high = float(self.values.min()), float(self.values.max())
        if self.sees == "share" and not (low >= 0.0 and high <= 1.0):
            raise InputError(
                f"{self.name} is {low:g} to {high:g}, no share of people; allowed: sees='rate' or "
                "sees='mean'"
            )
        if self.sees == "rate" and low < 0.0:
            raise InputError(f"{self.name} is {low:g}, no rate; allowed: sees='mean'")
        if self.sees == "mean" and not self.sd > 0.0:
            raise InputError(
                f"{self.name} is seen as a mean; allowed: with sd, the standard deviation over "
                "people"
            )

    def seen(self, n: int, luck: Array) -> Array:
        """What a study of so many people sees in every draw, with luck from 0 to 1."""
        from scipy import stats  # a second that printing help does without

        if self.sees == "share":
            return np.asarray(stats.binom.ppf(luck, n, self.values) / n)
        if self.sees == "rate":
            return np.asarray(stats.poisson.ppf(luck, self.values * n) / n)
        return np.asarray(self.values + self.sd / np.sqrt(n) * stats.norm.ppf(luck))


def value_of_study(
    stakes: Stakes, observed: Sequence[Quantity], sizes: Sequence[int]
) -> Mapping[int, Worth]:
    """The value of a study by its size; its floor is that of knowing what it observes."""
    known = np.stack([quantity.values for quantity in observed], axis=1)
    given_all = smooth(smoothers_of(known), stakes.gains)
    rng = np.random.default_rng(_SEED)
    luck = rng.random((_DATA_SETS, len(observed), stakes.draws))
    found = {}
    for n in sizes:
        each = []
        for of_set in luck:
            data = np.stack(
                [quantity.seen(n, mine) for quantity, mine in zip(observed, of_set, strict=True)],
                axis=1,
            )
            each.append(worth_of(smooth(smoothers_of(data), given_all), stakes.gains))
        # Data sets are of the same draws, so that their errors are about the same error.
        value, error = (
            float(np.mean([getattr(one, name) for one in each]))
            for name in ("value", "standard_error")
        )
        found[n] = Worth(min(value, stakes.perfect.value), error)
    return found
