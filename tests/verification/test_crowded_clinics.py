"""Crowded clinics, where most wait for weeks: what holds for every wait of everybody in them.

Rooms: clinics, engine.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest

from sim.clinics.line import Line
from sim.clinics.log import DIED, GAVE_WAY, TREATED
from sim.evidence.visits import Visit
from sim.evidence.vocabulary import PauseCause, Reason
from sim.inputs.clinics import CONTINUING, EMERGENCY, ROUTINE, URGENT
from sim.inputs.resource import Demand, Outage, Resource
from sim.life.hazards import NEVER
from tests.clinics import (
    OPENING,
    ROUNDING,
    Lived,
    busy_people,
    everybody,
    live_in,
    one_center,
    scarce,
)
from tests.pauses import pauses_of
from tests.replay import busy_care
from tests.simplified import strategies_of
from tests.verification.test_conservation import assert_in_order
from tests.verification.test_pauses import (
    assert_days_add_up,
    assert_first_year_is_within_the_year,
)

N = 400
YEARS = 2.0
ONE_A_DAY = Resource(machines=1, opens=8, closes=9)
"""Room for one session of an hour."""
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
    pytest.param(("failing", "usual_care"), marks=pytest.mark.slow),
    ("on call, with others", "surgery_rt"),
    pytest.param(("no consultants", "usual_care"), marks=pytest.mark.slow),
    pytest.param(("only accelerators are limited", "surgery_rt"), marks=pytest.mark.slow),
)


@pytest.fixture(scope="module", params=CASES, ids=" ".join)
def lived(request: pytest.FixtureRequest) -> Lived:
    """Lives of people with much in their spine, in clinics where most wait for weeks."""
    clinics, name = request.param
    if request.param == CASES[0]:
        crowded: Lived = request.getfixturevalue("crowded")
        return crowded
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
        assert day <= max(ended[place.asked, place.line]) + ROUNDING


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
    gave_way = waits["outcome"] == GAVE_WAY
    diagnosed = [
        [s.day for s in seen if s.event == "cord_compression_diagnosed"] for seen in lived.seen
    ]
    for i in np.flatnonzero(gave_way):
        nearest = min(diagnosed[lived.rows[i]], key=lambda day: abs(day - ended[i]))
        np.testing.assert_allclose(ended[i], nearest, atol=ROUNDING)
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
    if lived.strategies.policies.tobytes() == strategies_of("surgery_rt").policies.tobytes():
        assert later.sum() > 50
        reasons = lived.people["episode_reason"][np.array(lived.rows)[later]]
        assert (reasons == Reason.CORD_COMPRESSION).sum() > 10


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
    calls: dict[tuple[float, Line], list[float]] = {}
    for day, place, _ in crowded.called:
        calls.setdefault((place.asked, place.line), []).append(day)
    for row, wait in zip(crowded.rows, crowded.waits, strict=True):
        if wait["outcome"] != TREATED:
            continue
        line = crowded.line(crowded.service.resources[wait["resource"]])
        # Several may ask at the same moment, one of them twice: the last call before its end.
        before = [d for d in calls[float(wait["asked"]), line] if d <= wait["ended"] + ROUNDING]
        called = max(before)
        if called - wait["asked"] < 2.0 * ROUNDING:
            continue
        day = called + crowded.zero[row] - ROUNDING
        last = [s for s in crowded.seen[row] if s.day < day][-1]
        expected = URGENT if last.pain >= 7.0 or last.reason == Reason.PAINFUL_FRACTURE else ROUTINE
        if last.reason == Reason.CORD_COMPRESSION:
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
        assert all(place.key < other for other in stay)
        earlier = [asked for _, asked, _ in stay if asked < place.asked]
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
        every = pauses_of(
            moments, policy["treatments"], withhold, world["therapy_cycle_days"].tolist()
        )
        pauses = [pause for pause in every if pause.of_spine]
        assert person["n_pauses"] == len(pauses)
        n += len(pauses)
        days = np.sum([pause.by_code() for pause in pauses], axis=0) if pauses else np.zeros(5)
        np.testing.assert_allclose(person["paused_days"], days, atol=1e-4)
        bone_days = sum(pause.bone_days for pause in every)
        assert person["bone_care_paused_days"] == pytest.approx(bone_days, abs=1e-4)
    assert n > 100


def test_forced_pauses_grow_with_the_wait() -> None:
    """Paused days whose cause is the wait are more where machines are fewer, and none without."""
    waited = []
    for clinics in (one_center(None, planning_ratio=0.0), one_center(1), scarce()):
        cared = strategies_of("usual_care", wait_ratio=0.0)
        lived = everybody(clinics, busy_people(N), cared, YEARS, busy_care())
        lived.live()
        waited.append(float(lived.people["paused_days"][:, PauseCause.WAIT].sum()))
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
    called = sum(place.line is lived.line("consultant") for _, place, _ in lived.called)
    kept = int((consults["outcome"] == TREATED).sum())
    assert called > kept + 10
    assert kept <= given <= kept + 0.2 * (called - kept)
