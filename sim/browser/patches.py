"""What each choice of a reader changes in the tables that lives are lived by, byte by byte.

A page knows nothing of parameters: Python builds the tables under every choice, and what differs
from the scenario's own is a patch. Controls that move different bytes are patched one by one; those
that move the same bytes have a patch for every pair of choices.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.browser.controls import Control, changed
from sim.engine.parameters import build_world
from sim.engine.policies import build_strategies
from sim.evidence.mistakes import InputError
from sim.inputs.setting import Setting

PATCHED = ("worlds", "shipped")
"""Tables of a job that a choice may change; those that are shipped are the strategies."""
_WORD = 8
"""Bytes that are compared at a time: every field of the tables has as many."""


class Patch(NamedTuple):
    """Bytes that take the place of others.

    Attributes
    ----------
    table : str
        One of `PATCHED`.
    rows : tuple of int
        Records that are changed alike; none stands for all.
    offset : int
        In the record, in bytes.
    data : bytes
    """

    table: str
    rows: tuple[int, ...]
    offset: int
    data: bytes


class Patches(NamedTuple):
    """The patches of some controls, which move the same bytes.

    Attributes
    ----------
    controls : tuple of int
        Places among the controls of the page.
    by_choice : dict
        From the choices of these controls, in their order, to what is patched.
    outcomes_for : dict
        From these choices to the code of whose outcomes are counted.
    """

    controls: tuple[int, ...]
    by_choice: dict[tuple[int, ...], tuple[Patch, ...]]
    outcomes_for: dict[tuple[int, ...], int]


def patched_tables(scenario: Setting) -> dict[str, NDArray[np.void]]:
    """The tables that a choice may change, of a scenario at its point estimate."""
    worlds = build_world(scenario.known.point, scenario.outcomes)
    return {"worlds": worlds, "shipped": _policies_of(scenario)}


def _policies_of(scenario: Setting) -> NDArray[np.void]:
    """The strategies of a scenario."""
    knobs, own = scenario.common_knobs(), scenario.treatments
    values, outcomes = scenario.known.point, scenario.outcomes
    return build_strategies(scenario.strategies, own, knobs, values, outcomes=outcomes).policies


def patches_of(scenario: Setting, controls: Sequence[Control]) -> tuple[Patches, ...]:
    """The patches of all choices of some controls.

    Raises
    ------
    InputError
        If three controls move the same bytes.
    """
    made = _Made(scenario, controls)
    single = {
        at: {k: made.patches({at: k}) for k in range(len(one.choices))}
        for at, one in enumerate(controls)
    }
    found = []
    for together in _together(
        {at: _bytes_of(p for of in mine.values() for p in of) for at, mine in single.items()}
    ):
        if len(together) > 2:
            names = ", ".join(controls[at].name for at in together)
            raise InputError(f"controls {names} move the same numbers; allowed: two at most")
        choices = itertools.product(*(range(len(controls[at].choices)) for at in together))
        by_choice, whom = {}, {}
        for places in choices:
            chosen = dict(zip(together, places, strict=True))
            by_choice[places] = made.patches(chosen)
            whom[places] = made.outcomes_for(chosen)
        found.append(Patches(together, by_choice, whom))
    return tuple(found)


def patched(
    tables: Mapping[str, NDArray[np.void]], patches: Sequence[Patch]
) -> dict[str, NDArray[np.void]]:
    """Copies of tables with some patches, as a page makes them."""
    found = {name: table.copy() for name, table in tables.items()}
    for patch in patches:
        table = found[patch.table]
        raw = table.view(np.uint8).reshape(len(table), -1)
        rows = list(patch.rows) or slice(None)
        end = patch.offset + len(patch.data)
        raw[rows, patch.offset : end] = np.frombuffer(patch.data, np.uint8)
    return found


class _Made:
    """The tables under choices, and how they differ from the scenario's own.

    Strategies that are alike but for their rules change alike: one of them is made. Which are alike
    is left as it is: a choice may make more of them so, and then they are lived apart all the same.
    """

    def __init__(self, scenario: Setting, controls: Sequence[Control]) -> None:
        self._controls = controls
        first = patched_tables(scenario)["shipped"]["alike"]
        self._members = [np.flatnonzero(first == one).tolist() for one in np.unique(first)]
        some = [scenario.strategies[members[0]] for members in self._members]
        # Unchecked on purpose: strategies that are there, in another order than a run would take.
        self._scenario = scenario.model_copy(update={"strategies": tuple(some)})
        self._n_strategies = len(scenario.strategies)
        self._worlds = {scenario.outcomes: build_world(scenario.known.point, scenario.outcomes)}
        self._own = self._tables({})

    def _changed(self, chosen: Mapping[int, int]) -> Setting:
        names = {self._controls[at].name: place for at, place in chosen.items()}
        return changed(self._scenario, self._controls, names)

    def _tables(self, chosen: Mapping[int, int]) -> dict[str, NDArray[np.void]]:
        """Those of `patched_tables` under some choices; few of them change the world."""
        there = self._changed(chosen)
        if there.outcomes not in self._worlds:
            self._worlds[there.outcomes] = build_world(there.known.point, there.outcomes)
        return {"worlds": self._worlds[there.outcomes], "shipped": _policies_of(there)}

    def outcomes_for(self, chosen: Mapping[int, int]) -> int:
        """The code of whose outcomes are counted under some choices."""
        return int(self._changed(chosen).outcomes.code)

    def patches(self, chosen: Mapping[int, int]) -> tuple[Patch, ...]:
        """The patches of some choices."""
        there = self._tables(chosen)
        there["shipped"]["alike"] = self._own["shipped"]["alike"]
        worlds = _differences("worlds", self._own["worlds"], there["worlds"])
        of_some = _differences("shipped", self._own["shipped"], there["shipped"])
        return (*worlds, *map(self._of_members, of_some))

    def _of_members(self, patch: Patch) -> Patch:
        """The same for all strategies that are alike."""
        which = patch.rows or range(len(self._members))
        rows = sorted(row for one in which for row in self._members[one])
        return patch._replace(rows=() if len(rows) == self._n_strategies else tuple(rows))


def _words(table: NDArray[np.void]) -> NDArray[np.uint64]:
    """A table word by word, shape (record, word)."""
    return table.view(np.uint64).reshape(len(table), -1)


def _differences(name: str, own: NDArray[np.void], there: NDArray[np.void]) -> Iterator[Patch]:
    """Stretches of words that differ; records that change alike share a patch."""
    before, after = _words(own), _words(there)
    alike: dict[tuple[int, bytes], list[int]] = {}
    for row in range(len(own)):
        moved = np.flatnonzero(before[row] != after[row])
        if not moved.size:
            continue
        starts = np.flatnonzero(np.diff(moved, prepend=-2) > 1)
        for stretch in np.split(moved, starts[1:]):
            data = after[row, stretch[0] : stretch[-1] + 1].tobytes()
            alike.setdefault((int(stretch[0]) * _WORD, data), []).append(row)
    for (offset, data), rows in alike.items():
        yield Patch(name, () if len(rows) == len(own) else tuple(rows), offset, data)


def _bytes_of(patches: Iterator[Patch]) -> set[tuple[str, int]]:
    """Words that some patches touch; of which records does not matter."""
    return {
        (patch.table, word)
        for patch in patches
        for word in range(patch.offset, patch.offset + len(patch.data), _WORD)
    }


def _together(touched: Mapping[int, set[tuple[str, int]]]) -> list[tuple[int, ...]]:
    """Controls that touch the same words, directly or through others."""
    groups: list[tuple[set[int], set[tuple[str, int]]]] = []
    for at, words in touched.items():
        joined, others = ({at}, set(words)), []
        for group in groups:
            if group[1] & joined[1]:
                joined = (joined[0] | group[0], joined[1] | group[1])
            else:
                others.append(group)
        groups = [*others, joined]
    return [tuple(sorted(group)) for group, _ in groups]
