"""Rows of a table by strategy, draw and replicate, kept as arrays until a frame is asked for.

A thousand draws of six strategies have some fifty million rows: eight bytes each here, more than a
hundred in a frame. What needs a few measures asks for their rows alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from sim.evidence.arrays import Array
from sim.tables.shelf import Aside, Shelf, taken

ROW_KEYS = ("strategy", "draw", "replicate")
"""Columns that stand first; those of the labels follow, and `value`."""
Labels = Sequence[tuple[str, ...]]
CorrectRows = Callable[[pd.DataFrame], pd.DataFrame]
_ROWS_AT_A_TIME = 200_000
"""Rows that a frame holds at a time where a whole table is written."""
_ROWS_CORRECTED_AT_A_TIME = 100_000
"""The same where it is corrected, or as many as every correction needs to see, if these are more.

Correcting takes many arrays of their length, and a run of few draws shall not take less memory.
"""


class Layout(NamedTuple):
    """What each of some values is of: places in the labels of a table."""

    n: int
    kept: bytes | Aside

    @property
    def codes(self) -> NDArray[np.int32]:
        """The places."""
        return np.frombuffer(taken(self.kept), np.int32)


class KeptPiece(NamedTuple):
    """Rows of one strategy, draw and replicate that were added together, in their order."""

    strategy: str
    draw: int
    replicate: int
    layout: Layout
    """What each value is of."""
    kept: bytes | Aside
    """The values; see `sim.tables.shelf`."""

    @property
    def values(self) -> Array:
        """A number a row."""
        return np.frombuffer(taken(self.kept))


class KeptRows:
    """A table with a row a strategy, draw, replicate and label.

    Parameters
    ----------
    names : sequence of str
        Columns of the labels: `measure` and `primary`, say.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self._places: dict[tuple[str, ...], int] = {}
        self._columns: dict[str, tuple[list[str], NDArray[np.int64]]] = {}
        # Many pieces have the same labels in the same order, whose codes are kept once.
        self._layouts: dict[bytes, Layout] = {}
        self._pieces: list[KeptPiece] = []
        self._shelf = Shelf()

    @classmethod
    def of(cls, frame: pd.DataFrame) -> KeptRows:
        """A table as it was written, in the order of its rows."""
        names = [name for name in frame.columns if name not in (*ROW_KEYS, "value")]
        found = cls(names)
        found.frame = frame
        if frame.empty:
            return found
        labels = pd.MultiIndex.from_frame(frame[names])
        codes, unique = labels.factorize()
        found._places = {tuple(label): code for code, label in enumerate(unique)}
        changes = (frame[list(ROW_KEYS)] != frame[list(ROW_KEYS)].shift()).any(axis=1).to_numpy()
        starts = np.flatnonzero(changes)
        values = frame["value"].to_numpy(float)
        firsts = frame.iloc[starts][list(ROW_KEYS)].itertuples(index=False, name=None)
        ends = [*starts[1:], len(frame)]
        for (strategy, draw, replicate), low, high in zip(firsts, starts, ends, strict=True):
            layout = found._layout(codes[low:high].astype(np.int32))
            key = str(strategy), int(draw), int(replicate)
            found._keep(KeptPiece(*key, layout, values[low:high].tobytes()))
        return found

    def add(
        self, strategy: str, draw: int, replicate: int, labels: Labels, values: Sequence[float]
    ) -> None:
        """Take in values of one strategy, draw and replicate, each with its label."""
        places = self._places
        codes = [places.setdefault(label, len(places)) for label in labels]
        layout = self._layout(np.array(codes, np.int32))
        self._keep(KeptPiece(strategy, draw, replicate, layout, np.array(values, float).tobytes()))

    def _keep(self, piece: KeptPiece) -> None:
        kept = self._shelf.put(taken(piece.kept))
        self._pieces.append(piece._replace(kept=kept))

    def _layout(self, codes: NDArray[np.int32]) -> Layout:
        data = codes.tobytes()
        name = hashlib.sha256(data).digest()
        if name not in self._layouts:
            self._layouts[name] = Layout(len(codes), self._shelf.put(data))
        return self._layouts[name]

    def rows(
        self, draw: int | None = None, *, coded: bool = False, **among: str | Collection[str]
    ) -> pd.DataFrame:
        """Some of the rows, in their order.

        Parameters
        ----------
        draw : int, optional
            Only this one.
        coded : bool
            Whether words are categories, which take a tenth of the memory.
        among : str or collection of str
            Allowed words by column: `rows(measure="delay_days", primary="all")`.
        """
        wanted = {k: {v} if isinstance(v, str) else set(v) for k, v in among.items()}
        strategies = wanted.pop("strategy", None)
        pieces = [
            piece
            for piece in self._pieces
            if draw in (None, piece.draw) and (strategies is None or piece.strategy in strategies)
        ]
        some = np.ones(len(self._places), bool)
        for name, allowed in wanted.items():
            some &= self._among(name, allowed)
        return self._frame(self._chosen(pieces, some), coded=coded)

    def samples(self, strategy: str) -> pd.MultiIndex:
        """Draws and replicates of a strategy, in their order."""
        mine = [(p.draw, p.replicate) for p in self._pieces if p.strategy == strategy]
        return pd.MultiIndex.from_tuples(dict.fromkeys(mine), names=ROW_KEYS[1:])

    def words(self, column: str) -> list[str]:
        """Every word of a column, in the order in which they first came."""
        kept = np.zeros(len(self._places), bool)
        for layout in {id(piece.layout): piece.layout for piece in self._pieces}.values():
            kept[layout.codes] = True
        words, of_label = self._column(column)
        return [words[place] for place in dict.fromkeys(of_label[kept].tolist())]

    def without(self, column: str, words: Collection[str]) -> KeptRows:
        """The table without the rows of some words of a column."""
        found = KeptRows(self.names)
        found._places = self._places
        for piece in self._chosen(self._pieces, ~self._among(column, words)):
            found._keep(piece._replace(layout=found._layout(piece.layout.codes)))
        return found

    def corrected(self, correct: CorrectRows, *, every: Sequence[int]) -> KeptRows:
        """The table with the values that a correction gives, some draws at a time.

        Parameters
        ----------
        correct : callable
            Gets the rows of some draws behind those of `every`, whose words are categories, and
            gives back those that are to be kept, in their order, each with its value.
        every : sequence of int
            Draws that it needs to see with every other one.
        """
        found = KeptRows(self.names)
        found._places = self._places
        fixed = [piece for piece in self._pieces if piece.draw in every]
        kept = {piece.draw for piece in fixed}
        others = [piece for piece in self._pieces if piece.draw not in every]
        most = max(_ROWS_CORRECTED_AT_A_TIME, sum(piece.layout.n for piece in fixed))
        for first, pieces in enumerate(_groups(others, most) if others else [[]]):
            frame = correct(self._frame([*fixed, *pieces], coded=True))
            values = frame["value"].to_numpy(float)
            left = set(frame["draw"].unique().tolist()) & kept
            place = 0
            for piece in (*(one for one in fixed if one.draw in left), *pieces):
                n = piece.layout.n
                if first == 0 or piece.draw not in kept:
                    found._keep(piece._replace(kept=values[place : place + n].tobytes()))
                place += n
        found._layouts = self._layouts
        return found

    @cached_property
    def frame(self) -> pd.DataFrame:
        """All of it."""
        return self._frame(self._pieces)

    def write(self, path: Path) -> None:
        """Write it as Parquet, some draws at a time."""
        writer: parquet.ParquetWriter | None = None
        for pieces in _groups(self._pieces, _ROWS_AT_A_TIME) if self._pieces else [[]]:
            table = pa.Table.from_pandas(self._frame(pieces), preserve_index=False)
            writer = writer or parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()

    def _column(self, name: str) -> tuple[list[str], NDArray[np.int64]]:
        """The words of a column, and the place among them of that of each label."""
        known = self._columns.get(name)
        if known is None or len(known[1]) < len(self._places):
            column = self.names.index(name)
            words: dict[str, int] = {}
            places = [words.setdefault(label[column], len(words)) for label in self._places]
            known = self._columns[name] = list(words), np.array(places, np.int64)
        return known

    def _among(self, name: str, allowed: Collection[str]) -> NDArray[np.bool_]:
        """Which labels have one of some words in a column."""
        words, of_label = self._column(name)
        return np.array([word in allowed for word in words], bool)[of_label]

    def _chosen(self, pieces: Sequence[KeptPiece], some: NDArray[np.bool_]) -> Iterator[KeptPiece]:
        """Pieces with the rows of some labels alone."""
        chosen: dict[int, tuple[NDArray[np.int64], Layout]] = {}
        for piece in pieces:
            known = chosen.get(id(piece.layout))
            if known is None:
                codes = piece.layout.codes
                where = np.flatnonzero(some[codes])
                layout = Layout(len(where), codes[where].tobytes())
                known = chosen[id(piece.layout)] = where, layout
            where, layout = known
            if layout.n:
                yield piece._replace(layout=layout, kept=piece.values[where].tobytes())

    def _frame(self, pieces: Iterable[KeptPiece], *, coded: bool = False) -> pd.DataFrame:
        """A frame of pieces, whose words are categories if it is coded."""
        column_of = _categories if coded else _words
        pieces = list(pieces)
        sizes = [piece.layout.n for piece in pieces]
        codes = np.concatenate([np.zeros(0, np.int32), *(piece.layout.codes for piece in pieces)])
        strategies = list(dict.fromkeys(piece.strategy for piece in pieces))
        numbers = [strategies.index(piece.strategy) for piece in pieces]
        columns: dict[str, Any] = {"strategy": column_of(strategies, np.repeat(numbers, sizes))}
        for name in ROW_KEYS[1:]:
            of_each = np.array([getattr(piece, name) for piece in pieces], np.int64)
            columns[name] = np.repeat(of_each, sizes)
        for name in self.names:
            words, of_label = self._column(name)
            columns[name] = column_of(words, of_label[codes])
        columns["value"] = np.concatenate([np.zeros(0), *(piece.values for piece in pieces)])
        return pd.DataFrame(columns)


def _groups(pieces: Sequence[KeptPiece], at_a_time: int) -> Iterator[list[KeptPiece]]:
    """Pieces of about so many rows together, no draw in two of them."""
    group: list[KeptPiece] = []
    n = 0
    for piece in pieces:
        if group and n >= at_a_time and piece.draw != group[-1].draw:
            yield group
            group, n = [], 0
        group.append(piece)
        n += piece.layout.n
    yield group


def _words(words: Sequence[str], places: NDArray[Any]) -> Any:
    """Words by their places."""
    return pd.array(list(words), dtype="str").take(places.astype(np.int64))


def _categories(words: Sequence[str], places: NDArray[Any]) -> Any:
    """The same as categories."""
    return pd.Categorical.from_codes(places.astype(np.int32), categories=pd.Index(words))
