"""Luck is Philox 4x32-10 at the documented address, uniform, and independent between addresses.

Room: life.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.evidence.normal import standard_normal
from sim.life.events import Luck
from sim.life.luck import budget, mix, normal, philox, uniform, uniform_pair
from sim.life.records import PERSON
from tests.simplified import STANDARD_ERRORS, TAIL, Records

KNOWN_ANSWERS = {
    "zeros": "00000000 00000000 00000000 00000000  00000000 00000000"
    "  6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ones": "ffffffff ffffffff ffffffff ffffffff  ffffffff ffffffff"
    "  408f276d 41c83b0e a20bc7c6 6d5451fd",
    "pi": "243f6a88 85a308d3 13198a2e 03707344  a4093822 299f31d0"
    "  d16cfe09 94fdcceb 5001e420 24126ea1",
}
"""Counter, key, answer: `philox4x32 10` in `kat_vectors` of Random123."""

N = 8_000


def somebody(number: int = 1, seed: int = 1, replicate: int = 0) -> np.void:
    person: Records = np.zeros(1, PERSON)
    person["number"], person["seed"], person["replicate"] = number, seed, replicate
    found: np.void = person[0]
    return found


@pytest.mark.parametrize("known", KNOWN_ANSWERS.values(), ids=KNOWN_ANSWERS)
def test_philox_gives_the_published_known_answers(known: str) -> None:
    words = [int(word, 16) for word in known.split()]
    answer = philox(*(np.uint64(word) for word in words[:6]))
    assert [int(word) for word in answer] == words[6:]


@given(
    number=st.integers(0, 2**64 - 1),
    seed=st.integers(0, 2**64 - 1),
    replicate=st.integers(0, 2**32 - 1),
    purpose=st.integers(0, 2**11 - 1),
    level=st.integers(0, 2**5 - 1),
    occurrence=st.integers(0, 2**16 - 1),
)
def test_the_address_is_packed_as_documented(
    number: int, seed: int, replicate: int, purpose: int, level: int, occurrence: int
) -> None:
    """Person 64 bits, replicate 32, purpose 11, level 5, occurrence 16; the key is the seed."""
    low = 2**32 - 1
    counter = (number & low, number >> 32, replicate, purpose << 21 | level << 16 | occurrence)
    w = [int(x) for x in philox(*(np.uint64(x) for x in (*counter, seed & low, seed >> 32)))]
    expected = ((w[0] << 32 | w[1]) >> 12, (w[2] << 32 | w[3]) >> 12)
    found = uniform_pair(somebody(number, seed, replicate), purpose, level, occurrence)
    assert tuple(x * 2**52 - 0.5 for x in found) == expected


def test_purposes_are_distinct_and_fit_into_their_bits() -> None:
    # A member with the number of another would be its alias and not be gone through.
    assert len(Luck) == len(Luck.__members__) >= 10
    assert all(0 < purpose < 2**11 for purpose in Luck)


@pytest.mark.parametrize(
    ("draw", "oracle"),
    [(uniform, stats.uniform.cdf), (budget, stats.expon.cdf), (normal, stats.norm.cdf)],
    ids=["uniform", "budget", "normal"],
)
def test_numbers_have_their_distribution(
    draw: Callable[..., float], oracle: Callable[..., float]
) -> None:
    """Kolmogorov and Smirnov, over people who are numbered one after the other."""
    sample = np.array([draw(somebody(number), 5, 3, 2) for number in range(N)])
    assert stats.kstest(sample, oracle).pvalue > TAIL


def test_normal_numbers_are_the_percentage_points_of_their_uniforms() -> None:
    """SciPy's are another algorithm; over the center, both tails and the smallest uniform."""
    tail = np.geomspace(0.5 * 2.0**-52, 0.2, 300)
    shares = np.concatenate([tail, np.linspace(0.01, 0.99, 300), 1.0 - tail[100:]])
    found = [standard_normal(share) for share in shares]
    np.testing.assert_allclose(found, stats.norm.ppf(shares), rtol=1e-13, atol=1e-15)


def test_uniforms_lie_inside_the_open_interval() -> None:
    pairs = np.array([uniform_pair(somebody(number), 1, 0, 0) for number in range(N)])
    assert pairs.min() > 0.0
    assert pairs.max() < 1.0
    # The smallest and the largest that 52 bits can give.
    assert (0.0 + 0.5) * 2.0**-52 > 0.0
    assert (float(2**52 - 1) + 0.5) * 2.0**-52 < 1.0


@pytest.mark.parametrize("step", ["number", "seed", "replicate", "purpose", "level", "occurrence"])
def test_neighboring_addresses_are_uncorrelated(step: str) -> None:
    here, there = np.empty(N), np.empty(N)
    for i in range(N):
        address = {"number": 2 * i, "seed": 7, "replicate": 0}
        where = {"purpose": 6, "level": 4, "occurrence": 1}
        here[i] = uniform(somebody(**address), *where.values())
        beside = {k: v + (k == step) for k, v in {**address, **where}.items()}
        person = somebody(beside["number"], beside["seed"], beside["replicate"])
        there[i] = uniform(person, beside["purpose"], beside["level"], beside["occurrence"])
    assert abs(np.corrcoef(here, there)[0, 1]) <= STANDARD_ERRORS / np.sqrt(N)
    assert stats.kstest(np.mod(here - there, 1.0), stats.uniform.cdf).pvalue > TAIL


def test_the_two_numbers_of_an_address_are_independent() -> None:
    pairs = np.array([uniform_pair(somebody(number), 5, 0, 0) for number in range(N)])
    assert abs(np.corrcoef(pairs.T)[0, 1]) <= STANDARD_ERRORS / np.sqrt(N)
    cells = np.histogram2d(pairs[:, 0], pairs[:, 1], bins=8, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(cells.ravel()).pvalue > TAIL


@given(
    fingerprint=st.integers(0, 2**64 - 1),
    event=st.integers(0, 100),
    level=st.integers(0, 25),
    day=st.floats(0.0, 5e4),
)
def test_a_fingerprint_sees_the_event_the_level_and_the_last_bit_of_the_day(
    fingerprint: int, event: int, level: int, day: float
) -> None:
    here = mix(np.uint64(fingerprint), event, level, day)
    others = (
        mix(np.uint64(fingerprint), event + 1, level, day),
        mix(np.uint64(fingerprint), event, level + 1, day),
        mix(np.uint64(fingerprint), event, level, float(np.nextafter(day, np.inf))),
        mix(np.uint64(fingerprint ^ 1), event, level, day),
    )
    assert here == mix(np.uint64(fingerprint), event, level, day)
    assert here not in others
