"""Pictures of results and of lives, each a Matplotlib Axes.

Light is everything there is, occult disease included; strong is what has been detected. Figures
are made without `pyplot`: no display, no global state, no second to import it.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.hazards import NEVER
from sim.vocabulary import AGE_GROUPS, LEVELS, PRIMARIES, SEXES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.results import Result
    from sim.story import Story

STRONG, LIGHT = "#c2410c", "#f3c3a6"
INK, GRAY, SILVER, MIST = "#222222", "#6b6b6b", "#c4c4c4", "#ececec"
NUMBERS = 8.5
"""Font size of numbers, legends and notes, in points."""

SITES = {
    "upper_gi": "stomach and esophagus",
    "head_neck": "head and neck",
    "gynecologic": "uterus, ovary, cervix",
    "other": "other sites",
}
"""Primaries whose name is not plain."""

MEASURE_WORDS = {
    "new_spinal_metastasis": "New spinal metastasis a year, occult or detected",
    "new_spinal_metastasis_detected": "New spinal metastasis a year, detected",
    "cancer_deaths": "Cancer deaths a year",
    "bone_metastasis_at_diagnosis": "Bone metastasis known at diagnosis",
    "spinal_metastasis_at_cancer_death": "Spinal metastasis at death from cancer",
    "spinal_metastasis_at_cancer_death_autopsy_mix": "The same, case mix of the autopsies",
    "spine_share_of_detected": "Spine involved, of detected bone metastasis",
    "several_levels_of_detected": "Several levels, of detected spinal metastasis",
    "recorded_bone_metastasis_1y": "Bone metastasis on record 1 year after diagnosis",
    "recorded_bone_metastasis_5y": "Bone metastasis on record after 5 years",
    "recorded_bone_metastasis_10y": "Bone metastasis on record after 10 years",
}
"""Measures of the summary in plain words."""

STATES = {"controlled": "#dedede", "incurable": "#a3a3a3", "disseminated": "#5c5c5c"}
IMAGES = {
    "staging": ("s", "staging"),
    "surveillance_imaging": ("o", "surveillance image"),
    "symptom_imaging": ("^", "work-up of symptoms"),
}
REGIONS = (("cervical", 0, 7), ("thoracic", 7, 19), ("lumbar", 19, 24), ("sacrum", 24, 25))
"""Regions of the spine with their first level and the one after their last."""


class Plots:
    """The pictures of one result.

    Parameters
    ----------
    result : Result
    """

    def __init__(self, result: Result) -> None:
        self._result = result

    def new_metastases(self, ax: Axes | None = None) -> Axes:
        """New skeletal and new spinal metastasis a year by primary, with 95% intervals.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        measures = ("", "_detected")
        spine, found = (self._samples(f"new_spinal_metastasis{m}") for m in measures)
        bone = self._samples("new_skeletal_metastasis")
        order = [p for p in spine.mean().sort_values().index if bone[p].sum() > 0]
        none = [SITES.get(p, p) for p in PRIMARIES if p not in order]
        ax = ax or _new_axes(9.0, 1.9 + 0.4 * (len(order) + 2), left=1.9)
        rows = np.arange(len(order))
        kinds = ((bone, 0.2, SILVER, "skeleton"), (spine, -0.2, LIGHT, "spine"))
        kinds += ((found, -0.2, STRONG, "of these\ndetected"),)
        edge = max([1.0, *(_interval(sample[order])[1].max() for sample, *_ in kinds if order)])
        for column, (sample, shift, color, word) in enumerate(kinds):
            mean = sample[order].mean().to_numpy()
            low, high = _interval(sample[order])
            ax.barh(rows + shift, mean, 0.38, color=color)
            drop = 0.0 if column == 0 else 0.06 * (3 - 2 * column)
            if len(sample) > 1:
                ax.hlines(rows + shift + drop, low, high, color=INK, linewidth=0.9)
            at = edge * (1.22 + 0.22 * column)
            ax.text(at, len(order) + 0.6, word, ha="right", va="bottom", color=INK, size=NUMBERS)
            for y, value in [
                *zip(rows, mean, strict=True),
                (len(order), sample.sum(axis=1).mean()),
            ]:
                weight = "bold" if y == len(order) else "normal"
                ax.text(
                    at, y, f"{value:,.0f}", ha="right", va="center", size=NUMBERS, weight=weight
                )
        ax.set_yticks([*rows, len(order)], [*(_site(p) for p in order), "All primaries"])
        ax.set_ylim(-0.6, len(order) + 0.6)
        ax.set_xlim(0, edge * 1.68)
        _ticks_up_to(ax, edge)
        ax.set_xlabel("people a year", loc="left")
        total = spine.sum(axis=1)
        title = "No new spinal metastasis in this run"
        if total.mean() > 0:
            top = order[::-1][:3]
            share = 100 * spine[top].sum(axis=1).mean() / total.mean()
            title = f"{_join([_site(p) for p in top])} bring {share:.0f}% of new spinal metastasis"
        note = self._uncertainty() + (f" None in: {', '.join(none)}." if none else "")
        subtitle = "First metastasis by primary site: skeleton (gray), spine (color), and how many"
        _dress(ax, title, f"{subtitle}\nare ever detected; {self._who()}", note, 150)
        return ax

    def by_age(self, ax: Axes | None = None) -> Axes:
        """New spinal metastasis a year by age at the event and sex, at the point estimate.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        ax = ax or _new_axes(9.0, 5.2, left=0.9)
        every, found = (self._by_age(f"new_spinal_metastasis{m}") for m in ("", "_detected"))
        x = np.arange(len(AGE_GROUPS))
        words = "{:,.0f}" if every.max() < 99_999.5 else "{:,.0f}k"
        for i, light, strong in ((0, MIST, GRAY), (1, LIGHT, STRONG)):
            at, name = x + (i - 0.5) * 0.43, ("men", "women")[i]
            ax.bar(at, every[i], 0.4, color=light, label=f"{name}, all")
            ax.bar(at, found[i], 0.4, color=strong, label=f"{name}, ever detected")
            for where, value in zip(at, every[i], strict=True):
                shown = words.format(value if words.endswith("}") else value / 1000)
                ax.annotate(
                    shown,
                    (where, value),
                    (0, 3),
                    textcoords="offset points",
                    ha="center",
                    size=NUMBERS,
                    color=INK,
                )
        ax.set_xticks(x, [group.replace("-", "–") for group in AGE_GROUPS])
        ax.set_xlabel("age at first spinal metastasis, years")
        ax.set_yticks([])
        ax.set_ylim(0, max(float(every.max()), 1.0) * 1.08)
        ax.legend(frameon=False, fontsize=NUMBERS + 0.5, loc="upper left")
        title = "No new spinal metastasis in this run"
        if every.sum() > 0:
            old = 100 * every[:, AGE_GROUPS.index("60-69") :].sum() / every.sum()
            title = f"{old:.0f}% of new spinal metastasis comes at age 60 or later"
        note = "Point estimate of all parameters; numbers above the bars include occult metastasis."
        _dress(ax, title, f"People a year by age and sex; {self._who()}", note, 10)
        return ax

    def against_published(self, ax: Axes | None = None) -> Axes:
        """Each measure with a published range: where the model stands, in percent of the value.

        Published counts are scaled to the new cancers of the run where those differ.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        from sim.report_text import number
        from sim.results import published_for

        new = published_for("new_cancers")[0].value
        ratio = self._result.value("new_cancers") / new
        ratio = 1.0 if abs(ratio - 1.0) < 0.005 else ratio
        rows = []
        for row in self._result.summary.to_dict("records"):
            beside = published_for(row["measure"])
            if not beside or row["mean"] != row["mean"] or row["measure"] == "new_cancers":
                continue
            scale = ratio if row["unit"].startswith("people") else 1.0
            target = np.array([beside[0].lower, beside[0].value, beside[0].upper]) * scale
            ends = (row["mean"] if row[e] is None else row[e] for e in ("lo", "hi"))
            model = np.nan_to_num(np.array([*ends, row["mean"]], float), nan=row["mean"])
            rows.append((row, target, model[[0, 2, 1]], set(PRIMARIES) - set(beside[0].primaries)))
        ax = ax or _new_axes(10.5, 1.9 + 0.42 * (len(rows) + 1), left=3.5)
        shown = np.array([np.r_[t, m] / t[1] for _, t, m, _ in rows]).reshape(-1, 6) * 100
        low = max(0.0, np.floor(min(70.0, shown.min(initial=100)) / 10 - 1) * 10)
        high = min(300.0, np.ceil(max(130.0, shown.max(initial=100)) / 10 + 1) * 10)
        columns = (high + (high - low) * 0.5, high + (high - low) * 0.98)
        met, left_out = 0, set()
        for y, (row, target, model, missing) in zip(range(len(rows))[::-1], rows, strict=True):
            band, point = 100 * target / target[1], 100 * model / target[1]
            ax.barh(y, band[2] - band[0], 0.5, left=band[0], color="#dcdcdc")
            ax.vlines(100, y - 0.25, y + 0.25, color=GRAY, linewidth=1.6)
            inside = bool(target[0] <= model[1] <= target[2])
            met += inside
            left_out |= missing
            ax.hlines(y, *np.clip(point[[0, 2]], low, high), color=STRONG, linewidth=1.8)
            beyond = ">" if point[1] > high else "<" if point[1] < low else "o"
            face = STRONG if inside else "white"
            ax.plot(np.clip(point[1], low, high), y, beyond, color=STRONG, mfc=face, ms=7, mew=1.5)
            sign = "%" if row["unit"] == "percent" else ""
            for at, (first, value, last) in zip(columns, (model, target), strict=True):
                text = number(value, row["unit"]) + sign
                if last > first:
                    ends = (number(x, row["unit"]) for x in (first, last))
                    text += f" ({' to '.join(ends)})"
                ax.text(at, y, text, ha="right", va="center", size=NUMBERS, color=INK)
        for at, word in zip(columns, ("model (95%)", "published (range)"), strict=True):
            ax.text(at, len(rows) - 0.4, word, ha="right", va="bottom", size=NUMBERS, color=GRAY)
        names = [MEASURE_WORDS.get(r["measure"], r["measure"].replace("_", " ")) for r, *_ in rows]
        marks = ["*" if missing else "" for *_, missing in rows]
        ax.set_yticks(range(len(rows))[::-1], [n + m for n, m in zip(names, marks, strict=True)])
        ax.set_ylim(-0.6, len(rows) - 0.4)
        ax.set_xlim(low, columns[1])
        _ticks_up_to(ax, high)
        ax.set_xlabel("percent of the published value", loc="left")
        notes = [self._uncertainty()]
        if ratio != 1.0:
            notes += [
                f"Published counts are scaled from {new:,.0f} new cancers a year to this run."
            ]
        if left_out:
            notes += [f"* Published without {_join([SITES.get(p, p) for p in sorted(left_out)])}."]
        title = f"{met} of {len(rows)} model means lie inside the published range"
        subtitle = (
            "Gray band: published range; tick: published value; point: model, open if outside"
        )
        _dress(
            ax,
            title,
            f"{subtitle}\n{self._who()[0].upper()}{self._who()[1:]}",
            " ".join(notes),
            275,
        )
        return ax

    def save_all(self, folder: Path) -> None:
        """Write every picture of the result as a PNG, named as its method.

        Parameters
        ----------
        folder : Path
            Made if it is not there.
        """
        for draw in (self.new_metastases, self.by_age, self.against_published):
            save(draw(), folder / f"{draw.__name__}.png")

    def _counts(self, measure: str) -> pd.DataFrame:
        counts, run = self._result.case_counts, self._result.run
        first, last = run["scenario"]["years"]
        mine = (counts["measure"] == measure) & (counts["strategy"] == run["strategies"][0])
        return counts[mine].assign(count=counts["count"] / (last - first + 1))

    def _samples(self, measure: str) -> pd.DataFrame:
        """People a year: a row a draw (a replicate, if there are no draws), a column a primary."""
        import pandas as pd

        size = self._result.run["scenario"]
        every = pd.MultiIndex.from_product([range(size["draws"] + 1), range(size["replicates"])])
        summed = self._counts(measure).groupby(["draw", "replicate", "primary"])["count"].sum()
        table = summed.unstack("primary", fill_value=0.0)
        table = table.reindex(index=every, columns=list(PRIMARIES)).fillna(0.0)
        return table.groupby(level=0).mean().loc[1:] if size["draws"] else table

    def _by_age(self, measure: str) -> np.ndarray[Any, Any]:
        """People a year of draw 0, shape (sex, age group)."""
        rows = self._counts(measure)
        rows = rows[rows["draw"] == 0]
        summed = rows.groupby(["sex", "age_group"])["count"].sum().unstack(fill_value=0.0)
        table = summed.reindex(index=list(SEXES), columns=list(AGE_GROUPS)).fillna(0.0)
        return table.to_numpy(float) / self._result.run["scenario"]["replicates"]

    def _who(self) -> str:
        run, scenario = self._result.run, self._result.run["scenario"]
        years = "–".join(str(y) for y in dict.fromkeys(scenario["years"]))
        what = f"people diagnosed in {years}, followed to death"
        if run["view"] == "calendar":
            what = f"events of {years}"
        people = f"{run['people']:,} new cancers in {scenario['anchor_year']}"
        return f"{scenario['population']}, {people}; {what}"

    def _uncertainty(self) -> str:
        run, size = self._result.run, self._result.run["scenario"]
        if size["draws"]:
            return (
                f"Lines: 95% over {size['draws']:,} joint draws of the parameters, each of at most "
                f"{size['people_per_draw']:,} lives. Calibrated parameters are "
                f"{run['calibrated_parameters']}."
            )
        if size["replicates"] > 1:
            return f"Lines: 95% over {size['replicates']:,} replicates: luck, not the parameters."
        return "Point estimate of all parameters, one run: no interval."


