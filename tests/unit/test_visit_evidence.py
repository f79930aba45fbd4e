"""What a course needs of a clinic is evidence: complete, consistent, and refused if it is not.

Room: evidence.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.rows import FOLDER
from sim.evidence.treatments import known_treatments
from sim.evidence.visits import CONSULT_VISIT, RESOURCES, known_visits

FILE = FOLDER / "visits.csv"
COURSES = tuple(name for name in known_treatments() if name != "analgesia_only")


def with_change(folder: Path, **change: str) -> Path:
    """A copy of the visits in which the second row, on line 3, is changed."""
    with FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[1].update(change)
    copy = folder / "visits.csv"
    with copy.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return copy


FAULTS = {
    "treatment": ({"treatment": "ebrt_8gy"}, "treatment 'ebrt_8gy' is not in treatments.csv"),
    "source": ({"source": "nobody1999"}, "source 'nobody1999' is not in sources.csv"),
    "note": ({"note": ""}, "note is missing; an assumed value needs a note that says why"),
    "resource": (
        {"resource": "linac"},
        "resource is 'linac'; allowed: consultant, linear_accelerator, ",
    ),
    "no session": (
        {"sessions": "0"},
        "sessions is '0'; allowed: at least 1",
    ),
    "half a session": (
        {"sessions": "1.5"},
        "sessions is '1.5'; allowed: a whole number",
    ),
    "no minutes": ({"minutes": ""}, "minutes is missing; allowed: a value"),
    "no time": ({"minutes": "0"}, "minutes is '0'; allowed: more than 0"),
    "planning": (
        {"planning_days": "-1"},
        "planning_days is '-1'; allowed: at least",
    ),
    "emergency": (
        {"emergency_planning_days": "soon"},
        "emergency_planning_days is 'soon'; allowed: a number",
    ),
    "after": (
        {"after_days": "400"},
        "after_days is '400'; allowed: at most 365",
    ),
    "bed": ({"bed_days": "nan"}, "bed_days is 'nan'; allowed: a finite number"),
}


@pytest.mark.parametrize(("change", "says"), FAULTS.values(), ids=FAULTS)
def test_a_bad_row_is_refused_with_file_line_and_column(
    tmp_path: Path, change: dict[str, str], says: str
) -> None:
    with pytest.raises(InputError) as caught:
        known_visits(with_change(tmp_path, **change))
    assert str(caught.value).startswith(f"visits.csv, line 3: {says}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("end", ["", ",more"])
def test_a_row_with_another_number_of_columns_is_refused(tmp_path: Path, end: str) -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    lines[2] = "ebrt_8gy1,linear_accelerator,1" if not end else lines[2] + end
    copy = tmp_path / "visits.csv"
    copy.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=r"visits.csv, line 3: must have as many columns"):
        known_visits(copy)


def test_every_treatment_but_analgesia_has_visits() -> None:
    assert set(known_visits()) == {CONSULT_VISIT, *COURSES}
    assert len(known_visits()[CONSULT_VISIT]) == 1
    assert {v.resource for visits in known_visits().values() for v in visits} <= set(RESOURCES)


@pytest.mark.parametrize("name", COURSES)
def test_the_sessions_of_all_visits_are_those_of_the_treatment(name: str) -> None:
    sessions = sum(visit.sessions for visit in known_visits()[name])
    assert sessions == evidence().point["treatment_sessions", name]


@pytest.mark.parametrize("name", COURSES)
def test_a_treatment_needs_the_resource_that_it_is_listed_with(name: str) -> None:
    """Its first visit is for it, and only later ones come after days."""
    first, *others = known_visits()[name]
    listed = known_treatments()[name].resource
    assert first.resource == listed
    assert first.after_days == 0.0
    assert all(visit.after_days > 0.0 for visit in others)
    for visit in (first, *others):
        assert visit.emergency_planning_days <= visit.planning_days
