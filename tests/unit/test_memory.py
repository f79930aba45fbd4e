"""The memory that a run says it took is its own.

Room: engine.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.engine import memory
from sim.engine.memory import peak_memory_mb

LARGE_MB = 600
SAY = "from sim.engine.memory import peak_memory_mb; print(peak_memory_mb())"


def test_memory_that_was_given_back_counts() -> None:
    before = peak_memory_mb()
    assert before is not None
    np.ones(LARGE_MB * 2**17)
    after = peak_memory_mb()
    assert after is not None
    assert after >= LARGE_MB
    assert after >= before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program's own")
def test_the_memory_of_who_started_a_run_is_not_its_own(root: Path) -> None:
    kept = np.ones(LARGE_MB * 2**17)
    said = subprocess.run(
        [sys.executable, "-c", SAY], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert 10.0 < float(said) < LARGE_MB < kept.nbytes / 1e6


def test_the_system_is_asked_where_there_is_no_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "_STATUS", tmp_path / "status")
    said = peak_memory_mb()
    assert said is not None
    assert said > 10.0
