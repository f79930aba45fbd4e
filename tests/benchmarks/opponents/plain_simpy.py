"""The nine clocks in plain SimPy: a process a person, which waits for the next of its clocks.

People never meet, so each environment holds few of them: its queue of events stays short. Budgets
are drawn for many people at once, as lists of Python's own numbers.

What bounds it: for each event a pass through SimPy's queue and one through a generator, both in the
interpreter.
"""

from __future__ import annotations

from collections.abc import Generator
from math import log1p

import numpy as np
import simpy

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

_PEOPLE = 250
"""In an environment: more make its queue longer, fewer make more environments."""


def life(
    env: simpy.Environment, hazards: Hazards, budget: list[float], days: list[float]
) -> Generator[simpy.Event]:
    """Live one person: wait for the clock that fires next, let it happen, until one is death."""
    clocks = {
        DISSEMINATION: hazards.spread_scale_days
        * budget[DISSEMINATION] ** (1.0 / hazards.spread_shape),
        DEATH_OTHER: log1p(hazards.other_slope * budget[DEATH_OTHER] / hazards.other_rate)
        / hazards.other_slope,
    }
    while True:
        event = min(clocks, key=clocks.__getitem__)
        yield env.timeout(clocks.pop(event) - env.now)
        now = days[event] = env.now
        if event >= DEATH_CANCER:
            return
        if event == DISSEMINATION:
            clocks[TREATMENT] = now + budget[TREATMENT] / hazards.treatment
            clocks[SKELETAL] = now + budget[SKELETAL] / hazards.skeletal
            clocks[DEATH_CANCER] = now + budget[DEATH_CANCER] / hazards.cancer
        elif event == SKELETAL:
            clocks[SPINAL] = now + budget[SPINAL] / hazards.spinal
        elif event == SPINAL:
            clocks[PAIN] = now + budget[PAIN] / hazards.pain
            clocks[FRACTURE] = now + budget[FRACTURE] / hazards.fracture
            clocks[CORD] = now + budget[CORD] / hazards.cord
        elif event == FRACTURE:
            left = clocks[DEATH_CANCER] - now
            clocks[DEATH_CANCER] = now + left / hazards.fracture_death_ratio


def live(people: int, seed: int, hazards: Hazards | None = None) -> Days:
    """Live so many people; see `nine_clocks`."""
    hazards = hazards or Hazards()
    random = np.random.default_rng(seed)
    lived = np.empty((people, len(CLOCKS)))
    for first in range(0, people, _PEOPLE):
        n = min(_PEOPLE, people - first)
        env = simpy.Environment()
        kept = [[NEVER] * len(CLOCKS) for _ in range(n)]
        budgets = random.standard_exponential((n, len(CLOCKS))).tolist()
        for budget, days in zip(budgets, kept, strict=True):
            env.process(life(env, hazards, budget, days))
        env.run()
        lived[first : first + n] = kept
    return lived
