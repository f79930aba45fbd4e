"""How the model was held against what is published: what it was fitted to, and what not."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from sim.counting.measures import split_time, words_of
from sim.evidence.posterior_fit import posterior_fits
from sim.evidence.targets import Target, targets
from sim.pages.page_table import PageColumn, PageTable
from sim.pages.prose import anchor_of, folded, link, paragraph
from sim.tables.run_tables import RunTables
from sim.tables.summary import describe, published_for

_FITTED = {"calibrate": "yes", "trend": "yes", "report": "no"}


def fitted_targets() -> list[tuple[Target, Any]]:
    """Published outcomes that the model was fitted to, each with the stored fit of its draws."""
    fits = posterior_fits()
    keys = ((t, (t.name, t.stratum)) for t in targets() if t.use == "calibrate")
    return [(target, fits[key]) for target, key in keys if key in fits]


def run_beside_published(tables: RunTables) -> list[tuple[dict[Any, Any], Target]]:
    """Numbers of a run that something published counts too, under the reference strategy."""
    mine = tables.summary[tables.summary["strategy"] == tables.run["strategies"][0]]
    told = (
        (row, published_for(row["measure"], tables.scenario)) for row in mine.to_dict("records")
    )
    return [(row, target) for row, target in told if target is not None]


def in_range(value: float, target: Target) -> bool:
    """Whether a number lies in a published range."""
    return bool(target.lower <= value <= target.upper)


def range_verdict(row: dict[Any, Any], target: Target) -> str:
    """Whether a number of a run lies in its published range; if not, whether its interval does."""
    if in_range(row["mean"], target):
        return "yes"
    overlaps = row["lo"] <= target.upper and target.lower <= row["hi"]
    return "no, but its interval is in part" if overlaps else "no"


def fit_words() -> str:
    """How many of the outcomes that were fitted to lie in their published range."""
    fitted = fitted_targets()
    met = sum(in_range(fit.mean, target) for target, fit in fitted)
    return (
        f"The model was fitted to {len(fitted)} published outcomes, such as survival by primary. "
        f"At the mean of the fitted draws {met} of them lie within their published range, and "
        f"{len(fitted) - met} do not."
    )


def checked_parts(tables: RunTables | None) -> list[Markup]:
    """How the model was checked; with a run, also its own numbers beside what is published."""
    parts = [paragraph(fit_words()), misses_table().html()]
    beside = [] if tables is None else run_beside_published(tables)
    if beside:
        shown = folded(f"All {len(beside)} of them", [beside_table(beside).html()])
        parts += [paragraph(run_words(beside)), shown]
    told = (
        "Three commands show more, and take minutes: ",
        Markup(
            "<code>spinemets calibrate --rounds 0</code> shows every published outcome, fitted to "
            "or not; <code>spinemets validate</code> what clinicians check first; "
            "<code>spinemets trials</code> published studies beside the same studies emulated."
        ),
    )
    return [*parts, paragraph(Markup("").join(told))]


def run_words(beside: list[tuple[dict[Any, Any], Target]]) -> str:
    """How many numbers of a run lie in their published range, fitted to or not."""
    told = []
    for fitted, words in (("yes", "that were fitted to"), ("no", "that were not")):
        verdicts = [range_verdict(row, t) for row, t in beside if _FITTED[t.use] == fitted]
        yes, no = verdicts.count("yes"), verdicts.count("no")
        part = len(verdicts) - yes - no
        near = f" and {part} in part, by their interval" if part else ""
        told.append(f"of {len(verdicts)} {words}, {yes} are within the published range{near}")
    return (
        f"In this run {len(beside)} numbers can be set beside published ones: {'; '.join(told)}. "
        "A run of few people misses some by chance."
    )


def misses_table() -> PageTable:
    """Fitted outcomes outside their published range, with the middle 95% of the draws."""
    missed = [(t, fit) for t, fit in fitted_targets() if not in_range(fit.mean, t)]
    columns = [
        *(PageColumn("outcome", words=True), PageColumn("unit", words=True)),
        *(PageColumn("published (range)", words=True), PageColumn("model", 1)),
        *(PageColumn("95% from", 1), PageColumn("to", 1), PageColumn("source", words=True)),
    ]
    rows = [
        [
            f"{words_of(t.name)}, {t.stratum}",
            t.unit,
            describe(t),
            *(fit.mean, fit.lower, fit.upper),
            link(t.source, anchor_of("source", t.source)),
        ]
        for t, fit in missed
    ]
    return PageTable("misses-table", "Fitted to, and outside the published range", columns, rows)


def beside_table(beside: list[tuple[dict[Any, Any], Target]]) -> PageTable:
    """Numbers of a run beside what is published, and whether these were fitted to."""
    columns = [
        *(PageColumn("measure", words=True), PageColumn("unit", words=True)),
        *(PageColumn("this run", 1), PageColumn("95% from", 1), PageColumn("to", 1)),
        PageColumn("published (range)", words=True),
        *(PageColumn("within", words=True), PageColumn("fitted to", words=True)),
        PageColumn("source", words=True),
    ]
    rows = [
        [
            link(words_of(row["measure"]), anchor_of("measure", split_time(row["measure"])[0])),
            row["unit"],
            *(row["mean"], row["lo"], row["hi"]),
            describe(target),
            range_verdict(row, target),
            _FITTED[target.use],
            link(target.source, anchor_of("source", target.source)),
        ]
        for row, target in beside
    ]
    return PageTable("published-table", "This run beside what is published", columns, rows)
