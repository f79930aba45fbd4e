"""Strategies are called by words in print, and grades of evidence stand beside them.

Room: tables.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim import Population, Result, Rule, Scenario, Strategy, Treatment, strategy
from sim.evidence.treatments import GRADES_OF_EVIDENCE, known_treatments
from sim.evidence.vocabulary import THERAPY_CLASSES
from sim.inputs.catalog import known_strategies
from sim.inputs.strategies import HOLDS, Knobs
from sim.inputs.strategy_label import HOLDS_WORDS, knob_words, name_label, split_name
from sim.stories.twins import tell_twins
from sim.tables.costs import COURSES_OF
from sim.tables.grades import MIXED, grade_of, shares_by_grade
from sim.tables.text import care_table, cost_table, differences_table, summary_text

LABEL = "Focused ultrasound"
DEVICE = Treatment(
    name="my_device",
    label=LABEL,
    based_on="cryoablation",
    evidence="series",
    response_biological=(0.6, 0.9),
    cost=(8_000, 14_000),
    price_basis="USD 2024",
)
MINE = Strategy(name="mine", rules=[Rule(when={"sins": (7, 18)}, give="my_device")])
LONG = "usual_care(post_hold_days=14+holds=none)"
KNOBS: dict[str, Any] = {
    "pain_threshold": 5.0,
    "refer_from_pain": 5.0,
    "referral_ratio": 2.0,
    "holds": "none",
    "pre_hold_days": 3.0,
    "post_hold_days": 14,
    "withhold": ("cytotoxic",),
    "resume_below_nrs": 4.0,
    "time_off_hazard_ratio": 1.2,
    "wait_ratio": 0.5,
    "bone_agents": False,
    "response_luck": "independent",
    "local_courses_per_level": 2,
}


@pytest.fixture(scope="module")
def run() -> Result:
    return Scenario(
        name="labels",
        population=Population.united_states(2010).scaled(20_000),
        treatments=[DEVICE],
        strategies=[
            "usual_care",
            "my_device",
            "my_device@none",
            MINE,
            strategy("usual_care", post_hold_days=14, holds="none"),
            strategy("ebrt_8gy1", local_courses_per_level=1),
            "none",
        ],
    ).run()


def test_the_example_of_the_issue() -> None:
    said = "usual care, 14 days of hold after a course, no hold before or after"
    assert name_label(LONG) == said


@pytest.mark.parametrize("knob", KNOBS)
def test_every_knob_has_words_and_its_value(knob: str) -> None:
    found = strategy("noms", **{knob: KNOBS[knob]})
    said = name_label(found.name)
    assert said == f"NOMS, {knob_words(knob, KNOBS[knob])}"
    assert "_" not in said
    assert "=" not in said
    value = KNOBS[knob]
    if isinstance(value, float | int) and not isinstance(value, bool):
        assert f"{value:g}" in said
    assert split_name(found.name)[0] == "noms"


def test_every_knob_is_looked_at() -> None:
    assert KNOBS.keys() == Knobs.model_fields.keys()


def test_several_classes_withheld_are_one_knob() -> None:
    found = strategy("noms", withhold=THERAPY_CLASSES[:2], post_hold_days=3)
    base, knobs = split_name(found.name)
    assert base == "noms"
    assert list(knobs) == ["withhold", "post_hold_days"]


def test_every_setting_of_holds_has_words() -> None:
    assert set(HOLDS) <= HOLDS_WORDS.keys()


def test_a_strategy_of_the_users_may_have_a_label() -> None:
    mine = Strategy(name="mine", label="Our protocol", otherwise="ebrt_8gy1")
    town = Scenario(
        name="town",
        population=Population.united_states(2010).scaled(1_000),
        strategies=[mine, mine.with_knobs(bone_agents=False)],
    )
    labels = [town.label(name) for name in town.strategy_names]
    assert labels == ["Our protocol", "Our protocol, no bone agents"]


def test_a_label_stands_in_what_is_printed_and_the_name_in_the_files(run: Result) -> None:
    tables = [summary_text(run), care_table(run, ["days_alive"]), cost_table(run)]
    tables.append(differences_table(run, ["days_alive"]))
    for printed in tables:
        assert LABEL in printed
        assert "my_device" not in printed
        assert "post_hold_days=14" not in printed
    assert {"my_device", "my_device@none", LONG} <= set(run.summary["strategy"])
    assert f"{COURSES_OF}my_device" in set(run.outcomes["measure"])
    assert run.run["labels"]["my_device@none"] == f"{LABEL}, no hold before or after"
    assert run.run["treatments"][0]["response_biological"] == [0.6, 0.9]


def test_a_label_stands_in_every_picture_of_strategies(run: Result) -> None:
    for name in ("frontier", "states", "delays", "delay_parts", "resumption", "twins"):
        ax = getattr(run.plot, name)()
        figure = ax.get_figure()
        texts = [text.get_text() for one in figure.axes for text in one.texts]
        texts += [label.get_text() for one in figure.axes for label in one.get_yticklabels()]
        said = " ".join([*texts, ax.get_title()])
        assert LABEL in said, name
        assert "my_device" not in said, name
        assert "post_hold_days=14" not in said, name


def test_a_label_stands_in_the_story_of_a_life(run: Result) -> None:
    twins = [tell_twins(run.scenario, person, treated=True) for person in range(8)]
    told = "\n".join(one.text() for one in twins)
    assert f"{LABEL}, no hold before or after" in told
    assert "my_device" not in told


def test_the_price_of_a_treatment_is_in_the_table_of_costs(run: Result) -> None:
    rows = run.outcomes
    rows = rows[(rows["strategy"] == "my_device") & (rows["draw"] == 0)]
    mine = rows[rows["primary"] == "all"].set_index("measure")
    courses, cost = mine["value"][f"{COURSES_OF}my_device"], mine["value"]["cost_of_courses"]
    # Courses of other treatments and of other bone are in it too; later ones are discounted.
    assert cost > 0.95 * courses * DEVICE.numbers()["cost"] > 0.0
    told = cost_table(run)
    assert "dollars of 2024" in told
    assert "payer perspective" in told


def test_every_treatment_has_a_grade_with_its_reason() -> None:
    for treatment in known_treatments().values():
        assert treatment.evidence in GRADES_OF_EVIDENCE
        assert "Evidence:" in treatment.note


def test_a_strategy_has_the_grade_of_what_it_gives(run: Result) -> None:
    grades = run.evidence
    assert grades["my_device"] == grades["my_device@none"] == "series"
    assert grades["ebrt_8gy1(local_courses_per_level=1)"] == "randomized"
    assert grades["usual_care"] == grades[LONG] == MIXED
    assert grades["none"] == ""
    assert grades["mine"] == "series"  # analgesia, which it gives too, is no course
    assert "as given by the user" in run.evidence_words("my_device")
    assert set(run.summary["evidence"]) == set(grades.values())
    compared = run.compare().drop_duplicates("strategy").set_index("strategy")["evidence"]
    assert compared.to_dict() == {n: g for n, g in grades.items() if n != "usual_care"}


def test_shares_by_grade_are_those_of_the_courses(run: Result) -> None:
    rows = run.outcomes
    mine = rows[(rows["strategy"] == "usual_care") & rows["measure"].str.startswith(COURSES_OF)]
    given = dict(zip(mine["measure"], mine["value"], strict=True))
    total = sum(given.values())
    found = shares_by_grade(rows, run.scenario, "usual_care")
    for grade, share in found.items():
        names = [n for n, t in known_treatments().items() if t.evidence == grade]
        courses = sum(given.get(f"{COURSES_OF}{name}", 0.0) for name in names)
        assert share == pytest.approx(100.0 * courses / total)
    assert sum(found.values()) == pytest.approx(100.0)
    assert f"{found['randomized']:.0f}% randomized trials" in run.evidence_words("usual_care")


def test_every_known_strategy_has_a_grade(run: Result) -> None:
    for name in known_treatments():
        grade = grade_of(run.outcomes, run.scenario, f"{name}@none")
        assert grade == known_treatments()[name].evidence
    assert "none" in known_strategies()


@pytest.mark.parametrize("name", ["frontier", "states", "delay_parts", "for_whom"])
def test_no_title_names_a_winner_without_draws(run: Result, name: str) -> None:
    ax = getattr(run.plot, name)()
    bold = [t.get_text() for t in ax.texts if t.get_weight() == "bold" and t.get_size() > 12]
    title = " ".join(" ".join(bold).split())
    assert "without parameter draws" in title or "at the point estimate" in title
    for word in ("gives the most", "the most (", "delays most", "leads"):
        assert word not in title


def without_the_last(result: Result) -> Result:
    """The result of the same lives without the last strategy, which saves another run."""
    names = result.run["strategies"][:-1]
    arrays = ("mean", "variance", "paired_variance")
    twins = [replace(t, **{name: getattr(t, name)[:-1] for name in arrays}) for t in result.twins]
    scenario = result.scenario.with_options(strategies=names)
    return replace(result, run=result.run | {"strategies": names}, twins=twins, scenario=scenario)


def test_two_that_are_the_same_treatment_are_named_together_over_draws() -> None:
    twin = Treatment(name="twin", based_on="microwave", label="Its twin")
    drawn = Scenario(
        name="twins",
        population=Population.united_states(2010).scaled(6_000),
        treatments=[twin],
        strategies=["analgesia_only", "microwave", "twin"],
        draws=39,
    ).run()
    title = next(t.get_text() for t in drawn.plot.frontier().texts if t.get_size() > 12)
    assert "microwave ablation and Its twin are not told apart" in " ".join(title.split())
    title = next(
        t.get_text() for t in without_the_last(drawn).plot.frontier().texts if t.get_size() > 12
    )
    said = " ".join(title.split())
    assert said.startswith("Microwave ablation gives the most relief (evidence: series without")
