"""Lives are the same wherever they are lived: by an executor of the user, by a Dask scheduler.

The scheduler and its workers are processes of their own, as on a cluster. Rooms: engine, options.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from distributed import Client

from sim import InputError, Population, Result, Scenario
from sim.cli import main
from sim.engine import elsewhere, scheduler
from sim.engine import workers as sizes
from sim.engine.pool import Task
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


@pytest.fixture(scope="module")
def here() -> Result:
    """The town as one worker of this process lives it."""
    return town().run(workers=1)


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


def test_the_workers_of_a_scheduler_give_the_same(cluster: Cluster, here: Result) -> None:
    """The point estimate and a draw, two replicates each, of published waits."""
    there = town().run(cluster=cluster.address)
    assert there.run["results_hash"] == here.run["results_hash"]
    assert there.run["lives"] == here.run["lives"]


@pytest.mark.slow
def test_a_scheduler_goes_on_with_what_was_lived_here(cluster: Cluster, tmp_path: Path) -> None:
    town().run(out=tmp_path / "out")
    more = town(draws=2).run(cluster=cluster.address, out=tmp_path / "out", resume=True)
    assert more.run["results_hash"] == town(draws=2).run(workers=2).run["results_hash"]


@pytest.mark.slow
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


def test_an_executor_of_the_user_gives_the_same_and_is_left_open(here: Result) -> None:
    with ThreadPoolExecutor(2) as executor:
        there = town().run(executor=executor)
        assert executor.submit(int, "3").result() == 3
    assert there.run["results_hash"] == here.run["results_hash"]


@pytest.mark.slow
def test_processes_of_the_user_give_the_same(here: Result) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        there = town().run(executor=executor)
    assert there.run["results_hash"] == here.run["results_hash"]


class Broken(Executor):
    """An executor that does not do what it is given."""

    _max_workers = 2

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def submit(self, *given: Any, **named: Any) -> Future[Any]:  # type: ignore[override]
        future: Future[Any] = Future()
        future.set_exception(self.error)
        return future


class Silent(Broken):
    """An executor that does not say how many workers it has."""

    _max_workers = 0


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "broken": (
        {"executor": Broken(BrokenProcessPool("one ended"))},
        "executor Broken could not do its part of the run (BrokenProcessPool: one ended); with a ",
    ),
    "another installation": (
        {"executor": Broken(ModuleNotFoundError("No module named 'sim'"))},
        "executor Broken could not do its part of the run (ModuleNotFoundError: No module named ",
    ),
    "silent": ({"executor": Silent(OSError())}, "executor Silent does not say how many workers"),
    "no executor": ({"executor": "slurm"}, "executor is 'slurm'; allowed: an Executor of "),
    "no address": ({"cluster": 8786}, "cluster is 8786; allowed: the address of a Dask scheduler"),
    "two places": (
        {"cluster": "tcp://host:8786", "executor": Broken(OSError())},
        "cluster and executor are two places; allowed: one of them",
    ),
}


@pytest.mark.parametrize(("where", "start"), REFUSED.values(), ids=REFUSED)
def test_a_place_that_cannot_be_used_is_told_in_one_sentence_and_nothing_is_written(
    where: dict[str, Any], start: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        town().run(**where, out=tmp_path / "out")
    (sentence,) = caught.value.sentences
    assert sentence.startswith(start)
    assert os.listdir(tmp_path) == []


def test_an_argument_that_there_is_not_is_refused_as_by_python() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'wrokers'"):
        town().run(wrokers=2)  # type: ignore[call-arg]


def test_an_error_of_a_part_is_raised_with_where_it_was() -> None:
    with ThreadPoolExecutor(1) as executor:
        workers = elsewhere.WorkersElsewhere(executor, 1, "executor")
        tasks = [Task("part", partial(int, "three"))]
        with pytest.raises(ValueError, match="three") as caught:
            list(workers.as_done(tasks))
    assert "work_elsewhere" in caught.value.__notes__[0]


def test_what_goes_elsewhere_is_small() -> None:
    """Of a whole year of the United States, a part and what comes back of it are below 0.5 MB."""
    sizes_of = []

    class Weighing(ThreadPoolExecutor):
        def submit(self, work: Any, sent: bytes, *rest: Any) -> Future[Any]:  # type: ignore[override]
            future = super().submit(work, sent, *rest)
            sizes_of.append((len(sent), len(pickle.dumps(future.result()))))
            return future

    with Weighing(1) as executor:
        town(draws=0, replicates=1).run(executor=executor)
    assert len(sizes_of) == 4
    assert max(max(both) for both in sizes_of) < 500_000


@pytest.mark.slow
def test_a_worker_that_is_killed_at_work_changes_nothing(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "BLOCK", 20_000)
    city = town(population=TOWN.scaled(160_000), draws=0, replicates=2)
    here = city.run(workers=1)
    cluster.add_worker("three")
    killed: list[tuple[Any, ...]] = []
    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(3, timeout=60)
        info = client.scheduler_info(n_workers=-1)["workers"]
        (three,) = (address for address, told in info.items() if told["id"] == "three")

        def kill(done: int, lives: int) -> None:
            if not killed and done:
                for _ in range(1_000):
                    if at_work := client.processing()[three]:
                        cluster.workers["three"].kill()
                        killed.append(at_work)
                        return
                    time.sleep(0.01)

        there = city.run(cluster=cluster.address, progress=kill)
        assert killed
        assert three not in client.nthreads()
    assert there.run["results_hash"] == here.run["results_hash"]
    assert there.run["lives"] == here.run["lives"]


@pytest.mark.slow
def test_a_part_that_ends_every_worker_is_told_in_one_sentence(tmp_path: Path) -> None:
    """Like one that takes more memory than a worker has."""
    cluster = Cluster(tmp_path)
    try:
        for name in "abcd":
            cluster.add_worker(name)
        with Client(cluster.address, set_as_default=False) as client:
            client.wait_for_workers(4, timeout=60)
        with scheduler.WorkersOfScheduler(cluster.address) as workers:
            assert workers.n == 4
            with pytest.raises(InputError, match="lost 4 workers over the same part of the run"):
                list(workers.as_done([Task("part", partial(os._exit, 1))]))
    finally:
        cluster.end()


@pytest.mark.slow
def test_a_scheduler_that_ends_is_told_in_one_sentence_and_the_run_goes_on_here(
    tmp_path: Path,
) -> None:
    cluster = Cluster(tmp_path)
    out = tmp_path / "out"
    try:
        cluster.add_worker("one")

        def end(done: int, lives: int) -> None:
            if done > lives // 2:
                cluster.end()

        with pytest.raises(InputError, match="does not answer any more; with a run folder, "):
            town().run(cluster=cluster.address, out=out, progress=end)
    finally:
        cluster.end()
    assert town().run(out=out, resume=True).run["results_hash"] == town().run().run["results_hash"]
