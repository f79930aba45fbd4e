"""The answer in words: what no other strategy beats, what is certain of it, what is assumed.

Relief is the days alive with pain below 4, more of which are better; delay is the days of systemic
therapy lost against the reference. Both are of the same people under every strategy. Two strategies
are told apart only where the interval of their paired difference leaves out zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import fill

import numpy as np
from numpy.typing import NDArray

from sim.tables.compare import COMPARED, frontier, means_by_sample, on_frontier
from sim.tables.intervals import FEWEST_DRAWS
from sim.tables.layout import listed
from sim.tables.leading import Gap, gap_of, leading
from sim.tables.run_tables import RunTables

RELIEF, LOST = "days_pain_below_4", "therapy_days_lost"
"""The measure of relief, and that of delay."""
_WIDTH = 100


def samples_of(result: RunTables, measure: str, strategy: str) -> NDArray[np.float64]:
    """Means of a measure over everybody, one a draw, or a replicate if there are no draws."""
    s = list(result.run["strategies"]).index(strategy)
    k = list(COMPARED).index(measure)
    return means_by_sample(result.twins, result.scenario.outcomes.horizon_days)[:, s, 0, k]


def gap(result: RunTables, measure: str, one: str, other: str) -> Gap:
    """A strategy minus another one; without enough samples the interval is nan."""
    return gap_of(samples_of(result, measure, one) - samples_of(result, measure, other))


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


def front_shares(result: RunTables, names: Sequence[str]) -> dict[str, float]:
    """In which percent of the draws each strategy is beaten by none; nothing without enough."""
    if not has_draws(result):
        return {}
    lost = np.array([samples_of(result, LOST, name) for name in names])
    burden = -np.array([samples_of(result, RELIEF, name) for name in names])
    kept = [on_frontier(d, b) for d, b in zip(lost.T, burden.T, strict=True)]
    return dict(zip(names, (100.0 * np.mean(kept, axis=0)).tolist(), strict=True))


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
    sure = drawn or result
    parts = [
        _frontier_sentence(result, front, plain, base[0], front_shares(sure, list(plain))),
        *(remarks[name] for name in map(plain.__getitem__, front) if remarks and name in remarks),
        _certain_sentence(sure, front, plain),
        *(
            _assumption_sentence(result, words, named, {plain[n] for n in front})
            for words, named in others
            if named
        ),
    ]
    return "\n".join(fill(part, _WIDTH, break_on_hyphens=False) for part in parts)


def has_draws(result: RunTables) -> bool:
    """Whether there are draws of the parameters, enough to call anything certain."""
    return draws_of(result) >= FEWEST_DRAWS


def draws_of(result: RunTables) -> int:
    """How many draws of the parameters there are."""
    return len({t.draw for t in result.twins if t.draw > 0})


def _frontier_sentence(
    result: RunTables,
    front: Sequence[str],
    plain: Mapping[str, str],
    words: str,
    shares: Mapping[str, float],
) -> str:
    """What is beaten by none at the point estimate, with its figures and grades of evidence."""
    reference = result.run["strategies"][0]
    told = []
    for name in front:
        relief = gap(result, RELIEF, name, reference).mean
        lost = samples_of(result, LOST, name).mean()
        grade = result.evidence_words(name)
        told.append(
            f"{plain[name]} ({relief:+.1f} days alive with pain below 4, {lost:+.1f} days of "
            f"therapy lost{'; evidence: ' * bool(grade)}{grade}"
            f"{f'; on the frontier in {shares[name]:.0f}% of draws' if shares else ''})"
        )
    people = next(round(float(t.people[0])) for t in result.twins if t.draw == 0)
    draws = draws_of(result)
    by = f"on average over {draws} draws" if draws else "at the point estimate alone"
    return (
        f"{words}, {people:,} people: of {len(plain)} strategies, {by}, no other has both more "
        f"days alive with pain below 4 and fewer days of therapy lost than {listed(told)}; a "
        f"person, against {reference}. Which of them is certain is said next."
    )


def _certain_sentence(result: RunTables, front: Sequence[str], plain: Mapping[str, str]) -> str:
    """What leads, and what cannot be told apart from it."""
    if not has_draws(result):
        return (
            f"Certain: nothing is called so from {draws_of(result)} draws, and no order is "
            f"established; at least {FEWEST_DRAWS} parameter draws are needed (--draws 40)."
        )
    found = leading({n: samples_of(result, RELIEF, n) for n in plain}, more=True, drawn=True)
    first = found.order[0]
    people = next(round(float(t.people[0])) for t in result.twins if t.draw > 0)
    certain = f"Certain over {draws_of(result)} draws of {people:,} people"
    words = (result.evidence_words(name) for name in (first, *found.alike))
    grades = {said.partition(":")[0] for said in words} - {""}
    rests = f" (evidence: {listed(sorted(grades))})" if grades else ""
    if found.winner is None:
        alike = listed([plain[name] for name in (first, *found.alike)])
        said = f"{certain}: which relieves most is not known; {alike} are not told apart{rests}"
    else:
        said = f"{certain}: {plain[first]} relieves more than every other strategy{rests}"
    less = [name for name in found.order[1:] if name not in found.alike]
    if less:
        than = gap(result, RELIEF, first, less[0])
        said += (
            f"; the next{' that is told apart' if found.alike else ''}, {plain[less[0]]}, has "
            f"{than.mean:.1f} days fewer ({than.low:.1f} to {than.high:.1f})"
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
    at = "" if has_draws(result) else ", at the point estimate"
    if not come and not gone:
        return f"{words}{at}: the same strategies, {listed(front)}."
    changes = []
    if come:
        changes.append(f"{listed(come)} {'joins' if len(come) == 1 else 'join'} it")
    if gone:
        changes.append(f"{listed(gone)} {'leaves' if len(gone) == 1 else 'leave'} it")
    return f"{words}{at}: the frontier is {listed(front)}; {', '.join(changes)}."
