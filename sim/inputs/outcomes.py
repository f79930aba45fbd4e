"""Which outcomes of care are described: whose, from which day on, and for how long."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import PlainValidator

from sim.evidence.vocabulary import DAYS_PER_YEAR, OutcomesFor

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


class Outcomes(NamedTuple):
    """Whose outcomes are described, and for how long after their origin.

    Attributes
    ----------
    horizon_years : float or 'life'
    whose : str
        A label of `OutcomesFor`.
    """

    horizon_years: float | str = 1.0
    whose: str = OutcomesFor.ON_THERAPY.label

    @property
    def horizon_days(self) -> float:
        """Days from the origin to the horizon; infinite if the horizon is death."""
        if isinstance(self.horizon_years, str):
            return float("inf")
        return self.horizon_years * DAYS_PER_YEAR

    @property
    def code(self) -> OutcomesFor:
        """Whose they are, as compiled code reads it."""
        return OutcomesFor.labeled(self.whose)
