"""What a block of lives needs, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import CareTally
from sim.counting.event_log import EventLog
from sim.counting.microdata import MicrodataRows, RowsAsked
from sim.counting.tally import Tally, Window
from sim.engine.model import Model
from sim.evidence.vocabulary import AGE_GROUPS


@dataclass(frozen=True)
class Lives:
    """What a block of lives needs, apart from which people are in it."""

    model: Model
    window: Window
    """What is counted."""
    engine: str = "cohort"
    """`cohort`, `process` or `gpu`."""
    keep: bool = False
    """Whether records and events of everybody are given back."""
    rows: RowsAsked | None = None
    """Whose rows of microdata are made."""
    n_ages: int = len(AGE_GROUPS)
    """Age groups that counts keep apart, and the sexes; neither with 1."""

    def of_replicate(self, replicate: int) -> Lives:
        """The same people with the luck of a replicate."""
        return replace(self, model=self.model._replace(replicate=replicate))

    def tallies(self) -> tuple[Tally, CareTally]:
        """Zeros for what is counted."""
        n = len(self.model.policies)
        return Tally.empty(self.window.n_years, n, n_ages=self.n_ages), CareTally.empty(n)


@dataclass(frozen=True)
class Block:
    """What came out of some lives; records and events only if they are kept."""

    tally: Tally
    care_tally: CareTally
    people: NDArray[np.void] | None
    log: EventLog | None
    n: int
    rows: MicrodataRows | None = None
