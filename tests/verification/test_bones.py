"""Bone outside the spine against closed forms: seeding by site, fracture, detection, care.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.evidence.instruments import PERFORMANCE_LIMITED
from sim.evidence.vocabulary import DAYS_PER_YEAR, BoneSite, Stage
from sim.inputs.catalog import NO_CARE
from sim.life.detection import NOT_PRESENTED, PRESENTED_BONE
from sim.life.events import Event
from sim.life.hazards import NEVER, ramp_cumulative
from sim.life.pain import work_up_rate
from sim.life.records import FIRST_BONE, PERSON
from tests.replay import busy_care, places, replay
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_mean,
    assert_share,
    let_hurt,
    live_everybody,
    seeded_days,
    simplified,
    strategies_of,
)

N = 20_000
WEIGHTS = np.array([0.5, 0.2, 0.3])
HITS = np.array([0.3, 0.1, 0.2])


def with_bones(hits: NDArray[np.float64] | float = 0.0, spine: float = 0.0) -> Parameters:
    """Everybody's skeleton is seeded at diagnosis, each site by a share, the spine by another."""
    cancers, worlds = simplified()
    cancers["skeleton_hit_share_at_diagnosis"] = 1.0
    worlds["spine_hit_share"] = spine
    worlds["bone_hit_share"] = hits
    worlds["bone_site_weight"] = WEIGHTS
    return cancers, worlds


def with_one_bone(site: int) -> Parameters:
    """Everybody has one lesion, of one site, from diagnosis."""
    cancers, worlds = with_bones()
    worlds["bone_site_weight"] = np.eye(len(BoneSite))[site]
    return cancers, worlds


def live(parameters: Parameters, n: int = N, **said: object) -> Records:
    people, _, _ = live_everybody(parameters, alike(n, stage=Stage.DISTANT), seed=5, **said)  # type: ignore[arg-type]
    return people


def bone_days(people: Records) -> NDArray[np.float64]:
    """Day of seeding of each site."""
    return seeded_days(people)[:, FIRST_BONE:]


@pytest.mark.parametrize("spine", [0.0, 0.4, 1.0])
def test_sites_are_hit_with_the_skeleton_by_their_shares(spine: float) -> None:
    """Site j is hit by h, or picked by its weight if neither the spine nor a site is hit."""
    people = live(with_bones(HITS, spine))
    nothing = (1.0 - spine) * np.prod(1.0 - HITS)
    there = bone_days(people) == 0.0
    for site in BoneSite:
        assert_share(there[:, site].mean(), HITS[site] + nothing * WEIGHTS[site], N)
    assert (people["n_lesions"] > 0).all()
    assert (people["n_lesions"] - people["n_spinal"] == there.sum(axis=1)).all()
    assert_share((people["n_spinal"] > 0).mean(), spine or 1e-12, N)


def test_sites_follow_independently_each_at_its_weight() -> None:
    """One clock with the rate of all free sites is as one clock a site: 1 - exp(-r w t)."""
    rate = 0.002
    parameters = with_bones(spine=1.0)
    parameters[1]["bone_seeding_rate_per_day"] = rate
    days = bone_days(live(parameters))
    for at in (100.0, 1_000.0, 3_000.0):
        seeded = days <= at
        expected = -np.expm1(-rate * WEIGHTS * at)
        for site in BoneSite:
            assert_share(seeded[:, site].mean(), expected[site], N)
        assert_share(seeded.all(axis=1).mean(), float(np.prod(expected)), N)


def test_a_lead_seeds_sites_before_diagnosis() -> None:
    """Over an exponential lead with mean m, site j is there at day 0 with 1 - 1 / (1 + r w m)."""
    rate, lead = 0.002, 700.0
    parameters = with_bones(spine=1.0)
    parameters[1]["bone_seeding_rate_per_day"] = rate
    parameters[1]["lead_time_mean_days"] = lead
    people = live(parameters)
    days = bone_days(people)
    assert (days >= -people["lead_days"][:, None]).all()
    for site in BoneSite:
        expected = 1.0 - 1.0 / (1.0 + rate * WEIGHTS[site] * lead)
        assert_share((days[:, site] <= 0.0).mean(), expected, N)


def test_the_spine_that_is_not_hit_has_no_lead() -> None:
    parameters = with_bones()
    parameters[1]["lead_time_mean_days"] = 700.0
    parameters[1]["spinal_seeding_rate_per_day"] = 0.01
    people = live(parameters, 1_000)
    assert stats.kstest(people["lead_days"], stats.expon(scale=700.0).cdf).pvalue > TAIL
    np.testing.assert_array_equal(bone_days(people).min(axis=1), -people["lead_days"])
    first = seeded_days(people)[:, :FIRST_BONE].min(axis=1)
    assert (first > 0.0).all()
    np.testing.assert_array_equal(first, people["spinal_metastasis_day"])


