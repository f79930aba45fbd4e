"""Machine code for other machines than a processor: of the same translation as everywhere.

Compiled functions are translated with all that they call, as kernels are, joined, optimized and
made into code for another target. None of it fuses or reorders operations, so that lives are the
same there to the last bit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding as llvm

from sim.life.compiled import compiled_in_place
from sim.life.kernel import Kernel, link_translations

_SHORT = 25
"""What putting a function in the place of a call may cost, as LLVM reckons, of short code."""


def joined_translation(
    entries: Sequence[Callable[..., object]],
    arguments: tuple[Any, ...],
    door: Callable[[str, str], str],
    *more: str,
) -> Any:
    """One LLVM module of all entries and what they call, for no machine yet.

    Parameters
    ----------
    entries : sequence of callable
        Plain Python functions that can be compiled.
    arguments : tuple of Numba types
        Of each of them.
    door : callable
        Given the name of an entry and that of its translation, which gives back a code of Numba's,
        and takes a place for the result, one for an error and the arguments: what is called from
        outside, in LLVM's language.
    *more : str
        What else is to be part of the module, in LLVM's language.

    Raises
    ------
    RuntimeError
        If nothing is compiled.
    """
    found = []
    doors = list(more)
    for entry in entries:
        kernel: Any = compiled_in_place(entry)
        if not isinstance(kernel, Kernel):
            raise RuntimeError("NUMBA_DISABLE_JIT is set: nothing is compiled")
        name, library = kernel.translation(arguments)
        found.append(library)
        kinds = ", ".join(f"i{argument.bitwidth}" for argument in arguments)
        doors += [f"declare i32 @{name}(ptr, ptr, {kinds})", door(entry.__name__, name)]
    joined = llvm.parse_assembly("\n".join(doors))
    own = found[0].own_module()
    joined.data_layout, joined.triple = own.data_layout, own.triple
    link_translations(joined, found)
    return joined


def machine_of(triple: str, **options: Any) -> Any:
    """What makes code for a target, called as LLVM does."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    return llvm.Target.from_triple(triple).create_target_machine(opt=3, **options)


def optimized(
    joined: Any,
    machine: Any,
    *,
    exported: Sequence[str],
    short: bool = False,
) -> Any:
    """A module of `joined_translation` for a machine, optimized as a whole.

    Parameters
    ----------
    exported : sequence of str
        Names of what is called from outside; all else is the module's own.
    short : bool
        Whether code is to be short rather than free of calls and loops.
    """
    # Addresses may have fewer bits there: what was laid out for this machine is forgotten.
    text = re.sub(r"^target .*$", "", str(joined), flags=re.MULTILINE)
    module = llvm.parse_assembly(text)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    for one in (*module.functions, *module.global_variables):
        if not one.is_declaration and one.name not in exported:
            one.linkage = "internal"
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = tuning.slp_vectorization = False
    if short:
        tuning.loop_unrolling = False
        tuning.inlining_threshold = _SHORT
    passes = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(module, passes)
    return module
