"""What moves an answer, told on a page: each number alone, and groups of them."""

from __future__ import annotations

from statistics import NormalDist
from typing import Any

import numpy as np
from markupsafe import Markup

from sim.pages.canvas import PageFigure
from sim.pages.interval_rows import number_words
from sim.pages.page_table import Cell, PageColumn, PageTable
from sim.pages.prose import anchor_of, link, paragraph, subheading
from sim.pages.tornado_rows import TornadoRow, draw_tornado_rows
from sim.plots.care_samples import first_upper
from sim.tables.intervals import NORMAL_95
from sim.tables.layout import listed
from sim.uncertainty.asked import RANKING, Asked
from sim.uncertainty.moved import Moved, records_of

_DRAWN, _TABLED, _GROUPS = 10, 25, 10
_NAMED = 3


def asked_words(found: Moved, ask: Asked) -> str:
    """What is asked, as the subject of a sentence."""
    return ask.words(found.scenario)


def moving_rows(found: Moved, ask: Asked) -> list[Any]:
    """Numbers that move one thing asked by more than chance explains, the most first.

    With 5% for all of them together, as there are many.
    """
    rows = records_of(found.of("tornado", ask))
    uncertain = max(sum(row.moves_se > 0.0 for row in rows), 1)
    errors = NormalDist().inv_cdf(1.0 - 0.025 / uncertain)
    return [row for row in rows if row.moves > errors * row.moves_se > 0.0]


def plain_parameter(said: str) -> str:
    """A parameter as a sentence has it.

    Examples
    --------
    >>> plain_parameter("therapy_share | lung")
    'therapy share (lung)'
    """
    name, _, strata = said.partition(" | ")
    words = name.replace("_", " ")
    return f"{words} ({strata})" if strata else words


def moved_title(found: Moved) -> str:
    """The question in a line."""
    return f"What does the answer of {found.scenario.name} hang on?"


def moved_question(found: Moved) -> list[Markup]:
    """What was asked, and how it was looked at."""
    design = found.design
    told = listed([asked_words(found, ask) for ask in found.wanted])
    grades = "" if len(design.grades) > 3 else f" graded {' or '.join(design.grades)}"
    return [
        paragraph(f"Which of the uncertain numbers behind the model move this most: {told}?"),
        paragraph(
            f"Each number{grades} was moved alone from the low to the high end of its 95% range, "
            f"the others as they are, and the same {design.people:,} people were lived again with "
            "the same luck. The numbers that moved the answer most were moved again with more "
            "people."
        ),
    ]


def moved_answer(found: Moved) -> list[Markup]:
    """What moves each thing asked most, and how sure that is."""
    return [
        *(paragraph(_answer(found, ask), "answer") for ask in found.wanted),
        paragraph(
            "How sure: the number behind ± is 1.96 standard errors, as few people are lived. A "
            "number is named here only if it moves the answer by more than chance would explain "
            "in any of so many numbers; more people find more of them."
        ),
    ]


def _answer(found: Moved, ask: Asked) -> str:
    table = found.of("tornado", ask)
    base = float(table["base"].iloc[0])
    what = first_upper(asked_words(found, ask))
    rows = moving_rows(found, ask)
    start = f"{what}: {number_words(base, 1)} {ask.unit} at the best estimates."
    if not rows:
        return f"{start} None of {len(table):,} numbers moves it by more than chance explains."
    named = listed([f"{plain_parameter(row.parameter)} by {_by(row)}" for row in rows[:_NAMED]])
    move = "moves" if len(rows) == 1 else "move"
    told = f"{start} {len(rows)} of {len(table):,} numbers {move} it by more than chance explains; "
    told += f"the most is moved by {named}."
    assumed = sum(row.grade == "assumed" for row in rows)
    if assumed:
        told += f" {assumed} of them {'is' if assumed == 1 else 'are'} assumed: no source says it."
    if ask.measure == RANKING:
        turned = [r for r in rows if {r.leader_at_low, r.leader_at_high} != {r.leader}]
        leader = found.scenario.label(str(table["leader"].iloc[0]))
        told += (
            f" {first_upper(leader)} leads; {len(turned)} of these numbers make another strategy "
            "lead at an end of their range."
        )
    return told


def _by(row: Any) -> str:
    return f"{number_words(row.moves, 1)} ± {number_words(NORMAL_95 * row.moves_se, 1)}"


def moved_figures(found: Moved) -> list[Markup]:
    """A tornado of each thing asked."""
    return [_tornado(found, ask).html() for ask in found.wanted]


