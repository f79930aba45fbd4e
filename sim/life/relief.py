"""What a course does to a lesion: response of its pain, flare, relapse; bone, tumor and cord.

A course gives each pain of a lesion one answer: none, part of it goes, or all of it. The answer
shows after a random time; smooth published curves are means over such jumps. One number decides
over the response to every treatment of a course (responders are nested), or, with
`response_luck="independent"`, one for each treatment; a user's has that of the treatment at the
root of what it is based on.
"""

from __future__ import annotations

from sim.evidence.instruments import (
    CANNOT_WALK,
    COMPLETE_LOSS,
    CORD_CONTACT,
    WALKS_WITH_HELP,
)
from sim.evidence.vocabulary import Compartment, Reason
from sim.life.compiled import Record, compiled
from sim.life.control import heal, wind_tumor
from sim.life.cord import deficit_rate, grade_function
from sim.life.events import Event, Luck
from sim.life.fracture import begin_to_restabilize
from sim.life.fragility import change_collapse
from sim.life.function import note_walking, update_function
from sim.life.hazards import NEVER
from sim.life.lesion import (
    change_lesion_rate,
    change_ramp,
    lesion_clock_day,
    refresh_lesion,
    set_lesion_clock,
    stop_lesion_clock,
)
from sim.life.luck import budget, exponential, uniform, uniform_pair
from sim.life.pain import after_pain_changed, raise_pain, update_symptoms
from sim.life.rating import left_by_analgesia
from sim.life.records import FIRST_BONE, OUTSIDE
from sim.life.retreatment import count_course
from sim.life.root import free_roots

COURSES_OF_ONE_TREATMENT = 64
"""Where the occurrences of the next treatment begin, if each has a response luck of its own."""


@compiled
def answer(
    treatment: Record,
    share: float,
    complete: float,
    least: float,
    pain: float,
    mark: float,
    depth: float,
) -> float:
    """Pain that is left after a response; the pain itself if there is none.

    A response in part takes no less than `least`, or all of the pain if there is less.
    """
    if mark >= share:
        return pain
    if mark < share * complete:
        return 0.0
    low, high = treatment.depth_low, treatment.depth_high
    return pain - min(max(pain * (low + (high - low) * depth), least), pain)


@compiled
def least_answer(person: Record, world: Record, effect: float) -> float:
    """Points of a lesion's pain that this person feels as the fewest which count as a response.

    On an ordinary day, after what analgesia of an average effect takes off; so a response does not
    depend on how bad pain was.
    """
    felt_share = person.pain_sensitivity * left_by_analgesia(person, effect)
    return world.relief_points / felt_share if felt_share > 0.0 else NEVER


@compiled
def course_occurrence(care: Record, index: int, course: int) -> int:
    """Where the luck of a lesion's course of a treatment stands, from the number of the course."""
    if care.independent_response:
        return int(course + COURSES_OF_ONE_TREATMENT * (care.treatments[index].luck + 1))
    return course


@compiled
def begin_treating_lesion(
    person: Record, world: Record, care: Record, index: int, lesion: Record
) -> None:
    """Give a lesion the first session: what stabilizes the bone and frees the cord acts from it."""
    treatment = care.treatments[index]
    lesion.in_course = 1
    count_course(person, care, treatment, lesion)
    occurrence = course_occurrence(care, index, lesion.courses)
    begin_to_stabilize(person, world, treatment, lesion, occurrence)
    if lesion.place != OUTSIDE:
        change_collapse(person, lesion, treatment.collapse_ratio)
        change_ramp(person, lesion, Event.INSTABILITY, treatment.collapse_ratio)
    if lesion.place == person.site_lesion and person.first_course_day < person.now:
        person.site_again_day = min(person.site_again_day, person.now)
    protect_cord(person, world, treatment, lesion)
    if (
        lesion.course_dose_gy > 0.0
        and lesion.radiotherapy == 1
        and lesion.frankel == 0
        and lesion.compartment == Compartment.EXTRADURAL_VERTEBRAL
    ):
        person.n_radiated_of[lesion.epidural_grade] += 1
    if person.episode_reason == Reason.CORD_COMPRESSION and lesion.place < FIRST_BONE:
        note_cord_treatment(person, index)
        if 0 < lesion.frankel < COMPLETE_LOSS:
            regain_function(person, world, treatment, lesion, occurrence)
    if lesion_clock_day(lesion, Event.NEUROLOGIC_DEFICIT) != NEVER:
        change_lesion_rate(person, lesion, Event.NEUROLOGIC_DEFICIT, deficit_rate(world, lesion))


