"""Published courses of pain and response, each beside its study emulated, a panel a study."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from sim.evidence.studies import studies
from sim.fitting.emulation import SHARES, EmulatedReading
from sim.plots import drawing
from sim.plots.drawing import BLUE, GRAY, GREEN, INK, SMALL, STRONG
from sim.tables.intervals import NORMAL_95

_COLUMNS = 4
_SIZE = (2.7, 1.7)
_GAP = (0.55, 0.85)
_MARGIN = (0.55, 1.0, 0.9)
"""Inches on the left, below and above the panels."""
_LOOK = {"complete": GREEN, "partial": BLUE, "response": STRONG}
_NOTE = (
    "Published: marks with 95% intervals, open where no parameter comes from them. Model: lines, "
    "people whom the study would have enrolled, weighted to its mean pain at entry, read on its "
    "days, with as many leaving."
)


def draw_studies(found: dict[str, list[EmulatedReading]]) -> Axes:
    """Draw every study of `emulate_all`; the first panel is given back."""
    n_rows = -(-len(found) // _COLUMNS)
    width = _MARGIN[0] + _COLUMNS * (_SIZE[0] + _GAP[0])
    height = _MARGIN[1] + _MARGIN[2] + n_rows * (_SIZE[1] + _GAP[1]) - _GAP[1]
    columns = [_MARGIN[0] + i * (_SIZE[0] + _GAP[0]) for i in range(_COLUMNS)]
    rows = [height - _MARGIN[2] - _SIZE[1] - i * (_SIZE[1] + _GAP[1]) for i in range(n_rows)]
    panels = [ax for of_row in drawing.panel_grid((width, height), columns, rows, _SIZE)
              for ax in of_row]  # fmt: skip
    for ax, (name, lines) in zip(panels, found.items(), strict=False):
        _panel(ax, name, lines)
    for ax in panels[len(found) :]:
        ax.set_visible(False)
    every = [line for lines in found.values() for line in lines if line.reading.days > 0.0]
    agree = sum(line.agrees for line in every)
    title = f"Of {len(every)} published readings {agree} agree with the study emulated"
    drawing.write(panels[0], title, (0, 1), (0, 34), size=13.0, color=INK, weight="bold")
    last = panels[(n_rows - 1) * _COLUMNS]
    drawing.write(last, _NOTE, (0, 0), (0, -44), size=SMALL, color=GRAY, va="top")
    return panels[0]


def _panel(ax: Axes, name: str, lines: list[EmulatedReading]) -> None:
    """One study: pain from 0 to 10, its fall, or percent in response."""
    for quantity in dict.fromkeys(line.reading.quantity for line in lines):
        mine = [line for line in lines if line.reading.quantity == quantity]
        color = _LOOK.get(quantity, STRONG)
        x = [float(np.log1p(line.reading.days)) for line in mine]
        ax.errorbar(
            x,
            [line.reading.value for line in mine],
            [NORMAL_95 * line.published_error for line in mine],
            fmt="s",
            ms=5,
            color=color,
            mfc="white" if mine[0].reading.role == "validate" else color,
            linewidth=0.9,
        )
        model = np.array([line.model for line in mine])
        error = NORMAL_95 * np.array([line.model_error for line in mine])
        ax.plot(x, model, color=color, linewidth=1.6, marker="o", ms=3)
        ax.fill_between(x, model - error, model + error, color=color, alpha=0.15, linewidth=0)
        if quantity in SHARES or quantity == "fall":
            place = (x[-1], float(model[-1]))
            drawing.write(ax, quantity, place, (6, 0), "data", size=SMALL, color=color, va="center")
    share = lines[0].reading.quantity in SHARES
    ax.set_ylim(0, 100 if share else 10)
    days = sorted({line.reading.days for line in lines})
    ax.set_xticks([float(np.log1p(d)) for d in days], [f"{d:.0f}" for d in days])
    ax.set_xlim(-0.3, float(np.log1p(370.0)))
    drawing.level_lines(ax)
    drawing.plain(ax)
    ax.tick_params(labelsize=SMALL - 1)
    words = studies()[name].words + (", percent" if share else "")
    drawing.write(ax, words, (0, 1), (0, 4), size=SMALL, color=INK, weight="bold")
