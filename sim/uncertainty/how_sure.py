"""How sure an order of strategies is, which assumption and study it hangs on, and what for: words.

Nothing is told apart whose interval holds zero, and no information is called worth anything that is
not above its noise floor. Of many useless numbers one in twenty passes its floor; how many that
would be is said beside how many do.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sim.counting.measures import words_of
from sim.economics.exchange import net_benefit_at
from sim.evidence.mistakes import InputError
from sim.tables.answer import RELIEF
from sim.tables.by_draw import by_draw
from sim.tables.incremental import incremental
from sim.tables.intervals import FEWEST_DRAWS
from sim.tables.layout import listed
from sim.tables.leading import gap_of
from sim.tables.run_tables import RunTables
from sim.uncertainty.asked import RANKING
from sim.uncertainty.drawn import DrawnParameters
from sim.uncertainty.information import FEWEST_FOR_PARTIAL, PartialInformation
from sim.uncertainty.people_served import PeopleServed
from sim.uncertainty.planned_study import PlannedStudy
from sim.uncertainty.sensitivity import Sensitivity, sensitivity
from sim.uncertainty.sensitivity_design import SensitivityDesign
from sim.uncertainty.value_of_information import (
    ValueOfInformation,
    study_rows,
    value_of_information,
)
from sim.uncertainty.value_text import amount_words

SIZES = (50, 200, 800)
"""People in a study."""
_NAMED = 3
"""Numbers and studies that are named at most."""
_USELESS = 0.05
"""Share of useless numbers that are above their noise floor."""
_TWO_SIDED_95 = 1.96


def why_not(result: RunTables, measures: Sequence[str]) -> str:
    """Why nothing can be said of how sure an order is, in a sentence; empty if something can."""
    draws = int(result.run["scenario"]["draws"])
    if not result.trigger_set_people:
        return "No answer: nobody is in the trigger set."
    if len(by_draw(result, measures[0]).columns) < 2:
        return "No answer: it takes two strategies that give care."
    if draws < FEWEST_DRAWS:
        return (
            f"No answer: nothing is sure of {draws} draws; an order takes {FEWEST_DRAWS}, and what "
            f"an assumption or a study is worth {FEWEST_FOR_PARTIAL}."
        )
    if not all(np.isfinite(by_draw(result, name).to_numpy(float)).all() for name in measures):
        return "No answer: in some draw nobody is in the trigger set; it takes more people a draw."
    return ""


def by_rising(result: RunTables, measure: str) -> list[str]:
    """Strategies, from the least of a measure on average to the most."""
    return [str(name) for name in by_draw(result, measure).mean().sort_values().index]


def less_words(result: RunTables, measure: str, order: Sequence[str]) -> str:
    """In which share of draws the first strategy has less of a measure than each other one."""
    values, first = by_draw(result, measure), order[0]
    told = []
    for other in order[1:]:
        gap = gap_of((values[other] - values[first]).to_numpy(float))
        share = 100.0 * float((values[first] < values[other]).mean())
        apart = "" if gap.told_apart else "; not told apart"
        told.append(
            f"{other} in {share:.0f}% of draws, by {gap.mean:.1f} days ({gap.low:.1f} to "
            f"{gap.high:.1f}{apart})"
        )
    return (
        f"{measure}: {first} has less than {listed(told)}. {len(values)} draws; differences are "
        "means a person with 95% intervals."
    )


def leader_words(found: ValueOfInformation) -> str:
    """Which strategy has the most net benefit, and what choosing it loses on average."""
    stakes, worth = found.stakes, found.net_benefit
    best, table = stakes.best, stakes.benefit
    alike = [
        str(name)
        for name in table.columns
        if name != best and not gap_of((table[best] - table[name]).to_numpy(float)).told_apart
    ]
    told = f"not told apart from {listed(alike)}" if alike else "told apart from all others"
    perfect, luck = stakes.perfect, found.luck.adds
    words = (
        f"Net benefit, {worth.gain_worth:,.0f} times {worth.gain} less {worth.burden_worth:g} "
        f"times {worth.burden}: {best} leads in {100 * stakes.probability_best[best]:.0f}% of "
        f"draws, {told}. To choose it loses {amount_words(perfect.value)} {worth.unit} a person on "
        f"average (se {amount_words(perfect.standard_error)})"
    )
    if luck == luck and perfect.value > 0.0:
        most = "" if found.luck.measured else "at most "
        share = min(100.0 * luck / perfect.value, 100.0)
        words += f", of which {most}{share:.0f}% is luck of the people in each draw"
    return f"{words}."


def assumed_alone(
    result: RunTables, order: Sequence[str], measure: str, rate: float, people: int
) -> Sensitivity:
    """The assumed numbers, each moved alone: the ranking, and a measure of the first two.

    Raises
    ------
    InputError
        If nothing can be moved so.
    """
    design = SensitivityDesign(
        measures=(RANKING, measure),
        strategy=order[1],
        against=order[0],
        relief_per_day_lost=rate,
        people=people,
        again=5,
        samples=0,
        grades=("assumed",),
    )
    return sensitivity(result.scenario, design)


def assumed_words(found: Sensitivity) -> str:
    """Which assumed numbers turn an order at an end of their ranges, and what moves most."""
    ranking, other = (found.of("tornado", ask) for ask in found.wanted)
    measure, first, second = other["measure"][0], other["against"][0], other["strategy"][0]
    leads = ranking[["leader_at_low", "leader_at_high"]].ne(ranking["leader"], axis=0).any(axis=1)
    turns = other[["at_low", "at_high"]].mul(other["base"], axis=0).lt(0.0).any(axis=1)
    return (
        f"Assumptions: of {len(ranking):,} assumed numbers, each moved alone over its 95% range, "
        f"{_named(ranking[leads & _clear(ranking)])} another strategy than "
        f"{ranking['leader'][0]} lead in days of relief less days of therapy lost, and "
        f"{_named(other[turns & _clear(other)])} {second} have less of {measure} than {first}. "
        f"Most moved are {_most(ranking, 'the lead')}, and {_most(other, 'the difference')}."
    )


def _clear(table: pd.DataFrame) -> pd.Series[bool]:
    return table["moves"] > _TWO_SIDED_95 * table["moves_se"]


def _named(table: pd.DataFrame) -> str:
    names = list(table["parameter"][:_NAMED])
    if not names:
        return "none makes"
    more = "" if len(table) == len(names) else " and others"
    return f"{len(table)} ({'; '.join(names)}{more}) make{'s' if len(table) == 1 else ''}"


def _most(table: pd.DataFrame, what: str) -> str:
    row: Any = table.iloc[0]
    return f"{what}, by {row['moves']:.1f} (se {row['moves_se']:.1f}) days by {row['parameter']}"


def most_worth_words(found: ValueOfInformation, kind: str, what: str) -> str:
    """Which parameters, or studies, it would be worth to know of, above their noise floor."""
    table, unit = found.of(kind), found.net_benefit.unit
    if table.empty:
        return (
            f"What one of the {what} is worth takes {FEWEST_FOR_PARTIAL} draws, and there are "
            f"{found.stakes.draws}."
        )
    told = table[table["told_apart"]]
    if told.empty:
        return f"In {unit}, none of {len(table):,} {what} is told apart from noise."
    named = [
        f"{row['label']}: {amount_words(row['value'])} {unit} a person (se "
        f"{amount_words(row['standard_error'])}, noise floor {amount_words(row['floor'])})"
        for row in told.head(_NAMED).to_dict("records")
    ]
    by_chance = _USELESS * len(table)
    words = (
        f"In {unit}, {len(told)} of {len(table):,} {what} are above their noise floor, where "
        f"useless ones alone would bring up to {by_chance:.0f}"
    )
    if len(told) <= by_chance:
        return f"{words}: none is told apart from noise; the largest is {named[0]}."
    return f"{words}. Worth most to know: {'; '.join(named)}."


def study_next(
    result: RunTables, found: ValueOfInformation, measure: str = RELIEF
) -> ValueOfInformation:
    """The value by size of the study that is worth most, or of a trial of the strategies.

    A study that sees shares and rates alone is read as it is. If it sees other numbers too, whose
    spread over people is not known, or if no study is told apart from noise, the one that is asked
    of is a trial with an arm a strategy, in which a measure is counted.
    """
    table = found.of("group")
    drawn = DrawnParameters.of(result.parameters, list(found.stakes.benefit.index))
    knowing = PartialInformation(found.stakes, found.shuffles)
    for name in table["name"][table["told_apart"]][:1]:
        with suppress(InputError):  # it sees a number whose spread over people is not known
            rows = study_rows(result, PlannedStudy(name, SIZES), drawn, knowing)
            return replace(found, rows=(*found.rows, *rows))
    rows = study_rows(result, PlannedStudy(measure, SIZES), drawn, knowing)
    return replace(found, rows=(*found.rows, *rows))


def by_size_words(found: ValueOfInformation) -> str:
    """What a study would be worth by its size."""
    table, unit = found.of("study"), found.net_benefit.unit
    label = str(table["label"][0])
    trial = label not in set(found.of("group")["label"])
    name = f"a trial that counts {words_of(label)} in an arm a strategy" if trial else label
    sizes = [
        f"n = {row['n']:,}{' an arm' if trial else ''}: "
        + (
            f"{amount_words(row['value'])} (se {amount_words(row['standard_error'])})"
            if row["told_apart"]
            else "not told from 0"
        )
        for row in table.to_dict("records")
    ]
    floor = amount_words(float(table["floor"][0]))
    return f"Of {name}, in {unit} a person, noise floor {floor}: {'; '.join(sizes)}."


def a_year_words(found: ValueOfInformation) -> str:
    """What knowing everything, and the study, would be worth to a year's people."""
    if found.people is None:
        return ""
    unit, rows = found.net_benefit.unit, found.table
    told = []
    for row in rows[rows["kind"].isin(("perfect", "study"))].to_dict("records"):
        what = f"the study of {row['n']:,}" if row["n"] else "knowing everything"
        value = amount_words(row["population_value"])
        told.append(f"{what} {value if row['told_apart'] else 'not told from 0'}")
    return (
        f"A year of {found.people.a_year:,.0f} people in the United States, in {unit}: "
        f"{listed(told)}. Values of a study are before its cost."
    )


