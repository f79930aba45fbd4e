"""A graphics card as the driver shows it: memory, and kernels that are launched on it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engine.card.code import OLDEST, card_code
from sim.engine.card.kernels import KERNELS
from sim.evidence.log import LOG
from sim.evidence.mistakes import InputError

INSTEAD = "cohort, which lives the same lives on the processor"


class CardError(Exception):
    """A card that fails: what it says."""


class GraphicsCard:
    """The first NVIDIA card of this machine, for the thread that makes this.

    Attributes
    ----------
    name : str
        As the maker calls it.

    Raises
    ------
    InputError
        If there is none, or it cannot be used.
    CardError
        From any method, if the card fails.
    """

    def __init__(self) -> None:
        self._driver = _driver()
        self._device = _first(self._driver)
        do = self._do
        self.name = do("cuDeviceGetName", 96, self._device).split(b"\0")[0].decode()
        of = self._driver.CUdevice_attribute
        major, minor = (
            do("cuDeviceGetAttribute", one, self._device)
            for one in (
                of.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR,
                of.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR,
            )
        )
        if 10 * major + minor < OLDEST:
            raise InputError(
                f"engine is 'gpu', and the card {self.name} has compute capability {major}.{minor};"
                f" allowed: {OLDEST / 10} or later, or {INSTEAD}"
            )
        code = card_code(10 * major + minor, LOG.warning).encode() + b"\0"
        do("cuCtxSetCurrent", do("cuDevicePrimaryCtxRetain", self._device))
        try:
            self._module = do("cuModuleLoadData", np.frombuffer(code, np.uint8).ctypes.data)
            self._kernels = {
                kernel.__name__: do("cuModuleGetFunction", self._module, kernel.__name__.encode())
                for kernel in KERNELS
            }
        except CardError:
            with suppress(CardError):  # what is told is why the code was refused
                do("cuDevicePrimaryCtxRelease", self._device)
            raise

    def close(self) -> None:
        """Leave the card; nothing else can be done then."""
        try:
            self._do("cuModuleUnload", self._module)
        finally:
            self._do("cuDevicePrimaryCtxRelease", self._device)

    def free_bytes(self) -> int:
        """Memory that is free."""
        free, _ = self._do("cuMemGetInfo")
        return int(free)

    def allocate(self, size: int) -> int:
        """The address of so many bytes of memory."""
        return int(self._do("cuMemAlloc", size))

    def release(self, address: int) -> None:
        """Give back memory that was allocated."""
        self._do("cuMemFree", address)

    def write(self, address: int, content: NDArray[Any]) -> None:
        """Copy an array into the memory."""
        content = np.ascontiguousarray(content)
        self._do("cuMemcpyHtoD", address, content.ctypes.data, content.nbytes)

    def read(self, address: int, content: NDArray[Any]) -> None:
        """Fill an array from the memory, when all that was launched is done."""
        self._do("cuMemcpyDtoH", content.ctypes.data, address, content.nbytes)

    def clear(self, address: int, size: int) -> None:
        """Write zeros."""
        self._do("cuMemsetD8", address, 0, size)

    def launch(self, kernel: str, job: int, n: int, *, side_by_side: int) -> None:
        """Call a kernel for each number below `n`, in blocks of so many; the next waits for it."""
        given = [np.array([one], np.int64) for one in (job, n)]
        places = np.array([one.ctypes.data for one in given], np.uint64)
        blocks = -(-n // side_by_side), 1, 1
        threads = side_by_side, 1, 1
        kernels = self._kernels[kernel]
        self._do("cuLaunchKernel", kernels, *blocks, *threads, 0, 0, places.ctypes.data, 0)

    def _do(self, name: str, *arguments: Any) -> Any:
        return _done(self._driver, name, *arguments)


def check_card() -> None:
    """Find out whether there is a card, without starting anything on it.

    Raises
    ------
    InputError
        If there is none, or what speaks with it is not installed.
    """
    _first(_driver())


def _driver() -> Any:
    try:
        from cuda.bindings import driver  # an extra
    except ImportError:
        raise InputError(
            "engine is 'gpu', and the package cuda-bindings is not there; allowed: after "
            f"installing spinemets[gpu], or {INSTEAD}"
        ) from None
    return driver


def _first(driver: Any) -> Any:
    try:
        _done(driver, "cuInit", 0)
        return _done(driver, "cuDeviceGet", 0)
    except (CardError, RuntimeError, OSError) as error:  # also if there is no driver to load
        words = " ".join(str(error).split()).rstrip(".")
        raise InputError(
            f"engine is 'gpu', and there is no NVIDIA graphics card here ({words}); allowed: where "
            f"there is one, or {INSTEAD}"
        ) from None


def _done(driver: Any, name: str, *arguments: Any) -> Any:
    """What a function of the driver gives, which tells in front whether it failed."""
    code, *found = getattr(driver, name)(*arguments)
    if code != driver.CUresult.CUDA_SUCCESS:
        said = driver.cuGetErrorString(code)[1]
        words = said.decode() if isinstance(said, bytes) else str(code)
        raise CardError(f"{words} in {name}")
    return found[0] if len(found) == 1 else tuple(found)
