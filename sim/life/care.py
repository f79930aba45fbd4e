"""An episode of palliative care: trigger, referral, decision, wait, course, recovery.

What triggers an episode is looked at after every event: pain that is overwhelming despite
analgesia, a painful fracture, cord compression (an emergency), and, for strategies that treat ahead
of pain, a lesion that is found. One episode is under way at a time; an emergency takes over.
"""

from __future__ import annotations

import math

from sim.evidence.vocabulary import MOST_EPISODES, Episode, Reason
from sim.life.compiled import Record, compiled
from sim.life.cord import CARED_FOR, worst_cord_lesion
from sim.life.decision import choose_treatment, lesion_may_have, observe, on_or_due_therapy
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.horizon import begin_outcomes
from sim.life.lesion import instability_score, refresh_lesion, score_intact_body
from sim.life.luck import budget, normal, uniform_pair
from sim.life.pause import add_up_therapy, schedule_dose
from sim.life.performance import update_cancer_death
from sim.life.policy import ANALGESIA_ONLY
from sim.life.rating import felt_mechanical_pain, felt_pain
from sim.life.records import FIRST_BONE, NO_LESION
from sim.life.relief import begin_treating_lesion, end_treating_lesion
from sim.life.response import begin_assessment
from sim.life.retreatment import dose_given


