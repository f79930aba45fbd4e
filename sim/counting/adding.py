"""How everything that is counted is added: by one function, which many lives may call at once.

Machine code of a processor counts one life after the other, each worker in tables of its own. On a
graphics card many lives are counted in the same tables at the same time: `sim.engine.card.code`
puts an addition there that nobody can come between in the place of the one here.
"""

from __future__ import annotations

from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numpy.typing import NDArray

ADDITION = "spinemets_add_"
"""How the names of these functions begin in machine code; the number of bits follows."""


def add(table: NDArray[Any], place: Any, number: Any) -> None:
    """Add a number to the one at a place of a table, whose index is never negative."""
    table[place] += number


def _addition(module: ir.Module, bits: int) -> ir.Function:
    """The function that adds a whole number of so many bits, which is a part of the module."""
    number = ir.IntType(bits)
    kind = ir.FunctionType(ir.VoidType(), [number.as_pointer(), number])
    function = cgutils.get_or_insert_function(module, kind, f"{ADDITION}{bits}")
    if function.is_declaration:
        function.linkage = "linkonce_odr"
        builder = ir.IRBuilder(function.append_basic_block())
        at, more = function.args
        builder.store(builder.add(builder.load(at), more), at)
        builder.ret_void()
    return function


@intrinsic  # type: ignore[untyped-decorator]
def _compiled_add(context: Any, table: Any, place: Any, number: Any) -> Any:
    """The same as `add`, in compiled code."""
    several = isinstance(place, types.BaseTuple)
    places = place.types if several else (place,)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(table)(context, builder, arguments[0])
        given = cgutils.unpack_tuple(builder, arguments[1]) if several else arguments[1:2]
        index = [
            context.cast(builder, one, kind, types.intp)
            for one, kind in zip(given, places, strict=True)
        ]
        at = cgutils.get_item_pointer(context, builder, table, array, index)
        builder.call(_addition(builder.module, table.dtype.bitwidth), [at, arguments[2]])
        return context.get_dummy_value()

    return types.none(table, place, table.dtype), generate


if not numba.config.DISABLE_JIT:
    add = _compiled_add
