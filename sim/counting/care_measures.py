"""Care of the trigger set: what is summed, what a life adds to it, and the measures it gives.

The trigger set are the people whose first trigger came while they were on or due systemic therapy,
under the reference strategy (or, if asked for, all with a trigger, or all with detected spinal
metastasis): the same people for every strategy, with zeros. Outcomes count from one origin, that
trigger or detection, up to one horizon or to death, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import auto
from typing import Any

import numpy as np

from sim.counting.care_parameters import (
    BEHIND_CARE,
    BEHIND_CAUSE,
    BEHIND_COST,
    BEHIND_COURSES,
    BEHIND_DELAY,
    BEHIND_DRUGS,
    BEHIND_QALY,
    BEHIND_STAYS,
    BEHIND_SYSTEMIC,
    BEHIND_THE_END,
    BEHIND_WITHOUT_SYSTEMIC,
)
from sim.counting.measure import Measure, Section, by_name, in_summary
from sim.evidence.arrays import Array, quotient
from sim.evidence.vocabulary import (
    ASSESSMENT_WORDS,
    ASSESSMENTS,
    PAUSE_CAUSES,
    RESUMED_BY_DAYS,
    Numbered,
)


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
    QALY = auto()
    QALY_UNDISCOUNTED = auto()
    COST = auto()
    COST_WITHOUT_SYSTEMIC = auto()
    COST_OF_COURSES = auto()
    COST_OF_STAYS = auto()
    COST_OF_DRUGS = auto()
    COST_OF_SYSTEMIC_THERAPY = auto()
    COST_OF_END_OF_LIFE = auto()


class Reading(Numbered):
    """What is read at each of `ASSESSMENTS` of those alive then; 0 for the others."""

    ASSESSED = auto()
    PAIN = auto()
    COMPLETE = auto()
    PARTIAL = auto()


FOR_GOOD = (
    Statistic.NEVER_RESUMED_BY_DEATH,
    Statistic.NEVER_RESUMED_BY_PROGRESSION,
    Statistic.NEVER_RESUMED_BY_SURGERY,
)
"""Why pauses never ended in a dose."""
STATISTICS = (
    *Statistic.labels(),
    *(f"{reading.label}_{time}" for reading in Reading for time in ASSESSMENTS),
)
"""Sums over the trigger set, in their order: the statistics, then the readings."""
IN_YEARS = (Statistic.QALY, Statistic.QALY_UNDISCOUNTED)
"""Statistics in quality-adjusted years of life."""
WITHOUT_SYSTEMIC = (
    Statistic.COST_OF_COURSES,
    Statistic.COST_OF_STAYS,
    Statistic.COST_OF_DRUGS,
)
COST_PARTS = (
    *WITHOUT_SYSTEMIC,
    Statistic.COST_OF_SYSTEMIC_THERAPY,
    Statistic.COST_OF_END_OF_LIFE,
)
"""What a cost is the sum of."""
IN_DOLLARS = (Statistic.COST, Statistic.COST_WITHOUT_SYSTEMIC, *COST_PARTS)
"""Statistics in dollars of the price year."""
PARTS_OF_ONE = np.full(len(STATISTICS), 100.0)
PARTS_OF_ONE[[*IN_YEARS]] = 1e5
PARTS_OF_ONE[[*IN_DOLLARS]] = 1.0
"""As parts of what each statistic is summed, so that sums are whole numbers: hundredths of days,
hundred-thousandths of years, dollars; by place among `STATISTICS`."""
READINGS = len(Statistic) + np.arange(len(Reading) * len(ASSESSMENTS)).reshape(len(Reading), -1)
"""Places of the readings among the sums, shape (reading, assessment)."""


Sums = Sequence[float] | Array
"""Sums over people of the trigger set, by `Statistic` and `READINGS` along the first axis."""


@dataclass(frozen=True)
class RatioOfSums:
    """A sum over a sum; nan of nobody. What a page that reruns the model computes too.

    Attributes
    ----------
    part, whole : tuple of int
        Places among the sums, which are added.
    factor : float
        By which the part is multiplied.
    """

    part: tuple[int, ...]
    whole: tuple[int, ...]
    factor: float = 1.0

    def __call__(self, sums: Sums) -> Any:
        """The ratio of some sums: a number, or an array of them."""
        part, whole = (sum(sums[i] for i in places) for places in (self.part, self.whole))
        return quotient(np.asarray(self.factor * part), np.asarray(whole))[()]


def _over(part: int, whole: int, factor: float = 1.0) -> RatioOfSums:
    return RatioOfSums((part,), (whole,), factor)


_DOSE_INTENSITY = RatioOfSums(
    (Statistic.DAYS_ON_THERAPY_1Y,),
    (Statistic.DAYS_ON_THERAPY_1Y, Statistic.PAUSED_DAYS_1Y, Statistic.TOXICITY_DAYS_1Y),
    100.0,
)
_NEVER_RESUMED = RatioOfSums(FOR_GOOD, (Statistic.PAUSES_PER_PERSON,), 100.0)


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
    name: str, unit: str, definition: str, estimate: RatioOfSums, **said: Any
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
        _DOSE_INTENSITY,
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
        _NEVER_RESUMED,
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

_DISCOUNTED = "from the origin to the horizon, later ones discounted by `discount_rate`"
_IN_MONEY = f"in dollars of `price_year`, {_DISCOUNTED}"


def _costs(statistic: Statistic, what: str, behind: tuple[str, ...], **said: Any) -> Measure[Sums]:
    """A mean cost a person."""
    definition = f"{what}, {_IN_MONEY}."
    return _mean(statistic, definition, "USD", section=Section.WORTH, behind=behind, **said)


_OF_WORTH = (
    _mean(
        Statistic.QALY,
        f"Quality-adjusted years of life, {_DISCOUNTED}.",
        "QALY",
        words="quality-adjusted years of life",
        section=Section.WORTH,
        behind=BEHIND_QALY,
    ),
    _mean(
        Statistic.QALY_UNDISCOUNTED,
        "Quality-adjusted years of life, from the origin to the horizon, all worth the same.",
        "QALY",
        words="quality-adjusted years of life, not discounted",
        section=Section.WORTH,
        behind=BEHIND_QALY,
    ),
    _costs(
        Statistic.COST,
        "Cost of courses for the spine and other bone, their stays, analgesia, systemic therapy "
        "and the last month of life (whose price holds all care, so that what a life buys in that "
        "month is counted twice)",
        BEHIND_COST,
    ),
    _costs(
        Statistic.COST_WITHOUT_SYSTEMIC,
        "Cost without systemic therapy and the last month of life, which is what added survival "
        "costs",
        BEHIND_WITHOUT_SYSTEMIC,
        words="cost without systemic therapy and end of life",
    ),
    _costs(
        Statistic.COST_OF_COURSES,
        "Cost of courses for the spine and other bone, without their stays",
        BEHIND_COURSES,
    ),
    _costs(
        Statistic.COST_OF_STAYS,
        "Cost of days in hospital: those of courses, of complications and of emergencies",
        BEHIND_STAYS,
    ),
    _costs(Statistic.COST_OF_DRUGS, "Cost of analgesia", BEHIND_DRUGS),
    _costs(
        Statistic.COST_OF_SYSTEMIC_THERAPY,
        "Cost of systemic therapy, by the days on each class",
        BEHIND_SYSTEMIC,
    ),
    _costs(
        Statistic.COST_OF_END_OF_LIFE,
        "Cost of the last month of life, of those who die by the horizon: all care, so that what a "
        "life buys in that month is in the other parts too",
        BEHIND_THE_END,
    ),
)

CARE_MEASURES: dict[str, Measure[Sums]] = by_name(
    *(
        replace(row, behind=row.behind or behind, whom=whom)
        for rows, behind, whom in (
            (_OF_THERAPY, BEHIND_DELAY, WHO),
            (_OF_PEOPLE, BEHIND_CARE, WHO),
            (_READ, BEHIND_CARE, WHO_READ),
            (_OF_WORTH, BEHIND_CARE, WHO),
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
