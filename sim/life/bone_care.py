"""Care of bone outside the spine: a background to every strategy that acts, as bone agents are.

Strategies treat the spine. A lesion of other bone that is known is referred once its pain is at or
over the strategy's threshold despite analgesia, or once it breaks. It is then irradiated, or, where
a long bone or a hip is broken, operated on and irradiated; who is bedridden by the cancer is not
operated on. One lesion is cared for at a time. Its waits are the published ones, those of an
emergency for a fracture: clinics with finite access do not book it. It has no complications of its
own. Doses are withheld before, during and after it as for the same treatment of the spine.
"""

from __future__ import annotations

from sim.evidence.instruments import PERFORMANCE_BEDRIDDEN
from sim.evidence.vocabulary import BoneSite, Episode
from sim.life.bones import bear_weight
from sim.life.care import lognormal_wait
from sim.life.compiled import Record, compiled
from sim.life.decision import lesion_may_have, on_or_due_therapy
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import refresh_lesion
from sim.life.luck import budget, normal
from sim.life.pause import add_up_therapy, schedule_dose
from sim.life.rating import felt_mechanical_pain, felt_pain
from sim.life.records import FIRST_BONE, NO_LESION
from sim.life.relief import begin_treating_lesion, end_treating_lesion
from sim.life.retreatment import dose_given

IN_BONE_COURSE = 2
"""What `in_course` of a lesion is while care of other bone treats it."""


@compiled
def consider_bone_care(person: Record, world: Record, care: Record) -> None:
    """Look, after an event, whether a lesion of other bone is to be referred."""
    if person.bone_episode != Episode.NONE or person.alive == 0:
        return
    if person.skeletal_detected_day > person.now:
        return
    if person.bone_pain < min(care.pain_threshold, care.fracture_pain):
        return
    worst = NO_LESION
    most = 0.0
    next_look = NEVER
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.place < FIRST_BONE or lesion.detected_day > person.now or lesion.in_course != 0:
            continue
        pain = felt_pain(person, world, lesion)
        overwhelming = pain >= care.pain_threshold and person.analgesia >= care.analgesia_step
        if not overwhelming and not hurts_as_broken(person, world, care, lesion):
            continue
        if lesion.quiet_until > person.now:
            next_look = min(next_look, lesion.quiet_until)
        elif pain > most and choose_bone_treatment(person, care, lesion) >= 0:
            most = pain
            worst = lesion.place
    if worst != NO_LESION:
        person.bone_episode = Episode.DUE
        person.bone_episode_lesion = worst
        next_look = person.now
    person.clock[Event.BONE_CARE] = next_look


@compiled
def hurts_as_broken(person: Record, world: Record, care: Record, lesion: Record) -> bool:
    """Say whether a bone is broken and hurts enough for it to be referred."""
    return bool(
        lesion.fracture_day <= person.now
        and felt_mechanical_pain(person, world, lesion) >= care.fracture_pain
    )


@compiled
def choose_bone_treatment(person: Record, care: Record, lesion: Record) -> int:
    """The treatment of a lesion, -1 if it had all that it may have."""
    surgery = care.bone_surgery
    if (
        lesion.fracture_day <= person.now
        and lesion.mechanical_pain > 0.0
        and (lesion.place - FIRST_BONE == BoneSite.LONG_BONES or lesion.cannot_bear_weight == 1)
        and person.disease_performance < PERFORMANCE_BEDRIDDEN
        and lesion_may_have(person, care, surgery, lesion, False)
    ):
        return int(surgery)
    if lesion_may_have(person, care, care.bone_radiotherapy, lesion, False):
        return int(care.bone_radiotherapy)
    return -1


@compiled
def advance_bone_care(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Take the next step of care of other bone, or look again where none is under way."""
    person.clock[Event.BONE_CARE] = NEVER
    add_up_therapy(person)
    phase = person.bone_episode
    step = Event.BONE_REVIEWED
    if phase != Episode.NONE:
        person.event_level = person.bone_episode_lesion
    if phase == Episode.DUE:
        step = Event.BONE_REFERRED
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
    if index == care.bone_surgery:
        wait = budget(person, Luck.BONE_CONSULT_WAIT, lesion.place, lesion.episodes)
        wait_days = care.emergency_consult_wait_mean_days * wait
        median_days = treatment.emergency_wait_median_days
    else:
        z = normal(person, Luck.BONE_CONSULT_WAIT, lesion.place, lesion.episodes)
        wait_days = lognormal_wait(care.consult_wait_median_days, care.consult_wait_sd_log, z)
        median_days = treatment.wait_median_days
    z = normal(person, Luck.BONE_TREATMENT_WAIT, lesion.place, lesion.episodes)
    wait_days += lognormal_wait(median_days, treatment.wait_sd_log, z)
    person.bone_course_start_day = person.now + wait_days
    prepared_day = person.bone_course_start_day
    if on_or_due_therapy(person):
        prepared_day -= treatment.pre_hold_days[person.therapy_class]
    person.clock[Event.BONE_CARE] = max(prepared_day, person.now)


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
    if dose_given(person, care, care.treatments[index], lesion) > 0.0:
        if person.n_bone_radiotherapy == 0:
            person.first_bone_radiotherapy_day = person.now
        person.n_bone_radiotherapy += 1
        person.last_bone_radiotherapy_day = person.now
    if index == care.bone_surgery:
        if person.n_bone_surgery == 0:
            person.first_bone_surgery_day = person.now
        person.n_bone_surgery += 1
    person.clock[Event.BONE_CARE] = person.now + care.treatments[index].course_days
    begin_treating_lesion(person, world, care, index, lesion)
    lesion.in_course = IN_BONE_COURSE
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
    for therapy_class in range(person.bone_hold_until.size):
        until = person.now + treatment.post_hold_days[therapy_class]
        person.bone_hold_until[therapy_class] = max(person.bone_hold_until[therapy_class], until)
    end_treating_lesion(person, cancer, world, care, index, lesion)
    lesion.quiet_until = max(lesion.quiet_until, person.now + treatment.review_days)
    refresh_lesion(person, lesion)
    schedule_dose(person)
