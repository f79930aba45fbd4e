"""The canal and the cord: epidural grades and the functions lost against closed forms.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, stats
from scipy.linalg import expm

from sim.counting.event_log import EventLog
from sim.evidence.vocabulary import N_LEVELS, REGION_OF_LEVEL, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER, ramp_cumulative
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_share,
    live_everybody,
    with_one_lesion,
)

N = 8_000
FROM_0, FROM_1, FROM_2 = 1.0 / 300.0, 1.0 / 150.0, 1.0 / 80.0
AT_2, AT_3 = 1.0 / 120.0, 1.0 / 15.0
DELAY_DAYS = 25.0


def pressing() -> Parameters:
    """One lesion at diagnosis that extends into the canal, above the lower sacrum."""
    cancers, worlds = with_one_lesion()
    worlds["level_weight"] = np.arange(N_LEVELS) < N_LEVELS - 1
    worlds["level_weight"] /= N_LEVELS - 1
    worlds["epidural_rate_per_day"] = (FROM_0, FROM_1, FROM_2)
    worlds["deficit_rate_per_day"] = (AT_2, AT_3)
    worlds["cord_diagnosis_mean_days"] = DELAY_DAYS
    worlds["fill_median_days"] = 200.0
    return cancers, worlds


def lived(parameters: Parameters, n: int = N) -> tuple[Records, EventLog]:
    people, log, _ = live_everybody(parameters, alike(n, stage=Stage.DISTANT), seed=12)
    return people, log


def days_of(log: EventLog, event: int, per_person: int) -> NDArray[np.float64]:
    """Days of an event that each person has equally often, a row a person."""
    return log.day[log.event == event].reshape(-1, per_person)


def test_each_epidural_grade_comes_at_its_rate() -> None:
    """The first with a hazard that rises as the lesion grows, the next at constant ones."""
    _, log = lived(pressing())
    grades = days_of(log, Event.EPIDURAL_EXTENSION, 3)
    first = np.vectorize(lambda t: -np.expm1(-ramp_cumulative(t, FROM_0, 200.0)))
    assert stats.kstest(grades[:, 0], first).pvalue > TAIL
    for column, rate in ((1, FROM_1), (2, FROM_2)):
        waits = grades[:, column] - grades[:, column - 1]
        assert stats.kstest(waits, stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL


def test_regions_and_tempo_multiply_the_rate() -> None:
    cancers, worlds = pressing()
    worlds["region_ratio"] = ratio = (0.5, 1.6, 0.7, 0.3)
    cancers["epidural_tempo"] = 1.7
    people, log = lived((cancers, worlds), 16_000)
    grades = days_of(log, Event.EPIDURAL_EXTENSION, 3)
    region = np.array(REGION_OF_LEVEL)[people["lesion_at"][:, 0]]
    for code in range(4):
        mine = grades[region == code]
        assert len(mine) > 500
        oracle = stats.expon(scale=1.0 / (FROM_1 * ratio[code] * 1.7))
        assert stats.kstest(mine[:, 1] - mine[:, 0], oracle.cdf).pvalue > TAIL


def test_the_first_deficit_comes_only_with_a_compressed_cord() -> None:
    """At one hazard with grade 2 and another with grade 3, from contact with the cord on."""
    people, log = lived(pressing())
    grades = days_of(log, Event.EPIDURAL_EXTENSION, 3)
    assert (people["first_deficit_day"] > grades[:, 1]).all()
    low = np.minimum(people["first_deficit_day"], grades[:, 2]) - grades[:, 1]
    high = np.maximum(people["first_deficit_day"] - grades[:, 2], 0.0)
    assert stats.kstest(low * AT_2 + high * AT_3, stats.expon.cdf).pvalue > TAIL


def test_without_contact_with_the_cord_no_function_is_lost() -> None:
    cancers, worlds = pressing()
    worlds["epidural_rate_per_day"] = (FROM_0, 0.0, 0.0)
    people, log = lived((cancers, worlds), 2_000)
    assert (people["first_deficit_day"] == NEVER).all()
    assert (people["frankel"] == 0).all()
    assert (log.event != Event.NEUROLOGIC_DEFICIT).all()


def test_steps_of_function_are_lost_one_after_the_other_down_to_none() -> None:
    people, log = lived(pressing())
    steps = days_of(log, Event.NEUROLOGIC_DEFICIT, 4)
    third = days_of(log, Event.EPIDURAL_EXTENSION, 3)[:, 2:]
    lost = np.diff(np.minimum(steps, third), axis=1) * AT_2
    lost += np.diff(np.maximum(steps, third), axis=1) * AT_3
    for column in range(3):
        assert stats.kstest(lost[:, column], stats.expon.cdf).pvalue > TAIL
    assert (people["strength"] == 4).all()
    np.testing.assert_allclose(people["with_help_days"], steps[:, 2] - steps[:, 1])
    np.testing.assert_allclose(people["not_walking_days"], people["death_day"] - steps[:, 2])


@pytest.mark.parametrize("image", [0.0, 1.0 / 30.0])
def test_time_from_the_first_deficit_to_diagnosis_is_exponential(image: float) -> None:
    """Whatever images of the skeleton show meanwhile: it is function that is diagnosed."""
    cancers, worlds = pressing()
    worlds["surveillance_rate_per_day"] = image
    worlds["mortality_rate"] = 0.1
    worlds["mortality_cumulative"] = 0.1 * np.arange(121)
    people, _ = lived((cancers, worlds), 3_000)
    diagnosed = people["cord_compression_day"] < NEVER
    people = people[people["first_deficit_day"] < NEVER]
    # Death cuts off some: the rest of life after the first deficit is exponential too.
    found = people["cord_compression_day"] < NEVER
    rate = 1.0 / DELAY_DAYS + 0.1 / 365.25
    assert_share(found.mean(), 1.0 / DELAY_DAYS / rate, len(people))
    wait = (people["cord_compression_day"] - people["first_deficit_day"])[found]
    assert stats.kstest(wait, stats.expon(scale=1.0 / rate).cdf).pvalue > TAIL
    assert diagnosed.sum() == found.sum() > 2_000


def test_function_at_diagnosis_has_the_distribution_of_exponential_steps() -> None:
    """At grade 3 from the start of the loss: Poisson steps over an exponential delay."""
    cancers, worlds = pressing()
    worlds["epidural_rate_per_day"] = (FROM_0, FROM_1, 1e9)
    people, _ = lived((cancers, worlds))
    more = AT_3 / (AT_3 + 1.0 / DELAY_DAYS)
    expected = np.array([1.0 - more, (1.0 - more) * more, (1.0 - more) * more**2, more**3])
    seen = np.bincount(people["cord_compression_strength"], minlength=5)
    assert seen[0] == 0
    assert stats.chisquare(seen[1:], N * expected).pvalue > TAIL


def test_function_at_diagnosis_with_a_cord_that_is_pressed_ever_harder() -> None:
    """Both grades: a chain of grade and function, by matrix exponential over the delay."""
    people, _ = lived(pressing())
    # States (grade, Frankel): from contact (2, E) until the first loss, then four losses each.
    states = [(grade, frankel) for grade in (2, 3) for frankel in range(5)]
    q = np.zeros((10, 10))
    for grade, frankel in states:
        here = states.index((grade, frankel))
        if grade == 2:
            q[here, states.index((3, frankel))] = FROM_2
        if frankel < 4:
            q[here, states.index((grade, frankel + 1))] = AT_2 if grade == 2 else AT_3
    np.fill_diagonal(q, -q.sum(axis=1))
    at_2 = AT_2 / (AT_2 + FROM_2)
    start = np.zeros(10)
    start[states.index((2, 1))], start[states.index((3, 1))] = at_2, 1.0 - at_2
    # Over an exponential delay the mean of exp(qt) is a resolvent.
    at_diagnosis = start @ np.linalg.inv(np.eye(10) - DELAY_DAYS * q)
    check, _ = integrate.quad_vec(
        lambda t: start @ expm(q * t) * np.exp(-t / DELAY_DAYS) / DELAY_DAYS, 0.0, 800.0
    )
    np.testing.assert_allclose(at_diagnosis, check, atol=1e-8)
    expected = at_diagnosis.reshape(2, 5).sum(axis=0)[1:]
    seen = np.bincount(people["cord_compression_strength"], minlength=5)[1:]
    assert stats.chisquare(seen, N * expected).pvalue > TAIL


def test_the_diagnosis_names_the_region_of_the_cord_lesion_and_finds_it() -> None:
    people, _ = lived(pressing(), 2_000)
    region = np.array(REGION_OF_LEVEL)[people["lesion_at"][:, 0]]
    np.testing.assert_array_equal(people["cord_compression_region"], region)
    np.testing.assert_array_equal(people["spinal_detected_day"], people["cord_compression_day"])
    np.testing.assert_array_equal(people["skeletal_detected_day"], people["cord_compression_day"])
    assert len(set(people["lesion_at"][:, 0].tolist())) == N_LEVELS - 1


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_a_compressed_cord_hurts_in_a_share(share: float) -> None:
    cancers, worlds = pressing()
    worlds["epidural_pain_share"] = share
    people, log = lived((cancers, worlds))
    compressed = days_of(log, Event.EPIDURAL_EXTENSION, 3)[:, 2]
    hurts = people["pain_onset_day"] < NEVER
    assert_share(hurts.mean(), share, N)
    np.testing.assert_array_equal(people["pain_onset_day"][hurts], compressed[hurts])
    painful = people["pain_onset_day"] <= people["cord_compression_day"]
    np.testing.assert_array_equal(people["cord_compression_painful"] == 1, painful)
    lasted = people["cord_compression_day"] - people["pain_onset_day"]
    seen = people["cord_compression_pain_days"]
    np.testing.assert_array_equal(seen[painful], lasted[painful])
    assert (seen[~painful] == NEVER).all()


BEGUN, FEELING, SPHINCTERS, LAST = 4.0, 1.3, 0.4, 0.25
"""Ratios of the hazards of the three functions."""


def losses(strength: int, sensation: int, sphincters: int) -> dict[tuple[int, int, int], float]:
    """What is lost next, and at which hazard, of a cord at grade 3."""
    begun = strength + sensation > 0
    rate = AT_3 * (BEGUN if begun else 1.0)
    found = {}
    if strength < 4:
        found[strength + 1, sensation, sphincters] = rate * (LAST if strength == 3 else 1.0)
    if sensation < 2:
        last = LAST if sensation == 1 else 1.0
        found[strength, sensation + 1, sphincters] = rate * FEELING * last
    if begun and sphincters == 0:
        found[strength, sensation, 1] = rate * SPHINCTERS
    return found


def losing_three() -> Parameters:
    """One lesion at diagnosis that compresses the cord at once; all three functions may go."""
    cancers, worlds = pressing()
    worlds["fill_median_days"] = 1e-6
    worlds["epidural_rate_per_day"] = 1e9
    worlds["deficit_begun_ratio"] = BEGUN
    worlds["sensation_loss_ratio"] = FEELING
    worlds["sphincter_loss_ratio"] = SPHINCTERS
    worlds["last_loss_ratio"] = LAST
    return cancers, worlds


def test_three_functions_compete_as_a_chain_of_their_hazards() -> None:
    """One clock and a draw by shares is three hazards: by matrix exponential over the delay."""
    people, log = lived(losing_three())
    states = [(s, n, c) for s in range(5) for n in range(3) for c in range(2)]
    q = np.zeros((len(states), len(states)))
    for state in states:
        for to, rate in losses(*state).items():
            q[states.index(state), states.index(to)] = rate
    np.fill_diagonal(q, -q.sum(axis=1))
    start = np.zeros(len(states))
    start[states.index((1, 0, 0))] = 1.0 / (1.0 + FEELING)
    start[states.index((0, 1, 0))] = FEELING / (1.0 + FEELING)
    expected = start @ np.linalg.inv(np.eye(len(states)) - DELAY_DAYS * q)
    check, _ = integrate.quad_vec(
        lambda t: start @ expm(q * t) * np.exp(-t / DELAY_DAYS) / DELAY_DAYS, 0.0, 800.0
    )
    np.testing.assert_allclose(expected, check, atol=1e-8)
    parts = ("strength", "sensation", "sphincters")
    seen = [people[f"cord_compression_{part}"] for part in parts]
    codes = np.array([states.index(state) for state in zip(*map(list, seen), strict=True)])
    counts = np.bincount(codes, minlength=len(states))
    assert counts[expected == 0.0].sum() == 0
    often = N * expected > 5.0
    grouped = [np.append(x[often], x[~often].sum()) for x in (counts, N * expected)]
    assert stats.chisquare(*grouped).pvalue > TAIL
    lost = [(log.event == event).sum() for event in LOSSES]
    assert lost == [4 * N, 2 * N, N]


def test_the_lower_sacrum_moves_nothing() -> None:
    cancers, worlds = losing_three()
    worlds["level_weight"] = np.arange(N_LEVELS) == N_LEVELS - 1
    people, log = lived((cancers, worlds), 500)
    assert (people["frankel"] == 1).all()
    assert (log.event == Event.NEUROLOGIC_DEFICIT).sum() == 0
    assert (log.event == Event.SENSATION_LOST).sum() == 1_000


LOSSES = (Event.NEUROLOGIC_DEFICIT, Event.SENSATION_LOST, Event.SPHINCTERS_LOST)


def test_frankel_follows_from_what_is_lost() -> None:
    people, _ = lived(losing_three(), 4_000)
    strength, frankel = (people[f"cord_compression_{w}"] for w in ("strength", "frankel"))
    np.testing.assert_array_equal(frankel == 1, strength <= 2)
    np.testing.assert_array_equal(frankel == 2, strength == 3)
    complete = (strength == 4) & (people["cord_compression_sensation"] == 2)
    np.testing.assert_array_equal(frankel == 4, complete)
    assert complete.sum() > 50


def test_a_loss_that_was_due_before_the_diagnosis_is_what_the_cancer_is_found_by() -> None:
    """On day 0, and nobody has waited longer for it than for a diagnosis later."""
    lead_days = 60.0
    cancers, worlds = losing_three()
    worlds["lead_time_mean_days"] = lead_days
    people, _ = lived((cancers, worlds))
    presents = people["cord_presents"] == 1
    rate = AT_3 * (1.0 + FEELING)
    assert_share(presents.mean(), rate / (rate + 1.0 / lead_days), N)
    assert (people["cord_compression_day"][presents] == 0.0).all()
    assert (people["first_deficit_day"][~presents] >= 0.0).all()
    lasted = -people["first_deficit_day"][presents]
    oracle = stats.expon(scale=1.0 / (1.0 / lead_days + 1.0 / DELAY_DAYS))
    assert stats.kstest(lasted, oracle.cdf).pvalue > TAIL
    seeded = people["lesions"][np.arange(N), people["lesion_at"][:, 0]]["seeded_day"]
    assert (seeded <= np.minimum(people["first_deficit_day"], 0.0)).all()


def test_function_goes_on_as_fast_for_those_who_present_with_its_loss() -> None:
    """What is lost by day 0 is what is lost over the time since the first loss."""
    cancers, worlds = losing_three()
    worlds["lead_time_mean_days"] = 60.0
    people, log = lived((cancers, worlds))
    presents = np.flatnonzero(people["cord_presents"] == 1)
    lasted = -people["first_deficit_day"][presents]
    sensory = people["cord_compression_sensation"][presents]
    # Steps of sensation after a first loss of strength: a process of its own.
    first = log.person[np.searchsorted(log.person, people["number"][presents])]
    np.testing.assert_array_equal(first, people["number"][presents])
    expected = np.exp(-AT_3 * BEGUN * FEELING * lasted) / (1.0 + FEELING)
    normal = (sensory == 0).astype(float)
    error = np.sqrt((expected * (1.0 - expected)).sum())
    assert abs((normal - expected).sum()) < 4.5 * error