@compiled
def protect_cord(person: Record, world: Record, treatment: Record, lesion: Record) -> None:
    """Let a cord that is pressed lose function more slowly until the tumor has withdrawn from it.

    A further course meanwhile does not put that off.
    """
    if treatment.deficit_ratio < 1.0 and lesion.epidural_grade >= CORD_CONTACT:
        lesion.deficit_ratio = min(lesion.deficit_ratio, treatment.deficit_ratio)
        freed_day = person.now + world.cord_freed_days
        freed_day = min(freed_day, lesion_clock_day(lesion, Event.CORD_FREED))
        set_lesion_clock(person, lesion, Event.CORD_FREED, freed_day)


@compiled
def note_cord_treatment(person: Record, index: int) -> None:
    """Keep how the first course for cord compression finds a person, before any lesion answers."""
    if person.cord_treated_day == NEVER:
        person.cord_treated_day = person.now
        person.cord_treated_with = index
        person.cord_treated_place = person.episode_lesion
        person.cord_treated_frankel = person.frankel
        note_walking(person)


@compiled
def begin_to_stabilize(
    person: Record, world: Record, treatment: Record, lesion: Record, occurrence: int
) -> None:
    """Let the pain on movement of a lesion answer."""
    pain = lesion.mechanical_pain
    if pain > 0.0:
        mark, depth = uniform_pair(person, Luck.MECHANICAL_RESPONSE, lesion.place, occurrence)
        share, complete = treatment.response_mechanical, treatment.complete_mechanical
        effect = world.analgesia_effect_mechanical[person.analgesia]
        least = least_answer(person, world, effect)
        left = answer(treatment, share, complete, least, pain, mark, depth)
        if left < pain:
            wait = budget(person, Luck.MECHANICAL_ONSET, lesion.place, occurrence)
            onset_day = person.now + treatment.onset_mechanical_mean_days * wait
            lesion.stabilized_to = left
            set_lesion_clock(person, lesion, Event.MECHANICAL_PAIN_RELIEVED, onset_day)


@compiled
def regain_function(
    person: Record, world: Record, treatment: Record, lesion: Record, occurrence: int
) -> None:
    """Give back walking, sensation and the sphincters, each in a share of those who lost it.

    A cord that lets people walk again is out of danger until the tumor has withdrawn.
    """
    walks, helped = uniform_pair(person, Luck.REGAIN_WALKING, lesion.place, occurrence)
    feels, obeys = uniform_pair(person, Luck.REGAIN_FUNCTION, lesion.place, occurrence)
    if lesion.strength >= CANNOT_WALK and walks < treatment.regain_walking_share:
        lesion.strength = WALKS_WITH_HELP
        if helped >= world.regain_with_help_share:
            lesion.strength = WALKS_WITH_HELP - 1
        if lesion_clock_day(lesion, Event.CORD_FREED) != NEVER:
            lesion.deficit_ratio = 0.0
    if feels < world.regain_sensation_share:
        lesion.sensation = 0
    if obeys < world.regain_sphincters_share:
        lesion.sphincters = 0
    grade_function(lesion)
    update_function(person, world)


@compiled
def end_treating_lesion(
    person: Record,
    cancer: Record,
    world: Record,
    care: Record,
    index: int,
    lesion: Record,
) -> None:
    """Give a lesion the last session: the answer of its tumor pain, flare, control of the tumor.

    A tumor that was irradiated before answers to radiotherapy alone less often.
    """
    treatment = care.treatments[index]
    # What answers without a course is what would answer to the first one.
    occurrence = course_occurrence(care, index, max(lesion.courses, 1))
    lesion.in_course = 0
    if lesion.course_dose_gy > 0.0:
        lesion.irradiated_until = person.now
        begin_to_restabilize(person, world, lesion)
    pain = lesion.biological_pain
    if pain > 0.0:
        mark, depth = uniform_pair(person, Luck.RESPONSE, lesion.place, occurrence)
        share, complete = treatment.response_biological, treatment.complete_biological
        irradiated_alone = treatment.surgery == 0 and treatment.ablation == 0
        if lesion.course_dose_gy > 0.0 and lesion.radiotherapy > 1 and irradiated_alone:
            share *= world.reirradiation_response_ratio
        least = least_answer(person, world, world.analgesia_effect_biological[person.analgesia])
        left = answer(treatment, share, complete, least, pain, mark, depth)
        if left < pain:
            kind, wait = uniform_pair(person, Luck.RESPONSE_ONSET, lesion.place, occurrence)
            mean_days = treatment.onset_slow_mean_days
            if kind < treatment.onset_fast_share:
                mean_days = treatment.onset_fast_mean_days
            lesion.relieved_to = left
            lesion.relapse_rate = treatment.relapse_rate_per_day
            onset_day = person.now + exponential(wait) * mean_days
            set_lesion_clock(person, lesion, Event.PAIN_RELIEVED, onset_day)
            stop_lesion_clock(lesion, Event.PAIN_RELAPSED)
    hurts = max(pain, lesion.mechanical_pain) > 0.0
    if hurts and treatment.flare_share > 0.0:
        mark, length = uniform_pair(person, Luck.FLARE, lesion.place, occurrence)
        if mark < treatment.flare_share:
            lesion.flare = treatment.flare_points
            over_day = person.now + exponential(length) * treatment.flare_mean_days
            set_lesion_clock(person, lesion, Event.FLARE_OVER, over_day)
    lesion.canal_ratio = min(lesion.canal_ratio, treatment.tumor_control_ratio)
    ratio = min(lesion.tumor_ratio, treatment.tumor_control_ratio)
    control_tumor(person, cancer, world, lesion, ratio)
    update_symptoms(person, world)


