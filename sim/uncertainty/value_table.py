"""Values of information of a run, and the table of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from sim.economics.net_benefit import NetBenefit
from sim.tables.run_tables import RunTables
from sim.uncertainty.people_served import PeopleServed
from sim.uncertainty.sampling_error import LuckOfPeople
from sim.uncertainty.stakes import Stakes, Worth

KINDS = ("perfect", "group", "parameter", "study")
"""Of information: about everything, about what a study would measure, about one parameter, and what
a study of some size sees."""
TABLE_COLUMNS = (
    *("kind", "name", "label", "parameters", "n", "value", "standard_error", "floor"),
    *("told_apart", "percent_of_perfect", "population_value", "net_of_cost"),
)


class InformationRow(NamedTuple):
    """A piece of information and what it would be worth."""

    kind: str
    name: str
    label: str
    parameters: int
    n: int
    worth: Worth


@dataclass(frozen=True)
class InformationValues:
    """Values of information for the choice between the strategies of a run.

    Attributes
    ----------
    tables : Result
    net_benefit : NetBenefit
    stakes : Stakes
        Net benefits by draw, and how sure the choice between them is.
    rows : tuple of InformationRow
    luck : LuckOfPeople
        What sampling error adds to the value of perfect information.
    shuffles : int
        Of which the noise floor is made; 0 where there are too few draws for parameters.
    people : PeopleServed, optional
    study_cost : float, optional
        In the money of the net benefit.
    """

    tables: RunTables
    net_benefit: NetBenefit
    stakes: Stakes
    rows: tuple[InformationRow, ...]
    luck: LuckOfPeople
    shuffles: int
    people: PeopleServed | None = None
    study_cost: float | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """All values: perfect information, then groups, parameters and studies, most worth first.

        Returns
        -------
        pandas.DataFrame
            `kind, name, label, parameters, n, value, standard_error, floor, told_apart,
            percent_of_perfect, population_value, net_of_cost`; values are in the unit of the net
            benefit, a person, and never below 0. What is not told apart is indistinguishable from 0
            (see `Worth`), and has no net gain.
        """
        perfect = self.stakes.perfect.value
        number = float("nan") if self.people is None else self.people.number
        found = []
        for kind, name, label, parameters, n, worth in self.rows:
            of_all = number * worth.value
            costs = float("nan") if self.study_cost is None else self.study_cost
            share = 100.0 * worth.value / perfect if perfect > 0.0 else float("nan")
            told = (worth.value, worth.standard_error, worth.floor, worth.told_apart, share)
            net = of_all - costs if kind == KINDS[3] and worth.told_apart else float("nan")
            found.append((kind, name, label, parameters, n, *told, of_all, net))
        return pd.DataFrame(found, columns=TABLE_COLUMNS)

    def of(self, kind: str) -> pd.DataFrame:
        """Rows of a kind: `perfect`, `group`, `parameter` or `study`."""
        return self.table[self.table["kind"] == kind].reset_index(drop=True)
