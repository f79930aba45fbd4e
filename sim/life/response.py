"""Response to the first course, read as trials read it: on fixed days, at the treated site.

International consensus: complete is no pain at the site without more analgesia; partial is 2 points
or more less without more analgesia, or a quarter less analgesia without more pain (Chow et al.,
Int J Radiat Oncol Biol Phys 2012;82:1730-7).
"""

from __future__ import annotations

from sim.evidence.vocabulary import ASSESSMENT_DAYS, Response
from sim.life.compiled import Record, compiled
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.rating import felt_pain

_LESS_ANALGESIA = 0.75


@compiled
def begin_assessment(person: Record, world: Record, lesion: Record) -> None:
    """Take the baseline of the first course for a site that hurts, as trials enroll.

    Where only analgesia is given, of the first decision.
    """
    site_pain = felt_pain(person, world, lesion)
    if person.first_course_day != NEVER or site_pain <= 0.0:
        return
    person.first_course_day = person.now
    person.first_treatment = person.episode_treatment
    person.first_course_pain = person.pain
    person.site_lesion = lesion.place
    person.site_pain = site_pain
    person.site_morphine_mg = world.morphine_mg_per_day[person.analgesia]
    person.clock[Event.PAIN_ASSESSED] = person.now + ASSESSMENT_DAYS[0]


@compiled
def consensus(
    world: Record, pain: float, before: float, morphine: float, morphine_before: float
) -> int:
    """Response by the international consensus, from pain at the site and analgesia; see above."""
    if morphine <= morphine_before:
        if pain <= 0.0 < before:
            return Response.COMPLETE
        less = morphine < _LESS_ANALGESIA * morphine_before and pain <= before
        if pain <= before - world.relief_points or less:
            return Response.PARTIAL
    return Response.NONE


@compiled
def assess(person: Record, world: Record) -> None:
    """Read worst pain of all, pain at the site and the response there; plan the next reading.

    The clock is that of the first course, whatever treatment follows: a trial may have people
    leave with it, which `site_again_day` tells.
    """
    reading = person.n_assessed
    person.n_assessed += 1
    person.event_place = person.site_lesion
    pain = felt_pain(person, world, person.lesions[person.site_lesion])
    morphine = world.morphine_mg_per_day[person.analgesia]
    before, morphine_before = person.site_pain, person.site_morphine_mg
    response = consensus(world, pain, before, morphine, morphine_before)
    person.assessed_pain[reading] = person.pain
    person.assessed_site_pain[reading] = pain
    person.assessed_morphine_mg[reading] = morphine
    person.assessed_response[reading] = response
    person.clock[Event.PAIN_ASSESSED] = NEVER
    if person.n_assessed < len(ASSESSMENT_DAYS):
        days = ASSESSMENT_DAYS[person.n_assessed]
        person.clock[Event.PAIN_ASSESSED] = person.first_course_day + days
