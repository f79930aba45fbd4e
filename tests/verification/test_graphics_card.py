"""A graphics card lives the same lives as the processor, to the last bit. Room: engine.

Where there is no card the processor plays one: its driver is `tests.processor_driver`, and the
kernels are those of a card. That the code of a card does what they do rests on LLVM; what can be
seen of it without a card is looked at here.
"""

from __future__ import annotations

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli import main
from sim.counting.tally import Window
from sim.engine.card import pool, queue
from sim.engine.card.code import card_code, make_code
from sim.engine.card.job import CARD_JOB
from sim.engine.card.pool import FEWEST_SEATS, MOST_SLOTS
from sim.engine.card.queue import Tallies, the_card
from sim.engine.crew import Crew
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.engine.workers import block_segments, live_segments
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.fitting.problem import Problem
from sim.fitting.sketch import Sketch
from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.inputs.strategies import Strategy
from sim.scenario import Scenario
from sim.uncertainty.evaluation import Evaluation
from tests.processor_driver import (
    ILLEGAL_ADDRESS,
    NO_DEVICE,
    OUT_OF_MEMORY,
    ProcessorDriver,
    a_card,
)
from tests.verification.test_browser_module import MINE, STRATEGIES, differing

ONE = [strategy("usual_care")]


def lives_of(
    strategies: list[Strategy],
    *,
    draw: int = 0,
    replicate: int = 0,
    years: tuple[int, int] = (2010, 2010),
    people: int = 1_500,
    n_ages: int | None = None,
) -> Lives:
    """The lives of some people of the United States."""
    values = evidence().draw(draw)
    plan = Population.united_states(2010).plan(*years, values).thinned(people)
    model = build_model(
        plan, strategies, values, treatments=[MINE], seed=2**60 + 19, draw=draw
    )._replace(replicate=replicate)
    whole = Lives(model, Window(2010, 1, 2010, 2010), "gpu")
    return whole if n_ages is None else Lives(model, whole.window, "gpu", n_ages=n_ages)


def on_processor(lives: Lives) -> Tallies:
    """What the cohort engine counts."""
    (segments,) = block_segments(lives.model, lives.model.people)
    block = live_segments(Lives(lives.model, lives.window, n_ages=lives.n_ages), segments)
    return block.tally, block.care_tally


def on_card(*parts: Lives) -> list[Tallies]:
    """What the card counts of parts that are asked for side by side."""

    def counted(lives: Lives) -> Tallies:
        (segments,) = block_segments(lives.model, lives.model.people)
        block = live_segments(lives, segments)
        return block.tally, block.care_tally

    with ThreadPoolExecutor(len(parts)) as threads:
        return list(threads.map(counted, parts))


@pytest.fixture(scope="module")
def ptx() -> str:
    """The code of a card of the H100's generation."""
    return make_code(90)


def test_the_model_is_compiled_for_a_card(ptx: str) -> None:
    assert ".target sm_90" in ptx
    entries = re.findall(r"^\.visible \.entry (\w+)\(", ptx, re.MULTILINE)
    assert set(entries) == {"sit", "share_places", "find_place", "live_turns"}
    assert ptx.count(".maxnreg 96") == len(entries)
    assert "double" not in ptx  # what LLVM could not lower would stand there in its own words


def test_the_code_of_a_card_calls_nothing_that_is_not_in_it(ptx: str) -> None:
    assert ".extern" not in ptx


def test_the_code_of_a_card_fuses_nothing_and_rounds_everything_to_nearest(ptx: str) -> None:
    assert "fma" not in ptx
    operations = set(re.findall(r"\b(?:add|sub|mul|div|sqrt)\.[a-z.]*f(?:32|64)\b", ptx))
    assert {"add.rn.f64", "mul.rn.f64", "div.rn.f64", "sqrt.rn.f64"} <= operations
    assert all(".rn." in operation for operation in operations)


