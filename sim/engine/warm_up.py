"""Compiles the kernels before anything is timed."""

from __future__ import annotations

from sim.engine.lives import Lives
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import build_strategies
from sim.engine.workers import live_plan, worker_pool
from sim.evidence.reader import evidence
from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.inputs.strategies import Knobs


def warm_up() -> None:
    """Compile the kernels, or read them from the cache, by living one person."""
    import pandas  # noqa: F401  (so that its import is not taken for simulation time)

    values = evidence().point
    plan = Population.united_states(2010).scaled(1).plan(2010, 2010, values)
    none = build_strategies([strategy("none")], (), Knobs(), values)
    cancers, worlds = build_cancers(values), build_world(values)
    lives = Lives(plan, cancers, worlds, none, 0, 0, 1, (2010, 2010, 2010))
    with worker_pool("cohort", 1) as executor:
        live_plan(lives, executor, 1, lambda block: None)
