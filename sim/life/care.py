"""An episode of palliative care: referral, decision, wait, course, recovery.

Pain refers by a hazard, see `sim.life.referral`. What begins an episode at once is looked at after
every event: cord compression (an emergency) and, for strategies that treat ahead of pain, a lesion
that is found. One episode is under way at a time; an emergency takes over.
"""

from __future__ import annotations

from sim.evidence.vocabulary import (
    MOST_EPISODES,
    MOST_TRIGGERED_EPISODES,
    Episode,
    NoCourse,
    Reason,
)
from sim.life.compiled import Record, compiled
from sim.life.cord import CARED_FOR, worst_cord_lesion
from sim.life.decision import (
    choose_treatment,
    lesion_may_have,
    observe,
    on_or_due_therapy,
    why_no_course,
)
from sim.life.episode import (
    EVERY_CLASS,
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
from sim.life.horizon import begin_outcomes
from sim.life.lesion import (
    OTHER_TROUBLE,
    WORSE,
    instability_score,
    refresh_lesion,
    score_intact_body,
)
from sim.life.luck import uniform, uniform_pair
from sim.life.pause import add_up_therapy, holds_class, schedule_dose
from sim.life.performance import update_cancer_death
from sim.life.policy import ANALGESIA_ONLY
from sim.life.rating import felt_mechanical_pain, felt_pain, felt_tumor_pain
from sim.life.records import FIRST_BONE
from sim.life.referral import consider_referral, is_cared_for
from sim.life.relief import begin_treating_lesion, end_treating_lesion
from sim.life.response import begin_assessment
from sim.life.therapy import give_up_therapy
from sim.life.untreated import answer_without_course
from sim.life.worth import bear_course, pay_complication


@compiled
def consider_care(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Look, after an event, whether an episode begins, or may later; its referral comes next.

    What strategies share before they act is when lesions would be referred.
    """
    if person.alive == 0:
        return
    if min(person.skeletal_detected_day, person.spinal_detected_day) > person.now:
        return
    if care.acts == 1 and person.spinal_detected_day <= person.now:
        if person.cord_cared_for == 0 and person.cord_compression_day <= person.now:
            consider_emergency(person)
        elif (
            person.episode == Episode.NONE
            and care.prophylactic == 1
            and person.n_episodes < MOST_TRIGGERED_EPISODES
        ):
            consider_prophylaxis(person, cancer, world, care)
    consider_referral(person, world, care)


@compiled
def consider_emergency(person: Record) -> None:
    """Begin an episode for cord compression, unless what is under way comes first.

    A course under way is finished first, and an emergency does not give way to another.
    """
    emergency = person.episode_reason == Reason.CORD_COMPRESSION
    if person.episode == Episode.NONE or (person.episode != Episode.TREATING and not emergency):
        person.cord_cared_for = 1
        place = worst_cord_lesion(person)
        person.lesions[place].losing = CARED_FOR
        make_episode_due(person, place, Reason.CORD_COMPRESSION)


@compiled
def consider_prophylaxis(person: Record, cancer: Record, world: Record, care: Record) -> None:
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
            return


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
    """Take the next step of the episode, or begin the one whose referral is due."""
    person.clock[Event.CARE] = NEVER
    add_up_therapy(person)
    phase = person.episode
    step = Event.REFERRED
    if phase == Episode.NONE:
        person.episode_lesion = due_lesion(person, False)
        person.episode_reason = reason_of_pain(
            person, world, care, person.lesions[person.episode_lesion]
        )
    person.event_level = person.lesions[person.episode_lesion].level
    person.event_place = person.episode_lesion
    if phase in (Episode.NONE, Episode.DUE):
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
def reason_of_pain(person: Record, world: Record, care: Record, lesion: Record) -> int:
    """Say what a lesion that hurts is referred for: its fracture, if that hurts most, or pain."""
    moving = felt_mechanical_pain(person, world, lesion)
    broken = lesion.fracture_day <= person.now and moving >= care.fracture_pain
    if broken and moving >= felt_tumor_pain(person, world, lesion):
        return Reason.PAINFUL_FRACTURE
    return Reason.PAIN


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
    emergency = person.episode_reason == Reason.CORD_COMPRESSION
    wait_days = consult_wait(person, care, lesion, Luck.CONSULT_WAIT, emergency)
    person.clock[Event.CARE] = person.now + wait_days


@compiled
def decide(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Choose a treatment by the first rule that matches, and plan its course."""
    lesion = person.lesions[person.episode_lesion]
    observe(person, cancer, world, lesion)
    ahead_of_pain = person.episode_reason == Reason.PROPHYLAXIS
    index = choose_treatment(person, care, lesion, ahead_of_pain)
    treatment = care.treatments[index]
    person.episode_treatment = index
    person.episode_forced = 1 if person.pain >= care.pain_threshold or person.frankel > 0 else 0
    if person.episode_reason == Reason.CORD_COMPRESSION and person.cord_treatment < 0:
        person.cord_treatment = index
        person.cord_operated = treatment.surgery
    person.no_course = NoCourse.NOT_SO
    if index == ANALGESIA_ONLY:
        person.episode = Episode.NONE
        person.episode_forced = 0
        person.no_course = why_no_course(person, care, lesion, ahead_of_pain)
        # May be referred again later, or sooner for some news of it.
        lesion.declined = OTHER_TROUBLE if person.no_course == NoCourse.HAD_ALL else WORSE
        nothing_more = person.no_course == NoCourse.HAD_ALL or care.treats == 0
        days = care.nothing_more_review_days if nothing_more else treatment.review_days
        rest_lesion(person, lesion, days)
        if care.treats == 0:
            begin_assessment(person, world, lesion)
        answer_without_course(person, cancer, world, care, lesion)
        schedule_dose(person)
        return
    lesion.declined = 0
    person.episode = Episode.WAITING
    # What forces a pause is no matter of practice.
    forced = person.episode_forced == 1
    bits = practice(person, treatment, lesion)
    person.episode_holds = EVERY_CLASS if forced else bits
    person.course_start_day = NEVER
    if care.finite == 0:
        emergency = person.episode_reason == Reason.CORD_COMPRESSION
        start_day = person.now + treatment_wait(
            person, treatment, lesion, Luck.TREATMENT_WAIT, emergency
        )
        book_course(person, care, start_day, start_day + treatment.course_days)
    schedule_dose(person)


@compiled
def book_course(person: Record, care: Record, start_day: float, end_day: float) -> None:
    """Give the waiting person an appointment; the pre-hold runs before it, from now at most."""
    treatment = care.treatments[person.episode_treatment]
    person.course_start_day = start_day
    person.course_end_day = end_day
    person.clock[Event.CARE] = prepared_day(person, treatment, person.episode_holds, start_day)


@compiled
def prepare(person: Record) -> None:
    """Begin the pre-hold: doses are withheld from now until the course begins."""
    person.episode = Episode.PREPARING
    person.clock[Event.CARE] = person.course_start_day
    schedule_dose(person)


@compiled
def begin_course(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Begin treating: the index lesion, and as many other painful ones as a course takes."""
    index = person.episode_treatment
    treatment = care.treatments[index]
    lesion = person.lesions[person.episode_lesion]
    person.episode = Episode.TREATING
    if treatment.surgery == 1:
        if person.n_surgery == 0:
            person.first_surgery_day = person.now
        person.n_surgery += 1
    person.n_courses += 1
    person.n_courses_radicular += lesion.radicular
    person.n_courses_of[index] += 1
    person.clock[Event.CARE] = person.course_end_day
    begin_assessment(person, world, lesion)
    bear_course(person, world, treatment, person.episode_reason == Reason.CORD_COMPRESSION)
    irradiates = False
    room = treatment.levels_per_course - 1
    for i in range(person.n_lesions):
        other = person.lesions[person.lesion_at[i]]
        if other.place >= FIRST_BONE and (treatment.systemic == 0 or is_cared_for(person, other)):
            continue
        chosen = other.place == lesion.place or (
            treatment.systemic == 1 and lesion_may_have(person, care, index, other, False)
        )
        if (
            not chosen
            and room > 0
            and other.place < FIRST_BONE
            and other.detected_day <= person.now
            and (other.quiet_until <= person.now or other.declined > 0)
            and lesion_may_have(person, care, index, other, False)
            and (
                treatment.levels_apart == 1
                or abs(lesion.level - other.level) < treatment.levels_per_course
            )
            and felt_pain(person, world, other) >= world.moderate_pain
        ):
            chosen = True
            room -= 1
        if chosen:
            other.declined = 0
            other.quiet_until = person.now
            begin_treating_lesion(person, world, care, index, other)
            irradiates = irradiates or other.course_dose_gy > 0.0
            refresh_lesion(person, other)
    person.n_radiopharmaceuticals += treatment.systemic
    if irradiates:
        if person.n_radiotherapy == 0:
            person.first_radiotherapy_day = person.now
            person.radiotherapy_performance = person.performance
            person.radiotherapy_pain = person.pain
        person.last_radiotherapy_day = person.now
        person.n_radiotherapy += 1
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
        pay_complication(person, world)
        hold_days = treatment.complication_days
    hold_doses(person, person.post_hold_until, treatment, person.episode_holds, hold_days)
    for i in range(person.n_lesions):
        other = person.lesions[person.lesion_at[i]]
        if other.in_course == 1:
            end_treating_lesion(person, cancer, world, care, index, other)
            rest_lesion(person, other, treatment.review_days)
            refresh_lesion(person, other)
    schedule_dose(person)
    if died < treatment.death_share:
        person.alive = 0
    elif treatment.surgery == 1:
        consider_giving_up(person, cancer, world, care, lesion)


@compiled
def consider_giving_up(
    person: Record, cancer: Record, world: Record, care: Record, lesion: Record
) -> None:
    """Let a share of those whose doses an open operation withheld never have therapy again."""
    therapy_class = person.therapy_class
    if (
        care.withhold[therapy_class] == 1
        and holds_class(person.episode_holds, therapy_class)
        and on_or_due_therapy(person)
        and uniform(person, Luck.NEVER_RESUMED, lesion.place, lesion.episodes)
        < care.never_resumed_share
    ):
        give_up_therapy(person, cancer, world, care)
