r"""Pauses of systemic therapy: doses withheld for an episode of care, and why each day is lost.

A line with cycles of `c` days has doses due at its start and every `c` days after. A pause begins
at the first due dose withheld and ends at the dose given, at a permanent stop, or at death. Doses
are withheld while a course is prepared for (pre-hold) and given, and until the post-hold is over,
by the doctors who hold drugs of the class around such a treatment, a share of them; the others go
on through it. A forced pause is held by all, from the decision on. Every paused day has one cause,
the first that holds of course, pre-hold, post-hold, wait, and alignment to the next slot.

Care of bone outside the spine withholds doses too, while its course is prepared for and given and
until its post-hold is over. Days that it alone withholds are counted apart, and a pause in which
care of the spine never had a part is no pause of the spine: its days are all of the other kind.
"""

from __future__ import annotations

import math

from sim.evidence.vocabulary import (
    DAYS_PER_YEAR,
    MOST_EPISODES,
    RESUMED_BY_DAYS,
    Episode,
    PauseCause,
    Therapy,
    TherapyClass,
)
from sim.life.compiled import Record, compiled
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.performance import update_cancer_death
from sim.life.worth import discounted_days

ROUNDING_DAYS = 1e-6
"""Days are sums: one that is longer by no more than this is as long."""


@compiled
def within_year(person: Record, start: float, end: float) -> float:
    """Days of an interval that lie within a year of the origin of the person's outcomes."""
    if person.origin_day == NEVER:
        return 0.0
    within = min(end, person.origin_day + DAYS_PER_YEAR) - max(start, person.origin_day)
    return max(within, 0.0)


@compiled
def add_up_therapy(person: Record) -> None:
    """Add the time since the last change to the days on, delayed, paused and off therapy."""
    since = person.therapy_since
    days = person.now - since
    if days <= 0.0:
        return
    add_therapy(person, person, person.now)
    person.therapy_since = person.now
    if person.therapy == Therapy.ON:
        person.days_on_therapy_1y += within_year(person, since, person.now)
        if person.therapy_class == TherapyClass.CYTOTOXIC:
            person.n_cycles += days / person.therapy_cycle_days
    elif person.therapy == Therapy.TOXICITY_DELAY:
        person.toxicity_days += days
        person.toxicity_days_1y += within_year(person, since, person.now)
    elif person.therapy == Therapy.PAUSED:
        person.paused_days_1y += within_year(person, since, person.now)
    else:
        person.days_off_therapy += days


@compiled
def add_therapy(person: Record, sums: Record, until: float) -> None:
    """Add the time on therapy or paused from the last change until a day to sums.

    `sums` are those of the person, or a snapshot of them.
    """
    since = person.therapy_since
    days = until - since
    if days <= 0.0:
        return
    if person.therapy == Therapy.ON:
        sums.days_on_therapy += days
        price = person.therapy_price_per_day
        sums.therapy_cost += price * discounted_days(person, since, until)
    elif person.therapy == Therapy.PAUSED:
        add_pause(person, sums, since, days)


@compiled
def add_pause(person: Record, sums: Record, since: float, days: float) -> None:
    """Give the paused days since a day their cause; the phase of care was the same all along."""
    around_course = holds_class(person.episode_holds, person.therapy_class)
    if around_course and person.episode == Episode.TREATING:
        sums.pause_part[PauseCause.COURSE] += days
        sums.pause_of_spine = 1
    elif around_course and person.episode == Episode.PREPARING:
        sums.pause_part[PauseCause.PRE_HOLD] += days
        sums.pause_of_spine = 1
    else:
        add_hold(person, sums, since, days)


