"""What the effect of strategies on pain rests on: the grades of what they give.

A strategy named after a treatment has the grade of that treatment, though it gives others to who
may not have it. Any other one has the grades of its courses: one, or `mixed`.
"""

from __future__ import annotations

import pandas as pd

from sim.evidence.treatments import GRADES_OF_EVIDENCE, known_treatments
from sim.inputs.setting import Setting
from sim.inputs.strategy_label import split_name
from sim.tables.costs import COURSES_OF

MIXED = "mixed"
ALL_GRADES = (*GRADES_OF_EVIDENCE, MIXED)
GRADE_WORDS = {
    "randomized": "randomized trials",
    "matched": "matched people",
    "series": "series without controls",
    "assumed": "assumed",
    MIXED: "mixed",
}
UNCONTROLLED = ("series", "assumed")
"""Grades without anybody to compare with."""


def grades_of_treatments(scenario: Setting) -> dict[str, str]:
    """Grade of each treatment, the user's among them, by name."""
    known: dict[str, str] = {name: row.evidence for name, row in known_treatments().items()}
    return known | {mine.name: mine.evidence for mine in scenario.treatments}


def shares_by_grade(outcomes: pd.DataFrame, scenario: Setting, strategy: str) -> dict[str, float]:
    """Percent of the courses of a strategy by grade, the strongest first; nothing of no courses."""
    mine = outcomes[(outcomes["draw"] == 0) & (outcomes["strategy"] == strategy)]
    given = mine[mine["measure"].str.startswith(COURSES_OF)]
    courses = given.groupby("measure")["value"].mean()
    grades = grades_of_treatments(scenario)
    found = dict.fromkeys(GRADES_OF_EVIDENCE, 0.0)
    for measure, number in courses.items():
        found[grades[str(measure).removeprefix(COURSES_OF)]] += float(number)  # type: ignore[index]
    total = sum(found.values())
    return {grade: 100.0 * number / total for grade, number in found.items() if number > 0.0}


def grade_of(outcomes: pd.DataFrame, scenario: Setting, strategy: str) -> str:
    """Grade of a strategy; an empty word for one that gives nothing."""
    treatment = split_name(strategy)[0]
    grades = grades_of_treatments(scenario)
    if treatment in grades:
        return grades[treatment]
    given = shares_by_grade(outcomes, scenario, strategy)
    if len(given) > 1:
        return MIXED
    return next(iter(given), "")


def grade_words(outcomes: pd.DataFrame, scenario: Setting, strategy: str) -> str:
    """Grade of a strategy as a phrase: whose word it is, and how much of what is mixed."""
    grade = grade_of(outcomes, scenario, strategy)
    if grade == MIXED:
        shares = shares_by_grade(outcomes, scenario, strategy)
        told = ", ".join(f"{share:.0f}% {GRADE_WORDS[one]}" for one, share in shares.items())
        return f"{MIXED}: of courses {told}"
    words = GRADE_WORDS.get(grade, "")
    own = {mine.name for mine in scenario.treatments}
    return f"{words}, as given by the user" if split_name(strategy)[0] in own else words
