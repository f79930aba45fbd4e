"""What is shown of a run while it goes on: rate, time left, main measure; and where it is not.

Rooms: engine, tables, doors.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from sim import InputError
from sim.engine.pace import Pace
from sim.engine.pool import Task, Workers
from sim.options import progress_bar
from sim.tables.running import Running


class Clock:
    """Seconds that pass when they are told to."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_time_left_counts_draws_at_what_they_cost() -> None:
    """A draw of a tenth of the lives is shorter, and its lives cost more: each by its own rate."""
    clock = Clock()
    pace = Pace(clock)
    clock.now += 50.0  # compiling
    pace.begin()
    assert pace.words(10, 10) == ""
    clock.now += 10.0
    pace.add(1_000, drawn=False, before=False)
    assert pace.rate == 100.0
    assert pace.seconds_left(500, 300) == pytest.approx(5.0 + 3.0)
    clock.now += 10.0
    pace.add(500, drawn=True, before=False)
    assert pace.seconds_left(0, 300) == pytest.approx(6.0)
    assert pace.words(0, 300) == "75 lives/s, 6 s left"


def test_what_was_lived_before_is_no_part_of_the_rate() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.add(1_000_000, drawn=False, before=True)
    clock.now += 2.0
    pace.add(200, drawn=False, before=False)
    assert pace.rate == 100.0


def test_the_main_measure_has_an_interval_as_soon_as_there_are_enough_samples() -> None:
    running = Running(draws=0, replicates=3)
    assert running.words == ""
    running.add(0, 1.0)
    assert running.words == "new_spinal_metastasis 1"
    running.add(0, 2.0)
    running.add(0, 3.0)
    assert running.words == "new_spinal_metastasis 2 (-0 to 4)"
    drawn = Running(draws=100, replicates=1)
    drawn.add(0, 1_000.0)
    drawn.add(-1, 500.0)  # the people of a draw, at the point estimate
    for value in range(1, 39):
        drawn.add(value, float(value))
    assert drawn.words == "new_spinal_metastasis 39"
    drawn.add(39, 39.0)
    assert drawn.words == "new_spinal_metastasis 40 (2 to 78)"


class Screen(io.StringIO):
    """A standard error that is a terminal, or is not."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_the_bar_is_there_once_lives_begin_and_on_a_terminal_alone(
    terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    with progress_bar("town", quiet=False) as bar:
        assert screen.getvalue() == ""  # nothing stands at 0 while kernels compile
        bar.tell("An earlier run was replaced.")
        assert screen.getvalue() == "An earlier run was replaced.\n"
        clock = Clock()
        monkeypatch.setattr("tqdm.std.time", clock)
        bar.pace("100 lives/s, 3 s left; new_spinal_metastasis 40 (2 to 78)")
        bar.report(0, 400)
        clock.now += 10.0
        bar.watch("delay_days 4.9 ± 0.1")
        bar.report(100, 400)
    shown = screen.getvalue().removeprefix("An earlier run was replaced.\n")
    assert (shown != "") == terminal
    if terminal:
        assert "25%" in shown
        assert "100/400 lives, 100 lives/s, 3 s left; new_spinal_metastasis 40 (2 to 78); " in shown


class Dying(ThreadPoolExecutor):
    """An executor that breaks, with all that is under way, while there are deaths to come."""

    deaths = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        if Dying.deaths > 0:
            Dying.deaths -= 1
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor())
            return future
        return super().submit(fn, *args, **kwargs)


def tasks(n: int) -> Iterator[Task[int, int]]:
    for number in range(n):
        yield Task(number, lambda number=number: number**2)  # type: ignore[misc]


def squares(deaths: int, n: int = 20) -> dict[int, int | None]:
    Dying.deaths = deaths
    started: list[Executor] = []

    def start() -> Executor:
        started.append(Dying(2))
        return started[-1]

    with Workers(start, 2) as workers:
        found = dict(workers.as_done(tasks(n)))
    assert len(started) <= 1 + deaths
    return found


@pytest.mark.parametrize("deaths", [0, 1, 2])
def test_a_part_whose_worker_died_is_given_to_another(deaths: int) -> None:
    assert squares(deaths) == {number: number**2 for number in range(20)}


def test_workers_that_keep_dying_are_told_of_in_one_sentence() -> None:
    with pytest.raises(InputError, match=r"workers is 2, and their processes were ended from outs"):
        squares(1_000)


def test_no_more_is_begun_than_there_is_room_for() -> None:
    begun: list[int] = []

    def counted() -> Iterator[Task[int, int]]:
        for task in tasks(20):
            begun.append(task.tag)
            yield task

    with Workers(lambda: ThreadPoolExecutor(2), 2) as workers:
        for done, _ in enumerate(workers.as_done(counted(), lambda: False)):
            assert len(begun) == done + 1
    assert len(begun) == 20


def test_arrays_come_back_from_bytes_as_they_were() -> None:
    from sim.clinics.log import REFERRED
    from sim.engine.packed import packed, unpacked

    luck = np.random.default_rng(1)
    arrays = [
        luck.integers(0, 9, (3, 4)).astype(np.int32),
        np.zeros((2, 0, 5)),
        np.zeros(3, REFERRED),
        luck.random((2, 3)).T,
        np.array([2**64 - 1], np.uint64),
    ]
    arrays[2]["delay_days"] = luck.random(arrays[2]["delay_days"].shape)
    found = unpacked(packed(arrays))
    for there, here in zip(found, arrays, strict=True):
        assert there.dtype == here.dtype
        np.testing.assert_array_equal(there, here)
