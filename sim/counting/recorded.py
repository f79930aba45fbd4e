"""Time from diagnosis to recorded bone metastasis: its bins, and Kaplan and Meier's estimate.

Room: counting; this is `recorded` of a `Tally`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.counting.adding import add
from sim.counting.observed import Observed
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import DAYS_PER_YEAR, PRIMARIES
from sim.life.compiled import Record, compiled_in_place
from sim.life.hazards import NEVER

RECORD_BIN_DAYS = 30.0
N_RECORD_BINS = 124
"""Bins of time since diagnosis for the Kaplan-Meier curve of recorded bone metastasis."""


@compiled_in_place
def count_recorded(recorded: NDArray[np.int64], place: int, person: Record) -> None:
    """Count the days from diagnosis to recorded bone metastasis, or to death without it."""
    day = person.skeletal_recorded_day
    death = 0
    if day == NEVER:
        day = person.death_day
        death = 1
    add(
        recorded,
        (place, death, person.primary, min(int(day / RECORD_BIN_DAYS), N_RECORD_BINS - 1)),
        1,
    )


def recorded_bone(seen: Observed) -> Array:
    """Kaplan-Meier cumulative incidence of recorded bone metastasis, death censored, in percent.

    Each primary is weighted to the source's case mix, whichever the group. The stratum is the
    time, `30d` to `10y`.
    """
    n = float(seen.stratum[:-1])
    days = n if seen.stratum.endswith("d") else n * DAYS_PER_YEAR
    weights = np.array([seen.values.get(("recorded_case_mix", p), 0.0) for p in PRIMARIES])
    people = seen.recorded.sum(axis=(-3, -1))
    scale = np.divide(weights, people, out=np.zeros_like(people), where=people > 0)
    weighted = (seen.recorded * scale[..., None, :, None]).sum(axis=-2)
    events, censored = weighted[..., 0, :], weighted[..., 1, :]
    total = events.sum(axis=-1, keepdims=True) + censored.sum(axis=-1, keepdims=True)
    left = np.concatenate([total, events + censored], axis=-1)
    at_risk = np.subtract.accumulate(left, axis=-1)[..., :-1]
    free = 1.0 - events / np.maximum(at_risk - 0.5 * censored, 1e-9)
    last = round(days / RECORD_BIN_DAYS) - 1
    return 100.0 * (1.0 - np.multiply.accumulate(free, axis=-1)[..., last, None])
