"""What `import sim` and `--help` load: nothing that takes a second.

Room: the doors.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim

SLOW = ("numba", "pandas", "pyarrow", "scipy", "matplotlib", "simpy")


def loaded_by(code: str, root: Path) -> set[str]:
    """Modules that a fresh interpreter has loaded after running some code."""
    script = f"import sys\n{code}\nprint('loaded', *sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    return set(done.stdout.partition("loaded\n")[2].split("\n"))


@pytest.mark.parametrize(
    "code",
    [
        "import sim",
        "import sim.cli",
        "import runpy\nsys.argv[1:] = ['--help']\n"
        "try: runpy.run_module('sim', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end: assert not end.code",
        "import runpy\nsys.argv[1:] = ['run', '--help']\n"
        "try: runpy.run_module('sim', run_name='__main__', alter_sys=True)\n"
        "except SystemExit as end: assert not end.code",
    ],
    ids=["import sim", "import sim.cli", "python -m sim --help", "python -m sim run --help"],
)
def test_starting_loads_nothing_slow(code: str, root: Path) -> None:
    loaded = loaded_by(code, root)
    assert "sim" in loaded
    assert loaded.isdisjoint(SLOW)


def test_defining_a_scenario_compiles_nothing(root: Path) -> None:
    loaded = loaded_by("from sim import Population, Scenario, Evidence", root)
    assert "sim.scenario" in loaded
    assert loaded.isdisjoint({"numba", "pandas", "matplotlib", "scipy.stats"})


def test_code_that_is_kept_is_run_without_getting_ready_to_compile(root: Path) -> None:
    """By a start after the first, which makes the code where no test has yet."""
    run = (
        "from sim import Population, Scenario\n"
        "few = Population.united_states(2010).scaled(100)\n"
        "Scenario(name='few', population=few).run()"
    )
    loaded_by(run, root)
    loaded = loaded_by(run, root)
    assert "sim.life.kernel" in loaded
    assert loaded.isdisjoint({"numba.np.arraymath", "scipy.linalg", "matplotlib"})


def test_public_names_are_there_and_others_are_not() -> None:
    for name in sim.__all__:
        assert getattr(sim, name) is not None
        assert name == "__version__" or getattr(sim, name).__doc__
    with pytest.raises(AttributeError, match="has no attribute 'Senario'"):
        sim.Senario  # noqa: B018


def test_nobody_hears_of_folders_that_matplotlib_cannot_write(root: Path, tmp_path: Path) -> None:
    """A file stands where its folders would be, as where a home cannot be written."""
    home = tmp_path / "home"
    home.touch()
    places = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    kept = {name: value for name, value in os.environ.items() if name != "MPLCONFIGDIR"}
    done = subprocess.run(
        [sys.executable, "-c", "import sim.plots, matplotlib; print(matplotlib.get_configdir())"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        env={**kept, **places, "SPINEMETS_CACHE": str(tmp_path / "cache")},
    )
    assert done.stderr == ""
    assert Path(done.stdout.strip()).is_relative_to(tmp_path / "cache")
