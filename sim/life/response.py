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
def assess(person: Record, world: Record) -> None:
    """Read worst pain and the response at the site, and plan the next reading."""
    reading = person.n_assessed
    person.n_assessed += 1
    pain = felt_pain(person, world, person.lesions[person.site_lesion])
    morphine = world.morphine_mg_per_day[person.analgesia]
    response = Response.NONE
    if morphine <= person.site_morphine_mg:
        if pain <= 0.0 < person.site_pain:
            response = Response.COMPLETE
        elif pain <= person.site_pain - world.relief_points or (
            morphine < _LESS_ANALGESIA * person.site_morphine_mg and pain <= person.site_pain
        ):
            response = Response.PARTIAL
    person.assessed_pain[reading] = person.pain
    person.assessed_response[reading] = response
    person.clock[Event.PAIN_ASSESSED] = NEVER
    if person.n_assessed < len(ASSESSMENT_DAYS):
        days = ASSESSMENT_DAYS[person.n_assessed]
        person.clock[Event.PAIN_ASSESSED] = person.first_course_day + days
