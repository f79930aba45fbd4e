"""The story of one person: every event of a life in the order it happened, and what it did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.care_records import build_strategies
from sim.care_tally import N_STATISTICS, CareTally
from sim.engines.cohort import begin_block, live_kept_block
from sim.engines.process import apply_event_to, next_event_of
from sim.evidence.reader import evidence
from sim.hazards import NEVER
from sim.life.events import EVENTS, LESION, SKELETAL_DETECTION
from sim.life.parameters import build_cancers, build_world
from sim.life.state import OUTSIDE, PERSON
from sim.life.treatments import Care
from sim.microdata import EventLog, calendar_dates
from sim.scenario import Scenario
from sim.story_words import DISEASES, PHRASES, place, summary, words
from sim.tally import Tally
from sim.vocabulary import (
    COMPARTMENTS,
    DAYS_PER_YEAR,
    LEVELS,
    N_LEVELS,
    PRIMARIES,
    STAGES,
    nearest,
)

SEARCHED = 200_000
"""People looked through for the one asked for."""

PARTS = 10
"""Parts they are lived in, each of the same mix, until the one asked for is found."""

IMAGES = {
    "staging": "staging",
    "surveillance_imaging": "surveillance_imaging",
    "pain_worked_up": "work_up",
    "cord_compression_diagnosed": "work_up",
}
"""Events that are images, and the kind of image."""


class StoryError(ValueError):
    """A person who is not there."""


@dataclass(frozen=True)
class Moment:
    """One event of a life.

    Attributes
    ----------
    day : float
        Since diagnosis.
    event : str
        Name in `sim.life.events.EVENTS`.
    lesion : int
        Lesion that it happened to, -1 if none.
    before, after : records of `PERSON`
    """

    day: float
    event: str
    lesion: int
    before: np.void
    after: np.void

    @property
    def seen(self) -> list[str]:
        """Levels that an image showed for the first time."""
        if self.before["n_lesions"] == 0:
            return []
        known, found = (p["lesion_detected_day"] for p in (self.before, self.after))
        new = (found == self.day) & (known != found)
        return [LEVELS[i] for i in dict.fromkeys(self.after["lesion_level"][new].tolist())]

    @property
    def shows(self) -> bool:
        """Whether an image showed anything new."""
        due = [float(p["clock"][SKELETAL_DETECTION]) for p in (self.before, self.after)]
        return bool(self.seen) or due[0] != due[1] == self.day

    @property
    def imaging(self) -> str | None:
        """The kind of image that was made, if any; of one for other pain only if it shows."""
        other = "work_up" if self.seen else None
        return IMAGES.get(self.event, other)

    def phrase(self) -> str:
        """What happened, in one phrase."""
        told = words(self.before, self.after, self.lesion)
        seen = f"; seen: {', '.join(self.seen)}" if self.seen else ""
        shows = f"shows the skeleton{seen}" if self.shows else "shows nothing new"
        if self.event == "staging" and not self.shows:
            shows = "misses the skeletal metastasis"
        seeded = float(self.after["lesion_seeded_day"][self.lesion]) if self.lesion >= 0 else 0.0
        told |= {
            "place": place(self.after, self.lesion) if self.lesion >= 0 else "",
            "seen": seen,
            "shows": shows,
            "imaged": f"; the spine is imaged{seen}" if seen else "",
            "earlier": f", {-seeded:.0f} days before diagnosis" if seeded < 0.0 else "",
        }
        return PHRASES[self.event].format(**told)


@dataclass(frozen=True)
class Story:
    """One life.

    Attributes
    ----------
    person : record of `PERSON`
        Finished.
    moments : tuple of Moment
        Every event, in its order.
    """

    person: np.void
    moments: tuple[Moment, ...]

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
        return [lesion for lesion in self._all_lesions() if lesion[0] < N_LEVELS]

    def outside(self) -> tuple[str, float, float] | None:
        """The lesion outside the vertebrae: its compartment, day of seeding, day it is seen."""
        p = self.person
        found = [lesion for lesion in self._all_lesions() if lesion[0] == OUTSIDE]
        name = COMPARTMENTS[p["lesion_compartment"][OUTSIDE]]
        return (name, *found[0][1:]) if found else None

    def _all_lesions(self) -> list[tuple[int, float, float]]:
        p = self.person
        if p["n_lesions"] == 0:
            return []
        days = zip(p["lesion_seeded_day"], p["lesion_detected_day"], strict=True)
        return [(i, float(a), float(b)) for i, (a, b) in enumerate(days) if a != NEVER]

    def images(self) -> list[tuple[float, str, bool]]:
        """Every look at the skeleton: its day, its kind, whether it showed anything new."""
        return [(m.day, m.imaging, m.shows) for m in self.moments if m.imaging]

    def lines(self) -> list[tuple[float, str]]:
        """Day since diagnosis and phrase of every event; what was there at diagnosis on day 0."""
        return [(max(moment.day, 0.0), moment.phrase()) for moment in self.moments]

    def text(self) -> str:
        """The timeline as text, and a short summary."""
        p = self.person
        lines = [f"Person {p['number']}: {self.title}", ""]
        for day, phrase in self.lines():
            date = calendar_dates(np.array([p["diagnosis_year"] + day / DAYS_PER_YEAR]))[0]
            lines.append(f"  day {day:>8.1f}  {date}  age {self.age(day):5.1f}  {phrase}")
        broken = [m.lesion for m in self.events("vertebral_fracture")]
        return "\n".join([*lines, "", *summary(p, sorted(broken))])


def relive(
    people: NDArray[np.void],
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: Care,
) -> tuple[Moment, ...]:
    """Live a started life step by step, and keep what the person was before and after each event.

    Parameters
    ----------
    people : array of `PERSON`, shape (1,)
        Changed in place.
    cancers, worlds : arrays of `CANCER` and `WORLD`
    care : Care
        The strategy.
    """
    moments = []
    alive = True
    while alive:
        before = people[0].copy()
        day, code = next_event_of(people, 0)
        alive = apply_event_to(people, 0, day, code, cancers, worlds, care)
        after = people[0].copy()
        event = EVENTS[after["event"]]
        lesion = int(after["event_level"])
        if code == LESION:
            lesion = int(before["lesion_next"])
        elif event == "outside_seeded":
            lesion = OUTSIDE
        moments.append(Moment(day, event, lesion, before, after))
    return tuple(moments)


def tell(
    scenario: Scenario, person: int, *, primary: str | None = None, spinal: bool = False
) -> Story:
    """The story of one person of a scenario, at the point estimate.

    Parameters
    ----------
    scenario : Scenario
    person : int
        Position among the people diagnosed in the first year who fit, from 0 up, in a fixed order
        that mixes primaries and sexes as the population does.
    primary : str, optional
        Only people with this primary.
    spinal : bool
        Only people who ever have spinal metastasis.

    Raises
    ------
    StoryError
        If there is no such person or primary.
    """
    if primary is not None and primary not in PRIMARIES:
        raise StoryError(f"primary is {primary!r}; {nearest(primary, PRIMARIES)}")
    values = evidence().point
    year = scenario.years[0]
    plan = scenario.population.plan(year, year, values)
    if primary is not None:
        other = plan.groups["primary"] != PRIMARIES.index(primary)
        plan.groups["count"][other] = 0
    plan = plan.thinned(SEARCHED)
    if person < 0 or plan.people == 0:
        raise StoryError(f"person is {person}; allowed: 0 to {max(plan.people - 1, 0)}")
    cancers, worlds = build_cancers(values), build_world(values)
    strategies = build_strategies(
        scenario.strategies[:1], scenario.treatments, scenario.common_knobs(), values
    )
    common = (plan.groups, plan.cells, cancers, worlds, np.uint64(scenario.seed), 0)
    skipped = 0
    for part in range(PARTS):
        bounds = plan.groups["count"][:, None] * np.array([part, part + 1]) // PARTS
        segments = np.array(
            [(i, low, high) for i, (low, high) in enumerate(bounds) if low < high], np.int64
        ).reshape(-1, 3)
        table = np.zeros((int((bounds[:, 1] - bounds[:, 0]).sum()), 1), PERSON)
        live_kept_block(
            table,
            segments,
            *common[:4],
            strategies.policies,
            strategies.rules,
            strategies.treatments,
            strategies.limits,
            *common[4:],
            (year, year, year),
            np.zeros((1, N_STATISTICS)),
            Tally.empty(1),
            CareTally.empty(1),
            EventLog.empty(0),
        )
        people = table[:, 0]
        mixed = np.random.default_rng(0).permutation(len(people))
        fits = mixed[people["n_lesions"][mixed] > 0] if spinal else mixed
        if person - skipped < len(fits):
            row = int(fits[person - skipped])
            ends = np.cumsum(segments[:, 2] - segments[:, 1])
            at = np.searchsorted(ends, row, side="right")
            group, index = segments[at, 0], segments[at, 2] - (ends[at] - row)
            one = np.zeros(1, PERSON)
            begin_block(one, np.array([[group, index, index + 1]]), *common)
            moments = relive(one, cancers, worlds, strategies.care(0))
            return Story(one[0], moments)
        skipped += len(fits)
    if skipped == 0:
        raise StoryError(f"spinal: none of {plan.people:,} people looked through ever has it")
    raise StoryError(f"person is {person}; allowed: 0 to {skipped - 1}")
