"""Measures of finite access that stand in the summary, beside those of care."""

from __future__ import annotations

from sim.counting.care_measures import PAUSE_WORDS

ACCESS_MEASURES: dict[str, tuple[str, str]] = {
    "treatment_wait_mean_days": (
        "days",
        "From the decision to the first session of a course, planning included; mean over people "
        "with spinal metastasis who were treated.",
    ),
    "treatment_wait_p95_days": ("days", "The same wait, which 95% do not exceed."),
    "treated_within_goal": (
        "percent",
        "Of those who asked for a course, how many had the first session within the goal of the "
        "priority that they had when the wait ended; who died or gave way to cord compression "
        "before the goal had passed is left out.",
    ),
    "emergency_within_goal": ("percent", "The same for emergencies: cord compression."),
    "urgent_within_goal": ("percent", "The same for severe pain and painful fractures."),
    "routine_within_goal": ("percent", "The same for all others."),
    "died_waiting": ("people a year", "Deaths of people who waited for a consult or a session."),
    "lost_walking_waiting": (
        "people a year",
        "People who could walk when they asked and could not when the wait ended.",
    ),
    "fractures_waiting": ("fractures a year", "Symptomatic fractures while waiting."),
    "first_referred": (
        "people a year",
        "People whose first trigger of care came in the years counted while they were on or due "
        "systemic therapy, whenever their cancer was diagnosed; the same under every strategy.",
    ),
    "delay_of_first_referred_days": (
        "days",
        "Days of their pauses that ended in a dose, to death, zeros included. delay_days describes "
        "people diagnosed in the years counted, who go on needing care after the clinics close.",
    ),
    **{
        f"{cause}_of_first_referred_days": (
            "days",
            f"The part of that delay whose cause is {words}.",
        )
        for cause, words in PAUSE_WORDS.items()
    },
}
"""Unit and definition by name. They describe waits that began in the years counted."""
