"""Where machine code is kept: under a fingerprint of all that is compiled, or nowhere.

Numba's own cache looks only at the file a function stands in, not at the functions it calls in
other files, and falls back to folders of its own where the one it is told cannot be written. It is
not asked: the folder here is named after all compiled sources, and no other is ever read.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.caching import CompileResultCacheImpl, FunctionCache, _CacheLocator
from numba.core.runtime import rtsys

_PACKAGE = Path(__file__).parents[1]
COMPILED_SOURCES = (
    "evidence/arrays.py",
    "evidence/vocabulary.py",
    "evidence/instruments.py",
    "evidence/elementary.py",
    "evidence/normal.py",
    "life/*.py",
    "counting/*.py",
    "engine/model.py",
    "engine/loop.py",
    "engine/cohort.py",
    "engine/clinic.py",
)
KERNEL, CLINIC_KERNEL, ROWS_KERNEL = "cohort.live_block", "clinic.revive", "cohort.live_kept_block"
STORY_KERNEL = "loop.live_on"
"""File and function of what takes longest to compile: for every run, for finite access, to write
down every event, and to tell one life."""


@cache
def compiled_sources() -> tuple[Path, ...]:
    """Files of all that is compiled, or read by what is."""
    return tuple(path for one in COMPILED_SOURCES for path in sorted(_PACKAGE.glob(one)))


@cache
def code_folder() -> Path | None:
    """Folder for machine code of exactly these sources, this Numba and this NumPy.

    The first of `SPINEMETS_CACHE`, `XDG_CACHE_HOME`, the cache of the home folder and a folder of
    this user's for temporary files that can be written, or holds the code; none if none does.
    """
    versions = f"{numba.__version__} {np.__version__} {numba.config.BOUNDSCHECK}"
    fingerprint = hashlib.sha256(versions.encode())
    for path in compiled_sources():
        fingerprint.update(path.read_bytes())
    folders = (base / "spinemets" / fingerprint.hexdigest()[:16] for base in _bases())
    return next((folder for folder in folders if _serves(folder)), None)


def holds_code(folder: Path, *kernels: str) -> bool:
    """Say whether the code of kernels is there."""
    return all(any(folder.rglob(f"{name}-*.nbc")) for name in kernels)


def _bases() -> Iterator[Path]:
    for name in ("SPINEMETS_CACHE", "XDG_CACHE_HOME"):
        if os.environ.get(name):
            yield Path(os.environ[name])
    with suppress(RuntimeError):  # nobody's home
        yield Path.home() / ".cache"
    with suppress(OSError):
        temporary = Path(tempfile.gettempdir()).resolve()
        if temporary != Path.cwd():  # which Python takes where nothing else can be written
            yield from _own_folder(temporary)


def _own_folder(parent: Path) -> Iterator[Path]:
    """A folder of this user's alone: code that others can write must not be run."""
    user = os.getuid() if hasattr(os, "getuid") else None
    folder = parent / (".spinemets" if user is None else f".spinemets-{user}")
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    others_write = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if user is None or (stat.S_ISDIR(found.st_mode) and found.st_uid == user and not others_write):
        yield folder


def _serves(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        with suppress(OSError):
            return holds_code(folder, KERNEL)
        return False
    return True


class _Place(_CacheLocator):  # type: ignore[misc]
    """Where in the folder the code of one function stands."""

    def __init__(self, function: Callable[..., object], folder: Path) -> None:
        self._file = function.__code__.co_filename
        self._line = function.__code__.co_firstlineno
        self._folder = folder

    def get_cache_path(self) -> str:
        """The part of the folder that is for the file of the function."""
        return str(self._folder / self.get_suitable_cache_subpath(self._file))

    def get_source_stamp(self) -> str:
        """Nothing: the name of the folder says which sources the code is of."""
        return ""

    def get_disambiguator(self) -> str:
        """The line, should two functions of a file have one name."""
        return str(self._line)


class _Form(CompileResultCacheImpl):  # type: ignore[misc]
    """How code is written into a file: as Numba does, in our place."""

    def __init__(self, function: Callable[..., object], folder: Path) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = _Place(function, folder)
        name = f"{Path(function.__code__.co_filename).stem}.{function.__qualname__}"
        self._filename_base = self.get_filename_base(name, getattr(sys, "abiflags", ""))

    def reduce(self, cres: Any) -> tuple[Any, ...]:
        """What is written: no place for Python's constants of functions that need none.

        To read one, the file of its function is imported: of Numba those for compiling, with SciPy.
        Code that looks for its place, to print say, has an error for where there is none.
        """
        *written, places = super().reduce(cres)
        _, _, (code, *_) = written[0]
        return *written, tuple(
            one
            for one in places
            if one.consts or f"missing Environment: {one.env_name}".encode() in code
        )


class KeptCode(FunctionCache):  # type: ignore[misc]
    """The machine code of one function, on disk; what cannot be read or written is made anew.

    Parameters
    ----------
    function : callable
        A plain Python function.
    folder : Path
        That of `code_folder`.
    """

    def __init__(self, function: Callable[..., object], folder: Path) -> None:
        self._impl_class = lambda one: _Form(one, folder)
        super().__init__(function)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The code for these types of arguments, if it is kept.

        Numba would make ready to compile first, which takes longer than all else of reading it.
        """
        try:
            rtsys.initialize(target_context)  # what code needs to run
            found = self._load_overload(sig, target_context)
        except OSError:  # another process is writing it
            return None
        except Exception:  # noqa: BLE001  (a file cut short fails in any way)
            with suppress(OSError):
                self.flush()
            return None
        # Two processes that compile at once can give one file to two types of arguments.
        same = found is not None and tuple(found.signature.args) == tuple(getattr(sig, "args", sig))
        return found if same else None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep the code; where that cannot be, the next start compiles again."""
        with suppress(OSError):
            super().save_overload(sig, data)
