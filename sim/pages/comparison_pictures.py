"""Strategies compared, in pictures: relief, treatment lost, both, and where the days go."""

from __future__ import annotations

from markupsafe import Markup

from sim.pages.canvas import PageFigure
from sim.pages.compared import Comparison, interval_note
from sim.pages.comparison import LITTLE_PAIN, TREATMENT_LOST
from sim.pages.frontier_points import FrontierPoint, draw_frontier, frontier_description
from sim.pages.interval_rows import draw_intervals, interval_text
from sim.pages.state_bars import PAIN_DAYS, THERAPY_DAYS, draw_states, states_description
from sim.plots import care_samples as care
from sim.tables.answer import LOST, RELIEF
from sim.tables.outcome_words import horizon_words


def comparison_figures(found: Comparison) -> list[Markup]:
    """Relief, treatment lost, both, and where the days go."""
    return [
        _differences(found, RELIEF, LITTLE_PAIN, "relief-figure").html(),
        _differences(found, LOST, TREATMENT_LOST, "lost-figure").html(),
        _both(found).html(),
        _states(found).html(),
    ]


def _differences(found: Comparison, measure: str, what: str, anchor: str) -> PageFigure:
    """Differences to the reference, a row a strategy."""
    rows = [found.difference(measure, name) for name in found.by_difference(measure)]
    told = "; ".join(f"{row.name} {interval_text(row, 1, signed=True)}" for row in rows)
    words = f"Difference to {found.reference}, a person, {horizon_words(found.tables.run)}."
    note = interval_note(found.tables)
    if not found.tables.too_few:
        note += " Where one crosses the dashed line, it is open which strategy has more."
    return PageFigure(
        anchor,
        _title(found, measure, what),
        words,
        f"{care.first_upper(what)}. {words} With 95% intervals where there are any: {told}.",
        draw_intervals(rows, "days a person", 1, differences=True),
        note,
    )


def _title(found: Comparison, measure: str, what: str) -> str:
    """What is known of the differences, if anything is."""
    rows = [found.difference(measure, name) for name in found.names[1:]]
    more, fewer = sum(row.low > 0.0 for row in rows), sum(row.high < 0.0 for row in rows)
    if not found.drawn:
        return f"{care.first_upper(what)} {found.averaged}"
    if not more and not fewer:
        return f"No strategy is told apart from {found.reference} in {what}"
    told = [
        f"{n} of {len(rows)} {'has' if n == 1 else 'have'} {how}"
        for n, how in ((more, "more"), (fewer, "fewer"))
        if n
    ]
    return f"{care.first_upper(what)} against {found.reference}: {' and '.join(told)}"


def _both(found: Comparison) -> PageFigure:
    """Relief against treatment lost."""
    ordered = sorted(found.names, key=lambda name: -found.difference(RELIEF, name).mean)
    made = [
        FrontierPoint(
            found.title(name),
            found.difference(LOST, name),
            found.difference(RELIEF, name),
            name in found.front,
        )
        for name in ordered
    ]
    return PageFigure(
        "frontier-figure",
        "Relief against treatment lost",
        f"Each strategy against {found.reference}, a person, {horizon_words(found.tables.run)}. "
        "Better is up and to the left.",
        frontier_description(made, found.reference),
        draw_frontier(made, TREATMENT_LOST, f"more {LITTLE_PAIN}"),
        "Filled: unbeaten on average, as no other strategy is better in both. Lines: intervals of "
        f"the difference in the same people. {interval_note(found.tables)}",
    )


def _states(found: Comparison) -> PageFigure:
    """Where the days go, a pair of bars a strategy."""
    levels = {m: care.levels(found.tables, m)["mean"] for m in (*THERAPY_DAYS, *PAIN_DAYS)}
    days = {
        found.title(name): {m: float(mean[name]) for m, mean in levels.items()}
        for name in found.relief.order
    }
    return PageFigure(
        "states-figure",
        "Where the days go",
        f"Mean days a person, {horizon_words(found.tables.run)}: cancer treatment in the upper "
        "bar, worst pain in the lower one.",
        states_description(days),
        draw_states(days),
        "Paused: the treatment of the cancer waits for care of the bone. Both bars are all days, "
        "alive or dead. The strategies stand in the order of their days with little pain.",
    )
