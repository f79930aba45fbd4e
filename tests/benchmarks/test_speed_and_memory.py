"""Speed and memory of the full model with care; only ratios are asserted.

`pytest -m benchmark tests/benchmarks` runs all benchmarks and prints their table as Markdown. What
one thread does is timed by the processor's clock, the rest by that on the wall.

Where the time of a life goes, of samples of the cohort engine under usual care: 6% find the next of
33 clocks, 15% are random numbers, Philox, of which a life takes 22, 9% `log`, 13% other elementary
functions and normal numbers; a life takes 31 of them. Looking at care after every event, mostly the
hazard of referral, takes 7%. All else is spread over a hundred functions. What beginning and
counting take is in the table. So it is bounded by the number of events, 7.7 a life, at a quarter of
a microsecond each: neither smaller code (optimized for size, loops not unrolled, LLVM's level 2)
nor telling LLVM that parameters are not written to makes it faster.

Of instructions, as callgrind counts them, a life takes 13,800: 26% are Philox, 164 for each number,
which leave a processor no wait; 9% find the next event, 9% look at care, 5% begin lives. Neither to
leave out that an index may count from the end nor to search the clocks by vectors makes it faster.

Room: engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import Population, Scenario
from sim.counting.event_log import EventLog
from sim.engine import cohort
from sim.engine.lives import Lives
from sim.engine.model import as_array
from sim.engine.workers import (
    cut,
    live_plan,
    live_segments,
    usable_cores,
    worker_pool,
)
from sim.evidence.reader import evidence
from sim.inputs.plan import Plan
from sim.life.records import PERSON
from tests.benchmarks.measuring import Table, live_alone, seconds_of, seconds_of_each
from tests.simplified import full, lives_of, segments_of, strategies_of

pytestmark = pytest.mark.benchmark

EIGHT = (
    *("usual_care", "noms", "analgesia_only", "ebrt_8gy1"),
    *("ebrt_20gy5", "sbrt_24gy2", "kyphoplasty", "rfa_cement"),
)
FEW_DRAWS, MORE_DRAWS = 5, 25
IN_THE_CACHE = 200
"""People whose records a core's cache holds."""

WITH_BYTECODE = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""As users start: without it Python translates every source anew."""

DRAWS = """
import json, sys
from sim import Population, Scenario
population = Population.united_states(2010).scaled(100_000)
cared = ["usual_care", "noms", "ebrt_8gy1", "sbrt_24gy2", "rfa_cement", "kyphoplasty"]
Scenario(name="warm", population=population.scaled(1_000), strategies=cared).run()
result = Scenario(
    name="draws", population=population, strategies=cared, draws=int(sys.argv[1])
).run(workers=2)
print(json.dumps(result.run))
"""

MEMORY = """
import json, sys
from sim import Population, Scenario
population = Population.united_states(2010).scaled(int(sys.argv[1]))
result = Scenario(name="memory", population=population).run()
print(json.dumps(result.run))
"""

START = """
from sim import Population, Scenario
Scenario(name="start", population=Population.united_states(2010).scaled(1_000)).run()
"""

SMALL_RUN = """
import sys, time
from sim.cli import main
from sim.tables import samples

lived = samples.live_part

def live_part(*part, **how):
    print(time.time())
    return lived(*part, **how)

samples.live_part = live_part
main(["run", "scenarios/us_2010.py", "--people", "20000", "--view", "cohort", "--draws", "0",
      "--out", sys.argv[1], "--quiet"])
