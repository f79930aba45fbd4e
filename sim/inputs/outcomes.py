"""Which outcomes of care are described: whose, from which day on, for how long, and at what worth.

What comes later is worth less: a year of life or a dollar `t` years after the origin is worth
`(1 + discount_rate) ** -t` of one at the origin.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import PlainValidator

from sim.evidence.elementary import log1p
from sim.evidence.price_index import LAST_PRICE_YEAR
from sim.evidence.vocabulary import DAYS_PER_YEAR, OutcomesFor, nearest

LIFE = "life"
"""Instead of a number of years: to death."""
MOST_HORIZON_YEARS = 100


def check_horizon(years: Any) -> float | str:
    """A number of years as a float, or `life`; a `ValueError` that says what else is allowed."""
    if years == LIFE:
        return LIFE
    number = isinstance(years, int | float) and not isinstance(years, bool)
    if not number or not 0.0 < years <= MOST_HORIZON_YEARS:
        raise ValueError(
            f"is {years!r}; allowed: a number of years above 0, at most {MOST_HORIZON_YEARS}, "
            f"or {LIFE!r}"
        )
    return float(years)


HorizonYears = Annotated[float | str, PlainValidator(check_horizon)]
WhoseOutcomes = Literal["on_therapy", "triggered", "detected"]
Perspective = Literal["payer", "societal"]
DISCOUNT_RATE = 0.03
"""A year, of QALYs and costs alike: the convention of the United States (Second Panel on
Cost-Effectiveness in Health and Medicine, Sanders et al. 2016)."""
MOST_DISCOUNT_RATE = 0.2


def check_discount_rate(rate: Any) -> float:
    """A rate a year; a `ValueError` that says what is allowed."""
    number = isinstance(rate, int | float) and not isinstance(rate, bool)
    if not number or not 0.0 <= rate <= MOST_DISCOUNT_RATE:
        raise ValueError(
            f"is {rate!r}; allowed: a rate a year of 0 to {MOST_DISCOUNT_RATE}, such as "
            f"{DISCOUNT_RATE}"
        )
    return float(rate)


def check_perspective(perspective: Any) -> str:
    """Whose costs are counted; a `ValueError` that says which are known."""
    if perspective not in get_args(Perspective):
        raise ValueError(f"is {perspective!r}; {nearest(str(perspective), get_args(Perspective))}")
    return str(perspective)


DiscountRate = Annotated[float, PlainValidator(check_discount_rate)]
WhoseCosts = Annotated[Perspective, PlainValidator(check_perspective)]


class Outcomes(NamedTuple):
    """Whose outcomes are described, and for how long after their origin.

    Attributes
    ----------
    horizon_years : float or 'life'
    whose : str
        A label of `OutcomesFor`.
    discount_rate : float
        Of QALYs and costs, a year from the origin on.
    price_year : int
        In whose money costs are.
    perspective : {'payer', 'societal'}
    """

    horizon_years: float | str = 1.0
    whose: str = OutcomesFor.ON_THERAPY.label
    discount_rate: float = DISCOUNT_RATE
    price_year: int = LAST_PRICE_YEAR
    perspective: str = "payer"

    @property
    def horizon_days(self) -> float:
        """Days from the origin to the horizon; infinite if the horizon is death."""
        if isinstance(self.horizon_years, str):
            return float("inf")
        return self.horizon_years * DAYS_PER_YEAR

    @property
    def discount_per_day(self) -> float:
        """The rate per day at which worth falls, without end or start of a year."""
        return log1p(self.discount_rate) / DAYS_PER_YEAR

    @property
    def code(self) -> OutcomesFor:
        """Whose they are, as compiled code reads it."""
        return OutcomesFor.labeled(self.whose)
