"""Every measure of the program, by its name, in the order in which `spinemets list` has them."""

from __future__ import annotations

from typing import Any

from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import CARE_MEASURES
from sim.counting.counts import COUNTS_OF_PEOPLE, COUNTS_OF_SYMPTOMS
from sim.counting.measure import Measure, by_name
from sim.counting.observed import Observed
from sim.counting.shares import SHARES_OF_SPREAD, SHARES_OF_SYMPTOMS
from sim.counting.skeletal_events import SHARES_OF_BONE
from sim.counting.treated import SHARES_TREATED

POPULATION_MEASURES: dict[str, Measure[Observed]] = by_name(
    *(*COUNTS_OF_PEOPLE, *SHARES_OF_SPREAD, *COUNTS_OF_SYMPTOMS, *SHARES_OF_SYMPTOMS),
    *(*SHARES_OF_BONE, *SHARES_TREATED),
)
"""Measures of everybody: those that targets are published for."""

MEASURES: dict[str, Measure[Any]] = {**POPULATION_MEASURES, **CARE_MEASURES, **ACCESS_MEASURES}
"""Every measure: of the population, of the trigger set, of finite access."""


def split_time(name: str) -> tuple[str, str]:
    """Split a name of the tables into that of the measure and the time after diagnosis.

    Examples
    --------
    >>> split_time("relative_survival_5y"), split_time("new_cancers")
    (('relative_survival', '5y'), ('new_cancers', ''))
    """
    measure, _, time = name.rpartition("_")
    if name not in MEASURES and measure in POPULATION_MEASURES and time[:-1].isdecimal():
        return measure, time
    return name, ""


def words_of(name: str) -> str:
    """A name of the tables in plain words; with spaces, if it is no measure.

    Examples
    --------
    >>> words_of("recorded_bone_metastasis_1y"), words_of("cost_usd_2021")
    ('bone metastasis on record after 1 year', 'cost usd 2021')
    """
    measure, time = split_time(name)
    if measure not in MEASURES:
        return name.replace("_", " ")
    words = MEASURES[measure].words
    if not time:
        return words
    unit = {"d": "day"}.get(time[-1], "year") + ("" if time == f"1{time[-1]}" else "s")
    return f"{words} after {time[:-1]} {unit}"
