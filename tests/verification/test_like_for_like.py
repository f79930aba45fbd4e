"""Strategies that differ in one thing differ in the outcomes as that thing says.

The same people of the United States under every strategy, a year from the first trigger.

Room: tables.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.scenario import Scenario
from tests.simplified import STANDARD_ERRORS

PEOPLE = 60_000
WAITS = (0.0, 1.0, 4.0)
HOLDS = (0.0, 7.0, 28.0)
TRIAL_MARGIN = 0.03
"""Of the share that responds: single and multiple fractions differ by 1 of 100, with an interval of
the ratio of odds from 0.95 to 1.01 (chow2012, rich2018); evaluable people by 3 (saito2019)."""


@cache
def compared() -> pd.DataFrame:
    """Everybody's paired differences; one reference for all."""
    chosen = [
        strategy("ebrt_8gy1"),
        *(strategy("ebrt_20gy5", wait_ratio=ratio) for ratio in WAITS),
        *(strategy("ebrt_20gy5", post_hold_days=days) for days in HOLDS),
        strategy("ebrt_8gy1", local_courses_per_level=1),
        strategy("ebrt_20gy5", local_courses_per_level=1),
    ]
    people = Population.united_states(2010).scaled(PEOPLE)
    result = Scenario(name="like_for_like", population=people, strategies=chosen).run()
    pairs = result.compare()
    return pairs[pairs["subgroup"] == "all"].set_index(["strategy", "measure"])


def difference(name: str, measure: str) -> tuple[float, float]:
    """To 8 Gy, and its standard error."""
    row = compared().loc[name, measure]
    return float(row["difference"]), float(row["sd_paired"] / row["people"] ** 0.5)


def test_longer_waits_withhold_more_and_relieve_less() -> None:
    names = [f"ebrt_20gy5(wait_ratio={ratio})" for ratio in WAITS]
    for shorter, longer in pairwise(names):
        for measure, sign in (("days_pain_below_4", -1.0), ("pause_days", 1.0)):
            one, other = difference(shorter, measure), difference(longer, measure)
            assert sign * (other[0] - one[0]) > -(one[1] + other[1])
    first, last = names[0], names[-1]
    assert difference(last, "days_pain_below_4")[0] < difference(first, "days_pain_below_4")[0]
    assert difference(last, "pause_days")[0] > difference(first, "pause_days")[0]


def test_longer_holds_lose_more_days_of_therapy_and_relieve_nobody_more() -> None:
    names = [f"ebrt_20gy5(post_hold_days={days})" for days in HOLDS]
    for shorter, longer in pairwise(names):
        for measure in ("therapy_days_lost", "pause_days", "delay_days"):
            assert difference(longer, measure)[0] > difference(shorter, measure)[0]
        one, other = (difference(name, "days_pain_below_4") for name in (shorter, longer))
        assert abs(other[0] - one[0]) <= STANDARD_ERRORS * (one[1] + other[1])


@pytest.mark.parametrize("cap", ["", "(local_courses_per_level=1)"])
def test_8_gy_and_20_gy_in_5_differ_by_no_more_than_their_trials(cap: str) -> None:
    """A response more or less in so many people cannot move more than as large a share of days."""
    relief = "days_pain_below_4"
    one = difference("ebrt_8gy1" + cap, relief) if cap else (0.0, 0.0)
    other = difference("ebrt_20gy5" + (cap or "(wait_ratio=1.0)"), relief)
    level = float(compared().loc["ebrt_20gy5(wait_ratio=1.0)", relief]["reference_mean"])
    chance = STANDARD_ERRORS * (one[1] + other[1])
    assert abs(other[0] - one[0]) < TRIAL_MARGIN * level + chance
