"""Own logarithm, exponential and powers: exact, monotone, as in C, the same wherever they run.

The oracle is Python's `decimal`, which rounds them rightly at any number of digits. Room: evidence.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Iterator
from decimal import Decimal, localcontext

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.evidence import elementary, normal
from sim.evidence.elementary import (
    exp,
    exp_of_near,
    expm1,
    log,
    log1p,
    log_of_normal,
    power,
    with_bits,
)
from sim.life.compiled import compiled
from tests.unit.test_rooms import SOURCES

Function = Callable[[float], float]
Floats = NDArray[np.float64]
POINTS = 2_000
LEAST, LARGEST = 5e-324, float(np.finfo(float).max)
INF, NAN = math.inf, math.nan


def each(function: Function) -> Callable[[Floats], Floats]:
    """The function as machine code, of every number of an array."""

    @compiled
    def of_array(numbers: Floats) -> Floats:
        found = np.empty_like(numbers)
        for i in range(numbers.size):
            found[i] = function(numbers[i])
        return found

    return of_array


@compiled
def powers(numbers: Floats, exponents: Floats) -> Floats:
    found = np.empty_like(numbers)
    for i in range(numbers.size):
        found[i] = power(numbers[i], exponents[i])
    return found


OF_ARRAY = {function.__name__: each(function) for function in (log, exp, log1p, expm1)}


def over(low: float, high: float, n: int = POINTS) -> Floats:
    """Numbers of one sign from one to another, as many between any two powers of 2."""
    ends = np.array([low, high]).view(np.int64)
    bits = np.random.default_rng(17).integers(ends.min(), ends.max(), n, endpoint=True)
    return np.concatenate([[low, high], bits.view(np.float64)])


def evenly(low: float, high: float, n: int = POINTS) -> Floats:
    return np.random.default_rng(18).uniform(low, high, n)


def ulps(found: Floats, exact: list[Decimal]) -> float:
    """The largest error, in units in the last place of the right result."""
    unit = [Decimal(math.ulp(float(e))) for e in exact]
    errors = [abs(Decimal(f) - e) / u for f, e, u in zip(found.tolist(), exact, unit, strict=True)]
    return float(max(errors))


RANGES = {
    "log": (over(LEAST, LARGEST), over(LEAST, 2.0**-1022), evenly(0.5, 2.0), evenly(0.98, 1.02)),
    "exp": (
        *(evenly(-745.0, 709.78), evenly(-745.13, -708.0), evenly(-1.1, 1.1)),
        *(over(LEAST, 709.7), over(-LEAST, -745.0)),
    ),
    "log1p": (
        *(over(1e-16, LARGEST), over(-1e-16, -1.0 + 2.0**-53)),
        *(evenly(-0.999, 1.0), evenly(-0.5, 3.0)),
    ),
    "expm1": (
        *(evenly(-1.1, 1.1), evenly(0.34, 0.45), evenly(-38.0, 60.0), evenly(-40.0, 709.7)),
        *(over(1e-16, 709.7), over(-1e-16, -745.0)),
    ),
}
EXACT: dict[str, Callable[[Decimal], Decimal]] = {
    "log": Decimal.ln,
    "exp": Decimal.exp,
    "log1p": lambda x: (1 + x).ln(),
    "expm1": lambda x: x.exp() - 1,
}
LARGEST_ERROR = {"log": 0.51, "exp": 0.8, "log1p": 0.53, "expm1": 0.9}
"""Of hundreds of thousands of points 0.501, 0.75, 0.512 and 0.83."""


@pytest.mark.parametrize("name", RANGES)
def test_errors_are_below_one_unit_in_the_last_place(name: str) -> None:
    for numbers in RANGES[name]:
        with localcontext(prec=90, Emin=-9_999, Emax=9_999):
            exact = [EXACT[name](Decimal(x)) for x in numbers.tolist()]
            worst = ulps(OF_ARRAY[name](numbers), exact)
        assert worst < LARGEST_ERROR[name], (numbers[:2], worst)


@pytest.mark.parametrize("name", ["log1p", "expm1"])
def test_near_0_they_are_the_number_itself(name: str) -> None:
    numbers = np.concatenate([over(LEAST, 1e-16), -over(LEAST, 1e-16), [0.0, -0.0]])
    found = OF_ARRAY[name](numbers)
    assert (abs(found - numbers) <= np.spacing(abs(numbers))).all()
    np.testing.assert_array_equal(np.signbit(found), np.signbit(numbers))


BASES_AND_POWERS = {
    "of the model": (over(1e-9, 1e3), evenly(-5.0, 5.0, POINTS + 2)),
    "near 1": (evenly(0.99, 1.01), evenly(-7e4, 7e4)),
    "large powers": (evenly(0.5, 2.0), evenly(-1e3, 1e3)),
    "all": (over(LEAST, LARGEST), over(1e-6, 800.0)),
    "all inverted": (over(LEAST, LARGEST), -over(1e-6, 800.0)),
    "subnormal results": (evenly(0.2, 0.9), evenly(-745.0, -709.0) / np.log(evenly(0.2, 0.9))),
    "whole powers": (over(1e-60, 1e60), np.resize(np.arange(-5.0, 6.0), POINTS + 2)),
}


@pytest.mark.parametrize("kind", BASES_AND_POWERS)
def test_errors_of_powers_are_below_one_unit_in_the_last_place(kind: str) -> None:
    bases, exponents = BASES_AND_POWERS[kind]
    finite = abs(exponents * np.log(bases)) < 708.0 if "sub" not in kind else exponents == exponents
    bases, exponents = bases[finite], exponents[finite]
    assert len(bases) > 100
    with localcontext(prec=60, Emin=-99_999, Emax=99_999):
        pairs = zip(bases.tolist(), exponents.tolist(), strict=True)
        exact = [(Decimal(x).ln() * Decimal(y)).exp() for x, y in pairs]
        worst = ulps(powers(bases, exponents), exact)
    assert worst < 0.8, worst


ROWS = with_bits(elementary._TABLE + (np.arange(65) << elementary._ROW))
"""Where rows of the table of logarithms begin."""


def seams(name: str) -> Floats:
    """Where one way to compute passes into another, or a whole number of twos into the next."""
    twos = np.arange(-1073.0, 1024.0)
    if name in ("exp", "expm1"):
        ends = [-746.0, -745.13, -708.0, -37.0, 708.0, 709.78, 2.0**-54, -(2.0**-54), 0.34657359]
        return np.concatenate([(twos + 0.5) * math.log(2.0), ends])
    rows = np.outer(np.exp2(twos), ROWS[:-1]).ravel()
    if name == "log":
        return rows
    ends = [-0.005, 0.005, 1.0, 2.0**53, 2.0**-54, -(2.0**-54)]
    return np.concatenate([rows[rows > 2.0**-60] - 1.0, ends])


def neighbors(middle: Floats, n: int = 40) -> Floats:
    """Numbers and those that follow them, a column a number."""
    steps = [middle]
    for _ in range(n):
        steps.insert(0, np.nextafter(steps[0], -INF))
        steps.append(np.nextafter(steps[-1], INF))
    return np.stack(steps)


@pytest.mark.parametrize("name", RANGES)
def test_a_larger_number_gives_no_smaller_result(name: str) -> None:
    middle = np.concatenate([*RANGES[name], seams(name)])
    steps = neighbors(middle[abs(middle) < LARGEST / 2])
    found = OF_ARRAY[name](steps.ravel()).reshape(steps.shape)
    assert not (found[1:] < found[:-1]).any()


def test_a_larger_number_gives_no_smaller_power() -> None:
    for exponent in (1.0, 1.5, 2.0, 3.7, 11.0, 250.0):
        steps = neighbors(np.concatenate([over(1e-2, 1e2), evenly(0.5, 2.0), ROWS]))
        found = powers(steps.ravel(), np.full(steps.size, exponent)).reshape(steps.shape)
        assert not (found[1:] < found[:-1]).any(), exponent


def same(one: float, other: float) -> bool:
    """Equal to the last bit, all that is no number alike."""
    both = np.array([one, other])
    return bool(np.isnan(both).all() or both[:1].tobytes() == both[1:].tobytes())


AS_IN_C = [
    *((log, x, -INF) for x in (0.0, -0.0)),
    *((log, 1.0, 0.0), (log, -1.0, NAN), (log, -INF, NAN), (log, INF, INF), (log, NAN, NAN)),
    *((exp, x, 1.0) for x in (0.0, -0.0)),
    *((exp, INF, INF), (exp, -INF, 0.0), (exp, 709.79, INF), (exp, -746.0, 0.0), (exp, NAN, NAN)),
    *((log1p, x, x) for x in (0.0, -0.0, INF, NAN)),
    *((log1p, -1.0, -INF), (log1p, -1.1, NAN), (log1p, -INF, NAN)),
    *((expm1, x, x) for x in (0.0, -0.0, INF, NAN)),
    *((expm1, -INF, -1.0), (expm1, 709.79, INF), (expm1, -99.0, -1.0)),
]


@pytest.mark.parametrize(("function", "number", "expected"), AS_IN_C)
def test_ends_are_as_in_c(function: Function, number: float, expected: float) -> None:
    """Annex F of the C standard; both as machine code and as plain Python."""
    assert same(OF_ARRAY[function.__name__](np.array([number]))[0], expected)
    assert same(function(number), expected)


POWERS_AS_IN_C = [
    *((x, y, 1.0) for x in (0.0, -INF, NAN, -3.0) for y in (0.0, -0.0)),
    *((1.0, y, 1.0) for y in (INF, -INF, NAN, 1e300)),
    *((-1.0, y, 1.0) for y in (INF, -INF, 2.0**60)),
    *((0.0, 3.0, 0.0), (-0.0, 3.0, -0.0), (-0.0, 2.0, 0.0), (-0.0, 0.5, 0.0), (0.0, INF, 0.0)),
    *((0.0, -3.0, INF), (-0.0, -3.0, -INF), (-0.0, -2.0, INF), (-0.0, -0.5, INF)),
    *((INF, 0.5, INF), (INF, -2.0, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (-INF, 0.5, INF)),
    *((-INF, -3.0, -0.0), (-INF, -2.0, 0.0), (-8.0, 1.0 / 3.0, NAN), (-2.0, 3.0, -8.0)),
    *((-2.0, -2.0, 0.25), (2.0, INF, INF), (0.5, INF, 0.0), (2.0, -INF, 0.0), (0.5, -INF, INF)),
    *((-2.0, INF, INF), (-0.5, INF, 0.0), (2.0, 1024.0, INF), (-2.0, 1025.0, -INF)),
    *((2.0, -1075.5, 0.0), (-2.0, -1077.0, -0.0), (LEAST, -1.0, INF), (LEAST, 1.0, LEAST)),
    *((NAN, 1.0, NAN), (2.0, NAN, NAN), (LARGEST, 1.0, LARGEST), (10.0, 1e-300, 1.0)),
    *((3.0, 4.0, 81.0), (1.0 + 2.0**-52, 1e300, INF), (1.0 - 2.0**-53, 1e300, 0.0)),
]


@pytest.mark.parametrize(("base", "exponent", "expected"), POWERS_AS_IN_C)
def test_ends_of_powers_are_as_in_c(base: float, exponent: float, expected: float) -> None:
    assert same(powers(np.array([base]), np.array([exponent]))[0], expected)
    assert same(power(base, exponent), expected)


@pytest.mark.parametrize("name", RANGES)
def test_plain_python_gives_the_bits_of_machine_code(name: str) -> None:
    numbers = np.concatenate([numbers[::10] for numbers in RANGES[name]])
    plain = [getattr(elementary, name)(number) for number in numbers.tolist()]
    np.testing.assert_array_equal(plain, OF_ARRAY[name](numbers))


def test_plain_powers_have_the_bits_of_machine_code() -> None:
    for bases, exponents in BASES_AND_POWERS.values():
        pairs = itertools.islice(zip(bases.tolist(), exponents.tolist(), strict=True), 200)
        plain = [power(x, y) for x, y in pairs]
        np.testing.assert_array_equal(plain, powers(bases[:200], exponents[:200]))


def test_arrays_give_the_bits_of_numbers() -> None:
    positive, near = over(2.0**-1022, LARGEST), evenly(-707.9, 707.9)
    np.testing.assert_array_equal(log_of_normal(positive), OF_ARRAY["log"](positive))
    np.testing.assert_array_equal(exp_of_near(near), OF_ARRAY["exp"](near))


def test_machine_code_fuses_nothing() -> None:
    for dispatcher in (*OF_ARRAY.values(), powers):
        dispatcher(*([np.ones(1)] * (2 if dispatcher is powers else 1)))
        shown = dispatcher.whole  # type: ignore[attr-defined]
        for text in (*shown.inspect_llvm().values(), *shown.inspect_asm().values()):
            assert not any(word in text for word in ("fma", "fmuladd", "fmadd", "fmsub", " fast "))


EXACT_IN_C = {"sqrt", "floor", "ceil", "inf", "nan", "isnan", "isfinite"}
"""What compiled code may take from `math` or NumPy: they are the same everywhere."""
OTHERWISE = {
    *("log", "exp", "log1p", "expm1", "log2", "log10", "exp2", "pow", "power", "cbrt", "hypot"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "erf", "gamma"),
    *("interp", "dot", "random"),
}
"""What it may not take from NumPy."""


def compiled_functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, path in SOURCES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(
                isinstance(mark, ast.Name) and mark.id.startswith("compiled")
                for mark in node.decorator_list
            ):
                yield name, node
    for module in (elementary, normal):
        for node in ast.parse(SOURCES[module.__name__].read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield module.__name__, node


def test_compiled_code_has_no_function_of_a_c_library() -> None:
    found = list(compiled_functions())
    assert len(found) > 300
    for module, function in found:
        for node in ast.walk(function):
            place = module, function.name, getattr(node, "lineno", 0)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                assert node.value.id != "math" or node.attr in EXACT_IN_C, place
                assert node.value.id != "np" or node.attr not in OTHERWISE, place
            if isinstance(node, ast.BinOp):
                assert not isinstance(node.op, ast.MatMult), place
                # A power of written numbers is made when compiling.
                written = isinstance(node.left, ast.Constant)
                assert written or not isinstance(node.op, ast.Pow), place
