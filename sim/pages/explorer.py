"""The explorer: a page that carries the model and lives people while its reader changes things."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sim.browser.controls import Control, controls_of
from sim.browser.shipment import livable, shipment
from sim.browser.shipped import module_code, module_description
from sim.counting.care_measures import CARE_MEASURES
from sim.evidence.instruments import WALKS_UP_TO, WALKS_WITH_HELP
from sim.evidence.mistakes import InputError
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import LESION_PLACES, N_LEVELS, PRIMARIES, SEXES
from sim.inputs.catalog import DEFAULT_STRATEGY, known_strategies, strategies_with, strategy
from sim.inputs.population import Population
from sim.inputs.setting import Setting
from sim.inputs.strategies import NO_CARE
from sim.inputs.treatment import Treatment
from sim.pages.appendix import measures_parts, parameters_parts, sources_parts
from sim.pages.page import FOLDER, Page, PageSection, packaged, templates
from sim.pages.prose import anchor_of, paragraph
from sim.pages.report import made_words
from sim.stories.words import DISEASES
from sim.tables.folder_words import reason

EXPLORER = "explorer.html"
SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
"""People that a reader may have diagnosed; the scenario's own number comes beside them."""
MOST_AT_FIRST = 300_000
SIDE_BY_SIDE = (
    *("days_pain_below_4", "severe_pain_days", "therapy_days_lost", "delay_days"),
    *("days_on_therapy", "days_alive", "courses_per_person", "fractures_per_person"),
)
"""Measures of the table of strategies, as `explorer.js` fills it."""
WITH_DIFFERENCES = ("days_pain_below_4", "therapy_days_lost")
COUNTS = (
    *("new_skeletal_metastasis", "new_spinal_metastasis", "new_spinal_metastasis_detected"),
    *("new_fractures", "new_cord_compression", "cancer_deaths_with_spinal_metastasis"),
)
_OWN = "own_treatment"
_FIRST = ("ebrt_8gy1", "sbrt_24gy2", "kyphoplasty", "rfa_cement", "noms")
_SHOWN_AT_FIRST = 1 + len(_FIRST)
_OF_OUTCOMES = ("horizon_years", "outcomes_for")
_INTERVALS = (
    "Intervals are the 95% sampling error of the people lived, the same under every strategy: "
    "they say nothing about uncertain numbers, which are at their best estimates here."
)


def default_scenario() -> Setting:
    """Everybody diagnosed in the United States in 2010, under every strategy, and one's own."""
    mine = Treatment(name=_OWN, label="own treatment", based_on="rfa_cement")
    names = [name for name in known_strategies() if name not in (NO_CARE, DEFAULT_STRATEGY)]
    order = (DEFAULT_STRATEGY, *_FIRST, *(n for n in names if n not in _FIRST), _OWN)
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
    page = explorer_page(*livable(scenario))
    try:
        out.write_text(page.html(), encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"out is {str(out)!r}: {reason(error)}; allowed: a file that can be written"
        ) from None
    return out


def explorer_page(scenario: Setting, said: Sequence[str] = ()) -> Page:
    """The page about a scenario that a page can live, and what is to be said of it first."""
    known = scenario.known
    panel = Panel(scenario)
    measures = (*SIDE_BY_SIDE, *COUNTS, *_drawn_measures())
    return Page(
        title="Explore: palliative care of spinal metastasis",
        lead=(
            "Move a control and the model lives the same people again, here on your own computer: "
            "nothing is sent anywhere."
        ),
        made=made_words(),
        sections=(
            PageSection("try", "Try it", (*map(paragraph, said), *panel.parts())),
            PageSection("one-life", "One life", panel.life_parts()),
            PageSection(
                "sources",
                "Where every number comes from",
                (
                    *measures_parts(dict.fromkeys(measures), known),
                    *parameters_parts(known),
                    *sources_parts(known),
                ),
            ),
        ),
        scripts=panel.scripts(),
        data={"explorer-data": panel.data()},
        styles=(packaged("explorer.css"),),
        wide=True,
    )


def _drawn_measures() -> tuple[str, ...]:
    """Those of the bars of days."""
    days = ("days_on_therapy", "days_paused", "days_off_therapy", "days_dead")
    return (*days, "moderate_pain_days")


