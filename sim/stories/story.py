"""The story of one person: every event of a life in the order it happened, and what it did."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from sim.counting.person_columns import calendar_dates
from sim.evidence.vocabulary import (
    COMPARTMENTS,
    DAYS_PER_YEAR,
    N_LEVELS,
    PRIMARIES,
    STAGES,
    Episode,
    Therapy,
)
from sim.inputs.identifier import identifier
from sim.life.events import PHRASES
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE, N_LESIONS, OUTSIDE
from sim.stories.moment import Moment, Terms
from sim.stories.phrase import phrase_of
from sim.stories.words import DISEASES, summary


@dataclass(frozen=True)
class CourseGiven:
    """One course of a treatment: first and last day since diagnosis, cut off by death."""

    start: float
    end: float
    treatment: int


@dataclass(frozen=True)
class Story:
    """One life under one strategy.

    Attributes
    ----------
    person : record of `PERSON`
        Finished.
    moments : tuple of Moment
        Every event, in its order.
    strategy : str
        What the strategy is called.
    """

    person: np.void
    moments: tuple[Moment, ...]
    strategy: str
    terms: Terms

    @property
    def title(self) -> str:
        """Who it is, in one line."""
        p = self.person
        stage = STAGES[p["stage"]].replace("_", " ")
        return (
            f"{('Man', 'Woman')[p['sex']]}, {int(p['age_at_diagnosis'])} years, "
            f"{DISEASES[PRIMARIES[p['primary']]]}, {stage}{' stage' if p['stage'] < 3 else ''}, "
            f"diagnosed {calendar_dates(p['diagnosis_year'][None])[0]}"
        )

    def age(self, day: float) -> float:
        """Age in years on a day since diagnosis."""
        return float(self.person["age_at_diagnosis"]) + day / DAYS_PER_YEAR

    def course(self) -> list[tuple[str, float, float]]:
        """States of the cancer in their order, each with its first and last day."""
        p = self.person
        starts = (0.0, float(p["incurable_day"]), float(p["dissemination_day"]))
        death = float(p["death_day"])
        ends = (min((*starts[1:], death)), min(starts[2], death), death)
        states = zip(("controlled", "incurable", "disseminated"), starts, ends, strict=True)
        return [(state, start, end) for state, start, end in states if start < end]

    def stretches(self, *names: str) -> list[tuple[float, float, tuple[float, ...]]]:
        """Times over which fields of the person stay the same: first day, last day, values."""
        found = [(0.0, tuple(float(self.moments[0].before[name]) for name in names))]
        for moment in self.moments:
            values = tuple(float(moment.after[name]) for name in names)
            if values != found[-1][1]:
                if moment.day <= found[-1][0]:
                    found.pop()
                found.append((max(moment.day, 0.0), values))
        ends = [day for day, _ in found[1:]] + [float(self.person["death_day"])]
        spans = zip(found, ends, strict=True)
        return [(day, end, values) for (day, values), end in spans if day < end]

    def events(self, *names: str) -> list[Moment]:
        """Moments of the events with these names."""
        return [moment for moment in self.moments if moment.event in names]

    def lesions(self) -> list[tuple[int, float, float]]:
        """Involved vertebrae from the skull down: level, day of seeding, day seen or `NEVER`.

        A lesion that is there at diagnosis was seeded on a negative day.
        """
        return self._lesions(*range(N_LEVELS))

    def bones(self) -> list[tuple[int, float, float]]:
        """Lesions of bone outside the spine: place, day of seeding, day seen or `NEVER`."""
        return self._lesions(*range(FIRST_BONE, N_LESIONS))

    def outside(self) -> tuple[str, float, float] | None:
        """The lesion outside the vertebrae: its compartment, day of seeding, day it is seen."""
        name = COMPARTMENTS[self.person["lesions"]["compartment"][OUTSIDE]]
        found = self._lesions(OUTSIDE)
        return (name, *found[0][1:]) if found else None

    def _lesions(self, *places: int) -> list[tuple[int, float, float]]:
        """Those of some places that there are: place, day of seeding, day seen."""
        if self.person["n_lesions"] == 0:
            return []
        seeded, seen = (self.person["lesions"][f"{what}_day"] for what in ("seeded", "detected"))
        return [(i, float(seeded[i]), float(seen[i])) for i in places if seeded[i] != NEVER]

    def images(self) -> list[tuple[float, str, bool]]:
        """Every look at the skeleton: its day, its kind, whether it showed anything new."""
        return [(m.day, m.imaging, m.shows) for m in self.moments if m.imaging]

    def courses(self) -> list[CourseGiven]:
        """Courses of palliative treatment in their order."""
        death = float(self.person["death_day"])
        found = [(m.day, m.after) for m in self.events("course_begun")]
        return [
            CourseGiven(day, min(float(p["course_end_day"]), death), int(p["episode_treatment"]))
            for day, p in found
        ]

    def courses_given(self) -> str:
        """Names of the treatments given, with how often."""
        given = Counter(self.terms.treatments[course.treatment] for course in self.courses())
        return ", ".join(f"{name} x {n}" if n > 1 else name for name, n in given.items()) or "none"

    def episodes(self) -> list[tuple[float, float]]:
        """Episodes of care, each from the referral to the end of the course or of the plan."""
        found = []
        opened = None
        for moment in self.moments:
            if moment.event == "referred":
                if opened is not None:
                    found.append((opened, moment.day))
                opened = moment.day
            over = moment.after["episode"] == Episode.NONE or not moment.after["alive"]
            if opened is not None and over:
                found.append((opened, moment.day))
                opened = None
        return found

    def pauses(self) -> list[tuple[float, float]]:
        """Times in which systemic therapy was paused for palliative care."""
        found = self.stretches("therapy")
        return [(start, stop) for start, stop, (state,) in found if state == Therapy.PAUSED]

    @property
    def end(self) -> str:
        """How the life ends, in a few words."""
        return PHRASES.get(self.moments[-1].event, "dies of a complication of care")

    def lines(self, first: int = 0, last: int | None = None) -> list[tuple[float, str]]:
        """Day since diagnosis and phrase of every event; what was there at diagnosis on day 0.

        Parameters
        ----------
        first, last : int
            The first moment told, and the one after the last; all by default.
        """
        told = [(max(m.day, 0.0), phrase_of(m)) for m in self.moments[first:last]]
        return [(day, phrase) for day, phrase in told if phrase]

    def timeline(self, first: int = 0, last: int | None = None) -> list[str]:
        """The same as text, with dates and ages."""
        found = []
        for day, phrase in self.lines(first, last):
            year = self.person["diagnosis_year"] + day / DAYS_PER_YEAR
            date = calendar_dates(np.array([year]))[0]
            found.append(f"  day {day:>8.1f}  {date}  age {self.age(day):5.1f}  {phrase}")
        return found

    def summary(self) -> list[str]:
        """What the life came to, in a few lines."""
        return summary(self.person, self.courses_given())

    @property
    def heading(self) -> str:
        """Who it is, with the identifier."""
        return f"Person {identifier(int(self.person['number']))}: {self.title}"

    def text(self) -> str:
        """The timeline as text, and a short summary."""
        return "\n".join([self.heading, "", *self.timeline(), "", *self.summary()])
