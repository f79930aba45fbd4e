"""Treatments are data: each row complete, each number with its source, faults stop the program.

Room: evidence.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.economics.prices import OWN_PRICE, price_table, prices_by_kind
from sim.engine.holds import HOLD_FIELDS, Basis, fill_own_holds, time_off_ratios
from sim.engine.policies import _IN_NO_RECORD, build_strategies, fill_own, resolve_knobs
from sim.evidence.effects import UNTREATED_ARM, arms_of
from sim.evidence.mistakes import InputError
from sim.evidence.price_index import LAST_PRICE_YEAR, price_factor
from sim.evidence.prices import KINDS_OF_PRICE, course_parts
from sim.evidence.reader import evidence
from sim.evidence.rows import FOLDER
from sim.evidence.treatments import ELIGIBILITY, OF_TREATMENTS, known_treatments
from sim.evidence.vocabulary import LESION_TYPES, THERAPY_CLASSES
from sim.inputs.catalog import known_strategies, strategy, treatment_names
from sim.inputs.strategies import Knobs
from sim.inputs.treatment import Treatment
from sim.life.policy import OBSERVABLES, TREATMENT
from sim.tables.explain import explanation
from sim.tables.explain_care import care_lines
from tests.simplified import strategies_of

FILE = FOLDER / "treatments.csv"
NAMED = (
    "analgesia_only ebrt_8gy1 ebrt_20gy5 ebrt_30gy10 sbrt_24gy2 vertebroplasty kyphoplasty "
    "rfa_cement rfa_ebrt microwave cryoablation curettage_sm153 radiopharmaceutical surgery_rt"
)
"""The treatments that the design names."""
COURSES = tuple(name for name in known_treatments() if name != "analgesia_only")
BASIS = Basis("surgery_rt", 11.0, False)
IN_THE_ROW = {*ELIGIBILITY, "eligible_type"}
NO_OWN = {
    *("emergency_wait_median_days", "relapse_rate_per_day", "hold_share", *HOLD_FIELDS),
    *("ablation", "surgery", "cord_dose_gy", "luck", "price", "stay_days"),
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


def test_practice_is_known_of_each_kind_and_class() -> None:
    kinds = {stratum.split(", ")[0] for name, stratum in evidence().point if "hold_share" in name}
    assert len(kinds) == 6
    for what in ("share", "before_days", "after_days"):
        strata = {s for n, s in evidence().point if n == f"published_hold_{what}"}
        assert strata == {f"{kind}, {c}" for kind in kinds for c in THERAPY_CLASSES}


def test_no_parameter_is_of_a_treatment_that_does_not_exist() -> None:
    strata = {s.split(", ")[0] for n, s in evidence().point if n.startswith("treatment_")}
    assert strata == set(known_treatments())
    shares = {s.split(", ")[1] for n, s in evidence().point if n == "usual_care_share"}
    assert shares <= set(known_treatments())


def test_a_price_has_its_kind_currency_and_year_as_published() -> None:
    table = price_table(evidence())
    assert set(table["kind"]) <= set(KINDS_OF_PRICE)
    assert table["basis"].str.fullmatch(r"(USD|CAD) (19|20)\d\d(-20\d\d)?").all()
    in_use = table["published"] * table["index_factor"] * table["ratio"]
    np.testing.assert_allclose(table["in_use"], in_use)
    of = table.set_index(["parameter", "stratum"])
    assert of.loc[("treatment_cost", "ebrt_8gy1"), "published"] == 1_087
    assert of.loc[("procedure_cost", "surgery"), "kind"] == "charge"
    assert (of["ratio"] != 1.0).sum() == 1


def test_a_treatment_of_the_users_costs_what_the_one_it_is_based_on_costs() -> None:
    own = [
        Treatment(name="twin", based_on="ebrt_8gy1"),
        Treatment(name="third", based_on="twin"),
        Treatment(name="dear", based_on="twin", cost=9_000.0, price_basis="USD 2020"),
    ]
    found = build_strategies([strategy("usual_care")], own, Knobs(), evidence().point)
    names = [*known_treatments(), "twin", "third", "dear"]
    paid = dict(zip(names, found.policies["treatments"]["price"][0], strict=False))
    assert paid["third"] == paid["twin"] == paid["ebrt_8gy1"]
    assert paid["dear"] == 9_000.0 * price_factor("USD 2020", LAST_PRICE_YEAR)
    mine_by_name, point = {one.name: one for one in own}, evidence().point
    third, single = (prices_by_kind(n, mine_by_name, point) for n in ("third", "ebrt_8gy1"))
    assert third == single
    assert set(single) == {"episode payment"}
    assert set(prices_by_kind("dear", mine_by_name, point)) == {OWN_PRICE}
    assert prices_by_kind("analgesia_only", mine_by_name, point) == {}
    mine = price_table(evidence(), own, 2020).iloc[-1]
    assert (mine["stratum"], mine["kind"], mine["in_use"]) == ("dear", OWN_PRICE, 9_000.0)


def test_what_lacks_a_price_says_what_it_takes() -> None:
    taken = {name: [p.stands_for for p in parts] for name, parts in course_parts().items()}
    assert taken["microwave"][0]
    assert all(taken["curettage_sm153"])
    assert any("standing for microwave" in line for line in care_lines("microwave", None))


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


def treatment(name: str, own: Sequence[Treatment] = (), **knobs: Any) -> np.void:
    """The record of a treatment under some knobs."""
    record: np.void = strategies_of("noms", own=own, **knobs).policies["treatments"][
        0, treatment_names(own).index(name)
    ]
    return record


@pytest.mark.parametrize("when", ["pre", "post"])
def test_holds_are_those_of_their_setting_but_for_treatments_with_a_source(when: str) -> None:
    values = evidence().point
    field = f"{when}_hold_days"
    common = {"pre": "hold_before_days", "post": "hold_after_days"}[when]
    equal = [values[common, c] for c in THERAPY_CLASSES]
    other = {"pre": "hold_after_days", "post": "hold_before_days"}[when]
    for name in COURSES:
        published = treatment(name)
        with_a_source = name in ("surgery_rt", "radiopharmaceutical")
        modality = [values[f"treatment_modality_{when}_hold_days", name]] * len(equal)
        settings: dict[str, tuple[dict[str, Any], list[float]]] = {
            "equal": ({"holds": "equal"}, equal),
            "by modality": ({"holds": "by_modality"}, modality),
            "asked": ({field: 11.0}, [11.0] * len(equal)),
        }
        for said, (knobs, expected) in settings.items():
            found = treatment(name, **knobs)
            if with_a_source:
                assert found[field].tolist() == published[field].tolist(), said
                assert found["hold_share"].tolist() == published["hold_share"].tolist(), said
            else:
                assert found[field].tolist() == expected, said
                assert (found["hold_share"] == 1.0).all(), said
        if not with_a_source:
            asked = treatment(name, **{field: 11.0})
            other_field = {"pre": "post", "post": "pre"}[when] + "_hold_days"
            assert asked[other_field].tolist() == [values[other, c] for c in THERAPY_CLASSES]
        for knobs in ({"holds": "none"}, {"holds": "none", field: 11.0}):
            nothing = treatment(name, **knobs)
            assert (nothing[field] == 0.0).all()
            assert (nothing["hold_share"] == 1.0).all()


PUBLISHED = {
    # treatment, class: share, days before, days after the course
    ("sbrt_24gy2", "kinase_inhibitor"): (0.59, 7.0, 7.0),
    ("sbrt_24gy2", "vegf_inhibitor"): (0.9, 7.0, 21.0),
    ("ebrt_20gy5", "vegf_inhibitor"): (0.9, 7.0, 21.0),
    ("ebrt_8gy1", "cytotoxic"): (0.5, 0.0, 7.0),
    ("ebrt_20gy5", "cdk46_inhibitor"): (0.111, 0.0, 7.0),
    ("ebrt_30gy10", "cdk46_inhibitor"): (0.429, 0.0, 1.0),
    ("kyphoplasty", "cytotoxic"): (0.0, 0.0, 0.0),
    ("microwave", "kinase_inhibitor"): (0.5, 3.0, 4.0),
    ("rfa_ebrt", "kinase_inhibitor"): (0.5, 3.0, 5.0),  # the larger of the two
    ("radiopharmaceutical", "cytotoxic"): (1.0, 14.0, 56.0),
    ("surgery_rt", "vegf_inhibitor"): (1.0, 21.0, 21.0),  # after radiotherapy, not the operation
    ("surgery_rt", "cytotoxic"): (1.0, 14.0, 7.0),
    ("ebrt_30gy10", "checkpoint_inhibitor"): (0.0, 0.0, 0.0),
}


@pytest.mark.parametrize(("pair", "expected"), PUBLISHED.items(), ids=str)
def test_published_practice_is_that_of_the_kind_and_the_class(
    pair: tuple[str, str], expected: tuple[float, float, float]
) -> None:
    """As `additions.md` item 13 has it, and the labels."""
    name, therapy_class = pair
    found, c = treatment(name), THERAPY_CLASSES.index(therapy_class)
    told = [found[field][c] for field in ("hold_share", "pre_hold_days", "post_hold_days")]
    assert told == pytest.approx(expected)


def test_fractions_decide_the_kind_of_a_users_radiotherapy() -> None:
    cdk, vegf = (THERAPY_CLASSES.index(c) for c in ("cdk46_inhibitor", "vegf_inhibitor"))
    base = {"based_on": "ebrt_20gy5"}
    own = [
        Treatment(name="ten", sessions=10, **base),
        Treatment(name="long", course_days=12.6, **base),
        Treatment(name="four", sessions=4, course_days=30.0, **base),
        Treatment(name="operation", surgery=True, **base),
        Treatment(name="needle", based_on="sbrt_24gy2", ablation=True, cord_dose_gy=0.0),
        Treatment(name="nothing", based_on="cryoablation", ablation=False),
        Treatment(name="longer", based_on="long"),
    ]
    shares = {mine.name: treatment(mine.name, own)["hold_share"] for mine in own}
    assert [shares[name][cdk] for name in ("ten", "long", "four", "longer")] == [
        *(0.429, 0.429, 0.111, 0.429)
    ]
    assert shares["operation"][vegf] == 1.0
    assert shares["needle"].tolist() == treatment("cryoablation")["hold_share"].tolist()
    assert (shares["nothing"] == 0.0).all()
    # 28 days after an operation without radiotherapy, of which a course of 5.6 days takes a part.
    alone = [Treatment(name="alone", based_on="surgery_rt", cord_dose_gy=0.0, course_days=5.6)]
    assert treatment("alone", alone)["post_hold_days"][vegf] == pytest.approx(28.0 - 5.6)


def test_a_hold_of_the_users_treatment_is_held_by_all_in_its_class() -> None:
    mine = Treatment(name="mine", based_on="kyphoplasty", post_hold_days={"cytotoxic": 9.0})
    found, base = treatment("mine", [mine]), treatment("kyphoplasty")
    assert (found["hold_share"][0], found["post_hold_days"][0]) == (1.0, 9.0)
    assert found["pre_hold_days"][0] == evidence().point["hold_before_days", "cytotoxic"]
    for field in ("hold_share", "pre_hold_days", "post_hold_days"):
        assert found[field][1:].tolist() == base[field][1:].tolist()
    assert treatment("mine", [mine], holds="none")["post_hold_days"][0] == 0.0


def test_the_hazard_off_therapy_follows_from_randomized_breaks() -> None:
    """An excess over a year that comes within 28 days of it."""
    values = evidence().point
    [ratios] = strategies_of("noms").policies["time_off_ratio"]
    for ratio, therapy_class in zip(ratios, THERAPY_CLASSES, strict=True):
        over_a_year = (28.0 * ratio + (365.25 - 28.0)) / 365.25
        assert over_a_year == pytest.approx(values["break_hazard_ratio", therapy_class])
    [same] = strategies_of("noms", time_off_hazard_ratio=1.0).policies["time_off_ratio"]
    assert (same == 1.0).all()
    for draw in range(1, 40):
        drawn = time_off_ratios(None, evidence().draw(draw))
        assert min(drawn) > 0.0


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
    "unknown resource": ({"resource": "magic"}, "resource is 'magic'; allowed: none, linear"),
    "limit not a number": (
        {"most_sins": "high"},
        "most_sins is 'high'; allowed: a number",
    ),
    "limit missing": ({"least_pain": ""}, "least_pain is missing; allowed: a value"),
    "flag not a number": ({"lytic": "yes"}, "lytic is 'yes'; allowed: 0, 1"),
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
    knobs = resolve_knobs(strategy("noms"), Knobs(), evidence().point)
    if field in HOLD_FIELDS:
        fill_own_holds(record[0], mine.numbers(), BASIS, knobs, evidence().point)
        assert (record[0][field] == 1.0).all()
        return
    fill_own(record[0], mine, knobs)
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


def test_explain_tells_the_interval_of_a_synthesized_response_and_its_arms() -> None:
    said = explanation("treatment_response_biological", "cryoablation")
    low, high = evidence().range_95(
        evidence().parameters["treatment_response_biological", "cryoablation"]
    )
    assert f"synthesis, 95% {low:.2f} to {high:.2f}" in said
    assert "motion_chg_8w (uncontrolled): cryoablation, mean fall 2.61, 65 people, day 56" in said
    assert "mwa82_1_month" not in said
    for row in evidence().named("treatment_response_mechanical"):
        for arm in arms_of(row.name, row.stratum):
            assert arm.kind == "mechanical" or row.stratum == UNTREATED_ARM
            assert arm.design != "comparison"