@pytest.mark.parametrize("site", BoneSite)
def test_a_bone_breaks_at_a_hazard_that_rises_while_the_lesion_grows(site: BoneSite) -> None:
    rate, fill = 0.004, 400.0
    cancers, worlds = with_one_bone(site)
    cancers["bone_fracture_rate_per_day"] = rate
    worlds["fill_median_days"] = fill
    people = live((cancers, worlds))
    day = people["lesions"]["fracture_day"][:, FIRST_BONE + site]
    np.testing.assert_array_equal(people["first_bone_fracture_day"], day)
    broken = np.vectorize(lambda t: -np.expm1(-ramp_cumulative(t, rate, fill)))
    assert stats.kstest(day, broken).pvalue > TAIL
    assert (people["n_bone_fractures"] == 1).all()
    assert (people["n_fractures"] == 0).all()


@pytest.mark.parametrize("primary_ratio", [0.25, 1.0])
def test_the_type_of_a_lesion_changes_the_hazard_of_fracture(primary_ratio: float) -> None:
    cancers, worlds = with_one_bone(BoneSite.LONG_BONES)
    cancers["bone_fracture_rate_per_day"] = 0.01
    worlds["fill_median_days"] = 1e-6
    worlds["type_ratio"] = primary_ratio
    people = live((cancers, worlds))
    assert_mean(people["first_bone_fracture_day"], 1.0 / (0.01 * primary_ratio))


@pytest.mark.parametrize(("site", "share"), [(0, 0.7), (1, 0.6), (2, 0.0)])
def test_nobody_walks_on_a_broken_leg_until_it_is_operated(site: int, share: float) -> None:
    """In ECOG 3 at best, by a share of fractures of the site, for good where nobody operates."""
    cancers, worlds = with_one_bone(site)
    cancers["bone_fracture_rate_per_day"] = 0.05
    worlds["fill_median_days"] = 1e-6
    worlds["hip_share"] = 0.7
    worlds["long_bone_leg_share"] = 0.6
    worlds["staging_sensitivity"] = worlds["lesion_sensitivity"] = 1.0
    plan = (cancers, worlds)
    left_alone = live(plan, 4_000)
    limited = left_alone["performance"] == PERFORMANCE_LIMITED
    assert_share(limited.mean(), share, 4_000)
    np.testing.assert_array_equal(limited, left_alone["n_broken_legs"] == 1)
    cared = live(plan, 500, strategies=strategies_of("usual_care"))
    assert (cared["n_broken_legs"] == 0).all()
    assert (cared["performance"] == 0).all()
    operated = cared["n_bone_surgery"]
    # Arms and legs, and the hip of the pelvis and hip.
    assert (operated <= 1).all()
    assert_share(operated.mean(), (0.7, 1.0, 0.0)[site], 500)
    waited = cared["first_bone_surgery_day"] - cared["first_bone_fracture_day"]
    assert (waited[operated > 0] > 0.0).all()
    assert (cared["n_courses"] == 0).all()
    assert (cared["n_surgery"] == 0).all()


def test_pain_of_other_bone_is_worked_up_and_finds_it_and_not_the_spine() -> None:
    """The lesion and the skeleton are found at the hazard of the work-up."""
    parameters = with_one_bone(BoneSite.PELVIS_AND_HIP)
    let_hurt(parameters[1], 1.0 / 300.0)
    people = live(parameters)
    day = people["skeletal_detected_day"]
    assert stats.kstest(day, stats.expon(scale=300.0).cdf).pvalue > TAIL
    np.testing.assert_array_equal(people["lesions"]["detected_day"][:, FIRST_BONE], day)
    assert (people["spinal_detected_day"] == NEVER).all()
    assert (people["bone_pain_onset_day"] < 1.0).all()
    assert (people["pain_onset_day"] == NEVER).all()
    assert (people["pain"] == 0.0).all()
    assert (people["bone_pain"] > 0.0).all()


@pytest.mark.parametrize("moderate", [2.0, 4.0])
def test_who_hurts_at_diagnosis_has_presented_with_it(moderate: float) -> None:
    """With a pain of 3, if that counts as moderate; staging itself sees nothing here."""
    parameters = with_one_bone(BoneSite.OTHER_BONES)
    parameters[1]["lead_time_mean_days"] = 500.0
    let_hurt(parameters[1], 1e-12)
    parameters[1]["moderate_pain"] = moderate
    people = live(parameters, 2_000)
    presented = moderate <= 3.0
    expected = PRESENTED_BONE if presented else NOT_PRESENTED
    assert (people["presented"] == expected).all()
    assert ((people["skeletal_detected_day"] == 0.0) == presented).all()


