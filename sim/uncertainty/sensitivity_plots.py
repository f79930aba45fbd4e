"""The pictures of an analysis of sensitivity: `found.plot.tornado()`, `found.plot.groups()`."""

from __future__ import annotations

from matplotlib.axes import Axes

from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import nearest
from sim.plots.drawing import make_room
from sim.uncertainty.asked import Asked
from sim.uncertainty.moved import Moved
from sim.uncertainty.sobol_picture import draw_sobol
from sim.uncertainty.tornado_picture import draw_tornado


class SensitivityPlots:
    """What moves an answer, drawn; each picture is a Matplotlib Axes."""

    def __init__(self, found: Moved) -> None:
        self._found = found

    def tornado(
        self, ask: Asked | str | None = None, ax: Axes | None = None, *, most: int = 15
    ) -> Axes:
        """Draw how far each number moves an answer alone, the largest on top.

        Parameters
        ----------
        ask : Asked or str, optional
            One of `wanted`, or the measure of one; the first by default.
        ax : Axes, optional
            Where to draw; a new figure by default.
        most : int
            Numbers that are shown.

        Raises
        ------
        InputError
            If it was not asked for.
        """
        drawn = draw_tornado(self._found, self._asked(ask), most, ax)
        return drawn if ax is not None else make_room(drawn)

    def groups(
        self, ask: Asked | str | None = None, ax: Axes | None = None, *, most: int = 15
    ) -> Axes:
        """Draw the share of variance of each group of numbers, as bars; see `tornado`.

        Raises
        ------
        InputError
            If there are no samples, or it was not asked for.
        """
        drawn = draw_sobol(self._found, self._asked(ask), most, ax)
        return drawn if ax is not None else make_room(drawn)

    def _asked(self, ask: Asked | str | None) -> Asked:
        wanted = self._found.wanted
        if ask is None:
            return wanted[0]
        for one in wanted:
            if ask in (one, one.measure):
                return one
        known = list(dict.fromkeys(one.measure for one in wanted))
        name = ask.measure if isinstance(ask, Asked) else str(ask)
        raise InputError(f"ask is {name!r}; {nearest(name, known)}")
