"""Measures of care over the trigger set: from the sums of a tally to what is reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.counting.care_tally import (
    ASSESSMENTS,
    COARSE_DAYS,
    DISTRIBUTIONS,
    FINE_BINS,
    N_BINS,
    STATISTICS,
    CareTally,
)
from sim.evidence.vocabulary import PAUSE_CAUSES

Array = NDArray[np.float64]

SET = "trigger set"
"""People whose first trigger came while they were on or due systemic therapy."""

WHO = (
    "The trigger set: people whose first trigger of care came while they were on or due systemic "
    "therapy, under the reference strategy; the same people for every strategy, zeros included."
)

Estimator = Callable[[dict[str, float]], float]
"""From the sums of the trigger set, by statistic, to a number."""


@dataclass(frozen=True)
class CareMeasure:
    """One quantity over the trigger set."""

    name: str
    unit: str
    definition: str
    estimate: Estimator


def _over(part: str, whole: str, factor: float = 1.0) -> Estimator:
    return lambda sums: factor * sums[part] / sums[whole] if sums[whole] > 0.0 else float("nan")


def _mean(name: str, unit: str, definition: str, statistic: str | None = None) -> CareMeasure:
    return CareMeasure(name, unit, definition, _over(statistic or name, "people"))


def _share(name: str, definition: str, part: str, whole: str) -> CareMeasure:
    return CareMeasure(name, "percent", definition, _over(part, whole, 100.0))


def _dose_intensity(sums: dict[str, float]) -> float:
    due = sums["days_on_therapy_1y"] + sums["paused_days_1y"] + sums["toxicity_days_1y"]
    return 100.0 * sums["days_on_therapy_1y"] / due if due > 0.0 else float("nan")


def _never_resumed(sums: dict[str, float]) -> float:
    stopped = sums["never_resumed_by_death"] + sums["never_resumed_by_progression"]
    pauses = sums["pauses_per_person"]
    return 100.0 * stopped / pauses if pauses > 0.0 else float("nan")


PAUSE_WORDS = {
    "wait": "waiting for a course after a forced pause",
    "course": "the course of treatment",
    "pre_hold": "the hold before a course",
    "post_hold": "the hold after a course, the days of a complication included",
    "alignment": "waiting for the next slot of the therapy",
}

CARE_MEASURES: dict[str, CareMeasure] = {
    m.name: m
    for m in (
        _mean("pause_days", "days", "Days of systemic therapy paused for care, to death."),
        _mean(
            "delay_days",
            "days",
            "Days of pauses that ended in a dose: the delay of the treatment of the cancer.",
        ),
        *(
            _mean(f"{cause}_days", "days", f"The part of `delay_days` due to {PAUSE_WORDS[cause]}.")
            for cause in PAUSE_CAUSES
        ),
        CareMeasure(
            "delay_days_per_pause",
            "days",
            "Length of a pause that ended in a dose.",
            _over("delay_days", "resumed"),
        ),
        CareMeasure(
            "pause_days_per_pause",
            "days",
            "Length of a pause, however it ended.",
            _over("pause_days", "pauses_per_person"),
        ),
        _mean(
            "days_on_therapy_1y",
            "days",
            "Days on systemic therapy within a year of the first trigger.",
        ),
        _mean("days_alive_1y", "days", "Days alive within a year of the first trigger."),
        CareMeasure(
            "relative_dose_intensity",
            "percent",
            "Of days on, paused or delayed by toxicity within a year of the first trigger, "
            "those on therapy.",
            _dose_intensity,
        ),
        *(
            _share(
                f"resumed_{days}d",
                f"Cumulative incidence of resumption {days} days after a pause began; death and "
                "permanent stop compete.",
                f"resumed_{days}d",
                "pauses_per_person",
            )
            for days in (14, 28, 56)
        ),
        CareMeasure(
            "never_resumed_of_pauses",
            "percent",
            "Of pauses, those that ended in death or in a permanent stop.",
            _never_resumed,
        ),
        _share(
            "never_resumed_by_death",
            "Of pauses, those that ended in death.",
            "never_resumed_by_death",
            "pauses_per_person",
        ),
        _share(
            "never_resumed_by_progression",
            "Of pauses, those during which therapy was stopped for good.",
            "never_resumed_by_progression",
            "pauses_per_person",
        ),
        _mean("pain_days", "days", "Days with worst pain of 4 or more, diagnosis to death."),
        _mean("severe_pain_days", "days", "Days with worst pain of 7 or more, diagnosis to death."),
        _mean("pain_area", "rating times days", "Area under the curve of worst pain."),
        _mean("opioid_days", "days", "Days on opioids, diagnosis to death."),
        _mean("days_walking", "days", "Days able to walk, diagnosis to death."),
        _mean("survival_days", "days", "Days alive after the first trigger."),
        _mean("episodes_per_person", "episodes", "Episodes of care, to death."),
        _mean("courses_per_person", "courses", "Courses of treatment, to death.", "courses"),
        _mean("fractures_per_person", "fractures", "Symptomatic vertebral fractures.", "fractures"),
        _share("cord_compression", "People with cord compression.", "cord_compression", "people"),
        _share("paralysis", "People who ever cannot walk.", "paralysis", "people"),
        CareMeasure(
            "complications_of_courses",
            "percent",
            "Of courses, those with a complication.",
            _over("complications", "courses", 100.0),
        ),
        _share("procedure_deaths_of_people", "Dead of a procedure.", "procedure_deaths", "people"),
        _share(
            "relieved",
            "People whose worst pain fell by 2 points or more after the first trigger.",
            "relieved",
            "people",
        ),
        CareMeasure(
            "days_to_relief",
            "days",
            "From the first trigger to that fall, of those who had it.",
            _over("days_to_relief", "relieved"),
        ),
        *(
            CareMeasure(
                f"worst_pain_{time}",
                "NRS 0-10",
                f"Worst pain {time} after the first course (decision, if there is none), alive.",
                _over(f"pain_{time}", f"assessed_{time}"),
            )
            for time in ASSESSMENTS
        ),
        *(
            _share(
                f"{kind}_response_{time}",
                f"{kind.capitalize()} response at the site {time} after the first course, by the "
                "international consensus end point, of those alive then.",
                f"{kind}_{time}",
                f"assessed_{time}",
            )
            for kind in ("complete", "partial")
            for time in ("1m", "3m", "6m")
        ),
    )
}
"""Every measure over the trigger set, by name."""

CARE_SUMMARY = (
    "pause_days",
    "delay_days",
    *(f"{cause}_days" for cause in PAUSE_CAUSES),
    "delay_days_per_pause",
    "days_on_therapy_1y",
    "days_alive_1y",
    "relative_dose_intensity",
    "resumed_14d",
    "resumed_28d",
    "resumed_56d",
    "never_resumed_of_pauses",
    "pain_days",
    "severe_pain_days",
    "opioid_days",
    "relieved",
    "days_to_relief",
    "complete_response_3m",
    "partial_response_3m",
    "fractures_per_person",
    "days_walking",
    "paralysis",
    "survival_days",
)
"""Measures of care that the summary shows."""


def sums_of(tally: CareTally, strategy: int, subgroup: int) -> dict[str, float]:
    """Sums of a strategy and a subgroup, by statistic, in whole units."""
    row = tally.sums[strategy, subgroup] / 100.0
    return dict(zip(STATISTICS, row.tolist(), strict=True))


_UPPER = np.concatenate(
    [
        [0.0],
        np.arange(1, FINE_BINS + 1, dtype=float),
        FINE_BINS + COARSE_DAYS * np.arange(1, N_BINS - FINE_BINS, dtype=float),
    ]
)
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def quantiles(counts: NDArray[np.int64]) -> dict[str, float]:
    """Quantiles of a distribution kept in bins; within a bin people are spread evenly.

    Examples
    --------
    >>> counts = np.zeros(N_BINS, int)
    >>> counts[0], counts[10] = 60, 40
    >>> quantiles(counts)["p50"], quantiles(counts)["p95"]
    (0.0, 9.875)
    """
    total = counts.sum()
    if total == 0:
        return dict.fromkeys(QUANTILES, float("nan"))
    reached = np.cumsum(counts)
    found = {}
    for name, share in QUANTILES.items():
        wanted = share * total
        place = int(np.searchsorted(reached, wanted))
        if place == 0:
            found[name] = 0.0
            continue
        within = (wanted - reached[place - 1]) / counts[place]
        low = _UPPER[place - 1]
        found[name] = float(low + within * (_UPPER[place] - low))
    return found


def distribution_rows(
    tally: CareTally, strategy: int, subgroups: dict[str, int]
) -> list[dict[str, object]]:
    """Rows of `delays.parquet` of one strategy: measure, primary, statistic, value."""
    rows: list[dict[str, object]] = []
    for d, measure in enumerate(DISTRIBUTIONS):
        column = STATISTICS.index(measure)
        for primary, subgroup in subgroups.items():
            people = tally.sums[strategy, subgroup, 0] / 100.0
            if people == 0.0:
                continue
            mean = tally.sums[strategy, subgroup, column] / 100.0 / people
            square = tally.squares[strategy, subgroup, column] / 1e4 / people
            counts = tally.distribution[strategy, d]
            found = quantiles(counts.sum(axis=0) if subgroup == 0 else counts[subgroup - 1])
            found |= {"mean": mean, "sd": float(np.sqrt(max(square - mean * mean, 0.0)))}
            for statistic in ("mean", "sd", *QUANTILES):
                rows.append(
                    {
                        "measure": measure,
                        "primary": primary,
                        "statistic": statistic,
                        "value": found[statistic],
                    }
                )
    return rows