def draw_life(story: Story, ax: Axes | None = None) -> Axes:
    """One life: the cancer, the skeleton and the spine level by level, from diagnosis to death.

    Parameters
    ----------
    story : Story
        As `sim.story.tell` gives it.
    ax : Axes, optional
        Where to draw; a new figure by default.
    """
    person, lesions, looks = story.person, story.lesions(), story.images()
    death = max(float(person["death_day"]), 1.0)
    unit, days = ("years", 365.25) if death > 2 * 365.25 else ("months", 365.25 / 12)
    end = death / days
    ax = ax or _new_axes(9.5, 7.4 if lesions else 3.2, left=1.5)
    key: dict[str, Patch | Line2D] = {}
    points = ax.bbox.width / ax.figure.dpi * 72
    for state, start, stop in story.course():
        width, color = (stop - start) / days, STATES[state]
        ax.barh(0, width, 1.6, left=start / days, color=color)
        if width / end * points > 0.75 * NUMBERS * len(state):
            ink = "white" if state == "disseminated" else INK
            ax.text(start / days + width / 2, 0, state, ha="center", va="center", color=ink)
        else:
            key[f"{state} cancer"] = Patch(color=color)
    lanes = {0.0: "cancer", 2.4: "skeleton"}
    y = 2.4
    seeded, seen = (float(person[f"skeletal_{w}_day"]) for w in ("metastasis", "detected"))
    _lesion(ax, y, (seeded, seen, death), days, 13, key)
    if looks:
        y += 2.2
        lanes[y] = "imaging"
        for day, kind in looks:
            marker, word = IMAGES[kind]
            (key[word],) = ax.plot(
                day / days, y, marker, color=GRAY, ms=6.5, ls="", clip_on=False, zorder=3
            )
    y += 2.4
    if not lesions:
        lanes[y] = "spine"
        _lesion(ax, y, (NEVER, NEVER, death), days, 13, key)
    involved = {level: days_of for level, *days_of in lesions}
    for region, first, last in REGIONS if lesions else ():
        ax.axhspan(y - 0.5, y + last - first - 0.5, 0, 1, color="#f6f6f6", zorder=0)
        _beside(ax, y + (last - first - 1) / 2, region, -42)
        for level in range(first, last):
            if level in involved:
                lanes[y] = LEVELS[level]
                _lesion(ax, y, (*involved[level], death), days, 5, key)
            y += 1
        y += 0.5
    ax.set_yticks(list(lanes), list(lanes.values()))
    ax.set_ylim(y + (-0.6 if lesions else 1.2), -2.6)
    ax.set_xlim(0, end)
    ax.axvline(end, 0, 1, color=INK, linewidth=2.5, clip_on=False)
    for x, side, text in (
        (0.0, "left", f"diagnosis, age {int(story.age(0.0))}"),
        (end, "right", f"{story.lines()[-1][1]}, age {int(story.age(death))}"),
    ):
        ax.text(x, -1.2, text, ha=side, va="bottom", size=NUMBERS + 0.5, color=INK)
    ax.set_xlabel(f"{unit} since diagnosis")
    ax.grid(axis="x", color="#e2e2e2", linewidth=0.7)
    ax.set_axisbelow(True)
    _dress(ax, story.title, "", "", 95)
    below = -48 / (ax.bbox.height / ax.figure.dpi * 72)
    ax.legend(
        key.values(),
        key.keys(),
        loc="upper left",
        bbox_to_anchor=(0, below),
        ncols=4,
        frameon=False,
        fontsize=NUMBERS,
        borderaxespad=0,
        handlelength=1.6,
    )
    return ax


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


