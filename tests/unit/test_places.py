"""Places where the program must work: no cache, nobody's home, no `resource`, no guard, notebooks.

Rooms: life, engine, doors.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import types
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from sim import InputError, Population, Scenario
from sim.engine.processes import Processes, can_start_processes, script_hidden
from sim.engine.warm_up import warm_up
from sim.engine.workers import worker_pool
from sim.life import compiled, machine_code
from sim.stories.twins import tell

NOWHERE = "/proc/nowhere"  # nobody can make it, not even root
NO_NOWHERE = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")


def python(code: str, root: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter that knows the program."""
    return subprocess.run(
        [sys.executable, *options, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1", **env},
    )


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No folder for a cache can be written; the folder for temporary files is this one."""
    for name in ("SPINEMETS_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.setenv(name, NOWHERE)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@NO_NOWHERE
def test_without_a_cache_folder_code_goes_into_a_folder_of_this_users_alone(homeless: Path) -> None:
    folder = machine_code.code_folder.__wrapped__()
    assert folder is not None
    own = next(homeless.iterdir())
    assert folder.is_relative_to(own)
    assert own.stat().st_mode & 0o077 == 0
    own.chmod(0o777)  # now others could put code there
    assert machine_code.code_folder.__wrapped__() is None


@NO_NOWHERE
def test_where_nothing_can_be_written_the_model_is_compiled_at_every_start_and_says_so(
    homeless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(homeless)  # Python takes the working folder for temporary files then
    monkeypatch.setattr(compiled, "code_folder", machine_code.code_folder.__wrapped__)
    assert compiled.code_folder() is None
    assert compiled.needs_compiling(machine_code.KERNEL)
    said: list[str] = []
    compiled.say_if_compiling(said.append, machine_code.KERNEL)
    assert len(said) == 1
    assert "half a minute" in said[0]
    assert "SPINEMETS_CACHE" in said[0]
    assert compiled.compiled(lambda x: x + 1)(1) == 2
    assert list(homeless.iterdir()) == []


def test_code_that_is_there_is_read_from_a_folder_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    assert not machine_code._serves(tmp_path)
    (tmp_path / f"{machine_code.KERNEL}-10.py311.1.nbc").touch()
    assert machine_code._serves(tmp_path)


def test_each_kind_of_use_says_that_it_compiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiled, "code_folder", lambda: tmp_path)
    (tmp_path / f"{machine_code.KERNEL}-10.py311.1.nbc").touch()
    assert not compiled.needs_compiling(machine_code.KERNEL)
    for more in (machine_code.CLINIC_KERNEL, machine_code.ROWS_KERNEL, machine_code.STORY_KERNEL):
        assert compiled.needs_compiling(machine_code.KERNEL, more)
    tell(Scenario(name="town", population=Population.united_states(2010).scaled(100)), 0)
    assert "half a minute" in caplog.text


CALL = (
    "from sim.life.hazards import constant_hazard as one\n"
    "one(0.5, 2.0)\n"
    "print(sum(one.whole.stats.cache_hits.values()), sum(one.whole.stats.cache_misses.values()))\n"
)


def test_code_is_kept_in_the_fingerprinted_folder_alone_and_made_anew_when_it_is_spoiled(
    tmp_path: Path, root: Path
) -> None:
    ours, numbas = tmp_path / "ours", tmp_path / "numbas"
    places = {
        "SPINEMETS_CACHE": str(ours),
        "NUMBA_CACHE_DIR": str(numbas),
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    package = set(root.joinpath("sim").rglob("*.nb?"))
    assert python(CALL, root, **places).stdout == "0 1\n"
    assert python(CALL, root, **places).stdout == "1 0\n"
    assert not numbas.exists()
    assert set(root.joinpath("sim").rglob("*.nb?")) == package
    for kind in ("nbc", "nbi"):
        for path in ours.rglob(f"*.{kind}"):
            path.write_bytes(path.read_bytes()[:20])
        assert python(CALL, root, **places).stdout == "0 1\n"
        assert python(CALL, root, **places).stdout == "1 0\n"


def test_a_system_without_resource_does_not_say_what_memory_a_run_took(root: Path) -> None:
    code = (
        "import sys\nsys.modules['resource'] = None\n"
        "from pathlib import Path\nfrom sim.engine import memory\n"
        "memory._STATUS = Path('nowhere')\nprint(memory.peak_memory_mb())"
    )
    assert python(code, root).stdout == "None\n"


SCRIPT = """
import multiprocessing, sys
multiprocessing.set_start_method(sys.argv[1])
from sim import Population, Scenario
print("begins")
small = Population.united_states(2015).scaled(40)
run = Scenario(name="x", population=small, years=(2015, 2015), engine="process").run
print(*(run(workers=n).run["results_hash"] for n in (1, 2)))
"""


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_script_without_a_guard_runs_once_however_processes_are_started(
    method: str, tmp_path: Path, root: Path
) -> None:
    if sys.platform == "win32" and method == "forkserver":
        pytest.skip("no such method")
    path = tmp_path / "script.py"
    path.write_text(SCRIPT, encoding="utf-8")
    warm_up()  # so that the script has nothing to say
    done = subprocess.run(
        [sys.executable, str(path), method],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.stderr == ""
    begins, hashes = done.stdout.splitlines()
    assert begins == "begins"
    alone, two = hashes.split()
    assert alone == two


def test_the_main_module_is_what_it_was_after_processes_are_started() -> None:
    before = dict(vars(sys.modules["__main__"]))
    with script_hidden():
        assert not hasattr(sys.modules["__main__"], "__file__")
    assert dict(vars(sys.modules["__main__"])) == before


def test_threads_do_the_work_of_processes_where_none_can_be_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert can_start_processes()
    monkeypatch.setattr("multiprocessing.Lock", lambda: (_ for _ in ()).throw(OSError()))
    assert not can_start_processes()
    with worker_pool("process", 2) as pool:
        assert isinstance(pool, ThreadPoolExecutor)


def test_a_process_that_is_ended_from_outside_is_told_in_one_sentence() -> None:
    with pytest.raises(InputError, match="workers is 2, and one of their processes was ended"):  # noqa: SIM117
        with Processes(2):
            raise BrokenProcessPool


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Scenario:
    """A scenario in a notebook, whose kernel has a command line of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "__main__", types.ModuleType("__main__"))
    monkeypatch.setattr(sys, "argv", ["ipykernel_launcher.py", "-f", "kernel.json"])
    return Scenario(
        name="town", population=Population.united_states(2015).scaled(50), years=(2015, 2015)
    )


