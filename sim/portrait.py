"""One life as a picture: the cancer, the skeleton, and the spine level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.drawing import GRAY, INK, LIGHT, MIST, SILVER, SMALL, STRONG, dress, new_axes
from sim.drawing import size_in_points as size
from sim.hazards import NEVER
from sim.vocabulary import DAYS_PER_YEAR, LEVELS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.story import Story

STATES = {"controlled": "#dedede", "incurable": "#a6a6a6", "disseminated": "#5c5c5c"}
"""Colors of the states of the cancer."""

IMAGES = {
    "staging": ("s", "staging"),
    "surveillance_imaging": ("o", "surveillance image"),
    "symptom_imaging": ("^", "work-up of symptoms"),
}
"""Marker and name of each kind of imaging."""

REGIONS = (("cervical", 0, 7), ("thoracic", 7, 19), ("lumbar", 19, 24), ("sacrum", 24, 25))
"""Regions of the spine with their first level and the one after their last."""

_NOTHING = "open: shows nothing new"
_KEYS = {
    **{f"{state} cancer": Patch(color=color) for state, color in STATES.items()},
    "occult": Line2D([], [], color=LIGHT, linewidth=6),
    "detected": Line2D([], [], color=STRONG, linewidth=6, marker="D", ms=6, mec="white"),
    **{
        word: Line2D([], [], color=GRAY, marker=marker, ms=6.5, ls="")
        for marker, word in IMAGES.values()
    },
    _NOTHING: Line2D([], [], color=GRAY, marker="o", mfc="white", ms=6.5, ls=""),
}
_BAR, _LINE = 13.0, 5.0
"""Widths of the skeleton's and of a level's line, in points."""


def draw_life(story: Story, ax: Axes | None = None) -> Axes:
    """One life from diagnosis to death: the cancer, the skeleton and each involved spinal level.

    Parameters
    ----------
    story : Story
        As `sim.story.tell` gives it.
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    person, lesions, images = story.person, story.lesions(), story.images()
    if ax is None:
        ax = new_axes(9.5, (7.4 if lesions else 3.2) + (0.2 if images else 0.0), left=1.5)
    death = max(float(person["death_day"]), 1.0)
    unit, days = _unit(death)
    used: set[str] = set()
    width = size(ax)[0]
    for state, start, stop in story.course():
        ax.barh(0, (stop - start) / days, 1.6, left=start / days, color=STATES[state])
        if (stop - start) / death * width > 0.8 * SMALL * len(state):
            ink = "white" if state == "disseminated" else INK
            ax.text(
                (start + stop) / 2 / days, 0, state, ha="center", va="center_baseline", color=ink
            )
        else:
            used.add(f"{state} cancer")
    y = 2.4
    lanes = {0.0: "cancer", y: "skeleton"}
    seeded, seen = (float(person[f"skeletal_{what}_day"]) for what in ("metastasis", "detected"))
    used |= _disease(ax, y, (seeded, seen, death), days, _BAR)
    if images:
        y += 2.2
        lanes[y] = "imaging"
    for day, kind, new in images:
        marker, word = IMAGES[kind]
        (mark,) = ax.plot(day / days, y, marker, color=GRAY, ms=6.5, clip_on=False)
        mark.set(markerfacecolor=GRAY if new else "white", zorder=4 if new else 3)
        used |= {word} if new else {word, _NOTHING}
    y += 2.4
    if not lesions:
        lanes[y] = "spine"
        _disease(ax, y, (NEVER, NEVER, death), days, _BAR)
        y += 1.8
    else:
        involved = {level: (start, shown) for level, start, shown in lesions}
        for region, first, last in REGIONS:
            ax.axhspan(y - 0.5, y + last - first - 0.5, color=MIST, zorder=0)
            _beside(ax, y + (last - first - 1) / 2, region)
            for level in range(first, last):
                if level in involved:
                    lanes[y] = LEVELS[level]
                    used |= _disease(ax, y, (*involved[level], death), days, _LINE)
                y += 1
            y += 0.5
    ax.set_yticks(list(lanes), list(lanes.values()))
    ax.set_ylim(y - 0.6, -2.6)
    ax.set_xlim(0, death / days)
    ax.set_xlabel(f"{unit} since diagnosis")
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    ax.grid(axis="x", color="#e2e2e2", linewidth=0.7)
    ax.set_axisbelow(True)
    ax.axvline(death / days, color=INK, linewidth=2.5, clip_on=False)
    _ends(ax, story, death, days)
    dress(ax, story.title, left=92)
    key = {word: handle for word, handle in _KEYS.items() if word in used}
    if key:
        ax.legend(
            key.values(),
            key.keys(),
            loc="upper left",
            bbox_to_anchor=(0, -42 / size(ax)[1]),
            ncols=5,
            frameon=False,
            fontsize=SMALL,
            borderaxespad=0,
            borderpad=0,
        )
    return ax


def _unit(death: float) -> tuple[str, float]:
    """The unit of time in which a life reads best, and its days."""
    month = DAYS_PER_YEAR / 12
    if death > 2 * DAYS_PER_YEAR:
        return "years", DAYS_PER_YEAR
    return ("months", month) if death > 3 * month else ("days", 1.0)


def _disease(
    ax: Axes, y: float, course: tuple[float, float, float], days: float, width: float
) -> set[str]:
    """A line from seeding to death, light until it is seen and strong from then; the keys used."""
    seeded, seen, death = course
    used: set[str] = set()
    seeded, seen = min(max(seeded, 0.0), death), min(seen, death)
    ax.hlines(y, 0, seeded / days, color=SILVER, linewidth=0.9)
    if course[0] == NEVER:
        word = ax.annotate("no metastasis", (0.5, y), xycoords=ax.get_yaxis_transform())
        word.set(ha="center", va="center_baseline", color=GRAY, backgroundcolor="white")
        return used
    if seeded < seen:
        ax.hlines(y, seeded / days, seen / days, color=LIGHT, linewidth=width)
        used.add("occult")
    if course[1] <= death:
        ax.hlines(y, seen / days, death / days, color=STRONG, linewidth=width)
        mark = 3.5 + width**0.5
        ax.plot(seen / days, y, "D", color=STRONG, ms=mark, mec="white", clip_on=False, zorder=4)
        used.add("detected")
    return used


def _beside(ax: Axes, y: float, region: str) -> None:
    """The name of a region, left of the names of levels."""
    ax.annotate(
        region,
        (0, y),
        (-42, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        va="center",
        color=GRAY,
        size=SMALL + 0.5,
    )


def _ends(ax: Axes, story: Story, death: float, days: float) -> None:
    """What begins and what ends the life, with the age, above the lanes."""
    end = story.lines()[-1][1]
    for day, shift, side, text in (
        (0.0, 0, "left", f"diagnosis, age {int(story.age(0.0))}"),
        (death, -5, "right", f"{end}, age {int(story.age(death))}"),
    ):
        ax.annotate(
            text,
            (day / days, -1.25),
            (shift, 0),
            textcoords="offset points",
            ha=side,
            size=9.5,
            color=INK,
            bbox={"facecolor": "white", "linewidth": 0, "pad": 1.0},
        )