def _lesion(
    ax: Axes,
    y: float,
    course: tuple[float, float, float],
    days: float,
    width: float,
    key: dict[str, Patch | Line2D],
) -> None:
    """A line from seeding to death, light before detection and strong after it."""
    seeded, seen, death = course
    if seeded == NEVER:
        ax.hlines(y, 0, death / days, color=SILVER, linewidth=1)
        ax.text(
            0.5,
            y,
            "none",
            transform=ax.get_yaxis_transform(),
            ha="center",
            va="center",
            color=GRAY,
            backgroundcolor="white",
        )
        return
    seeded = max(seeded, 0.0)
    if seeded < min(seen, death):
        ax.hlines(y, seeded / days, min(seen, death) / days, color=LIGHT, linewidth=width)
        key["metastasis, occult"] = Line2D([], [], color=LIGHT, linewidth=6)
    if seen <= death:
        ax.hlines(y, seen / days, death / days, color=STRONG, linewidth=width)
        ax.plot(seen / days, y, "D", color=STRONG, ms=width**0.5 + 3, mec="white", clip_on=False)
        key["metastasis, detected"] = Line2D([], [], color=STRONG, linewidth=6)


def _interval(samples: pd.DataFrame) -> tuple[Any, Any]:
    """Ends of the 95% interval of each column."""
    low, high = np.percentile(samples.to_numpy(float), [2.5, 97.5], axis=0)
    return low, high


