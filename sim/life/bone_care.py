"""Care of bone outside the spine: a background to every strategy that acts, as bone agents are.

Strategies treat the spine. A lesion of other bone that is known is referred as one of the spine is,
see `sim.life.referral`, as long as it may have a treatment. It is then irradiated, or, where
a long bone or a hip is broken, operated on and irradiated; who is bedridden by the cancer is not
operated on. One lesion is cared for at a time. Its waits are the published ones, those of an
emergency for a fracture: clinics with finite access do not book it. It has no complications of its
own. Doses are withheld before, during and after it as for the same treatment of the spine.
"""

from __future__ import annotations

from sim.evidence.instruments import PERFORMANCE_BEDRIDDEN
from sim.evidence.vocabulary import BoneSite, Episode
from sim.life.bones import bear_weight
from sim.life.compiled import Record, compiled
from sim.life.decision import lesion_may_have
from sim.life.episode import (
    consult_wait,
    due_lesion,
    hold_doses,
    practice,
    prepared_day,
    rest_lesion,
    treatment_wait,
)
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import refresh_lesion
from sim.life.pause import add_up_therapy, schedule_dose
from sim.life.records import FIRST_BONE
from sim.life.relief import begin_treating_lesion, end_treating_lesion
from sim.life.worth import bear_course

IN_BONE_COURSE = 2
"""What `in_course` of a lesion is while care of other bone treats it."""


@compiled
def needs_fixation(person: Record, lesion: Record) -> bool:
    """Say whether other bone is broken, not operated on yet, and is a long bone or a hip."""
    if lesion.fracture_day > person.now or lesion.operations > 0:
        return False
    long_bone = lesion.place - FIRST_BONE == BoneSite.LONG_BONES
    return bool(long_bone or lesion.cannot_bear_weight == 1)


@compiled
def choose_bone_treatment(person: Record, care: Record, lesion: Record) -> int:
    """The treatment of a lesion, -1 if it had all that it may have."""
    surgery = care.bone_surgery
    if (
        needs_fixation(person, lesion)
        and person.disease_performance < PERFORMANCE_BEDRIDDEN
        and lesion_may_have(person, care, surgery, lesion, False)
    ):
        return int(surgery)
    if lesion_may_have(person, care, care.bone_radiotherapy, lesion, False):
        return int(care.bone_radiotherapy)
    return -1


@compiled
def advance_bone_care(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Take the next step of care of other bone, or begin the episode whose referral is due."""
    person.clock[Event.BONE_CARE] = NEVER
    add_up_therapy(person)
    phase = person.bone_episode
    step = Event.BONE_REFERRED
    if phase == Episode.NONE:
        person.bone_episode_lesion = due_lesion(person, True)
    person.event_level = person.event_place = person.bone_episode_lesion
    if phase == Episode.NONE:
        refer_bone(person, care)
    elif phase == Episode.WAITING and person.now < person.bone_course_start_day:
        step = Event.BONE_COURSE_PREPARED
        prepare_bone_course(person)
    elif phase in (Episode.WAITING, Episode.PREPARING):
        step = Event.BONE_COURSE_BEGUN
        begin_bone_course(person, cancer, world, care)
    elif phase == Episode.TREATING:
        step = Event.BONE_COURSE_ENDED
        end_bone_course(person, cancer, world, care)
    person.event = step


@compiled
def refer_bone(person: Record, care: Record) -> None:
    """Refer a lesion: its treatment, the wait for the consult and then for the course."""
    lesion = person.lesions[person.bone_episode_lesion]
    person.n_bone_episodes += 1
    lesion.episodes += 1
    person.bone_episode = Episode.WAITING
    index = choose_bone_treatment(person, care, lesion)
    person.bone_treatment = index
    treatment = care.treatments[index]
    urgent = index == care.bone_surgery
    wait_days = consult_wait(person, care, lesion, Luck.BONE_CONSULT_WAIT, urgent)
    wait_days += treatment_wait(person, treatment, lesion, Luck.BONE_TREATMENT_WAIT, urgent)
    start_day = person.now + wait_days
    person.bone_course_start_day = start_day
    person.bone_holds = practice(person, treatment, lesion)
    person.clock[Event.BONE_CARE] = prepared_day(person, treatment, person.bone_holds, start_day)


@compiled
def prepare_bone_course(person: Record) -> None:
    """Begin the pre-hold: doses are withheld from now until the course begins."""
    person.bone_episode = Episode.PREPARING
    person.clock[Event.BONE_CARE] = person.bone_course_start_day
    schedule_dose(person)


@compiled
def begin_bone_course(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Begin to treat the lesion; who is operated on for a broken leg or hip walks again."""
    index = person.bone_treatment
    lesion = person.lesions[person.bone_episode_lesion]
    person.bone_episode = Episode.TREATING
    if index == care.bone_surgery:
        if person.n_bone_surgery == 0:
            person.first_bone_surgery_day = person.now
        person.n_bone_surgery += 1
    person.clock[Event.BONE_CARE] = person.now + care.treatments[index].course_days
    bear_course(person, world, care.treatments[index], False)
    begin_treating_lesion(person, world, care, index, lesion)
    lesion.in_course = IN_BONE_COURSE
    if lesion.course_dose_gy > 0.0:
        if person.n_bone_radiotherapy == 0:
            person.first_bone_radiotherapy_day = person.now
        person.n_bone_radiotherapy += 1
        person.last_bone_radiotherapy_day = person.now
    if index == care.bone_surgery:
        bear_weight(person, cancer, world, lesion)
    refresh_lesion(person, lesion)
    schedule_dose(person)


@compiled
def end_bone_course(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """End the course: what it does to the tumor and its pain, and the hold that follows."""
    index = person.bone_treatment
    treatment = care.treatments[index]
    lesion = person.lesions[person.bone_episode_lesion]
    person.bone_episode = Episode.NONE
    hold_doses(person, person.bone_hold_until, treatment, person.bone_holds, 0.0)
    end_treating_lesion(person, cancer, world, care, index, lesion)
    rest_lesion(person, lesion, treatment.review_days)
    refresh_lesion(person, lesion)
    schedule_dose(person)
