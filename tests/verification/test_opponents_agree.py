"""The programs that are raced in benchmarks answer the same question, and rightly.

Room: engine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.benchmarks.opponents import (
    numba_kernel,
    plain_simpy,
    spinemets_clocks,
    spinemets_engine,
    vectorized_numpy,
)
from tests.benchmarks.opponents.nine_clocks import (
    AGE,
    CLOCKS,
    CORD,
    DEATH_CANCER,
    DEATH_OTHER,
    DISSEMINATION,
    FRACTURE,
    NEVER,
    PAIN,
    SKELETAL,
    SPINAL,
    TREATMENT,
    Days,
    Hazards,
    each_answer,
    exact_answer,
)
from tests.simplified import STANDARD_ERRORS

YEAR = 365.25
USUAL = Hazards()
OTHER = Hazards(
    spread_scale_days=3.0 * YEAR,
    spread_shape=1.8,
    other_rate=0.02 / YEAR,
    other_slope=0.05 / YEAR,
    treatment=0.7 / YEAR,
    skeletal=1.1 / YEAR,
    spinal=2.5 / YEAR,
    pain=0.9 / YEAR,
    fracture=0.8 / YEAR,
    cord=0.5 / YEAR,
    cancer=0.5 / YEAR,
    fracture_death_ratio=3.0,
)
OPPONENTS = {
    "simpy": (plain_simpy.live, 8_000),
    "numpy": (vectorized_numpy.live, 100_000),
    "numba": (numba_kernel.live, 100_000),
    "clocks": (spinemets_clocks.live, 100_000),
    "full_model": (spinemets_engine.live, 40_000),
}


@pytest.mark.parametrize("hazards", [USUAL, OTHER], ids=["usual", "other"])
@pytest.mark.parametrize("name", OPPONENTS)
def test_each_opponent_gives_the_exact_answer(name: str, hazards: Hazards) -> None:
    """Shares of all nine events, days alive and days with spinal metastasis."""
    live, people = OPPONENTS[name]
    answers = each_answer(live(people, 3, hazards))
    error = answers.std(axis=0, ddof=1) / np.sqrt(people)
    away = (answers.mean(axis=0) - exact_answer(hazards).numbers) / error
    assert np.abs(away).max() <= STANDARD_ERRORS, dict(zip((*CLOCKS, "", ""), away, strict=True))


@pytest.mark.parametrize("live", [live for live, _ in OPPONENTS.values()], ids=list(OPPONENTS))
def test_lives_keep_the_order_of_the_clocks(live: Callable[[int, int], Days]) -> None:
    """One death each, after all else, and no event before the one that starts its clock."""
    days = live(3_000, 4)
    assert days.shape == (3_000, len(CLOCKS))
    death = days[:, [DEATH_CANCER, DEATH_OTHER]]
    assert ((death < NEVER).sum(axis=1) == 1).all()
    before = days[:, :DEATH_CANCER]
    assert (np.where(before < NEVER, before, 0.0) < death.min(axis=1, keepdims=True)).all()
    for first, then in (
        (DISSEMINATION, TREATMENT),
        (DISSEMINATION, SKELETAL),
        (DISSEMINATION, DEATH_CANCER),
        (SKELETAL, SPINAL),
        *((SPINAL, event) for event in (PAIN, FRACTURE, CORD)),
    ):
        happened = days[:, then] < NEVER
        assert happened.any()
        assert (days[happened, first] < days[happened, then]).all()


def test_the_exact_answer_is_that_of_competing_exponentials() -> None:
    """Where all hazards are constant, each share is a product of parts of hazards."""
    rate = 1.0 / YEAR
    constant = Hazards(
        spread_scale_days=YEAR / 0.3,
        spread_shape=1.0,
        other_rate=0.1 * rate,
        other_slope=1e-12,
        skeletal=0.5 * rate,
        spinal=0.8 * rate,
        fracture=0.2 * rate,
        cancer=0.4 * rate,
        treatment=1.5 * rate,
        fracture_death_ratio=1.0,
    )
    found = exact_answer(constant).share
    spread = 0.3 / 0.4
    skeletal = spread * 0.5 / (0.5 + 0.1 + 0.4)
    spinal = skeletal * 0.8 / (0.8 + 0.5)
    expected = {
        DISSEMINATION: spread,
        TREATMENT: spread * 1.5 / 2.0,
        SKELETAL: skeletal,
        SPINAL: spinal,
        FRACTURE: spinal * 0.2 / 0.7,
        DEATH_CANCER: spread * 0.4 / 0.5,
        DEATH_OTHER: 0.25 + spread * 0.1 / 0.5,
    }
    np.testing.assert_allclose(found[list(expected)], list(expected.values()), rtol=1e-6)


def test_lives_of_the_opponents_start_at_one_age() -> None:
    people = spinemets_engine.lives(10, 1).model.cells
    assert (people["age_low"] == AGE).all()
    assert (people["age_high"] == AGE).all()
