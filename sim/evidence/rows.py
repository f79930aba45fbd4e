"""Reads a table of the evidence, or a user's file, into checked rows: all that is wrong at once."""

from __future__ import annotations

import csv
import math
from collections.abc import Container, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, TypeVar

from pydantic import AfterValidator, ValidationInfo

from sim.evidence.checked import Checked
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest

FOLDER = Path(__file__).parent


class Row(Checked):
    """One row of a table, whose columns are its fields; an empty cell takes the default."""

    unique: ClassVar[tuple[str, ...]] = ()
    """Columns that together no two rows may share; none where rows may be alike."""


class Ranged(Row):
    """A row with a number and the range that it lies in."""

    value: float
    lower: float = -math.inf
    upper: float = math.inf

    def faults(self) -> Iterator[str]:
        """A value outside its range."""
        if not self.lower <= self.value <= self.upper:
            yield (
                f"value is {self.value:g}; allowed: {self.lower:g} to {self.upper:g}, its lower "
                "and upper"
            )


class Source(Row):
    """A publication that numbers come from."""

    unique = ("key",)

    key: str
    citation: str


def _known(source: str, info: ValidationInfo) -> str:
    # A row that is made by hand, and not read, has no list to be looked up in.
    if info.context is not None and source not in info.context:
        raise ValueError(f"{source!r} is not in sources.csv")
    return source


SourceKey = Annotated[str, AfterValidator(_known)]
"""A key of `sources.csv`."""

Kind = TypeVar("Kind", bound=Row)


def read_rows(
    path: Path, kind: type[Kind], sources: Container[str] | None = None
) -> dict[str, Kind]:
    """Read and check a table.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8 with a header.
    kind : type of Row
    sources : container of str, optional
        Keys that a source may be; those of the program by default.

    Returns
    -------
    dict of Row
        By their place, file and line, for what is found to be wrong of several rows together.

    Raises
    ------
    InputError
        With the place and column of everything that is wrong.
    """
    if sources is None and kind is not Source:
        sources = known_sources()
    rows: dict[str, Kind] = {}
    wrong: list[str] = []
    places: dict[tuple[str, ...], str] = {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            _check_header(path, kind, list(reader.fieldnames or ()))
            for cells in reader:
                place = f"{path.name}, line {reader.line_num}"
                try:
                    rows[place] = row = kind.model_validate(_filled(cells), context=sources)
                    key = tuple(f"{name} {getattr(row, name)!r}" for name in kind.unique)
                    if key and places.setdefault(key, place) != place:
                        raise InputError(f"{', '.join(key)} stands twice")
                except InputError as error:
                    wrong += [f"{place}: {sentence}" for sentence in error.sentences]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}") from None
    if wrong:
        raise InputError(*wrong)
    return rows


def _check_header(path: Path, kind: type[Row], header: list[str]) -> None:
    needed = list(kind.model_fields)
    missing = [name for name in needed if name not in header]
    wrong = [f"no column {name!r}; needed: {','.join(needed)}" for name in missing]
    if kind.model_config["extra"] == "forbid":
        unknown = [name for name in header if name not in needed]
        wrong += [f"{name!r} is not a column; {nearest(name, needed)}" for name in unknown]
    if wrong:
        raise InputError(*(f"{path.name}, line 1: {sentence}" for sentence in wrong))


def _filled(cells: dict[str, str | None]) -> dict[str, str]:
    """The cells that hold something."""
    found = {name: cell.strip() for name, cell in cells.items() if isinstance(cell, str)}
    if len(found) < len(cells):
        raise InputError(f"must have as many columns as the header, {len(cells.keys() - {None})}")
    return {name: cell for name, cell in found.items() if cell}


def read_sources(folder: Path) -> dict[str, str]:
    """Citations by key, of a folder of evidence."""
    return {row.key: row.citation for row in read_rows(folder / "sources.csv", Source).values()}


@cache
def known_sources() -> dict[str, str]:
    """The sources that come with the program."""
    return read_sources(FOLDER)
