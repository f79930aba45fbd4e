"""How the model's small functions become machine code, and where that code is kept.

Numba's cache on disk looks only at the file a function stands in, not at the functions it
calls in other files. So the cache folder here is named after a fingerprint of all compiled
sources: edit one of them and everything is compiled afresh.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import numba
import numpy as np

Record = Any
"""One row of a structured array: Numba and NumPy both give its fields as attributes."""

Function = TypeVar("Function", bound=Callable[..., object])

_PACKAGE = Path(__file__).parents[1]
_COMPILED_SOURCES = (
    "evidence/vocabulary.py",
    "evidence/instruments.py",
    "life/*.py",
    "counting/*.py",
    "engine/model.py",
    "engine/loop.py",
    "engine/cohort.py",
    "engine/clinic.py",
)
KERNEL, CLINIC_KERNEL = "cohort.live_block", "clinic.revive"
"""File and function of what takes longest to compile: for every run, and for finite access."""


@cache
def cache_folder() -> Path:
    """Folder for machine code of exactly these sources, this Numba and this NumPy."""
    fingerprint = hashlib.sha256(f"{numba.__version__} {np.__version__}".encode())
    for pattern in _COMPILED_SOURCES:
        for path in sorted(_PACKAGE.glob(pattern)):
            fingerprint.update(path.read_bytes())
    root = os.environ.get("SPINEMETS_CACHE") or os.environ.get("XDG_CACHE_HOME")
    base = Path(root) if root else Path.home() / ".cache"
    return base / "spinemets" / fingerprint.hexdigest()[:16]


def compiled(function: Function, *, cached: bool = True, allocates: bool = True) -> Function:
    """Compile a function with Numba: cached, without the GIL, division as in IEEE 754.

    No `fastmath`: results must not depend on how the compiler reorders sums. A function that stands
    in no file cannot be cached by itself; it is, within the functions that call it.
    """
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(cache_folder())
    try:
        options = {"nogil": True, "error_model": "numpy"} | ({} if allocates else {"_nrt": False})
        compiled_function: Function = numba.njit(cache=cached, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return compiled_function


def compiled_in_place(function: Function) -> Function:
    """Compile a function that makes no arrays, and only changes those it is given.

    Numba then counts no references to them, which takes longer than most of what such a function
    does: half of the time of counting a life.
    """
    return compiled(function, allocates=False)


def needs_compiling(*, clinics: bool = False) -> bool:
    """Say whether the machine code of these sources is still to be made (about a minute).

    Parameters
    ----------
    clinics : bool
        Whether that of finite access is needed too.
    """
    folder = cache_folder()
    needed = (KERNEL, *((CLINIC_KERNEL,) if clinics else ()))
    made = all(any(folder.rglob(f"{name}-*.nbc")) for name in needed)
    return not numba.config.DISABLE_JIT and not made
