"""The evidence is refused, with file, line and field, if a row lacks anything.

Room: evidence.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.evidence.mistakes import InputError
from sim.evidence.reader import DIMENSIONS, GRADES, Evidence, evidence
from sim.evidence.rows import FOLDER
from sim.evidence.targets import targets

Row = dict[str, str]


def rows_of(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def tampered(folder: Path, file: str, change: Callable[[list[Row]], int]) -> tuple[Path, int]:
    """A copy of the shipped evidence with one row changed, and the line of that row."""
    copy = folder / "evidence"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    rows = rows_of(copy / file)
    index = change(rows)
    with (copy / file).open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    # No cell of the tables holds a line break, so a row is a line below the header.
    return copy, index + 2


def first(rows: list[Row], **holding: str) -> int:
    """Index of the first row whose columns hold these values."""
    return next(i for i, r in enumerate(rows) if all(r[k] == v for k, v in holding.items()))


def refusal(folder: Path, file: str = "parameters.csv") -> str:
    with pytest.raises(InputError) as caught:
        targets(folder / file) if file == "targets.csv" else Evidence.read(folder)
    return str(caught.value)


@pytest.mark.parametrize(
    "column", ["name", "stratum", "unit", "distribution", "source", "grade", "value"]
)
@pytest.mark.parametrize("file", ["parameters.csv", "population.csv"])
def test_a_missing_field_is_refused(tmp_path: Path, file: str, column: str) -> None:
    def change(rows: list[Row]) -> int:
        rows[3][column] = ""
        return 3

    folder, line = tampered(tmp_path, file, change)
    message = refusal(folder)
    assert message.startswith(f"{file}, line {line}: {column} is")


FAULTS = {
    "unknown source": ({}, {"source": "nobody1999"}, "source 'nobody1999' is not in sources.csv"),
    "unknown grade": ({}, {"grade": "mesured"}, "grade is 'mesured'; did you mean 'measured'?"),
    "unknown distribution": (
        {"distribution": "lognormal"},
        {"distribution": "lognorml"},
        "distribution is 'lognorml'; did you mean 'lognormal'?",
    ),
    "assumed without note": (
        {"grade": "assumed"},
        {"note": ""},
        "note is missing; an assumed value needs a note",
    ),
    "value below its bounds": ({"lower": "0"}, {"value": "-0.1"}, "value is -0.1; allowed: 0 to "),
    "value not a number": (
        {},
        {"value": "12%"},
        "value is '12%'; allowed: a number",
    ),
    "value not finite": (
        {},
        {"value": "nan"},
        "value is 'nan'; allowed: a finite number",
    ),
    "bound not a number": (
        {},
        {"upper": "one"},
        "upper is 'one'; allowed: a number",
    ),
    "missing arguments": (
        {"distribution": "beta"},
        {"arguments": ""},
        "arguments is {}; beta takes",
    ),
    "malformed arguments": (
        {"distribution": "beta"},
        {"arguments": "n:40"},
        "arguments is 'n:40'; allowed: name=number",
    ),
    "drawn without dimension": (
        {"distribution": "beta"},
        {"dimension": ""},
        "dimension must be given if and only if the row is drawn",
    ),
    "fixed with a dimension": (
        {"distribution": "fixed"},
        {"dimension": "4000"},
        "dimension must be given if and only if the row is drawn",
    ),
    "dimension out of range": (
        {"distribution": "beta"},
        {"dimension": str(DIMENSIONS)},
        f"dimension is '{DIMENSIONS}'; allowed: less than {DIMENSIONS}",
    ),
    "dimension 0": (
        {"distribution": "beta"},
        {"dimension": "0"},
        "dimension is '0'; allowed: more than 0",
    ),
    "dimension not a whole number": (
        {"distribution": "beta"},
        {"dimension": "1.5"},
        "dimension is '1.5'; allowed: a whole number",
    ),
    "argument of another distribution": (
        {"distribution": "beta"},
        {"arguments": "sd=0.1"},
        "arguments is {'sd': 0.1}; beta takes: n",
    ),
    "argument not positive": (
        {"distribution": "beta"},
        {"arguments": "n=-40"},
        "arguments is {'n': -40.0}; allowed: a width above 0",
    ),
    "argument not finite": (
        {"distribution": "beta"},
        {"arguments": "n=nan"},
        "arguments.n is nan; allowed: a finite number",
    ),
}
"""What the row holds before, what is changed, and what the refusal says after the line."""


@pytest.mark.parametrize(("holding", "change", "says"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_with_file_line_and_field(
    tmp_path: Path, holding: Row, change: Row, says: str
) -> None:
    def spoil(rows: list[Row]) -> int:
        index = first(rows, **holding)
        rows[index].update(change)
        return index

    folder, line = tampered(tmp_path, "parameters.csv", spoil)
    assert refusal(folder).startswith(f"parameters.csv, line {line}: {says}")


def test_a_value_above_its_bounds_is_refused(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> int:
        index = first(rows, name="stage_share")
        rows[index]["value"] = "1.01"
        return index

    folder, line = tampered(tmp_path, "population.csv", change)
    assert refusal(folder).startswith(
        f"population.csv, line {line}: value is 1.01; allowed: 0 to 1"
    )


def test_a_row_that_stands_twice_is_refused(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> int:
        rows.append(dict(rows[0]))
        return len(rows) - 1

    folder, line = tampered(tmp_path, "parameters.csv", change)
    message = refusal(folder)
    assert message.startswith(f"parameters.csv, line {line}: ")
    assert message.endswith("stands twice")


def test_a_dimension_that_is_taken_is_refused_across_files(tmp_path: Path) -> None:
    taken = next(r["dimension"] for r in rows_of(FOLDER / "parameters.csv") if r["dimension"])

    def change(rows: list[Row]) -> int:
        index = first(rows, distribution="dirichlet")
        rows[index]["dimension"] = taken
        return index

    folder, line = tampered(tmp_path, "population.csv", change)
    says = f"population.csv, line {line}: dimension {taken} is taken by"
    assert refusal(folder).startswith(says)


def test_a_posterior_of_an_unknown_parameter_is_refused(tmp_path: Path) -> None:
    folder, _ = tampered(tmp_path, "parameters.csv", lambda rows: 0)
    (folder / "posterior.csv").write_text("death_rate | elbow\n0.5\n", encoding="utf-8")
    assert refusal(folder) == "posterior.csv, line 1: no parameter 'death_rate | elbow'"


@pytest.mark.parametrize(
    "cells", ["0.5,high", "0.5", "0.5,0.6,0.7"], ids=["not a number", "short", "long"]
)
def test_a_row_of_the_posterior_with_a_fault_is_refused(tmp_path: Path, cells: str) -> None:
    folder, _ = tampered(tmp_path, "parameters.csv", lambda rows: 0)
    text = f"death_rate | breast,death_rate | lung\n0.4,2.5\n{cells}\n"
    (folder / "posterior.csv").write_text(text, encoding="utf-8")
    assert refusal(folder).startswith("posterior.csv, line 3")


TARGET_FAULTS = {
    "missing definition": ({"definition": ""}, "definition is missing"),
    "unknown source": ({"source": "nobody1999"}, "source 'nobody1999' is not in sources.csv"),
    "unknown use": ({"use": "fit"}, "use is 'fit'; allowed: calibrate, trend, report"),
    "value outside its range": ({"value": "-1"}, "value is -1; allowed: "),
    "not a number": ({"sd": "wide"}, "sd is 'wide'; allowed: a number"),
    "width of nothing": ({"sd": "0"}, "sd is '0'; allowed: more than 0"),
    "no year": ({"years": "2010ff"}, "years is '2010ff'; allowed: a year, or first-last"),
    "years out of order": ({"years": "2012-2010"}, "years is '2012-2010'; allowed: years in order"),
    "unknown primary": ({"primaries": "brest"}, "primaries names 'brest'; did you mean 'breast'?"),
}


@pytest.mark.parametrize(("change", "says"), TARGET_FAULTS.values(), ids=TARGET_FAULTS)
def test_a_target_with_a_fault_is_refused(tmp_path: Path, change: Row, says: str) -> None:
    def spoil(rows: list[Row]) -> int:
        rows[2].update(change)
        return 2

    folder, line = tampered(tmp_path, "targets.csv", spoil)
    assert refusal(folder, "targets.csv").startswith(f"targets.csv, line {line}: {says}")


def test_the_shipped_evidence_is_complete() -> None:
    known = evidence()
    assert len(known.parameters) > 500
    for parameter in known.parameters.values():
        assert parameter.grade in GRADES
        assert known.cite(parameter)
        assert parameter.lower <= parameter.value <= parameter.upper
    assert {t.source for t in targets()} <= known.sources.keys()


def test_every_drawn_parameter_has_a_dimension_of_its_own() -> None:
    drawn = [
        p for p in evidence().parameters.values() if p.distribution not in ("fixed", "calibrated")
    ]
    dimensions = [p.dimension for p in drawn]
    # Rows that are one number over several strata share it.
    numbers = {(p.name, p.value, p.distribution, p.dimension) for p in drawn}
    assert len(set(dimensions)) == len(numbers) > 100
    assert None not in dimensions
    assert 0 not in dimensions


def test_the_fingerprint_sees_a_changed_value(tmp_path: Path) -> None:
    def change(rows: list[Row]) -> int:
        rows[0]["value"] = str(float(rows[0]["value"]) * 1.000001)
        return 0

    folder, _ = tampered(tmp_path, "parameters.csv", change)
    assert Evidence.read(folder).fingerprint != evidence().fingerprint
    assert Evidence.read().fingerprint == evidence().fingerprint
