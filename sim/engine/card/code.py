"""The machine code of a card: PTX, of the translation that processors and browsers use too.

Every operation of it is rounded by itself, as IEEE 754 says (`add.rn.f64`, `mul.rn.f64`): a card's
own compiler would fuse a product and a sum, and give other last bits. So the lives are the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import llvmlite.binding as llvm
from numba import types

from sim.counting.adding import ADDITION
from sim.engine.card.job import CARD_JOB
from sim.engine.card.kernels import KERNELS
from sim.engine.translation import joined_translation, machine_of, optimized
from sim.life.life_copy import COPYING
from sim.life.machine_code import code_folder

_TRIPLE = "nvptx64-nvidia-cuda"
OLDEST, NEWEST = 70, 90
"""Generations of cards, as ten times their compute capability: the code for the newest known runs
on those after it."""
_PACKAGE = Path(__file__).parents[2]
_SOURCES = ("engine/*.py", "engine/card/*.py", "inputs/plan.py")

_REGISTERS = 96
"""Of a thread at most. It would take twice as many; then each processor of an H100 has room for 8
warps, and so for 20. A hundred words go through memory instead."""

_ADDITIONS = "\n".join(
    f"""
define void @{ADDITION}{bits}(ptr %at, i{bits} %number) {{
  %before = atomicrmw add ptr %at, i{bits} %number monotonic
  ret void
}}"""
    for bits in (32, 64)
)
"""What is put in the place of the addition of a processor; see `sim.counting.adding`."""

_COPY = f"""
define void @{COPYING}(ptr %to, ptr %of, i64 %size) {{
  br label %copy
copy:
  %at = phi i64 [ 0, %0 ], [ %next, %copy ]
  %from = getelementptr i8, ptr %of, i64 %at
  %into = getelementptr i8, ptr %to, i64 %at
  %word = load i64, ptr %from
  store i64 %word, ptr %into
  %next = add i64 %at, 8
  %more = icmp ult i64 %next, %size
  br i1 %more, label %copy, label %done
done:
  ret void
}}"""
"""Copies word by word: LLVM would copy by the byte there."""

_NO_REFERENCES = "\n".join(
    f"define void @NRT_{change}ref(ptr %counted) {{ ret void }}" for change in ("inc", "dec")
)
"""Nothing that lives are lived by there is counted by references: it stays where it is."""

_C_FUNCTIONS = "\n".join(
    f"""
declare double @llvm.{name}.f64(double)
define double @{name}(double %x) {{
  %found = call double @llvm.{name}.f64(double %x)
  ret double %found
}}"""
    for name in ("ceil", "floor", "sqrt")
)
"""What a C library has elsewhere; each is one instruction, exact or rounded correctly."""

_THREAD = "\n".join(
    f"declare i32 @llvm.nvvm.read.ptx.sreg.{name}.x()" for name in ("tid", "ntid", "ctaid")
)


def _door(kernel: str, name: str) -> str:
    """What a card is asked for: as many threads as there are numbers, or more."""
    return f"""
define ptx_kernel void @{kernel}(i64 %job, i64 %n) "nvvm.maxnreg"="{_REGISTERS}" {{
  %thread = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()
  %threads = call i32 @llvm.nvvm.read.ptx.sreg.ntid.x()
  %block = call i32 @llvm.nvvm.read.ptx.sreg.ctaid.x()
  %before = mul i32 %block, %threads
  %number = add i32 %before, %thread
  %i = zext i32 %number to i64
  %asked = icmp slt i64 %i, %n
  br i1 %asked, label %live, label %over
live:
  %found = alloca ptr
  %error = alloca ptr
  %status = call i32 @{name}(ptr %found, ptr %error, i64 %job, i64 %i)
  br label %over
over:
  ret void
}}"""


def make_code(generation: int) -> str:
    """The kernels as PTX for cards of a generation and later ones."""
    machine = machine_of(_TRIPLE, cpu=f"sm_{min(generation, NEWEST)}")
    more = (_ADDITIONS, _COPY, _NO_REFERENCES, _C_FUNCTIONS, _THREAD)
    module = joined_translation(KERNELS, (types.int64, types.int64), _door, *more)
    names = [kernel.__name__ for kernel in KERNELS]
    # Card code waits for instructions: shorter code is faster than unrolled loops.
    module = optimized(module, machine, exported=names, short=True)
    found: str = machine.emit_assembly(module)
    return found


def card_code(generation: int, say: Callable[[str], object] = lambda sentence: None) -> str:
    """The same, kept with the machine code of the processor.

    Parameters
    ----------
    say : callable
        Called with a sentence if it is still to be made.
    """
    kept = _kept(generation)
    if kept is not None:
        with suppress(OSError):
            return kept.read_text(encoding="ascii")
    say("Compiling the model for the graphics card, once after installing (about a minute) ...")
    code = make_code(generation)
    if kept is not None:
        with suppress(OSError):
            unfinished = kept.with_suffix(".new")
            unfinished.write_text(code, encoding="ascii")
            unfinished.replace(kept)
    return code


def _kept(generation: int) -> Path | None:
    folder = code_folder()
    return None if folder is None else folder / f"card-{min(generation, NEWEST)}-{_address()}.ptx"


@cache
def _address() -> str:
    """Changes with all that the code is made of, the layout of the job and LLVM among it."""
    layout = f"{CARD_JOB.record.descr} {CARD_JOB.tables}"
    found = hashlib.sha256(f"{llvm.llvm_version_info} {layout}".encode())
    for one in _SOURCES:
        for path in sorted(_PACKAGE.glob(one)):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]
