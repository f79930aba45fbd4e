"""The panel: the model on a page, with controls, what they change, and places for what is found."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from markupsafe import Markup

from sim.browser.controls import Control, controls_of
from sim.browser.shipment import livable, shipment
from sim.browser.shipped import module_code, module_description
from sim.counting.care_measures import CARE_MEASURES
from sim.evidence.instruments import WALKS_UP_TO, WALKS_WITH_HELP
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import (
    LESION_PLACES,
    N_LEVELS,
    PRIMARIES,
    SEXES,
    STAGES,
    Episode,
    Stage,
    Therapy,
)
from sim.inputs.catalog import strategies_with
from sim.inputs.setting import Setting
from sim.pages.page import packaged, templates
from sim.pages.prose import anchor_of, paragraph
from sim.stories.words import DISEASES

PANEL_SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
"""People that a reader may have diagnosed; the scenario's own number comes beside them."""
FEWEST_AT_FIRST, MOST_AT_FIRST = 100_000, 300_000
PANEL_MEASURES = {
    "days_pain_below_4": "difference",
    "severe_pain_days": "",
    "therapy_days_lost": "difference",
    "delay_days": "",
    "days_on_therapy": "",
    "days_alive": "",
    "courses_per_person": "",
    "fractures_per_person": "",
}
"""Measures of the table of strategies, and whether its difference to the first is told too."""
PANEL_COUNTS = {
    "new_skeletal_metastasis": "skeletal metastasis, occult or found",
    "new_spinal_metastasis": "spinal metastasis, occult or found",
    "new_spinal_metastasis_detected": "spinal metastasis that is found",
    "new_fractures": "symptomatic vertebral fractures (events)",
    "new_cord_compression": "cord compression",
    "cancer_deaths_with_spinal_metastasis": "death from cancer with spinal metastasis",
}
"""Counts of everybody, and what the table calls them."""
PANEL_STATES = {
    "therapy-days": (
        ("on therapy", "blue", "days_on_therapy"),
        ("paused", "strong", "days_paused"),
        ("off therapy", "pale", "days_off_therapy"),
        ("dead", "silver", "days_dead"),
    ),
    "pain-days": (
        ("pain 0-3", "blue", "days_pain_below_4"),
        ("4-6", "warm", "moderate_pain_days"),
        ("7-10", "strong", "severe_pain_days"),
        ("dead", "silver", "days_dead"),
    ),
}
"""Bars of days by picture: words, color and measure of each part."""
MEASURES_SHOWN = dict.fromkeys(
    (*PANEL_MEASURES, *PANEL_COUNTS, *(name for bars in PANEL_STATES.values() for *_, name in bars))
)
"""Measures that the panel shows, for the appendix of its page."""
_SHOWN_AT_FIRST = 6
_OF_OUTCOMES = ("horizon_years", "outcomes_for")
_SCRIPTS = (
    *("engine", "plan", "outcome", "crowd", "charts", "life", "story"),
    *("telling", "scenario_file", "explorer"),
)
_INTERVALS = (
    "Intervals are the 95% sampling error of the people lived, the same under every strategy: "
    "they say nothing about uncertain numbers, which are at their best estimates here."
)


