"""Each number moved alone to the ends of its 95% range, the others as they are."""

from __future__ import annotations

from concurrent.futures import Executor
from typing import Any

import numpy as np
import pandas as pd

from sim.evidence.arrays import Array
from sim.uncertainty.asked import RANKING
from sim.uncertainty.evaluation import jackknife_variance
from sim.uncertainty.movable import Movable
from sim.uncertainty.questions import Questions

TORNADO_COLUMNS = (
    *("measure", "strategy", "against", "unit", "parameter", "value", "low", "high"),
    *("parameter_unit", "grade", "study", "base", "at_low", "at_high", "moves", "moves_se"),
    *("leader", "leader_at_low", "leader_at_high", "base_se", "at_low_se", "at_high_se"),
)


def tornado(questions: Questions, executor: Executor) -> pd.DataFrame:
    """Move each number alone, with the same people and the same luck.

    Returns
    -------
    pandas.DataFrame
        A row a thing asked and number, those that move most first. `moves` is the largest of the
        differences between the ends and the point estimate, and between both ends; `moves_se` its
        standard error, as few people are lived: 0 where nobody's life is another; `base_se`,
        `at_low_se` and `at_high_se` are those of the answers themselves. Leaders are those of a
        ranking.
    """
    asked, movable = questions.wanted, questions.movable
    strategies = questions.scenario.strategy_names
    base = questions.answers(questions.base)

    def ends_of(one: Movable) -> list[tuple[Array, list[int]]]:
        found = []
        for to in (one.low, one.high):
            lived = questions.evaluation.at(one.moved(questions.values, to), questions.base)
            leaders = [questions.leader(lived, i) for i in range(len(asked))]
            found.append((questions.answers(lived), leaders))
            questions.told(lived.ran)
        return found

    rows: list[list[tuple[Any, ...]]] = [[] for _ in asked]
    for one, ends in zip(movable, executor.map(ends_of, movable), strict=True):
        for i, ask in enumerate(asked):
            (low, at_low), (high, at_high) = ((answers[i], of[i]) for answers, of in ends)
            differences = (low - base[i], high - base[i], high - low)
            largest = max(differences, key=lambda values: abs(float(values[0])))
            ranked = ask.measure == RANKING
            leaders = (questions.leaders[i], at_low, at_high)
            rows[i].append(
                (
                    *(*ask.key, ask.unit, one.said, one.value, one.low, one.high),
                    *(one.unit, one.grade, one.study),
                    *(float(number[0]) for number in (base[i], low, high)),
                    *(abs(float(largest[0])), float(np.sqrt(jackknife_variance(largest)))),
                    *(strategies[n] if ranked else "" for n in leaders),
                    *(float(np.sqrt(jackknife_variance(of))) for of in (base[i], low, high)),
                )
            )
    frames = [pd.DataFrame(of, columns=list(TORNADO_COLUMNS)) for of in rows]
    ordered = [f.sort_values("moves", ascending=False, kind="stable") for f in frames]
    return pd.concat(ordered, ignore_index=True)
