"""What follows a pause of therapy: a dose, death or a permanent stop, as competing risks.

Room: counting.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from sim.counting.care_measures import STATISTICS
from sim.counting.event_log import EventLog
from sim.evidence.vocabulary import RESUMED_BY_DAYS, NeverResumed, Stage
from sim.life.events import EVENTS
from sim.life.hazards import NEVER
from tests.replay import busy_care, without_bones
from tests.simplified import SEVERAL, alike, live_block, strategies_of


def outcomes_of_pauses(log: EventLog) -> list[tuple[float, str]]:
    """Length of each pause by the event log alone, and what ended it."""
    by_person: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for number, day, code in zip(log.person, log.day, log.event, strict=True):
        by_person[int(number)].append((float(day), EVENTS[int(code)]))
    found = []
    for events in by_person.values():
        since = NEVER
        for day, event in events:
            if event == "therapy_paused":
                since = min(since, day)
            elif since < NEVER and event == "therapy_resumed":
                found.append((day - since, "resumed"))
                since = NEVER
        if since < NEVER:
            found.append((events[-1][0] - since, "never"))
    return found


def cumulative_incidence(pauses: list[tuple[float, str]], day: float) -> float:
    """Aalen and Johansen by hand: the product of the survivals before each resumption."""
    days = np.round([length for length, _ in pauses], 6)
    resumed = np.array([end == "resumed" for _, end in pauses])
    free, incidence = 1.0, 0.0
    for moment in np.unique(days[days <= day]):
        at_risk = (days >= moment).sum()
        incidence += free * ((days == moment) & resumed).sum() / at_risk
        free *= 1.0 - (days == moment).sum() / at_risk
    return incidence


@pytest.mark.parametrize("name", SEVERAL)
def test_resumption_by_day_is_the_competing_risks_estimate(name: str) -> None:
    """One line a life, so that the log shows every pause from its first dose to its last."""
    cancers, worlds = without_bones(busy_care())
    cancers["therapy_next_line_share"] = 0.0
    cancers["therapy_line_mean_days"] = 2_000.0
    worlds["therapy_start_mean_days"] = 0.0
    worlds["toxicity_prone_share"] = 0.0
    cared = strategies_of(name, post_hold_days=20.0)
    cared.policies["never_resumed_share"] = 0.0
    block = live_block((cancers, worlds), alike(1_500, stage=Stage.DISTANT), cared, seed=71)
    assert block.people is not None
    assert block.log is not None
    people = block.people[:, 0]
    line_ends = EVENTS.index("therapy_line_ended")
    cut = np.isin(people["number"], block.log.person[block.log.event == line_ends])
    uncut = people[~cut]
    log = EventLog(*(column[np.isin(block.log.person, uncut["number"])] for column in block.log))
    pauses = outcomes_of_pauses(log)
    assert len(pauses) == uncut["n_pauses"].sum() > 200
    assert (
        sum(end == "never" for _, end in pauses)
        == (uncut["never_resumed"] == NeverResumed.DEATH).sum()
    )
    assert not (uncut["never_resumed"] == NeverResumed.PROGRESSION).any()
    for column, day in enumerate(RESUMED_BY_DAYS):
        share = uncut["n_resumed_by"][:, column].sum() / len(pauses)
        assert share == pytest.approx(cumulative_incidence(pauses, day), abs=1e-9)
    assert 0.1 < share < 1.0


@pytest.mark.parametrize("name", SEVERAL)
def test_every_pause_is_resumed_or_counted_as_never_resumed(name: str) -> None:
    """Over the trigger set, to death: pauses ended in a dose, in death or in a stop."""
    parameters, who = busy_care(), alike(6_000, stage=Stage.DISTANT)
    parameters[1]["horizon_days"] = NEVER
    block = live_block(parameters, who, strategies_of(name), seed=73)
    sums = block.care_tally.sums[0, 0] / 100.0
    told = dict(zip(STATISTICS, sums.tolist(), strict=True))
    ended = (
        "resumed",
        *(f"never_resumed_by_{why}" for why in ("death", "progression", "surgery")),
    )
    assert told["pauses_per_person"] == sum(told[how] for how in ended) > 1_000
