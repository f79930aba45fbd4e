"""The explorer: a page that carries the model and lives people while its reader changes things."""

from __future__ import annotations

from pathlib import Path

from sim.inputs.catalog import DEFAULT_STRATEGY, known_strategies, strategy
from sim.inputs.population import Population
from sim.inputs.setting import Setting
from sim.inputs.strategies import NO_CARE
from sim.inputs.treatment import Treatment
from sim.pages.appendix import appendix
from sim.pages.page import Page, PageSection, made_words
from sim.pages.panel import MEASURES_SHOWN, Panel

_OWN = "own_treatment"
_FIRST = ("ebrt_8gy1", "sbrt_24gy2", "kyphoplasty", "rfa_cement", "noms")
"""Strategies that are shown at first, behind the reference."""


def default_scenario() -> Setting:
    """Everybody diagnosed in the United States in 2010, under every strategy, and one's own."""
    mine = Treatment(name=_OWN, label="own treatment", based_on="rfa_cement")
    others = [n for n in known_strategies() if n not in (NO_CARE, DEFAULT_STRATEGY, *_FIRST)]
    order = (DEFAULT_STRATEGY, *_FIRST, *others, _OWN)
    return Setting(
        name="explored",
        population=Population.united_states(2010),
        treatments=(mine,),
        strategies=tuple(strategy(name, own=(mine,)) for name in order),
    )


def write_explorer(scenario: Setting, out: Path) -> Path:
    """Write the page about a scenario.

    Raises
    ------
    InputError
        If a page cannot live the scenario, or the file cannot be written.
    """
    return explorer_page(scenario).write(out)


def explorer_page(scenario: Setting) -> Page:
    """The page about a scenario, which is lived as far as a page can."""
    panel = Panel(scenario)
    return Page(
        title="Explore: palliative care of spinal metastasis",
        lead=(
            "Move a control and the model lives the same people again, here on your own computer: "
            "nothing is sent anywhere."
        ),
        made=made_words(),
        sections=(
            PageSection("try", "Try it", panel.parts()),
            PageSection("one-life", "One life", panel.life_parts()),
            appendix(MEASURES_SHOWN, scenario.known),
        ),
        scripts=panel.scripts(),
        data=panel.data(),
        styles=(panel.style,),
        wide=True,
    )
