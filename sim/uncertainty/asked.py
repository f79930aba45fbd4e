"""What is asked of a run at one set of parameters: a measure, a difference, or the ranking."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.counting.care_measures import CARE_MEASURES
from sim.counting.measure import Measure
from sim.counting.measures import words_of
from sim.economics.exchange import net_benefit_at
from sim.economics.net_benefit import NetBenefit
from sim.evidence.arrays import Array
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.inputs.setting import Setting
from sim.tables.summary import POPULATION_OUTCOMES

RANKING = "ranking"
"""Asks by how much the strategy that leads is ahead of the next."""
MEASURES_OF_EVERYBODY: dict[str, tuple[Measure[Any], str]] = {
    name: (measure, time) for name, measure, time in POPULATION_OUTCOMES
}
"""Measures of everybody, and the time after diagnosis that each is of."""


def known_measures() -> list[str]:
    """Names that can be asked for, the ranking among them."""
    return [RANKING, *CARE_MEASURES, *MEASURES_OF_EVERYBODY]


@dataclass(frozen=True)
class Asked:
    """A number that a run gives.

    Attributes
    ----------
    measure : str
        One of `outcomes`, or `RANKING`.
    strategy, against : str
        Whose; the difference to `against`, if it is given. Of a ranking, all strategies.
    net_benefit : NetBenefit, optional
        What a ranking goes by.
    """

    measure: str
    strategy: str = ""
    against: str = ""
    net_benefit: NetBenefit | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it apart in tables: measure, strategy, against."""
        return self.measure, self.strategy, self.against

    @property
    def file(self) -> str:
        """The key as part of the name of a file."""
        words = "_".join(word for word in self.key if word)
        return re.sub(r"[^A-Za-z0-9_.+-]+", "_", words)

    @property
    def reads(self) -> tuple[str, ...]:
        """The measures that it is made of."""
        if self.net_benefit is None:
            return (self.measure,)
        return self.net_benefit.gain, self.net_benefit.burden

    @property
    def unit(self) -> str:
        """What it is in."""
        if self.net_benefit is not None:
            return self.net_benefit.unit
        if self.measure in CARE_MEASURES:
            return CARE_MEASURES[self.measure].unit
        return MEASURES_OF_EVERYBODY[self.measure][0].unit

    def of(self, found: Mapping[str, Array], strategies: Sequence[str], leader: int = 0) -> Array:
        """The number, from measures whose last axis is that of strategies.

        Of a ranking it is by how much a strategy, `leader`, is ahead of the best other one: below 0
        where another one leads.
        """
        if self.net_benefit is not None:
            benefits = self.benefits(found)
            others = np.delete(benefits, leader, axis=-1).max(axis=-1)
            return np.asarray(benefits[..., leader] - others)
        values = found[self.measure]
        mine = values[..., strategies.index(self.strategy)]
        return mine - values[..., strategies.index(self.against)] if self.against else mine

    def benefits(self, found: Mapping[str, Array]) -> Array:
        """Net benefit of each strategy, of a ranking; zeros of what is none."""
        gain, burden = (found[name] for name in (self.reads[0], self.reads[-1]))
        return (
            np.zeros_like(gain) if self.net_benefit is None else self.net_benefit.of(gain, burden)
        )

    def leader(self, found: Mapping[str, Array]) -> int:
        """The strategy that leads a ranking among everybody; the first of those that are equal."""
        return int(np.argmax(self.benefits(found)[0]))

    def words(self, scenario: Setting) -> str:
        """What is asked, in words."""
        if self.net_benefit is not None:
            worth = self.net_benefit.burden_worth
            return (
                f"lead of the best strategy over the next, {words_of(self.net_benefit.gain)} less "
                f"{worth:g} times {words_of(self.net_benefit.burden)}"
            )
        told = f"{words_of(self.measure)}, {scenario.label(self.strategy)}"
        return f"{told} against {scenario.label(self.against)}" if self.against else told


def asked(
    scenario: Setting,
    measure: str,
    *,
    strategy: str | None = None,
    against: str | None = None,
    relief_per_day_lost: float = 1.0,
) -> Asked:
    """Check what is asked of a scenario.

    Raises
    ------
    InputError
        If the scenario has no such measure or strategy.
    """
    names = scenario.strategy_names
    wrong = []
    known = known_measures()
    if measure not in known:
        wrong.append(f"measure is {measure!r}; {nearest(str(measure), known)}")
    for field, name in {"strategy": strategy, "against": against}.items():
        if name is not None and name not in names:
            wrong.append(f"{field} is {name!r}; {nearest(str(name), list(names))}")
    mine = strategy or names[0]
    if measure == RANKING:
        wrong += [
            f"{field} is {name!r}; allowed with {RANKING}: none, as all strategies are ranked"
            for field, name in {"strategy": strategy, "against": against}.items()
            if name is not None
        ]
        if len(names) < 2:
            wrong.append(f"measure is {RANKING!r}; allowed with at least two strategies")
    elif against is not None and mine == against:
        wrong.append(f"against is {against!r}, as strategy is; allowed: another one")
    acts = {s.name: s.acts for s in scenario.strategies}
    needed = names if measure == RANKING else [n for n in (mine, against) if n in acts]
    if (measure in CARE_MEASURES or measure == RANKING) and not all(acts[n] for n in needed):
        wrong.append(f"measure is {measure!r}, of strategies with care; allowed: one of these")
    if wrong:
        raise InputError(*wrong)
    if measure == RANKING:
        return Asked(measure, net_benefit=net_benefit_at(relief_per_day_lost))
    return Asked(measure, mine, against or "")