def test_a_card_counts_by_additions_that_nothing_comes_between(ptx: str) -> None:
    # Seats and counters of the order take 64 bits; counts of people by year 32.
    assert re.search(r"(?:atom|red)\.(?:relaxed\.\w+\.)?(?:global\.)?add\.u64", ptx)
    assert re.search(r"(?:atom|red)\.(?:relaxed\.\w+\.)?(?:global\.)?add\.u32", ptx)


def test_the_code_of_a_card_is_made_once(
    ptx: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.engine.card.code.code_folder", lambda: tmp_path)
    monkeypatch.setattr("sim.engine.card.code.make_code", lambda generation: ptx)
    told: list[str] = []
    assert card_code(90, told.append) == card_code(90, told.append) == ptx
    assert len(told) == 1
    assert "about a minute" in told[0]
    card_code(120, told.append)  # a later card runs the code of the newest known
    assert len(told) == 1


@pytest.mark.parametrize("few", [0, 40, 2**20], ids=["turns", "both", "to the end"])
@pytest.mark.parametrize("strategies", [ONE, STRATEGIES], ids=["one strategy", "several"])
def test_lives_on_a_card_are_those_of_the_cohort_engine(
    strategies: list[Strategy], few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_FEW", few)
    parts = [
        lives_of(strategies),
        lives_of(strategies, draw=1),
        lives_of(strategies, draw=2, replicate=3),
        lives_of(strategies, years=(1985, 2010)),
        lives_of(strategies, draw=3, people=7),
        lives_of(strategies, n_ages=1),
    ]
    driver = ProcessorDriver()
    with a_card(driver):
        found = on_card(*parts)
    for lives, counted in zip(parts, found, strict=True):
        assert differing(counted, on_processor(lives)) == []
    assert driver.launched["live_turns"] > (100 if few < 2**20 else 1)
    assert all(int(counted[0].cohort[0, :, :, 0].sum()) > 0 for counted in found)


def test_more_parts_than_slots_follow_each_other_in_one_pool(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pool, "_FEW", 20)
    parts = [lives_of(ONE, draw=draw, people=300) for draw in range(MOST_SLOTS + 3)]
    driver = ProcessorDriver()
    with a_card(driver):
        found = on_card(*parts)
    assert len(driver.sizes) == 1
    for lives, counted in zip(parts, found, strict=True):
        assert differing(counted, on_processor(lives)) == []


def test_a_card_with_little_memory_takes_a_smaller_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_FEW", 20)
    large, small = ProcessorDriver(2**29), ProcessorDriver(2**26)
    lives = lives_of(ONE)
    for driver in (large, small):
        with a_card(driver):
            assert differing(on_card(lives)[0], on_processor(lives)) == []
    assert small.sizes[0] < 2**26 < large.sizes[0] < 2**29
    assert small.launched["live_turns"] > large.launched["live_turns"]


def test_memory_that_somebody_else_takes_meanwhile_makes_the_pool_smaller() -> None:
    driver = ProcessorDriver()
    lives = lives_of(ONE, people=200)
    with a_card(driver):
        the_card()
        taken = iter([OUT_OF_MEMORY, OUT_OF_MEMORY])
        whole = ProcessorDriver.cuMemAlloc

        def refused(self: ProcessorDriver, size: int) -> object:
            code = next(taken, None)
            return whole(self, size) if code is None else (code, None)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(ProcessorDriver, "cuMemAlloc", refused)
            assert differing(on_card(lives)[0], on_processor(lives)) == []
    assert next(taken, None) is None


def test_a_card_without_room_for_anybody_says_so() -> None:
    with a_card(ProcessorDriver(2**20)), pytest.raises(InputError) as raised:
        on_card(lives_of(ONE, people=10))
    assert str(raised.value).startswith(
        "engine is 'gpu', and the card Processor could not go on (out of memory in cuMemAlloc); "
    )


def test_an_error_of_the_card_is_one_sentence_and_the_next_part_starts_it_anew() -> None:
    driver = ProcessorDriver(faults={"cuLaunchKernel": (3, ILLEGAL_ADDRESS)})
    lives = lives_of(ONE, people=500)
    with a_card(driver):
        with pytest.raises(InputError) as raised:
            on_card(lives)
        assert str(raised.value) == (
            "engine is 'gpu', and the card Processor could not go on (an illegal memory access was "
            "encountered in cuLaunchKernel); allowed: a new start, in which --resume goes on from "
            "what is done, or cohort, which lives the same lives on the processor"
        )
        driver.faults.clear()
        assert differing(on_card(lives)[0], on_processor(lives)) == []


@pytest.mark.parametrize(
    "function",
    ["cuMemGetInfo", "cuMemcpyHtoD", "cuMemcpyDtoH", "cuMemsetD8", "cuLaunchKernel", "cuMemFree"],
)
def test_whatever_fails_nobody_waits_for_ever(function: str) -> None:
    lives = [lives_of(ONE, people=20), lives_of(STRATEGIES, people=20)]
    asked = [(one, next(block_segments(one.model, one.model.people))) for one in lives]
    whole = ProcessorDriver()
    with a_card(whole):
        for future in [the_card().ask(*one) for one in asked]:
            future.result(60)
    for times in range(whole.called[function]):
        with a_card(ProcessorDriver(faults={function: (times, ILLEGAL_ADDRESS)})):
            futures = [the_card().ask(*one) for one in asked]
            ended = [future.exception(60) for future in futures]
        assert all(error is None or isinstance(error, InputError) for error in ended)
        assert any(ended)


def test_a_card_that_nothing_is_asked_of_is_left_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "IDLE_SECONDS", 0.05)
    driver = ProcessorDriver()
    lives = lives_of(ONE, people=30)
    with a_card(driver):
        for _ in range(2):
            assert differing(on_card(lives)[0], on_processor(lives)) == []
            until = time.monotonic() + 60.0
            while driver.called["cuDevicePrimaryCtxRelease"] < len(driver.sizes):
                assert time.monotonic() < until
                time.sleep(0.01)
    assert len(driver.sizes) == 2


def test_a_process_that_is_forked_off_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = the_card()
    assert the_card() is before
    monkeypatch.setattr("os.getpid", lambda: -1)
    monkeypatch.setattr(queue, "_queues", dict(queue._queues))
    assert the_card() is not before


def test_an_engine_that_no_computation_uses_is_refused() -> None:
    with (
        pytest.raises(InputError, match="engine is 'process'; allowed: cohort, gpu"),
        Crew.started(1, "process"),
    ):
        pass


def test_what_is_counted_under_a_strategy_does_not_depend_on_who_stands_beside_it() -> None:
    together, _ = on_processor(lives_of(STRATEGIES))
    for s, one in enumerate(STRATEGIES):
        alone, _ = on_processor(lives_of([one]))
        for name in ("cohort", "recorded", "days", "counts"):
            assert np.array_equal(getattr(together, name)[s], getattr(alone, name)[0]), (s, name)


def scenario(engine: str = "gpu") -> Scenario:
    """Some draws and replicates of two strategies."""
    return Scenario(
        name="card",
        years=(2010, 2010),
        population=Population.united_states(2010).scaled(2_000),
        strategies=("usual_care", "noms"),
        draws=3,
        people_per_draw=1_000,
        replicates=2,
        engine=engine,  # type: ignore[arg-type]
    )


def test_a_run_on_a_card_has_the_hash_of_the_cohort_engine() -> None:
    expected = scenario("cohort").run(workers=1)
    with a_card(ProcessorDriver()):
        found = scenario().run()
    assert found.run["results_hash"] == expected.run["results_hash"]
    assert found.run["engine"] == "gpu"


def test_a_run_goes_on_with_what_was_done_before_the_card_failed(tmp_path: Path) -> None:
    expected = scenario("cohort").run(workers=1)
    driver = ProcessorDriver(faults={"cuMemcpyDtoH": (150, ILLEGAL_ADDRESS)})
    with a_card(driver), pytest.raises(InputError, match="illegal memory access"):
        scenario().run(out=tmp_path / "run", workers=1)
    again = ProcessorDriver()
    with a_card(again):
        found = scenario().run(out=tmp_path / "run", workers=1, resume=True)
    assert found.run["results_hash"] == expected.run["results_hash"]
    everything = ProcessorDriver()
    with a_card(everything):
        scenario().run(workers=1)
    assert again.called["cuMemcpyHtoD"] < everything.called["cuMemcpyHtoD"]


def test_the_fit_and_the_posterior_see_the_same_on_a_card() -> None:
    known = evidence()
    for kind in (Problem, Sketch):
        with ThreadPoolExecutor(2) as threads:
            expected = kind(known, (), 300, Crew(threads, 2))
            with a_card(ProcessorDriver()):
                found = kind(known, (), 300, Crew(threads, 2, "gpu"))
                ours, theirs = found.simulate(found.start), expected.simulate(expected.start)
        for name in ("counts", "cohort", "recorded", "days"):
            assert np.array_equal(getattr(ours, name), getattr(theirs, name)), (kind, name)


def test_a_sensitivity_analysis_sees_the_same_on_a_card() -> None:
    measures = ("delay_days", "new_spinal_metastasis")
    expected = Evaluation(scenario("cohort"), measures, 900).at(evidence().point)
    with a_card(ProcessorDriver()):
        found = Evaluation(scenario(), measures, 900, "gpu").at(evidence().point)
    for name in measures:
        assert np.array_equal(found.found[name], expected.found[name], equal_nan=True)


def refusal(*options: str) -> str:
    """The one sentence that the command ends with, with status 2."""
    ran = CliRunner().invoke(main, ["run", "scenarios/us_2010.py", "--engine", "gpu", *options])
    assert ran.exit_code == 2, ran.output
    assert ran.output.count("\n") == 1
    return ran.output.strip()


def test_without_the_extra_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "cuda", None)
    monkeypatch.setitem(sys.modules, "cuda.bindings", None)
    assert refusal("--out", str(tmp_path / "run")) == (
        "Error: engine is 'gpu', and the package cuda-bindings is not there; allowed: after "
        "installing spinemets[gpu], or cohort, which lives the same lives on the processor"
    )
    assert not (tmp_path / "run").exists()


