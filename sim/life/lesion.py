"""The clocks of one lesion, and the next event of any lesion of a person.

They work like a person's clocks; the person has one clock for the next event of all lesions.
"""

from __future__ import annotations

from sim.evidence.instruments import SINS_BODY_OVER_HALF, SINS_BODY_SHARE
from sim.evidence.vocabulary import VERTEBRAL
from sim.life.compiled import Record, compiled
from sim.life.events import LESION, N_LESION_EVENTS
from sim.life.hazards import NEVER, ramp_cumulative, ramp_time


@compiled
def set_lesion_clock(person: Record, lesion: int, event: int, day: float) -> None:
    """Let the clock of a lesion fire on a day, or now if that has passed."""
    person.lesion_clock[lesion, event] = max(day, person.now)


@compiled
def start_lesion_clock(
    person: Record, lesion: int, event: int, budget: float, rate_per_day: float
) -> None:
    """Start a clock of a lesion now, at a constant hazard per day; a hazard of 0 never fires."""
    person.lesion_budget[lesion, event] = budget
    person.lesion_rate[lesion, event] = rate_per_day
    person.lesion_anchor[lesion, event] = person.now
    person.lesion_clock[lesion, event] = (
        person.now + budget / rate_per_day if rate_per_day > 0.0 else NEVER
    )


@compiled
def change_lesion_rate(person: Record, lesion: int, event: int, rate_per_day: float) -> None:
    """Give a running clock of a lesion a new hazard from now on; an equal one changes no bit."""
    rate = person.lesion_rate[lesion, event]
    if rate_per_day == rate:
        return
    elapsed_days = person.now - person.lesion_anchor[lesion, event]
    left = max(person.lesion_budget[lesion, event] - elapsed_days * rate, 0.0)
    start_lesion_clock(person, lesion, event, left, rate_per_day)


@compiled
def start_ramp(person: Record, lesion: int, event: int, budget: float, rate_per_day: float) -> None:
    """Start a clock that rises while the lesion grows; it runs from the seeding."""
    person.lesion_budget[lesion, event] = budget
    person.lesion_rate[lesion, event] = rate_per_day
    day = person.lesion_seeded_day[lesion] + ramp_time(
        budget, rate_per_day, person.lesion_fill_days[lesion]
    )
    set_lesion_clock(person, lesion, event, day)


@compiled
def change_ramp(person: Record, lesion: int, event: int, factor: float) -> None:
    """Multiply the hazard of a rising clock from now on; a factor of 1 changes no bit.

    The clock rises while the lesion grows. Its budget is kept as if the hazard had always been the
    one it began with, so that what is left is divided by the factor.
    """
    if factor == 1.0 or person.lesion_clock[lesion, event] == NEVER:
        return
    rate = person.lesion_rate[lesion, event]
    fill_days = person.lesion_fill_days[lesion]
    seeded_day = person.lesion_seeded_day[lesion]
    spent = ramp_cumulative(person.now - seeded_day, rate, fill_days)
    left = max(person.lesion_budget[lesion, event] - spent, 0.0)
    person.lesion_budget[lesion, event] = spent + left / factor
    day = seeded_day + ramp_time(person.lesion_budget[lesion, event], rate, fill_days)
    set_lesion_clock(person, lesion, event, day)


@compiled
def refresh_lesion(person: Record, lesion: int) -> None:
    """Find a lesion's next event, and the next of all lesions, after the lesion's clocks moved."""
    clock = person.lesion_clock[lesion]
    day = clock[0]
    for event in range(1, N_LESION_EVENTS):
        day = min(day, clock[event])
    person.lesion_next_day[lesion] = day
    following = person.lesion_at[0]
    for i in range(1, person.n_lesions):
        other = person.lesion_at[i]
        if person.lesion_next_day[other] < person.lesion_next_day[following]:
            following = other
    person.lesion_next = following
    person.clock[LESION] = person.lesion_next_day[following]


@compiled
def next_lesion_event(person: Record) -> int:
    """The event of the lesion that comes next; of simultaneous ones the first code."""
    clock = person.lesion_clock[person.lesion_next]
    following = 0
    for event in range(1, N_LESION_EVENTS):
        if clock[event] < clock[following]:
            following = event
    return following


@compiled
def look_again(person: Record, lesion: int) -> None:
    """Let a lesion that gets worse be looked at again, if analgesia alone had been decided."""
    if person.lesion_declines[lesion] > 0:
        person.lesion_declines[lesion] = 0
        person.lesion_quiet_until[lesion] = person.now


@compiled
def size(person: Record, lesion: int) -> float:
    """Share of the vertebral body that the lesion has taken: it grows evenly until it is full."""
    return min(
        (person.now - person.lesion_seeded_day[lesion]) / person.lesion_fill_days[lesion], 1.0
    )


@compiled
def score_intact_body(person: Record, lesion: int) -> None:
    """Give a vertebra that has not collapsed its point if more than half of its body is taken."""
    if (
        person.lesion_compartment[lesion] == VERTEBRAL
        and person.lesion_collapse_points[lesion] == 0
        and size(person, lesion) > SINS_BODY_SHARE
    ):
        person.lesion_collapse_points[lesion] = SINS_BODY_OVER_HALF


@compiled
def instability_score(person: Record, lesion: int) -> int:
    """SINS of a lesion, 0-18: the sum of its six stored components."""
    return (
        person.lesion_location_points[lesion]
        + person.lesion_pain_points[lesion]
        + person.lesion_type_points[lesion]
        + person.lesion_alignment_points[lesion]
        + person.lesion_collapse_points[lesion]
        + person.lesion_posterolateral_points[lesion]
    )
