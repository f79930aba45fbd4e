r"""Referral: a hazard of every known lesion that hurts despite analgesia, the sooner the worse.

Each lesion has a budget for its next referral, exponential with mean 1. While its worst pain is at
or over what people are referred from, it is spent at a rate that grows by a ratio with each point,
and by others if pain on movement decides, if the bone is broken, if function is lost, and in people
who are in bed for half of the day; it is lower once this lesion or another one was treated, and
falls with age. It rests while the lesion is cared for and until what was decided had time to act.
It is wound again only when the rate of this very lesion changes, so that nothing else moves a bit
of it. What is due while another lesion is cared for waits for the end of that episode.
"""

from __future__ import annotations

from sim.evidence.elementary import exp, power
from sim.evidence.instruments import PERFORMANCE_LIMITED
from sim.evidence.vocabulary import DAYS_PER_YEAR, MOST_TRIGGERED_EPISODES, Episode
from sim.life.bone_care import choose_bone_treatment, needs_fixation
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER, constant_time
from sim.life.luck import budget
from sim.life.rating import felt_mechanical_pain, felt_tumor_pain
from sim.life.records import FIRST_BONE


@compiled
def consider_referral(person: Record, world: Record, care: Record) -> None:
    """Let known lesions that hurt come to be referred; the clocks of care then fire with the first.

    While an episode is under way its clock is left alone.
    """
    hurts = max(person.pain, person.bone_pain) >= care.least_pain
    may_be_broken = person.n_bone_fractures > person.n_bone_surgery
    if not (hurts or may_be_broken or person.referrals_run == 1):
        return
    spine_day = bone_day = NEVER
    runs = 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.detected_day > person.now:
            continue
        rate = referral_rate(person, world, care, lesion)
        wind_referral(person, world, lesion, rate, Luck.REFERRAL)
        if lesion.referral_rate > 0.0:
            runs = 1
        if lesion.place < FIRST_BONE:
            spine_day = min(spine_day, lesion.referral_day)
        else:
            bone_day = min(bone_day, lesion.referral_day)
    person.referrals_run = runs
    if person.episode == Episode.NONE and person.n_episodes < MOST_TRIGGERED_EPISODES:
        person.clock[Event.CARE] = max(spine_day, person.now)
    if person.bone_episode == Episode.NONE:
        person.clock[Event.BONE_CARE] = max(bone_day, person.now)


@compiled
def referral_rate(person: Record, world: Record, care: Record, lesion: Record) -> float:
    """The hazard per day that a known lesion is referred, but for the ratio of age."""
    if lesion.in_course != 0 or is_cared_for(person, lesion):
        return 0.0
    at_rest = felt_tumor_pain(person, world, lesion)
    moving = felt_mechanical_pain(person, world, lesion)
    pain = max(at_rest, moving)
    broken = lesion.fracture_day <= person.now and moving >= care.fracture_pain
    if lesion.place >= FIRST_BONE and needs_fixation(person, lesion):
        broken = True  # it is seen, whatever analgesia makes of its pain
    enough = pain >= care.refer_from_pain and person.analgesia >= care.analgesia_step
    if not (enough or broken):
        return 0.0
    if lesion.place >= FIRST_BONE and choose_bone_treatment(person, care, lesion) < 0:
        return 0.0
    points = pain - world.severe_pain
    rate = care.referral_rate_per_day * exp(world.referral_log_ratio * points)
    if moving > at_rest:
        rate *= world.referral_mechanical_ratio
    if broken:
        rate *= world.referral_fracture_ratio
    if lesion.frankel > 0 or lesion.root_numb == 1:
        rate *= world.referral_deficit_ratio
    if lesion.courses > lesion.radiopharmaceuticals:
        rate *= world.referral_again_ratio
    elif person.n_courses + person.n_bone_radiotherapy > 0:
        rate *= world.referral_elsewhere_ratio
    if person.performance >= PERFORMANCE_LIMITED:
        rate *= world.referral_ill_ratio
    return rate


@compiled
def is_cared_for(person: Record, lesion: Record) -> bool:
    """Say whether an episode for the lesion is under way."""
    if lesion.place < FIRST_BONE:
        return bool(person.episode != Episode.NONE and person.episode_lesion == lesion.place)
    return bool(person.bone_episode != Episode.NONE and person.bone_episode_lesion == lesion.place)


@compiled
def wind_referral(person: Record, world: Record, lesion: Record, rate: float, purpose: int) -> None:
    """Let the budget of a lesion's next referral be spent at a rate, once the lesion rests no more.

    Each episode and each course begins a new budget. If nothing changed, no bit does.
    """
    number = 1 + lesion.episodes + lesion.courses
    if number != lesion.referral_number:
        lesion.referral_rate = 0.0
        lesion.referral_day = NEVER
        if rate == 0.0:
            return
        lesion.referral_number = number
        lesion.referral_left = budget(person, purpose, lesion.place, number)
        lesion.referral_since = person.now
        age = person.age_at_diagnosis + lesion.detected_day / DAYS_PER_YEAR
        over = max(age - world.referral_age, 0.0) / 10.0
        lesion.referral_age_ratio = power(world.referral_age_ratio, over)
    rate *= lesion.referral_age_ratio
    since = lesion.referral_since
    start_day = max(lesion.quiet_until, person.now)
    if rate == lesion.referral_rate and start_day == max(since, person.now):
        return
    spent = max(person.now - since, 0.0) * lesion.referral_rate
    lesion.referral_left = max(lesion.referral_left - spent, 0.0)
    lesion.referral_rate = rate
    lesion.referral_since = start_day
    lesion.referral_day = start_day + constant_time(lesion.referral_left, rate)
