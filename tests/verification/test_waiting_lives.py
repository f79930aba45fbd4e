"""People who plan, wait and are treated go on living: they hurt, break, lose function and die."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.clinics.log import DIED, GAVE_WAY, TREATED
from sim.engine.clinic import live_alone
from sim.evidence.visits import Visit
from sim.evidence.vocabulary import (
    BY_PRE_HOLD,
    BY_WAIT,
    DAYS_PER_YEAR,
    FOR_CORD_COMPRESSION,
    FOR_FRACTURE,
    IN_REFERRAL,
    ON_THERAPY,
    PREPARING,
    TREATING,
    WAITING,
)
from sim.inputs.clinics import CONTINUING, EMERGENCY, ROUTINE, URGENT, Demand, Outage, Resource
from sim.inputs.strategies import Strategy
from sim.life.events import ANALGESIA, CARE, CARE_EVENTS, CORD_DIAGNOSIS, DEATH_OTHER
from sim.life.hazards import NEVER
from tests.clinics import (
    OPENING,
    ROUNDING,
    Lived,
    busy_people,
    decided,
    everybody,
    let_happen,
    live_in,
    one_center,
    scarce,
)
from tests.pauses import pauses_of
from tests.replay import busy_care
from tests.simplified import Records, strategies_of
from tests.verification.test_conservation import assert_in_order
from tests.verification.test_pauses import (
    assert_days_add_up,
    assert_first_year_is_within_the_year,
)

Which = NDArray[np.bool_]
N = 400
YEARS = 2.0
HOUR = 1.0 / 24.0
MONTH = 1.0 / 12.0
"""In years: nobody comes a second time."""
ONE_A_DAY = Resource(machines=1, opens=8, closes=9)
"""Room for one session of an hour; Monday is day 3."""
LINAC = "linear_accelerator"

CLINICS = {
    "scarce": scarce(),
    "called ahead": scarce(
        linear_accelerator=Resource(machines=1, opens=8, closes=10, notice_days=3),
        interventional_suite=Resource(machines=1, opens=8, closes=12, notice_days=10),
    ),
    "failing": scarce(
        linear_accelerator=Resource(
            machines=2,
            opens=8,
            closes=9,
            outages=[Outage(starts=OPENING.replace(month=m, day=5), days=9) for m in (3, 6, 9)],
        )
    ),
    "on call, with others": scarce(
        theater=Resource(machines=1, on_call=True, others=[Demand(per_week=3, minutes=300)]),
        linear_accelerator=Resource(
            machines=1, on_call=True, others=[Demand(per_week=150, minutes=15)]
        ),
    ),
    "no consultants": scarce(consultant=None),
    "only accelerators are limited": one_center(None, linear_accelerator=ONE_A_DAY),
}


CASES = (
    ("scarce", "usual_care"),
    ("scarce", "surgery_rt"),
    ("called ahead", "surgery_rt"),
    ("failing", "usual_care"),
    ("on call, with others", "surgery_rt"),
    ("no consultants", "usual_care"),
    ("only accelerators are limited", "surgery_rt"),
)


@pytest.fixture(scope="module", params=CASES, ids=" ".join)
def lived(request: pytest.FixtureRequest) -> Lived:
    """Lives of people with much in their spine, in clinics where most wait for weeks."""
    clinics, name = request.param
    return live_in(CLINICS[clinics], busy_people(N), strategies_of(name), years=YEARS)


@pytest.fixture(scope="module")
def crowded() -> Lived:
    return live_in(CLINICS["scarce"], busy_people(N), strategies_of("usual_care"), years=YEARS)


def test_watched_lives_are_those_that_are_lived() -> None:
    cared = strategies_of("usual_care")
    watched = live_in(scarce(), busy_people(100), cared, years=YEARS)
    plain = everybody(scarce(), busy_people(100), cared, YEARS, busy_care())
    plain.live()
    for name in plain.people.dtype.names or ():
        np.testing.assert_array_equal(plain.people[name], watched.people[name], err_msg=name)
    for mine, its in (
        (plain.service.log().waits, watched.service.log().waits),
        (plain.service.log().lines, watched.service.log().lines),
    ):
        np.testing.assert_array_equal(mine, its)


def test_everybody_lives_to_one_death_and_nothing_happens_after_it(lived: Lived) -> None:
    assert (lived.people["alive"] == 0).all()
    assert_in_order(lived.people)
    for person, seen in zip(lived.people, lived.seen, strict=True):
        days = [s.day for s in seen]
        assert days == sorted(days)
        assert days[-1] == person["death_day"]
        ends = [s for s in seen if s.event.startswith("death")]
        assert ends == seen[-1:] or (not ends and seen[-1].event == "course_ended")


def test_nothing_that_happens_in_a_clinic_lies_in_the_past_or_the_future(lived: Lived) -> None:
    """Between visits people are ahead of the clinic's clock; in one, they live by it."""
    here = [s for seen in lived.seen for s in seen if not s.alone]
    assert len(here) > 1_000
    for s in here:
        assert abs(s.day - s.clinic_day) < ROUNDING, s
    for seen in lived.seen:
        assert all(s.day > s.clinic_day - ROUNDING for s in seen)


