"""How fast a run lives, and how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable

_SECONDS = 1.0
"""After which there is a rate."""


class Pace:
    """The pace of a run: of the point estimate, and of draws, whose tables cost more a life.

    Parameters
    ----------
    clock : callable
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = self._last = clock()
        self._lives = {False: 0, True: 0}
        self._seconds = {False: 0.0, True: 0.0}

    def begin(self) -> None:
        """The lives begin now: what came before was no living."""
        self._began = self._last = self._clock()

    def add(self, lives: int, *, drawn: bool, before: bool) -> None:
        """Some lives of the point estimate, or of a draw, are done; what was before costs none."""
        now = self._clock()
        if not before:
            self._lives[drawn] += lives
        self._seconds[drawn] += now - self._last
        self._last = now

    @property
    def rate(self) -> float:
        """Lives a second, of those that were not done before; 0 as long as nobody can tell."""
        seconds = sum(self._seconds.values())
        return sum(self._lives.values()) / seconds if seconds >= _SECONDS else 0.0

    def seconds_left(self, point: int, drawn: int) -> float | None:
        """How long so many lives of the point estimate and of draws take; none if nobody can tell.

        As long as there was no draw, a life of one is taken to cost what one of the point estimate
        does.
        """
        if self.rate == 0.0:
            return None
        each = {
            kind: self._seconds[kind] / self._lives[kind] if self._lives[kind] else 1.0 / self.rate
            for kind in (False, True)
        }
        return point * each[False] + drawn * each[True]

    def words(self, point: int, drawn: int) -> str:
        """The rate, and the time left."""
        left = self.seconds_left(point, drawn)
        if left is None:
            return ""
        rate = f"{_short(self.rate)} lives/s"
        return f"{rate}, {duration_words(left)} left" if point or drawn else rate


def duration_words(seconds: float) -> str:
    """A duration, as exact as it can be known before.

    Examples
    --------
    >>> [duration_words(seconds) for seconds in (0.2, 59, 61, 3_600, 20_000)]
    ['1 s', '59 s', '1 min 1 s', '1 h 0 min', '5 h 33 min']
    """
    whole = max(1, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def _short(number: float) -> str:
    if number >= 1e6:
        return f"{number / 1e6:.2f} million"
    return f"{number:,.0f}"
