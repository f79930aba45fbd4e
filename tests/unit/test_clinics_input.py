"""Clinics are frozen and checked; what is wrong is said in one sentence with what is allowed.

Room: inputs.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from sim import Population, Scenario
from sim.evidence.mistakes import InputError
from sim.evidence.treatments import known_treatments
from sim.evidence.visits import RESOURCES, Visit
from sim.inputs.clinics import Center, Clinics, Goals
from sim.inputs.resource import WEEKDAYS, Demand, Outage, Resource

FIRST = datetime.date(2024, 1, 1)


def refusal(make: Callable[[], object]) -> str:
    """The one sentence with which an input is refused."""
    with pytest.raises(InputError) as caught:
        make()
    [sentence] = caught.value.sentences
    assert "allowed: " in sentence.lower()
    return sentence


def fields(**changes: Any) -> dict[str, Any]:
    return {"machines": 2, **changes}


def others(**changes: Any) -> tuple[Demand, ...]:
    return (Demand(**{"per_week": 1.0, "minutes": 60.0, **changes}),)


RESOURCE = {
    "machines below 0": (fields(machines=-1), "machines is -1; allowed: at least 0"),
    "half a machine": (fields(machines=1.5), "machines is 1.5; allowed: a whole number"),
    "machines left out": ({"opens": 9.0}, "machines is missing; allowed: a value, as it has"),
    "hour": (fields(closes=25.0), "closes is 25.0; allowed: at most"),
    "not a number": (fields(opens=float("nan")), "opens is nan; allowed: a finite number"),
    "never opens": (
        fields(opens=17.0, closes=8.0),
        "closes is 8 and opens 17, so that it never opens; allowed: closes after opens",
    ),
    "no weekday": (
        fields(weekdays=()),
        "weekdays is empty, so that it never opens; allowed: at least one day",
    ),
    "unknown weekday": (
        fields(weekdays=("monday", "thirsday")),
        "weekdays names 'thirsday'; did you mean 'thursday'? Allowed: monday, tuesday",
    ),
    "always maintained": (
        fields(weekdays=("friday",), maintenance_every_weeks=1),
        "maintenance_every_weeks is 1 and it opens on one day a week, so that it never opens; "
        "allowed: 2 or more",
    ),
    "maintenance": (
        fields(maintenance_every_weeks=0),
        "maintenance_every_weeks is 0; allowed: at least 1",
    ),
    "notice": (fields(notice_days=-1.0), "notice_days is -1.0; allowed: at least 0"),
    "all reserved": (
        fields(notice_days=1.0, reserved_minutes=540.0),
        "reserved_minutes is 540; allowed: less than the 540 minutes of a day",
    ),
    "session longer than the day": (
        fields(others=others(minutes=541.0)),
        "others ask for 541 minutes a session; allowed: at most the 540 minutes of a day",
    ),
    "session longer than what is not reserved": (
        fields(notice_days=2.0, reserved_minutes=100.0, others=others(minutes=500.0)),
        "others ask for 500 minutes a session; allowed: at most the 440 minutes of a day that are "
        "not reserved",
    ),
    "more fail than there are": (
        fields(outages=(Outage(starts=FIRST, days=3, machines=3),)),
        "outages: 3 machines fail; allowed: at most 2",
    ),
    "failure without limit": (
        fields(machines=None, outages=(Outage(starts=FIRST, days=3),)),
        "outages: 1 machines fail of a resource without limit; allowed: outages where machines is",
    ),
}


@pytest.mark.parametrize(("given", "says"), RESOURCE.values(), ids=RESOURCE)
def test_a_resource_that_cannot_work_is_refused(given: dict[str, Any], says: str) -> None:
    assert refusal(lambda: Resource(**given)).startswith(says)


DEMAND = {
    "rate": (
        {"per_week": -1.0},
        "per_week is -1.0; allowed: at least",
    ),
    "no time": ({"minutes": 0.0}, "minutes is 0.0; allowed: more than 0"),
    "too long": ({"minutes": 1_441.0}, "minutes is 1441.0; allowed: at most"),
    "no session": (
        {"sessions": 0},
        "sessions is 0; allowed: at least",
    ),
    "sessions": ({"sessions": 61}, "sessions is 61; allowed: at most"),
    "spread": ({"spread": "normal"}, "spread is 'normal'; allowed: fixed, exponential"),
    # Who goes on after a failure is so by itself; nobody asks for it.
    "priority": (
        {"priority": "urgnt"},
        "priority is 'urgnt'; did you mean 'urgent'? Allowed: emer",
    ),
    "continuing": ({"priority": "continuing"}, "priority is 'continuing'; "),
    "patience": ({"patience_days": 0.0}, "patience_days is 0.0; allowed: more than 0"),
    "bed": ({"bed_days": 366.0}, "bed_days is 366.0; allowed: at most"),
}


@pytest.mark.parametrize(("given", "says"), DEMAND.values(), ids=DEMAND)
def test_other_patients_who_cannot_be_are_refused(given: dict[str, Any], says: str) -> None:
    assert refusal(lambda: others(**given)).startswith(says)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"days": 0}, "days is 0; allowed: at least 1"),
        ({"machines": 0}, "machines is 0; allowed: at least 1"),
        ({"starts": "soon"}, "starts is 'soon'; allowed: a date, such as 2010-05-01"),
    ],
)
def test_an_outage_that_cannot_be_is_refused(given: dict[str, Any], says: str) -> None:
    assert refusal(lambda: Outage(**{"starts": FIRST, "days": 1, **given})).startswith(says)


LINAC = "linear_accelerator"
TWO = Resource(machines=2)
NONE = Resource(machines=0)


def center(name: str, *resources: str, **changes: Any) -> Center:
    """A center with two machines of each of some resources."""
    return Center(name=name, **{"resources": dict.fromkeys(resources, TWO), **changes})


CENTERS = {
    "no name": (lambda: center("2nd"), "name is '2nd'; allowed: string should match pattern"),
    "nobody comes": (lambda: center("a", catchment=0.0), "catchment is 0.0; allowed: more than 0"),
    "all come": (
        lambda: center("a", catchment=float("inf")),
        "catchment is inf; allowed: a finite number",
    ),
    "beds with others": (
        lambda: center("a", resources={"bed": Resource(machines=3, others=others())}),
        "resources: bed has others; allowed: bed_days of what they come for",
    ),
    "other patients of the population": (
        lambda: Center.serving("a", 6_000.0, {LINAC: Resource(machines=9, closes=8.2)}),
        "others ask for 15 minutes a session; allowed: at most the 12 minutes of a day that are",
    ),
    "no bed for others": (
        lambda: center(
            "a", resources={"bed": NONE, "theater": Resource(machines=1, others=others(bed_days=1))}
        ),
        "resources: others need a bed for theater, and bed has 0 machines; allowed: at least 1",
    ),
    "no center": (lambda: Clinics(centers=()), "centers is empty; allowed: at least one"),
    "twice": (
        lambda: Clinics(centers=(center("a"), center("b"), center("a"))),
        "centers names 'a' twice; allowed: each once",
    ),
    "unknown resource": (
        lambda: Clinics(centers=(center("a", "theatre"),)),
        "centers: a names 'theatre'; did you mean 'theater'? Allowed: consultant, linear_acc",
    ),
    "sends to nobody": (
        lambda: Clinics(centers=(center("a", sends_to={"theater": "nroth"}), center("north"))),
        "centers: a sends to 'nroth' for theater; did you mean 'north'? Allowed: a, north",
    ),
    "sends for what it has": (
        lambda: Clinics(
            centers=(center("a", "theater", sends_to={"theater": "b"}), center("b", "theater"))
        ),
        "centers: a sends away for theater, which it has; allowed: a resource that it lacks",
    ),
    "sends to who lacks it too": (
        lambda: Clinics(
            centers=(
                center("a", sends_to={"theater": "b"}),
                center("b", resources={"theater": NONE}),
            )
        ),
        "centers: a sends to b for theater, which b does not have; allowed: a center that has it",
    ),
    "no visit": (
        lambda: Clinics(centers=(center("a"),), visits={"surgery_rt": ()}),
        "visits of surgery_rt is empty; allowed: at least one visit",
    ),
    "one bad center": (
        lambda: Clinics(centers=[{"name": "a", "resources": {"theater": {"machines": -1}}}]),  # type: ignore[arg-type]
        "centers.0.resources.theater.machines is -1; allowed: at least",
    ),
    "precision": (
        lambda: Clinics(centers=(center("a"),), precision=1.0),
        "precision is 1.0; allowed: less than 1",
    ),
    "goal": (lambda: Goals(urgent=-1.0), "urgent is -1.0; allowed: at least 0"),
}


@pytest.mark.parametrize(("make", "says"), CENTERS.values(), ids=CENTERS)
def test_centers_that_do_not_fit_together_are_refused(
    make: Callable[[], object], says: str
) -> None:
    assert refusal(make).startswith(says)


BOTH = {LINAC: TWO, "theater": TWO}
"""What surgery with radiotherapy needs."""
SHORT = Resource(machines=1, closes=12.0)
RESERVED = Resource(machines=1, notice_days=1.0, reserved_minutes=300.0)
HALF_AN_HOUR = Resource(machines=1, closes=8.5)
BOOST: dict[str, tuple[Visit, ...]] = {"boost": (Visit(resource="cyclotron", minutes=30.0),)}
CHECKED = {
    "nobody has it": (
        Clinics(centers=(center("a", LINAC),)),
        "centers: a has no theater, which surgery_rt needs; allowed: at least one machine, or",
    ),
    "none of it": (
        Clinics(centers=(center("a", resources={LINAC: TWO, "theater": NONE}),)),
        "centers: a has no theater, which surgery_rt needs; allowed: at least one machine, or",
    ),
    "visits of the unknown": (
        Clinics(centers=(center("a", *RESOURCES),), visits={"surgery_tr": BOOST["boost"]}),
        "visits names 'surgery_tr'; did you mean 'surgery_rt'? Allowed: consult, ebrt_8gy1",
    ),
    "session longer than the day": (
        Clinics(centers=(center("a", resources={LINAC: TWO, "theater": SHORT}),)),
        "centers: a opens theater for 240 minutes a day that are not reserved, and a session of "
        "surgery_rt takes 300; allowed: longer hours",
    ),
    "session longer than at the other center": (
        Clinics(
            centers=(
                center("a", LINAC, sends_to={"theater": "b"}),
                center("b", resources={LINAC: TWO, "theater": RESERVED}),
            )
        ),
        "centers: b opens theater for 240 minutes a day that are not reserved, and a session of",
    ),
    "consult longer than the day": (
        Clinics(centers=(center("a", resources={**BOTH, "consultant": HALF_AN_HOUR}),)),
        "centers: a opens consultant for 30 minutes a day that are not reserved, and a session of "
        "consult takes 45; allowed: longer hours",
    ),
    "no bed": (
        Clinics(centers=(center("a", resources={**BOTH, "bed": NONE}),)),
        "centers: a has 0 beds, and surgery_rt needs one; allowed: at least 1",
    ),
}


@pytest.mark.parametrize(("clinics", "says"), CHECKED.values(), ids=CHECKED)
def test_clinics_in_which_a_treatment_cannot_be_had_are_refused(
    clinics: Clinics, says: str
) -> None:
    [sentence] = dict.fromkeys(clinics.unmet({}, {"surgery_rt"}))
    assert sentence.startswith(says)
    assert "allowed: " in sentence.lower()


def test_good_clinics_pass_with_all_treatments() -> None:
    """Also a resource of the user's own, a treatment of their own, and unlimited access."""
    own = {"proton": "ebrt_8gy1", "boost": "ebrt_8gy1"}
    hub = center("hub", *RESOURCES, "cyclotron", catchment=3.0)
    away = {name: "hub" for name in (*RESOURCES, "cyclotron") if name not in ("bed", "consultant")}
    spoke = center("spoke", sends_to=away)
    alone = center("alone", *RESOURCES, "cyclotron")
    clinics = Clinics(centers=(hub, spoke, alone), visits=BOOST)
    assert not list(clinics.unmet(own, {*known_treatments(), *own}))
    assert not list(Clinics.unlimited().unmet({"proton": "ebrt_8gy1"}, set(known_treatments())))
    assert sorted(clinics.linked()) == [("alone",), ("hub", "spoke")]
    assert clinics.visits_of("boost", own) == BOOST["boost"]
    assert clinics.visits_of("proton", own) == clinics.visits_of("ebrt_8gy1", own)
    assert not spoke.has(LINAC)


