r"""The clocks of a person: each holds a budget, spent at the hazard of its event.

A clock fires when :math:`\int h = B`, `B` exponential with mean 1. It keeps its anchor (the day
and the budget left then) and is wound again only when its own hazard changes, so that an event
which changes nothing for a clock leaves its time unchanged to the last bit.
"""

from __future__ import annotations

from sim.life.compiled import Record, compiled
from sim.life.hazards import constant_time


@compiled
def start_clock(person: Record, event: int, budget: float, rate_per_day: float) -> None:
    """Start the clock of an event now, at a constant hazard per day; a hazard of 0 never fires."""
    person.budget[event] = budget
    person.rate[event] = rate_per_day
    person.anchor[event] = person.now
    person.clock[event] = person.now + constant_time(budget, rate_per_day)


@compiled
def change_rate(person: Record, event: int, rate_per_day: float) -> None:
    """Give a running clock a new hazard from now on; an equal hazard changes no bit."""
    if rate_per_day == person.rate[event]:
        return
    left = person.budget[event] - (person.now - person.anchor[event]) * person.rate[event]
    start_clock(person, event, max(left, 0.0), rate_per_day)


@compiled
def next_event(person: Record) -> tuple[float, int]:
    """The day and the code of the event that comes next; of simultaneous ones the first code."""
    clock = person.clock
    n = clock.size
    quarter = n // 4
    first, second, third, last = 0, quarter, 2 * quarter, 3 * quarter
    day, second_day, third_day, last_day = clock[first], clock[second], clock[third], clock[last]
    # Four chains of comparisons, which do not wait for each other.
    for i in range(1, quarter):
        if clock[i] < day:
            day, first = clock[i], i
        if clock[quarter + i] < second_day:
            second_day, second = clock[quarter + i], quarter + i
        if clock[2 * quarter + i] < third_day:
            third_day, third = clock[2 * quarter + i], 2 * quarter + i
        if clock[3 * quarter + i] < last_day:
            last_day, last = clock[3 * quarter + i], 3 * quarter + i
    for i in range(4 * quarter, n):
        if clock[i] < last_day:
            last_day, last = clock[i], i
    if second_day < day:
        day, first = second_day, second
    if last_day < third_day:
        third_day, third = last_day, last
    if third_day < day:
        day, first = third_day, third
    return day, first
