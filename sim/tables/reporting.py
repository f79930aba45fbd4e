"""The checklist CHEERS 2022 for a run: what it answers, where, and what its authors must add.

Husereau et al., Value in Health 25 (2022), 3-9. A run is not a report: what only people can say is
left to them.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from sim.evidence.rows import FOLDER, Row, read_rows
from sim.tables.alternatives import Alternatives, every_choice, in_money
from sim.tables.exchange_words import currency, measure_words
from sim.tables.intervals import interval_words
from sim.tables.layout import listed
from sim.tables.outcome_words import horizon_words, whose_words
from sim.tables.run_tables import RunTables

YES, PART, NO = "yes", "in part", "no"
"""Whether a run answers an item."""
COLUMNS_OF_REPORTING = {
    "item": "Number of the item in CHEERS 2022.",
    "topic": "What the item is called.",
    "asks": "What it asks for, in short.",
    "answered": "Whether the run answers it: yes, in part, or no.",
    "answer": "What the run says, or what its authors must add.",
    "where": "Files and commands that hold more.",
}
_AUTHORS = "Not of a run: its authors say so."


class Item(Row):
    """One item of the checklist."""

    unique = ("item",)

    item: int
    topic: str
    asks: str


class Reply(NamedTuple):
    """What a run says of an item, whether that is all, and where there is more."""

    answered: str
    answer: str
    where: str = ""


def reporting(tables: RunTables) -> pd.DataFrame:
    """The checklist, a row an item; empty where there is nothing to choose between.

    Returns
    -------
    pandas.DataFrame
        `item, topic, asks, answered, answer, where`.
    """
    choices = every_choice(tables)
    rows = []
    if choices:
        answers = _of_study(tables, choices) | _of_money(tables, choices) | _of_doubt(choices[0])
        for item in read_rows(FOLDER / "cheers.csv", Item).values():
            answer = answers.get(item.item, Reply(NO, _AUTHORS))
            rows.append({**item.model_dump(), **answer._asdict()})
    return pd.DataFrame(rows, columns=list(COLUMNS_OF_REPORTING))


def _of_study(tables: RunTables, choices: list[Alternatives]) -> dict[int, Reply]:
    """Answers on people, strategies, horizon, outcomes and model, by item."""
    run = tables.run
    names = listed([tables.scenario.called(name) for name in choices[0].names])
    people = f"{tables.trigger_set_people:,} {whose_words(run)}"
    where = run["scenario"]["population"]
    years = "-".join(str(year) for year in dict.fromkeys(run["scenario"]["years"]))
    access = "finite" if tables.capacity is not None else "at published waits"
    horizon = horizon_words(run)
    exchanges = [found.exchange for found in choices]
    sides = [measure_words(m) for one in exchanges for m in (one.gain, one.burden)]
    outcomes = listed(list(dict.fromkeys(sides)))
    model = "A simulation of single people in continuous time, the same under every strategy"
    checked = "Calibrated to published outcomes, and checked against some that were not fitted."
    inputs = "Every parameter with unit, distribution, source and grade; many are assumed."
    return {
        1: Reply(PART, f"Compared: {names}.", "run.json"),
        5: Reply(YES, f"{people}, of {where}.", "summary.csv; people/ with --microdata"),
        6: Reply(PART, f"{where}, {years}; access {access}.", "run.json"),
        7: Reply(PART, f"{names}. Why these, its authors say.", "spinemets explain NAME"),
        9: Reply(YES, f"{_first_upper(horizon)}; --horizon sets another.", "run.json"),
        11: Reply(YES, f"{_first_upper(outcomes)}.", "incremental.csv; compare.csv"),
        12: Reply(YES, "Simulated life by life, in continuous time.", "spinemets explain NAME"),
        16: Reply(YES, f"{model}; open source, version {run['version']}.", "README.md; run.json"),
        17: Reply(YES, checked, "spinemets calibrate --rounds 0; spinemets validate"),
        18: Reply(PART, "By primary and by subgroup, in the same people.", "compare.csv"),
        19: Reply(NO, "Nobody's outcomes are weighted; income and origin are not simulated."),
        22: Reply(YES, inputs, "parameters.parquet; spinemets explain NAME"),
        23: Reply(YES, "Means, differences, dominance, ratios of means.", "incremental.csv"),
        26: Reply(PART, "Limits of the model; what they mean, its authors say.", "README.md"),
    }


def _of_money(tables: RunTables, choices: list[Alternatives]) -> dict[int, Reply]:
    """Answers on perspective, discounting, utility and prices, by item."""
    run = tables.run
    if not any(in_money(found.exchange) for found in choices):
        return dict.fromkeys((8, 10, 13, 14, 15), Reply(NO, "The run counts no money."))
    perspective, rate = run.get("perspective", "payer"), run.get("discount_rate")
    discount = "not told" if rate is None else f"{100.0 * rate:g}% a year"
    utility = "By worst pain, times walking or performance; published utilities, in part assumed."
    costs = (
        "Courses, stays, drugs, systemic therapy and the end of life, as simulated, at published "
        "or assumed prices. Kinds of price are unlike: ratios across them bear a mark."
    )
    return {
        8: Reply(PART, f"{_first_upper(perspective)}. Why, its authors say.", "run.json"),
        10: Reply(PART, f"{discount}, of costs and QALYs. Why, its authors say.", "run.json"),
        13: Reply(PART, utility, "spinemets explain qaly"),
        14: Reply(YES, costs, "prices.csv; spinemets explain cost"),
        15: Reply(YES, f"{currency(tables)}, by one index of medical care.", "prices.csv"),
    }


def _of_doubt(found: Alternatives) -> dict[int, Reply]:
    """Answers on uncertainty, by item."""
    if not found.known:
        return dict.fromkeys((20, 24), Reply(NO, f"Not told: {found.too_few}.", "--draws 40"))
    draws = f"Joint draws of all parameters, {interval_words('parameter draws', len(found.gain))}."
    effect = (
        "Probability of being best and expected loss over rates of exchange. Other horizons and "
        "discount rates are runs of their own."
    )
    pictures = "net_benefit.csv; acceptability.png; expected_loss.png"
    return {20: Reply(YES, draws, "parameters.parquet"), 24: Reply(PART, effect, pictures)}


def _first_upper(words: str) -> str:
    return words[:1].upper() + words[1:]
