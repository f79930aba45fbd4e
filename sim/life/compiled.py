"""How the model's small functions become machine code; `machine_code` says where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

import numba
from numba.extending import register_jitable

from sim.evidence import elementary, normal
from sim.life.machine_code import KeptCode, code_folder, compiled_sources, holds_code

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
    options = {"nogil": True} | _IEEE | ({} if allocates else {"_nrt": False})
    compiled_function: Any = numba.njit(**options)(function)
    folder = code_folder()
    of_ours = Path(function.__code__.co_filename) in compiled_sources()  # type: ignore[attr-defined]
    if folder is not None and of_ours and not numba.config.DISABLE_JIT:
        compiled_function._cache = KeptCode(function, folder)
    return compiled_function  # type: ignore[no-any-return]


def compiled_in_place(function: Function) -> Function:
    """Compile a function that makes no arrays, and only changes those it is given.

    Numba then counts no references to them, which takes longer than most of what such a function
    does: half of the time of counting a life.
    """
    return compiled(function, allocates=False)


def needs_compiling(*, clinics: bool = False) -> bool:
    """Say whether the machine code of these sources is still to be made (about a minute).

    Parameters
    ----------
    clinics : bool
        Whether that of finite access is needed too.
    """
    if numba.config.DISABLE_JIT:
        return False
    folder = code_folder()
    return folder is None or not holds_code(folder, clinics=clinics)


def compiling_words() -> str:
    """What to say while it is made, and why it is made at every start where it cannot be kept."""
    if code_folder() is not None:
        return "Compiling the model, once after installing (about a minute) ..."
    return (
        "Compiling the model (about a minute), at every start: no folder for its machine code can "
        "be written; SPINEMETS_CACHE may name one ..."
    )
