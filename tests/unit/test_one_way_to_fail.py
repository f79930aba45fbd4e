"""What a user did wrong is one kind of error, in the same sentences by each of three ways.

`spinemets run file.py`, `python file.py`, and in plain Python. Rooms: evidence, inputs, doors.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sim import (
    Center,
    Clinics,
    Demand,
    Evidence,
    Goals,
    InputError,
    Outage,
    Population,
    Resource,
    Rule,
    Scenario,
    Strategy,
    Treatment,
    Visit,
    strategy,
)
from sim.cli import main
from sim.evidence.mistakes import end_script

NAN = float("nan")
TOWN = Population.united_states(2010).scaled(100)
IMPORTS = "from sim import *\ntown = Population.united_states(2010).scaled(100)\n"
NUMBER = "allowed: a number"


def town(**fields: Any) -> Scenario:
    return Scenario(**{"name": "town", "population": TOWN, **fields})


WAYS = {
    "fields": (
        "scenario = Scenario(name='town', population=town, draws=-1, yeers=(2010, 2010))\n",
        (
            "draws is -1; allowed: at least 0",
            "yeers is not a field; did you mean 'years'? Allowed: ",
        ),
    ),
    "path": (
        "center = {'name': 'a', 'resources': {'theater': {'machines': NAN, 'opn': 8}}}\n"
        "scenario = Scenario(name='town', population=town, access={'centers': [center]})\n",
        (
            "access.centers.0.resources.theater.machines is nan; allowed: a finite number",
            "access.centers.0.resources.theater.opn is not a field; did you mean 'opens'? Allow",
        ),
    ),
    "call": ("mine = strategy('nome')\n", ("'nome' is unknown; did you mean 'none'? Allowed: ",)),
    "file": (
        "scenario = Scenario(name='town', population=Population.from_csv('.'))\n",
        (". cannot be read: ",),
    ),
}


@pytest.mark.parametrize(("text", "says"), WAYS.values(), ids=WAYS)
def test_each_way_gives_the_same_sentences_and_status_2_and_writes_nothing(
    text: str, says: tuple[str, ...], tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = f"{IMPORTS}NAN = float('nan')\n{text}"
    with pytest.raises(InputError) as caught:
        exec(text, {})
    told = caught.value.sentences
    assert len(told) == len(says)
    assert all(sentence.startswith(start) for sentence, start in zip(told, says, strict=True))
    assert str(caught.value) == "\n".join(told)

    Path("file.py").write_text(f"{text}scenario.main()\n", encoding="utf-8")
    line = text.count("\n")
    expected = "".join(f"Error: file.py, line {line}: {sentence}\n" for sentence in told)
    commanded = CliRunner().invoke(main, ["run", "file.py"])
    alone = subprocess.run(
        [sys.executable, "file.py"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (commanded.exit_code, commanded.stdout, commanded.stderr) == (2, "", expected)
    assert (alone.returncode, alone.stdout, alone.stderr) == (2, "", expected)
    assert [path.name for path in tmp_path.iterdir()] == ["file.py"]


@pytest.mark.slow
def test_a_script_with_another_fault_or_a_hook_of_its_own_ends_as_ever(root: Path) -> None:
    caught = "try: strategy('nome')\nexcept InputError: pass\n"
    for text, status, says in (
        (f"{caught}1 / 0", 1, "ZeroDivisionError: division by zero"),
        ("import sys\nsys.excepthook = lambda *_: print('mine')\nstrategy('nome')", 1, ""),
    ):
        done = subprocess.run(
            [sys.executable, "-c", f"from sim import *\n{text}"],
            capture_output=True,
            text=True,
            cwd=root,
        )
        assert done.returncode == status
        assert done.stderr.rstrip().endswith(says)
        assert done.stdout == ("" if says else "mine\n")


def test_the_hook_leaves_other_errors_to_python(capsys: pytest.CaptureFixture[str]) -> None:
    end_script(KeyError, KeyError("else"), None)
    assert capsys.readouterr().err == "KeyError: 'else'\n"


FILES = {
    "syntax": ("scenario = (\n", "file.py cannot be run (SyntaxError): '(' was never closed"),
    "no file to import": ("import nowhere\n", "cannot be run (ModuleNotFoundError): No module"),
    "no scenario": ("place = 3\n", "file.py defines no Scenario under the name 'scenario'; all"),
    "another scenario": ("scenario = 'town'\n", "file.py defines no Scenario under the name"),
    "not Python": ("\0\1", "file.py cannot be run ("),
    "empty": ("", "file.py defines no Scenario under the name 'scenario'"),
}


@pytest.mark.parametrize("command", ["run", "life"])
@pytest.mark.parametrize(("text", "says"), FILES.values(), ids=FILES)
def test_a_file_that_is_no_scenario_is_refused_in_one_sentence(
    text: str, says: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file.py").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, [command, "file.py"])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ")
    assert says in result.stderr
    assert result.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file.py"]


@pytest.mark.parametrize("name", [".", "nowhere.py", ""])
def test_a_path_that_is_no_file_is_refused(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["run", name])
    assert result.exit_code == 2
    assert "which is not a file; allowed: a Python file" in result.stderr


MISUSES: dict[str, tuple[Callable[[], object], list[str]]] = {
    "nothing": (Scenario, ["name is missing; allowed: a value", "population is missing; allowed"]),
    "number of strategies": (
        lambda: town(strategies=3),
        ["strategies is 3; allowed: a list of strategies or their names"],
    ),
    "no strategy's name": (lambda: town(strategies=[None]), ["strategies 'None' is unknown; "]),
    "one year": (lambda: town(years=2010), ["years is 2010; allowed: a list"]),
    "word for a treatment": (
        lambda: town(treatments=["mine"]),
        ["treatments.0 is 'mine'; allowed: a dictionary"],
    ),
    "not a number": (
        lambda: town(pain_threshold=NAN, wait_ratio=-1),
        ["pain_threshold is nan; allowed: a finite number", "wait_ratio is -1; allowed: "],
    ),
    "fields that do not fit": (
        lambda: town(years=(2000, 2001), strategies=[Strategy(name="mine", otherwise="ebrt")]),
        ["years is 2000-2001; allowed: a first and a", "strategies: mine gives 'ebrt'; did you"],
    ),
    "population by hand": (
        lambda: Population(name="x", anchor_year=2010, people_per_year=0),
        ["people_per_year is 0; allowed: at least 1"],
    ),
    "population of nothing": (lambda: TOWN.scaled(NAN), ["people is nan; allowed: a whole number"]),  # type: ignore[arg-type]
    "file by number": (lambda: Population.from_csv(3), ["path is 3; allowed: the name of a file"]),  # type: ignore[arg-type]
    "list of primaries": (lambda: TOWN.only(["lung"]), ["primaries names ['lung']; did you mean"]),  # type: ignore[arg-type]
    "changed": (
        lambda: setattr(TOWN, "name", "y"),
        ["name is frozen; allowed: to make another Po"],
    ),
    "options": (
        lambda: town().with_options(seed=-1, drws=3),
        ["seed is -1; allowed: ", "drws is not a field; did you mean 'draws'?"],
    ),
    "rules": (
        lambda: Strategy(name="mine", rules=[{"wen": {}, "give": 3}]),  # type: ignore[arg-type]
        [
            "rules.0.give is 3; allowed: a text",
            "rules.0.wen is not a field; did you mean 'when'?",
        ],
    ),
    "share": (lambda: Rule(give={"ebrt_8gy1": "half"}), ["give has 'half' for ebrt_8gy1; allowed"]),  # type: ignore[dict-item]
    "holds": (
        lambda: Treatment(
            name="mine",
            based_on="cryoablation",
            pre_hold_days="long",
            post_hold_days={"endocrine": -1},
        ),  # type: ignore[arg-type]
        [f"pre_hold_days is 'long'; {NUMBER}", "post_hold_days.endocrine is -1; allowed: "],
    ),
    "knob": (lambda: strategy("noms", pain=3), ["pain is not a field; did you mean 'pain_thres"]),
    "strategy by number": (lambda: strategy(3), ["3 is unknown; allowed: none, usual_care"]),  # type: ignore[arg-type]
    "centers": (lambda: Clinics(centers="a"), ["centers is 'a'; allowed: a list"]),  # type: ignore[arg-type]
    "resource": (
        lambda: Center(name="a", resources={"theater": 3}),  # type: ignore[dict-item]
        ["resources.theater is 3; allowed: a dictionary"],
    ),
    "served": (
        lambda: Center.serving("a", "many", {"theater": 3}),  # type: ignore[arg-type,dict-item]
        [f"catchment is 'many'; {NUMBER}", "resources.theater is 3; allowed: "],
    ),
    "weekday": (
        lambda: Resource(machines=1, weekdays="monday"),  # type: ignore[arg-type]
        ["weekdays is 'monday'; allowed: a list"],
    ),
    "demand": (
        lambda: Demand(per_week=NAN, minutes=None),
        ["per_week is nan; ", "minutes is None"],
    ),  # type: ignore[arg-type]
    "outage": (lambda: Outage(starts="soon", days=1.5), ["starts is 'soon'; ", "days is 1.5; "]),  # type: ignore[arg-type]
    "goal": (lambda: Goals(rutine=3.0), ["rutine is not a field; did you mean 'routine'?"]),  # type: ignore[call-arg]
    "visit": (lambda: Visit(resource="theater", minutes=-1), ["minutes is -1; allowed: "]),
    "workers": (lambda: town().run(workers="two"), ["workers is 'two'; allowed: a whole number"]),  # type: ignore[arg-type]
    "folder": (lambda: town().run(out=3), ["out is 3; allowed: a folder"]),  # type: ignore[arg-type]
    "evidence": (lambda: Evidence.read("nowhere"), ["nowhere/sources.csv cannot be read: "]),
    "draw": (lambda: Evidence.read().draw(-1), ["k is -1; allowed: a whole number, at least 0"]),
}


@pytest.mark.parametrize(("make", "says"), MISUSES.values(), ids=MISUSES)
def test_each_public_class_refuses_what_it_cannot_use_with_all_sentences_at_once(
    make: Callable[[], object], says: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        make()
    told = caught.value.sentences
    assert len(told) == len(says), told
    for sentence, start in zip(told, says, strict=True):
        assert sentence.startswith(start)
        assert "\n" not in sentence
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_all_that_is_wrong_with_a_file_is_said_at_once_and_the_rest_is_counted(
    tmp_path: Path,
) -> None:
    path = tmp_path / "town.csv"
    header = "year,primary,sex,age_low,age_high,stage,count\n"
    path.write_text(f"{header}soon,lung,mael,0,60,distant,1\n2015,lung,male,0,60,distant,-1\n")
    with pytest.raises(InputError) as caught:
        Population.from_csv(path)
    fields = [sentence.partition(" is ")[0] for sentence in caught.value.sentences]
    assert fields == [f"town.csv, line {part}" for part in ("2: year", "2: sex", "3: count")]
    path.write_text(header + "soon,lung,mael,0,60,distant,1\n" * 50)
    with pytest.raises(InputError) as caught:
        Population.from_csv(path)
    assert len(caught.value.sentences) == 100
    assert len(caught.value.told) == 20
    assert caught.value.told[-1] == "and 81 more mistakes"


def test_no_message_is_longer_than_twenty_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fields = ", ".join(f"field_{i}=1" for i in range(300))
    text = f"{IMPORTS}scenario = Scenario(name='town', population=town, {fields})\n"
    Path("file.py").write_text(text, encoding="utf-8")
    said = CliRunner().invoke(main, ["run", "file.py"]).stderr.splitlines()
    assert len(said) == 20
    assert said[-1].endswith("and 281 more mistakes")
    with pytest.raises(InputError) as caught:
        town(draws=list(range(10_000)))
    assert len(str(caught.value)) < 200
    assert str(InputError("one\nsentence\n of 3 lines")) == "one sentence of 3 lines"
    with pytest.raises(InputError) as caught:
        town(parameters={f"parameter_{i}": 1.0 for i in range(300)})
    assert str(caught.value).count("\n") == 19
    assert all(len(line) < 1_200 for line in caught.value.told)
