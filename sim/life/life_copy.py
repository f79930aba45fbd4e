"""Copies a life, so that it can go on in more than one way.

Most of a record are places for lesions, at most of which there is none: these are left out.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.life.compiled import Record, compiled_in_place
from sim.life.records import LESION, N_LESIONS, PERSON

COPYING = "spinemets_copy"
"""How the function that copies is called in machine code; a graphics card has one of its own."""
_FIELDS: Any = PERSON.fields
_LESIONS = int(_FIELDS["lesions"][1])
_AFTER = _LESIONS + int(_FIELDS["lesions"][0].itemsize)
_REST, _LESION = PERSON.itemsize - _AFTER, LESION.itemsize
_WORD = 8
"""Bytes of every field."""


@compiled_in_place
def copy_life(person: Record, into: Record) -> None:
    """Make a record the same as another one, but for the places of lesions that are not there."""
    _copy(person, into, 0, _LESIONS)
    _copy(person, into, _AFTER, _REST)
    if person.n_lesions == 0:
        return
    for place in range(N_LESIONS):  # where there is none this says so
        into.lesions[place].seeded_day = person.lesions[place].seeded_day
    for i in range(person.n_lesions):
        place = person.lesion_at[i]
        _copy(person.lesions[place], into.lesions[place], 0, _LESION)


def _copy(record: Any, into: Any, start: int, size: int) -> None:
    """Copy so many bytes of a record, from one of them on."""
    for name, (dtype, offset, *_) in record.dtype.fields.items():
        if start <= offset < start + size and dtype.base != LESION:
            into[name] = record[name]


def _copying(module: ir.Module) -> ir.Function:
    """The function that copies bytes, which is a part of the module."""
    at, size = ir.IntType(8).as_pointer(), ir.IntType(64)
    function = cgutils.get_or_insert_function(
        module, ir.FunctionType(ir.VoidType(), [at, at, size]), COPYING
    )
    if function.is_declaration:
        function.linkage = "linkonce_odr"
        builder = ir.IRBuilder(function.append_basic_block())
        cgutils.raw_memcpy(builder, *function.args, 1, align=_WORD)
        builder.ret_void()
    return function


@intrinsic  # type: ignore[untyped-decorator]
def _compiled_copy(context: Any, record: Any, into: Any, start: Any, size: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        record, into, start, size = arguments
        of, to = (
            builder.gep(builder.bitcast(one, ir.IntType(8).as_pointer()), [start])
            for one in (record, into)
        )
        builder.call(_copying(builder.module), [to, of, size])
        return context.get_dummy_value()

    return types.none(record, into, types.int64, types.int64), generate


if not numba.config.DISABLE_JIT:
    _copy = _compiled_copy
