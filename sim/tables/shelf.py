"""Puts numbers of many draws aside in a temporary file, so that memory does not grow with draws."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from threading import Lock
from typing import IO, NamedTuple

MOST_BYTES = 4_000_000
"""Bytes that a table keeps in memory; small runs put nothing aside."""


class Shelf:
    """Bytes in the order in which they came: the first in memory, the others in a file.

    The file has no name and is gone with the shelf. Where none can be written, all stay in memory.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0
        self._held = 0
        self._full = False
        self._lock = Lock()

    def put(self, data: bytes) -> bytes | Aside:
        """Take bytes, and give back what `taken` makes bytes of again."""
        if self._held + len(data) <= MOST_BYTES or self._full:
            self._held += len(data)
            return data
        try:
            with self._lock:
                file = self._opened()
                file.seek(self._end)
                file.write(data)
                file.flush()
                self._end += len(data)
        except OSError:
            self._full = True
            return self.put(data)
        return Aside(self, self._end - len(data), len(data))

    def read(self, start: int, n: int) -> bytes:
        """Bytes that were put aside."""
        with self._lock:
            file = self._opened()
            file.seek(start)
            return file.read(n)

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the shelf)
        return self._file

    def __del__(self) -> None:
        """Give the file up."""
        with suppress(Exception):
            if self._file is not None:
                self._file.close()


class Aside(NamedTuple):
    """Where bytes were put."""

    shelf: Shelf
    start: int
    n: int


def taken(data: bytes | Aside) -> bytes:
    """Bytes, wherever they are."""
    return data.shelf.read(data.start, data.n) if isinstance(data, Aside) else data
