"""The nine clocks in vectorized NumPy: no queue, all people of a chunk one clock after the other.

The model is a tree of clocks, so no event loop is needed: each clock's days are computed for those
who are at risk of it, who are gathered once a level. A chunk fits into the cache of a core; columns
are contiguous.

What bounds it: the logarithms and powers of all people (dissemination and other death), exponential
numbers, and gathering and scattering those at risk.
"""

from __future__ import annotations

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

_CHUNK = 8_192


def live_chunk(random: np.random.Generator, hazards: Hazards, days: Days) -> None:
    """Live the people of a chunk into `days`, shape (clocks, people), which holds `NEVER`."""
    n = days.shape[1]
    other = random.standard_exponential(n)
    other *= hazards.other_slope / hazards.other_rate
    np.log1p(other, out=other)
    other /= hazards.other_slope
    spread = random.standard_exponential(n)
    np.power(spread, 1.0 / hazards.spread_shape, out=spread)
    spread *= hazards.spread_scale_days

    def after(since: Days, rate: float) -> Days:
        wait = random.standard_exponential(since.size)
        wait /= rate
        wait += since
        return wait

    (who,) = np.nonzero(spread < other)
    spread, end = spread[who], other[who]
    days[DISSEMINATION, who] = spread
    cancer = after(spread, hazards.cancer)
    skeletal = after(spread, hazards.skeletal)

    (of_who,) = np.nonzero(skeletal < np.minimum(cancer, end))
    in_bone, bone_end = who[of_who], np.minimum(cancer, end)[of_who]
    skeletal = skeletal[of_who]
    days[SKELETAL, in_bone] = skeletal
    spinal = after(skeletal, hazards.spinal)

    (of_bone,) = np.nonzero(spinal < bone_end)
    in_spine, spinal, spine_end = in_bone[of_bone], spinal[of_bone], bone_end[of_bone]
    days[SPINAL, in_spine] = spinal
    fracture = after(spinal, hazards.fracture)
    (breaks,) = np.nonzero(fracture < spine_end)
    fracture = fracture[breaks]
    days[FRACTURE, in_spine[breaks]] = fracture
    broken = of_who[of_bone[breaks]]
    cancer[broken] = fracture + (cancer[broken] - fracture) / hazards.fracture_death_ratio

    # Now all hazards of death are known, and what changes none of them is cut off by it.
    of_cancer = cancer < end
    death = np.minimum(cancer, end)
    days[DEATH_OTHER] = other
    days[DEATH_OTHER, who[of_cancer]] = NEVER
    days[DEATH_CANCER, who] = np.where(of_cancer, cancer, NEVER)
    treated = after(spread, hazards.treatment)
    days[TREATMENT, who] = np.where(treated < death, treated, NEVER)
    spine_end = death[of_who[of_bone]]
    for event, rate in ((PAIN, hazards.pain), (CORD, hazards.cord)):
        happens = after(spinal, rate)
        days[event, in_spine] = np.where(happens < spine_end, happens, NEVER)


def live(people: int, seed: int, hazards: Hazards | None = None) -> Days:
    """Live so many people; see `nine_clocks`."""
    random = np.random.Generator(np.random.SFC64(seed))
    lived = np.full((len(CLOCKS), people), NEVER)
    for first in range(0, people, _CHUNK):
        live_chunk(random, hazards or Hazards(), lived[:, first : first + _CHUNK])
    return lived.T
