"""Events: what the line of each declares is what the chain of handlers does. Room: life."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from sim.life import events, records
from sim.life.events import (
    CARE_EVENTS,
    EVENTS,
    FIRST_CARE_EVENT,
    FIRST_DOSE_EVENT,
    N_CLOCKS,
    N_LESION_EVENTS,
    N_LESION_HAZARDS,
    Event,
    Luck,
)

LIFE = Path(records.__file__).parent
OF_NO_EVENT = {
    Luck.ENTRY_CELL,  # who a person is
    Luck.CATCHMENT,  # and where they live: drawn by the clinics
}
SOURCES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in LIFE.glob("*.py")}
FUNCTIONS = {
    f"{module}.{node.name}": node
    for module, tree in SOURCES.items()
    for node in tree.body
    if isinstance(node, ast.FunctionDef)
}
CHAIN = ("step.apply_disease_event", "step.apply_care_event", "step.apply_lesion_event")
SETTERS = (
    "start_clock",
    "change_rate",
    "set_lesion_clock",
    "start_lesion_clock",
    "change_lesion_rate",
    "start_ramp",
    "wind_ramp",
    "change_ramp",
    "change_ramp_rate",
)
"""Functions that set the clock of the event that they are given."""
BY_NAME = {name.partition(".")[2]: name for name in FUNCTIONS}


def members(node: ast.AST, of: str) -> set[str]:
    """Members of an enumeration that a piece of source names."""
    return {
        inner.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Attribute)
        and isinstance(inner.value, ast.Name)
        and inner.value.id == of
    }


def called(nodes: Sequence[ast.AST]) -> set[str]:
    """Functions of a life that a piece of source calls."""
    calls = [inner for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    names = {
        call.func.attr if isinstance(call.func, ast.Attribute) else call.func.id
        for call in calls
        if isinstance(call.func, ast.Attribute | ast.Name)
    }
    return {BY_NAME[name] for name in names & set(BY_NAME)}


CALLS = {name: called(node.body) for name, node in FUNCTIONS.items()}
LUCK = {
    name: {Luck[purpose] for purpose in members(node, "Luck")} for name, node in FUNCTIONS.items()
}


NAMED = {name: members(node, "Event") for name, node in FUNCTIONS.items()}
"""Events that each function names."""


@cache
def reached(name: str) -> frozenset[str]:
    """A function and all that it calls, and what those call."""
    found = {name}
    waiting = [name]
    while waiting:
        new = CALLS[waiting.pop()] - found
        found |= new
        waiting += new
    return frozenset(found)


def branches() -> Iterator[tuple[Event, str, set[str]]]:
    """Where an event happens: the function it stands in, and what is called there.

    Either a branch of a chain that asks for the event, or statements that say that it is this one.
    """
    for name, function in FUNCTIONS.items():
        for node in ast.walk(function):
            if isinstance(node, ast.If) and name in CHAIN and "event" in ast.unparse(node.test):
                for event in members(node.test, "Event"):
                    yield Event[event], name, called(node.body)
            for body in (getattr(node, "body", None), getattr(node, "orelse", None)):
                for statement in body if isinstance(body, list) else []:
                    if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) in (
                        "person.event",
                        "step",
                    ):
                        for event in members(statement.value, "Event"):
                            yield Event[event], name, called(body)


BRANCHES = tuple(branches())


def of_an_event(event: Event) -> frozenset[str]:
    """What lets an event happen, and everything that names it, with all that they call."""
    names_it = {
        name
        for name in FUNCTIONS
        if not name.startswith("step.")
        and any(event.name in NAMED[inner] for inner in reached(name))
    }
    return reached(event.handler) | names_it


def clock_values(function: ast.FunctionDef, event: Event) -> list[list[ast.expr]]:
    """What a function sets the clock of an event to, once for each time that it does.

    It does so by a call that is given the event, or by an assignment to the clock or, of a lesion,
    the budget of the event. A clock that is stopped or read is not set.
    """
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SETTERS:
            if any(event.name in members(argument, "Event") for argument in node.args):
                found.append(list(node.args))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            target = node.targets[0]
            kept = ast.unparse(target.value).partition(".")[2] in ("clock", "budget")
            never = ast.unparse(node.value) == "NEVER"
            if kept and not never and event.name in members(target.slice, "Event"):
                found.append([node.value])
    return found


def called_for(function: ast.FunctionDef, values: list[ast.expr]) -> set[str]:
    """Functions of a life that are called for values, or for the variables that these name."""
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name):
                        assigned.setdefault(name.id, []).append(node.value)
    waiting, seen, found = list(values), set[str](), set[str]()
    while waiting:
        value = waiting.pop()
        found |= called([value])
        names = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} - seen
        seen |= names
        waiting += [source for name in names for source in assigned.get(name, ())]
    return found


def drawn_for(event: Event) -> set[Luck]:
    """Luck that is drawn where the event happens, or where its clock is set."""
    module = event.handler.partition(".")[0]
    places = {event.handler}
    waiting = [event.handler]
    while waiting:
        new = {name for name in CALLS[waiting.pop()] if name.startswith(f"{module}.")} - places
        places |= new
        waiting += new
    for name, function in FUNCTIONS.items():
        for values in clock_values(function, event) if event.name in NAMED[name] else ():
            places.add(name)
            for inner in called_for(function, values):
                places |= reached(inner)
    return {purpose for name in places for purpose in LUCK[name]}


ELSEWHERE = {
    # The budgets of all levels are drawn with the first, and kept.
    (Event.LEVEL_SEEDED, Luck.LEVEL_SEEDING): "spine.seed_spine",
    # What every lesion has, wherever it sits.
    (Event.LEVEL_SEEDED, Luck.LESION_GROWTH): "seeding.begin_lesion",
    (Event.LEVEL_SEEDED, Luck.LESION_TYPE): "seeding.begin_lesion",
    (Event.SKELETAL_METASTASIS, Luck.BONE_HIT): "bones.hit_bones",
    # It decides whether the clock is set at all.
    (Event.THERAPY_STARTED, Luck.THERAPY_OFFERED): "therapy.offer_therapy",
    # Whoever is not prone to toxicity has no clock of it.
    (Event.TOXICITY_DELAY, Luck.TOLERANCE): "therapy.start_line",
    # The traits of a person are drawn once, when anything first hurts.
    (Event.PAIN_ONSET_OR_ESCALATION, Luck.PAIN_SENSITIVITY): "rating.draw_traits",
    (Event.PAIN_ONSET_OR_ESCALATION, Luck.ANALGESIC_RESPONSE): "rating.draw_traits",
    (Event.PAIN_ONSET_OR_ESCALATION, Luck.OPIOID_TOLERANCE): "rating.draw_traits",
    # The handler calls another module for these.
    (Event.INCURABLE, Luck.PERFORMANCE): "performance.start_performance",
    (Event.VERTEBRAL_FRACTURE, Luck.FRACTURE_PERFORMANCE): "performance.weaken_by_fracture",
    (Event.CARE_DECIDED, Luck.TREATMENT_CHOICE): "decision.choose_treatment",
    (Event.CARE_DECIDED, Luck.HOLD): "episode.practice",
    (Event.BONE_REFERRED, Luck.HOLD): "episode.practice",
    (Event.COURSE_BEGUN, Luck.REGAIN_WALKING): "relief.regain_function",
    (Event.COURSE_BEGUN, Luck.REGAIN_FUNCTION): "relief.regain_function",
}
"""Luck of an event that is drawn neither in its module nor where its clock is set, and where."""


def not_drawn(event: Event) -> set[Luck]:
    """Luck that an event declares and that is not drawn for it."""
    told = {purpose for of, purpose in ELSEWHERE if of == event}
    return set(event.luck) - drawn_for(event) - told


def test_names_of_functions_are_not_used_twice() -> None:
    assert len(BY_NAME) == len(FUNCTIONS)


def test_codes_are_in_order_and_their_groups_too() -> None:
    assert [event.value for event in Event] == list(range(len(Event.__members__)))
    assert len(set(EVENTS)) == len(EVENTS) == len(Event)
    assert EVENTS[FIRST_CARE_EVENT] == CARE_EVENTS[0] == "referred"
    assert EVENTS[FIRST_DOSE_EVENT] == "dose_given"
    assert N_CLOCKS + N_LESION_EVENTS == FIRST_CARE_EVENT < FIRST_DOSE_EVENT
    assert N_LESION_HAZARDS < N_LESION_EVENTS


@pytest.mark.parametrize("event", Event, ids=EVENTS)
def test_an_event_is_handled_as_declared(event: Event) -> None:
    module, name = event.handler.split(".")
    assert callable(getattr(importlib.import_module(f"sim.life.{module}"), name))
    places = [(where, calls) for happened, where, calls in BRANCHES if happened == event]
    assert sum(where in CHAIN for where, _ in places) == (event < FIRST_CARE_EVENT)
    assert any(event.handler in calls | {where} for where, calls in places)


@pytest.mark.parametrize("event", Event, ids=EVENTS)
def test_an_event_draws_on_the_luck_that_it_declares(event: Event) -> None:
    assert not_drawn(event) == set()


@pytest.mark.parametrize(
    ("event", "purpose"),
    [
        (Event.DEATH_CANCER, Luck.OTHER_DEATH),
        (Event.DEATH_OTHER, Luck.CANCER_DEATH),
        (Event.SPINAL_METASTASIS, Luck.SKELETAL_SEEDING),
        (Event.PAIN_RELIEVED, Luck.MECHANICAL_RESPONSE),
        (Event.MECHANICAL_PAIN_RELIEVED, Luck.RESPONSE),
        (Event.FRACTURE_PAIN_SETTLES, Luck.INSTABILITY),
        (Event.THERAPY_LINE_ENDED, Luck.TOXICITY),
        (Event.REFERRED, Luck.TREATMENT_WAIT),
        (Event.STAGING, Luck.SURVEILLANCE),
    ],
    ids=lambda member: member.name.lower(),
)
def test_a_purpose_of_another_event_is_found_out(
    monkeypatch: pytest.MonkeyPatch, event: Event, purpose: Luck
) -> None:
    monkeypatch.setattr(event, "luck", (*event.luck[1:], purpose))
    assert not_drawn(event) == {purpose}


@pytest.mark.parametrize(("event", "purpose"), ELSEWHERE)
def test_luck_drawn_elsewhere_is_so(event: Event, purpose: Luck) -> None:
    place = ELSEWHERE[event, purpose]
    assert purpose in event.luck
    assert purpose in LUCK[place]
    assert purpose not in drawn_for(event)
    sets_clock = {name for name, of in FUNCTIONS.items() if clock_values(of, event)}
    assert place in reached(event.handler) or reached(place) & sets_clock


@pytest.mark.parametrize("purpose", Luck, ids=lambda purpose: purpose.name.lower())
def test_luck_is_declared_by_an_event_wherever_it_is_drawn(purpose: Luck) -> None:
    mine = [event for event in Event if purpose in event.luck]
    assert bool(mine) != (purpose in OF_NO_EVENT)
    places = {name for name, drawn in LUCK.items() if purpose in drawn}
    if mine:
        assert places
        assert places <= frozenset().union(*(of_an_event(event) for event in mine))


def test_every_event_is_told_by_one_line_of_the_enumeration() -> None:
    """A second member with the same code would be another name of the first."""
    text = Path(events.__file__).read_text(encoding="utf-8")
    for event in Event:
        assert len(re.findall(rf'^    {event.name} = ["(]', text, re.MULTILINE)) == 1
