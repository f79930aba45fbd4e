"""Everything that goes into `results_hash` has the same bits whatever the processor can do.

The features of this one are switched off, in the C library (which has other code for fused
multiplication and addition), in NumPy, in the library of linear algebra and in the compiler.
Room: all.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from tests.one_hash import of_inputs, of_lives, of_runs

OF_NUMPY = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
SWITCHED_OFF = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX,-FMA,-FMA4,-ERMS,-BMI2",
    "NPY_DISABLE_CPU_FEATURES": " ".join(OF_NUMPY),
    "OPENBLAS_CORETYPE": "PRESCOTT",
}
PLAIN = {"NUMBA_DISABLE_JIT": "1"}
OLDEST = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "NUMBA_DISABLE_INTEL_SVML": "1"}


def told(root: Path, **environment: str) -> dict[str, str]:
    """The digests of a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.one_hash"],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def test_inputs_and_lives_are_the_same_with_the_features_of_the_machine_off(root: Path) -> None:
    """By the interpreter alone, which computes with the C library and NumPy."""
    assert told(root, **SWITCHED_OFF, **PLAIN) == of_inputs() | of_lives()


@pytest.mark.slow
def test_runs_are_the_same_compiled_for_the_oldest_machine(root: Path) -> None:
    """All is compiled again, which takes minutes."""
    here = of_inputs() | of_lives() | of_runs()
    assert here["cohort"] == here["process"]
    assert told(root, **SWITCHED_OFF, **OLDEST) == here
