"""A life as a story: every event has words, care is told, and twins share their past exactly.

Room: stories.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sim import Population, Scenario
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import PRIMARIES, Therapy
from sim.inputs.catalog import strategy
from sim.inputs.identifier import identifier
from sim.inputs.plan import person_number
from sim.inputs.strategies import Strategy
from sim.inputs.treatment import Treatment
from sim.life.events import EVENTS, N_CLOCKS, PHRASES
from sim.stories.care_words import TELLERS
from sim.stories.phrase import phrase_of
from sim.stories.portrait import draw_life
from sim.stories.portrait_key import PAUSE_KEY
from sim.stories.story import Story
from sim.stories.twins import Twins, tell, tell_twins
from sim.stories.twins_picture import draw_twins

STRATEGIES = ("usual_care", "noms", "analgesia_only", "surgery_rt")
N_PEOPLE = 12
OF_BONE = "bone_care_delay_days"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Four strategies for the United States."""
    return Scenario(
        name="stories",
        population=Population.united_states(2010),
        strategies=STRATEGIES,  # type: ignore[arg-type]
        seed=5,
    )


@pytest.fixture(scope="module")
def many(scenario: Scenario) -> list[Twins]:
    """People first referred while on or due systemic therapy."""
    return [tell_twins(scenario, person, treated=True) for person in range(N_PEOPLE)]


def phrases(story: Story, *events: str) -> list[str]:
    return [phrase_of(m) for m in story.events(*events)]


def test_every_event_has_words() -> None:
    shared_clocks = {"lesion", "care", "bone_care", "dose_due"}
    assert shared_clocks < set(EVENTS[:N_CLOCKS])
    assert set(EVENTS) - shared_clocks == (set(PHRASES) | set(TELLERS)) - {"lesion"}
    assert not set(PHRASES) & set(TELLERS)


def test_the_treated_are_referred_on_or_due_systemic_therapy(many: list[Twins]) -> None:
    for twins in many:
        person = twins.stories[0].person
        assert person["n_episodes"] > 0
        assert person["therapy_at_trigger"] == 1
        assert phrases(twins.stories[0], "referred")[0].startswith("referred ")


@pytest.mark.usefixtures("no_pictures")
def test_stories_are_the_lives_that_a_run_counts(tmp_path: Path) -> None:
    small = Scenario(
        name="small",
        population=Population.united_states(2010).scaled(2_000),
        strategies=STRATEGIES,  # type: ignore[arg-type]
        seed=5,
    )
    small.run(out=tmp_path, microdata=True)
    people = pd.read_parquet(tmp_path / "people").to_dict("records")
    rows = {(row["person"], row["strategy"]): row for row in people}
    for person in range(5):
        for story in tell_twins(small, person, treated=True).stories:
            word = identifier(int(story.person["number"]))
            row, p = rows[word, story.strategy], story.person
            for name in ("death_day", "days_on_therapy", "pain_days", "n_episodes", "n_pauses"):
                assert row[name] == p[name]
            assert row["delay_days"] == p["delay_days"].sum()


