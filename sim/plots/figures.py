"""Pictures of results and of lives, each a Matplotlib Axes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.evidence.vocabulary import AGE_GROUPS, PRIMARIES, SEXES
from sim.plots.access_figures import PICTURES_OF_ACCESS, AccessPlots
from sim.plots.care_figures import PICTURES_OF_CARE, CarePlots
from sim.plots.care_samples import NothingToDrawError
from sim.plots.drawing import (
    GRAY,
    INK,
    LIGHT,
    MEASURE_WORDS,
    SILVER,
    SMALL,
    STRONG,
    column,
    dress,
    interval,
    listed,
    new_axes,
    per_year,
    save,
    site,
    ticks_up_to,
    uncertainty,
    who,
)
from sim.plots.reconciliation import draw_reconciliation
from sim.tables.reconciliation import applies, published_scale
from sim.tables.summary import published_for
from sim.tables.text import number

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

Triple = tuple[float, float, float]

_OLD = "60-69"
_FEW = 6
_MOST_PERCENT = 300.0
"""End of the scale of `against_published`; what lies beyond is an arrow."""


class Plots(CarePlots, AccessPlots):
    """The pictures of one result; those of care and of access come from the two mixins.

    Parameters
    ----------
    result : RunTables
    """

    def __init__(self, result: RunTables) -> None:
        self._result = result
        self._size = result.run["scenario"]

    def new_metastases(self, ax: Axes | None = None) -> Axes:
        """New skeletal and new spinal metastasis a year by primary, with 95% intervals.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        bone = self._samples("new_skeletal_metastasis")
        spine = self._samples("new_spinal_metastasis")
        found = self._samples("new_spinal_metastasis_detected")
        order = [p for p in spine.mean().sort_values().index if bone[p].sum() > 0]
        if ax is None:
            ax = new_axes(9.5, 2.0 + 0.42 * (len(order) + 1), left=1.9)
        rows, top = np.arange(len(order)), len(order)
        series = (
            ("skeleton", bone, SILVER, 0.2, 0.2),
            ("spine, occult\nor detected", spine, LIGHT, -0.2, -0.12),
            ("spine,\ndetected", found, STRONG, -0.2, -0.28),
        )
        edge = max(1.0, *(float(interval(s)[1].max()) for _, s, *_ in series))
        for place, (header, sample, color, at, line_at) in enumerate(series):
            mean, (low, high) = sample[order].mean().to_numpy(), interval(sample[order])
            ax.barh(rows + at, mean, 0.38, color=color)
            if len(sample) > 1:
                ax.hlines(rows + line_at, low, high, color=INK, linewidth=0.9)
            cells = {float(y): f"{x:,.0f}" for y, x in zip(rows, mean, strict=True)}
            cells[float(top)] = f"{sample.sum(axis=1).mean():,.0f}"
            right = edge * (1.28 + 0.22 * place)
            ax.hlines(top + 0.55, right - 0.17 * edge, right, color=color, linewidth=4)
            column(ax, right, top + 0.7, header, cells)
        if len(spine) > 1:
            low, high = interval(spine.sum(axis=1).to_frame())
            text = f"spine, 95% interval {low[0]:,.0f} to {high[0]:,.0f}"
            ax.text(0, top, text, va="center_baseline", size=SMALL, color=INK)
        ax.set_yticks([*rows, top], [*(site(p).capitalize() for p in order), "All primaries"])
        ax.set_ylim(-0.6, top + 0.6)
        ax.set_xlim(0, edge * 1.72)
        ticks_up_to(ax, edge)
        ax.set_xlabel(per_year(self._result.run), loc="left")
        first = listed([site(p) for p in order[:-4:-1]])
        total = float(spine.sum(axis=1).mean())
        share = 100.0 * float(spine[order[-3:]].sum(axis=1).mean()) / max(total, 1e-9)
        title = f"{share:.0f}% of new spinal metastasis comes from three primaries: {first}"
        if len(order) <= 3:
            title = f"New spinal metastasis from {first}" if order else "No new metastasis"
        none = [site(p) for p in PRIMARIES if p not in order]
        where = listed(none) if len(none) < _FEW else "the other primaries"
        note = f"{uncertainty(self._result.run)} {f'None in {where}.' if none else ''}"
        subtitle = "A person counts once at the first metastasis and once when it is first detected"
        dress(ax, title, f"{subtitle}\n{who(self._result.run)}", note, left=130)
        return ax

    def by_age(self, ax: Axes | None = None) -> Axes:
        """New spinal metastasis a year by age at the event and sex, at the point estimate.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        if ax is None:
            ax = new_axes(9.0, 5.4, left=0.4)
        every = self._by_age("new_spinal_metastasis")
        found = self._by_age("new_spinal_metastasis_detected")
        thousands = every.max() >= 99_999.5
        for i, (sex, light, strong) in enumerate((("men", SILVER, GRAY), ("women", LIGHT, STRONG))):
            x = np.arange(len(AGE_GROUPS)) + (i - 0.5) * 0.43
            ax.bar(x, every[i], 0.4, color=light, label=f"{sex}, occult or detected")
            ax.bar(x, found[i], 0.4, color=strong, label=f"{sex}, detected")
            for at, value, height in zip(x, every[i], np.maximum(every[i], found[i]), strict=True):
                text = f"{value / 1000:,.0f}k" if thousands else f"{value:,.0f}"
                label = ax.annotate(text, (at, height), (0, 3), textcoords="offset points")
                label.set(ha="center", size=SMALL, color=INK)
        ax.set_xticks(range(len(AGE_GROUPS)), [group.replace("-", "–") for group in AGE_GROUPS])
        ax.set_yticks([])
        ax.set_ylim(0, max(float(every.max()), float(found.max()), 1.0) * 1.16)
        ax.set_xlabel("age at the event, years")
        ax.legend(frameon=False, fontsize=9, loc="upper left", ncols=4, borderaxespad=0)
        old = 100.0 * every[:, AGE_GROUPS.index(_OLD) :].sum() / max(float(every.sum()), 1e-9)
        title = f"{old:.0f}% of new spinal metastasis comes at age 60 or later"
        if every.sum() == 0:
            title = "No new spinal metastasis"
        what = per_year(self._result.run).capitalize()
        note = (
            "Point estimate of all parameters. Numbers: occult or detected, by age at seeding; "
            "detected is by age at detection."
        )
        dress(ax, title, f"{what} by age and sex\n{who(self._result.run)}", note, left=10)
        return ax

    def against_published(self, ax: Axes | None = None) -> Axes:
        """Where the model stands: each measure that has a published range, in percent of its value.

        Published counts are scaled to the new cancers of the run where those differ.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        rows = self._beside_published()
        if ax is None:
            ax = new_axes(11.0, 2.0 + 0.42 * len(rows), left=3.3)
        percent = np.array([100 * np.r_[t, m] / t[1] for _, _, t, m in rows]).reshape(-1, 6)
        low = max(0.0, np.floor(min(80.0, percent.min(initial=80.0)) / 10) * 10 - 10)
        high = min(_MOST_PERCENT, np.ceil(max(120.0, percent.max(initial=0.0)) / 10) * 10 + 10)
        texts: list[dict[float, str]] = [{}, {}]
        met = 0
        for y, (_, unit, target, model) in enumerate(rows):
            band, point = percent[y, :3], percent[y, 3:]
            shown = np.clip(point, low, high)
            inside = bool(target[0] <= model[1] <= target[2])
            met += inside
            ax.barh(
                y,
                min(band[2], high) - max(band[0], low),
                0.52,
                left=max(band[0], low),
                color="#dcdcdc",
            )
            ax.vlines(100, y - 0.26, y + 0.26, color=GRAY, linewidth=1.6)
            ax.hlines(y, shown[0], shown[2], color=STRONG, linewidth=1.8)
            marker = ">" if point[1] > high else "<" if point[1] < low else "o"
            face = STRONG if inside else "white"
            ax.plot(shown[1], y, marker, color=STRONG, mfc=face, ms=7, mew=1.5, clip_on=False)
            for cells, (start, value, end) in zip(texts, (model, target), strict=True):
                cells[y] = number(value, unit) + ("%" if unit.startswith("percent") else "")
                if end > start:
                    cells[y] += f" ({number(start, unit)} to {number(end, unit)})"
        span = high - low
        ends = (high + 0.74 * span, high + 1.44 * span)
        for x, header, cells in zip(ends, ("model", "published"), texts, strict=True):
            column(ax, x, -0.55, header, cells)
        ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
        ax.set_ylim(len(rows) - 0.4, -0.55)
        ax.set_xlim(low, ends[1])
        ticks_up_to(ax, high)
        ax.set_xlabel("percent of the published value", loc="left")
        title = f"{met} of {len(rows)} model means lie inside the published range"
        subtitle = "Gray: published range and value; point: mean of the model, open where outside"
        notes = [uncertainty(self._result.run), *self._caveats()]
        dress(ax, title, f"{subtitle}\n{who(self._result.run)}", " ".join(notes), left=232)
        return ax

    def reconciliation(self, ax: Axes | None = None) -> Axes:
        """Numbers that seem to conflict, from headline to registry, and the model.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        """
        return draw_reconciliation(self._result, ax)

    def save_all(self, folder: Path) -> None:
        """Write every picture of the result as a PNG, named as its method.

        Pictures of care are left out where the run has nothing to draw in them: no care, nobody in
        the trigger set, one strategy where the picture compares, one year where it counts years.
        Those of finite access are left out without it.

        Parameters
        ----------
        folder : Path
            Made if it is not there.
        """
        pictures = [self.new_metastases, self.by_age, self.against_published]
        if applies(self._result):
            pictures.append(self.reconciliation)
        for draw in pictures:
            save(draw(), folder / f"{draw.__name__}.png")
        first, last = self._size["years"]
        over_years = first < last or self._result.run["view"] == "cohort"
        for name in (*PICTURES_OF_CARE, *PICTURES_OF_ACCESS):
            if name == "counts" and not over_years:
                continue
            with suppress(NothingToDrawError):
                save(getattr(self, name)(), folder / f"{name}.png")

    def _counts(self, measure: str) -> pd.DataFrame:
        """Rows of a measure under the reference strategy, a year."""
        counts = self._result.case_counts
        first, last = self._size["years"]
        strategy = self._result.run["strategies"][0]
        mine = counts[(counts["measure"] == measure) & (counts["strategy"] == strategy)]
        rows: pd.DataFrame = mine.assign(count=mine["count"] / (last - first + 1))
        return rows

    def _samples(self, measure: str) -> pd.DataFrame:
        """People a year: a row a draw (a replicate, if there are no draws), a column a primary."""
        draws, replicates = self._size["draws"], self._size["replicates"]
        summed = self._counts(measure).groupby(["draw", "replicate", "primary"])["count"].sum()
        every = [(d, r) for d in range(draws + 1) for r in range(replicates)]
        table = summed.unstack("primary").reindex(every, columns=list(PRIMARIES)).fillna(0.0)
        return table.groupby(level="draw").mean().loc[1:] if draws else table

    def _by_age(self, measure: str) -> NDArray[np.float64]:
        """People a year at the point estimate, shape (sex, age group)."""
        rows = self._counts(measure)
        summed = rows[rows["draw"] == 0].groupby(["sex", "age_group"])["count"].sum().unstack()
        table = summed.reindex(list(SEXES), columns=list(AGE_GROUPS)).fillna(0.0)
        return np.asarray(table.to_numpy(float) / self._size["replicates"])

    def _scale(self) -> float:
        """New cancers of the run over those that published counts belong to."""
        return published_scale(self._result)

    def _beside_published(self) -> list[tuple[str, str, Triple, Triple]]:
        """Name and unit of each measure with low, middle and high of published and of model."""
        rows = []
        summary = self._result.summary
        mine = summary[summary["strategy"] == self._result.run["strategies"][0]]
        for row in mine.to_dict("records"):
            name, unit, mean = str(row["measure"]), str(row["unit"]), float(row["mean"])
            beside = published_for(name)
            if not beside or np.isnan(mean) or name == "new_cancers":
                continue
            scale = self._scale() if unit.startswith("people") else 1.0
            low, value, high = (
                float(x) * scale for x in (beside[0].lower, beside[0].value, beside[0].upper)
            )
            ends = [mean if row[end] is None else float(row[end]) for end in ("lo", "hi")]
            start, stop = (mean if np.isnan(end) else end for end in ends)
            words = MEASURE_WORDS.get(name, name.replace("_", " ").capitalize())
            _, _, among = unit.partition(", ")
            words += f"\n({among})" if among else ""
            rows.append((words, unit, (low, value, high), (start, mean, stop)))
        return rows

    def _caveats(self) -> list[str]:
        """What a reader of `against_published` must know about the published values."""
        found = []
        if self._scale() != 1.0:
            new = published_for("new_cancers")[0].value
            found.append(
                f"Published counts, for {new:,.0f} new cancers a year, are scaled to this run."
            )
        if self._size["population"] != "United States":
            found.append("Published values are of other populations, all cancers together.")
        if self._result.run["view"] == "cohort":
            found.append(
                "Published counts are of a calendar year, those of the run of a year of diagnosis."
            )
        return found
