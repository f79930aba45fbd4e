"""Each scenario file runs, small, as `spinemets run` runs it, and prints what it found.

Room: the doors.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sim.cli import main
from sim.plots import Plots
from sim.result import Result as RunResult
from sim.tables.text import differences_table
from tests.conftest import draw_nothing

FOLDER = Path(__file__).parents[2] / "scenarios"

PRINTS = {
    "compare_strategies": (
        "of 3 strategies, at the point estimate alone, no other has both more days alive with pain",
        "Certain over 40 draws of ",
        "With one local course a level, at the point estimate: the",
        "With equal holds, at the point estimate: the",
        "ebrt_8gy1@none",
        "EBRT 8 Gy in 1, at most 1 local course a level",
        "EBRT 8 Gy in 1, hazard ratio of time off therapy 1",
        "minus usual_care",
        "95% sampling error of the people, at the point estimate; within a year of the first "
        "trigger.",
    ),
    "combined_ablation": (
        "From rfa_ebrt to rfa_cement, one change at a time; what each adds, a person:",
        "rfa_cement less rfa_ebrt",
        "rfa_ebrt minus ebrt_20gy5:",
    ),
    "elderly": (
        "new_spinal_metastasis_detected",
        "70 and over",
        "per 100,000",
        "kyphoplasty, and its difference to usual_care",
    ),
    "prostate_clinic": (
        "A year's 600 new people, to their deaths, under usual_care:",
        "radiopharmaceutical",
        "95% intervals of the mean over 3 replicates; within a year of the first trigger.",
    ),
    "hold_length": (
        "days_on_therapy_1y a person of them, by the hold after a course:",
        "Usual care holds 7 days and delays",
        "surgery_rt",
    ),
    "assumed_holds": (
        "Days of therapy lost within a year that each of 6 parameters adds from the lower end of",
        "never_resumed_after_surgery_share",
        "Days of delay a person by the setting of holds:",
        "where the ratio is 1:",
    ),
    "earlier_referral": (
        "usual care, referral rate times 4",
        "minus usual care, referral rate times 1",
        "pain_days_per_person",
    ),
    "bone_agents": ("usual_care(bone_agents=False)", "ross2003", "near 1 by construction"),
    "own_device": (
        "My device",
        "Certain: nothing is called so from 0 draws",
        "USD 2024",
        "series",
    ),
    "us_2010": ("From the headline to the registries",),
    "probabilistic": (
        "No answer: nothing is sure of 0 draws; an order takes 39, and what an assumption or a "
        "study is worth 200.",
        "sbrt_24gy2",
        "minus usual_care",
    ),
    "regional_capacity": (
        "From the decision to the first session of a course:",
        "four centers  emergency",
        "Splitting the same machines over four centers adds",
    ),
    "shift_to_single_visit": ("Mean days from request to first session", "usual_care"),
    "linac_failure": (
        "42 machine-days are lost from 2011-03-01.",
        "The line is longest in 2011-0",
        "made for 6,000 new cancers a year and 1,000 come: other patients come in proportion, ",
    ),
    "capacity_needed": (
        "Machines tried until 95% are within the goal:",
        "linear_accelerator, together",
        "Needed for 1,000 new cancers a year:",
    ),
}
OF_CLINICS = ("regional_capacity", "shift_to_single_visit", "linac_failure", "capacity_needed")
"""What each scenario prints after, or in, its summary."""

SMALL = {
    "prostate_clinic": ["--people", "600", "--replicates", "3"],
    "us_2010": ["--people", "200"],
    "elderly": ["--people", "400"],
    "hold_length": ["--people", "4000"],
    "compare_strategies": ["--people", "6000"],
    "combined_ablation": ["--people", "8000"],
    "regional_capacity": ["--people", "500", "--years", "2010"],
    "shift_to_single_visit": ["--people", "1000", "--years", "2010", "--replicates", "1"],
    "linac_failure": ["--people", "1000", "--years", "2011", "--replicates", "1"],
    "capacity_needed": ["--people", "1000", "--years", "2010", "--replicates", "1"],
}

SETTINGS = (
    *("", "@equal", "@none", "@by_modality"),
    *("(time_off_hazard_ratio=1)", "(local_courses_per_level=1)"),
)
FEW = {
    "compare_strategies": [
        name + setting
        for setting in SETTINGS
        for name in ("usual_care", "analgesia_only", "ebrt_8gy1")
    ],
    "hold_length": [
        f"{name}(post_hold_days={hold})"
        for name in ("usual_care", "surgery_rt")
        for hold in (0, 3, 7, 14, 21, 28)
    ],
    "shift_to_single_visit": ["usual_care", "one_procedure"],
}
"""Strategies that are enough to show all of what is printed."""

SMALLER = {
    "assumed_holds": (
        '    "published_hold_share",\n    "published_hold_before_days",\n'
        '    "published_hold_after_days",\n',
        "",
    ),
    "regional_capacity": ("REGION = 25_000", "REGION = 8_000"),
    "capacity_needed": (
        'SOUGHT = ("linear_accelerator", "interventional_suite", "theater")',
        'SOUGHT = ("linear_accelerator",)',
    ),
}
"""What no option makes smaller: the other patients of a region, the resources that are sought."""

LONG = {*SMALLER, "hold_length", "shift_to_single_visit"}
"""Files that take several seconds even so: they run with the slow tests."""


def run(name: str, out: Path, *options: str, file: Path | None = None) -> Result:
    small = SMALL.get(name, ["--people", "2000"])
    arguments = [
        "run",
        file or FOLDER / f"{name}.py",
        *small,
        "--draws",
        "0",
        "--out",
        out,
        *options,
    ]
    return CliRunner().invoke(main, [str(a) for a in arguments])


def after_summary(printed: str) -> str:
    return printed.partition("not for decisions about one patient.")[2]


def test_every_scenario_file_is_tested() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} == set(PRINTS)


@pytest.mark.parametrize("name", PRINTS)
def test_a_scenario_file_is_short_and_says_what_it_answers(name: str) -> None:
    lines = (FOLDER / f"{name}.py").read_text(encoding="utf-8").splitlines()
    # A center takes a line for everything it has; the question of all has settings and an answer,
    # and that of a combination a list of what differs.
    long = (
        *OF_CLINICS,
        "compare_strategies",
        "combined_ablation",
        "assumed_holds",
        "probabilistic",
    )
    assert len(lines) <= (60 if name not in long else 110)
    assert lines[0].startswith('"""')
    assert lines[0].endswith("?")


