"""The data dictionary of microdata: every column and every event, its unit and its meaning.

It is made from the declarations that the rows are made from.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from sim.counting.column import Column
from sim.counting.death_rows import DEATH_PROCEDURE
from sim.counting.death_rows import ROW as OF_PROCEDURE
from sim.counting.event_columns import event_columns
from sim.counting.person_columns import PEOPLE
from sim.counting.trajectories import TRAJECTORIES
from sim.life.event_row import COURSES_BEGUN, OF_A_TREATMENT, Value, meaning_of, row_of
from sim.life.events import Event

FIELDS = {
    "table": "people, events or trajectories: the folder with the rows.",
    "column": "Column that is told; empty of the table itself.",
    "event": "Event that it is told of; empty but for what differs by event.",
    "unit": "Of numbers.",
    "meaning": "What it says.",
    "values": "Words that it may be, or what codes stand for.",
}
"""Columns of the dictionary, and their meaning."""
SHARED_CLOCKS = (Event.LESION, Event.CARE, Event.BONE_CARE, Event.DOSE_DUE)
"""Codes that stand for one of several events, and are never written themselves."""

Entry = dict[str, str]


def dictionary(who: dict[str, str], whom: str, treatments: tuple[str, ...]) -> Iterator[Entry]:
    """Every entry.

    Parameters
    ----------
    who : dict of str to str
        Columns that say whose row it is, and their meaning.
    whom : str
        Of whom there are rows.
    treatments : tuple of str
    """
    tables = {
        "people": (f"a row a person and strategy, of {whom}", PEOPLE),
        "events": ("a row an event of these people", event_columns(treatments)),
        "trajectories": (
            "a row a stay in a state of health of these people, as hesim has disease progression",
            TRAJECTORIES,
        ),
    }
    for table, (meaning, columns) in tables.items():
        yield entry(table, meaning=meaning)
        for name, of in who.items():
            yield entry(table, name, meaning=of)
        for column in columns:
            yield of_column(table, column)
        if table == "events":
            yield from of_events()


def of_column(table: str, column: Column) -> Entry:
    """The entry of a column."""
    values = "; ".join(column.words)
    return entry(table, column.name, unit=column.unit, meaning=column.meaning, values=values)


def of_events() -> Iterator[Entry]:
    """What each event is, and what stands beside it."""
    for event in Event:
        if event in SHARED_CLOCKS:
            continue
        row = row_of(event)
        name = event.label
        yield entry("events", "event", name, meaning=meaning_of(event))
        if row.value != Value.NOTHING:
            yield value_entry(name, row.value)
        if row.detail:
            words = "; ".join(row.detail.words)
            yield entry("events", "detail", name, meaning=row.detail.meaning, values=words)
        if event in OF_A_TREATMENT:
            yield entry("events", "treatment", name, meaning="the treatment that it is of")
        if event in COURSES_BEGUN:
            yield entry("events", "dose_gy", name, "Gy in 2 Gy fractions", "dose of the course")
    yield entry("events", "event", DEATH_PROCEDURE, meaning=OF_PROCEDURE.meaning)
    yield value_entry(DEATH_PROCEDURE, OF_PROCEDURE.value)


def value_entry(event: str, value: Value) -> Entry:
    """The entry of the number beside an event."""
    codes = "; ".join(f"{code} {word}" for code, word in enumerate(value.codes))
    return entry("events", "value", event, value.unit, value.meaning, codes)


def entry(
    table: str,
    column: str = "",
    event: str = "",
    unit: str = "",
    meaning: str = "",
    values: str = "",
) -> Entry:
    """One entry."""
    return dict(zip(FIELDS, (table, column, event, unit, meaning, values), strict=True))


def write_dictionary(
    path: Path, who: dict[str, str], whom: str, treatments: tuple[str, ...]
) -> None:
    """Write the dictionary as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(dictionary(who, whom, treatments))
