"""The answer in words: what no other strategy beats, what is certain of it, what is assumed.

Relief is the days alive with pain below 4, more of which are better; delay is the days of systemic
therapy lost against the reference. Both are of the same people under every strategy. Two strategies
are told apart only where the interval of their paired difference leaves out zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill

import numpy as np
from numpy.typing import NDArray

from sim.tables.compare import COMPARED, frontier, to_everybody
from sim.tables.layout import listed
from sim.tables.run_tables import RunTables

RELIEF, LOST = "days_pain_below_4", "therapy_days_lost"
"""The measure of relief, and that of delay."""
FEWEST_SAMPLES = 20
"""Draws or replicates below which nothing is called certain."""
_FEW = 200
"""Samples from which on an interval is between percentiles."""
_WIDTH = 100


@dataclass(frozen=True)
class Gap:
    """A difference between two strategies in the same people: its mean and 95% interval."""

    mean: float
    low: float
    high: float

    @property
    def told_apart(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def samples_of(result: RunTables, measure: str, strategy: str) -> NDArray[np.float64]:
    """Means of a measure over everybody, one a draw, or a replicate if there are no draws."""
    s = list(result.run["strategies"]).index(strategy)
    k = list(COMPARED).index(measure)
    chosen = to_everybody(result.twins) or [t for t in result.twins if t.draw == 0]
    return np.array([t.mean[s, 0, k] for t in chosen], float)


def gap(result: RunTables, measure: str, one: str, other: str) -> Gap:
    """A strategy minus another one; without enough samples the interval is nan."""
    difference = samples_of(result, measure, one) - samples_of(result, measure, other)
    mean = float(difference.mean())
    if len(difference) < FEWEST_SAMPLES:
        return Gap(mean, float("nan"), float("nan"))
    if len(difference) < _FEW:
        # Percentiles of few samples cover too little: a new sample lies within these with 95%.
        from scipy import stats  # half a second, and only here

        n = len(difference)
        half = stats.t.ppf(0.975, n - 1) * difference.std(ddof=1) * np.sqrt(1.0 + 1.0 / n)
        return Gap(mean, mean - float(half), mean + float(half))
    low, high = np.percentile(difference, [2.5, 97.5])
    return Gap(mean, float(low), float(high))


def front_of(result: RunTables, names: Sequence[str]) -> list[str]:
    """Strategies that no other of `names` beats, from the least therapy lost to the most."""
    points = {
        name: (
            float(samples_of(result, LOST, name).mean()),
            -float(samples_of(result, RELIEF, name).mean()),
        )
        for name in names
    }
    return frontier(points)


def answer_text(
    result: RunTables,
    settings: Mapping[str, Mapping[str, str]],
    drawn: RunTables | None = None,
    remarks: Mapping[str, str] | None = None,
) -> str:
    """The frontier, what is certain about it, and what an assumption decides, in words.

    Parameters
    ----------
    result : RunTables
        A run with at least two strategies that give care.
    settings : mapping
        What is assumed, in words, and then each strategy's plain name and its name in the run under
        this assumption. The first setting is the one that is answered for.
    drawn : RunTables, optional
        A run of the first setting over draws, which says what is certain; `result` by default.
    remarks : mapping, optional
        What to say of strategies on the frontier, by their plain names, beside their numbers.
    """
    base, *others = settings.items()
    front = front_of(result, list(base[1].values()))
    plain = {name: word for word, name in base[1].items()}
    parts = [
        _frontier_sentence(result, front, plain, base[0]),
        *(remarks[name] for name in map(plain.__getitem__, front) if remarks and name in remarks),
        _certain_sentence(drawn or result, front, plain),
        *(
            _assumption_sentence(result, words, named, {plain[n] for n in front})
            for words, named in others
            if named
        ),
    ]
    return "\n".join(fill(part, _WIDTH, break_on_hyphens=False) for part in parts)


def _frontier_sentence(
    result: RunTables, front: Sequence[str], plain: Mapping[str, str], words: str
) -> str:
    reference = result.run["strategies"][0]
    told = []
    for name in front:
        relief = gap(result, RELIEF, name, reference).mean
        lost = samples_of(result, LOST, name).mean()
        told.append(
            f"{plain[name]} ({relief:+.1f} days alive with pain below 4, {lost:+.1f} days of "
            "therapy lost)"
        )
    people = next(round(float(t.people[0])) for t in result.twins if t.draw == 0)
    return (
        f"{words}, {people:,} people: of {len(plain)} strategies no other has both more days alive "
        f"with pain below 4 and fewer days of therapy lost than {listed(told)}; a person, against "
        f"{reference}."
    )


def _certain_sentence(result: RunTables, front: Sequence[str], plain: Mapping[str, str]) -> str:
    """What leads, and what cannot be told apart from it."""
    n = len(samples_of(result, RELIEF, front[0]))
    drawn = [t for t in result.twins if t.draw > 0]
    over = "draws" if drawn else "replicates"
    people = round(float((drawn or result.twins)[0].people[0]))
    if n < FEWEST_SAMPLES:
        return (
            f"Certain: nothing is called so from {n} {over}; at least {FEWEST_SAMPLES} parameter "
            "draws are needed (--draws 40)."
        )
    leader = front[-1]
    gaps = {name: gap(result, RELIEF, leader, name) for name in plain if name != leader}
    alike = [plain[name] for name, found in gaps.items() if not found.told_apart]
    less = [name for name, found in gaps.items() if found.told_apart]
    if alike:
        said = (
            f"Certain over {n} {over} of {people:,} people: no strategy relieves most; "
            f"{plain[leader]} has the most days, and is not told apart from {listed(alike)}"
        )
    else:
        said = (
            f"Certain over {n} {over} of {people:,} people: {plain[leader]} relieves more than "
            "every other strategy"
        )
    if less:
        nearest = min(less, key=lambda name: gaps[name].mean)
        found = gaps[nearest]
        said += (
            f"; it has more than {'all others' if alike else 'the next'}, {plain[nearest]} the "
            f"nearest ({found.mean:.1f} days, {found.low:.1f} to {found.high:.1f})"
        )
    if len(front) > 1:
        least, *others = front
        apart = [plain[n] for n in others if gap(result, LOST, n, least).told_apart]
        if apart:
            lose = "loses" if len(apart) == 1 else "lose"
            said += f". {listed(apart)} {lose} more therapy than {plain[least]}"
        else:
            said += f". None of them is known to lose more therapy than {plain[least]}"
    return said + "."


def _assumption_sentence(
    result: RunTables, words: str, named: Mapping[str, str], base: set[str]
) -> str:
    """What another assumption puts on the frontier or takes off it."""
    plain = {name: word for word, name in named.items()}
    front = [plain[name] for name in front_of(result, list(named.values()))]
    come = [name for name in front if name not in base]
    gone = sorted(base - set(front))
    if not come and not gone:
        return f"{words}: the same strategies, {listed(front)}."
    changes = []
    if come:
        changes.append(f"{listed(come)} {'joins' if len(come) == 1 else 'join'} it")
    if gone:
        changes.append(f"{listed(gone)} {'leaves' if len(gone) == 1 else 'leave'} it")
    return f"{words}: the frontier is {listed(front)}; {', '.join(changes)}."
