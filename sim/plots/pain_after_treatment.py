"""Pain over time after treatment, the model beside published courses."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from sim.evidence.pain_courses import PainReading, pain_courses
from sim.evidence.vocabulary import ASSESSMENT_DAYS, ASSESSMENTS
from sim.inputs.strategy_label import without_settings
from sim.plots import care_samples as care
from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, SMALL, STRONG
from sim.plots.labels import apart
from sim.tables.run_tables import RunTables

STUDY_WORDS = {
    "levy2020": "OPuS One, first 100 (2020)",
    "levy2021_cio": "OPuS One, no earlier radiotherapy (2021)",
    "bagla2016": "Bagla 2016",
    "yildizhan2021": "Yildizhan 2021",
    "khan2018": "Khan 2018",
    "mwa_rev2022": "after radiotherapy, 82 people (2022)",
}
"""Studies of the published courses in a few words."""

_TICKS = {0.0: "before", 3.0: "3 d", 7.0: "1 wk", 30.4375: "1 mo", 91.3125: "3 mo"}
_TICKS |= {182.625: "6 mo", 365.25: "12 mo"}
_MARKERS = ("s", "^", "D", "v", "P")
_STUDY_COLORS = (drawing.BLUE, drawing.GREEN, drawing.VIOLET, INK, GRAY)
_STUDIES = (
    "Studies: mean or median pain of selected people with much pain, some asked for worst and some "
    "for usual pain; open marks: no input of the model comes from them. The model has everybody "
    "alive on that day, chosen by no trial: not like against like."
)
_TOP = 10.0
_LETTER = 0.062
"""Width of a letter beside the lines, in inches."""
_WIDE, _HIGH, _GAP, _ROOM = 4.6, 4.4, 0.5, 1.0
"""Width and height of a panel, and the room between two and below one, in inches."""
_ALIKE = 0.05
"""Points of pain within which strategies that differ in holds alone are drawn once."""


def pain_after_treatment(tables: RunTables, ax: Axes | None = None) -> Axes:
    """Mean worst pain from 3 days to 12 months after the first course, beside studies.

    The model's people are all treated people of the trigger set who are alive then, not those of a
    trial.

    Parameters
    ----------
    ax : Axes, optional
        Where to draw the strategies alone; by default a new figure, with a panel for each strategy
        whose treatment has published courses.

    Returns
    -------
    Axes
        The first panel.

    Raises
    ------
    ValueError
        If the run has no care.
    """
    courses = [care.levels(tables, f"worst_pain_{time}") for time in ASSESSMENTS]
    names = distinct(care.care_strategies(tables), courses)
    words = {name: _words(tables, name, names) for name in names}
    published = [] if ax is not None else list(dict.fromkeys(r.treatment for r in pain_courses()))
    beside = [n for n in names if without_settings(n) in published]
    panels = [ax] if ax is not None else _panels(len(beside), max(map(len, words.values())))
    for panel in panels:
        _scale(panel)
    _draw_model(panels[0], words, courses, str(tables.run["strategies"][0]))
    for panel, name in zip(panels[1:], beside, strict=True):
        readings = [r for r in pain_courses() if r.treatment == without_settings(name)]
        _draw_beside(panel, name, courses, readings)
    low = courses[3]["mean"][names]
    title = f"Three months after treatment worst pain is {low.iloc[0]:.1f} under {words[names[0]]}"
    if len(names) > 1:
        title = (
            f"Three months after treatment worst pain is from {low.min():.1f} to {low.max():.1f} "
            f"under {len(names)} strategies"
        )
    bands = _bands_note(tables, names, beside, courses)
    note = (
        "Model: days since the first course (since the decision, if there was none), all treated "
        f"people of the trigger set who are alive then; worst pain of the spine, wherever it is. "
        f"{_STUDIES if beside else ''} "
        f"{bands} {care.courses_note(tables, names)} {care.fallback_note(tables, names)}"
    )
    who = care.trigger_set_words(tables, with_horizon=False)
    drawing.dress(panels[0], title, f"{who}\n " if beside else who, left=34)
    lowest = panels[min(1, len(panels) - 1)]
    drawing.dress(lowest, "", note=note, left=34)
    for number, panel in enumerate(panels):
        drawing.plain(panel)
        panel.tick_params(labelleft=number <= 1)
        head = "Every strategy" if number == 0 else care.first_upper(words[beside[number - 1]])
        head += "" if number == 0 else " and published courses"
        if len(panels) > 1:
            panel.text(0, 1.015, head, transform=panel.transAxes, weight="bold", color=INK)
    return panels[0]


def _bands_note(
    tables: RunTables, names: list[str], beside: list[str], courses: list[pd.DataFrame]
) -> str:
    """Where the bands come from that are drawn, or why there is none."""
    note = drawing.uncertainty(tables.run).replace("Lines:", "Bands:")
    reference = str(tables.run["strategies"][0])
    banded = [n for n in names if n in {reference, *beside} and _has_band(_course(n, courses))]
    if "Bands:" not in note:
        return note
    if not banded:
        return "No intervals: too few samples have somebody at every one of these times."
    alone = reference in banded and len(names) > 1
    return note + (" On the left the reference alone has one." if alone else "")


def _course(name: str, courses: list[pd.DataFrame]) -> NDArray[np.float64]:
    """Mean, low and high end of a strategy, a row a time."""
    return np.array([table.loc[name, ["mean", "lo", "hi"]] for table in courses], float)


def _has_band(course: NDArray[np.float64]) -> bool:
    """Whether there is an interval at every time."""
    return bool(np.isfinite(course[:, 1:]).all())


def distinct(names: list[str], courses: list[pd.DataFrame]) -> list[str]:
    """Strategies without those that differ from an earlier one in holds alone and look alike."""
    means = {name: np.array([table.loc[name, "mean"] for table in courses]) for name in names}
    kept: list[str] = []
    for name, mine in means.items():
        alike = (
            np.nanmax(abs(mine - means[other])) < _ALIKE
            for other in kept
            if without_settings(other) == without_settings(name)
        )
        if np.isfinite(mine).any() and not any(alike):
            kept.append(name)
    return kept


def _panels(beside: int, longest: int) -> list[Axes]:
    """One Axes for the strategies, with room for their names on its right, and others below it."""
    names = 0.45 + _LETTER * (longest + len(" (reference)"))
    columns = [0.7 + i * (_WIDE + _GAP) for i in range(max(1, beside))]
    width = max(columns[-1] + _WIDE, columns[0] + _WIDE + names) + 0.2
    below = (_HIGH + _ROOM) if beside else 0.0
    size = (width, below + _HIGH + 1.9)
    top = drawing.panel_grid(size, columns[:1], [0.9 + below], (_WIDE, _HIGH))[0]
    figure = top[0].get_figure(root=True)
    if figure is None or not beside:
        return top
    place = _WIDE / width, _HIGH / size[1]
    return top + [figure.add_axes((x / width, 0.9 / size[1], *place)) for x in columns]


def _words(tables: RunTables, name: str, drawn: list[str]) -> str:
    """A strategy in words, with its setting of holds only if another one is drawn beside it."""
    alike = [other for other in drawn if without_settings(other) == without_settings(name)]
    words = care.strategy_words(tables, name, with_settings=len(alike) > 1)
    return words + (" (reference)" if care.is_reference(tables, name) else "")


def _place(days: float) -> float:
    """Where a day stands: days are spread by their logarithm, and day 0 is on the axis."""
    return float(np.log1p(days))


def _scale(ax: Axes) -> None:
    ax.set_ylim(0, _TOP)
    ax.set_yticks(range(0, 11, 2))
    ax.set_xticks([_place(days) for days in _TICKS], list(_TICKS.values()))
    ax.set_xlim(-0.25, _place(ASSESSMENT_DAYS[-1]) + 0.15)
    drawing.level_lines(ax)


def _line(
    ax: Axes, name: str, courses: list[pd.DataFrame], color: str, width: float, style: str = "-"
) -> tuple[float, float]:
    """Draw the model's course of a strategy; return its last point."""
    x = np.array([_place(days) for days in ASSESSMENT_DAYS])
    rows = _course(name, courses)
    ax.plot(x, rows[:, 0], style, color=color, linewidth=width, marker="o", ms=4)
    if _has_band(rows) and width > 2.0:
        ax.fill_between(x, rows[:, 1], rows[:, 2], color=color, alpha=0.15, linewidth=0)
    last = int(np.flatnonzero(np.isfinite(rows[:, 0]))[-1])
    return float(x[last]), float(rows[last, 0])


