"""Kinds of files that pictures are written as."""

from __future__ import annotations

from pathlib import Path

from sim.evidence.mistakes import InputError

FORMS = ("png", "pdf", "svg")


def form_of(path: Path) -> str:
    """The kind of file that a name ends in.

    Raises
    ------
    InputError
        If pictures are not written so.
    """
    form = path.suffix.lower().removeprefix(".")
    if form not in FORMS:
        raise InputError(
            f"figure is {str(path)!r}; allowed: a file whose name ends in .png, .pdf or .svg"
        )
    return form
