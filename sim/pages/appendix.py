"""Where every number of a page comes from: measures, the parameters behind them, and sources."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from sim.counting.measures import MEASURES, split_time
from sim.evidence.reader import Evidence, Parameter
from sim.evidence.targets import targets, years_text
from sim.pages.page import PageSection
from sim.pages.page_table import PageColumn, PageTable
from sim.pages.prose import anchor_of, entries, folded, link, paragraph, subheading
from sim.tables.explain_parameter import value_words
from sim.tables.summary import WITHOUT_MYELOMA, describe

_GRADES = {
    "measured": "a source says this number",
    "derived": "computed from numbers of sources",
    "calibrated": "fitted so that the model meets published outcomes",
    "assumed": "no source says it; the note says why it is as it is",
}


def appendix(measures: Iterable[str], known: Evidence) -> PageSection:
    """Where every number comes from."""
    parts: list[Markup] = [
        *measures_parts(measures, known),
        *parameters_parts(known),
        *sources_parts(known),
    ]
    return PageSection("sources", "Where every number comes from", tuple(parts))


def measures_parts(names: Iterable[str], known: Evidence) -> list[Markup]:
    """What each measure says, and the parameters directly behind it."""
    found = dict.fromkeys(split_time(name)[0] for name in names)
    told = {}
    for name in (name for name in found if name in MEASURES):
        measure = MEASURES[name]
        words = [measure.definition, f"In {measure.unit}."]
        words += [measure.whom] if measure.whom else []
        behind = [p for p in dict.fromkeys(measure.behind) if known.named(p)]
        text: str = Markup(" ").join(words)
        if behind:
            links = Markup(", ").join(link(p, anchor_of("parameter", p)) for p in behind)
            text = Markup("{} Parameters directly behind it: {}.").format(text, links)
        told[name] = Markup(" ").join([text, *_published(name)])
    return [
        subheading("Measures"),
        paragraph(
            "What each number counts. The names are those of the tables and of spinemets explain."
        ),
        folded(f"{len(told)} measures", [entries(told, "measure")]),
    ]


def _published(name: str) -> list[Markup]:
    """What is published of a measure for everybody, each with its source."""
    beside = [t for t in targets() if t.name == name and t.stratum in ("all", WITHOUT_MYELOMA)]
    return [
        Markup("Published for {}: {} {}, {}.").format(
            years_text(target.years),
            describe(target),
            target.unit,
            link(target.source, anchor_of("source", target.source)),
        )
        for target in beside
    ]


def parameters_parts(known: Evidence) -> list[Markup]:
    """Every parameter, with its value, range, grade and source."""
    rows = sorted((p for p in known.parameters.values()), key=lambda p: (p.name, p.stratum))
    count = {grade: sum(p.grade == grade for p in rows) for grade in _GRADES}
    told = "; ".join(f"{count[grade]:,} {grade} ({words})" for grade, words in _GRADES.items())
    first: set[str] = set()
    anchors = []
    for row in rows:
        anchors.append("" if row.name in first else anchor_of("parameter", row.name))
        first.add(row.name)
    heads = ("parameter", "stratum", "value", "95% range", "grade", "source", "note")
    columns = [PageColumn(head, words=True) for head in heads]
    cells = [_cells(row, known) for row in rows]
    table = PageTable("parameters-table", "Parameters", columns, cells, anchors=anchors)
    return [
        subheading("Parameters"),
        paragraph(f"The model has {len(rows):,} numbers: {told}."),
        folded(f"{len(rows):,} parameters with their sources", [table.html()]),
    ]


def _cells(row: Parameter, known: Evidence) -> list[str | float | None]:
    low, high = known.range_95(row)
    spread = f"{low:.3g} to {high:.3g}" if high > low else "fixed"
    source = link(row.source, anchor_of("source", row.source))
    return [row.name, row.stratum, value_words(row), spread, row.grade, source, row.note]


def sources_parts(known: Evidence) -> list[Markup]:
    """The citations of all that the page names."""
    cited = {p.source for p in known.parameters.values()} | {t.source for t in targets()}
    told = {key: words for key, words in known.sources.items() if key in cited}
    return [
        subheading("Sources"),
        folded(f"{len(told)} sources", [entries(told, "source")]),
    ]
