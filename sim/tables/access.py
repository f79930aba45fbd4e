"""Tables of waits, lines and months, from what the clinics wrote down."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.clinics.log import DIED, GAVE_WAY, LEFT, TREATED, ClinicLog
from sim.clinics.plan import Access
from sim.clinics.service import month_ends
from sim.counting.access_measures import ACCESS_DAYS, ACCESS_MEASURES, Waited
from sim.inputs.clinics import CONTINUING, PRIORITIES

WHO_WAITS = ("spinal", "others")
"""People of the population with spinal metastasis; other patients of the clinics."""
ANY_TREATMENT = "any_treatment"
"""As a resource in `waits`: the first visit of every course, whatever it needs."""
ALL = "all"
_QUANTILES = (5, 25, 50, 75, 95)
GROWTH = 0.01
"""A line is overloaded if over the years counted it grows by more work than this share of the open
time: the share of the work that is asked for and cannot be done."""
NEARLY_FULL = 90.0
"""So is one that is asked for more than its open time, whose people leave, and that is used more
than this many percent of it: the rest of a day may be too short for a session."""
INTERRUPTED = PRIORITIES[CONTINUING]
"""Priority, in `waits`, of courses that a failure interrupted: how long until they go on."""


class AccessTables:
    """Tables of finite access for one strategy, draw and replicate, which are the labels.

    `years` are the first and last calendar year counted; waits count by when they were asked for.
    """

    def __init__(
        self, access: Access, years: tuple[int, int], log: ClinicLog, labels: dict[str, Any]
    ) -> None:
        self._access = access
        self._labels = labels
        self._log = log
        opening = access.opening
        self._low = float((datetime.date(years[0], 1, 1) - opening).days)
        self._high = float((datetime.date(years[1] + 1, 1, 1) - opening).days)
        self._first_month = 12 * (years[0] - access.opening_year)
        self._n_months = 12 * (years[1] + 1 - years[0])
        self._month_ends = np.array(month_ends(opening, self._high))
        centers = np.array([center.name for center in access.clinics.centers])
        resources = np.array(access.clinics.resource_names())
        goals = access.clinics.goals
        asked = np.concatenate((log.waits, log.interruptions))
        asked = asked[(asked["asked"] >= self._low) & (asked["asked"] < self._high)]
        # A course that goes on after a failure is no urgent one, but has no goal of its own.
        goal_days = np.array([goals.emergency, goals.urgent, goals.urgent, goals.routine])
        self._waits = pd.DataFrame(
            {
                "center": centers[asked["center"]],
                "resource": resources[asked["resource"]],
                "who": np.array(WHO_WAITS)[asked["other"]],
                "priority": np.array(PRIORITIES)[asked["priority"]],
                "treats": (asked["treatment"] >= 0) & (asked["visit"] == 0),
                "outcome": asked["outcome"],
                "days": asked["ended"] - asked["asked"],
                "goal": goal_days[asked["priority"]],
                "sent": asked["sent"],
                "fractures": asked["fractures"],
                "lost_walking": asked["lost_walking"],
                "in_line": np.maximum(asked["ended"] - asked["earliest"], 0.0),
                "least": asked["earliest"] - asked["asked"],
                "asked": asked["asked"],
                "minutes": asked["minutes"],
            }
        )
        self._centers, self._resources = centers, resources
        # A line has its own people who stay, and those sent to it.
        sent_to = {
            (center.name, resource): other
            for center in access.clinics.centers
            for resource, other in center.sends_to.items()
        }
        places = zip(self._waits["center"], self._waits["resource"], strict=True)
        self._waits["served_at"] = [sent_to.get((center, name), center) for center, name in places]
        first = self._waits[self._waits["priority"] != INTERRUPTED]
        self._by_line = dict(iter(first.groupby(["served_at", "resource"])))

    def waits(self) -> pd.DataFrame:
        """How long people waited: by center, resource, priority and who they are, and all."""
        treated = self._waits[self._waits["treats"]].assign(resource=ANY_TREATMENT)
        goes_on = self._waits["priority"] == INTERRUPTED
        both = pd.concat((self._waits[~goes_on], treated), ignore_index=True)
        both = pd.concat((both, both.assign(center=ALL)), ignore_index=True)
        both = pd.concat((both, both.assign(priority=ALL), self._waits[goes_on]), ignore_index=True)
        keys = ["center", "resource", "priority", "who"]
        rows = [
            {**self._labels, **dict(zip(keys, key, strict=True)), **wait_statistics(group)}
            for key, group in both.groupby(keys, sort=False)
        ]
        return pd.DataFrame(rows, columns=[*self._labels, *keys, *wait_statistics(self._waits)])

    def lines(self) -> pd.DataFrame:
        """What each line had to do and did: load, use, length."""
        rows = []
        for line, place, mine, months in self._each_line():
            open_minutes = float(months["open_minutes"].sum())
            lengths = months["queue"]
            share = 100.0 / open_minutes if open_minutes > 0.0 else np.nan
            offered = share * float(mine["minutes"].sum())
            minutes = float(mine["minutes"].sum()) / max(1, len(mine))
            used = share * float(months["used_minutes"].sum())
            grows = growth(lengths) * minutes > GROWTH * open_minutes
            limited = np.isfinite(line["machines"]) and open_minutes > 0.0
            spinal = mine[mine["who"] == WHO_WAITS[0]]
            rows.append(
                {
                    **place,
                    "machines": float(line["machines"]),
                    "asked": len(mine),
                    "asked_spinal": len(spinal),
                    "offered_percent": offered,
                    "used_percent": used,
                    "queue_mean": float(lengths.mean()) if len(lengths) else 0.0,
                    "queue_first_month": float(lengths[0]) if len(lengths) else 0.0,
                    "queue_last_month": float(lengths[-1]) if len(lengths) else 0.0,
                    "queue_longest": int(line["longest"]),
                    "spinal_days_in_line": float(spinal["in_line"].sum()),
                    "overloaded": bool(
                        limited and (grows or (offered > 100.0 and used > NEARLY_FULL))
                    ),
                    "beds_missing": int(line["beds_missing"]),
                    "littles_law_gap_days": float(line["queue_days"] - line["waited_days"]),
                }
            )
        return pd.DataFrame(rows)

    def queues(self) -> pd.DataFrame:
        """Each line month by month: its length, its use, and the mean wait of those who asked."""
        rows = []
        for _, place, mine, months in self._each_line():
            mine = mine[(mine["who"] == WHO_WAITS[0]) & (mine["outcome"] == TREATED)]
            month_asked = np.searchsorted(self._month_ends, mine["asked"], side="right")
            waited = mine.groupby(month_asked)["days"].mean()
            for month in months:
                number = int(month["month"])
                year = self._access.opening_year + number // 12
                rows.append(
                    {
                        **place,
                        "month": f"{year}-{number % 12 + 1:02d}",
                        "months_since_start": number - self._first_month,
                        "queue": float(month["queue"]),
                        "used_percent": 100.0 * month["used_minutes"] / month["open_minutes"]
                        if month["open_minutes"] > 0.0
                        else np.nan,
                        "spinal_wait_mean_days": float(waited.get(number, np.nan)),
                    }
                )
        return pd.DataFrame(rows)

    def _each_line(self) -> Iterator[tuple[Any, dict[str, Any], pd.DataFrame, Any]]:
        """Each line of the log: its record, its labels, its waits and its months."""
        months = self._log.months
        low, high = self._first_month, self._first_month + self._n_months
        months = months[(months["month"] >= low) & (months["month"] < high)]
        for line in self._log.lines:
            center, resource = self._centers[line["center"]], self._resources[line["resource"]]
            mine = (months["center"] == line["center"]) & (months["resource"] == line["resource"])
            waits = self._by_line.get((center, resource), self._waits.iloc[:0])
            yield (
                line,
                {**self._labels, "center": center, "resource": resource},
                waits,
                months[mine],
            )

    def measures(self) -> dict[str, float]:
        """What the summary shows of access; see `sim.counting.access_measures`."""
        seen = self._seen()
        return {name: measure.estimate(seen) for name, measure in ACCESS_MEASURES.items()}

    def days(self) -> dict[str, NDArray[np.float64]]:
        """The days of each person that measures of access are means of."""
        seen = self._seen()
        return {name: days(seen) for name, days in ACCESS_DAYS.items()}

    def _seen(self) -> Waited:
        """What the clinics wrote down of people with spinal metastasis."""
        years = self._n_months / 12.0
        waiting = self._waits[self._waits["who"] == WHO_WAITS[0]]
        courses = waiting[waiting["treats"]]
        within_goal = {
            name: within_goal_percent(courses[courses["priority"] == name])
            for name in ("emergency", "urgent", "routine")
        }
        day = self._log.referred["day"]
        referred = self._log.referred[(day >= self._low) & (day < self._high)]
        return Waited(
            treated_days(courses),
            {ALL: within_goal_percent(courses), **within_goal},
            float((waiting["outcome"] == DIED).sum()) / years,
            float(waiting["lost_walking"].sum()) / years,
            float(waiting["fractures"].sum()) / years,
            12.0 * len(referred) / self._n_months if len(referred) else np.nan,
            np.asarray(referred["delay_days"], float),
        )


def growth(lengths: NDArray[np.float64]) -> float:
    """By how much a line grows over some months: the slope of a straight line through them."""
    if len(lengths) < 2:
        return 0.0
    months = np.arange(len(lengths))
    return float(np.polyfit(months, lengths, 1)[0]) * len(lengths)


def treated_days(waits: pd.DataFrame) -> pd.Series[float]:
    """Waits that ended in a first session."""
    return waits.loc[waits["outcome"] == TREATED, "days"]


def within_goal_percent(waits: pd.DataFrame) -> float:
    """Share treated within the goal; who died or left before the goal had passed is not counted."""
    treated = waits["outcome"] == TREATED
    in_time = waits["days"] <= waits["goal"]
    counted = treated | ~in_time
    return 100.0 * float((treated & in_time).sum()) / counted.sum() if counted.any() else np.nan


def wait_statistics(waits: pd.DataFrame) -> dict[str, float]:
    """How long a group waited, and what became of it."""
    days = treated_days(waits)
    outcome = waits["outcome"]
    spread = np.percentile(days, _QUANTILES) if len(days) else [np.nan] * len(_QUANTILES)
    return {
        "asked": len(waits),
        "treated": len(days),
        "mean_days": float(days.mean()),
        "sd_days": float(days.std()),
        "mean_days_in_line": float(waits.loc[days.index, "in_line"].mean()),
        **{f"p{q:02d}_days": float(value) for q, value in zip(_QUANTILES, spread, strict=True)},
        "within_goal_percent": within_goal_percent(waits),
        "goal_out_of_reach_percent": 100.0 * float((waits["least"] > waits["goal"]).mean()),
        "died": int((outcome == DIED).sum()),
        "gave_way": int((outcome == GAVE_WAY).sum()),
        "left": int((outcome == LEFT).sum()),
        "fractures": int(waits["fractures"].sum()),
        "lost_walking": int(waits["lost_walking"].sum()),
        "sent": int(waits["sent"].sum()),
    }
