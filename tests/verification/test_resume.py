"""A run that was interrupted goes on to the result of an unbroken one, and repeats nothing done.

Rooms: engine, tables, run.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim import Center, Clinics, Demand, Population, Resource, Result, Scenario
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
    """Two draws of fewer people than everybody, two replicates, blocks of a few hundred."""
    usual: dict[str, Any] = {"strategies": ["usual_care", "noms"], "draws": 1, "replicates": 2}
    return Scenario(**{"name": "town", "population": TOWN, **usual, **options})


CLINIC_TOWN = {"access": CLINICS, "view": "calendar", "lookback_years": 1, "draws": 0}
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


class Lived(list[str]):
    """The addresses of the parts that are lived, in their order."""


@pytest.fixture
def lived(monkeypatch: pytest.MonkeyPatch) -> Lived:
    found = Lived()
    real = parts.live_part

    def live_part(part: parts.Part, *, pack: bool) -> parts.Lived:
        found.append(part.address)
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
            found[kind] = table.sort_values(list(table.columns)).reset_index(drop=True)
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
    lived: Lived,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed when some files are in their place, and the next is on the disk under another name."""
    scenario = town(**options)
    unbroken = scenario.run(out=tmp_path / "unbroken", workers=1, **how)
    once = sorted(lived)
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
    assert set(lived) == set(once)
    assert sorted(os.listdir(tmp_path)) == ["broken", "unbroken"]
