"""Fixtures that tests of several purposes share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from matplotlib.axes import Axes

from sim import Population, Result, Scenario
from sim.engine.workers import usable_cores
from sim.plots import Plots, drawing

os.environ.setdefault("MPLBACKEND", "Agg")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core for many tests; none for a file, single tests and benchmarks.

    Starting a worker takes seconds, and what is timed should have the machine to itself.
    """
    files = {one.partition("::")[0] for one in config.option.file_or_dir}
    alone = len(files) == 1 and files.pop().endswith(".py")
    return 0 if alone or config.option.markexpr == "benchmark" else usable_cores()


settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).parents[1]


def draw_nothing(plots: Plots, folder: Path) -> list[str]:
    """Stand in for drawing all pictures of a run, which takes seconds."""
    return []


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run folders get no pictures, for a test that looks at none."""
    monkeypatch.setattr(Plots, "save_all", draw_nothing)


@pytest.fixture(scope="module")
def no_pictures_in_module() -> Iterator[None]:
    """Run folders get no pictures in a whole module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Plots, "save_all", draw_nothing)
        yield


@pytest.fixture
def pictures_unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of run folders are drawn, but their files stay empty: their names are asked for."""

    def leave_empty(ax: Axes, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    monkeypatch.setattr(drawing, "save", leave_empty)


@pytest.fixture(scope="session")
def written_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder and the result of a small run in the calendar view, with microdata.

    Two draws beside the point estimate, two replicates, two years of diagnosis and ten before.
    """
    folder = tmp_path_factory.mktemp("run")
    scenario = Scenario(
        name="small",
        population=Population.united_states(2010).scaled(1_500),
        years=(2010, 2011),
        view="calendar",
        lookback_years=10,
        draws=2,
        replicates=2,
        seed=3,
        people_per_draw=4_000,
    )
    return folder, scenario.run(out=folder, microdata=True)


@pytest.fixture(scope="session")
def thirty_nine_draws() -> Result:
    """Three strategies under as many draws as a range takes, which cost a quarter of a minute."""
    population = Population.united_states(2010).scaled(10_000)
    strategies = ["usual_care", "analgesia_only", "rfa_cement"]
    scenario = Scenario(name="pictures", population=population, strategies=strategies, seed=5)
    return scenario.with_options(draws=39, people_per_draw=2_000).run()
