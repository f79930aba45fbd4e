"""A lock of the operating system: one process has it, and it ends with that process."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

_WITHOUT_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
"""What a file system says that has no locks; a run goes on without one there."""
_MOST_TRIES = 100
_held: set[int] = set()
"""File descriptors of the locks of this process."""


class LockedError(Exception):
    """Another run has the lock."""


class Lock:
    """A lock on a file, taken when it is made; the file is there only while somebody has it.

    A process that ends, in whatever way, lets go of it. Processes that a run forks do not keep it.

    Raises
    ------
    LockedError
        If another process, or another run of this one, has it.
    OSError
        If the file or its folder cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        for _ in range(_MOST_TRIES):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
            except FileNotFoundError:  # who had it has just removed the folder
                continue
            try:
                _take(file)
            except BaseException:
                os.close(file)
                raise
            # Who had it may have removed the file between opening and locking it.
            if _is_at(file, path):
                self._file = file
                _held.add(file)
                return
            os.close(file)
        raise LockedError

    def release(self) -> None:
        """Remove the file and let go."""
        with suppress(OSError):
            self._path.unlink()
        _held.discard(self._file)
        os.close(self._file)
        if sys.platform == "win32":  # where no file that is open can be removed
            with suppress(OSError):
                self._path.unlink()


def _is_at(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _take(file: int) -> None:
    """Lock an open file, or raise `LockedError`."""
    try:
        if sys.platform == "win32":
            import msvcrt  # only Windows has it

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # Windows does not have it

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise LockedError from None
    except OSError as error:
        if error.errno not in _WITHOUT_LOCKS:
            raise


def _forget() -> None:
    """Close the locks of the parent in a process that it forked, which may outlive it."""
    while _held:
        os.close(_held.pop())


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
