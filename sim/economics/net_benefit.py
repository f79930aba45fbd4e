"""What a strategy is worth, in one unit: gains at their rate of exchange less burdens at theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.evidence.mistakes import InputError


@dataclass(frozen=True)
class NetBenefit:
    r"""Net benefit a person, :math:`w_g g - w_b b` of a gain :math:`g` and a burden :math:`b`.

    Attributes
    ----------
    gain, burden : str
        Measures of a run.
    gain_worth, burden_worth : float
        What one of each is worth in the unit.
    unit : str

    Examples
    --------
    >>> NetBenefit.in_days(2.0).of([120.0, 130.0], [0.0, 4.0]).tolist()
    [120.0, 122.0]
    >>> NetBenefit.in_money(100_000.0).of([0.30, 0.32], [9_000.0, 12_000.0]).tolist()
    [21000.0, 20000.0]
    """

    gain: str
    burden: str
    gain_worth: float
    burden_worth: float
    unit: str

    @classmethod
    def in_days(cls, relief_per_day_lost: float) -> NetBenefit:
        """Days alive with pain below 4, of which so many make up for a day of therapy lost."""
        worth = checked_rate("relief_per_day_lost", relief_per_day_lost)
        return cls("days_pain_below_4", "therapy_days_lost", 1.0, worth, "days of relief")

    @classmethod
    def in_money(cls, per_qaly: float, *, cost: str = "cost", currency: str = "USD") -> NetBenefit:
        """Money: a quality-adjusted year of life is worth `per_qaly`, less the cost."""
        worth = checked_rate("per_qaly", per_qaly)
        return cls("qaly", cost, worth, 1.0, currency)

    def of(self, gain: ArrayLike, burden: ArrayLike) -> NDArray[np.float64]:
        """Net benefit of gains and burdens of one shape."""
        return self.gain_worth * np.asarray(gain, float) - self.burden_worth * np.asarray(
            burden, float
        )


def checked_rate(name: str, rate: float) -> float:
    """A rate of exchange.

    Raises
    ------
    InputError
        If it is not a number of at least 0.
    """
    number = isinstance(rate, int | float) and not isinstance(rate, bool)
    if not number or not 0.0 <= rate < float("inf"):
        raise InputError(f"{name} is {rate!r}; allowed: a number, at least 0")
    return float(rate)
