"""Lives are the same wherever they are lived: by an executor of the user, by a Dask scheduler.

The scheduler and its workers are processes of their own, as on a cluster. Rooms: engine, options.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from distributed import Client

from sim import Population, Scenario
from sim.cli import main
from sim.engine import elsewhere, scheduler
from sim.engine import workers as sizes
from tests.verification.test_resume import CLINICS, tables_of

pytestmark = pytest.mark.usefixtures("no_pictures")

TOWN = Population.united_states(2010).scaled(600)


def town(**options: Any) -> Scenario:
    usual: dict[str, Any] = {"strategies": ["usual_care", "noms"], "draws": 1, "replicates": 2}
    return Scenario(**{"name": "town", "population": TOWN, **usual, **options})


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 150 people."""
    monkeypatch.setattr(sizes, "BLOCK", 150)
    monkeypatch.setattr(sizes, "KEPT_BLOCK", 300)
    monkeypatch.setattr("sim.clinics.candidates._MOST_KEPT", 0)


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._processes = folder, list[subprocess.Popen[bytes]]()
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        told = folder / "scheduler.json"
        where = ("--host", "127.0.0.1", "--no-dashboard")
        self._start("scheduler", "--port", "0", "--scheduler-file", str(told), *where)
        until(told.exists)
        with Client(scheduler_file=str(told), set_as_default=False) as client:
            self.address: str = client.scheduler.address

    def _start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{kind}.log").open("ab") as log:
            command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *options]
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        self._processes.append(process)
        return process

    def add_worker(self, name: str) -> None:
        how = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        self.workers[name] = self._start("worker", self.address, "--name", name, *how)

    def end(self) -> None:
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()


def until(there: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture(scope="module")
def empty_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler without workers."""
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.end()


@pytest.fixture(scope="module")
def cluster(empty_cluster: Cluster) -> Cluster:
    """A scheduler with two workers of one thread."""
    for name in ("one", "two"):
        empty_cluster.add_worker(name)
    with Client(empty_cluster.address, set_as_default=False) as client:
        client.wait_for_workers(2, timeout=60)
    return empty_cluster


def run_from_file(folder: Path, *options: str) -> Any:
    path = folder / "town.py"
    path.write_text(
        "from sim import Population, Scenario\n"
        "population = Population.united_states(2010).scaled(600)\n"
        "scenario = Scenario(name='town', population=population)\n"
    )
    out = ("--out", str(folder / "out"), "--quiet")
    return CliRunner().invoke(main, ["run", str(path), *out, *options])


def assert_refused(done: Any, folder: Path, start: str) -> None:
    assert done.exit_code == 2
    assert done.output.startswith(f"Error: {start}")
    assert done.output.count("\n") == 1
    assert os.listdir(folder) == ["town.py"]


def test_a_scheduler_without_workers_is_told_in_one_sentence(
    empty_cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "FIRST_WORKER_SECONDS", 0.2)
    done = run_from_file(tmp_path, "--cluster", empty_cluster.address)
    assert_refused(done, tmp_path, f"cluster is '{empty_cluster.address}', whose scheduler has had")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere://x:1", "tcp://", " "])
def test_a_wrong_address_is_told_in_one_sentence(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "CONNECTION_SECONDS", 0.5)
    assert_refused(
        run_from_file(tmp_path, "--cluster", address), tmp_path, f"cluster is {address!r}"
    )


def test_without_the_extra_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = run_from_file(tmp_path, "--cluster", "tcp://127.0.0.1:1")
    assert_refused(done, tmp_path, "cluster is 'tcp://127.0.0.1:1', and the package distributed")
    assert "spinemets[cluster]" in done.output


def test_the_workers_of_a_scheduler_give_the_same(cluster: Cluster, tmp_path: Path) -> None:
    """Two draws and two replicates of published waits, with what was done kept and used again."""
    here = town().run(workers=1)
    there = town().run(cluster=cluster.address, out=tmp_path / "out")
    assert there.run["results_hash"] == here.run["results_hash"]
    assert there.run["lives"] == here.run["lives"]
    more = town(draws=2).run(cluster=cluster.address, out=tmp_path / "out", resume=True)
    assert more.run["results_hash"] == town(draws=2).run(workers=2).run["results_hash"]


def test_clinics_and_rows_are_lived_by_a_scheduler_too(cluster: Cluster, tmp_path: Path) -> None:
    clinics = town(access=CLINICS, view="calendar", lookback_years=1, draws=0, replicates=1)
    here = clinics.run(workers=1, out=tmp_path / "here", microdata="spine")
    there = clinics.run(cluster=cluster.address, out=tmp_path / "there", microdata="spine")
    assert there.run["results_hash"] == here.run["results_hash"]
    mine, its = tables_of(tmp_path / "here"), tables_of(tmp_path / "there")
    assert mine.keys() == its.keys() != set()
    assert all(mine[kind].equals(its[kind]) for kind in mine)


def test_workers_with_another_installation_are_refused(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {**elsewhere.installation(), "spinemets": "9.9", "parameters": "other"}
    monkeypatch.setattr(elsewhere, "installation", lambda: here)
    done = run_from_file(tmp_path, "--cluster", cluster.address)
    assert_refused(done, tmp_path, f"the scheduler at {cluster.address} has workers with another")
    assert "spinemets 0.1.0 and not 9.9, parameters " in done.output
