"""Resources, clinics and people that hypothesis makes up."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from sim.inputs.clinics import EMERGENCY, ROUTINE, URGENT, Center, Clinics
from sim.inputs.resource import WEEKDAYS, Demand, Outage, Resource
from tests.queues import MONDAY


@st.composite
def demands(draw: st.DrawFn, longest: float) -> Demand:
    """Other patients who bring little work, so that an example takes milliseconds."""
    return Demand(
        per_week=draw(st.sampled_from((1.0, 4.0, 12.0))),
        minutes=draw(st.sampled_from((10.0, 45.0, 100.0, longest))),
        sessions=draw(st.sampled_from((1, 1, 2, 7))),
        spread=draw(st.sampled_from(("fixed", "exponential"))),
        priority=draw(st.sampled_from(("emergency", "urgent", "routine"))),
        patience_days=draw(st.sampled_from((None, None, 3.0))),
        bed_days=draw(st.sampled_from((0.0, 0.0, 1.5, 9.0))),
    )


@st.composite
def resources(draw: st.DrawFn) -> Resource:
    """A small resource with all that one may have."""
    machines = draw(st.integers(1, 3))
    opens, closes = draw(st.sampled_from(((8.0, 17.0), (0.0, 24.0), (22.0, 24.0), (0.0, 6.5))))
    weekdays = draw(st.sampled_from((WEEKDAYS[:5], WEEKDAYS, ("tuesday", "saturday"))))
    reserved = draw(st.sampled_from((0.0, 0.0, 20.0)))
    longest = min((closes - opens) * 60.0, 600.0) - reserved
    outage = st.builds(
        Outage,
        starts=st.integers(-5, 40).map(lambda day: MONDAY + datetime.timedelta(days=day)),
        days=st.integers(1, 12),
        machines=st.integers(1, machines),
    )
    notice_days = draw(st.sampled_from((0.0, 0.0, 0.25, 3.0)))
    return Resource(
        machines=machines,
        opens=opens,
        closes=closes,
        weekdays=weekdays,
        on_call=draw(st.booleans()),
        notice_days=notice_days,
        reserved_minutes=reserved if notice_days > 0.0 else 0.0,
        maintenance_every_weeks=draw(st.sampled_from((None, None, 1, 3))),
        outages=tuple(draw(st.lists(outage, max_size=3))),
        others=tuple(draw(st.lists(demands(longest), min_size=1, max_size=3))),
    )


@st.composite
def some_clinics(draw: st.DrawFn) -> Clinics:
    """One center with one resource, and perhaps beds."""
    have = {"theater": draw(resources())}
    beds = draw(st.sampled_from((None, None, 1, 3)))
    if beds is not None:
        have["bed"] = Resource(machines=beds)
    return Clinics(centers=(Center(name="north", resources=have),))


@st.composite
def comings(draw: st.DrawFn) -> tuple[float, int, float, int, float, str, float]:
    """When somebody comes, for what, and what happens how much later."""
    return (
        draw(st.floats(0.0, 9.0)),
        draw(st.sampled_from((1, 1, 2, 8))),
        # Of a day that is not reserved, so that a few people fill a machine.
        draw(st.sampled_from((0.07, 0.3, 0.6))),
        draw(st.sampled_from((EMERGENCY, URGENT, ROUTINE))),
        draw(st.sampled_from((0.0, 0.0, 4.0))),
        draw(st.sampled_from(("stays", "dies", "changes"))),
        draw(st.floats(0.0, 5.0)),
    )
