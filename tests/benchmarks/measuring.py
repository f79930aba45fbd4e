"""How benchmarks measure and what they print: Markdown tables, and the machine they are of."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from sim.counting.tally import Tally
from sim.engine.lives import Lives
from sim.engine.workers import BLOCK, block_segments, live_segments, usable_cores

_PACKAGES = ("numpy", "numba", "simpy", "scipy", "pandas")


class Table:
    """Rows of benchmarks, and what stands below them."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str]] = []
        self.below: list[str] = []

    def add(self, what: str, here: str, aim: str = "") -> None:
        """Write down a number, and what is aimed at on two cores."""
        self.rows.append((what, here, aim))

    def markdown(self) -> str:
        """The rows as Markdown."""
        return markdown(("what", "here", "aim"), self.rows)


def seconds_of(
    function: Callable[[], object],
    times: int = 3,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """The best of a few runs: what else the machine does only adds.

    By default of processor time, which is that of a thread where there is one: it hardly depends on
    who else waits for a core.
    """
    return min(seconds_of_each([function], times, clock))


def seconds_of_each(
    functions: Sequence[Callable[[], object]],
    times: int = 3,
    clock: Callable[[], float] = time.process_time,
) -> list[float]:
    """The best of a few runs of each, one after the other in every round, to be compared."""
    best = [float("inf")] * len(functions)
    for _ in range(times):
        for i, function in enumerate(functions):
            started = clock()
            function()
            best[i] = min(best[i], clock() - started)
    return best


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned for those who read it as text."""
    table = [list(head), *map(list, rows)]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    table.insert(1, ["-" * width for width in widths])
    lines = ("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in table)
    return "\n".join(lines)


def machine() -> str:
    """Processor, cores, versions and what else runs, in a sentence."""
    name = platform.processor() or platform.machine()
    known = Path("/proc/cpuinfo")
    if known.exists():
        models = [line for line in known.read_text().splitlines() if line.startswith("model name")]
        name = models[0].split(":")[1].strip() if models else name
    versions = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    cores = f"{usable_cores()} of {os.cpu_count()} cores usable"
    load = f"; load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()}, Python {platform.python_version()}"
    return f"{name}, {cores}; {system}, {versions}{load}."


def live_alone(lives: Lives) -> Tally:
    """Live everybody of a plan in this thread, and count them."""
    total, _ = lives.tallies()
    for segments in block_segments(lives.model, BLOCK):
        total.add(live_segments(lives, segments).tally)
    return total
