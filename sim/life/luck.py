r"""Luck is addressed, not consumed: a random number is a pure function of where it is needed.

Philox 4x32-10 (Salmon, Moraes, Dror, Shaw. Parallel random numbers: as easy as 1, 2, 3. SC'11)
turns a key and a counter into 128 random bits. The key is the seed. The counter is the address:
person (64 bits), replicate (32), purpose (11), vertebral level (5), occurrence (16). The
strategy, the parameter draw, the order of execution, the number of workers and other people's
lives are not part of it, so none of them can change a person's luck.
"""

from __future__ import annotations

import numpy as np

from sim.evidence.elementary import log_of_normal
from sim.evidence.normal import standard_normal
from sim.life.compiled import Record, compiled

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_MIX_0 = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)
_21 = np.uint64(21)
_16 = np.uint64(16)
_12 = np.uint64(12)
_UNIT = 2.0**-52


@compiled
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Ten rounds of Philox 4x32 on 32-bit words held in 64-bit unsigned integers.

    Parameters
    ----------
    c0, c1, c2, c3 : uint64
        Counter words, each below 2**32.
    k0, k1 : uint64
        Key words, each below 2**32.

    Returns
    -------
    tuple of four uint64
        Random words, each below 2**32.
    """
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * c0
        product_1 = _MULTIPLIER_1 * c2
        c0 = (product_1 >> _32) ^ c1 ^ k0
        c1 = product_1 & _LOW
        c2 = (product_0 >> _32) ^ c3 ^ k1
        c3 = product_0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@compiled
def uniform_pair(person: Record, purpose: int, level: int, occurrence: int) -> tuple[float, float]:
    """Two independent uniforms on the open interval (0, 1) at one address of a person's luck.

    Parameters
    ----------
    person : record of `PERSON`
        Its `seed`, `number` and `replicate` are read, nothing else.
    purpose, level, occurrence : int
        Why the number is needed (a `Luck`), at which vertebral level (0 if at none),
        and which occurrence it is.
    """
    address = (np.uint64(purpose) << _21) | (np.uint64(level) << _16) | np.uint64(occurrence)
    w0, w1, w2, w3 = philox(
        person.number & _LOW,
        person.number >> _32,
        np.uint64(person.replicate),
        address,
        person.seed & _LOW,
        person.seed >> _32,
    )
    first = ((w0 << _32) | w1) >> _12
    second = ((w2 << _32) | w3) >> _12
    return (np.float64(first) + 0.5) * _UNIT, (np.float64(second) + 0.5) * _UNIT


@compiled
def uniform(person: Record, purpose: int, level: int, occurrence: int) -> float:
    """One uniform on (0, 1) at an address: the first of its pair."""
    return uniform_pair(person, purpose, level, occurrence)[0]


@compiled
def exponential(share: float) -> float:
    """The exponential number of mean 1 that a uniform one on (0, 1) stands for.

    By a logarithm that does not look for what is no normal number above 0: a uniform number is one.
    """
    return -log_of_normal(share)


@compiled
def budget(person: Record, purpose: int, level: int, occurrence: int) -> float:
    """The budget of a clock, exponential with mean 1, at an address."""
    return exponential(uniform_pair(person, purpose, level, occurrence)[0])


@compiled
def normal(person: Record, purpose: int, level: int, occurrence: int) -> float:
    """A standard normal number at an address."""
    return standard_normal(uniform_pair(person, purpose, level, occurrence)[0])


@compiled
def mix(fingerprint: np.uint64, event: int, level: int, day: float) -> np.uint64:
    """Fold one event into a 64-bit fingerprint of a life (finalizer of SplitMix64).

    Parameters
    ----------
    fingerprint : uint64
    event, level : int
    day : float64
        All 64 bits count: lives are equal only if their event times are equal to the last bit.
    """
    bits = np.float64(day).view(np.uint64)
    z = fingerprint * _MIX_0 + bits ^ ((np.uint64(event) << _16) | np.uint64(level))
    z = (z ^ (z >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return z ^ (z >> np.uint64(31))
