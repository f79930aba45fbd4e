"""How metastases are found, against what images and symptoms should find.

Room: life.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from sim.evidence.vocabulary import N_LEVELS, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE, OUTSIDE
from tests.simplified import (
    TAIL,
    Parameters,
    alike,
    assert_share,
    detected_days,
    full,
    let_hurt,
    live_everybody,
    seeded_days,
    with_one_lesion,
)

N = 20_000
WORKED_UP = Event.PAIN_WORKED_UP
LOOKS = (
    Event.STAGING,
    Event.SURVEILLANCE_IMAGING,
    Event.PERFORMANCE_DECLINE,
    Event.OSTEOPOROTIC_COLLAPSE,
    Event.OTHER_BACK_PAIN,
    Event.CORD_COMPRESSION_DIAGNOSED,
    WORKED_UP,
)
"""Events that may bring an image."""


def test_a_staged_lesion_is_found_if_the_spine_and_it_are_seen() -> None:
    cancers, worlds = with_one_lesion()
    worlds["staging_sensitivity"] = 0.9
    worlds["spine_seen_share"] = 0.7
    worlds["lesion_sensitivity"] = 0.6
    people, _, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT))
    assert_share((people["skeletal_detected_day"] == 0.0).mean(), 0.9, N)
    assert_share((people["spinal_detected_day"] == 0.0).mean(), 0.9 * 0.7 * 0.6, N)
    assert (people["skeletal_detected_day"] <= people["spinal_detected_day"]).all()


def test_lesions_are_seen_independently_of_each_other() -> None:
    """All levels seeded long before diagnosis: the number seen is binomial."""
    cancers, worlds = with_one_lesion()
    worlds["level_seeding_rate_per_day"] = 1.0
    worlds["lead_time_mean_days"] = 1e8
    worlds["staging_sensitivity"] = worlds["spine_seen_share"] = 1.0
    worlds["lesion_sensitivity"] = 0.6
    people, _, _ = live_everybody((cancers, worlds), alike(5_000, stage=Stage.DISTANT))
    people = people[people["n_levels_at_detection"] == N_LEVELS]
    assert len(people) > 4_900
    found = (detected_days(people)[:, :N_LEVELS] == 0.0).sum(axis=1)
    n = np.arange(8, 23)
    expected = stats.binom(N_LEVELS, 0.6)
    seen = [(found < 8).sum(), *((found == k).sum() for k in n), (found > 22).sum()]
    shares = [expected.cdf(7), *expected.pmf(n), expected.sf(22)]
    assert stats.chisquare(seen, np.array(shares) * len(people)).pvalue > TAIL


def test_pain_is_worked_up_at_its_rate_which_always_finds_the_lesion() -> None:
    cancers, worlds = with_one_lesion()
    let_hurt(worlds, 1.0 / 400.0)
    people, log, _ = live_everybody((cancers, worlds), alike(N, stage=Stage.DISTANT))
    found = people["spinal_detected_day"]
    assert stats.kstest(found, stats.expon(scale=400.0).cdf).pvalue > TAIL
    np.testing.assert_array_equal(found, people["skeletal_detected_day"])
    assert (log.event == WORKED_UP).sum() == N
    assert (people["lesions"]["detected_day"].max(axis=1) == found).all()


@pytest.fixture(scope="module")
def lived() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Lives of the full model with much imaging, and their events."""
    cancers, worlds = full()
    worlds["pain_work_up_rate_per_day"] = 1.0 / 500.0
    worlds["surveillance_rate_per_day"] = 1.0 / 300.0
    people, log, _ = live_everybody((cancers, worlds), alike(4_000, stage=Stage.DISTANT), seed=3)
    return people, log._asdict()


def test_levels_at_detection_are_those_seeded_by_then(
    lived: tuple[np.ndarray, dict[str, np.ndarray]],
) -> None:
    people, _ = lived
    people = people[people["spinal_detected_day"] < NEVER]
    assert (people["n_levels"] == 0).any()
    day = people["spinal_detected_day"][:, None]
    seeded = seeded_days(people)[:, :N_LEVELS] <= day
    assert len(people) > 500
    np.testing.assert_array_equal(people["n_levels_at_detection"], seeded.sum(axis=1))
    first, last = seeded.argmax(axis=1), N_LEVELS - 1 - seeded[:, ::-1].argmax(axis=1)
    gap = seeded.any(axis=1) & (last - first + 1 > seeded.sum(axis=1))
    np.testing.assert_array_equal(people["gap_at_detection"] == 1, gap)
    assert 0 < gap.sum() < len(people)


def test_the_spine_is_detected_with_its_first_lesion(
    lived: tuple[np.ndarray, dict[str, np.ndarray]],
) -> None:
    people, _ = lived
    people = people[people["n_spinal"] > 0]
    first = detected_days(people)[:, :FIRST_BONE].min(axis=1)
    np.testing.assert_array_equal(people["spinal_detected_day"], first)


