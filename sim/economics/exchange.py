"""A gain, the burden that it takes, and the rates at which one makes up for the other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.economics.net_benefit import NetBenefit, checked_rate
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest


@dataclass(frozen=True)
class Exchange:
    """A gain, the burden that it takes, and the rates at which one makes up for the other.

    Attributes
    ----------
    gain, burden : str
        Measures of a run.
    rate : float
        The rate at which tables are printed. It is a convention, and no evidence.
    most : float
        The highest rate of curves, which begin at 0.
    steps : int
        Into which curves divide the rates.
    per_gain : bool
        Whether a rate is burden per gain, as of money, or gain per burden, as of days.
    unit : str
        Of net benefit.
    rate_words : str
        What a rate is so much of.

    Examples
    --------
    >>> days = EXCHANGES["therapy_days_lost"]
    >>> days.at(2.0).of([120.0], [10.0]).tolist()
    [100.0]
    """

    gain: str
    burden: str
    rate: float
    most: float
    steps: int
    per_gain: bool
    unit: str
    rate_words: str

    def at(self, rate: float) -> NetBenefit:
        """Net benefit at a rate.

        Raises
        ------
        InputError
            If it is not a number of at least 0.
        """
        rate = checked_rate("rate", rate)
        worths = (rate, 1.0) if self.per_gain else (1.0, rate)
        return NetBenefit(self.gain, self.burden, *worths, self.unit)

    def priced_at(self, rate: float | None) -> Exchange:
        """The same with another rate for its tables; as it is, of None."""
        return self if rate is None else replace(self, rate=checked_rate("rate", rate))

    @property
    def rates(self) -> NDArray[np.float64]:
        """Rates of its curves, the one of its tables among them."""
        return np.union1d(np.linspace(0.0, self.most, self.steps + 1), [self.rate])

    def ratio(self, gain: ArrayLike, burden: ArrayLike) -> NDArray[np.float64]:
        """Differences in gain and in burden as a rate of exchange; nan of nothing by nothing.

        Examples
        --------
        >>> EXCHANGES["cost"].ratio(0.1, 2_500.0).item()
        25000.0
        """
        above, below = (burden, gain) if self.per_gain else (gain, burden)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.divide(np.asarray(above, float), np.asarray(below, float)), float)


USD_A_QALY = 100_000.0
"""What a QALY is worth unless a rate is given: the middle of the three, 50,000, 100,000 and 150,000
dollars, that are usual in the United States (Neumann, Cohen and Weinstein 2014)."""


def _money(cost: str) -> Exchange:
    """QALYs for money."""
    return Exchange("qaly", cost, USD_A_QALY, 300_000.0, 60, True, "USD", "USD a QALY")


EXCHANGES = {
    "therapy_days_lost": Exchange(
        *("days_pain_below_4", "therapy_days_lost", 1.0, 20.0, 80, False, "days of relief"),
        "days of relief per day of therapy lost",
    ),
    "cost": _money("cost"),
    "cost_without_systemic": _money("cost_without_systemic"),
}
"""By the burden: days, money, and money without the systemic costs of added survival."""


COST_BURDENS = tuple(burden for burden, of in EXCHANGES.items() if of.gain == "qaly")
"""Burdens that are paid in money."""


def net_benefit_at(
    rate: float | None, money: float | None = None, cost: str | None = None
) -> NetBenefit:
    """The net benefit that a user means: in days of relief at a rate, or in money.

    Parameters
    ----------
    rate : float or None
        Days of relief that make up for a day of therapy lost.
    money : float, optional
        Instead: what a quality-adjusted year is worth.
    cost : str, optional
        Of `COST_BURDENS`; the first by default.

    Raises
    ------
    InputError
        If neither rate nor money is given, or both, or what is given cannot be used.
    """
    if (rate is None) == (money is None):
        raise InputError(
            f"rate is {rate!r} and money is {money!r}; allowed: one of them, days of relief for a "
            "day of therapy lost or money for a quality-adjusted year"
        )
    if money is None:
        if cost is not None:
            raise InputError(f"cost is {cost!r}; allowed: only with money")
        return EXCHANGES["therapy_days_lost"].at(checked_rate("rate", rate))
    if cost is not None and cost not in COST_BURDENS:
        raise InputError(f"cost is {cost!r}; {nearest(str(cost), COST_BURDENS)}")
    return EXCHANGES[cost or COST_BURDENS[0]].at(checked_rate("money", money))


def exchange_of(burden: str | Exchange) -> Exchange:
    """The exchange of a burden; one of the user's own is as it is.

    Raises
    ------
    InputError
        If there is none of this burden; the message names the nearest.
    """
    if isinstance(burden, Exchange):
        return burden
    if burden not in EXCHANGES:
        raise InputError(f"burden is {burden!r}; {nearest(str(burden), list(EXCHANGES))}")
    return EXCHANGES[burden]
