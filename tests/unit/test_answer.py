"""The answer in words names no winner that draws cannot tell apart, and says what is assumed.

Room: tables.
"""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.counting.care_tally import SUBGROUPS
from sim.tables.answer import LOST, RELIEF, answer_text, front_of, gap
from sim.tables.compare import COMPARED, PairedMeans
from sim.tables.decomposition import decomposition_text, worse_than_a_part
from sim.tables.kept_rows import KeptRows
from sim.tables.leading import leading

NAMES = ("usual", "a", "b", "c")
SETTINGS = {"Base": {name: name for name in NAMES}}


def result_of(relief: dict[str, list[float]], lost: dict[str, list[float]]) -> Any:
    """A run with these means by draw, draw 0 among them as their mean."""
    twins = []
    n = len(next(iter(relief.values())))
    for draw in range(n + 1):
        mean = np.zeros((len(relief), len(SUBGROUPS), len(COMPARED)), np.float32)
        for s, name in enumerate(relief):
            for measure, values in ((RELIEF, relief[name]), (LOST, lost[name])):
                value = np.mean(values) if draw == 0 else values[draw - 1]
                mean[s, :, list(COMPARED).index(measure)] = value
        nothing = np.zeros_like(mean)
        twins.append(PairedMeans(draw, 0, np.full(len(SUBGROUPS), 100.0), mean, nothing, nothing))
    grade = {"a": "randomized trials", "b": "assumed", "c": "series without controls"}
    return SimpleNamespace(
        run={"strategies": list(relief)},
        twins=twins,
        evidence_words=lambda name: grade.get(name, ""),
        scenario=SimpleNamespace(
            treatments=(),
            called=lambda name: name,
            outcomes=SimpleNamespace(horizon_days=math.inf),
        ),
    )


def noisy(mean: float, seed: int, sd: float = 1.0, n: int = 40) -> list[float]:
    return list(mean + sd * np.random.default_rng(seed).standard_normal(n))


@pytest.fixture
def clear() -> Any:
    relief = {"usual": noisy(0, 1), "a": noisy(-8, 2), "b": noisy(9, 3), "c": noisy(20, 4)}
    lost = {"usual": [0.0] * 40, "a": noisy(-9, 5), "b": noisy(5, 6), "c": noisy(12, 7)}
    return result_of(relief, lost)


def test_the_frontier_runs_from_the_least_therapy_lost_to_the_most_relief(clear: Any) -> None:
    assert front_of(clear, NAMES) == ["a", "usual", "b", "c"]


def test_a_difference_between_two_strategies_is_paired_over_draws() -> None:
    shared = noisy(0, 8, sd=30.0)
    relief = {"usual": shared, "a": [x + 2.0 + 0.1 * (i % 2) for i, x in enumerate(shared)]}
    found = gap(result_of(relief, {n: [0.0] * 40 for n in relief}), RELIEF, "a", "usual")
    assert found.mean == pytest.approx(2.05, abs=1e-4)
    # A new draw lies within it with 95%: all of the 40 are 2.0 or 2.1.
    assert (found.low, found.high) == pytest.approx((2.0, 2.1), abs=1e-4)
    assert found.told_apart


def test_a_winner_is_named_only_where_it_beats_every_other_one(clear: Any) -> None:
    said = " ".join(answer_text(clear, SETTINGS).split())
    assert "c relieves more than every other strategy (evidence: series without controls)" in said
    assert "the next, b, has" in said


def test_no_winner_is_named_where_a_difference_holds_zero() -> None:
    relief = {"usual": noisy(-30, 1), "a": noisy(9, 2, 4.0), "b": noisy(9.2, 3, 4.0)}
    lost = {"usual": [0.0] * 40, "a": noisy(1, 4), "b": noisy(3, 5)}
    said = " ".join(answer_text(result_of(relief, lost), {"Base": {n: n for n in relief}}).split())
    assert "which relieves most is not known" in said
    assert "b and a are not told apart (evidence: assumed and randomized trials)" in said


def test_nothing_is_certain_without_draws(clear: Any) -> None:
    clear.twins = clear.twins[:1]
    said = " ".join(answer_text(clear, SETTINGS).split())
    assert "Certain: nothing is called so" in said
    assert "--draws 40" in said


