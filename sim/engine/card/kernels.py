"""What a card does: the functions that its threads call, each with the job and a number of its own.

Each turn lets one event happen to everybody who sits. Threads that run side by side do best if they
do the same, so people are put in order of what comes next for them before: how many there are of
each code is counted while they live, the first place of each code follows from that, and then
everybody finds a place. Who is over is counted, and the seat goes to the next in the queue. When
the queue has come to its end the few that are left are lived to theirs, by a thread each.

The model is called as by every other engine. Counting adds to tables that all threads share, by
`sim.counting.adding.add`, which nobody comes between there.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from sim.counting.adding import add
from sim.counting.care_tally import CareTally, count_care
from sim.counting.tally import Tally, Window, count_life
from sim.engine.addressed import addressed
from sim.engine.card.job import (
    APART,
    AT_FORK,
    BEFORE,
    CARD_JOB,
    EMPTY,
    LIVED,
    N_CODES,
    OF_REFERENCE,
)
from sim.engine.cohort import begin, describes
from sim.engine.loop import DIFFERENCE, EVENT, live_turn
from sim.life.clocks import next_event
from sim.life.compiled import Record, compiled_in_place
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.horizon import follow_origin
from sim.life.lesion import next_lesion_event
from sim.life.life_copy import copy_life
from sim.life.step import look_at_care

_, _table, _ = addressed(CARD_JOB)
_part = compiled_in_place  # what it makes is kept as the code of a card, not that of the processor


@intrinsic  # type: ignore[untyped-decorator]
def _take(context: Any, counters: Any, place: Any) -> Any:
    """Add 1 to one of some counters that all threads share, and give back what it was."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(counters)(context, builder, arguments[0])
        at = cgutils.get_item_pointer(context, builder, counters, array, [arguments[1]])
        return builder.atomic_rmw("add", at, ir.Constant(ir.IntType(64), 1), "monotonic")

    return types.int64(counters, types.int64), generate


def sit(at: int, i: int) -> None:
    """Give a seat, if it is empty, to the next in the queue."""
    codes = _table(at, "codes")
    if codes[i] == EMPTY:
        codes[i] = next_in_queue(at, i)
        if codes[i] != EMPTY:
            add(_table(at, "found"), codes[i] * APART, 1)


def share_places(at: int, i: int) -> None:
    """Find where those of each code begin in the order; by one thread."""
    found, places = _table(at, "found"), _table(at, "places")
    n = 0
    for code in range(0, N_CODES * APART, APART):
        places[code] = n
        n += found[code]
        found[code] = 0
    _table(at, "queue")[0].active = n


def find_place(at: int, i: int) -> None:
    """Put a seat that is taken into the order."""
    code = _table(at, "codes")[i]
    if code != EMPTY:
        _table(at, "order")[_take(_table(at, "places"), code * APART)] = i


def live_turns(at: int, i: int) -> None:
    """Live on whoever has this place in the order, by as many events as the queue says."""
    queue, turn = _table(at, "queue")[0], 0
    if i < queue.active:
        seat = _table(at, "order")[i]
        code = _table(at, "codes")[seat]
        while code != EMPTY and turn < queue.turns:
            code = live_in_seat(at, seat)
            turn += 1
        _table(at, "codes")[seat] = code
        if code != EMPTY:
            add(_table(at, "found"), code * APART, 1)


KERNELS = (sit, share_places, find_place, live_turns)
"""What a card can be asked to do."""


@_part
def live_in_seat(at: int, i: int) -> int:
    """Live whoever sits in a seat on by one event, and say what comes next for who sits there."""
    seat, person = _table(at, "seats")[i], _table(at, "people")[i, LIVED]
    slot = seat.slot
    cancer, world = _table(at, "cancers")[slot, person.primary], _table(at, "worlds")[slot]
    if seat.strategy == BEFORE:
        shared = _table(at, "shared")[slot]
        if live_turn(person, cancer, world, shared, DIFFERENCE, NEVER) == DIFFERENCE:
            keep(at, i, AT_FORK)
            begin_strategy(at, i, 0)
    else:
        care = _table(at, "policies")[slot, seat.strategy]
        live_turn(person, cancer, world, care, EVENT, NEVER)
    if person.alive == 1:
        return code_of(person)
    return end_life(at, i)


