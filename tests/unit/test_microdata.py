"""Microdata: a row a person and a row an event, which say the same.

Room: counting.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Population, Result, Scenario
from sim.counting.death_rows import EVENT_WORDS
from sim.counting.microdata import CHOICES, MicrodataRows, identifiers
from sim.counting.person_columns import calendar_dates
from sim.engine import workers
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import (
    BONE_SITES,
    DEATH_CAUSES,
    LESION_PLACES,
    PAUSE_CAUSES,
    PRIMARIES,
    SEXES,
    STAGES,
    WHOSE_ROWS,
)
from sim.inputs.identifier import identifier, number_of
from sim.inputs.plan import person_number, unpack_number
from sim.life.events import DATED
from sim.life.records import PERSON

Run = tuple[Path, Result]

PEOPLE = (
    "person strategy draw replicate sex primary stage age_at_diagnosis diagnosis_date "
    "dissemination_day skeletal_metastasis_day skeletal_detected_day spinal_metastasis_day "
    "spinal_detected_day pain_onset_day first_fracture_day cord_compression_day death_day n_levels "
    "n_fractures n_silent_collapses n_pauses delay_days death_cause status"
)
MORE = (
    "n_episodes first_trigger_day trigger_reason therapy_at_trigger n_courses "
    "days_on_therapy days_off_therapy toxicity_days pain_days "
    "pain_at_rest_days severe_pain_days opioid_days not_walking_days with_help_days numb_days"
)
BONE = (
    "bone_pain_onset_day first_bone_fracture_day n_bone_fractures n_bone_radiotherapy "
    "n_bone_surgery n_bone_care_pauses bone_pain_days any_pain_days bone_care_paused_days "
    "bone_care_delay_days"
)
"""Columns that are not promised."""
COSTS = "cost_of_courses cost_of_stays cost_of_drugs cost_of_systemic_therapy cost_of_end_of_life"
WORTH = f"qaly qaly_undiscounted {COSTS} cost"
EVENT_COLUMNS = (
    "person strategy draw replicate day event level value treatment detail pain performance "
    "therapy dose_gy"
)

_SCRATCH = "a clock or an address of the life, which means nothing once it is over"
_IN_EVENTS = "told by the events"
_IN_TABLES = "counted in the tables of a run, and not by person"
_IN_CHECKS = "read by the checks beside published rows, and not by person"
LEFT_OUT = {
    "incurable_day": _IN_EVENTS,
    "skeletal_recorded_day": _IN_EVENTS,
    "first_deficit_day": _IN_EVENTS,
    "n_cord_compressions": _IN_EVENTS,
    "first_course_day": _IN_EVENTS,
    "relief_day": _IN_TABLES,
    "never_resumed_day": _IN_TABLES,
    "origin_day": "the first trigger under the reference strategy, in that strategy's row",
    "horizon_day": "as many days after the origin for everybody",
    "snapshot_day": _SCRATCH,
    "recovered_day": _SCRATCH,
    "discount_per_day": "no day, and the same for everybody",
    "therapy_price_per_day": "no day; the prices of the run tell it",
    "n_snapshots": _SCRATCH,
    "last_cord_compression_day": _IN_EVENTS,
    "n_cord_compressions_before": _SCRATCH,
    "n_never_resumed": _IN_TABLES,
    "pause_day": "one for each pause; the events tell them",
    "episode_day": "one for each episode; the events tell them",
    "course_start_day": "of the last course only; the events tell all",
    "course_end_day": "of the last course only; the events tell all",
    "toxicity_due_day": _SCRATCH,
    "level_next_day": _SCRATCH,
    "n_lesions": "the events tell them",
    "n_spinal": "the levels, and one more if a lesion lies outside the vertebrae",
    "n_broken_legs": _SCRATCH,
    "pause_start_day": _SCRATCH,
    "bone_course_start_day": _SCRATCH,
    "n_bone_care_resumed": _IN_TABLES,
    "n_bone_episodes": _IN_EVENTS,
    "first_bone_radiotherapy_day": _IN_EVENTS,
    "last_bone_radiotherapy_day": _IN_EVENTS,
    "first_bone_surgery_day": _IN_EVENTS,
    "n_surgery": _IN_EVENTS,
    "n_radiopharmaceuticals": _IN_EVENTS,
    "first_surgery_day": _IN_EVENTS,
    "n_analgesia_plans": _SCRATCH,
    "n_pain_variations": _SCRATCH,
    "n_pain_changes": _SCRATCH,
    "n_surveys": _SCRATCH,
    "n_other_back_pain": _IN_EVENTS,
    "n_toxicity_delays": _IN_EVENTS,
    "n_toxicity_delays_over": _IN_EVENTS,
    "n_cycles": _IN_TABLES,
    "n_resumed": _IN_TABLES,
    "n_resumed_by": _IN_TABLES,
    "n_courses_of": _IN_TABLES,
    "n_courses_radicular": _IN_TABLES,
    "n_radiated_of": _IN_TABLES,
    "n_complications": _IN_TABLES,
    "n_radiotherapy": _IN_EVENTS,
    "first_radiotherapy_day": _IN_EVENTS,
    "last_radiotherapy_day": _IN_EVENTS,
    "n_declines": _IN_EVENTS,
    "n_recoveries": _IN_EVENTS,
    "tempo_per_day": _SCRATCH,
    "cord_treated_day": _IN_EVENTS,
    "cord_freed_day": _IN_EVENTS,
    "cord_recurrence_day": _IN_EVENTS,
    "walks_again_day": _IN_CHECKS,
    "walking_lost_day": _IN_CHECKS,
    "site_again_day": _IN_EVENTS,
    "site_relieved_day": _IN_EVENTS,
    "site_relapsed_day": _IN_EVENTS,
    "new_pain_day": _IN_EVENTS,
    "n_assessed": _IN_EVENTS,
    "n_levels_at_detection": _IN_TABLES,
}
"""Days and counts of a person that have no column, and why."""

WHO = ["strategy", "draw", "replicate", "person"]


@pytest.fixture(scope="module")
def people(written_run: Run) -> pd.DataFrame:
    return pd.read_parquet(written_run[0] / "people")


@pytest.fixture(scope="module")
def events(written_run: Run) -> pd.DataFrame:
    return pd.read_parquet(written_run[0] / "events")


def test_people_have_the_documented_columns(people: pd.DataFrame) -> None:
    paused = [f"paused_{cause}_days" for cause in PAUSE_CAUSES]
    more = (*MORE.split(), *paused, *BONE.split(), *WORTH.split())
    assert list(people.columns) == [*PEOPLE.split(), *more]


def test_costs_of_a_person_add_up_and_are_of_those_with_an_origin(people: pd.DataFrame) -> None:
    known = people[people["qaly"].notna()]
    assert 0 < len(known) < len(people)
    assert known["first_trigger_day"].notna().all()
    assert known[WORTH.split()].notna().all(axis=None)
    np.testing.assert_allclose(known[COSTS.split()].sum(axis=1), known["cost"])
    assert (known["qaly"] <= known["qaly_undiscounted"]).all()
    assert known["qaly_undiscounted"].between(0.0, 1.0).all()


def test_days_and_counts_of_a_person_are_columns_or_left_out_for_a_reason() -> None:
    assert PERSON.names is not None
    fields = {name for name in PERSON.names if name.endswith("_day") or name.startswith("n_")}
    fields |= {f"{event.label}_day" for event in DATED}
    columns = {*PEOPLE.split(), *MORE.split(), *BONE.split()}
    assert fields - columns == set(LEFT_OUT)


def test_events_have_the_documented_columns(events: pd.DataFrame) -> None:
    assert list(events.columns) == EVENT_COLUMNS.split()


def test_everybody_has_one_row(people: pd.DataFrame, written_run: Run) -> None:
    assert not people.duplicated(WHO).any()
    # The people of the draws also live at the point estimate; those lives are not kept or counted.
    assert len(people) == written_run[1].run["lives"]
    assert set(people["draw"]) == {0, 1, 2}
    assert set(people["replicate"]) == {0, 1}
    assert set(people["strategy"]) == {"usual_care"}


def test_words_are_those_of_the_vocabulary(people: pd.DataFrame, events: pd.DataFrame) -> None:
    for column, known in (
        ("sex", SEXES),
        ("primary", PRIMARIES),
        ("stage", STAGES),
        ("death_cause", DEATH_CAUSES),
        ("status", ("dead",)),
    ):
        assert set(people[column].unique()) <= set(known)
        assert people[column].notna().all()
    assert set(events["event"].unique()) <= set(EVENT_WORDS)
    assert set(events["level"].dropna().unique()) <= set(LESION_PLACES)


def test_an_identifier_says_year_primary_and_sex(people: pd.DataFrame) -> None:
    for row in people.iloc[::97].itertuples():
        year, primary, sex, _ = unpack_number(number_of(row.person))
        assert pd.Timestamp(row.diagnosis_date).year == year
        assert row.primary == PRIMARIES[primary]
        assert row.sex == SEXES[sex]


def test_the_last_event_is_the_only_death(people: pd.DataFrame, events: pd.DataFrame) -> None:
    ends = events.groupby(WHO, observed=True).tail(1).set_index(WHO).sort_index()
    whole = people.set_index(WHO).sort_index()
    assert len(ends) == len(whole)
    said = "death_" + whole["death_cause"].astype(str)
    assert (said == ends["event"].astype(str)).all()
    assert (whole["death_day"] == ends["day"]).all()
    deaths = events["event"].astype(str).str.startswith("death_")
    assert deaths.sum() == len(whole)


@pytest.mark.parametrize(
    ("column", "event"),
    [
        ("dissemination_day", "dissemination"),
        ("skeletal_metastasis_day", "skeletal_metastasis"),
        ("skeletal_detected_day", "skeletal_detected"),
        ("spinal_detected_day", "spinal_detected"),
        ("cord_compression_day", "cord_compression_diagnosed"),
    ],
)
def test_days_of_people_are_those_of_their_events(
    people: pd.DataFrame, events: pd.DataFrame, column: str, event: str
) -> None:
    """Of the first, where it may be diagnosed again."""
    happened = events[events["event"] == event].set_index(WHO)["day"]
    days = people.set_index(WHO)[column]
    if column == "cord_compression_day":
        happened = happened.groupby(WHO, observed=True).min()
    assert not happened.index.duplicated().any()
    assert len(happened) > 0
    pd.testing.assert_series_equal(
        happened.sort_index(), days.dropna().sort_index(), check_names=False
    )


def test_the_spine_is_seeded_with_its_first_lesion_in_or_outside_the_vertebrae(
    people: pd.DataFrame, events: pd.DataFrame
) -> None:
    seeding = events["event"].isin(["spinal_metastasis", "outside_seeded"])
    first = events[seeding].groupby(WHO, observed=True)["day"].min()
    days = people.set_index(WHO)["spinal_metastasis_day"].dropna()
    pd.testing.assert_series_equal(first.sort_index(), days.sort_index(), check_names=False)


def test_levels_are_counted_by_their_events(people: pd.DataFrame, events: pd.DataFrame) -> None:
    seeded = events[events["event"].isin(["spinal_metastasis", "level_seeded"])]
    assert len(seeded) > 0
    assert seeded["level"].notna().all()
    assert not seeded.duplicated([*WHO, "level"]).any()
    counted = seeded.groupby(WHO, observed=True).size()
    n_levels = people.set_index(WHO)["n_levels"]
    expected = counted.reindex(n_levels.index, fill_value=0)
    assert (n_levels == expected).all()
    assert n_levels.max() > 1


def test_pain_begins_no_later_than_its_first_event_and_fractures_are_counted(
    people: pd.DataFrame, events: pd.DataFrame
) -> None:
    """A fracture hurts, a silent collapse does not and goes on in steps."""
    whole = people.set_index(WHO)
    of_spine = ~events["level"].isin(BONE_SITES)
    hurts = events[(events["event"] == "pain_onset_or_escalation") & of_spine]
    first = hurts.groupby(WHO, observed=True)["day"].min()
    assert len(first) > 0
    assert (whole["pain_onset_day"].reindex(first.index) <= first).all()
    collapses = events[events["event"] == "vertebral_fracture"].groupby(WHO, observed=True)
    assert (whole["n_fractures"] == collapses.size().reindex(whole.index, fill_value=0)).all()
    silent = events[events["event"] == "silent_collapse"].groupby(WHO, observed=True)
    steps = silent.size().reindex(whole.index, fill_value=0)
    assert (whole["n_silent_collapses"] <= steps).all()
    most = evidence().point["silent_collapse_steps", "all"]
    assert (steps <= most * (whole["n_silent_collapses"] + whole["n_fractures"])).all()
    assert steps.sum() > 0
    fractured = whole[whole["n_fractures"] > 0]
    assert len(fractured) > 0
    assert (whole["first_fracture_day"].notna() == (whole["n_fractures"] > 0)).all()
    days = collapses["day"].agg(set).reindex(fractured.index)
    assert all(day in on for day, on in zip(fractured["first_fracture_day"], days, strict=True))
    assert (fractured["pain_onset_day"] <= fractured["first_fracture_day"]).all()
    for column in ("pain_onset_day", "first_fracture_day", "cord_compression_day"):
        happened = whole[whole[column].notna()]
        assert (happened[column] >= happened["spinal_metastasis_day"]).all()
        assert (happened[column] <= happened["death_day"]).all()


@pytest.mark.usefixtures("no_pictures")
def test_a_second_run_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    population = Population.united_states(2010)
    for people in (900, 300):
        scenario = Scenario(name="small", population=population.scaled(people))
        scenario.run(out=tmp_path, microdata=True, workers=2)
    assert len(pd.read_parquet(tmp_path / "people")) == 300


@pytest.mark.parametrize(("year", "days"), [(2015, 365), (2016, 366), (2000, 366), (2100, 365)])
def test_leap_years_have_366_days_and_each_as_many_people(year: int, days: int) -> None:
    """People spread evenly over a year fall evenly on every date that the calendar has."""
    moments = year + (np.arange(100 * days) + 0.5) / (100 * days)
    dates, people = np.unique(calendar_dates(moments), return_counts=True)
    first, last = np.datetime64(f"{year}-01-01"), np.datetime64(f"{year}-12-31")
    assert dates.tolist() == np.arange(first, last + 1).tolist()
    assert len(dates) == days
    assert (people == 100).all()


def test_dates_are_days_of_the_calendar_year() -> None:
    years = np.array([2010.0, 2011.0 - 1e-9, 2012.4999, 1980.0 + 1e-9])
    dates = calendar_dates(years)
    assert dates.dtype == np.dtype("datetime64[D]")
    assert dates.astype(str).tolist() == ["2010-01-01", "2010-12-31", "2012-07-01", "1980-01-01"]


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("whom", WHOSE_ROWS)
def test_rows_of_some_are_those_of_everybody(whom: str, tmp_path: Path) -> None:
    """All rows of a person or none, under whichever strategy it is that they fit."""
    scenario = Scenario(
        name="some",
        population=Population.united_states(2010).scaled(2_000),
        strategies=["usual_care", "analgesia_only"],  # type: ignore[arg-type]
        seed=4,
    )
    for asked in ("everybody", whom):
        scenario.run(out=tmp_path / asked, microdata=asked, workers=2)
    every, some = (
        {table: pd.read_parquet(tmp_path / asked / table) for table in MicrodataRows._fields}
        for asked in ("everybody", whom)
    )
    events, people = every["events"], every["people"]
    seeded = events["event"].isin(["spinal_metastasis", "outside_seeded"])
    fits = {
        "everybody": people["person"],
        "spine": events.loc[seeded, "person"],
        "detected": events.loc[events["event"] == "spinal_detected", "person"],
        "treated": events.loc[events["event"] == "course_begun", "person"],
    }[whom]
    assert 0 < fits.nunique() < 2_001
    for table, rows in every.items():
        expected = rows[rows["person"].isin(set(fits))].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            some[table].astype(str), expected.astype(str), check_exact=True
        )


def test_a_choice_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    scenario = Scenario(name="none", population=Population.united_states(2010).scaled(300))
    with pytest.raises(InputError, match="microdata is 'spin'; did you mean 'spine'"):
        scenario.run(out=tmp_path / "x", microdata="spin")
    assert not (tmp_path / "x").exists()
    assert tuple(CHOICES) == WHOSE_ROWS


def test_an_identifier_is_a_number_and_back() -> None:
    numbers = np.array(
        [
            person_number(y, p, s, i)
            for y in (1950, 2010)
            for p in (0, 10, 18)
            for s in (0, 1)
            for i in (0, 7, 123_456)
        ],
        np.uint64,
    )
    words = identifiers(numbers).to_pylist()
    assert words == [identifier(int(number)) for number in numbers]
    assert [number_of(word) for word in words] == numbers.tolist()
    assert words[:2] == ["1950-breast-male-0", "1950-breast-male-7"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("2010-lungs-male-3", "whose primary is 'lungs'; did you mean 'lung'"),
        ("2010-lung-men-3", "whose sex is 'men'; allowed: male, female"),
        ("lung-3", "person is 'lung-3'; allowed: a whole number from 0, or year"),
        ("2010-lung-male-99999999999", "allowed: a whole number"),
        ("2010-lung-male-4294967296", "allowed: an index up to 4294967295"),
    ],
)
def test_a_wrong_identifier_says_which_part_is_wrong(word: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        number_of(word)
    assert said in str(refused.value)


@pytest.mark.usefixtures("no_pictures")
@pytest.mark.parametrize("strategies", [["usual_care"], ["usual_care", "noms"]])
def test_few_records_are_held_at_a_time(
    strategies: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many people there are: a record is large, its rows are small."""
    lived = workers.ENGINES["cohort"]
    held: list[int] = []

    def watched(*given: Any, **named: Any) -> tuple[Any, Any]:
        people, log = lived(*given, **named)
        held.append(people.size)
        return people, log

    monkeypatch.setitem(workers.ENGINES, "cohort", watched)
    population = Population.united_states(2010).scaled(3_000)
    scenario = Scenario(name="few", population=population, strategies=strategies)
    scenario.run(out=tmp_path, microdata=True, workers=1)
    held = [size for size in held if size > len(strategies)]  # without the one who warms up
    assert sum(held) == 3_000 * len(strategies)
    assert max(held) <= workers.ROWS_AT_A_TIME
