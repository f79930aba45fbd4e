"""Pain after radiotherapy counted back from death, and on from the end of a response.

Who dies within 12 weeks of radiotherapy is read every week, at the site, as the Dutch study did
(meeuse2010); pain of all who die within a year is counted back from death. No parameter comes from
the curves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.evidence.arrays import Array
from sim.evidence.clinical import clinical_rows
from sim.evidence.studies import studies
from sim.evidence.vocabulary import Response
from sim.fitting.emulation import Flags, Followed, entry_weights, follow
from sim.tables.layout import table_text

STUDY = "dutch"
WEEKS = 52
SHORT_WEEKS = 12
BACK_WEEKS = (1, 2, 3, 4, 6, 8, 12, 16, 26)
"""Weeks before death at which pain is shown."""
ON_WEEKS = (-4, -2, -1, 0, 1, 2, 4, 8, 12)
"""Weeks from the first reading that is no response any more."""
PUBLISHED = "dying_"
"""Begins the names of what is published, in `evidence/clinical_checks.csv`, before a field here."""
_READ = {
    "responders": ("respond at any reading, percent", ".0f"),
    "change_of_others": ("others: last reading less entry, points", "+.1f"),
    "responders_before": ("responders: at entry", ".1f"),
    "responders_last": ("responders: at the last reading", ".1f"),
    "mean_of_responders": ("responders: over all readings", ".1f"),
    "at_least_5": ("5 or more at the last reading, percent", ".0f"),
}
"""Fields of `Dying` in words, and how they are written."""
_LOTS = 5.0
_FEWEST = 30


@dataclass(frozen=True)
class Dying:
    """What the Dutch study read, in the model."""

    people: int
    responders: float
    """Percent with a response at any reading."""
    change_of_others: float
    """Points from entry to the last reading."""
    responders_before: float
    responders_last: float
    at_least_5: float
    """Percent whose last reading is 5 or more."""
    mean_of_responders: float
    """Over all their readings."""


def read_weekly(people: int, seed: int = 1, workers: int | None = None) -> Followed:
    """People treated with radiotherapy, read every week for a year."""
    days = tuple(7.0 * week for week in range(1, WEEKS + 1))
    return follow(studies()[STUDY], days, people, seed, workers)


def last_week(seen: Followed) -> Array:
    """Readings of each person: the last one is in the week before death."""
    return np.asarray(seen.alive.sum(axis=1))


def dying(seen: Followed) -> Dying:
    """People who die within 12 weeks, weighted to the mean pain of the study at entry."""
    n = last_week(seen)
    chosen = (n > 0) & (n < SHORT_WEEKS)
    mine = part_of(seen, chosen)
    weight = entry_weights(studies()[STUDY], mine)
    rows = np.arange(len(mine.entry))
    last = mine.site_pain[rows, n[chosen] - 1]
    answered = ((mine.response != Response.NONE) & mine.alive).any(axis=1)

    def mean(values: Array, of: Flags) -> float:
        return float(np.average(values[of], weights=weight[of]))

    everybody = np.ones(len(rows), bool)
    over_time = np.sum(mine.site_pain * mine.alive, axis=1) / n[chosen]
    return Dying(
        people=len(rows),
        responders=100.0 * mean(answered, everybody),
        change_of_others=mean(last - mine.entry, ~answered),
        responders_before=mean(mine.entry, answered),
        responders_last=mean(last, answered),
        at_least_5=100.0 * mean(last >= _LOTS, everybody),
        mean_of_responders=mean(over_time, answered),
    )


def part_of(seen: Followed, chosen: Flags) -> Followed:
    """Some of the people."""
    return Followed(
        seen.days,
        *(
            getattr(seen, name)[chosen]
            for name in (
                *("entry", "site_entry", "alive", "pain", "site_pain", "response"),
                *("performance", "again"),
            )
        ),
    )


def back_from_death(seen: Followed) -> list[tuple[int, int, float, float, int, float]]:
    """Weeks before death: people, mean pain at the site and worst; the same of who was relieved.

    Of people who die within a year of treatment. Relieved: in response `SHORT_WEEKS` before death;
    how many they are, and mean pain at the site.
    """
    n = last_week(seen)
    dies = n < WEEKS
    then = np.maximum(n - SHORT_WEEKS, 0)
    responds = seen.response[np.arange(len(n)), then] != Response.NONE
    relieved = (n >= SHORT_WEEKS) & responds
    found = []
    for weeks in BACK_WEEKS:
        rows = np.flatnonzero(dies & (n >= weeks))
        if len(rows) < _FEWEST:
            continue
        column = n[rows] - weeks
        site, worst = seen.site_pain[rows, column], seen.pain[rows, column]
        of = relieved[rows] & (weeks <= SHORT_WEEKS)
        held = float(site[of].mean()) if of.any() else float("nan")
        found.append(
            (weeks, len(rows), float(site.mean()), float(worst.mean()), int(of.sum()), held)
        )
    return found


def from_the_end_of_a_response(seen: Followed) -> list[tuple[int, int, float, float]]:
    """Weeks from the end of the first response on, people, mean pain at the site, and worst."""
    responds = (seen.response != Response.NONE) & seen.alive
    ends = responds[:, :-1] & ~responds[:, 1:] & seen.alive[:, 1:]
    rows = np.flatnonzero(ends.any(axis=1))
    first = 1 + np.argmax(ends[rows], axis=1)
    found = []
    for weeks in ON_WEEKS:
        column = first + weeks
        here = (column >= 0) & (column < WEEKS)
        here[here] &= seen.alive[rows[here], column[here]]
        if here.sum() < _FEWEST:
            continue
        site = seen.site_pain[rows[here], column[here]]
        worst = seen.pain[rows[here], column[here]]
        found.append((weeks, int(here.sum()), float(site.mean()), float(worst.mean())))
    return found


def before_death_text(people: int, workers: int | None = None) -> str:
    """The readings of the Dutch study beside the model's, and both curves."""
    seen = read_weekly(people, workers=workers)
    found = dying(seen)
    head = ("people who die within 12 weeks of radiotherapy", "published", "model")
    published = {row.name: f"{row.value:g}" for row in clinical_rows()}
    lines = [
        (words, published.get(PUBLISHED + name, ""), f"{getattr(found, name):{form}}")
        for name, (words, form) in _READ.items()
    ]
    back = [
        (str(w), f"{n:,}", f"{site:.1f}", f"{worst:.1f}", f"{some:,}", f"{held:.1f}")
        if some
        else (str(w), f"{n:,}", f"{site:.1f}", f"{worst:.1f}", "", "")
        for w, n, site, worst, some, held in back_from_death(seen)
    ]
    on = [
        (f"{w:+d}" if w else "0", f"{n:,}", f"{site:.1f}", f"{worst:.1f}")
        for w, n, site, worst in from_the_end_of_a_response(seen)
    ]
    return "\n".join(
        [
            f"Pain before death (meeuse2010, {published[PUBLISHED + 'people']} people; "
            f"model {found.people}; read every week)",
            "",
            table_text(head, lines, left=(0,)),
            "",
            "Mean pain counted back from death, of people who die within a year of radiotherapy",
            "",
            table_text(
                (
                    *("weeks before death", "people", "site", "worst of the person"),
                    *(f"in response {SHORT_WEEKS} weeks before", "site"),
                ),
                back,
            ),
            "",
            "Mean pain from the first reading that is no response any more",
            "",
            table_text(("weeks from it", "people", "site", "worst of the person"), on),
        ]
    )