def test_without_a_card_the_command_says_so() -> None:
    with a_card(ProcessorDriver(faults={"cuInit": (0, NO_DEVICE)})):
        assert refusal() == (
            "Error: engine is 'gpu', and there is no NVIDIA graphics card here (no CUDA-capable "
            "device is detected in cuInit); allowed: where there is one, or cohort, which lives "
            "the same lives on the processor"
        )


def test_a_card_that_is_too_old_is_refused() -> None:
    with (
        a_card(ProcessorDriver(capability=(6, 1))),
        pytest.raises(InputError, match=r"has compute capability 6\.1; allowed: 7\.0 or later"),
    ):
        on_card(lives_of(ONE, people=5))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--microdata", "everybody"), "engine is 'gpu', which keeps no records; allowed with"),
        (("--workers", "0"), "workers is 0"),
    ],
)
def test_what_a_card_does_not_do_is_refused(options: tuple[str, ...], sentence: str) -> None:
    with a_card(ProcessorDriver()):
        assert sentence in refusal(*options)


def test_the_fewest_seats_fit_beside_one_slot() -> None:
    job, size = CARD_JOB.laid_out(
        n_seats=FEWEST_SEATS,
        n_records=1,
        n_slots=1,
        n_groups=64,
        n_cells=4096,
        n_segments=64,
        n_strategies=1,
        n_places=1,
        n_years=1,
        n_sexes=2,
        n_ages=18,
    )
    assert int(job["people"]) < size < 2**25
