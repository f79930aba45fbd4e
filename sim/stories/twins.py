"""The same person under several strategies: what they share, and what each strategy makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile, zip_longest

import numpy as np
from numpy.typing import NDArray

from sim.evidence.log import LOG
from sim.evidence.mistakes import InputError
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import PAUSE_CAUSES
from sim.inputs.catalog import treatment_names
from sim.inputs.setting import Setting
from sim.life.compiled import say_if_compiling
from sim.life.horizon import follow_origins
from sim.life.machine_code import STORY_KERNEL
from sim.stories.cast import Cast, Realization, find_number, number_asked
from sim.stories.moment import Terms, relive
from sim.stories.phrase import phrase_of
from sim.stories.story import Story
from sim.stories.words import CAUSE_WORDS
from sim.tables.layout import table_text

_COLUMNS = 4
"""Strategies side by side in one table."""
_WHAT = "days from diagnosis to death  "
"""Above the names of what is compared; as wide as in the summary of one life."""


@dataclass(frozen=True)
class Twins:
    """One person's lives under several strategies; the first is the reference's."""

    stories: tuple[Story, ...]

    @cached_property
    def n_shared(self) -> int:
        """How many events, from the first, are the same under every strategy."""
        told = ([(m.day, m.event, phrase_of(m)) for m in story.moments] for story in self.stories)
        same = takewhile(lambda side_by_side: len(set(side_by_side)) == 1, zip_longest(*told))
        return len(list(same))

    @property
    def differ(self) -> bool:
        """Whether the strategies ever make a difference to this person."""
        return self.n_shared < len(self.stories[0].moments)

    @property
    def split_day(self) -> float:
        """Day since diagnosis of the first event that is not the same under every strategy."""
        if not self.differ:
            return float(self.stories[0].person["death_day"])
        return max(min(story.moments[self.n_shared].day for story in self.stories), 0.0)

    def same_as(self, number: int) -> str | None:
        """The strategy before this one under which the whole life is the same, if any."""
        mine = self.stories[number].lines()
        before = self.stories[:number]
        return next((story.strategy for story in before if story.lines() == mine), None)

    def text(self) -> str:
        """The past they share, each strategy's own part, and a table side by side."""
        first = self.stories[0]
        if len(self.stories) == 1:
            return first.text()
        if not self.differ:
            names = ", ".join(story.strategy for story in self.stories)
            return f"{first.text()}\n\nThe life is the same under {names}."
        told = [first.heading, "", f"The past that {len(self.stories)} strategies share"]
        told += first.timeline(last=self.n_shared)
        for number, story in enumerate(self.stories):
            told += ["", story.strategy + ("" if number else ", the reference")]
            if (same := self.same_as(number)) is not None:
                told.append(f"  as under {same}")
            else:
                told += story.timeline(self.n_shared)
        return "\n".join([*told, "", *self.table()])

    def table(self) -> list[str]:
        """The lives side by side, from diagnosis to death: a column a strategy."""
        cells = [numbers_of(story) for story in self.stories]
        names = list(cells[0])
        found: list[str] = []
        for start in range(0, len(cells), _COLUMNS):
            shown = cells[start : start + _COLUMNS]
            heads = [story.strategy for story in self.stories[start : start + _COLUMNS]]
            rows = [[name, *(column[name] for column in shown)] for name in names]
            table = table_text([_WHAT, *heads], rows, rule=False)
            found += [""] if start else []
            found += [f"  {line}" for line in table.splitlines()]
        return found


def numbers_of(story: Story) -> dict[str, str]:
    """What is compared of a life, each with its name."""
    p = story.person
    delay = [float(x) for x in p["delay_days"]]
    return {
        "courses": story.courses_given(),
        "therapy paused": f"{p['paused_days'].sum():,.0f}",
        "therapy delayed, to a dose": f"{sum(delay):,.0f}",
        **{
            f"  by {CAUSE_WORDS[cause]}": f"{days:,.0f}"
            for cause, days in zip(PAUSE_CAUSES, delay, strict=True)
        },
        "on therapy": f"{p['days_on_therapy']:,.0f}",
        "worst pain 4 or more": f"{p['pain_days']:,.0f}",
        "worst pain 7 or more": f"{p['severe_pain_days']:,.0f}",
        "vertebral fractures": f"{p['n_fractures']}",
        "collapses without pain": f"{p['n_silent_collapses']}",
        "walking": f"{p['death_day'] - p['not_walking_days']:,.0f}",
        "alive": f"{p['death_day']:,.0f}",
    }


def tell_twins(
    scenario: Setting,
    person: int | str,
    *,
    primary: str | None = None,
    spinal: bool = False,
    treated: bool = False,
    draw: int = 0,
    replicate: int = 0,
) -> Twins:
    """One person of a scenario under each of its strategies.

    Parameters
    ----------
    person : int or str
        The identifier, as in the rows of a run (`2015-lung-male-123`). Or the position among the
        people diagnosed in the first year who fit, from 0 up, in a fixed order that mixes primaries
        and sexes as the population does.
    primary : str, optional
        Only people with this primary.
    spinal : bool
        Only people who ever have spinal metastasis under the reference strategy.
    treated : bool
        Only people whose first episode of care comes while they are on or due systemic therapy,
        under the reference strategy.
    draw, replicate : int
        Which draw of the parameters, 0 the point estimate, and which repetition.

    Raises
    ------
    InputError
        If there is no such person or primary.
    """
    at = Realization(draw, replicate)
    say_if_compiling(LOG.warning, STORY_KERNEL)
    number = number_asked(person)
    if number is None:
        cast = Cast(scenario, primary, at)
        model, begin = cast.model, cast.find(int(person), spinal=spinal, treated=treated)
    elif primary is not None or spinal or treated:
        raise InputError(
            f"person is {person!r}, which is one person, together with primary, spinal or treated; "
            "allowed with these: a position from 0"
        )
    else:
        model, begin = find_number(scenario, number, at)
    names = treatment_names(scenario.treatments)
    called = tuple(map(scenario.called, names))
    labels = {known.name: known.label for known in known_treatments().values()}
    labels |= {own.name: own.label or own.name for own in scenario.treatments}
    morphine_mg = tuple(float(mg) for mg in model.worlds[0]["morphine_mg_per_day"])
    stories: list[Story] = []
    lived: list[NDArray[np.void]] = []
    for s, strategy in enumerate(scenario.strategy_names):
        withhold = tuple(bool(x) for x in model.policies[s]["withhold"])
        terms = Terms(called, tuple(labels[name] for name in names), withhold, morphine_mg)
        one = begin()
        if s > 0:
            follow_origins(one, lived[0])
        moments = relive(one, model, s, terms)
        lived.append(one)
        stories.append(Story(one[0], moments, scenario.called(strategy), terms))
    return Twins(tuple(stories))


def tell(
    scenario: Setting,
    person: int | str,
    *,
    primary: str | None = None,
    spinal: bool = False,
    treated: bool = False,
) -> Story:
    """The story of one person of a scenario under its reference strategy; see `tell_twins`."""
    alone = scenario.with_options(strategies=scenario.strategies[:1])
    return tell_twins(alone, person, primary=primary, spinal=spinal, treated=treated).stories[0]
