"""Where the parts of a run are until they are moved into its folder."""

from __future__ import annotations

import os
from pathlib import Path

from sim.tables.folder_contents import PARTS_OF_RUN, description_in

ENDING_OF_PARTS = ".parts"
"""How the name of a folder ends that is kept for parts of runs."""
NEW_RUN = "run"
"""The folder in it that a run writes."""


def parts_of(folder: Path) -> Path:
    """Where the parts of a run into a folder are: beside it, so that a move is a change of name.

    In it where it is a disk of its own, or nothing can be written beside it.
    """
    beside = folder.parent / f".{folder.name}{ENDING_OF_PARTS}"
    alone = folder.is_dir() and (
        os.path.ismount(folder) or not (beside.is_dir() or os.access(folder.parent, os.W_OK))
    )
    return folder / ENDING_OF_PARTS if alone else beside


def waiting_run(folder: Path) -> Path | None:
    """A whole run that could not be moved into a folder, and waits in its parts."""
    waiting = parts_of(folder.resolve()) / NEW_RUN
    return None if description_in(waiting) is None else waiting


def has_parts(folder: Path) -> bool:
    """Say whether a run into a folder was interrupted that can be gone on with."""
    parts = parts_of(folder.resolve()) / NEW_RUN / PARTS_OF_RUN
    return parts.is_dir() and any(parts.iterdir())


def is_name_of_parts(name: str) -> bool:
    """Say whether a folder of this name is kept for parts of runs."""
    return name.startswith(".") and name.endswith(ENDING_OF_PARTS)
