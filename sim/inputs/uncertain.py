"""Numbers that a user is not sure of: a 95% interval, or events among people who were counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isfinite
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, PlainSerializer

from sim.evidence.checked import BY_NAME, INTERVAL, ONE, Checked, each_of
from sim.evidence.distributions import to_digits
from sim.evidence.elementary import exp, log
from sim.evidence.normal import standard_normal
from sim.evidence.vocabulary import THERAPY_CLASSES

_ENDS = 0.025, 0.975
"""Quantiles that a 95% interval lies between."""
_PRIOR = 0.5
"""Events, and people without one, that Jeffreys' prior adds to those counted."""


@dataclass(frozen=True)
class Interval:
    """A number between two quantiles, 2.5% and 97.5%.

    Log-normal where it is only above 0; where it has an upper bound, as a share has 1, logit-normal
    between 0 and there. No quantile is above `most`.

    Examples
    --------
    >>> Interval(low=0.5, high=2.0).at(0.5), Interval(low=0.4, high=0.6, bound=1.0).at(0.5)
    (1.0, 0.5)
    """

    low: float
    high: float
    bound: float | None = None
    most: float = inf

    def at(self, u: float) -> float:
        """The quantile `u`, above 0 and below 1."""
        ends = [self._unbounded(end) for end in (self.low, self.high)]
        z = standard_normal(u) / standard_normal(_ENDS[1])
        x = (ends[0] + ends[1]) / 2.0 + z * (ends[1] - ends[0]) / 2.0
        found = exp(x) if self.bound is None else self.bound / (1.0 + exp(-x))
        return min(float(found), self.most)

    def _unbounded(self, x: float) -> float:
        return log(x) if self.bound is None else log(x / (self.bound - x))

    @property
    def words(self) -> str:
        """How it is distributed, as a person reads it."""
        kind = "log-normal" if self.bound is None else "logit-normal"
        return f"95% {self.low:g} to {self.high:g}, {kind}"


class Counts(Checked):
    """A share of which `events` were seen among `n` people: beta, from the prior of Jeffreys.

    Examples
    --------
    >>> round(Counts(events=34, n=50).at(0.5), 3)
    0.679
    """

    events: Annotated[int, Field(ge=0)]
    n: Annotated[int, Field(ge=1)]

    def faults(self) -> Iterator[str]:
        """More events than people."""
        if self.events > self.n:
            yield f"events is {self.events}, above n; allowed: up to {self.n}"

    def at(self, u: float) -> float:
        """The quantile `u`, above 0 and below 1."""
        from scipy import special  # half a second that only counts need

        without = self.n - self.events + _PRIOR
        return to_digits(float(special.betaincinv(self.events + _PRIOR, without, u)))

    @property
    def words(self) -> str:
        """How it is distributed, as a person reads it."""
        low, high = map(self.at, _ENDS)
        return f"{self.events} of {self.n}: 95% {low:.2g} to {high:.2g}, beta, Jeffreys' prior"


def _kind(given: Any) -> str:
    """Which way of giving a number a user chose: by itself, or as an interval."""
    return (INTERVAL if isinstance(given, tuple | list | Interval) else ONE).tag


def _kind_or_dictionary(given: Any) -> str:
    """The same where a dictionary is another way."""
    return BY_NAME.tag if isinstance(given, dict | Counts) else _kind(given)


def within(most: float, *, bounded: bool) -> BeforeValidator:
    """A check, for `Annotated`, of the two ends of an interval of what is from 0 to `most`."""

    def check(given: Any) -> Any:
        ends = (given.low, given.high) if isinstance(given, Interval) else given
        numbers = all(isinstance(x, int | float) and not isinstance(x, bool) for x in ends)
        if len(ends) == 2 and numbers and all(map(isfinite, ends)):
            low, high = map(float, ends)
            if 0.0 < low < high and (high < most if bounded else high <= most):
                bound = most if bounded else None
                return Interval(low=low, high=high, bound=bound, most=most)
        up_to = f"below {most:g}" if bounded else f"up to {most:g}"
        raise ValueError(
            f"is {given!r}; allowed: (low, high), a 95% interval with low first, both above 0 and "
            f"{up_to}"
        )

    return BeforeValidator(check)


