"""The folder of a run while it is under way: parts beside it, and the move into place at the end.

A run writes its parts into `.NAME.parts` beside the folder NAME. At its end they are moved into the
folder, whole. An earlier run there is removed then, and nothing else: a user's files stay.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, Self

from sim.evidence.mistakes import InputError
from sim.tables.folder_contents import (
    ALWAYS_WRITTEN,
    CONTENTS,
    DESCRIPTION,
    PARTS_OF_RUN,
    ROWS_OF_RUN,
    as_listed,
    description_in,
    files_below,
    fingerprint,
    listed_in,
    names_of_a_run,
    write_contents,
    written_by_a_run,
)
from sim.tables.folder_lock import Lock, LockedError
from sim.tables.folder_move import Move, remove_empty, to_disk
from sim.tables.folder_parts import ENDING_OF_PARTS, NEW_RUN, is_name_of_parts, parts_of
from sim.tables.folder_words import (
    is_are,
    reason,
    replaced,
    some,
    typed,
)


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
    resume : bool
        Whether the parts of a run that was interrupted stay, so that it goes on.

    Attributes
    ----------
    folder : Path
        Where the run will stand.
    parts : Path
        Beside it, or in it where nothing can be written beside it: the parts of the run.
    new : Path
        In `parts`: the folder that the run writes, and that is moved into place.
    told : list of str
        What became of an earlier run and what is in the way, a sentence each.

    Raises
    ------
    InputError
        If the folder cannot be made or written, or another run writes into it.
    """

    def __init__(self, out: str | Path, *, resume: bool = False) -> None:
        self._said = str(out)
        self._resume = resume
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
        self.new, self._old = self.parts / NEW_RUN, self.parts / "old"
        self._journal = self.parts / "moving.json"
        try:
            self._end_what_was_interrupted()
            self.new.mkdir(exist_ok=resume)
            if self.folder.is_dir():
                with TemporaryFile(dir=self.folder):
                    pass
                self._warn_of_what_is_in_the_way()
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

    def put_in_place(self) -> None:
        """Move the run into its folder, and an earlier one out of it.

        If the earlier is this very run, such of its files stay as this one has not: its microdata.

        Raises
        ------
        UnwrittenError
            If that fails: the earlier run is then as it was, and the new one in `parts`.
        """
        try:
            self._put_in_place()
        except OSError as error:
            raise UnwrittenError(self.unwritten(reason(error))) from None

    def unwritten(self, why: str) -> str:
        """Say that the run is not in its folder, why, and where it is."""
        if description_in(self.new) is None:
            kept = f"what could be written is in {typed(self.new)!r}"
        else:
            kept = f"the whole run is in {typed(self.new)!r}"
        return (
            f"out is {self._said!r}, and the run could not be written there ({why}); {kept} until "
            "the next run into that folder; "
            "allowed: a folder that can be written, with room for the run"
        )

    def _refuse_what_is_no_folder(self) -> None:
        allowed = "allowed: a folder that can be written"
        if os.path.lexists(self.folder) and not self.folder.is_dir():
            raise InputError(f"out is {self._said!r}: it is a file; {allowed}")
        if any(is_name_of_parts(path.name) for path in (self.folder, *self.folder.parents)):
            raise InputError(
                f"out is {self._said!r}, where parts of other runs are kept; allowed: a folder "
                f"whose name does not begin with a dot and end with {ENDING_OF_PARTS}"
            )

    def _unusable(self, error: Exception) -> str:
        return f"out is {self._said!r}: {reason(error)}; allowed: a folder that can be written"

    def _put_in_place(self) -> None:
        earlier = written_by_a_run(self.folder)
        before = description_in(self.folder)
        kept: dict[str, Any] = {}
        if before is not None and before == description_in(self.new):
            mine, listed = {*files_below(self.new), CONTENTS}, listed_in(self.folder)
            for name in earlier.keys() - mine:  # as they were listed, also where changed since
                kept[name] = listed.get(name) or fingerprint(self.folder / name)
        write_contents(self.new, kept)
        names = list(files_below(self.new))
        for name in names:
            to_disk(self.new / name)
        if not os.path.lexists(self.folder):
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.new.rename(self.folder)
            return
        if found := self._in_the_way(names, earlier):
            raise FileExistsError(f"{some(found)} there {is_are(found)} not from a run")
        changed = [
            name
            for name, as_left in earlier.items()
            if not as_left and name not in kept and not (self._resume and _is_of_parts(name))
        ]
        old_names = [name for name in earlier if name not in kept and name not in changed]
        move = Move(
            self.folder,
            self.new,
            self._old,
            new_names=tuple(sorted(names, key=lambda name: (name == DESCRIPTION, name))),
            old_names=tuple(sorted(old_names, key=lambda name: (name != DESCRIPTION, name))),
        )
        aside = self._make(move, [name for name in changed if name in names])
        self._clear(move)
        gone = [n for n in old_names if n not in names and not n.startswith(f"{PARTS_OF_RUN}/")]
        now = [aside.get(name, name) for name in changed]
        self.told += replaced(typed(self.folder), before, gone, now)

    def _make(self, move: Move, changed: list[str]) -> dict[str, str]:
        """Make a move, or leave all as it was; give back the new names of files set aside."""
        aside: dict[str, str] = {}
        try:
            self._set_aside(changed, aside)
            move.write(self._journal)
            move.forward()
        except BaseException as error:
            begun = self._journal.exists()
            if begun and not isinstance(error, OSError):  # the user ends it: that leaves it whole
                move.forward()
                self._clear(move)
                raise
            if begun:
                move.back()
                self._journal.unlink()
            for name, other in aside.items():
                (self.folder / other).rename(self.folder / name)
            raise
        return aside

    def _in_the_way(self, names: Iterable[str], earlier: Collection[str]) -> list[str]:
        """Those of the names under which something stands that no run wrote."""
        return [n for n in names if n not in earlier and os.path.lexists(self.folder / n)]

    def _warn_of_what_is_in_the_way(self) -> None:
        """Say what stands in the way already, while the run can still be stopped."""
        if found := self._in_the_way(ALWAYS_WRITTEN, names_of_a_run(self.folder)):
            self.told.append(
                f"{some(found)} in {typed(self.folder)!r} {is_are(found)} not from a run, and in "
                "the way of this one: move it elsewhere before the run ends."
            )

    def _set_aside(self, names: list[str], aside: dict[str, str]) -> None:
        """Give files that a user changed since the run another name, noted in `aside`."""
        for name in names:
            path = self.folder / name
            number = 1
            while os.path.lexists(path.with_stem(f"{path.stem}.changed{number}")):
                number += 1
            other = path.with_stem(f"{path.stem}.changed{number}")
            path.rename(other)
            aside[name] = other.relative_to(self.folder).as_posix()

    def _end_what_was_interrupted(self) -> None:
        """Finish a move that was interrupted or could not be made; remove what is no whole run."""
        move = Move.read(self._journal, self.folder, self.new, self._old)
        if move is not None:
            self._refuse_what_is_lost(move)
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
            try:
                self._put_in_place()
            except OSError as error:
                raise InputError(
                    f"out is {self._said!r}, for which an earlier run waits in "
                    f"{typed(self.new)!r} that cannot be moved there ({reason(error)}); allowed: "
                    "another folder, or this one when that run can be moved, or has been taken "
                    "away"
                ) from None
            self.told.append(f"A run that had not been moved is now in {typed(self.folder)!r}.")
        going_on = self._resume and self.new.is_dir()
        if going_on:
            self._keep_parts_alone()
        elif left := [*files_below(self.new), *files_below(self._old)]:
            self.told.append(
                f"Parts of a run that was interrupted were removed from {typed(self.parts)!r}: "
                f"{some(left)}."
            )
        if not going_on:
            self._clear()

    def _keep_parts_alone(self) -> None:
        """Remove of a run that was interrupted all but its parts, and the rows that are theirs."""
        for name in files_below(self.new):
            if not _is_of_parts(name):
                (self.new / name).unlink()

    def _refuse_what_is_lost(self, move: Move) -> None:
        """Go on with a move only if every file of its run is where it was, or has arrived."""
        if not (self.new / DESCRIPTION).exists():  # it is moved last
            return
        listed = listed_in(self.new) or listed_in(self.folder)
        lost = [
            name
            for name in move.new_names
            if name != CONTENTS
            and not (self.new / name).exists()
            and not as_listed(self.folder / name, listed.get(name))
        ]
        if lost:
            raise InputError(
                f"out is {self._said!r}, into which a run was being moved when it was interrupted, "
                f"and of which {some(lost)} {is_are(lost)} gone since; allowed: another folder, or "
                f"this one when {typed(self.parts)!r} has been removed"
            )

    def _clear(self, move: Move | None = None) -> None:
        """Remove the journal first, then what it tells of."""
        self._journal.unlink(missing_ok=True)
        self._journal.with_suffix(".begun").unlink(missing_ok=True)
        if move is not None:
            remove_empty(self.folder, move.old_names)
        for folder in (self.new, self._old):
            if os.path.lexists(folder):
                shutil.rmtree(folder)


def _is_of_parts(name: str) -> bool:
    """Say whether a file of a run is a part, or rows of one."""
    return name.startswith(f"{PARTS_OF_RUN}/") or PurePosixPath(name).parts[0] in ROWS_OF_RUN