"""


def us_plan(people: int) -> Plan:
    return Population.united_states(2010).scaled(people).plan(2010, 2010, evidence().point)


def lives_under(people: int, *names: str, engine: str = "cohort") -> Lives:
    cared = strategies_of(*names)
    return lives_of(full(), us_plan(people), strategies=cared, engine=engine, keep=False)


def run_of(script: str, root: Path, *arguments: object) -> dict[str, float]:
    """What a run in a process of its own says of itself."""
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def lives_per_second(people: int, workers: int) -> float:
    """Of the cohort engine, nothing kept, by the clock on the wall."""
    lives = lives_under(people, "usual_care")

    def go() -> None:
        with worker_pool("cohort", workers) as executor:
            live_plan(lives, executor, workers)

    return people / seconds_of(go, clock=time.perf_counter)


def blocks_of(lives: Lives) -> list[NDArray[np.int64]]:
    """Segments of everybody, as many as a cache holds at a time."""
    counts = lives.model.groups["count"].tolist()
    everybody = ((group, 0, count) for group, count in enumerate(counts))
    return [as_array(some) for some in cut(everybody, IN_THE_CACHE)]


def events_of(lives: Lives) -> int:
    """How many events the lives of a plan have; none is written down."""
    people, nothing = np.zeros((IN_THE_CACHE, 1), PERSON), EventLog.empty(0)
    blocks = blocks_of(lives)
    return sum(cohort.live_kept_block(people, some, lives.model, nothing) for some in blocks)


def test_cohort_engine(table: Table) -> None:
    """What bounds it: events, see above; threads share nothing but the memory of what they read."""
    lives = lives_under(300_000, "usual_care")
    alone = 300_000 / seconds_of(lambda: live_alone(lives))
    cores = usable_cores()
    one, every = (lives_per_second(500_000 * workers, workers) for workers in (1, cores))
    a_life = events_of(lives_under(50_000, "usual_care")) / 50_000
    for what, speed, aim in (
        ("cohort engine, a second of a processor", alone, ""),
        (f"cohort engine, {cores} threads", every, "2,000,000 lives/s"),
    ):
        table.add(what, f"{speed:,.0f} lives/s, {speed * a_life:,.0f} events/s", aim)
    table.add("events a life, usual care", f"{a_life:.1f}")
    table.add("speed-up of all threads over one", f"{every / one:.2f}")
    assert every > 0.8 * one


def test_what_bounds_it(table: Table) -> None:
    """Beginning, living and counting lives, apart, with records that stay in the cache."""
    lives = lives_under(20_000, "usual_care")
    people, blocks = np.zeros((IN_THE_CACHE, 1), PERSON), blocks_of(lives)
    begun, lived = seconds_of_each(
        (
            lambda: [cohort.begin_block(people[:, 0], some, lives.model) for some in blocks],
            lambda: events_of(lives),
        )
    )
    counted = 0.0
    for some in blocks:
        n = int((some[:, 2] - some[:, 1]).sum())
        cohort.live_kept_block(people, some, lives.model, EventLog.empty(0))
        tallies = lives.tallies()
        counted += seconds_of(
            lambda n=n, t=tallies: cohort.count_block(people[:n], lives.window, *t)
        )  # type: ignore[misc]
    for what, seconds in (("beginning", begun), ("living", lived - begun), ("counting", counted)):
        table.add(f"{what} a life", f"{1e6 * seconds / lives.model.people:.2f} µs")


def test_cohort_engine_over_process_engine(table: Table) -> None:
    """One thread each, the same people, side by side.

    What SimPy costs: both drive the same compiled functions.
    """
    process, compiled = (
        lives_under(5_000, "usual_care", engine=engine) for engine in ("process", "cohort")
    )
    seconds = seconds_of_each(
        [
            lambda lives=lives: live_segments(lives, segments_of(us_plan(5_000)))  # type: ignore[misc]
            for lives in (process, compiled)
        ]
    )
    table.add("process engine, 1 process", f"{5_000 / seconds[0]:,.0f} lives/s")
    ratio = seconds[0] / seconds[1]
    table.add("cohort engine over process engine", f"{ratio:.0f} times")
    assert ratio >= 10.0


def test_eight_strategies_over_one(table: Table) -> None:
    """One thread each, turn by turn.

    What bounds it: up to where strategies may differ a life is lived once, and strategies share a
    record until they choose otherwise; the tenth of people who are cared for have most events.
    """
    one, eight = (lives_under(200_000, *names) for names in (EIGHT[:1], EIGHT))
    seconds = seconds_of_each((lambda: live_alone(one), lambda: live_alone(eight)))
    ratio = seconds[1] / seconds[0]
    table.add("eight strategies over one", f"{ratio:.2f} times", "at most 2.5 times")
    assert ratio < 8.0


def test_memory_does_not_grow_with_people(table: Table, root: Path) -> None:
    """What bounds it: libraries take most of it; of lives only tallies are kept."""
    peaks = {}
    for people in (1_000_000, 10_000_000):
        run = run_of(MEMORY, root, people)
        assert run["lives"] == people
        peaks[people] = run["peak_memory_mb"]
        table.add(
            f"a run of {people:,} lives", f"{run['seconds']:.2f} s, {run['peak_memory_mb']:,.0f} MB"
        )
    assert peaks[10_000_000] <= 1.3 * peaks[1_000_000] + 50.0


def test_a_year_of_the_united_states(table: Table) -> None:
    """What bounds it: the cohort engine on all threads; tables take a tenth of it."""
    scenario = Scenario(name="year", population=Population.united_states(2010))
    runs = [scenario.run().run for _ in range(3)]
    best = min(run["seconds"] for run in runs)
    table.add("a year of the United States, cohort view", f"{best:.2f} s", "under 1 s")
    assert {run["lives"] for run in runs} == {1_529_560}


def test_draws_of_100_000_people_and_six_strategies(table: Table, root: Path) -> None:
    """Seconds a draw, from the difference of more draws and few, so that what is once falls out.

    What bounds it: two thirds are lives, as many as under one strategy and 0.7 times as many again;
    the rest is what Python does for a draw: parameters, measures, tables.
    """
    few, more = (run_of(DRAWS, root, draws) for draws in (FEW_DRAWS, MORE_DRAWS))
    draws = MORE_DRAWS - FEW_DRAWS
    each = (more["seconds"] - few["seconds"]) / draws
    grown = (more["peak_memory_mb"] - few["peak_memory_mb"]) / draws
    table.add(
        "a draw of 100,000 people and six strategies",
        f"{each:.2f} s, {grown:.2f} MB, {more['peak_memory_mb']:,.0f} MB in all",
    )
    table.add("a thousand of them", f"{1_000.0 * each:.0f} s", "under 300 s")
    assert grown <= 2.0


def test_first_start_and_later_ones(table: Table, root: Path, tmp_path: Path) -> None:
    """From the command to the end of a run of 1,000 people, in a fresh cache and in a full one.

    What bounds it: half is Numba's translation of some 360 functions, a quarter LLVM, which
    optimizes the whole life as one piece of code; later, imports.
    """
    places = {**WITH_BYTECODE, "SPINEMETS_CACHE": str(tmp_path)}
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", START], cwd=root, env=places, check=True, capture_output=True
        )
        seconds.append(time.perf_counter() - started)
    table.add("first start", f"{seconds[0]:.1f} s", "under 30 s")
    table.add("later starts", f"{min(seconds[1:]):.1f} s", "under 2 s")
    assert min(seconds[1:]) < seconds[0]


def test_a_small_run(table: Table, root: Path, tmp_path: Path) -> None:
    """From the start of the process to its first life, and to the end of all its files.

    What bounds it: first imports, of Numba and pandas most; then pictures, of which text is most.
    """
    first, whole, busy = [], [], []
    for _ in range(4):  # the first reads everything from the disk
        began, before = time.time(), os.times().children_user
        done = subprocess.run(
            [sys.executable, "-c", SMALL_RUN, str(tmp_path / "run")],
            cwd=root,
            env=WITH_BYTECODE,
            check=True,
            capture_output=True,
            text=True,
        )
        whole.append(time.time() - began)
        busy.append(os.times().children_user - before)
        first.append(float(done.stdout.split()[0]) - began)
    processor = f"{min(busy):.1f} s of a processor"
    table.add("start, to the first life", f"{min(first):.1f} s", "under 2 s")
    table.add("small run, whole", f"{min(whole):.1f} s, {processor}")
    assert min(first) < min(whole)
