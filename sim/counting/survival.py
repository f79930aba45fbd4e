"""Survival beside that of the general population of the same age and sex."""

from __future__ import annotations

import numpy as np

from sim.counting.cohort import Cohort
from sim.counting.observed import Observed, percent
from sim.evidence.arrays import Array
from sim.evidence.life_table import cumulative_at_ages, mortality_trends, trended_table
from sim.evidence.reader import Values
from sim.evidence.vocabulary import (
    AGES,
    MORTALITY_BAND_STARTS,
    PRIMARIES,
    SEXES,
    STAGES,
)
from sim.inputs.plan import Plan

ALIVE = {1: Cohort.ALIVE_1Y, 5: Cohort.ALIVE_5Y, 10: Cohort.ALIVE_10Y}
"""Who is alive so many years after diagnosis."""


def relative_survival(seen: Observed) -> Array:
    """Observed over expected survival in percent, capped at 100 (Ederer I).

    The stratum reads `5y`, `breast, 5y` or `breast, localized, 5y`. Expected survival is that of
    the general population, cancer deaths included, as registries compute it.
    """
    *_, horizon = seen.stratum.split(", ")
    stage = next((s for s in STAGES if s in seen.stratum), None)
    years = int(horizon.removesuffix("y"))
    alive = seen.by_primary(ALIVE[years], stage)
    expected = seen.by_primary(Cohort.PEOPLE, stage) * seen.expected_survival[years]
    return np.minimum(percent(seen.added(alive), seen.added(expected)), 100.0)


def expected_survival(values: Values, plan: Plan) -> Array:
    """Survival of the general population at the ages and sexes of each primary, 0 to 10 years.

    Returns
    -------
    array (11, primary)
    """
    # People age along the trend of mortality, here as in the model.
    trends = mortality_trends(values)
    ends = (*MORTALITY_BAND_STARTS, AGES)
    hazards = [
        cumulative_at_ages(*trended_table(values, sex, without_cancer=False))
        for sex in range(len(SEXES))
    ]
    years = np.arange(11)[:, None, None]
    whole = np.arange(AGES + 1)
    total = np.zeros((11, len(PRIMARIES)))
    people = np.zeros(len(PRIMARIES))
    steps = (np.arange(8) + 0.5) / 8
    # Many cells are of the same ages, in which people of a sex survive alike.
    ends_of_ages = np.column_stack([plan.cells["age_low"], plan.cells["age_high"]])
    bands, band = np.unique(ends_of_ages, axis=0, return_inverse=True)
    ages = bands[:, :1] + steps * (bands[:, 1:] - bands[:, :1])
    surviving = []
    for hazard in hazards:
        spent = np.zeros((11, *ages.shape))
        for trend, first, last in zip(trends, ends[:-1], ends[1:], strict=True):
            start, stop = (np.clip(a, first, last) for a in (ages, ages + years))
            within = np.interp(stop, whole, hazard) - np.interp(start, whole, hazard)
            spent += within * np.exp(-trend * ages)
        surviving.append(np.exp(-spent))
    for group in plan.groups:
        mine = slice(group["first_cell"], group["first_cell"] + group["n_cells"])
        share = np.diff(plan.cells["cumulative"][mine], prepend=0.0)
        of_cells = share[:, None] * surviving[group["sex"]][:, band[mine]]
        alive = of_cells.reshape(11, -1).sum(axis=1) / len(steps)
        total[:, group["primary"]] += group["count"] * alive
        people[group["primary"]] += group["count"]
    return np.divide(total, people, out=np.ones_like(total), where=people > 0)