def test_nobody_is_left_in_a_line_and_no_bed_is_left_taken(lived: Lived) -> None:
    log = lived.service.log()
    assert (log.lines["waiting_at_end"] == 0).all()
    np.testing.assert_allclose(log.lines["waited_days"], log.lines["queue_days"], atol=ROUNDING)


def test_nobody_is_called_whose_wait_is_over(lived: Lived) -> None:
    """Who died or gave way has no place in any line any more."""
    ended = defaultdict(list)
    for wait in lived.service.log().waits:
        line = lived.line(lived.service.resources[wait["resource"]])
        ended[float(wait["asked"]), line].append(float(wait["ended"]))
    calls = [(day, place) for day, place, _ in lived.called if place.priority != CONTINUING]
    assert len(calls) > 200
    for day, place in calls:
        assert day <= max(ended[place.asked, place.resource]) + ROUNDING


def test_nobody_waits_less_than_nothing_or_is_treated_before_planning_is_over(
    lived: Lived,
) -> None:
    waits = lived.waits
    assert (waits["ended"] >= waits["asked"]).all()
    assert (waits["earliest"] >= waits["asked"]).all()
    treated = waits[waits["outcome"] == TREATED]
    assert (treated["ended"] >= treated["earliest"] - ROUNDING).all()
    assert (waits["asked"] >= -ROUNDING).all()
    assert (waits["asked"][waits["visit"] == 0] < YEARS * 365.25).all()


def test_a_wait_ends_by_death_on_the_day_of_death(lived: Lived) -> None:
    ended = lived.waits["ended"] + lived.zero[lived.rows]
    died = lived.waits["outcome"] == DIED
    death = lived.people["death_day"][lived.rows]
    np.testing.assert_allclose(ended[died], death[died], atol=ROUNDING)
    assert (ended[~died] < death[~died] + ROUNDING).all()
    assert died.sum() > 0


def test_a_wait_gives_way_on_the_day_on_which_cord_compression_is_diagnosed(
    lived: Lived,
) -> None:
    """The same person is referred that very moment; the consult is that of an emergency."""
    waits = lived.waits
    ended = waits["ended"] + lived.zero[lived.rows]
    people = lived.people[lived.rows]
    gave_way = waits["outcome"] == GAVE_WAY
    np.testing.assert_allclose(
        ended[gave_way], people["cord_compression_day"][gave_way], atol=ROUNDING
    )
    by_person = defaultdict(list)
    for row, wait in zip(lived.rows, waits, strict=True):
        by_person[row].append(wait)
    consults = lived.at("consultant").any()
    for row, its in by_person.items():
        for before, after in itertools.pairwise(its):
            assert after["asked"] >= before["ended"] - ROUNDING
            if before["outcome"] == GAVE_WAY:
                again = [s for s in lived.seen[row] if s.event == "referred"]
                assert min(abs(s.day - lived.zero[row] - before["ended"]) for s in again) < ROUNDING
                assert not consults or after["first_priority"] == EMERGENCY
        assert all(w["outcome"] != DIED for w in its[:-1])
    assert (waits["priority"][gave_way] != EMERGENCY).all()
    assert gave_way.sum() > 0


def test_what_follows_on_an_emergency_is_planned_and_no_emergency(lived: Lived) -> None:
    later = lived.waits["visit"] > 0
    assert (lived.waits["priority"][later] != EMERGENCY).all()
    assert (lived.waits["first_priority"][later] != EMERGENCY).all()
    if lived.strategies.names == ("surgery_rt",):
        assert later.sum() > 50
        reasons = lived.people["episode_reason"][np.array(lived.rows)[later]]
        assert (reasons == FOR_CORD_COMPRESSION).sum() > 10


