"""Limits of retreatment belong to the lesion and the kind of treatment, not to its name.

Room: life.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim import Center, Clinics, Population, Resource, Scenario
from sim.evidence.reader import evidence
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import MOST_EPISODES, MOST_TRIGGERED_EPISODES, Reason, Stage
from sim.inputs.catalog import known_strategies, strategy
from sim.inputs.strategies import NO_CARE, Rule, Strategy
from sim.inputs.treatment import Treatment
from sim.life.events import Event
from sim.life.hazards import NEVER
from sim.life.lesion import slot
from sim.life.policy import ANALGESIA_ONLY
from sim.life.records import FIRST_BONE
from tests.replay import busy_care, places, replay
from tests.retreatment import FRACTIONS, KINDS, MOST, MOST_GY, REST_DAYS, History, cord_dose
from tests.simplified import Records, alike, assert_share, live_block, strategies_of

NAMES = list(known_treatments())
BOOKED = ("cord_dose_gy", "courses", *KINDS)
"""Fields of a lesion that say what it had."""
RELIEVED = slot(Event.PAIN_RELIEVED)
N = 250
LOTTERY = Strategy(
    name="lottery", rules=tuple(Rule(give=dict.fromkeys(NAMES[1:], 0.05)) for _ in range(4))
)
STRATEGIES: dict[str, Strategy] = {
    **{
        name: s for name, s in known_strategies().items() if name not in (NO_CARE, "analgesia_only")
    },
    "lottery": LOTTERY,
}


@pytest.mark.parametrize("name", FRACTIONS)
def test_dose_to_the_cord_is_that_of_the_fractions(name: str) -> None:
    assert evidence().point["treatment_cord_dose_gy", name] == cord_dose(name)


def test_treatments_are_of_the_kinds_of_their_row() -> None:
    [records] = strategies_of("usual_care").policies["treatments"]
    fields = {"cement": "cement", "ablations": "ablation", "operations": "surgery"}
    fields["radiopharmaceuticals"] = "systemic"
    for name, record in zip(NAMES, records, strict=False):
        assert (record["cord_dose_gy"] > 0.0) == (name in FRACTIONS)
        for kind, field in fields.items():
            assert (record[field] == 1) == (name in KINDS[kind]), (name, kind)


@pytest.mark.parametrize("name", STRATEGIES)
def test_no_course_goes_over_a_limit_and_all_are_booked(name: str) -> None:
    """Dose, interval and number by kind, of every lesion that a course treats, other bone too."""
    begun: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for life in replay(
        busy_care(), alike(N, stage=Stage.DISTANT), 71, strategies=strategies_of(STRATEGIES[name])
    ):
        histories: dict[int, History] = {}
        dose_of_course: dict[int, float] = {}
        booked: list[Any] = []
        expected = np.zeros((len(BOOKED), 0))
        for person, _, _ in life:
            event, now = int(person["event"]), float(person["now"])
            if not booked:
                lesions = person["lesions"]
                # Views of the person, who changes in place.
                booked = [lesions[name] for name in BOOKED]
                expected = np.zeros((len(BOOKED), len(lesions)))
                continue
            if event in (Event.COURSE_BEGUN, Event.BONE_COURSE_BEGUN):
                treated = np.flatnonzero(person["lesions"]["in_course"] == 1).tolist()
                index = int(person["episode_treatment"])
                if event == Event.BONE_COURSE_BEGUN:
                    treated, index = (
                        [int(person["bone_episode_lesion"])],
                        int(person["bone_treatment"]),
                    )
                for place in set(treated) & set(places(person)):
                    history = histories.setdefault(place, History())
                    assert not history.bars(NAMES[index], now), (NAMES[index], place)
                    again[NAMES[index]] += history.courses > 0
                    dose_of_course[place] = history.add(NAMES[index], now)
                    begun[NAMES[index]] += 1
                    assert history.gray <= MOST_GY
                    assert all(history.given[kind] <= MOST[kind] for kind in KINDS)
                    expected[:, place] = history.booked
            elif event in (Event.COURSE_ENDED, Event.BONE_COURSE_ENDED):
                for place, gray in list(dose_of_course.items()):
                    if person["lesions"]["in_course"][place] == 0:
                        if gray > 0.0:
                            histories[place].until = now
                        del dose_of_course[place]
            for name_of_field, here, there in zip(BOOKED, booked, expected, strict=True):
                assert (here == there).all(), (name_of_field, now)
    assert begun.total() > 200
    assert again.total() > 30


@pytest.mark.parametrize("name", STRATEGIES)
def test_no_finished_life_is_over_a_limit(name: str) -> None:
    people = lived(STRATEGIES[name], 2_000)
    lesions = people["lesions"][of_lesions(people)]
    assert (lesions["cord_dose_gy"] <= MOST_GY).all()
    for kind, most in MOST.items():
        assert (lesions[kind] <= most).all()
    assert (lesions["courses"] > 1).sum() > 100


def of_lesions(people: Records) -> Any:
    """Which places hold a lesion."""
    held = np.zeros(people["lesions"].shape, bool)
    for row, person in enumerate(people):
        held[row, places(person)] = True
    return held


def lived(chosen: Strategy, people: int, **knobs: Any) -> Records:
    cared = strategies_of(chosen, **knobs)
    block = live_block(busy_care(), alike(people, stage=Stage.DISTANT), cared, seed=72)
    assert block.people is not None
    return block.people[:, 0]


def test_8_gy_is_given_thrice_20_gy_in_5_twice_and_30_gy_in_10_once() -> None:
    """As often as the dose to the cord allows, where nothing else is given."""
    for name, most in {"ebrt_8gy1": 3, "ebrt_20gy5": 2, "ebrt_30gy10": 1, "sbrt_24gy2": 1}.items():
        people = lived(Strategy(name=f"only {name}".replace(" ", "_"), otherwise=name), 2_000)
        spinal = people["lesions"][:, :FIRST_BONE][of_lesions(people)[:, :FIRST_BONE]]
        assert spinal["radiotherapy"].max() == most, name


def test_who_may_not_be_irradiated_is_operated_on_for_cord_compression() -> None:
    """Too soon or too much: surgery is not barred, and its radiotherapy takes what is left."""
    seen: Counter[str] = Counter()
    chosen = strategies_of("ebrt_8gy1")
    for life in replay(busy_care(), alike(900, stage=Stage.DISTANT), 73, strategies=chosen):
        lesion: dict[str, Any] = {}
        place = -1
        for person, _, _ in life:
            emergency = person["episode_reason"] == Reason.CORD_COMPRESSION
            if place >= 0 and emergency and person["event"] == Event.CARE_DECIDED:
                place = int(person["episode_lesion"])
                history = History.of(person["lesions"][place])
                given = NAMES[int(person["episode_treatment"])]
                if given == "surgery_rt" and history.bars("ebrt_8gy1", person["now"]):
                    seen["operated instead"] += 1
                lesion = {"given": given, "gray": history.gray}
            elif emergency and person["event"] == Event.COURSE_BEGUN and lesion:
                if lesion["given"] == "surgery_rt":
                    more = person["lesions"]["cord_dose_gy"][place] - lesion["gray"]
                    assert 0.0 <= more <= cord_dose("surgery_rt")
                    seen["with less radiotherapy"] += more < cord_dose("surgery_rt")
                lesion = {}
            place = max(place, 0)
    assert seen["operated instead"] > 3
    assert seen["with less radiotherapy"] > 3


@pytest.mark.parametrize("name", ["ebrt_8gy1", "ebrt_20gy5"])
def test_a_lesion_irradiated_before_answers_less_often_to_radiotherapy(name: str) -> None:
    """In the share of the treatment at first, in a part of it later, whatever happened before."""
    answers: dict[bool, list[bool]] = {False: [], True: []}
    cared = strategies_of(Strategy(name="only", otherwise=name))
    for life in replay(busy_care(), alike(1_200, stage=Stage.DISTANT), 78, strategies=cared):
        waiting: list[int] = []
        for person, _, _ in life:
            lesions = person["lesions"]
            relieved_day = lesions["clock"][:, RELIEVED]
            if person["event"] == Event.COURSE_ENDED:
                for place in waiting:
                    again = bool(lesions["radiotherapy"][place] > 1)
                    answers[again].append(relieved_day[place] < NEVER)
            in_course = lesions["in_course"] == 1
            painful = lesions["biological_pain"] > 0.0
            waiting = np.flatnonzero(in_course & painful & (relieved_day == NEVER)).tolist()
    point = evidence().point
    share = point["treatment_response_biological", name]
    assert len(answers[False]) > 500
    assert len(answers[True]) > 300
    assert_share(float(np.mean(answers[False])), share, len(answers[False]))
    again = share * point["reirradiation_response_ratio", "all"]
    assert_share(float(np.mean(answers[True])), again, len(answers[True]))


CAPPED = {**{name: STRATEGIES[name] for name in ("usual_care", "noms", "lottery")}}


@pytest.mark.parametrize("most", [1, 2])
@pytest.mark.parametrize("name", CAPPED)
def test_the_cap_bars_local_courses_whatever_their_kind_but_no_emergency(
    name: str, most: int
) -> None:
    cared = strategies_of(CAPPED[name], local_courses_per_level=most)
    over = capped = 0
    for life in replay(busy_care(), alike(N, stage=Stage.DISTANT), 74, strategies=cared):
        before = np.zeros(FIRST_BONE)
        born = False
        for person, _, _ in life:
            lesions = person["lesions"]
            if born and person["event"] == Event.COURSE_BEGUN:
                index = int(person["episode_treatment"])
                emergency = person["episode_reason"] == Reason.CORD_COMPRESSION
                for place in places(person):
                    if place >= FIRST_BONE or lesions["in_course"][place] != 1:
                        continue
                    if NAMES[index] in KINDS["radiopharmaceuticals"]:
                        continue
                    had = before[place]
                    if emergency and place == person["episode_lesion"]:
                        over += had >= most
                    else:
                        assert had < most
            born = True
            before = (lesions["courses"] - lesions["radiopharmaceuticals"])[:FIRST_BONE]
            capped += person["event"] == Event.CARE_DECIDED and (before >= most).any()
    assert capped > 50
    assert over > 0 or most == 2  # few have an emergency where they had two courses


def test_the_lower_the_cap_the_fewer_courses() -> None:
    """Caps that bite: of what is refused at one level a little is given at another later."""
    for chosen in CAPPED.values():
        courses = [
            lived(chosen, 1_500, local_courses_per_level=most)["n_courses"].sum() for most in (1, 2)
        ]
        uncapped = lived(chosen, 1_500)
        courses.append(uncapped["n_courses"].sum())
        assert courses == sorted(courses)
        assert courses[0] < 0.9 * courses[-1]
        high = lived(chosen, 1_500, local_courses_per_level=100)
        np.testing.assert_array_equal(high, uncapped)


def twin_of(name: str) -> list[Treatment]:
    """A treatment under another name, and one more that is based on that."""
    return [Treatment(name="twin", based_on=name), Treatment(name="third", based_on="twin")]


def splits(name: str) -> dict[str, Strategy]:
    """The strategy of a treatment with the treatment split in two that are identical, in ways."""
    known = known_strategies()[name]
    before = tuple(rule for rule in known.rules if rule.when)
    last = Rule(give=name)
    shares = {name: 0.3, "twin": 0.5, "third": 0.2}
    ways: dict[str, tuple[Rule, ...]] = {
        "twin first": (*before, Rule(give="twin"), last),
        "twin of a twin first": (*before, Rule(give="third"), Rule(give="twin"), last),
        "by age": (*before, Rule(when={"age": (None, 59)}, give="twin"), last),
        "by region": (*before, Rule(when={"region": "lumbar"}, give="third"), last),
        "again": (*before, Rule(when={"previous_courses": (1, None)}, give="twin"), last),
        "by share": (*before, Rule(give=shares), last),
    }
    return {
        way: Strategy(name=way.replace(" ", "_"), rules=rules, otherwise=known.otherwise)
        for way, rules in ways.items()
    }


NAMING = ("n_courses_of", "first_treatment", "episode_treatment", "bone_treatment")
"""Fields of a person that hold which treatment it was."""
REFERENCE = "analgesia_only"
"""Whose life gives the origin from which the outcomes of all the others count."""


def assert_same_lives(here: Records, there: Records) -> None:
    """Every event, day and sum of every person, to the last bit, snapshots of sums included."""
    for field in set(here.dtype.names or ()) - set(NAMING):
        if field in ("at_origin", "at_horizon"):
            assert_same_lives(here[field], there[field])
        else:
            np.testing.assert_array_equal(here[field], there[field], err_msg=field)


@pytest.mark.parametrize("luck", ["shared", "independent"])
@pytest.mark.parametrize("name", ["ebrt_8gy1", "rfa_cement", "kyphoplasty", "surgery_rt"])
def test_a_treatment_split_in_two_under_two_names_changes_no_life(name: str, luck: str) -> None:
    ways = splits(name)
    cared = strategies_of(REFERENCE, name, *ways.values(), own=twin_of(name), response_luck=luck)
    block = live_block(busy_care(), alike(400, stage=Stage.DISTANT, age=59.0), cared, seed=75)
    assert block.people is not None
    plain = block.people[:, 1]
    given = plain["n_courses_of"].sum(axis=0)
    for number, way in enumerate(ways, start=2):
        split = block.people[:, number]
        assert_same_lives(split, plain)
        there = split["n_courses_of"].sum(axis=0)
        own = there[len(NAMES) :].sum()
        assert own > 5, way
        assert own + there[NAMES.index(name)] == given[NAMES.index(name)]


@pytest.mark.parametrize("luck", ["shared", "independent"])
def test_a_share_of_a_mix_split_between_two_names_changes_no_life(luck: str) -> None:
    """What they share falls to the same people, however it is split."""
    group = "pain, "
    mix = {
        stratum.removeprefix(group): value
        for (parameter, stratum), value in evidence().point.items()
        if parameter == "usual_care_share" and stratum.startswith(group)
    }
    half = mix["ebrt_20gy5"] / 2.0
    split = {**mix, "ebrt_20gy5": half, "twin": half}
    usual = strategy("usual_care")
    first = usual.rules[:-1]
    assert usual.rules[-1].shares_from == "pain"
    chosen = [
        Strategy(name=word, rules=(*first, Rule(give=give)), otherwise=usual.otherwise)
        for word, give in (("whole", mix), ("split", split))
    ]
    own = twin_of("ebrt_20gy5")
    cared = strategies_of(REFERENCE, *chosen, "usual_care", own=own, response_luck=luck)
    block = live_block(busy_care(), alike(1_500, stage=Stage.DISTANT), cared, seed=76)
    assert block.people is not None
    assert block.people[:, 2]["n_courses_of"][:, len(NAMES)].sum() > 20
    assert_same_lives(block.people[:, 2], block.people[:, 1])
    assert_same_lives(block.people[:, 3], block.people[:, 1])


def under_one_name(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Outcomes of one strategy, courses of the twin those of the treatment it is a twin of."""
    same = {"measure": {"courses_of_twin": "courses_of_ebrt_8gy1"}}
    told = outcomes.drop(columns="strategy").replace(same)
    return told.groupby([c for c in told if c != "value"], dropna=False).sum()


