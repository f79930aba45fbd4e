"""The worked examples of the contributor's page do what they say. Room: all.

Each patch is applied to a copy of the project, as a contributor would, and the copy is run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from sim import Population, Result, Scenario
from sim import plots as room

MOST_FILES = {"event": 5, "count": 2, "outcome": 5, "picture": 2}
SOURCES = ("sim", "scenarios", "tests", "CHANGELOG.md", "README.md", "pyproject.toml")

PLAIN = """
import warnings
import numpy as np
from sim.counting.care_measures import CARE_MEASURES
from sim.counting.care_tally import CareTally
from sim.counting.counts import Count
from sim.counting.tally import Tally, Window
from sim.engine import cohort
from sim.engine.model import Model, as_array
from sim.inputs.population import Population
from sim.evidence.reader import evidence
from sim.life.records import PERSON
from sim.tables.explain import explanation
from tests.simplified import model_of, full, segments_of, strategies_of

warnings.simplefilter("ignore")  # 64-bit arithmetic wraps, and infinity is divided by 0, on purpose
plan = Population.united_states(2010).scaled(400).plan(2010, 2010, evidence().point)
model = model_of(full(), plan, strategies=strategies_of("usual_care"), seed=8)
tables = [part.view(np.recarray) if isinstance(part, np.ndarray) else part for part in model]
model = Model(*tables)
people = np.zeros((400, 1), PERSON).view(np.recarray)
from sim.counting.event_log import EventLog
cohort.live_kept_block(people, as_array(segments_of(plan)), model, EventLog.empty(20_000))
tally, care = Tally.empty(140), CareTally.empty(1)
cohort.count_block(people, Window(2010, 140, 2010, 2010), tally, care)
"""
"""Lives 400 people by the interpreter alone: a copy of the kernels takes a minute to compile."""


def patch_of(root: Path, example: str) -> str:
    """The patch of an example, as it stands on the contributor's page."""
    page = (root / ".github" / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.findall(rf"<!-- example: {example} -->\n```diff\n(.*?)```", page, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def copy_with(root: Path, folder: Path, *examples: str) -> Path:
    """A copy of the project with the patches of some examples applied."""
    for name in SOURCES:
        if (root / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(root / name, folder / name, ignore=ignored)
        else:
            shutil.copy(root / name, folder / name)
    for example in examples:
        patch = patch_of(root, example)
        applied = subprocess.run(
            ["git", "apply", "--unidiff-zero", "-"],
            cwd=folder,
            input=patch,
            capture_output=True,
            text=True,
            env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        )
        assert applied.returncode == 0, applied.stderr
    return folder


def run_in(folder: Path, *arguments: str, **environment: str) -> str:
    """What Python prints in a copy, which stands before the installed project on the path."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "MPLBACKEND": "Agg", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("example", MOST_FILES)
def test_an_example_touches_few_files(example: str, root: Path) -> None:
    touched = re.findall(r"^\+\+\+ b/(\S+)$", patch_of(root, example), re.MULTILINE)
    assert len(touched) == len(set(touched)) <= MOST_FILES[example]
    assert not [name for name in touched if name.startswith("tests/")]


def test_the_event_happens_is_counted_and_explained(root: Path, tmp_path: Path) -> None:
    folder = copy_with(root, tmp_path, "event", "count")
    found = run_in(
        folder,
        "-c",
        PLAIN
        + "seeded = tally.counts[0, Count.NEW_SKELETAL_METASTASIS].sum()\n"
        + "days = people['hypercalcemia_day']\n"
        + "happened = tally.counts[0, Count.NEW_HYPERCALCEMIA].sum()\n"
        + "assert happened == np.isfinite(days).sum()\n"
        + "assert 0 < happened < seeded\n"
        + "assert (days >= people['skeletal_metastasis_day'])[np.isfinite(days)].all()\n"
        + "print(explanation('new_hypercalcemia'), explanation('hypercalcemia_rate'))\n",
        NUMBA_DISABLE_JIT="1",
    )
    assert "First time with too much calcium in the blood." in found
    assert "hypercalcemia_rate [all] = 0.1 per_year" in found


def test_the_outcome_of_care_is_counted_and_explained(root: Path, tmp_path: Path) -> None:
    folder = copy_with(root, tmp_path, "outcome")
    found = run_in(
        folder,
        "-c",
        PLAIN
        + "mean = CARE_MEASURES['decisions_per_person'].estimate(care.sums_of(0, 0))\n"
        + "mine = (people.therapy_at_trigger == 1) & np.isfinite(people.first_trigger_day)\n"
        + "sums = [people[name]['n_decisions'][mine] for name in ('at_origin', 'at_horizon')]\n"
        + "assert abs(mean - (sums[1] - sums[0]).mean()) < 1e-9 and mean > 0.5\n"
        + "print(explanation('decisions_per_person'))\n",
        NUMBA_DISABLE_JIT="1",
    )
    assert "Decisions about palliative care to the horizon, analgesia alone included." in found


@pytest.fixture(scope="module")
def result() -> Result:
    """A run small enough for a picture."""
    return Scenario(
        name="town",
        population=Population.united_states(2010).scaled(3_000),
        strategies=["usual_care", "ebrt_8gy1"],
        seed=3,
    ).run()


def test_the_picture_is_drawn(
    root: Path, tmp_path: Path, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_with(root, tmp_path, "picture")
    listed = (folder / "sim" / "plots" / "__init__.py").read_text(encoding="utf-8")
    assert '"walking",' in listed
    monkeypatch.setattr(room, "__path__", [*room.__path__, str(folder / "sim" / "plots")])
    monkeypatch.setattr(room, "PICTURES", (*room.PICTURES, "walking"))
    ax = result.plot.walking()
    assert len(ax.patches) == 2
    assert ax.get_xlabel() == "days able to walk, a person"


@pytest.mark.slow
def test_the_examples_run_together_as_compiled(root: Path, tmp_path: Path) -> None:
    """The command, the folder it writes, a story, and the tests of what was added to."""
    folder = copy_with(root, tmp_path, *MOST_FILES)
    run = ("-m", "sim", "run", "scenarios/us_2010.py", "--people", "4000", "--draws", "0")
    printed = run_in(folder, *run, "--view", "cohort", "--out", "run")
    assert "new_hypercalcemia" in printed
    summary = pd.read_csv(folder / "run" / "summary.csv").set_index("measure")
    assert summary.loc["new_hypercalcemia", "mean"] > 10
    assert summary.loc["decisions_per_person", "mean"] > 1
    assert (folder / "run" / "figures" / "walking.png").stat().st_size > 10_000
    life = ("-m", "sim", "life", "scenarios/us_2010.py", "--primary", "breast", "--spinal")
    stories = (run_in(folder, *life, "--person", str(person)) for person in range(20))
    assert any("calcium in the blood is too high" in story for story in stories)
    kept = ("rooms", "events", "fields", "measures", "pictures", "life_sources")
    tests = [f"tests/unit/test_{name}.py" for name in kept]
    assert "passed" in run_in(folder, "-m", "pytest", "-p", "no:cacheprovider", *tests)
