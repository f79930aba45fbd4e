"""People in line, month by month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from textwrap import fill

import numpy as np
from matplotlib.axes import Axes

from sim.evidence.visits import BED
from sim.plots import access_samples as access
from sim.plots import drawing, queue_panel
from sim.plots.access_words import counted, in_sentences, resource_words
from sim.plots.care_samples import first_upper, strategy_words
from sim.plots.drawing import NothingToDrawError
from sim.plots.queue_samples import Queue, queues_of
from sim.tables.access import ALL
from sim.tables.run_tables import RunTables

Queues = dict[tuple[str, str], list[Queue]]
"""By resource and strategy."""

_BEDS = (
    "For a bed wait those in line for a machine that was free when no bed was; a bed is used while "
    "somebody lies in it. "
)
_HEAD_LETTERS, _HEAD_POINTS = 26, 13.5
"""Letters of a line above a column of panels, and its height."""
_HARDLY = 0.5
"""People in line in the month with most, below which a resource has no panel."""


def queues(
    tables: RunTables,
    ax: Axes | None = None,
    *,
    resources: Sequence[str] | None = None,
    strategies: Sequence[str] | None = None,
    center: str = ALL,
) -> Axes:
    """People in line month by month, a row of panels a resource, a column a strategy.

    Up to three centers have lines of their own; more are added up.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw one resource under one strategy; a new figure by default.
    resources : sequence of str, optional
        Those with a number of machines by default, the most loaded first.
    strategies : sequence of str, optional
        Of the run; the first three by default.
    center : str
        Where the line is; all centers by default.

    Returns
    -------
    Axes
        The first panel.

    Raises
    ------
    ValueError
        If the run has no finite access, nobody asked for what is finite, or a name is not of the
        run.
    """
    names = access.drawn_strategies(tables, strategies)
    lines = access.limited_lines(tables)
    access.check_center(tables, center)
    known = access.resources_by_load(lines if center == ALL else lines[lines["center"] == center])
    if not known:
        raise NothingToDrawError(f"nobody asked for a limited resource of {center}")
    if resources is not None:
        known = access.asked_for("resources", resources, known)
    every = {(r, s): queues_of(tables, r, s, center) for r, s in product(known, names)}
    busy = [r for r in known if max(_longest(every, r, names)) >= _HARDLY]
    shown = known if resources is not None or not busy else busy
    if ax is not None and len(shown) * len(names) > 1:
        raise NothingToDrawError(
            f"ax is one Axes, but there are {len(shown)} resources under {len(names)} strategies; "
            "allowed: no ax, or one of each"
        )
    heads = {s: fill(first_upper(strategy_words(tables, s)), _HEAD_LETTERS) for s in names}
    labels = [queue.label for mine in every.values() for queue in mine]
    letters = max(len(part) for label in labels for part in label.split("\n"))
    panels = [[ax]] if ax is not None else queue_panel.grid(len(shown), len(names), letters)
    for resource, row in zip(shown, panels, strict=True):
        top = max(_longest(every, resource, names))
        for strategy, panel in zip(names, row, strict=True):
            queue_panel.scale(panel, tables, top, len(names))
            queue_panel.draw_lines(panel, every[resource, strategy])
            words = first_upper(resource_words(resource)) if panel is row[0] else ""
            queue_panel.head(panel, words, 6, 9.5)
            queue_panel.mark_outages(panel, tables, resource, center, words)
            if panel in panels[0] and len(names) > 1:
                queue_panel.head(panel, heads[strategy], 26, 11.0)
            panel.tick_params(labelbottom=row is panels[-1])
    subtitle = (
        f"People in line, mean of each month\n{access.who_and_where(tables, center, 'lines of')}"
    )
    rise = 46.0 if len(names) > 1 else 22.0
    rise += _HEAD_POINTS * max(words.count("\n") for words in heads.values())
    first = panels[0][0]
    title = _title(tables, shown, names, every)
    left = drawing.POINTS_PER_INCH * queue_panel.LEFT_INCHES - 8
    drawing.dress(first, title, subtitle, left=left, rise=rise)
    overload = [queue.overload for mine in every.values() for queue in mine]
    note = (
        "In line: spinal metastasis and other patients, from the end of planning until they are "
        "called. Used: percent of the open time in the years shown. "
        f"{_BEDS if BED in shown else ''}"
        f"{access.overload_note(tables, overload)} {_spread(tables)} {_unmarked(tables)} "
        f"{'' if resources else _nobody(tables, shown, known)} {access.not_drawn(tables, names)}"
    )
    drawing.dress(panels[-1][0], "", "", note, left=left)
    return first


def _longest(every: Queues, resource: str, names: list[str]) -> list[float]:
    return [queue.longest for name in names for queue in every[resource, name]]


def _title(tables: RunTables, shown: list[str], names: list[str], every: Queues) -> str:
    """The line that is overloaded, from the first month to the last; else the longest."""
    found = [(r, s, q) for s in names for r in shown for q in every[r, s]]
    strong = [item for item in found if item[2].strong]
    if strong:
        resource, strategy, queue = max(strong, key=lambda item: float(item[2].mean.iloc[-1]))
    else:
        resource, strategy, queue = max(found, key=lambda item: float(item[2].mean.mean()))
    months = queue.mean
    under = f" under {strategy_words(tables, strategy)}" if len(names) > 1 else ""
    line = f"the {resource_words(resource)}{queue.where}{under}"
    if strong:
        first, last = (counted(float(months.iloc[month])) for month in (0, -1))
        return f"Overloaded: {line}, with {first} people in line at first and {last} at last"
    rule = " as a rule" if any(queue.overload for *_, queue in found) else ""
    people = counted(float(months.mean()))
    return f"No line is overloaded{rule}; most people, {people} on average, wait for {line}"


def _unmarked(tables: RunTables) -> str:
    """Which outages are too many to be marked."""
    failed = [outage.resource for outage in access.outages(tables)]
    many = {name for name in failed if failed.count(name) > queue_panel.MOST_OUTAGES}
    return in_sentences([(many, "Machines that are out are not marked for {}: too many.")])


def _spread(tables: RunTables) -> str:
    """What the thin lines or bands are."""
    n = access.n_samples(tables)
    if n == 1:
        return "One set of parameters, one run."
    if n <= queue_panel.MOST_THIN:
        return f"Thick: mean; thin: each of {access.sample_words(tables)}."
    return f"Line: mean; band: the range of 95% of {access.sample_words(tables)}."


def _nobody(tables: RunTables, shown: list[str], known: list[str]) -> str:
    """Which resources have no panel, and why."""
    lines = access.table(tables, "lines")
    free = set(lines.loc[np.isinf(lines["machines"]), "resource"]) - set(known)
    quiet = set(known) - set(shown)
    unused = set(lines["resource"]) - set(known) - free
    return in_sentences(
        (
            (free, "Unlimited: {}."),
            (quiet, "Nobody or hardly anybody waits for {}."),
            (unused, "Nobody asked for {}."),
        )
    )