@compiled
def consider_care(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Look, after an event, whether an episode begins; the next event is then its referral."""
    if care.acts == 0 or person.alive == 0 or person.spinal_detected_day > person.now:
        return
    if person.cord_cared_for == 0 and person.cord_compression_day <= person.now:
        # A course under way is finished first, and an emergency does not give way to another.
        emergency = person.episode_reason == Reason.CORD_COMPRESSION
        if person.episode == Episode.NONE or (person.episode != Episode.TREATING and not emergency):
            person.cord_cared_for = 1
            place = worst_cord_lesion(person)
            person.lesions[place].losing = CARED_FOR
            make_episode_due(person, place, Reason.CORD_COMPRESSION)
        return
    if person.episode != Episode.NONE or person.n_episodes >= MOST_EPISODES:
        return
    if care.prophylactic == 1 and consider_prophylaxis(person, cancer, world, care):
        return
    if person.pain >= min(care.pain_threshold, care.fracture_pain):
        consider_pain(person, world, care)


@compiled
def consider_pain(person: Record, world: Record, care: Record) -> None:
    """Begin an episode for the worst lesion that hurts enough, or come back when one may."""
    worst = NO_LESION
    reason = Reason.OVERWHELMING_PAIN
    most = 0.0
    next_look = NEVER
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.detected_day > person.now or lesion.place >= FIRST_BONE:
            continue
        pain = felt_pain(person, world, lesion)
        overwhelming = pain >= care.pain_threshold and person.analgesia >= care.analgesia_step
        broken = (
            lesion.fracture_day <= person.now
            and felt_mechanical_pain(person, world, lesion) >= care.fracture_pain
        )
        if not overwhelming and not broken:
            continue
        if lesion.quiet_until > person.now:
            next_look = min(next_look, lesion.quiet_until)
        elif pain > most:
            most = pain
            worst = lesion.place
            reason = Reason.OVERWHELMING_PAIN if overwhelming else Reason.PAINFUL_FRACTURE
    if worst != NO_LESION:
        make_episode_due(person, worst, reason)
    else:
        person.clock[Event.CARE] = next_look


@compiled
def consider_prophylaxis(person: Record, cancer: Record, world: Record, care: Record) -> bool:
    """Begin an episode for a lesion found ahead of pain if a rule for prophylaxis matches it."""
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.detected_day > person.now or lesion.prophylaxis or lesion.place >= FIRST_BONE:
            continue
        lesion.prophylaxis = 1
        person.episode_reason = Reason.PROPHYLAXIS
        observe(person, cancer, world, lesion)
        if choose_treatment(person, care, lesion, True) != ANALGESIA_ONLY:
            make_episode_due(person, lesion.place, Reason.PROPHYLAXIS)
            return True
    return False


@compiled
def make_episode_due(person: Record, place: int, reason: int) -> None:
    """Let an episode for a lesion begin at once; one that is under way gives way to it."""
    add_up_therapy(person)
    person.episode = Episode.DUE
    person.episode_lesion = place
    person.episode_reason = reason
    person.clock[Event.CARE] = person.now
    # An emergency takes over: what the episode before it withheld is looked at again.
    schedule_dose(person)


@compiled
def advance_episode(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Take the next step of the episode, or look again where none is under way."""
    person.clock[Event.CARE] = NEVER
    add_up_therapy(person)
    phase = person.episode
    step = Event.REVIEWED
    if phase != Episode.NONE:
        person.event_level = person.lesions[person.episode_lesion].level
    if phase == Episode.DUE:
        step = Event.REFERRED
        if world.origin_at_detection == 0:
            begin_outcomes(person, world)
        refer(person, care)
    elif phase == Episode.REFERRED:
        step = Event.CARE_DECIDED
        decide(person, cancer, world, care)
    elif phase == Episode.WAITING and person.now < person.course_start_day:
        step = Event.PREPARED_FOR_COURSE
        prepare(person)
    elif phase in (Episode.WAITING, Episode.PREPARING):
        step = Event.COURSE_BEGUN
        begin_course(person, cancer, world, care)
    elif phase == Episode.TREATING:
        step = Event.COURSE_ENDED
        end_course(person, cancer, world, care)
    person.event = step


@compiled
def refer(person: Record, care: Record) -> None:
    """Refer the person; the first referral of a life is its first trigger."""
    lesion = person.lesions[person.episode_lesion]
    if person.n_episodes < MOST_EPISODES:
        person.episode_day[person.n_episodes] = person.now
    person.n_episodes += 1
    lesion.episodes += 1
    person.episode = Episode.REFERRED
    score_intact_body(person, lesion)
    if person.first_trigger_day == NEVER:
        person.first_trigger_day = person.now
        person.trigger_reason = person.episode_reason
        person.trigger_pain = person.pain
        person.trigger_sins = instability_score(lesion)
        person.trigger_performance = person.performance
        person.trigger_type = lesion.type
        person.therapy_at_trigger = 1 if on_or_due_therapy(person) else 0
    if person.episode_reason == Reason.CORD_COMPRESSION:
        wait = budget(person, Luck.CONSULT_WAIT, lesion.place, lesion.episodes)
        wait_days = care.emergency_consult_wait_mean_days * wait
    else:
        z = normal(person, Luck.CONSULT_WAIT, lesion.place, lesion.episodes)
        wait_days = lognormal_wait(care.consult_wait_median_days, care.consult_wait_sd_log, z)
    person.clock[Event.CARE] = person.now + wait_days


@compiled
def lognormal_wait(median_days: float, sd_log: float, z: float) -> float:
    """A wait with this median; 0 if the median is 0."""
    return median_days * math.exp(sd_log * z)


@compiled
def decide(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Choose a treatment by the first rule that matches, and plan its course."""
    lesion = person.lesions[person.episode_lesion]
    observe(person, cancer, world, lesion)
    index = choose_treatment(person, care, lesion, person.episode_reason == Reason.PROPHYLAXIS)
    treatment = care.treatments[index]
    person.episode_treatment = index
    person.episode_forced = 1 if person.pain >= world.severe_pain or person.frankel > 0 else 0
    if index == ANALGESIA_ONLY:
        person.episode = Episode.NONE
        person.episode_forced = 0
        # Seen again after longer each time, or at once if it gets worse.
        longer = care.declined_review_ratio**lesion.declines
        lesion.declines += 1
        rest_lesion(person, lesion, treatment.review_days * longer)
        if care.treats == 0:
            begin_assessment(person, world, lesion)
        schedule_dose(person)
        return
    lesion.declines = 0
    person.episode = Episode.WAITING
    person.course_start_day = NEVER
    if care.finite == 0:
        median_days = treatment.wait_median_days
        if person.episode_reason == Reason.CORD_COMPRESSION:
            median_days = treatment.emergency_wait_median_days
        z = normal(person, Luck.TREATMENT_WAIT, lesion.place, lesion.episodes)
        start_day = person.now + lognormal_wait(median_days, treatment.wait_sd_log, z)
        book_course(person, care, start_day, start_day + treatment.course_days)
    schedule_dose(person)


@compiled
def book_course(person: Record, care: Record, start_day: float, end_day: float) -> None:
    """Give the waiting person an appointment; the pre-hold runs before it, from now at most."""
    treatment = care.treatments[person.episode_treatment]
    person.course_start_day = start_day
    person.course_end_day = end_day
    prepared_day = start_day
    if on_or_due_therapy(person):
        prepared_day -= treatment.pre_hold_days[person.therapy_class]
    person.clock[Event.CARE] = max(prepared_day, person.now)


@compiled
def prepare(person: Record) -> None:
    """Begin the pre-hold: doses are withheld from now until the course begins."""
    person.episode = Episode.PREPARING
    person.clock[Event.CARE] = person.course_start_day
    schedule_dose(person)


@compiled
def begin_course(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Begin treating: the index lesion, and as many painful neighbors as a course takes."""
    index = person.episode_treatment
    treatment = care.treatments[index]
    lesion = person.lesions[person.episode_lesion]
    person.episode = Episode.TREATING
    if treatment.surgery == 1:
        if person.n_surgery == 0:
            person.first_surgery_day = person.now
        person.n_surgery += 1
    if dose_given(person, care, treatment, lesion) > 0.0:
        if person.n_radiotherapy == 0:
            person.first_radiotherapy_day = person.now
            person.radiotherapy_performance = person.performance
        person.last_radiotherapy_day = person.now
        person.n_radiotherapy += 1
    person.n_courses += 1
    person.n_courses_radicular += lesion.radicular
    person.n_courses_of[index] += 1
    person.clock[Event.CARE] = person.course_end_day
    begin_assessment(person, world, lesion)
    room = treatment.levels_per_course - 1
    for i in range(person.n_lesions):
        other = person.lesions[person.lesion_at[i]]
        if other.place >= FIRST_BONE and (treatment.systemic == 0 or in_bone_care(person, other)):
            continue
        chosen = other.place == lesion.place or (
            treatment.systemic == 1 and lesion_may_have(person, care, index, other, False)
        )
        if (
            not chosen
            and room > 0
            and other.place < FIRST_BONE
            and other.detected_day <= person.now
            and lesion_may_have(person, care, index, other, False)
            and abs(lesion.level - other.level) < treatment.levels_per_course
            and felt_pain(person, world, other) >= world.moderate_pain
        ):
            chosen = True
            room -= 1
        if chosen:
            other.declines = 0
            begin_treating_lesion(person, world, care, index, other)
            refresh_lesion(person, other)
    update_cancer_death(person, cancer, world)
    schedule_dose(person)


@compiled
def end_course(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """End a course: its harm, its effects on every lesion treated, and the hold that follows."""
    index = person.episode_treatment
    treatment = care.treatments[index]
    lesion = person.lesions[person.episode_lesion]
    person.episode = Episode.NONE
    person.episode_forced = 0
    died, harmed = uniform_pair(person, Luck.PROCEDURE, lesion.place, lesion.episodes)
    hold_days = 0.0
    if harmed < treatment.complication_share:
        person.n_complications += 1
        hold_days = treatment.complication_days
    for therapy_class in range(person.post_hold_until.size):
        until = person.now + hold_days + treatment.post_hold_days[therapy_class]
        person.post_hold_until[therapy_class] = max(person.post_hold_until[therapy_class], until)
    for i in range(person.n_lesions):
        other = person.lesions[person.lesion_at[i]]
        if other.in_course == 1:
            end_treating_lesion(person, cancer, world, care, index, other)
            rest_lesion(person, other, treatment.review_days)
            refresh_lesion(person, other)
    schedule_dose(person)
    if died < treatment.death_share:
        person.alive = 0


@compiled
def in_bone_care(person: Record, lesion: Record) -> bool:
    """Say whether a lesion of other bone has care of its own under way."""
    return bool(person.bone_episode != Episode.NONE and person.bone_episode_lesion == lesion.place)


@compiled
def rest_lesion(person: Record, lesion: Record, days: float) -> None:
    """Give what was decided time to act before the same lesion is looked at again."""
    lesion.quiet_until = max(lesion.quiet_until, person.now + days)
