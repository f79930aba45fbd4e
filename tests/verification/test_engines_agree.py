"""The compiled and the SimPy engine, and plain Python, live the same lives to the last bit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import Population, Scenario
from sim.evidence.reader import evidence
from sim.life.state import PERSON
from tests.simplified import full, live_everybody

PLAIN = """
import json, warnings
import numpy as np
from sim.engines import cohort
from sim.evidence.reader import evidence
from sim.life.state import PERSON
from sim.population import Population
from sim.tally import Tally
from tests.simplified import full, segments_of

warnings.simplefilter("ignore")  # 64-bit arithmetic wraps, and infinity is divided by 0, on purpose
assert not hasattr(cohort.live_block, "py_func"), "this is to run without compiling"
plan = Population.united_states(2010).scaled(300).plan(2010, 2010, evidence().point)
records = [x.view(np.recarray) for x in (plan.groups, plan.cells, *full())]
people = np.zeros(300, PERSON).view(np.recarray)
tally = Tally.empty(140)
segments = np.array(segments_of(plan))
cohort.live_block(people, segments, *records, np.uint64(5), 0, (2010, 2010, 2010), tally)
print(json.dumps([int(x) for x in people["fingerprint"]]))
"""


def by_process_engine(folder: Path, seed: int) -> None:
    scenario(seed).with_options(engine="process").run(workers=1, out=folder, microdata=True)


def scenario(seed: int) -> Scenario:
    population = Population.united_states(2010).scaled(20_000)
    return Scenario(name="engines", population=population, seed=seed)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, tuple[Path, Path]]:
    """Run folders with microdata of 20,000 people by both engines, for three seeds."""
    folders = {
        seed: (tmp_path_factory.mktemp("cohort"), tmp_path_factory.mktemp("process"))
        for seed in (1, 2, 3)
    }
    with ProcessPoolExecutor(2) as pool:
        slow = [pool.submit(by_process_engine, pair[1], seed) for seed, pair in folders.items()]
        for seed, (folder, _) in folders.items():
            scenario(seed).run(out=folder, microdata=True)
        for future in slow:
            future.result()
    return folders


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_both_engines_give_the_same_results(runs: dict[int, tuple[Path, Path]], seed: int) -> None:
    here, there = (json.loads((f / "run.json").read_text("utf-8")) for f in runs[seed])
    assert (here["engine"], there["engine"]) == ("cohort", "process")
    assert here["results_hash"] == there["results_hash"]
    for file in ("case_counts.parquet", "outcomes.parquet"):
        frames = [pd.read_parquet(folder / file) for folder in runs[seed]]
        pd.testing.assert_frame_equal(frames[0], frames[1], check_exact=True)
    summaries = [(folder / "summary.csv").read_bytes() for folder in runs[seed]]
    assert summaries[0] == summaries[1]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("table", ["people", "events"])
def test_both_engines_write_the_same_microdata(
    runs: dict[int, tuple[Path, Path]], table: str, seed: int
) -> None:
    here, there = (pd.read_parquet(folder / table) for folder in runs[seed])
    assert len(here) >= 20_000
    if table == "people":
        for column in ("pain_onset_day", "first_fracture_day", "cord_compression_day"):
            assert here[column].notna().sum() > 10, column
        assert here["n_fractures"].max() > 1
    pd.testing.assert_frame_equal(here, there, check_exact=True)


def test_seeds_differ(runs: dict[int, tuple[Path, Path]]) -> None:
    hashes = {
        json.loads((f / "run.json").read_text("utf-8"))["results_hash"] for f, _ in runs.values()
    }
    assert len(hashes) == 3


def test_tallies_of_both_engines_are_equal() -> None:
    plan = Population.united_states(2010).scaled(1_000).plan(2009, 2010, evidence().point)
    (people, log, here), (others, other_log, there) = (
        live_everybody(full(), plan, engine=engine) for engine in ("cohort", "process")
    )
    for mine, its in zip(here, there, strict=True):
        np.testing.assert_array_equal(mine, its)
    for mine, its in zip(log, other_log, strict=True):
        np.testing.assert_array_equal(mine, its)
    for field in PERSON.names or ():
        np.testing.assert_array_equal(people[field], others[field], err_msg=field)


def test_plain_python_lives_the_same_lives(root: Path) -> None:
    """What is compiled is what is written: 300 lives by the interpreter alone."""
    done = subprocess.run(
        [sys.executable, "-c", PLAIN],
        cwd=root,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    plan = Population.united_states(2010).scaled(300).plan(2010, 2010, evidence().point)
    people, _, _ = live_everybody(full(), plan, seed=5)
    assert json.loads(done.stdout) == people["fingerprint"].tolist()
