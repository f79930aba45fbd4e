"""What a run with several strategies says, read once for all that a page tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sim.pages.interval_rows import IntervalRow
from sim.plots import care_samples as care
from sim.plots.drawing import NothingToDrawError
from sim.plots.frontier_samples import by_setting
from sim.tables.answer import LOST, RELIEF, front_of, front_shares, has_draws, samples_of
from sim.tables.leading import Leading, leading
from sim.tables.run_tables import RunTables

DIFFERENCES = (RELIEF, "severe_pain_days", LOST, "days_alive")
"""Measures of which differences to the reference are told."""


@dataclass(frozen=True)
class Comparison:
    """Strategies that are compared under one setting, and what they differ by.

    Attributes
    ----------
    tables : RunTables
    names : list of str
        At least two; the reference first.
    others : dict
        The same strategies under each other setting of the run, by its words.
    """

    tables: RunTables
    names: list[str]
    others: dict[str, list[str]]

    @classmethod
    def of(cls, tables: RunTables) -> Comparison | None:
        """What a run compares; None if it has one strategy, or nobody is in the trigger set."""
        try:
            every = care.care_strategies(tables)
        except NothingToDrawError:
            return None
        settings = by_setting(every, tables)
        mine = next(words for words, names in settings.items() if every[0] in names)
        names = sorted(settings.pop(mine), key=lambda name: name != every[0])
        others = {words: of for words, of in settings.items() if len(of) > 1}
        return cls(tables, names, others) if len(names) > 1 else None

    def words(self, strategy: str) -> str:
        """A strategy in words without the setting that it shares with the others."""
        return care.strategy_words(self.tables, strategy, with_settings=False)

    def title(self, strategy: str) -> str:
        """The same at the beginning of a line."""
        return care.first_upper(self.words(strategy))

    @property
    def averaged(self) -> str:
        """What its means are of: draws, if there are any, or else the best estimates."""
        draws = self.tables.run["scenario"]["draws"]
        few = f"on average over {draws:,} draws of all uncertain numbers"
        return few if draws else "at the best estimates"

    @property
    def reference(self) -> str:
        """The reference in words."""
        return self.words(self.names[0])

    @property
    def drawn(self) -> bool:
        """Whether there are draws enough to tell strategies apart."""
        return has_draws(self.tables)

    @cached_property
    def _differences(self) -> dict[tuple[str, str], IntervalRow]:
        pairs = self.tables.compare()
        mine = pairs[(pairs["subgroup"] == "all") & pairs["measure"].isin(DIFFERENCES)]
        return {
            (row["measure"], row["strategy"]): IntervalRow(
                self.title(row["strategy"]), row["difference"], row["lo"], row["hi"]
            )
            for row in mine.to_dict("records")
        }

    def difference(self, measure: str, strategy: str) -> IntervalRow:
        """What a strategy differs by from the reference in the same people; of itself nothing."""
        none = IntervalRow(self.title(strategy), 0.0)
        return self._differences.get((measure, strategy), none)

    def by_difference(self, measure: str) -> list[str]:
        """The strategies but the reference, those with the most of a measure first."""
        return sorted(self.names[1:], key=lambda name: -self.difference(measure, name).mean)

    @cached_property
    def front(self) -> list[str]:
        """Strategies that no other beats in both relief and delay at the mean."""
        return front_of(self.tables, self.names)

    @cached_property
    def shares(self) -> dict[str, float]:
        """In which percent of the draws each strategy is beaten by none; nothing without enough."""
        return front_shares(self.tables, self.names)

    @cached_property
    def relief(self) -> Leading:
        """Strategies by relief, and what is certain of it."""
        samples = {name: samples_of(self.tables, RELIEF, name) for name in self.names}
        return leading(samples, more=True, drawn=self.drawn)

    def mean(self, measure: str, strategy: str) -> float:
        """A measure of the summary under a strategy."""
        return self._means[measure, strategy]

    @cached_property
    def _means(self) -> dict[tuple[str, str], float]:
        rows = self.tables.summary.to_dict("records")
        return {(row["measure"], row["strategy"]): float(row["mean"]) for row in rows}

    def has(self, measure: str) -> bool:
        """Whether the summary has a measure of the strategies."""
        return (measure, self.names[0]) in self._means


def interval_note(tables: RunTables) -> str:
    """What the intervals of a picture or table are."""
    if tables.too_few:
        return f"No intervals: {tables.too_few}."
    return {
        "parameter draws": "Intervals hold 95% of the draws of all uncertain numbers.",
        "replicates": (
            "Intervals are of the mean over repetitions with other luck; they say nothing about "
            "uncertain numbers."
        ),
        "people": (
            "Intervals are the 95% sampling error of the people lived; they say nothing about "
            "uncertain numbers."
        ),
    }[tables.interval_over]
