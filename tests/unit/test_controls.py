"""What a reader of a page may change is what a run from Python does. Room: browser."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from sim import Population, Scenario, Treatment
from sim.browser.controls import changed, controls_of
from sim.browser.patches import PATCHED, patched, patched_tables, patches_of
from sim.browser.shipment import livable, shipment
from sim.evidence.mistakes import InputError
from sim.inputs.catalog import strategy

MINE = Treatment(name="mine", based_on="rfa_cement")
ASKED = Scenario(
    name="asked",
    population=Population.united_states(2010),
    treatments=[MINE],
    strategies=["usual_care", "ebrt_8gy1", strategy("rfa_cement@none"), "mine", "none"],
)
CONTROLS = controls_of(ASKED)
PATCHES = patches_of(ASKED, CONTROLS)


def test_patches_of_any_choices_give_the_tables_that_python_makes() -> None:
    own, luck = patched_tables(ASKED), random.Random(5)
    for _ in range(25):
        places = [luck.randrange(len(control.choices)) for control in CONTROLS]
        chosen = {c.name: k for c, k in zip(CONTROLS, places, strict=True)}
        wanted = patched_tables(changed(ASKED, CONTROLS, chosen))
        some = [
            patch
            for one in PATCHES
            for patch in one.by_choice[tuple(places[at] for at in one.controls)]
        ]
        found = patched(own, some)
        # Which strategies are alike only says whose lives may be lived once.
        wanted["shipped"]["alike"] = found["shipped"]["alike"]
        for name in PATCHED:
            assert found[name].tobytes() == wanted[name].tobytes(), (name, chosen)


def test_the_scenario_as_it_is_has_no_patches() -> None:
    for one in PATCHES:
        assert one.by_choice[tuple(CONTROLS[at].at for at in one.controls)] == ()


def test_every_control_changes_something() -> None:
    for one in PATCHES:
        whom = set(one.outcomes_for.values())
        for at, control in enumerate(one.controls):
            moved = {places[at] for places, some in one.by_choice.items() if some}
            assert len(moved) > 1 or len(whom) > 1 or moved, CONTROLS[control].name


def test_every_control_moves_the_option_that_it_names() -> None:
    for control in CONTROLS:
        for place, choice in enumerate(control.choices):
            there = changed(ASKED, CONTROLS, {control.name: place})
            of = there.treatments[0] if control.treatment else there
            for option, value in choice.options.items():
                assert getattr(of, option) == value


def test_a_control_or_choice_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"no control 'pain_treshold'.*pain_threshold"):
        changed(ASKED, CONTROLS, {"pain_treshold": 0})
    with pytest.raises(InputError, match="choice of pain_threshold is 99; allowed: 0 to 4"):
        changed(ASKED, CONTROLS, {"pain_threshold": 99})


def test_what_is_shipped_has_the_tables_of_the_scenario() -> None:
    told, content = shipment(ASKED, CONTROLS)
    first, last = told["tables"]["shipped"]
    assert content[first:last] == patched_tables(ASKED)["shipped"].tobytes()
    everybody = told["ages"][0]
    plan = ASKED.population.plan(2010, 2010, ASKED.known.point)
    first, last = everybody["tables"]["cells"]
    assert content[first:last] == plan.cells.tobytes()
    first, last = everybody["tables"]["weights"]
    people = np.frombuffer(content[first:last])
    assert people.sum() == pytest.approx(ASKED.population.people_per_year)


def test_a_scenario_that_a_page_cannot_live_is_changed_and_said() -> None:
    calendar = Scenario(
        name="c",
        population=Population.united_states(2012),
        view="calendar",
        years=(2012, 2013),
        strategies=["usual_care"],
        draws=5,
    )
    there, said = livable(calendar)
    assert (there.view, there.years, there.draws) == ("cohort", (2012, 2012), 0)
    assert len(there.strategies) > 1
    assert len(said) == 3
    assert livable(ASKED)[1] == ()
    with pytest.raises(InputError, match="view is 'calendar', which a page cannot live"):
        shipment(calendar, CONTROLS)


def test_several_treatments_of_the_users_and_strategies_with_knobs_of_their_own() -> None:
    two = [Treatment(name="a", based_on="rfa_cement"), Treatment(name="b", based_on="ebrt_8gy1")]
    asked = Scenario(
        name="two",
        population=Population.united_states(2010),
        treatments=[*two, Treatment(name="c", based_on="b")],
        strategies=["usual_care", strategy("ebrt_8gy1", wait_ratio=1.0), "a", "b", "c"],
    )
    controls = controls_of(asked)
    patches, own, luck = patches_of(asked, controls), patched_tables(asked), random.Random(7)
    (waits,) = (one for one in controls if one.name == "wait_ratio")
    assert waits.meaning.endswith("set by itself.")
    assert not any(one.treatment == "c" for one in controls)
    for _ in range(10):
        places = [luck.randrange(len(control.choices)) for control in controls]
        chosen = {c.name: k for c, k in zip(controls, places, strict=True)}
        wanted = patched_tables(changed(asked, controls, chosen))
        some = [
            p for one in patches for p in one.by_choice[tuple(places[at] for at in one.controls)]
        ]
        found = patched(own, some)
        wanted["shipped"]["alike"] = found["shipped"]["alike"]
        for name in PATCHED:
            assert found[name].tobytes() == wanted[name].tobytes(), (name, chosen)


def test_controls_stand_where_the_scenario_is_not_where_a_strategy_is() -> None:
    asked = Scenario(
        name="own",
        population=Population.united_states(2010),
        strategies=[strategy("usual_care", wait_ratio=0.5), "ebrt_8gy1"],
    )
    (waits,) = (one for one in controls_of(asked) if one.name == "wait_ratio")
    assert waits.choices[waits.at].options == {"wait_ratio": 1.0}


def test_ages_that_nobody_has_are_not_offered(tmp_path: Path) -> None:
    file = tmp_path / "middle.csv"
    rows = "2015,lung,male,50,65,localized,800\n2015,breast,female,50,65,localized,900\n"
    file.write_text(f"year,primary,sex,age_low,age_high,stage,count\n{rows}", encoding="utf-8")
    asked = Scenario(
        name="middle",
        population=Population.from_csv(file),
        years=(2015, 2015),
        strategies=["usual_care", "ebrt_8gy1"],
    )
    told, _ = shipment(asked, controls_of(asked))
    assert [one["words"] for one in told["ages"]] == ["all ages", "50 to 64"]
