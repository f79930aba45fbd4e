"""A job in memory: a record of settings with tables behind it, found by compiled code by address.

Where lives are lived by other code than a processor's own, in a browser or on a graphics card,
nothing can be handed over but an address. A layout says what stands there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

ALIGNED = 16
"""Tables begin at multiples of so many bytes."""


class Table(NamedTuple):
    """One table of a job.

    Attributes
    ----------
    type : dtype
    shape : tuple of int or str
        How long each axis is, or which setting says so.
    """

    type: np.dtype[Any]
    shape: tuple[int | str, ...]

    @classmethod
    def of(cls, kind: object, *shape: int | str) -> Table:
        """A table of elements of a kind."""
        return cls(np.dtype(kind), shape)  # type: ignore[call-overload]


class JobLayout:
    """What a job is made of.

    Parameters
    ----------
    settings : sequence of str
        Whole numbers at its beginning.
    tables : mapping of str to Table
        In their order.

    Attributes
    ----------
    record : dtype
        Of the settings, and of the offset of each table from the job, in bytes.

    Examples
    --------
    >>> layout = JobLayout(["n"], {"days": Table.of("f8", "n", 2)})
    >>> job, size = layout.laid_out(n=3)
    >>> int(job["n"]), int(job["days"]), size
    (3, 16, 64)
    """

    def __init__(self, settings: Sequence[str], tables: Mapping[str, Table]) -> None:
        self.tables = dict(tables)
        self.record = np.dtype([(name, "i8") for name in (*settings, *tables)], align=True)

    def place(self, name: str) -> int:
        """Where a setting, or the offset of a table, stands in a job, in bytes."""
        fields: dict[str, Any] = dict(self.record.fields or {})
        return int(fields[name][1])

    def shape(self, name: str, job: np.void) -> tuple[int, ...]:
        """How long the axes of a table of a job are."""
        return tuple(
            int(job[axis]) if isinstance(axis, str) else axis for axis in self.tables[name].shape
        )

    def laid_out(self, **settings: int) -> tuple[np.void, int]:
        """A job with these settings and the offsets of its tables; the bytes that all take."""
        job: np.void = np.zeros(1, self.record)[0]
        for name, number in settings.items():
            job[name] = number
        end = aligned(self.record.itemsize)
        for name, table in self.tables.items():
            job[name] = end
            end = aligned(end + int(np.prod(self.shape(name, job))) * table.type.itemsize)
        return job, end


def aligned(size: int) -> int:
    """The next multiple of `ALIGNED`."""
    return -(-size // ALIGNED) * ALIGNED
