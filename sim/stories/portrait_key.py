"""Colors, markers and key of the picture of a life."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill
from typing import Any

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from sim.evidence.instruments import CORD_CONTACT
from sim.evidence.vocabulary import DAYS_PER_YEAR, N_LEVELS, REGION_OF_LEVEL, THERAPY_CLASS_WORDS
from sim.plots import drawing
from sim.plots.drawing import GRAY, INK, LIGHT, SMALL, STRONG
from sim.stories.story import Story

STATES = {"controlled": "#dedede", "incurable": "#a6a6a6", "disseminated": "#5c5c5c"}
"""Colors of the states of the cancer."""

_CLASS_COLORS = ("#2f5d8a", "#74a9cf", "#5aa7a7", "#9f8fc4", "#a3b8c9", "#b9a13c", "#7fb08f")
CLASSES = dict(zip(THERAPY_CLASS_WORDS, _CLASS_COLORS, strict=True))
"""Colors of the classes of systemic therapy, by their words."""

PAINS = {"pain below 4": "#ecd3dc", "pain 4 to 7": "#cf7f9b", "pain 7 or more": "#8f1d46"}
"""Colors of mild, moderate and severe pain."""
MODERATE, SEVERE, WORST = 4.0, 7.0, 10.0

CORD = "#6b3fa0"
WALKING = {
    "weak or numb, walks (Frankel D)": "#dccdf0",
    "walks with help": "#b093d8",
    "cannot walk (Frankel A–C)": CORD,
}
"""Colors of lost function."""

IMAGES = {
    "staging": ("s", "staging"),
    "surveillance_imaging": ("o", "surveillance image"),
    "work_up": ("^", "work-up of symptoms"),
}
"""Marker and name of each kind of imaging."""

_REGION_WORDS = ("cervical", "thoracic", "lumbar", "sacrum")
"""What stands beside each of `REGIONS`."""
_REGION_STARTS = (*(REGION_OF_LEVEL.index(i) for i in range(len(_REGION_WORDS))), N_LEVELS)
REGION_SPANS = tuple(zip(_REGION_WORDS, _REGION_STARTS[:-1], _REGION_STARTS[1:], strict=True))
"""Regions of the spine with their first level and the one after their last."""

OUTSIDE_WORDS = {
    "extradural_soft_tissue": "epidural",
    "intradural_extramedullary": "dural sac",
    "intramedullary": "cord",
}
"""Lesions outside the vertebrae, in a word."""

MARKS: dict[str, dict[str, Any]] = {
    "fracture": {"marker": "X", "mfc": INK, "mec": INK, "ms": 7.5},
    "collapse without pain": {"marker": "X", "mfc": "white", "mec": INK, "ms": 7.5},
    "cord compressed (Bilsky 2)": {"marker": "o", "mfc": "white", "mec": CORD, "ms": 7.5},
    "function lost": {"marker": "*", "mfc": CORD, "mec": "white", "ms": 11.0},
    "cord compression diagnosed": {"marker": "D", "mfc": CORD, "mec": "white", "ms": 7.5},
}
"""Marker, face, edge and size of what happens at a level."""


def therapy_key(name: str) -> str:
    """What a class of therapy is called in the key."""
    return f"{name} therapy" if name in ("cytotoxic", "endocrine") else name


NOTHING = "open: shows nothing new"
OPIOIDS = "on opioids"
DELAY_KEY = "gap: delayed by toxicity"
PAUSE_KEY, HATCH = "paused for palliative care", "/////"
EPISODE_KEY, COURSE_KEY = "referred, waits", "course; no number: as before"
ANALGESIA_DECIDED = "decided: analgesia alone"
KEYS = {
    **{f"{state} cancer": Patch(color=color) for state, color in STATES.items()},
    **{therapy_key(name): Patch(color=color) for name, color in CLASSES.items()},
    DELAY_KEY: Patch(facecolor="white", edgecolor=GRAY, linewidth=0.7),
    PAUSE_KEY: Patch(facecolor="white", edgecolor=STRONG, linewidth=0.7, hatch=HATCH),
    EPISODE_KEY: Line2D([], [], color=GRAY, linewidth=3.5),
    COURSE_KEY: Line2D([], [], color=INK, linewidth=6),
    ANALGESIA_DECIDED: Line2D([], [], marker="s", mfc="white", mec=INK, ms=5.5, ls=""),
    "occult": Line2D([], [], color=LIGHT, linewidth=6),
    "detected": Line2D([], [], color=STRONG, linewidth=6, marker="D", ms=6, mec="white"),
    **{
        word: Line2D([], [], color=GRAY, marker=marker, ms=6.5, ls="")
        for marker, word in IMAGES.values()
    },
    NOTHING: Line2D([], [], color=GRAY, marker="o", mfc="white", ms=6.5, ls=""),
    **{word: Patch(color=color) for word, color in PAINS.items()},
    OPIOIDS: Line2D([], [], color=INK, linewidth=2.5),
    **{word: Patch(color=color) for word, color in WALKING.items()},
    **{word: Line2D([], [], ls="", **look) for word, look in MARKS.items()},
}
BAR, LEVEL_LINE = 13.0, 5.0
"""Widths of the skeleton's and of a level's line, in points."""
INCHES_PER_LANE = 0.155
PAIN_HEIGHT = 5.0
_LETTERS = 110
"""Letters of a line of the key."""


def draw_key(ax: Axes, used: set[str], courses: str = "") -> None:
    """The key, below the axis, with what a picture uses; first what the numbers of courses mean."""
    below = 42.0
    if courses:
        lines = fill(courses, _LETTERS).splitlines()
        drawing.write(ax, "\n".join(lines), (0, 0), (0, -below), va="top", size=9, color=INK)
        below += 13.0 * len(lines) + 4
    key = {word: handle for word, handle in KEYS.items() if word in used}
    if key:
        ax.legend(
            key.values(),
            key.keys(),
            loc="upper left",
            bbox_to_anchor=(0, -below / drawing.size_in_points(ax)[1]),
            ncols=4,
            frameon=False,
            fontsize=SMALL,
            borderaxespad=0,
            borderpad=0,
        )


def level_marks(story: Story) -> Iterator[tuple[float, int, str]]:
    """Day, lesion and name of collapses, and of what happens to the cord, at each level."""
    bone = {"vertebral_fracture": "fracture", "silent_collapse": "collapse without pain"}
    losses = ("neurologic_deficit", "sensation_lost", "sphincters_lost")
    for moment in story.events(*bone, "epidural_extension", *losses):
        grade = moment.after["lesions"]["epidural_grade"][moment.lesion]
        deficits = moment.after["lesions"]["deficits"][moment.lesion]
        if moment.event in bone:
            yield moment.day, moment.lesion, bone[moment.event]
        elif moment.event == "epidural_extension" and grade == CORD_CONTACT:
            yield moment.day, moment.lesion, "cord compressed (Bilsky 2)"
        elif moment.event in losses and deficits == 1:
            yield moment.day, moment.lesion, "function lost"


def unit_of(death: float) -> tuple[str, float]:
    """The unit of time in which a life reads best, and its days."""
    month = DAYS_PER_YEAR / 12
    if death > 2 * DAYS_PER_YEAR:
        return "years", DAYS_PER_YEAR
    return ("months", month) if death > 3 * month else ("days", 1.0)


def beside(ax: Axes, y: float, text: str, shift: float, side: str = "left") -> None:
    """A word left of the names of lanes, or right of the axis."""
    ha, at = ("right", 0.0) if side == "left" else ("left", 1.0)
    look = {"ha": ha, "va": "center", "color": GRAY, "size": SMALL + 0.5}
    drawing.write(ax, text, (at, y), (shift, 0), drawing.BESIDE, **look)


def name_lanes(ax: Axes, lanes: dict[float, str], unit: str, *, whole: bool = False) -> None:
    """Name the lanes on the left and the unit of time below, with lines at round or whole times.

    Names of lanes are by their height.
    """
    ax.set_yticks(list(lanes), list(lanes.values()))
    ax.set_xlabel(f"{unit} since diagnosis")
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=whole, steps=[1, 2, 5, 10]))
    ax.grid(axis="x", color="#e2e2e2", linewidth=0.7)
    ax.set_axisbelow(True)
