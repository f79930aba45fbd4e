"""A table in a text file, whatever program wrote it: encoding, delimiter, header, title, notes."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.evidence.mistakes import InputError

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_MOST_LINES_ABOVE = 60
"""Lines of title among which the header is looked for."""


@dataclass(frozen=True)
class TextTable:
    """Cells of a text file: a header, and rows with the line that each ends on.

    Attributes
    ----------
    rows : tuple of (line, cells)
        As many cells as the header, unless a row has fewer or more of them filled.
    above : int
        Lines of title above the header that hold something.
    """

    name: str
    encoding: str
    delimiter: str
    header_line: int
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    above: int

    @property
    def how(self) -> str:
        """How it was read, where that is not a CSV file in UTF-8 with the header on top."""
        parts = []
        if self.delimiter != ",":
            parts.append(f"with a {DELIMITERS[self.delimiter]} between columns")
        if self.encoding not in ("utf-8", "utf-8-sig"):
            parts.append(f"in {self.encoding.upper()}")
        if self.above:
            parts.append(f"{self.above} line{'s' * (self.above > 1)} of title left out")
        return ", ".join(parts)


def read_text_table(path: Path, recognized: Callable[[Sequence[str]], int]) -> TextTable:
    """Read a table from a text file.

    Parameters
    ----------
    path : Path
    recognized : callable
        How many columns are understood if a row of cells is the header. The delimiter and the
        header are those with most of them.

    Raises
    ------
    InputError
        If the file cannot be read or decoded, or holds nothing.
    """
    text, encoding = _decoded(path)
    best: tuple[int, str, int] = (-1, ",", 0)
    for delimiter in DELIMITERS:
        start = itertools.islice(_cells(path, text, delimiter), _MOST_LINES_ABOVE)
        for at, (_, cells) in enumerate(start):
            if (found := recognized(cells)) > best[0]:
                best = found, delimiter, at
    _, delimiter, at = best
    lines = list(_cells(path, text, delimiter))
    if not lines:
        raise InputError(f"{path.name}: there are no rows; the file is empty")
    header_line, header = lines[at]
    while header and not header[-1]:
        header = header[:-1]
    rows = ((line, _fitted(cells, len(header))) for line, cells in lines[at + 1 :])
    above = sum(any(cells) for _, cells in lines[:at])
    return TextTable(path.name, encoding, delimiter, header_line, header, tuple(rows), above)


def _decoded(path: Path) -> tuple[str, str]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    for encoding in _encodings(raw):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise InputError(
        f"{path} cannot be read: it is no text in UTF-8, UTF-16 or Windows-1252; allowed: a text "
        "file, such as a spreadsheet saves as CSV UTF-8"
    )


def _encodings(raw: bytes) -> tuple[str, ...]:
    """What the first bytes say, or what may be tried."""
    if raw.startswith(codecs.BOM_UTF8):
        return ("utf-8-sig",)
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    start = raw[:200]
    # Every second byte of plain letters is 0 in UTF-16, though nothing at the start says so.
    for first_zero, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 8 and not any(start[first_zero::2][:-1]):
            return (encoding,)
    return () if b"\0" in raw else ("utf-8", "windows-1252")


def _cells(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows that hold something, each with the line that it ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for row in reader:
            cells = tuple(cell.replace("\xa0", " ").strip() for cell in row)
            if any(cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(f"{path} cannot be read: {error}") from None


def _fitted(cells: tuple[str, ...], n: int) -> tuple[str, ...]:
    """A row without empty cells beyond the header."""
    while len(cells) > n and not cells[-1]:
        cells = cells[:-1]
    return cells
