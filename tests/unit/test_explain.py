"""`explain` knows every name, what the field says for it, and gives no silly hint. Room: tables."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from sim import InputError, Population, Scenario
from sim.cli import door_names
from sim.evidence.vocabulary import PRIMARIES
from sim.tables.columns import COLUMN_WORDS, PROJECTED_FROM, file_called
from sim.tables.explain import explanation, known_names
from sim.tables.meaning import other_names
from tests.clinics import scarce

DOORS = door_names()
KNOWN = {**known_names(), **DOORS}
EVERY = {name for names in KNOWN.values() for name in names}


def told(name: str) -> str:
    """What `explain` prints, or the sentence with which it refuses."""
    try:
        return explanation(name, doors=DOORS)
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("kind", KNOWN)
def test_every_name_of_every_kind_is_explained(kind: str) -> None:
    for name in KNOWN[kind]:
        assert name in told(name), name
        assert not told(name).startswith("NAME"), name


def test_what_the_field_says_leads_to_names_that_are_there() -> None:
    for said, names in other_names().items():
        assert set(names) <= EVERY, said
        assert all(name in told(said) for name in names), said


MEANT = {
    "spinal cord compression": "new_cord_compression",
    "MESCC": "new_cord_compression",
    "Cord-Compression": "cord_compression",
    "vertebroplastie": "vertebroplasty",
    "SBRT": "sbrt_24gy2",
    "stereotactic radiotherapy": "sbrt_24gy2",
    "radiotherapy": "ebrt_8gy1",
    "EBRT": "ebrt_20gy5",
    "RFA": "rfa_cement",
    "zoledronate": "bone_agents",
    "denosumab": "bone_agents",
    "bisphosphonates": "bone_agent_share",
    "ECOG": "performance",
    "KPS": "performance",
    "SINS": "sins",
    "Bilsky": "bilsky",
    "Frankel": "frankel",
    "incidence": "new_cancers",
    "prevalence": "living_with_spinal_metastasis",
    "mortality": "cancer_deaths",
    "survival": "relative_survival",
    "lung cancer": "lung",
    "stomach": "upper_gi",
    "renal cell carcinoma": "kidney",
    "Head and neck": "head_neck",
    "delay": "delay_days",
    "treatment delay": "delay_days",
    "drug holiday": "holds",
    "chemotherapy": "therapy_class",
    "waiting time": "wait_days",
    "cost": "treatment_cost",
    "toxicity": "toxicity_delay_per_cycle",
    "vertebral fracture": "new_fractures",
    "opioids": "opioid_days",
    "linac": "linear_accelerator",
    "kyphoplsty": "kyphoplasty",
    "deth_rate": "death_rate",
    "radiotherpy": "ebrt_8gy1",
    "new_spinal_metastases": "new_spinal_metastasis",
    "pain days": "pain_days",
    "Prostate": "prostate",
    "compare.csv": "interval_over",
    "compare": "interval_over",
    "summary": "published",
    "draw": "joint sample",
    "age_group": "80+",
    "lo": "Lower end",
    "replicates": "Repetitions",
    "horizon": "horizon_years",
    "seed": "luck",
    "frontier": "Relief against delay",
    "calibrate": "spinemets calibrate --help",
    "--draws": "draws",
    "morphine": "morphine_mg_per_day",
    "response": "complete_response_1m",
    "walking": "days_walking",
    "paralysis": "paralysis",
    "collapse": "collapse_of_visible_vertebrae",
    "hold": "published_hold_share",
    "referral": "referral_rate",
}
NOT_MEANT = [
    *("elbow", "xylophone", "foo", "patient", "hospital food", "GDPR", "weather", "hip hop"),
    *("covid", "insurance", "abc", "q", "", "   ", "12", "drug name", "R", "MRI scanner vendor"),
]


@pytest.mark.parametrize(("asked", "says"), MEANT.items())
def test_names_that_people_know_lead_to_the_right_one(asked: str, says: str) -> None:
    assert says in told(asked)


@pytest.mark.parametrize("asked", NOT_MEANT)
def test_a_word_for_nothing_gets_the_kinds_of_names_and_no_hint(asked: str) -> None:
    said = told(asked)
    assert said.startswith("NAME is ")
    assert "did you mean" not in said
    kinds = said.partition("names of ")[2].partition(";")[0].split(", ")
    assert kinds == sorted(KNOWN)
    assert "`spinemets list`" in said


def test_a_primary_is_explained_with_the_parameters_that_have_rows_of_it() -> None:
    for primary in PRIMARIES:
        assert f"death_rate [{primary}] = " in told(primary)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, no_pictures_in_module: None) -> list[Path]:
    """Runs that write every table there is between them: with clinics, rows and a forecast."""
    country = Population.united_states(2010).scaled(300)
    asked: dict[str, Any] = {"view": "calendar", "lookback_years": 2}
    both = ["usual_care", "ebrt_8gy1"]
    run = partial(Scenario, name="town", strategies=both, **asked)
    made = {
        "clinics": run(population=country, years=(2010, 2010), access=scarce()),
        "forecast": run(population=country.projected(2027), years=(2026, 2027)),
    }
    home = tmp_path_factory.mktemp("explained")
    for name, scenario in made.items():
        scenario.run(out=home / name, csv=True, microdata=True, workers=1)
    return [home / name for name in made]


def test_every_column_of_every_file_that_a_run_writes_is_explained(folders: list[Path]) -> None:
    found: dict[str, set[str]] = {}
    for folder in folders:
        for path in folder.rglob("*.*"):
            if path.suffix in (".csv", ".parquet"):
                said = path.relative_to(folder).as_posix()
                file = file_called(path.parent.name if path.name.startswith("part-") else said)
                assert file, said
                found.setdefault(file, set()).update(columns_of(path))
    assert set(found) == set(COLUMN_WORDS)
    for file, columns in found.items():
        assert columns - set(PROJECTED_FROM) == set(COLUMN_WORDS[file]), file
        assert all(name in told(file) for name in COLUMN_WORDS[file])
        for name in columns:
            assert f"{name} (column of " in told(name), name


def columns_of(path: Path) -> list[str]:
    """The columns of a file."""
    if path.suffix == ".parquet":
        return list(pq.read_schema(path).names)
    return list(pd.read_csv(path, nrows=1).columns)


@pytest.mark.parametrize("said", ["waits.csv", "waits", "people", "stored/twins.parquet", "Queues"])
def test_a_file_is_explained_with_or_without_its_folder_and_ending(said: str) -> None:
    file = file_called(said)
    assert file
    assert f"{file} (" in told(said)


def test_the_rows_of_people_and_events_are_told_as_their_dictionary_has_them() -> None:
    assert {"people/", "events/", "trajectories/"} <= set(told("microdata").split())
    assert "of the spine, to the cord" in told("dose_gy")
    assert "start of the stay" in told("time_start").casefold()


def test_a_plain_number_has_no_unit() -> None:
    lines = explanation("treatment_sessions", "rfa_cement").splitlines()
    assert "treatment_sessions [rfa_cement] = 1" in lines
