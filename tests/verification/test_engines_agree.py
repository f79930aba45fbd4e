"""The compiled and the SimPy engine, and plain Python, live the same lives to the last bit.

Room: engine.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim import Population, Scenario
from sim.evidence.reader import evidence
from sim.life.records import PERSON
from tests.simplified import SEVERAL, full, live_block, strategies_of

PLAIN = """
import inspect, json, warnings
import numpy as np
from sim.counting.event_log import EventLog
from sim.engine import cohort
from sim.engine.model import Model, as_array
from sim.evidence.reader import evidence
from sim.inputs.population import Population
from sim.life.records import PERSON
from tests.simplified import SEVERAL, full, model_of, segments_of, strategies_of

warnings.simplefilter("ignore")  # 64-bit arithmetic wraps, and infinity is divided by 0, on purpose
assert inspect.isfunction(cohort.live_block), "this is to run without compiling"
plan = Population.united_states(2010).scaled(300).plan(2010, 2010, evidence().point)
model = model_of(full(), plan, strategies=strategies_of(*SEVERAL), seed=5)
tables = [part.view(np.recarray) if isinstance(part, np.ndarray) else part for part in model]
people = np.zeros((300, len(SEVERAL)), PERSON).view(np.recarray)
cohort.live_kept_block(people, as_array(segments_of(plan)), Model(*tables), EventLog.empty(10_000))
print(json.dumps([[int(x) for x in row] for row in people["fingerprint"]]))
"""


def scenario(seed: int) -> Scenario:
    population = Population.united_states(2010).scaled(20_000)
    compared = [name for i, name in enumerate(SEVERAL) if i != seed % len(SEVERAL)]
    return Scenario(name="engines", population=population, seed=seed, strategies=compared)


Folders = Callable[[int, str], Path]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, no_pictures_in_module: None) -> Folders:
    """Run folders with microdata of 20,000 people, by seed and engine, each run once."""
    done: dict[tuple[int, str], Path] = {}

    def of(seed: int, engine: str) -> Path:
        if (seed, engine) not in done:
            out = tmp_path_factory.mktemp(engine)
            scenario(seed).with_options(engine=engine).run(workers=2, out=out, microdata=True)
            done[seed, engine] = out
        return done[seed, engine]

    return of


@pytest.fixture(
    scope="module",
    params=[1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)],
)
def both(request: pytest.FixtureRequest, folders: Folders) -> tuple[Path, Path]:
    """Run folders of one seed by the compiled and by the SimPy engine."""
    return folders(request.param, "cohort"), folders(request.param, "process")


def test_both_engines_give_the_same_results(both: tuple[Path, Path]) -> None:
    here, there = (json.loads((f / "run.json").read_text("utf-8")) for f in both)
    assert (here["engine"], there["engine"]) == ("cohort", "process")
    assert here["results_hash"] == there["results_hash"]
    for file in ("case_counts.parquet", "outcomes.parquet", "delays.parquet"):
        frames = [pd.read_parquet(folder / file) for folder in both]
        pd.testing.assert_frame_equal(frames[0], frames[1], check_exact=True)
    for file in ("summary.csv", "compare.csv"):
        written = [(folder / file).read_bytes() for folder in both]
        assert written[0] == written[1]


@pytest.mark.parametrize("table", ["people", "events", "trajectories"])
def test_both_engines_write_the_same_microdata(both: tuple[Path, Path], table: str) -> None:
    here, there = (pd.read_parquet(folder / table) for folder in both)
    assert len(here) >= 20_000
    if table == "people":
        for column in ("pain_onset_day", "first_fracture_day", "cord_compression_day"):
            assert here[column].notna().sum() > 10, column
        assert here["n_fractures"].max() > 1
        assert (here.groupby("strategy")["n_pauses"].sum() > 10).all()
    if table == "events":
        for column in ("value", "treatment", "detail", "dose_gy"):
            assert here[column].notna().sum() > 100, column
    pd.testing.assert_frame_equal(here, there, check_exact=True)
    names = [path.name for path in sorted((both[0] / table).iterdir())]
    assert names == [path.name for path in sorted((both[1] / table).iterdir())]
    for name in names:
        assert pq.read_table(both[0] / table / name).equals(pq.read_table(both[1] / table / name))


def test_seeds_differ(folders: Folders) -> None:
    hashes = {
        json.loads((folders(seed, "cohort") / "run.json").read_text("utf-8"))["results_hash"]
        for seed in (1, 2, 3)
    }
    assert len(hashes) == 3


def test_tallies_of_both_engines_are_equal() -> None:
    plan = Population.united_states(2010).scaled(1_000).plan(2009, 2010, evidence().point)
    here, there = (
        live_block(full(), plan, strategies_of(*SEVERAL), engine=engine)
        for engine in ("cohort", "process")
    )
    for mine, its in ((here.tally, there.tally), (here.care_tally, there.care_tally)):
        for one, other in zip(mine, its, strict=True):
            np.testing.assert_array_equal(one, other)
    assert here.people is not None
    assert there.people is not None
    for field in PERSON.names or ():
        np.testing.assert_array_equal(here.people[field], there.people[field], err_msg=field)


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
    people = live_block(full(), plan, strategies_of(*SEVERAL), seed=5).people
    assert people is not None
    assert (people["n_courses"] > 0).sum() > 5
    assert json.loads(done.stdout) == people["fingerprint"].tolist()
