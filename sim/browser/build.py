"""Builds the module: `python -m sim.browser.build`, after a change of what is compiled.

The functions of `sim.browser.entries` are translated with all that they call, as kernels are, and
joined. Then they are optimized and made into code not for this machine but for WebAssembly, which
computes to the last bit as IEEE 754 says: nothing is fused, nothing reordered. The module imports
nothing; what it exports are its entries, its memory, and where its own part of the memory ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numba import types

from sim.browser.entries import ENTRIES
from sim.browser.job import ANCHOR, PAGE_JOB
from sim.browser.shipped import MODULE, MODULE_DESCRIPTION, module_fingerprint
from sim.engine.translation import joined_translation, machine_of, optimized
from sim.inputs.plan import GROUP
from sim.life.policy import POLICY, RULE, TREATMENT
from sim.life.records import LESION, PERSON, SUMS
from sim.life.world import CANCER, ENTRY_CELL, WORLD

RECORDS = {
    "job": PAGE_JOB.record,
    "group": GROUP,
    "anchor": ANCHOR,
    "entry_cell": ENTRY_CELL,
    "cancer": CANCER,
    "world": WORLD,
    "treatment": TREATMENT,
    "rule": RULE,
    "policy": POLICY,
    "sums": SUMS,
    "lesion": LESION,
    "person": PERSON,
}
"""Records that a page reads and writes; one that is in another comes before it."""

_TARGET = "wasm32-unknown-unknown"
_FEATURES = "+bulk-memory,+nontrapping-fptoint,+sign-ext,+mutable-globals"
"""What every browser since 2021 knows; no vectors, whose width would be for one machine."""
_STACK_BYTES = 1 << 18
_ANY_MACHINE = {
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "NUMBA_DISABLE_INTEL_SVML": "1",
    "NUMBA_DISABLE_JIT": "0",
    "PYTHONHASHSEED": "0",
}
"""Of the process that builds, so that the module does not depend on the machine."""


def build(folder: Path) -> dict[str, Any]:
    """Write the module and its description into a folder; the description."""
    started = time.perf_counter()
    fingerprint = module_fingerprint()  # before what it is of might change
    code = linked(object_code())
    told = {"fingerprint": fingerprint} | description(code)
    folder.joinpath(MODULE.name).write_bytes(code)
    text = json.dumps(told, separators=(",", ":"))
    folder.joinpath(MODULE_DESCRIPTION.name).write_text(text + "\n", encoding="utf-8")
    seconds = time.perf_counter() - started
    sys.stdout.write(f"{MODULE.name}: {len(code):,} bytes, built in {seconds:.0f} s\n")
    return told


def description(code: bytes) -> dict[str, Any]:
    """What a page must know of the module: its entries, and the layout of tables and records."""
    names: dict[Any, str] = {dtype: name for name, dtype in RECORDS.items()}
    return {
        "sha256": hashlib.sha256(code).hexdigest(),
        "bytes": len(code),
        "entries": [entry.__name__ for entry in ENTRIES],
        "tables": {
            name: {"type": names.get(kind, kind.str[1:]), "shape": shape}
            for name, (kind, shape) in PAGE_JOB.tables.items()
        },
        "records": {name: _layout(dtype, names) for name, dtype in RECORDS.items()},
    }


def _layout(record: np.dtype[Any], names: dict[Any, str]) -> dict[str, Any]:
    """Bytes of a record, and of each field its offset, type and shape, which is empty for one."""
    fields = {}
    for name, (dtype, offset, *_) in (record.fields or {}).items():
        kind = names.get(dtype.base, dtype.base.str[1:])
        fields[name] = [offset, kind, *dtype.shape]
    return {"bytes": record.itemsize, "fields": fields}


def _door(entry: str, name: str) -> str:
    """What is exported: it calls the function as Numba does; -1 if that failed."""
    return f"""
define i32 @{entry}(i32 %job) {{
  %found = alloca i32
  %error = alloca ptr
  %at = zext i32 %job to i64
  %status = call i32 @{name}(ptr %found, ptr %error, i64 %at)
  %value = load i32, ptr %found
  %done = icmp eq i32 %status, 0
  %told = select i1 %done, i32 %value, i32 -1
  ret i32 %told
}}"""


def object_code() -> bytes:
    """The module as WebAssembly, to be linked."""
    machine = machine_of(_TARGET, features=_FEATURES, reloc="static")
    module = joined_translation(ENTRIES, (types.int64,), _door)
    exported = [entry.__name__ for entry in ENTRIES]
    code: bytes = machine.emit_object(optimized(module, machine, exported=exported))
    return code


def linked(code: bytes) -> bytes:
    """The module as a browser loads it."""
    with tempfile.TemporaryDirectory() as folder:
        ready, source = Path(folder) / MODULE.name, Path(folder) / "model.o"
        source.write_bytes(code)
        linker = [sys.executable, "-m", "ziglang", "wasm-ld", str(source), "-o", str(ready)]
        exports = [f"--export={entry.__name__}" for entry in ENTRIES]
        options = ["--no-entry", "--strip-all", "--export=__heap_base"]
        stack = ["-z", f"stack-size={_STACK_BYTES}", "--stack-first"]
        subprocess.run([*linker, *exports, *options, *stack], check=True)
        return ready.read_bytes()


def build_apart(folder: Path) -> None:
    """Build the module in a process whose code does not depend on this machine."""
    if any(os.environ.get(name) != value for name, value in _ANY_MACHINE.items()):
        again = [sys.executable, "-m", "sim.browser.build", str(folder)]
        subprocess.run(again, env=os.environ | _ANY_MACHINE, check=True)
    else:
        build(folder)


if __name__ == "__main__":
    build_apart(Path(*sys.argv[1:2]) if sys.argv[1:] else MODULE.parent)
