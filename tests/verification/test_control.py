"""A line of therapy that works, and remission: lesions held, eased and healed, and let go again.

A clock fires when its hazard has spent its budget. Twins without therapy have the same budgets:
what they spent by their day is what must be spent, at the hazards of the control in between, by the
day of the twin with it.

Room: life.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.counting.event_log import EventLog
from sim.evidence.vocabulary import PRIMARIES, Stage
from sim.life.events import Event
from sim.life.hazards import NEVER, ramp_cumulative
from tests.replay import NOTHING, busy_care, places, replay
from tests.simplified import (
    MYELOMA,
    TAIL,
    Parameters,
    Records,
    alike,
    assert_mean,
    assert_share,
    full,
    live_everybody,
    strategies_of,
    with_one_lesion,
)

N = 4_000
FILL, RATE = 500.0, 1.0 / 250.0
RESPONSE, LINE = 120.0, 400.0
"""Mean days to the response of a line, and of the line."""
HELD, SHRINKS = 0.35, 0.3

Days = NDArray[np.float64]


def treated(parameters: Parameters) -> Parameters:
    """One line of therapy from the day of diagnosis; it works in time or ends before."""
    cancers, worlds = parameters
    cancers["therapy_share"] = cancers["therapy_response_share"] = 1.0
    cancers["therapy_line_mean_days"] = LINE
    worlds["therapy_start_mean_days"] = 0.0
    worlds["therapy_response_mean_days"] = RESPONSE
    worlds["response_tumor_ratio"], worlds["response_shrinks_by"] = HELD, SHRINKS
    return cancers, worlds


def set_pain(worlds: Records, *, onset: float, cap: float, jump: float = 2.0) -> None:
    """Let pain of all begin at one rating and go up by equal jumps to one cap."""
    worlds["pain_at_onset_low"] = worlds["pain_at_onset_high"] = onset
    worlds["pain_escalation_low"] = worlds["pain_escalation_high"] = jump
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = cap


def growing(**fields: object) -> Parameters:
    """One lesion at diagnosis, and the hazards of it that are given."""
    cancers, worlds = with_one_lesion()
    worlds["fill_median_days"] = FILL
    set_pain(worlds, onset=3.0, cap=3.0)
    for name, value in fields.items():
        worlds[name] = value
    return cancers, worlds


def live(parameters: Parameters, n: int = N, **who: int) -> tuple[Records, EventLog]:
    plan = alike(n, **{"stage": Stage.DISTANT, **who})
    people, log, _ = live_everybody(parameters, plan, seed=31)
    return people, log


def first_days(people: Records, log: EventLog, event: int) -> Days:
    """The day on which an event first happens to each person, `NEVER` if it does not."""
    mine = log.event == event
    numbers, first = np.unique(log.person[mine], return_index=True)
    days = np.full(len(people), NEVER)
    days[np.searchsorted(people["number"], numbers)] = log.day[mine][first]
    return days


def phases(people: Records, log: EventLog) -> tuple[Days, Days]:
    """Days on which the line of each person begins to work and ends; one day if it never did."""
    begins = first_days(people, log, Event.THERAPY_RESPONSE)
    ends = first_days(people, log, Event.THERAPY_LINE_ENDED)
    assert (first_days(people, log, Event.THERAPY_STARTED) == 0.0).all()
    return np.minimum(begins, ends), ends


def constant(day: Days, begins: Days, ends: Days) -> Days:
    """Days at a constant hazard that the control lowers by a ratio."""
    within = np.clip(day, begins, ends) - begins
    spent: Days = day - within + HELD * within
    return spent


def ramp(grown: Days) -> Days:
    """Integral of a hazard that rises from 0 to 1 until the lesion fills the vertebra."""
    spent: Days = np.where(grown < FILL, 0.5 * grown**2 / FILL, grown - 0.5 * FILL)
    return spent


def rising(day: Days, begins: Days, ends: Days, ratio: float) -> Days:
    """The same where a response shrinks a lesion, holds it, and lowers the hazard by a ratio."""
    left = np.where(begins < ends, begins * (1.0 - SHRINKS), begins)
    within = np.clip(day, begins, ends) - begins
    after = np.maximum(day - ends, 0.0)
    held = ratio * np.minimum(left / FILL, 1.0) * within
    return ramp(np.minimum(day, begins)) + held + ramp(left + after) - ramp(left)


def of_bone(day: Days, begins: Days, ends: Days) -> Days:
    """Bone gives way as the lesion in it is large: held, but by no ratio."""
    return rising(day, begins, ends, 1.0)


def of_the_canal(day: Days, begins: Days, ends: Days) -> Days:
    """Extension into the canal is held and lowered."""
    return rising(day, begins, ends, HELD)


@pytest.mark.parametrize(
    ("name", "event", "spent"),
    [
        ("vertebral_fracture_rate_per_day", Event.VERTEBRAL_FRACTURE, of_bone),
        ("instability_rate_per_day", Event.INSTABILITY, of_bone),
        ("epidural_rate_per_day", Event.EPIDURAL_EXTENSION, of_the_canal),
        ("pain_onset_rate_per_day", Event.PAIN_ONSET_OR_ESCALATION, constant),
        ("level_seeding_rate_per_day", Event.LEVEL_SEEDED, constant),
        ("level_contiguous_rate_per_day", Event.LEVEL_SEEDED, constant),
    ],
)
def test_a_line_that_works_spends_the_budget_of_each_clock_more_slowly(
    name: str, event: int, spent: Callable[[Days, Days, Days], Days]
) -> None:
    parameters = growing(**{name: RATE})
    without, its_log = live(parameters)
    people, log = live(treated(parameters))
    before, day = first_days(without, its_log, event), first_days(people, log, event)
    begins, ends = phases(people, log)
    budgets = spent(before, before, before)
    np.testing.assert_allclose(spent(day, begins, ends), budgets, rtol=1e-9, atol=1e-9)
    # Before, within and after the time in which it works.
    for moment in (day < begins, (begins < day) & (day < ends), (begins < ends) & (ends < day)):
        assert moment.mean() > 0.02
    if event not in (Event.LEVEL_SEEDED, Event.PAIN_ONSET_OR_ESCALATION):
        oracle = np.vectorize(lambda t: -np.expm1(-ramp_cumulative(t, RATE, FILL)))
        assert stats.kstest(before, oracle).pvalue > TAIL


def test_later_grades_in_the_canal_and_jumps_of_pain_are_lowered_and_let_go_again() -> None:
    """From contact with the canal on at constant hazards, lowered while the line works."""
    fields = {"pain_onset_rate_per_day": 1e9, "pain_escalation_rate_per_day": RATE}
    parameters = growing(epidural_rate_per_day=(1e9, RATE, RATE), **fields)
    set_pain(parameters[1], onset=3.0, cap=10.0, jump=7.0)
    people, log = live(treated(parameters))
    begins, ends = phases(people, log)
    mine = log.event == Event.EPIDURAL_EXTENSION
    grades = log.day[mine].reshape(-1, 3)
    spent = [constant(grades[:, grade], begins, ends) * RATE for grade in range(3)]
    for earlier, later in ((0, 1), (1, 2)):
        assert stats.kstest(spent[later] - spent[earlier], stats.expon.cdf).pvalue > TAIL


def test_a_ratio_of_1_with_no_shrink_changes_no_bit_of_any_lesion() -> None:
    parameters = growing(
        vertebral_fracture_rate_per_day=RATE,
        instability_rate_per_day=RATE,
        epidural_rate_per_day=RATE,
        deficit_rate_per_day=RATE,
        level_seeding_rate_per_day=10.0 * RATE,
        level_contiguous_rate_per_day=RATE,
        pain_work_up_rate_per_day=RATE,
        fill_sd_log=0.5,
    )
    without, its_log = live(parameters, 1_000)
    parameters = treated(parameters)
    parameters[1]["response_tumor_ratio"], parameters[1]["response_shrinks_by"] = 1.0, 0.0
    people, log = live(parameters, 1_000)
    assert (log.event == Event.THERAPY_RESPONSE).sum() > 500
    of_therapy = (Event.THERAPY_STARTED, Event.THERAPY_RESPONSE, Event.THERAPY_LINE_ENDED)
    others = ~np.isin(log.event, of_therapy)
    kept = ~np.isin(its_log.event, of_therapy)
    for name in ("person", "strategy", "day", "event", "level", "pain"):
        mine, its = getattr(log, name), getattr(its_log, name)
        np.testing.assert_array_equal(mine[others], its[kept])
    for field in ("pain_area", "n_levels", "frankel", "death_day"):
        np.testing.assert_array_equal(people[field], without[field])


def test_a_response_ends_the_tumor_pain_in_a_share_and_eases_the_rest_evenly() -> None:
    cancers, worlds = treated(growing(pain_onset_rate_per_day=1e9))
    set_pain(worlds, onset=8.0, cap=8.0)
    worlds["response_tumor_ratio"] = 0.0
    worlds["response_complete_ease_share"], worlds["response_least_ease"] = 0.3, 0.4
    cancers["therapy_line_mean_days"] = 1e15
    people, _ = live((cancers, worlds))
    left = people["lesions"]["biological_pain"][np.arange(N), people["lesion_at"][:, 0]]
    assert_share((left == 0.0).mean(), 0.3, N)
    oracle = stats.uniform(0.0, 8.0 * 0.6)
    assert stats.kstest(left[left > 0.0], oracle.cdf).pvalue > TAIL


def test_lines_that_work_are_longer_and_their_mean_over_all_is_as_before() -> None:
    """A share works, later lines in a smaller one; who it fails leaves it sooner."""
    cancers, worlds = treated(growing())
    cancers["therapy_response_share"], worlds["therapy_later_response_ratio"] = 0.6, 0.5
    cancers["therapy_next_line_share"] = 1.0
    worlds["therapy_no_response_line_ratio"] = 0.4
    worlds["therapy_gap_days"] = 1.0
    worlds["therapy_response_mean_days"] = 0.0
    people, log = live((cancers, worlds))
    events = (Event.THERAPY_STARTED, Event.THERAPY_RESPONSE, Event.THERAPY_LINE_ENDED)
    mine = np.isin(log.event, events)
    event, day = log.event[mine], log.day[mine]
    starts = np.flatnonzero(event == Event.THERAPY_STARTED)
    works = event[starts + 1] == Event.THERAPY_RESPONSE
    days = day[starts + 1 + works] - day[starts]
    line = np.arange(len(starts)) % (len(starts) // N)
    for number in (0, 1, 3):
        here = line == number
        share = 0.6 * 0.5**number
        working = LINE / (share + (1.0 - share) * 0.4)
        assert_share(works[here].mean(), share, N)
        assert_mean(days[here], LINE)
        assert_mean(days[here & ~works], 0.4 * working)
        assert_mean(days[here & works], working)
    assert len(people) == N


def test_a_relapse_after_a_course_raises_the_pain_by_one_jump() -> None:
    parameters = busy_care()
    onset, jump = 3.0, 2.0
    set_pain(parameters[1], onset=onset, cap=9.0, jump=jump)
    parameters[1]["decline_pain_share"] = 0.0
    cared = strategies_of("ebrt_8gy1")
    relapses = lower = 0
    for life in replay(parameters, alike(400, stage=Stage.DISTANT), 33, strategies=cared):
        held: list[float] = []
        before = np.zeros(0)
        worst: dict[int, float] = {}
        follows = -1
        for person, _, event in life:
            pains = person["lesions"]["biological_pain"]
            if held and person["event"] == Event.PAIN_RELAPSED:
                cap = person["lesions"]["pain_cap"][follows]
                risen = min(before[follows] + jump, cap)
                if before[follows] == 0.0:
                    risen = onset
                assert pains[follows] == risen
                relapses += 1
                lower += pains[follows] < worst[follows]
                assert person["lesions"]["relieved"][follows] == 0
                assert person["lesions"]["tumor_ratio"][follows] == 1.0
            for place in places(person):
                worst[place] = max(worst.get(place, 0.0), float(pains[place]))
            held, before = [1.0], pains.copy()
            follows = int(person["lesion_next"])
            assert event == NOTHING or person["alive"]
    assert relapses > 20
    assert lower > 5


# Remission.

REMISSION, HEALS = 150.0, 90.0
NOT_IN_REMISSION = (
    Event.SKELETAL_METASTASIS,
    Event.SPINAL_METASTASIS,
    Event.LEVEL_SEEDED,
    Event.OUTSIDE_SEEDED,
    Event.PAIN_ONSET_OR_ESCALATION,
    Event.EPIDURAL_EXTENSION,
    Event.NEUROLOGIC_DEFICIT,
    Event.VERTEBRAL_FRACTURE,
    Event.INSTABILITY,
    Event.SURVEILLANCE_IMAGING,
    Event.PAIN_RELAPSED,
)
"""What a tumor does, and a tumor in remission does not; and nobody looks for it."""


def remitting(cured: bool) -> Parameters:
    """Much in each spine at diagnosis; all are cured, or become incurable again."""
    cancers, worlds = growing(
        level_seeding_rate_per_day=0.02,
        level_contiguous_rate_per_day=RATE,
        lead_time_mean_days=200.0,
        vertebral_fracture_rate_per_day=RATE,
        instability_rate_per_day=RATE,
        fracture_settles_mean_days=1e15,
        epidural_rate_per_day=0.02,
        deficit_rate_per_day=0.003,
        pain_onset_rate_per_day=RATE,
        pain_escalation_rate_per_day=RATE,
        outside_seeding_rate_per_day=RATE,
        surveillance_rate_per_day=RATE,
        spine_hit_share=0.8,
        spinal_seeding_rate_per_day=RATE,
        remission_mean_days=REMISSION,
        remission_heals_mean_days=HEALS,
    )
    set_pain(worlds, onset=3.0, cap=9.0)
    cancers["skeletal_seeding_rate_per_day"] = RATE
    cancers["incurable_share"] = 0.0 if cured else 1.0
    return cancers, worlds


def test_in_remission_nothing_is_seeded_or_grows_and_all_pain_ends() -> None:
    people, log = live(remitting(cured=True))
    day = first_days(people, log, Event.REMISSION)
    assert stats.kstest(day, stats.expon(scale=REMISSION).cdf).pvalue > TAIL
    assert (people["incurable_day"] == NEVER).all()
    assert (people["dissemination_day"] == 0.0).all()
    own = day[np.searchsorted(people["number"], log.person)]
    active = np.isin(log.event, NOT_IN_REMISSION)
    assert (log.day[active] <= own[active]).all()
    for event in NOT_IN_REMISSION[2:-1]:
        assert (log.event == event).sum() > 50, event
    lesions = people["lesions"]
    mine = lesions["seeded_day"] < NEVER
    mine &= people["n_lesions"][:, None] > 0
    assert (lesions["biological_pain"][mine] == 0.0).all()
    assert (lesions["mechanical_pain"][mine] == 0.0).all()
    assert (people["pain"] == 0.0).all()
    healed = log.event == Event.MECHANICAL_PAIN_RELIEVED
    waits = log.day[healed] - own[healed]
    assert len(waits) > 300
    assert stats.kstest(waits, stats.expon(scale=HEALS).cdf).pvalue > TAIL


def around_remission(parameters: Parameters, event: int) -> tuple[Days, Days, Days, Days]:
    """First days of an event without and with remission, and the days of remission and relapse."""
    parameters[0]["incurable_share"] = 1.0
    parameters[0]["incurable_scale_days"] = 600.0
    days = []
    for mean_days in (1e15, REMISSION):
        parameters[1]["remission_mean_days"] = mean_days
        people, log = live(parameters, primary=MYELOMA, stage=Stage.NOT_STAGED)
        days.append(first_days(people, log, event))
    ends = people["incurable_day"]
    assert (ends < NEVER).all()
    begins = np.minimum(first_days(people, log, Event.REMISSION), ends)
    return days[0], days[1], begins, ends


@pytest.mark.parametrize(
    ("name", "event", "rises"),
    [
        ("vertebral_fracture_rate_per_day", Event.VERTEBRAL_FRACTURE, True),
        ("epidural_rate_per_day", Event.EPIDURAL_EXTENSION, True),
        ("pain_onset_rate_per_day", Event.PAIN_ONSET_OR_ESCALATION, False),
        ("level_seeding_rate_per_day", Event.LEVEL_SEEDED, False),
    ],
)
def test_a_relapse_of_the_cancer_starts_lesions_again(name: str, event: int, rises: bool) -> None:
    """They have shrunk to nothing meanwhile, and spend what was left of their budgets."""
    parameters = growing(**{name: RATE})
    parameters[0]["remission_heals_bone"] = 1
    before, day, begins, ends = around_remission(parameters, event)
    remitted = begins < ends
    until, after = np.minimum(day, begins), np.where(remitted, np.maximum(day - ends, 0.0), 0.0)
    if rises:
        # Without a remission the disease that comes back finds lesions as they are.
        without = np.where(remitted, ramp(until) + ramp(after), ramp(day))
        np.testing.assert_allclose(without, ramp(before), rtol=1e-9, atol=1e-9)
    else:
        spent = np.where(remitted, until + after, day)
        np.testing.assert_allclose(spent, before, rtol=1e-9, atol=1e-9)
    for moment in (day < begins, remitted & (day > ends)):
        assert moment.mean() > 0.05
    assert not (remitted & (begins < day) & (day < ends)).any()


def test_bone_that_does_not_heal_stays_as_weak_in_remission_as_under_a_line_that_works() -> None:
    """As in myeloma: it is held and shrinks no more than then, and may collapse meanwhile."""
    parameters = growing(vertebral_fracture_rate_per_day=RATE, response_shrinks_by=SHRINKS)
    parameters[0]["remission_heals_bone"] = 0
    before, day, begins, ends = around_remission(parameters, Event.VERTEBRAL_FRACTURE)
    np.testing.assert_allclose(of_bone(day, begins, ends), ramp(before), rtol=1e-9, atol=1e-9)
    assert ((begins < day) & (day < ends)).mean() > 0.05


def test_surveillance_stops_in_remission_and_goes_on_after_a_relapse_of_the_cancer() -> None:
    """It goes on for life, which therefore ends: of those who live to see an image."""
    parameters = growing(surveillance_rate_per_day=RATE)
    parameters[0]["death_rate_per_day"] = 1.0 / 2_000.0
    before, day, begins, ends = around_remission(parameters, Event.SURVEILLANCE_IMAGING)
    remitted, seen = begins < ends, day < NEVER
    spent = np.where(remitted, np.minimum(day, begins) + np.maximum(day - ends, 0.0), day)
    np.testing.assert_allclose(spent[seen], before[seen], rtol=1e-9, atol=1e-9)
    for moment in (day < begins, remitted & seen & (day > ends)):
        assert moment.mean() > 0.05
    assert not (remitted & (begins < day) & (day < ends)).any()


def test_the_spine_may_be_seeded_after_a_relapse_of_the_cancer() -> None:
    """Where the skeleton is involved and the spine is not, its clock stands still in remission."""
    cancers, worlds = growing(spine_hit_share=0.0, spinal_seeding_rate_per_day=RATE)
    cancers["incurable_share"], cancers["incurable_scale_days"] = 1.0, 600.0
    worlds["remission_mean_days"] = REMISSION
    people, log = live((cancers, worlds), primary=MYELOMA, stage=Stage.NOT_STAGED)
    ends = people["incurable_day"]
    begins = np.minimum(first_days(people, log, Event.REMISSION), ends)
    day = people["spinal_metastasis_day"]
    spent = np.minimum(day, begins) + np.maximum(day - ends, 0.0)
    assert stats.kstest(spent * RATE, stats.expon.cdf).pvalue > TAIL


@pytest.mark.parametrize("name", ["none", "usual_care"])
def test_a_child_whose_leukemia_is_cured_has_no_pain_after_remission(name: str) -> None:
    """Bone that hurts on movement heals within months, and pain does not come back for life."""
    cancers, worlds = full()
    cancers["incurable_share"] = 0.0
    cancers["skeleton_hit_share_at_diagnosis"] = worlds["spine_hit_share"] = 1.0
    worlds["lead_time_mean_days"] = 1_000.0
    worlds["vertebral_fracture_rate_per_day"] *= 5.0
    plan = alike(
        600, primary=PRIMARIES.index("leukemia"), stage=Stage.NOT_STAGED, age=6.0, year=2010
    )
    heals_days = worlds["remission_heals_mean_days"][0]
    hurt = mechanical = cured = 0
    for life in replay((cancers, worlds), plan, 35, strategies=strategies_of(name)):
        remission = NEVER
        for person, day, _ in life:
            lesions = person["lesions"][places(person)]
            if person["event"] == Event.REMISSION:
                remission = float(person["now"])
                hurt += person["pain_onset_day"] < NEVER
                mechanical += (lesions["mechanical_pain"] > 0.0).any()
            if person["remission"] == 1:
                assert (lesions["biological_pain"] == 0.0).all()
                assert person["pain"] == 0.0 or day < remission + 25.0 * heals_days
        if remission < NEVER:
            assert person["pain_days"] <= remission + 25.0 * heals_days
        cured += remission < NEVER
    assert cured > 500
    assert hurt > 20
    assert mechanical > 5
