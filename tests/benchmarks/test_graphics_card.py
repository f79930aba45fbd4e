"""A graphics card beside the processor: only where there is one.

What bounds the card stands in `sim.engine.card.pool`. The card's code is made, and everything is
lived once, before anything is timed; each number is held to the same counts.

Room: engine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sim.counting.tally import Window
from sim.engine.card.device import GraphicsCard, check_card
from sim.engine.card.queue import the_card
from sim.engine.crew import Crew
from sim.engine.lives import Lives
from sim.engine.model import build_model
from sim.engine.workers import CARD_BLOCK, CARD_PARTS, cut, usable_cores
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.fitting.problem import Problem
from sim.inputs.catalog import strategy
from sim.inputs.population import Population
from sim.scenario import Scenario
from sim.uncertainty.evaluation import Evaluation
from tests.benchmarks.measuring import Table
from tests.benchmarks.test_speed_and_memory import EIGHT

pytestmark = pytest.mark.benchmark

DRAWS = 8
AIM = "100,000,000 lives/s (H100, H200)"


@pytest.fixture(scope="session")
def card(table: Table) -> str:
    """What the card is called; without one there is nothing to measure."""
    try:
        check_card()
    except InputError as error:
        table.add("a graphics card", "there is none here", AIM)
        pytest.skip(str(error))
    return GraphicsCard().name


def lives_of(years: tuple[int, int], draw: int, *names: str) -> Lives:
    """Everybody of the United States who lives in 2010 and was diagnosed in some years."""
    values = evidence().draw(draw)
    plan = Population.united_states(2010).plan(*years, values)
    model = build_model(plan, [strategy(name) for name in names], values, draw=draw)
    return Lives(model, Window(2010, 1, 2010, 2010), "gpu")


def seconds(function: Callable[[], object]) -> float:
    """How long it takes, on the wall."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def live_after_each_other(draws: list[Lives]) -> None:
    """Live draws on the card, each as soon as there is room for it."""
    parts = [(one, block) for one in draws for block in cut(segments_of(one), CARD_BLOCK)]
    for part in [the_card().ask(*part) for part in parts]:
        part.result()


def segments_of(lives: Lives) -> list[tuple[int, int, int]]:
    """Everybody."""
    return [(i, 0, n) for i, n in enumerate(lives.model.groups["count"].tolist())]


def test_a_card_lives_the_same_people_many_times_as_fast(card: str, table: Table) -> None:
    with Crew.started(engine="gpu") as on_card, Crew.started() as here:
        for what, years, names in (
            ("a year of the United States", (2010, 2010), EIGHT[:1]),
            ("the same, eight strategies", (2010, 2010), EIGHT),
            ("everybody diagnosed since 1980", (1980, 2010), EIGHT[:1]),
        ):
            lives = lives_of(years, 0, *names)
            (tally, care), (ours, our_care) = on_card.live(lives), here.live(lives)
            for mine, its in zip((*tally, *care), (*ours, *our_care), strict=True):
                assert np.array_equal(mine, its)
            alone = seconds(lambda lives=lives: on_card.live(lives))
            beside = seconds(lambda lives=lives: here.live(lives))
            people = lives.model.people
            table.add(
                f"{what}, one draw, {card}",
                f"{people / alone:,.0f} lives/s, {beside / alone:.0f} times {usable_cores()} cores",
            )
    draws = [lives_of((1980, 2010), draw, EIGHT[0]) for draw in range(DRAWS)]
    live_after_each_other(draws[:1])
    taken = seconds(lambda: live_after_each_other(draws))
    people = sum(one.model.people for one in draws)
    table.add(
        f"everybody diagnosed since 1980, {DRAWS} draws after each other, {card}",
        f"{people / taken:,.0f} lives/s",
        AIM,
    )


def test_what_a_fit_and_a_sensitivity_analysis_take_on_a_card(card: str, table: Table) -> None:
    known = evidence()
    scenario = Scenario(name="card", strategies=EIGHT[:2])
    with Crew.started(engine="gpu") as on_card, Crew.started() as here:
        problems = [Problem(known, (), 40_000, crew) for crew in (here, on_card)]
        with ThreadPoolExecutor(CARD_PARTS) as threads:

            def points(engine: str) -> None:
                evaluation = Evaluation(scenario, ("delay_days",), 1_000_000, engine)
                list(threads.map(evaluation.at, [known.draw(draw) for draw in range(1, 9)]))

            for what, slow, fast in (
                ("a simulation of the fit", *(lambda p=p: p.simulate(p.start) for p in problems)),
                ("8 points of 1,000,000", *(lambda e=e: points(e) for e in ("cohort", "gpu"))),
            ):
                fast()
                taken = [seconds(one) for one in (slow, fast)]
                table.add(
                    f"{what}, {card}",
                    f"{taken[1]:.2f} s, {taken[0] / taken[1]:.0f} times {usable_cores()} cores",
                )


def test_draws_of_a_run_have_the_hash_of_the_processor(card: str) -> None:
    scenario = Scenario(name="card", strategies=EIGHT[:2], draws=8, people_per_draw=200_000)
    found, expected = (
        scenario.with_options(engine=engine).run().run["results_hash"]
        for engine in ("gpu", "cohort")
    )
    assert found == expected
