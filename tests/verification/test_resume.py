"""A run that was interrupted goes on to the result of an unbroken one, and repeats nothing done.

Rooms: engine, tables, run.
"""

from __future__ import annotations

import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from sim import Center, Clinics, Demand, InputError, Population, Resource, Result, Scenario
from sim.cli import main
from sim.clinics import part as parts
from sim.engine import workers as sizes
from sim.evidence import whole_file
from sim.evidence.visits import RESOURCES
from sim.tables import samples

pytestmark = pytest.mark.usefixtures("no_pictures")

TOWN = Population.united_states(2010).scaled(600)
LINAC = Resource(machines=2, others=(Demand(per_week=20, minutes=20, sessions=5),))
FREE = {name: Resource(machines=None) for name in RESOURCES if name != "bed"}
NORTH, SOUTH = (
    Center(name=name, resources={**FREE, "linear_accelerator": LINAC})
    for name in ("north", "south")
)
CLINICS = Clinics(centers=(NORTH, SOUTH), warm_up_years=0, follow_up_years=0)


def town(**options: Any) -> Scenario:
    """A draw beside the point estimate, two replicates, and few years that are counted."""
    usual: dict[str, Any] = {"strategies": ["usual_care", "noms"], "draws": 1, "replicates": 2}
    usual |= {"view": "calendar", "lookback_years": 0}
    return Scenario(**{"name": "town", "population": TOWN, **usual, **options})


CLINIC_TOWN = {"access": CLINICS, "lookback_years": 1, "draws": 0}
RUNS: dict[str, tuple[int, dict[str, Any], dict[str, Any]]] = {
    "counts": (6, {}, {}),
    "rows": (16, {"draws": 0}, {"microdata": True}),
    "clinics": (3, CLINIC_TOWN, {}),
    "rows of clinics": (9, {**CLINIC_TOWN, "replicates": 1}, {"microdata": "spine"}),
}
"""At which file the run is killed, what it is of, and how it is run."""


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 150 people, and a center a part."""
    monkeypatch.setattr(sizes, "BLOCK", 150)
    monkeypatch.setattr(sizes, "KEPT_BLOCK", 300)
    monkeypatch.setattr("sim.clinics.candidates._MOST_KEPT", 0)
    # What stands in tables is compared in the result; to write them takes seconds.
    monkeypatch.setattr("sim.result.jobs_of_tables", lambda result, folder: [])


class Parts(list[parts.RunPart]):
    """Parts that are lived, in their order; the run may be ended before one of them."""

    ended_before: int | None = None

    @property
    def addresses(self) -> list[str]:
        return [part.address for part in self]


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> Parts:
    found = Parts()
    real = parts.live_part

    def live_part(part: parts.RunPart, *, pack: bool) -> parts.LivedPart:
        if len(found) == found.ended_before:
            raise KeyboardInterrupt
        found.append(part)
        return real(part, pack=pack)

    monkeypatch.setattr(samples, "live_part", live_part)
    # Processes would not see what is replaced here.
    monkeypatch.setattr("sim.engine.workers.can_start_processes", lambda: False)
    return found


class Killed(BaseException):
    """Stands for the end of the process."""


def tables_of(folder: Path) -> dict[str, pd.DataFrame]:
    """The rows of microdata of a run, by kind, in an order that depends on nothing."""
    found = {}
    for kind in ("people", "events", "trajectories"):
        if any((folder / kind).glob("*.parquet")):
            table = pd.read_parquet(folder / kind)
            # By the rows' own hashes, because to sort a million rows by twenty columns of words
            # takes a minute.
            order = pd.util.hash_pandas_object(table, index=False).to_numpy().argsort()
            found[kind] = table.take(order).reset_index(drop=True)
    return found


def assert_same(here: Result, there: Result, *folders: Path) -> None:
    assert here.run["results_hash"] == there.run["results_hash"]
    assert here.run["lives"] == there.run["lives"]
    for name in ("case_counts", "delays", "outcomes", "summary"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name), check_exact=True)
    if folders:
        mine, its = map(tables_of, folders)
        assert mine.keys() == its.keys()
        for kind, table in mine.items():
            pd.testing.assert_frame_equal(table, its[kind], check_exact=True)


@pytest.mark.parametrize(("file", "options", "how"), RUNS.values(), ids=RUNS)
def test_killed_again_and_again_a_run_goes_on_to_the_same_and_repeats_no_part(
    file: int,
    options: dict[str, Any],
    how: dict[str, Any],
    lived: Parts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed when some files are in their place, and the next is on the disk under another name."""
    scenario = town(**options)
    unbroken = scenario.run(out=tmp_path / "unbroken", workers=1, **how)
    once = lived.addresses
    lived.clear()
    out, real = tmp_path / "broken", os.fsync
    times = 0
    while not (out / "run.json").exists():
        times += 1
        calls = 0

        def fsync(opened: int) -> None:
            nonlocal calls
            real(opened)
            calls += 1
            if calls == file:
                raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(whole_file, "os", SimpleNamespace(fsync=fsync))
            try:
                result = scenario.run(out=out, workers=1, resume=True, **how)
            except Killed:
                assert not (out / "run.json").exists()
        assert times < 20
    assert times > 1
    assert_same(result, unbroken, out, tmp_path / "unbroken")
    # What was being written when the run was killed is lived again, and what was under way.
    assert len(lived) <= len(once) + 2 * times
    assert set(lived.addresses) == set(once)
    assert sorted(os.listdir(tmp_path)) == ["broken", "unbroken"]