Ran = Callable[[str], tuple[Path, Result]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The folder and the output of a scenario file, run once, made smaller, without pictures."""
    done: dict[str, tuple[Path, Result]] = {}

    def of(name: str) -> tuple[Path, Result]:
        if name not in done:
            out = tmp_path_factory.mktemp(name)
            few = ["--strategies", ",".join(FEW[name])] if name in FEW else []
            file = FOLDER / f"{name}.py"
            if name in SMALLER:
                large, small = SMALLER[name]
                text = file.read_text(encoding="utf-8")
                assert large in text
                file = out / file.name
                file.write_text(text.replace(large, small), encoding="utf-8")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Plots, "save_all", draw_nothing)
                done[name] = out, run(name, out, *few, file=file)
        return done[name]

    return of


def assert_findings(name: str, out: Path, result: Result) -> None:
    assert result.exit_code == 0, result.output
    assert (json.loads((out / "run.json").read_text()))["scenario"]["name"] == name
    lead = ("us_2010", "compare_strategies", "own_device", "assumed_holds", "probabilistic")
    lead += OF_CLINICS
    answered = name in lead
    printed = result.stdout if answered else after_summary(result.stdout)
    printed = printed.replace("\n", " ")  # an answer is wrapped
    for words in PRINTS[name]:
        assert words in printed
    assert "nan" not in after_summary(result.stdout)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in PRINTS],
)
def test_a_scenario_file_runs_and_prints_what_it_found(name: str, ran: Ran) -> None:
    assert_findings(name, *ran(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*FEW, *SMALLER])
def test_a_scenario_file_runs_as_it_is(name: str, tmp_path: Path) -> None:
    assert_findings(name, tmp_path, run(name, tmp_path))


def strategies_of(name: str) -> tuple[str, ...]:
    names: tuple[str, ...] = runpy.run_path(str(FOLDER / f"{name}.py"))["scenario"].strategy_names
    return names


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PRINTS if name != "us_2010"])
@pytest.mark.usefixtures("no_pictures")
def test_findings_bear_one_strategy_alone(name: str, ran: Ran, tmp_path: Path) -> None:
    if strategies_of(name) == ("usual_care",):
        result = ran(name)[1]
    else:
        result = run(name, tmp_path, "--strategies", "usual_care")
    assert result.exit_code == 0, result.output
    assert after_summary(result.stdout).strip()


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in PRINTS if name != "us_2010"])
def test_pictures_bear_one_strategy_alone(name: str, tmp_path: Path) -> None:
    result = run(name, tmp_path, "--strategies", "usual_care")
    assert result.exit_code == 0, result.output
    assert list((tmp_path / "figures").glob("*.png"))


@pytest.mark.parametrize("name", PRINTS)
def test_a_reference_without_care_is_refused(name: str, tmp_path: Path) -> None:
    result = run(name, tmp_path, "--strategies", "none,usual_care", "--people", "300")
    assert result.exit_code == 2
    assert "strategies names 'none' first, which has no trigger set" in result.stderr


def test_findings_bear_that_nobody_is_in_the_trigger_set(tmp_path: Path) -> None:
    for name in ("compare_strategies", "prostate_clinic"):
        result = run(name, tmp_path / name, "--strategies", "usual_care,none", "--people", "3")
        assert result.exit_code == 0, result.output
        assert "No differences" in result.stdout


@pytest.mark.usefixtures("no_pictures")
def test_of_few_draws_findings_say_why_there_is_no_interval(tmp_path: Path) -> None:
    two = "usual_care(referral_ratio=1),usual_care(referral_ratio=4)"
    result = run("earlier_referral", tmp_path, "--draws", "3", "--strategies", two)
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert (
        "3 parameter draws, too few for a 95% interval, which takes 39; within a year of the "
        "detection" in said
    )


def test_intervals_are_over_draws_if_there_are_any(thirty_nine_draws: RunResult) -> None:
    said = differences_table(thirty_nine_draws, ["pain_days"])
    assert "95% over 39 parameter draws; within a year of the first trigger." in said


@pytest.mark.slow
def test_a_scenario_file_by_itself_prints_its_findings_too(ran: Ran, tmp_path: Path) -> None:
    options = ["--people", "2000", "--draws", "0", "--out"]
    file = FOLDER / "earlier_referral.py"
    alone = subprocess.run(
        [sys.executable, str(file), *options, str(tmp_path / "alone")],
        check=True,
        capture_output=True,
        text=True,
        cwd=FOLDER.parent,
        env={**os.environ, "PYTHONPATH": str(FOLDER.parent)},
    )
    commanded = ran("earlier_referral")[1].stdout
    found = after_summary(alone.stdout).partition("Tables and pictures")[0]
    assert found.strip()
    assert found == after_summary(commanded).partition("Tables and pictures")[0]


@pytest.mark.usefixtures("no_pictures")
def test_quiet_prints_no_findings(tmp_path: Path) -> None:
    result = run("bone_agents", tmp_path, "--people", "500", "--quiet")
    assert result.exit_code == 0
    assert result.output == ""


def test_findings_that_are_no_function_are_refused(tmp_path: Path) -> None:
    text = (FOLDER / "us_2010.py").read_text(encoding="utf-8")
    file = tmp_path / "mine.py"
    file.write_text(text + '\nfindings = "much"\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["run", str(file), "--out", str(tmp_path / "results")])
    assert result.exit_code == 2
    assert "findings is 'much'; allowed: a function from the result to a text" in result.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("name", PRINTS)
def test_a_strategy_that_is_not_known_is_told_the_nearest(name: str, tmp_path: Path) -> None:
    result = run(name, tmp_path / "results", "--strategies", "usual_care,ebrt_8gy")
    assert result.exit_code == 2
    assert "'ebrt_8gy' is unknown; did you mean 'ebrt_8gy1'?" in result.stderr
    assert not (tmp_path / "results").exists()


def test_strategies_compared_cover_every_treatment_under_every_setting() -> None:
    from sim.inputs.catalog import known_strategies

    names = strategies_of("compare_strategies")
    assert names[0] == "usual_care"
    plain = {name for name in known_strategies() if name != "none"}
    for suffix in SETTINGS:
        assert {name + suffix for name in plain} <= set(names)
    assert len(names) == len(SETTINGS) * len(plain)
