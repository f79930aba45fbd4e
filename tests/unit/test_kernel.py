"""Compiled functions give what plain Python gives, whoever calls them. Room: life."""

from __future__ import annotations

import copy
import gc
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from threading import Barrier
from typing import Any

import numba
import numpy as np
import pytest
from numba.core.postproc import PostProcessor
from numba.core.types import Record
from numpy.typing import NDArray

from sim.life.compiled import compiled, compiled_in_place
from sim.life.compiling import without_waste
from sim.life.hazards import constant_hazard
from sim.life.kernel import Kernel

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


@compiled
def scaled(x: float, by: float = 2.0) -> float:
    return x * by + 1.0


@compiled_in_place
def fill(numbers: NDArray[np.float64], by: float) -> None:
    for i in range(numbers.size):
        numbers[i] = scaled(numbers[i], by) if i % 2 else scaled(numbers[i])


@compiled
def total(n: int) -> float:
    numbers = np.arange(n) * 1.0
    fill(numbers, 3.0)
    return float(sum([scaled(x, 0.5) for x in numbers]))


@numba.njit  # type: ignore[untyped-decorator]
def total_of_somebody(n: int) -> float:
    return total(n) + scaled(1.0)


def plain_total(n: int) -> float:
    numbers = [3.0 * i + 1.0 if i % 2 else 2.0 * i + 1.0 for i in range(n)]
    return sum(0.5 * x + 1.0 for x in numbers)


def test_a_kernel_gives_what_python_gives() -> None:
    assert total(5) == plain_total(5)
    assert scaled(3.0) == scaled(3.0, by=2.0) == 7.0


def test_a_kernel_that_threads_call_at_once_is_made_once() -> None:
    kernel = compiled(lambda x: x + 1.0)
    together = Barrier(4)

    def made() -> object:
        together.wait()
        return kernel.whole  # type: ignore[attr-defined]

    with ThreadPoolExecutor(4) as threads:
        assert len({id(one.result()) for one in [threads.submit(made) for _ in range(4)]}) == 1


def test_a_kernel_is_pickled_and_copied_as_a_function_is() -> None:
    assert pickle.loads(pickle.dumps(constant_hazard)) is constant_hazard
    assert copy.deepcopy(constant_hazard) is constant_hazard


PERSON = np.dtype([("age", np.float64), ("level", np.int64, (3,))])


def oldest(people: NDArray[np.void], limit: float) -> float:
    found = -1.0
    for one in people:
        for level in one.level:
            if level > 2 and one.age < limit:
                found = max(found, one.age)
    return found


def test_machine_code_is_that_of_numba_as_it_is() -> None:
    def code(kernel: Any) -> str:
        kernel.whole.compile((numba.from_dtype(PERSON)[::1], numba.float64))
        (assembly,) = kernel.whole.inspect_asm().values()
        return re.sub(r"B\d+v\d+", "", assembly)  # names that Numba counts on

    made = code(compiled(oldest))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.life.kernel.without_waste", nullcontext)
        assert code(compiled(oldest)) == made


def numba_and_the_search_for_garbage() -> tuple[object, ...]:
    return PostProcessor.run, Record.__repr__, gc.get_threshold()


def test_numba_and_the_search_for_garbage_are_afterwards_as_they_were() -> None:
    before = numba_and_the_search_for_garbage()
    with suppress(ValueError), without_waste():
        within = numba_and_the_search_for_garbage()
        assert not set(within) & set(before)
        with without_waste():
            assert numba_and_the_search_for_garbage() == within
        assert numba_and_the_search_for_garbage() == within
        raise ValueError
    assert numba_and_the_search_for_garbage() == before


def test_threads_that_compile_leave_all_as_it_was() -> None:
    before = numba_and_the_search_for_garbage()
    together = Barrier(4)

    def compiles(_: int) -> None:
        together.wait()
        for _ in range(200):
            with without_waste():
                pass

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(compiles, range(4)))
    assert numba_and_the_search_for_garbage() == before


def test_a_function_that_numba_compiles_may_call_a_kernel() -> None:
    assert total_of_somebody(5) == plain_total(5) + 3.0


def test_an_error_of_a_part_reaches_python() -> None:
    @compiled
    def refuse(x: float) -> float:
        if x < 0.0:
            raise ValueError("negative")
        return x

    @compiled
    def ask(x: float) -> float:
        return refuse(x) + 1.0

    assert ask(1.0) == 2.0
    with pytest.raises(ValueError, match="negative"):
        ask(-1.0)


def test_constants_make_no_code_of_their_own() -> None:
    @compiled
    def code(x: float, step: int) -> float:
        return x + step

    @compiled
    def all_of_them(x: float, step: int) -> float:
        return code(x, 1) + code(x, 2) + code(x, step)

    assert all_of_them(0.5, 3) == 7.5
    assert isinstance(code, Kernel)
    assert len(code.part.overloads) == 1
    assert len(code.whole.overloads) == 0  # Python never called it
