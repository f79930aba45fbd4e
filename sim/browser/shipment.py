"""What a page is given of a scenario: the tables that lives are lived by, patches, and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from sim.browser.controls import Control
from sim.browser.inputs import Tables, population_tables
from sim.browser.patches import Patches, patched_tables, patches_of
from sim.counting.care_measures import CARE_MEASURES, PARTS_OF_ONE, RatioOfSums, Statistic
from sim.counting.counts import Count
from sim.engine.parameters import build_cancers
from sim.evidence.mistakes import InputError
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.catalog import strategy
from sim.inputs.diagnosed import counted_years, plan_people
from sim.inputs.setting import Setting
from sim.life.policy import POLICY
from sim.life.world import CANCER, WORLD

AGES_TO_KEEP: tuple[tuple[float, float | None], ...] = (
    (0, 50),
    (50, 65),
    (65, None),
    (75, None),
)
"""Ages at diagnosis, from and up to, that a reader may keep."""
_COMPARED = ("ebrt_8gy1", "sbrt_24gy2", "kyphoplasty", "rfa_cement", "noms")
"""Strategies of a page about a scenario that has none to compare."""


class Shipment(NamedTuple):
    """What a page is given.

    Attributes
    ----------
    told : dict
        All that JSON can tell; places in `bytes` are a first and a last one.
    bytes : bytes
    """

    told: dict[str, Any]
    bytes: bytes


class _Hold:
    """Bytes one after the other; the same bytes stand once."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._known: dict[bytes, list[int]] = {}

    def put(self, data: bytes) -> list[int]:
        """Where some bytes stand: the first, and the one after the last."""
        if data not in self._known:
            self._known[data] = [len(self._bytes), len(self._bytes) + len(data)]
            self._bytes += data
        return self._known[data]

    @property
    def all(self) -> bytes:
        return bytes(self._bytes)


def livable(scenario: Setting) -> tuple[Setting, tuple[str, ...]]:
    """A scenario as a page can live it, and what had to be left out, each in a sentence.

    A page lives the point estimate of one year of diagnosis to death, with published access.
    """
    year = scenario.years[0]
    changes: dict[str, Any] = {}
    said = []
    if scenario.view != "cohort":
        changes["view"] = "cohort"
        said.append(
            f"The scenario counts events of calendar years; the page follows people diagnosed in "
            f"{year} to death."
        )
    elif scenario.years[1] != year:
        said.append(f"Of the years of the scenario the page lives {year}.")
    if scenario.access is not None:
        changes["access"] = None
        said.append("The scenario has clinics; the page has published waits instead.")
    if scenario.draws or scenario.replicates > 1:
        said.append("The page lives the best estimates of all numbers, once.")
    acting = [one for one in scenario.strategies if one.acts]
    if len(acting) < 2:
        some = ("usual_care", *_COMPARED)
        names = {one.name for one in scenario.strategies}
        more = [strategy(name) for name in some if name not in names]
        changes["strategies"] = [*acting, *more]
        said.append("The scenario compares no strategies; the page adds some of the program's.")
    changes |= {"years": (year, year), "draws": 0, "replicates": 1, "engine": "cohort"}
    changes["ages"] = "default"
    return scenario.with_options(**changes), tuple(said)


def shipment(scenario: Setting, controls: Sequence[Control]) -> Shipment:
    """What a page about a scenario is given.

    Raises
    ------
    InputError
        If the page cannot live it: see `livable`.
    """
    _check(scenario)
    hold = _Hold()
    own = patched_tables(scenario)
    tables = {name: hold.put(table.tobytes()) for name, table in own.items()}
    tables["cancers"] = hold.put(build_cancers(scenario.known.point).tobytes())
    found = patches_of(scenario, controls)
    first_year, n_years = counted_years(scenario)
    told = {
        "tables": tables,
        "record_sizes": {
            "worlds": WORLD.itemsize,
            "shipped": POLICY.itemsize,
            "cancers": CANCER.itemsize,
        },
        "ages": [_ages_told(scenario, *ages, hold) for ages in _ages_of(scenario)],
        "patches": [_patches_told(one, hold) for one in found],
        "outcomes_for": _whose_told(scenario, found),
        "window": {
            "first_year": first_year,
            "n_years": n_years,
            "cohort_first": scenario.years[0],
            "cohort_last": scenario.years[1],
        },
        "seed": str(scenario.seed),
        "strategies": list(scenario.strategy_names),
        "primaries": list(PRIMARIES),
        "counts": list(Count.labels()),
        "people_statistic": int(Statistic.PEOPLE),
        "parts_of_one": PARTS_OF_ONE.tolist(),
        "measures": {name: _measure_told(name) for name in CARE_MEASURES},
    }
    return Shipment(told, hold.all)


