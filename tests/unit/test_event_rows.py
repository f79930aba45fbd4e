"""What is written down of an event: one declaration, which dictionary, rows and stories follow.

The oracle of the numbers is the text of `spinemets life`, whose words were written apart from them.
Rooms: life, counting, stories.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim import Population, Result, Scenario
from sim.counting.death_rows import DEATH_PROCEDURE
from sim.counting.dictionary import SHARED_CLOCKS
from sim.counting.microdata import MicrodataRows
from sim.evidence.instruments import PERFORMANCES
from sim.evidence.vocabulary import (
    ANALGESIA_STEPS,
    THERAPY_CLASS_WORDS,
    THERAPY_CLASSES,
    Death,
)
from sim.inputs.catalog import treatment_names
from sim.inputs.treatment import Treatment
from sim.life.event_row import OF_A_TREATMENT, ROWS, Detail, EventRow, Value, meaning_of
from sim.life.events import PHRASES, Event
from sim.stories.care_words import REASONS, days_long
from sim.stories.phrase import phrase_of
from sim.stories.twins import Twins, tell_twins
from sim.stories.words import rating

Run = tuple[Path, Result]
STRATEGIES = ("usual_care", "noms", "own_device", "surgery_rt")
OWN = Treatment(name="own_device", based_on="cryoablation", label="Focused ultrasound")
TABLES = MicrodataRows._fields


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario(
        name="rows",
        population=Population.united_states(2010).scaled(3_000),
        treatments=(OWN,),
        strategies=STRATEGIES,  # type: ignore[arg-type]
        draws=1,
        replicates=2,
        people_per_draw=1_000,
        seed=5,
    )


@pytest.fixture(scope="module")
def folder(
    scenario: Scenario, tmp_path_factory: pytest.TempPathFactory, no_pictures_in_module: None
) -> Path:
    out = tmp_path_factory.mktemp("rows")
    scenario.run(out=out, microdata=True, workers=2)
    return out


@pytest.fixture(scope="module")
def frames(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(folder / name) for name in TABLES}


@pytest.fixture(scope="module")
def told(scenario: Scenario, frames: dict[str, pd.DataFrame]) -> list[Twins]:
    """People with courses, by the identifiers in the rows."""
    people = frames["people"].query("draw == 0 and replicate == 0 and strategy == 'noms'")
    chosen = people[people["n_courses"] > 0]["person"].head(60)
    return [tell_twins(scenario, person) for person in chosen]


def test_every_event_has_a_line_or_a_plain_phrase() -> None:
    assert not set(ROWS) & set(SHARED_CLOCKS)
    assert {row.value for row in ROWS.values()} == set(Value) - {Value.NOTHING}
    assert {row.detail for row in ROWS.values()} == set(Detail)
    for event in set(Event) - set(SHARED_CLOCKS) - set(ROWS):
        assert meaning_of(event) == PHRASES[event.label]
    for event in set(Event) - set(SHARED_CLOCKS):
        assert meaning_of(event) != event.label.replace("_", " ")


def test_the_dictionary_tells_every_column_and_every_event(folder: Path) -> None:
    entries = pd.read_csv(folder / "dictionary.csv", keep_default_na=False)
    for table in TABLES:
        mine = entries[(entries["table"] == table) & (entries["event"] == "")]
        part = next((folder / table).glob("*.parquet"))
        assert [name for name in mine["column"] if name] == pq.read_schema(part).names
    assert (entries["meaning"] != "").all()
    of_events = entries[entries["event"] != ""].set_index(["column", "event"])
    assert not of_events.index.duplicated().any()
    for event, row in ROWS.items():
        assert ("event", event.label) in of_events.index
        said = of_events.loc["value", event.label] if row.value else None
        if said is not None:
            assert (said["unit"], said["meaning"]) == (row.value.unit, row.value.meaning)
    assert not entries["meaning"].str.contains("{", regex=False).any()


def test_numbers_and_words_stand_where_they_are_declared(
    frames: dict[str, pd.DataFrame],
) -> None:
    events = frames["events"]
    of_procedures = events["event"] == DEATH_PROCEDURE
    assert events[of_procedures]["value"].between(0.0, 120.0).all()
    of_event = events[~of_procedures].groupby("event", observed=True)
    assert len(of_event) > 55
    for name, rows in of_event:
        row = ROWS.get(Event.labeled(str(name)), EventRow())
        some_have_none = {Value.LINE, Value.TO_COURSE, Value.INSTABILITY_SCORE}
        if row.value == Value.NOTHING:
            assert rows["value"].isna().all()
        elif row.value not in some_have_none:
            assert rows["value"].notna().all()
        else:
            assert rows["value"].notna().any()
        assert set(rows["detail"].dropna()) <= set(row.detail.words)
        if row.detail not in (Detail.NOTHING, Detail.NO_COURSE):
            assert rows["detail"].notna().all()
        assert rows["treatment"].notna().all() == (Event.labeled(str(name)) in OF_A_TREATMENT)
        if row.value.codes:
            assert set(rows["value"]) <= set(range(len(row.value.codes)))
        if row.value in (Value.PAIN, Value.SITE_PAIN):
            assert rows["value"].between(0.0, 10.0).all()
        if row.value == Value.PAIN:
            assert (rows["value"] == rows["pain"]).all()
        if row.value == Value.PERFORMANCE:
            assert (rows["value"] == rows["performance"]).all()
    decided = events[events["event"] == "care_decided"]
    alone = decided["treatment"] == "analgesia_only"
    assert (alone == decided["detail"].notna()).all()
    assert (alone == decided["value"].isna()).all()
    assert "own_device" in set(decided["treatment"])
    begun = events[events["event"] == "course_begun"]
    irradiated = begun["treatment"].astype(str).str.startswith(("ebrt", "sbrt"))
    assert (begun["dose_gy"].notna() >= irradiated).all()
    eight = begun.loc[begun["treatment"] == "ebrt_8gy1", "dose_gy"]
    # n fractions of d Gy are n d (d + 2) / 4 at an alpha/beta ratio of 2 Gy.
    assert set(eight) == {8.0 * (8.0 + 2.0) / 4.0}


def number_in(pattern: str, phrase: str) -> float:
    found = re.search(pattern, phrase)
    assert found is not None, phrase
    return float(found[1])


def assert_told(row: pd.Series, phrase: str) -> Value | None:
    """Compare a row with the phrase of its event; the kind of the number if the phrase has it."""
    event, value = row["event"], row["value"]
    kind = ROWS.get(Event.labeled(event), EventRow()).value
    if "worst pain" in phrase:
        worst = number_in(r"worst pain ([\d.]+)/10", phrase)
        elsewhere = re.search(r"([\d.]+)/10 outside the spine", phrase)
        worst = max(worst, float(elsewhere[1]) if elsewhere else 0.0)
        assert worst == float(rating(row["pain"]))
    if kind == Value.PAIN and "worst pain" in phrase:
        assert rating(value) == rating(row["pain"])
    elif kind == Value.PERFORMANCE:
        assert PERFORMANCES[int(value)] in phrase
    elif kind == Value.ANALGESIA:
        assert phrase.endswith(ANALGESIA_STEPS[int(value)] if value else "no analgesia")
    elif kind == Value.GRADE:
        assert number_in(r"Bilsky (\d)", phrase) == value
    elif kind == Value.SEEDED_DAY and "before diagnosis" in phrase:
        assert f", {-value:.0f} days before diagnosis" in phrase
    elif kind == Value.INSTABILITY_SCORE and "SINS" in phrase:
        assert number_in(r"SINS (\d+)", phrase) == value
    elif kind == Value.LINE and "line" in phrase and not np.isnan(value):
        assert number_in(r"line (\d+)", phrase) == value
    elif kind == Value.TOXICITY_DAYS and phrase.startswith("line"):
        assert phrase.endswith(f"resumes after {days_long(value)}")
    elif kind == Value.PAUSE_DAYS:
        assert f"resumes after {value:.1f} days paused" in phrase
    elif kind == Value.TO_COURSE and "it begins in" in phrase:
        assert f"it begins in {days_long(value)}" in phrase
    elif kind == Value.HOLD and "is held for" in phrase:
        assert f"is held for {days_long(value)} more" in phrase
    elif kind == Value.SENSATION:
        assert {1.0: "reduced", 2.0: "lost"}[value] in phrase
    elif kind == Value.STRENGTH:
        assert ("cannot walk" in phrase) == (value >= 3)
    elif kind == Value.VISCERA:
        assert ("viscera" in phrase) == bool(value)
    elif kind == Value.AGE:
        return kind
    else:
        return None
    if event in ("therapy_started", "therapy_response", "toxicity_delay"):
        assert THERAPY_CLASS_WORDS[THERAPY_CLASSES.index(row["detail"])] in phrase
    if event == "referred":
        assert (
            dict(zip(ROWS[Event.REFERRED].detail.words, REASONS.values(), strict=True))[
                row["detail"]
            ]
            in phrase
        )
    return kind


def test_rows_are_what_life_tells_of_the_same_person(
    told: list[Twins], frames: dict[str, pd.DataFrame]
) -> None:
    events = frames["events"].query("draw == 0 and replicate == 0")
    events = (
        events.astype({"event": str}).set_index(["person", "strategy"]).sort_index(kind="stable")
    )
    compared = set()
    n_treatments = 0
    for twins in told:
        for story, strategy in zip(twins.stories, STRATEGIES, strict=True):
            person = story.heading.split()[1].rstrip(":")
            mine = events.loc[(person, strategy)]
            # A life that a procedure ends has no event of its own for it: a row tells it.
            by_procedure = mine["event"] == DEATH_PROCEDURE
            assert by_procedure.sum() == (story.person["death_cause"] == Death.PROCEDURE)
            mine = mine[~by_procedure]
            assert [m.event for m in story.moments] == mine["event"].tolist()
            assert [max(m.day, 0.0) for m in story.moments] == mine["day"].tolist()
            for moment, (_, row) in zip(story.moments, mine.iterrows(), strict=True):
                phrase = phrase_of(moment)
                kind = assert_told(row, phrase) if phrase else None
                if kind == Value.AGE:
                    assert row["value"] == pytest.approx(story.age(moment.day))
                compared.add(kind)
                if row["event"] in ("care_decided", "course_begun", "bone_course_begun"):
                    index = treatment_names((OWN,)).index(row["treatment"])
                    assert moment.terms.label(index) in phrase
                    n_treatments += 1
    assert n_treatments > 100
    most = {*Value} - {Value.NOTHING, Value.KNOWN_LESIONS, Value.SITE_PAIN, Value.SINKS}
    untold = {Value.DAYS_SINCE_DETECTED, Value.FRANKEL_GRADE, Value.PAUSED_SO_FAR}
    assert compared - {None} >= most - untold - {Value.TREATED_LESIONS, Value.SENSATION}


@pytest.mark.parametrize(("draw", "replicate"), [(0, 1), (1, 0), (1, 1)])
def test_a_row_of_another_draw_or_replicate_is_found_too(
    scenario: Scenario, frames: dict[str, pd.DataFrame], draw: int, replicate: int
) -> None:
    of_run = frames["people"].query(f"draw == {draw} and replicate == {replicate}")
    rows = of_run.set_index(["person", "strategy"])
    chosen = of_run[of_run["n_levels"] > 0]["person"].unique()[:4]
    assert len(chosen) == 4
    for person in chosen:
        twins = tell_twins(scenario, person, draw=draw, replicate=replicate)
        for story, strategy in zip(twins.stories, STRATEGIES, strict=True):
            row, p = rows.loc[(person, strategy)], story.person
            for name in ("death_day", "pain_days", "n_courses", "age_at_diagnosis"):
                assert row[name] == p[name]


def test_trajectories_follow_each_other_from_diagnosis_to_death(
    frames: dict[str, pd.DataFrame],
) -> None:
    as_hesim_has_them = ["from", "to", "final", "time_start", "time_stop"]
    assert list(frames["trajectories"].columns[-5:]) == as_hesim_has_them
    life = ["draw", "replicate", "person", "strategy"]
    stays = frames["trajectories"].astype({"from": str, "to": str})
    people = frames["people"].set_index(life)
    of_life = stays.groupby(life, sort=False)
    assert of_life.ngroups == len(people)
    following = of_life[["from", "time_start"]].shift(-1)
    last = following["from"].isna()
    assert (stays["final"] == last).all()
    assert (stays["to"][~last] == following["from"][~last]).all()
    assert (stays["to"][last] == "dead").all()
    assert (stays["time_stop"][~last] == following["time_start"][~last]).all()
    assert (of_life["time_start"].first() == 0.0).all()
    ends = of_life["time_stop"].last()
    assert (ends.sort_index() == people["death_day"].sort_index()).all()
    assert (stays["from"] != stays["to"]).all()
    assert "dead" not in set(stays["from"])
    lasts = stays["time_stop"] - stays["time_start"]
    assert ((lasts > 0.0) | (stays["time_stop"] == 0.0)).all()
    days = (
        lasts.groupby([*(stays[name] for name in life), stays["from"]])
        .sum()
        .unstack(fill_value=0.0)
    )
    days = days.reindex(people.index)
    np.testing.assert_allclose(days["not_walking"], people["not_walking_days"], atol=1e-6)
    walked = people["not_walking_days"] == 0.0
    severe = days["severe_pain"][walked]
    np.testing.assert_allclose(severe, people["severe_pain_days"][walked], atol=1e-6)
    hurts = severe + days["moderate_pain"][walked]
    np.testing.assert_allclose(hurts, people["pain_days"][walked], atol=1e-6)
    assert severe.sum() > 1_000.0
    seeded = people["spinal_metastasis_day"].notna()
    assert (days.loc[~seeded, ["spinal_metastasis", "moderate_pain", "severe_pain"]] == 0.0).all(
        axis=None
    )
