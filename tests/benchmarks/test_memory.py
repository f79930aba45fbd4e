"""Memory does not grow with people of microdata, nor with replicates or draws beyond their tables.

`pytest -m benchmark tests/benchmarks` runs it. Room: tables.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.benchmark

RUN = """
import sys
from pathlib import Path
from sim import Population, Scenario
from sim.engine.memory import peak_memory_mb
from sim.plots import Plots
from sim.run import warm_up

Plots.save_all = lambda plots, folder: []
people, rows, draws, replicates = map(int, sys.argv[2:])
warm_up(rows=bool(rows))
scenario = Scenario(
    name="memory", population=Population.united_states(2010).scaled(people), view="calendar",
    lookback_years=0, strategies=["usual_care", "noms", "rfa_cement"][: 1 if rows else 3],
    draws=draws, replicates=replicates, people_per_draw=2_000,
)
scenario.run(workers=2, out=Path(sys.argv[1]) if rows else None, microdata=bool(rows))
print(peak_memory_mb())
"""


def peak_mb(folder: Path, root: Path, *numbers: int) -> float:
    """Of a run of so many people, with rows or without, draws and replicates."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder), *map(str, numbers)],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


@pytest.mark.parametrize(("many", "most_mb"), [(1_000_000, 0.1), (10_000_000, 0.02)])
def test_rows_of_ten_times_the_people_stream(
    many: int, most_mb: float, tmp_path: Path, root: Path
) -> None:
    """From 100,000 people on, blocks of which are under way on every worker; `most` a thousand."""
    few = peak_mb(tmp_path / "few", root, 100_000, 1, 0, 1)
    more = peak_mb(tmp_path / "more", root, many, 1, 0, 1)
    assert (more - few) / (many - 100_000) * 1_000 <= most_mb


@pytest.mark.parametrize("draws", [False, True])
def test_a_sample_more_takes_a_quarter_of_a_megabyte_at_most(
    draws: bool, tmp_path: Path, root: Path
) -> None:
    """Of three strategies; they are what tables and their summary are made of."""
    peaks = [peak_mb(tmp_path, root, 5_000, 0, *((n, 1) if draws else (0, n))) for n in (50, 250)]
    assert (peaks[1] - peaks[0]) / 200 <= 0.25
