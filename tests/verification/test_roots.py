"""Nerve roots: reached as the lesion grows, with pain and numbness where they are felt.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest

from sim.evidence.instruments import NUMB_AREAS, NUMB_AT, NUMB_BELOW
from sim.evidence.vocabulary import LEVELS, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER, ramp_cumulative
from tests.simplified import (
    STANDARD_ERRORS,
    Parameters,
    alike,
    assert_share,
    live_everybody,
    with_one_lesion,
)

N = 4_000
FILL = 200.0
RATE = 1.0 / 150.0


def reaching() -> Parameters:
    """One lesion at diagnosis that reaches roots as it grows."""
    cancers, worlds = with_one_lesion()
    worlds["fill_median_days"] = FILL
    worlds["root_rate_per_day"] = RATE
    worlds["root_numb_share"] = 0.0
    worlds["root_pain_low"] = worlds["root_pain_high"] = 6.0
    worlds["both_sides_share"] = worlds["one_side_share"] = 0.0
    worlds["mortality_rate"] = 0.05
    worlds["mortality_cumulative"] = 0.05 * np.arange(worlds["mortality_cumulative"].shape[-1])
    return cancers, worlds


@pytest.mark.parametrize("back", [0.0, 1.0])
def test_the_first_root_is_reached_at_a_hazard_that_rises_with_growth(back: float) -> None:
    """Sooner by the ratio if the back of the vertebra is involved."""
    cancers, worlds = reaching()
    worlds["both_sides_share"] = back
    worlds["root_posterolateral_ratio"] = 3.0
    rate = RATE * 3.0**back
    people, log, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT), seed=3)
    reached = log.event == Event.ROOT_REACHED
    number, first = np.unique(log.person[reached], return_index=True)
    days = np.full(N, NEVER)
    days[np.searchsorted(people["number"], number)] = log.day[reached][first]
    integral = np.vectorize(lambda t: ramp_cumulative(t, rate, FILL))
    for day in (50.0, 100.0, 200.0, 400.0, 1_000.0):
        # What has happened less the hazard that was lived has a mean of 0 at every time.
        lived = integral(np.minimum(np.minimum(days, people["death_day"]), day)).sum()
        assert abs((days <= day).sum() - lived) < STANDARD_ERRORS * np.sqrt(lived)


def test_the_second_root_of_a_full_vertebra_follows_at_the_same_hazard_and_is_the_last() -> None:
    _, worlds = parameters = reaching()
    worlds["fill_median_days"] = 1e-6
    people, log, _ = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=4)
    reached = log.event == Event.ROOT_REACHED
    number, first, times = np.unique(log.person[reached], return_index=True, return_counts=True)
    assert times.max() == 2
    starts, death = log.day[reached][first], people["death_day"]
    death = death[np.searchsorted(people["number"], number)]
    ends = np.where(times == 2, log.day[reached][np.minimum(first + 1, reached.sum() - 1)], death)
    lived = RATE * (ends - starts).sum()
    assert abs((times == 2).sum() - lived) < STANDARD_ERRORS * np.sqrt(lived)


def test_a_lesion_in_the_canal_reaches_a_root_sooner_with_each_grade() -> None:
    _, worlds = parameters = reaching()
    worlds["fill_median_days"] = 1e-6
    worlds["epidural_rate_per_day"] = (1.0 / 100.0, 1.0 / 50.0, 0.0)
    worlds["root_epidural_ratio"] = 3.0
    people, log, _ = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=5)
    row = np.searchsorted(people["number"], log.person)
    first = np.array(people["death_day"])
    happened = np.zeros(N, bool)
    grades = np.full((2, N), NEVER)
    for event, who, day in zip(log.event.tolist(), row.tolist(), log.day.tolist(), strict=True):
        if event == Event.ROOT_REACHED and not happened[who]:
            happened[who], first[who] = True, day
        elif event == Event.EPIDURAL_EXTENSION:
            grades[0 if grades[0, who] == NEVER else 1, who] = day
    # The hazard that was lived until the first root.
    ends = np.minimum(np.vstack([grades, np.full(N, NEVER)]), first)
    spans = np.diff(ends, axis=0, prepend=0.0)
    lived = RATE * (spans * np.array([[1.0], [3.0], [9.0]])).sum()
    assert abs(happened.sum() - lived) < STANDARD_ERRORS * np.sqrt(lived)


def test_a_root_hurts_no_less_than_was_drawn_and_from_then_on() -> None:
    people, log, _ = live_everybody(reaching(), alike(N, stage=Stage.DISTANT), seed=6)
    reached = np.isin(people["number"], log.person[log.event == Event.ROOT_REACHED])
    np.testing.assert_array_equal(people["pain_onset_day"] < NEVER, reached)
    places = people["lesion_at"][:, 0]
    lesions = people["lesions"][np.arange(N), places]
    assert (lesions["biological_pain"][reached] >= 6.0).all()
    np.testing.assert_array_equal(lesions["radicular"] == 1, reached)
    assert (lesions["biological_pain"][~reached] == 0.0).all()


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_a_root_is_numb_where_it_is_felt_in_a_share(share: float) -> None:
    _, worlds = parameters = reaching()
    worlds["root_numb_share"] = share
    people, _, _ = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=7)
    once = people["lesions"][np.arange(N), people["lesion_at"][:, 0]]["roots_reached"] == 1
    numb = people["numb_ever"] > 0
    assert_share(numb[once].mean(), share, int(once.sum()))
    level = people["lesion_at"][:, 0]
    np.testing.assert_array_equal(people["numb_ever"][numb], np.array(NUMB_AT)[level[numb]])
    np.testing.assert_array_equal(people["numb_days"] > 0.0, numb)


def test_areas_by_level_are_those_of_the_dermatomes() -> None:
    areas = {"C7": "arms", "T6": "trunk", "L2": "legs", "S1": "legs", "S2-S5": "buttocks"}
    for level, area in areas.items():
        bit = 1 << NUMB_AREAS.index(area)
        assert NUMB_AT[LEVELS.index(level)] == bit
        assert NUMB_BELOW[LEVELS.index(level)] == 2 ** len(NUMB_AREAS) - bit
