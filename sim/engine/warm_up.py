"""Compiles the kernels before anything is timed."""

from __future__ import annotations

import pandas  # noqa: F401  (so that its import is not taken for simulation time)

from sim.counting.tally import Window
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.engine.workers import live_plan, worker_pool
from sim.evidence.reader import evidence
from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.inputs.strategies import NO_CARE


def warm_up() -> None:
    """Compile the kernels, or read them from the cache, by living one person."""
    values = evidence().point
    plan = Population.united_states(2010).scaled(1).plan(2010, 2010, values)
    model = build_model(plan, [strategy(NO_CARE)], values)
    with worker_pool("cohort", 1) as executor:
        live_plan(Lives(model, Window(2010, 1, 2010, 2010)), executor, 1)
