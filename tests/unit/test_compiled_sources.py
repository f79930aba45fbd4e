"""Machine code is kept under a fingerprint of all that is compiled or read by it. Room: life."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.life import machine_code
from tests.unit.test_rooms import GRAPH, PACKAGE, SOURCES

COVERED = set(machine_code.compiled_sources())
COMPILED = [
    name
    for name, path in SOURCES.items()
    if any(word in path.read_text(encoding="utf-8") for word in ("@compiled", "= compiled("))
]


@pytest.mark.parametrize("name", COMPILED)
def test_what_is_compiled_and_what_it_imports_is_in_the_fingerprint(name: str) -> None:
    needed = {SOURCES[name], *(SOURCES[other] for other in GRAPH[name])}
    assert needed <= COVERED


def test_every_pattern_finds_a_source() -> None:
    assert all(any(PACKAGE.glob(pattern)) for pattern in machine_code.COMPILED_SOURCES)


def test_kernels_whose_code_says_whether_to_compile_are_there() -> None:
    called = machine_code.KERNEL, machine_code.CLINIC_KERNEL, machine_code.ROWS_KERNEL
    kernels = *called, machine_code.STORY_KERNEL
    for kernel in kernels:
        module, function = kernel.split(".")
        source = Path(SOURCES[f"sim.engine.{module}"]).read_text(encoding="utf-8")
        assert re.search(rf"@compiled(_in_place)?\ndef {function}\(", source)
