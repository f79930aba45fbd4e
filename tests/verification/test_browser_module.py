"""The module that pages run makes the same lives as the engine, to the last bit. Room: browser."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import wasmtime

from sim.browser import shipped
from sim.browser.inputs import packed_model, population_tables
from sim.browser.module import Module, ModulePage
from sim.counting.care_tally import CareTally
from sim.counting.tally import Tally, Window
from sim.engine.cohort import lived_people
from sim.engine.lives import Lives
from sim.engine.model import Model, build_model
from sim.engine.workers import block_segments, live_segments
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import AGE_GROUPS, AGE_GROUPS_BY, PRIMARIES
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
PEOPLE = 3_000
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


@pytest.fixture(scope="module")
def module() -> Module:
    """The module that is shipped."""
    return Module(shipped.module_code())


def by_page(module: Module, model: Model, window: Window, n_ages: int) -> tuple[Tally, CareTally]:
    """What a page counts: in several turns."""
    page = ModulePage(
        module, packed_model(model, window, n_ages=n_ages), range(len(model.policies))
    )
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
def test_hash_and_all_counts_are_those_of_the_engine(
    module: Module, draw: int, replicate: int
) -> None:
    model = model_of(draw, (2010, 2010))._replace(replicate=replicate)
    native = natively(model, COHORT, ALL_AGES)
    assert differing(by_page(module, model, COHORT, ALL_AGES), native) == []
    tally, care_tally = native
    assert len(set(tally.fingerprint[:-1].tolist())) == len(STRATEGIES)
    assert (care_tally.sums[:, 0] != 0).any(axis=1).all()
    assert tally.counts.sum() > 10 * PEOPLE


@pytest.mark.parametrize("n_ages", [len(groups) for groups in AGE_GROUPS_BY.values()])
def test_so_they_are_in_the_calendar_view_and_by_any_age_groups(
    module: Module, n_ages: int
) -> None:
    model = model_of(1, (2005, 2010))
    native = natively(model, CALENDAR, n_ages)
    assert differing(by_page(module, model, CALENDAR, n_ages), native) == []
    assert native[0].counts.shape[-1] == n_ages


@pytest.mark.parametrize("chosen", [(3,), (1, 0), (2, 4, 3), (4, 3, 2, 1, 0)])
def test_any_of_the_strategies_packed_are_as_if_no_others_were(
    module: Module, chosen: tuple[int, ...]
) -> None:
    model = model_of(1, (2010, 2010))
    page = ModulePage(module, packed_model(model, CALENDAR), chosen)
    page.live(segments_of(model))
    alone = model_of(1, (2010, 2010), [STRATEGIES[s] for s in chosen])
    assert page.table("policies").tobytes() == alone.policies.tobytes()
    assert page.table("shared").tobytes() == alone.shared.tobytes()
    assert differing(page.counted(), natively(alone, CALENDAR, ALL_AGES)) == []


def test_one_life_has_the_events_and_the_states_of_the_engine(module: Module) -> None:
    model = model_of(0, (2010, 2010))
    everybody = segments_of(model)
    people, _ = lived_people(model, everybody)
    who = [(group, index) for group, low, high in everybody for index in range(low, high)]
    group, index = who[int(people["n_courses"][:, 0].argmax())]
    page = ModulePage(module, packed_model(model, COHORT), range(len(STRATEGIES)))
    log, records = page.live_person(group, index)
    lives, native = lived_people(model, [(group, index, index + 1)], logged=True)
    assert len(log.day) == len(records) > 100
    for name, mine, its in zip(log._fields, log, native, strict=True):
        assert mine.tobytes() == its.tobytes(), name
    last = np.flatnonzero(np.diff(log.strategy, append=-1))
    for name in ("fingerprint", "lesion_at", "clock", "pain", "death_day", "course_cost"):
        assert records[last][name].tobytes() == lives[0][name].tobytes(), name
    # What a picture of the life shows: which lesions there are, where it hurts, what was found.
    places, n = records["lesion_at"], records["n_lesions"]
    for record, place, some in zip(records["lesions"], places, n, strict=True):
        assert (record["place"][place[:some]] == place[:some]).all()
    assert (records["pain"] > 0.0).any()
    assert (records["lesions"]["courses"].max(axis=1) > 0).any()


@pytest.mark.parametrize(
    ("draw", "years"), [(0, (2010, 2010)), (7, (2009, 2011)), (1, (2014, 2014))]
)
def test_people_are_planned_as_in_python(module: Module, draw: int, years: tuple[int, int]) -> None:
    """Any number of them, of any primaries; those planned are those who live."""
    values, population = evidence().draw(draw), Population.united_states(2010)
    whole = population.plan(*years, values)
    model = build_model(whole, STRATEGIES[:1], values, draw=draw)
    tables = population_tables(population, range(years[0], years[1] + 1), values)
    page = ModulePage(module, packed_model(model, CALENDAR, population=tables), [0])
    random = np.random.default_rng(draw)
    some = [tuple(random.permutation(PRIMARIES)[:n]) for n in (3, 12)]
    for names in (PRIMARIES, ("breast",), *some):
        mine = population.only(*names)
        numbers = (1, 19, 25_000, 1_529_560, *random.integers(3, 2_000_000, 4).tolist())
        for people in (mine.people_per_year, *numbers):
            plan = mine.scaled(people).plan(*years, values)
            for most in (1 << 40, 7, 100_000):
                found = page.plan(people, [PRIMARIES.index(name) for name in names], most)
                kept = np.isin(found.groups["primary"], plan.groups["primary"])
                assert not found.groups[~kept]["count"].any()
                for field in ("year", "primary", "sex", "count"):
                    asked = plan.thinned(most).groups[field]
                    assert (found.groups[kept][field] == asked).all(), field


def test_those_planned_live_the_same_lives(module: Module) -> None:
    values, population = evidence().draw(1), Population.united_states(2010)
    model = build_model(
        population.plan(2010, 2010, values), STRATEGIES, values, treatments=[MINE], draw=1
    )
    tables = population_tables(population, [2010], values)
    page = ModulePage(module, packed_model(model, CALENDAR, population=tables), [0, 1])
    planned = page.plan(5_000, [PRIMARIES.index("lung"), PRIMARIES.index("myeloma")])
    page.live([(g, 0, int(n)) for g, n in enumerate(planned.groups["count"]) if n])
    mine = population.only("lung", "myeloma").scaled(5_000).plan(2010, 2010, values)
    alone = build_model(mine, STRATEGIES[:2], values, treatments=[MINE], draw=1)
    assert differing(page.counted(), natively(alone, CALENDAR, ALL_AGES)) == []


def test_the_module_is_of_the_sources_as_they_are() -> None:
    assert shipped.module_description()["fingerprint"] == shipped.module_fingerprint(), (
        f"what is compiled has changed; build the module anew: {shipped.COMMAND}"
    )


def test_what_is_shipped_belongs_together() -> None:
    code, told = shipped.module_code(), shipped.module_description()
    assert told["sha256"] == hashlib.sha256(code).hexdigest()
    assert told["bytes"] == len(code) < 400_000
    fields = told["records"]["person"]["fields"]
    assert told["records"]["person"]["bytes"] == PERSON.itemsize
    assert fields["lesions"][:2] == [(PERSON.fields or {})["lesions"][1], "lesion"]


def test_the_module_asks_nothing_of_the_page() -> None:
    """It imports nothing: no function of a page can change what it computes."""
    assert list(wasmtime.Module(wasmtime.Engine(), shipped.module_code()).imports) == []


@pytest.mark.slow
def test_the_module_is_built_anew_to_the_last_byte(root: Path, tmp_path: Path) -> None:
    built = [sys.executable, "-m", "sim.browser.build", str(tmp_path)]
    subprocess.run(built, cwd=root, check=True)
    for path in (shipped.MODULE, shipped.MODULE_DESCRIPTION):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
