"""Which outcomes of care are described: whose, from which day on, and for how long."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from sim.evidence.vocabulary import DAYS_PER_YEAR, OutcomesFor

LIFE = "life"
"""Instead of a number of years: to death."""
MOST_HORIZON_YEARS = 100

HorizonYears = Annotated[float, Field(gt=0.0, le=MOST_HORIZON_YEARS, strict=True)] | Literal["life"]
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
