"""How many wait, and for how long: two counts of the same thing, which Little's law compares."""

from __future__ import annotations


class CountedWork:
    """A line whose length is counted over time; times are days since the clinics opened."""

    length = 0
    """People who wait now."""
    longest = 0
    queue_days = 0.0
    """The length added up over time; Little's law says that it is the sum of the waits."""
    waited_days = 0.0
    """Sum of the waits of those who have gone."""
    _since = 0.0

    def count(self, now: float, by: int) -> None:
        """Keep count of some who come or go now; of none, up to now."""
        length, since = self.length, self._since
        if now > since:
            if length > self.longest:
                self.longest = length
            self.queue_days += length * (now - since)
            self._since = now
        self.length = length + by
