"""Fields of records: declared once, cleared as declared, set before they are read. Room: life."""

from __future__ import annotations

import numpy as np
import pytest

from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally, Window
from sim.engine.cohort import begin_block, count_block
from sim.engine.model import as_array
from sim.evidence.vocabulary import Stage
from sim.life.fields import LATER, Field, clearing, layout
from sim.life.hazards import NEVER
from sim.life.records import LESION_FIELDS, PERSON, PERSON_FIELDS
from tests.replay import busy_care, places, steps
from tests.simplified import alike, model_of, segments_of, strategies_of

GARBAGE = 255
"""A byte: numbers made of it are not a number, and codes are -1."""


def test_a_record_is_laid_out_and_cleared_as_declared() -> None:
    fields = (
        Field("day", "f8", NEVER),
        Field("seen", "i8", -1),
        Field("who", "u8", LATER),
        Field("points", "i1", 3, (5,)),
        Field("untouched", "f8", LATER, (2,)),
    )
    records = np.zeros(2, layout(fields))
    assert records.dtype.names == tuple(field.name for field in fields)
    records["who"], records["untouched"] = 7, 8.0
    clearing(fields)(records[0])
    assert records["day"].tolist() == [NEVER, 0.0]
    assert records["seen"].tolist() == [-1, 0]
    assert records["points"].tolist() == [[3] * 5, [0] * 5]
    assert records["who"].tolist() == [7, 7]
    assert (records["untouched"] == 8.0).all()


@pytest.mark.parametrize(
    ("field", "says"),
    [
        (Field("two words", "f8", LATER), "field 'two words' of a record has a name that is no"),
        (Field("class", "f8", 0.0), "field 'class' of a record has a name that is no identifier"),
        (Field("square", "f8", 0.0, (2, 2)), "field 'square' of a record begins with more than"),
    ],
)
def test_a_field_that_cannot_be_written_out_is_refused(field: Field, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        clearing((field,))


@pytest.mark.parametrize("name", ["usual_care", "noms"])
def test_nothing_is_read_before_it_is_set(name: str) -> None:
    """Lives in records full of garbage are the same as those in empty ones, and count the same."""
    parameters, plan = busy_care(), alike(200, stage=Stage.DISTANT)
    cared = strategies_of(name)
    lived = []
    for byte in (0, GARBAGE):
        people = np.frombuffer(bytearray([byte]) * (plan.people * PERSON.itemsize), PERSON)
        begin_block(people, as_array(segments_of(plan)), model_of(parameters, plan, seed=5))
        events = [
            (day, event)
            for row in range(len(people))
            for _, day, event in steps(people, row, parameters, cared)
        ]
        tally, care_tally = Tally.empty(1), CareTally.empty(1)
        count_block(people.reshape(-1, 1), Window(2010, 1, 2010, 2010), tally, care_tally)
        lived.append((people, events, [*tally, *care_tally]))
    (empty, events, counts), (full, events_too, counts_too) = lived
    assert events == events_too
    for count, count_too in zip(counts, counts_too, strict=True):
        np.testing.assert_array_equal(count, count_too)
    for field in PERSON_FIELDS:
        if field.begins is not LATER:
            np.testing.assert_array_equal(empty[field.name], full[field.name])
    n_lesions = 0
    for person, person_too in zip(empty, full, strict=True):
        mine = places(person)
        n_lesions += len(mine)
        assert mine == places(person_too)
        for field in LESION_FIELDS:
            if field.begins is not LATER:
                np.testing.assert_array_equal(
                    person["lesions"][field.name][mine], person_too["lesions"][field.name][mine]
                )
    assert n_lesions > plan.people
    assert empty["n_courses"].sum() > 100