def test_more_draws_replicates_or_strategies_rerun_nothing_that_was_lived(
    lived: Parts, tmp_path: Path
) -> None:
    """A strategy that is added is lived beside the reference, whose own columns stay."""
    town(replicates=1).run(out=tmp_path / "a", workers=1)
    lived.clear()
    more = town(strategies=["usual_care", "rfa_cement", "noms"], draws=2)
    grown = more.run(out=tmp_path / "a", workers=1, resume=True)
    beside = [len(part.lives.model.policies) for part in lived]
    old = -(-TOWN.people_per_year // 150)
    assert beside == [2] * old + [3] * old + [2] * old + [3] * 3 * old
    lived.clear()
    assert_same(grown, more.run(out=tmp_path / "b", workers=1))
    assert len(lived) == 6 * old
    lived.clear()
    fewer = more.with_options(strategies=["usual_care", "noms"])
    assert_same(fewer.run(out=tmp_path / "b", workers=1, resume=True), fewer.run(workers=1))
    assert len(lived) == 6 * old  # of the second of these runs, which keeps nothing


def test_what_determines_lives_changes_their_address_and_nothing_else_does(lived: Parts) -> None:
    scenario = town(draws=0, replicates=1)
    scenario.run(workers=1)
    once = lived.addresses
    same = (
        {"name": "renamed"},
        {"strategies": ["usual_care", "noms", "rfa_cement"]},
        {"strategies": ["usual_care"]},
    )
    others = (
        {"seed": 2},
        {"population": TOWN.scaled(601)},
        {"strategies": ["noms", "usual_care"]},
        {"horizon_years": 2.0},
        {"parameters": {"never_resumed_after_surgery_share": 0.45}},
        {"holds": "none"},
        {"engine": "process"},
    )
    for changes in (*same, *others):
        lived.clear()
        scenario.with_options(**changes).run(workers=1)
        if changes in same:
            assert lived.addresses == once
        else:
            assert not set(lived.addresses) & set(once)


def broken(path: Path) -> None:
    """One byte of a file is another."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize("harm", [broken, cut_short, emptied, Path.unlink])
@pytest.mark.parametrize("what", ["stored/parts/*.part", "events/*.parquet"])
def test_a_part_that_is_not_as_it_was_written_is_lived_again_with_a_line(
    what: str,
    harm: Callable[[Path], None],
    lived: Parts,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    scenario, out = town(draws=0, replicates=1), tmp_path / "a"
    unbroken = scenario.run(out=out, workers=1, microdata=True)
    once, whole = lived.addresses, tables_of(out)
    harm(sorted(out.glob(what))[1])
    lived.clear()
    with caplog.at_level(logging.WARNING, "spinemets"):
        again = scenario.run(out=out, workers=1, microdata=True, resume=True)
    assert len(lived) == 1
    assert lived.addresses[0] in once
    lines = [line for line in caplog.messages if "A part of the run is lived again" in line]
    assert len(lines) == (0 if harm is Path.unlink and what.startswith("stored") else 1)
    assert_same(again, unbroken)
    its = tables_of(out)
    for kind, table in whole.items():
        pd.testing.assert_frame_equal(its[kind], table, check_exact=True)


FILE = """
from sim import Population, Scenario
scenario = Scenario(
    name="town", population=Population.united_states(2010).scaled(600), draws=1, replicates=2,
    view="calendar", lookback_years=0,
)
"""


def test_ctrl_c_keeps_what_is_done_and_says_in_a_line_how_to_go_on(
    lived: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("town.py").write_text(FILE, encoding="utf-8")
    run = ["run", "town.py", "--workers", "1", "--out", "a"]
    lived.ended_before = 0
    before = CliRunner().invoke(main, [*run, "--quiet"])
    assert before.exit_code == 130
    assert before.output == "Interrupted before any part of the run was done.\n"
    lived.ended_before = 6
    ended = CliRunner().invoke(main, [*run, "--quiet"])
    assert (ended.exit_code, ended.stdout) == (130, "")
    assert ended.stderr == (
        "Interrupted: what is done is kept in '.a.parts'; the same command with --resume goes on "
        "from there.\n"
    )
    assert not Path("a").exists()
    lived.ended_before = None
    done = CliRunner().invoke(main, [*run, "--resume"])
    assert done.exit_code == 0
    assert len(lived.addresses) == len(set(lived.addresses)) == 16
    assert sorted(os.listdir()) == ["a", "town.py"]
    unbroken = CliRunner().invoke(main, [*run[:-1], "b"])
    assert unbroken.exit_code == 0
    a, b = (json.loads(Path(name, "run.json").read_text(encoding="utf-8")) for name in "ab")
    assert a["results_hash"] == b["results_hash"]


def test_in_python_an_interrupt_goes_through_and_parts_are_kept(
    lived: Parts, tmp_path: Path
) -> None:
    scenario = town(draws=0)
    lived.ended_before = 3
    with pytest.raises(KeyboardInterrupt):
        scenario.run(out=tmp_path / "a", workers=1)
    lived.ended_before = None
    resumed = scenario.run(out=tmp_path / "a", workers=1, resume=True)
    assert len(lived.addresses) == len(set(lived.addresses)) == 8
    assert_same(resumed, scenario.run(workers=1))


def test_without_resume_a_run_begins_again_and_says_so(lived: Parts, tmp_path: Path) -> None:
    scenario = town(draws=0)
    lived.ended_before = 3
    with pytest.raises(KeyboardInterrupt):
        scenario.run(out=tmp_path / "a", workers=1)
    lived.ended_before = None
    lived.clear()
    scenario.run(out=tmp_path / "a", workers=1)
    assert len(lived) == 8
    with pytest.raises(InputError, match="resume needs a folder; allowed: out=<folder>"):
        scenario.run(resume=True)


KILLED = """
import sys
from sim import Population, Scenario
from sim.engine import workers
from sim.plots import Plots
Plots.save_all = lambda plots, folder: []
microdata = len(sys.argv) > 2
workers.BLOCK, workers.KEPT_BLOCK = 20_000, 1_500
town = Population.united_states(2010).scaled(20_000 if microdata else 60_000)
scenario = Scenario(
    name="town", population=town, strategies=["usual_care", "noms"], draws=6, people_per_draw=30_000
)
print("begins", flush=True)
if microdata:
    scenario = scenario.with_options(draws=0)
result = scenario.run(out=sys.argv[1], resume=True, workers=2, microdata=microdata)
print(result.run["results_hash"])
"""


@pytest.mark.slow
@pytest.mark.parametrize("microdata", [[], ["rows"]], ids=["counts", "rows"])
def test_sigkill_at_random_times_changes_no_result(
    microdata: list[str], tmp_path: Path, root: Path
) -> None:
    def start(out: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", KILLED, out, *microdata],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(root)},
        )

    process = start("whole")
    assert process.stdout is not None
    process.stdout.readline()
    began = time.monotonic()
    whole, errors = process.communicate()
    assert errors == ""
    seconds = time.monotonic() - began
    luck = random.Random(18)
    for _ in range(8):
        process = start("killed")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(luck.uniform(0.0, 0.7 * seconds))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last, errors = start("killed").communicate()
    assert last.removeprefix("begins\n") == whole
    assert "Traceback" not in errors
    assert_same(
        Result.load(tmp_path / "killed"),
        Result.load(tmp_path / "whole"),
        tmp_path / "killed",
        tmp_path / "whole",
    )
