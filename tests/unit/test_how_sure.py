"""How sure an order is, in words: nothing is told that an interval or a floor does not carry.

Room: uncertainty.
"""

from __future__ import annotations

import re
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import InputError, Population, Result, Scenario
from sim.economics.exchange import net_benefit_at
from sim.tables.kept_rows import KeptRows
from sim.uncertainty import how_sure
from sim.uncertainty.people_served import PeopleServed
from tests.unit.test_value_tables import STRATEGIES, made_up_run

FILE = Path(__file__).parents[2] / "scenarios" / "probabilistic.py"
DAYS = ("delay_days", "therapy_days_lost")


@pytest.fixture(scope="module")
def opened() -> dict[str, Any]:
    return runpy.run_path(str(FILE))


def made_up(draws: int) -> Result:
    """A run with delays, QALYs and costs that follow from what the made-up run has."""
    run = made_up_run(draws)
    wide = run.outcomes.pivot_table("value", ["strategy", "draw"], "measure")
    luck = np.random.default_rng(7).normal(size=len(wide))
    measures = {
        "delay_days": 5.0 + wide["therapy_days_lost"],
        "qaly": 0.003 * wide["days_pain_below_4"],
        "cost": 20_000.0 + 400.0 * wide["therapy_days_lost"] + 900.0 * luck,
    }
    more = [
        values.rename("value").reset_index().assign(measure=name, replicate=0, primary="all")
        for name, values in measures.items()
    ]
    spread = pd.concat([run.delays.assign(strategy=name) for name in STRATEGIES])
    return replace(
        run,
        outcome_rows=KeptRows.of(pd.concat([run.outcomes, *more], ignore_index=True)),
        delay_rows=KeptRows.of(spread),
        run={**run.run, "knobs": {}},
    )


@pytest.fixture(scope="module")
def drawn() -> Result:
    return made_up(200)


def test_shares_and_intervals_are_those_of_the_draws(drawn: Result) -> None:
    order = how_sure.by_rising(drawn, DAYS[0])
    said = how_sure.less_words(drawn, DAYS[0], order)
    rows = drawn.outcomes[(drawn.outcomes["measure"] == DAYS[0]) & (drawn.outcomes["draw"] > 0)]
    by = {str(name): of.set_index("draw")["value"] for name, of in rows.groupby("strategy")}
    assert by[order[0]].mean() == min(of.mean() for of in by.values())
    told = re.findall(r"(\w+) in (\d+)% of draws, by (-?[\d.]+) days \((\S+) to ([-\d.]+)", said)
    assert [name for name, *_ in told] == order[1:]
    for name, share, mean, low, high in told:
        more = by[name] - by[order[0]]
        assert float(share) == pytest.approx(100 * (more > 0).mean(), abs=0.51)
        assert float(mean) == pytest.approx(more.mean(), abs=0.06)
        apart = float(low) > 0 or float(high) < 0
        assert apart or f"{high}; not told apart" in said


def answered(opened: dict[str, Any], result: Result, patch: pytest.MonkeyPatch) -> str:
    """The answer, without moving numbers one by one, which lives people."""

    def refused(*_: object) -> None:
        raise InputError("nothing can be moved")

    patch.setitem(opened["answer"].__globals__, "assumed_alone", refused)
    return " ".join(opened["answer"](result).split())


