"""Counts of every draw by year, measure, primary, sex and age, kept sparsely.

A draw of the cohort view has some 50,000 cells a strategy that are not 0, of over a million. They
are kept packed, at about a byte each; a frame of them is made when it is asked for.

Draws live fewer people than everybody, with the same luck, so that their sampling error does not
average out. It is known at the point estimate: everybody against those people (`CONTROL`). Each
count of a draw is multiplied so that, at the point estimate, those people would have everybody's
counts by year, and by sex and age (raking), and that the sum of a measure is that of the summary,
which is corrected as a whole. By primary it would take out no more: other parameters let other
people of a primary have the event.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import parquet

from sim.counting.counts import Count
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import AGE_GROUPS, FIVE_YEAR_AGE_GROUPS, PRIMARIES, SEXES
from sim.tables.shelf import Aside, Shelf, taken

CONTROL = -1
"""Draw number of the point estimate lived by the people of a draw; it is not kept."""
COUNT_COLUMNS = (
    *("strategy", "draw", "replicate", "year", "measure", "primary", "sex", "age_group", "count"),
)
"""Columns of `case_counts.parquet`."""
_ROW_GROUP = 200_000
"""Rows that are written at a time."""
_MOST_SUMS = 4
"""Sums that are kept: what reads counts asks for one measure after the other of the same strata."""
_RAKINGS = 12
"""Rounds of raking, after which margins differ by far less than draws do."""


class Factors(NamedTuple):
    """By what counts of a draw are multiplied, by measure (the first axis) and stratum.

    Cells by those of `sex_and_age`; then all of a year so that its sum is multiplied by `year`.
    """

    year: Array
    sex_and_age: Array


@dataclass(frozen=True)
class Piece:
    """The cells of one strategy, draw and replicate: codes and counts, packed."""

    strategy: str
    draw: int
    replicate: int
    n: int
    codes: bytes | Aside
    counts: bytes | Aside
    whole: bool
    """Whether counts are packed as whole numbers."""
    scale: Array
    """By what counts are multiplied, by measure."""
    factors: Factors | None = None


class CaseCounts:
    """Counts by year, measure, primary, sex and age; rows that are not zero.

    Parameters
    ----------
    strategies : sequence of str
    first_year, n_years : int
        Calendar years that are counted.
    age_groups : sequence of str
    """

    def __init__(
        self, strategies: Sequence[str], first_year: int, n_years: int, age_groups: Sequence[str]
    ) -> None:
        self.strategies = tuple(strategies)
        self.first_year = first_year
        self.labels: dict[str, Sequence[Any]] = {
            "year": range(first_year, first_year + n_years),
            "primary": PRIMARIES,
            "sex": SEXES,
            "age_group": tuple(age_groups),
        }
        self._shape = tuple(len(names) for names in self.labels.values())
        self._block = math.prod(self._shape)
        self._pieces: list[Piece] = []
        self._shelf = Shelf()
        self._margins: dict[tuple[str, int], Margins] = {}
        self._summed: dict[tuple[str, ...], tuple[pd.MultiIndex, Array]] = {}

    @classmethod
    def of(cls, frame: pd.DataFrame) -> CaseCounts:
        """Counts as they were written, whose columns are `COUNT_COLUMNS`."""
        years = frame["year"]
        first, last = (int(years.min()), int(years.max())) if len(frame) else (0, 0)
        seen = set(frame["age_group"])
        groups = AGE_GROUPS if seen <= set(AGE_GROUPS) else FIVE_YEAR_AGE_GROUPS
        strategies = list(dict.fromkeys(frame["strategy"]))
        found = cls(strategies, first, last - first + 1, groups)
        labels = {"measure": Count.labels(), **found.labels}
        places = [pd.Index(names).get_indexer(frame[name]) for name, names in labels.items()]
        coded = frame[["strategy", "draw", "replicate", "count"]].assign(
            code=np.ravel_multi_index(places, (len(Count), *found._shape))
        )
        keys = ["strategy", "draw", "replicate"]
        for (strategy, draw, replicate), mine in coded.groupby(keys, sort=False, observed=True):
            ordered = mine.sort_values("code")
            codes, counts = ordered["code"].to_numpy(np.int64), ordered["count"].to_numpy(float)
            key = (str(strategy), int(str(draw)), int(str(replicate)))
            found._keep(_piece(key, codes, counts, np.ones(len(Count))))
        return found

    def add(
        self, strategy: str, draw: int, replicate: int, counts: NDArray[np.int32], scale: float
    ) -> None:
        """Take in the counts of one strategy, draw and replicate.

        The point estimate of a replicate comes first, then, if there is one, its `CONTROL`.

        Parameters
        ----------
        counts : array (count, year, primary, sex, age group)
        scale : float
            People of the population that a life stands for.
        """
        if draw == 0:
            self._margins[strategy, replicate] = Margins(_margins_of(counts, scale))
        elif draw == CONTROL:
            self._margins[strategy, replicate].rake(counts, scale)
            return
        flat = counts.reshape(-1)
        codes = np.flatnonzero(flat != 0)  # several times as fast as of the numbers
        values = flat[codes]
        every = np.full(len(Count), scale)
        margins = self._margins.get((strategy, replicate)) if draw > 0 else None
        factors = margins.factors if margins else None
        if margins and factors:
            measures = codes // self._block
            raked = self._multiplied(codes, values, factors)
            lived, has = (np.bincount(measures, of, len(Count)) for of in (values, raked))
            every *= margins.ratio * np.divide(lived, has, out=np.zeros_like(has), where=has > 0.0)
        self._keep(_piece((strategy, draw, replicate), codes, values, every, factors))
        self._summed.clear()

    def _keep(self, piece: Piece) -> None:
        codes, counts = (self._shelf.put(taken(one)) for one in (piece.codes, piece.counts))
        self._pieces.append(replace(piece, codes=codes, counts=counts))

    @property
    def measures(self) -> list[str]:
        """What was counted at all, in the order of `Count`."""
        found = np.zeros(len(Count), bool)
        for piece in self._pieces:
            found[np.unique(self._cells(piece)[0] // self._block)] = True
        return [count.label for count in Count if found[count]]

    def by_sample(self, strategy: str, measure: str, *by: str) -> pd.DataFrame:
        """Counts under a strategy, added up over what is not asked for.

        Parameters
        ----------
        measure : str
            A label of `Count`.
        by : str
            Of `year`, `primary`, `sex` and `age_group`.

        Returns
        -------
        pandas.DataFrame
            A row a draw and replicate, which are its index; a column a stratum, zeros among them.
        """
        found = self._summed.pop((strategy, *by), None) or self._sums(strategy, by)
        self._summed[strategy, *by] = found  # the last one asked for stands last
        while len(self._summed) > _MOST_SUMS:
            del self._summed[next(iter(self._summed))]
        index, sums = found
        names = [self.labels[name] for name in by]
        columns = pd.MultiIndex.from_product(names, names=by) if len(by) > 1 else pd.Index(*names)
        return pd.DataFrame(sums[:, Count.labeled(measure)], index, columns)

    def _sums(self, strategy: str, by: Sequence[str]) -> tuple[pd.MultiIndex, Array]:
        """Draws and replicates, and counts of each by measure and stratum."""
        axes = [list(self.labels).index(name) + 1 for name in by]
        shape = (len(Count), *(self._shape[axis - 1] for axis in axes))
        mine = [piece for piece in self._pieces if piece.strategy == strategy]
        sums = np.zeros((len(mine), math.prod(shape)))
        for row, piece in zip(sums, mine, strict=True):
            codes, values = self._cells(piece)
            places = np.unravel_index(codes, (len(Count), *self._shape))
            flat = np.ravel_multi_index([places[axis] for axis in (0, *axes)], shape)
            row += np.bincount(flat, values, minlength=len(row))
        index = pd.MultiIndex.from_tuples(
            [(piece.draw, piece.replicate) for piece in mine], names=["draw", "replicate"]
        )
        return index, sums.reshape(len(mine), len(Count), -1)

    def frame(self) -> pd.DataFrame:
        """All of it, with a row a cell: `COUNT_COLUMNS`; names are categories."""
        return self._frame(self._pieces)

    def write(self, path: Path) -> None:
        """Write `case_counts.parquet`, some pieces at a time."""
        writer: parquet.ParquetWriter | None = None
        for pieces in self._groups():
            table = pa.Table.from_pandas(self._frame(pieces), preserve_index=False)
            writer = writer or parquet.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is not None:
            writer.close()

    def _groups(self) -> Iterator[list[Piece]]:
        """Pieces of about `_ROW_GROUP` rows together; an empty group if there are none."""
        group: list[Piece] = []
        for piece in self._pieces:
            group.append(piece)
            if sum(p.n for p in group) >= _ROW_GROUP:
                yield group
                group = []
        if group or not self._pieces:
            yield group

    def _frame(self, pieces: Sequence[Piece]) -> pd.DataFrame:
        cells = [self._cells(piece) for piece in pieces]
        sizes = [len(codes) for codes, _ in cells]
        codes = np.concatenate([np.zeros(0, np.int64), *(codes for codes, _ in cells)])
        strategies = [self.strategies.index(piece.strategy) for piece in pieces]
        columns: dict[str, Any] = {
            "strategy": _categories(np.repeat(strategies, sizes), self.strategies),
            "draw": np.repeat(np.array([p.draw for p in pieces], np.int64), sizes),
            "replicate": np.repeat(np.array([p.replicate for p in pieces], np.int64), sizes),
            "count": np.concatenate([np.zeros(0), *(values for _, values in cells)]),
        }
        places = np.unravel_index(codes, (len(Count), *self._shape))
        labels = {"measure": Count.labels(), **self.labels}
        for (name, names), place in zip(labels.items(), places, strict=True):
            if name == "year":
                columns[name] = self.first_year + place
            else:
                columns[name] = _categories(place, names)
        return pd.DataFrame(columns)[list(COUNT_COLUMNS)]

    def _cells(self, piece: Piece) -> tuple[NDArray[np.int64], Array]:
        """Codes in their order, and counts as they are to be read, those that are not 0."""
        codes = np.cumsum(_unpacked(piece.codes, "uint32", piece.n), dtype=np.int64)
        counts = _unpacked(piece.counts, "uint32" if piece.whole else "float64", piece.n)
        values: Array = counts * piece.scale[codes // self._block]
        if piece.factors is not None:
            values = self._multiplied(codes, values, piece.factors)
        if piece.factors is not None or not piece.scale.all():
            some = values > 0.0
            return codes[some], values[some]
        return codes, values

    def _multiplied(
        self, codes: NDArray[np.int64], values: NDArray[Any], factors: Factors
    ) -> Array:
        """Counts that are corrected by year, and by sex and age."""
        measure, year, _, sex, age = np.unravel_index(codes, (len(Count), *self._shape))
        found: Array = values * factors.sex_and_age[measure, sex, age]
        stratum = measure * self._shape[0] + year
        lived, has = (np.bincount(stratum, of, factors.year.size) for of in (values, found))
        again = np.divide(lived, has, out=np.ones_like(has), where=has > 0.0)
        return np.asarray(found * (again * factors.year.ravel())[stratum], float)


@dataclass
class Margins:
    """What the point estimate says of everybody and of the people of a draw."""

    whole: Factors
    """Everybody's counts."""
    ratio: Array = field(default_factory=lambda: np.ones(len(Count)))
    """Everybody's total over that of the people of a draw, by measure; 1 of none."""
    factors: Factors | None = None

    def rake(self, counts: NDArray[np.int32], scale: float) -> None:
        """Find by what the people of a draw must be multiplied to have everybody's margins.

        A stratum in which nobody has the event, of them or of everybody, keeps its factor.
        """
        cells = counts.sum(axis=2) * scale
        totals = cells.sum(axis=(1, 2, 3))
        whole = self.whole.year.sum(axis=1)
        self.ratio = np.divide(whole, totals, out=np.ones_like(whole), where=totals > 0.0)
        by_sex_and_age = np.ones_like(self.whole.sex_and_age)
        year = _ratio(self.whole.year, cells.sum(axis=(2, 3)))
        for _ in range(_RAKINGS):
            step = _ratio(self.whole.sex_and_age, cells.sum(axis=1))
            by_sex_and_age *= step
            cells *= step[:, None]
            cells *= _ratio(self.whole.year, cells.sum(axis=(2, 3)))[:, :, None, None]
        self.factors = Factors(year, by_sex_and_age)