class Panel:
    """Controls, what they change, and places for what is found: a part of a page.

    Parameters
    ----------
    scenario : Setting
        What a page can live: see `sim.browser.shipment`.
    """

    def __init__(self, scenario: Setting) -> None:
        self._scenario = scenario
        self._controls = controls_of(scenario)
        self._shipment = shipment(scenario, self._controls)
        people = scenario.population.people_per_year
        self._sizes = sorted({*(n for n in SIZES if n < people), people})

    def parts(self) -> tuple[Markup, ...]:
        """Its markup."""
        at_first = max(
            i for i, n in enumerate(self._sizes) if n <= max(MOST_AT_FIRST, self._sizes[0])
        )
        strategies = [
            (code, self._scenario.label(one.name), one.acts)
            for code, one in enumerate(self._scenario.strategies)
        ]
        acting = [code for code, _, acts in strategies if acts]
        told = (
            templates()
            .get_template("explorer.html.jinja")
            .render(
                sizes=self._sizes,
                size_at=at_first,
                ages=[one["words"] for one in self._shipment.told["ages"]],
                primaries=self._primaries(),
                strategies=strategies,
                shown=acting[:_SHOWN_AT_FIRST],
                focus=acting[min(1, len(acting) - 1)],
                groups=self._groups(),
                measures=[_measure_told(name) for name in SIDE_BY_SIDE],
                interval_note=_INTERVALS,
            )
        )
        return (Markup(told),)

    def life_parts(self) -> tuple[Markup, ...]:
        """The markup of one life under two strategies."""
        acting = [
            (code, self._scenario.label(one.name))
            for code, one in enumerate(self._scenario.strategies)
            if one.acts
        ]
        template = templates().get_template("life.html.jinja")
        told = template.render(
            strategies=acting,
            first=acting[0][0],
            second=acting[min(1, len(acting) - 1)][0],
        )
        return (Markup(told),)

    def scripts(self) -> tuple[str, ...]:
        """What runs on the page."""
        names = ("engine", "plan", "outcome", "crowd", "charts", "life", "story", "explorer")
        return tuple(_script(name) for name in names)

    def data(self) -> dict[str, Any]:
        """What the scripts read."""
        scenario = self._scenario
        return {
            "module": _packed(module_code()),
            "layout": {name: module_description()[name] for name in ("tables", "records")},
            "worker": "\n".join(_script(name) for name in ("engine", "worker")),
            "bytes": _packed(self._shipment.bytes),
            "lived": self._shipment.told,
            "scenario": _as_json(scenario),
            "labels": {name: scenario.label(name) for name in scenario.strategy_names},
            "sizes": self._sizes,
            "controls": [
                {
                    "name": one.name,
                    "words": one.words,
                    "at": one.at,
                    "treatment": one.treatment,
                    "choices": [
                        {"words": choice.words, "options": dict(choice.options)}
                        for choice in one.choices
                    ],
                }
                for one in self._controls
            ],
            "of_outcomes": [
                place for place, one in enumerate(self._controls) if one.name in _OF_OUTCOMES
            ],
            "life": {
                "places": [place.replace("_", " ") for place in LESION_PLACES],
                "n_levels": N_LEVELS,
                "sexes": list(SEXES),
                "stages": ["localized", "regional", "distant", ""],
                "diseases": [DISEASES[name] for name in PRIMARIES],
                "treatments": self._treatments(),
                "walks_up_to": {"alone": WALKS_UP_TO, "with_help": WALKS_WITH_HELP},
            },
            "anchors": {name: anchor_of("measure", name) for name in COUNTS},
        }

    def _treatments(self) -> list[str]:
        """Every treatment in words, by its index."""
        known = [one.label for one in known_treatments().values()]
        return [*known, *(own.label or own.name for own in self._scenario.treatments)]

    def _primaries(self) -> list[tuple[int, str]]:
        kept = self._scenario.population.primaries
        return [(PRIMARIES.index(name), name.replace("_", " ")) for name in kept]

    def _groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Controls by the legend that they stand under."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for place, one in enumerate(self._controls):
            title = "Care"
            if one.name in _OF_OUTCOMES:
                title = "What is counted"
            elif one.treatment:
                title = one.words.partition(":")[0]
            groups.setdefault(title, []).append(
                {
                    "place": place,
                    "words": _control_words(one),
                    "meaning": one.meaning,
                    "last": len(one.choices) - 1,
                    "at": one.at,
                    "anchor": anchor_of("parameter", one.source) if one.source else "",
                }
            )
        return list(groups.items())


def _control_words(control: Control) -> str:
    words = control.words.partition(": ")[2] if control.treatment else control.words
    return words[:1].upper() + words[1:]


def _measure_told(name: str) -> dict[str, Any]:
    measure = CARE_MEASURES[name]
    return {
        "words": measure.words,
        "anchor": anchor_of("measure", name),
        "compared": name in WITH_DIFFERENCES,
    }


def _script(name: str) -> str:
    return (FOLDER / "scripts" / f"{name}.js").read_text(encoding="utf-8")


def _packed(content: bytes) -> str:
    """Bytes as text, made small."""
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")


def _as_json(scenario: Setting) -> dict[str, Any]:
    """A scenario as `Scenario` takes it back, strategies of the program by their names."""
    found: dict[str, Any] = scenario.model_dump(mode="json")
    known = strategies_with(scenario.treatments)
    named: Sequence[Any] = found["strategies"]
    found["strategies"] = [
        one.name if known.get(one.name) == one else told
        for one, told in zip(scenario.strategies, named, strict=True)
    ]
    return found
