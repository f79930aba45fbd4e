"""The columns of `events/`: a row an event."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sim.counting.column import Column, known_numbers, labels_of
from sim.counting.death_rows import EVENT_WORDS
from sim.counting.event_log import EventLog
from sim.evidence.vocabulary import LESION_PLACES, Therapy
from sim.life.event_row import DETAIL_WORDS

THERAPIES = Therapy.labels()


def event_columns(treatments: tuple[str, ...]) -> tuple[Column, ...]:
    """Columns after those that say who it is.

    Parameters
    ----------
    treatments : tuple of str
        What they are called, by index: the program's and the user's own.
    """

    def words(name: str, field: str, known: tuple[str, ...], meaning: str) -> Column:
        def read(log: EventLog) -> pa.Array:
            return labels_of(getattr(log, field), known)

        return Column(name, read, "", meaning, known)

    return (
        Column(
            "day",
            lambda log: pa.array(np.maximum(log.day, 0.0)),
            "days since diagnosis",
            "day of the event; 0 of what is there at diagnosis",
        ),
        words("event", "event", EVENT_WORDS, "what happened; each has rows of its own below"),
        words(
            "level",
            "level",
            LESION_PLACES,
            "level of the spine or other bone where it happened; null if nowhere in particular",
        ),
        Column(
            "value",
            lambda log: known_numbers(log.value),
            "see the event",
            "a number that says how things are after the event; each event has its own, or none",
        ),
        words(
            "treatment",
            "treatment",
            treatments,
            "palliative treatment that is decided on, planned or given; null of other events",
        ),
        words("detail", "detail", DETAIL_WORDS, "a word beside the event; see the event"),
        Column(
            "pain",
            lambda log: pa.array(log.pain),
            "0-10",
            "worst pain of the spine and of other bone after the event, with analgesia",
        ),
        Column(
            "performance",
            lambda log: pa.array(log.performance),
            "ECOG",
            "performance status after the event, 0 fully active to 4 bedridden",
        ),
        words("therapy", "therapy", THERAPIES, "systemic therapy after the event"),
        Column(
            "dose_gy",
            lambda log: known_numbers(log.dose_gy),
            "Gy in 2 Gy fractions",
            "equivalent dose of a course that begins; of the spine, to the cord; null if it has no "
            "radiotherapy",
        ),
    )
