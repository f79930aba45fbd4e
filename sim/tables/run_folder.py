"""The folder of a run while it is under way: parts beside it, and the move into place at the end.

A run writes its parts into `.NAME.parts` beside the folder NAME. At its end they are moved into the
folder, whole. An earlier run there is removed then, and nothing else: a user's files stay.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from sim.evidence.mistakes import InputError
from sim.tables.folder_contents import (
    CONTENTS,
    DESCRIPTION,
    description_in,
    files_below,
    size,
    write_contents,
    written_by_a_run,
)
from sim.tables.folder_lock import Lock, LockedError
from sim.tables.folder_move import Move, remove_empty, to_disk

_ENDING = ".parts"
_MOST_NAMED = 5
"""Files that a sentence names; more are counted."""


class UnwrittenError(InputError):
    """A run has been lived, and its folder could not be written.

    Attributes
    ----------
    result : Result
        What was counted.
    """

    result: Any = None


class RunFolder:
    """A run folder that this process alone writes into, until it is closed.

    Parameters
    ----------
    out : str or Path
        The folder; links are followed.

    Attributes
    ----------
    folder : Path
        Where the run will stand.
    parts : Path
        Beside it, or in it where nothing can be written beside it: the parts of the run.
    new : Path
        In `parts`: the folder that the run writes, and that is moved into place.
    told : list of str
        What became of an earlier run, a sentence each.

    Raises
    ------
    InputError
        If the folder cannot be made or written, or another run writes into it.
    """

    def __init__(self, out: str | Path) -> None:
        self._said = str(out)
        self.told: list[str] = []
        if not self._said:
            raise InputError("out is empty; allowed: a folder")
        try:
            self.folder = Path(out).resolve()
            self.parts = parts_of(self.folder)
            self._refuse_what_is_no_folder()
            self._lock = Lock(self.parts / "lock")
        except LockedError:
            raise InputError(
                f"out is {self._said!r}, which another run is writing into; allowed: another "
                "folder, or this one when that run has ended"
            ) from None
        except InputError:
            raise
        except (OSError, RuntimeError, ValueError) as error:  # a loop of links; a null byte
            raise InputError(self._unusable(error)) from None
        self.new, self._old = self.parts / "run", self.parts / "old"
        self._journal = self.parts / "moving.json"
        try:
            self._end_what_was_interrupted()
            self.new.mkdir()
            if self.folder.is_dir():
                with TemporaryFile(dir=self.folder):
                    pass
        except OSError as error:
            self.close()
            raise InputError(self._unusable(error)) from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the folder; what has not been moved into place stays in `parts`."""
        for empty in (self.new, self._old):
            with suppress(OSError):
                empty.rmdir()
        self._lock.release()
        with suppress(OSError):
            self.parts.rmdir()

    def put_in_place(self, *, keep_others: bool = False) -> None:
        """Move the run into its folder, and an earlier one out of it.

        Parameters
        ----------
        keep_others : bool
            Whether files of the earlier run stay that this one has not, as it is the same run.

        Raises
        ------
        UnwrittenError
            If that fails: the earlier run is then as it was, and the new one in `parts`.
        """
        try:
            self._put_in_place(keep_others=keep_others)
        except OSError as error:
            raise UnwrittenError(self.unwritten(reason(error))) from None

    def unwritten(self, why: str) -> str:
        """Say that the run is not in its folder, why, and where it is."""
        if description_in(self.new) is None:
            kept = f"what could be written is in {typed(self.new)!r}"
        else:
            kept = f"the whole run is in {typed(self.new)!r} until the next run into that folder"
        return (
            f"out is {self._said!r}, and the run could not be written there ({why}); {kept}; "
            "allowed: a folder that can be written, with room for the run"
        )

    def _refuse_what_is_no_folder(self) -> None:
        allowed = "allowed: a folder that can be written"
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            raise InputError(f"out is {self._said!r}: it is a file; {allowed}")
        if any(is_name_of_parts(path.name) for path in (self.folder, *self.folder.parents)):
            raise InputError(
                f"out is {self._said!r}, where parts of other runs are kept; allowed: a folder "
                f"whose name does not begin with a dot and end with {_ENDING}"
            )

    def _unusable(self, error: Exception) -> str:
        return f"out is {self._said!r}: {reason(error)}; allowed: a folder that can be written"

    def _put_in_place(self, *, keep_others: bool = False) -> None:
        earlier = written_by_a_run(self.folder)
        mine = {*files_below(self.new), CONTENTS}
        others = [n for n in earlier if keep_others and n not in mine]
        kept = {name: size(self.folder / name) for name in others}
        write_contents(self.new, kept)
        for name in files_below(self.new):
            to_disk(self.new / name)
        if not os.path.lexists(self.folder):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.new.rename(self.folder)
            return
        before = description_in(self.folder)
        names = list(files_below(self.new))
        changed = [name for name, as_left in earlier.items() if not as_left and name not in kept]
        self._refuse_what_is_in_the_way(names, earlier)
        old_names = [name for name in earlier if name not in kept and name not in changed]
        aside = self._set_aside([name for name in changed if name in names])
        move = Move(
            self.folder,
            self.new,
            self._old,
            new_names=tuple(sorted(names, key=lambda name: (name == DESCRIPTION, name))),
            old_names=tuple(sorted(old_names, key=lambda name: (name != DESCRIPTION, name))),
        )
        move.write(self._journal)
        try:
            move.forward()
        except OSError:
            move.back()
            self._journal.unlink()
            for name, other in aside.items():
                (self.folder / other).rename(self.folder / name)
            raise
        self._clear(move)
        self._tell_of_earlier(before, [n for n in old_names if n not in names], changed, aside)

    def _refuse_what_is_in_the_way(self, names: list[str], earlier: Mapping[str, bool]) -> None:
        found = [n for n in names if n not in earlier and os.path.lexists(self.folder / n)]
        if found:
            raise FileExistsError(f"{some(found)} there {is_are(found)} not from a run")

    def _set_aside(self, names: list[str]) -> dict[str, str]:
        """Give files that a user changed since the run another name."""
        found = {}
        for name in names:
            path = self.folder / name
            number = 1
            while os.path.lexists(path.with_stem(f"{path.stem}.changed{number}")):
                number += 1
            other = path.with_stem(f"{path.stem}.changed{number}")
            path.rename(other)
            found[name] = other.relative_to(self.folder).as_posix()
        return found

    def _tell_of_earlier(
        self,
        before: Mapping[str, Any] | None,
        gone: list[str],
        changed: list[str],
        aside: Mapping[str, str],
    ) -> None:
        said = typed(self.folder)
        if before is not None:
            rest = f"; files that only it had are gone: {some(gone)}" if gone else ""
            self.told.append(f"An earlier run in {said!r} {described(before)} was replaced{rest}.")
        elif gone:
            self.told.append(f"Files of an earlier run in {said!r} were removed: {some(gone)}.")
        if changed:
            now = [aside.get(name, name) for name in changed]
            self.told.append(
                f"Files of an earlier run in {said!r} were changed since, and kept: {some(now)}."
            )

    def _end_what_was_interrupted(self) -> None:
        """Finish a move that was interrupted or could not be made; remove what is no whole run."""
        move = Move.read(self._journal, self.folder, self.new, self._old)
        if move is not None:
            try:
                move.forward()
            except OSError as error:
                raise InputError(
                    f"out is {self._said!r}, into which a run was being moved when it was "
                    f"interrupted, and the rest of it in {typed(self.parts)!r} cannot be moved "
                    f"({reason(error)}); allowed: a folder that can be written"
                ) from None
            self._clear(move)
            self.told.append(f"A run that was interrupted is now whole in {typed(self.folder)!r}.")
        elif description_in(self.new) is not None:
            with suppress(OSError):
                self._put_in_place()
                self.told.append(f"A run that had not been moved is now in {typed(self.folder)!r}.")
        if left := [*files_below(self.new), *files_below(self._old)]:
            self.told.append(
                f"Parts of a run that was interrupted were removed from {typed(self.parts)!r}: "
                f"{some(left)}."
            )
        self._clear()

    def _clear(self, move: Move | None = None) -> None:
        """Remove the journal first, then what it tells of."""
        self._journal.unlink(missing_ok=True)
        self._journal.with_suffix(".begun").unlink(missing_ok=True)
        if move is not None:
            remove_empty(self.folder, move.old_names)
        for folder in (self.new, self._old):
            if os.path.lexists(folder):
                shutil.rmtree(folder)


def parts_of(folder: Path) -> Path:
    """Where the parts of a run into a folder are: beside it, so that a move is a change of name.

    In it where it is a disk of its own, or nothing can be written beside it.
    """
    beside = folder.parent / f".{folder.name}{_ENDING}"
    alone = folder.is_dir() and (
        os.path.ismount(folder) or not (beside.is_dir() or os.access(folder.parent, os.W_OK))
    )
    return folder / _ENDING if alone else beside


def is_name_of_parts(name: str) -> bool:
    """Say whether a folder of this name is kept for parts of runs."""
    return name.startswith(".") and name.endswith(_ENDING)


def waiting_run(folder: Path) -> Path | None:
    """A whole run that could not be moved into a folder, and waits in its parts."""
    waiting = parts_of(folder.resolve()) / "run"
    return None if description_in(waiting) is None else waiting


def reason(error: Exception) -> str:
    """Why a file cannot be used, and which, in a few words."""
    if not isinstance(error, OSError) or error.errno is None:
        return str(error)
    words = os.strerror(error.errno)
    return f"{Path(str(error.filename)).name}: {words}" if error.filename else words


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
