"""What is asked of an analysis of sensitivity, checked, and how hard it is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from sim.evidence.checked import ONE_OR_SEVERAL, Checked, each_of
from sim.evidence.mistakes import InputError
from sim.evidence.reader import GRADES
from sim.inputs.setting import MOST_DRAWS, Setting
from sim.uncertainty.asked import Asked, asked

FEWEST_ROWS = 16
"""Rows of a sample from which an index of a group is told at all."""
AGAIN_TIMES = 5
"""People of the second time over those of the first."""


class SensitivityDesign(Checked):
    """What is asked, and how hard it is looked at.

    Parameters
    ----------
    measures : str or sequence of str
        Of `outcomes`, or `ranking`: by how much the strategy that leads is ahead of the next.
    strategy : str, optional
        Whose; by default the first, the reference.
    against : str, optional
        Of the measure, the difference to this strategy.
    relief_per_day_lost : float
        What a ranking goes by: so many days of relief make up for a day of therapy lost.
    people : int
        Lives at each point, all years of diagnosis together; in the trigger set are far fewer.
    again : int
        How many of the numbers that move each thing asked most are moved again with `AGAIN_TIMES`
        as many people: among a thousand numbers the few that few people make large stand on top.
    samples : int
        Rows of each of the two samples behind the indices of groups; 0 for none.
    grades : sequence of str
        Which parameters are moved: those of these grades; all by default.
    by_study : bool
        Whether parameters that are drawn jointly are parted by study.
    """

    if TYPE_CHECKING:  # a word and a list are taken too, and all is checked when made

        def __init__(self, **fields: Any) -> None: ...

    measures: Annotated[tuple[str, ...], ONE_OR_SEVERAL, Field(min_length=1)]
    strategy: str | None = None
    against: str | None = None
    relief_per_day_lost: Annotated[float, Field(ge=0.0)] = 1.0
    people: Annotated[int, Field(ge=1_000)] = 50_000
    again: Annotated[int, Field(ge=0, le=1_000)] = 20
    samples: Annotated[int, Field(ge=0, le=MOST_DRAWS // 2)] = 64
    grades: Annotated[tuple[str, ...], ONE_OR_SEVERAL, each_of(GRADES)] = GRADES
    by_study: bool = False

    def faults(self) -> Iterator[str]:
        """Fewer rows than say anything."""
        if 0 < self.samples < FEWEST_ROWS:
            yield (
                f"samples is {self.samples}; allowed: 0, for no indices of groups, or at least "
                f"{FEWEST_ROWS}"
            )

    def asked_of(self, scenario: Setting) -> list[Asked]:
        """What is asked of a scenario; the strategies are of measures, not of a ranking."""
        found: list[Asked] = []
        wrong: list[str] = []
        for measure in dict.fromkeys(self.measures):
            try:
                found.append(self._asked(scenario, measure))
            except InputError as error:
                wrong += error.sentences
        if scenario.access is not None:
            wrong.append(
                "access is given, and a waiting line needs everybody; allowed: published waits"
            )
        if wrong:
            raise InputError(*dict.fromkeys(wrong))
        return found

    def _asked(self, scenario: Setting, measure: str) -> Asked:
        several = len(self.measures) > 1  # then strategies are meant for the others
        whose: dict[str, Any] = {"strategy": self.strategy, "against": self.against}
        if measure == "ranking" and several:
            whose = {}
        rate = self.relief_per_day_lost
        return asked(scenario, measure, relief_per_day_lost=rate, **whose)
