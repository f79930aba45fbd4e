"""What a run prints with several strategies: counts once, care side by side.

Room: tables.
"""

from __future__ import annotations

import re

import pytest

from sim import Population, Result, Scenario, strategy
from sim.tables.reconciliation import reconciliation
from sim.tables.text import (
    care_table,
    differences_table,
    number,
    quartiles_text,
    summary_text,
    table_text,
)

NAMES = [
    "usual_care",
    *(f"usual_care(post_hold_days={hold})" for hold in range(17)),
    "none",
]


@pytest.fixture(scope="module")
def several() -> Result:
    small = Population.united_states(2010).scaled(3_000)
    holds = [strategy("usual_care", post_hold_days=hold) for hold in range(17)]
    return Scenario(
        name="several", population=small, strategies=["usual_care", *holds, "none"]
    ).run()


def test_the_heading_says_who_is_counted_and_what_intervals_are(several: Result) -> None:
    told = summary_text(several).splitlines()[:2]
    assert told[0].endswith("in 2010; people diagnosed in 2010, followed to death")
    assert "; point estimate; seed 1; " in told[1]


def test_counts_stand_once_and_care_in_blocks_of_six_columns(several: Result) -> None:
    lines = summary_text(several).splitlines()
    assert sum(line.startswith("new_spinal_metastasis ") for line in lines) == 1
    headers = [i for i, line in enumerate(lines) if line.startswith("measure")]
    assert lines[headers[0]].split()[:3] == ["measure", "unit", "mean"]
    blocks = [columns_of(lines[start:]) for start in headers[1:]]
    assert [len(block) for block in blocks] == [6, 6, 6]
    assert all(block[0] == "usual_care" for block in blocks)
    assert [name for block in blocks for name in block[1:]] == [
        f"usual care, {hold} day{'s'[: hold != 1]} of hold after a course" for hold in range(15)
    ]
    assert "3 more strategies are in summary.csv." in lines
    assert sum(line.startswith("delay_days ") for line in lines) == len(blocks)
    assert f"the {several.trigger_set_people:,} people whose first trigger" in "".join(lines)
    assert "under usual_care, within a year of the first trigger; the same" in "".join(lines)


def columns_of(lines: list[str]) -> list[str]:
    """Names of strategies above a table, whose lines are joined."""
    rule = next(i for i, line in enumerate(lines) if line.startswith("---"))
    ends = [(m.start(), m.end()) for m in re.finditer("-+", lines[rule])][2:]
    return [" ".join(line[a:b].strip() for line in lines[:rule]).strip() for a, b in ends]


def test_one_strategy_alone_is_printed_as_one_table() -> None:
    small = Population.united_states(2010).scaled(500)
    text = summary_text(Scenario(name="one", population=small).run())
    assert "Side by side" not in text
    assert text.count("delay_days ") == 1


def test_the_numbers_side_by_side_are_those_of_the_summary(several: Result) -> None:
    rows = care_table(several, ["delay_days", "days_alive"], NAMES[:2]).splitlines()
    assert rows[0].split() == [
        *("strategy", "evidence", "delay_days", "days_alive", "courses_per_person")
    ]
    for name, row in zip(NAMES[:2], rows[2:4], strict=True):
        mine = several.summary[several.summary["strategy"] == name].set_index("measure")
        shown = [
            f"{mine.loc[m, 'mean']:.1f}; {quartiles_text(mine.loc[m].to_dict())}"
            for m in ("delay_days", "days_alive")
        ]
        courses = f"{mine.loc['courses_per_person', 'mean']:.2f}"
        said = several.scenario.called(name)
        assert re.split("  +", row) == [said, "mixed", *shown, courses]


def test_days_are_printed_with_median_and_quartiles(several: Result) -> None:
    assert quartiles_text({"median": 12.04, "p25": 0.0, "p75": 1250.4}) == "12.0 (0.0 to 1,250)"
    assert quartiles_text({"median": None, "p25": None, "p75": None}) == ""
    lines = summary_text(several).splitlines()
    row = next(i for i, line in enumerate(lines) if line.startswith("days_alive "))
    assert "median (quartiles)" in lines[row + 1]
    assert any(line.startswith("pain_days_per_person ") and " to " in line for line in lines)


def test_care_that_is_not_given_leaves_its_cell_empty(several: Result) -> None:
    assert care_table(several, ["delay_days"], ["none"]).splitlines()[-1] == "none"
    assert differences_table(several, ["delay_days"], ["usual_care"]).count("\n") == 2


def test_counts_are_of_people_or_events_and_whole() -> None:
    assert number(1234.5, "people a year") == "1,234"
    assert number(99.6, "episodes a year") == "100"
    assert number(0.567, "fractures") == "0.57"
    assert number(12.34, "days") == "12.3"
    assert number(None, "days") == number(float("nan"), "days") == ""


def test_a_table_aligns_words_to_the_left_and_numbers_to_the_right() -> None:
    text = table_text(("a", "bb", "c"), [["x", 1_000, "y"], ["long", 2.0, None]], left=(0, 2))
    assert text.splitlines() == [
        "a        bb  c",
        "----  -----  -",
        "x     1,000  y",
        "long    2.0",
    ]


def test_published_numbers_stand_beside_the_reference_and_every_primary_only() -> None:
    small = Population.united_states(2010).scaled(2_000)
    both = Scenario(
        name="both", population=small, view="calendar", strategies=["usual_care", "none"]
    )
    alone = both.with_options(strategies=["usual_care"]).run()
    with_another = reconciliation(both.run())
    assert with_another["mean"].tolist() == reconciliation(alone)["mean"].tolist()
    lung = both.with_options(population=small.only("lung"), view="cohort").run()
    assert not lung.summary["published"].any()
