"""Pages that are made from the tables of the program: parameters, sources, measures, names."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.cli import door_names
from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import CARE_MEASURES, WHO, WHO_READ
from sim.counting.measure import Measure
from sim.counting.measures import POPULATION_MEASURES
from sim.evidence.reader import Parameter, evidence
from sim.evidence.rows import FOLDER
from sim.tables.explain import known_names
from tests.documentation.pages import DOCS

MADE = "<!-- Made by `python -m tests.documentation`: edit the tables, not this page. -->"
NAMES = ("strategies", "treatments", "settings of a scenario", "settings", "observables")
MORE_NAMES = ("resources of clinics", "primaries", "pictures", "tables", "commands")
WORDS_OF_NAMES = {
    "settings": "settings of care",
    "observables": "observables, what a rule may ask for",
    "tables": "tables of a run folder",
}


def made_pages() -> dict[Path, str]:
    """Every page of this kind, as it should be."""
    return {
        DOCS / "parameters.md": parameters_page(),
        DOCS / "sources.md": sources_page(),
        DOCS / "measures.md": measures_page(),
        DOCS / "names.md": names_page(),
    }


def plain(text: object) -> str:
    """A text that may stand in a cell of a table."""
    return str(text).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").strip()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table in Markdown."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return lines + ["| " + " | ".join(plain(cell) for cell in row) + " |" for row in rows]


def range_words(row: Parameter) -> str:
    """The 95% range of a parameter, if it has one."""
    if row.distribution == "fixed":
        return ""
    low, high = evidence().range_95(row)
    ends = f"{low:.3g}", f"{high:.3g}"
    return "" if ends[0] == ends[1] else " to ".join(ends)


def source_words(row: Parameter) -> str:
    """The source of a parameter, linked where it has a citation."""
    return (
        f"[{row.source}](sources.md#{row.source})"
        if row.source in evidence().sources
        else row.source
    )


def parameters_page() -> str:
    """Every parameter by name: strata with value, 95% range, unit, grade, source."""
    by_name: dict[str, list[Parameter]] = {}
    for row in evidence().parameters.values():
        by_name.setdefault(row.name, []).append(row)
    grades: dict[str, int] = {}
    for row in evidence().parameters.values():
        grades[row.grade] = grades.get(row.grade, 0) + 1
    counted = ", ".join(f"{n:,} {grade}" for grade, n in sorted(grades.items()))
    lines = [
        "# Parameters",
        "",
        MADE,
        "",
        f"Every number that the model reads: {len(evidence().parameters):,} rows under "
        f"{len(by_name)} names ({counted}). Rows with a distribution have the range in which 95% "
        "of draws lie; of calibrated ones it is that of the posterior. `spinemets explain NAME "
        "[STRATUM]` says more of each: its distribution, the bounds, the citation and the note on "
        "how the number was got. The rows stand in `sim/evidence/parameters.csv`.",
        "",
    ]
    for name in sorted(by_name):
        rows = by_name[name]
        lines += [f"### {name}", ""]
        lines += table(
            ("stratum", "value", "95% range", "unit", "grade", "source"),
            (
                (p.stratum, f"{p.value:g}", range_words(p), p.unit, p.grade, source_words(p))
                for p in rows
            ),
        )
        lines.append("")
    return "\n".join(lines)


def sources_page() -> str:
    """Every source by its key."""
    lines = [
        "# Sources",
        "",
        MADE,
        "",
        "Whatever a number of the program is taken from, or compared with, by the key that tables "
        "and `spinemets explain` use.",
        "",
    ]
    with (FOLDER / "sources.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            lines += [f"### {row['key']}", "", row["citation"].replace("<", "&lt;"), ""]
    return "\n".join(lines)


def measures_page() -> str:
    """Every measure with its unit and what it says."""
    lines = [
        "# Measures",
        "",
        MADE,
        "",
        "What a run counts. `spinemets explain NAME` says of each what is published beside it and "
        "which parameters stand behind it. Names with a time, such as `relative_survival_5y`, are "
        "the measure at that time after diagnosis. Counts and shares are estimated as "
        "[counting and estimators](model/counting.md) says.",
        "",
    ]
    parts: tuple[tuple[str, str, Iterable[Measure[object]]], ...] = (
        ("Of the population", "", POPULATION_MEASURES.values()),
        ("Of care", f"{WHO} Some are of others: {WHO_READ}", CARE_MEASURES.values()),
        ("Of finite access", "", ACCESS_MEASURES.values()),
    )
    for title, words, measures in parts:
        lines += [f"## {title}", ""]
        if words:
            lines += [words, ""]
        lines += table(
            ("measure", "unit", "what it says"),
            (
                (f"`{m.name}`", m.unit, " ".join(t for t in (m.definition, own_whom(m)) if t))
                for m in measures
            ),
        )
        lines.append("")
    return "\n".join(lines)


def own_whom(measure: Measure[object]) -> str:
    """Whom a measure is over, unless it is said above its table."""
    return "" if measure.whom in ("", WHO) else measure.whom


def names_page() -> str:
    """Every other name that can be explained, by kind."""
    known = {**known_names(), **door_names()}
    lines = [
        "# Names",
        "",
        MADE,
        "",
        "What `spinemets list` prints and `spinemets explain NAME` explains, beside "
        "[parameters](parameters.md), [measures](measures.md) and the columns of tables.",
        "",
    ]
    for kind in (*NAMES, *MORE_NAMES):
        title = WORDS_OF_NAMES.get(kind, kind)
        lines += [f"## {title[0].upper()}{title[1:]}", ""]
        lines += table(("name", "what it is"), ((f"`{n}`", w) for n, w in known[kind].items()))
        lines.append("")
    return "\n".join(lines)
