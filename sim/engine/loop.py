"""The loop of a life: one event after the other, up to where it is asked to stop.

The cohort engine, the log of events, the SimPy processes, the clinics and the stories all drive
this one loop; who looks at a life between two events asks it to stop after each.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import Episode
from sim.life.clocks import next_event
from sim.life.compiled import Record, compiled, compiled_in_place
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.horizon import look_at_sums
from sim.life.step import apply_event, look_at_care

STOPS = ("death", "day", "difference", "decision", "event", "course", "consult")
"""Where a life stops: at death; before a day; where strategies may begin to differ; before a
treatment is chosen; after one event; where a clinic is needed for a course; where it is needed for
a course or a consult."""
DEATH, DAY, DIFFERENCE, DECISION, EVENT, COURSE, CONSULT = range(len(STOPS))
GOES_ON = -1
"""What `live_turn` gives where nothing stops the life."""


@compiled
def strategies_may_differ(person: Record, shared: Record) -> bool:
    """Say whether a strategy might have acted by now on what the person has."""
    if shared.from_diagnosis == 1:
        return True
    if min(person.skeletal_detected_day, person.spinal_detected_day) > person.now:
        return False
    if shared.from_detection == 1:
        return True
    if max(person.pain, person.bone_pain) >= shared.differs_from_pain:
        return True
    return bool(max(person.spinal_detected_day, person.cord_compression_day) <= person.now)


@compiled
def live_turn(
    person: Record, cancer: Record, world: Record, care: Record, stop: int, until_day: float
) -> int:
    """Live on by one event, or stop before it; see `live`.

    Returns
    -------
    int
        Code in `STOPS`, or `GOES_ON`, also if the person has died.
    """
    waits = person.episode == Episode.WAITING and person.course_start_day == NEVER
    if stop == DIFFERENCE:
        if strategies_may_differ(person, care):
            return DIFFERENCE
    elif stop >= COURSE and waits:
        return COURSE
    day, event = next_event(person)
    if day >= until_day:
        return DAY
    if stop == DIFFERENCE and event in (Event.CARE, Event.BONE_CARE):
        return DIFFERENCE
    if stop == DECISION and event == Event.CARE and person.episode == Episode.REFERRED:
        return DECISION
    if day >= person.snapshot_day:
        look_at_sums(person, world, day)
    apply_event(person, day, event, cancer, world, care)
    look_at_care(person, cancer, world, care)
    if stop >= EVENT:
        if stop == EVENT and person.alive == 1:
            return EVENT
        if stop == CONSULT and person.event == Event.REFERRED:
            return CONSULT
    return GOES_ON


@compiled
def live(
    person: Record, cancer: Record, world: Record, care: Record, stop: int, until_day: float
) -> int:
    """Live a started life on under one strategy.

    Parameters
    ----------
    care : record of `POLICY`
        The strategy; up to `DIFFERENCE`, what they share.
    stop : int
        Code in `STOPS`: where to stop unless the person dies or `until_day` comes before.
    until_day : float
        Days since the diagnosis; events then and later are left for later.

    Returns
    -------
    int
        Code in `STOPS`: where it stopped.
    """
    while person.alive == 1:
        why = live_turn(person, cancer, world, care, stop, until_day)
        if why != GOES_ON:
            return why
    return DEATH


# Calling compiled code with an array and a row costs a tenth of calling it with a record, and
# with arrays half of calling it with a model.
@compiled_in_place
def live_on(
    people: NDArray[np.void],
    row: int,
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: NDArray[np.void],
    stop: int,
    until_day: float,
) -> int:
    """Live one of several people on under the first of `care`; see `live`."""
    person = people[row]
    return live(person, cancers[person.primary], worlds[0], care[0], stop, until_day)


@compiled_in_place
def next_event_of(people: NDArray[np.void], row: int) -> tuple[float, int]:
    """The day and the code of the event that comes next for one of several people."""
    return next_event(people[row])


@compiled_in_place
def live_event(
    people: NDArray[np.void],
    row: int,
    cancers: NDArray[np.void],
    worlds: NDArray[np.void],
    care: NDArray[np.void],
) -> tuple[bool, float]:
    """Live one of several people up to the next event: whether they live on, and to which day."""
    person = people[row]
    stop = live(person, cancers[person.primary], worlds[0], care[0], EVENT, NEVER)
    return stop != DEATH, next_event(person)[0]