@compiled
def add_hold(person: Record, sums: Record, since: float, days: float) -> None:
    """Give paused days outside a course of the spine and its pre-hold their causes."""
    held_until = person.post_hold_until[person.therapy_class]
    held_days = min(max(held_until - since, 0.0), days)
    sums.pause_part[PauseCause.POST_HOLD] += held_days
    forced = held_by_care(person)
    if forced or held_days > 0.0:
        sums.pause_of_spine = 1
    rest_days = days - held_days
    if not forced:
        rest_days -= add_bone_part(person, sums, since + held_days, rest_days)
    rest = PauseCause.WAIT if person.episode == Episode.WAITING else PauseCause.ALIGNMENT
    sums.pause_part[rest] += rest_days


@compiled
def add_bone_part(person: Record, sums: Record, since: float, days: float) -> float:
    """Give care of other bone the days from a day on that it withholds; how many they are."""
    if not held_by_bone_care(person):
        held_until = person.bone_hold_until[person.therapy_class]
        days = min(max(held_until - since, 0.0), days)
    sums.pause_bone_part += days
    return days


@compiled
def first_slot(person: Record, day: float) -> float:
    """The first day of a dose of the open line that is not before a day, but for rounding."""
    cycle = person.therapy_cycle_days
    passed = (day - person.therapy_line_start - ROUNDING_DAYS) / cycle
    return max(person.therapy_line_start + cycle * math.ceil(passed), day)


@compiled
def holds_class(bits: int, therapy_class: int) -> bool:
    """Say whether doses of a class are withheld around a course, from its bits of the classes."""
    return (bits >> therapy_class) & 1 == 1


@compiled
def held_by_care(person: Record) -> bool:
    """Say whether a course that holds is prepared for or given, or the decision forced a pause."""
    if person.episode == Episode.WAITING:
        return bool(person.episode_forced == 1)
    around_course = person.episode in (Episode.PREPARING, Episode.TREATING)
    return around_course and holds_class(person.episode_holds, person.therapy_class)


@compiled
def held_by_bone_care(person: Record) -> bool:
    """Say whether a course for bone outside the spine that holds is prepared for or given."""
    around_course = person.bone_episode in (Episode.PREPARING, Episode.TREATING)
    return around_course and holds_class(person.bone_holds, person.therapy_class)


@compiled
def withheld_by_spine(person: Record) -> bool:
    """Say whether an episode of the spine, or the hold after it, stands against a dose now."""
    held_until = person.post_hold_until[person.therapy_class]
    return held_by_care(person) or person.now < held_until - ROUNDING_DAYS


@compiled
def dose_withheld(person: Record, care: Record) -> bool:
    """Say whether a dose that is due now is withheld because of care of the spine or other bone."""
    if care.withhold[person.therapy_class] == 0:
        return False
    return (
        withheld_by_spine(person)
        or held_by_bone_care(person)
        or person.now < person.bone_hold_until[person.therapy_class] - ROUNDING_DAYS
    )


@compiled
def schedule_dose(person: Record) -> None:
    """Look at the next dose, after something moved the time in which doses are withheld."""
    if person.therapy == Therapy.ON:
        person.clock[Event.DOSE_DUE] = first_slot(person, person.now)
    elif person.therapy == Therapy.PAUSED:
        held = held_by_care(person) or held_by_bone_care(person)
        opens = max(person.now, person.post_hold_until[person.therapy_class])
        opens = max(opens, person.bone_hold_until[person.therapy_class])
        if person.therapy_line_open == 1:
            person.clock[Event.DOSE_DUE] = NEVER if held else first_slot(person, opens)
        elif person.start_held == 1:
            person.clock[Event.THERAPY_STARTED] = NEVER if held else opens


@compiled
def too_painful_to_resume(person: Record, care: Record) -> bool:
    """Say whether the pain is above what the strategy wants for resuming; off by default."""
    return person.pain >= care.resume_below


