"""The job of a card: who sits in its memory, the parts of a run they are of, and what is counted.

People of a part stand in one queue with those of the part before it. A seat takes the next person
of the queue as soon as the one in it has been lived under every strategy, so that all seats are
taken while there is anybody left.
"""

from __future__ import annotations

import numpy as np

from sim.counting.care_measures import STATISTICS
from sim.counting.tally import Window
from sim.engine.counted_tables import COUNTED
from sim.engine.layout import JobLayout, Table
from sim.evidence.vocabulary import PRIMARIES, Episode
from sim.inputs.plan import GROUP
from sim.life.events import Event
from sim.life.policy import POLICY
from sim.life.records import PERSON
from sim.life.world import CANCER, ENTRY_CELL, WORLD

_SETTINGS = (
    *("n_seats", "n_records", "n_slots"),
    *("n_groups", "n_cells", "n_segments"),
    *("n_strategies", "n_places", "n_years", "n_sexes", "n_ages"),
)

N_CODES = max(Event) + 1 + len(Episode)
"""What may come next for a person: an event, or a step of the care that they are in."""
EMPTY = N_CODES
"""The code of a seat that nobody sits in."""
BEFORE = -1
"""The strategy of somebody who lives as under all of them."""
LIVED, AT_FORK, OF_REFERENCE = range(3)
"""Records of a seat: the one that is lived; where strategies begin to differ; the finished life
under the reference. With one strategy there is only the first."""
APART = 16
"""Counters that many change at once stand so many numbers apart, each in memory of its own."""

CARD_PART = np.dtype(
    [
        *((name, "i8") for name in Window._fields),
        ("seed", "u8"),
        ("replicate", "i8"),
        ("n_segments", "i8"),
        ("first", "i8"),  # place of its people in the queue
        ("end", "i8"),
    ],
    align=True,
)
"""A part of a run."""

QUEUE = np.dtype([("end", "i8"), ("active", "i8"), ("turns", "i8")], align=True)
"""How many people have come into the queue in all, how many seats are taken, and how many events
are lived at a time."""

SEAT = np.dtype([("slot", "i8"), ("strategy", "i8")], align=True)
"""Which part the person in a seat is of, and which strategy they live under, or `BEFORE`."""

_TABLES = {
    # parts of the run, each in a slot
    "parts": Table.of(CARD_PART, "n_slots"),
    "groups": Table.of(GROUP, "n_slots", "n_groups"),
    "cells": Table.of(ENTRY_CELL, "n_slots", "n_cells"),
    "cancers": Table.of(CANCER, "n_slots", len(PRIMARIES)),
    "worlds": Table.of(WORLD, "n_slots"),
    "policies": Table.of(POLICY, "n_slots", "n_strategies"),
    "shared": Table.of(POLICY, "n_slots"),
    "segments": Table.of("i8", "n_slots", "n_segments", 3),
    "starts": Table.of("i8", "n_slots", "n_segments"),  # where people of each stand in the queue
    # the queue, and how far the parts are
    "queue": Table.of(QUEUE, 1),
    "taken": Table.of("i8", 1),  # how many of the queue have been given a seat
    "over": Table.of("i8", "n_slots"),  # people of each part who have been lived
    # seats by what comes next for those who sit there
    "found": Table.of("i8", N_CODES * APART),  # how many there are of each code
    "places": Table.of("i8", N_CODES * APART),  # where the next one of a code goes in the order
    "order": Table.of("i4", "n_seats"),
    "codes": Table.of("i4", "n_seats"),
    "seats": Table.of(SEAT, "n_seats"),
    "told": Table.of("f8", "n_seats", 2, len(STATISTICS)),  # of the reference, and of another life
    **{name: Table(kind, ("n_slots", *shape)) for name, (kind, shape) in COUNTED.items()},
    "people": Table.of(PERSON, "n_seats", "n_records"),
}

CARD_JOB = JobLayout(_SETTINGS, _TABLES)
"""Where everything stands in the memory of a card."""
