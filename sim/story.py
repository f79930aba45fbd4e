"""The story of one person: every event of a life, in the order it happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.engines.cohort import live_block_logged
from sim.evidence.reader import evidence
from sim.hazards import NEVER
from sim.life.events import EVENTS
from sim.life.parameters import build_cancers, build_world
from sim.life.state import PERSON
from sim.microdata import EventLog, calendar_dates
from sim.scenario import Scenario
from sim.tally import Tally
from sim.vocabulary import DAYS_PER_YEAR, LEVELS, PRIMARIES, STAGES, nearest

PHRASES = {
    "incurable": "the cancer becomes incurable",
    "dissemination": "the cancer spreads to distant sites",
    "skeletal_metastasis": "first skeletal metastasis, occult",
    "spinal_metastasis": "the spine is seeded at {level}, occult",
    "level_seeded": "{level} is seeded, occult",
    "staging": "staging shows the skeleton",
    "surveillance_imaging": "a surveillance image shows the skeleton",
    "symptom_imaging": "symptoms from {level} are worked up",
    "skeletal_detected": "skeletal metastasis is detected",
    "spinal_detected": "spinal metastasis is detected",
    "skeletal_recorded": "bone metastasis enters the record",
    "death_cancer": "dies of the cancer",
    "death_other": "dies of another cause",
}
"""What each event is called in a story."""

IMAGING = ("staging", "surveillance_imaging", "symptom_imaging")
"""Events that look at the skeleton."""

DISEASES = {
    "breast": "breast cancer",
    "prostate": "prostate cancer",
    "lung": "lung cancer",
    "colorectal": "colorectal cancer",
    "kidney": "kidney cancer",
    "thyroid": "thyroid cancer",
    "melanoma": "melanoma",
    "bladder": "bladder cancer",
    "pancreas": "pancreatic cancer",
    "liver": "liver cancer",
    "upper_gi": "cancer of the stomach or esophagus",
    "gynecologic": "gynecologic cancer",
    "head_neck": "head and neck cancer",
    "lymphoma": "lymphoma",
    "leukemia": "leukemia",
    "myeloma": "myeloma",
    "sarcoma": "sarcoma",
    "brain": "brain cancer",
    "other": "cancer of another site",
}
"""What a person with each primary has, in plain words."""

SEARCHED = 200_000
"""People looked through for the one asked for."""

PARTS = 10
"""Parts they are lived in, each of the same mix, until the one asked for is found."""


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

    def lesions(self) -> list[tuple[int, float, float]]:
        """Involved levels from the skull down: level, day of seeding, day it is seen or `NEVER`.

        A lesion that is there at diagnosis was seeded on a negative day.
        """
        p = self.person
        if p["spinal_metastasis_day"] == NEVER:
            return []
        days = zip(p["level_seeded_day"], p["level_detected_day"], strict=True)
        return [(i, float(a), float(b)) for i, (a, b) in enumerate(days) if a != NEVER]

    def images(self) -> list[tuple[float, str, bool]]:
        """Every look at the skeleton: its day, its event, whether it showed anything new."""
        shown = {seen for _, _, seen in self.lesions()}
        shown.add(float(self.person["skeletal_detected_day"]))
        events = zip(self.log.day.tolist(), self.log.event, strict=True)
        return [(d, EVENTS[code], d in shown) for d, code in events if EVENTS[code] in IMAGING]

    def lines(self) -> list[tuple[float, str]]:
        """Day since diagnosis and phrase of every event; what was there at diagnosis on day 0."""
        seeded = {level: day for level, day, _ in self.lesions()}
        told = []
        for day, code, level in zip(self.log.day, self.log.event, self.log.level, strict=True):
            event = EVENTS[code]
            phrase = PHRASES[event].format(level=LEVELS[level] if level >= 0 else "")
            if event in ("spinal_metastasis", "level_seeded") and seeded[level] < 0.0:
                phrase += f", {-seeded[level]:.0f} days before diagnosis"
            elif event == "staging" and self.person["skeletal_detected_day"] != day:
                phrase = "staging misses the skeletal metastasis"
            elif event in IMAGING:
                seen = [LEVELS[i] for i, _, shown in self.lesions() if shown == day]
                phrase += f"; seen: {', '.join(seen)}" if seen else ""
            told.append((max(float(day), 0.0), phrase))
        return told

    def text(self) -> str:
        """The timeline as text."""
        p = self.person
        lines = [f"Person {p['number']}: {self.title}", ""]
        for day, phrase in self.lines():
            date = calendar_dates(np.array([p["diagnosis_year"] + day / DAYS_PER_YEAR]))[0]
            lines.append(f"  day {day:>8.1f}  {date}  age {self.age(day):5.1f}  {phrase}")
        return "\n".join(lines)


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
    skipped = 0
    for part in range(PARTS):
        bounds = plan.groups["count"][:, None] * np.array([part, part + 1]) // PARTS
        segments = [(i, low, high) for i, (low, high) in enumerate(bounds) if low < high]
        people = np.zeros(int((bounds[:, 1] - bounds[:, 0]).sum()), PERSON)
        log = live_block_logged(
            people,
            np.array(segments, dtype=np.int64).reshape(-1, 3),
            plan.groups,
            plan.cells,
            build_cancers(values),
            build_world(values),
            np.uint64(scenario.seed),
            0,
            (year, year, year),
            Tally.empty(1),
        )
        mixed = people[np.random.default_rng(0).permutation(len(people))]
        fits = mixed[mixed["n_levels"] > 0] if spinal else mixed
        if person - skipped < len(fits):
            found = fits[person - skipped]
            mine = log.person == found["number"]
            return Story(found, EventLog(*(column[mine] for column in log)))
        skipped += len(fits)
    if skipped == 0:
        raise StoryError(f"spinal: none of {plan.people:,} people looked through ever has it")
    raise StoryError(f"person is {person}; allowed: 0 to {skipped - 1}")
