"""Performance status and death, against the matrix exponential of the chain of states.

Room: life.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.special import expit, logit

from sim.counting.event_log import EventLog
from sim.evidence.instruments import PERFORMANCES
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import DAYS_PER_YEAR, MOST_LINES, PRIMARIES, Death, Stage
from sim.life.decision import prognosis_months
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.performance import fit_for_therapy
from sim.life.records import PERSON
from tests.replay import busy_care, copied, places, replay
from tests.simplified import (
    ALL_IN_STATE_0,
    BREAST,
    SEVERAL,
    Parameters,
    Records,
    alike,
    assert_share,
    full,
    live_everybody,
    simplified,
    strategies_of,
)

N = 40_000
STATES = len(PERFORMANCES)

# Per year, shares and ratios: far from each other so that a mix-up would show.
OTHER, TEMPO, SCALE, DISTANT_RATIO = 0.07, 1.1, 0.8, 0.9
SHARES = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
DECLINE = np.array([1.5, 1.2, 1.0, 0.7, 0.0])
DEATH = np.array([0.1, 0.3, 0.8, 2.0, 6.0])
VISCERAL_SHARE, VISCERAL_RATIO = 0.35, 1.8
START, RESPONSE, RECOVERY, SLOWED = 4.0, 3.0, 1.6, 0.3
LINES = np.array([1.2, 1.5, 1.8, 2.1, 2.5, 3.0])
"""Rates a year at which therapy is begun, begins to work, lets people recover, and ends by line."""


def chain(visceral_share: float = 0.0) -> Parameters:
    """Incurable at diagnosis, in any state; the cancer lets people decline, and kills."""
    cancers, worlds = simplified(OTHER)
    cancers["death_rate_per_day"] = TEMPO / DAYS_PER_YEAR
    cancers["performance_scale"] = SCALE
    cancers["death_ratio_distant_at_diagnosis"] = DISTANT_RATIO
    cancers["visceral_share"] = visceral_share
    cancers["visceral_death_ratio"] = VISCERAL_RATIO
    worlds["performance_share"] = SHARES
    worlds["performance_decline_ratio"] = DECLINE
    worlds["performance_death_ratio"] = DEATH
    return cancers, worlds


def with_therapy(parameters: Parameters) -> Parameters:
    """Everybody has all lines of therapy one after the other; each works after a time."""
    cancers, worlds = parameters
    cancers["therapy_share"] = cancers["therapy_next_line_share"] = 1.0
    cancers["therapy_response_share"] = 1.0
    cancers["therapy_line_mean_days"] = DAYS_PER_YEAR / LINES
    worlds["therapy_start_mean_days"] = DAYS_PER_YEAR / START
    worlds["therapy_response_mean_days"] = DAYS_PER_YEAR / RESPONSE
    worlds["therapy_gap_days"] = 0.0
    worlds["performance_recovery_rate_per_day"] = RECOVERY / DAYS_PER_YEAR
    worlds["responding_decline_ratio"] = SLOWED
    return cancers, worlds


def living(*, responding: bool = False, visceral: bool = False) -> NDArray[np.float64]:
    """Rates a year between the five states of the living, and out of them on the diagonal."""
    tempo = TEMPO * SCALE * DISTANT_RATIO
    q = np.zeros((STATES, STATES))
    for state in range(STATES - 1):
        q[state, state + 1] = tempo * DECLINE[state] * (SLOWED if responding else 1.0)
        if responding and state > 0:
            q[state, state - 1] = RECOVERY
    death = tempo * DEATH * (VISCERAL_RATIO if visceral else 1.0)
    np.fill_diagonal(q, -q.sum(axis=1) - OTHER - death)
    return q


def treated(*, visceral: bool) -> NDArray[np.float64]:
    """The same for waiting, six lines that do not work yet or do, and the time after the last."""
    phases = 2 * MOST_LINES + 2
    q = np.zeros((phases * STATES, phases * STATES))

    def move(here: int, there: int, rate: float) -> None:
        rows = slice(here * STATES, (here + 1) * STATES)
        q[rows, there * STATES : (there + 1) * STATES] += rate * np.eye(STATES)
        q[rows, rows] -= rate * np.eye(STATES)

    for phase in range(phases):
        rows = slice(phase * STATES, (phase + 1) * STATES)
        works = 0 < phase < phases - 1 and phase % 2 == 0
        q[rows, rows] += living(responding=works, visceral=visceral)
    move(0, 1, START)
    for line in range(MOST_LINES):
        before, works, after = 2 * line + 1, 2 * line + 2, 2 * line + 3
        move(before, works, RESPONSE)
        move(before, after, LINES[line])
        move(works, after, LINES[line])
    return q


def states_at(people: Records, log: EventLog, day: float) -> NDArray[np.int64]:
    """The state of everybody on a day: the last one less the changes after it; 5 if dead."""
    later = log.day > day
    row = np.searchsorted(people["number"], log.person)
    step = 1 * (log.event == Event.PERFORMANCE_DECLINE) - (log.event == Event.PERFORMANCE_RECOVERY)
    steps = np.bincount(row[later], step[later], minlength=len(people)).astype(int)
    return np.where(people["death_day"] <= day, STATES, people["performance"] - steps)


@pytest.mark.parametrize("visceral_share", [0.0, VISCERAL_SHARE, 1.0])
@pytest.mark.parametrize("therapy", [False, True])
def test_occupancy_is_that_of_the_matrix_exponential(visceral_share: float, therapy: bool) -> None:
    parameters = chain(visceral_share)
    if therapy:
        with_therapy(parameters)
    people, log, _ = live_everybody(parameters, alike(N, stage=Stage.DISTANT), seed=21)
    assert (np.diff(people["number"].astype(np.int64)) > 0).all()
    assert_share((people["visceral"] == 1).mean(), visceral_share, N)
    for years in (0.0, 0.2, 0.6, 1.5, 3.0, 6.0):
        expected = np.zeros(STATES)
        for visceral, share in ((False, 1.0 - visceral_share), (True, visceral_share)):
            q = treated(visceral=visceral) if therapy else living(visceral=visceral)
            start = np.zeros(len(q))
            start[:STATES] = SHARES
            expected += share * (start @ expm(q * years)).reshape(-1, STATES).sum(axis=0)
        states = states_at(people, log, years * DAYS_PER_YEAR)
        seen = np.bincount(states, minlength=STATES + 1)[:STATES] / N
        for share, probability in zip(seen, expected, strict=True):
            assert_share(share, probability, N)
        assert_share((states < STATES).mean(), expected.sum(), N)


def test_the_cause_of_death_is_that_of_the_absorbing_chain() -> None:
    people, _, _ = live_everybody(chain(), alike(N, stage=Stage.DISTANT), seed=22)
    days_in = -np.linalg.solve(living().T, SHARES)
    of_cancer = days_in @ (TEMPO * SCALE * DISTANT_RATIO * DEATH)
    assert_share((people["death_cause"] == Death.CANCER).mean(), of_cancer, N)
    assert people["death_day"].mean() / DAYS_PER_YEAR == pytest.approx(days_in.sum(), rel=0.03)


@pytest.mark.parametrize("primary", PRIMARIES)
def test_the_mean_time_to_death_is_one_over_the_death_rate(primary: str) -> None:
    """By the inverse of the generator, over the states that begin it and visceral disease."""
    cancers, worlds = full()
    cancer, world = cancers[PRIMARIES.index(primary)], worlds[0]
    tempo = cancer["death_rate_per_day"] * cancer["performance_scale"]
    mean = 0.0
    decline = world["performance_decline_ratio"][:-1]
    for share, ratio, months in (
        (1.0 - cancer["visceral_share"], 1.0, cancer["prognosis_months"][0]),
        (cancer["visceral_share"], cancer["visceral_death_ratio"], cancer["prognosis_months"][1]),
    ):
        q = tempo * np.diag(decline, 1)
        death = tempo * ratio * world["performance_death_ratio"]
        np.fill_diagonal(q, -q.sum(axis=1) - death)
        days = -np.linalg.solve(q, np.ones(STATES))
        mean += share * (world["performance_share"] @ days)
        np.testing.assert_allclose(months, np.log(2.0) * days / DAYS_PER_YEAR * 12, rtol=1e-9)
    assert mean == pytest.approx(DAYS_PER_YEAR / evidence().point["death_rate", primary], rel=1e-9)
    assert world["performance_share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert world["performance_decline_ratio"][-1] == 0.0


@pytest.mark.parametrize(("stage", "line"), [(Stage.REGIONAL, 0), (Stage.DISTANT, 1), (1, 4)])
@pytest.mark.parametrize("state", range(STATES))
@pytest.mark.parametrize("visceral", [0, 1])
def test_the_prognosis_is_that_of_the_state_the_stage_and_the_line(
    stage: int, line: int, state: int, visceral: int
) -> None:
    cancers, worlds = full()
    cancer, world = cancers[BREAST], worlds[0]
    person = np.zeros(1, PERSON)[0]
    person["visceral"], person["performance"] = visceral, state
    person["stage"], person["therapy_line"] = stage, line
    expected = cancer["prognosis_months"][visceral, state]
    if stage == Stage.DISTANT:
        expected /= cancer["death_ratio_distant_at_diagnosis"]
    expected /= world["prognosis_line_ratio"] ** max(line - 1, 0)
    assert prognosis_months(person, cancer, world) == pytest.approx(expected, rel=1e-12)


def with_a_busy_spine() -> Parameters:
    """The chain of `chain`, and a spine in which much happens and is found."""
    cancers, worlds = chain(VISCERAL_SHARE)
    cancers["skeleton_hit_share_at_diagnosis"] = worlds["spine_hit_share"] = 1.0
    worlds["surveillance_rate_per_day"] = 1.0 / 100.0
    worlds["spine_seen_share"] = worlds["lesion_sensitivity"] = 0.7
    worlds["level_seeding_rate_per_day"] = 0.02
    worlds["outside_seeding_rate_per_day"] = 0.001
    worlds["vertebral_fracture_rate_per_day"] = worlds["instability_rate_per_day"] = 0.01
    worlds["epidural_rate_per_day"] = worlds["deficit_rate_per_day"] = 0.01
    worlds["pain_onset_rate_per_day"] = worlds["pain_escalation_rate_per_day"] = 0.01
    worlds["pain_work_up_rate_per_day"] = worlds["fracture_work_up_rate_per_day"] = 0.01
    return cancers, worlds


def test_nothing_of_the_spine_moves_death_but_the_loss_of_walking() -> None:
    """Twins without and with metastases, detection, fractures, cord compression: equal to a bit."""
    plan = alike(6_000, stage=Stage.DISTANT)
    without, log, _ = live_everybody(chain(VISCERAL_SHARE), plan, seed=23)
    people, its_log, _ = live_everybody(with_a_busy_spine(), plan, seed=23)
    walked = people["not_walking_days"] == 0.0
    for happened in ("skeletal_detected_day", "cord_compression_day", "first_fracture_day"):
        assert (people[happened][walked] < NEVER).mean() > 0.05, happened
    for field in ("death_day", "death_cause", "disease_performance", "visceral"):
        np.testing.assert_array_equal(people[field][walked], without[field][walked])
    # Who loses walking dies sooner, or of the other cause on the same day.
    assert (~walked).mean() > 0.02
    assert (people["death_day"] <= without["death_day"] * (1.0 + 1e-12)).all()
    assert (people["death_day"] < without["death_day"])[~walked].any()
    # Declines of the cancer come on the same days as long as both live.
    declines = [
        {(int(n), d) for n, d in zip(one.person[mine], one.day[mine], strict=True)}
        for one in (log, its_log)
        for mine in [one.event == Event.PERFORMANCE_DECLINE]
    ]
    assert declines[1] <= declines[0]


def test_a_painful_fracture_costs_one_state_in_a_share() -> None:
    cancers, worlds = with_a_busy_spine()
    cancers["death_rate_per_day"] = 1e-12
    worlds["performance_share"] = ALL_IN_STATE_0
    worlds["level_seeding_rate_per_day"] = worlds["epidural_rate_per_day"] = 0.0
    worlds["outside_seeding_rate_per_day"] = 0.0
    worlds["vertebral_fracture_rate_per_day"] = 1.0
    worlds["fracture_performance_share"] = 0.3
    people, _, _ = live_everybody((cancers, worlds), alike(8_000, stage=Stage.DISTANT), seed=24)
    hurt = people["n_fractures"] == 1
    assert hurt.mean() > 0.99
    assert_share((people["performance"][hurt] == 1).mean(), 0.3, int(hurt.sum()))
    assert (people["performance"][~hurt] == 0).all()


@pytest.mark.parametrize("name", SEVERAL)
def test_performance_and_the_hazard_of_death_follow_from_the_state_at_every_event(
    name: str,
) -> None:
    """Who cannot walk is in ECOG 3 at best, after complete loss in 4; regained walking frees it."""
    parameters = cancers, worlds = busy_care()
    cancers["visceral_share"] = 0.4
    worlds["fracture_performance_share"] = 0.5
    world = worlds[0]
    cancer = cancers[BREAST]
    cannot_walk = regained = visceral = 0
    cared = strategies_of(name)
    for life in replay(parameters, alike(400, stage=Stage.DISTANT), 25, strategies=cared):
        told = [copied(person) for person, *_ in life]
        for person in told:
            performance, frankel = person["performance"], person["frankel"]
            if person["incurable_day"] > person["now"] or not person["alive"]:
                continue
            broken = person["lesions"]["cannot_bear_weight"][places(person)].sum()
            assert person["n_broken_legs"] == broken
            least = 3 if frankel >= 2 or broken > 0 else 0
            assert performance == max(person["disease_performance"], least)
            cannot_walk += least == 3
            rate = person["tempo_per_day"] * world["performance_death_ratio"][performance]
            rate *= cancer["visceral_death_ratio"] if person["visceral"] else 1.0
            visceral += int(person["visceral"])
            rate *= person["time_off_ratio"]
            assert person["rate"][Event.DEATH_CANCER] == rate
        for before, after in pairwise(told):
            walks = after["frankel"] < 2 and after["n_broken_legs"] == 0
            if before["frankel"] >= 2 and walks and after["alive"]:
                assert after["performance"] == after["disease_performance"]
                regained += 1
    assert cannot_walk > 20
    assert visceral > 100
    assert regained > (3 if name != "rfa_cement" else -1)


@pytest.mark.parametrize("share", [0.1, 0.55, 0.95])
@pytest.mark.parametrize("state", range(STATES))
@pytest.mark.parametrize("age", [40.0, 65.0, 71.5, 92.0])
def test_the_odds_of_therapy_fall_with_performance_and_age(
    share: float, state: int, age: float
) -> None:
    worlds = simplified()[1]
    worlds["therapy_performance_ratio"] = ratio = np.array([1.3, 1.0, 0.5, 0.1, 0.02])
    worlds["therapy_age_ratio"], worlds["therapy_reference_age"] = 0.6, 65.0
    person = np.zeros(1, PERSON)[0]
    person["performance"], person["age_at_diagnosis"] = state, age - 2.0
    person["now"] = 2.0 * DAYS_PER_YEAR
    decades = max(age - 65.0, 0.0) / 10.0
    expected = expit(logit(share) + np.log(ratio[state]) + decades * np.log(0.6))
    assert fit_for_therapy(person, worlds[0], share) == pytest.approx(expected, rel=1e-12)
    assert fit_for_therapy(person, worlds[0], 0.0) == 0.0
    assert fit_for_therapy(person, worlds[0], 1.0) == 1.0


def test_lines_are_offered_by_performance() -> None:
    """The first line, and the next ones, in each state in its share."""
    cancers, worlds = simplified()
    worlds["performance_share"] = 1.0 / STATES
    worlds["therapy_performance_ratio"] = ratio = np.array([1.3, 1.0, 0.5, 0.2, 0.1])
    worlds["therapy_age_ratio"], worlds["therapy_reference_age"] = 0.7, 60.0
    cancers["therapy_share"], cancers["therapy_next_line_share"] = 0.6, 0.5
    worlds["therapy_start_mean_days"] = worlds["therapy_gap_days"] = 0.0
    cancers["therapy_line_mean_days"] = 1.0
    plan = alike(N, stage=Stage.DISTANT, age=80.0)
    people, _, _ = live_everybody((cancers, worlds), plan, seed=26)
    for state in range(STATES):
        lines = people["therapy_line"][people["performance"] == state]
        odds = np.log(ratio[state]) + 2.0 * np.log(0.7)
        assert_share((lines > 0).mean(), expit(logit(0.6) + odds), len(lines))
        # Aging over the days of a line is of no account.
        treated = lines[lines > 0]
        assert_share((treated > 1).mean(), expit(logit(0.5) + odds), len(treated))
