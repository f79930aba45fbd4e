"""Add a person, a group, a replicate, a draw: nobody else's life changes by a bit.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from sim import Population, Scenario
from sim.counting.event_log import EventLog
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES, Stage
from sim.inputs.plan import Plan
from sim.life.events import EVENTS, Event
from sim.life.hazards import NEVER
from tests.simplified import Records, alike, full, live_everybody, simplified


def us_plan(people: int, first: int = 2010, last: int = 2010) -> Plan:
    return Population.united_states(2010).scaled(people).plan(first, last, evidence().point)


def fingerprints(people: Records) -> dict[int, int]:
    return dict(zip(people["number"].tolist(), people["fingerprint"].tolist(), strict=True))


def test_more_people_change_nobody() -> None:
    few, _, _ = live_everybody(full(), us_plan(900))
    many, _, _ = live_everybody(full(), us_plan(2_500))
    here, there = fingerprints(few), fingerprints(many)
    both = here.keys() & there.keys()
    assert len(both) == 900
    assert all(here[number] == there[number] for number in both)


def test_one_more_person_changes_nobody() -> None:
    plan = us_plan(500)
    more = Plan(plan.groups.copy(), plan.cells)
    more.groups["count"][4] += 1
    here, there = (fingerprints(live_everybody(full(), p)[0]) for p in (plan, more))
    assert len(there) == len(here) + 1
    assert here.items() <= there.items()


def test_another_group_changes_nobody() -> None:
    plan = us_plan(800)
    for left_out in (0, 11):
        fewer = Plan(np.delete(plan.groups, left_out), plan.cells)
        here, there = (fingerprints(live_everybody(full(), p)[0]) for p in (fewer, plan))
        assert len(here) < len(there)
        assert here.items() <= there.items()


def test_other_years_change_nobody() -> None:
    here = fingerprints(live_everybody(full(), us_plan(500))[0])
    there = fingerprints(live_everybody(full(), us_plan(500, 2005, 2012))[0])
    assert here.items() <= there.items()


def test_other_parameters_of_one_primary_change_nobody_with_another() -> None:
    cancers, worlds = full()
    lung = PRIMARIES.index("lung")
    cancers["death_rate_per_day"][lung] *= 2.0
    here, _, _ = live_everybody(full(), us_plan(2_000))
    there, _, _ = live_everybody((cancers, worlds), us_plan(2_000))
    changed = here["fingerprint"] != there["fingerprint"]
    assert (here["primary"][changed] == lung).all()
    assert changed.any()


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    population = Population.united_states(2010).scaled(1_200)
    return Scenario(name="world", population=population, draws=2, replicates=2, seed=5)


@pytest.mark.parametrize("more", [{"replicates": 3}, {"draws": 4}, {"draws": 0}])
def test_more_draws_and_replicates_change_no_other(
    scenario: Scenario, more: dict[str, int]
) -> None:
    here, there = scenario.run().case_counts, scenario.with_options(**more).run().case_counts
    common = ["draw", "replicate"]
    both = here[common].drop_duplicates().merge(there[common].drop_duplicates())
    assert len(both) >= 2
    pd.testing.assert_frame_equal(here.merge(both), there.merge(both), check_exact=True)


def test_replicates_have_other_luck() -> None:
    plan = us_plan(500)
    lives = [live_everybody(full(), plan, replicate=r)[0] for r in range(3)]
    for here, there in ((0, 1), (1, 2), (0, 2)):
        same = lives[here]["fingerprint"] == lives[there]["fingerprint"]
        assert not same.any()


def test_a_ratio_of_1_changes_no_bit() -> None:
    """With one hazard of death in all states, what happens meanwhile leaves death where it is."""
    cancers, worlds = simplified(0.05)
    cancers["incurable_share"] = 1.0
    cancers["incurable_scale_days"] = 300.0
    cancers["death_rate_per_day"] = 1.0 / 700.0
    cancers["frailty_sigma"] = 0.8
    plan = alike(2_000, stage=Stage.REGIONAL)
    without, _, _ = live_everybody((cancers, worlds), plan)
    cancers["skeletal_seeding_rate_per_day"] = 1.0 / 200.0
    cancers["skeleton_hit_share"] = 0.3
    worlds["surveillance_rate_per_day"] = 1.0 / 100.0
    worlds["spine_hit_share"] = 0.5
    worlds["level_seeding_rate_per_day"] = 0.05
    worlds["outside_seeding_rate_per_day"] = 0.001
    worlds["vertebral_fracture_rate_per_day"] = worlds["instability_rate_per_day"] = 0.01
    worlds["epidural_rate_per_day"] = worlds["deficit_rate_per_day"] = 0.01
    worlds["pain_onset_rate_per_day"] = worlds["pain_escalation_rate_per_day"] = 0.01
    worlds["pain_work_up_rate_per_day"] = worlds["fracture_work_up_rate_per_day"] = 0.01
    worlds["other_back_pain_rate_per_day"] = 0.01
    worlds["other_back_pain_image_share"] = 0.5
    worlds["toxicity_prone_share"] = 0.5
    worlds["performance_share"] = 0.2
    worlds["performance_decline_ratio"] = (2.0, 2.0, 2.0, 2.0, 0.0)
    worlds["fracture_performance_share"] = 0.5
    worlds["performance_recovery_rate_per_day"] = 0.01
    cancers["visceral_share"] = 0.5
    cancers["therapy_share"] = 0.8
    cancers["therapy_response_share"] = 0.7
    worlds["therapy_response_mean_days"] = 30.0
    worlds["spine_seen_share"] = worlds["lesion_sensitivity"] = 0.5
    with_events, log, _ = live_everybody((cancers, worlds), plan)
    assert (with_events["skeletal_detected_day"] < NEVER).mean() > 0.3
    assert len(log.day) > 4 * len(with_events)
    for happened in ("n_fractures", "not_walking_days", "toxicity_delay_days"):
        assert (with_events[happened] > 0).mean() > 0.1, happened
    for field in ("death_day", "death_cause", "incurable_day", "dissemination_day", "frailty"):
        np.testing.assert_array_equal(without[field], with_events[field])


def test_a_ratio_that_is_not_1_changes_only_what_comes_after_its_step() -> None:
    """Twins whose hazard of death in ECOG 3 and 4 is another one share their lives until then."""
    plan = alike(2_000, stage=Stage.DISTANT)
    cancers, worlds = full()
    # Nobody is weakened by a fracture, a broken leg or paralysis before the log says so.
    worlds["fracture_performance_share"] = worlds["deficit_rate_per_day"] = 0.0
    cancers["bone_fracture_rate_per_day"] = 0.0
    worlds["performance_share"] = (0.5, 0.3, 0.2, 0.0, 0.0)
    here, log, _ = live_everybody((cancers, worlds), plan)
    worlds["performance_death_ratio"][:, 3:] *= 3.0
    there, other_log, _ = live_everybody((cancers, worlds), plan)
    limited = first_limited(here, log)
    assert 0.05 < (limited < NEVER).mean() < 1.0
    unaffected = limited == NEVER
    np.testing.assert_array_equal(here[unaffected], there[unaffected])
    np.testing.assert_array_equal(limited, first_limited(there, other_log))
    assert (there["death_day"] <= here["death_day"]).all()
    assert (there["death_day"] < here["death_day"]).any()
    for number, day in zip(here["number"][:200], limited[:200], strict=True):
        before = [
            (one.day[mine], one.event[mine])
            for one in (log, other_log)
            for mine in [(one.person == number) & (one.day < day)]
        ]
        np.testing.assert_array_equal(before[0], before[1])


def first_limited(people: Records, log: EventLog) -> NDArray[np.float64]:
    """The day on which each person first falls to ECOG 3, from their final state and the log.

    From the changes of a life and the state in which it ends follows the state in which it began.
    """
    days = np.full(len(people), NEVER)
    down, up = (log.event == e for e in (Event.PERFORMANCE_DECLINE, Event.PERFORMANCE_RECOVERY))
    moved = down | up
    movers = set(log.person[moved].tolist())
    of = {number: np.flatnonzero(moved & (log.person == number)) for number in movers}
    for row, person in enumerate(people):
        mine = of.get(int(person["number"]), np.zeros(0, int))
        steps = np.where(down[mine], 1, -1)
        after = person["disease_performance"] - steps.sum() + steps.cumsum()
        limited = log.day[mine][after >= 3]
        days[row] = limited[0] if len(limited) else NEVER
    return days


LOWER = {
    "death_cancer": ("cancer", "death_rate_per_day"),
    "skeletal_metastasis": ("cancer", "skeletal_seeding_rate_per_day"),
    "spinal_metastasis": ("world", "spinal_seeding_rate_per_day"),
    "skeletal_detected": ("world", "surveillance_rate_per_day"),
    "level_seeded": ("world", "level_seeding_rate_per_day"),
    "death_other": ("cancer", "other_death_ratio"),
}
"""An event, and the parameter that its hazard is proportional to."""


@pytest.mark.parametrize("event", LOWER)
@pytest.mark.parametrize("factor", [0.999, 0.5, 0.01])
def test_a_lower_hazard_never_brings_its_event_forward(event: str, factor: float) -> None:
    """Other history fixed: detection by surveillance alone, death by the state it began in."""
    days, ends = [], []
    for scale in (1.0, factor):
        cancers, worlds = full()
        cancers["therapy_response_share"] = worlds["fracture_performance_share"] = 0.0
        worlds["pain_work_up_rate_per_day"] = worlds["fracture_work_up_rate_per_day"] = 0.0
        worlds["deficit_rate_per_day"] = worlds["other_back_pain_image_share"] = 0.0
        worlds["staging_sensitivity"] = 0.0
        # No clustering, or a later first level would put off the hazards of the others too.
        worlds["level_clustering"] = worlds["level_contiguous_rate_per_day"] = 0.0
        owner, name = LOWER[event]
        (cancers if owner == "cancer" else worlds)[name] *= scale
        people, log, _ = live_everybody((cancers, worlds), alike(2_000, stage=Stage.DISTANT))
        mine = log.event == EVENTS.index(event)
        key = zip(log.person[mine].tolist(), log.level[mine].tolist(), strict=True)
        days.append(dict(zip(key, log.day[mine].tolist(), strict=True)))
        ends.append(dict(zip(people["number"].tolist(), people["death_day"], strict=True)))
    before, after = days
    assert len(before) > 20
    for (number, level), day in after.items():
        # What had not happened when life ended was due later: it may come in a longer life.
        due = before.get((number, level), ends[0][number])
        # Dividing a budget by another hazard rounds: one part in 10^12 is not brought forward.
        assert day >= due * (1.0 - 1e-12)
    assert after != before