@compiled
def control_tumor(
    person: Record, cancer: Record, world: Record, lesion: Record, ratio: float
) -> None:
    """Slow, or let go again, the growth of a lesion's pain, and of what reaches a root."""
    lesion.tumor_ratio = ratio
    wind_tumor(person, cancer, world, lesion)


@compiled
def relieve(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Let the tumor pain of a lesion fall to what the response left of it, until it relapses.

    A tumor that answers to a course lets go of the roots; numbness ends in a share.
    """
    stop_lesion_clock(lesion, Event.PAIN_RELIEVED)
    lesion.biological_pain = min(lesion.biological_pain, lesion.relieved_to)
    lesion.relieved = 1
    if person.first_course_day <= person.now and lesion.place == person.site_lesion:
        person.site_relieved_day = min(person.site_relieved_day, person.now)
    stop_lesion_clock(lesion, Event.PAIN_ONSET_OR_ESCALATION)
    stop_lesion_clock(lesion, Event.PAIN_SUBSIDES)
    if lesion.relapse_rate > 0.0:
        wait = budget(person, Luck.RELAPSE, lesion.place, lesion.courses)
        # In remission there is none: what is treated then is cured.
        rate = lesion.relapse_rate * person.systemic_ratio
        day = person.now + wait / rate if rate > 0.0 else NEVER
        set_lesion_clock(person, lesion, Event.PAIN_RELAPSED, day)
    if lesion.roots > 0 and lesion.courses > 0:
        feels = uniform(person, Luck.ROOT_FREED, lesion.place, lesion.courses)
        free_roots(person, cancer, world, lesion, feels < world.regain_sensation_share)
    after_pain_changed(person, world, lesion)


@compiled
def stabilize(person: Record, world: Record, lesion: Record) -> None:
    """Let the mechanical pain of a lesion fall to what the response left of it."""
    stop_lesion_clock(lesion, Event.MECHANICAL_PAIN_RELIEVED)
    lesion.mechanical_pain = min(lesion.mechanical_pain, lesion.stabilized_to)
    heal(person, world, lesion)
    after_pain_changed(person, world, lesion)


@compiled
def end_flare(person: Record, world: Record, lesion: Record) -> None:
    """End the temporary rise of pain after radiotherapy."""
    stop_lesion_clock(lesion, Event.FLARE_OVER)
    lesion.flare = 0.0
    update_symptoms(person, world)


@compiled
def relapse(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Let pain rise by one jump, and grow on from there.

    What grows back into the canal goes on as slowly as before: most pain that comes back is no
    progress of the tumor there.
    """
    stop_lesion_clock(lesion, Event.PAIN_RELAPSED)
    lesion.relapses += 1
    lesion.relieved = 0
    if person.first_course_day <= person.now and lesion.place == person.site_lesion:
        person.site_relapsed_day = min(person.site_relapsed_day, person.now)
    control_tumor(person, cancer, world, lesion, 1.0)
    raise_pain(person, cancer, world, lesion)


@compiled
def relapse_with_progress(person: Record, world: Record) -> None:
    """Bring the relapse of pain that treatment holds nearer as the cancer progresses.

    When performance declines and when a line of therapy ends, as much of a response is used up as
    in a number of days. So pain rises again before death.
    """
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        day = lesion_clock_day(lesion, Event.PAIN_RELAPSED)
        if day != NEVER and world.progress_relapse_days > 0.0:
            day -= world.progress_relapse_days
            set_lesion_clock(person, lesion, Event.PAIN_RELAPSED, max(day, person.now))
            refresh_lesion(person, lesion)
