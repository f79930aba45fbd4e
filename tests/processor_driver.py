"""A driver without a card: the processor plays one, a thread after the other.

It has those functions of NVIDIA's driver that lives need, as `cuda.bindings` shows them. What it
launches are the kernels that a card is given, compiled for the processor: of the same translation,
but for the addition that nobody comes between.
"""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine import warm_up
from sim.engine.card import device, queue
from sim.engine.card.kernels import KERNELS
from sim.life.compiled import compiled_in_place

SUCCESS, OUT_OF_MEMORY, ILLEGAL_ADDRESS, NO_DEVICE = range(4)
WORDS = {
    OUT_OF_MEMORY: b"out of memory",
    ILLEGAL_ADDRESS: b"an illegal memory access was encountered",
    NO_DEVICE: b"no CUDA-capable device is detected",
}


@cache
def compiled_kernels() -> dict[str, Any]:
    """Each kernel, called for all numbers below `n`, by its name."""
    return {
        kernel.__name__: compiled_in_place(_each(compiled_in_place(kernel))) for kernel in KERNELS
    }


def _each(kernel: Any) -> Any:
    def each(job: int, n: int) -> None:
        for i in range(n):
            kernel(job, i)

    return each


class ProcessorDriver(ModuleType):
    """What stands in the place of `cuda.bindings.driver`.

    Parameters
    ----------
    memory : int
        Bytes that the card has.
    faults : dict, optional
        By function, how often it works before it gives which code.
    """

    CUresult = SimpleNamespace(CUDA_SUCCESS=SUCCESS)
    CUdevice_attribute = SimpleNamespace(
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR="major",
        CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR="minor",
    )

    def __init__(
        self,
        memory: int = 2**28,
        faults: dict[str, tuple[int, int]] | None = None,
        capability: tuple[int, int] = (9, 0),
    ) -> None:
        super().__init__("cuda.bindings.driver")
        self.memory = memory
        self.faults = faults or {}
        self.broken = False
        self.called: Counter[str] = Counter()
        self.launched: Counter[str] = Counter()
        self.sizes: list[int] = []
        """Of all memory that was allocated."""
        self._capability = dict(zip(("major", "minor"), capability, strict=True))
        self._blocks: dict[int, NDArray[np.uint8]] = {}

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if not name.startswith("cu") or name == "cuGetErrorString":
            return found

        def noted(*arguments: Any) -> tuple[Any, ...]:
            self.called[name] += 1
            times, code = self.faults.get(name, (self.called[name], SUCCESS))
            answer = found(*arguments) if self.called[name] <= times else (code,)
            answer = answer if isinstance(answer, tuple) else (SUCCESS, answer)
            # After an illegal address nothing works until the context is left.
            left = name in ("cuDevicePrimaryCtxRelease", "cuInit")
            self.broken = not left and (self.broken or answer[0] == ILLEGAL_ADDRESS)
            failed = ILLEGAL_ADDRESS if self.broken else answer[0]
            return answer if failed == SUCCESS else (failed, None, None)

        return noted

    def cuGetErrorString(self, code: int) -> tuple[int, bytes]:  # noqa: N802
        return SUCCESS, WORDS[code]

    def cuInit(self, flags: int) -> tuple[int]:  # noqa: N802
        return (SUCCESS,)

    def cuDeviceGet(self, ordinal: int) -> int:  # noqa: N802
        return ordinal

    def cuDeviceGetName(self, size: int, card: int) -> bytes:  # noqa: N802
        return b"Processor".ljust(size, b"\0")

    def cuDeviceGetAttribute(self, attribute: str, card: int) -> int:  # noqa: N802
        return self._capability[attribute]

    def cuDevicePrimaryCtxRetain(self, card: int) -> str:  # noqa: N802
        return "context"

    def cuDevicePrimaryCtxRelease(self, card: int) -> tuple[int]:  # noqa: N802
        self._blocks.clear()
        return (SUCCESS,)

    def cuModuleUnload(self, module: bytes) -> tuple[int]:  # noqa: N802
        return (SUCCESS,)

    def cuCtxSetCurrent(self, context: str) -> tuple[int]:  # noqa: N802
        return (SUCCESS,)

    def cuModuleLoadData(self, code: int) -> bytes:  # noqa: N802
        return ctypes.string_at(code)  # up to the zero at its end

    def cuModuleGetFunction(self, module: bytes, name: bytes) -> str:  # noqa: N802
        return name.decode()

    def cuMemGetInfo(self) -> tuple[int, int, int]:  # noqa: N802
        return SUCCESS, self._free(), self.memory

    def _free(self) -> int:
        return self.memory - sum(len(block) for block in self._blocks.values())

    def cuMemAlloc(self, size: int) -> Any:  # noqa: N802
        if size > self._free():
            return OUT_OF_MEMORY, None
        block = np.full(size + 64, 0xAA, np.uint8)  # as somebody else has left it
        address = -(-block.ctypes.data // 64) * 64
        self._blocks[address] = block
        self.sizes.append(size)
        return address

    def cuMemFree(self, address: int) -> tuple[int]:  # noqa: N802
        del self._blocks[address]
        return (SUCCESS,)

    def cuMemcpyHtoD(self, to: int, of: int, size: int) -> tuple[int]:  # noqa: N802
        return self._copy(to, of, size, inside=to)

    def cuMemcpyDtoH(self, to: int, of: int, size: int) -> tuple[int]:  # noqa: N802
        return self._copy(to, of, size, inside=of)

    def cuMemsetD8(self, address: int, byte: int, size: int) -> tuple[int]:  # noqa: N802
        if self._inside(address, size):
            ctypes.memset(address, byte, size)
            return (SUCCESS,)
        return (ILLEGAL_ADDRESS,)

    def cuLaunchKernel(self, kernel: str, *given: int) -> tuple[int]:  # noqa: N802
        blocks, _, _, threads, *_, places, _ = given
        both = (ctypes.c_void_p * 2).from_address(places)
        job, n = (ctypes.c_int64.from_address(place or 0).value for place in both)
        if not (n <= blocks * threads < n + threads and self._inside(job, 1)):
            return (ILLEGAL_ADDRESS,)
        self.launched[kernel] += 1
        compiled_kernels()[kernel](job, n)
        return (SUCCESS,)

    def _copy(self, to: int, of: int, size: int, inside: int) -> tuple[int]:
        if not self._inside(inside, size):
            return (ILLEGAL_ADDRESS,)
        ctypes.memmove(to, of, size)
        return (SUCCESS,)

    def _inside(self, address: int, size: int) -> bool:
        """Whether so many bytes are in one piece of memory that was allocated."""
        return any(
            start <= address and address + size <= start + len(block) - 64
            for start, block in self._blocks.items()
        )


@contextmanager
def a_card(driver: ModuleType) -> Iterator[None]:
    """Let there be a card whose driver is this; its code is the processor's."""
    bindings = ModuleType("cuda.bindings")
    bindings.driver = driver  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "cuda", ModuleType("cuda"))
        patch.setitem(sys.modules, "cuda.bindings", bindings)
        patch.setattr(device, "card_code", lambda generation, say: f"{generation}")
        patch.setattr(queue, "_queues", {})
        warm_up.live_one.cache_clear()
        yield
        warm_up.live_one.cache_clear()