Share = Annotated[float, Field(ge=0.0, le=1.0)]
Days = Annotated[float, Field(ge=0.0, le=3_650.0)]
Points = Annotated[float, Field(ge=0.0, le=10.0)]
Ratio = Annotated[float, Field(gt=0.0, le=100.0)]
Rate = Annotated[float, Field(ge=0.0, le=365.0)]
Price = Annotated[float, Field(ge=0.0, le=1e9)]

_KIND, _KIND_OR_DICTIONARY = Discriminator(_kind), Discriminator(_kind_or_dictionary)
_AS_GIVEN = PlainSerializer(lambda interval: (interval.low, interval.high))

UncertainShare = Annotated[
    Annotated[Share, ONE]
    | Annotated[Interval, within(1.0, bounded=True), _AS_GIVEN, INTERVAL]
    | Annotated[Counts, BY_NAME],
    _KIND_OR_DICTIONARY,
]
"""A share: a number, a 95% interval, or `{"events": 34, "n": 50}`."""
UncertainPoints = Annotated[
    Annotated[Points, ONE] | Annotated[Interval, within(10.0, bounded=True), _AS_GIVEN, INTERVAL],
    _KIND,
]
_DaysBetween = Annotated[Interval, within(3_650.0, bounded=False), _AS_GIVEN, INTERVAL]
UncertainDays = Annotated[Annotated[Days, ONE] | _DaysBetween, _KIND]
UncertainDaysByClass = Annotated[
    Annotated[Days, ONE]
    | _DaysBetween
    | Annotated[dict[str, UncertainDays], each_of(THERAPY_CLASSES), BY_NAME],
    _KIND_OR_DICTIONARY,
]
"""Days in every class of systemic therapy, or by class."""
UncertainRatio = Annotated[
    Annotated[Ratio, ONE] | Annotated[Interval, within(100.0, bounded=False), _AS_GIVEN, INTERVAL],
    _KIND,
]
UncertainRate = Annotated[
    Annotated[Rate, ONE] | Annotated[Interval, within(365.0, bounded=False), _AS_GIVEN, INTERVAL],
    _KIND,
]
UncertainPrice = Annotated[
    Annotated[Price, ONE] | Annotated[Interval, within(1e9, bounded=False), _AS_GIVEN, INTERVAL],
    _KIND,
]


def drawn(value: Any, draw: int, *of: str) -> Any:
    """A number under a draw of the parameters, `of` a treatment and a field; 0 is the median.

    What is certain stays as it is. In a dictionary each value has luck of its own.
    """
    if isinstance(value, dict):
        return {name: drawn(one, draw, *of, name) for name, one in value.items()}
    if isinstance(value, Interval | Counts):
        return value.at(luck(draw, *of) if draw > 0 else 0.5)
    return value


def luck(draw: int, *of: str) -> float:
    """The number between 0 and 1 that decides over one uncertain number in one draw.

    It is a hash of the draw and of the names of treatment and field, and of nothing else: another
    treatment, another field, their order or the number of draws do not change it. The Sobol points
    of the evidence have a dimension for each of its own rows, and none to spare for names.

    Examples
    --------
    >>> luck(3, "mine", "cost") == luck(3, "mine", "cost") != luck(3, "yours", "cost")
    True
    """
    said = "\n".join((*of, str(draw))).encode()
    first = int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 11
    return (first + 0.5) / 2.0**53


def ends_of(value: float | Interval | Counts) -> tuple[float, float]:
    """Ends of the 95% interval of a number; twice itself of what is certain."""
    if isinstance(value, Interval):
        return value.low, value.high
    if isinstance(value, Counts):
        return value.at(_ENDS[0]), value.at(_ENDS[1])
    return value, value
