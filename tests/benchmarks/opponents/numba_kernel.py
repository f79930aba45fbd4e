"""The nine clocks as a kernel by hand in Numba: straight-line code for this model and no other.

A person takes only the numbers that are needed, from a sequential generator whose exponential
numbers (ziggurat) are cheaper than a logarithm. Nothing can be added, twinned or compared without
writing the kernel anew, and luck depends on everybody who was lived before.

What bounds it: one logarithm and one power a life, the exponential numbers (a call each through the
bit generator's interface), and writing nine days.
"""

from __future__ import annotations

from math import log1p

import numba
import numpy as np

from tests.benchmarks.opponents.nine_clocks import (
    CLOCKS,
    CORD,
    DEATH_CANCER,
    DEATH_OTHER,
    DISSEMINATION,
    FRACTURE,
    NEVER,
    PAIN,
    SKELETAL,
    SPINAL,
    TREATMENT,
    Days,
    Hazards,
)


@numba.njit(nogil=True, error_model="numpy")
def live_all(
    random: np.random.Generator,
    days: Days,
    spread_scale_days: float,
    spread_power: float,
    other_ratio: float,
    other_slope: float,
    treatment_days: float,
    skeletal_days: float,
    spinal_days: float,
    pain_days: float,
    fracture_days: float,
    cord_days: float,
    cancer_days: float,
    fracture_death_ratio: float,
) -> None:
    """Live everybody into `days`, shape (people, clocks); constant hazards are given as means."""
    for person in range(days.shape[0]):
        day = days[person]
        for event in range(day.size):
            day[event] = NEVER
        other = log1p(other_ratio * random.standard_exponential()) / other_slope
        spread = spread_scale_days * random.standard_exponential() ** spread_power
        if spread >= other:
            day[DEATH_OTHER] = other
            continue
        day[DISSEMINATION] = spread
        cancer = spread + cancer_days * random.standard_exponential()
        death = min(cancer, other)
        skeletal = spread + skeletal_days * random.standard_exponential()
        if skeletal < death:
            day[SKELETAL] = skeletal
            spinal = skeletal + spinal_days * random.standard_exponential()
            if spinal < death:
                day[SPINAL] = spinal
                fracture = spinal + fracture_days * random.standard_exponential()
                if fracture < death:
                    day[FRACTURE] = fracture
                    cancer = fracture + (cancer - fracture) / fracture_death_ratio
                    death = min(cancer, other)
                pain = spinal + pain_days * random.standard_exponential()
                if pain < death:
                    day[PAIN] = pain
                cord = spinal + cord_days * random.standard_exponential()
                if cord < death:
                    day[CORD] = cord
        treated = spread + treatment_days * random.standard_exponential()
        if treated < death:
            day[TREATMENT] = treated
        if cancer < other:
            day[DEATH_CANCER] = cancer
        else:
            day[DEATH_OTHER] = other


def live(people: int, seed: int, hazards: Hazards | None = None) -> Days:
    """Live so many people; see `nine_clocks`."""
    hazards = hazards or Hazards()
    days = np.empty((people, len(CLOCKS)))
    live_all(
        np.random.Generator(np.random.SFC64(seed)),
        days,
        hazards.spread_scale_days,
        1.0 / hazards.spread_shape,
        hazards.other_slope / hazards.other_rate,
        hazards.other_slope,
        1.0 / hazards.treatment,
        1.0 / hazards.skeletal,
        1.0 / hazards.spinal,
        1.0 / hazards.pain,
        1.0 / hazards.fracture,
        1.0 / hazards.cord,
        1.0 / hazards.cancer,
        hazards.fracture_death_ratio,
    )
    return days