def prices_words(result: RunTables, burden: str = "cost") -> str:
    """Which differences in cost rest on unlike kinds of price, so that none is a finding."""
    table = incremental(result, burden, compared_with="reference")
    unlike = [str(name) for name in table["strategy"][table["unlike_prices"].eq(True)]]
    if not unlike:
        return ""
    return (
        f"Money is to be read with care: against {result.run['strategies'][0]}, the cost of "
        f"{listed(unlike)} differs by fees, episode payments or charges, which are unlike kinds of "
        "price; which strategy leads in money, and what a study is worth in it, is no finding."
    )


def how_sure(
    result: RunTables, delays: Sequence[str], found: Sequence[ValueOfInformation], alone: str
) -> list[str]:
    """All of it as paragraphs, of values of information in days and then in money.

    Parameters
    ----------
    result : RunTables
    delays : sequence of str
        Measures of delay; the first says whose delay is asked about.
    found : sequence of ValueOfInformation
        The first of them says which study is next.
    alone : str
        What is said of assumed numbers moved alone.
    """
    order = by_rising(result, delays[0])
    days = found[0]
    parts = [less_words(result, measure, order) for measure in delays]
    parts += [leader_words(one) for one in found]
    parts += [alone, most_worth_words(days, "parameter", "parameters")]
    parts += [most_worth_words(days, "group", "studies")] if days.shuffles else []
    planned = [study_next(result, one) for one in found] if days.shuffles else found
    for one in planned:
        parts += [by_size_words(one)] if days.shuffles else []
        parts.append(a_year_words(one))
    return [*parts, prices_words(result)]


def values_of(
    result: RunTables, rate: float, per_qaly: float, people: PeopleServed
) -> list[ValueOfInformation]:
    """Values of information in days of relief and in money."""
    return [
        value_of_information(result, net_benefit_at(rate, None), people=people),
        value_of_information(result, net_benefit_at(None, per_qaly), people=people),
    ]