def test_the_first_session_in_the_log_is_when_the_course_begins(lived: Lived) -> None:
    """And the consult is when the decision is taken: every one, in every person's record."""
    waits = lived.waits
    first = (waits["visit"] == 0) & (waits["outcome"] == TREATED)
    closing = YEARS * 365.25
    for event, its in (
        ("course_begun", first & (waits["treatment"] >= 0)),
        ("care_decided", first & (waits["treatment"] < 0)),
    ):
        if not its.any():
            continue
        logged = defaultdict(list)
        for row, day in zip(np.array(lived.rows)[its], waits["ended"][its], strict=True):
            logged[row].append(float(day))
        for row in range(len(lived.people)):
            days = [day for day in lived.clinic_days(row, event) if day < closing]
            mine = [day for day in logged[row] if day < closing]
            np.testing.assert_allclose(days, mine, atol=ROUNDING)
    for row, person in enumerate(lived.people):
        if person["first_course_day"] < NEVER and lived.strategies.policies["treats"][0]:
            days = lived.clinic_days(row, "course_begun")
            assert min(abs(person["first_course_day"] - lived.zero[row] - d) for d in days) == 0.0


def test_a_course_is_under_way_from_its_first_session_to_its_last(lived: Lived) -> None:
    """Nobody begins another one, or waits for one, before."""
    phases = {
        "care_decided": ("waiting", "none", "due"),
        "prepared_for_course": ("preparing",),
        "course_begun": ("treating",),
        "course_ended": ("none", "due"),
        "referred": ("referred",),
    }
    courses = 0
    for seen in lived.seen:
        phase = "none"
        for s in seen:
            if s.event in phases:
                assert s.phase in phases[s.event]
                assert (phase == "treating") == (s.event == "course_ended")
                courses += s.event == "course_ended"
            elif phase == "treating":
                assert s.phase == "treating"
            phase = s.phase
    assert courses > 100


def test_priority_is_that_of_the_reason_and_the_pain_when_somebody_is_called(
    crowded: Lived,
) -> None:
    """Pain of 7 or more and fractures are urgent, cord compression is an emergency."""
    seen_as: Counter[tuple[int, int]] = Counter()
    calls = {(place.asked, place.resource): day for day, place, _ in crowded.called}
    for row, wait in zip(crowded.rows, crowded.waits, strict=True):
        if wait["outcome"] != TREATED:
            continue
        line = crowded.line(crowded.service.resources[wait["resource"]])
        called = calls[float(wait["asked"]), line]
        if called - wait["asked"] < 2.0 * ROUNDING:
            continue
        day = called + crowded.zero[row] - ROUNDING
        last = [s for s in crowded.seen[row] if s.day < day][-1]
        expected = URGENT if last.pain >= 7.0 or last.reason == FOR_FRACTURE else ROUTINE
        if last.reason == FOR_CORD_COMPRESSION:
            expected = URGENT if wait["visit"] else EMERGENCY
        assert wait["priority"] == expected
        seen_as[int(wait["first_priority"]), int(wait["priority"])] += 1
    assert seen_as[URGENT, ROUTINE] > 5
    assert seen_as[EMERGENCY, EMERGENCY] > 50


def test_emergencies_go_before_all_who_asked_earlier() -> None:
    """Where every course is one hour, whoever is called has the first priority in the line."""
    hour = (Visit(resource=LINAC, minutes=60, planning_days=1, emergency_planning_days=0.5),)
    treatments = ("ebrt_8gy1", "ebrt_20gy5", "sbrt_24gy2", "ebrt_30gy10", "surgery_rt",
                  "vertebroplasty", "kyphoplasty", "rfa_cement", "radiopharmaceutical")  # fmt: skip
    clinics = one_center(
        linear_accelerator=Resource(machines=1, opens=8, closes=10),
        consultant=Resource(machines=1, opens=8, closes=11),
        visits=dict.fromkeys(treatments, hour),
    )
    lived = live_in(clinics, busy_people(N), strategies_of("usual_care"), years=YEARS)
    overtook = 0
    for _, place, stay in lived.called:
        assert all(place.key < other.key for other in stay)
        earlier = [other for other in stay if other.asked < place.asked]
        overtook += place.priority == EMERGENCY and bool(earlier)
    assert overtook > 20
    assert {place.priority for _, place, _ in lived.called} == {EMERGENCY, URGENT, ROUTINE}


