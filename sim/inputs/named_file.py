"""Finds a file that a scenario names: beside the file that names it, or in the working folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.evidence.mistakes import InputError


def named_file(path: object, names_of_caller: Mapping[str, Any]) -> Path:
    """The file, where it is.

    Parameters
    ----------
    path : str or Path
    names_of_caller : dict
        Global names of the file that names it.

    Raises
    ------
    InputError
        If it is in neither place.
    """
    if not isinstance(path, str | Path):
        raise InputError(f"path is {path!r}; allowed: the name of a file")
    beside = Path(names_of_caller.get("__file__") or ".").parent / path
    found = beside if beside.is_file() else Path(path)
    if not found.exists():
        folders = (beside.parent, found.parent)
        places = dict.fromkeys(str(folder.resolve()) for folder in folders)
        raise InputError(f"{path} cannot be read: there is no such file in {' or '.join(places)}")
    return found
