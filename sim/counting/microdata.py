"""Microdata: a row a person, a row an event and a row a stay in a state, streamed to Parquet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.counting.column import Column
from sim.counting.death_rows import with_procedure_deaths
from sim.counting.dictionary import write_dictionary
from sim.counting.event_columns import event_columns
from sim.counting.event_log import EventLog, rows_of_numbers
from sim.counting.person_columns import PEOPLE
from sim.counting.trajectories import TRAJECTORIES, trajectories_of
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import WHOSE_ROWS, nearest
from sim.evidence.whole_file import write_whole
from sim.inputs.identifier import EXAMPLE, identifier
from sim.life.hazards import NEVER

DICTIONARY = "dictionary.csv"
"""What the columns and events of rows mean, beside them."""
_MOST_INDEX = np.uint64(2**32 - 1)


@dataclass(frozen=True)
class Choice:
    """Which people rows are written of; all rows of a person, under every strategy, or none."""

    meaning: str
    fits: Callable[[NDArray[np.void]], NDArray[np.bool_]]


_CHOICES = (
    Choice("everybody", lambda people: people["alive"] >= 0),
    Choice(
        "people who ever have spinal metastasis, found or not, under any of the strategies",
        lambda people: people["n_spinal"] > 0,
    ),
    Choice(
        "people whose spinal metastasis is ever detected, under any of the strategies",
        lambda people: people["spinal_detected_day"] != NEVER,
    ),
    Choice(
        "people who ever have a course of palliative treatment of the spine, under any of the "
        "strategies",
        lambda people: people["n_courses"] > 0,
    ),
)
CHOICES = dict(zip(WHOSE_ROWS, _CHOICES, strict=True))
"""Whom rows may be asked of, by name."""
EVERYBODY = WHOSE_ROWS[0]


def whose_rows(asked: bool | str) -> str | None:
    """The name of a choice, by what was asked for; None if no rows are.

    Raises
    ------
    InputError
        If there is no such choice.

    Examples
    --------
    >>> whose_rows(True), whose_rows(False), whose_rows("spine")
    ('everybody', None, 'spine')
    """
    if isinstance(asked, bool) or asked is None:
        return EVERYBODY if asked else None
    if asked not in CHOICES:
        raise InputError(f"microdata is {asked!r}; {nearest(str(asked), list(CHOICES))}")
    return asked


@dataclass(frozen=True)
class RowsAsked:
    """Whose rows are made, and what the numbers in them are called."""

    whom: str
    """A name in `CHOICES`."""
    strategies: tuple[str, ...]
    treatments: tuple[str, ...]
    draw: int


class MicrodataRows(NamedTuple):
    """Rows of some people, as they are written."""

    people: pa.Table
    events: pa.Table
    trajectories: pa.Table

    @classmethod
    def of(cls, parts: Sequence[MicrodataRows]) -> MicrodataRows:
        """Rows of several groups of people, one after the other."""
        return cls._make(pa.concat_tables(tables) for tables in zip(*parts, strict=True))


IDENTITY = {
    "person": f"who it is: year of diagnosis, primary, sex and index, as in {EXAMPLE}",
    "strategy": "strategy of care that the life is lived under",
    "draw": "draw of the parameters; 0 is the point estimate",
    "replicate": "repetition with other luck, from 0",
}
"""Columns that say whose row it is, and their meaning."""


def identifiers(numbers: NDArray[np.uint64]) -> pa.Array:
    """The identifiers of people by their numbers."""
    groups, of_group = np.unique(numbers & ~_MOST_INDEX, return_inverse=True)
    begin = pa.array([identifier(int(group)).removesuffix("-0") for group in groups], pa.string())
    index = pa.array(numbers & _MOST_INDEX).cast(pa.string())
    return pc.binary_join_element_wise(begin.take(pa.array(of_group)), index, "-")


def microdata_of(
    people: NDArray[np.void], log: EventLog, asked: RowsAsked, replicate: int
) -> MicrodataRows:
    """Rows of some finished lives.

    Parameters
    ----------
    people : array of `PERSON`, shape (people, strategies)
    log : EventLog
        All their events, life by life.
    """
    chosen = CHOICES[asked.whom].fits(people).any(axis=1)
    if not chosen.all():
        people = people[chosen]
        log = log.take(np.isin(log.person, people["number"][:, 0]))
    numbers = people["number"][:, 0]
    words = identifiers(numbers)
    strategies = pa.array(asked.strategies)

    def table(
        rows: Any, columns: tuple[Column, ...], place: NDArray[np.intp], code: NDArray[np.int64]
    ) -> pa.Table:
        run = {"draw": asked.draw, "replicate": replicate}
        who = (
            words.take(pa.array(place)),
            strategies.take(pa.array(code)),
            *(pa.array(np.full(len(place), n, np.int32)) for n in run.values()),
        )
        found = dict(zip(IDENTITY, who, strict=True))
        return pa.table(found | {column.name: column.read(rows) for column in columns})

    n, n_strategies = people.shape
    lives = np.repeat(np.arange(n), n_strategies), np.tile(np.arange(n_strategies), n)
    stays = trajectories_of(log)
    log = with_procedure_deaths(log, people)
    of_event, of_stay = (rows_of_numbers(each.person, numbers) for each in (log, stays))
    return MicrodataRows(
        table(people.reshape(-1), PEOPLE, *lives),
        table(log, event_columns(asked.treatments), of_event, log.strategy),
        table(stays, TRAJECTORIES, of_stay, stays.strategy),
    )


def as_files(rows: MicrodataRows) -> dict[str, bytes]:
    """The contents of a Parquet file of each kind of rows."""
    found = {}
    for name, table in zip(MicrodataRows._fields, rows, strict=True):
        buffer = pa.BufferOutputStream()
        pq.write_table(table, buffer)
        found[name] = buffer.getvalue().to_pybytes()
    return found


class Microdata:
    """Writes rows block by block below a folder, and beside them what they mean.

    `people/`, `events/` and `trajectories/` get a file a block; `DICTIONARY` tells all columns
    and events.

    Parameters
    ----------
    folder : path
    whom : str
        A name in `CHOICES`.
    treatments : tuple of str
        What treatments are called, by index.

    Attributes
    ----------
    path : Path
        The file that is written, or was last.
    """

    def __init__(
        self, folder: Path, whom: str = EVERYBODY, treatments: tuple[str, ...] = ()
    ) -> None:
        self._folder = folder
        for name in MicrodataRows._fields:
            (folder / name).mkdir(parents=True, exist_ok=True)
        meaning = CHOICES[whom].meaning
        self.path = folder / DICTIONARY
        write_dictionary(self.path, IDENTITY, meaning, treatments)

    def write(self, place: RowsPlace, files: dict[str, bytes]) -> dict[str, Path]:
        """Write the rows of a block, a file of each kind, and say where."""
        paths = place.paths(self._folder)
        for name, path in paths.items():
            self.path = path
            write_whole(path, files[name])
        return paths


class RowsPlace(NamedTuple):
    """Where the rows of a block stand: what their files are called does not depend on others."""

    draw: int
    replicate: int
    block: int

    def paths(self, folder: Path) -> dict[str, Path]:
        """The files below the folder of a run, by the kind of rows."""
        name = f"part-{self.draw:04d}-{self.replicate:05d}-{self.block:05d}.parquet"
        return {kind: folder / kind / name for kind in MicrodataRows._fields}
