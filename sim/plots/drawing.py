"""How pictures look and what they say: colors, words, a new figure, the text around it, the file.

Light is everything there is, occult disease included; strong is what has been detected. Figures
are made without `pyplot`: no display, no global state, no second to import it.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from matplotlib.axes import Axes

STRONG, LIGHT = "#c2410c", "#f3c3a6"
INK, GRAY, SILVER, MIST = "#222222", "#666666", "#c8c8c8", "#f5f5f5"
BLUE, PALE_BLUE, GREEN, VIOLET = "#1f5f8b", "#a9c8de", "#3f7d4e", "#6b4c8a"
SERIES = (STRONG, BLUE, GREEN, VIOLET, "#b07d12", "#c25b87", "#2a8c93", "#8a5a3c", "#7d8c2a")
"""Colors of lines that stand side by side."""
STYLES = ("-", "--", ":")
"""Styles of lines, the next one when the colors are used up."""
SMALL = 8.5
"""Font size of numbers, legends and notes, in points."""

SITES = {
    "upper_gi": "stomach and esophagus",
    "head_neck": "head and neck",
    "gynecologic": "uterus, ovary, cervix",
    "other": "other sites",
}
"""Primaries whose name is not plain."""

MEASURE_WORDS = {
    "new_spinal_metastasis": "New spinal metastasis, occult or detected",
    "new_spinal_metastasis_detected": "New spinal metastasis, detected",
    "cancer_deaths": "Deaths from cancer",
    "bone_metastasis_at_diagnosis": "Bone metastasis known at diagnosis",
    "spinal_metastasis_at_cancer_death": "Spinal metastasis at death from cancer",
    "spinal_metastasis_at_cancer_death_autopsy_mix": "Spinal metastasis at death, autopsy case mix",
    "spine_share_of_detected": "Spine involved, of detected bone metastasis",
    "several_levels_of_detected": "Several levels, of detected spinal metastasis",
    "recorded_bone_metastasis_1y": "Bone metastasis on record after 1 year",
    "recorded_bone_metastasis_5y": "Bone metastasis on record after 5 years",
    "recorded_bone_metastasis_10y": "Bone metastasis on record after 10 years",
}
"""Measures with a published range, in plain words."""

_POINTS_PER_INCH = 72
_NOTE_LETTERS = 120


def new_axes(width: float, height: float, left: float) -> Axes:
    """Axes of a new figure with room for labels on the left and for text above and below.

    Parameters
    ----------
    width, height : float
        Of the figure, in inches.
    left : float
        Room on the left, in inches.
    """
    figure = Figure(figsize=(width, height), facecolor="white")
    return figure.add_axes((left / width, 0.9 / height, 1 - (left + 0.2) / width, 1 - 1.9 / height))


def size_in_points(ax: Axes) -> tuple[float, float]:
    """Width and height of an Axes."""
    per_point = ax.get_figure(root=True).dpi / _POINTS_PER_INCH  # type: ignore[union-attr]
    return ax.bbox.width / per_point, ax.bbox.height / per_point


def dress(ax: Axes, title: str, subtitle: str = "", note: str = "", *, left: float = 0.0) -> None:
    """Write title, subtitle and note, from `left` points left of the axis, and drop the frame."""
    above = 10 + 15 * len(subtitle.splitlines())
    note = fill(" ".join(note.split()), _NOTE_LETTERS)
    for text, corner, rise, size, color, weight in (
        (title, 1, above, 13.0, INK, "bold"),
        (subtitle, 1, 8, 10.0, GRAY, "normal"),
        (note, 0, -44, SMALL, GRAY, "normal"),
    ):
        ax.annotate(
            text,
            (0, corner),
            (-left, rise),
            xycoords="axes fraction",
            textcoords="offset points",
            va="bottom" if corner else "top",
            size=size,
            color=color,
            weight=weight,
        )
    plain(ax)


def plain(ax: Axes) -> None:
    """Drop the frame and the ticks."""
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, pad=7, colors=INK, labelsize=9.5)
    ax.xaxis.label.set(color=GRAY, size=9.5)
    ax.yaxis.label.set(color=GRAY, size=9.5)


def new_panels(n: int, width: float, height: float, left: float, gap: float) -> list[Axes]:
    """Axes side by side in a new figure, with room as in `new_axes`.

    Parameters
    ----------
    n : int
    width, height : float
        Of the figure, in inches.
    left, gap : float
        Room on the left and between two Axes, in inches.
    """
    figure = Figure(figsize=(width, height), facecolor="white")
    each = (width - left - 0.2 - (n - 1) * gap) / n
    bottom, tall = 0.9 / height, 1 - 1.9 / height
    return [
        figure.add_axes(((left + i * (each + gap)) / width, bottom, each / width, tall))
        for i in range(n)
    ]


def column(ax: Axes, x: float, top: float, header: str, cells: Mapping[float, str]) -> None:
    """Write a right-aligned column of text at `x`: a header above `top`, a cell at each height."""
    ax.text(x, top, header, ha="right", va="bottom", size=SMALL, color=GRAY)
    for y, cell in cells.items():
        ax.text(x, y, cell, ha="right", va="center_baseline", size=SMALL, color=INK)


def ticks_up_to(ax: Axes, edge: float) -> None:
    """Put ticks with thousands separators on the part of the x axis that carries data."""
    found = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(ax.get_xlim()[0], edge)
    at = [float(x) for x in found if ax.get_xlim()[0] <= x <= edge * 1.001]
    words = [f"{x:,g}" if x < 1e5 else f"{x:,.0f}" for x in at]
    ax.set_xticks(at, [text.replace("-", "−") for text in words])


def interval(samples: pd.DataFrame) -> NDArray[np.float64]:
    """Ends of the 95% interval of each column, shape (2, columns)."""
    return np.asarray(np.percentile(samples.to_numpy(float), [2.5, 97.5], axis=0))


def site(primary: str) -> str:
    """A primary in plain words."""
    return SITES.get(primary, primary)


def listed(words: list[str]) -> str:
    """Words as a phrase.

    Examples
    --------
    >>> listed(["lung", "breast", "prostate"])
    'lung, breast and prostate'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def per_year(run: Mapping[str, Any]) -> str:
    """The unit of the counts of a run."""
    return "people a year" + (" of diagnosis" if run["view"] == "cohort" else "")


