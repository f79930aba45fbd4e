"""An analysis of sensitivity as text: what moves most, and which study would measure it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.counting.measures import words_of
from sim.tables.layout import table_text
from sim.uncertainty.asked import RANKING, Asked
from sim.uncertainty.movable import OWN
from sim.uncertainty.moved import Moved, records_of

_ALL_GRADES = 4
_ERRORS = 2.0
"""Standard errors beyond which a lead, of few people, is told from none."""


def sensitivity_text(found: Moved, most: int) -> str:
    """Tables of the numbers and groups that move most, so many rows each."""
    scenario, design = found.scenario, found.design
    which = (
        "numbers that are not certain"
        if len(design.grades) == _ALL_GRADES
        else f"numbers graded {' or '.join(design.grades)}"
    )
    n = len(found.of("tornado", found.wanted[0]))
    parts = [
        f"{scenario.name}: {n:,} {which}; {design.people:,} people and the same luck at each "
        f"point, {found.lives:,} lives; seed {scenario.seed}"
    ]
    for ask in found.wanted:
        parts += ["", tornado_text(found, ask, most)]
        if not found.sobol.empty:
            parts += ["", groups_text(found, ask, most)]
    return "\n".join(parts)


def three_digits(value: float) -> str:
    """A number with three digits that count.

    Examples
    --------
    >>> three_digits(0.12345), three_digits(1234.5)
    ('0.123', '1,234')
    """
    return f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:.3g}"


def in_its_unit(value: float) -> str:
    """A number of days or people, with one decimal, two if it is small."""
    return f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:.{1 if abs(value) >= 10 else 2}f}"


def tornado_text(found: Moved, ask: Asked, most: int) -> str:
    """The numbers that move one thing asked most, each alone."""
    table = found.of("tornado", ask)
    still = int((table["moves"] == 0.0).sum())
    shown = table[table["moves"] > 0.0].head(most)
    head = [
        *("parameter", "grade", "study", "low", "value", "high"),
        *("at low", "at high", "moves", "(se)"),
    ]
    rows = [
        [
            *(row.parameter, row.grade, row.study.removeprefix(f"{OWN}: ")),
            *map(three_digits, (row.low, row.value, row.high)),
            *map(in_its_unit, (row.at_low, row.at_high, row.moves)),
            f"({in_its_unit(row.moves_se)})",
        ]
        for row in records_of(shown)
    ]
    if ask.measure == RANKING:
        head.append("another leads")
        for cells, row in zip(rows, records_of(shown), strict=True):
            cells.append(_other_leaders(row))
    base = float(table["base"].iloc[0])
    unit = f" {ask.unit}" if ask.unit else ""
    rest = table["moves"].iloc[len(shown) :].max() if len(table) > len(shown) else 0.0
    lines = [
        f"{ask.words(found.scenario)}: {in_its_unit(base)}{unit} at the point estimate"
        f"{_leader_words(found, ask, table)}. Each number alone at the ends of its 95% range:",
        table_text(head, rows, left=(0, 1, 2, 10)),
        f"{_people_words(table)}{still:,} of {len(table):,} numbers change nothing here; others "
        f"that are not shown move it by {in_its_unit(float(rest))} at most. (se): standard error, "
        "as few people are lived.",
    ]
    return "\n".join(lines)


def _people_words(table: pd.DataFrame) -> str:
    """How many people the first rows were lived with, if they were lived again with more."""
    people = table["people"].to_numpy()
    again = int((people == people[0]).sum())
    return "" if again == len(table) else f"The first {again:,} are moved by {people[0]:,} people; "


def _other_leaders(row: Any) -> str:
    """Who leads instead at an end, where that is told from the error of the people."""
    ends = {
        "low": (row.leader_at_low, row.at_low, row.at_low_se),
        "high": (row.leader_at_high, row.at_high, row.at_high_se),
    }
    others = [
        f"{name} at {end}"
        for end, (name, lead, error) in ends.items()
        if name != row.leader and lead < -_ERRORS * error
    ]
    return ", ".join(others)


def _leader_words(found: Moved, ask: Asked, table: pd.DataFrame) -> str:
    """The error of the lead, who leads, and how many numbers make another lead for sure."""
    if ask.measure != RANKING:
        return ""
    first = table.iloc[0]
    changed = sum(bool(_other_leaders(row)) for row in records_of(table))
    leader = found.scenario.label(str(first["leader"]))
    told = "" if first["base"] > _ERRORS * first["base_se"] else ", not told apart from the next"
    return (
        f" (se {in_its_unit(float(first['base_se']))}), where {leader} leads{told}; {changed} of "
        f"{len(table):,} numbers change that by more than {_ERRORS:g} standard errors"
    )


def groups_text(found: Moved, ask: Asked, most: int) -> str:
    """Shares of variance of one thing asked, by group, and of single numbers."""
    table = found.of("sobol", ask)
    nothing = (table["total"] == 0.0) & (table["first"] == 0.0)
    rows = [
        [
            *(row.label, int(row.parameters)),
            *(_percent(x) for x in (row.first, row.first_se, row.total, row.total_se)),
            _percent(row.of_people),
        ]
        for row in records_of(table[~nothing].head(most))
    ]
    head = ("group", "numbers", "first", "(se)", "total", "(se)", "of people")
    sd, joint = (in_its_unit(float(table[of].iloc[0])) for of in ("sd", "sd_joint"))
    n = found.design.samples
    what = "the lead" if ask.measure == RANKING else words_of(ask.measure)
    lines = [
        f"Percent of the variance of {what} (sd {sd} {ask.unit}) over 2 x {n:,} draws of "
        f"independent groups, by what one study would measure; sd {joint} over joint draws:",
        table_text(head, rows),
        "first: what would go, on average, if the group were known; total: what would be left if "
        "all others were. A group that changes no life has exactly 0: "
        f"{int(nothing.sum())} of {len(table)}. 'of people': what few people add to total, and "
        "what is taken out of it. " + _joint_words(found),
    ]
    single = found.of("single", ask)
    clear = single[single["first"] > single["floor"]].head(most)
    floor = _percent(float(single["floor"].iloc[0]))
    told = "; ".join(f"{row.parameter} {_percent(row.first)}" for row in records_of(clear))
    lines.append(
        f"Single numbers, first-order share in percent by regression: {told or 'none'}; the "
        f"largest of as many useless numbers reaches {floor}."
    )
    return "\n".join(lines)


def _joint_words(found: Moved) -> str:
    if found.design.by_study:
        return (
            "What was fitted together, or put together from published arms, is parted by study, "
            "each part drawn apart from the others."
        )
    return "What was fitted together is one group, drawn apart from what it was fitted with."


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f}".replace("-0.0", "0.0")
