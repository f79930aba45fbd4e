"""Kinds of people of a file's year: open ends of age closed, stages that it lacks filled in."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sim.evidence.reader import Values
from sim.evidence.vocabulary import PRIMARIES, UNSTAGED_PRIMARIES, Stage
from sim.inputs.population_row import PopulationRow
from sim.inputs.united_states import Strata, UnitedStates


def strata_of_rows(rows: Sequence[PopulationRow], values: Values) -> dict[tuple[int, int], Strata]:
    """Expected people by (primary, sex) of one year's rows, which are in the order of their codes.

    Primaries of which no row has a stage get those of the United States of the same year, under
    the same joint sample of the evidence.
    """
    oldest_age = values["oldest_age_at_diagnosis", "all"]
    found = {}
    for key, group in itertools.groupby(rows, lambda row: row.codes[1:3]):
        mine = list(group)
        ends = ((row.age_low, row.age_high) for row in mine)
        found[key] = Strata(
            np.array([row.age_low for row in mine]),
            np.array([_open_end(low, oldest_age) if high is None else high for low, high in ends]),
            np.array([row.codes[3] for row in mine], dtype=np.int64),
            np.array([row.count for row in mine]),
        )
    lacking = [key for key, strata in found.items() if _lacks_stage(key[0], strata)]
    if lacking:
        shares = UnitedStates(values).stages_of_primaries(rows[0].year)
        found |= {key: _staged(found[key], shares[key]) for key in lacking}
    return found


def _open_end(age_low: float, oldest_age: float) -> float:
    """Where an open age group ends: at the oldest age, or after a group of five years from it."""
    return max(oldest_age, age_low + 5.0)


def _lacks_stage(primary: int, strata: Strata) -> bool:
    """Whether a primary that registries stage comes without stages."""
    if PRIMARIES[primary] in UNSTAGED_PRIMARIES:
        return False
    return bool((strata.stage[strata.people > 0.0] == Stage.NOT_STAGED).any())


def _staged(strata: Strata, shares: NDArray[np.float64]) -> Strata:
    """The same people, those without a stage shared out over the stages."""
    lacking = strata.stage == Stage.NOT_STAGED
    given = Strata(*(values[~lacking] for values in strata))
    parts = [given]
    for stage in range(Stage.NOT_STAGED):
        mine = Strata(*(values[lacking] for values in strata))
        stages = np.full(int(lacking.sum()), stage, dtype=np.int64)
        parts.append(mine._replace(stage=stages, people=mine.people * shares[stage]))
    return Strata(*(np.concatenate(column) for column in zip(*parts, strict=True)))
