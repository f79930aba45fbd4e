"""What a block of lives needs, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import CareTally
from sim.counting.microdata import EventLog
from sim.counting.tally import Tally
from sim.engine.policies import Strategies
from sim.inputs.population import Plan

Segments = list[tuple[int, int, int]]


@dataclass(frozen=True)
class Lives:
    """What a block of lives needs, apart from which people are in it.

    Attributes
    ----------
    plan : Plan
    cancers, worlds : arrays of `CANCER` and `WORLD`
    strategies : Strategies
    seed, replicate : int
    n_years : int
        Calendar years counted.
    window : tuple of int
        First year counted, first and last year of diagnosis of the cohort statistics.
    engine : str
        `cohort` or `process`.
    keep : bool
        Whether records and events of everybody are given back.
    strata : bool
        Whether counts keep sexes and ages apart.
    """

    plan: Plan
    cancers: NDArray[np.void]
    worlds: NDArray[np.void]
    strategies: Strategies
    seed: int
    replicate: int
    n_years: int
    window: tuple[int, int, int]
    engine: str = "cohort"
    keep: bool = False
    strata: bool = True

    def tallies(self) -> tuple[Tally, CareTally]:
        """Zeros for what is counted."""
        n = len(self.strategies.names)
        return Tally.empty(self.n_years, n, strata=self.strata), CareTally.empty(n)


@dataclass(frozen=True)
class Block:
    """What came out of some lives; records and events only if they are kept."""

    tally: Tally
    care_tally: CareTally
    people: NDArray[np.void] | None
    log: EventLog | None
    n: int