def _check(scenario: Setting) -> None:
    for name, value, allowed in (
        ("view", scenario.view, "cohort"),
        ("engine", scenario.engine, "cohort"),
        ("access", scenario.access and "finite", None),
        ("years", len(set(scenario.years)), 1),
    ):
        if value != allowed:
            raise InputError(f"{name} is {value!r}, which a page cannot live; allowed: {allowed!r}")


def _ages_of(scenario: Setting) -> Iterator[tuple[float, float | None]]:
    """Those that a reader may keep, of which the population has people; its own first."""
    whole = scenario.population
    own = whole.age_low, whole.age_high
    yield own
    for low, high in AGES_TO_KEEP:
        with suppress(InputError):  # nobody is of that age
            mine = whole.aged(low, high)
            if (mine.age_low, mine.age_high) not in (own, (0.0, None)):
                yield mine.age_low, mine.age_high


def _ages_told(scenario: Setting, low: float, high: float | None, hold: _Hold) -> dict[str, Any]:
    """People of some ages: what they are called, who is in which group, where their tables are."""
    whole, point = scenario.population, scenario.known.point
    everybody = low == whole.age_low and high == whole.age_high
    mine = whole if everybody else whole.aged(low, high)
    plan = plan_people(scenario.with_options(population=mine), point)
    tables: Tables = {
        "groups": plan.groups,
        "cells": plan.cells,
        **population_tables(mine, scenario.years[:1], point),
    }
    return {
        "words": _age_words(low, high),
        "between": [low, high],
        "groups": [{"primary": int(g["primary"]), "sex": int(g["sex"])} for g in plan.groups],
        "sizes": {
            "n_groups": len(plan.groups),
            "n_cells": len(plan.cells),
            "n_anchors": len(tables["anchors"]),
        },
        "tables": {name: hold.put(table.tobytes()) for name, table in tables.items()},
    }


def _age_words(low: float, high: float | None) -> str:
    if not low and high is None:
        return "all ages"
    if high is None:
        return f"{low:g} and over"
    return f"{low:g} to {high - 1:g}" if low else f"under {high:g}"


def _patches_told(one: Patches, hold: _Hold) -> dict[str, Any]:
    return {
        "controls": list(one.controls),
        "patches": {
            ",".join(map(str, places)): [
                [p.table, list(p.rows), p.offset, *hold.put(p.data)] for p in patches
            ]
            for places, patches in one.by_choice.items()
        },
    }


def _whose_told(scenario: Setting, found: Sequence[Patches]) -> dict[str, Any]:
    """Whose outcomes are counted, by the choices of the controls that say so."""
    for one in found:
        if one.outcomes_for:
            codes = {",".join(map(str, k)): code for k, code in one.outcomes_for.items()}
            return {"controls": list(one.controls), "codes": codes}
    return {"controls": [], "codes": {"": int(scenario.outcomes.code)}}


def _measure_told(name: str) -> dict[str, Any]:
    measure = CARE_MEASURES[name]
    ratio = measure.estimate
    if not isinstance(ratio, RatioOfSums):
        raise TypeError(f"{name} is no ratio of sums")
    return {
        "words": measure.words,
        "unit": measure.unit,
        "definition": measure.definition,
        "part": [int(k) for k in ratio.part],
        "whole": [int(k) for k in ratio.whole],
        "factor": ratio.factor,
        "compared": None if measure.compared is None else int(measure.compared),
    }
