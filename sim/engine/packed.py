"""Arrays as bytes, compressed: what a worker hands back, and what is kept of a part of a run.

Tallies are large and mostly zeros: 9 MB a strategy in the cohort view, of which 0.1 MB are left.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_CODEC = "zstd"
_LENGTH = np.dtype("<u8")
"""In front of the list of arrays stands how long it is."""


def packed(arrays: Sequence[NDArray[Any]]) -> bytes:
    """Some arrays, structured ones among them, as bytes.

    Examples
    --------
    >>> [one.tolist() for one in unpacked(packed([np.arange(3), np.zeros((1, 2))]))]
    [[0, 1, 2], [[0.0, 0.0]]]
    """
    listed, blobs = [], []
    for array in map(np.ascontiguousarray, arrays):
        blob = b""
        if array.size:
            flat = array.reshape(-1).view(np.uint8)
            blob = pa.compress(flat, codec=_CODEC, asbytes=True)
        blobs.append(blob)
        kind = array.dtype.descr if array.dtype.names else array.dtype.str
        listed.append([kind, array.shape, len(blob)])
    head = json.dumps(listed).encode()
    return b"".join((_LENGTH.type(len(head)).tobytes(), head, *blobs))


def unpacked(data: bytes) -> list[NDArray[Any]]:
    """The arrays of which `packed` made bytes."""
    start = _LENGTH.itemsize
    (size,) = np.frombuffer(data[:start], _LENGTH).tolist()
    place = start + size
    found = []
    for kind, shape, n in json.loads(data[start:place]):
        dtype = _dtype(kind)
        many = int(np.prod(shape, dtype=np.int64))
        if many:
            blob = memoryview(data)[place : place + n]
            raw = pa.decompress(blob, decompressed_size=many * dtype.itemsize, codec=_CODEC)
            found.append(np.frombuffer(raw, dtype).reshape(shape))
        else:
            found.append(np.zeros(shape, dtype))
        place += n
    return found


def _dtype(kind: Any) -> np.dtype[Any]:
    """The type of an array as JSON tells it."""
    if isinstance(kind, str):
        return np.dtype(kind)
    return np.dtype([(name, of, *map(tuple, shape)) for name, of, *shape in kind])