@pytest.mark.parametrize(
    ("name", "knobs"),
    [
        ("usual_care", {}),
        ("surgery_rt", {"holds": "by_modality"}),
        ("usual_care", {"pre_hold_days": 10.0}),
    ],
)
def test_days_of_therapy_add_up_and_every_pause_follows_from_its_definition(
    name: str, knobs: dict[str, object]
) -> None:
    """Recomputed from the events alone, as in `test_pauses`, whatever the wait."""
    cared = strategies_of(name, **knobs)
    lived = live_in(CLINICS["called ahead"], busy_people(300), cared, years=YEARS)
    assert_days_add_up(lived.people)
    assert_first_year_is_within_the_year(lived.people)
    policy, world = cared.policies[0], busy_care()[1][0]
    withhold = [bool(w) for w in policy["withhold"]]
    n = 0
    for person, seen in zip(lived.people, lived.seen, strict=True):
        moments = [s.moment for s in seen if s.moment is not None]
        pauses = pauses_of(
            moments, policy["treatments"], withhold, world["therapy_cycle_days"].tolist()
        )
        assert person["n_pauses"] == len(pauses)
        n += len(pauses)
        days = np.sum([pause.by_code() for pause in pauses], axis=0) if pauses else np.zeros(5)
        np.testing.assert_allclose(person["paused_days"], days, atol=1e-4)
    assert n > 200


def test_forced_pauses_grow_with_the_wait() -> None:
    """Paused days whose cause is the wait are more where machines are fewer, and none without."""
    waited = []
    for clinics in (one_center(None, planning_ratio=0.0), one_center(1), scarce()):
        cared = strategies_of("usual_care", wait_ratio=0.0)
        lived = live_in(clinics, busy_people(N), cared, years=YEARS)
        waited.append(float(lived.people["paused_days"][:, BY_WAIT].sum()))
    assert waited[0] == 0.0 < waited[1] < 0.1 * waited[2]


def test_who_waits_longer_breaks_more_and_loses_more_function_in_line(crowded: Lived) -> None:
    waits = crowded.waits
    days = waits["ended"] - waits["asked"]
    for harm in ("fractures", "lost_walking"):
        hurt = waits[harm] > 0
        assert hurt.sum() > 5
        assert days[hurt].mean() > days.mean()
    # As the records of the same people say.
    fractures: Counter[int] = Counter()
    for row, wait in zip(crowded.rows, waits, strict=True):
        fractures[row] += wait["fractures"]
    for row, n in fractures.items():
        assert n <= crowded.people["n_fractures"][row]


def test_cord_compression_and_death_end_waits_for_consults_too() -> None:
    seldom = Resource(machines=1, opens=8, closes=10, weekdays=("tuesday",))
    clinics = one_center(3, consultant=seldom)
    lived = live_in(clinics, busy_people(N), strategies_of("usual_care"), years=YEARS)
    consults = lived.waits[lived.at("consultant")]
    for outcome in (DIED, GAVE_WAY):
        assert (consults["outcome"] == outcome).sum() > 5
    death = (lived.people["death_day"] - lived.zero)[lived.rows]
    assert (consults["ended"] <= death[lived.at("consultant")] + ROUNDING).all()


def test_an_appointment_for_a_consult_that_is_not_kept_is_free_again() -> None:
    """But for those who die or are taken over on the very day."""
    ahead = Resource(machines=1, opens=8, closes=9.5, notice_days=14)
    clinics = one_center(3, consultant=ahead)
    lived = live_in(clinics, busy_people(N), strategies_of("usual_care"), years=YEARS)
    consults = lived.waits[lived.at("consultant")]
    given = sum(lived.given("consultant").values()) / 45.0
    called = sum(place.resource is lived.line("consultant") for _, place, _ in lived.called)
    kept = int((consults["outcome"] == TREATED).sum())
    assert called > kept + 10
    assert kept <= given <= kept + 0.2 * (called - kept)


def test_who_is_in_care_when_the_clinics_open_goes_on_as_planned() -> None:
    """Appointments given before are kept; who was referred is decided on, and then asks."""
    cared = strategies_of("surgery_rt", wait_ratio=3.0)
    people = busy_people(1_500)
    people["diagnosis_year"] -= 1.0
    for row, person in enumerate(people):
        opening_day = (2010.0 - person["diagnosis_year"]) * DAYS_PER_YEAR
        live_alone(people, row, *busy_care(), cared.care(0), opening_day, False)
    people = people[(people["alive"] == 1) & (people["episode"] >= IN_REFERRAL)]
    phases, due = people["episode"].copy(), people["clock"][:, CARE].copy()
    assert {IN_REFERRAL, WAITING, PREPARING, TREATING} == set(phases.tolist())
    lived = live_in(scarce(), people, cared, years=YEARS)
    next_step = {
        IN_REFERRAL: "care_decided",
        WAITING: ("prepared_for_course", "course_begun"),
        PREPARING: "course_begun",
        TREATING: "course_ended",
    }
    asked: dict[int, float] = {}
    for row, wait in zip(lived.rows, lived.waits, strict=True):
        asked.setdefault(row, wait["asked"] + lived.zero[row])
    kept = 0
    for row, seen in enumerate(lived.seen):
        steps = [s for s in seen if s.event in CARE_EVENTS or s.event.startswith("death")]
        if steps[0].event in ("referred", "death_cancer", "death_other"):
            continue  # Cord compression or death came first.
        assert steps[0].day == due[row]
        assert steps[0].event in next_step[int(phases[row])]
        # Whatever is asked for comes after what was planned.
        assert asked.get(row, NEVER) >= due[row] - ROUNDING
        kept += 1
    assert kept > 0.8 * len(people) > 20


