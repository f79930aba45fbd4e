"""The same person under several strategies as a picture: one panel a strategy, one time axis."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.plots import drawing
from sim.plots.drawing import GRAY, GRID, INK, SMALL
from sim.stories import portrait_key as style
from sim.stories.portrait import draw_life
from sim.stories.story import Story
from sim.stories.tracks import Tracks, courses_key, numbered
from sim.stories.twins import Twins

_BEFORE, _LEAST_BEFORE_DAYS = 0.3, 30.0
"""Time shown before the strategies differ: a share of what follows, and at least so many days."""
_HEAD, _CARE, _PAIN, _THERAPY, _WALKING, _GAP = 2.6, 3.2, 7.0, 2.4, 2.4, 2.2
"""Heights within a panel, in lanes."""
_LEFT = 92
"""Points left of the axis at which titles and names of strategies begin."""


def draw_twins(twins: Twins, ax: Axes | None = None) -> Axes:
    """The same person under several strategies: care, pain, therapy and walking, a panel each.

    Parameters
    ----------
    twins : Twins
        As `sim.stories.twins.tell_twins` gives it.
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    return TwinsPicture(twins, ax).draw()


def draw(twins: Twins, ax: Axes | None = None) -> Axes:
    """One life as `draw_life` draws it, or twins if there are several strategies."""
    if len(twins.stories) == 1:
        return draw_life(twins.stories[0], ax)
    return draw_twins(twins, ax)


class TwinsPicture:
    """Draws one person's lives under several strategies, panel by panel from the top."""

    def __init__(self, twins: Twins, ax: Axes | None) -> None:
        self._twins, self._stories = twins, twins.stories
        deaths = [float(story.person["death_day"]) for story in self._stories]
        self._last = max(*deaths, 1.0)
        split = twins.split_day
        before = max(_BEFORE * (self._last - split), _LEAST_BEFORE_DAYS)
        self._first = max(split - before, 0.0) if twins.differ else 0.0
        self._unit, self._days = style.unit_of(self._last - self._first)
        self._lame = any(
            story.events("neurologic_deficit", "sensation_lost") for story in self._stories
        )
        self._used: set[str] = set()
        self._panel = _HEAD + _CARE + _PAIN + _THERAPY + _GAP + (_WALKING if self._lame else 0.0)
        inches = 2.0 + style.INCHES_PER_LANE * self._panel * len(self._stories)
        self.ax = ax or drawing.new_axes(9.5, inches, left=1.5)

    def draw(self) -> Axes:
        """Draw all panels, the axis, the text around it and the key."""
        ax, days = self.ax, self._days
        height = self._panel * len(self._stories)
        ax.set_ylim(height, -1.2)
        ax.set_xlim(self._first / days, self._last / days)
        lanes: dict[float, str] = {}
        for number, story in enumerate(self._stories):
            self._draw_panel(number, story, number * self._panel, lanes)
        style.name_lanes(ax, lanes, self._unit)
        split = self._twins.split_day / days
        ax.axvspan(self._first / days, split, color=GRID, zorder=-1)
        drawing.dress(ax, self._stories[0].title, self._subtitle(), left=_LEFT)
        style.draw_key(ax, self._used, courses_key(self._stories, self._first))
        return ax

    def _draw_panel(self, number: int, story: Story, top: float, lanes: dict[float, str]) -> None:
        """One strategy: its name and what came of it, care, pain, therapy, walking, the end."""
        days = self._days
        tracks = Tracks(self.ax, story, self._first, self._last, days, self._used)
        name = story.strategy + ("" if number else " (reference)")
        for words, lower, look in (
            (name, 0.0, {"size": 10.5, "weight": "bold", "color": INK}),
            (self._said(number), 1.5, {"size": SMALL + 0.5, "color": GRAY}),
        ):
            at = (0, top + lower)
            drawing.write(self.ax, words, at, (-_LEFT, 0), drawing.BESIDE, va="center", **look)
        y = top + _HEAD + _CARE
        base = y + _PAIN - 0.5
        lanes[y - 0.5] = "palliative care"
        lanes[base - (_PAIN - 1.5) / 2] = "worst pain"
        tracks.care(y - 0.5, base, numbered(self._stories, self._first))
        tracks.pain(base, _PAIN - 1.5)
        for day, _, word in style.level_marks(story):
            if word == "fracture":
                tracks.mark(day, base, word)
        y = base + _THERAPY
        lanes[y] = "therapy"
        tracks.base_line(y)
        tracks.therapy(y)
        if self._lame:
            y += _WALKING
            lanes[y] = "walking"
            tracks.base_line(y)
            tracks.walking(y)
        death = float(story.person["death_day"]) / days
        bottom = y + 0.9
        self.ax.vlines(death, top + _HEAD, bottom, color=INK, lw=2.5, clip_on=False, zorder=7)
        if death * days < self._last:
            # Nothing is drawn after a death: the panel ends there.
            after = [death, self._last / days]
            self.ax.fill_between(after, top + _HEAD, bottom, color="white", lw=0, zorder=3.5)

    def _said(self, number: int) -> str:
        """What came of a strategy, in a line; the numbers are those of the table."""
        story = self._stories[number]
        p = story.person
        if (same := self._twins.same_as(number)) is not None:
            return f"the same life as under {same}"
        return (
            f"therapy paused {p['paused_days'].sum():,.0f} days; pain 4 or more "
            f"{p['pain_days']:,.0f} days, 7 or more {p['severe_pain_days']:,.0f}; "
            f"{story.end}, day {p['death_day']:,.0f}"
        )

    def _subtitle(self) -> str:
        """What the picture compares, and what its shade is."""
        many = f"One person under {len(self._stories)} strategies"
        if not self._twins.differ:
            return f"{many}, which make no difference to this life"
        return f"{many}. Shaded: the past they share. Days count from diagnosis to death."