def _margins_of(counts: NDArray[np.int32], scale: float) -> Factors:
    """Counts by measure and year, and by measure, sex and age."""
    return Factors(counts.sum(axis=(2, 3, 4)) * scale, counts.sum(axis=(1, 2)) * scale)


def _ratio(wanted: Array, has: Array) -> Array:
    """By what to multiply; 1 where either is 0."""
    return np.divide(wanted, has, out=np.ones_like(has), where=(has > 0.0) & (wanted > 0.0))


def _piece(
    key: tuple[str, int, int],
    codes: NDArray[np.int64],
    counts: NDArray[np.int32] | Array,
    scale: Array,
    factors: Factors | None = None,
) -> Piece:
    steps = np.diff(codes, prepend=0).astype(np.uint32)
    whole = counts.dtype != np.float64
    packed = _packed(counts.astype(np.uint32) if whole else counts)
    return Piece(*key, len(codes), _packed(steps), packed, whole, scale, factors)


def _packed(values: NDArray[Any]) -> bytes:
    """An array in few bytes: the same byte of all numbers together, compressed."""
    if len(values) == 0:
        return b""
    parts = np.ascontiguousarray(values.view(np.uint8).reshape(len(values), -1).T)
    return bytes(pa.compress(parts.tobytes(), codec="zstd", asbytes=True))


def _unpacked(kept: bytes | Aside, dtype: str, n: int) -> NDArray[Any]:
    """The array that was packed."""
    packed = taken(kept)
    size = np.dtype(dtype).itemsize
    if n == 0:
        return np.zeros(0, dtype)
    found = pa.decompress(packed, decompressed_size=n * size, codec="zstd", asbytes=True)
    parts = np.frombuffer(found, np.uint8).reshape(size, n)
    return np.ascontiguousarray(parts.T).view(dtype).reshape(n)


def _categories(places: NDArray[Any], names: Sequence[str]) -> Any:
    """Names by their places."""
    small = len(names) <= np.iinfo(np.int8).max
    codes: NDArray[Any] = places.astype(np.int8 if small else np.int16)
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))
