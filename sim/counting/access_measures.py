"""Measures of finite access that stand in the summary, beside those of care."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.counting.care_measures import PAUSE_WORDS
from sim.counting.measure import Measure, Section, by_name
from sim.evidence.vocabulary import PAUSE_CAUSES


@dataclass(frozen=True)
class Waited:
    """What the clinics wrote down of waits that began in the years counted.

    Attributes
    ----------
    days : pandas.Series
        From the decision to the first session, of people with spinal metastasis who were treated.
    within_goal : mapping
        Percent of courses that began within the goal, by priority, and of all.
    died, lost_walking, fractures : float
        Of or among people with spinal metastasis who waited, a year.
    first_referred : float
        People a year whose first trigger came while they were on or due systemic therapy; nan if
        there are none.
    delay_days : array (person, cause)
        Days of delay of each of these people.
    """

    days: pd.Series[float]
    within_goal: Mapping[str, float]
    died: float
    lost_walking: float
    fractures: float
    first_referred: float
    delay_days: NDArray[np.float64]


def _access(
    name: str, unit: str, definition: str, estimate: Callable[[Waited], float], **said: Any
) -> Measure[Waited]:
    kind = "measure of finite access"
    return Measure(name, unit, definition, estimate, section=Section.ACCESS, kind=kind, **said)


def _within(priority: str) -> Callable[[Waited], float]:
    return lambda seen: seen.within_goal[priority]


def _mean_delay(*causes: int) -> Callable[[Waited], float]:
    def estimate(seen: Waited) -> float:
        days = seen.delay_days[:, causes]
        return float(days.mean(axis=0).sum()) if len(days) else float("nan")

    return estimate


def _delays_by(*causes: int) -> Callable[[Waited], NDArray[np.float64]]:
    return lambda seen: np.asarray(seen.delay_days[:, causes].sum(axis=1))


ACCESS_DAYS: dict[str, Callable[[Waited], NDArray[np.float64]]] = {
    "treatment_wait_mean_days": lambda seen: np.asarray(seen.days, float),
    "delay_of_first_referred_days": _delays_by(*range(len(PAUSE_CAUSES))),
    **{f"{cause}_of_first_referred_days": _delays_by(i) for i, cause in enumerate(PAUSE_CAUSES)},
}
"""Measures that are a mean of days over people, and the days of each of them."""


ACCESS_MEASURES: dict[str, Measure[Waited]] = by_name(
    _access(
        "treatment_wait_mean_days",
        "days",
        "From the decision to the first session of a course, planning included; mean over people "
        "with spinal metastasis who were treated.",
        lambda seen: float(seen.days.mean()),
        spread=True,
    ),
    _access(
        "treatment_wait_p95_days",
        "days",
        "The same wait, which 95% do not exceed.",
        lambda seen: float(seen.days.quantile(0.95)),
    ),
    _access(
        "treated_within_goal",
        "percent",
        "Of those who asked for a course, how many had the first session within the goal of the "
        "priority that they had when the wait ended; who died or gave way to cord compression "
        "before the goal had passed is left out.",
        _within("all"),
    ),
    *(
        _access(f"{priority}_within_goal", "percent", f"The same for {whom}.", _within(priority))
        for priority, whom in (
            ("emergency", "emergencies: cord compression"),
            ("urgent", "severe pain and painful fractures"),
            ("routine", "all others"),
        )
    ),
    _access(
        "died_waiting",
        "people a year",
        "Deaths of people who waited for a consult or a session.",
        lambda seen: seen.died,
    ),
    _access(
        "lost_walking_waiting",
        "people a year",
        "People who could walk when they asked and could not when the wait ended.",
        lambda seen: seen.lost_walking,
    ),
    _access(
        "fractures_waiting",
        "fractures a year",
        "Symptomatic fractures while waiting.",
        lambda seen: seen.fractures,
    ),
    _access(
        "first_referred",
        "people a year",
        "People whose first trigger of care came in the years counted while they were on or due "
        "systemic therapy, whenever their cancer was diagnosed; the same under every strategy.",
        lambda seen: seen.first_referred,
    ),
    _access(
        "delay_of_first_referred_days",
        "days",
        "Days of their pauses that ended in a dose, to death, zeros included. delay_days describes "
        "people diagnosed in the years counted, who go on needing care after the clinics close.",
        _mean_delay(*range(len(PAUSE_CAUSES))),
        spread=True,
    ),
    *(
        _access(
            f"{cause}_of_first_referred_days",
            "days",
            f"The part of that delay whose cause is {PAUSE_WORDS[cause]}.",
            _mean_delay(code),
            spread=True,
        )
        for code, cause in enumerate(PAUSE_CAUSES)
    ),
)
"""Every measure of finite access, by name, in the order of the summary."""
