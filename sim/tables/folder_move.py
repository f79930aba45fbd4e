"""Moves a whole run into its folder, and an earlier one out of it, so that either is whole.

Files of the earlier run go first, its `run.json` before the others; files of the new one follow,
its `run.json` last. Both lists stand in a journal, and where a file is says whether it has been
moved: a move that was interrupted can be finished, and one that fails is taken back.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Move:
    """A move of a run into a folder that is there.

    Attributes
    ----------
    folder : Path
        Of the run.
    new, old : Path
        Where the new run comes from; where the earlier one goes to.
    new_names, old_names : tuple of str
        Their files, in the order in which they are moved.
    """

    folder: Path
    new: Path
    old: Path
    new_names: tuple[str, ...]
    old_names: tuple[str, ...]

    @classmethod
    def read(cls, journal: Path, folder: Path, new: Path, old: Path) -> Self | None:
        """The move that a journal tells of; None if there is none or it is broken off."""
        try:
            told = json.loads(journal.read_text(encoding="utf-8"))
            return cls(folder, new, old, tuple(told["new"]), tuple(told["old"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, journal: Path) -> None:
        """Write the journal, whole or not at all."""
        text = json.dumps({"new": self.new_names, "old": self.old_names})
        begun = journal.with_suffix(".begun")
        begun.write_text(text, encoding="utf-8")
        to_disk(begun)
        begun.replace(journal)

    def forward(self) -> None:
        """Move what has not been moved yet.

        Raises
        ------
        OSError
            If a file cannot be moved, or another one is in its way.
        """
        arrived = {name for name in self.new_names if not (self.new / name).exists()}
        for name in self.old_names:
            if name not in arrived and (self.folder / name).exists():
                move_file(self.folder / name, self.old / name)
        for name in self.new_names:
            if name not in arrived:
                move_file(self.new / name, self.folder / name)

    def back(self) -> None:
        """Move everything back to where it was."""
        for name in reversed(self.new_names):
            if not (self.new / name).exists():
                move_file(self.folder / name, self.new / name)
        for name in reversed(self.old_names):
            if (self.old / name).exists():
                move_file(self.old / name, self.folder / name)
        remove_empty(self.folder, self.new_names)


def move_file(source: Path, target: Path) -> None:
    """Move a file to where none is, also to another file system; its folder is made."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        begun = target.with_name(f".{target.name}.begun")
        shutil.copy2(source, begun)
        to_disk(begun)
        begun.replace(target)
        source.unlink()


def remove_empty(folder: Path, names: tuple[str, ...]) -> None:
    """Remove folders in which files of these names stood, if nothing is left in them."""
    inner = {parent for name in names for parent in Path(name).parents} - {Path()}
    for parent in sorted(inner, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):
            (folder / parent).rmdir()


def to_disk(path: Path) -> None:
    """Wait until a file is on the disk: a full one may tell only now."""
    file = os.open(path, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