# Scenes: a few people who ask for a course on given days, and to whom happens what a test says.
HOUR_EACH = {"ebrt_8gy1": (Visit(resource=LINAC, minutes=60),)}
FIVE_HOURS = {"ebrt_20gy5": (Visit(resource=LINAC, minutes=60, sessions=5),)}


def test_who_dies_in_line_gives_up_the_place() -> None:
    cared = strategies_of("ebrt_8gy1")
    people = decided((3.5, 3.6, 3.7), cared, routine)
    let_happen(people[1], DEATH_OTHER, 4.7)
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=HOUR_EACH)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert lived.outcomes() == [(0, "treated"), (1, "died"), (2, "treated")]
    np.testing.assert_allclose(lived.waits["ended"], [4 + 8 * HOUR, 4.7, 5 + 8 * HOUR])
    assert lived.given(LINAC) == {4: 60.0, 5: 60.0}


def test_who_dies_before_an_appointment_frees_it_for_the_next() -> None:
    cared = strategies_of("ebrt_8gy1")
    people = decided((3.5, 3.6), cared, routine)
    let_happen(people[0], DEATH_OTHER, 4.2)
    machine = ONE_A_DAY.model_copy(update={"notice_days": 2.0})
    lived = live_in(
        one_center(linear_accelerator=machine, visits=HOUR_EACH), people, cared, years=MONTH
    )
    assert lived.outcomes() == [(0, "died"), (1, "treated")]
    np.testing.assert_allclose(lived.waits["ended"], [4.2, 6 + 8 * HOUR])
    assert lived.given(LINAC) == {6: 60.0}


@pytest.mark.parametrize("notice_days", [0.0, 5.0])
def test_cord_compression_takes_over_in_line_and_after_the_call(notice_days: float) -> None:
    """The former wait is logged as one that gave way, and its appointment is free again."""
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.5, 3.6, 3.7), cared, routine)
    let_happen(people[2], CORD_DIAGNOSIS, 4.2)
    machine = ONE_A_DAY.model_copy(update={"notice_days": notice_days})
    clinics = one_center(linear_accelerator=machine, consultant=None, visits=HOUR_EACH)
    lived = live_in(clinics, people, cared, years=MONTH)
    waits = lived.waits
    assert lived.outcomes()[0] == (2, "gave_way")
    assert lived.outcomes()[1:] == [(2, "treated"), (0, "treated"), (1, "treated")]
    assert waits["priority"].tolist() == [ROUTINE, EMERGENCY, ROUTINE, ROUTINE]
    assert waits["asked"][1] == pytest.approx(4.2)
    assert waits["ended"][1] == pytest.approx(4 + 8 * HOUR)
    assert sum(lived.given(LINAC).values()) == 180.0
    assert lived.clinic_days(2, "referred")[0] == pytest.approx(4.2)


def test_cord_compression_takes_over_while_planning() -> None:
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.5,), cared, routine)
    let_happen(people[0], CORD_DIAGNOSIS, 4.2)
    planned = Visit(resource=LINAC, minutes=60, planning_days=9, emergency_planning_days=0.5)
    machine = Resource.never_closing(1)
    clinics = one_center(
        linear_accelerator=machine, consultant=None, visits={"ebrt_8gy1": (planned,)}
    )
    lived = live_in(clinics, people, cared, years=MONTH)
    assert lived.outcomes() == [(0, "gave_way"), (0, "treated")]
    np.testing.assert_allclose(lived.waits["ended"], [4.2, 4.7])
    # On day 12, a Wednesday, it would have been open; the emergency is planned in half a day.
    np.testing.assert_allclose(lived.waits["earliest"], lived.waits["asked"] + [9.0, 0.5], atol=1.0)