def test_weekdays_are_kept_in_order_and_hours_are_counted() -> None:
    resource = Resource(machines=1, weekdays=("saturday", "monday"), opens=7.5, closes=16.0)
    assert resource.weekdays == ("monday", "saturday")
    assert resource.minutes_per_day == 8.5 * 60.0
    assert not resource.always_open
    assert Resource.never_closing(3).always_open
    assert not Resource(machines=1, opens=0.0, closes=24.0).always_open
    assert set(WEEKDAYS) == set(Resource.never_closing(1).weekdays)


def test_clinics_cannot_be_changed() -> None:
    with pytest.raises(InputError, match="frozen"):
        TWO.machines = 3  # type: ignore[misc]


def serving(name: str, new_cancers: float, **changes: Any) -> Center:
    """A center that is made for so many new cancers a year."""
    return Center.serving(name, new_cancers, dict.fromkeys(RESOURCES, TWO), **changes)


def of_size(people: int, *centers: Center) -> Scenario:
    population = Population.united_states(2010).scaled(people)
    access = Clinics(centers=centers)
    return Scenario(name="x", population=population, view="calendar", access=access)


def others_a_week(scenario: Scenario) -> dict[str, float]:
    """Courses that other patients of the accelerators ask for, by center."""
    assert scenario.clinics is not None
    return {
        center.name: sum(demand.per_week for demand in center.resources[LINAC].others)
        for center in scenario.clinics.centers
    }