def test_a_twin_changes_no_measure_with_published_and_with_finite_access() -> None:
    chosen = ["ebrt_8gy1", splits("ebrt_8gy1")["twin first"]]
    fields: dict[str, Any] = {
        "population": Population.united_states(2010).scaled(2_000),
        "view": "calendar",
        "lookback_years": 4,
        "treatments": twin_of("ebrt_8gy1"),
    }
    both = Scenario(name="both", strategies=chosen, **fields).run(workers=1)
    table = both.compare()
    assert len(table) > 20
    assert (table["difference"] == 0.0).all()
    scarce = (
        "consultant",
        "linear_accelerator",
        "theater",
        "interventional_suite",
        "radiopharmacy",
    )
    kinds = {**{name: Resource(machines=1) for name in scarce}, "bed": Resource(machines=4)}
    kinds["radiopharmacy"] = Resource(machines=1)
    access = Clinics(centers=(Center.serving("town", 2_000, kinds),))
    runs = [
        Scenario(name="town", strategies=[one], access=access, **fields).run(workers=1)
        for one in chosen
    ]
    # A sum of prices adds up in another order.
    pd.testing.assert_frame_equal(
        *(under_one_name(run.outcomes) for run in runs), check_exact=False, rtol=1e-12
    )
    for run in runs:
        assert run.waits is not None
    pd.testing.assert_frame_equal(
        *(run.waits.drop(columns="strategy") for run in runs if run.waits is not None)
    )


