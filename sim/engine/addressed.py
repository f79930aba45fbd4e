"""How compiled functions find a job and its tables in memory, by the address of the job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from sim.engine.layout import ALIGNED, JobLayout, Table, aligned


class Addressed(NamedTuple):
    """What compiled functions call to find a job and its tables; see `addressed`."""

    job_at: Any
    """The job that stands at an address, a record."""
    table_at: Any
    """One of the tables of the job at an address, an array; the name is a constant."""
    lay_out_tables: Any
    """Writes the offsets of all tables into the job at an address; the bytes that all take."""


def addressed(layout: JobLayout) -> Addressed:
    """Make what compiled functions find a job of this layout with."""
    kind = from_dtype(layout.record)

    @intrinsic  # type: ignore[untyped-decorator]
    def job_at(context: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], context.get_value_type(kind))

        return kind(at), generate

    @intrinsic(prefer_literal=True)  # type: ignore[untyped-decorator]
    def table_at(context: Any, at: Any, name: Any) -> Any:
        if not isinstance(name, types.StringLiteral):
            raise TypingError("the name of a table is a constant")
        table = layout.tables[name.literal_value]
        found = types.Array(from_dtype(table.type), len(table.shape), "C")

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            at = arguments[0]
            axes = [*_axes(builder, at, layout, table)]
            strides = [at.type(table.type.itemsize)]
            for axis in reversed(axes[1:]):
                strides.insert(0, builder.mul(axis, strides[0]))
            offset = builder.load(_field(builder, at, layout, name.literal_value))
            element = context.get_data_type(found.dtype).as_pointer()
            array = make_array(found)(context, builder)
            populate_array(
                array,
                data=builder.inttoptr(builder.add(at, offset), element),
                shape=axes,
                strides=strides,
                itemsize=strides[-1],
                meminfo=None,
            )
            return array._getvalue()

        return found(at, name), generate

    @intrinsic  # type: ignore[untyped-decorator]
    def lay_out_tables(context: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            at = arguments[0]
            end = at.type(aligned(layout.record.itemsize))
            for name, table in layout.tables.items():
                builder.store(end, _field(builder, at, layout, name))
                size = at.type(table.type.itemsize)
                for axis in _axes(builder, at, layout, table):
                    size = builder.mul(size, axis)
                end = builder.add(end, builder.add(size, at.type(ALIGNED - 1)))
                end = builder.and_(end, at.type(-ALIGNED))
            return end

        return types.int64(at), generate

    return Addressed(job_at, table_at, lay_out_tables)


def _field(builder: Any, at: Any, layout: JobLayout, name: str) -> Any:
    """A pointer to a field of the job."""
    address = builder.add(at, at.type(layout.place(name)))
    return builder.inttoptr(address, at.type.as_pointer())


def _axes(builder: Any, at: Any, layout: JobLayout, table: Table) -> Iterator[Any]:
    """How long the axes of a table are."""
    for n in table.shape:
        if isinstance(n, str):
            yield builder.load(_field(builder, at, layout, n))
        else:
            yield at.type(n)
