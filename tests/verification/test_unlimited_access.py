"""With as much of everything as is asked for, the clinics change no bit of any life.

Room: clinics.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Center, Clinics, Population, Resource, Result, Scenario
from sim.clinics.log import TREATED
from sim.counting.access_measures import ACCESS_MEASURES
from sim.inputs.strategies import Rule, Strategy
from sim.inputs.treatment import Treatment
from tests.clinics import EVERYTHING, ROUNDING, busy_people, live_in, one_center
from tests.simplified import strategies_of

UNLIMITED = Clinics.unlimited()
AS_LONG = UNLIMITED.model_copy(update={"follow_up_years": 0})
"""Nobody is added who is diagnosed after the years counted, so that the hash is over the same."""
AHEAD = Strategy(
    name="ahead",
    rules=[Rule(when={"sins": (7, 18)}, give="rfa_cement", prophylactic=True)],
    otherwise="surgery_rt",
)
MINE = Treatment(name="mine", based_on="surgery_rt", sessions=3, course_days=9.0)
OPTIONS: dict[str, dict[str, Any]] = {
    "three": {"strategies": ["usual_care", "noms", "rfa_cement"], "seed": 1},
    "calendar": {"strategies": ["usual_care", "surgery_rt"], "view": "calendar", "seed": 2},
    "analgesia only": {"strategies": ["usual_care", "analgesia_only"], "seed": 3},
    "none, calendar": {"strategies": ["usual_care", "none"], "view": "calendar", "seed": 4},
    "none alone": {"strategies": "none", "seed": 5},
    "ahead of pain": {"strategies": ["usual_care", AHEAD], "seed": 6},
    "ahead of pain first, calendar": {
        "strategies": [AHEAD, "noms"],
        "view": "calendar",
        "seed": 7,
    },
    "own treatment": {
        "strategies": [Strategy(name="own", otherwise="mine")],
        "treatments": [MINE],
        "seed": 8,
    },
    "holds by modality": {"strategies": ["surgery_rt"], "holds": "by_modality", "seed": 9},
    "no holds, own luck": {
        "strategies": ["usual_care", "kyphoplasty"],
        "holds": "none",
        "response_luck": "independent",
        "view": "calendar",
        "seed": 10,
    },
    "time off": {
        "strategies": ["usual_care", "sbrt_24gy2"],
        "resume_below_nrs": 4.0,
        "time_off_hazard_ratio": 2.0,
        "post_hold_days": 20.0,
        "seed": 11,
    },
    "two replicates, calendar": {
        "strategies": ["usual_care"],
        "replicates": 2,
        "view": "calendar",
        "years": (2010, 2010),
        "seed": 12,
    },
}


def scenario(**options: Any) -> Scenario:
    fields: dict[str, Any] = {
        "population": Population.united_states(2010).scaled(1_000),
        "years": (2010, 2011),
        "lookback_years": 5,
        "wait_ratio": 0.0,
    }
    return Scenario(name="unlimited", **(fields | options))


def assert_same(here: Result, there: Result) -> None:
    """All but what describes access is equal to the last bit."""
    pd.testing.assert_frame_equal(here.case_counts, there.case_counts, check_exact=True)
    # Days that only clinics tell of stand beside those of everybody.
    known = here.delays["measure"].isin(there.delays["measure"])
    delays = here.delays[known].reset_index(drop=True)
    pd.testing.assert_frame_equal(delays, there.delays, check_exact=True)
    outcomes = here.outcomes[~here.outcomes["measure"].isin(ACCESS_MEASURES)]
    pd.testing.assert_frame_equal(outcomes.reset_index(drop=True), there.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(here.compare(), there.compare(), check_exact=True)


@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_without_limits_the_result_is_that_without_clinics_and_waits(
    options: dict[str, Any],
) -> None:
    published = scenario(**options)
    there = published.run(workers=1)
    here = published.with_options(access=AS_LONG).run(workers=1)
    assert here.run["results_hash"] == there.run["results_hash"]
    assert_same(here, there)
    if options.get("view") == "calendar":
        # More people, diagnosed later, change nothing of what is counted.
        assert_same(published.with_options(access=UNLIMITED).run(workers=1), there)


def test_two_workers_give_the_same() -> None:
    published = scenario(strategies=["usual_care", "noms"], replicates=2, view="calendar")
    here = published.with_options(access=AS_LONG).run(workers=2)
    assert_same(here, published.run(workers=2))


def test_several_unlimited_centers_are_one() -> None:
    kinds = {name: Resource(machines=None) for name in EVERYTHING}
    clinics = Clinics(
        centers=(
            Center(name="a", catchment=3, resources=kinds),
            Center(name="b", catchment=1, resources=kinds),
        ),
        planning_ratio=0.0,
        follow_up_years=0,
    )
    published = scenario(strategies=["usual_care", "surgery_rt"], view="calendar")
    here = published.with_options(access=clinics).run(workers=1)
    there = published.run(workers=1)
    assert here.run["results_hash"] == there.run["results_hash"]
    assert_same(here, there)


def test_nobody_waits_for_unlimited_clinics() -> None:
    result = scenario(strategies=["usual_care"]).with_options(access=UNLIMITED).run(workers=1)
    assert result.waits is not None
    assert result.lines is not None
    assert (result.waits["asked"] > 5).any()
    assert (result.waits["treated"] == result.waits["asked"]).all()
    for column in ("mean_days", "mean_days_in_line", "p95_days"):
        assert (result.waits[column] == 0.0).all()
    assert (result.lines["queue_mean"] == 0.0).all()
    assert result.value("treated_within_goal") == 100.0


def test_nobody_waits_in_line_for_far_more_machines_than_are_needed() -> None:
    """Always open and without planning.

    But for courses of several sessions asked for in the last minutes of a day, which no session
    may pass: they begin at midnight.
    """
    always = {name: Resource.never_closing(60) for name in EVERYTHING}
    lived = live_in(
        one_center(**always, planning_ratio=0.0),
        busy_people(250),
        strategies_of("usual_care"),
        years=5.0,
    )
    waits = lived.waits
    assert len(waits) > 500
    days = waits["ended"] - waits["asked"]
    treated = waits["outcome"] == TREATED
    before_midnight = (waits["asked"] % 1.0) > 1.0 - 45.0 / 1_440.0
    assert (days[treated & ~before_midnight] < ROUNDING).all()
    assert (days <= 45.0 / 1_440.0 + ROUNDING).all()
    np.testing.assert_array_equal(
        lived.service.log().lines["queue_days"] < len(waits) * 45.0 / 1_440.0, True
    )


def test_waits_are_planning_and_no_more_with_far_more_machines_than_are_needed() -> None:
    always = {name: Resource.never_closing(60) for name in EVERYTHING}
    lived = live_in(one_center(**always), busy_people(250), strategies_of("surgery_rt"), years=5.0)
    waits = lived.waits[lived.waits["outcome"] == TREATED]
    days = waits["ended"] - waits["earliest"]
    assert (days >= -ROUNDING).all()
    assert (days <= 45.0 / 1_440.0 + ROUNDING).all()
    planning = np.round(waits["earliest"] - waits["asked"], 6)
    assert set(planning.tolist()) >= {0.0, 0.1, 0.2, 1.0, 2.0}
