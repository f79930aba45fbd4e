"""From a value a person to that of a population: who is treated while information is of use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.evidence.mistakes import InputError
from sim.inputs.outcomes import DISCOUNT_RATE


@dataclass(frozen=True)
class PeopleServed:
    r"""People whose choice of strategy the information informs.

    With :math:`P` people a year, years :math:`t = 0, 1, \ldots, T - 1` from when it is known on,
    and a discount rate `r`: :math:`P \sum_t (1 + r)^{-(t + d)}`, where `d` is how many years it
    takes until it is known.

    Attributes
    ----------
    a_year : float
    years : int
        In which the choice is still between these strategies.
    discount_rate : float
        A year.
    until_known : float
        Years until the information is there.

    Examples
    --------
    >>> PeopleServed(1_000, 2, discount_rate=0.25).number
    1800.0
    """

    a_year: float
    years: int = 10
    discount_rate: float = DISCOUNT_RATE
    until_known: float = 0.0

    def __post_init__(self) -> None:
        """Check the numbers."""
        for name, least, most in (
            ("a_year", 0.0, np.inf),
            ("years", 1, 200),
            ("discount_rate", 0.0, 1.0),
            ("until_known", 0.0, 200.0),
        ):
            value = getattr(self, name)
            whole = name != "years" or isinstance(value, int)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not number or not whole or not least <= value <= most or value == np.inf:
                words = (
                    f"{least:g} to {most:g}" if most < np.inf else f"a number of at least {least:g}"
                )
                what = "a whole number, " if name == "years" else ""
                raise InputError(f"{name} is {value!r}; allowed: {what}{words}")

    @property
    def number(self) -> float:
        """How many, those of later years discounted."""
        years = np.arange(self.years) + self.until_known
        return float(self.a_year * ((1.0 + self.discount_rate) ** -years).sum())
