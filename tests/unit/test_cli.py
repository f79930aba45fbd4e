"""The command: bad input gives one clear sentence and exit status 2, and writes nothing.

Room: the doors.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from sim.cli import main

SCENARIO = '''"""A small town for a test."""

from sim import Population, Scenario

scenario = Scenario(
    name="town", population=Population.united_states(2010).scaled(500), years=(2010, 2010)
)

if __name__ == "__main__":
    scenario.main()
'''


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario file in an otherwise empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "scenarios").mkdir()
    path = tmp_path / "scenarios" / "town.py"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments])


BAD = {
    "misspelt option": (["--drawz", "3"], "--draws"),
    "unknown strategy": (["--strategies", "nome"], "did you mean 'none'?"),
    "unknown view": (["--view", "weekly"], "'weekly' is not one of 'cohort', 'calendar'"),
    "unknown engine": (["--engine", "steam"], "'steam' is not one of 'cohort', 'process'"),
    "years outside the data": (["--years", "2009"], "years is 2009-2009; allowed: "),
    "years reversed": (["--years", "2012-2010"], "years is 2012-2010; allowed: "),
    "years not years": (["--years", "soon"], "years is 'soon'; allowed: 2010 or 2010-2012"),
    "nobody": (["--people", "0"], "people is 0; allowed: a whole number from 1 to"),
    "people not a number": (["--people", "many"], "'many' is not a valid integer"),
    "negative draws": (["--draws", "-1"], "draws is -1; allowed: "),
    "no replicates": (["--replicates", "0"], "replicates is 0; allowed: "),
    "negative seed": (["--seed", "-1"], "seed is -1; allowed: "),
    "horizon not years": (["--horizon", "soon"], "horizon is 'soon'; allowed: a number of years"),
    "no rate": (["--discount-rate", "5"], "discount_rate is 5.0; allowed: a rate a year"),
    "no price year": (["--price-year", "1900"], "price_year is 1900; allowed: a year of the price"),
    "no horizon": (["--horizon", "0"], "horizon_years is 0.0; allowed: a number of years above 0"),
    "unknown people": (["--outcomes-for", "all"], "'all' is not one of 'on_therapy', 'triggered'"),
    "no workers": (["--workers", "0"], "workers is 0; allowed: a whole number, at least 1"),
}


@pytest.mark.parametrize(("options", "says"), BAD.values(), ids=BAD)
def test_bad_input_exits_with_2_and_writes_nothing(
    town: Path, options: list[str], says: str
) -> None:
    before = sorted(Path().rglob("*"))
    result = run("run", town, "--out", "results", *options)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert result.stdout == ""
    assert sorted(Path().rglob("*")) == before


def test_a_missing_scenario_is_told_the_nearest(town: Path) -> None:
    result = run("run", "scenarios/twon.py")
    assert result.exit_code == 2
    assert "SCENARIO is 'scenarios/twon.py', which is not a file" in result.stderr
    assert "did you mean 'scenarios/town.py'?" in result.stderr
    assert not Path("results").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("place = 3\n", "defines no Scenario under the name 'scenario'"),
        (SCENARIO.replace("years=", "year="), "year is not a field; did you mean 'years'?"),
        (SCENARIO.replace("(2010).", "(2009)."), "year is 2009; allowed: a whole year from 2010"),
    ],
    ids=["no scenario", "misspelt field", "year outside the data"],
)
def test_a_scenario_file_with_a_fault_exits_with_2(town: Path, text: str, says: str) -> None:
    town.write_text(text, encoding="utf-8")
    result = run("run", town)
    assert result.exit_code == 2
    assert says in result.stderr
    assert not Path("results").exists()


def test_a_folder_that_cannot_be_written_is_refused(town: Path) -> None:
    Path("taken").write_text("a file", encoding="utf-8")
    for out in ("taken", "taken/results"):
        result = run("run", town, "--out", out)
        assert result.exit_code == 2
        assert f"out is {out!r}: " in result.stderr
        assert "allowed: a folder that can be written" in result.stderr
    assert Path("taken").read_text(encoding="utf-8") == "a file"


@pytest.mark.usefixtures("no_pictures")
def test_a_run_prints_its_summary_and_writes_its_folder(town: Path) -> None:
    result = run("run", town, "--people", "700", "--seed", "9", "--years", "2010-2011")
    assert result.exit_code == 0, result.stderr
    assert "new_spinal_metastasis" in result.stdout
    assert "not for decisions about one patient" in result.stdout
    described = json.loads(Path("results/town/run.json").read_text(encoding="utf-8"))
    assert described["people"] == 700
    assert described["seed"] == 9
    assert described["scenario"]["years"] == [2010, 2011]
    assert described["results_hash"] in result.stdout
    assert (described["horizon_years"], described["outcomes_for"]) == (1.0, "on_therapy")


@pytest.mark.usefixtures("no_pictures")
def test_a_run_says_whose_outcomes_it_describes_and_for_how_long(town: Path) -> None:
    options = ("--people", "3000", "--outcomes-for", "detected")
    both = (*options, "--strategies", "usual_care,noms")
    asked = {"life": both, "2": options, "0.5": options}
    told = {
        "life": "from the detection of spinal metastasis to death; the same people",
        "2": "under usual_care, within 2 years of the detection of spinal metastasis.",
        "0.5": "people with detected spinal metastasis under usual_care, within 0.5 years of the",
    }
    hashes = set()
    for years, says in told.items():
        result = run("run", town, "--horizon", years, *asked[years])
        assert result.exit_code == 0, result.stderr
        assert says in " ".join(result.stdout.split())
        assert "days_on_therapy_1y" in result.stdout
        described = json.loads(Path("results/town/run.json").read_text(encoding="utf-8"))
        assert str(described["horizon_years"]).removesuffix(".0") == years
        assert described["outcomes_for"] == "detected"
        if asked[years] is options:
            hashes.add(described["results_hash"])
            assert "therapy_days_lost" not in result.stdout
    assert len(hashes) == 1


@pytest.mark.usefixtures("no_pictures")
def test_quiet_prints_nothing(town: Path) -> None:
    result = run("run", town, "--quiet", "--out", "quietly")
    assert result.exit_code == 0
    assert result.output == ""
    assert Path("quietly/run.json").is_file()


@pytest.mark.usefixtures("no_pictures")
def test_a_scenario_file_runs_by_itself_as_the_command_runs_it(town: Path, root: Path) -> None:
    options = ["--seed", "4", "--quiet", "--out"]
    subprocess.run(
        [sys.executable, str(town), *options, "alone"],
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert run("run", town, *options, "command").exit_code == 0
    hashes = {
        json.loads(Path(out, "run.json").read_text(encoding="utf-8"))["results_hash"]
        for out in ("alone", "command")
    }
    assert len(hashes) == 1


def test_list_names_scenarios_strategies_measures_and_parameters(town: Path) -> None:
    result = run("list")
    assert result.exit_code == 0
    for word in ("scenarios/town.py", "A small town for a test.", "none", "cancer_deaths"):
        assert word in result.stdout
    assert "death_rate" in result.stdout


@pytest.mark.parametrize(
    "name", ["death_rate", "new_spinal_metastasis", "relative_survival", "local_courses_per_level"]
)
def test_explain_says_what_a_name_stands_for(name: str) -> None:
    result = run("explain", name)
    assert result.exit_code == 0
    assert name in result.stdout
    assert len(result.stdout.splitlines()) > 1


def test_explain_of_an_unknown_name_names_the_nearest() -> None:
    result = run("explain", "deth_rate")
    assert result.exit_code == 2
    assert "NAME is 'deth_rate'; did you mean 'death_rate'?" in result.stderr
    result = run("explain", "death_rate", "elbow")
    assert result.exit_code == 2
    assert "STRATUM is 'elbow'" in result.stderr


def test_life_tells_the_same_story_again(town: Path) -> None:
    told = [run("life", town, "--person", "3", "--seed", "2") for _ in range(2)]
    assert told[0].exit_code == 0
    assert told[0].stdout == told[1].stdout
    assert "diagnosed" in told[0].stdout
    assert "dies of" in told[0].stdout
    other = run("life", town, "--person", "4", "--seed", "2")
    assert other.stdout != told[0].stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--primary", "brest"], "primary is 'brest'; did you mean 'breast'?"),
        (["--person", "-1"], "person is -1; allowed: 0 to "),
        (["--person", "5000"], "person is 5000; allowed: 0 to "),
        (["--strategies", "usual_care,nomes"], "'nomes' is unknown; did you mean 'noms'?"),
        (["--strategies", "noms,noms"], "strategies names a strategy twice"),
        (["--strategies", "none", "--treated"], "treated: none of 500 people looked through"),
        (["--treated", "--person", "499"], "person is 499; allowed: 0 to "),
    ],
)
def test_a_person_who_is_not_there_exits_with_2(town: Path, options: list[str], says: str) -> None:
    result = run("life", town, *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_life_tells_twins_and_draws_them(town: Path) -> None:
    asked = ("life", town, "--treated", "--strategies", "usual_care,analgesia_only,ebrt_8gy1")
    result = run(*asked, "--figure", "twins.png")
    assert result.exit_code == 0, result.stderr
    assert "The past that 3 strategies share" in result.stdout
    assert "usual_care, the reference" in result.stdout
    assert "therapy delayed, to a dose" in result.stdout
    assert "referred " in result.stdout
    assert Path("twins.png").read_bytes().startswith(b"\x89PNG")


def test_life_tells_whom_a_row_names(town: Path) -> None:
    """Microdata alone, before the file, is of everybody; with a word, of some."""
    told = run("run", "--microdata", town, "--quiet", "--out", "all")
    assert told.exit_code == 0, told.stderr
    assert run("run", town, "--microdata", "spine", "--quiet", "--out", "some").exit_code == 0
    people = pd.read_parquet("all/people").set_index("person")
    some = pd.read_parquet("some/people").set_index("person")
    assert len(people) == 500 > len(some) > 0
    person = some.index[0]
    result = run("life", town, "--person", person)
    assert result.stdout.startswith(f"Person {person}: ")
    assert f"day {people['death_day'][person]:>8.1f}" in result.stdout
    refused = run("run", town, "--microdata", "spin")
    assert refused.exit_code == 2
    assert "'spin' is not one of 'everybody', 'spine', 'detected', 'treated'" in refused.stderr


def test_life_draws_one_life(town: Path) -> None:
    result = run("life", town, "--treated", "--figure", "life.png")
    assert result.exit_code == 0, result.stderr
    assert "episodes of palliative care" in result.stdout
    assert Path("life.png").is_file()
    refused = run("life", town, "--figure", "scenarios")
    assert refused.exit_code == 2
    assert "figure is 'scenarios'; allowed: a file whose name ends in .png" in refused.stderr