def test_the_answer_says_what_decides_and_what_it_is_worth_to_a_year(
    drawn: Result, opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answered(opened, drawn, monkeypatch)
    assert "Assumptions were not moved: nothing can be moved." in said
    assert "Worth most to know: relief_share | rfa: " in said
    assert "Of a trial that counts days alive with worst pain below 4" in said
    assert all(f"n = {n} an arm: " in said for n in how_sure.SIZES)
    perfect = drawn.value_of_information(rate=1.0).stakes.perfect.value
    share = drawn.trigger_set_people / drawn.scenario.population.people_per_year
    people = share * Population.united_states(2010).people_per_year
    assert f"A year of {people:,.0f} people in the United States" in said
    assert f"knowing everything {people * perfect:,.0f}" in said
    assert "nan" not in said


def test_few_draws_say_how_sure_and_that_no_study_can_be_told(
    opened: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answered(opened, made_up(40), monkeypatch)
    assert "40 draws; differences are means a person with 95% intervals" in said
    assert "takes 200 draws, and there are 40." in said
    assert "A year of " in said
    assert "nan" not in said


@pytest.mark.parametrize(
    ("draws", "people", "names", "words"),
    [
        (0, 2_000, ["usual_care", "ebrt_8gy1"], "nothing is sure of 0 draws"),
        (3, 2_000, ["usual_care", "ebrt_8gy1"], "nothing is sure of 3 draws"),
        (0, 2_000, ["usual_care"], "it takes two strategies that give care"),
        (0, 2_000, ["usual_care", "none"], "it takes two strategies that give care"),
        (0, 2, ["usual_care", "ebrt_8gy1"], "nobody is in the trigger set"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    opened: dict[str, Any], draws: int, people: int, names: list[str], words: str
) -> None:
    scenario: Scenario = opened["scenario"]
    options = {"draws": draws, "strategies": names}
    small = scenario.with_options(population=scenario.population.scaled(people), **options)
    said = opened["answer"](small.run())
    assert words in said
    assert said.startswith("No answer: ")
    assert said.count(".") == 1


class _Found:
    """Values of information that are made up."""

    def __init__(self, values: list[tuple[str, float, bool]], people: float = 1_000.0) -> None:
        rows = [
            {
                "kind": "group",
                "name": name,
                "label": name,
                "n": 0,
                "value": value,
                "standard_error": 0.1,
                "floor": 0.2,
                "told_apart": told,
                "population_value": people * value,
            }
            for name, value, told in values
        ]
        self.table = pd.DataFrame(rows)
        self.people = PeopleServed(people, years=1)
        self.net_benefit = net_benefit_at(1.0)

    def of(self, kind: str) -> pd.DataFrame:
        return self.table[self.table["kind"] == kind]


def test_as_many_as_chance_brings_are_not_told_apart() -> None:
    noise = [(f"study {i}", 0.3 if i == 0 else 0.1, i == 0) for i in range(40)]
    said = how_sure.most_worth_words(_Found(noise), "group", "studies")  # type: ignore[arg-type]
    assert "1 of 40 studies are above their noise floor" in said
    assert "none is told apart from noise" in said
    none = [(name, value, False) for name, value, _ in noise]
    said = how_sure.most_worth_words(_Found(none), "group", "studies")  # type: ignore[arg-type]
    assert said == "In days of relief, none of 40 studies is told apart from noise."
    some = [(name, 0.9, i < 5) for i, (name, _, _) in enumerate(noise)]
    said = how_sure.most_worth_words(_Found(some), "group", "studies")  # type: ignore[arg-type]
    assert "Worth most to know: study 0: 0.900 days of relief a person" in said


def test_orders_turn_only_where_few_people_let_it_be_told() -> None:
    base = {"grade": "assumed", "leader": "a", "leader_at_low": "a", "leader_at_high": "b"}
    rows = pd.DataFrame(
        [
            {**base, "parameter": "clear", "moves": 3.0, "moves_se": 1.0},
            {**base, "parameter": "luck", "moves": 1.0, "moves_se": 1.0},
        ]
    )
    other = rows.assign(measure="delay_days", strategy="b", against="a", base=1.0)
    other = other.assign(at_low=[1.0, 1.0], at_high=[2.0, -0.5])

    class Moved:
        wanted = (0, 1)

        def of(self, table: str, ask: int) -> pd.DataFrame:
            assert table == "tornado"
            return (rows, other)[ask]

    said = how_sure.assumed_words(Moved())  # type: ignore[arg-type]
    assert "1 (clear) makes another strategy than a lead" in said
    assert "none makes b have less of delay_days than a" in said
