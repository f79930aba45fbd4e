"""Whether a line is overloaded: it falls behind by more than chance brings.

Other patients come at a rate that the scenario gives, so that how many more of them came than that
is known, and is no growth to be feared; how many people with spinal metastasis come is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.resource import Demand, Resource

GROWTH = 0.01
"""What a line must fall behind at least, as a share of the open time."""
GROWS_BY, FALLS_BEHIND_BY = 1.0, 2.0
"""By how many standard deviations of what is asked for a line must grow, and would have to grow had
other patients come at their rate. Of a line that is asked for just what it can do, the worst case,
the chance of both is that of a normal variable beyond their sum, about 1 in 400, where all patients
are others, and 1 in 20 where none are."""
NEARLY_FULL = 90.0
"""Percent of the open time that a line uses which is asked for more than that and does not grow,
since its people leave: the rest of a day may be too short for a session."""
AS_A_RULE = 0.5
"""Share of the replicates from which a line is said to be overloaded."""


@dataclass(frozen=True)
class Work:
    """Minutes of work of a line in the years counted.

    Attributes
    ----------
    is_open, used : float
        Of its machines, within their hours.
    asked : float
        Of all sessions asked for.
    by_rate : float
        The same, had other patients come at their rate.
    sd, spinal_sd : float
        By how much what all patients ask for varies by chance, and those with spinal metastasis.
    growth : float
        Of what has been asked for and not begun.
    outside : float
        Given when the machines are closed.
    """

    is_open: float
    used: float
    asked: float
    by_rate: float
    sd: float
    spinal_sd: float
    growth: float
    outside: float = 0.0

    @property
    def behind(self) -> float:
        """By how much it would have fallen behind had other patients come at their rate."""
        return self.growth - (self.asked - self.by_rate)

    @property
    def overloaded(self) -> bool:
        """Whether it falls behind by more than chance, or its people leave before it does."""
        least = GROWTH * self.is_open
        grows = self.growth > max(least, GROWS_BY * self.sd)
        falls_behind = self.behind > max(least, FALLS_BEHIND_BY * self.sd)
        surely_asked = self.by_rate - self.outside - FALLS_BEHIND_BY * self.spinal_sd
        full = 100.0 * self.used > NEARLY_FULL * self.is_open
        return (grows and falls_behind) or (surely_asked > self.is_open and full)


def sd_of(minutes: NDArray[np.float64]) -> float:
    """Standard deviation of the sum of what is asked for, if people come independently.

    Of a compound Poisson process it is the root of the sum of squares.

    Examples
    --------
    >>> sd_of(np.array([3.0, 4.0]))
    5.0
    """
    return float(np.sqrt(np.sum(np.square(minutes))))


def in_line(
    since: NDArray[np.float64], until: NDArray[np.float64], minutes: NDArray[np.float64], at: float
) -> float:
    """Work of those who are in line at a time."""
    return float(minutes[(since <= at) & (at < until)].sum())


def minutes_per_day(resource: Resource) -> float:
    """What other patients ask of a resource a day, at their rate."""
    return sum(
        demand.per_week / 7.0 * demand.sessions * _mean_session(resource, demand)
        for demand in resource.others
    )


def bed_minutes_per_day(resources: Iterable[Resource]) -> float:
    """What other patients of some resources ask of beds a day, at their rate."""
    demands = (demand for resource in resources for demand in resource.others)
    return sum(demand.per_week / 7.0 * demand.bed_days * MINUTES_PER_DAY for demand in demands)


def _mean_session(resource: Resource, demand: Demand) -> float:
    """Minutes; exponential ones are cut where there is no room for longer ones."""
    if demand.spread == "fixed":
        return demand.minutes
    return -demand.minutes * math.expm1(-resource.longest_session(demand) / demand.minutes)
