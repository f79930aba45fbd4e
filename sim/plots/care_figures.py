"""The pictures of palliative care, as methods of `Result.plot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.plots.counts import draw_counts
from sim.plots.delays import draw_delay_parts, draw_delays, draw_resumption
from sim.plots.for_whom import draw_for_whom
from sim.plots.frontier import draw_frontier
from sim.plots.pain_after_treatment import draw_pain_after_treatment
from sim.plots.twins import draw_twins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables


PICTURES_OF_CARE = (
    "frontier",
    "twins",
    "for_whom",
    "delays",
    "delay_parts",
    "resumption",
    "pain_after_treatment",
    "counts",
)
"""Methods of `CarePlots` that a run folder gets a picture of, each with its defaults."""


class CarePlots:
    """The pictures of care of one result."""

    _result: RunTables

    def frontier(self, ax: Axes | None = None, *, relief: str = "pain_days") -> Axes:
        """Relief against delay, a point a strategy; those that no other one beats on both.

        Strategies `NAME@none`, `NAME` and `NAME@by_modality` stand in a panel for each setting of
        holds, on the same axes.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw one setting of holds; a new figure by default.
        relief : str
            `pain_days`, `severe_pain_days`, `pain_area` or `opioid_days`, where fewer is better;
            `relieved`, `complete_response_3m`, `partial_response_3m` or `days_walking`, where more
            is.

        Returns
        -------
        Axes
            The first panel.

        Raises
        ------
        ValueError
            If fewer than two strategies give care.
        """
        return draw_frontier(self._result, ax, relief)

    def delays(self, ax: Axes | None = None, *, measure: str = "delay_days") -> Axes:
        """How days are spread over the people of the trigger set, by strategy.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        measure : str
            One of those in `result.delays`.

        Raises
        ------
        ValueError
            If the result has no such distribution.
        """
        return draw_delays(self._result, ax, measure)

    def delay_parts(self, ax: Axes | None = None) -> Axes:
        """What the mean delay of systemic therapy is made of, by strategy.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.

        Raises
        ------
        ValueError
            If the run has no care.
        """
        return draw_delay_parts(self._result, ax)

    def resumption(self, ax: Axes | None = None) -> Axes:
        """Cumulative incidence of resumption, with death and permanent stop competing.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.

        Raises
        ------
        ValueError
            If no strategy paused systemic therapy.
        """
        return draw_resumption(self._result, ax)

    def twins(
        self,
        ax: Axes | None = None,
        *,
        measures: Sequence[str] = ("delay_days", "pain_days", "days_on_therapy_1y"),
    ) -> Axes:
        """Each strategy against the reference in the same people, and what that bought.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw one measure; a new figure by default.
        measures : sequence of str
            Of `result.compare()`; a panel each.

        Returns
        -------
        Axes
            The first panel.

        Raises
        ------
        ValueError
            If the run has one strategy, or a measure is not compared.
        """
        return draw_twins(self._result, ax, measures)

    def for_whom(
        self,
        ax: Axes | None = None,
        *,
        measure: str = "pain_days",
        strategy: str | None = None,
    ) -> Axes:
        """A strategy against the reference by primary, age, type of lesion and instability.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        measure : str
            Of `result.compare()`.
        strategy : str, optional
            By default the one that differs most from the reference.

        Raises
        ------
        ValueError
            If the run has one strategy, or the measure or the strategy is not compared.
        """
        return draw_for_whom(self._result, ax, measure, strategy)

    def pain_after_treatment(self, ax: Axes | None = None) -> Axes:
        """Mean worst pain from 3 days to 12 months after the first course, beside studies.

        The model's people are all treated people of the trigger set who are alive then, not those
        of a trial.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw the strategies alone; by default a new figure, with a panel for each
            strategy whose treatment has published courses.

        Returns
        -------
        Axes
            The first panel.

        Raises
        ------
        ValueError
            If the run has no care.
        """
        return draw_pain_after_treatment(self._result, ax)

    def counts(self, ax: Axes | None = None, *, measure: str = "new_spinal_metastasis") -> Axes:
        """A count over calendar years with its 95% interval, by strategy where they differ.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        measure : str
            Of `result.case_counts`.

        Raises
        ------
        ValueError
            If nothing of that name was counted.
        """
        return draw_counts(self._result, ax, measure)