@compiled
def dose_due(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Give the dose that is due, or withhold it: a pause begins, goes on, or ends."""
    person.clock[Event.DOSE_DUE] = NEVER
    person.event = Event.DOSE_GIVEN
    withheld = dose_withheld(person, care)
    if person.therapy == Therapy.ON and withheld:
        person.event = Event.THERAPY_PAUSED
        begin_pause(person, cancer, world, care)
    elif person.therapy == Therapy.PAUSED:
        person.event = Event.THERAPY_PAUSED
        if withheld:
            schedule_dose(person)
        elif too_painful_to_resume(person, care):
            person.clock[Event.DOSE_DUE] = person.now + person.therapy_cycle_days
        else:
            person.event = Event.THERAPY_RESUMED
            resume(person, cancer, world)


@compiled
def begin_pause(person: Record, cancer: Record, world: Record, care: Record) -> None:
    """Withhold the first dose of a pause, or of the next line if the pause rested in a gap."""
    add_up_therapy(person)
    person.therapy = Therapy.PAUSED
    if person.pause_open == 0:
        person.pause_start_day = person.now
        person.pause_part[:] = 0.0
        person.pause_bone_part = 0.0
        person.pause_of_spine = 0
    if withheld_by_spine(person):
        person.pause_of_spine = 1
    person.pause_open = 1
    person.toxicity_due_day = person.clock[Event.TOXICITY_DELAY]
    person.clock[Event.TOXICITY_DELAY] = NEVER
    person.time_off_ratio = care.time_off_ratio[person.therapy_class]
    update_cancer_death(person, cancer, world)
    schedule_dose(person)


@compiled
def close_pause(person: Record) -> float:
    """End a pause, whatever ends it, and give back the days of it that are the spine's."""
    add_up_therapy(person)
    days = 0.0
    for cause in range(person.pause_part.size):
        days += person.pause_part[cause]
    if person.pause_of_spine == 0:
        person.pause_bone_part += days
        person.pause_part[:] = 0.0
        person.n_bone_care_pauses += 1
        days = 0.0
    else:
        if person.n_pauses < MOST_EPISODES:
            person.pause_day[person.n_pauses] = person.pause_start_day
            person.pause_length[person.n_pauses] = days
            person.pause_resumed[person.n_pauses] = 0
        person.n_pauses += 1
    for cause in range(person.pause_part.size):
        person.paused_days[cause] += person.pause_part[cause]
    person.bone_care_paused_days += person.pause_bone_part
    person.clock[Event.DOSE_DUE] = NEVER
    person.start_held = 0
    person.pause_open = 0
    person.time_off_ratio = 1.0
    return days


@compiled
def resume(person: Record, cancer: Record, world: Record) -> None:
    """Give the dose that ends a pause; a delay from toxicity is put off by as long."""
    days = close_pause(person)
    person.bone_care_delay_days += person.pause_bone_part
    if person.pause_of_spine == 0:
        person.n_bone_care_resumed += 1
    else:
        for cause in range(person.pause_part.size):
            person.delay_days[cause] += person.pause_part[cause]
        person.n_resumed += 1
        if person.n_pauses <= MOST_EPISODES:
            person.pause_resumed[person.n_pauses - 1] = 1
        for i in range(person.n_resumed_by.size):
            person.n_resumed_by[i] += days <= RESUMED_BY_DAYS[i] + ROUNDING_DAYS
    person.therapy = Therapy.ON
    delay_day = person.toxicity_due_day + days + person.pause_bone_part
    # The dose that ends the pause is given: a delay due with it waits for the next one. Days are
    # sums, so that the two are the same but for rounding.
    if delay_day < person.now + 0.5 * person.therapy_cycle_days:
        delay_day += person.therapy_cycle_days
    person.clock[Event.TOXICITY_DELAY] = delay_day
    update_cancer_death(person, cancer, world)


@compiled
def never_resume(person: Record, reason: int) -> None:
    """End a pause for good, by death or because therapy stops."""
    close_pause(person)
    if person.pause_of_spine == 1:
        person.n_never_resumed[reason] += 1
        person.never_resumed = reason
        person.never_resumed_day = person.now
