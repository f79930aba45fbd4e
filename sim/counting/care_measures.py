"""Care of the trigger set: what is summed, what a life adds to it, and the measures it gives.

The trigger set are the people whose first trigger came while they were on or due systemic therapy,
under the reference strategy: the same people for every strategy, with zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import auto
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_parameters import BEHIND_CARE, BEHIND_CAUSE, BEHIND_DELAY
from sim.counting.measure import Measure, Section, by_name, in_summary
from sim.counting.observed import percent
from sim.evidence.vocabulary import (
    ASSESSMENT_WORDS,
    ASSESSMENTS,
    DAYS_PER_YEAR,
    PAUSE_CAUSES,
    RESUMED_BY_DAYS,
    Death,
    NeverResumed,
    Numbered,
    PauseCause,
    Response,
)
from sim.life.compiled import Record, compiled
from sim.life.hazards import NEVER


class Statistic(Numbered):
    """One number a person; `DAYS_TO_RELIEF` is 0 for those without relief."""

    PEOPLE = auto()
    EPISODES_PER_PERSON = auto()
    COURSES = auto()
    PAUSES_PER_PERSON = auto()
    RESUMED = auto()
    RESUMED_14D = auto()
    RESUMED_28D = auto()
    RESUMED_56D = auto()
    NEVER_RESUMED_BY_DEATH = auto()
    NEVER_RESUMED_BY_PROGRESSION = auto()
    PAUSE_DAYS = auto()
    DELAY_DAYS = auto()
    WAIT_DAYS = auto()
    COURSE_DAYS = auto()
    PRE_HOLD_DAYS = auto()
    POST_HOLD_DAYS = auto()
    ALIGNMENT_DAYS = auto()
    DAYS_ON_THERAPY_1Y = auto()
    DAYS_ALIVE_1Y = auto()
    PAUSED_DAYS_1Y = auto()
    TOXICITY_DAYS_1Y = auto()
    PAIN_DAYS = auto()
    PAIN_AT_REST_DAYS = auto()
    PAIN_ONLY_ON_MOVEMENT_DAYS = auto()
    SEVERE_PAIN_DAYS = auto()
    PAIN_AREA = auto()
    OPIOID_DAYS = auto()
    DAYS_WALKING = auto()
    SURVIVAL_DAYS = auto()
    FRACTURES = auto()
    CORD_COMPRESSION = auto()
    PARALYSIS = auto()
    COMPLICATIONS = auto()
    PROCEDURE_DEATHS = auto()
    RELIEVED = auto()
    DAYS_TO_RELIEF = auto()
    TREATED = auto()


class Reading(Numbered):
    """What is read at each of `ASSESSMENTS` of those alive then; 0 for the others."""

    ASSESSED = auto()
    PAIN = auto()
    COMPLETE = auto()
    PARTIAL = auto()


_RESUMED_BY = np.array([Statistic.labeled(f"resumed_{days:.0f}d") for days in RESUMED_BY_DAYS])
"""Places of the pauses resumed by each of `RESUMED_BY_DAYS`."""
STATISTICS = (
    *Statistic.labels(),
    *(f"{reading.label}_{time}" for reading in Reading for time in ASSESSMENTS),
)
"""Sums over the trigger set, in their order: the statistics, then the readings."""
READINGS = len(Statistic) + np.arange(len(Reading) * len(ASSESSMENTS)).reshape(len(Reading), -1)
"""Places of the readings among the sums, shape (reading, assessment)."""


@compiled
def describe_care(person: Record, told: NDArray[np.float64]) -> None:
    """Write the statistics of one finished life, in the order of `STATISTICS`."""
    told[:] = 0.0
    told[Statistic.PEOPLE] = 1.0
    told[Statistic.EPISODES_PER_PERSON] = person.n_episodes
    told[Statistic.COURSES] = person.n_courses
    told[Statistic.PAUSES_PER_PERSON] = person.n_pauses
    told[Statistic.RESUMED] = person.n_resumed
    for i in range(_RESUMED_BY.size):
        told[_RESUMED_BY[i]] = person.n_resumed_by[i]
    told[Statistic.NEVER_RESUMED_BY_DEATH] = person.never_resumed == NeverResumed.DEATH
    told[Statistic.NEVER_RESUMED_BY_PROGRESSION] = person.never_resumed == NeverResumed.PROGRESSION
    told[Statistic.PAUSE_DAYS] = person.paused_days.sum()
    told[Statistic.DELAY_DAYS] = person.delay_days.sum()
    told[Statistic.WAIT_DAYS] = person.delay_days[PauseCause.WAIT]
    told[Statistic.COURSE_DAYS] = person.delay_days[PauseCause.COURSE]
    told[Statistic.PRE_HOLD_DAYS] = person.delay_days[PauseCause.PRE_HOLD]
    told[Statistic.POST_HOLD_DAYS] = person.delay_days[PauseCause.POST_HOLD]
    told[Statistic.ALIGNMENT_DAYS] = person.delay_days[PauseCause.ALIGNMENT]
    told[Statistic.DAYS_ON_THERAPY_1Y] = person.days_on_therapy_1y
    told[Statistic.DAYS_ALIVE_1Y] = min(person.death_day - person.origin_day, DAYS_PER_YEAR)
    told[Statistic.PAUSED_DAYS_1Y] = person.paused_days_1y
    told[Statistic.TOXICITY_DAYS_1Y] = person.toxicity_days_1y
    told[Statistic.PAIN_DAYS] = person.pain_days
    told[Statistic.PAIN_AT_REST_DAYS] = person.pain_at_rest_days
    told[Statistic.PAIN_ONLY_ON_MOVEMENT_DAYS] = person.pain_days - person.pain_at_rest_days
    told[Statistic.SEVERE_PAIN_DAYS] = person.severe_pain_days
    told[Statistic.PAIN_AREA] = person.pain_area
    told[Statistic.OPIOID_DAYS] = person.opioid_days
    told[Statistic.DAYS_WALKING] = person.death_day - person.not_walking_days
    told[Statistic.SURVIVAL_DAYS] = person.death_day - person.origin_day
    told[Statistic.FRACTURES] = person.n_fractures
    told[Statistic.CORD_COMPRESSION] = person.cord_compression_day != NEVER
    told[Statistic.PARALYSIS] = person.not_walking_days > 0.0
    told[Statistic.COMPLICATIONS] = person.n_complications
    told[Statistic.PROCEDURE_DEATHS] = person.death_cause == Death.PROCEDURE
    if person.relief_day != NEVER:
        told[Statistic.RELIEVED] = 1.0
        told[Statistic.DAYS_TO_RELIEF] = person.relief_day - person.first_trigger_day
    told[Statistic.TREATED] = person.n_courses > 0
    for i in range(person.n_assessed):
        response = person.assessed_response[i]
        told[READINGS[Reading.ASSESSED, i]] = 1.0
        told[READINGS[Reading.PAIN, i]] = person.assessed_pain[i]
        told[READINGS[Reading.COMPLETE, i]] = response == Response.COMPLETE
        told[READINGS[Reading.PARTIAL, i]] = response == Response.PARTIAL


Sums = Sequence[float]
"""Sums over people of the trigger set, by `Statistic` and `READINGS`."""


def _over(part: int, whole: int, factor: float = 1.0) -> Callable[[Sums], float]:
    return lambda sums: factor * sums[part] / sums[whole] if sums[whole] > 0.0 else float("nan")


def _dose_intensity(sums: Sums) -> float:
    on = sums[Statistic.DAYS_ON_THERAPY_1Y]
    return percent(on, on + sums[Statistic.PAUSED_DAYS_1Y] + sums[Statistic.TOXICITY_DAYS_1Y])


def _never_resumed(sums: Sums) -> float:
    stopped = sums[Statistic.NEVER_RESUMED_BY_DEATH] + sums[Statistic.NEVER_RESUMED_BY_PROGRESSION]
    return percent(stopped, sums[Statistic.PAUSES_PER_PERSON])


WHO = (
    "The trigger set: people whose first trigger of care came while they were on or due systemic "
    "therapy, under the reference strategy; the same people for every strategy, zeros included."
)


def _measure(
    name: str, unit: str, definition: str, estimate: Callable[[Sums], float], **said: Any
) -> Measure[Sums]:
    """A row about the trigger set; `said` are other attributes of `Measure`."""
    return Measure(name, unit, definition, estimate, whom=WHO, **said)


def _mean(
    statistic: Statistic, definition: str, unit: str = "days", *, name: str = "", **said: Any
) -> Measure[Sums]:
    """A mean of one number a person, named after it and compared unless the row says otherwise.

    Of days, the distribution over people is kept too.
    """
    mean = _over(statistic, Statistic.PEOPLE)
    said = {"compared": statistic, "spread": unit == "days", **said}
    return _measure(name or statistic.label, unit, definition, mean, **said)


def _share(
    statistic: int, definition: str, whole: int = Statistic.PEOPLE, *, name: str = "", **said: Any
) -> Measure[Sums]:
    """A sum in percent of people, or of another sum, named after it."""
    name = name or STATISTICS[statistic]
    return _measure(name, "percent", definition, _over(statistic, whole, 100.0), **said)


PAUSE_WORDS = {
    "wait": "waiting for a course after a forced pause",
    "course": "the course of treatment",
    "pre_hold": "the hold before a course",
    "post_hold": "the hold after a course, the days of a complication included",
    "alignment": "waiting for the next slot of the therapy",
}
_DELAY_WORDS = {
    "wait": "by waiting",
    "course": "by the course",
    "pre_hold": "by the hold before",
    "post_hold": "by the hold after",
    "alignment": "by alignment",
}

_OF_THERAPY = (
    _mean(
        Statistic.PAUSE_DAYS,
        "Days of systemic therapy paused for care, to death.",
        words="days of systemic therapy paused",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DELAY_DAYS,
        "Days of pauses that ended in a dose: the delay of the treatment of the cancer.",
        words="days of delay",
        section=Section.THERAPY,
    ),
    *(
        _mean(
            Statistic.labeled(f"{cause}_days"),
            f"The part of `delay_days` due to {PAUSE_WORDS[cause]}.",
            words=f"days of delay {_DELAY_WORDS[cause]}",
            section=Section.THERAPY,
            compared=None,
            behind=BEHIND_CAUSE[cause],
        )
        for cause in PAUSE_CAUSES
    ),
    _measure(
        "delay_days_per_pause",
        "days",
        "Length of a pause that ended in a dose.",
        _over(Statistic.DELAY_DAYS, Statistic.RESUMED),
        spread=True,
        section=Section.THERAPY,
    ),
    _measure(
        "pause_days_per_pause",
        "days",
        "Length of a pause, however it ended.",
        _over(Statistic.PAUSE_DAYS, Statistic.PAUSES_PER_PERSON),
        spread=True,
    ),
    _mean(
        Statistic.DAYS_ON_THERAPY_1Y,
        "Days on systemic therapy within a year of the first trigger.",
        words="days on therapy within a year",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DAYS_ALIVE_1Y,
        "Days alive within a year of the first trigger.",
        words="days alive within a year",
        section=Section.THERAPY,
        behind=BEHIND_CARE,
    ),
    _measure(
        "relative_dose_intensity",
        "percent",
        "Of days on, paused or delayed by toxicity within a year of the first trigger, "
        "those on therapy.",
        _dose_intensity,
        section=Section.THERAPY,
    ),
    *(
        _share(
            Statistic.labeled(f"resumed_{days:.0f}d"),
            f"Cumulative incidence of resumption {days:.0f} days after a pause began; death and "
            "permanent stop compete.",
            Statistic.PAUSES_PER_PERSON,
            section=Section.THERAPY,
        )
        for days in RESUMED_BY_DAYS
    ),
    _measure(
        "never_resumed_of_pauses",
        "percent",
        "Of pauses, those that ended in death or in a permanent stop.",
        _never_resumed,
        section=Section.THERAPY,
    ),
    _share(
        Statistic.NEVER_RESUMED_BY_DEATH,
        "Of pauses, those that ended in death.",
        Statistic.PAUSES_PER_PERSON,
    ),
    _share(
        Statistic.NEVER_RESUMED_BY_PROGRESSION,
        "Of pauses, those during which therapy was stopped for good.",
        Statistic.PAUSES_PER_PERSON,
    ),
)

_OF_PEOPLE = (
    *(
        _mean(
            days,
            f"Days with worst pain of {pain} or more, diagnosis to death.",
            words=f"days at worst pain of {pain} or more",
            section=Section.PAIN,
        )
        for days, pain in ((Statistic.PAIN_DAYS, 4), (Statistic.SEVERE_PAIN_DAYS, 7))
    ),
    _mean(
        Statistic.PAIN_AT_REST_DAYS,
        "Days with pain of 4 or more at rest, lying and at night, diagnosis to death.",
        words="days at pain of 4 or more at rest",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.PAIN_ONLY_ON_MOVEMENT_DAYS,
        "Days with pain of 4 or more on movement, rising and turning, and less at rest, diagnosis "
        "to death.",
        words="days at pain of 4 or more on movement only",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.PAIN_AREA,
        "Area under the curve of worst pain.",
        "rating times days",
        words="rating times days of worst pain",
    ),
    _mean(
        Statistic.OPIOID_DAYS,
        "Days on opioids, diagnosis to death.",
        words="days on opioids",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.DAYS_WALKING,
        "Days able to walk, diagnosis to death.",
        words="days able to walk",
        section=Section.WALKING,
    ),
    _mean(
        Statistic.SURVIVAL_DAYS,
        "Days alive after the first trigger.",
        words="days alive after the trigger",
        section=Section.SURVIVAL,
    ),
    _mean(
        Statistic.EPISODES_PER_PERSON,
        "Episodes of care, to death.",
        "episodes",
        words="episodes of care",
    ),
    _mean(
        Statistic.COURSES,
        "Courses of treatment, to death.",
        "courses",
        name="courses_per_person",
        words="courses of treatment",
    ),
    _mean(
        Statistic.FRACTURES,
        "Symptomatic vertebral fractures.",
        "fractures",
        name="fractures_per_person",
        words="vertebral fractures",
        section=Section.FRACTURES,
    ),
    _share(Statistic.CORD_COMPRESSION, "People with cord compression."),
    _share(Statistic.PARALYSIS, "People who ever cannot walk.", section=Section.WALKING),
    _share(
        Statistic.COMPLICATIONS,
        "Of courses, those with a complication.",
        Statistic.COURSES,
        name="complications_of_courses",
    ),
    _share(Statistic.PROCEDURE_DEATHS, "Dead of a procedure.", name="procedure_deaths_of_people"),
    _share(
        Statistic.RELIEVED,
        "People whose worst pain fell by 2 points or more after the first trigger.",
        words="relieved: worst pain fell by 2 or more",
        section=Section.RELIEF,
    ),
    _measure(
        "days_to_relief",
        "days",
        "From the first trigger to that fall, of those who had it.",
        _over(Statistic.DAYS_TO_RELIEF, Statistic.RELIEVED),
        spread=True,
        section=Section.RELIEF,
    ),
)

_READ = (
    *(
        _measure(
            f"worst_pain_{time}",
            "NRS 0-10",
            f"Worst pain {time} after the first course (decision, if there is none), alive.",
            _over(READINGS[Reading.PAIN, i], READINGS[Reading.ASSESSED, i]),
        )
        for i, time in enumerate(ASSESSMENTS)
    ),
    *(
        _share(
            READINGS[response, i],
            f"{response.label.capitalize()} response at the site {time} after the first course, "
            "by the international consensus end point, of those alive then.",
            READINGS[Reading.ASSESSED, i],
            name=f"{response.label}_response_{time}",
            words=f"{response.label} response at {ASSESSMENT_WORDS[i]}",
            section=Section.RELIEF if time == "3m" else None,
        )
        for response in (Reading.COMPLETE, Reading.PARTIAL)
        for i, time in enumerate(ASSESSMENTS)
        if time in ("1m", "3m", "6m")
    ),
)

CARE_MEASURES: dict[str, Measure[Sums]] = by_name(
    *(
        replace(row, behind=row.behind or behind)
        for rows, behind in ((_OF_THERAPY, BEHIND_DELAY), (_OF_PEOPLE + _READ, BEHIND_CARE))
        for row in rows
    )
)
"""Every measure over the trigger set, by name."""

CARE_SUMMARY = tuple(shown.name for shown in in_summary(CARE_MEASURES.values()))
"""Measures of care that the summary shows, in its order."""