def who(run: Mapping[str, Any]) -> str:
    """Population, size, years and view of a run in one line."""
    scenario = run["scenario"]
    years = "–".join(str(year) for year in dict.fromkeys(scenario["years"]))
    what = f"people diagnosed in {years}, followed to death"
    if run["view"] == "calendar":
        what = f"events of {years}"
    people = f"{run['people']:,} new cancers in {scenario['anchor_year']}"
    return f"{scenario['population']}, {people}; {what}"


def uncertainty(run: Mapping[str, Any]) -> str:
    """Where the intervals of a run come from."""
    draws, replicates = run["scenario"]["draws"], run["scenario"]["replicates"]
    if draws > 1:
        return (
            f"Lines: 95% over {draws:,} joint draws of the parameters, each of at most "
            f"{run['scenario']['people_per_draw']:,} lives, the same in each. Calibrated "
            f"parameters are {run['calibrated_parameters']}."
        )
    if not draws and replicates > 1:
        return f"Lines: 95% over {replicates:,} replicates: luck, not the parameters."
    return "No intervals: one set of parameters, one run."


def save(ax: Axes, path: Path) -> None:
    """Write the figure of an Axes as a PNG.

    Parameters
    ----------
    ax : Axes
    path : Path
        Its folders are made if they are not there.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure = ax.get_figure(root=True)
    if figure is not None:
        figure.savefig(path, dpi=150, bbox_inches="tight", pad_inches=0.15, format="png")
