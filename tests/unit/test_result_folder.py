"""A result read back from its folder answers as the one that was written; what cannot be written.

Rooms: result, tables, doors.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from sim import (
    Center,
    Clinics,
    Demand,
    Evidence,
    InputError,
    Outage,
    Population,
    Resource,
    Result,
    Rule,
    Scenario,
    Strategy,
    Treatment,
)
from sim.cli import main
from sim.counting.microdata import Microdata
from sim.engine.where import Where
from sim.plots.drawing import make_room
from sim.result import write_run
from sim.run import Listeners, run_scenario
from sim.tables import workbook
from sim.tables.compare import PairedMeans
from sim.tables.folder_contents import ALWAYS_WRITTEN
from sim.tables.run_folder import RunFolder, UnwrittenError
from sim.tables.stored import scenario_text
from sim.tables.text import summary_text

FRAMES = ("case_counts", "delays", "outcomes", "summary", "parameters")
SMALL = Population.united_states(2010).scaled(1_200)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """Two strategies, one of them the user's, two draws, two replicates; and their folder."""
    folder = tmp_path_factory.mktemp("runs") / "two"
    mine = Treatment(
        name="mine",
        based_on="cryoablation",
        label="Mine, ä",
        response_biological={"events": 34, "n": 50},
        post_hold_days={"endocrine": (1.0, 3.0), "cytotoxic": 2.0},
        cost=(900.0, 1_500.0),
        price_basis="USD 2014",
    )
    rules = [Rule(when={"sins": (13, None), "primary": ["lung", "breast"]}, give="surgery_rt")]
    scenario = Scenario(
        name="two",
        population=SMALL,
        treatments=[mine],
        strategies=["usual_care", Strategy(name="own", rules=rules, otherwise={"mine": 0.7})],
        draws=2,
        replicates=2,
        seed=2**64 - 1,
        people_per_draw=1_000,
        pain_threshold=6.0,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.plots.Plots.save_all", lambda *_: [])
        return folder, scenario.run(out=folder, workers=1)


def same_frames(one: Result, other: Result) -> None:
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    pd.testing.assert_frame_equal(one.compare(), other.compare())


def test_a_loaded_result_answers_as_the_one_that_was_written(
    two: tuple[Path, Result], tmp_path: Path, no_pictures: None
) -> None:
    folder, result = two
    loaded = Result.load(folder)
    assert loaded.run == result.run
    assert loaded.value("cancer_deaths", "own") == result.value("cancer_deaths", "own")
    same_frames(loaded, result)
    assert summary_text(loaded) == summary_text(result)
    assert repr(loaded) == repr(result)
    assert len(loaded.plot.frontier().get_lines()) == len(result.plot.frontier().get_lines())
    loaded.write(tmp_path / "copy")
    again = Result.load(str(tmp_path / "copy"))
    same_frames(again, result)
    for name in ("summary.csv", "compare.csv", "run.json", "stored/scenario.json"):
        assert (tmp_path / "copy" / name).read_bytes() == (folder / name).read_bytes()


def test_a_loaded_scenario_is_the_one_that_was_run(two: tuple[Path, Result]) -> None:
    folder, result = two
    scenario = Result.load(folder).scenario
    assert type(scenario) is Scenario
    assert scenario == result.scenario
    assert scenario.strategies[1].rules[0].when == {
        "sins": (13, None),
        "primary": ("lung", "breast"),
    }
    assert scenario.run(workers=1).run["results_hash"] == result.run["results_hash"]


def test_a_scenario_of_every_field_comes_back(tmp_path: Path) -> None:
    """Through JSON, as it is stored."""
    rows = "year,primary,sex,age_low,age_high,stage,count\n2015,lung,male,50,70.5,distant,900.25\n"
    (tmp_path / "town.csv").write_text(rows + "2015,myeloma,female,50,80,not_staged,100\n")
    linac = Resource(
        machines=2,
        outages=[Outage(starts="2015-03-01", days=3)],
        others=[Demand(per_week=3, minutes=15, patience_days=20)],
    )
    always = dict.fromkeys(
        ("interventional_suite", "theater", "radiopharmacy"), Resource(machines=None)
    )
    town = Center(name="town", resources={"linear_accelerator": linac, **always})
    scenario = Scenario(
        name="town",
        population=Population.from_csv(tmp_path / "town.csv").only("lung").scaled(700),
        years=(2015, 2015),
        view="calendar",
        strategies=["usual_care@none", "noms"],
        horizon_years="life",
        withhold=("cytotoxic",),
        parameters={"overwhelming_pain": 8},
        access=Clinics(centers=[town], precision=0.1),
        bone_agents=False,
    )
    stored = json.loads(scenario_text(scenario))["scenario"]
    again = Scenario(**stored)
    assert again == scenario
    assert again.strategy_names == scenario.strategy_names
    assert again.population.plan(2015, 2015, Evidence.read().point).people == 700


def test_twins_are_stored_with_every_digit(two: tuple[Path, Result]) -> None:
    folder, result = two
    loaded = Result.load(folder)
    assert len(loaded.twins) == len(result.twins) == 8  # point estimate, its fewer people, draws
    for one, other in zip(loaded.twins, result.twins, strict=True):
        assert isinstance(one, PairedMeans)
        for name in ("draw", "replicate", "people", "mean", "variance", "paired_variance"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_parameters_are_those_of_every_draw(two: tuple[Path, Result]) -> None:
    folder, result = two
    written = pd.read_parquet(folder / "parameters.parquet")
    for draw, mine in written.groupby("draw"):
        keys = list(zip(mine["name"], mine["stratum"], strict=True))
        found = dict(zip(keys, mine["value"], strict=True))
        known = Evidence.read().draw(int(str(draw)))
        own = {key: value for key, value in found.items() if key not in known}
        assert {key: found[key] for key in known} == known
        numbers = result.scenario.treatments[0].numbers(int(str(draw)))
        assert own == {
            ("response_biological", "mine"): numbers["response_biological"],
            ("post_hold_days", "mine, endocrine"): numbers["post_hold_days"]["endocrine"],
            ("post_hold_days", "mine, cytotoxic"): 2.0,
            ("cost", "mine"): numbers["cost"],
        }
    assert written["draw"].unique().tolist() == [0, 1, 2]


def test_csv_has_every_digit_and_every_table(
    two: tuple[Path, Result], written_run: tuple[Path, Result], tmp_path: Path, no_pictures: None
) -> None:
    _, result = two
    result.write(tmp_path / "a", csv=True)
    for name in FRAMES:
        read = pd.read_csv(tmp_path / "a" / f"{name}.csv", dtype=str, keep_default_na=False)
        table = getattr(result, name)
        assert list(read.columns) == list(table.columns)
        for column in table.columns:
            found = read[column].tolist()
            if pd.api.types.is_numeric_dtype(table[column]):
                numbers = [float(cell) if cell else np.nan for cell in found]
                np.testing.assert_array_equal(numbers, table[column])
            else:
                assert found == ["" if pd.isna(word) else word for word in table[column]]
    # People and events of all parts are a file each, whatever its version of them is.
    folder, other = written_run
    shutil.copytree(folder, tmp_path / "b")
    other.write(tmp_path / "b", csv=True)
    for name in ("people", "events"):
        assert (tmp_path / "b" / name).is_dir()
    from sim.tables.writing import jobs_of_csv, write_files

    write_files(jobs_of_csv(tmp_path / "b"))
    rows = pd.read_csv(tmp_path / "b" / "people.csv", low_memory=False)
    parts = pd.read_parquet(tmp_path / "b" / "people")
    assert len(rows) == len(parts)
    assert rows["primary"].tolist() == parts["primary"].astype(str).tolist()
    np.testing.assert_array_equal(rows["age_at_diagnosis"], parts["age_at_diagnosis"])


def test_people_and_events_of_the_same_run_stay_when_it_is_written_again(
    written_run: tuple[Path, Result], tmp_path: Path, no_pictures: None
) -> None:
    folder, result = written_run
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    before = sorted(path.relative_to(copy) for path in copy.rglob("*"))
    result.write(copy)
    assert sorted(path.relative_to(copy) for path in copy.rglob("*")) == before
    assert pq.read_table(copy / "people").num_rows > 0


@pytest.mark.parametrize("name", ["nowhere", "file", "empty", "holder", "half", "version", "torn"])
def test_what_is_no_run_is_refused_in_one_sentence(
    name: str, two: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    Path("empty").mkdir()
    for copy in ("holder/a", "half", "version", "torn"):
        shutil.copytree(two[0], copy)
    Path("half", "run.json").unlink()
    told = json.loads(Path("version", "stored", "scenario.json").read_text())
    Path("version", "stored", "scenario.json").write_text(json.dumps(told | {"format": 99}))
    whole = Path("torn", "delays.parquet").read_bytes()
    Path("torn", "delays.parquet").write_bytes(whole[: len(whole) // 2])
    says = {
        "nowhere": "which is not there; allowed: the folder of a run",
        "file": "which is a file; allowed: ",
        "empty": "which is no run: it has no run.json that a run wrote; allowed: ",
        "holder": "which is no run, but holds some: holder/a; allowed: ",
        "half": "which is no run: it has no run.json",
        "version": "which cannot be read (stored in the format 99); the run is of version ",
        "torn": "which cannot be read (",
    }[name]
    with pytest.raises(InputError) as caught:
        Result.load(name)
    (sentence,) = caught.value.sentences
    assert sentence.startswith(f"folder is {name!r}, {says}")
    assert sentence.count("allowed: ") == 1
    assert "\n" not in sentence


def test_places_by_number_are_refused(two: tuple[Path, Result]) -> None:
    _, result = two
    for call in (Result.load, result.write, result.to_excel):
        with pytest.raises(InputError, match="is 3; allowed: "):
            call(3)  # type: ignore[operator]


def test_a_result_says_in_a_line_what_it_is(two: tuple[Path, Result]) -> None:
    assert repr(two[1]) == str(two[1])
    assert repr(two[1]) == (
        f"<Result of two: United States 2010, cohort view, {two[1].run['lives']:,} lives, 2 draws, "
        "2 replicates, seed 18446744073709551615; usual_care, own>"
    )


@pytest.fixture(scope="module")
def once(two: tuple[Path, Result]) -> Result:
    """The same without draws and replicates: its tables have a sixth of the rows."""
    return two[1].scenario.with_options(draws=0, replicates=1).run(workers=1)


def test_a_workbook_has_a_sheet_a_table(once: Result, tmp_path: Path) -> None:
    result = once
    result.to_excel(tmp_path / "below" / "run.xlsx")
    sheets = pd.read_excel(tmp_path / "below" / "run.xlsx", sheet_name=None, keep_default_na=False)
    compared = ["compare", "incremental", "net_benefit", "reporting"]
    tables = [*FRAMES[:3], "parameters"]
    assert list(sheets) == ["run", "summary", "by_age", "prices", *compared, *tables]
    assert os.listdir(tmp_path / "below") == ["run.xlsx"]
    run = dict(zip(sheets["run"]["what"], sheets["run"]["value"], strict=True))
    assert run["results_hash"] == result.run["results_hash"]
    assert str(run["seed"]) == str(2**64 - 1)
    assert run["strategies"] == "usual_care, own"
    for name in ("case_counts", "outcomes"):
        read, table = sheets[name], getattr(result, name)
        column = "count" if name == "case_counts" else "value"
        assert len(read) == len(table)
        read[column] = pd.to_numeric(read[column])
        np.testing.assert_allclose(read[column], table[column], rtol=1e-15)


def test_a_table_that_is_too_long_for_a_sheet_is_named_on_the_first(
    two: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", len(two[1].summary))
    two[1].to_excel(tmp_path / "run.xlsx")
    sheets = pd.read_excel(tmp_path / "run.xlsx", sheet_name=None)
    assert "case_counts" not in sheets
    run = dict(zip(sheets["run"]["what"], sheets["run"]["value"], strict=True))
    assert "case_counts" in run["too long for a sheet"]


def test_a_workbook_that_cannot_be_written_is_told_in_one_sentence(
    two: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = two
    with pytest.raises(InputError, match=r"allowed: a file that ends in \.xlsx"):
        result.to_excel(tmp_path / "run.xls")
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    (tmp_path / "taken.xlsx").mkdir()
    with pytest.raises(InputError, match="allowed: a file that can be written"):
        result.to_excel(tmp_path / "taken.xlsx")
    monkeypatch.setattr(workbook, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs openpyxl, which is not installed; allowed: pip"):
        result.to_excel(tmp_path / "run.xlsx")
    assert os.listdir(tmp_path) == ["taken.xlsx"]


TOWN = """
from sim import Population, Scenario
scenario = Scenario(name="town", population=Population.united_states(2010).scaled(400))
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_pictures: None) -> Path:
    """A scenario file in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    Path("town.py").write_text(TOWN, encoding="utf-8")
    return tmp_path


def test_a_later_run_says_what_it_replaced_unless_it_is_to_be_quiet(town: Path) -> None:
    run = ["run", "town.py", "--workers", "1", "--out", "a"]
    assert CliRunner().invoke(main, [*run, "--microdata", "--csv", "--quiet"]).output == ""
    assert Path("a", "people.csv").is_file()
    told = CliRunner().invoke(main, [*run, "--seed", "7"])
    assert told.exit_code == 0
    assert (
        "An earlier run in 'a' (seed 1, usual_care) was replaced; files that only " in told.stderr
    )
    assert not Path("a", "people").exists()
    assert not Path("a", "people.csv").exists()
    assert CliRunner().invoke(main, [*run, "--quiet"]).output == ""
    assert sorted(os.listdir()) == ["a", "town.py"]


def test_a_table_that_cannot_be_written_leaves_the_summary_printed_and_the_run_beside(
    town: Path,
) -> None:
    Path("a", "summary.csv").mkdir(parents=True)
    run = ["run", "town.py", "--workers", "1", "--out", "a"]
    done = CliRunner().invoke(main, run)
    assert done.exit_code != 0
    assert "new_cancers" in done.stdout
    assert "Tables and pictures" not in done.stdout
    error = done.stderr.splitlines()[-1]
    assert error.startswith(
        "Error: out is 'a', and the run could not be written there (summary.csv"
    )
    assert "the whole run is in '.a.parts/run'" in error
    assert Result.load(".a.parts/run").value("new_cancers") == 400
    with pytest.raises(InputError, match=r"has not been moved yet: it waits in '.*\.a\.parts/run'"):
        Result.load("a")
    assert os.listdir("a") == ["summary.csv"]


def test_what_is_in_the_way_is_told_before_the_run_is_lived(town: Path) -> None:
    Path("a", "summary.csv").mkdir(parents=True)
    told: list[str] = []
    with pytest.raises(UnwrittenError):
        run_scenario(
            Scenario(name="town", population=SMALL.scaled(400)),
            out="a",
            where=Where(1),
            listeners=Listeners(lambda done, lives: told.append("lived"), tell=told.append),
        )
    assert told[0].startswith("summary.csv in 'a' is not from a run")


def test_a_picture_that_cannot_be_drawn_costs_neither_the_others_nor_the_run(
    two: tuple[Path, Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no such color\nand more")

    monkeypatch.setattr("sim.plots.PICTURES", ("by_age", "frontier"))
    monkeypatch.setattr("sim.plots.by_age.by_age", fail)
    with RunFolder(tmp_path / "a") as folder:
        write_run(two[1], folder)
    assert os.listdir(tmp_path / "a" / "figures") == ["frontier.png"]
    assert folder.told == [
        "figures/by_age.png is missing: it could not be drawn (ValueError: no such color)."
    ]
    assert Result.load(tmp_path / "a").run == two[1].run


def test_a_figure_does_not_grow_without_bound(two: tuple[Path, Result]) -> None:
    ax = two[1].plot.frontier()
    ax.text(1e3, 1e3, "far away", transform=ax.transAxes)
    width, height = make_room(ax).get_figure(root=True).get_size_inches()
    assert max(width, height) <= 80


def test_what_every_run_writes_is_known_before(written_run: tuple[Path, Result]) -> None:
    for name in ALWAYS_WRITTEN:
        assert (written_run[0] / name).is_file(), name


def test_a_kind_of_scenario_of_the_user_s_changes_nothing_for_others(
    two: tuple[Path, Result],
) -> None:
    class Mine(Scenario):
        """A user's own."""

    assert type(Result.load(two[0]).scenario) is Scenario
    assert not isinstance(Result.load(two[0]).scenario, Mine)


def test_microdata_removes_no_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "registry.parquet").write_text("mine")
    Microdata(tmp_path)
    assert (tmp_path / "people" / "registry.parquet").read_text() == "mine"


def test_in_python_the_result_is_not_lost(town: Path) -> None:
    Path("a", "summary.csv").mkdir(parents=True)
    with pytest.raises(UnwrittenError) as caught:
        Scenario(name="town", population=SMALL.scaled(400)).run(out="a", workers=1)
    assert caught.value.result.value("new_cancers") == 400


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("kilobytes", [1, 30])
def test_where_no_more_can_be_written_the_summary_is_printed_and_one_sentence(
    kilobytes: int, town: Path, root: Path
) -> None:
    """As on a disk that is full: people at 30 kB, tables at 1 kB too."""
    limited = f"ulimit -f {kilobytes}; exec {sys.executable} -m sim run town.py --microdata --out a"
    done = subprocess.run(
        ["bash", "-c", f"{limited} --workers 1 --people 4000"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 2
    assert "cancer_deaths" in done.stdout
    errors = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(errors) == 1
    assert "Traceback" not in done.stderr
    what = "File too large); what could be written is in '.a.parts/run' until the next run into "
    assert what in errors[0]
    first = "dictionary.csv" if kilobytes == 1 else "people/part-0000-00000-00000.parquet"
    assert f"could not be written there ({first}: " in errors[0]
    assert not Path("a").exists()
    left = {path.name for path in Path(".a.parts/run").rglob("*")}
    assert ("summary.csv" in left) == (kilobytes == 30)
    assert "run.json" not in left
