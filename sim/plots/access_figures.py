"""The pictures of finite access, as methods of `Result.plot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.plots.queues import draw_queues
from sim.plots.utilization import draw_utilization
from sim.plots.waits import draw_waits
from sim.plots.within_goal import draw_within_goal
from sim.tables.access import ALL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from sim.tables.run_tables import RunTables

PICTURES_OF_ACCESS = ("waits", "within_goal", "queues", "utilization")
"""Methods of `AccessPlots` that a run folder gets a picture of, each with its defaults."""


class AccessPlots:
    """The pictures of finite access of one result."""

    _result: RunTables

    def waits(
        self,
        ax: Axes | None = None,
        *,
        strategies: Sequence[str] | None = None,
        center: str = ALL,
    ) -> Axes:
        """How waits are spread, by resource, priority and strategy, with the goals.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        strategies : sequence of str, optional
            Of the run; the first three by default.
        center : str
            Whose people; those of all centers by default.

        Raises
        ------
        ValueError
            If the run has no finite access, nobody was treated, or a name is not of the run.
        """
        return draw_waits(self._result, ax, strategies, center)

    def within_goal(self, ax: Axes | None = None, *, center: str = ALL) -> Axes:
        """Share treated within the goal, by priority and strategy, with 95% intervals.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        center : str
            Whose people; those of all centers by default.

        Raises
        ------
        ValueError
            If the run has no finite access, nobody asked, or there is no such center.
        """
        return draw_within_goal(self._result, ax, center)

    def queues(
        self,
        ax: Axes | None = None,
        *,
        resources: Sequence[str] | None = None,
        strategies: Sequence[str] | None = None,
        center: str = ALL,
    ) -> Axes:
        """People in line month by month, a row of panels a resource, a column a strategy.

        Up to three centers have lines of their own; more are added up.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw one resource under one strategy; a new figure by default.
        resources : sequence of str, optional
            Those with a number of machines by default, the most loaded first.
        strategies : sequence of str, optional
            Of the run; the first three by default.
        center : str
            Where the line is; all centers by default.

        Returns
        -------
        Axes
            The first panel.

        Raises
        ------
        ValueError
            If the run has no finite access, nobody asked for what is finite, or a name is not of
            the run.
        """
        return draw_queues(self._result, ax, resources, strategies, center)

    def utilization(
        self, ax: Axes | None = None, *, strategies: Sequence[str] | None = None
    ) -> Axes:
        """What each resource is used and asked for, in percent of its open time.

        Centers have rows of their own as long as there are few lines.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.
        strategies : sequence of str, optional
            Of the run; the first three by default.

        Raises
        ------
        ValueError
            If the run has no finite access, nobody asked for what is finite, or a strategy is not
            of the run.
        """
        return draw_utilization(self._result, ax, strategies)