@pytest.mark.parametrize("people", [10, 1_000, 2_000, 3_900])
def test_other_patients_come_in_proportion_to_the_population(people: int) -> None:
    """With those of 3,000 new cancers as they are written; each center by what comes to it."""
    as_made = others_a_week(of_size(3_000, serving("a", 2_000), serving("b", 1_000)))
    assert as_made == {
        center.name: sum(demand.per_week for demand in center.resources[LINAC].others)
        for center in (serving("a", 2_000), serving("b", 1_000))
    }
    scaled = others_a_week(of_size(people, serving("a", 2_000), serving("b", 1_000)))
    for name, per_week in as_made.items():
        assert scaled[name] == pytest.approx(per_week * people / 3_000)
    # As if it had been made for as many; machines are not scaled.
    small = of_size(people, serving("a", 2_000)).clinics
    made = serving("a", people).resources[LINAC]
    assert small is not None
    mine = small.center("a").resources[LINAC]
    assert mine.machines == made.machines
    for one, other in zip(mine.others, made.others, strict=True):
        assert one.per_week == pytest.approx(other.per_week)
        assert one.with_options(per_week=1.0) == other.with_options(per_week=1.0)


def test_other_patients_of_centers_without_a_size_come_as_they_are_written() -> None:
    linac = Resource(machines=1, others=others(per_week=7.5))
    away = dict.fromkeys((*RESOURCES, LINAC), TWO) | {LINAC: linac}
    plain = Center(name="a", catchment=3_000.0, resources=away)
    assert others_a_week(of_size(200, plain)) == {"a": 7.5}
    beside = others_a_week(of_size(2_000, plain, serving("b", 1_000)))
    whole = others_a_week(of_size(4_000, plain, serving("b", 1_000)))
    assert beside["a"] == whole["a"] == 7.5
    assert beside["b"] == pytest.approx(whole["b"] / 2.0)


def test_the_size_follows_the_population_when_options_change_it() -> None:
    """Back and forth is where it was: what is written is kept."""
    whole = of_size(3_000, serving("a", 3_000))
    half = whole.with_options(population=whole.population.scaled(1_500))
    again = half.with_options(population=whole.population)
    assert others_a_week(half)["a"] == pytest.approx(others_a_week(whole)["a"] / 2.0)
    assert again.clinics == whole.clinics == whole.access == half.access


def test_a_population_of_more_than_twice_what_centers_are_made_for_is_refused() -> None:
    centers = serving("a", 2_000), serving("b", 1_000)
    assert of_size(6_000, *centers)
    assert refusal(lambda: of_size(6_001, *centers)) == (
        "population has 6,001 new cancers a year, of which 6,001 come to centers made for 3,000; "
        "allowed: at most twice as many (population.scaled, --people), or Center.serving with more"
    )


def test_a_share_beside_a_center_made_for_a_number_is_refused() -> None:
    assert refusal(lambda: Clinics(centers=(serving("a", 3_000), center("b")))) == (
        "centers: b has catchment 1 beside a, which is made for 3,000 new cancers a year; allowed: "
        "Center.serving, or a catchment in new cancers"
    )
