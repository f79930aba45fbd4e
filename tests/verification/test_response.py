"""Response and relief read off replayed lives, by the definitions of the trials.

Room: life.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from sim.evidence.vocabulary import ASSESSMENT_DAYS, Response, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER
from tests.felt import felt
from tests.replay import busy_care, replay
from tests.simplified import SEVERAL, alike, full, strategies_of

N = 500
WORLD = full()[1][0]
EASE = WORLD["analgesia_effect_biological"].tolist()
RELIEF = WORLD["analgesia_effect_mechanical"].tolist()
MORPHINE = WORLD["morphine_mg_per_day"].tolist()


def site_pain(person: np.void, place: int) -> float:
    """Worst pain of one lesion after analgesia."""
    tumor = person["lesions"]["biological_pain"][place] + person["lesions"]["flare"][place]
    mechanical = person["lesions"]["mechanical_pain"][place]
    return max(felt(person, tumor, EASE), felt(person, mechanical, RELIEF))


def consensus(pain: float, before: float, morphine: float, morphine_before: float) -> int:
    """International consensus end point: complete, partial or no response."""
    more = morphine > morphine_before
    if pain == 0.0 and before > 0.0 and not more:
        return Response.COMPLETE
    if pain <= before - 2.0 and not more:
        return Response.PARTIAL
    if morphine < 0.75 * morphine_before and pain <= before:
        return Response.PARTIAL
    return Response.NONE


@pytest.mark.parametrize("name", [*SEVERAL, "analgesia_only"])
def test_pain_and_response_are_read_on_fixed_days_at_the_site_of_the_first_course(
    name: str,
) -> None:
    """Baseline at the first course for a site that hurts, as felt; without courses, decision."""
    first = Event.CARE_DECIDED if name == "analgesia_only" else Event.COURSE_BEGUN
    seen: Counter[int] = Counter()
    painless = 0
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 83, strategies=strategies_of(name)
    ):
        start, place, before, opioid, cared_for = NEVER, -1, 0.0, 0.0, -1
        readings: list[tuple[float, int]] = []
        for person, _, _ in life:
            now = float(person["now"])
            if cared_for >= 0 and person["event"] == first and start == NEVER:
                # Nothing of a course acts on pain on the day that it begins.
                if site_pain(person, cared_for) > 0.0:
                    start, place = now, cared_for
                    before, opioid = site_pain(person, place), MORPHINE[person["analgesia"]]
                    assert person["first_course_day"] == now
                    assert person["first_course_pain"] == person["pain"]
                    assert person["site_lesion"] == place
                    assert person["site_pain"] == before
                    assert person["site_morphine_mg"] == opioid
                else:
                    painless += 1
                    assert person["first_course_day"] == NEVER
            elif cared_for >= 0 and person["event"] == Event.PAIN_ASSESSED:
                assert now == start + ASSESSMENT_DAYS[len(readings)]
                pain, morphine = site_pain(person, place), MORPHINE[person["analgesia"]]
                readings.append((float(person["pain"]), consensus(pain, before, morphine, opioid)))
            # Read ahead of the event: after a decision another lesion may be next at once.
            cared_for = int(person["episode_lesion"])
        n = int(person["n_assessed"])
        assert (
            n == len(readings) == sum(start + day <= person["death_day"] for day in ASSESSMENT_DAYS)
        )
        assert person["first_course_day"] == start
        np.testing.assert_array_equal(person["assessed_pain"][:n], [r[0] for r in readings])
        np.testing.assert_array_equal(person["assessed_response"][:n], [r[1] for r in readings])
        seen.update(response for _, response in readings)
    assert sum(seen.values()) > 300
    assert painless > 0
    if name != "analgesia_only":
        assert min(seen[Response.NONE], seen[Response.PARTIAL], seen[Response.COMPLETE]) > 20


@pytest.mark.parametrize("name", SEVERAL)
def test_relief_is_the_first_day_with_2_points_less_than_at_the_first_trigger(name: str) -> None:
    relieved = 0
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 89, strategies=strategies_of(name)
    ):
        first = NEVER
        for person, _, _ in life:
            triggered = person["first_trigger_day"] < NEVER
            if triggered and first == NEVER and person["pain"] <= person["trigger_pain"] - 2.0:
                first = float(person["now"])
        assert person["relief_day"] == first
        relieved += first < NEVER
    assert relieved > 50