def _draw_model(
    ax: Axes, words: dict[str, str], courses: list[pd.DataFrame], reference: str
) -> None:
    """Every strategy, named at the end of its line."""
    ends = []
    for i, name in enumerate(words):
        color, style = drawing.series_look(i)
        ends.append(_line(ax, name, courses, color, 2.4 if name == reference else 1.5, style))
    at = apart([y for _, y in ends], 0.036 * _TOP)
    end = _place(ASSESSMENT_DAYS[-1])
    for i, (name, (x, y)) in enumerate(zip(words, ends, strict=True)):
        color, style = drawing.series_look(i)
        ax.plot([x, end + 0.3], [y, at[i]], color=color, linewidth=0.5, clip_on=False)
        ax.plot([end + 0.3, end + 0.62], [at[i]] * 2, style, color=color, clip_on=False)
        ax.text(end + 0.7, at[i], words[name], va="center", size=SMALL, color=INK)
    ax.set_xlim(_place(1.8), end + 0.15)
    ax.set_xticks(ax.get_xticks()[1:], list(_TICKS.values())[1:])
    ax.set_xlabel("time since the first course of treatment", loc="left")
    ax.text(
        0,
        0.985,
        "mean worst pain of the spine, 0 to 10",
        transform=ax.transAxes,
        va="top",
        color=GRAY,
    )


def _draw_beside(
    ax: Axes, name: str, courses: list[pd.DataFrame], readings: list[PainReading]
) -> None:
    """One strategy with the published courses of its treatment."""
    _line(ax, name, courses, STRONG, 2.4)
    ax.lines[0].set_label("model")
    for i, source in enumerate(dict.fromkeys(r.source for r in readings)):
        mine = sorted((r for r in readings if r.source == source), key=lambda r: r.days)
        color, marker = _STUDY_COLORS[i % len(_STUDY_COLORS)], _MARKERS[i % len(_MARKERS)]
        words = STUDY_WORDS.get(source, source)
        ax.plot(
            [_place(r.days) for r in mine],
            [r.value for r in mine],
            marker=marker,
            color=color,
            mfc="white" if mine[0].role == "validate" else color,
            ms=6,
            linewidth=0.9,
            linestyle=(0, (4, 3)),
            label=f"{words}; {mine[0].scale}",
        )
    ax.legend(frameon=False, fontsize=SMALL, loc="upper right", borderaxespad=0)