def _site(primary: str) -> str:
    word = SITES.get(primary, primary)
    return word[0].upper() + word[1:]


def _join(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _new_axes(width: float, height: float, left: float) -> Axes:
    """Axes of a new figure, all in inches, with room for labels on the left and text around."""
    figure = Figure(figsize=(width, height), facecolor="white")
    box = (left / width, 0.9 / height, 1 - (left + 0.2) / width, 1 - 1.9 / height)
    return figure.add_axes(box)


def _ticks_up_to(ax: Axes, edge: float) -> None:
    """Ticks with thousands separators on the part of the x axis that carries data."""
    from matplotlib.ticker import MaxNLocator

    at = [x for x in MaxNLocator(5).tick_values(ax.get_xlim()[0], edge) if x <= edge * 1.001]
    ax.set_xticks(at, [f"{x:,.0f}" for x in at])


def _beside(ax: Axes, y: float, text: str, points: float) -> None:
    """Gray text left of the axis, right-aligned, so many points from it."""
    ax.annotate(
        text,
        (0, y),
        (points, 0),
        xycoords=("axes fraction", "data"),
        textcoords="offset points",
        ha="right",
        va="center",
        color=GRAY,
        size=NUMBERS + 0.5,
    )


def _dress(ax: Axes, title: str, subtitle: str, note: str, left: float) -> None:
    """Title, subtitle and note, which begin `left` points left of the axis; nothing else drawn."""
    up = 10 + 15 * len(subtitle.splitlines())
    for text, corner, rise, size, color, weight in (
        (title, 1, up, 13.0, INK, "bold"),
        (subtitle, 1, 8, 10.0, GRAY, "normal"),
        (fill(note, 110), 0, -42, NUMBERS, GRAY, "normal"),
    ):
        ax.annotate(
            text,
            (0, corner),
            (-left, rise),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="left",
            va="bottom" if corner else "top",
            size=size,
            color=color,
            weight=weight,
        )
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0, colors=INK, labelsize=9.5)
    ax.xaxis.label.set(color=GRAY, size=9.5)
