"""The strategies that one may choose between, with their gains and burdens in every draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from sim.economics.exchange import EXCHANGES, Exchange, exchange_of
from sim.engine.policies import DEFAULTS
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.inputs.strategies import NO_CARE
from sim.inputs.strategy_label import SETTING_KNOBS, split_name
from sim.tables.by_draw import by_draw
from sim.tables.intervals import FEWEST_DRAWS, too_few_words
from sim.tables.price_kinds import costs_by_kind, kinds_that_differ
from sim.tables.run_tables import RunTables

_FOUND: WeakKeyDictionary[RunTables, list[Alternatives]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Alternatives:
    """Strategies that one may choose between.

    Attributes
    ----------
    exchange : Exchange
    names : tuple of str
        The reference first.
    gain, burden : array (draw, strategy)
        Means a person; one row, the point estimate, of a run without draws.
    others : tuple of str
        Strategies of the run that differ in what is assumed of them, which nobody can choose.
    courses : mapping
        Of a burden in money, what courses cost a person by kind of price, shape (strategy,).
    """

    exchange: Exchange
    names: tuple[str, ...]
    gain: NDArray[np.float64]
    burden: NDArray[np.float64]
    others: tuple[str, ...] = ()
    courses: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether there are draws enough to tell strategies apart."""
        return len(self.gain) >= FEWEST_DRAWS

    @property
    def too_few(self) -> str:
        """Why strategies cannot be told apart, in a phrase; nothing if they can."""
        if len(self.gain) == 1:
            return f"no parameter draws, of which it takes {FEWEST_DRAWS}"
        return too_few_words("parameter draws", len(self.gain))

    def price_kinds(self, one: int, other: int) -> list[str]:
        """Kinds of price that the difference in courses between two strategies rests on."""
        return kinds_that_differ({kind: of[one] - of[other] for kind, of in self.courses.items()})

    def priced_at(self, rate: float | None) -> Alternatives:
        """The same with another rate of its tables; as it is, of None."""
        return replace(self, exchange=self.exchange.priced_at(rate))

    def net(self, rate: float) -> NDArray[np.float64]:
        """Net benefit a person at a rate of exchange, shape (draw, strategy)."""
        return self.exchange.at(rate).of(self.gain, self.burden)


def alternatives(
    tables: RunTables, burden: str | Exchange, strategies: Sequence[str] | None = None
) -> Alternatives:
    """The strategies of a run that one may choose between, of an exchange.

    Parameters
    ----------
    tables : RunTables
    burden : str or Exchange
        One of `sim.economics.exchange.EXCHANGES`, or one of the user's own.
    strategies : sequence of str, optional
        By default those that give care under the setting of the reference. What differs from it
        in a setting (of holds, say) differs in what is assumed: none can be chosen instead.

    Raises
    ------
    InputError
        If there are fewer than two, if one is not of the run, or if the run has no such measure.
    """
    exchange = exchange_of(burden)
    run_names = [str(name) for name in tables.run["strategies"]]
    for name in strategies or ():
        if name not in run_names:
            raise InputError(f"strategy is {name!r}; {nearest(name, run_names)}")
    chosen = (
        names_to_choose(tables) if strategies is None else [n for n in run_names if n in strategies]
    )
    chosen = [n for n in chosen if n != NO_CARE]
    gain, pain = (by_draw(tables, m) for m in (exchange.gain, exchange.burden))
    have = [n for n in chosen if n in gain and n in pain]
    finite = [n for n in have if np.isfinite(gain[n]).all() and np.isfinite(pain[n]).all()]
    if len(finite) < 2:
        raise InputError(
            f"strategies is {', '.join(chosen) or NO_CARE}; allowed: at least two that give care, "
            "in a run with people in its trigger set"
        )
    others = [n for n in run_names if n not in (*chosen, NO_CARE)] if strategies is None else []
    gains, burdens = (table[finite].to_numpy(float) for table in (gain, pain))
    courses = costs_by_kind(tables, finite) if in_money(exchange) else {}
    return Alternatives(exchange, tuple(finite), gains, burdens, tuple(others), courses)


def names_to_choose(tables: RunTables) -> list[str]:
    """Strategies that give care under the setting of the first of them, in the order of the run."""
    caring = [str(name) for name in tables.run["strategies"] if name != NO_CARE]
    return [name for name in caring if _setting(tables, name) == _setting(tables, caring[0])]


def in_money(exchange: Exchange) -> bool:
    """Say whether the burden is a cost."""
    return exchange.burden.startswith("cost")


def every_choice(tables: RunTables) -> list[Alternatives]:
    """The alternatives of each exchange for which a run has the measures, days first.

    They are found once for a run: its tables, text and pictures all ask for them.
    """
    if tables not in _FOUND:
        _FOUND[tables] = _every_choice(tables)
    return _FOUND[tables]


def _every_choice(tables: RunTables) -> list[Alternatives]:
    measures = set(tables.outcome_rows.words("measure"))
    found = []
    for exchange in EXCHANGES.values():
        if {exchange.gain, exchange.burden} <= measures:
            with suppress(InputError):  # fewer than two, or nobody in the trigger set
                found.append(alternatives(tables, exchange))
    return found


def _setting(tables: RunTables, name: str) -> dict[str, str]:
    """What is assumed of a strategy where strategies of one run may differ in it."""
    own = split_name(name)[1]
    common = {"holds": str(tables.run["knobs"].get("holds", DEFAULTS["holds"]))}
    return common | {knob: str(own[knob]) for knob in SETTING_KNOBS if knob in own}
