"""Which strategy leads, and whether that is known: the one place that decides over a winner.

A strategy is named first only where the 95% interval of its difference to every other one, draw by
draw, leaves out zero. Those that it does not leave out are named with it. Without draws of the
parameters nothing is named: replicates and people say how sure the luck is, not the parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.tables.intervals import FEWEST_DRAWS, interval


@dataclass(frozen=True)
class Gap:
    """A difference between two strategies in the same people: its mean and 95% interval."""

    mean: float
    low: float
    high: float

    @property
    def told_apart(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


@dataclass(frozen=True)
class Leading:
    """Strategies by their means, the best first, and what is certain of it."""

    order: tuple[str, ...]
    alike: tuple[str, ...]
    """Those that are not told apart from the first."""
    known: bool
    """Whether there are draws enough to tell strategies apart."""

    @property
    def winner(self) -> str | None:
        """The strategy that is told apart from every other one, if there is one."""
        return self.order[0] if self.known and not self.alike else None


def gap_of(difference: NDArray[np.float64]) -> Gap:
    """The difference between two strategies from that of each draw; of too few without interval.

    A new draw lies within the interval with 95%; see `sim.tables.intervals`.
    """
    low, high = interval(difference, "parameter draws").tolist()
    return Gap(float(difference.mean()), low, high)


def leading(samples: Mapping[str, NDArray[np.float64]], *, more: bool, drawn: bool) -> Leading:
    """Which strategy has the most of something, or the least.

    Parameters
    ----------
    samples : mapping
        By strategy, a number a draw; the same draws in the same order.
    more : bool
        Whether more is better.
    drawn : bool
        Whether samples are draws of the parameters.

    Examples
    --------
    >>> days = {"a": np.arange(40.0), "b": np.arange(40.0) + 5.0, "c": np.arange(40.0)[::-1] + 4.0}
    >>> found = leading(days, more=True, drawn=True)
    >>> found.order, found.alike, found.winner
    (('b', 'c', 'a'), ('c',), None)
    """
    sign = 1.0 if more else -1.0
    order = tuple(sorted(samples, key=lambda name: -sign * float(np.mean(samples[name]))))
    best = samples[order[0]]
    known = drawn and len(best) >= FEWEST_DRAWS
    alike = [name for name in order[1:] if not gap_of(best - samples[name]).told_apart]
    return Leading(order, tuple(alike) if known else order[1:], known)
