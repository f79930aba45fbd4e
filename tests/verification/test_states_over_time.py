"""A multi-state version of the model against the matrix exponential of its generator.

Room: life.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.linalg import expm

from sim.evidence.vocabulary import DAYS_PER_YEAR, Death, Stage
from tests.simplified import (
    Parameters,
    Records,
    alike,
    assert_share,
    live_everybody,
    simplified,
)

N = 40_000

# Per year, shares and ratios: far from each other so that a mix-up would show.
INCURABLE, CANCER, OTHER = 0.5, 0.35, 0.08
SKELETON, SPINE, SEEN = 0.6, 0.45, 0.9
DISTANT_SHARE, SKELETON_HIT, SPINE_HIT = 0.75, 0.3, 0.4

STATES = (
    "controlled",
    "incurable, not distant",
    "disseminated",
    "skeletal, occult",
    "skeletal, detected",
    "spinal, skeleton occult",
    "spinal, skeleton detected",
    "died of cancer",
    "died of other causes",
)


def generator() -> NDArray[np.float64]:
    """Rates between the states, per year, written down from the definition of the model."""
    q = np.zeros((len(STATES), len(STATES)))
    hit = DISTANT_SHARE * SKELETON_HIT
    q[0, 1] = INCURABLE * (1 - DISTANT_SHARE)
    q[0, 2] = INCURABLE * (DISTANT_SHARE - hit)
    q[0, 3] = INCURABLE * hit * (1 - SPINE_HIT)
    q[0, 5] = INCURABLE * hit * SPINE_HIT
    q[2, 3] = SKELETON * (1 - SPINE_HIT)
    q[2, 5] = SKELETON * SPINE_HIT
    q[3, 5] = q[4, 6] = SPINE
    q[3, 4] = q[5, 6] = SEEN
    # Neither metastasis nor its detection is a step of the hazard of death.
    q[1:7, 7] = CANCER
    q[:7, 8] = OTHER
    np.fill_diagonal(q, -q.sum(axis=1))
    return q


@pytest.fixture(scope="module")
def parameters() -> Parameters:
    cancers, worlds = simplified(OTHER)
    cancers["incurable_share"] = 1.0
    cancers["incurable_scale_days"] = DAYS_PER_YEAR / INCURABLE
    cancers["distant_spread_share"] = DISTANT_SHARE
    cancers["death_rate_per_day"] = CANCER / DAYS_PER_YEAR
    cancers["skeleton_hit_share"] = SKELETON_HIT
    cancers["skeleton_hit_share_at_diagnosis"] = 0.0
    cancers["skeletal_seeding_rate_per_day"] = SKELETON / DAYS_PER_YEAR
    worlds["spine_hit_share"] = SPINE_HIT
    worlds["spinal_seeding_rate_per_day"] = SPINE / DAYS_PER_YEAR
    worlds["surveillance_rate_per_day"] = SEEN / DAYS_PER_YEAR
    # Levels are seeded and found too; none of that may matter here.
    worlds["level_seeding_rate_per_day"] = 0.01
    worlds["level_clustering"] = 0.3
    worlds["spine_seen_share"] = 0.5
    worlds["lesion_sensitivity"] = 0.5
    return cancers, worlds


def states_at(people: Records, day: float) -> NDArray[np.int64]:
    """The state of everybody on a day, from their finished records."""
    state = np.zeros(len(people), np.int64)
    state[people["incurable_day"] <= day] = 1
    state[people["dissemination_day"] <= day] = 2
    skeletal = people["skeletal_metastasis_day"] <= day
    spinal = people["spinal_metastasis_day"] <= day
    detected = people["skeletal_detected_day"] <= day
    state[skeletal] = 3 + detected[skeletal]
    state[spinal] = 5 + detected[spinal]
    dead = people["death_day"] <= day
    state[dead] = np.where(people["death_cause"][dead] == Death.CANCER, 7, 8)
    return state


@pytest.mark.parametrize(("stage", "entry"), [(Stage.LOCALIZED, 0), (Stage.DISTANT, 2)])
def test_occupancy_is_that_of_the_matrix_exponential(
    parameters: Parameters, stage: int, entry: int
) -> None:
    people, _, _ = live_everybody(parameters, alike(N, stage=stage), seed=11)
    q = generator()
    for years in (0.25, 1.0, 2.5, 6.0, 15.0):
        expected = expm(q * years)[entry]
        seen = np.bincount(states_at(people, years * DAYS_PER_YEAR), minlength=len(STATES)) / N
        for share, probability in zip(seen, expected, strict=True):
            assert_share(share, max(probability, 0.0), N)


def test_lifetime_probabilities_are_those_of_the_absorbing_chain(parameters: Parameters) -> None:
    """Ever reaching the spine, and dying of cancer: from the fundamental matrix."""
    people, _, _ = live_everybody(parameters, alike(N), seed=12)
    q = generator()
    absorbed = -np.linalg.solve(q[:7, :7], q[:7, 7:])
    assert_share((people["death_cause"] == Death.CANCER).mean(), absorbed[0, 0], N)
    # Make the spine absorbing too: states 5 and 6 are then ends.
    before = [0, 1, 2, 3, 4]
    reach = -np.linalg.solve(q[np.ix_(before, before)], q[np.ix_(before, [5, 6])].sum(axis=1))
    assert_share(np.isfinite(people["spinal_metastasis_day"]).mean(), reach[0], N)
