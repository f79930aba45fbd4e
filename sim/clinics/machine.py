"""One machine, room or consultant: when it is open, and its appointment book by day."""

from __future__ import annotations

from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.resource import WEEKDAYS, Resource

EPSILON_DAYS = 1e-9
"""A tenth of a millisecond: SimPy's clock adds up differences, so that times are equal but for
rounding."""
EPSILON_MINUTES = EPSILON_DAYS * MINUTES_PER_DAY
_MOST_CLOSED_DAYS = 5_000


class Machine:
    """A machine of a resource; days are whole days since the clinics opened.

    Parameters
    ----------
    number : int
        Its place among the machines of the line.
    first_weekday : int
        Of day 0; Monday is 0.
    """

    def __init__(self, number: int, resource: Resource, first_weekday: int) -> None:
        self.number = number
        self.opens = resource.opens / 24.0
        self.closes = resource.closes / 24.0
        self.minutes = resource.minutes_per_day
        self.free_at = 0.0
        self.ahead: dict[int, float] = {}
        """Minutes of each day taken by sessions that were placed on it before it came."""
        self.used: dict[int, float] = {}
        """Minutes of each day taken by all sessions."""
        self._opens_next = -1.0
        self.down: set[int] = set()
        """Days lost to failures so far."""
        self._first_weekday = first_weekday
        self._open_weekdays = tuple(day in resource.weekdays for day in WEEKDAYS)
        self._never_closes = resource.always_open
        self._every_weeks = resource.maintenance_every_weeks
        open_days = [i for i, is_open in enumerate(self._open_weekdays) if is_open]
        self._off_weekday = open_days[number % len(open_days)]

    def fail(self, days: range) -> None:
        """Lose some days to a failure."""
        self.down.update(days)
        self._opens_next = -1.0

    def opens_on(self, day: int) -> bool:
        """Whether it works on a day: a weekday of its own, not maintained, not failed."""
        return self._open_weekdays[(day + self._first_weekday) % 7] and self.is_up(day)

    def is_up(self, day: int) -> bool:
        """Whether it could work on a day at all: not maintained, not failed."""
        if day in self.down:
            return False
        if self._every_weeks is None or (day + self._first_weekday) % 7 != self._off_weekday:
            return True
        week = (day + self._first_weekday) // 7
        return week % self._every_weeks != self.number % self._every_weeks

    def next_open_day(self, day: int) -> int:
        """The first day from a day on at which it works."""
        for later in range(day, day + _MOST_CLOSED_DAYS):
            if self.opens_on(later):
                return later
        return day + _MOST_CLOSED_DAYS

    def has_room(self, day: int, minutes: float, reserved: float = 0.0) -> bool:
        """Whether a session fits into the book of a day."""
        return self.used.get(day, 0.0) + minutes <= self.minutes - reserved + 1e-6

    def busy_until(self, day: int) -> float:
        """When the sessions placed on a day beforehand, which come first, are over."""
        return day + self.opens + self.ahead.get(day, 0.0) / MINUTES_PER_DAY

    def days_after(
        self, day: int, sessions: int, minutes: float, reserved: float = 0.0
    ) -> list[int] | None:
        """The next working days of a course that begins on a day; None if one has no room."""
        days: list[int] = []
        while len(days) < sessions - 1:
            day = self.next_open_day(day + 1)
            if not self.has_room(day, minutes, reserved):
                return None
            days.append(day)
        return days

    def place(self, day: int, minutes: float) -> float:
        """Put a session into the book of a later day, and give back when it ends."""
        self.ahead[day] = self.ahead.get(day, 0.0) + minutes
        self.used[day] = self.used.get(day, 0.0) + minutes
        return self.busy_until(day)

    def take_off(self, day: int, minutes: float) -> None:
        """Take a session out of the book again."""
        self.ahead[day] -= minutes
        self.used[day] -= minutes

    def fits(self, now: float, minutes: float, *, past_midnight: bool) -> bool:
        """Whether a session that begins now ends before the machine closes.

        Past midnight, if it may, up to what was placed on the days that come.
        """
        day = int(now + EPSILON_DAYS)
        left = (day + self.closes - now) * MINUTES_PER_DAY
        if minutes <= left + EPSILON_MINUTES:
            return self.has_room(day, minutes)
        last = int(now + minutes / MINUTES_PER_DAY - EPSILON_DAYS)
        return (
            past_midnight
            and self.has_room(day, left)
            and all(self.ahead.get(d, 0.0) < EPSILON_MINUTES for d in range(day + 1, last + 1))
        )

    def begin(self, now: float, minutes: float, *, counted: bool) -> None:
        """Begin a session now; one that comes between those placed beforehand puts them off."""
        day = int(now + EPSILON_DAYS)
        self.free_at = now + minutes / MINUTES_PER_DAY
        if not counted:
            return
        today = minutes
        if self._never_closes:
            today = min(minutes, (day + self.closes - now) * MINUTES_PER_DAY)
        if now + EPSILON_DAYS < self.busy_until(day):
            self.ahead[day] = self.ahead.get(day, 0.0) + today
        self.used[day] = self.used.get(day, 0.0) + today
        left = minutes - today
        while left > EPSILON_MINUTES:
            day += 1
            self.place(day, min(left, self.minutes))
            left -= self.minutes

    def next_opening(self, now: float) -> float:
        """When it opens next, after now."""
        if self._opens_next <= now:
            today = int(now)
            day = today if now < today + self.opens and self.opens_on(today) else today + 1
            self._opens_next = self.next_open_day(day) + self.opens
        return self._opens_next
