r"""How long a run goes on: until the means of some measures are known well enough.

Without draws replicates are added, until the 95% interval of the mean over them is narrow enough.
With draws it is draws that are added, and the interval is that of the *mean* over them: the range
that 95% of draws lie in, which the summary shows, is what is not known, and more draws do not
shrink it.

Notes
-----
With `n` samples of standard deviation `s`, half the interval is :math:`t_{n-1} s / \sqrt n`. To
look after every sample is slightly optimistic: a run tends to stop where the interval happens to be
narrow, so that of nominal 95% somewhat fewer hold; the fewest samples keep this small. Draws are
points of a Sobol sequence, whose mean varies less than that of independent ones.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.counting.access_measures import ACCESS_MEASURES
from sim.counting.care_measures import AGAINST_REFERENCE, CARE_MEASURES
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.inputs.setting import Setting
from sim.tables.intervals import FEWEST_DRAWS, Over, half_width
from sim.tables.kept_rows import KeptRows
from sim.tables.summary import POPULATION_OUTCOMES
from sim.tables.thinned import scale_to_everybody

FEWEST_BEFORE_STOP = 10
"""Replicates before which no run stops."""
MOST_BEFORE_STOP = 1_000
"""Replicates at most, where the scenario does not say how many."""
_ALLOWED = "allowed: a measure and half of its interval, as delay_days:0.5 or new_cancers:1%"

Asked = str | Sequence[str] | Mapping[str, str | float]
"""As a user says it: `"delay_days:0.5"`, several of these, or widths by measure."""


class Watched(NamedTuple):
    """What is asked of a run, and who is told what is known of it so far, in words."""

    asked: Asked
    watch: Callable[[str], object]


@dataclass(frozen=True)
class Goal:
    """One measure, and how narrow its interval has to be."""

    measure: str
    half: float
    """Half the interval: in the unit of the measure, or as a share of the mean."""
    relative: bool

    def met(self, mean: float, half: float) -> bool:
        """Whether an interval is narrow enough."""
        return half <= self.half * (abs(mean) if self.relative else 1.0)

    def excess(self, mean: float, half: float) -> float:
        """How many times wider than asked an interval is."""
        wanted = self.half * (abs(mean) if self.relative else 1.0)
        return half / wanted if wanted > 0.0 else math.inf if half > 0.0 else 0.0

    def said(self, mean: float, half: float) -> str:
        """A mean and half its interval, in a few words, beside what was asked."""
        name = f"{self.measure} {mean:,.6g}"
        if self.relative:
            share = 100.0 * half / abs(mean) if mean else math.inf if half else 0.0
            return f"{name} ±{share:.2g}% (asked {100.0 * self.half:g}%)"
        return f"{name} ±{half:.2g} (asked {self.half:g})"

    def __str__(self) -> str:
        """As a user types it."""
        return (
            f"{self.measure}:{100.0 * self.half:g}%"
            if self.relative
            else (f"{self.measure}:{self.half:g}")
        )


def goals_of(asked: Asked, scenario: Setting) -> tuple[Goal, ...]:
    """What is asked of a run, checked.

    Raises
    ------
    InputError
        If a width is none, the run has no such measure, or it may have too few samples.
    """
    if isinstance(asked, str):
        asked = [asked]
    if isinstance(asked, Mapping):
        asked = [f"{name}:{width}" for name, width in asked.items()]
    if not isinstance(asked, Collection) or not all(isinstance(one, str) for one in asked):
        raise InputError(f"until is {asked!r}; {_ALLOWED}")
    goals = tuple(_goal(one, measures_of(scenario)) for one in asked)
    names = [goal.measure for goal in goals]
    if len(set(names)) < len(names):
        raise InputError("until names a measure twice; allowed: each once")
    if scenario.draws and scenario.draws < FEWEST_DRAWS:
        raise InputError(
            f"draws is {scenario.draws}, the most that until may take; allowed: 0, or at least "
            f"{FEWEST_DRAWS}"
        )
    if not scenario.draws and 1 < scenario.replicates < FEWEST_BEFORE_STOP:
        raise InputError(
            f"replicates is {scenario.replicates}, the most that until may take; allowed: at "
            f"least {FEWEST_BEFORE_STOP}, or 1 for {MOST_BEFORE_STOP:,}"
        )
    return goals


def _goal(text: str, known: list[str]) -> Goal:
    measure, _, width = (part.strip() for part in text.rpartition(":"))
    relative = width.endswith("%")
    try:
        half = float(width.removesuffix("%"))
    except ValueError:
        raise InputError(f"until is {text!r}; {_ALLOWED}") from None
    if measure not in known:
        raise InputError(f"until: measure is {measure!r}; {nearest(measure, known)}")
    if not 0.0 < half < math.inf:
        raise InputError(f"until asks for {measure} within {width}; allowed: a width above 0")
    return Goal(measure, half / 100.0 if relative else half, relative)


def measures_of(scenario: Setting) -> list[str]:
    """Names of the measures of a run that may be waited for."""
    found = [name for name, *_ in POPULATION_OUTCOMES]
    if any(chosen.acts for chosen in scenario.strategies):
        against = AGAINST_REFERENCE if len(scenario.strategies) == 1 else ()
        found += [name for name in CARE_MEASURES if name not in against]
        found += ACCESS_MEASURES if scenario.access else ()
    return found


def most_samples(scenario: Setting) -> Setting:
    """The scenario with as many draws or replicates as there may be at most."""
    if scenario.draws or scenario.replicates > 1:
        return scenario
    return scenario.with_options(replicates=MOST_BEFORE_STOP)


class Known:
    """What is known so far of what is asked of a run.

    Parameters
    ----------
    goals : sequence of Goal
    scenario : Setting
        With the most draws or replicates.
    watch : callable, optional
        Called with what is known so far, in words, whenever it was looked at.
    """

    def __init__(
        self,
        goals: Sequence[Goal],
        scenario: Setting,
        watch: Callable[[str], object] | None = None,
    ) -> None:
        self.goals = goals
        self._watch = watch
        self.over: Over = "parameter draws" if scenario.draws else "replicates"
        self.most = scenario.draws or scenario.replicates
        self.n = 0
        self.reached = False
        self._said = scenario.strategy_names, scenario.outcomes.horizon_days
        self._found: list[tuple[Goal, str, float, float]] = []

    def look(self, rows: KeptRows, n: int) -> bool:
        """Say, after so many draws or replicates, whether that is enough."""
        self.n = n
        fewest = FEWEST_DRAWS if self.over == "parameter draws" else FEWEST_BEFORE_STOP
        # To look takes as long as there are samples: of many, after every fiftieth part.
        if n < fewest or (n < self.most and n % max(n // 50, 1) != 0):
            return False
        self._found = [
            (goal, strategy, *_mean_and_half(values))
            for goal in self.goals
            for strategy, values in self._samples(rows, goal.measure)
        ]
        if self._watch is not None:
            self._watch(self.words)
        self.reached = all(goal.met(mean, half) for goal, _, mean, half in self._found)
        return self.reached

    def _samples(self, rows: KeptRows, measure: str) -> Iterator[tuple[str, list[float]]]:
        """The values of a measure under each strategy that has it, a draw or a replicate each."""
        mine = rows.rows(measure=measure, primary="all")
        if self.over == "parameter draws":
            keys = ["strategy", "measure", "primary", "replicate"]
            mine = scale_to_everybody(mine, keys, *self._said)
            mine = mine[mine["draw"] > 0]
            mine = mine.groupby(["strategy", "draw"])["value"].mean().reset_index()
        for strategy, values in mine.groupby("strategy", sort=False)["value"]:
            if not (measure in AGAINST_REFERENCE and strategy == self._said[0][0]):
                # Where nobody is there in some sample the mean is not known.
                some = len(values) == self.n
                yield str(strategy), values.tolist() if some else [*values.tolist(), math.nan]

    @property
    def words(self) -> str:
        """What is known, for the line that shows how far a run is: of each goal the widest."""
        if not self._found:
            return ""
        widest: dict[str, tuple[float, str]] = {}
        for goal, _, mean, half in self._found:
            here = goal.excess(mean, half), goal.said(mean, half)
            widest[goal.measure] = max(widest.get(goal.measure, here), here)
        return "; ".join(words for _, words in widest.values())

    def described(self) -> dict[str, Any]:
        """What `run.json` says of it."""
        found: dict[str, dict[str, list[float | None]]] = {str(goal): {} for goal in self.goals}
        for goal, strategy, *numbers in self._found:
            found[str(goal)][strategy] = [x if math.isfinite(x) else None for x in numbers]
        return {
            "over": self.over,
            "reached": self.reached,
            "samples": self.n,
            "most": self.most,
            "mean_and_half_width": found,
        }


def _mean_and_half(values: list[float]) -> tuple[float, float]:
    half = half_width(values)
    return float(np.mean(values)), half if math.isfinite(half) else math.inf


def until_words(run: Mapping[str, Any]) -> str:
    """What became of what was asked of a run, in a sentence; nothing if nothing was."""
    told = run.get("until")
    if told is None:
        return ""
    asked = ", ".join(told["mean_and_half_width"])
    many = f"{told['samples']:,} {told['over']}"
    of_mean = f"half the 95% interval of the mean over {told['over']}"
    if not told["reached"]:
        return f"Not reached with {many}, the most there may be: {asked} ({of_mean})."
    words = f"Reached with {many}: {asked} ({of_mean}; looking after each is slightly optimistic)."
    if told["over"] == "parameter draws":
        words += " The range over draws, which the summary shows, does not shrink with more."
    return words
