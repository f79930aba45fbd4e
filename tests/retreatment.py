"""How often a lesion may be treated, reckoned by hand: from fractions and from a list of kinds."""

from __future__ import annotations

from collections import Counter

import numpy as np

NEVER_BEFORE = -np.inf

FRACTIONS = {
    "ebrt_8gy1": (1, 8.0),
    "ebrt_20gy5": (5, 4.0),
    "ebrt_30gy10": (10, 3.0),
    "sbrt_24gy2": (2, 8.5),
    "rfa_ebrt": (5, 4.0),
    "surgery_rt": (10, 3.0),
}
"""Fractions and Gy of each at the spinal cord."""
KINDS = {
    "cement": {"vertebroplasty", "kyphoplasty", "rfa_cement", "microwave", "curettage_sm153"},
    "ablations": {"rfa_cement", "rfa_ebrt", "microwave", "cryoablation"},
    "operations": {"surgery_rt"},
    "radiopharmaceuticals": {"radiopharmaceutical"},
}
MOST = {"cement": 1, "ablations": 2, "operations": 1, "radiopharmaceuticals": 2}
MOST_GY = 135.0 / 2.0
"""Biologically effective dose at alpha/beta 2 Gy, as 2 Gy fractions."""
REST_DAYS = 28.0


def cord_dose(name: str) -> float:
    """Equivalent dose in 2 Gy fractions at alpha/beta 2 Gy, to a tenth."""
    n, gray = FRACTIONS.get(name, (0, 0.0))
    return round(n * gray * (gray + 2.0) / (2.0 + 2.0), 1)


class History:
    """What one lesion had."""

    def __init__(self) -> None:
        self.gray = 0.0
        self.until = NEVER_BEFORE
        self.given: Counter[str] = Counter()
        self.courses = 0

    @classmethod
    def of(cls, lesion: np.void) -> History:
        """As the record of the lesion has it."""
        mine = cls()
        mine.gray, mine.until = float(lesion["cord_dose_gy"]), float(lesion["irradiated_until"])
        mine.given.update({kind: int(lesion[kind]) for kind in KINDS})
        mine.courses = int(lesion["courses"])
        return mine

    @property
    def booked(self) -> list[float]:
        """Dose, courses, and courses of each kind."""
        return [self.gray, self.courses, *(self.given[kind] for kind in KINDS)]

    def gray_left(self, now: float) -> float:
        return 0.0 if now < self.until + REST_DAYS else MOST_GY - self.gray

    def bars(self, name: str, now: float) -> bool:
        """Whether the lesion may not have one more course of a treatment."""
        kinds = [kind for kind, names in KINDS.items() if name in names]
        if any(self.given[kind] >= MOST[kind] for kind in kinds):
            return True
        return name != "surgery_rt" and cord_dose(name) > self.gray_left(now)

    def add(self, name: str, now: float) -> float:
        """Give a course; the dose it gives."""
        gray = cord_dose(name)
        if name == "surgery_rt":
            gray = min(gray, self.gray_left(now))
        self.gray += gray
        self.given.update(kind for kind, names in KINDS.items() if name in names)
        self.courses += 1
        return gray
