"""How the model's small functions become machine code; `machine_code` says where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

import numba
from numba.extending import register_jitable

from sim.evidence import elementary, normal
from sim.life.kernel import Kernel
from sim.life.machine_code import code_folder, compiled_sources, holds_code

Record = Any
"""One row of a structured array: Numba and NumPy both give its fields as attributes."""

Function = TypeVar("Function", bound=Callable[..., object])

_IEEE = {"error_model": "numpy"}
"""Division as in IEEE 754; no `fastmath`, so that nothing is fused or reordered."""

for _module in (elementary, normal):
    for _function in vars(_module).values():
        if isinstance(_function, FunctionType) and _function.__module__ == _module.__name__:
            register_jitable(**_IEEE)(_function)  # plain Python, which compiled code calls too


def compiled(function: Function, *, allocates: bool = True) -> Function:
    """Compile a function with Numba: kept on disk, without the GIL, division as in IEEE 754.

    No `fastmath`: results must not depend on how the compiler reorders sums. Kept is what stands in
    a file of the compiled sources; another function is kept within those of them that call it.
    """
    if numba.config.DISABLE_JIT:
        return function
    options = {"nopython": True, "nogil": True, "boundscheck": None} | _IEEE
    options |= {} if allocates else {"_nrt": False}
    of_ours = Path(function.__code__.co_filename) in compiled_sources()  # type: ignore[attr-defined]
    kernel: Any = Kernel(function, options, code_folder() if of_ours else None)
    return kernel  # type: ignore[no-any-return]


def compiled_in_place(function: Function) -> Function:
    """Compile a function that makes no arrays, and only changes those it is given.

    Numba then counts no references to them, which takes longer than most of what such a function
    does: half of the time of counting a life.
    """
    return compiled(function, allocates=False)


def say_if_compiling(say: Callable[[str], object], *kernels: str) -> None:
    """Say how long it takes if the machine code of these sources is still to be made.

    Parameters
    ----------
    say : callable
        Called with a sentence then.
    *kernels : str
        Those of `machine_code` that are needed.
    """
    if needs_compiling(*kernels):
        say(compiling_words())


def needs_compiling(*kernels: str) -> bool:
    """Say whether machine code is still to be made; see `say_if_compiling`."""
    if numba.config.DISABLE_JIT:
        return False
    folder = code_folder()
    return folder is None or not holds_code(folder, *kernels)


def compiling_words() -> str:
    """What to say while it is made, and why it is made at every start where it cannot be kept."""
    if code_folder() is not None:
        return "Compiling the model, once after installing (about half a minute) ..."
    return (
        "Compiling the model (about half a minute), at every start: no folder for its machine code "
        "can be written; SPINEMETS_CACHE may name one ..."
    )
