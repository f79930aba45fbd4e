"""What is said of run folders: names, places and reasons, in the words of a user."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.tables.folder_parts import NEW_RUN, is_name_of_parts

_MOST_NAMED = 5
"""Files that a sentence names; more are counted."""


def reason(error: Exception) -> str:
    """Why a file cannot be used, and which, in a few words."""
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    words = os.strerror(error.errno)
    return f"{_as_in_its_folder(Path(str(error.filename)))}: {words}" if error.filename else words


def _as_in_its_folder(path: Path) -> str:
    """A file of a run as it is called in the folder of the run; of others, the name."""
    for parent in path.parents:
        if parent.name == NEW_RUN and is_name_of_parts(parent.parent.name):
            return path.relative_to(parent).as_posix()
    return path.name


def replaced(
    folder: str, before: Mapping[str, Any] | None, gone: list[str], changed: list[str]
) -> list[str]:
    """What became of an earlier run in a folder, a sentence each."""
    told = []
    if before is not None:
        rest = f"; files that only it had are gone: {some(gone)}" if gone else ""
        told.append(f"An earlier run in {folder!r} {described(before)} was replaced{rest}.")
    elif gone:
        told.append(f"Files of an earlier run in {folder!r} were removed: {some(gone)}.")
    if changed:
        told.append(
            f"Files of an earlier run in {folder!r} were changed since, and kept: {some(changed)}."
        )
    return told


def described(run: Mapping[str, Any]) -> str:
    """A run in a few words."""
    strategies = some([str(name) for name in run.get("strategies", [])])
    return f"(seed {run.get('seed')}{', ' if strategies else ''}{strategies})"


def some(names: list[str]) -> str:
    """Names, the first of them if they are many."""
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def is_are(names: list[str]) -> str:
    """The verb of one or of several."""
    return "is" if len(names) == 1 else "are"


def typed(path: Path) -> str:
    """A path as a user would type it: from the working folder if it is below."""
    with suppress(ValueError, OSError):
        return path.relative_to(Path.cwd()).as_posix()
    return path.as_posix()
