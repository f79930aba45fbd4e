"""The opponents side by side: the same question, one thread each, turn by turn.

Who keeps lives gives back the days of everybody's events; the full model is timed from the
parameters to that, log of events included. What is compiled is compiled before. Seconds are of
processor time; a speed is of this machine at this hour, and the ratios are what tells.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.benchmarks.measuring import markdown, seconds_of_each
from tests.benchmarks.opponents import (
    numba_kernel,
    plain_simpy,
    spinemets_clocks,
    spinemets_engine,
    vectorized_numpy,
)
from tests.benchmarks.opponents.nine_clocks import NEVER

REPORTED = Path(__file__).with_name("reported.csv")
_SEED = 1
_WARM = 1_000


@dataclass(frozen=True)
class Opponent:
    """Who runs, and how many people take a good part of a second."""

    name: str
    live: Callable[[int, int], object]
    people: int


OURS = Opponent(
    "clocks and luck of spinemets, a model of these nine", spinemets_clocks.live, 1_000_000
)
KEPT = Opponent("full model of spinemets, every event kept", spinemets_engine.live, 100_000)
COUNTED = Opponent(
    "full model of spinemets, every measure counted", spinemets_engine.count, 100_000
)
SIMPY = Opponent("plain SimPy", plain_simpy.live, 20_000)
KERNEL = Opponent("a kernel by hand in Numba", numba_kernel.live, 2_000_000)
NUMPY = Opponent("vectorized NumPy", vectorized_numpy.live, 2_000_000)
OPPONENTS = (OURS, KEPT, COUNTED, SIMPY, NUMPY, KERNEL)


def lives_per_second(times: int = 5) -> dict[str, float]:
    """Of every opponent, by name, the best of so many turns."""
    for opponent in OPPONENTS:
        opponent.live(_WARM, _SEED)
    seconds = seconds_of_each(
        [lambda one=one: one.live(one.people, _SEED) for one in OPPONENTS],
        times,
    )
    return {one.name: one.people / s for one, s in zip(OPPONENTS, seconds, strict=True)}


def events_a_life() -> tuple[float, float]:
    """Events that the reduced model has in a life, and those that the full model lives for them."""
    reduced = np.count_nonzero(spinemets_engine.live(_WARM, _SEED) < NEVER) / _WARM
    lived = sum(log.day.size for log in spinemets_engine.logs_of_some(_WARM, _SEED)) / _WARM
    return reduced, lived


def table(speeds: dict[str, float]) -> str:
    """The table of the race, and below it what others report."""
    rows = [
        (
            name,
            f"{speed:,.0f}",
            f"{speed / speeds[SIMPY.name]:.3g}",
            f"{speed / speeds[KERNEL.name]:.3g}",
        )
        for name, speed in sorted(speeds.items(), key=lambda one: one[1])
    ]
    head = ("nine clocks, one thread each", "lives a second", "times SimPy", "times by hand")
    with REPORTED.open(newline="") as file:
        reported = [
            (row["program"], row["kind"], row["million_lives_per_second"])
            for row in csv.DictReader(file)
        ]
    other_head = ("not measured here", "what it is", "million lives a second")
    reduced, lived = events_a_life()
    return "\n\n".join(
        (
            markdown(head, rows),
            f"{reduced:.1f} events a life, for which the full model lives {lived:.1f}. Aimed at: a "
            "hundred times plain SimPy, half a kernel by hand.",
            markdown(other_head, reported),
            "As noted when the design was made, of models and machines of their own: an order of "
            "magnitude, not a comparison.",
        )
    )
