"""A card that is played by the processor: the same kernels, one thread after the other."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.card.device import CardError
from sim.engine.card.kernels import KERNELS
from sim.life.compiled import compiled_in_place


@cache
def compiled_kernels() -> dict[str, Any]:
    """Each kernel, called for all numbers below `n`."""
    found = {}
    for kernel in KERNELS:
        found[kernel.__name__] = compiled_in_place(_each(compiled_in_place(kernel)))
    return found


def _each(one: Any) -> Any:
    def each(at: int, n: int) -> None:
        for i in range(n):
            one(at, i)

    return each


class ProcessorCard:
    """What lives are lived on in place of a graphics card.

    Parameters
    ----------
    memory : int
        Bytes that it has.
    fails : dict, optional
        How often a method may be called before it fails.
    """

    name = "Processor"

    def __init__(self, memory: int = 2**28, fails: dict[str, int] | None = None) -> None:
        self._memory = memory
        self._left = fails or {}
        self._blocks: dict[int, NDArray[np.uint8]] = {}
        self.launched: dict[str, int] = {}

    def _may_fail(self, method: str) -> None:
        if method in self._left:
            self._left[method] -= 1
            if self._left[method] < 0:
                raise CardError(f"an error was met in {method}")

    def free_bytes(self) -> int:
        return self._memory - sum(len(block) for block in self._blocks.values())

    def allocate(self, size: int) -> int:
        self._may_fail("allocate")
        if size > self.free_bytes():
            raise CardError("out of memory in allocate")
        block = np.full(size + 64, 0xAA, np.uint8)  # as memory that somebody else has used
        address = -(-block.ctypes.data // 64) * 64
        self._blocks[address] = block
        return address

    def release(self, address: int) -> None:
        del self._blocks[address]

    def write(self, address: int, content: NDArray[Any]) -> None:
        self._may_fail("write")
        content = np.ascontiguousarray(content)
        self._at(address, content.nbytes)[:] = content.reshape(-1).view(np.uint8)

    def read(self, address: int, content: NDArray[Any]) -> None:
        self._may_fail("read")
        content.reshape(-1).view(np.uint8)[:] = self._at(address, content.nbytes)

    def clear(self, address: int, size: int) -> None:
        self._at(address, size)[:] = 0

    def launch(self, kernel: str, job: int, n: int, *, side_by_side: int) -> None:
        self._may_fail("launch")
        self.launched[kernel] = self.launched.get(kernel, 0) + 1
        compiled_kernels()[kernel](job, n)

    def _at(self, address: int, size: int) -> NDArray[np.uint8]:
        for start, block in self._blocks.items():
            offset = address - start
            if offset >= 0 and offset + size <= len(block) - 64:
                first = start - block.ctypes.data + offset
                return block[first : first + size]
        raise CardError("an illegal address in a copy")
