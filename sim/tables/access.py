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
from sim.evidence.visits import BED, MINUTES_PER_DAY
from sim.inputs.clinics import CONTINUING, PRIORITIES
from sim.tables import overload
from sim.tables.overload import Work

WHO_WAITS = ("spinal", "others")
"""People of the population with spinal metastasis; other patients of the clinics."""
ANY_TREATMENT = "any_treatment"
"""As a resource in `waits`: the first visit of every course, whatever it needs."""
ALL = "all"
_QUANTILES = (5, 25, 50, 75, 95)
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
        # A course that goes on after a failure is no urgent one, but has no goal of its own.
        goal_days = np.array([goals.emergency, goals.urgent, goals.urgent, goals.routine])
        everything = pd.DataFrame(
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
                "began": asked["ended"],
                "bed_days": asked["bed_days"],
                "no_bed_from": asked["no_bed_from"],
                "no_bed_until": asked["no_bed_until"],
            }
        )
        self._centers, self._resources = centers, resources
        # A line has its own people who stay, and those sent to it.
        sent_to = {
            (center.name, resource): other
            for center in access.clinics.centers
            for resource, other in center.sends_to.items()
        }
        places = zip(everything["center"], everything["resource"], strict=True)
        everything["served_at"] = [sent_to.get((center, name), center) for center, name in places]
        first = everything[everything["priority"] != INTERRUPTED]
        # Who needs a bed stands in the line of a machine, and in that of beds while none is free.
        bedded = first[first["bed_days"] > 0.0].assign(
            resource=BED,
            minutes=lambda waits: waits["bed_days"] * MINUTES_PER_DAY,
            in_line=lambda waits: waits["no_bed_until"] - waits["no_bed_from"],
        )
        both = pd.concat((first, bedded), ignore_index=True)
        self._by_line = dict(iter(both.groupby(["served_at", "resource"])))
        """Waits of each line, also those asked for before and after the years counted."""
        self._nobody = first.iloc[:0]
        self._waits = self._in_years(everything)

    def _in_years(self, waits: pd.DataFrame) -> pd.DataFrame:
        """Those asked for in the years counted."""
        inside: pd.DataFrame = waits[(waits["asked"] >= self._low) & (waits["asked"] < self._high)]
        return inside.reset_index(drop=True)

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
        for line, place, waits, months in self._each_line():
            mine = self._in_years(waits)
            lengths = months["queue"]
            work = self._work(place, waits, mine, months)
            share = 100.0 / work.is_open if work.is_open > 0.0 else np.nan
            limited = np.isfinite(line["machines"]) and work.is_open > 0.0
            spinal = mine[mine["who"] == WHO_WAITS[0]]
            rows.append(
                {
                    **place,
                    "machines": float(line["machines"]),
                    "asked": len(mine),
                    "asked_spinal": len(spinal),
                    "offered_percent": share * work.asked,
                    "offered_by_rate_percent": share * work.by_rate,
                    "used_percent": share * work.used,
                    "queue_mean": float(lengths.mean()) if len(lengths) else 0.0,
                    "queue_first_month": float(lengths[0]) if len(lengths) else 0.0,
                    "queue_last_month": float(lengths[-1]) if len(lengths) else 0.0,
                    "queue_longest": int(line["longest"]),
                    "spinal_days_in_line": float(spinal["in_line"].sum()),
                    "growth_percent": share * work.growth,
                    "chance_percent": share * work.sd,
                    "overloaded": bool(limited and work.overloaded),
                    "beds_missing": int(line["beds_missing"]),
                    "littles_law_gap_days": float(line["queue_days"] - line["waited_days"]),
                }
            )
        return pd.DataFrame(rows)

    def queues(self) -> pd.DataFrame:
        """Each line month by month: its length, its use, and the mean wait of those who asked."""
        rows = []
        for _, place, waits, months in self._each_line():
            mine = self._in_years(waits)
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

    def _work(
        self, place: dict[str, Any], waits: pd.DataFrame, mine: pd.DataFrame, months: Any
    ) -> Work:
        """What a line had to do in the years counted, of its waits at any time and in them."""
        resources = self._access.clinics.center(place["center"]).resources
        resource = resources[place["resource"]]
        began = waits.loc[waits["outcome"] == TREATED]
        began = began[(began["began"] >= self._low) & (began["began"] < self._high)]
        is_bed = place["resource"] == BED
        # Who has no bed is not kept by the machine.
        until = waits["began"].where(waits["no_bed_until"] == 0.0, waits["no_bed_from"])
        since, until = (
            (waits["no_bed_from"], waits["no_bed_until"]) if is_bed else (waits["asked"], until)
        )
        interval = since.to_numpy(), until.to_numpy(), waits["minutes"].to_numpy()
        low, high = (overload.in_line(*interval, at) for at in (self._low, self._high))
        a_day = (
            overload.bed_minutes_per_day(resources.values())
            if is_bed
            else overload.minutes_per_day(resource)
        )
        spinal = mine.loc[mine["who"] == WHO_WAITS[0], "minutes"].to_numpy()
        used = float(months["used_minutes"].sum())
        return Work(
            is_open=float(months["open_minutes"].sum()),
            used=used,
            asked=float(mine["minutes"].sum()),
            by_rate=float(spinal.sum()) + a_day * (self._high - self._low),
            sd=overload.sd_of(mine["minutes"].to_numpy()),
            spinal_sd=overload.sd_of(spinal),
            growth=high - low,
            outside=max(0.0, began["minutes"].sum() - used) if resource.on_call else 0.0,
        )

    def _each_line(self) -> Iterator[tuple[Any, dict[str, Any], pd.DataFrame, Any]]:
        """Each line of the log: its record, its labels, its waits at any time, its months."""
        months = self._log.months
        low, high = self._first_month, self._first_month + self._n_months
        months = months[(months["month"] >= low) & (months["month"] < high)]
        for line in self._log.lines:
            center, resource = self._centers[line["center"]], self._resources[line["resource"]]
            mine = (months["center"] == line["center"]) & (months["resource"] == line["resource"])
            waits = self._by_line.get((center, resource), self._nobody)
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