def test_a_broken_bone_before_diagnosis_presents_the_cancer() -> None:
    """Broken by day 0 with the share of leads that are longer than the bone holds."""
    rate, lead = 0.002, 500.0
    cancers, worlds = with_one_bone(BoneSite.LONG_BONES)
    cancers["bone_fracture_rate_per_day"] = rate
    worlds["fill_median_days"] = 1e-6
    worlds["lead_time_mean_days"] = lead
    people = live((cancers, worlds))
    broken = people["first_bone_fracture_day"] == 0.0
    np.testing.assert_array_equal(broken, people["presented"] == PRESENTED_BONE)
    assert_share(broken.mean(), 1.0 - 1.0 / (1.0 + rate * lead), N)


def test_other_bone_is_cared_for_only_where_a_strategy_acts() -> None:
    plan = alike(1_000, stage=Stage.DISTANT)
    for name, acts in ((NO_CARE, False), ("usual_care", True), ("noms", True)):
        people, log, _ = live_everybody(busy_care(), plan, strategies=strategies_of(name))
        begun = log.event == Event.BONE_COURSE_BEGUN
        assert begun.sum() == people["n_bone_radiotherapy"].sum()
        assert (begun.sum() > 100) == acts
        assert (people["n_bone_surgery"].sum() > 10) == acts
        assert (people["n_bone_surgery"] <= people["n_bone_radiotherapy"]).all()


def test_care_of_the_spine_never_picks_a_bone() -> None:
    cared = strategies_of("usual_care", "radiopharmaceutical")
    n_systemic = 0
    for strategy in range(2):
        for life in replay(
            busy_care(), alike(150, stage=Stage.DISTANT), strategies=cared, strategy=strategy
        ):
            for person, _, _ in life:
                if person["n_episodes"] > 0:
                    assert person["episode_lesion"] < FIRST_BONE
                if person["n_bone_episodes"] > 0:
                    assert person["bone_episode_lesion"] >= FIRST_BONE
                if person["n_lesions"] > 0:
                    in_course = person["lesions"]["in_course"]
                    mine = places(person)
                    of_bone = [p for p in mine if p >= FIRST_BONE and in_course[p] == 1]
                    n_systemic += len(of_bone) > 0
                    # A radiopharmaceutical, which usual care gives a few, goes to all of them.
                    systemic = cared.policies["treatments"]["systemic"][strategy]
                    assert systemic[person["episode_treatment"]] == 1 or not of_bone
                    assert all(in_course[p] != 2 for p in mine if p < FIRST_BONE)
    assert n_systemic > 0


def test_long_bones_break_at_the_rate_of_people_with_metastasis_to_bone() -> None:
    """The rate of a lesion is that of people, by a ratio, over the mean ratio of the types."""
    from sim.evidence.reader import evidence
    from sim.evidence.vocabulary import LESION_TYPES, PRIMARIES
    from tests.simplified import full

    values = evidence().point
    cancers, _ = full()
    for primary, of_people in (("kidney", 0.05), ("pancreas", 0.025)):
        types = np.array([values["lesion_type_share", f"{primary}, {t}"] for t in LESION_TYPES])
        ratio = types / types.sum() @ [values["type_ratio", t] for t in LESION_TYPES]
        rate = cancers[PRIMARIES.index(primary)]["bone_fracture_rate_per_day"]
        expected = of_people * values["long_bone_lesion_ratio", "all"] / ratio / DAYS_PER_YEAR
        assert rate[BoneSite.LONG_BONES] == pytest.approx(expected)
        for site in ("pelvis_and_hip", "other_bones"):
            known = values["bone_fracture_rate", site] / DAYS_PER_YEAR
            assert rate[BoneSite.labeled(site)] == pytest.approx(known)


@pytest.mark.parametrize(("broken", "hurts"), [(False, 8.0), (True, 8.0), (True, 0.0)])
def test_an_occult_bone_that_is_broken_and_hurts_is_worked_up_as_a_fracture(
    broken: bool, hurts: float
) -> None:
    _, worlds = simplified()
    worlds["pain_work_up_rate_per_day"] = 0.001
    worlds["severe_pain_work_up_ratio"] = 3.0
    worlds["fracture_work_up_rate_per_day"] = 0.02
    person = np.zeros(1, PERSON).view(np.recarray)[0]
    person.pain_sensitivity = 1.0
    person.now = 10.0
    lesion = person.lesions[FIRST_BONE + BoneSite.LONG_BONES]
    lesion.place = FIRST_BONE + BoneSite.LONG_BONES
    lesion.mechanical_pain = hurts
    lesion.fracture_day = 5.0 if broken else NEVER
    expected = (0.003 + 0.02 * broken) * (hurts > 0.0)
    assert work_up_rate(person, worlds[0], lesion) == pytest.approx(expected)
