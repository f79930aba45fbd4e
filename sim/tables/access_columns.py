"""What the columns of the tables of finite access say."""

from __future__ import annotations

from sim.tables.overload import GROWTH

_LINE = {
    "center": "Center of the clinics; in waits also `all`.",
    "resource": "What the line is for: a machine, a room, a consultant, a bed.",
}
_OF_WAITS = {
    "asked": "Waits asked for in the years counted.",
    "within_goal_percent": "Percent that began within the goal; who died or left before it had "
    "passed is not counted.",
}

WAITS = {
    **_LINE,
    "resource": f"{_LINE['resource']} `any_treatment` is the first visit of every course.",
    "priority": "emergency, urgent, routine, `all`, or of courses that a failure interrupted.",
    "who": "spinal: people with spinal metastasis; others: whom the clinics treat besides.",
    **_OF_WAITS,
    "treated": "Waits that ended in a first session; the days are of these.",
    "mean_days": "Mean days from the decision to the first session.",
    "sd_days": "Standard deviation of these days over people.",
    "mean_days_in_line": "The part of the mean beyond planning and the next opening.",
    **{
        f"p{share:02d}_days": f"{share}% of the waits take at most so many days."
        for share in (5, 25, 50, 75, 95)
    },
    "goal_out_of_reach_percent": "Percent for which planning and opening alone take longer than "
    "the goal, whatever the number of machines.",
    "died": "Waits that ended by death.",
    "gave_way": "Waits that ended because cord compression made another episode of it.",
    "left": "Waits that ended because somebody else lost patience.",
    "fractures": "Fractures while waiting.",
    "lost_walking": "People who lost walking while waiting.",
    "sent": "People sent to another center.",
}
"""Columns of `waits`, after those that say which run it is."""

LINES = {
    **_LINE,
    "machines": "How many there are; infinite if unlimited.",
    "asked": _OF_WAITS["asked"],
    "asked_spinal": "The same of people with spinal metastasis.",
    "offered_percent": "Minutes asked for, in percent of the open time.",
    "offered_by_rate_percent": "The same, had others come at their rate.",
    "used_percent": "Minutes used, in percent of the open time.",
    "queue_mean": "People in the line, mean over months.",
    "queue_first_month": "People in the line in the first month counted.",
    "queue_last_month": "People in the line in the last month counted.",
    "queue_longest": "Most people in the line at a time, in the whole run.",
    "spinal_days_in_line": "Days in the line of people with spinal metastasis, all together.",
    "growth_percent": "By how much what waits has grown over the years counted, in percent of the "
    "open time.",
    "chance_percent": "Standard deviation by chance of what is asked for, in percent of the open "
    "time.",
    "overloaded": "Whether more is asked for, at the rate at which others come, than is open, or "
    f"the line falls behind by more than chance brings and {100.0 * GROWTH:.0f}% of the open time.",
    "beds_missing": "People for whom a machine was free and no bed was.",
    "littles_law_gap_days": "A check: days in line by length less days in line by people; about 0.",
}
"""Columns of `lines`, after those that say which run it is."""

QUEUES = {
    **_LINE,
    "month": "Calendar month, as 2010-01.",
    "months_since_start": "Months since the first one counted.",
    "queue": "People in the line, mean over the month.",
    "used_percent": LINES["used_percent"],
    "spinal_wait_mean_days": "Mean days to the first session of people with spinal metastasis who "
    "asked in the month; empty if nobody did.",
}
"""Columns of `queues`, after those that say which run it is."""

CAPACITY = {
    "what": "center, resource, others, outage, visit, clinics or goal.",
    "where": "Name of the center, of its resource, or of the treatment and its visit.",
    "argument": "Argument of the class that holds the number.",
    "value": "The number or the words, as text.",
    "grade": "Always assumed: numbers of clinics are arguments, not evidence.",
}
"""Columns of `capacity`."""
