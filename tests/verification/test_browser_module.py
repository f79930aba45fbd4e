"""The module that pages run makes the same lives as the engine, to the last bit. Room: browser."""

from __future__ import annotations

import numpy as np
import pytest

from sim.browser import shipped
from sim.browser.inputs import packed_model
from sim.browser.module import Page
from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally, Window
from sim.engine.cohort import lived_people
from sim.engine.lives import Lives
from sim.engine.model import Model, build_model
from sim.engine.workers import block_segments, live_segments
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import AGE_GROUPS, AGE_GROUPS_BY
from sim.inputs.catalog import NO_CARE, strategy
from sim.inputs.population import Population
from sim.inputs.strategies import Strategy
from sim.inputs.treatment import Treatment
from sim.life.records import PERSON

MINE = Treatment(name="mine", based_on="ebrt_8gy1", response_biological=(0.5, 0.9), sessions=2)
STRATEGIES = [
    strategy("usual_care"),
    strategy("noms"),
    strategy(NO_CARE),
    strategy("rfa_cement"),
    Strategy(name="mine", otherwise="mine", acts_from="pain"),
]
"""Unlike ones: shares, rules, nothing, a device, and one with a treatment of the user's."""
PEOPLE = 6_000
ALL_AGES = len(AGE_GROUPS)


def model_of(draw: int, years: tuple[int, int], strategies: list[Strategy] = STRATEGIES) -> Model:
    """The model of some people of the United States."""
    values = evidence().draw(draw)
    plan = Population.united_states(2010).plan(*years, values).thinned(PEOPLE)
    return build_model(plan, strategies, values, treatments=[MINE], seed=2**60 + 19, draw=draw)


def segments_of(model: Model) -> list[tuple[int, int, int]]:
    """Everybody."""
    (found,) = block_segments(model, model.people)
    return found


def natively(model: Model, window: Window, n_ages: int) -> tuple[Tally, CareTally]:
    """What the cohort engine counts."""
    block = live_segments(Lives(model, window, n_ages=n_ages), segments_of(model))
    return block.tally, block.care_tally


def by_the_module(model: Model, window: Window, n_ages: int) -> tuple[Tally, CareTally]:
    """What the module counts, as a page does: in several turns."""
    page = Page(packed_model(model, window, n_ages=n_ages), range(len(model.policies)))
    segments = segments_of(model)
    page.live(segments[: len(segments) // 2])
    page.live(segments[len(segments) // 2 :])
    return page.counted()


def differing(ours: tuple[Tally, CareTally], theirs: tuple[Tally, CareTally]) -> list[str]:
    """Tables that are not the same."""
    return [
        name
        for one, other in zip(ours, theirs, strict=True)
        for name, mine, its in zip(one._fields, one, other, strict=True)
        if mine.dtype != its.dtype or not np.array_equal(mine, its)
    ]


COHORT, CALENDAR = Window(2010, 130, 2010, 2010), Window(2010, 1, 2010, 2010)


@pytest.mark.parametrize("replicate", [0, 1])
@pytest.mark.parametrize("draw", [0, 1, 7])
def test_hash_and_all_counts_are_those_of_the_engine(draw: int, replicate: int) -> None:
    model = model_of(draw, (2010, 2010))._replace(replicate=replicate)
    native = natively(model, COHORT, ALL_AGES)
    assert differing(by_the_module(model, COHORT, ALL_AGES), native) == []
    tally, care_tally = native
    assert len(set(tally.fingerprint[:-1].tolist())) == len(STRATEGIES)
    assert (care_tally.sums[:, 0] != 0).any(axis=1).all()
    assert tally.counts.sum() > 10 * PEOPLE


@pytest.mark.parametrize("n_ages", [len(groups) for groups in AGE_GROUPS_BY.values()])
def test_so_they_are_in_the_calendar_view_and_by_any_age_groups(n_ages: int) -> None:
    model = model_of(1, (2005, 2010))
    native = natively(model, CALENDAR, n_ages)
    assert differing(by_the_module(model, CALENDAR, n_ages), native) == []
    assert native[0].counts.shape[-1] == n_ages


@pytest.mark.parametrize("chosen", [(3,), (1, 0), (2, 4, 3), (4, 3, 2, 1, 0)])
def test_any_of_the_strategies_packed_are_as_if_no_others_were(chosen: tuple[int, ...]) -> None:
    model = model_of(1, (2010, 2010))
    page = Page(packed_model(model, CALENDAR), chosen)
    page.live(segments_of(model))
    alone = model_of(1, (2010, 2010), [STRATEGIES[s] for s in chosen])
    assert page.table("policies").tobytes() == alone.policies.tobytes()
    assert page.table("shared").tobytes() == alone.shared.tobytes()
    assert differing(page.counted(), natively(alone, CALENDAR, ALL_AGES)) == []


def test_one_life_has_the_events_and_the_states_of_the_engine() -> None:
    model = model_of(0, (2010, 2010))
    people, _ = lived_people(model, segments_of(model))
    longest = int(people["n_courses"][:, 0].argmax())
    group, index = [(g, i) for g, low, high in segments_of(model) for i in range(low, high)][
        longest
    ]
    log, records = Page(packed_model(model, COHORT), range(len(STRATEGIES))).live_person(
        group, index
    )
    lives, native = lived_people(model, [(group, index, index + 1)], logged=True)
    assert len(log.day) == len(records) > 100
    for name, mine, its in zip(log._fields, log, native, strict=True):
        assert mine.tobytes() == its.tobytes(), name
    last = np.flatnonzero(np.diff(log.strategy, append=-1))
    for name in ("fingerprint", "lesions", "clock", "pain", "death_day"):
        assert records[last][name].tobytes() == lives[0][name].tobytes(), name
    hurts = (records["lesions"]["biological_pain"] > 0.0).any()
    assert hurts
    assert records.dtype == PERSON


def test_the_module_is_of_the_sources_as_they_are() -> None:
    assert shipped.module_description()["fingerprint"] == shipped.module_fingerprint(), (
        f"what is compiled has changed; build the module anew: {shipped.COMMAND}"
    )
