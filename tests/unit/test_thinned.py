"""Draws of fewer people: their shared error is taken out, and what is left is possible.

Room: tables.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.tables.case_counts import CONTROL
from sim.tables.thinned import hold_within, scale_to_everybody

KEYS = ["strategy", "measure", "primary", "replicate"]
HORIZON_DAYS = 365.25
DRAWS = (0, CONTROL, 1)


def corrected(measure: str, *values: float, statistic: str = "") -> float:
    """The value of draw 1, from everybody's, that of fewer people, and that of the draw."""
    rows = [("a", measure, "all", 0, draw, v) for draw, v in zip(DRAWS, values, strict=True)]
    frame = pd.DataFrame(rows, columns=[*KEYS, "draw", "value"])
    keys = list(KEYS)
    if statistic:
        frame["statistic"] = statistic
        keys.append("statistic")
    found = scale_to_everybody(frame, keys, ["a"], HORIZON_DAYS)
    assert found["draw"].tolist() == [0, 1]
    return float(found["value"].iloc[1])


def test_counts_are_multiplied_and_means_of_the_trigger_set_get_the_difference() -> None:
    assert corrected("new_cancers", 110.0, 100.0, 90.0) == pytest.approx(99.0)
    # Days of a pause, of few, do not go beyond the horizon.
    assert corrected("delay_days_per_pause", 210.0, 101.0, 190.0) == HORIZON_DAYS
    assert corrected("pain_area", 110.0, 100.0, 90.0) == pytest.approx(100.0)
    assert corrected("days_walking", 110.0, 100.0, 90.0, statistic="mean") == pytest.approx(100.0)


def test_a_ratio_to_what_few_people_have_does_not_grow_without_end() -> None:
    """Beyond a ratio of 2 the rest is added; a draw like the point estimate is as everybody."""
    assert corrected("walking_with_help_days_per_person", 7.0, 0.25, 3.0) == pytest.approx(12.5)
    assert corrected("walking_with_help_days_per_person", 7.0, 0.25, 0.25) == pytest.approx(7.0)
    assert corrected("walking_with_help_days_per_person", 7.0, 3.5, 5.0) == pytest.approx(10.0)


def test_a_share_is_corrected_by_its_odds() -> None:
    """Odds of 1 where those people have 1/4: those of a draw, 1, become 4."""
    assert corrected("paralysis", 50.0, 20.0, 50.0) == pytest.approx(80.0)
    assert corrected("paralysis", 50.0, 100.0, 90.0) == 90.0
    assert corrected("paralysis", 0.0, 10.0, 90.0) == 90.0
    # Relative survival may be above 100 and is no share.
    assert corrected("relative_survival_5y", 100.0, 90.0, 99.0) == pytest.approx(110.0)


PERCENT = st.integers(0, 10**6).map(lambda n: n / 1e4)
DAYS = st.lists(st.floats(0.0, 2_000.0), min_size=3, max_size=3)


@given(PERCENT, PERCENT, PERCENT)
def test_a_share_stays_within_0_and_100(whole: float, few: float, drawn: float) -> None:
    assert 0.0 <= corrected("paralysis", whole, few, drawn) <= 100.0


@given(DAYS, DAYS, DAYS)
def test_quantiles_stay_in_order(whole: list[float], few: list[float], drawn: list[float]) -> None:
    every = zip(sorted(whole), sorted(few), sorted(drawn), strict=True)
    names = ("p25", "p50", "p75")
    found = [
        corrected("days_to_relief", *values, statistic=name)
        for name, values in zip(names, every, strict=True)
    ]
    assert found == sorted(drawn)


PARTS = st.lists(st.floats(-20.0, 200.0), min_size=4, max_size=4)


@given(PARTS, PARTS)
def test_days_stay_within_the_horizon_and_parts_add_up(
    one: list[float], other: list[float]
) -> None:
    """Days on therapy, paused, off and dead, under two strategies, that fill the horizon."""
    days = np.array([one, other]).T + 30.0
    days = days * HORIZON_DAYS / np.maximum(days.sum(axis=0), 1.0)
    days[3] -= 40.0
    days[0] += 40.0
    on, paused, off, dead = days
    values = {
        "therapy_days_lost": on[0] - on,
        "days_on_therapy": on,
        "days_paused": paused,
        "days_off_therapy": off,
        "days_alive": on + paused + off,
        "days_dead": dead,
    }
    found = hold_within(values, HORIZON_DAYS)
    lost = found.pop("therapy_days_lost")
    for value in found.values():
        assert ((value >= 0.0) & (value <= HORIZON_DAYS + 1e-9)).all()
    parts = found["days_on_therapy"] + found["days_paused"] + found["days_off_therapy"]
    assert parts == pytest.approx(found["days_alive"])
    assert found["days_alive"] + found["days_dead"] == pytest.approx(HORIZON_DAYS)
    assert lost == pytest.approx(found["days_on_therapy"][0] - found["days_on_therapy"])


def test_days_that_are_possible_stay_as_they_are() -> None:
    rng = np.random.default_rng(3)
    on, paused, off, dead = rng.dirichlet(np.ones(4), size=2).T * HORIZON_DAYS
    values = {"days_on_therapy": on, "days_paused": paused, "days_off_therapy": off}
    values |= {"days_alive": on + paused + off, "days_dead": dead}
    for name, value in hold_within(values, HORIZON_DAYS).items():
        np.testing.assert_array_equal(value, values[name])


def test_rows_of_a_draw_are_held_within_the_horizon() -> None:
    """A part that would be below 0 is 0; the others are shrunk to the days alive."""
    names = ("days_on_therapy", "days_paused", "days_off_therapy", "days_alive")
    rows = [
        ("a", name, "all", 0, draw, value)
        for draw, days in zip(DRAWS, ((100, 1, 99), (100, 4, 96), (100, 2, 98)), strict=True)
        for name, value in zip(names, (*days, sum(days)), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=[*KEYS, "draw", "value"]).astype({"value": float})
    found = scale_to_everybody(frame, KEYS, ["a"], HORIZON_DAYS)
    mine = found[found["draw"] == 1].set_index("measure")["value"]
    assert mine["days_paused"] == 0.0
    assert mine["days_alive"] == 200.0
    assert mine["days_on_therapy"] == pytest.approx(200.0 * 100.0 / 201.0)
    assert mine[list(names[:3])].sum() == pytest.approx(200.0)