def test_a_found_lesion_causes_no_further_work_up(
    lived: tuple[np.ndarray, dict[str, np.ndarray]],
) -> None:
    """Each lesion is worked up at most once, and was occult before."""
    people, log = lived
    symptom = log["event"] == WORKED_UP
    pairs = list(zip(log["person"][symptom].tolist(), log["level"][symptom].tolist(), strict=True))
    assert len(set(pairs)) <= len(pairs) > 100
    once = Counter(pairs)
    seeded = dict(zip(people["number"].tolist(), seeded_days(people), strict=True))
    assert all(n == 1 or (n == 2 and seeded[i][OUTSIDE] < NEVER) for (i, _), n in once.items())
    records = {int(p["number"]): p for p in people}
    for (number, level), day in zip(pairs, log["day"][symptom].tolist(), strict=True):
        # A lesion outside the vertebrae has a level too: one of the two was worked up.
        here = [place for place in (level, OUTSIDE) if seeded[number][place] < NEVER]
        assert any(records[number]["lesions"]["detected_day"][place] == day for place in here)


def test_every_detection_comes_from_an_image_of_the_same_day(
    lived: tuple[np.ndarray, dict[str, np.ndarray]],
) -> None:
    _, log = lived
    looked = np.isin(log["event"], LOOKS)
    images = set(zip(log["person"][looked].tolist(), log["day"][looked].tolist(), strict=True))
    found = np.isin(log["event"], (Event.SKELETAL_DETECTED, Event.SPINAL_DETECTED))
    detections = set(zip(log["person"][found].tolist(), log["day"][found].tolist(), strict=True))
    assert detections
    assert detections <= images


def test_the_skeleton_is_recorded_once_and_only_after_detection(
    lived: tuple[np.ndarray, dict[str, np.ndarray]],
) -> None:
    people, log = lived
    recorded = people["skeletal_recorded_day"] < NEVER
    assert (log["event"] == Event.SKELETAL_RECORDED).sum() == recorded.sum()
    assert (people["skeletal_recorded_day"] >= people["skeletal_detected_day"])[recorded].all()


def with_several_lesions() -> Parameters:
    """Several lesions at diagnosis, death at a tenth a year, and no steps of its hazard."""
    cancers, worlds = with_one_lesion()
    worlds["mortality_rate"] = 0.1
    worlds["mortality_cumulative"] = 0.1 * np.arange(121)
    worlds["level_seeding_rate_per_day"] = 0.01
    worlds["lead_time_mean_days"] = 800.0
    worlds["lesion_sensitivity"] = 0.4
    worlds["spine_seen_share"] = 1.0
    return cancers, worlds


@pytest.mark.parametrize(
    ("other", "value"), [("pain_work_up_rate_per_day", 1.0 / 300.0), ("staging_sensitivity", 1.0)]
)
def test_surveillance_does_not_depend_on_other_images(other: str, value: float) -> None:
    """Luck is counted within its purpose: the next image comes when it would have come anyway."""
    days = []
    for strength in (0.0, value):
        cancers, worlds = with_several_lesions()
        worlds["surveillance_rate_per_day"] = 1.0 / 500.0
        let_hurt(worlds, 0.0)
        worlds[other] = strength
        people, log, _ = live_everybody((cancers, worlds), alike(200, stage=Stage.DISTANT))
        seen = log.event == Event.SURVEILLANCE_IMAGING
        days.append({n: log.day[seen & (log.person == n)].tolist() for n in people["number"]})
    changed = [number for number in days[0] if days[0][number] != days[1][number]]
    assert not changed


def test_what_a_work_up_sees_does_not_depend_on_earlier_images() -> None:
    """A lesion keeps its luck when the work-up of another disappears.

    Staging finds some lesions, which are then not worked up. The later work-ups still see what they
    would have seen of the lesions that were occult before.
    """
    worlds_lived = []
    for sensitivity in (0.0, 1.0):
        cancers, worlds = with_several_lesions()
        let_hurt(worlds, 1.0 / 600.0)
        worlds["staging_sensitivity"] = sensitivity
        people, log, _ = live_everybody((cancers, worlds), alike(2_000, stage=Stage.DISTANT))
        mine = log.event == WORKED_UP
        causes = zip(log.person[mine].tolist(), log.level[mine].tolist(), strict=True)
        worlds_lived.append((people, dict(zip(causes, log.day[mine].tolist(), strict=True))))
    (here, without), (there, with_staging) = worlds_lived
    row_of = {int(number): row for row, number in enumerate(here["number"])}
    compared, seen, changed = 0, 0, []
    for number, cause in without.keys() & with_staging.keys():
        row, day = row_of[number], without[number, cause]
        assert day == with_staging[number, cause]
        if day == 0.0:
            # Several lesions may be worked up at diagnosis: who saw what cannot be told apart.
            continue
        found = [detected_days(world[[row]])[0] for world in (here, there)]
        occult = (seeded_days(here[[row]])[0] < day) & (found[0] >= day) & (found[1] >= day)
        occult[cause] = False
        compared += int(occult.sum())
        seen += int((found[0][occult] == day).sum())
        if ((found[0] == day) != (found[1] == day))[occult].any():
            changed.append((number, cause))
    assert len(with_staging) < len(without)
    assert_share(seen / compared, 0.4, compared)
    assert not changed
