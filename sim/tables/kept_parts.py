"""Parts of a run that are done, kept as files by the address of what determines them.

What was counted of some lives is kept by strategy, so that a strategy that is added later needs no
other to be lived again but the reference beside it. A file is there whole or not at all; its first
line is the hash of the rest, and a file that does not agree with it is not used.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

from sim.counting.microdata import RowsPlace
from sim.engine.address import address
from sim.evidence.log import LOG
from sim.evidence.whole_file import BEGUN, write_whole
from sim.tables.folder_contents import PARTS_OF_RUN, ROWS_OF_RUN, as_listed, fingerprint
from sim.tables.folder_words import reason

_ENDING = ".part"
_FORMAT = b"spinemets part 1 "
"""How a file begins, before the hash of what follows its first line."""
_NAME = 32
"""Digits of addresses that names of files have."""


class BrokenPartError(Exception):
    """A file is not what was written into it."""


class KeptParts:
    """The parts of a run, in its folder.

    Parameters
    ----------
    folder : Path
        That the run writes.
    earlier : Path, optional
        Of an earlier run that is whole, whose parts are used too.
    """

    def __init__(self, folder: Path, earlier: Path | None = None) -> None:
        self._folder = folder
        self._earlier = earlier
        self._files: dict[str, list[Path]] = defaultdict(list)
        self._used: set[Path] = set()
        self._keeps = True
        for place in (folder, *([earlier] if earlier else ())):
            for path in sorted((place / PARTS_OF_RUN).glob(f"*{_ENDING}")):
                self._files[path.name.partition("-")[0]].append(path)

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return any(self._files.values())

    def find(
        self, of: str, strategies: Sequence[str], rows: RowsPlace | None = None
    ) -> dict[str, bytes]:
        """What was counted of some lives, packed, by those of the strategies that are there.

        Parameters
        ----------
        of : str
            The address of the lives.
        strategies : sequence of str
            Their addresses.
        rows : RowsPlace, optional
            Where the rows of the lives must stand too.
        """
        found: dict[str, bytes] = {}
        for path in list(self._files.get(of[:_NAME], ())):
            try:
                columns, files = _read(path)
                if not columns.keys() & set(strategies):
                    continue
                if rows is not None:
                    self._find_rows(path, rows, files)
                self._use(path)
            except (OSError, BrokenPartError) as error:
                LOG.warning("A part of the run is lived again: %s (%s).", path.name, reason(error))
                self._files[of[:_NAME]].remove(path)
                continue
            found |= {name: column for name, column in columns.items() if name in strategies}
        return found

    def keep(
        self, of: str, columns: Mapping[str, bytes], rows: dict[str, Path] | None = None
    ) -> None:
        """Keep what was counted of some lives, by the address of the strategy.

        Where nothing more can be written the run goes on without: it can then not be gone on with
        if it is interrupted.
        """
        if not self._keeps:
            return
        name = f"{of[:_NAME]}-{address(sorted(columns))[: _NAME // 2]}{_ENDING}"
        path = self._folder / PARTS_OF_RUN / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, _as_file(columns, rows or {}))
        except OSError as error:
            self._keeps = False
            LOG.warning("Parts of the run cannot be kept any more (%s).", reason(error))
            return
        self._files[of[:_NAME]].append(path)
        self._used.add(path)
        self._used.update((rows or {}).values())

    def forget(self, of: str) -> None:
        """Remove parts, which are in a larger one now."""
        for path in self._files.pop(of[:_NAME], ()):
            if path.is_relative_to(self._folder):
                self._used.discard(path)
                with suppress(OSError):
                    path.unlink()

    def remove_others(self) -> None:
        """Remove the files of parts, and of rows, that the run has not asked for."""
        for place in (PARTS_OF_RUN, *ROWS_OF_RUN):
            for path in (self._folder / place).glob("*"):
                ours = path.suffix in (_ENDING, ".parquet", BEGUN)
                if ours and path not in self._used:
                    with suppress(OSError):
                        path.unlink()

    def _use(self, path: Path) -> None:
        """Have a file of the earlier run in this one too."""
        if self._earlier is not None and path.is_relative_to(self._earlier):
            mine = self._folder / path.relative_to(self._earlier)
            if not mine.exists():
                mine.parent.mkdir(parents=True, exist_ok=True)
                try:
                    os.link(path, mine)
                except OSError:  # a file system without links
                    write_whole(mine, path.read_bytes())
            path = mine
        self._used.add(path)

    def _find_rows(self, path: Path, rows: RowsPlace, listed: Mapping[str, Any]) -> None:
        """Have the files of rows of a part in this run, as they were written."""
        place = path.parents[len(PurePosixPath(PARTS_OF_RUN).parts)]
        for kind, there in rows.paths(place).items():
            if not as_listed(there, listed.get(kind)):
                raise BrokenPartError(f"{kind}/{there.name} is not as it was written")
            self._use(there)


def _as_file(columns: Mapping[str, bytes], rows: Mapping[str, Path]) -> bytes:
    listed = {kind: fingerprint(path) for kind, path in rows.items()}
    head = {"columns": {name: len(column) for name, column in columns.items()}, "rows": listed}
    body = json.dumps(head).encode() + b"\n" + b"".join(columns.values())
    return _FORMAT + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _read(path: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    first, _, body = path.read_bytes().partition(b"\n")
    if first != _FORMAT + hashlib.sha256(body).hexdigest().encode():
        raise BrokenPartError("it is not as it was written")
    head, _, data = body.partition(b"\n")
    told = json.loads(head)
    columns, place = {}, 0
    for name, size in told["columns"].items():
        columns[name] = data[place : place + size]
        place += size
    return columns, told["rows"]
