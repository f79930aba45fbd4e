"""Systemic therapy: lines, classes and delays from toxicity, replayed and in closed form.

Room: life.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

from sim.counting.event_log import EventLog
from sim.evidence.vocabulary import MOST_LINES, Stage, Therapy, TherapyClass
from sim.life.events import Event
from tests.replay import NOTHING, busy, copied, replay
from tests.simplified import (
    TAIL,
    Parameters,
    Records,
    alike,
    assert_mean,
    assert_share,
    live_everybody,
    simplified,
)

N = 8_000
CYCLE, LINE, GAP = 21.0, 300.0, 14.0
PRONE, PER_CYCLE = 0.6, 0.15


def treated(lines: float = 0.0) -> Parameters:
    """Everybody with distant disease is treated; a share gets a next line."""
    cancers, worlds = simplified()
    cancers["therapy_share"] = 1.0
    cancers["therapy_line_mean_days"] = LINE
    cancers["therapy_next_line_share"] = lines
    worlds["therapy_start_mean_days"] = 30.0
    worlds["therapy_gap_days"] = GAP
    worlds["therapy_cycle_days"] = CYCLE
    worlds["toxicity_prone_share"] = PRONE
    worlds["toxicity_delay_per_cycle"] = PER_CYCLE
    worlds["toxicity_delay_least_days"] = 7.0
    worlds["toxicity_delay_more_mean_days"] = 10.0
    return cancers, worlds


def lived(parameters: Parameters, n: int = N) -> tuple[Records, EventLog]:
    people, log, _ = live_everybody(parameters, alike(n, stage=Stage.DISTANT), seed=15)
    return people, log


def test_a_share_of_incurable_people_is_treated_after_an_exponential_time() -> None:
    cancers, worlds = treated()
    cancers["therapy_share"] = 0.7
    _, log = lived((cancers, worlds))
    starts = log.event == Event.THERAPY_STARTED
    assert_share(starts.sum() / N, 0.7, N)
    assert stats.kstest(log.day[starts], stats.expon(scale=30.0).cdf).pvalue > TAIL
    never, _, _ = live_everybody((cancers, worlds), alike(200, stage=Stage.LOCALIZED))
    assert (never["therapy_line"] == 0).all()


def test_lines_follow_in_their_share_after_the_gap_and_end_at_their_mean() -> None:
    share = 0.6
    cancers, worlds = treated(share)
    cancers["therapy_line_mean_days"] = means = (300.0, 200.0, 120.0, 90.0, 70.0, 50.0)
    worlds["toxicity_prone_share"] = 0.0
    people, log = lived((cancers, worlds))
    seen = np.bincount(people["therapy_line"], minlength=MOST_LINES + 1)
    assert seen[0] == 0
    assert len(seen) == MOST_LINES + 1
    expected = share ** np.arange(MOST_LINES)
    expected[:-1] *= 1.0 - share
    assert stats.chisquare(seen[1:], N * expected).pvalue > TAIL
    for number in range(1, MOST_LINES + 1):
        mine = np.isin(log.person, people["number"][people["therapy_line"] == number])
        start = log.day[mine & (log.event == Event.THERAPY_STARTED)].reshape(-1, number)
        end = log.day[mine & (log.event == Event.THERAPY_LINE_ENDED)].reshape(-1, number)
        np.testing.assert_allclose(start[:, 1:] - end[:, :-1], GAP, rtol=1e-9)
        for line in range(number):
            wait = (end - start)[:, line]
            assert stats.kstest(wait, stats.expon(scale=means[line]).cdf).pvalue > TAIL


def test_classes_go_by_their_shares_and_only_cytotoxic_therapy_is_delayed() -> None:
    cancers, worlds = treated()
    cancers["therapy_class_share"] = shares = np.array([0.3, 0.2, 0.15, 0.1, 0.1, 0.1, 0.05])
    worlds["toxicity_prone_share"] = 1.0
    people, _ = lived((cancers, worlds))
    seen = np.bincount(people["therapy_class"], minlength=len(shares))
    assert stats.chisquare(seen, N * shares).pvalue > TAIL
    cytotoxic = people["therapy_class"] == TherapyClass.CYTOTOXIC
    assert (people["n_toxicity_delays"][~cytotoxic] == 0).all()
    assert (people["n_cycles"][~cytotoxic] == 0.0).all()
    assert (people["n_cycles"][cytotoxic] > 0.0).all()
    assert (people["n_toxicity_delays"][cytotoxic] > 0).mean() > 0.5


def test_a_share_of_people_is_ever_delayed() -> None:
    """Prone ones at each slot with p, in a line that lasts an exponential time.

    The line survives a cycle with s, so that a delay comes before its end with ps / (1 - (1-p)s).
    """
    people, _ = lived(treated())
    s = np.exp(-CYCLE / LINE)
    ever = PER_CYCLE * s / (1.0 - (1.0 - PER_CYCLE) * s)
    assert_share((people["n_toxicity_delays"] > 0).mean(), PRONE * ever, N)
    prone = people["therapy_tolerance"] == 1.0
    assert_share(prone.mean(), PRONE, N)
    assert (people["n_toxicity_delays"][~prone] == 0).all()


def test_the_first_delay_comes_at_a_geometric_slot_of_its_line() -> None:
    cancers, worlds = treated()
    # So long a line, and so long a delay, that there is one of each.
    cancers["therapy_line_mean_days"] = 1e8
    worlds["toxicity_delay_more_mean_days"] = 1e16
    worlds["toxicity_prone_share"] = 1.0
    people, log = lived((cancers, worlds), 4_000)
    assert (people["n_toxicity_delays"] == 1).all()
    delays = log.event == Event.TOXICITY_DELAY
    starts = log.event == Event.THERAPY_STARTED
    np.testing.assert_array_equal(log.person[delays], log.person[starts])
    slots = (log.day[delays] - log.day[starts]) / CYCLE
    np.testing.assert_allclose(slots, np.round(slots), atol=1e-6)
    number = np.round(slots).astype(int)
    k = np.arange(1, 25)
    seen = [*((number == i).sum() for i in k), (number > 24).sum()]
    oracle = stats.geom(PER_CYCLE)
    expected = np.array([*oracle.pmf(k), oracle.sf(24)]) * len(people)
    assert stats.chisquare(seen, expected).pvalue > TAIL


@pytest.mark.parametrize(
    ("line", "ratio"),
    [
        pytest.param(1, 1.3, marks=pytest.mark.slow),
        pytest.param(2, 1.3, marks=pytest.mark.slow),
        (3, 1.0),
        (3, 1.3),
    ],
)
def test_of_the_slots_of_each_line_a_share_is_delayed(line: int, ratio: float) -> None:
    """Prone people, slot by slot: p in the first line, times a ratio in every further one."""
    cancers, worlds = treated(1.0)
    worlds["toxicity_prone_share"] = 1.0
    worlds["toxicity_per_line_ratio"] = ratio
    _, log = lived((cancers, worlds), 3_000)
    delayed = due = now = 0
    since = 0.0
    for day, event in zip(log.day, log.event, strict=True):
        if event == Event.THERAPY_STARTED:
            now, since = now % MOST_LINES + 1, day
        elif event in (Event.TOXICITY_DELAY, Event.THERAPY_LINE_ENDED) and since >= 0.0:
            if now == line:
                delayed += event == Event.TOXICITY_DELAY
                due += int(np.floor((day - since) / CYCLE + 1e-9))
            since = -1.0
        elif event == Event.TOXICITY_DELAY_OVER:
            since = day
    assert_share(delayed / due, PER_CYCLE * ratio ** (line - 1), due)


def test_a_delay_begins_on_a_slot_of_the_line_and_the_slots_run_on_from_its_end() -> None:
    _, log = lived(treated(0.5), 2_000)
    begin = np.isin(log.event, (Event.THERAPY_STARTED, Event.TOXICITY_DELAY_OVER))
    for i in np.flatnonzero(log.event == Event.TOXICITY_DELAY):
        assert begin[i - 1]
        cycles = (log.day[i] - log.day[i - 1]) / CYCLE
        assert cycles == pytest.approx(round(cycles), abs=1e-6)
        assert round(cycles) >= 1


def test_delays_last_a_week_and_then_an_exponential_time() -> None:
    cancers, worlds = treated()
    cancers["therapy_line_mean_days"] = 1e6
    _, log = lived((cancers, worlds), 150)
    begins = np.flatnonzero(log.event == Event.TOXICITY_DELAY)
    whole = begins[log.event[begins + 1] == Event.TOXICITY_DELAY_OVER][:20_000]
    days = log.day[whole + 1] - log.day[whole]
    assert len(days) > 10_000
    assert days.min() >= 7.0 - 1e-6
    assert_mean(days, 17.0)
    # Days since diagnosis of many millions round to a millionth.
    assert stats.kstest(days, stats.expon(7.0 - 1e-6, 10.0).cdf).pvalue > TAIL


def test_times_in_the_states_of_therapy_add_up_to_the_life_after_its_start() -> None:
    """Days on, delays that ended, delays cut off, gaps and after the last line: by replay."""
    allowed = {
        (Therapy.NONE, Therapy.ON),
        (Therapy.ON, Therapy.TOXICITY_DELAY),
        (Therapy.TOXICITY_DELAY, Therapy.ON),
        (Therapy.ON, Therapy.NONE),
        (Therapy.TOXICITY_DELAY, Therapy.NONE),
        (Therapy.ON, Therapy.STOPPED),
        (Therapy.TOXICITY_DELAY, Therapy.STOPPED),
        # Offered again, when skeletal metastasis is found.
        (Therapy.STOPPED, Therapy.NONE),
    }
    parameters = busy()
    parameters[1]["toxicity_prone_share"] = 1.0
    delays = cut_off = 0
    for life in replay(parameters, alike(250, stage=Stage.DISTANT), seed=16):
        moments = [
            (p["now"], d, e, p["therapy"], p["therapy_class"], p["therapy_cycle_days"], p)
            for p, d, e in ((copied(p), d, e) for p, d, e in life)
        ]
        end = moments[-1][-1]
        days = np.zeros(len(Therapy))
        over = cycles = 0.0
        for now, day, event, therapy, kind, cycle, _ in moments[:-1]:
            days[therapy] += day - now
            if therapy == Therapy.ON and kind == TherapyClass.CYTOTOXIC:
                cycles += (day - now) / cycle
            if event == Event.TOXICITY_DELAY_OVER:
                delays += 1
            cut_off += therapy == Therapy.TOXICITY_DELAY and event == Event.THERAPY_LINE_ENDED
            assert event != NOTHING
        spells = [0.0]
        for now, day, event, therapy, *_ in moments[:-1]:
            if therapy == Therapy.TOXICITY_DELAY:
                spells[-1] += day - now
                if event == Event.TOXICITY_DELAY_OVER:
                    over += spells[-1]
            if therapy != Therapy.TOXICITY_DELAY or event in (
                Event.TOXICITY_DELAY_OVER,
                Event.THERAPY_LINE_ENDED,
            ):
                spells.append(0.0)
        for (*_, before), (*_, after) in pairwise(moments):
            change = (int(before["therapy"]), int(after["therapy"]))
            assert change[0] == change[1] or change in allowed
        assert days.sum() == pytest.approx(end["death_day"], rel=1e-9)
        assert end["days_on_therapy"] == pytest.approx(days[Therapy.ON], rel=1e-9, abs=1e-8)
        off = days[Therapy.NONE] + days[Therapy.STOPPED]
        assert end["days_off_therapy"] == pytest.approx(off, rel=1e-9, abs=1e-8)
        held = days[Therapy.TOXICITY_DELAY]
        assert end["toxicity_days"] == pytest.approx(held, rel=1e-9, abs=1e-8)
        assert end["toxicity_delay_days"] == pytest.approx(over, rel=1e-9, abs=1e-8)
        assert end["n_cycles"] == pytest.approx(cycles, rel=1e-9, abs=1e-8)
        assert end["therapy_line"] <= end["therapy_offered_line"] + MOST_LINES
        assert end["n_toxicity_delays"] >= end["n_toxicity_delays_over"]
    assert delays > 20
    assert cut_off > 0
