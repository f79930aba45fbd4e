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
    >>> days = NetBenefit("days_pain_below_4", "therapy_days_lost", 1.0, 2.0, "days of relief")
    >>> days.of([120.0, 130.0], [0.0, 4.0]).tolist()
    [120.0, 122.0]
    """

    gain: str
    burden: str
    gain_worth: float
    burden_worth: float
    unit: str

    def of(self, gain: ArrayLike, burden: ArrayLike) -> NDArray[np.float64]:
        """Net benefit of gains and burdens of one shape."""
        return self.gain_worth * np.asarray(gain, float) - self.burden_worth * np.asarray(
            burden, float
        )


def checked_rate(name: str, rate: float | None) -> float:
    """A rate of exchange.

    Raises
    ------
    InputError
        If it is not a number of at least 0.
    """
    number = isinstance(rate, int | float) and not isinstance(rate, bool)
    if rate is None or not number or not 0.0 <= rate < float("inf"):
        raise InputError(f"{name} is {rate!r}; allowed: a number, at least 0")
    return float(rate)
