"""A field of a record is declared once: its name, its type, and the value that it begins with.

The layout in memory and the functions that clear a record and copy it follow from the declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from keyword import iskeyword
from typing import Any, NamedTuple

import numpy as np

from sim.life.compiled import Record, compiled

LATER = None
"""Begins with no value: it is set before it is read."""


class Field(NamedTuple):
    """One field of a record.

    Attributes
    ----------
    name : str
    type : str or dtype
        As NumPy writes it: `f8` a number, `i8` a code or a count, `u8` bits.
    begins : float, int or None
        The value of each element when the record is cleared; `LATER` if there is none.
    shape : tuple of int
        Empty for a single value.
    """

    name: str
    type: str | np.dtype[np.void]
    begins: float | None
    shape: tuple[int, ...] = ()


def layout(fields: tuple[Field, ...]) -> np.dtype[np.void]:
    """The layout of a record with these fields."""
    return np.dtype([(field.name, field.type, field.shape) for field in fields], align=True)


def clearing(fields: tuple[Field, ...]) -> Callable[[Record], None]:
    """A compiled function that lets every field of a record begin, apart from those set later.

    It is written out field by field: most of a record need not be touched, and copying all of it
    takes longer than most of the events of a life.

    Raises
    ------
    ValueError
        If a name cannot be written in a program, or a field that begins has more than one axis.
    """
    begins = {field.name: field.begins for field in fields if field.begins is not LATER}
    lines = ["def clear(record):"]
    for field in fields:
        name = field.name
        if not name.isidentifier() or iskeyword(name):
            raise ValueError(f"field {name!r} of a record has a name that is no identifier")
        if name in begins and len(field.shape) > 1:
            raise ValueError(f"field {name!r} of a record begins with more than one axis")
        if name in begins and field.shape:
            (size,) = field.shape
            lines += [f"    for i in range({size}):", f"        record.{name}[i] = {name}"]
        elif name in begins:
            lines += [f"    record.{name} = {name}"]
    names: dict[str, Any] = dict(begins)
    exec(compile("\n".join(lines), "<clear a record>", "exec"), names)
    clear: Callable[[Record], None] = compiled(names["clear"])
    return clear


def copying(fields: tuple[Field, ...]) -> Callable[[Record, Record], None]:
    """A compiled function that copies these fields of one record into another that has them too."""
    lines = ["def copy(record, into):"]
    for field in fields:
        if field.shape:
            (size,) = field.shape
            lines += [f"    for i in range({size}):"]
            lines += [f"        into.{field.name}[i] = record.{field.name}[i]"]
        else:
            lines += [f"    into.{field.name} = record.{field.name}"]
    names: dict[str, Any] = {}
    exec(compile("\n".join(lines), "<copy a record>", "exec"), names)
    copy: Callable[[Record, Record], None] = compiled(names["copy"])
    return copy
