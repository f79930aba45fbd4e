"""The story of one person: every event of a life, in the order it happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engines.cohort import live_block_logged
from sim.evidence.reader import evidence
from sim.life.events import EVENTS
from sim.life.parameters import build_cancers, build_world
from sim.life.state import PERSON
from sim.microdata import EventLog, calendar_dates
from sim.scale import block_segments
from sim.scenario import Scenario
from sim.tally import Tally
from sim.vocabulary import LEVELS, PRIMARIES, SEXES, STAGES, nearest

PHRASES = {
    "incurable": "the cancer becomes incurable",
    "dissemination": "the cancer spreads to distant sites",
    "skeletal_metastasis": "first skeletal metastasis, occult",
    "spinal_metastasis": "the spine is seeded at {level}, occult",
    "level_seeded": "{level} is seeded",
    "staging": "staging of the skeleton",
    "surveillance_imaging": "an image shows the skeleton",
    "symptom_imaging": "symptoms from {level} are worked up",
    "skeletal_detected": "skeletal metastasis is detected",
    "spinal_detected": "spinal metastasis is detected",
    "skeletal_recorded": "bone metastasis enters the record",
    "death_cancer": "dies of the cancer",
    "death_other": "dies of another cause",
}
"""What each event is called in a story."""

SEARCHED = 200_000
"""People looked through for the one asked for."""


class StoryError(ValueError):
    """A person who is not there."""


@dataclass(frozen=True)
class Story:
    """One life.

    Attributes
    ----------
    person : record of `PERSON`
        Finished.
    log : EventLog
        The person's events.
    """

    person: np.void
    log: EventLog

    @property
    def title(self) -> str:
        """Who it is, in one line."""
        p = self.person
        stage = STAGES[p["stage"]].replace("_", " ")
        return (
            f"{SEXES[p['sex']]}, {p['age_at_diagnosis']:.0f} years, {PRIMARIES[p['primary']]} "
            f"cancer, {stage}, diagnosed {calendar_dates(p['diagnosis_year'][None])[0]}"
        )

    def lines(self) -> list[tuple[float, str]]:
        """Day since diagnosis and phrase of every event; what was there at diagnosis on day 0."""
        told = []
        for day, event, level in zip(self.log.day, self.log.event, self.log.level, strict=True):
            where = LEVELS[level] if level >= 0 else ""
            told.append((max(float(day), 0.0), PHRASES[EVENTS[event]].format(level=where)))
        return told

    def text(self) -> str:
        """The timeline as text."""
        p = self.person
        lines = [f"Person {p['number']}: {self.title}", ""]
        age = float(p["age_at_diagnosis"])
        for day, phrase in self.lines():
            date = calendar_dates(np.array([p["diagnosis_year"] + day / 365.25]))[0]
            lines.append(f"  day {day:>8.1f}  {date}  age {age + day / 365.25:5.1f}  {phrase}")
        return "\n".join(lines)


def tell(
    scenario: Scenario, person: int, *, primary: str | None = None, spinal: bool = False
) -> Story:
    """The story of one person of a scenario, at the point estimate.

    Parameters
    ----------
    scenario : Scenario
    person : int
        Position among the people diagnosed in the first year who fit, from 0 up.
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
    if person < 0 or plan.people == 0:
        raise StoryError(f"person is {person}; allowed: 0 to {max(plan.people - 1, 0)}")
    skipped = 0
    for segments in block_segments(plan.thinned(SEARCHED), SEARCHED // 10):
        n = sum(high - low for _, low, high in segments)
        people = np.zeros(n, PERSON)
        log = live_block_logged(
            people,
            np.array(segments, dtype=np.int64),
            plan.groups,
            plan.cells,
            build_cancers(values),
            build_world(values),
            np.uint64(scenario.seed),
            0,
            (year, year, year),
            Tally.empty(1),
        )
        fits = np.flatnonzero(people["n_levels"] > 0) if spinal else np.arange(n)
        if person - skipped < len(fits):
            found = people[fits[person - skipped]]
            mine = log.person == found["number"]
            return Story(found, EventLog(*(column[mine] for column in log)))
        skipped += len(fits)
    raise StoryError(f"person is {person}; allowed: 0 to {skipped - 1}")
