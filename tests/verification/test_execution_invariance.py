"""Results do not depend on blocks, workers, order, hash seeds or what else is run.

Room: engine.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import Population, Result, Scenario
from sim.engine import workers as scale
from sim.engine.workers import block_segments, live_segments
from sim.evidence.reader import evidence
from tests.simplified import SEVERAL, full, lives_of, segments_of, strategies_of

SCRIPT = """
from sim import Population, Scenario
population = Population.united_states(2010).scaled(3_000)
cared = ["usual_care", "noms"]
result = Scenario(
    name="s", population=population, years=(2010, 2011), draws=1, seed=6, strategies=cared
).run()
print(result.run["results_hash"], result.run["parameters_hash"])
"""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario(
        name="invariance",
        population=Population.united_states(2010).scaled(1_000),
        years=(2010, 2011),
        view="calendar",
        lookback_years=5,
        draws=1,
        replicates=2,
        seed=17,
        strategies=SEVERAL,
    )


@pytest.fixture(scope="module")
def reference(scenario: Scenario) -> Result:
    return scenario.run(workers=1)


def assert_same(here: Result, there: Result) -> None:
    assert here.run["results_hash"] == there.run["results_hash"]
    pd.testing.assert_frame_equal(here.case_counts, there.case_counts, check_exact=True)
    pd.testing.assert_frame_equal(here.outcomes, there.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(here.delays, there.delays, check_exact=True)
    pd.testing.assert_frame_equal(here.compare(), there.compare(), check_exact=True)
    pd.testing.assert_frame_equal(here.summary, there.summary, check_exact=True)


@pytest.mark.parametrize("block", [13, 1_000, 10**9])
def test_any_block_size_gives_the_same(
    scenario: Scenario, reference: Result, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "BLOCK", block)
    assert_same(scenario.run(workers=2), reference)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_any_number_of_workers_gives_the_same(
    scenario: Scenario, reference: Result, workers: int
) -> None:
    assert_same(scenario.run(workers=workers), reference)


def test_worker_processes_of_the_simpy_engine_give_the_same(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = scenario.with_options(
        population=Population.united_states(2010).scaled(150), draws=0, replicates=1
    )
    monkeypatch.setattr(scale, "KEPT_BLOCK", 100)
    there = small.with_options(engine="process").run(workers=2)
    assert_same(there, small.run(workers=1))


def test_running_again_gives_the_same(scenario: Scenario, reference: Result) -> None:
    assert_same(scenario.run(), reference)


@pytest.mark.parametrize(
    "strategies",
    [
        ("usual_care",),
        SEVERAL,
    ],
    ids=["one", "several"],
)
@pytest.mark.usefixtures("no_pictures")
def test_microdata_do_not_depend_on_blocks(
    scenario: Scenario,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    strategies: tuple[str, ...],
) -> None:
    few = Population.united_states(2010).scaled(300)
    cared = scenario.with_options(population=few, draws=0, strategies=strategies)
    frames = []
    for block, workers in ((10**9, 1), (77, 3)):
        monkeypatch.setattr(scale, "KEPT_BLOCK", block)
        folder = tmp_path / str(block)
        cared.run(out=folder, microdata=True, workers=workers)
        frames.append([pd.read_parquet(folder / table) for table in ("people", "events")])
    for here, there in zip(*frames, strict=True):
        pd.testing.assert_frame_equal(here, there, check_exact=True)


def test_the_order_of_segments_does_not_matter() -> None:
    plan = Population.united_states(2010).scaled(2_000).plan(2010, 2010, evidence().point)
    lives = lives_of(full(), plan, strategies=strategies_of(*SEVERAL), keep=False)
    whole = live_segments(lives, segments_of(plan))
    pieces = [segment for block in block_segments(plan, 37) for segment in block]
    random.Random(4).shuffle(pieces)
    shuffled, cared = lives.tallies()
    for first in range(0, len(pieces), 11):
        block = live_segments(lives, pieces[first : first + 11])
        shuffled.add(block.tally)
        cared.add(block.care_tally)
    for mine, its in ((whole.tally, shuffled), (whole.care_tally, cared)):
        for here, there in zip(mine, its, strict=True):
            np.testing.assert_array_equal(here, there)
    assert (cared.sums[:, 0, 0] > 0).all()


@pytest.mark.parametrize("size", [1, 7, 100, 10**6])
def test_blocks_hold_everybody_once_and_are_not_too_large(size: int) -> None:
    plan = Population.united_states(2010).scaled(500).plan(2010, 2011, evidence().point)
    blocks = list(block_segments(plan, size))
    lengths = [sum(high - low for _, low, high in block) for block in blocks]
    assert all(length == size for length in lengths[:-1])
    assert sum(lengths) == plan.people
    members = [(g, i) for block in blocks for g, low, high in block for i in range(low, high)]
    assert members == [(g, i) for g, _, n in segments_of(plan) for i in range(n)]


@pytest.mark.slow
def test_the_hash_seed_of_python_does_not_matter(root: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "4242")
    ]
    printed = [process.communicate()[0] for process in running]
    assert all(process.returncode == 0 for process in running)
    assert printed[0] == printed[1] != ""
