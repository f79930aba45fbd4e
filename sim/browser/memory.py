"""How compiled functions find a job and its tables in memory."""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype

from sim.browser.job import ALIGNED, JOB, TABLES, place_in_job

_JOB = from_dtype(JOB)


@intrinsic  # type: ignore[untyped-decorator]
def job_at(context: Any, at: Any) -> Any:
    """The job that stands at an address, a record of `JOB`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(_JOB))

    return _JOB(at), generate


@intrinsic(prefer_literal=True)  # type: ignore[untyped-decorator]
def table_at(context: Any, at: Any, name: Any) -> Any:
    """One of the tables of the job at an address, an array; the name is a constant."""
    if not isinstance(name, types.StringLiteral):
        raise TypingError("the name of a table is a constant")
    called = name.literal_value
    kind, shape = TABLES[called]
    found = types.Array(from_dtype(kind), len(shape), "C")

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = arguments[0]
        axes = _axes(builder, at, shape)
        strides = [at.type(kind.itemsize)]
        for axis in reversed(axes[1:]):
            strides.insert(0, builder.mul(axis, strides[0]))
        place = builder.add(at, builder.load(_place(builder, at, called)))
        array = make_array(found)(context, builder)
        populate_array(
            array,
            data=builder.inttoptr(place, context.get_data_type(found.dtype).as_pointer()),
            shape=axes,
            strides=strides,
            itemsize=strides[-1],
            meminfo=None,
        )
        return array._getvalue()

    return found(at, name), generate


@intrinsic  # type: ignore[untyped-decorator]
def lay_out_tables(context: Any, at: Any) -> Any:
    """Write the offsets of all tables into the job at an address; the bytes that all take."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = arguments[0]
        end = at.type(-(-JOB.itemsize // ALIGNED) * ALIGNED)
        for name, (kind, shape) in TABLES.items():
            builder.store(end, _place(builder, at, name))
            size = at.type(kind.itemsize)
            for axis in _axes(builder, at, shape):
                size = builder.mul(size, axis)
            end = builder.add(end, builder.add(size, at.type(ALIGNED - 1)))
            end = builder.and_(end, at.type(-ALIGNED))
        return end

    return types.int64(at), generate


def _place(builder: Any, at: Any, name: str) -> Any:
    """A pointer to a field of the job."""
    address = builder.add(at, at.type(place_in_job(name)))
    return builder.inttoptr(address, at.type.as_pointer())


def _axes(builder: Any, at: Any, shape: tuple[int | str, ...]) -> list[Any]:
    """How long the axes of a table are."""
    return [
        builder.load(_place(builder, at, n)) if isinstance(n, str) else at.type(n) for n in shape
    ]
