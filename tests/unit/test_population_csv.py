"""A population from a file: read back exactly, or refused with the line and the column.

Room: inputs.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim import Population, Scenario
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES

HEADER = "year,primary,sex,age_low,age_high,stage,count"
GOOD = (
    "2015,lung,male,40,60,localized,120",
    "2015,lung,male,60,90,distant,240.5",
    "2015,leukemia,female,0,15,not_staged,39.5",
    "2016,lung,male,40,60,localized,130",
    "2016,breast,female,50,70,regional,70",
)


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "town.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        Population.from_csv(path)
    return str(caught.value)


def test_a_file_is_read_back_exactly(tmp_path: Path) -> None:
    population = Population.from_csv(written(tmp_path, *GOOD))
    assert (population.name, population.anchor_year) == ("town", 2015)
    assert population.people_per_year == 400
    assert population.years == (2015, 2016)
    found = [
        f"{row.year},{row.primary},{row.sex},{row.age_low:g},{row.age_high:g},"
        f"{row.stage},{row.count:g}"
        for row in population.table
    ]
    assert sorted(found) == sorted(GOOD)


def test_a_plan_of_a_file_has_its_counts_and_cells(tmp_path: Path) -> None:
    plan = Population.from_csv(written(tmp_path, *GOOD)).plan(2015, 2016, evidence().point)
    counts = {(g["year"], PRIMARIES[g["primary"]]): g["count"] for g in plan.groups}
    # 360.5 and 39.5: the remainders tie, and the group that stands first takes the person.
    assert counts[2016, "lung"] == 130
    assert counts[2016, "breast"] == 70
    assert counts[2015, "lung"] + counts[2015, "leukemia"] == 400
    lung = plan.groups[(plan.groups["year"] == 2015) & (plan.groups["primary"] == 2)][0]
    cells = plan.cells[lung["first_cell"] : lung["first_cell"] + lung["n_cells"]]
    np.testing.assert_allclose(cells["cumulative"], [120 / 360.5, 1.0])
    assert cells["stage"].tolist() == [0, 2]


def test_a_byte_order_mark_blank_lines_and_other_columns_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "town.csv"
    rows = [f"{row},a note" for row in GOOD]
    path.write_text("\n".join([f"{HEADER},note", *rows, ""]) + "\n", encoding="utf-8-sig")
    assert Population.from_csv(path).people_per_year == 400


def test_years_before_the_file_follow_the_incidence_trend(tmp_path: Path) -> None:
    values = {**evidence().point, ("incidence_trend", "lung"): 0.1}
    plan = Population.from_csv(written(tmp_path, "2015,lung,male,40,60,distant,100000")).plan(
        2005, 2005, values
    )
    assert plan.people == pytest.approx(100_000 * np.exp(-1.0), abs=1.0)


FAULTS = {
    "year": (
        "2015.5,lung,male,40,60,localized,1",
        "year is '2015.5'; allowed: a whole number",
    ),
    "year far": (
        "1066,lung,male,40,60,localized,1",
        "year is '1066'; allowed: at least 1900",
    ),
    "year empty": (",lung,male,40,60,localized,1", "year is missing; allowed: a value"),
    "primary": ("2015,lungs,male,40,60,localized,1", "primary is 'lungs'; did you mean 'lung'?"),
    "sex": ("2015,lung,mael,40,60,localized,1", "sex is 'mael'; did you mean 'male'?"),
    "stage": ("2015,lung,male,40,60,distal,1", "stage is 'distal'; did you mean 'distant'?"),
    "age_low": (
        "2015,lung,male,forty,60,localized,1",
        "age_low is 'forty'; allowed: a number",
    ),
    "age_low negative": (
        "2015,lung,male,-1,60,localized,1",
        "age_low is '-1'; allowed: at least 0",
    ),
    "age_high": (
        "2015,lung,male,40,121,localized,1",
        "age_high is '121'; allowed: at most 120",
    ),
    "ages reversed": (
        "2015,lung,male,60,40,localized,1",
        "age_high is 40; allowed: more than age_low, which is 60",
    ),
    "count negative": (
        "2015,lung,male,40,60,localized,-1",
        "count is '-1'; allowed: at least 0",
    ),
    "count infinite": (
        "2015,lung,male,40,60,localized,inf",
        "count is 'inf'; allowed: a finite number",
    ),
    "count not a number": (
        "2015,lung,male,40,60,localized,nan",
        "count is 'nan'; allowed: a finite number",
    ),
    "too short": ("2015,lung,male,40,60,localized", "must have as many columns as the header, 7"),
    "overlap": (
        "2015,lung,male,50,70,localized,1",
        "age_low is 50, inside the ages 40 to 60 of line 2",
    ),
}


@pytest.mark.parametrize(("row", "says"), FAULTS.values(), ids=FAULTS)
def test_a_malformed_row_is_refused_with_line_and_column(
    tmp_path: Path, row: str, says: str
) -> None:
    message = refusal(written(tmp_path, *GOOD, row))
    assert message.startswith(f"town.csv, line {len(GOOD) + 2}: {says}")


@pytest.mark.parametrize("column", [c for c in HEADER.split(",") if c != "stage"])
def test_a_missing_column_is_refused(tmp_path: Path, column: str) -> None:
    header = ",".join(c for c in HEADER.split(",") if c != column)
    message = refusal(written(tmp_path, header=header))
    assert message.startswith(f"town.csv, line 1: no column {column!r}")


def test_a_file_without_people_is_refused(tmp_path: Path) -> None:
    assert "there are no rows" in refusal(written(tmp_path))
    nobody = written(tmp_path, "2015,lung,male,40,60,localized,0")
    assert "count is 0 in every row" in refusal(nobody)


def test_a_first_year_without_people_is_refused(tmp_path: Path) -> None:
    """`scaled` refers to the anchor year, so somebody must be diagnosed in it."""
    rows = ("2015,lung,male,40,60,localized,0", "2016,lung,male,40,60,localized,5")
    message = refusal(written(tmp_path, *rows))
    assert "count" in message
    assert "2015" in message


def test_a_gap_between_years_is_refused(tmp_path: Path) -> None:
    rows = ("2015,lung,male,40,60,localized,1", "2017,lung,male,40,60,localized,1")
    assert "year jumps from 2015 to 2017" in refusal(written(tmp_path, *rows))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path / "nowhere.csv")
    no_text = tmp_path / "no_text.csv"
    no_text.write_bytes(HEADER.encode() + b"\n2015,lung,m\x81le,40,60,localized,1\n")
    assert "cannot be read" in refusal(no_text)


def test_years_outside_the_file_are_refused(tmp_path: Path) -> None:
    town = Population.from_csv(written(tmp_path, *GOOD))
    with pytest.raises(ValueError, match=r"years is 2010-2010; allowed: .* from 2015 to 2016"):
        Scenario(name="town", population=town, years=(2010, 2010))


def test_two_readings_of_a_file_are_equal(tmp_path: Path) -> None:
    path = written(tmp_path, *GOOD)
    assert Population.from_csv(path) == Population.from_csv(path)


def test_a_file_with_one_primary_can_be_run(tmp_path: Path) -> None:
    """Measures over primaries that nobody has are not a number; they do not stop the run."""
    town = Population.from_csv(written(tmp_path, "2015,kidney,male,40,60,distant,200"))
    result = Scenario(name="town", population=town, years=(2015, 2015)).run(workers=1)
    assert result.value("new_cancers") == 200
    assert set(result.case_counts["primary"]) == {"kidney"}
