"""A measure is one row: whatever the program names or shows of it is found there.

Room: counting.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import CARE_MEASURES, READINGS, STATISTICS, Reading, Statistic
from sim.counting.care_tally import DISTRIBUTIONS, SUBGROUPS
from sim.counting.cohort import Cohort
from sim.counting.counts import COUNTS_OF_PEOPLE, COUNTS_OF_SYMPTOMS, Count
from sim.counting.measure import Measure, Section, in_summary
from sim.counting.measures import MEASURES, POPULATION_MEASURES, split_time, words_of
from sim.counting.shares import SHARES_OF_SPREAD, SHARES_OF_SYMPTOMS
from sim.counting.skeletal_events import SHARES_OF_BONE
from sim.counting.treated import SHARES_TREATED
from sim.evidence.reader import evidence
from sim.evidence.targets import targets
from sim.evidence.vocabulary import PAUSE_CAUSES, Numbered
from sim.tables.compare import COMPARED
from sim.tables.reconciliation import published_rows
from sim.tables.summary import POPULATION_SUMMARY

KINDS = (POPULATION_MEASURES, CARE_MEASURES, ACCESS_MEASURES)


def test_no_two_rows_have_one_name() -> None:
    rows = (*COUNTS_OF_PEOPLE, *COUNTS_OF_SYMPTOMS, *SHARES_OF_SPREAD, *SHARES_OF_SYMPTOMS)
    rows = (*rows, *SHARES_OF_BONE, *SHARES_TREATED)
    assert len(rows) == len(POPULATION_MEASURES)
    assert len(MEASURES) == sum(len(kind) for kind in KINDS)
    for one, other in itertools.combinations(KINDS, 2):
        assert not one.keys() & other.keys()
    assert all(name == row.name for name, row in MEASURES.items())


@pytest.mark.parametrize("row", MEASURES.values(), ids=MEASURES)
def test_a_row_says_everything(row: Measure[Any]) -> None:
    assert row.unit
    assert row.definition.endswith(".")
    assert row.words
    assert "_" not in row.words
    assert row.words == row.words.strip()
    assert not row.words[0].isupper()
    assert callable(row.estimate)
    known = {parameter.name for parameter in evidence().parameters.values()}
    assert set(row.behind) <= known
    assert bool(row.behind) == bool(row.whom) == (row.name in CARE_MEASURES)
    assert "" in row.times or row.section is not None


def test_a_name_stands_for_one_thing() -> None:
    """No measure has the name of a parameter: `explain` shows one of them."""
    known = {parameter.name for parameter in evidence().parameters.values()}
    assert not known & MEASURES.keys()


def test_every_target_is_of_a_measure_of_the_population() -> None:
    assert {target.name for target in targets()} <= POPULATION_MEASURES.keys()
    for target in targets():
        assert target.unit.split()[0] == POPULATION_MEASURES[target.name].unit.split()[0]


def test_what_tables_and_pictures_name_is_a_row() -> None:
    shown = [s.name for kind in KINDS for s in in_summary(kind.values())]
    assert len(set(shown)) == len(shown)
    assert {split_time(name)[0] for name in shown} <= MEASURES.keys()
    assert COMPARED.keys() | set(DISTRIBUTIONS) <= CARE_MEASURES.keys()
    assert set(Count.labels()) <= POPULATION_MEASURES.keys()
    of_published = {name for row in published_rows() for name in row.measure.split(" of ")}
    assert of_published <= POPULATION_MEASURES.keys()


def named_in(path: Path) -> Iterator[str]:
    """Measures that a source asks for by name, or draws if it is not told which."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if function in ("levels", "samples", "value"):
                yield from (a.value for a in node.args if isinstance(a, ast.Constant))
        elif isinstance(node, ast.FunctionDef):
            names = [a.arg for a in (*node.args.args, *node.args.kwonlyargs)]
            values = (*node.args.defaults, *node.args.kw_defaults)
            for name, value in zip(names[-len(values) :], values, strict=False):
                if name in ("measure", "measures", "relief") and value is not None:
                    found = ast.literal_eval(value)
                    yield from (found,) if isinstance(found, str) else found


def test_what_a_source_asks_for_by_name_is_a_row(root: Path) -> None:
    paths = [p for f in ("sim/plots", "sim/tables", "scenarios") for p in (root / f).glob("*.py")]
    found = {name for path in paths for name in named_in(path)}
    assert {"pain_days", "delay_days", "new_spinal_metastasis", "died_waiting"} <= found
    assert {split_time(name)[0] for name in found} <= MEASURES.keys()


def test_the_summary_has_every_count_in_the_order_of_the_tally() -> None:
    """A sum of two of them stands among them, beside its published number."""
    sums = ["new_fractures_spine_hip_and_long_bones"]
    shown = [s.name for s in POPULATION_SUMMARY][: len(Count) + len(sums)]
    assert [name for name in shown if name in sums] == sums
    assert tuple(name for name in shown if name not in sums) == Count.labels()
    assert {m.section for m in ACCESS_MEASURES.values()} == {Section.ACCESS}


def test_times_belong_to_the_name_in_the_summary() -> None:
    names = [shown.name for shown in POPULATION_SUMMARY]
    for measure in ("relative_survival", "recorded_bone_metastasis"):
        times = [f"{measure}_{time}" for time in ("1y", "5y", "10y")]
        assert [name for name in names if name.startswith(measure)] == times
    assert split_time("relative_survival_10y") == ("relative_survival", "10y")
    assert split_time("days_alive_1y") == ("days_alive_1y", "")
    assert split_time("pain_days_1y") == ("pain_days_1y", "")


def test_words_of_a_measure() -> None:
    assert words_of("recorded_bone_metastasis_1y") == "bone metastasis on record after 1 year"
    assert words_of("recorded_bone_metastasis_10y") == "bone metastasis on record after 10 years"
    assert words_of("recorded_bone_metastasis_30d") == "bone metastasis on record after 30 days"
    assert words_of("pre_hold_days") == "days of delay by the hold before"
    assert words_of("partial_response_1m") == "partial response at 1 month"
    assert words_of("new_cord_compression") == "new cord compression"
    assert words_of("courses_without_price") == "courses without price"


@pytest.mark.parametrize("places", [Count, Cohort, Statistic, Reading])
def test_places_are_numbered_from_0(places: type[Numbered]) -> None:
    assert [int(member) for member in places] == list(range(len(places)))
    assert all(places.labeled(name).label == name for name in places.labels())
    with pytest.raises(KeyError):
        places.labeled("new_cancer")


def test_readings_follow_the_statistics() -> None:
    assert len(set(STATISTICS)) == len(STATISTICS) == len(Statistic) + READINGS.size
    assert np.array_equal(READINGS.ravel(), np.arange(len(Statistic), len(STATISTICS)))
    assert STATISTICS[READINGS[Reading.COMPLETE, 3]] == "complete_3m"


def test_distributions_and_subgroups_by_name() -> None:
    assert {f"{cause}_days" for cause in PAUSE_CAUSES} < set(DISTRIBUTIONS)
    assert len(set(SUBGROUPS)) == len(SUBGROUPS)
    assert SUBGROUPS[0] == "all"


def test_what_the_last_month_counts_twice_is_said() -> None:
    assert "counted twice" in CARE_MEASURES["cost"].definition
    assert "in the other parts too" in CARE_MEASURES["cost_of_end_of_life"].definition
