"""The model bundle: who lives, by which parameters, under which strategies and with which luck."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import build_strategies
from sim.evidence.reader import Values
from sim.inputs.outcomes import Outcomes
from sim.inputs.plan import Plan
from sim.inputs.strategies import Knobs, Strategy
from sim.inputs.treatment import Treatment

Segments = list[tuple[int, int, int]]
"""People of a model: group, first index, last index + 1."""


class Model(NamedTuple):
    """What lives are lived by; make one with `build_model`.

    Attributes
    ----------
    groups, cells : arrays of `GROUP` and `ENTRY_CELL`
        The plan of the population.
    cancers, worlds : arrays of `CANCER` and `WORLD`
        The parameters, one record a primary and one in all.
    policies : array of `POLICY`, shape (strategies,)
        The first is the reference.
    shared : array of `POLICY`, shape (1,)
        What holds as long as lives under all strategies are one; see `Strategies`.
    """

    groups: NDArray[np.void]
    cells: NDArray[np.void]
    cancers: NDArray[np.void]
    worlds: NDArray[np.void]
    policies: NDArray[np.void]
    shared: NDArray[np.void]
    seed: np.uint64
    replicate: int

    @property
    def people(self) -> int:
        """How many lives there are under each strategy."""
        return int(self.groups["count"].sum())

    def care(self, strategy: int) -> NDArray[np.void]:
        """One of the strategies, as an array of length 1."""
        return self.policies[strategy : strategy + 1]


def build_model(
    plan: Plan,
    strategies: Sequence[Strategy],
    values: Values,
    *,
    treatments: Sequence[Treatment] = (),
    knobs: Knobs | None = None,
    seed: int = 0,
    outcomes: Outcomes | None = None,
    draw: int = 0,
) -> Model:
    """Everything that lives read, from one joint sample of the evidence.

    Parameters
    ----------
    plan : Plan
        Who is diagnosed, when and with what.
    values : Values
        The sample.
    treatments : sequence of Treatment
        The user's own.
    knobs : Knobs, optional
        What is common to the strategies; the defaults if it is left out.
    outcomes : Outcomes, optional
        Which outcomes are described; by default those of a year, of people on therapy.
    draw : int
        Number of the sample, under which the user's treatments are drawn; 0 the point estimate.
    """
    care = build_strategies(strategies, treatments, knobs or Knobs(), values, draw, outcomes)
    parameters = build_cancers(values), build_world(values, outcomes)
    return Model(plan.groups, plan.cells, *parameters, *care, np.uint64(seed), 0)


def people_of(segments: Segments) -> int:
    """How many people some segments hold."""
    return sum(high - low for _, low, high in segments)


def as_array(segments: Segments) -> NDArray[np.int64]:
    """Segments as compiled code reads them, shape (segments, 3)."""
    return np.array(segments, dtype=np.int64).reshape(-1, 3)
