"""What goes on in a life over time, drawn as tracks: therapy, palliative care, pain, walking.

The picture of one life and that of twins are made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from matplotlib.axes import Axes

from sim.evidence.instruments import FRANKEL, WALKS_UP_TO, WALKS_WITH_HELP
from sim.evidence.vocabulary import THERAPY_CLASS_WORDS, Therapy
from sim.life.policy import ANALGESIA_ONLY
from sim.plots.drawing import GRAY, INK, MIST, SILVER, SMALL, STRONG, size_in_points, write
from sim.stories import portrait_key as style
from sim.stories.story import Story

T = TypeVar("T")

_APART, _ROWS, _ROW_POINTS = 8.0, 2, 10.0
"""Least distance of two numbers of courses in a row, the rows, and their distance, in points."""


class Tracks:
    """Draws tracks of one life onto an Axes whose y axis points down.

    Parameters
    ----------
    first, last : float
        Days since diagnosis that the x axis spans.
    days : float
        Days of one unit of the x axis.
    used : set of str
        Gets every word that the key has to explain.
    """

    def __init__(
        self, ax: Axes, story: Story, first: float, last: float, days: float, used: set[str]
    ) -> None:
        self.ax, self._story, self._used = ax, story, used
        self._first, self._last, self._days = first, last, days
        self._points = size_in_points(ax)[0] / (last - first)

    def bar(self, y: float, span: tuple[float, float], color: str, text: str, key: str) -> None:
        """A stretch of a track with its text inside, or with an entry in the key if it is short."""
        start, stop = max(span[0], self._first), span[1]
        if stop <= start:
            return
        self.ax.barh(y, (stop - start) / self._days, 1.6, left=start / self._days, color=color)
        if text and (stop - start) * self._points > SMALL * (0.68 * len(text) + 0.6):
            dark = sum(int(color[i : i + 2], 16) for i in (1, 3, 5)) < 400
            word = self.ax.text((start + stop) / 2 / self._days, y, text, size=9.5)
            word.set(ha="center", va="center_baseline", color="white" if dark else INK)
        else:
            self._used.add(key)

    def therapy(self, y: float) -> bool:
        """Lines of systemic therapy; white where toxicity delays one, hatched where care pauses.

        Returns
        -------
        bool
            Whether there is any in the time shown.
        """
        lines: dict[int, tuple[float, float, str]] = {}
        fields = ("therapy", "therapy_line", "therapy_class")
        for start, stop, values in self._story.stretches(*fields):
            state, line, kind = (int(x) for x in values)
            if state in (Therapy.ON, Therapy.TOXICITY_DELAY):
                lines[line] = (lines.get(line, (start,))[0], stop, THERAPY_CLASS_WORDS[kind])
        gaps = [
            (start, stop, state == Therapy.PAUSED)
            for start, stop, (state,) in self._story.stretches("therapy")
            if state in (Therapy.TOXICITY_DELAY, Therapy.PAUSED)
        ]
        for start, stop, name in lines.values():
            text = "" if any(start <= day < stop for day, *_ in gaps) else name
            self.bar(y, (start, stop), style.CLASSES[name], text, style.therapy_key(name))
        for left, right, paused in self._shown(gaps):
            (gap,) = self.ax.barh(y, right - left, 1.6, left=left, color="white", lw=0.5, zorder=3)
            gap.set(edgecolor=STRONG if paused else GRAY, hatch=style.HATCH if paused else "")
            self._used.add(style.PAUSE_KEY if paused else style.DELAY_KEY)
        return any(stop > self._first for _, stop, _ in (*lines.values(), *gaps))

    def _shown(self, spans: Iterable[tuple[float, float, T]]) -> Iterator[tuple[float, float, T]]:
        """Spans of days with what they are, cut to the time shown, on the x axis."""
        for start, stop, what in spans:
            begin = max(start, self._first)
            if stop > begin:
                yield begin / self._days, stop / self._days, what

    def pain(self, base: float, height: float) -> None:
        """Worst pain as steps over a base line, with lines at 4 and 7, and opioids below."""
        ax = self.ax
        ax.axhspan(base - height, base, color=MIST, zorder=0)
        mild, moderate, severe = style.PAINS
        for left, right, (pain,) in self._shown(self._story.stretches("pain")):
            word = severe if pain >= style.SEVERE else moderate if pain >= style.MODERATE else mild
            if pain > 0.0:
                look: dict[str, Any] = {"color": style.PAINS[word], "align": "edge", "zorder": 2}
                ax.bar(left, -pain / style.WORST * height, right - left, bottom=base, **look)
                self._used.add(word)
        for level in (style.MODERATE, style.SEVERE):
            at = base - level / style.WORST * height
            ax.axhline(at, color=GRAY, linewidth=0.7, linestyle=(0, (4, 3)), zorder=3)
            style.beside(ax, at, f"{level:.0f}", 4, side="right")
        for left, right, (step,) in self._shown(self._story.stretches("analgesia")):
            if step >= 2:
                ax.hlines(base + 0.5, left, right, color=INK, lw=2.5)
                self._used.add(style.OPIOIDS)

    def care(self, y: float, low: float, numbers: dict[int, int]) -> None:
        """Episodes as a line, courses as numbered marks with a line down through the pain.

        The lines go down to `low`; the numbers are by treatment.
        """
        ax = self.ax
        for start, stop in self._story.episodes():
            begin = max(start, self._first)
            if stop >= begin:
                ax.hlines(y, begin / self._days, stop / self._days, color=GRAY, linewidth=3.5)
                self._used.add(style.EPISODE_KEY)
        for moment in self._story.events("care_decided"):
            if moment.after["episode_treatment"] == ANALGESIA_ONLY and moment.day >= self._first:
                (mark,) = ax.plot(moment.day / self._days, y, "s", mfc="white", mec=INK, ms=5.5)
                mark.set(zorder=5, clip_on=False)
                self._used.add(style.ANALGESIA_DECIDED)
        filled = [-_APART] * _ROWS
        last = (-_APART, 0)
        for course in self._story.courses():
            begin = max(course.start, self._first)
            if course.end < begin:
                continue
            left, long = begin / self._days, (course.end - begin) / self._days
            ax.barh(y, long, 0.8, left=left, color=INK, zorder=4)
            ax.vlines(left, y, low, color=INK, linewidth=0.8, zorder=5)
            self._used.add(style.COURSE_KEY)
            at, number = (begin - self._first) * self._points, numbers[course.treatment]
            repeated = number == last[1] and at < last[0] + _APART
            last = (at, number)
            if not repeated:
                row = next((r for r in range(_ROWS) if at >= filled[r] + _APART), _ROWS - 1)
                filled[row] = at
                look = {"ha": "center", "va": "bottom", "size": 9.5, "weight": "bold", "color": INK}
                up = (0, 5 + _ROW_POINTS * row)
                write(ax, str(number), (left, y), up, "data", annotation_clip=False, **look)

    def walking(self, y: float) -> None:
        """Frankel grades as bars, and when cord compression is diagnosed."""
        for start, stop, (grade, strength) in self._story.stretches("frankel", "strength"):
            if grade > 0:
                weak, helped, lame = style.WALKING
                word = helped if strength == WALKS_WITH_HELP else weak
                word = word if grade <= WALKS_UP_TO else lame
                self.bar(y, (start, stop), style.WALKING[word], FRANKEL[int(grade)], word)
                self._used.add(word)
        for moment in self._story.events("cord_compression_diagnosed"):
            self.mark(moment.day, y - 1.3, "cord compression diagnosed")

    def base_line(self, y: float) -> None:
        """A thin line over the life."""
        death = float(self._story.person["death_day"])
        start = max(self._first, 0.0)
        line = self.ax.hlines(y, start / self._days, death / self._days, color=SILVER, lw=0.9)
        line.set_zorder(0.8)

    def mark(self, day: float, y: float, word: str) -> None:
        """A marker, and its entry in the key."""
        if max(day, 0.0) < self._first:
            return
        at = max(day, 0.0) / self._days
        self.ax.plot(at, y, ls="", mew=1.0, zorder=6, clip_on=False, **style.MARKS[word])
        self._used.add(word)


def numbered(stories: tuple[Story, ...], first: float = 0.0) -> dict[int, int]:
    """A number for each treatment given from a first day on in any of several lives, in order."""
    found: dict[int, int] = {}
    for course in chain.from_iterable(story.courses() for story in stories):
        if course.end >= first:
            found.setdefault(course.treatment, len(found) + 1)
    return found


def courses_key(stories: tuple[Story, ...], first: float = 0.0) -> str:
    """What the numbers of courses stand for, in one line; empty if there are none.

    The spaces within an entry do not break.
    """
    terms = stories[0].terms
    told = [f"{n}  {terms.label(treatment)}" for treatment, n in numbered(stories, first).items()]
    return "     ".join(entry.replace(" ", "\N{NO-BREAK SPACE}") for entry in told)
