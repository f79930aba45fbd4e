"""Treatments are data: each row complete, each number with its source, faults stop the program.

Room: evidence.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.engine.policies import (
    _IN_NO_RECORD,
    build_strategies,
    fill_own,
    hold_days,
    resolve_knobs,
)
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.rows import FOLDER
from sim.evidence.treatments import ELIGIBILITY, OF_TREATMENTS, known_treatments
from sim.evidence.vocabulary import LESION_TYPES, THERAPY_CLASSES
from sim.inputs.catalog import known_strategies, strategy
from sim.inputs.strategies import Knobs
from sim.inputs.treatment import Treatment
from sim.life.policy import OBSERVABLES, TREATMENT
from sim.tables.costs import prices
from tests.simplified import strategies_of

FILE = FOLDER / "treatments.csv"
NAMED = (
    "analgesia_only ebrt_8gy1 ebrt_20gy5 ebrt_30gy10 sbrt_24gy2 vertebroplasty kyphoplasty "
    "rfa_cement rfa_ebrt microwave cryoablation curettage_sm153 radiopharmaceutical surgery_rt"
)
"""The treatments that the design names."""
COURSES = tuple(name for name in known_treatments() if name != "analgesia_only")
IN_THE_ROW = {*ELIGIBILITY, "eligible_type"}
NO_OWN = {
    *("emergency_wait_median_days", "pre_hold_days", "post_hold_days", "relapse_rate_per_day"),
    *("ablation", "surgery", "cord_dose_gy", "luck"),
}
"""Fields that are no parameter under their own name."""


def test_the_treatments_are_those_of_the_design_analgesia_first() -> None:
    assert list(known_treatments()) == NAMED.split()
    assert {row.resource for row in known_treatments().values()} <= {"none", *OF_TREATMENTS}


@pytest.mark.parametrize("name", COURSES)
def test_every_treatment_has_all_its_parameters(name: str) -> None:
    """Each number that a life reads is a row of the evidence, with source and grade."""
    known = evidence().parameters
    fields = set(TREATMENT.names or ()) - IN_THE_ROW - NO_OWN
    wanted = {f"treatment_{field}" for field in fields}
    wanted |= {"treatment_relapse_rate", "treatment_sessions"}
    wanted |= {f"treatment_modality_{when}_hold_days" for when in ("pre", "post")}
    if known_treatments()[name].eligibility["emergency"]:
        wanted.add("treatment_emergency_wait_median_days")
    for parameter in wanted:
        row = known[parameter, name]
        assert row.grade in ("measured", "derived", "calibrated", "assumed")
        assert evidence().cite(row)
        if row.grade == "assumed":
            assert row.note


def test_no_parameter_is_of_a_treatment_that_does_not_exist() -> None:
    strata = {s.split(", ")[0] for n, s in evidence().point if n.startswith("treatment_")}
    assert strata == set(known_treatments())
    shares = {s.split(", ")[1] for n, s in evidence().point if n == "usual_care_share"}
    assert shares <= set(known_treatments())


def test_a_price_has_its_currency_and_year_and_a_basis_a_price() -> None:
    priced = prices((), evidence().point)
    for name, row in known_treatments().items():
        assert (name in priced) == bool(row.price_basis)
        if row.price_basis:
            currency, year = row.price_basis.split(" ")
            assert currency in ("USD", "CAD", "EUR")
            assert year[:2] == "20"


def test_a_treatment_of_the_users_costs_what_the_one_it_is_based_on_costs() -> None:
    own = [
        Treatment(name="twin", based_on="ebrt_8gy1"),
        Treatment(name="third", based_on="twin"),
        Treatment(name="dear", based_on="twin", cost=9_000.0, price_basis="EUR 2020"),
        Treatment(name="unpriced", based_on="cryoablation"),
    ]
    priced = prices(own, evidence().point)
    assert priced["third"] == priced["twin"] == priced["ebrt_8gy1"]
    assert priced["dear"] == ("EUR 2020", 9_000.0)
    assert "unpriced" not in priced


@pytest.mark.parametrize("draw", [0, 1, 7, 30, 77])
def test_records_of_every_draw_are_possible(draw: int) -> None:
    values = evidence().draw(draw)
    found = build_strategies(tuple(known_strategies().values()), (), Knobs(), values)
    treatments = found.policies["treatments"][:, : len(known_treatments())]
    for field in TREATMENT.names or ():
        numbers = treatments[field]
        assert np.isfinite(numbers).all(), field
        assert (numbers >= 0).all(), field
        if field.endswith("_share") or field.startswith(("response_", "complete_", "depth_")):
            assert (numbers <= 1.0).all(), field
    courses = treatments[:, 1:]
    assert (courses["depth_low"] <= courses["depth_high"]).all()
    for ratio in ("collapse_ratio", "tumor_control_ratio", "deficit_ratio"):
        assert (treatments[ratio] > 0.0).all()
    assert (treatments["review_days"] >= 1.0).all()
    for policy, rules in zip(found.policies, found.policies["rules"], strict=True):
        shares = rules["share"][: policy["n_rules"]]
        np.testing.assert_array_equal(shares[:, -1], 1.0)
        assert (np.diff(shares, axis=1) >= 0.0).all()


def test_types_of_lesions_and_flags_are_those_of_the_rows() -> None:
    [row] = strategies_of("usual_care").policies["treatments"]
    for record, known in zip(row, known_treatments().values(), strict=False):
        assert record["eligible_type"].tolist() == [known.eligibility[k] for k in LESION_TYPES]
        for field in set(ELIGIBILITY) - set(LESION_TYPES):
            assert record[field] == known.eligibility[field], field


def holds(name: str, when: str, **knobs: object) -> list[float]:
    values = evidence().point
    resolved = resolve_knobs(strategy("noms"), Knobs.model_validate(knobs), values)
    return [hold_days(f"{when}_hold_days", name, c, resolved, values) for c in THERAPY_CLASSES]


@pytest.mark.parametrize("when", ["pre", "post"])
def test_default_holds_are_equal_across_treatments_but_for_those_with_a_source(when: str) -> None:
    values = evidence().point
    common = {"pre": "hold_before_days", "post": "hold_after_days"}[when]
    equal = [values[common, c] for c in THERAPY_CLASSES]
    for name in COURSES:
        own = [
            values.get((f"treatment_own_{when}_hold_days", f"{name}, {c}")) for c in THERAPY_CLASSES
        ]
        expected = [e if o is None else o for e, o in zip(equal, own, strict=True)]
        assert holds(name, when) == expected
        assert (expected != equal) <= (name in ("surgery_rt", "radiopharmaceutical"))
        assert holds(name, when, holds="none") == [0.0] * 4
        modality = values[f"treatment_modality_{when}_hold_days", name]
        expected = [modality if o is None else o for o in own]
        assert holds(name, when, holds="by_modality") == expected
        asked = [11.0 if o is None else o for o in own]
        assert holds(name, when, **{f"{when}_hold_days": 11.0}) == asked
        assert holds(name, when, holds="none", **{f"{when}_hold_days": 11.0}) == [0.0] * 4


def test_waits_go_with_their_ratio() -> None:
    plain, none, twice = (strategies_of("noms", wait_ratio=ratio) for ratio in (1.0, 0.0, 2.0))
    waits = ("wait_median_days", "emergency_wait_median_days")
    for field in waits:
        np.testing.assert_array_equal(
            2.0 * plain.policies["treatments"][field], twice.policies["treatments"][field]
        )
        assert (none.policies["treatments"][field] == 0.0).all()
    for field in ("consult_wait_median_days", "emergency_consult_wait_mean_days"):
        assert 2.0 * plain.policies[field][0] == twice.policies[field][0] > 0.0
        assert none.policies[field][0] == 0.0
    for field in set(TREATMENT.names or ()) - set(waits):
        np.testing.assert_array_equal(
            plain.policies["treatments"][field], none.policies["treatments"][field]
        )


def spoiled(folder: Path, change: dict[str, str]) -> tuple[Path, int]:
    """A copy of the file with one row changed, and the line of that row."""
    with FILE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    index = next(i for i, row in enumerate(rows) if row["name"] == "microwave")
    rows[index] |= change
    copy = folder / "treatments.csv"
    with copy.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return copy, index + 2


FAULTS = {
    "unknown source": ({"source": "assumed; nobody1999"}, "source.1 'nobody1999' is not in"),
    "unknown resource": ({"resource": "magic"}, "resource is 'magic'; Allowed: none, linear"),
    "limit not a number": (
        {"most_sins": "high"},
        "most_sins is 'high'; allowed: input should be a valid number",
    ),
    "limit missing": ({"least_pain": ""}, "least_pain is missing; allowed: a value"),
    "flag not a number": ({"lytic": "yes"}, "lytic is 'yes'; Allowed: 0, 1"),
    "name twice": ({"name": "rfa_ebrt"}, "name 'rfa_ebrt' stands twice"),
}


@pytest.mark.parametrize(("change", "says"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_row_stops_with_file_and_line(
    tmp_path: Path, change: dict[str, str], says: str
) -> None:
    copy, line = spoiled(tmp_path, change)
    with pytest.raises(InputError) as caught:
        known_treatments(copy)
    assert str(caught.value).startswith(f"treatments.csv, line {line}: {says}")
    assert "\n" not in str(caught.value)


def test_a_row_with_a_column_too_few_stops_with_file_and_line(tmp_path: Path) -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].split(",", 3)[0]
    copy = tmp_path / "treatments.csv"
    copy.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=r"^treatments\.csv, line 4: must have as many columns"):
        known_treatments(copy)


def test_a_file_read_again_gives_the_same() -> None:
    assert known_treatments(FILE) == known_treatments()


ACCEPTED = {
    "flag that is no flag": {"lytic": "7"},
    "negative limit": {"most_bilsky": "-1"},
    "limit that is not finite": {"least_prognosis_months": "nan"},
    "nobody may have it": {"lytic": "0", "mixed": "0", "blastic": "0", "outside": "0"},
    "new treatment without parameters": {"name": "magic_wand"},
    "no name": {"name": ""},
    "currency without a year": {"price_basis": "USD"},
}


@pytest.mark.parametrize("change", ACCEPTED.values(), ids=ACCEPTED)
def test_a_row_that_cannot_be_right_is_refused_too(tmp_path: Path, change: dict[str, str]) -> None:
    copy, _ = spoiled(tmp_path, change)
    with pytest.raises(InputError):
        known_treatments(copy)


def test_observables_have_each_one_name() -> None:
    assert len(set(OBSERVABLES)) == len(OBSERVABLES)


@pytest.mark.parametrize("field", [f for f in Treatment.model_fields if f not in _IN_NO_RECORD])
def test_each_number_of_a_users_treatment_reaches_its_record(field: str) -> None:
    record = np.zeros(1, TREATMENT)
    mine = Treatment.model_validate({"name": "mine", "based_on": "surgery_rt", field: 1})
    fill_own(record[0], mine, {"wait_ratio": 1.0, "holds": "equal"})
    changed = [name for name in TREATMENT.names or () if (record[name] != 0).any()]
    typed = "eligible_type" if field in LESION_TYPES else field
    # A depth that is below the lowest raises it.
    with_it = ["depth_high"] if field == "depth_low" else []
    assert changed == [typed.replace("per_year", "per_day"), *with_it]


def test_a_number_that_no_record_has_is_not_dropped() -> None:
    class Brighter(Treatment):
        brightness: float

    mine = Brighter(name="mine", based_on="surgery_rt", brightness=1.0)
    with pytest.raises(ValueError, match="brightness"):
        fill_own(np.zeros(1, TREATMENT)[0], mine, {"wait_ratio": 1.0, "holds": "equal"})
