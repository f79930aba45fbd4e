"""The tables of a run: their columns, their totals, their intervals.

Room: tables.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import Population, Result, Scenario
from sim.counting.care_measures import CARE_SUMMARY
from sim.counting.counts import Count
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import AGE_GROUPS, PRIMARIES, SEXES
from sim.tables.summary import POPULATION_SUMMARY, summarize
from sim.tables.text import summary_text

Run = tuple[Path, Result]

COLUMNS = {
    "summary.csv": "measure strategy unit mean lo hi sd_draws sd_replicates sd_people published "
    "source median p25 p75 evidence",
    "case_counts.parquet": "strategy draw replicate year measure primary sex age_group count",
    "delays.parquet": "strategy draw replicate measure primary statistic value",
    "outcomes.parquet": "strategy draw replicate measure primary value",
}
RUN_KEYS = (
    "scenario seed engine view strategies people lives version parameters_hash results_hash "
    "seconds peak_memory_mb"
)


@pytest.fixture(scope="module")
def cohort() -> Result:
    """Two thousand people followed to death, two replicates, no draws."""
    small = Population.united_states(2010).scaled(2_000)
    return Scenario(name="cohort", population=small, replicates=2, seed=5).run()


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)


@pytest.mark.parametrize("file", COLUMNS)
def test_tables_have_the_documented_columns(written_run: Run, file: str) -> None:
    assert list(read(written_run[0] / file).columns) == COLUMNS[file].split()


def test_the_run_folder_holds_what_is_documented(written_run: Run) -> None:
    folder = written_run[0]
    for name in (*COLUMNS, "run.json"):
        assert (folder / name).is_file()
    for pattern in ("people/*.parquet", "events/*.parquet", "figures/*.png"):
        found = list(folder.glob(pattern))
        assert found
        assert all(path.stat().st_size > 0 for path in found)


def test_run_json_describes_the_run(written_run: Run) -> None:
    folder, result = written_run
    described = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert described == result.run
    assert set(RUN_KEYS.split()) <= described.keys()
    assert (described["seed"], described["engine"], described["view"]) == (3, "cohort", "calendar")
    assert described["people"] == 1_500
    assert described["parameters_hash"] == evidence().fingerprint
    assert described["scenario"]["years"] == [2010, 2011]
    assert described["scenario"]["lookback_years"] == 10
    assert described["seconds"] > 0.0
    assert described["peak_memory_mb"] > 10.0
    assert len(described["results_hash"]) == 16


@pytest.mark.parametrize("file", [f for f in COLUMNS if f.endswith(".parquet")])
def test_written_tables_are_those_of_the_result(written_run: Run, file: str) -> None:
    folder, result = written_run
    frame = getattr(result, file.removesuffix(".parquet"))
    pd.testing.assert_frame_equal(read(folder / file), frame)


def test_the_written_summary_is_that_of_the_result(written_run: Run) -> None:
    folder, result = written_run
    written = read(folder / "summary.csv")
    assert written["measure"].tolist() == [
        *(shown.name for shown in POPULATION_SUMMARY),
        *CARE_SUMMARY,
    ]
    np.testing.assert_allclose(written["mean"], result.summary["mean"], rtol=1e-5)


def test_counts_name_known_strata_and_leave_zeros_out(written_run: Run) -> None:
    counts = written_run[1].case_counts
    assert set(counts["measure"]) <= set(Count.labels())
    assert set(counts["primary"]) <= set(PRIMARIES)
    assert set(counts["year"]) == {2010, 2011}
    point, drawn = counts[counts["draw"] == 0], counts[counts["draw"] > 0]
    assert (point["count"] > 0).all()
    assert (drawn["count"] > 0).all()
    assert set(point["sex"]) == set(SEXES)
    assert set(point["age_group"]) <= set(AGE_GROUPS)
    # No row is a sum of others.
    assert set(drawn["sex"]) == set(SEXES)
    assert set(drawn["age_group"]) <= set(AGE_GROUPS)
    assert not counts.duplicated(list(counts.columns[:-1])).any()


def test_strata_of_new_cancers_add_up_to_the_population(written_run: Run) -> None:
    counts = written_run[1].case_counts
    new = counts[(counts["measure"] == "new_cancers") & (counts["draw"] == 0)]
    plan = Population.united_states(2010).scaled(1_500).plan(2010, 2011, evidence().point)
    for group in plan.groups:
        mine = new[
            (new["year"] == group["year"])
            & (new["primary"] == PRIMARIES[group["primary"]])
            & (new["sex"] == SEXES[group["sex"]])
        ]
        for _, found in mine.groupby("replicate"):
            assert found["count"].sum() == group["count"]
    by_replicate = new.groupby("replicate")["count"].sum()
    assert by_replicate.tolist() == [plan.people, plan.people]


def test_draws_are_scaled_to_the_whole_population(written_run: Run) -> None:
    """A draw lives 4,000 of about 18,000 people, spread evenly over groups."""
    counts = written_run[1].case_counts
    new = counts[(counts["measure"] == "new_cancers") & (counts["draw"] > 0)]
    totals = new.groupby(["draw", "replicate"])["count"].sum()
    assert len(totals) == 4
    # Largest remainders over 12 years and two sexes of every primary leave less than 1 a group.
    assert totals.between(0.95 * 3_000, 1.05 * 3_000).all()


def test_everybody_of_a_cohort_dies_once_and_parts_are_smaller_than_wholes(cohort: Result) -> None:
    counted = cohort.case_counts.groupby(["replicate", "measure"])["count"].sum()
    totals = counted.unstack(fill_value=0)
    assert (totals["new_cancers"] == 2_000).all()
    deaths = totals["cancer_deaths"] + totals["other_deaths"]
    assert (deaths + totals.get("procedure_deaths", 0) == 2_000).all()
    for part, whole in (
        ("new_skeletal_metastasis_detected", "new_skeletal_metastasis"),
        ("new_skeletal_metastasis_recorded", "new_skeletal_metastasis_detected"),
        ("new_spinal_metastasis_detected", "new_spinal_metastasis"),
        ("new_spinal_metastasis_detected_multilevel", "new_spinal_metastasis_detected"),
        ("living_with_spinal_metastasis_detected", "living_with_spinal_metastasis"),
        ("new_painful_spinal_metastasis", "new_spinal_metastasis"),
        ("new_cord_compression", "new_spinal_metastasis"),
        # Not every spinal metastasis is one of the skeleton: the vertebral ones are.
        ("cancer_deaths_with_vertebral_metastasis", "cancer_deaths_with_spinal_metastasis"),
        ("cancer_deaths_with_vertebral_metastasis", "cancer_deaths_with_skeletal_metastasis"),
        ("cancer_deaths_with_skeletal_metastasis", "cancer_deaths"),
    ):
        assert (totals[part] <= totals[whole]).all()
        assert (totals[part] > 0).all()


def yearly(result: Result, measure: str, n_years: int) -> pd.Series[float]:
    """A count a year, by draw and replicate."""
    mine = result.case_counts[result.case_counts["measure"] == measure]
    return mine.groupby(["draw", "replicate"])["count"].sum() / n_years


@pytest.mark.parametrize("measure", ["new_skeletal_metastasis", "living_with_spinal_metastasis"])
def test_with_draws_the_interval_is_over_draws(written_run: Run, measure: str) -> None:
    result = written_run[1]
    over = yearly(result, measure, 2).drop(0, level="draw").groupby("draw").mean()
    assert result.summary.set_index("measure").loc[measure, "mean"] == pytest.approx(over.mean())
    # Two draws are too few for an interval.
    assert result.summary[["lo", "hi"]].isna().all(axis=None)
    assert "2 parameter draws, too few for a 95% interval" in summary_text(result)


def test_the_range_of_39_draws_is_between_the_smallest_and_the_largest(
    thirty_nine_draws: Result,
) -> None:
    usual = thirty_nine_draws.case_counts.query("strategy == 'usual_care' and draw > 0")
    over = usual[usual["measure"] == "new_spinal_metastasis"].groupby("draw")["count"].sum()
    assert len(over) == 39
    row = thirty_nine_draws.summary.set_index(["strategy", "measure"])
    found = row.loc[("usual_care", "new_spinal_metastasis")]
    assert (found["lo"], found["hi"]) == pytest.approx((over.min(), over.max()))
    assert found["lo"] < found["hi"]


def test_replicates_of_a_draw_count_once(thirty_nine_draws: Result) -> None:
    """Two replicates, around the value of each draw, leave its range as it is."""
    result = thirty_nine_draws
    around = [(0, 0.6), (1, 1.4)]
    twice = [
        result.outcomes.assign(replicate=r, value=result.outcomes["value"] * by) for r, by in around
    ]
    wanted = summarize(result.outcomes, result.scenario, result.delays)
    found = summarize(pd.concat(twice), result.scenario, result.delays)
    columns = ["mean", "lo", "hi"]
    told = wanted["lo"] < wanted["hi"]
    assert told.sum() > 10
    pd.testing.assert_frame_equal(found.loc[told, columns], wanted.loc[told, columns])


def test_without_draws_the_interval_is_over_replicates(cohort: Result) -> None:
    over = yearly(cohort, "cancer_deaths", 1)
    row = cohort.summary.set_index("measure").loc["cancer_deaths"]
    assert row["mean"] == pytest.approx(over.mean())
    wanted = stats.ttest_1samp(over, 0.0).confidence_interval(0.95)
    assert (row["lo"], row["hi"]) == pytest.approx((max(wanted.low, 0.0), wanted.high))
    assert over.nunique() == 2


def test_with_neither_there_is_no_interval() -> None:
    small = Population.united_states(2010).scaled(500)
    result = Scenario(name="one", population=small).run()
    assert result.summary["lo"].isna().all()
    assert result.summary["hi"].isna().all()
    assert result.value("new_cancers") == 500
    assert "point estimate" in summary_text(result)


def test_one_person_can_be_run() -> None:
    one = Population.united_states(2010).scaled(1)
    result = Scenario(name="one", population=one).run(workers=1)
    assert result.value("new_cancers") == 1
    assert result.value("cancer_deaths") + result.value("other_deaths") == 1


def test_an_unknown_measure_is_told_the_nearest(cohort: Result) -> None:
    with pytest.raises(InputError, match="did you mean 'cancer_deaths'"):
        cohort.value("cancer_death")


def test_the_printed_summary_has_a_line_a_measure(cohort: Result) -> None:
    text = summary_text(cohort)
    for measure, _, _ in POPULATION_SUMMARY:
        # Who lives with disease in a year is not known from one year of diagnosis.
        assert (f"\n{measure} " in text) == (not measure.startswith("living_")), measure
    assert "95% intervals of the mean over 2 replicates" in text
    assert "seed 5" in text
    assert cohort.run["results_hash"] in text


def test_published_values_stand_beside_the_measures(cohort: Result) -> None:
    table = cohort.summary.set_index("measure")
    # Published numbers of people are those of the whole country, not of two thousand.
    assert table.loc["new_cancers", "published"] == ""
    assert (table["published"][table["unit"] == "percent"] != "").sum() > 5
    cited = set(table["source"]) - {""}
    assert cited <= evidence().sources.keys()
    assert len(cited) > 1