def test_no_winner_is_named_from_replicates(clear: Any) -> None:
    clear.twins = [replace(t, draw=0, replicate=t.draw) for t in clear.twins]
    said = " ".join(answer_text(clear, SETTINGS).split())
    assert "Certain: nothing is called so from 0 draws, and no order is established" in said


def test_the_frontier_says_in_how_many_draws_and_by_what_evidence(clear: Any) -> None:
    said = " ".join(answer_text(clear, SETTINGS).split())
    assert "evidence: series without controls; on the frontier in 100% of draws)" in said


EQUAL_SETS, N_DRAWS = 400, (39, 60, 200, 400)


def winners(n: int, strategies: int, apart: float, seed: int) -> list[str | None]:
    """Who is named over many sets of draws, each as a posterior around an estimate that errs."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(EQUAL_SETS):
        estimate = rng.standard_normal(strategies)
        draws = estimate[:, None] + rng.standard_normal((strategies, n))
        draws[0] += apart
        samples = {str(s): row for s, row in enumerate(draws)}
        found.append(leading(samples, more=True, drawn=True).winner)
    return found


@pytest.mark.parametrize("n", N_DRAWS)
@pytest.mark.parametrize("strategies", [2, 3, 8])
def test_of_equal_strategies_a_winner_is_named_in_at_most_5_of_100_sets(
    n: int, strategies: int
) -> None:
    named = sum(w is not None for w in winners(n, strategies, 0.0, 7 * n + strategies))
    # Two standard errors of the share of 5% above it.
    assert named / EQUAL_SETS <= 0.05 + 2.0 * np.sqrt(0.05 * 0.95 / EQUAL_SETS)


@pytest.mark.parametrize("n", N_DRAWS)
def test_a_strategy_that_is_better_by_far_is_named(n: int) -> None:
    named = winners(n, 3, 12.0, n)
    assert sum(w == "0" for w in named) / EQUAL_SETS > 0.99


def test_ties_are_named_together_and_the_least_may_lead() -> None:
    days = {"a": np.array(noisy(5.0, 1)), "b": np.array(noisy(5.1, 2)), "c": np.array(noisy(30, 3))}
    found = leading(days, more=False, drawn=True)
    assert set(found.order[:2]) == {"a", "b"}
    assert found.alike == found.order[1:2]
    assert found.winner is None
    assert leading(days, more=True, drawn=True).winner == "c"
    assert leading(days, more=True, drawn=False).winner is None


def test_what_another_assumption_puts_on_the_frontier_is_said() -> None:
    relief = {"usual": [0.0] * 40, "a": [5.0] * 40, "usual@none": [0.0] * 40, "a@none": [5.0] * 40}
    lost = {"usual": [0.0] * 40, "a": [2.0] * 40, "usual@none": [1.0] * 40, "a@none": [0.5] * 40}
    settings = {
        "Base": {"usual": "usual", "a": "a"},
        "Without holds": {"usual": "usual@none", "a": "a@none"},
    }
    said = " ".join(answer_text(result_of(relief, lost), settings).split())
    assert "Without holds: the frontier is a; usual leaves it." in said


def test_who_and_which_courses_and_days_are_told(clear: Any) -> None:
    rows = [("c", "courses_of_x", 1.5), ("b", "courses_of_x", 0.5)]
    clear.outcome_rows = KeptRows(("measure", "primary"))
    for strategy, measure, value in rows:
        clear.outcome_rows.add(strategy, 0, 0, [(measure, "all")], [value])
    clear.value = lambda measure, strategy: {"c": 2.0, "b": 1.0}[strategy]
    said = decomposition_text(clear, "c", "b")
    assert "Which days:" in said
    assert "Which courses:" in said
    assert "lesion: " in said
    assert "+1.00" in said  # courses in all


def test_a_combination_is_worse_than_the_best_of_its_parts_or_not_told(clear: Any) -> None:
    parts = {"b": ("a", "c"), "c": ("a", "b"), "a": ("d",), "e": ("a",)}
    assert worse_than_a_part(clear, parts, NAMES) == [("b", "c")]