@pytest.mark.parametrize("event", [DEATH_OTHER, CORD_DIAGNOSIS])
@pytest.mark.parametrize("shift", [-1e-9, -1e-12, 0.0, 1e-12, 1e-9])
@pytest.mark.parametrize("at", [3.5 + 1.0, 4 + 8 * HOUR, 4 + 9 * HOUR])
def test_what_happens_in_the_moment_of_a_call_loses_nobody(
    event: int, shift: float, at: float
) -> None:
    """At the end of planning, at the call, at the end of the session: before, then and after."""
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.5, 3.6), cared, routine)
    let_happen(people[0], event, at + shift)
    planned = Visit(resource=LINAC, minutes=60, planning_days=1, emergency_planning_days=0)
    lived = live_in(
        one_center(
            linear_accelerator=Resource(machines=1, opens=8, closes=12),
            consultant=None,
            visits={"ebrt_8gy1": (planned,)},
        ),
        people,
        cared,
        years=MONTH,
    )
    assert (lived.people["alive"] == 0).all()
    outcomes = dict(reversed(lived.outcomes()))
    assert outcomes[1] == "treated"
    first = [outcome for row, outcome in lived.outcomes() if row == 0]
    if event == CORD_DIAGNOSIS:
        assert first in (["treated", "treated"], ["gave_way", "treated"])
        assert len(lived.clinic_days(0, "course_begun")) >= first.count("treated")
    else:
        assert first in (["treated"], ["died"])
    for row in range(2):
        begun, ended = (
            len(lived.clinic_days(row, f"course_{what}")) for what in ("begun", "ended")
        )
        died_in_course = row == 0 and event == DEATH_OTHER
        assert begun == ended or (died_in_course and begun == ended + 1)


def test_cord_compression_waits_for_the_end_of_a_course() -> None:
    cared = strategies_of("ebrt_20gy5", wait_ratio=0.0)
    people = decided((3.1,), cared, routine)
    let_happen(people[0], CORD_DIAGNOSIS, 4.2)
    clinics = one_center(linear_accelerator=ONE_A_DAY, consultant=None, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    ended = lived.clinic_days(0, "course_ended")[0]
    assert ended == pytest.approx(7 + 9 * HOUR)
    assert lived.outcomes()[0] == (0, "treated")
    referred = [day for day in lived.clinic_days(0, "referred") if day > 4.0]
    assert referred[0] == pytest.approx(ended)


def test_pain_that_falls_or_rises_while_waiting_changes_who_goes_first() -> None:
    cared = strategies_of("ebrt_8gy1")
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=HOUR_EACH)
    for direction, kind, priorities in (
        (1, severe_but_eased, (URGENT, ROUTINE)),
        (-1, eased_but_severe, (ROUTINE, URGENT)),
    ):
        first = decided((3.5, 3.6), cared, severe)
        changing = decided((3.55,), cared, kind)
        people = np.concatenate((first, changing))
        people["analgesia_direction"][2] = direction
        let_happen(people[2], ANALGESIA, 4.1)
        lived = live_in(clinics, people, cared, years=MONTH)
        wait = lived.waits[lived.rows.index(2)]
        assert (wait["first_priority"], wait["priority"]) == priorities
        order = [row for row, _ in lived.outcomes()]
        # Who asked on day 3.55 comes second if the pain is severe when the machine is free.
        assert order == ([0, 1, 2] if direction > 0 else [0, 2, 1])


def test_sessions_are_on_consecutive_working_days() -> None:
    """From a Thursday: that Friday and the week after; treatment lasts to the end of the last."""
    cared = strategies_of("ebrt_20gy5")
    people = decided((6.1,), cared, routine)
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert list(lived.given(LINAC)) == [6, 7, 10, 11, 12]
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(6 + 8 * HOUR)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(12 + 9 * HOUR)


