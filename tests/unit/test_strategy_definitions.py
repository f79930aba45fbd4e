"""Treatments, rules and strategies of the user's: short to write, and faults said in a sentence.

Room: inputs.
"""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from sim import Population, Result, Scenario
from sim.cli import main
from sim.evidence.mistakes import InputError
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import THERAPY_CLASSES
from sim.inputs.catalog import DEFAULT_STRATEGY, FALLBACK, known_strategies, strategy
from sim.inputs.strategies import HOLDS, Knobs, Rule, Strategy
from sim.inputs.strategy_label import split_name
from sim.inputs.treatment import Treatment
from sim.life.policy import OBSERVABLES
from tests.simplified import strategies_of

TOWN = Population.united_states(2010).scaled(1_000)


def scenario(**fields: Any) -> Scenario:
    return Scenario(name="town", population=TOWN, **fields)


def mine(**fields: Any) -> Scenario:
    """A scenario with a strategy of the user's."""
    return scenario(strategies=[Strategy(name="mine", **fields)])


def own(**fields: Any) -> Scenario:
    """A scenario with a treatment of the user's."""
    return scenario(treatments=[Treatment(**{"name": "t", "based_on": "cryoablation", **fields})])


def when(**conditions: Any) -> Rule:
    return Rule(when=conditions, give=FALLBACK)


