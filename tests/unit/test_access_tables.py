"""Tables of finite access: recounted from the log, checked against their definitions, written.

Room: tables.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Center, Clinics, Demand, Goals, Outage, Population, Resource, Result, Scenario
from sim.clinics.log import DIED, GAVE_WAY, LEFT, LINE, MONTH, TREATED, WAIT, ClinicLog
from sim.clinics.plan import Access
from sim.clinics.service import month_ends
from sim.counting.access_measures import ACCESS_MEASURES
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import PAUSE_CAUSES
from sim.inputs.clinics import EMERGENCY, PRIORITIES, ROUTINE, URGENT
from sim.tables.access import AccessTables
from sim.tables.pooled_waits import bottleneck, mean_lines, mean_waits
from sim.tables.text import summary_text
from tests.clinics import EVERYTHING, ROUNDING, run_with_logs

YEARS = (2010, 2011)
OPENING = datetime.date(2009, 1, 1)
LABELS = {"strategy": "usual_care", "draw": 0, "replicate": 0}
SPINAL, OTHERS = 0, 1
CLINICS = Clinics(
    centers=(
        Center(
            name="north",
            catchment=2,
            resources={
                **dict.fromkeys(EVERYTHING, Resource(machines=2)),
                "linear_accelerator": Resource(
                    machines=1,
                    maintenance_every_weeks=4,
                    others=(Demand(per_week=70, minutes=45, patience_days=20, priority="urgent"),),
                    outages=(Outage(starts="2010-03-01", days=5),),
                ),
                "bed": Resource(machines=4),
            },
        ),
        Center(
            name="south",
            resources={
                name: Resource(machines=1)
                for name in EVERYTHING
                if name not in ("radiopharmacy", "theater")
            },
            sends_to={"radiopharmacy": "north", "theater": "north"},
        ),
    ),
    urgent_pain=7.5,
    goals=Goals(urgent=5.0),
    warm_up_years=1,
    follow_up_years=1,
)
"""The accelerator in the north is asked for more than it can give; nothing else is."""


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario(
        name="tables",
        population=Population.united_states(2010).scaled(2_500),
        years=YEARS,
        view="calendar",
        lookback_years=4,
        strategies=["usual_care", "surgery_rt"],
        access=CLINICS,
        seed=5,
    )


@pytest.fixture(scope="module")
def ran(scenario: Scenario) -> tuple[Result, list[ClinicLog]]:
    return run_with_logs(scenario)


def frame(result: Result, name: str, strategy: str) -> pd.DataFrame:
    found: pd.DataFrame = getattr(result, name)
    return found[found["strategy"] == strategy]


def counted(log: ClinicLog) -> list[np.void]:
    """Waits asked for in the years counted; the clinics opened a year before."""
    first, last = 365.0, 3.0 * 365.0
    return [wait for wait in log.waits if first <= wait["asked"] < last]


def goal_of(wait: np.void) -> float:
    return {EMERGENCY: 1.0, ROUTINE: 14.0}.get(int(wait["priority"]), 5.0)


def in_goal_percent(waits: list[np.void]) -> float:
    """Who died or left before the goal had passed is not counted."""
    good = bad = 0
    for wait in waits:
        late = wait["ended"] - wait["asked"] > goal_of(wait)
        good += wait["outcome"] == TREATED and not late
        bad += late
    return 100.0 * good / (good + bad) if good + bad else float("nan")


def groups_of(waits: list[np.void]) -> dict[tuple[str, str, str, str], list[np.void]]:
    """Waits by center, resource, priority and who, each also under what holds several together."""
    found = defaultdict(list)
    for wait in waits:
        centers = (CLINICS.centers[wait["center"]].name, "all")
        resources = [CLINICS.resource_names()[wait["resource"]]]
        if wait["treatment"] >= 0 and wait["visit"] == 0:
            resources.append("any_treatment")
        for center in centers:
            for resource in resources:
                for priority in (PRIORITIES[wait["priority"]], "all"):
                    who = ("spinal", "others")[wait["other"]]
                    found[center, resource, priority, who].append(wait)
    return found


@pytest.mark.parametrize("strategy", [0, 1])
def test_waits_are_those_of_the_log(ran: tuple[Result, list[ClinicLog]], strategy: int) -> None:
    table = frame(ran[0], "waits", ("usual_care", "surgery_rt")[strategy])
    # A course that a failure interrupts goes on without asking again.
    table = table[table["priority"] != "continuing"]
    groups = groups_of(counted(ran[1][strategy]))
    keys = ["center", "resource", "priority", "who"]
    assert set(table[keys].itertuples(index=False, name=None)) == set(groups)
    assert len(table) == len(groups) > 30
    for row in table.to_dict("records"):
        waits = groups[row["center"], row["resource"], row["priority"], row["who"]]
        treated = [wait for wait in waits if wait["outcome"] == TREATED]
        days = np.array([wait["ended"] - wait["asked"] for wait in treated])
        assert row["asked"] == len(waits)
        assert row["treated"] == len(treated)
        for name, code in (("died", DIED), ("gave_way", GAVE_WAY), ("left", LEFT)):
            assert row[name] == sum(wait["outcome"] == code for wait in waits)
        for name in ("fractures", "lost_walking", "sent"):
            assert row[name] == sum(wait[name] for wait in waits)
        assert row["within_goal_percent"] == pytest.approx(in_goal_percent(waits), nan_ok=True)
        if len(days) > 1:
            in_line = [max(w["ended"] - w["earliest"], 0.0) for w in treated]
            assert row["mean_days"] == pytest.approx(days.mean())
            assert row["mean_days_in_line"] == pytest.approx(np.mean(in_line), abs=ROUNDING)
            assert row["sd_days"] == pytest.approx(days.std(ddof=1), abs=ROUNDING)
            for percent in (5, 25, 50, 75, 95):
                found = np.percentile(days, percent)
                assert row[f"p{percent:02d}_days"] == pytest.approx(found, abs=ROUNDING)


def test_everybody_who_asks_is_treated_dies_gives_way_or_leaves(
    ran: tuple[Result, list[ClinicLog]],
) -> None:
    """People with spinal metastasis never leave, and other patients do nothing else."""
    waits = ran[0].waits
    assert waits is not None
    ends = waits["treated"] + waits["died"] + waits["gave_way"] + waits["left"]
    assert (waits["asked"] == ends).all()
    spinal = waits["who"] == "spinal"
    assert (waits["left"][spinal] == 0).all()
    assert (waits[["died", "gave_way"]][~spinal] == 0).all().all()
    assert waits["left"][~spinal].sum() > 0
    assert waits["died"][spinal].sum() > 0


@pytest.mark.parametrize("strategy", [0, 1])
def test_lines_and_months_are_those_of_the_log(
    ran: tuple[Result, list[ClinicLog]], strategy: int
) -> None:
    result, logs = ran
    name, log = ("usual_care", "surgery_rt")[strategy], logs[strategy]
    lines, queues = frame(result, "lines", name), frame(result, "queues", name)
    assert len(lines) == len(log.lines) == 9
    assert len(queues) == 9 * 24
    waits = counted(log)
    ends = month_ends(OPENING, 3.0 * 365.0)
    for row, line in zip(lines.to_dict("records"), log.lines, strict=True):
        place = (line["center"], line["resource"])
        months = [m for m in log.months if (m["center"], m["resource"]) == place]
        assert [m["month"] for m in months] == list(range(48))
        months = months[12:36]
        at_both = row["resource"] in ("radiopharmacy", "theater")
        here = [
            wait
            for wait in waits
            if wait["resource"] == place[1] and (wait["center"] == place[0] or at_both)
        ]
        minutes, since, until = "minutes", "earliest", "ended"
        if row["resource"] == "bed":
            # Beds are in the north, to which the south sends for whatever needs one.
            here = [wait for wait in waits if wait["bed_days"] > 0.0]
            assert {CLINICS.resource_names()[wait["resource"]] for wait in here} == {"theater"}
            minutes, since, until = "bed_days", "no_bed_from", "no_bed_until"
        assert row["asked"] == len(here)
        assert row["asked_spinal"] == sum(wait["other"] == SPINAL for wait in here)
        is_open = sum(m["open_minutes"] for m in months)
        used = sum(m["used_minutes"] for m in months)
        unit = 1_440.0 if row["resource"] == "bed" else 1.0
        asked_minutes = unit * sum(wait[minutes] for wait in here)
        assert row["offered_percent"] == pytest.approx(100.0 * asked_minutes / is_open)
        assert row["used_percent"] == pytest.approx(100.0 * used / is_open)
        assert row["queue_mean"] == pytest.approx(np.mean([m["queue"] for m in months]))
        assert row["queue_first_month"] == months[0]["queue"]
        assert row["queue_last_month"] == months[-1]["queue"]
        in_line = sum(max(w[until] - w[since], 0.0) for w in here if w["other"] == SPINAL)
        assert row["spinal_days_in_line"] == pytest.approx(in_line, abs=ROUNDING)
        assert abs(row["littles_law_gap_days"]) < ROUNDING
        if row["resource"] == "theater" and name == "surgery_rt":
            assert sum(wait["sent"] for wait in here) > 0
        mine = queues[(queues["center"] == row["center"]) & (queues["resource"] == row["resource"])]
        assert mine["queue"].tolist() == [m["queue"] for m in months]
        assert mine["months_since_start"].tolist() == list(range(24))
        assert mine["month"].iloc[[0, -1]].tolist() == ["2010-01", "2011-12"]
        spinal = [w for w in here if w["other"] == SPINAL and w["outcome"] == TREATED]
        for month, mean in zip(range(12, 36), mine["spinal_wait_mean_days"], strict=True):
            days = [
                w["ended"] - w["asked"]
                for w in spinal
                if sum(end <= w["asked"] for end in ends) == month
            ]
            assert mean == pytest.approx(np.mean(days) if days else np.nan, nan_ok=True)


def test_open_minutes_are_those_of_the_calendar(ran: tuple[Result, list[ClinicLog]]) -> None:
    """Nine hours of every weekday of 2009, but for maintenance and failures of the one machine."""
    log = ran[1][0]
    year = log.months[log.months["month"] < 12]
    by_place: dict[tuple[int, str], float] = defaultdict(float)
    for month in year:
        place = int(month["center"]), CLINICS.resource_names()[month["resource"]]
        by_place[place] += month["open_minutes"]
    weekdays = 261
    for (center, name), minutes in by_place.items():
        machines = CLINICS.centers[center].resources[name].machines
        assert machines is not None
        if name == "bed":
            assert minutes == 365.0 * 1_440.0 * machines
        elif (center, name) != (0, "linear_accelerator"):
            assert minutes == weekdays * 540.0 * machines
    assert by_place[0, "linear_accelerator"] == (weekdays - 13) * 540.0
    # In 2010 it fails on the five weekdays of a week, in which it may be maintained anyway.
    year = log.months[(log.months["month"] // 12 == 1) & (log.months["center"] == 0)]
    linac = year["resource"] == CLINICS.resource_names().index("linear_accelerator")
    assert weekdays - 5 - 13 <= year["open_minutes"][linac].sum() / 540.0 <= weekdays - 5 - 12


def test_the_summary_has_what_the_log_says_of_access(
    ran: tuple[Result, list[ClinicLog]],
) -> None:
    result, logs = ran
    for name, log in zip(("usual_care", "surgery_rt"), logs, strict=True):
        spinal = [wait for wait in counted(log) if wait["other"] == SPINAL]
        courses = [w for w in spinal if w["treatment"] >= 0 and w["visit"] == 0]
        days = [w["ended"] - w["asked"] for w in courses if w["outcome"] == TREATED]
        referred = log.referred
        inside = referred[(referred["day"] >= 365.0) & (referred["day"] < 3.0 * 365.0)]
        expected = {
            "treatment_wait_mean_days": np.mean(days),
            "treatment_wait_p95_days": np.quantile(days, 0.95),
            "treated_within_goal": in_goal_percent(courses),
            **{
                f"{priority}_within_goal": in_goal_percent(
                    [w for w in courses if w["priority"] == code]
                )
                for priority, code in (
                    ("emergency", EMERGENCY),
                    ("urgent", URGENT),
                    ("routine", ROUTINE),
                )
            },
            "died_waiting": sum(w["outcome"] == DIED for w in spinal) / 2.0,
            "lost_walking_waiting": sum(w["lost_walking"] for w in spinal) / 2.0,
            "fractures_waiting": sum(w["fractures"] for w in spinal) / 2.0,
            "first_referred": len(inside) / 2.0,
            "delay_of_first_referred_days": inside["delay_days"].sum(axis=1).mean(),
            **{
                f"{cause}_of_first_referred_days": inside["delay_days"][:, code].mean()
                for code, cause in enumerate(PAUSE_CAUSES)
            },
        }
        assert set(expected) == set(ACCESS_MEASURES)
        for measure, value in expected.items():
            assert result.value(measure, name) == pytest.approx(float(value), nan_ok=True), measure
        mine = result.summary[result.summary["strategy"] == name].set_index("measure")
        for measure, sample in (
            ("treatment_wait_mean_days", days),
            ("delay_of_first_referred_days", inside["delay_days"].sum(axis=1)),
        ):
            for column, share in (("p25", 0.25), ("median", 0.5), ("p75", 0.75)):
                quantile = float(np.quantile(sample, share))
                assert mine[column][measure] == pytest.approx(quantile), (measure, column)
        assert {m: mine["unit"][m] for m in expected} == {
            m: measure.unit for m, measure in ACCESS_MEASURES.items()
        }
    means = [len(log.referred) for log in logs]
    assert means[0] == means[1] > 0


def test_pooled_waits_are_a_year(ran: tuple[Result, list[ClinicLog]]) -> None:
    result = ran[0]
    pooled = mean_waits(result, "surgery_rt").loc["all"]
    waits = frame(result, "waits", "surgery_rt")
    row = waits[
        (waits["resource"] == "any_treatment")
        & (waits["center"] == "all")
        & (waits["priority"] == "all")
    ].iloc[0]
    assert pooled["asked"] == row["asked"] / 2.0
    assert pooled["mean_days"] == row["mean_days"]


def test_an_overloaded_line_is_flagged_and_said_and_a_calm_one_is_not(
    ran: tuple[Result, list[ClinicLog]],
) -> None:
    result = ran[0]
    lines = result.lines
    assert lines is not None
    flagged = lines[lines["overloaded"]]
    found = set(flagged[["strategy", "center", "resource"]].itertuples(index=False, name=None))
    place = ("north", "linear_accelerator")
    assert found == {("usual_care", *place), ("surgery_rt", *place)}
    assert (flagged["offered_percent"] > 100.0).all()
    text = summary_text(result)
    assert "linear_accelerator at north is overloaded" in text
    assert text.count("is overloaded") == 2


def test_the_answer_of_the_clinics_stands_before_the_epidemiology(
    ran: tuple[Result, list[ClinicLog]],
) -> None:
    """Waits, bottleneck and overload are what was asked; what the clinics have stands last."""
    text = summary_text(ran[0])
    waits = ran[0].waits
    assert waits is not None
    said = [
        "Access: ",
        f"wait {mean_waits(ran[0]).loc['all', 'mean_days']:.1f} days on average",
        "the bottleneck is",
        "is overloaded",
        "Waits asked for in the years counted",
        "Lines before machines",
        "new_spinal_metastasis ",
        "Clinics: 2 centers",
        "Little's law holds",
    ]
    places = [text.index(words) for words in said]
    assert places == sorted(places)


def test_the_bottleneck_is_the_scarce_resource(ran: tuple[Result, list[ClinicLog]]) -> None:
    result = ran[0]
    line = bottleneck(result)
    assert (line["center"], line["resource"]) == ("north", "linear_accelerator")
    most = mean_lines(result).nlargest(1, "spinal_days_in_line").iloc[0]
    assert line["spinal_days_in_line"] <= most["spinal_days_in_line"]
    assert "the bottleneck is linear_accelerator at north" in summary_text(result)


def test_every_number_of_the_clinics_is_listed_as_assumed(
    ran: tuple[Result, list[ClinicLog]],
) -> None:
    capacity = ran[0].capacity
    assert capacity is not None
    assert list(capacity.columns) == ["what", "where", "argument", "value", "grade"]
    assert (capacity["grade"] == "assumed").all()
    listed = {(row.what, row.where, row.argument): row.value for row in capacity.itertuples()}
    linac = "north, linear_accelerator"
    for key, value in {
        ("center", "north", "catchment"): "2",
        ("center", "south", "sends_to radiopharmacy"): "north",
        ("center", "south", "transfer_days"): "1",
        ("resource", linac, "machines"): "1",
        ("resource", linac, "opens"): "8.0",
        ("resource", linac, "closes"): "17.0",
        ("resource", linac, "weekdays"): "monday, tuesday, wednesday, thursday, friday",
        ("resource", linac, "on_call"): "False",
        ("resource", linac, "notice_days"): "0.0",
        ("resource", linac, "reserved_minutes"): "0.0",
        ("resource", linac, "maintenance_every_weeks"): "4",
        ("resource", "north, bed", "machines"): "4",
        ("others", linac, "per_week"): "70.0",
        ("others", linac, "minutes"): "45.0",
        ("others", linac, "patience_days"): "20.0",
        ("outage", linac, "starts"): "2010-03-01",
        ("outage", linac, "days"): "5",
        ("visit", "consult, visit 1", "minutes"): "45.0",
        ("visit", "surgery_rt, visit 2", "after_days"): "14.0",
        ("visit", "surgery_rt, visit 1", "bed_days"): "7.0",
        ("clinics", "all", "urgent_pain"): "7.5",
        ("clinics", "all", "planning_ratio"): "1.0",
        ("clinics", "all", "warm_up_years"): "1",
        ("clinics", "all", "follow_up_years"): "1",
        ("goal", "urgent", "days"): "5.0",
        ("goal", "emergency", "days"): "1.0",
    }.items():
        assert listed[key] == value, key
    # Whatever a strategy may give is there, and nothing else.
    given = {where.split(",")[0] for what, where, _ in listed if what == "visit"}
    assert given - {"consult"} == {
        name for name in ran[0].scenario.treatments_given() if name != "analgesia_only"
    }


@pytest.mark.usefixtures("no_pictures")
def test_a_run_is_written_with_its_clinics(
    ran: tuple[Result, list[ClinicLog]], tmp_path: Path
) -> None:
    result = ran[0]
    result.write(tmp_path)
    for name in ("waits", "lines", "queues"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(tmp_path / f"{name}.parquet"), getattr(result, name)
        )
    assert result.capacity is not None
    written = pd.read_csv(tmp_path / "capacity.csv", dtype=str, keep_default_na=False)
    assert written["value"].tolist() == result.capacity["value"].tolist()
    run_json = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert run_json["engine"] == "clinic"
    assert run_json["scenario"]["replicates"] == 1
    assert Clinics.model_validate(run_json["access"]) == CLINICS
    summary = pd.read_csv(tmp_path / "summary.csv")
    assert set(ACCESS_MEASURES) <= set(summary["measure"])


def test_a_run_without_clinics_has_no_tables_of_them(scenario: Scenario) -> None:
    small = Population.united_states(2010).scaled(200)
    result = scenario.with_options(access=None, population=small).run(workers=1)
    assert (result.waits, result.lines, result.queues, result.capacity) == (None,) * 4
    assert "access" not in result.run
    assert result.run["engine"] == "cohort"
    assert not set(ACCESS_MEASURES) & set(result.summary["measure"])
    assert "Access:" not in summary_text(result)
    with pytest.raises(InputError, match="no finite access"):
        mean_waits(result)


def test_clinics_to_which_nobody_comes_are_told_of_all_the_same(tmp_path: Path) -> None:
    """Without care and without other patients no one waits; the tables are empty, not missing."""
    nobody = Scenario(
        name="nobody",
        population=Population.united_states(2010).scaled(100),
        strategies="none",
        access=Clinics.unlimited(),
    )
    result = nobody.run(workers=1, out=tmp_path)
    assert result.waits is not None
    assert len(result.waits) == 0
    assert {"strategy", "center", "asked", "mean_days"} <= set(result.waits.columns)
    assert "none: people with spinal metastasis wait in no line." in summary_text(result)
    assert len(pd.read_parquet(tmp_path / "waits.parquet")) == 0


def hand_made(*waits: dict[str, Any], queue: tuple[float, float] = (0.0, 0.0)) -> AccessTables:
    """Tables of a log written by hand, of the theater in the north in 2010."""
    clinics = Clinics(
        centers=(Center(name="north", resources={"theater": Resource(machines=1)}),),
        warm_up_years=0,
        follow_up_years=0,
    )
    theater = clinics.resource_names().index("theater")
    log = ClinicLog()
    log.waits = np.zeros(len(waits), WAIT)
    log.waits["resource"] = theater
    log.waits["minutes"] = 60.0
    log.waits["priority"] = ROUTINE
    for row, wait in zip(log.waits, waits, strict=True):
        for column, value in wait.items():
            row[column] = value
    log.months = np.zeros(12, MONTH)
    log.months["resource"], log.months["month"] = theater, np.arange(12)
    log.months["open_minutes"], log.months["used_minutes"] = 10_000.0, 5_000.0
    log.months["queue"] = np.linspace(*queue, 12)
    log.lines = np.zeros(1, LINE)
    log.lines["resource"], log.lines["machines"] = theater, 1.0
    access = Access.of(clinics, (), (2010, 2010))
    return AccessTables(access, (2010, 2010), log, LABELS)


def test_within_goal_is_of_those_treated_or_waiting_longer_than_the_goal() -> None:
    routine = {"priority": ROUTINE, "asked": 10.0}
    tables = hand_made(
        {**routine, "ended": 24.0, "outcome": TREATED},  # on the last day of the goal
        {**routine, "ended": 24.1, "outcome": TREATED},
        {**routine, "ended": 20.0, "outcome": DIED},  # before the goal had passed: left out
        {**routine, "ended": 30.0, "outcome": DIED},
        {**routine, "ended": 12.0, "outcome": GAVE_WAY},
        {**routine, "ended": 40.0, "outcome": GAVE_WAY},
        {"priority": URGENT, "asked": 10.0, "ended": 17.0, "outcome": TREATED},
        {"priority": URGENT, "asked": 10.0, "ended": 17.5, "outcome": TREATED},
        {"priority": EMERGENCY, "asked": 10.0, "ended": 11.0, "outcome": TREATED},
        {"priority": EMERGENCY, "asked": 10.0, "ended": 10.5, "outcome": DIED},
        {**routine, "asked": -1.0, "ended": 99.0, "outcome": TREATED},  # before the years counted
        {**routine, "asked": 365.3, "ended": 999.0, "outcome": TREATED},  # after them
    )
    waits = tables.waits()
    waits = waits[(waits["resource"] == "theater") & (waits["center"] == "all")]
    by_priority = waits.set_index("priority")
    percent = by_priority["within_goal_percent"]
    assert percent["routine"] == 25.0
    assert percent["urgent"] == 50.0
    assert percent["emergency"] == 100.0
    assert percent["all"] == pytest.approx(100.0 * 3 / 7)
    assert by_priority["asked"].to_dict() == {"routine": 6, "urgent": 2, "emergency": 2, "all": 10}
    measures = tables.measures()
    assert measures["routine_within_goal"] == 25.0
    assert measures["died_waiting"] == 3.0


def test_only_the_first_visit_of_a_course_is_a_wait_for_treatment() -> None:
    tables = hand_made(
        {"treatment": 1, "ended": 4.0},
        {"treatment": 1, "visit": 1, "ended": 50.0},
        {"treatment": -1, "ended": 100.0},
        {"treatment": -1, "other": OTHERS, "ended": 200.0},
    )
    waits = tables.waits()
    courses = waits[waits["resource"] == "any_treatment"]
    assert set(courses["who"]) == {"spinal"}
    assert (courses["asked"] == 1).all()
    assert (courses["mean_days"] == 4.0).all()
    assert tables.measures()["treatment_wait_mean_days"] == 4.0
    assert tables.lines()["asked"].tolist() == [4]
    assert tables.lines()["asked_spinal"].tolist() == [3]


def test_the_work_of_a_line_is_what_is_asked_begun_and_left_over() -> None:
    """Hours in the theater: asked for before, in and after the year, and not begun at its ends."""
    tables = hand_made(
        {"asked": -9.0, "ended": -1.0},  # before the year
        {"asked": -9.0, "ended": 5.0, "minutes": 30.0},  # in line as it begins
        *({"asked": 1.0, "ended": 2.0} for _ in range(10)),
        {"asked": 100.0, "ended": 400.0, "minutes": 300.0},  # in line as it ends
        {"asked": 99.0, "ended": 400.0, "minutes": 50.0, "no_bed_from": 300, "no_bed_until": 400},
        {"asked": 370.0, "ended": 380.0},  # after it
    )
    line = tables.lines().iloc[0]
    of_open_time = 100.0 / 120_000.0
    assert line["asked"] == 12
    assert line["offered_percent"] == pytest.approx(950.0 * of_open_time)
    assert line["offered_by_rate_percent"] == pytest.approx(950.0 * of_open_time)
    # Who lacks a bed is not kept by the theater.
    assert line["growth_percent"] == pytest.approx((300.0 - 30.0) * of_open_time)
    assert line["chance_percent"] == pytest.approx(
        (10 * 60.0**2 + 300.0**2 + 50.0**2) ** 0.5 * of_open_time
    )
    assert line["used_percent"] == 50.0
    assert not line["overloaded"]


def test_a_year_of_diagnosis_by_itself_is_refused_with_limited_machines(
    scenario: Scenario,
) -> None:
    with pytest.raises(InputError) as refused:
        scenario.with_options(view="cohort")
    assert list(refused.value.sentences) == [
        "view is 'cohort', whose clinics would be empty when it begins and treat "
        "nobody diagnosed before or after; allowed with access: calendar"
    ]
    assert scenario.with_options(view="cohort", access=Clinics.unlimited()).view == "cohort"
