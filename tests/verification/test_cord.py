"""The canal and the cord: epidural grades and Frankel grades against closed forms.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import integrate, stats
from scipy.linalg import expm

from sim.counting.microdata import EventLog
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
    """One lesion at diagnosis that extends into the canal."""
    cancers, worlds = with_one_lesion()
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
    assert (people["frankel"] == 4).all()
    np.testing.assert_allclose(people["not_walking_days"], people["death_day"] - steps[:, 1])


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
    seen = np.bincount(people["cord_compression_frankel"], minlength=5)
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
    seen = np.bincount(people["cord_compression_frankel"], minlength=5)[1:]
    assert stats.chisquare(seen, N * expected).pvalue > TAIL


def test_the_diagnosis_names_the_region_of_the_cord_lesion_and_finds_it() -> None:
    people, _ = lived(pressing(), 2_000)
    region = np.array(REGION_OF_LEVEL)[people["lesion_at"][:, 0]]
    np.testing.assert_array_equal(people["cord_compression_region"], region)
    np.testing.assert_array_equal(people["spinal_detected_day"], people["cord_compression_day"])
    np.testing.assert_array_equal(people["skeletal_detected_day"], people["cord_compression_day"])
    assert len(set(people["lesion_at"][:, 0].tolist())) == N_LEVELS


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
def test_contact_with_the_cord_hurts_in_a_share(share: float) -> None:
    cancers, worlds = pressing()
    worlds["epidural_pain_share"] = share
    people, log = lived((cancers, worlds))
    contact = days_of(log, Event.EPIDURAL_EXTENSION, 3)[:, 1]
    hurts = people["pain_onset_day"] < NEVER
    assert_share(hurts.mean(), share, N)
    np.testing.assert_array_equal(people["pain_onset_day"][hurts], contact[hurts])
    np.testing.assert_array_equal(people["cord_compression_painful"] == 1, hurts)
