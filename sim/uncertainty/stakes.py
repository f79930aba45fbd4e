r"""What is at stake: the net benefit of strategies in every draw, and how sure the choice is.

With :math:`b_s(\theta)` the net benefit of strategy `s` under parameters :math:`\theta`, the best
choice now is the `s` of the largest mean. The expected loss of another is how far its mean lies
below the mean of the best in each draw. The *expected value of perfect information* is the expected
loss of the best choice itself,

.. math:: \mathrm{EVPI} = E \max_s b_s(\theta) - \max_s E\, b_s(\theta) ,

what it would be worth, a person, to know every parameter before choosing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from sim.economics.choice import loss_of_choosing, share_best
from sim.evidence.arrays import Array
from sim.evidence.mistakes import InputError

ONE_SIDED_95 = 1.644854
"""Standard errors above 0 from which a value is told from it."""
FEWEST_FOR_PERFECT = 39
"""Draws below which not even the value of perfect information is told."""


@dataclass(frozen=True)
class Worth:
    """A value of information a person, never below 0.

    Attributes
    ----------
    value : float
    standard_error : float
        Of the draws, which are a sample.
    floor : float
        What information about nothing scores at most, in 19 of 20 tries; 0 of perfect information.
    """

    value: float
    standard_error: float
    floor: float = 0.0

    @property
    def told_apart(self) -> bool:
        """Whether it is told from 0: above its floor, and above its own sampling error.

        Where few draws change the choice, the shuffled seldom score at all, and one that does, by
        one draw, would pass for information: its standard error says so.
        """
        return self.value > self.floor and self.value > ONE_SIDED_95 * self.standard_error

    def at_most(self, value: float) -> Worth:
        """The same, where another value bounds it, as that of perfect information does of a part.

        A fit that is stretched to the variance it should have can pass it by chance.
        """
        return replace(self, value=min(self.value, value))


class Stakes:
    """The net benefit of strategies, a row a draw, a column a strategy.

    Raises
    ------
    InputError
        If there are fewer than two strategies, too few draws, or a net benefit is not known.
    """

    def __init__(self, benefit: pd.DataFrame) -> None:
        if benefit.shape[1] < 2:
            raise InputError(
                "the run has one strategy with outcomes of care; allowed: two or more, between "
                "which information helps to choose"
            )
        if len(benefit) < FEWEST_FOR_PERFECT:
            raise InputError(
                f"draws is {len(benefit)}, too few for a value of information; allowed: at least "
                f"{FEWEST_FOR_PERFECT}"
            )
        unknown = benefit.columns[~np.isfinite(benefit.to_numpy(float)).all(axis=0)]
        if len(unknown):
            raise InputError(
                f"the net benefit of {unknown[0]!r} is not known in every draw; allowed: a run "
                "with people in the trigger set of every draw"
            )
        self.benefit = benefit

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.benefit)

    @cached_property
    def best(self) -> str:
        """The strategy of the largest mean net benefit."""
        return str(self.benefit.mean().idxmax())

    @cached_property
    def gains(self) -> Array:
        """What each other strategy gives more than the best choice, shape (draw, other)."""
        others = self.benefit.drop(columns=self.best).to_numpy(float)
        return np.asarray(others - self.benefit[[self.best]].to_numpy(float))

    @property
    def probability_best(self) -> pd.Series[float]:
        """In which share of the draws a strategy is the best; those alike share a draw."""
        return pd.Series(share_best(self.benefit.to_numpy(float)), self.benefit.columns)

    @property
    def loss_expected(self) -> pd.Series[float]:
        """What is lost on average by choosing a strategy now, against the best of each draw."""
        losses = loss_of_choosing(self.benefit.to_numpy(float)).mean(axis=0)
        return pd.Series(losses, self.benefit.columns)

    @cached_property
    def perfect(self) -> Worth:
        """The value of perfect information, with the standard error of the draws."""
        return worth_of(self.gains, self.gains)


def worth_of(expected: Array, gains: Array) -> Worth:
    r"""What it is worth to choose by expectations instead of now.

    The expectations are of `gains` given what would be known, with the same means. The value is the
    mean of the largest expectation, or of 0 where the best choice of now stays.

    Notes
    -----
    The standard error is that of the influence function, which of an expectation is the outcome
    itself: the gain in each draw of the strategy that would be chosen there. So it holds the error
    of the regression as well as that of the draws.
    """
    chosen = expected.argmax(axis=1)
    rows = np.arange(len(expected))
    changes = expected[rows, chosen] > 0.0
    value = float(np.where(changes, expected[rows, chosen], 0.0).mean())
    realized = np.where(changes, gains[rows, chosen], 0.0)
    return Worth(value, float(realized.std(ddof=1) / np.sqrt(len(rows))))
