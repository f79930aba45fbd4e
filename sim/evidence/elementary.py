r"""Logarithm, exponential and powers with the same last bit on every machine.

Those of a C library differ by processor, those of NumPy by what its vector units can do. These
take only what IEEE 754 defines to the last bit: `+ - * /`, comparisons, and the bits of a number;
nothing is fused. So they give the same as plain Python and as machine code of any processor; those
"of arrays" do for every number of an array too. Errors stay below one unit in the last place, a
larger argument gives no smaller result (of `power`, where the power is 1 or more), and 0, infinity
and what is no number are treated as in C.

Notes
-----
With :math:`x = 2^k z`, :math:`\ln x = k \ln 2 + \ln z`; with :math:`x = k \ln 2 + r`,
:math:`e^x = 2^k e^r`. :math:`\ln 2` stands in two parts, the first of so few bits that `k` times it
is exact. With a table of 64 numbers :math:`c` and their logarithms, :math:`\ln z` is
:math:`\ln c + \ln(1 + r)` (Tang. ACM Trans Math Softw 1990;16:378-400), and can be had in two parts
with more bits than a number has, as `power` needs it. Polynomials have the least largest error
(Remez; computed with 60 digits). What rounding of a sum loses is added again where it counts.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, TypeVar

import numpy as np

from sim.evidence.arrays import Array

Real = TypeVar("Real", float, Array)
"""A number, or an array of them."""
Bits = Any
"""A 64-bit integer, or an array of them."""

_MANTISSA = 52
_ONE, _BIAS = 0x3FF0000000000000, 1023
"""The bits of 1, and what is added to powers of 2 in the bits of a number."""
_LEAST_NORMAL, _LARGEST = 2.0**-1022, (2.0 - 2.0**-52) * 2.0**1023
_TWO_54 = 2.0**54
_ROUND = 1.5 * 2.0**52
"""What is added to it is rounded to a whole number, which its last bits are."""

_PER_LN2 = 1.4426950408889634
_LN2, _LN2_REST = 0.6931471805598903, 5.497923018708371e-14
"""The natural logarithm of 2: its first 42 bits, and the rest."""
_EXP_ENDS = 708.0
"""Up to here, and down to minus this, an exponential and its factors are normal numbers."""
_HALF_OF_BITS = -(2**27)
"""Mask of the first 26 bits of a number; the product of two such numbers is exact."""
_NO_REST = 0.0


def bits_of(x: Real) -> Bits:
    """The bits of numbers, as integers."""
    return np.float64(x).view(np.int64)


def with_bits(bits: Bits) -> Any:
    """The numbers that have these bits."""
    return np.int64(bits).view(np.float64)


def power_of_two(k: Real) -> Real:
    """Two to a whole power from -1022 to 1023, itself a floating-point number; of arrays."""
    two: Real = with_bits((bits_of(k + _ROUND) + _BIAS) << _MANTISSA)
    return two


_ROWS = 64
_ROW = 46
"""Bits of a number below those that say which row of the table it belongs to."""
_TABLE = _ONE - 37 * 2**_ROW - 2 * 2**_ROW // 3
"""Bits of the least number of the first row; 1 is in the middle of a row."""
_IN_ROW_OF_ONE = 0.005


def _log_of_ratio(a: int, b: int) -> tuple[float, float]:
    """The logarithm of `a / b` in whole numbers: its part of 42 bits behind the point, the rest."""
    unit = 160
    s = ((a - b) << unit) // (a + b)
    total, term, n = 0, 2 * s, 1
    while term:
        total += term // n
        term = (term * s >> unit) * s >> unit
        n += 2
        if abs(term) == 1:
            break
    high = (total + (1 << unit - 43)) >> unit - 42
    return high / 2**42, (total - (high << unit - 42)) / 2**unit


def _inverses() -> list[int]:
    """The inverse of a number in the middle of each row, in parts of 512."""
    starts = with_bits(_TABLE + (np.arange(_ROWS + 1) << _ROW)).tolist()
    return [round(512.0 / (0.5 * (low + high))) for low, high in itertools.pairwise(starts)]


_INVERSE = np.array([n / 512.0 for n in _inverses()])
_LOG_C, _LOG_C_REST = np.array([_log_of_ratio(512, n) for n in _inverses()]).T.copy()


def _by_table(x: Real, twos: float) -> tuple[Real, Real, Real, Real]:
    r"""For :math:`x = 2^k c (1 + r)`: :math:`\ln 2^k c` and its rest, `r` in two exact parts."""
    bits = bits_of(x)
    above = bits - _TABLE
    k_bits = above >> _MANTISSA
    row = (above >> _ROW) & (_ROWS - 1)
    z_bits = bits - (k_bits << _MANTISSA)
    z = with_bits(z_bits)
    # Of so few bits that its product with the inverse, and the square of that, are exact.
    short = with_bits((z_bits + 2**31) & -(2**32))
    k = 1.0 * k_bits + twos
    start: Real = k * _LN2 + _LOG_C[row]
    start_rest: Real = k * _LN2_REST + _LOG_C_REST[row]
    high: Real = short * _INVERSE[row] - 1.0
    low: Real = (z - short) * _INVERSE[row]
    return start, start_rest, high, low


def log(x: float) -> float:
    """The natural logarithm."""
    if _LEAST_NORMAL <= x <= _LARGEST:
        return log_of_normal(x, _NO_REST)
    if x < 0.0:
        return math.nan
    if x == 0.0:
        return -math.inf
    if x < _LEAST_NORMAL:
        return log_of_normal(x * _TWO_54, -54.0)
    return x


def log_of_normal(x: Real, twos: float = _NO_REST) -> Real:
    """The natural logarithm of normal numbers above 0, each times a power of 2; of arrays."""
    return _log_of(x, twos, _NO_REST)


def _log_of(x: Real, twos: float, rest: float) -> Real:
    """The same and a small rest."""
    start, start_rest, high, low = _by_table(x, twos)
    r = high + low
    linear = start + r
    small = (((high - r) + low) + (start_rest + rest)) - 0.5 * r * r
    return linear + ((small + ((start - linear) + r)) + _cubes(r))


def _cubes(r: Real) -> Real:
    """For `r` within a row of the table, the logarithm of `1 + r` less `r - r^2 / 2`."""
    r2 = r * r
    first = (0.3333333333333333 - 0.25000000000000944 * r) + r2 * (
        0.2000000000000276 - 0.16666666598539676 * r
    )
    last = (0.14285714175862127 - 0.12501480639484266 * r) + r2 * 0.11112813705675827
    return r * r2 * (first + r2 * r2 * last)


def log1p(x: float) -> float:
    """The natural logarithm of `1 + x`, exact also where `x` is near 0."""
    if abs(x) < 2.0**-54:
        return x
    if abs(x) < _IN_ROW_OF_ONE:
        return x + (_cubes(x) - 0.5 * x * x)
    if x > _LARGEST or not x > -1.0:
        return -math.inf if x == -1.0 else x if x > 0.0 else math.nan
    above = 1.0 + x
    lost = 1.0 - (above - x) if x > 1.0 else x - (above - 1.0)
    return _log_of(above, _NO_REST, lost / above)


def exp(x: float) -> float:
    """The exponential function."""
    if abs(x) < _EXP_ENDS:
        return exp_of_near(x)
    return _exp_of_far(x, _NO_REST)


def exp_of_near(x: Real) -> Real:
    """The exponential of numbers between -708 and 708; of arrays."""
    return _exp_of_sum(x, _NO_REST)


def _exp_of_sum(x: Real, rest: float) -> Real:
    """The same of a number and a small rest."""
    k, r, lost, cubes = _reduced(x, rest)
    return _one_and(r, lost, cubes) * power_of_two(k)


def _exp_of_far(x: float, rest: float) -> float:
    """The same for other numbers: the result, or a factor of it, may be out of range."""
    if not -746.0 < x < 710.0:
        return math.inf if x > 0.0 else 0.0 if x < 0.0 else x
    k, r, lost, cubes = _reduced(x, rest)
    half = (0.5 * k + _ROUND) - _ROUND
    part = _one_and(r, lost, cubes) * power_of_two(half)
    factor = power_of_two(k - half)
    if x > 0.0 and part > _LARGEST / factor:
        return math.inf
    return part * factor


def _one_and(r: Real, lost: Real, cubes: Real) -> Real:
    """The exponential of `r` and what it lost: the sum of its powers, rounded once."""
    head = 1.0 + r
    return head + ((((1.0 - head) + r) + (lost + 0.5 * r * r)) + cubes)


def _reduced(x: Real, rest: float) -> tuple[Real, Real, Real, Real]:
    r"""For :math:`x = k \ln 2 + r`: `k`, `r`, what it lost, and :math:`e^r - 1 - r - r^2/2`."""
    k = (x * _PER_LN2 + _ROUND) - _ROUND
    high = x - k * _LN2
    low = k * _LN2_REST - rest
    r = high - low
    r2 = r * r
    r4 = r2 * r2
    first = (0.16666666666666685 + 0.04166666666666673 * r) + r2 * (
        0.008333333333316723 + 0.001388888888885852 * r
    )
    second = (0.00019841269897116962 + 2.4801587373634626e-05 * r) + r2 * (
        2.755723416557343e-06 + 2.755723342592927e-07 * r
    )
    third = 2.5112268202886145e-08 + 2.0926927689118636e-09 * r
    return k, r, (high - r) - low, r * r2 * (first + r4 * (second + r4 * third))


def expm1(x: float) -> float:
    """The exponential function less 1, exact also where `x` is near 0."""
    if abs(x) < 2.0**-54:
        return x
    if not -37.0 < x < _EXP_ENDS:
        return -1.0 if x < 0.0 else _exp_of_far(x, _NO_REST)
    k, r, lost, cubes = _reduced(x, _NO_REST)
    if k == 0.0:
        return r + (0.5 * r * r + cubes)
    # e^x - 1 = 2^k (1 - 2^-k + r + r^2/2 + ...), its large terms summed with what rounding loses.
    one_less = power_of_two(-k)
    start = 1.0 - one_less
    lost += (1.0 - start) - one_less if k > 0.0 else 0.0
    line = start + r
    lost += (start - line) + r
    r_high: float = with_bits(bits_of(r) & _HALF_OF_BITS)
    half_square = 0.5 * r_high * r_high
    curve = line + half_square
    lost += ((line - curve) + half_square) + 0.5 * (r - r_high) * (r + r_high)
    return (curve + (lost + cubes)) * power_of_two(k)


def _log_in_two(x: float, twos: float) -> tuple[float, float]:
    """The logarithm of a normal number times a power of 2, and a rest: 66 bits together."""
    start, start_rest, high, low = _by_table(x, twos)
    r = high + low
    linear = start + r
    half_square = -0.5 * high * high
    square = linear + half_square
    rest = ((high - r) + low) + ((start - linear) + r) + start_rest
    rest += ((linear - square) + half_square) - 0.5 * low * (r + high)
    rest += _cubes(r)
    whole = square + rest
    return whole, (square - whole) + rest


def power(x: float, y: float) -> float:
    """A number to the power of another one, which need not be whole."""
    if y == 0.0:
        return 1.0
    if _LEAST_NORMAL <= x <= _LARGEST and abs(y) <= 2.0**64:
        return _power_of_normal(x, y, _NO_REST)
    return _power_of_rare(x, y)


def _power_of_normal(x: float, y: float, twos: float) -> float:
    whole, rest = _log_in_two(x, twos)
    # Both factors in two parts of half as many bits, whose product is exact.
    y_high: float = with_bits(bits_of(y) & _HALF_OF_BITS)
    log_high: float = with_bits(bits_of(whole) & _HALF_OF_BITS)
    product = y_high * log_high
    more = (y - y_high) * log_high + y * ((whole - log_high) + rest)
    if abs(product) < _EXP_ENDS:
        return _exp_of_sum(product, more)
    return _exp_of_far(product, more)


def _power_of_rare(x: float, y: float) -> float:
    """The same where the number is not a normal one above 0, or the power is beyond all range."""
    if x == 1.0:
        return 1.0
    if x != x or y != y:
        return math.nan
    even = abs(y) >= 2.0**53
    whole = even or y == int(y)
    odd = not even and whole and int(y) % 2 != 0
    size = abs(x)
    if x < 0.0 and size < math.inf and not whole:
        return math.nan
    if size == 0.0 or size == math.inf:
        result = math.inf if (size > 1.0) == (y > 0.0) else 0.0
    elif abs(y) > 2.0**64:
        result = 1.0 if size == 1.0 else math.inf if (size > 1.0) == (y > 0.0) else 0.0
    elif size < _LEAST_NORMAL:
        result = _power_of_normal(size * _TWO_54, y, -54.0)
    else:
        result = _power_of_normal(size, y, _NO_REST)
    return -result if odd and bits_of(x) < 0 else result
