"""What the answer of a run hangs on: from a sensitivity beside it, else from its own draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.pages.compared import Comparison
from sim.pages.influence import FEWEST_RANKED, Ranking, rank_influence
from sim.pages.moved_answer import (
    moved_figures,
    parameter_link,
    plain_parameter,
    tornado_table,
)
from sim.pages.page_table import Cell, PageColumn, PageTable
from sim.pages.prose import anchor_of, link, paragraph
from sim.tables.answer import LOST, RELIEF, samples_of
from sim.tables.by_draw import by_draw
from sim.tables.layout import listed
from sim.tables.run_tables import RunTables
from sim.tables.strata import a_year
from sim.uncertainty.moved import Moved

_SHOWN = 10


class Ranked(NamedTuple):
    """A number that a run answers with: in words, its measure, and its value in every draw."""

    words: str
    measure: str
    values: NDArray[np.float64]


def answers_of(tables: RunTables, compared: Comparison | None) -> list[Ranked]:
    """What is ranked by: differences of the strategy with the most relief, or counts."""
    if compared is None:
        reference = tables.run["strategies"][0]
        found = []
        for measure, words in (
            ("new_spinal_metastasis", "people who get spinal metastasis, found or not"),
            ("new_spinal_metastasis_detected", "people in whom it is found"),
            ("delay_days", "days of delay of cancer treatment"),
        ):
            if measure in set(tables.summary["measure"]):
                mine = by_draw_of_any(tables, measure, reference)
                found.append(Ranked(words, measure, mine))
        return found
    best = next(name for name in compared.relief.order if name != compared.names[0])
    against = f"{compared.words(best)} against {compared.reference}"
    return [
        Ranked(
            f"{words}, {against}",
            measure,
            samples_of(tables, measure, best) - samples_of(tables, measure, compared.names[0]),
        )
        for measure, words in ((RELIEF, "days with little pain"), (LOST, "treatment days lost"))
    ]


def by_draw_of_any(tables: RunTables, measure: str, strategy: str) -> NDArray[np.float64]:
    """A count of people a year, or an outcome, in every draw."""
    if measure in tables.counts.measures:
        return a_year(tables, strategy, measure, "sex").sum(axis=1).to_numpy(float)
    return by_draw(tables, measure)[strategy].to_numpy(float)


def hangs_on_parts(
    tables: RunTables, compared: Comparison | None, beside: Moved | None
) -> list[Markup]:
    """Assumptions and other uncertain numbers, ranked by what they move."""
    if tables.scenario.access is not None:
        return [
            paragraph(
                "Waits hang first on what the clinics have: machines, hours, the time a session "
                "takes, and how many other patients come. All of it is assumed. Change it in the "
                "scenario and run again to see what it does; a waiting line needs everybody, so "
                "that numbers are not moved one by one here."
            )
        ]
    if beside is not None:
        return _of_sensitivity(beside)
    draws = list(range(1, tables.run["scenario"]["draws"] + 1))
    ranked = []
    for answer in answers_of(tables, compared):
        if len(answer.values) == len(draws):
            found = rank_influence(tables, answer.values, draws, tables.scenario.known)
            if found is not None:
                ranked.append((answer, found))
    if not ranked:
        return [paragraph(_not_ranked(len(draws)))]
    parts = [paragraph(_how_ranked(len(draws)))]
    for answer, found in ranked:
        parts.append(paragraph(ranking_words(answer, found)))
        if found.told:
            parts.append(influence_table(answer, found).html())
    return [*parts, paragraph(_command_words())]


def _of_sensitivity(beside: Moved) -> list[Markup]:
    """What a sensitivity of the same scenario says."""
    told = (
        f"A sensitivity of the scenario {beside.scenario.name} stands beside this run. Each "
        f"number was moved alone over its 95% range, with {beside.design.people:,} people at each "
        "point and the same luck."
    )
    tables = [tornado_table(beside, ask, _SHOWN).html() for ask in beside.wanted]
    return [paragraph(told), *moved_figures(beside), *tables]


def _not_ranked(draws: int) -> Markup:
    if draws >= FEWEST_RANKED:
        why = "no answer of it differs between its draws"
    else:
        few = f"{draws:,} draws" if draws else "no draws"
        why = f"it has {few} of its uncertain numbers, and ranking takes at least {FEWEST_RANKED}"
    told = "Not known from this run: {}. Run it again with --draws 40, or move each number alone."
    return Markup(f"{told} {{}}").format(why, _command_words())


def _command_words() -> Markup:
    return Markup(
        "<code>spinemets sensitivity SCENARIO.py --measure MEASURE</code> moves each number alone "
        "and ranks all of them; this report shows it if its folder stands beside the run."
    )


def _how_ranked(draws: int) -> str:
    return (
        f"All uncertain numbers were drawn together {draws:,} times. A number stands here if the "
        "answer goes up and down with it more than chance explains, given how many numbers there "
        "are. The correlation is of ranks: 1 if the answer always rises with the number, -1 if it "
        "always falls, 0 if they have nothing to do with each other. Numbers that were fitted "
        "together move together, so that one may stand for another."
    )


def ranking_words(answer: Ranked, found: Ranking) -> Markup:
    """How many numbers an answer goes with, and which most."""
    what = link(answer.words, anchor_of("measure", answer.measure))
    n = len(found.numbers)
    if not found.told:
        return Markup(
            "{}: none of {:,} uncertain numbers stands out from chance in {:,} draws."
        ).format(_upper(what), n, found.draws)
    assumed = sum(one.grade == "assumed" for one in found.told)
    named = listed([plain_parameter(one.said) for one in found.told[:3]])
    return Markup(
        "{}: {} of {:,} uncertain numbers stand out from chance, {} of them assumed; first {}."
    ).format(_upper(what), len(found.told), n, assumed, named)


def _upper(words: Markup) -> Markup:
    """A link whose words begin a sentence."""
    before, tag, after = words.partition(">")
    return Markup(f"{before}{tag}{after[:1].upper()}{after[1:]}")


def influence_table(answer: Ranked, found: Ranking) -> PageTable:
    """The numbers that an answer goes with, the most first."""
    columns = [
        *(PageColumn("uncertain number", words=True), PageColumn("grade", words=True)),
        *(PageColumn("correlation of ranks", 2), PageColumn("source", words=True)),
    ]
    rows: list[Sequence[Cell]] = [
        [
            parameter_link(one.said),
            one.grade,
            one.correlation,
            link(one.source, anchor_of("source", one.source)) if one.source else "",
        ]
        for one in found.told[:_SHOWN]
    ]
    return PageTable(
        f"influence-{anchor_of('of', answer.measure)}",
        f"What {answer.words} goes with",
        columns,
        rows,
        f"Chance alone reaches {found.floor:.2f} at most in 95 of 100 runs like this one.",
    )
