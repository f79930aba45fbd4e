"""People in line, month by month."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sim.evidence.vocabulary import nearest
from sim.plots.access_samples import (
    check_center,
    chosen_strategies,
    limited_lines,
    not_drawn,
    outages,
    overload_note,
    resources_by_load,
    sample_words,
    table,
    whom,
)
from sim.plots.access_words import counted, dress_higher, in_sentences, resource_words
from sim.plots.care_samples import NothingToDrawError, first_upper, strategy_words
from sim.plots.drawing import dress
from sim.plots.queue_panel import (
    LEFT,
    MOST_OUTAGES,
    MOST_THIN,
    draw_lines,
    grid,
    head,
    mark_outages,
    scale,
)
from sim.plots.queue_samples import Queue, queues_of
from sim.tables.access import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

Queues = dict[tuple[str, str], list[Queue]]
"""By resource and strategy."""

_HARDLY = 0.5
"""People in line in the month with most, below which a resource has no panel."""


def draw_queues(
    result: RunTables,
    ax: Axes | None,
    resources: Sequence[str] | None,
    strategies: Sequence[str] | None,
    center: str,
) -> Axes:
    """See `AccessPlots.queues`."""
    names = chosen_strategies(result, strategies)
    lines = limited_lines(result)
    check_center(result, center)
    here = lines if center == ALL else lines[lines["center"] == center]
    known = _resources(here, resources, center)
    tables = (lines, table(result, "queues"))
    every = {key: queues_of(result, tables, key, center) for key in product(known, names)}
    busy = [r for r in known if max(_longest(every, r, names)) >= _HARDLY]
    shown = known if resources is not None or not busy else busy
    if ax is not None and len(shown) * len(names) > 1:
        raise NothingToDrawError(
            f"ax is one Axes, but there are {len(shown)} resources under {len(names)} strategies; "
            "allowed: no ax, or one of each"
        )
    labels = [queue.label for queues in every.values() for queue in queues]
    letters = max(len(part) for label in labels for part in label.split("\n"))
    panels = [[ax]] if ax is not None else grid(len(shown), len(names), letters)
    for resource, row in zip(shown, panels, strict=True):
        top = max(_longest(every, resource, names))
        for strategy, panel in zip(names, row, strict=True):
            queues = every[resource, strategy]
            scale(panel, result, top, len(names))
            draw_lines(panel, queues)
            words = first_upper(resource_words(resource)) if panel is row[0] else ""
            head(panel, words, 6, 9.5)
            mark_outages(panel, result, resource, center, words)
            if panel in panels[0] and len(names) > 1:
                head(panel, first_upper(strategy_words(strategy)), 26, 11.0)
            panel.tick_params(labelbottom=row is panels[-1])
    subtitle = f"People in line, mean of each month\n{whom(result, center, 'lines of')}"
    rise = 46.0 if len(names) > 1 else 22.0
    title = _title(shown, names, every)
    dress_higher(panels[0][0], title, subtitle, left=72 * LEFT - 8, rise=rise)
    overload = [queue.overload for queues in every.values() for queue in queues]
    note = (
        "In line: spinal metastasis and other patients, from the end of planning until they are "
        "called. Used: percent of the open time in the years shown. "
        f"{overload_note(result, overload)} {_spread(result)} {_unmarked(result)} "
        f"{'' if resources else _nobody(result, shown, known)} {not_drawn(result, names)}"
    )
    dress(panels[-1][0], "", "", note, left=72 * LEFT - 8)
    return panels[0][0]


def _resources(lines: pd.DataFrame, resources: Sequence[str] | None, center: str) -> list[str]:
    """The resources that are drawn, those asked for or all."""
    known = resources_by_load(lines)
    if not known:
        raise NothingToDrawError(f"nobody asked for a limited resource of {center}")
    if resources is None:
        return known
    wanted = [resources] if isinstance(resources, str) else list(resources)
    for name in wanted:
        if name not in known:
            raise NothingToDrawError(f"resources names {name!r}; {nearest(name, known)}")
    return [name for name in known if name in wanted]


def _longest(every: Queues, resource: str, names: list[str]) -> list[float]:
    return [queue.longest for name in names for queue in every[resource, name]]


def _title(shown: list[str], names: list[str], every: Queues) -> str:
    """The line that is overloaded, from the first month to the last; else the longest."""
    found = [(r, s, q) for s in names for r in shown for q in every[r, s]]
    strong = [item for item in found if item[2].strong]
    if strong:
        resource, strategy, queue = max(strong, key=lambda item: float(item[2].mean.iloc[-1]))
        months = queue.mean
        under = f" under {strategy_words(strategy)}" if len(names) > 1 else ""
        return (
            f"Overloaded: the {resource_words(resource)}{queue.where}{under}, with "
            f"{counted(float(months.iloc[0]))} people in line at first and "
            f"{counted(float(months.iloc[-1]))} at last"
        )
    rule = " as a rule" if any(queue.overload for *_, queue in found) else ""
    resource, strategy, queue = max(found, key=lambda item: float(item[2].mean.mean()))
    under = f" under {strategy_words(strategy)}" if len(names) > 1 else ""
    people = counted(float(queue.mean.mean()))
    return (
        f"No line is overloaded{rule}; most people, {people} on average, wait for the "
        f"{resource_words(resource)}{queue.where}{under}"
    )


def _unmarked(result: RunTables) -> str:
    """Which outages are too many to be marked."""
    failed = [outage.resource for outage in outages(result)]
    many = {name for name in failed if failed.count(name) > MOST_OUTAGES}
    return in_sentences([(many, "Machines that are out are not marked for {}: too many.")])


def _spread(result: RunTables) -> str:
    """What the thin lines or bands are."""
    size = result.run["scenario"]
    n = size["draws"] or size["replicates"]
    if n == 1:
        return "One set of parameters, one run."
    if n <= MOST_THIN:
        return f"Thick: mean; thin: each of {sample_words(result)}."
    return f"Line: mean; band: 95% over {sample_words(result)}."


def _nobody(result: RunTables, shown: list[str], known: list[str]) -> str:
    """Which resources have no panel, and why."""
    lines = table(result, "lines")
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
