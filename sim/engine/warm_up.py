"""Compiles the kernels before anything is timed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas  # noqa: F401  (so that its import is not taken for simulation time)

from sim.counting.microdata import EVERYBODY, RowsAsked
from sim.counting.spread import N_BINS, quantiles_of_each
from sim.counting.tally import Window
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.engine.workers import live_plan, worker_pool
from sim.evidence.log import LOG
from sim.evidence.reader import evidence
from sim.inputs.catalog import strategy, treatment_names
from sim.inputs.population import Population
from sim.inputs.strategies import NO_CARE
from sim.life.compiled import say_if_compiling
from sim.life.machine_code import KERNEL, ROWS_KERNEL


def warm_up(
    *,
    rows: bool = False,
    engine: str = "cohort",
    say: Callable[[str], object] | None = LOG.warning,
) -> None:
    """Compile the kernels, or read them from the cache, by living one person.

    Parameters
    ----------
    rows : bool
        Whether those are needed too that write down every event.
    engine : {'cohort', 'gpu'}
        The latter has its code made and loaded, and no other.
    say : callable, optional
        Called with a sentence that says how long it takes, if they are to be compiled.
    """
    if say is not None and engine != "gpu":
        say_if_compiling(say, KERNEL, *(ROWS_KERNEL,) * rows)
    live_one(rows, engine)


@cache
def live_one(rows: bool, engine: str) -> None:
    """Live one person, and write their rows if need be: once a process, which then has the code."""
    quantiles_of_each(np.zeros((1, N_BINS), np.int64))
    values = evidence().point
    plan = Population.united_states(2010).scaled(1).plan(2010, 2010, values)
    model = build_model(plan, [strategy(NO_CARE)], values)
    lives = Lives(model, Window(2010, 1, 2010, 2010), engine)
    asked = RowsAsked(EVERYBODY, (NO_CARE,), tuple(treatment_names(())), 0)
    with worker_pool("cohort", 1) as executor:
        live_plan(lives, executor, 1)
        if rows:
            live_plan(replace(lives, rows=asked), executor, 1)
