"""The module as it is shipped, and whether it is of the sources that are."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from sim.life.machine_code import compiled_sources

COMMAND = "python -m sim.browser.build"
"""What builds it anew."""
MODULE, MODULE_DESCRIPTION = (
    Path(__file__).with_name(f"model.{kind}") for kind in ("wasm", "json")
)
_OWN_SOURCES = ("build", "entries", "job")
_OTHER_SOURCES = (
    "engine/addressed.py",
    "engine/counted_tables.py",
    "engine/layout.py",
    "engine/shared_policy.py",
    "engine/translation.py",
    "inputs/plan.py",
)
"""What is compiled into the module beside what is compiled for every machine."""


def module_code() -> bytes:
    """The module, WebAssembly that imports nothing."""
    return MODULE.read_bytes()


@cache
def module_description() -> dict[str, Any]:
    """What a page must know of the module.

    Returns
    -------
    dict
        `fingerprint` of the sources it was built from, `sha256` and `bytes` of itself; `entries`;
        `tables` of a job with the type and the shape of each, see `sim.browser.job`; `records`
        with their size in bytes and the offset, type and shape of each field. A type is the name of
        a record, or a letter and the number of bytes, as NumPy writes it.
    """
    found: dict[str, Any] = json.loads(MODULE_DESCRIPTION.read_text(encoding="utf-8"))
    return found


@cache
def module_fingerprint() -> str:
    """A hash of all sources that the module is made from, as they are now."""
    room = Path(__file__).parent
    own = [room / f"{name}.py" for name in _OWN_SOURCES]
    others = [room.parent / name for name in _OTHER_SOURCES]
    found = hashlib.sha256()
    for path in (*compiled_sources(), *others, *own):
        found.update(path.read_bytes())
    return found.hexdigest()
