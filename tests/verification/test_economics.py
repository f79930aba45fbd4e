"""Dominance, ratios, probability of being best and expected loss against what is known otherwise.

Worked numbers by hand, the convex hull of scipy, the integral of the normal loss. Room: economics.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial import ConvexHull
from scipy.stats import norm

from sim.economics.choice import best_on_average, loss_of_choosing, share_best
from sim.economics.dominance import (
    Standing,
    dominates,
    on_efficient_frontier,
    placings,
    rates_of_lead,
)
from sim.economics.exchange import EXCHANGES
from sim.evidence.mistakes import InputError

# Five programs, worked by hand. By rising cost: A; B costs 30 for 1 more (30 each); C costs 90 for
# 2 more than B (45); D costs 20 for 1 more than C (20). 45 before 20: C is extendedly dominated by
# B and D, and D then costs 110 for 3 more than B (36.67). E costs more than D for less than C.
COST = np.array([50.0, 80.0, 170.0, 190.0, 200.0])
GAIN = np.array([1.0, 2.0, 4.0, 5.0, 3.5])


def test_dominance_and_extended_dominance_are_those_worked_by_hand() -> None:
    found = {place.strategy: place for place in placings(GAIN, COST)}
    assert [place.strategy for place in placings(GAIN, COST)] == [0, 1, 2, 3, 4]
    standing = [str(found[s].standing) for s in range(5)]
    assert standing == [
        *("on the frontier", "on the frontier", "extendedly dominated", "on the frontier"),
        "dominated",
    ]
    assert [found[s].before for s in (0, 1, 3)] == [None, 0, 1]
    assert found[2].beaten_by == (1, 3)
    assert found[4].beaten_by == (3,)


def test_ratios_to_the_next_on_the_frontier_are_those_worked_by_hand() -> None:
    low, high = rates_of_lead(GAIN, COST)
    assert low[[0, 1, 3]] == pytest.approx([0.0, 30.0, 110.0 / 3.0])
    assert high[[0, 1]] == pytest.approx([30.0, 110.0 / 3.0])
    assert high[3] == math.inf
    assert low[2] > high[2]


def test_a_free_gain_dominates_and_a_costly_nothing_is_dominated() -> None:
    free = placings(np.array([1.0, 2.0]), np.array([5.0, 5.0]))
    assert [(p.strategy, p.standing) for p in free] == [
        (0, Standing.DOMINATED),
        (1, Standing.FRONTIER),
    ]
    costly = placings(np.array([1.0, 1.0]), np.array([5.0, 6.0]))
    assert [p.standing for p in costly] == [Standing.FRONTIER, Standing.DOMINATED]


def test_a_strategy_twice_is_dominated_by_neither() -> None:
    found = placings(np.array([1.0, 1.0, 2.0]), np.array([5.0, 5.0, 9.0]))
    assert {place.standing for place in found} == {Standing.FRONTIER}


some = st.lists(
    st.tuples(st.integers(-40, 40), st.integers(-40, 40)), min_size=1, max_size=8, unique=True
)


def arrays(points: list[tuple[int, int]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    gain, burden = np.array(points, float).T
    return gain, burden


@given(some)
def test_the_frontier_is_who_has_the_highest_net_benefit_at_some_rate(
    points: list[tuple[int, int]],
) -> None:
    # Slopes between whole numbers up to 80 apart, and one rate between any two of them.
    gain, burden = arrays(points)
    more, dearer = np.subtract.outer(gain, gain), np.subtract.outer(burden, burden)
    slopes = sorted({0.0, *(dearer[more > 0.0] / more[more > 0.0]).clip(0.0).tolist()})
    between = [(a + b) / 2.0 for a, b in itertools.pairwise([*slopes, slopes[-1] + 2.0])]
    best = set()
    for rate in between:
        net = rate * gain - burden
        best |= set(np.flatnonzero(net >= net.max() - 1e-9).tolist())
    front = set(np.flatnonzero(on_efficient_frontier(gain, burden)).tolist())
    assert best <= front
    for s in front - best:  # on the line between two others: best at one rate only
        low, high = rates_of_lead(gain, burden)
        assert low[s] == pytest.approx(high[s], abs=1e-9)


@given(some, st.integers(-9, 9), st.integers(-9, 9), st.sampled_from([0.5, 2.0, 8.0]))
def test_what_all_have_in_common_and_the_unit_change_nothing(
    points: list[tuple[int, int]], gained: int, spent: int, unit: float
) -> None:
    gain, burden = arrays(points)
    assert placings(gain, burden) == placings(gain + gained, burden + spent)
    assert placings(gain, burden) == placings(gain, unit * burden)


@given(some, st.tuples(st.integers(0, 20), st.integers(0, 20)), st.integers(0, 7))
def test_a_strategy_that_is_worse_than_another_changes_nobodys_place(
    points: list[tuple[int, int]], worse: tuple[int, int], than: int
) -> None:
    gain, burden = arrays(points)
    i = than % len(points)
    less, dearer = worse
    if less == dearer == 0:
        return
    with_it = placings(np.append(gain, gain[i] - less), np.append(burden, burden[i] + dearer))
    before = {p.strategy: (p.standing, p.before) for p in placings(gain, burden)}
    after = {p.strategy: (p.standing, p.before) for p in with_it}
    assert after.pop(len(points))[0] is not Standing.FRONTIER
    assert after == before


@settings(max_examples=50)
@given(st.integers(0, 10_000))
def test_the_frontier_is_the_lower_right_part_of_the_convex_hull(seed: int) -> None:
    luck = np.random.default_rng(seed)
    gain, cost = luck.normal(size=9), luck.normal(size=9)
    hull = ConvexHull(np.column_stack([gain, cost]))
    # Edges whose outward normal points to more gain and less cost bound what a rate can choose.
    facing = (hull.equations[:, 0] > 0.0) & (hull.equations[:, 1] < 0.0)
    expected = {int(np.lexsort((-gain, cost))[0]), int(np.lexsort((cost, -gain))[0])}
    expected |= set(hull.simplices[facing].ravel().tolist())
    assert set(np.flatnonzero(on_efficient_frontier(gain, cost)).tolist()) == expected


def test_each_draw_of_many_is_as_if_it_were_alone() -> None:
    luck = np.random.default_rng(3)
    gain, cost = luck.normal(size=(50, 6)), luck.normal(size=(50, 6))
    together = on_efficient_frontier(gain, cost)
    assert (
        together == [on_efficient_frontier(g, c) for g, c in zip(gain, cost, strict=True)]
    ).all()
    assert dominates(gain, cost).shape == (50, 6, 6)


def test_two_normal_strategies_have_the_probability_and_the_loss_of_the_normal_integral() -> None:
    # Net benefits 0 and d ~ N(mu, sd): P(best) = Phi(mu / sd); expected losses
    # sd * (phi(u) - u * Phi(-u)) of the better and sd * (phi(u) + u * Phi(u)) of the other, where
    # u = mu / sd.
    n, mu, sd = 400_000, 0.7, 1.9
    net = np.zeros((n, 2))
    net[:, 1] = np.random.default_rng(17).normal(mu, sd, n)
    u = mu / sd
    share = share_best(net)
    assert share[1] == pytest.approx(norm.cdf(u), abs=4.0 * 0.5 / math.sqrt(n))
    losses = loss_of_choosing(net)
    error = losses.std(axis=0) / math.sqrt(n)
    expected = sd * np.array([norm.pdf(u) + u * norm.cdf(u), norm.pdf(u) - u * norm.cdf(-u)])
    assert (np.abs(losses.mean(axis=0) - expected) < 4.0 * error).all()
    assert best_on_average(net) == 1


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_losses_and_shares_follow_from_their_meaning(seed: int, strategies: int) -> None:
    net = np.random.default_rng(seed).normal(size=(40, strategies))
    losses, shares = loss_of_choosing(net).mean(axis=0), share_best(net)
    assert (losses >= 0.0).all()
    assert shares.sum() == pytest.approx(1.0)
    assert losses.argmin() == best_on_average(net)
    assert losses.min() == pytest.approx(net.max(axis=1).mean() - net.mean(axis=0).max())
    shift = np.random.default_rng(seed + 1).normal(size=(40, 1))  # what a draw does to all
    assert loss_of_choosing(net + shift).mean(axis=0) == pytest.approx(losses)
    assert share_best(net + shift) == pytest.approx(shares)


def test_what_is_best_most_often_need_not_be_best_on_average() -> None:
    net = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 9.0]])
    assert share_best(net).argmax() == 0
    assert best_on_average(net) == 1


def test_ties_are_shared() -> None:
    assert share_best(np.zeros((5, 4))).tolist() == [0.25] * 4


@pytest.mark.parametrize("name", EXCHANGES)
def test_two_strategies_are_worth_the_same_at_the_rate_that_is_their_ratio(name: str) -> None:
    exchange = EXCHANGES[name]
    gain, burden = np.array([0.3, 0.5]), np.array([100.0, 900.0])
    rate = float(exchange.ratio(gain[1] - gain[0], burden[1] - burden[0]))
    first, second = exchange.at(rate).of(gain, burden)
    assert first == pytest.approx(second)
    assert exchange.rate in exchange.rates
    assert exchange.rates[[0, -1]].tolist() == [0.0, exchange.most]


@pytest.mark.parametrize("rate", [-1.0, math.nan, math.inf, "many", True])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(InputError, match=r"rate is .*; allowed: a number, at least 0"):
        EXCHANGES["cost"].at(rate)
