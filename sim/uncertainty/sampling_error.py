r"""How much of the value of perfect information is luck of the people that draws live.

The means of a draw are of some people. Their error looks like not knowing, and makes the value of
perfect information too large. What all draws share of it moves no choice between them; what each
draw has for itself does:

- with replicates, it is what is left of a net benefit by draw and replicate when the mean of the
  draw and that of the replicate are taken out, over the number of replicates;
- without, it is at most the sampling error of the people itself, of which draws, who share luck,
  share most: :math:`(w_g s_g + w_b s_b)^2 / n` for standard deviations `s` over people of the
  paired differences in gain and burden, as if these went together.

What is left without it is told from net benefits that are drawn together to the variance they would
have.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.economics.net_benefit import NetBenefit
from sim.evidence.arrays import Array
from sim.tables.compare import COMPARED
from sim.tables.run_tables import RunTables
from sim.tables.spread_parts import interaction_variance
from sim.uncertainty.stakes import Stakes


class LuckOfPeople(NamedTuple):
    """What sampling error adds to the value of perfect information.

    Attributes
    ----------
    adds : float
        `nan` if a run does not tell.
    measured : bool
        Whether over replicates; else `adds` is the most that it can be.
    """

    adds: float
    measured: bool


def luck_of_people(tables: RunTables, worth: NetBenefit, stakes: Stakes) -> LuckOfPeople:
    """What sampling error adds to the value of perfect information of a run."""
    others = [name for name in stakes.benefit.columns if name != stakes.best]
    if tables.run["scenario"]["replicates"] > 1:
        variance, measured = _left_over(tables, worth, stakes, others), True
    else:
        variance, measured = _at_most(tables, worth, stakes, others), False
    return LuckOfPeople(stakes.perfect.value - _without(stakes.gains, variance), measured)


def _without(gains: Array, variance: Array) -> float:
    """The value of perfect information, were gains without an error of some variance."""
    has = gains.var(axis=0, ddof=1)
    kept = np.sqrt(np.clip(1.0 - variance / np.where(has > 0.0, has, np.inf), 0.0, 1.0))
    drawn_in = gains.mean(axis=0) + kept * (gains - gains.mean(axis=0))
    return float(np.maximum(drawn_in.max(axis=1), 0.0).mean())


def _left_over(tables: RunTables, worth: NetBenefit, stakes: Stakes, others: list[str]) -> Array:
    """From draws by replicates."""
    rows = tables.outcomes
    mine = rows[(rows["primary"] == "all") & (rows["draw"] > 0)]
    parts = [
        mine[mine["measure"] == measure].pivot_table(
            "value", ["draw", "replicate"], "strategy", observed=True
        )
        for measure in (worth.gain, worth.burden)
    ]
    gain, burden = (part[[stakes.best, *others]] for part in parts)
    benefit = pd.DataFrame(worth.of(gain, burden), gain.index, gain.columns)
    cells = benefit.to_numpy(float).reshape(stakes.draws, -1, benefit.shape[1])
    return interaction_variance(cells[:, :, 1:] - cells[:, :, :1]) / cells.shape[1]


def _at_most(tables: RunTables, worth: NetBenefit, stakes: Stakes, others: list[str]) -> Array:
    """From the differences to the reference over people; `nan` where they are not kept."""
    drawn = [t for t in tables.twins if t.draw > 0]
    if not drawn or not {worth.gain, worth.burden} <= COMPARED.keys():
        return np.full(len(others), np.nan)
    names, measures = list(tables.run["strategies"]), list(COMPARED)
    places = [measures.index(worth.gain), measures.index(worth.burden)]
    weights = np.array([worth.gain_worth, worth.burden_worth])
    people = np.array([t.people[0] for t in drawn])
    spread = np.sqrt([t.paired_variance[:, 0, places] for t in drawn]) @ weights
    error = np.sqrt((spread**2 / np.maximum(people, 1.0)[:, None]).mean(axis=0))
    at = dict(zip(names, error, strict=True))
    return np.array([(at[name] + at[stakes.best]) ** 2 for name in others])
