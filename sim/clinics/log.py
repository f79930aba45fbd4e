"""What is written down of a clinic: every wait, and every line month by month."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import PAUSE_CAUSES

TREATED, DIED, GAVE_WAY, LEFT = range(4)
"""How a wait ended: by the first session, by death, because cord compression made another episode
of it, or because somebody else lost patience."""

WAIT = np.dtype(
    [
        ("center", "i2"),
        ("resource", "i2"),
        ("other", "i1"),  # 1 for other patients
        ("treatment", "i2"),  # -1 for a consult and for others
        ("visit", "i1"),  # 0 for the first of a course
        ("priority", "i1"),  # when it ended
        ("first_priority", "i1"),
        ("sent", "i1"),  # 1 if sent to another center
        ("outcome", "i1"),
        ("fractures", "i2"),  # while waiting
        ("lost_walking", "i1"),  # while waiting
        ("minutes", "f8"),  # of all sessions asked for
        ("asked", "f8"),  # days since the clinics opened
        ("earliest", "f8"),  # when it could have begun if nobody else were there
        ("ended", "f8"),
        ("bed_days", "f8"),  # of the stay that begins with the first session
        ("no_bed_from", "f8"),  # when a machine was free and no bed was; 0 if never
        ("no_bed_until", "f8"),  # when it was called, or left
    ]
)
"""One wait, from the request to the first session or to where it ended without one."""

MONTH = np.dtype(
    [
        ("center", "i2"),
        ("resource", "i2"),
        ("month", "i4"),  # since the clinics opened
        ("queue", "f8"),  # mean length; of beds, those for whom a machine was free and no bed was
        ("used_minutes", "f8"),
        ("open_minutes", "f8"),
    ]
)
"""One line in one month."""

LINE = np.dtype(
    [
        ("center", "i2"),
        ("resource", "i2"),
        ("machines", "f8"),  # infinite if unlimited
        ("longest", "i8"),
        ("waited_days", "f8"),
        ("queue_days", "f8"),
        ("waiting_at_end", "i8"),
        ("beds_missing", "i8"),  # people for whom a machine was free and no bed was
    ]
)
"""One line over the whole run; `waited_days` and `queue_days` are two counts of the same thing."""


REFERRED = np.dtype(
    [
        ("center", "i2"),
        ("day", "f8"),  # of the first trigger, since the clinics opened
        ("paused_days", "f8", (len(PAUSE_CAUSES),)),
        ("delay_days", "f8", (len(PAUSE_CAUSES),)),
    ]
)
"""One person whose first trigger came on or due systemic therapy: its pauses, to death."""


@dataclass
class ClinicLog:
    """Waits, months, lines, interrupted courses and delays of one strategy and replicate."""

    waits: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, WAIT))
    months: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, MONTH))
    lines: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, LINE))
    interruptions: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, WAIT))
    referred: NDArray[np.void] = field(default_factory=lambda: np.zeros(0, REFERRED))

    def add(self, other: ClinicLog) -> None:
        """Take in the log of other centers."""
        for table in fields(self):
            both = (getattr(self, table.name), getattr(other, table.name))
            setattr(self, table.name, np.concatenate(both))

    def order(self) -> None:
        """Put the rows of each center together, whichever centers were lived first."""
        for table in fields(self):
            rows = getattr(self, table.name)
            setattr(self, table.name, rows[np.argsort(rows["center"], kind="stable")])
