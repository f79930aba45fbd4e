"""Speed and memory, printed as a table; only ratios are asserted.

`pytest -m benchmark tests/benchmarks` runs it.

Room: engine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sim import Population, Scenario
from sim.engine.workers import live_plan, live_segments, usable_cores, worker_pool
from sim.evidence.reader import evidence
from sim.inputs.plan import Plan
from sim.run import warm_up
from tests.simplified import full, lives_of, segments_of, strategies_of

pytestmark = pytest.mark.benchmark

Table = dict[str, str]

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


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """Rows to print when the benchmarks are over."""
    rows: Table = {}
    warm_up()
    yield rows
    lines = [f"{name:<44} {value:>16}" for name, value in rows.items()]
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None
    with capture.global_and_fixture_disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")


def seconds_of(function: Callable[[], object], times: int = 3) -> float:
    """The best of a few runs: what else the machine does only adds."""
    best = float("inf")
    for _ in range(times):
        started = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - started)
    return best


def lives_per_second(people: int, workers: int) -> float:
    """Of the cohort engine, nothing kept."""
    plan = us_plan(people)
    lives = lives_of(full(), plan, strategies=strategies_of("usual_care"), keep=False)

    def go() -> None:
        with worker_pool("cohort", workers) as executor:
            live_plan(lives, executor, workers, lambda block: None)

    return people / seconds_of(go)


def us_plan(people: int) -> Plan:
    return Population.united_states(2010).scaled(people).plan(2010, 2010, evidence().point)


def test_cohort_engine(table: Table) -> None:
    one = lives_per_second(1_500_000, 1)
    every = lives_per_second(3_000_000, usable_cores())
    table["cohort engine, 1 thread"] = f"{one:,.0f} lives/s"
    table[f"cohort engine, {usable_cores()} threads"] = f"{every:,.0f} lives/s"
    table["speed-up of all threads over one"] = f"{every / one:.2f}"
    assert every > 0.8 * one


def test_cohort_engine_over_process_engine(table: Table) -> None:
    """One thread each, the same people, side by side.

    What SimPy costs: both drive the same compiled functions.
    """
    plan = us_plan(20_000)
    cared = strategies_of("usual_care")
    seconds = {
        engine: seconds_of(
            lambda engine=engine: live_segments(  # type: ignore[misc]
                lives_of(full(), plan, strategies=cared, engine=engine, keep=False),
                segments_of(plan),
            )
        )
        for engine in ("process", "cohort")
    }
    table["process engine, 1 process"] = f"{plan.people / seconds['process']:,.0f} lives/s"
    ratio = seconds["process"] / seconds["cohort"]
    table["cohort engine over process engine"] = f"{ratio:.0f} times"
    assert ratio >= 10.0


def test_memory_does_not_grow_with_people(table: Table, root: Path) -> None:
    peaks = {}
    for people in (1_000_000, 10_000_000):
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(people)],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        run = json.loads(done.stdout)
        assert run["lives"] == people
        peaks[people] = run["peak_memory_mb"]
        table[f"peak memory, {people:,} lives"] = f"{run['peak_memory_mb']:,.0f} MB"
        table[f"simulation, {people:,} lives"] = f"{run['seconds']:.2f} s"
    assert peaks[10_000_000] <= 1.3 * peaks[1_000_000] + 50.0


def test_a_year_of_the_united_states(table: Table) -> None:
    scenario = Scenario(name="year", population=Population.united_states(2010))
    runs = [scenario.run().run for _ in range(3)]
    best = min(run["seconds"] for run in runs)
    table["a year of the United States, cohort view"] = f"{best:.2f} s"
    assert {run["lives"] for run in runs} == {1_529_560}


def test_draws_of_100_000_people_and_six_strategies(table: Table, root: Path) -> None:
    """A thousand take under five minutes on two cores if twenty take a fiftieth of it."""
    runs = {}
    for draws in (20, 100):
        done = subprocess.run(
            [sys.executable, "-c", DRAWS, str(draws)],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        runs[draws] = run = json.loads(done.stdout)
        table[f"{draws} draws, six strategies, two workers"] = f"{run['seconds']:.1f} s"
        table[f"peak memory, {draws} draws"] = f"{run['peak_memory_mb']:,.0f} MB"
    each = (runs[100]["seconds"] - runs[20]["seconds"]) / 80.0
    table["a thousand of these draws, from the difference"] = f"{1_000.0 * each:.0f} s"
    grown = runs[100]["peak_memory_mb"] - runs[20]["peak_memory_mb"]
    assert grown <= 2.0 * 80.0
