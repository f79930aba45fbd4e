"""Strategies compared, told on a page: the question, the answer and how sure it is."""

from __future__ import annotations

from markupsafe import Markup

from sim.pages.compared import Comparison, interval_note
from sim.pages.interval_rows import interval_text, number_words
from sim.pages.page_table import PageColumn, PageTable
from sim.pages.prose import paragraph, points
from sim.plots import care_samples as care
from sim.tables.answer import LOST, RELIEF, front_of
from sim.tables.layout import listed
from sim.tables.outcome_words import horizon_words, of_detected, whose_words

LITTLE_PAIN = "days with little pain"
TREATMENT_LOST = "days of cancer treatment lost"
_MOST_NAMED = 4


def comparison_title() -> str:
    """The question in a line."""
    return "Which care of the spine relieves the most pain and delays cancer treatment least?"


def comparison_question(found: Comparison) -> list[Markup]:
    """The question, and what its words mean."""
    run = found.tables.run
    named = listed([found.words(name) for name in found.names])
    asked = (
        "Cancer that has spread to the spine hurts, and the care that relieves the pain can make "
        f"the treatment of the cancer wait. Of {len(found.names)} ways to care ({named}), which "
        "gives the most days with little pain, and which costs the fewest days of cancer treatment?"
    )
    if of_detected(run):
        since = "Days count from the day on which spinal metastasis is found."
    else:
        since = (
            "Days count from the first trigger: the day on which pain, a fracture or pressure on "
            "the spinal cord first calls for care."
        )
    return [
        paragraph(asked),
        points(
            [
                f"{since} They are counted {horizon_words(run)}.",
                "A day with little pain is a day alive on which the worst pain is below 4, on a "
                "scale from 0 to 10. A day after death is none.",
                f"A day of cancer treatment is lost if the same person would have been on "
                f"treatment under {found.reference}.",
                f"Everybody lives under every strategy. Counted are {whose_words(run)}: "
                f"{found.tables.trigger_set_people:,} in this run.",
            ]
        ),
    ]


def comparison_answer(found: Comparison) -> list[Markup]:
    """The answer in a paragraph, the strategies that none beats, and how sure that is."""
    front = found.front
    one = len(front) == 1
    unbeaten = (
        f"On average {listed([found.words(name) for name in front])} "
        f"{'is' if one else 'are'} unbeaten: no other strategy gives both more {LITTLE_PAIN} and "
        f"fewer {TREATMENT_LOST}."
    )
    return [
        paragraph(f"{relief_leader_words(found)} {lost_words(found)} {unbeaten}", "answer"),
        paragraph(f"What the unbeaten {'strategy does' if one else 'strategies do'}, a person:"),
        points([_unbeaten_words(found, name) for name in front]),
        paragraph(sure_words(found)),
    ]


def _unbeaten_words(found: Comparison, name: str) -> str:
    """What a strategy gives and costs, with the grade of what its effect rests on."""
    days = number_words(found.mean(RELIEF, name), 1)
    told = f"{found.title(name)}: {days} {LITTLE_PAIN}"
    if name != found.names[0]:
        relief, lost = (found.difference(m, name) for m in (RELIEF, LOST))
        told += (
            f", {interval_text(relief, 1, signed=True)} against {found.reference}; "
            f"{TREATMENT_LOST} {interval_text(lost, 1, signed=True)}"
        )
    else:
        told += "; the others are measured against it"
    evidence = found.tables.evidence_words(name)
    return f"{told}. Its effect on pain rests on: {evidence}." if evidence else f"{told}."


def relief_leader_words(found: Comparison) -> str:
    """Which strategy relieves most, if that is known."""
    best = found.relief.order[0]
    days = number_words(found.mean(RELIEF, best), 1)
    if found.relief.winner:
        return (
            f"{found.title(best)} gives more {LITTLE_PAIN} than every other strategy: {days} a "
            "person on average."
        )
    if not found.relief.known:
        return (
            f"{care.first_upper(found.averaged)} {found.words(best)} gives the most {LITTLE_PAIN}, "
            f"{days} a person. Whether it is truly the best is not known from this run."
        )
    alike = [found.words(name) for name in found.relief.alike]
    few = listed(alike) if len(alike) <= _MOST_NAMED else f"{len(alike)} of the others"
    if len(alike) == len(found.names) - 1:
        few = "any of the others"
    return (
        f"Which strategy gives the most {LITTLE_PAIN} is not known. {found.title(best)} has the "
        f"most on average, {days} a person, but cannot be told apart from {few}."
    )


def lost_words(found: Comparison) -> str:
    """Which strategies are known to lose more treatment than the reference, or less."""
    rows = {name: found.difference(LOST, name) for name in found.names[1:]}
    if not found.drawn:
        return ""
    more = [found.words(name) for name, row in rows.items() if row.low > 0.0]
    less = [found.words(name) for name, row in rows.items() if row.high < 0.0]
    told = [
        f"{care.first_upper(listed(names))} {'costs' if len(names) == 1 else 'cost'} {how} days of "
        f"cancer treatment than {found.reference}."
        for names, how in ((more, "more"), (less, "fewer"))
        if names
    ]
    none = "No strategy is known to cost more or fewer days of cancer treatment than "
    return " ".join(told) or f"{none}{found.reference}."


def sure_words(found: Comparison) -> str:
    """How sure the answer is: over how many draws, and in how many of them it holds."""
    draws = found.tables.run["scenario"]["draws"]
    if not found.drawn:
        few = f"only {draws} draws" if draws else "no draws"
        return (
            f"How sure: this run has {few} of its uncertain numbers, so that nothing is called "
            f"certain and no order of strategies is established. Its numbers are {found.averaged}. "
            "The same run with --draws 40 says how sure the answer is. "
            f"{interval_note(found.tables)}"
        )
    told = listed([f"{found.words(n)} in {found.shares[n]:.0f}%" for n in found.front])
    return (
        f"How sure: all uncertain numbers were drawn together {draws:,} times, and the same people "
        "lived again each time. The numbers in brackets hold 95% of these draws; where they are on "
        "both sides of zero, it is open which is better. Of the draws, each strategy named was "
        f"unbeaten in this share: {told}."
    )


def settings_parts(found: Comparison) -> list[Markup]:
    """What another assumption about pauses would change, if the run has any."""
    if not found.others:
        return []
    base = {found.words(name) for name in found.front}
    rows = []
    for words, names in found.others.items():
        front = front_of(found.tables, names)
        plain = [found.words(name) for name in front]
        come = [name for name in plain if name not in base]
        there = {found.words(name) for name in names}
        gone = sorted((base & there) - set(plain))
        rows.append([care.first_upper(words), listed(plain), listed(come), listed(gone)])
    heads = ("assumed instead", "unbeaten", "new among them", "no longer")
    table = PageTable(
        "settings-table",
        "The same comparison under other assumptions",
        [PageColumn(head, words=True) for head in heads],
        rows,
        "How long the treatment of the cancer is held around care of the spine was never measured "
        "for radiotherapy, ablation or kyphoplasty. What changes here is an assumption, not a "
        "finding. Only strategies that were run under each assumption are compared.",
    )
    return [table.html()]