def _tornado(found: Moved, ask: Asked) -> PageFigure:
    table = found.of("tornado", ask)
    base = float(table["base"].iloc[0])
    shown = [row for row in records_of(table) if row.moves > 0.0][:_DRAWN]
    rows = [
        TornadoRow(
            f"{plain_parameter(row.parameter)}{_mark(row)}", row.at_low, row.at_high, _by(row)
        )
        for row in shown
    ]
    told = "; ".join(
        f"{plain_parameter(row.parameter)}, {row.grade}, from {number_words(row.at_low, 1)} to "
        f"{number_words(row.at_high, 1)}"
        for row in shown
    )
    what = asked_words(found, ask)
    return PageFigure(
        f"tornado-{anchor_of('of', ask.file)}",
        _title(found, ask, shown),
        f"{first_upper(what)}, in {ask.unit}; {number_words(base, 1)} at the best estimates.",
        f"{first_upper(what)} at the low and the high end of the range of each number: {told}.",
        draw_tornado_rows(
            rows, base, ask.unit, zero="another leads" if ask.measure == RANKING else ""
        ),
        "The upright line is the answer at the best estimates. (a): assumed. First those that were "
        "moved again with more people. "
        f"{max(len(table) - len(shown), 0):,} more numbers are not drawn.",
    )


def _mark(row: Any) -> str:
    return " (a)" if row.grade == "assumed" else ""


def _title(found: Moved, ask: Asked, shown: list[Any]) -> str:
    """What moves it most, if that is told apart from the next."""
    what = "the lead" if ask.measure == RANKING else "the answer"
    if not moving_rows(found, ask):
        return f"No number moves {what} by more than chance explains"
    first, *others = shown[:2]
    apart = all(
        first.moves - other.moves > NORMAL_95 * float(np.hypot(first.moves_se, other.moves_se))
        for other in others
    )
    if apart:
        return f"{first_upper(plain_parameter(first.parameter))} moves {what} most"
    return f"Which number moves {what} most is not told apart"


def moved_tables(found: Moved) -> list[Markup]:
    """The numbers that move each thing asked most, and the groups."""
    parts = []
    for ask in found.wanted:
        parts += [
            subheading(first_upper(asked_words(found, ask))),
            tornado_table(found, ask).html(),
        ]
        if not found.sobol.empty:
            parts.append(groups_table(found, ask).html())
    return parts


def tornado_table(found: Moved, ask: Asked, most: int = _TABLED) -> PageTable:
    """The numbers that move one thing asked most, each alone."""
    shown = [row for row in records_of(found.of("tornado", ask)) if row.moves > 0.0][:most]
    columns = [
        *(PageColumn("parameter", words=True), PageColumn("grade", words=True)),
        *(PageColumn("low", 4), PageColumn("value", 4), PageColumn("high", 4)),
        *(PageColumn(f"answer at low ({ask.unit})", 2), PageColumn("at high", 2)),
        *(PageColumn("moves it by", 2), PageColumn("± 95%", 2)),
        PageColumn("study that would measure it", words=True),
    ]
    rows: list[list[Cell]] = [
        [
            *(parameter_link(row.parameter), row.grade, row.low, row.value, row.high),
            *(row.at_low, row.at_high, row.moves, NORMAL_95 * row.moves_se, row.study),
        ]
        for row in shown
    ]
    return PageTable(f"table-{anchor_of('of', ask.file)}", "Each number moved alone", columns, rows)


def parameter_link(said: str) -> Markup:
    """A parameter as a user writes it, linked to its rows in the appendix."""
    return link(plain_parameter(said), anchor_of("parameter", said.partition(" | ")[0]))


def groups_table(found: Moved, ask: Asked) -> PageTable:
    """Shares of what is not known, by the study that would measure a group of numbers."""
    shown = records_of(found.of("sobol", ask).head(_GROUPS))
    columns = [
        *(PageColumn("study", words=True), PageColumn("numbers", 0)),
        *(PageColumn("share of the variance, alone", 2), PageColumn("standard error", 2)),
        *(PageColumn("share with others", 2), PageColumn("standard error", 2)),
    ]
    rows: list[list[Cell]] = [
        [r.label, float(r.parameters), r.first, r.first_se, r.total, r.total_se] for r in shown
    ]
    return PageTable(
        f"groups-{anchor_of('of', ask.file)}",
        "Groups of numbers: shares of what is not known",
        columns,
        rows,
        f"From {found.design.samples} rows of each of two samples; shares below twice their "
        "standard error are not told from none.",
    )


def moved_facts(found: Moved, version: str) -> dict[str, Any]:
    """What tells one analysis from another."""
    design = found.design
    return {
        "scenario": found.scenario.name,
        "asked": listed([asked_words(found, ask) for ask in found.wanted]),
        "people at each point": f"{design.people:,}",
        "rows of each sample for groups": f"{design.samples:,}",
        "grades moved": ", ".join(design.grades),
        "lives": f"{found.lives:,}",
        "seed": found.scenario.seed,
        "version": version,
    }


def moved_again_python(found: Moved) -> str:
    """Python that makes the analysis again, from `scenario`."""
    fields = ", ".join(f"{name}={value!r}" for name, value in found.design)
    return (
        "from sim.uncertainty.sensitivity import sensitivity\n"
        "from sim.uncertainty.sensitivity_design import SensitivityDesign\n\n"
        f"design = SensitivityDesign({fields})\n"
        "print(sensitivity(scenario, design).text())"
    )