def test_a_person_is_found_by_identifier_and_number_of_any_year(scenario: Scenario) -> None:
    """Also with more or fewer people, and of a year that only a run in the calendar view has."""
    number = person_number(1999, PRIMARIES.index("lung"), 0, 7)
    word = "1999-lung-male-7"
    fewer = scenario.with_options(population=Population.united_states(2010).scaled(5_000))
    texts = {tell_twins(s, who).text() for s in (scenario, fewer) for who in (word, number)}
    assert len(texts) == 1
    assert texts.pop().startswith(f"Person {word}: Man, ")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"person": "2010-prostate-female-0"}, "has nobody of this primary and sex"),
        ({"person": "1900-lung-male-0"}, "diagnosed in 1900; allowed: 1950 to 2025"),
        ({"person": "2010-lung-male-0", "treated": True}, "allowed with these: a position from 0"),
        ({"person": 0, "draw": -1}, "draw is -1; allowed: a whole number from 0 to 4000"),
        ({"person": 0, "replicate": 0.5}, "replicate is 0.5; allowed: a whole number from 0 to"),
    ],
)
def test_a_person_that_is_not_there_is_one_sentence(
    scenario: Scenario, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        tell_twins(scenario, **asked)
    assert said in str(refused.value)


def test_a_life_does_not_depend_on_what_it_is_compared_with(scenario: Scenario) -> None:
    whole = tell_twins(scenario, 3, treated=True)
    pair = tell_twins(scenario.with_options(strategies=["usual_care", "noms"]), 3, treated=True)
    for one, other in zip(pair.stories, whole.stories, strict=False):
        assert one.text() == other.text()
        assert one.person["fingerprint"] == other.person["fingerprint"]


def test_twins_share_their_past_and_only_that(many: list[Twins]) -> None:
    for twins in many:
        for story in twins.stories:
            shared = [(m.day, m.event, phrase_of(m)) for m in story.moments[: twins.n_shared]]
            first = twins.stories[0].moments[: twins.n_shared]
            assert shared == [(m.day, m.event, phrase_of(m)) for m in first]
        if twins.differ:
            following = {
                (story.moments[twins.n_shared].day, phrase_of(story.moments[twins.n_shared]))
                for story in twins.stories
            }
            assert len(following) > 1
            assert min(day for day, _ in following) == twins.split_day
    assert any(twins.differ for twins in many)


def test_pauses_episodes_and_courses_are_those_of_the_record(many: list[Twins]) -> None:
    for twins in many:
        for story in twins.stories:
            p = story.person
            assert sum(stop - start for start, stop in story.pauses()) == pytest.approx(
                p["paused_days"].sum() + p["bone_care_paused_days"], abs=1e-6
            )
            assert len(story.courses()) == p["n_courses"]
            assert len(story.events("referred")) == p["n_episodes"]
            assert len(story.episodes()) <= p["n_episodes"]
            assert all(start <= stop for start, stop in story.episodes())
            assert all(c.start <= c.end <= p["death_day"] for c in story.courses())


def test_a_resumption_tells_the_days_and_their_causes(many: list[Twins]) -> None:
    resumed = [
        (m, phrase_of(m))
        for twins in many
        for story in twins.stories
        for m in story.moments
        if m.before["therapy"] == Therapy.PAUSED and m.event == "therapy_resumed"
    ]
    assert resumed
    for moment, phrase in resumed:
        spine, bone = (moment.after[x] - moment.before[x] for x in ("delay_days", OF_BONE))
        days = spine.sum() + bone
        assert f"resumes after {days:.1f} days paused (" in phrase


def test_a_decision_tells_the_treatment_the_wait_and_the_pain(many: list[Twins]) -> None:
    told = [phrase for twins in many for phrase in phrases(twins.stories[0], "care_decided")]
    assert all("worst pain" in phrase and "predicted survival" in phrase for phrase in told)
    assert any("radiotherapy" in phrase and "begins in" in phrase for phrase in told)
    for twins in many:
        alone = phrases(twins.stories[STRATEGIES.index("analgesia_only")], "care_decided")
        assert all("analgesia alone" in phrase for phrase in alone)


def test_what_goes_on_as_before_is_not_told(many: list[Twins]) -> None:
    for twins in many:
        for story in twins.stories:
            assert all(phrase for _, phrase in story.lines())
            assert not any(phrases(story, "dose_given"))


def test_a_treatment_of_the_users_own_is_told_by_its_label() -> None:
    own = Treatment(name="sound", based_on="ebrt_8gy1", label="Focused ultrasound")
    scenario = Scenario(
        name="own",
        population=Population.united_states(2010),
        treatments=(own,),
        strategies=(Strategy(name="mine", otherwise="sound"),),
    )
    story = tell(scenario, 0, treated=True)
    assert "focused ultrasound is given" in story.text()
    assert "Focused ultrasound" in story.courses_given()


def test_nobody_treated_is_one_clear_sentence() -> None:
    scenario = Scenario(
        name="none",
        population=Population.united_states(2010).scaled(300),
        strategies=(strategy("none"),),
    )
    with pytest.raises(InputError, match=r"treated: none of 300 people .* under none; allowed: "):
        tell(scenario, 0, treated=True)


def test_the_table_has_a_column_a_strategy_and_the_days_of_the_record(many: list[Twins]) -> None:
    for twins in many:
        table = "\n".join(twins.table())
        for story in twins.stories:
            assert story.strategy in table
            assert f"{story.person['death_day']:,.0f}" in table


def test_five_strategies_make_two_tables(scenario: Scenario) -> None:
    five = scenario.with_options(strategies=[*STRATEGIES, "ebrt_8gy1"])
    table = tell_twins(five, 0, treated=True).table()
    assert sum("days from diagnosis to death" in line for line in table) == 2


def test_strategies_that_do_nothing_to_a_person_are_said_to_be_one(scenario: Scenario) -> None:
    twins = next(t for t in (tell_twins(scenario, n) for n in range(50)) if not t.differ)
    assert twins.text().endswith(f"The life is the same under {', '.join(STRATEGIES)}.")
    assert twins.split_day == twins.stories[0].person["death_day"]


def test_the_picture_of_twins_has_a_panel_a_strategy(many: list[Twins]) -> None:
    for twins in many[:3]:
        ax = draw_twins(twins)
        said = [text.get_text() for text in ax.texts]
        assert f"{STRATEGIES[0]} (reference)" in said
        assert set(STRATEGIES[1:]) < set(said)
        labels = [label.get_text() for label in ax.get_yticklabels()]
        for lane in ("palliative care", "worst pain", "therapy"):
            assert labels.count(lane) == len(STRATEGIES)


def test_the_picture_of_a_life_shows_care_and_pauses(many: list[Twins]) -> None:
    story = next(s for twins in many for s in twins.stories if s.pauses() and s.courses())
    ax = draw_life(story)
    assert "palliative care" in [label.get_text() for label in ax.get_yticklabels()]
    legend = ax.get_legend()
    assert legend is not None
    assert PAUSE_KEY in [text.get_text() for text in legend.get_texts()]
    assert any(text.get_text().startswith("1\N{NO-BREAK SPACE}") for text in ax.texts)