def test_an_emergency_is_cared_for_when_other_triggers_are_ignored() -> None:
    """After the last episode that another trigger may begin."""
    seen = 0
    cared = strategies_of(strategy("usual_care", wait_ratio=0.0))
    for knob in ("refer_from_pain", "least_pain", "nothing_more_review_days"):
        cared.policies[knob] = 1.0
    cared.policies["treatments"]["review_days"] = 1.0
    cared.policies["analgesia_step"] = 0
    cared.policies["referral_rate_per_day"] = 1.0
    for life in replay(busy_care(), alike(60, stage=Stage.DISTANT), 77, strategies=cared):
        begun = False
        for person, _, _ in life:
            if (
                begun
                and person["event"] == Event.REFERRED
                and person["n_episodes"] > MOST_TRIGGERED_EPISODES
            ):
                assert person["episode_reason"] == Reason.CORD_COMPRESSION
                seen += 1
            begun = True
        assert person["n_episodes"] <= MOST_EPISODES
        assert (np.diff(person["episode_day"][: person["n_episodes"]]) >= 0.0).all()
    assert seen > 0


def test_analgesia_alone_is_never_barred() -> None:
    people = lived(strategy("analgesia_only"), 300)
    assert people["n_courses"].sum() == 0
    assert NAMES[ANALGESIA_ONLY] == "analgesia_only"
    assert evidence().point["reirradiation_interval_days", "all"] == REST_DAYS
