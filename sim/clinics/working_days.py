"""The days on which a machine works: its weekdays, but for maintenance and failures."""

from __future__ import annotations

from sim.inputs.resource import WEEKDAYS, Resource

_DAYS_AT_A_TIME = 366


class WorkingDays:
    """Days on which one machine works; days are whole days since the clinics opened.

    They are looked up in a table, which is made a year at a time as far as somebody asks.

    Parameters
    ----------
    number : int
        Its place among the machines of the line.
    first_weekday : int
        Of day 0; Monday is 0.
    """

    def __init__(self, number: int, resource: Resource, first_weekday: int) -> None:
        self.number = number
        self.down: set[int] = set()
        """Days lost to failures so far."""
        self._first_weekday = first_weekday
        self._open_weekdays = tuple(day in resource.weekdays for day in WEEKDAYS)
        self._every_weeks = resource.maintenance_every_weeks
        open_days = [i for i, is_open in enumerate(self._open_weekdays) if is_open]
        self._off_weekday = open_days[number % len(open_days)]
        self._open: list[int] = []
        """The days on which it works, in order."""
        self._before: list[int] = []
        """By day, how many open days come before it."""

    def fail(self, days: range) -> None:
        """Lose some days to a failure."""
        self.down.update(days)
        self._open, self._before = [], []

    def is_up(self, day: int) -> bool:
        """Whether it could work on a day at all: not maintained, not failed."""
        if day in self.down:
            return False
        if self._every_weeks is None or (day + self._first_weekday) % 7 != self._off_weekday:
            return True
        week = (day + self._first_weekday) // 7
        return week % self._every_weeks != self.number % self._every_weeks

    def opens_on(self, day: int) -> bool:
        """Whether it works on a day: a weekday of its own, not maintained, not failed."""
        return self.next_open_day(day) == day

    def next_open_day(self, day: int) -> int:
        """The first day from a day on at which it works."""
        try:
            return self._open[self._before[day]]
        except IndexError:
            self._look_further()
            return self.next_open_day(day)

    def open_days(self, day: int, number: int) -> list[int]:
        """The first so many days from a day on at which it works."""
        while len(self._before) <= day or len(self._open) < self._before[day] + number:
            self._look_further()
        first = self._before[day]
        return self._open[first : first + number]

    def count_open(self, first_day: int, last_day: int) -> int:
        """On how many days it works, from a day on up to another, which is not counted."""
        while len(self._before) <= last_day:
            self._look_further()
        return self._before[last_day] - self._before[first_day]

    def _look_further(self) -> None:
        first = len(self._before)
        for day in range(first, first + _DAYS_AT_A_TIME):
            self._before.append(len(self._open))
            if self._open_weekdays[(day + self._first_weekday) % 7] and self.is_up(day):
                self._open.append(day)
