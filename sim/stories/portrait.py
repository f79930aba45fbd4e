"""One life as a picture: cancer, therapy, skeleton, care, pain, walking, and the levels."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.evidence.vocabulary import DAYS_PER_YEAR, LESION_PLACES, LEVELS
from sim.life.hazards import NEVER
from sim.life.records import OUTSIDE
from sim.plots.drawing import BESIDE, GRAY, INK, LIGHT, MIST, SILVER, STRONG, dress, new_axes, write
from sim.stories import portrait_key as style
from sim.stories.story import Story
from sim.stories.tracks import Tracks, courses_key, numbered

_BONE_STEP = 1.4
"""Height of the lane of a bone outside the spine, in lanes of a level."""
_MARGIN, _CUT = 0.12, 12.0
"""Time shown before the disease begins, as a share of what follows; what is before that is cut off
if it is that many times as long."""


def draw_life(story: Story, ax: Axes | None = None) -> Axes:
    """One life from diagnosis to death: cancer, therapy, skeleton, pain, walking, each level.

    Parameters
    ----------
    story : Story
        As `sim.stories.twins.tell` gives it.
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    return Portrait(story, ax).draw()


class Portrait:
    """Draws one life, lane by lane from the top."""

    def __init__(self, story: Story, ax: Axes | None) -> None:
        self._story, self._person = story, story.person
        self._spinal = bool(self._person["n_spinal"] > 0)
        self._death = max(float(self._person["death_day"]), 1.0)
        self._incurable = bool(self._person["incurable_day"] <= self._death)
        self._cared_for = bool(self._person["n_episodes"] > 0)
        self._first = self._shown_from()
        self._unit, self._days = style.unit_of(self._death - self._first)
        self._lanes: dict[float, str] = {}
        self._used: set[str] = set()
        self._y = 0.0
        self.ax = ax or new_axes(9.5, 1.9 + style.INCHES_PER_LANE * self._height(), left=1.5)
        self._tracks = Tracks(self.ax, story, self._first, self._death, self._days, self._used)

    def draw(self) -> Axes:
        """Draw all lanes, the axis, the text around it and the key."""
        ax = self.ax
        self._cancer()
        if self._incurable:
            self._therapy()
        self._lane("skeleton", 2.4)
        seen = float(self._person["skeletal_detected_day"])
        self._disease(float(self._person["skeletal_metastasis_day"]), seen, style.BAR)
        if self._story.images():
            self._images()
        if self._cared_for:
            self._care()
        if self._spinal:
            self._pain()
            self._walking()
        self._spine()
        self._bones()
        ax.set_ylim(self._y + 1.0, -2.6)
        ax.set_xlim(self._first / self._days, self._death / self._days)
        style.name_lanes(ax, self._lanes, self._unit, whole=self._first == 0.0)
        ax.axvline(self._death / self._days, color=INK, linewidth=2.5, clip_on=False)
        self._ends()
        dress(ax, self._story.title, left=92)
        style.draw_key(ax, self._used, courses_key((self._story,)))
        return ax

    def _shown_from(self) -> float:
        """First day of the picture: a long time before the skeleton is involved is cut off."""
        begins = ("skeletal_metastasis_day", "spinal_metastasis_day")
        if not self._spinal:
            begins = ("incurable_day", *begins[:1])
        first = min(self._death, *(float(self._person[name]) for name in begins))
        margin = _MARGIN * (self._death - first)
        return first - margin if first < self._death and first > _CUT * margin else 0.0

    def _height(self) -> float:
        """Lanes that the life needs, in units of one spinal level."""
        height = 2.4 * self._incurable + 2.2 * bool(self._story.images())
        height += _BONE_STEP * len(self._story.bones())
        if not self._spinal:
            return 8.4 + height
        levels = 29.0 if self._story.lesions() else 4.0
        return 10.4 + height + 3.2 * self._cared_for + style.PAIN_HEIGHT + levels

    def _lane(self, name: str, step: float) -> None:
        """Go down to a new lane."""
        self._y += step
        self._lanes[self._y] = name

    def _cancer(self) -> None:
        self._lane("cancer", 0.0)
        for state, begin, stop in self._story.course():
            self._tracks.bar(self._y, (begin, stop), style.STATES[state], state, f"{state} cancer")

    def _therapy(self) -> None:
        self._lane("therapy", 2.4)
        if self._person["therapy_line"] == 0 and not self._story.pauses():
            self._word("no systemic therapy")
        elif not self._tracks.therapy(self._y):
            self._word("no systemic therapy in this time")

    def _care(self) -> None:
        """Episodes and courses, whose lines go down through the pain below."""
        self._lane("palliative care", 3.2)
        self._tracks.care(self._y, self._y + 1.6 + style.PAIN_HEIGHT, numbered((self._story,)))

    def _images(self) -> None:
        self._lane("imaging", 2.2)
        for day, kind, new in self._story.images():
            if day < self._first:
                continue
            marker, word = style.IMAGES[kind]
            (mark,) = self.ax.plot(day / self._days, self._y, marker, color=GRAY, ms=6.5)
            mark.set(mfc=GRAY if new else "white", zorder=4 if new else 3, clip_on=False)
            self._used |= {word} if new else {word, style.NOTHING}

    def _pain(self) -> None:
        self._y += 1.6 + style.PAIN_HEIGHT
        self._lanes[self._y - style.PAIN_HEIGHT / 2] = "worst pain"
        self._tracks.pain(self._y, style.PAIN_HEIGHT)

    def _walking(self) -> None:
        self._lane("walking", 2.4)
        self._tracks.base_line(self._y)
        if all(values == (0.0,) for _, _, values in self._story.stretches("frankel")):
            self._word("walks")
        self._tracks.walking(self._y)

    def _spine(self) -> None:
        """Each involved level, with its fractures and its cord compression."""
        self._y += 2.2
        rows: dict[int, float] = {}
        lesions = {level: (start, seen) for level, start, seen in self._story.lesions()}
        outside = self._story.outside()
        if not self._spinal:
            self._lanes[self._y] = "spine"
            self._disease(NEVER, NEVER, style.BAR)
        for region, first, last in style.REGION_SPANS if lesions else ():
            self.ax.axhspan(self._y - 0.5, self._y + last - first - 0.5, color=MIST, zorder=0)
            style.beside(self.ax, self._y + (last - first - 1) / 2, region, -42)
            for level in range(first, last):
                if level in lesions:
                    self._lanes[self._y] = LEVELS[level]
                    rows[level] = self._y
                    self._disease(*lesions[level], style.LEVEL_LINE)
                self._y += 1
            self._y += 0.5
        if outside is not None:
            self._y += 0.4 if lesions else 0.0
            level = LEVELS[self._person["lesions"]["level"][OUTSIDE]]
            self._lanes[self._y] = f"{style.OUTSIDE_WORDS[outside[0]]} {level}"
            rows[OUTSIDE] = self._y
            self._disease(outside[1], outside[2], style.LEVEL_LINE)
            self._y += 0.5
        for day, lesion, word in style.level_marks(self._story):
            self._tracks.mark(day, rows[lesion], word)

    def _bones(self) -> None:
        """Bone outside the spine: each site that is involved, with its fracture."""
        for lesion, start, seen in self._story.bones():
            self._lane(LESION_PLACES[lesion].replace("_", " "), _BONE_STEP)
            self._disease(start, seen, style.LEVEL_LINE)
            for moment in self._story.events("bone_fracture"):
                if moment.lesion == lesion:
                    self._tracks.mark(moment.day, self._y, "fracture")

    def _word(self, text: str) -> None:
        """A remark in the middle of a lane."""
        look = {"ha": "center", "va": "center_baseline", "backgroundcolor": "white"}
        write(self.ax, text, (0.5, self._y), (0, 0), BESIDE, color=GRAY, **look)

    def _disease(self, seeded: float, seen: float, width: float) -> None:
        """A line from seeding to death, light until it is seen and strong from then."""
        ax, y, days, death = self.ax, self._y, self._days, self._death
        start, shown = min(max(seeded, 0.0), death), min(seen, death)
        ax.hlines(y, 0, start / days, color=SILVER, linewidth=0.9)
        if seeded == NEVER:
            self._word("no metastasis")
            return
        if start < shown:
            ax.hlines(y, start / days, shown / days, color=LIGHT, linewidth=width)
            self._used.add("occult")
        if seen <= death:
            ax.hlines(y, shown / days, death / days, color=STRONG, linewidth=width)
            ms = 3.5 + width**0.5
            ax.plot(shown / days, y, "D", color=STRONG, ms=ms, mec="white", clip_on=False, zorder=4)
            self._used.add("detected")

    def _ends(self) -> None:
        """What begins and what ends the life, with the age, above the lanes."""
        end, death = self._story.end, self._death
        first = f"diagnosis, age {int(self._story.age(0.0))}"
        if self._first > 0.0:
            first += f"; the first {self._first / DAYS_PER_YEAR:.1f} years are not shown"
        for day, shift, side, text in (
            (self._first, 0, "left", first),
            (death, -5, "right", f"{end}, age {int(self._story.age(death))}"),
        ):
            box = {"facecolor": "white", "linewidth": 0, "pad": 1.0}
            at = (day / self._days, -1.25)
            write(self.ax, text, at, (shift, 0), "data", ha=side, size=9.5, color=INK, bbox=box)
