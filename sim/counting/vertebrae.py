"""Vertebrae at the end of a life: where they are involved, what they did, and how many collapsed.

An image shows a vertebra once its lesion is detected. Collapse of such vertebrae is followed for a
year, or to death: a vertebra counts once, at its first collapse in that time, new or further, with
pain or without. Room: counting; this is part of the `cohort` of a `Tally`.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.cohort import Cohort, hundredths
from sim.counting.observed import Estimator, Observed, percent
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import DAYS_PER_YEAR, REGION_OF_LEVEL, REGIONS, Compartment
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER


@compiled_in_place
def count_vertebrae(mine: NDArray[np.int64], person: Record) -> None:
    """Count the involved vertebrae of a finished life by region, and their collapses."""
    visible_days = 0.0
    irradiated_days = 0.0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.compartment != Compartment.EXTRADURAL_VERTEBRAL:
            continue
        region = REGION_OF_LEVEL[lesion.level]
        add(mine, Cohort.INVOLVED_VERTEBRAE_CERVICAL + region, 1)
        add(mine, Cohort.PAINFUL_VERTEBRAE_CERVICAL + region, lesion.hurt)
        add(mine, Cohort.BROKEN_VERTEBRAE_CERVICAL + region, lesion.fracture_day != NEVER)
        if lesion.detected_day != NEVER:
            add(mine, Cohort.DETECTED_VERTEBRAE_CERVICAL + region, 1)
            until = min(lesion.detected_day + DAYS_PER_YEAR, person.death_day)
            add(mine, Cohort.VISIBLE_COLLAPSED, lesion.collapse_seen_day <= until)
            visible_days += min(until, lesion.collapse_seen_day) - lesion.detected_day
        if lesion.irradiated_day != NEVER:
            until = min(lesion.irradiated_day + DAYS_PER_YEAR, person.death_day)
            add(mine, Cohort.IRRADIATED_COLLAPSED, lesion.collapse_irradiated_day <= until)
            irradiated_days += min(until, lesion.collapse_irradiated_day) - lesion.irradiated_day
    add(mine, Cohort.VISIBLE_DAYS, hundredths(visible_days))
    add(mine, Cohort.IRRADIATED_DAYS, hundredths(irradiated_days))


def in_a_year(events: Cohort, days: Cohort) -> Estimator:
    """Percent with an event within a year, from the events and the hundredths of days at risk."""

    def estimate(seen: Observed) -> Array:
        rate = percent(seen.people(events), seen.people(days)) * DAYS_PER_YEAR
        # NumPy's exponential has other last bits.
        return 100.0 * np.reshape([-math.expm1(-one) for one in rate.flat], rate.shape)

    return estimate


def regions_of(first: Cohort, *regions: str) -> Estimator:
    """Percent in some regions, of statistics that stand in the order of `REGIONS`."""
    places = [first + REGIONS.index(region) for region in regions]

    def estimate(seen: Observed) -> Array:
        whole = seen.people(first)
        for place in range(1, len(REGIONS)):
            whole = whole + seen.people(first + place)
        part = seen.people(places[0])
        for place in places[1:]:
            part = part + seen.people(place)
        return percent(part, whole)

    return estimate
