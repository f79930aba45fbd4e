"""Care of the trigger set: what is summed, what a life adds to it, and the measures it gives.

The trigger set are the people whose first trigger came while they were on or due systemic therapy,
under the reference strategy (or, if asked for, all with a trigger, or all with detected spinal
metastasis): the same people for every strategy, with zeros. Outcomes count from one origin, that
trigger or detection, up to one horizon or to death, whichever comes first.
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
from sim.counting.pauses import all_paused_days, is_open, open_at_origin
from sim.evidence.vocabulary import (
    ASSESSMENT_WORDS,
    ASSESSMENTS,
    DAYS_PER_YEAR,
    PAUSE_CAUSES,
    RESUMED_BY_DAYS,
    Death,
    NeverResumed,
    Numbered,
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
    NEVER_RESUMED_BY_SURGERY = auto()
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
    DAYS_ON_THERAPY = auto()
    DAYS_PAUSED = auto()
    DAYS_OFF_THERAPY = auto()
    DAYS_ALIVE = auto()
    DAYS_DEAD = auto()
    THERAPY_DAYS_LOST = auto()
    DAYS_PAIN_BELOW_4 = auto()
    MODERATE_PAIN_DAYS = auto()
    PAIN_DAYS = auto()
    PAIN_AT_REST_DAYS = auto()
    PAIN_ONLY_ON_MOVEMENT_DAYS = auto()
    SEVERE_PAIN_DAYS = auto()
    PAIN_AREA = auto()
    OPIOID_DAYS = auto()
    DAYS_WALKING = auto()
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
_FOR_GOOD = (
    Statistic.NEVER_RESUMED_BY_DEATH,
    Statistic.NEVER_RESUMED_BY_PROGRESSION,
    Statistic.NEVER_RESUMED_BY_SURGERY,
)
_NEVER_RESUMED = np.array([-1, *_FOR_GOOD])
"""Places of the pauses that ended otherwise, by `NeverResumed`."""
_CAUSES = np.array([Statistic.labeled(f"{cause}_days") for cause in PAUSE_CAUSES])
"""Places of the days of delay, by cause."""
STATISTICS = (
    *Statistic.labels(),
    *(f"{reading.label}_{time}" for reading in Reading for time in ASSESSMENTS),
)
"""Sums over the trigger set, in their order: the statistics, then the readings."""
READINGS = len(Statistic) + np.arange(len(Reading) * len(ASSESSMENTS)).reshape(len(Reading), -1)
"""Places of the readings among the sums, shape (reading, assessment)."""


@compiled
def describe_care(person: Record, reference: Record, told: NDArray[np.float64]) -> None:
    """Write the statistics of one finished life, in the order of `STATISTICS`.

    Origin and horizon are those of the same person's life under the reference strategy. Days of
    therapy lost are left to `count_care`, which compares.
    """
    told[:] = 0.0
    told[Statistic.PEOPLE] = 1.0
    origin, until = reference.origin_day, reference.horizon_day
    before, by_then = person.at_origin, person.at_horizon
    alive_days = max(min(person.death_day, until) - origin, 0.0)
    told[Statistic.DAYS_ALIVE] = alive_days
    if until != NEVER:
        told[Statistic.DAYS_DEAD] = max(until - origin - alive_days, 0.0)
    told[Statistic.DAYS_ALIVE_1Y] = max(min(person.death_day - origin, DAYS_PER_YEAR), 0.0)
    told[Statistic.DAYS_ON_THERAPY_1Y] = person.days_on_therapy_1y
    told[Statistic.PAUSED_DAYS_1Y] = person.paused_days_1y
    told[Statistic.TOXICITY_DAYS_1Y] = person.toxicity_days_1y
    describe_therapy(person, before, by_then, told)
    pain_days = by_then.pain_days - before.pain_days
    severe_days = by_then.severe_pain_days - before.severe_pain_days
    at_rest_days = by_then.pain_at_rest_days - before.pain_at_rest_days
    not_walking_days = by_then.not_walking_days - before.not_walking_days
    told[Statistic.DAYS_PAIN_BELOW_4] = alive_days - pain_days
    told[Statistic.MODERATE_PAIN_DAYS] = pain_days - severe_days
    told[Statistic.PAIN_DAYS] = pain_days
    told[Statistic.PAIN_AT_REST_DAYS] = at_rest_days
    told[Statistic.PAIN_ONLY_ON_MOVEMENT_DAYS] = pain_days - at_rest_days
    told[Statistic.SEVERE_PAIN_DAYS] = severe_days
    told[Statistic.PAIN_AREA] = by_then.pain_area - before.pain_area
    told[Statistic.OPIOID_DAYS] = by_then.opioid_days - before.opioid_days
    told[Statistic.DAYS_WALKING] = alive_days - not_walking_days
    told[Statistic.PARALYSIS] = not_walking_days > 0.0
    told[Statistic.EPISODES_PER_PERSON] = by_then.n_episodes - before.n_episodes
    told[Statistic.COURSES] = by_then.n_courses - before.n_courses
    told[Statistic.TREATED] = by_then.n_courses > before.n_courses
    told[Statistic.FRACTURES] = by_then.n_fractures - before.n_fractures
    told[Statistic.CORD_COMPRESSION] = by_then.n_cord_compressions > before.n_cord_compressions
    told[Statistic.COMPLICATIONS] = by_then.n_complications - before.n_complications
    told[Statistic.PROCEDURE_DEATHS] = (
        person.death_cause == Death.PROCEDURE and person.death_day <= until
    )
    if person.relief_day < until:
        told[Statistic.RELIEVED] = 1.0
        told[Statistic.DAYS_TO_RELIEF] = person.relief_day - person.first_trigger_day
    for i in range(person.n_assessed):
        response = person.assessed_response[i]
        told[READINGS[Reading.ASSESSED, i]] = 1.0
        told[READINGS[Reading.PAIN, i]] = person.assessed_pain[i]
        told[READINGS[Reading.COMPLETE, i]] = response == Response.COMPLETE
        told[READINGS[Reading.PARTIAL, i]] = response == Response.PARTIAL


@compiled
def describe_therapy(
    person: Record, before: Record, by_then: Record, told: NDArray[np.float64]
) -> None:
    """Write the statistics of systemic therapy, from the sums at the origin and at the horizon.

    A pause that is open at the horizon is a pause with its days so far, neither resumed nor not.
    """
    on_days = by_then.days_on_therapy - before.days_on_therapy
    paused_days = all_paused_days(by_then) - all_paused_days(before)
    told[Statistic.DAYS_ON_THERAPY] = on_days
    told[Statistic.DAYS_PAUSED] = paused_days
    told[Statistic.DAYS_OFF_THERAPY] = told[Statistic.DAYS_ALIVE] - on_days - paused_days
    open_pauses = is_open(by_then)
    told[Statistic.PAUSES_PER_PERSON] = by_then.n_pauses + open_pauses - before.n_pauses
    told[Statistic.RESUMED] = by_then.n_resumed - before.n_resumed
    for i in range(_RESUMED_BY.size):
        told[_RESUMED_BY[i]] = by_then.n_resumed_by[i] - before.n_resumed_by[i]
    for reason in range(NeverResumed.DEATH, _NEVER_RESUMED.size):
        for_good = by_then.n_never_resumed[reason] - before.n_never_resumed[reason]
        told[_NEVER_RESUMED[reason]] = for_good
    counted, resumed = open_at_origin(person, before, by_then)
    for cause in range(_CAUSES.size):
        carried_days = before.pause_part[cause]
        told[Statistic.PAUSE_DAYS] += by_then.paused_days[cause] - before.paused_days[cause]
        told[Statistic.PAUSE_DAYS] += open_pauses * by_then.pause_part[cause]
        delay_days = by_then.delay_days[cause] - before.delay_days[cause]
        if counted:
            told[Statistic.PAUSE_DAYS] -= carried_days
        if resumed:
            delay_days -= carried_days
        told[_CAUSES[cause]] = delay_days
        told[Statistic.DELAY_DAYS] += delay_days


Sums = Sequence[float]
"""Sums over people of the trigger set, by `Statistic` and `READINGS`."""


def _over(part: int, whole: int, factor: float = 1.0) -> Callable[[Sums], float]:
    return lambda sums: factor * sums[part] / sums[whole] if sums[whole] > 0.0 else float("nan")


def _dose_intensity(sums: Sums) -> float:
    on = sums[Statistic.DAYS_ON_THERAPY_1Y]
    return percent(on, on + sums[Statistic.PAUSED_DAYS_1Y] + sums[Statistic.TOXICITY_DAYS_1Y])


def _never_resumed(sums: Sums) -> float:
    stopped = sum(sums[reason] for reason in _FOR_GOOD)
    return percent(stopped, sums[Statistic.PAUSES_PER_PERSON])


WHO = (
    "The trigger set: people whose first trigger of care came while they were on or due systemic "
    "therapy, under the reference strategy (`outcomes_for` describes others); the same people for "
    "every strategy, zeros included. Counted from the origin, that trigger, to the horizon: "
    "`horizon_years` later, or death if that comes first."
)


WHO_READ = (
    "The trigger set, as for the other outcomes; read so long after the person's own first course, "
    "whatever the horizon."
)


def _measure(
    name: str, unit: str, definition: str, estimate: Callable[[Sums], float], **said: Any
) -> Measure[Sums]:
    """A row about the trigger set; `said` are other attributes of `Measure`."""
    return Measure(name, unit, definition, estimate, **said)


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
        Statistic.THERAPY_DAYS_LOST,
        "Days on systemic therapy under the reference less those under the strategy, of the same "
        "person, to the horizon: the main measure of delay. Negative if days are gained.",
        words="days of therapy lost",
        section=Section.THERAPY,
        spread=False,
    ),
    _mean(
        Statistic.DAYS_ON_THERAPY,
        "Days on systemic therapy, to the horizon.",
        words="days on therapy",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DAYS_PAUSED,
        "Days of systemic therapy paused for care of the spine or of other bone, to the horizon, "
        "those of a pause that is open then included.",
        words="days paused",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DAYS_OFF_THERAPY,
        "Other days alive without systemic therapy, to the horizon; delays by toxicity included.",
        words="days off therapy",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DAYS_DEAD,
        "Days dead before the horizon; none if the horizon is death.",
        words="days dead",
        section=Section.THERAPY,
        behind=BEHIND_CARE,
    ),
    _mean(
        Statistic.PAUSE_DAYS,
        "Days of systemic therapy paused for care of the spine, to the horizon.",
        words="days of systemic therapy paused",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DELAY_DAYS,
        "Days of pauses that ended in a dose by the horizon: the delay of the treatment of the "
        "cancer.",
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
        "Length of a pause that ended in a dose by the horizon.",
        _over(Statistic.DELAY_DAYS, Statistic.RESUMED),
        spread=True,
        section=Section.THERAPY,
    ),
    _measure(
        "pause_days_per_pause",
        "days",
        "Length of a pause, however it ended; of one that is open at the horizon, up to then.",
        _over(Statistic.PAUSE_DAYS, Statistic.PAUSES_PER_PERSON),
        spread=True,
    ),
    _mean(
        Statistic.DAYS_ON_THERAPY_1Y,
        "Days on systemic therapy within a year of the origin.",
        words="days on therapy within a year",
        section=Section.THERAPY,
    ),
    _mean(
        Statistic.DAYS_ALIVE_1Y,
        "Days alive within a year of the origin.",
        words="days alive within a year",
        section=Section.THERAPY,
        behind=BEHIND_CARE,
    ),
    _measure(
        "relative_dose_intensity",
        "percent",
        "Of days on, paused or delayed by toxicity within a year of the origin, those on therapy.",
        _dose_intensity,
        section=Section.THERAPY,
    ),
    *(
        _share(
            Statistic.labeled(f"resumed_{days:.0f}d"),
            f"Cumulative incidence of resumption {days:.0f} days after a pause began, by the "
            "horizon; death and permanent stop compete.",
            Statistic.PAUSES_PER_PERSON,
            section=Section.THERAPY,
        )
        for days in RESUMED_BY_DAYS
    ),
    _measure(
        "never_resumed_of_pauses",
        "percent",
        "Of pauses, those that ended in death or in a permanent stop by the horizon.",
        _never_resumed,
        section=Section.THERAPY,
    ),
    _share(
        Statistic.NEVER_RESUMED_BY_DEATH,
        "Of pauses, those that ended in death by the horizon.",
        Statistic.PAUSES_PER_PERSON,
    ),
    _share(
        Statistic.NEVER_RESUMED_BY_PROGRESSION,
        "Of pauses, those during which the cancer progressed and therapy was stopped for good by "
        "the horizon.",
        Statistic.PAUSES_PER_PERSON,
    ),
    _share(
        Statistic.NEVER_RESUMED_BY_SURGERY,
        "Of pauses, those that an operation made the last by the horizon: therapy never began "
        "again.",
        Statistic.PAUSES_PER_PERSON,
    ),
)

_OF_PEOPLE = (
    _mean(
        Statistic.COURSES,
        "Courses of treatment, to the horizon.",
        "courses",
        name="courses_per_person",
        words="courses of treatment",
        section=Section.COURSES,
    ),
    _mean(
        Statistic.DAYS_PAIN_BELOW_4,
        "Days alive with worst pain below 4, to the horizon: the main measure of relief, of which "
        "dying is none.",
        words="days alive with worst pain below 4",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.MODERATE_PAIN_DAYS,
        "Days with worst pain of 4 to 6, to the horizon.",
        words="days at worst pain of 4 to 6",
        section=Section.PAIN,
    ),
    *(
        _mean(
            days,
            f"Days with worst pain of {pain} or more, to the horizon.",
            words=f"days at worst pain of {pain} or more",
            section=Section.PAIN,
        )
        for days, pain in ((Statistic.SEVERE_PAIN_DAYS, 7), (Statistic.PAIN_DAYS, 4))
    ),
    _mean(
        Statistic.PAIN_AT_REST_DAYS,
        "Days with pain of 4 or more at rest, lying and at night, to the horizon.",
        words="days at pain of 4 or more at rest",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.PAIN_ONLY_ON_MOVEMENT_DAYS,
        "Days with pain of 4 or more on movement, rising and turning, and less at rest, to the "
        "horizon.",
        words="days at pain of 4 or more on movement only",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.PAIN_AREA,
        "Area under the curve of worst pain, to the horizon.",
        "rating times days",
        words="rating times days of worst pain",
    ),
    _mean(
        Statistic.OPIOID_DAYS,
        "Days on opioids, to the horizon.",
        words="days on opioids",
        section=Section.PAIN,
    ),
    _mean(
        Statistic.DAYS_WALKING,
        "Days alive and able to walk, to the horizon.",
        words="days able to walk",
        section=Section.WALKING,
    ),
    _mean(
        Statistic.DAYS_ALIVE,
        "Days alive, to the horizon; survival, if that is death.",
        words="days alive",
        section=Section.SURVIVAL,
    ),
    _mean(
        Statistic.EPISODES_PER_PERSON,
        "Episodes of care, to the horizon.",
        "episodes",
        words="episodes of care",
    ),
    _mean(
        Statistic.FRACTURES,
        "Symptomatic vertebral fractures, to the horizon.",
        "fractures",
        name="fractures_per_person",
        words="vertebral fractures",
        section=Section.FRACTURES,
    ),
    _share(Statistic.CORD_COMPRESSION, "People with cord compression, to the horizon."),
    _share(
        Statistic.PARALYSIS,
        "People who cannot walk at some time, to the horizon.",
        section=Section.WALKING,
    ),
    _share(
        Statistic.COMPLICATIONS,
        "Of courses to the horizon, those with a complication.",
        Statistic.COURSES,
        name="complications_of_courses",
    ),
    _share(
        Statistic.PROCEDURE_DEATHS,
        "Dead of a procedure by the horizon.",
        name="procedure_deaths_of_people",
    ),
    _share(
        Statistic.RELIEVED,
        "People whose worst pain fell by 2 points or more after their first trigger, by the "
        "horizon.",
        words="relieved: worst pain fell by 2 or more",
        section=Section.RELIEF,
    ),
    _measure(
        "days_to_relief",
        "days",
        "From that trigger to that fall, of those who had it.",
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
            f"Worst pain of the spine {time} after the first course (decision, if there is none), "
            "alive; responses are read at the site.",
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
        replace(row, behind=row.behind or behind, whom=whom)
        for rows, behind, whom in (
            (_OF_THERAPY, BEHIND_DELAY, WHO),
            (_OF_PEOPLE, BEHIND_CARE, WHO),
            (_READ, BEHIND_CARE, WHO_READ),
        )
        for row in rows
    )
)
"""Every measure over the trigger set, by name."""

CARE_SUMMARY = tuple(shown.name for shown in in_summary(CARE_MEASURES.values()))
"""Measures of care that the summary shows, in its order."""

AGAINST_REFERENCE = (Statistic.THERAPY_DAYS_LOST.label,)
"""Measures that are differences to the reference, under which they say nothing."""
OF_EITHER_SIGN = AGAINST_REFERENCE
"""Measures that may be negative."""
OF_A_YEAR = (Statistic.DAYS_ON_THERAPY_1Y.label, Statistic.DAYS_ALIVE_1Y.label)
"""Measures that say nothing new where the horizon is a year."""
