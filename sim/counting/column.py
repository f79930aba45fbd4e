"""A column of the rows that a run writes: declared once, with how it is read and what it means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.life.hazards import NEVER

Read = Callable[[Any], pa.Array]
"""From records of people, a log of events or trajectories to the values of a column."""


class Column(NamedTuple):
    """One column.

    Attributes
    ----------
    name : str
    read : callable
        Gives the values.
    unit : str
        Empty for words.
    meaning : str
    words : tuple of str
        What the values may be, if they are words.
    """

    name: str
    read: Read
    unit: str
    meaning: str
    words: tuple[str, ...] = ()


def labels_of(codes: NDArray[np.integer], names: tuple[str, ...]) -> pa.Array:
    """Names by their codes; none for a code below 0."""
    found = pa.array(codes, mask=codes < 0)
    return pa.DictionaryArray.from_arrays(found.cast(pa.int32()), list(names))


def known_numbers(values: NDArray[np.float64]) -> pa.Array:
    """Numbers; none where there is none."""
    return pa.array(values, mask=~np.isfinite(values))


def word(name: str, words: tuple[str, ...], meaning: str) -> Column:
    """A column of words, from a field of codes of the same name."""
    return Column(name, lambda rows: labels_of(rows[name], words), "", meaning, words)


def day(name: str, meaning: str) -> Column:
    """A column of days since diagnosis, from the field of the same name; null if it never was.

    What may come before diagnosis says in its meaning that it is 0 then.
    """

    def read(rows: NDArray[np.void]) -> pa.Array:
        days = rows[name]
        return pa.array(np.maximum(days, 0.0), mask=days == NEVER)

    return Column(name, read, "days since diagnosis", f"{meaning}; null if never")


def count(name: str, meaning: str, unit: str = "") -> Column:
    """A column of whole numbers, from the field of the same name."""
    return Column(name, lambda rows: pa.array(rows[name].astype(np.int32)), unit, meaning)


def amount(name: str, unit: str, meaning: str) -> Column:
    """A column of numbers, from the field of the same name."""
    return Column(name, lambda rows: pa.array(rows[name]), unit, meaning)
