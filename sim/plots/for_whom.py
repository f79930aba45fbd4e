"""For whom: a strategy against the reference by primary, age, type of lesion and instability."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.counting.care_tally import SUBGROUPS
from sim.counting.measures import words_of
from sim.plots import care_samples as care
from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, LIGHT, STRONG
from sim.plots.twins import compared, decimals, difference_head, difference_text
from sim.tables.answer import gap, has_draws
from sim.tables.layout import listed
from sim.tables.outcome_words import origin_words
from sim.tables.run_tables import RunTables

FEWEST = 50
"""People of a draw or replicate below which a subgroup is not drawn."""

_HEADS = {
    "primary": "Primary",
    "age": "Age at the origin",
    "lesion": "Lesion",
    "instability": "Instability (SINS)",
}
_MANY = 8
_LEFT, _LEFT_POINTS = 2.2, 148

Rows = list[tuple[float, str, dict[Any, Any] | None]]
"""Height, words and data of each row of the picture; a heading has no data."""


def for_whom(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    measure: str = "days_pain_below_4",
    strategy: str | None = None,
) -> Axes:
    """A strategy against the reference by primary, age, type of lesion and instability.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw; a new figure by default.
    measure : str
        Of `result.compare()`.
    strategy : str, optional
        By default the one that differs most from the reference.

    Raises
    ------
    ValueError
        If the run has one strategy, or the measure or the strategy is not compared.
    """
    table = compared(tables, [measure])
    table = table[table["measure"] == measure]
    names = list(tables.run["strategies"])
    whole = table[table["subgroup"] == "all"].set_index("strategy")
    if strategy is None:
        strategy = str(whole["difference"].abs().idxmax())
    drawing.check_name("strategy", strategy, names[1:])
    mine = table[table["strategy"] == strategy]
    rows, omitted = _rows(mine, _people_per_sample(tables, mine))
    drawn = [(y, words, row) for y, words, row in rows if row is not None]
    heights = [y for y, _, _ in drawn]
    found = [row for _, _, row in drawn]
    ax = ax or drawing.new_axes(10.0, 2.1 + 0.25 * (rows[-1][0] + 1.0), left=_LEFT)
    digits = decimals(found)
    low = min(0.0, *(float(np.fmin(row["lo"], row["difference"])) for row in found))
    high = max(0.0, *(float(np.fmax(row["hi"], row["difference"])) for row in found))
    span = max(high - low, 1e-6)
    overall = float(whole["difference"][strategy])
    ax.vlines(0, -0.5, heights[-1] + 0.5, color=GRAY, linewidth=1.0, zorder=1)
    ax.vlines(overall, -0.5, heights[-1] + 0.5, color=LIGHT, linewidth=1.4, zorder=0)
    cells = {}
    bold: dict[str, Any] = {"va": "center", "weight": "bold", "size": 9.5, "color": INK}
    for y, words, row in rows:
        if row is None:
            drawing.write(ax, words, (0, y), (-_LEFT_POINTS, 0), drawing.BESIDE, **bold)
            continue
        ax.hlines(y, row["lo"], row["hi"], color=STRONG, linewidth=2.0)
        ax.plot(row["difference"], y, "o", color=STRONG, ms=5)
        cells[y] = (f"{row['people']:,}", difference_text(row, digits))
    end = high + 0.62 * span
    drawing.columns(ax, -0.7, {high + 0.18 * span: "people", end: difference_head(found)}, cells)
    ax.set_yticks(heights, [words for _, words, _ in drawn])
    ax.set_ylim(heights[-1] + 0.6, -0.7)
    ax.set_xlim(low - 0.03 * span, end)
    drawing.ticks_up_to(ax, high + 0.02 * span)
    reference = care.strategy_words(tables, names[0])
    what = words_of(measure)
    ax.set_xlabel(f"difference to {reference} in {what}, a person", loc="left")
    title = _title(tables, what, rows, digits)
    sure = care.uncertainty_of_means(tables)
    if has_draws(tables):
        sure += " The luck of the people, who are the same in each draw, is not in them."
    note = (
        f"Subgroups at {origin_words(tables.run)} under {reference}, the origin; pale line: "
        f"everybody. {care.courses_note(tables, [names[0], strategy])} "
        f"{_omitted_words(omitted)} Luck in response is shared between treatments unless the "
        f"scenario says otherwise: means, not shares of people who gain. {sure} "
        f"{care.fallback_note(tables, [strategy])}"
    )
    drawing.dress(ax, title, care.trigger_set_words(tables), note, left=_LEFT_POINTS, rise=10)
    return ax


def _rows(table: pd.DataFrame, people: dict[str, float]) -> tuple[Rows, list[str]]:
    """Height, words and data of each row; headings have none; and the subgroups left out."""
    by_subgroup = {str(row["subgroup"]): row for row in table.to_dict("records")}
    rows: Rows = [(0.0, "Everybody", by_subgroup.pop("all"))]
    omitted = []
    y = 0.0
    for kind, head in _HEADS.items():
        found = []
        for name, row in by_subgroup.items():
            group, _, words = name.partition(": ")
            if group != kind:
                continue
            words = drawing.site(words).replace("potentially_", "potentially ").replace("-", "–")
            if min(people[name], row["people"]) < FEWEST:
                omitted.append(words)
            else:
                found.append((care.first_upper(words), row))
        if kind == "primary":
            found.sort(key=lambda pair: float(pair[1]["difference"]))
        if not found:
            continue
        y += 1.7
        rows.append((y, head, None))
        for words, row in found:
            y += 1.0
            rows.append((y, words, row))
    return rows, omitted


def _people_per_sample(tables: RunTables, table: pd.DataFrame) -> dict[str, float]:
    """People of each subgroup in a draw (a replicate, if there are no draws)."""
    sample = [twins for twins in tables.twins if twins.draw > 0] or tables.twins
    people = np.mean([twins.people for twins in sample], axis=0)
    known = set(table["subgroup"])
    return {g: float(n) for g, n in zip(SUBGROUPS, people, strict=True) if g in known}


def _omitted_words(omitted: list[str]) -> str:
    if not omitted:
        return ""
    who = listed(omitted) if len(omitted) < _MANY else f"{len(omitted)} subgroups"
    return f"Left out, with fewer than {FEWEST} people: {who}."


def _among(head: str, name: str) -> str:
    """A subgroup as the end of a phrase.

    Examples
    --------
    >>> _among("Primary", "Breast"), _among("Primary", "Myeloma"), _among("Lesion", "Lytic")
    ('with breast cancer', 'with myeloma', 'with lytic lesions')
    """
    words = name.lower()
    if head == _HEADS["age"]:
        return f"at age {words}"
    if head == _HEADS["primary"]:
        if words == drawing.site("other"):
            return f"with cancer of {words}"
        return f"with {words}" if words.endswith(("oma", "emia")) else f"with {words} cancer"
    return f"with {words} lesions" if head == _HEADS["lesion"] else f"with a {words} spine"


def _title(tables: RunTables, what: str, rows: Rows, digits: int) -> str:
    """What the strategy does on average, and in which groups it clearly does more and less."""
    overall = next(row for _, _, row in rows if row is not None)
    center = float(overall["difference"])
    names = [str(overall[of]) for of in ("strategy", "reference")]
    words = [care.strategy_words(tables, name) for name in names]
    sign = f"{care.signed(center, digits)} {what}"
    title = (
        f"{care.first_upper(words[0])} against {words[1]}: {sign}"
        f"{care.evidence_note(tables, names[0])}"
    )
    if not has_draws(tables):
        known = "over too few draws to tell" if tables.run["scenario"]["draws"] else ""
        return title.replace(sign, f"{sign} {known or 'at the point estimate'}")
    if not gap(tables, str(overall["measure"]), *names).told_apart:
        return f"{title}; not told apart"
    apart = []
    kind = ""
    for _, name, row in rows[1:]:
        if row is None:
            kind = name
        elif row["hi"] < center or row["lo"] > center:
            apart.append((float(row["difference"]), _among(kind, name)))
    if len(apart) < 2:
        return title
    ends = [min(apart), max(apart)]
    if abs(ends[1][0]) > abs(ends[0][0]):
        ends.reverse()
    return f"{title},\n" + ", ".join(f"{care.signed(x, digits)} {said}" for x, said in ends)