def test_main_runs_in_a_notebook_and_raises_what_is_wrong(notebook: Scenario) -> None:
    notebook.main()
    assert Path("results/town/run.json").is_file()
    notebook.main(["--out", "there", "--quiet"])
    assert Path("there/run.json").is_file()
    with pytest.raises(InputError, match="draws is -1"):
        notebook.main(["--draws", "-1"])
    with pytest.raises(InputError, match="No such option"):
        notebook.main(["--drws", "1"])


def test_a_notebook_shows_the_sentences_of_a_mistake_alone(notebook: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        notebook.with_options(draws=-1, seed=-1)
    shown = caught.value._render_traceback_()
    assert [line[:15] for line in shown] == ["Error: draws is", "Error: seed is "]


@pytest.mark.parametrize("how", [["run.py"], ["-m", "sim", "run", "run.py"]])
def test_a_scenario_file_without_a_guard_runs_once(
    how: list[str], tmp_path: Path, root: Path
) -> None:
    (tmp_path / "run.py").write_text(
        "from sim import Population, Scenario\n"
        "town = Population.united_states(2015).scaled(50)\n"
        "scenario = Scenario(name='town', population=town, years=(2015, 2015))\n"
        "scenario.main(answer=lambda result: 'asked')\n"
        "answer = lambda result: 'asked'\n"
        "print('last line')\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, *how],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("asked") == done.stdout.count("last line") == 1
