"""Finite access as the engine reads it: what courses need, when clinics open, who goes where."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evidence.visits import CONSULT_VISIT, Visit
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.inputs.catalog import treatment_names
from sim.inputs.clinics import Clinics
from sim.inputs.treatment import Treatment


@dataclass(frozen=True)
class Access:
    """Finite access as the engine reads it."""

    clinics: Clinics
    visits: dict[int, tuple[Visit, ...]]
    """By index of the treatment; -1 for the consult."""
    opening_year: int
    """The clinics open on 1 January."""
    until_day: float
    """Other patients come up to here, in days since the opening."""

    @classmethod
    def of(cls, clinics: Clinics, own: Sequence[Treatment], years: tuple[int, int]) -> Access:
        """Finite access in the years of a run."""
        based_on = {treatment.name: treatment.based_on for treatment in own}
        sessions = {t.name: t.sessions for t in own if t.name not in clinics.visits}
        visits = {-1: clinics.visits_of(CONSULT_VISIT, {})}
        for index, name in enumerate(treatment_names(own)):
            visits[index] = clinics.visits_of(name, based_on)
            asked = sessions.get(name)
            if asked is not None and visits[index]:
                visits[index] = with_sessions(visits[index], asked)
        opening = years[0] - clinics.warm_up_years
        n_years = years[1] + 1 + clinics.follow_up_years - opening
        return cls(clinics, visits, opening, n_years * DAYS_PER_YEAR)

    @property
    def opening(self) -> datetime.date:
        """The day on which the clinics open."""
        return datetime.date(self.opening_year, 1, 1)

    @property
    def catchments(self) -> NDArray[np.float64]:
        """Cumulative shares of the centers."""
        shares = np.cumsum([center.catchment for center in self.clinics.centers])
        return np.asarray(shares / shares[-1])


def with_sessions(visits: tuple[Visit, ...], sessions: int) -> tuple[Visit, ...]:
    """The visits of a course with another number of sessions; the longest visit is changed."""
    longest = max(range(len(visits)), key=lambda i: visits[i].sessions)
    others = sum(visit.sessions for visit in visits) - visits[longest].sessions
    changed = visits[longest].with_options(sessions=max(1, sessions - others))
    return (*visits[:longest], changed, *visits[longest + 1 :])
