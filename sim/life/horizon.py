"""The origin of a person's outcomes and their horizon: what was summed up by either day.

Outcomes count from one day on, the origin: the first trigger of care under the reference strategy,
or the detection of spinal metastasis under it; the same day under every strategy. They count up to
the horizon, so many days later, or to death. What a life sums up is looked at on both days, open
intervals included, without a change to the life: an outcome is the difference. Everything that is
dated on the day of the origin belongs to the outcomes, whatever the order of events on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.life.compiled import Record, compiled
from sim.life.hazards import NEVER
from sim.life.pain_days import add_symptoms
from sim.life.pause import add_therapy
from sim.life.records import FIRST_BONE, copy_sums
from sim.life.worth import add_worth

AT_ORIGIN, AT_HORIZON = 1, 2
"""How many snapshots there are once the sums were looked at on these days."""


@compiled
def begin_outcomes(person: Record, world: Record) -> None:
    """Let outcomes count from today on, unless they do already or the reference says from when."""
    if person.origin_day == NEVER and person.origin_given == 0:
        person.origin_day = person.now
        look_at_origin(person, world)


@compiled
def follow_origin(person: Record, reference: Record) -> None:
    """Let the outcomes of a life count from the origin that the reference's life had.

    The life has not come to that day, or it was the reference's own up to it.
    """
    person.origin_given = 1
    if person.origin_day != reference.origin_day:
        person.origin_day = reference.origin_day
        if person.n_snapshots == 0:
            person.snapshot_day = reference.origin_day


@compiled
def follow_origins(people: NDArray[np.void], references: NDArray[np.void]) -> None:
    """The same of several people, each with a reference of their own."""
    for row in range(people.size):
        follow_origin(people[row], references[row])


@compiled
def look_at_sums(person: Record, world: Record, day: float) -> None:
    """Take the snapshots that are due before an event of a day."""
    if person.n_snapshots == 0:
        look_at_origin(person, world)
    if day >= person.snapshot_day:
        take_snapshot(person, person.at_horizon, world, person.snapshot_day)
        person.n_snapshots = AT_HORIZON
        person.snapshot_day = NEVER


@compiled
def look_at_origin(person: Record, world: Record) -> None:
    """Take the snapshot at the origin, without what is dated on that day; plan the other one."""
    sums = person.at_origin
    take_snapshot(person, sums, world, person.origin_day)
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.place < FIRST_BONE and lesion.fracture_day == person.origin_day:
            sums.n_fractures -= 1
    if person.last_cord_compression_day == person.origin_day:
        sums.n_cord_compressions = person.n_cord_compressions_before
    person.n_snapshots = AT_ORIGIN
    person.horizon_day = person.origin_day + world.horizon_days
    person.snapshot_day = person.horizon_day


@compiled
def take_snapshot(person: Record, sums: Record, world: Record, day: float) -> None:
    """Write down the sums up to a day that lies before the next event."""
    copy_sums(person, sums)
    add_symptoms(person, sums, world, max(day - person.symptoms_since, 0.0))
    add_therapy(person, sums, day)
    add_worth(person, sums, world, person.worth_since, day)


@compiled
def end_outcomes(person: Record) -> None:
    """Take the snapshots that are left as the life is over; a life without an origin has none."""
    if person.origin_day == NEVER and person.origin_given == 0:
        return
    if person.n_snapshots < AT_ORIGIN:
        copy_sums(person, person.at_origin)
    if person.n_snapshots < AT_HORIZON:
        copy_sums(person, person.at_horizon)
    person.n_snapshots = AT_HORIZON
    person.snapshot_day = NEVER