def test_a_course_cut_short_by_death_frees_the_rest_of_its_sessions() -> None:
    cared = strategies_of("ebrt_20gy5")
    people = decided((3.1, 3.2), cared, routine)
    let_happen(people[0], DEATH_OTHER, 4.9)
    clinics = one_center(linear_accelerator=ONE_A_DAY, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert lived.outcomes() == [(0, "treated"), (1, "treated")]
    given = lived.given(LINAC)
    assert (given[3], given[4]) == (60.0, 60.0)
    assert sum(given.values()) == 60.0 * (2 + 5)


@pytest.mark.parametrize(("machines", "last_day"), [(2, 7), (1, 12)])
def test_all_sessions_of_a_course_are_given_though_a_machine_fails(
    machines: int, last_day: int
) -> None:
    """On the other machine, or once there is one again; treatment lasts as long."""
    cared = strategies_of("ebrt_20gy5")
    people = decided((3.1,), cared, routine)
    fails = Outage(starts=OPENING.replace(day=6), days=3)
    machine = ONE_A_DAY.model_copy(update={"machines": machines, "outages": (fails,)})
    clinics = one_center(linear_accelerator=machine, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    assert sum(lived.given(LINAC).values()) == 60.0 * 5
    assert max(lived.given(LINAC)) == last_day
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(3 + 8 * HOUR)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(last_day + 9 * HOUR)


def test_an_appointment_that_a_failure_takes_away_is_another_one_later() -> None:
    """Called on day 3, a Monday, for day 6; the machine fails on day 5 and is back on day 10."""
    cared = strategies_of("ebrt_20gy5")
    people = decided((3.1,), cared, routine)
    fails = Outage(starts=OPENING.replace(day=6), days=5)
    machine = ONE_A_DAY.model_copy(update={"notice_days": 3.0, "outages": (fails,)})
    clinics = one_center(linear_accelerator=machine, visits=FIVE_HOURS)
    lived = live_in(clinics, people, cared, years=MONTH)
    (wait,) = lived.waits[lived.at(LINAC)]
    assert wait["ended"] == pytest.approx(10 + 8 * HOUR)
    assert lived.clinic_days(0, "course_begun") == pytest.approx([10 + 8 * HOUR])
    assert sum(lived.given(LINAC).values()) == 60.0 * 5


@pytest.mark.parametrize("pre_hold_days", [0.0, 20.0])
@pytest.mark.parametrize("sessions", [1, 5])
@pytest.mark.parametrize(("machines", "first_day"), [(2, 5), (1, 17)])
def test_who_loses_an_appointment_to_a_failure_comes_when_the_course_begins(
    machines: int, first_day: int, sessions: int, pre_hold_days: float
) -> None:
    """Called for day 10 on a machine that fails from day 5 to 14: sooner, or later.

    The other machine has room at once; the only one is back on the Monday after. A hold that has
    begun goes on.
    """
    cared = strategies_of("ebrt_20gy5", pre_hold_days=pre_hold_days)
    people = decided((3.1,), cared, lambda p: routine(p) & (p["therapy"] == ON_THERAPY))
    fails = Outage(starts=OPENING.replace(day=6), days=10)
    fields = {"machines": machines, "notice_days": 7.0, "outages": (fails,)}
    visit = Visit(resource=LINAC, minutes=60, sessions=sessions)
    clinics = one_center(
        linear_accelerator=ONE_A_DAY.model_copy(update=fields), visits={"ebrt_20gy5": (visit,)}
    )
    lived = live_in(clinics, people, cared, years=MONTH)
    given = lived.given(LINAC)
    assert (min(given), sum(given.values())) == (first_day, 60.0 * sessions)
    first, last = first_day + 8 * HOUR, max(given) + 9 * HOUR
    assert lived.waits["ended"][0] == pytest.approx(first)
    assert lived.clinic_days(0, "course_begun")[0] == pytest.approx(first)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(last)
    for seen in lived.seen[0]:
        assert seen.alone or abs(seen.day - seen.clinic_day) < ROUNDING
    prepared = lived.clinic_days(0, "prepared_for_course")
    if pre_hold_days:
        np.testing.assert_allclose(prepared[:1], 3.1, atol=ROUNDING)
    else:
        assert prepared == []


@pytest.mark.parametrize(
    ("event", "outcome"), [(DEATH_OTHER, "died"), (CORD_DIAGNOSIS, "gave_way")]
)
@pytest.mark.parametrize("at", [5.0, 7.5])
def test_what_happens_after_an_appointment_is_lost_frees_what_is_left(
    event: int, outcome: str, at: float
) -> None:
    """In the moment of the failure, and in line for another machine."""
    cared = strategies_of(Strategy(name="one", otherwise="ebrt_8gy1", wait_ratio=0.0))
    people = decided((3.1,), cared, routine)
    let_happen(people[0], event, at)
    fails = Outage(starts=OPENING.replace(day=6), days=10)
    machine = ONE_A_DAY.model_copy(update={"notice_days": 7.0, "outages": (fails,)})
    clinics = one_center(linear_accelerator=machine, consultant=None, visits=HOUR_EACH)
    lived = live_in(clinics, people, cared, years=MONTH)
    again = [(0, "treated")] if outcome == "gave_way" else []
    assert lived.outcomes() == [(0, outcome), *again]
    assert lived.waits["ended"][0] == pytest.approx(at)
    assert lived.given(LINAC) == ({17: 60.0} if again else {})
    assert len(lived.clinic_days(0, "course_ended")) >= len(again)


@pytest.mark.parametrize(("dies", "second_begins"), [(5.0, 5), (100.0, 10)])
def test_the_bed_of_who_dies_is_free_for_the_next(dies: float, second_begins: int) -> None:
    cared = strategies_of(Strategy(name="one", otherwise="surgery_rt"))
    operation = Visit(resource="theater", minutes=60, bed_days=6.5)
    rays = Visit(resource=LINAC, minutes=15, after_days=14)
    people = decided((3.1, 3.2), cared, routine)
    let_happen(people[0], DEATH_OTHER, dies)
    clinics = one_center(bed=Resource(machines=1), visits={"surgery_rt": (operation, rays)})
    lived = live_in(clinics, people, cared, years=MONTH)
    operated = lived.waits[lived.at("theater")]
    np.testing.assert_allclose(operated["ended"], [3 + 8 * HOUR, second_begins + 8 * HOUR])
    last = [event.event for event in lived.seen[0]][-1]
    assert last == "death_other" or dies > 50.0


def test_people_wait_for_beds_where_only_they_are_limited() -> None:
    cared = strategies_of(Strategy(name="one", otherwise="surgery_rt"))
    operation = (Visit(resource="theater", minutes=60, bed_days=5),)
    people = decided((3.1, 3.2, 3.3), cared, routine)
    clinics = one_center(None, bed=Resource(machines=1), visits={"surgery_rt": operation})
    lived = live_in(clinics, people, cared, years=MONTH)
    np.testing.assert_allclose(lived.waits["ended"], [3.1, 8.1, 13.1])


def test_the_second_visit_of_a_course_is_planned_from_the_end_of_the_first() -> None:
    cared = strategies_of(Strategy(name="one", otherwise="surgery_rt"))
    operation = Visit(resource="theater", minutes=60, emergency_planning_days=0)
    rays = Visit(resource=LINAC, minutes=15, sessions=2, after_days=14, planning_days=1)
    people = decided((3.1,), cared, routine)
    clinics = one_center(visits={"surgery_rt": (operation, rays)})
    lived = live_in(clinics, people, cared, years=MONTH)
    first, second = lived.waits
    assert second["asked"] == pytest.approx(3 + 9 * HOUR + 14)
    assert (first["visit"], second["visit"]) == (0, 1)
    assert second["ended"] == pytest.approx(18 + 9 * HOUR)
    assert lived.clinic_days(0, "course_ended")[0] == pytest.approx(19 + 8.25 * HOUR)


@pytest.mark.parametrize("notice_days", [0.0, 2.0, 10.0])
def test_systemic_therapy_is_held_from_the_call_at_the_earliest(notice_days: float) -> None:
    """Somebody who is called on short notice has a short hold before the course, or none."""
    cared = strategies_of("ebrt_8gy1", pre_hold_days=5.0)
    people = decided((3.1,), cared, lambda p: routine(p) & (p["therapy"] == ON_THERAPY))
    machine = ONE_A_DAY.model_copy(update={"notice_days": notice_days})
    visit = Visit(resource=LINAC, minutes=60, planning_days=6)
    clinics = one_center(linear_accelerator=machine, visits={"ebrt_8gy1": (visit,)})
    lived = live_in(clinics, people, cared, years=MONTH)
    begun = lived.clinic_days(0, "course_begun")[0]
    prepared = lived.clinic_days(0, "prepared_for_course")
    called = 3.1 + 6.0
    if notice_days == 0.0:
        assert begun == pytest.approx(10 + 8 * HOUR)
        assert prepared == []
    else:
        assert prepared[0] == pytest.approx(max(begun - 5.0, called))
    held = lived.people["paused_days"][0, BY_PRE_HOLD]
    assert held <= notice_days + 1.0


def severe(people: Records) -> Which:
    return np.asarray(people["pain"] >= 7.0)


def routine(people: Records) -> Which:
    return np.asarray(people["pain"] < 7.0)


WORLD = busy_care()[1][0]


def pain_at(people: Records, step: NDArray[np.int64]) -> NDArray[np.float64]:
    """Worst pain at another step of analgesia."""
    biological = people["lesion_biological_pain"].max(axis=1)
    mechanical = people["lesion_mechanical_pain"].max(axis=1)
    step = np.clip(step, 0, 3)
    found: NDArray[np.float64] = np.maximum(
        biological - WORLD["analgesia_effect_biological"][step],
        mechanical - WORLD["analgesia_effect_mechanical"][step],
    )
    return found


def severe_but_eased(people: Records) -> Which:
    eased = (people["analgesia"] < 3) & (pain_at(people, people["analgesia"] + 1) < 7.0)
    return np.asarray(severe(people) & eased)


def eased_but_severe(people: Records) -> Which:
    return np.asarray(routine(people) & (pain_at(people, people["analgesia"] - 1) >= 7.0))