@_part
def code_of(person: Record) -> int:
    """What comes next for a person, by which people are put in order."""
    _, event = next_event(person)
    if event == Event.LESION:
        return next_lesion_event(person.lesions[person.lesion_next])
    if event == Event.CARE:
        return N_CODES - 1 - person.episode
    return event


@_part
def keep(at: int, i: int, record: int) -> None:
    """Keep the life of a seat as it is now, if there is more than one strategy."""
    people = _table(at, "people")
    if people.shape[1] > 1:
        copy_life(people[i, LIVED], people[i, record])


@_part
def begin_strategy(at: int, i: int, strategy: int) -> None:
    """Live under a strategy from where they begin to differ, as `sim.engine.cohort.live_apart`."""
    seat, person = _table(at, "seats")[i], _table(at, "people")[i, LIVED]
    slot = seat.slot
    seat.strategy = strategy
    cancer, world = _table(at, "cancers")[slot, person.primary], _table(at, "worlds")[slot]
    look_at_care(person, cancer, world, _table(at, "policies")[slot, strategy])


@_part
def end_life(at: int, i: int) -> int:
    """Count a life that is over; go on under the next strategy, or give the seat to the next."""
    people, told = _table(at, "people"), _table(at, "told")[i]
    seat, person = _table(at, "seats")[i], people[i, LIVED]
    slot, strategy = seat.slot, seat.strategy
    part = _table(at, "parts")[slot]
    window = Window(
        part.first_year, part.n_years, part.cohort_first, part.cohort_last, part.outcomes_for
    )
    n_strategies = _table(at, "policies").shape[1]
    tally, care_tally = tally_of(at, slot), care_tally_of(at, slot)
    if strategy == BEFORE:
        count_life(tally, tally.fingerprint.size - 1, person, window)
        if describes(window, person):
            for s in range(n_strategies):
                count_care(care_tally, s, (person, person), window.outcomes_for, told)
    else:
        if strategy == 0:
            keep(at, i, OF_REFERENCE)
        reference = people[i, OF_REFERENCE if n_strategies > 1 else LIVED]
        count_life(tally, strategy, person, window)
        if describes(window, reference):
            count_care(care_tally, strategy, (person, reference), window.outcomes_for, told)
        if strategy + 1 < n_strategies:
            copy_life(people[i, AT_FORK], person)
            follow_origin(person, reference)
            begin_strategy(at, i, strategy + 1)
            return code_of(person)
    add(_table(at, "over"), slot, 1)
    return next_in_queue(at, i)


@_part
def next_in_queue(at: int, i: int) -> int:
    """Let the next in the queue sit down and begin the life; what comes first in it, if anybody."""
    number = _take(_table(at, "taken"), 0)
    if number >= _table(at, "queue")[0].end:
        return EMPTY
    parts, slot = _table(at, "parts"), 0
    while not parts[slot].first <= number < parts[slot].end:
        slot += 1
    part, starts = parts[slot], _table(at, "starts")[slot]
    segment, last = 0, part.n_segments - 1
    while segment < last:
        middle = (segment + last + 1) // 2
        if starts[middle] <= number:
            segment = middle
        else:
            last = middle - 1
    place, first = _table(at, "segments")[slot, segment, 0], starts[segment]
    index = _table(at, "segments")[slot, segment, 1] + number - first
    group = _table(at, "groups")[slot, place]
    seat, person = _table(at, "seats")[i], _table(at, "people")[i, LIVED]
    seat.slot, seat.strategy = slot, BEFORE
    cancer, world = _table(at, "cancers")[slot, group.primary], _table(at, "worlds")[slot]
    cells = _table(at, "cells")[slot]
    begin(person, group, index, cells, cancer, world, part.seed, part.replicate)
    return code_of(person)


@_part
def tally_of(at: int, slot: int) -> Tally:
    """What is counted of a part."""
    return Tally(
        _table(at, "counts")[slot],
        _table(at, "cohort")[slot],
        _table(at, "recorded")[slot],
        _table(at, "days")[slot],
        _table(at, "fingerprint")[slot],
    )


@_part
def care_tally_of(at: int, slot: int) -> CareTally:
    """What is counted of care in a part."""
    return CareTally(
        _table(at, "sums")[slot],
        _table(at, "squares")[slot],
        _table(at, "difference_squares")[slot],
        _table(at, "distribution")[slot],
        _table(at, "courses")[slot],
    )
