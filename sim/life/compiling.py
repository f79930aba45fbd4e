"""Numba while it compiles the model, without what it does over and over for nothing.

Of the time that it takes to translate the functions of a kernel, 40% went into three things:
lifetimes of variables, found anew after each pass and read by none of ours; names of records, which
write out all fields of a person, in texts that nobody reads; and Python's search for garbage among
millions of objects that are in use.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core.compiler_lock import global_compiler_lock
from numba.core.postproc import PostProcessor
from numba.core.transforms import canonicalize_cfg
from numba.core.types import Record, Type

_SELDOM = (50_000, 20, 100)
"""Thresholds of the search for garbage. Without any search it would need 200 MB more."""

_process = PostProcessor.run


def _order_blocks(self: Any, emit_dels: bool = False, extend_lifetimes: bool = False) -> None:
    if emit_dels or self.func_ir.is_generator:  # which need the lifetimes
        _process(self, emit_dels, extend_lifetimes)
    else:
        self.func_ir.blocks = canonicalize_cfg(self.func_ir.blocks)


@contextmanager
def without_waste() -> Iterator[None]:
    """Let Numba compile without it; nobody else compiles meanwhile, and then all is as before."""
    with global_compiler_lock:
        run, write_out, often = PostProcessor.run, Record.__repr__, gc.get_threshold()
        try:
            PostProcessor.run = _order_blocks  # type: ignore[method-assign]
            Record.__repr__ = Type.__repr__  # type: ignore[method-assign]
            if 0 < often[0] < _SELDOM[0]:
                gc.set_threshold(*_SELDOM)
            yield
        finally:
            PostProcessor.run = run  # type: ignore[method-assign]
            Record.__repr__ = write_out  # type: ignore[method-assign]
            gc.set_threshold(*often)
