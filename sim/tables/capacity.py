"""The table of every number of the clinics, which is an argument and no evidence."""

from __future__ import annotations

import pandas as pd

from sim.clinics.plan import Access
from sim.evidence.visits import BED


def capacity_table(access: Access, treatments: list[str], given: list[str]) -> pd.DataFrame:
    """Every number of the clinics, each an argument: assumed by the service, not evidence.

    The columns are `what, where, argument, value, grade`. `treatments` are names by index, `given`
    those that the strategies may give.
    """
    clinics = access.clinics
    rows: list[tuple[str, str, str, str]] = []
    for center in clinics.centers:
        rows.append(("center", center.name, "catchment", f"{center.catchment:g}"))
        if center.new_cancers is not None:
            rows.append(("center", center.name, "new_cancers", f"{center.new_cancers:g}"))
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
