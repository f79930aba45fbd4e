"""What one finished life adds to the statistics of the trigger set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_measures import (
    COST_PARTS,
    FOR_GOOD,
    READINGS,
    WITHOUT_SYSTEMIC,
    Reading,
    Statistic,
)
from sim.counting.pauses import all_paused_days, is_open, open_at_origin
from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    PAUSE_CAUSES,
    RESUMED_BY_DAYS,
    Death,
    NeverResumed,
    Response,
)
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER

_RESUMED_BY = np.array([Statistic.labeled(f"resumed_{days:.0f}d") for days in RESUMED_BY_DAYS])
"""Places of the pauses resumed by each of `RESUMED_BY_DAYS`."""
_NEVER_RESUMED = np.array([-1, *FOR_GOOD])
"""Places of the pauses that ended otherwise, by `NeverResumed`."""
_CAUSES = np.array([Statistic.labeled(f"{cause}_days") for cause in PAUSE_CAUSES])
"""Places of the days of delay, by cause."""


@compiled_in_place
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
    describe_worth(by_then, told)


@compiled_in_place
def describe_worth(by_then: Record, told: NDArray[np.float64]) -> None:
    """Write QALYs and costs from the sums at the horizon, which begin at the origin.

    Parts of a cost are in whole dollars, so that they add up to it.
    """
    told[Statistic.QALY] = by_then.discounted_utility_days / DAYS_PER_YEAR
    told[Statistic.QALY_UNDISCOUNTED] = by_then.utility_days / DAYS_PER_YEAR
    told[Statistic.COST_OF_COURSES] = round(by_then.course_cost)
    told[Statistic.COST_OF_STAYS] = round(by_then.stay_cost)
    told[Statistic.COST_OF_DRUGS] = round(by_then.drug_cost)
    told[Statistic.COST_OF_SYSTEMIC_THERAPY] = round(by_then.therapy_cost)
    told[Statistic.COST_OF_END_OF_LIFE] = round(by_then.end_of_life_cost)
    for part in COST_PARTS:
        told[Statistic.COST] += told[part]
    for part in WITHOUT_SYSTEMIC:
        told[Statistic.COST_WITHOUT_SYSTEMIC] += told[part]


@compiled_in_place
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
