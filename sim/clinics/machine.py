"""One machine, room or consultant: its hours, and its appointment book by day."""

from __future__ import annotations

from collections.abc import Sequence

from sim.clinics.working_days import WorkingDays
from sim.evidence.visits import MINUTES_PER_DAY
from sim.inputs.resource import Resource

EPSILON_DAYS = 1e-9
"""A tenth of a millisecond: SimPy's clock adds up differences, so that times are equal but for
rounding."""
EPSILON_MINUTES = EPSILON_DAYS * MINUTES_PER_DAY
_DAYS_AT_A_TIME = 366


class Machine(WorkingDays):
    """A machine of a resource; the parameters are those of `WorkingDays`."""

    def __init__(self, number: int, resource: Resource, first_weekday: int) -> None:
        super().__init__(number, resource, first_weekday)
        self.opens = resource.opens / 24.0
        self.closes = resource.closes / 24.0
        self.minutes = resource.minutes_per_day
        self.free_at = 0.0
        self.idle_from = 0.0
        """It is free for nobody but an emergency before this, as far as was looked."""
        self.ahead: list[float] = []
        """Minutes of each day taken by sessions that were placed on it before it came."""
        self.used: list[float] = []
        """Minutes of each day taken by all sessions; both lists are as long as days were needed."""
        self._opens_next = -1.0
        self._never_closes = resource.always_open

    def fail(self, days: range) -> None:
        """Lose some days to a failure."""
        super().fail(days)
        self._opens_next, self.idle_from = -1.0, self.free_at

    def open_book(self, day: int) -> None:
        """Let the book reach beyond a day."""
        more = [0.0] * (day + _DAYS_AT_A_TIME - len(self.used))
        self.ahead += more
        self.used += more

    def has_room(self, day: int, minutes: float, reserved: float = 0.0) -> bool:
        """Whether a session fits into the book of a day."""
        if day >= len(self.used):
            self.open_book(day)
        return self.used[day] + minutes <= self.room(reserved)

    def room(self, reserved: float = 0.0) -> float:
        """Minutes of a day that may be used, rounding aside."""
        return self.minutes - reserved + 1e-6

    def busy_until(self, day: int) -> float:
        """When the sessions placed on a day beforehand, which come first, are over."""
        if day >= len(self.used):
            self.open_book(day)
        return day + self.opens + self.ahead[day] / MINUTES_PER_DAY

    def placed(self, day: int) -> float:
        """Minutes of a day taken by sessions that were placed on it before it came."""
        if day >= len(self.used):
            self.open_book(day)
        return self.ahead[day]

    def days_after(
        self, day: int, sessions: int, minutes: float, reserved: float = 0.0
    ) -> list[int] | None:
        """The next working days of a course that begins on a day; None if one has no room."""
        if sessions == 1:
            return []
        days = self.open_days(day + 1, sessions - 1)
        if days[-1] >= len(self.used):
            self.open_book(days[-1])
        fullest = max(map(self.used.__getitem__, days))
        return days if fullest + minutes <= self.room(reserved) else None

    def place(self, days: Sequence[int], minutes: float) -> None:
        """Put a session into the book of each of some later days, which are in order."""
        if days[-1] >= len(self.used):
            self.open_book(days[-1])
        ahead, used = self.ahead, self.used
        for day in days:
            ahead[day] += minutes
            used[day] += minutes

    def take_off(self, day: int, minutes: float) -> None:
        """Take a session out of the book again."""
        self.ahead[day] -= minutes
        self.used[day] -= minutes
        self.idle_from = self.free_at

    def fits(self, now: float, minutes: float, *, past_midnight: bool) -> bool:
        """Whether a session that begins now ends before the machine closes.

        Past midnight, if it may, up to what was placed on the days that come.
        """
        day = int(now + EPSILON_DAYS)
        left = (day + self.closes - now) * MINUTES_PER_DAY
        if minutes <= left + EPSILON_MINUTES:
            return self.has_room(day, minutes)
        if not past_midnight or not self.has_room(day, left):
            return False
        last = int(now + minutes / MINUTES_PER_DAY - EPSILON_DAYS)
        return all(placed < EPSILON_MINUTES for placed in self.ahead[day + 1 : last + 1])

    def begin(self, now: float, minutes: float, *, counted: bool) -> None:
        """Begin a session now; one that comes between those placed beforehand puts them off."""
        self.free_at = self.idle_from = now + minutes / MINUTES_PER_DAY
        if not counted:
            return
        day = int(now + EPSILON_DAYS)
        today = minutes
        if self._never_closes:
            today = min(minutes, (day + self.closes - now) * MINUTES_PER_DAY)
        if now + EPSILON_DAYS < self.busy_until(day):
            self.ahead[day] += today
        self.used[day] += today
        left = minutes - today
        while left > EPSILON_MINUTES:
            day += 1
            self.place((day,), min(left, self.minutes))
            left -= self.minutes

    def next_opening(self, now: float) -> float:
        """When it opens next, after now."""
        if self._opens_next <= now:
            today = int(now)
            day = today if now < today + self.opens and self.opens_on(today) else today + 1
            self._opens_next = self.next_open_day(day) + self.opens
        return self._opens_next