def complaints(define: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        define()
    return list(caught.value.sentences)


CASES: dict[str, tuple[Callable[[], object], str, str]] = {
    "unknown observable": (
        lambda: when(sin=(7, 12)),
        "when names 'sin', which is no observable; did you mean 'sins'?",
        ", ".join(OBSERVABLES),
    ),
    "unknown word": (
        lambda: when(lesion_type="litic"),
        "when lesion_type is 'litic'; did you mean 'lytic'?",
        "lytic, mixed, blastic",
    ),
    "one unknown word of several": (
        lambda: when(primary=("breast", "lungs")),
        "when primary is 'lungs'; did you mean 'lung'?",
        "breast, prostate, lung",
    ),
    "number for a word": (lambda: when(region=2), "when region is 2; allowed: ", "thoracic"),
    "beyond the scale": (
        lambda: when(bilsky=(4, 9)),
        "when bilsky is (4, 9), which it never is; its scale is 0 to 3",
        "",
    ),
    "empty range": (
        lambda: when(sins=(12, 7)),
        "when sins is (12, 7), which is empty; allowed: a number, or (low, high)",
        "low first",
    ),
    "three ends": (lambda: when(sins=(1, 2, 3)), "when sins is (1, 2, 3); allowed: a number", ""),
    "word for a number": (lambda: when(sins="high"), "when sins is 'high'; allowed: a number", ""),
    "nothing given": (
        lambda: Rule(when={"sins": 7}),
        "give is missing; allowed: a treatment, or shares of treatments",
        "",
    ),
    "shares all zero": (
        lambda: Rule(give={"ebrt_8gy1": 0.0, "rfa_cement": 0.0}),
        "give is {'ebrt_8gy1': 0.0, 'rfa_cement': 0.0}; allowed: shares that are not all 0",
        "",
    ),
    "unknown treatment": (
        lambda: mine(rules=[Rule(give="ebrt_8gy")]),
        "strategies: mine gives 'ebrt_8gy'; did you mean 'ebrt_8gy1'?",
        "surgery_rt",
    ),
    "unknown treatment in shares": (
        lambda: mine(rules=[Rule(give={"ebrt_8gy1": 0.5, "kyphoplsty": 0.5})]),
        "strategies: mine gives 'kyphoplsty'; did you mean 'kyphoplasty'?",
        "surgery_rt",
    ),
    "unknown fallback": (
        lambda: mine(otherwise="rfa_cemnt"),
        "strategies: mine gives 'rfa_cemnt'; did you mean 'rfa_cement'?",
        "analgesia_only",
    ),
    "moment": (
        lambda: mine(acts_from="pian"),
        "acts_from is 'pian'; did you mean 'pain'?",
        "diagnosis, detection, pain, decision",
    ),
    "name of a strategy": (
        lambda: scenario(strategies=[Strategy(name="my own")]),
        "name is 'my own'; allowed: string should match pattern",
        "",
    ),
    "unknown strategy": (
        lambda: scenario(strategies=["nomz"]),
        "strategies 'nomz' is unknown; did you mean 'noms'?",
        "usual_care",
    ),
    "unknown strategy with holds": (
        lambda: scenario(strategies=["nomz@none"]),
        "strategies 'nomz@none' is unknown; did you mean 'noms'?",
        "usual_care",
    ),
    "unknown holds of a strategy": (
        lambda: scenario(strategies=["noms@modality"]),
        "strategies 'noms@modality' has holds 'modality'; did you mean 'by_modality'?",
        ", ".join(HOLDS),
    ),
    "unknown holds": (lambda: scenario(holds="equall"), "holds is 'equall'; did you mean", "none"),
    "threshold": (
        lambda: scenario(pain_threshold=11),
        "pain_threshold is 11; allowed: at most 10",
        "",
    ),
    "ratio": (
        lambda: scenario(time_off_hazard_ratio=0),
        "time_off_hazard_ratio is 0; allowed: more than 0",
        "",
    ),
    "class withheld": (
        lambda: scenario(withhold=("cytotoxc",)),
        "withhold names 'cytotoxc'; did you mean 'cytotoxic'?",
        ", ".join(THERAPY_CLASSES),
    ),
    "cost without a basis": (
        lambda: own(cost=900.0),
        "cost needs price_basis, its currency and year; allowed: 'USD 2014'",
        "",
    ),
    "name taken": (
        lambda: own(name="kyphoplasty"),
        "treatments names 'kyphoplasty', which is taken; allowed: a name of its own",
        "",
    ),
    "based on unknown": (
        lambda: own(based_on="cryoablaton"),
        "treatments: t is based on 'cryoablaton'; did you mean 'cryoablation'?",
        "surgery_rt",
    ),
    "share above 1": (
        lambda: own(flare_share=2.0),
        "flare_share is 2.0; allowed: at most 1",
        "",
    ),
    "courses per level": (
        lambda: own(courses_per_level=2),
        "courses_per_level is not a field, as limits belong to the lesion and the kind of",
        "cord_dose_gy, cement, ablation, surgery and systemic, or the setting local_courses",
    ),
    "radiotherapy of a treatment": (
        lambda: own(radiotherapy=True),
        "radiotherapy is not a field; allowed: cord_dose_gy",
        "",
    ),
    "cap of courses": (
        lambda: scenario(local_courses_per_level=0),
        "local_courses_per_level is 0; allowed: at least 1",
        "",
    ),
    "grade": (lambda: own(most_bilsky=4), "most_bilsky is 4; allowed: at most 3", ""),
    "class of a hold": (
        lambda: own(pre_hold_days={"cytotoxc": 3.0}),
        "pre_hold_days names 'cytotoxc'; did you mean 'cytotoxic'?",
        "checkpoint_inhibitor",
    ),
    "class of a hold that was split": (
        lambda: own(pre_hold_days={"targeted": 3.0}),
        "pre_hold_days names 'targeted'; it became vegf_inhibitor, kinase_inhibitor, cdk46_inhib",
        "endocrine",
    ),
    "class withheld that was renamed": (
        lambda: scenario(withhold=("immunotherapy",)),
        "withhold names 'immunotherapy'; it became checkpoint_inhibitor. Allowed: cytotoxic",
        "",
    ),
    "class in a rule that was renamed": (
        lambda: Rule(when={"therapy_class": "targeted"}, give="ebrt_8gy1"),
        "when therapy_class is 'targeted'; it became vegf_inhibitor",
        "",
    ),
    "parameter": (
        lambda: scenario(parameters={"overwhelming_pian": 8}),
        "parameters names 'overwhelming_pian'; did you mean 'overwhelming_pain'?",
        "",
    ),
    "stratum of a parameter": (
        lambda: scenario(parameters={"break_hazard_ratio | cytotoxc": 1.0}),
        "parameters names 'break_hazard_ratio | cytotoxc'; break_hazard_ratio has the strata: did",
        "endocrine",
    ),
    "bounds of a parameter": (
        lambda: scenario(parameters={"never_resumed_after_surgery_share": 2}),
        "parameters: never_resumed_after_surgery_share is 2.0; allowed: 0 to 1",
        "",
    ),
    "too many treatments": (
        lambda: scenario(
            treatments=[Treatment(name=f"t{i}", based_on="cryoablation") for i in range(30)]
        ),
        "treatments are 44 with those that come with the program; allowed: 32",
        "",
    ),
}


@pytest.mark.parametrize(("define", "says", "allowed"), CASES.values(), ids=CASES)
def test_a_faulty_definition_gives_one_clear_sentence(
    define: Callable[[], object], says: str, allowed: str
) -> None:
    """Field, value, what is allowed, the nearest right name."""
    [found] = complaints(define)
    assert found.startswith(says)
    assert allowed in found
    assert "\n" not in found


def test_a_treatment_with_an_at_sign_in_its_name_takes_holds() -> None:
    device = Treatment(name="a@b", based_on="microwave")
    found = strategy("a@b@none", own=[device])
    assert (found.name, found.holds) == ("a@b@none", "none")
    assert split_name(found.name) == ("a@b", {"holds": "none"})
    assert strategy("a@b", own=[device]).holds is None


ACCEPTED: dict[str, Callable[[], object]] = {
    "range that is not a number": lambda: when(sins=float("nan")),
    "no word": lambda: when(primary=()),
    "unknown group of shares": lambda: mine(rules=[Rule(shares_from="pian")]),
    "fallback with shares all zero": lambda: mine(otherwise={"ebrt_8gy1": 0.0}),
    "fallback without a treatment": lambda: mine(otherwise={}),
    "depth from high to low": lambda: own(depth_low=0.9, depth_high=0.1),
    "name of no care": lambda: scenario(strategies=[Strategy(name="none", otherwise=FALLBACK)]),
}


@pytest.mark.parametrize("define", ACCEPTED.values(), ids=ACCEPTED)
def test_a_definition_that_cannot_mean_anything_is_refused(define: Callable[[], object]) -> None:
    assert len(complaints(define)) == 1


UNCLEAR: dict[str, tuple[Callable[[], object], str]] = {
    "negative share": (lambda: Rule(give={"ebrt_8gy1": -1.0}), "give"),
    "two ways to give": (lambda: Rule(give="ebrt_8gy1", shares_from="pain"), "give and shares"),
    "field of a rule": (
        lambda: Rule.model_validate({"wenn": {}, "give": "ebrt_8gy1"}),
        "wenn is not a field; did you mean 'when'?",
    ),
    "field of a strategy": (
        lambda: Strategy.model_validate({"name": "mine", "rule": []}),
        "rule is not a field; did you mean 'rules'?",
    ),
    "field of a treatment": (
        lambda: own(wait_median=3.0),
        "wait_median is not a field; did you mean 'wait_median_days'?",
    ),
}


@pytest.mark.parametrize(("define", "says"), UNCLEAR.values(), ids=UNCLEAR)
def test_a_misspelt_definition_names_what_its_own_class_allows(
    define: Callable[[], object], says: str
) -> None:
    [found] = complaints(define)
    assert found.startswith(says)


KNOBS: dict[str, Any] = {
    "pain_threshold": 5.0,
    "refer_from_pain": 5.0,
    "referral_ratio": 2.0,
    "holds": "none",
    "pre_hold_days": 3.0,
    "post_hold_days": 14.0,
    "resume_below_nrs": 4.0,
    "time_off_hazard_ratio": 1.2,
    "wait_ratio": 0.5,
    "bone_agents": False,
    "response_luck": "independent",
    "local_courses_per_level": 2,
}


@pytest.mark.parametrize("knob", KNOBS)
def test_a_strategy_with_other_knobs_says_so_in_its_name(knob: str) -> None:
    found = strategy("noms", **{knob: KNOBS[knob]})
    assert found.name == f"noms({knob}={KNOBS[knob]})"
    assert found.knobs() == {knob: KNOBS[knob]}
    assert found.rules == strategy("noms").rules
    assert scenario(strategies=[found, "noms"]).strategy_names == (found.name, "noms")


def test_a_strategy_may_withhold_other_classes() -> None:
    assert strategy("noms", withhold=("cytotoxic",)).withhold == ("cytotoxic",)


def test_every_knob_is_looked_at() -> None:
    assert KNOBS.keys() | {"withhold"} == set(Knobs.model_fields)


def test_knobs_of_a_strategy_win_over_those_of_the_scenario() -> None:
    cared = strategies_of("noms", strategy("noms", pain_threshold=5.0), pain_threshold=8.0)
    assert cared.policies["pain_threshold"].tolist() == [8.0, 5.0]


@pytest.mark.parametrize("name", ["none@by_modality", "none(bone_agents=False)"])
def test_no_care_with_other_knobs_is_still_no_care(name: str) -> None:
    found = strategy(name) if "@" in name else strategy("none", bone_agents=False)
    assert found.name == name
    assert strategies_of(found).policies["acts"].tolist() == [0]


def test_the_strategies_that_come_with_the_program() -> None:
    known = known_strategies()
    assert set(known) == {"none", "usual_care", "noms", *known_treatments()}
    assert scenario().strategy_names == (DEFAULT_STRATEGY,) == ("usual_care",)
    assert not strategies_of("none").policies["acts"].any()
    assert strategies_of(*list(known)[1:]).policies["acts"].all()
    assert not strategies_of("analgesia_only").policies["treats"].any()
    assert all(found.description for found in known.values())


def test_shares_are_cumulative_and_end_at_1() -> None:
    cared = strategies_of(*known_strategies())
    for policy, rules in zip(cared.policies, cared.policies["rules"], strict=True):
        shares = rules["share"][: policy["n_rules"]]
        assert (np.diff(shares, axis=1) >= 0.0).all()
        np.testing.assert_array_equal(shares[:, -1], 1.0)


SCRIPT = """
from sim import Population, Rule, Scenario, Strategy, Treatment

ultrasound = Treatment(name="ultrasound", based_on="cryoablation", wait_median_days=5, outside=True)
mine = Strategy(
    name="mine", rules=[Rule(when={"bilsky": (0, 1)}, give="ultrasound")], otherwise="ebrt_8gy1"
)
town = Population.united_states(2010).scaled(6_000)
scenario = Scenario(
    name="own", population=town, treatments=[ultrasound], strategies=["usual_care", mine]
)
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("own") / "own.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_a_treatment_and_a_strategy_of_the_users_take_under_15_lines(file: Path) -> None:
    assert len([line for line in SCRIPT.splitlines() if line.strip()]) < 15
    result: Result = runpy.run_path(str(file))["scenario"].run()
    assert result.run["strategies"] == ["usual_care", "mine"]
    assert result.value("delay_days", "mine") != result.value("delay_days")
    assert result.value("new_cancers", "mine") == 6_000
    assert {"usual_care", "mine"} == set(result.outcomes["strategy"])
    assert set(result.compare()["strategy"]) == {"mine"}


@pytest.mark.usefixtures("no_pictures")
def test_the_command_runs_them_too(file: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    done = CliRunner().invoke(main, ["run", str(file), "--people", "3000", "--out", out])
    assert done.exit_code == 0, done.output
    described = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert described["strategies"] == ["usual_care", "mine"]
    assert described["people"] == 3_000
    bad = file.with_name("bad.py")
    bad.write_text(SCRIPT.replace("bilsky", "bilski"), encoding="utf-8")
    done = CliRunner().invoke(main, ["run", str(bad), "--out", str(tmp_path / "none")])
    assert done.exit_code == 2
    assert "did you mean 'bilsky'?" in " ".join(done.stderr.split())
    assert not (tmp_path / "none").exists()
