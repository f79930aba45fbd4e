"""Tables of waits, lines and months, from what the clinics wrote down."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.clinics.log import DIED, GAVE_WAY, LEFT, TREATED, ClinicLog
from sim.clinics.plan import Access
from sim.clinics.service import month_ends
from sim.evidence.visits import BED
from sim.evidence.vocabulary import PAUSE_CAUSES
from sim.inputs.clinics import CONTINUING, PRIORITIES

if TYPE_CHECKING:
    import pandas as pd

WHO_WAITS = ("spinal", "others")
"""People of the population with spinal metastasis; other patients of the clinics."""
TREATMENT = "any_treatment"
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
    """Tables of finite access for one strategy, draw and replicate.

    Parameters
    ----------
    access : Access
    years : tuple of int
        First and last calendar year counted; waits count by when they were asked for.
    log : ClinicLog
    labels : dict
        Strategy, draw and replicate.
    """

    def __init__(
        self, access: Access, years: tuple[int, int], log: ClinicLog, labels: dict[str, Any]
    ) -> None:
        import pandas as pd

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
        sent_to = {
            (center.name, resource): other
            for center in access.clinics.centers
            for resource, other in center.sends_to.items()
        }
        places = zip(self._waits["center"], self._waits["resource"], strict=True)
        of_line = [(sent_to.get((center, name), center), name) for center, name in places]
        goes_on = self._waits["priority"] == INTERRUPTED
        lines = pd.MultiIndex.from_tuples(of_line, names=["center", "resource"])
        first = self._waits.set_axis(lines, axis="index")[~goes_on.to_numpy()]
        self._by_line = dict(iter(first.groupby(level=["center", "resource"])))

    def waits(self) -> pd.DataFrame:
        """How long people waited: by center, resource, priority and who they are, and all."""
        import pandas as pd

        treated = self._waits[self._waits["treats"]].assign(resource=TREATMENT)
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
        import pandas as pd

        rows = []
        for line in self._log.lines:
            center, resource = self._centers[line["center"]], self._resources[line["resource"]]
            mine = self._at(str(center), str(resource))
            months = self._months(line)
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
                    **self._labels,
                    "center": center,
                    "resource": resource,
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
        import pandas as pd

        rows = []
        for line in self._log.lines:
            center, resource = self._centers[line["center"]], self._resources[line["resource"]]
            mine = self._at(str(center), str(resource))
            mine = mine[(mine["who"] == WHO_WAITS[0]) & (mine["outcome"] == TREATED)]
            month_asked = np.searchsorted(self._month_ends, mine["asked"], side="right")
            waited = mine.groupby(month_asked)["days"].mean()
            for month in self._months(line):
                number = int(month["month"])
                year = self._access.opening_year + number // 12
                rows.append(
                    {
                        **self._labels,
                        "center": center,
                        "resource": resource,
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

    def _at(self, center: str, resource: str) -> pd.DataFrame:
        """Waits at a line: those of its own people who stay, and of those sent to it."""
        return self._by_line.get((center, resource), self._waits.iloc[:0])

    def _months(self, line: Any) -> Any:
        months = self._log.months
        low, high = self._first_month, self._first_month + self._n_months
        mine = (months["center"] == line["center"]) & (months["resource"] == line["resource"])
        return months[mine & (months["month"] >= low) & (months["month"] < high)]

    def measures(self) -> dict[str, float]:
        """What the summary shows of access; see `sim.counting.access_measures`."""
        years = self._n_months / 12.0
        mine = self._waits[self._waits["treats"] & (self._waits["who"] == WHO_WAITS[0])]
        found = {
            "treatment_wait_mean_days": float(treated_days(mine).mean()),
            "treatment_wait_p95_days": float(treated_days(mine).quantile(0.95)),
            "treated_within_goal": within_goal_percent(mine),
        }
        for name in ("emergency", "urgent", "routine"):
            found[f"{name}_within_goal"] = within_goal_percent(mine[mine["priority"] == name])
        waiting = self._waits[self._waits["who"] == WHO_WAITS[0]]
        found["died_waiting"] = float((waiting["outcome"] == DIED).sum()) / years
        found["lost_walking_waiting"] = float(waiting["lost_walking"].sum()) / years
        found["fractures_waiting"] = float(waiting["fractures"].sum()) / years
        return {**found, **self._delays()}

    def _delays(self) -> dict[str, float]:
        """Delay of systemic therapy of those first referred in the years counted."""
        day = self._log.referred["day"]
        mine = self._log.referred[(day >= self._low) & (day < self._high)]
        if len(mine) == 0:
            return {}
        parts = mine["delay_days"].mean(axis=0)
        found = {
            "first_referred": 12.0 * len(mine) / self._n_months,
            "delay_of_first_referred_days": float(parts.sum()),
        }
        for cause, days in zip(PAUSE_CAUSES, parts.tolist(), strict=True):
            found[f"{cause}_of_first_referred_days"] = days
        return found


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
    found: dict[str, float] = {
        "asked": len(waits),
        "treated": len(days),
        "mean_days": float(days.mean()),
        "sd_days": float(days.std()),
        "mean_days_in_line": float(waits.loc[days.index, "in_line"].mean()),
    }
    spread = np.percentile(days, _QUANTILES) if len(days) else [np.nan] * len(_QUANTILES)
    for percent, value in zip(_QUANTILES, spread, strict=True):
        found[f"p{percent:02d}_days"] = float(value)
    return {
        **found,
        "within_goal_percent": within_goal_percent(waits),
        "goal_out_of_reach_percent": 100.0 * float((waits["least"] > waits["goal"]).mean()),
        "died": int((outcome == DIED).sum()),
        "gave_way": int((outcome == GAVE_WAY).sum()),
        "left": int((outcome == LEFT).sum()),
        "fractures": int(waits["fractures"].sum()),
        "lost_walking": int(waits["lost_walking"].sum()),
        "sent": int(waits["sent"].sum()),
    }


def capacity_table(access: Access, treatments: list[str], given: list[str]) -> pd.DataFrame:
    """Every number of the clinics, each an argument: assumed by the service, not evidence.

    Parameters
    ----------
    access : Access
    treatments : list of str
        Names by index.
    given : list of str
        Treatments that the strategies may give.

    Returns
    -------
    pandas.DataFrame
        `what, where, argument, value, grade`.
    """
    import pandas as pd

    clinics = access.clinics
    rows: list[tuple[str, str, str, str]] = []
    for center in clinics.centers:
        rows.append(("center", center.name, "catchment", f"{center.catchment:g}"))
        for field in ("transfer_days", "emergency_transfer_days"):
            rows.append(("center", center.name, field, f"{getattr(center, field):g}"))
        rows += [("center", center.name, f"sends_to {r}", o) for r, o in center.sends_to.items()]
        for name, resource in center.resources.items():
            where = f"{center.name}, {name}"
            fields = resource.model_dump(exclude={"others", "outages"})
            if name == BED or resource.machines is None:
                fields = {"machines": resource.machines}
            for field, value in fields.items():
                text = ", ".join(value) if isinstance(value, tuple) else str(value)
                text = "unlimited" if field == "machines" and value is None else text
                rows.append(("resource", where, field, text))
            for kind, parts in (("others", resource.others), ("outage", resource.outages)):
                rows += [
                    (kind, where, field, str(value))
                    for part in parts
                    for field, value in part.model_dump().items()
                ]
    names = {-1: "consult", **dict(enumerate(treatments))}
    for index, visits in access.visits.items():
        for number, visit in enumerate(visits):
            if index == -1 or names[index] in given:
                where = f"{names[index]}, visit {number + 1}"
                fields = visit.model_dump()
                rows += [("visit", where, field, str(value)) for field, value in fields.items()]
    for field in ("planning_ratio", "urgent_pain", "warm_up_years", "follow_up_years"):
        rows.append(("clinics", "all", field, str(getattr(clinics, field))))
    for field, value in clinics.goals.model_dump().items():
        rows.append(("goal", field, "days", str(value)))
    table = pd.DataFrame(rows, columns=["what", "where", "argument", "value"])
    return table.assign(grade="assumed")
