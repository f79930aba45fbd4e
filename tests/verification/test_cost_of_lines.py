"""A line that grows without end costs no more than its people: looks at somebody are counted.

Room: clinics.
"""

from __future__ import annotations

from unittest.mock import patch

import pytest

from sim.clinics.line import Line
from sim.inputs.resource import Demand, Resource
from tests.queues import days_for, only, run

ONE = Resource(machines=1)
ROUTINE = Demand(per_week=1_000.0, minutes=20.0)
URGENT = Demand(per_week=100.0, minutes=20.0, priority="urgent")
LONGER = Demand(per_week=1_000.0, minutes=50.0)
COURSES = Demand(per_week=300.0, minutes=20.0, sessions=10)
IMPATIENT = Demand(per_week=1_000.0, minutes=20.0, patience_days=60.0)
VARIED = Demand(per_week=1_000.0, minutes=20.0, spread="exponential")
IN_BED = Demand(per_week=300.0, minutes=20.0, bed_days=3.0)


def looks(resource: Resource, beds: int | None, people: int) -> tuple[float, int]:
    """Looks at somebody in line for each who comes, and the longest line."""
    counted = 0
    look_at = Line._look_at

    def counting(self: Line, *args: float) -> int:
        nonlocal counted
        counted += 1
        return look_at(self, *args)  # type: ignore[arg-type]

    with patch.object(Line, "_look_at", counting):
        log = run(only(resource, beds), days_for(people, resource.others))
    return counted / len(log.waits), int(log.lines["longest"].max())


@pytest.mark.parametrize(
    ("resource", "others", "beds"),
    [
        (ONE, (ROUTINE,), None),
        (ONE, (ROUTINE, URGENT), None),
        (ONE, (ROUTINE, LONGER, COURSES), None),
        (ONE, (IMPATIENT,), None),
        (ONE, (VARIED,), None),
        (ONE, (VARIED, URGENT), None),
        (ONE.with_options(notice_days=5.0), (ROUTINE, COURSES), None),
        (ONE.with_options(machines=3), (IN_BED,), 10),
        (ONE.with_options(machines=3), (IN_BED, ROUTINE), 10),
        (ONE.with_options(machines=None), (IN_BED,), 10),
    ],
)
def test_an_overloaded_line_costs_no_more_than_its_people(
    resource: Resource, others: tuple[Demand, ...], beds: int | None
) -> None:
    """Up to ten times as many come as can be treated; a line four times as long is no dearer."""
    busy = resource.with_options(others=others)
    short, _ = looks(busy, beds, 400)
    long, longest = looks(busy, beds, 1_600)
    assert longest > 800
    assert long < 6.0
    assert long < 1.25 * short
