"""Everything that an analysis of sensitivity starts from: a point, what is asked, what can move."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sim.evidence.arrays import Array
from sim.inputs.setting import Setting
from sim.uncertainty.asked import RANKING, Asked
from sim.uncertainty.drawn import ParameterKey
from sim.uncertainty.evaluation import Evaluation, Lived
from sim.uncertainty.movable import Movable, point_of


@dataclass
class Questions:
    """A scenario at its point estimate, what is asked of it, and the numbers that are moved.

    Attributes
    ----------
    values, base
        The point estimate, and the scenario lived there.
    leaders : list of int
        Of each thing asked, the strategy that leads at the point estimate; 0 of what is no ranking.
    told : callable
        Called with the lives lived, after each point at which the scenario was lived.
    """

    evaluation: Evaluation
    wanted: Sequence[Asked]
    movable: Sequence[Movable]
    told: Callable[[int], object] = lambda lives: None
    values: dict[ParameterKey, float] = field(init=False)
    base: Lived = field(init=False)
    leaders: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.values = point_of(self.scenario)
        self.base = self.evaluation.at(self.values)
        self.leaders = [self.leader(self.base, i) for i in range(len(self.wanted))]

    @property
    def scenario(self) -> Setting:
        """What is lived."""
        return self.evaluation.scenario

    def leader(self, lived: Lived, i: int) -> int:
        """The strategy that leads in a thing asked; 0 of what is no ranking."""
        ask = self.wanted[i]
        return ask.leader(lived.found) if ask.measure == RANKING else 0

    def answers(self, lived: Lived) -> Array:
        """What is asked, of everybody and without each batch; shape (asked, 1 + batches)."""
        names = self.scenario.strategy_names
        pairs = zip(self.wanted, self.leaders, strict=True)
        return np.array([ask.of(lived.found, names, leader) for ask, leader in pairs])