class Panel:
    """The model on a page.

    Parameters
    ----------
    scenario : Setting
        Lived as far as a page can: see `sim.browser.shipment.livable`.
    """

    style = packaged("explorer.css")

    def __init__(self, scenario: Setting) -> None:
        self._scenario, self._said = livable(scenario)
        self._controls = controls_of(self._scenario)
        self._shipment = shipment(self._scenario, self._controls)
        people = self._scenario.population.people_per_year
        self._sizes = sorted({*PANEL_SIZES, people})
        at_first = min(max(people, FEWEST_AT_FIRST), MOST_AT_FIRST)
        self._at_first = self._sizes.index(at_first)
        self._strategies = [
            (code, self._scenario.label(one.name), one.acts)
            for code, one in enumerate(self._scenario.strategies)
        ]
        self._acting = [code for code, _, acts in self._strategies if acts]

    def parts(self) -> tuple[Markup, ...]:
        """Controls, and places for what is found, after what could not be taken over."""
        template = templates().get_template("explorer.html.jinja")
        told = template.render(
            sizes=self._sizes,
            size_at=self._at_first,
            ages=[one["words"] for one in self._shipment.told["ages"]],
            primaries=self._primaries(),
            strategies=self._strategies,
            shown=self._acting[:_SHOWN_AT_FIRST],
            focus=self._focus(),
            anchor=self._anchor_words(),
            groups=self._groups(),
            measures=[
                {
                    "words": CARE_MEASURES[name].words,
                    "anchor": anchor_of("measure", name),
                    "compared": bool(compared),
                }
                for name, compared in PANEL_MEASURES.items()
            ],
            relief=anchor_of("measure", "days_pain_below_4"),
            lost=anchor_of("measure", "therapy_days_lost"),
            counts=[(anchor_of("measure", name), words) for name, words in PANEL_COUNTS.items()],
            interval_note=_INTERVALS,
        )
        return (*map(paragraph, (self._whom(), *self._said)), Markup(told))

    def _whom(self) -> str:
        """Whose lives they are, and how many at first."""
        whole = self._scenario.population
        people, first = whole.people_per_year, self._sizes[self._at_first]
        size = f" There are {people:,} new cancers a year; the page begins with {first:,}."
        if people == first:
            size = ""
        elif people < first:
            size = f" The scenario has {people:,} of them; the page begins with {first:,} alike."
        return f"Who lives: {whole.name}, diagnosed in {self._scenario.years[0]}.{size}"

    def life_parts(self) -> tuple[Markup, ...]:
        """Places for one life under two strategies."""
        template = templates().get_template("life.html.jinja")
        acting = [(code, words) for code, words, acts in self._strategies if acts]
        told = template.render(strategies=acting, first=acting[0][0], second=acting[1][0])
        return (Markup(told),)

    def scripts(self) -> tuple[str, ...]:
        """What runs on the page."""
        return tuple(map(_script, _SCRIPTS))

    def data(self) -> dict[str, Any]:
        """What the scripts read, by the `id` of its element."""
        described = module_description()
        told = {
            "module": _packed(module_code()),
            "layout": {name: described[name] for name in ("tables", "records")},
            "worker": "\n".join(map(_script, ("engine", "worker"))),
            "bytes": _packed(self._shipment.bytes),
            "lived": self._shipment.told,
            "scenario": self._as_json(),
            "labels": [words for _, words, _ in self._strategies],
            "sizes": self._sizes,
            "controls": list(map(_control_told, self._controls)),
            "of_outcomes": [
                place for place, one in enumerate(self._controls) if one.name in _OF_OUTCOMES
            ],
            "side_by_side": PANEL_MEASURES,
            "counts": list(PANEL_COUNTS),
            "states": PANEL_STATES,
            "life": self._life_told(),
        }
        return {"explorer-data": told}

    def _life_told(self) -> dict[str, Any]:
        """What the picture of a life calls what it shows."""
        known = [one.label for one in known_treatments().values()]
        own = [one.label or one.name for one in self._scenario.treatments]
        return {
            "places": [place.replace("_", " ") for place in LESION_PLACES],
            "n_levels": N_LEVELS,
            "sexes": list(SEXES),
            "stages": [*STAGES[: Stage.NOT_STAGED], ""],
            "diseases": [DISEASES[name] for name in PRIMARIES],
            "treatments": [*known, *own],
            "codes": {one.label: int(one) for kind in (Therapy, Episode) for one in kind if one},
            "walks_up_to": {"alone": WALKS_UP_TO, "with_help": WALKS_WITH_HELP},
        }

    def _as_json(self) -> dict[str, Any]:
        """The scenario as `Scenario` takes it back, the program's strategies by their names."""
        found: dict[str, Any] = self._scenario.model_dump(mode="json")
        known = strategies_with(self._scenario.treatments)
        pairs = zip(self._scenario.strategies, found["strategies"], strict=True)
        found["strategies"] = [
            one.name if known.get(one.name) == one else told for one, told in pairs
        ]
        return found

    def _focus(self) -> int:
        """The strategy that a change is told for at first: that of one's own treatment, if any."""
        own = {one.name for one in self._scenario.treatments}
        names = self._scenario.strategy_names
        return next((code for code in self._acting if names[code] in own), self._acting[1])

    def _anchor_words(self) -> str:
        """The year that the number of people is of, if it is not that of their diagnosis."""
        anchor = self._scenario.population.anchor_year
        return "" if anchor == self._scenario.years[0] else f" in {anchor}, the year of the data"

    def _primaries(self) -> list[tuple[int, str]]:
        kept = self._scenario.population.primaries
        return [(PRIMARIES.index(name), name.replace("_", " ")) for name in kept]

    def _groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Controls by the legend that they stand under."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for place, one in enumerate(self._controls):
            title, words = "Care", one.words
            if one.name in _OF_OUTCOMES:
                title = "What is counted"
            elif one.treatment:
                title, _, words = one.words.partition(": ")
            row = {
                "place": place,
                "words": words[:1].upper() + words[1:],
                "meaning": one.meaning,
                "last": len(one.choices) - 1,
                "at": one.at,
                "anchor": anchor_of("parameter", one.source) if one.source else "",
            }
            groups.setdefault(title[:1].upper() + title[1:], []).append(row)
        return list(groups.items())


def _control_told(one: Control) -> dict[str, Any]:
    return {
        "name": one.name,
        "words": one.words,
        "at": one.at,
        "treatment": one.treatment,
        "choices": [{"words": c.words, "options": dict(c.options)} for c in one.choices],
    }


def _script(name: str) -> str:
    return packaged(f"{name}.js")


def _packed(content: bytes) -> str:
    """Bytes as text, made small."""
    return base64.b64encode(zlib.compress(content, 9)).decode("ascii")
