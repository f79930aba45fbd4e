"""A run that goes on until a measure is known: it ends where it should, and is the same run.

Room: run.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import stats

from sim import Population, Result, Scenario
from sim.cli import main
from sim.evidence.mistakes import InputError
from sim.inputs.setting import Setting
from sim.run import run_scenario
from sim.tables.intervals import FEWEST_DRAWS
from sim.tables.kept_rows import KeptRows
from sim.tables.until import FEWEST_BEFORE_STOP, Known, Watched, goals_of

DEATHS = "cancer_deaths_with_spinal_metastasis"
FEW = Population.united_states(2010).scaled(400)


def scenario(**options: Any) -> Scenario:
    return Scenario(name="x", population=FEW, strategies=["usual_care", "ebrt_8gy1"], **options)


def assert_same_run(here: Result, there: Result) -> None:
    assert here.run["results_hash"] == there.run["results_hash"]
    assert here.run["scenario"] == there.run["scenario"]
    assert here.run["lives"] == there.run["lives"]
    for name in ("outcomes", "delays", "case_counts", "parameters"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name), check_exact=True)
    pd.testing.assert_frame_equal(here.summary, there.summary, check_exact=True)
    pd.testing.assert_frame_equal(here.compare(), there.compare(), check_exact=True)


def values_of(result: Result, strategy: str, measure: str) -> np.ndarray[Any, np.dtype[Any]]:
    if measure.startswith(("new_", "cancer_")):
        counts = result.case_counts
        mine = counts[(counts["measure"] == measure) & (counts["strategy"] == strategy)]
        return mine.groupby(["draw", "replicate"])["count"].sum().to_numpy(float)
    rows = result.outcomes
    chosen = (rows["measure"] == measure) & (rows["primary"] == "all")
    return rows[chosen & (rows["strategy"] == strategy)]["value"].to_numpy(float)


def test_a_run_of_replicates_ends_where_students_interval_is_narrow_enough() -> None:
    result = scenario().run(until=f"{DEATHS}:8%", workers=1)
    told = result.run["until"]
    n = result.run["scenario"]["replicates"]
    assert told["reached"]
    assert told["samples"] == n > FEWEST_BEFORE_STOP
    assert told["over"] == "replicates"
    for strategy in result.run["strategies"]:
        values = values_of(result, strategy, DEATHS)
        assert len(values) == n
        mean, half = told["mean_and_half_width"][f"{DEATHS}:8%"][strategy]
        ends = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
        assert (mean - half, mean + half) == pytest.approx(ends)
        assert half <= 0.08 * mean
    before = [values_of(result, s, DEATHS)[: n - 1] for s in result.run["strategies"]]
    halves = [stats.t.interval(0.95, n - 2, 0.0, stats.sem(v))[1] / v.mean() for v in before]
    assert n == FEWEST_BEFORE_STOP or max(halves) > 0.08
    assert_same_run(result, scenario(replicates=n).run(workers=1))


def test_a_run_of_draws_ends_where_the_interval_of_their_mean_is_narrow_enough() -> None:
    """Whoever lives it, and also where draws have fewer people than the point estimate."""
    size = {"population": FEW.scaled(1_200), "people_per_draw": 1_000}
    asked = {"days_alive": "12%", DEATHS: 30.0}
    most = scenario(draws=80).with_options(**size)
    result = most.run(until=asked, workers=1)
    told = result.run["until"]
    n = result.run["scenario"]["draws"]
    assert told["over"] == "parameter draws"
    assert told["reached"]
    assert FEWEST_DRAWS <= n == told["samples"] < 80
    for strategy in result.run["strategies"]:
        rows = values_of(result, strategy, "days_alive")[1:]
        mean, half = told["mean_and_half_width"]["days_alive:12%"][strategy]
        ends = stats.t.interval(0.95, n - 1, rows.mean(), stats.sem(rows))
        assert (mean - half, mean + half) == pytest.approx(ends)
    fixed = scenario(draws=n).with_options(**size).run(workers=1)
    assert_same_run(result, fixed)
    assert_same_run(most.run(until=asked, workers=3), fixed)


def test_what_is_not_reached_is_said_and_ends_at_the_most_there_may_be() -> None:
    watched: list[str] = []
    told: list[tuple[int, int]] = []
    most = scenario(replicates=FEWEST_BEFORE_STOP)
    result = run_scenario(
        most,
        until=Watched({"delay_days": 1e-9}, watched.append),
        progress=lambda *so_far: told.append(so_far),
    )
    assert not result.run["until"]["reached"]
    assert result.run["scenario"]["replicates"] == FEWEST_BEFORE_STOP
    assert "delay_days" in watched[-1]
    assert "asked 1e-09" in watched[-1]
    assert told[-1][0] == told[-1][1]
    assert_same_run(result, most.run())


def test_halves_are_of_the_mean_or_in_days_and_all_strategies_have_to_be_known() -> None:
    rows = KeptRows(("measure", "primary"))
    days = {"usual_care": [10.0, 12.0] * 10, "ebrt_8gy1": [10.0, 30.0] * 10}
    for replicate in range(20):
        for name, values in days.items():
            rows.add(name, 0, replicate, [("delay_days", "all")], [values[replicate]])
    wide = stats.t.ppf(0.975, 19) * np.std(days["ebrt_8gy1"], ddof=1) / np.sqrt(20)
    setting = scenario(replicates=50)
    for asked, reached in (
        ({"delay_days": wide + 1e-9}, True),
        ({"delay_days": wide - 1e-9}, False),
        ({"delay_days": f"{100.0 * wide / 20.0 + 1e-9}%"}, True),
        ({"delay_days": f"{100.0 * wide / 20.0 - 1e-9}%"}, False),
    ):
        known = Known(goals_of(asked, setting), setting)
        assert known.look(rows, 20) is reached
        assert "delay_days 20 ±" in known.words


WRONG: dict[str, tuple[Any, Setting, str]] = {
    "no measure": ("delay_dys:1%", scenario(), "'delay_dys'; did you mean 'delay_days'"),
    "none": ("delay_days:0%", scenario(), "delay_days within 0%; allowed: a width above 0"),
    "negative": ({"delay_days": -1}, scenario(), "within -1; allowed: a width above 0"),
    "endless": ("delay_days:inf", scenario(), "within inf"),
    "no width": ("delay_days", scenario(), "until is 'delay_days'; allowed: a measure and half"),
    "no number": ("delay_days:x", scenario(), "until is 'delay_days:x'; allowed"),
    "no text": (3, scenario(), "until is 3; allowed"),
    "twice": (["delay_days:1", "delay_days:2"], scenario(), "names a measure twice"),
    "few draws": ("delay_days:1", scenario(draws=38), "draws is 38, the most that until may take"),
    "few replicates": ("delay_days:1", scenario(replicates=9), "replicates is 9, the most"),
    "of no clinics": ("treatment_wait_mean_days:1", scenario(), "'treatment_wait_mean_days'"),
    "of no care": (
        "delay_days:1",
        Scenario(name="x", population=FEW, strategies=["none"]),
        "measure is 'delay_days'",
    ),
    "against itself": (
        "therapy_days_lost:1",
        Scenario(name="x", population=FEW, strategies=["noms"]),
        "measure is 'therapy_days_lost'",
    ),
}


@pytest.mark.parametrize(("asked", "setting", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_asked_is_said_in_a_sentence(
    asked: Any, setting: Setting, words: str
) -> None:
    with pytest.raises(InputError) as raised:
        goals_of(asked, setting)
    [sentence] = raised.value.sentences
    assert words in sentence


FILE = """
from sim import Population, Scenario
scenario = Scenario(name="x", population=Population.united_states(2010).scaled(300))
"""


def test_the_command_says_what_became_of_it(tmp_path: Path) -> None:
    path, out = tmp_path / "x.py", tmp_path / "out"
    path.write_text(FILE)
    typed = ["run", str(path), "--out", str(out), "--until"]
    wrong = CliRunner().invoke(main, [*typed, "new_cancer:1%"])
    assert wrong.exit_code == 2
    assert not out.exists()
    assert "did you mean 'new_cancers'" in wrong.output
    right = CliRunner().invoke(main, [*typed, "cancer_deaths:20%", "--until", "new_cancers:1%"])
    assert right.exit_code == 0, right.output
    assert "Reached with 10 replicates: cancer_deaths:20%, new_cancers:1%" in right.output
    assert Result.load(out).run["until"]["samples"] == 10
