"""What the pictures of care are drawn from: means by strategy, their intervals, and the words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import nearest
from sim.inputs.strategies import HOLDS, NO_CARE
from sim.plots.drawing import interval, listed, uncertainty
from sim.tables.compare import COMPARED

if TYPE_CHECKING:
    import pandas as pd

    from sim.tables.run_tables import RunTables

NORMAL_95 = 1.959964

STRATEGY_WORDS = {
    "none": "no care",
    "usual_care": "usual care",
    "noms": "NOMS",
    "analgesia_only": "analgesia only",
    "ebrt_8gy1": "EBRT 8 Gy in 1",
    "ebrt_20gy5": "EBRT 20 Gy in 5",
    "ebrt_30gy10": "EBRT 30 Gy in 10",
    "sbrt_24gy2": "SBRT 24 Gy in 2",
    "rfa_cement": "RFA with cement",
    "rfa_ebrt": "RFA, then EBRT",
    "microwave": "microwave ablation",
    "curettage_sm153": "curettage and Sm-153",
    "surgery_rt": "surgery, then RT",
}
"""Strategies and treatments whose name is not plain."""

HOLDS_WORDS = {"none": "no holds", "equal": "equal holds", "by_modality": "holds by modality"}

MEASURE_WORDS = {
    "pain_days": "days at worst pain of 4 or more",
    "severe_pain_days": "days at worst pain of 7 or more",
    "pain_area": "rating times days of worst pain",
    "pause_days": "days of systemic therapy paused",
    "delay_days": "days of delay",
    "wait_days": "days of delay by waiting",
    "course_days": "days of delay by the course",
    "pre_hold_days": "days of delay by the hold before",
    "post_hold_days": "days of delay by the hold after",
    "alignment_days": "days of delay by alignment",
    "days_on_therapy_1y": "days on therapy within a year",
    "days_alive_1y": "days alive within a year",
    "relieved": "relieved: worst pain fell by 2 or more",
    "complete_response_3m": "complete response at 3 months",
    "partial_response_3m": "partial response at 3 months",
    "opioid_days": "days on opioids",
    "days_walking": "days able to walk",
    "survival_days": "days alive after the trigger",
    "episodes_per_person": "episodes of care",
    "courses_per_person": "courses of treatment",
    "fractures_per_person": "vertebral fractures",
}
"""Measures of care a person, in plain words."""

FALLBACK_NOTE = (
    "Strategies named after one treatment give 8 Gy in 1 to those who may not have it, and treat "
    "cord compression as in usual care."
)
_WITHOUT_FALLBACK = {"analgesia_only", "ebrt_8gy1"}
_HOLDS_IN_NAME = re.compile(r"holds=(\w+)")


class NothingToDrawError(ValueError):
    """A picture for which the result holds no data; the message says what is missing."""


def plain_name(strategy: str) -> str:
    """A strategy without its setting of holds.

    Examples
    --------
    >>> plain_name("noms@none")
    'noms'
    """
    name, _, holds = strategy.partition("@")
    return name if holds in HOLDS else strategy


def strategy_words(strategy: str, *, with_holds: bool = True) -> str:
    """A strategy in plain words; one of the user's own under its name.

    Examples
    --------
    >>> strategy_words("sbrt_24gy2@none")
    'SBRT 24 Gy in 2, no holds'
    """
    plain = plain_name(strategy)
    words = STRATEGY_WORDS.get(plain, plain)
    holds = strategy.removeprefix(plain).removeprefix("@")
    return f"{words}, {HOLDS_WORDS[holds]}" if holds and with_holds else words


def measure_words(measure: str) -> str:
    """A measure in plain words."""
    return MEASURE_WORDS.get(measure, measure.replace("_", " "))


def first_upper(words: str) -> str:
    """Words with the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def setting_of_holds(strategy: str, run: dict[str, Any]) -> str:
    """The setting of `holds` that a strategy was run under: its own, else the scenario's."""
    _, _, suffix = strategy.partition("@")
    inside = _HOLDS_IN_NAME.search(strategy)
    if suffix in HOLDS:
        return suffix
    return inside.group(1) if inside else str(run["knobs"].get("holds", HOLDS[0]))


def care_strategies(result: RunTables) -> list[str]:
    """Strategies of the run that give care, the reference first.

    Raises
    ------
    NothingToDrawError
        If none does, or if nobody is in the trigger set.
    """
    names = [name for name in result.run["strategies"] if name != NO_CARE]
    if not names:
        raise NothingToDrawError(
            "strategies is 'none' alone; this picture needs one that gives care"
        )
    if result.run["strategies"][0] == NO_CARE:
        raise NothingToDrawError(
            "strategies begins with 'none', under which nobody has a trigger of care; allowed: a "
            "strategy that gives care first"
        )
    if trigger_set(result) == 0:
        raise NothingToDrawError(
            "nobody is in the trigger set of this run; a larger population or more years have some"
        )
    return names


def trigger_set(result: RunTables) -> int:
    """People of the trigger set at the point estimate, a replicate."""
    people = [twins.people[0] for twins in result.twins if twins.draw == 0]
    return round(sum(people) / len(people)) if people else 0


def interval_over(result: RunTables) -> str:
    """What intervals of the run are over: `draws`, `replicates`, `people`, or nothing."""
    size = result.run["scenario"]
    if size["draws"]:
        return "draws" if size["draws"] > 1 else ""
    return "replicates" if size["replicates"] > 1 else "people"


def samples(result: RunTables, measure: str, primary: str = "all") -> pd.DataFrame:
    """Values of a measure: a row a draw (a replicate, if there are no draws), a column a strategy.

    Raises
    ------
    NothingToDrawError
        If the result does not have the measure; the message names the nearest.
    """
    names = care_strategies(result)
    every = result.outcomes
    if not (every["measure"] == measure).any():
        known = sorted(set(every["measure"]))
        raise NothingToDrawError(f"measure is {measure!r}; {nearest(measure, known)}")
    mine = every[(every["measure"] == measure) & (every["primary"] == primary)]
    over = "draw" if result.run["scenario"]["draws"] else "replicate"
    if over == "draw":
        mine = mine[mine["draw"] > 0]
    return (
        mine.groupby([over, "strategy"])["value"].mean().unstack("strategy").reindex(columns=names)
    )


def levels(result: RunTables, measure: str) -> pd.DataFrame:
    """Mean and 95% interval of a measure by strategy.

    Returns
    -------
    pandas.DataFrame
        Index strategy, columns `mean, lo, hi`. The interval is over draws, else over replicates,
        else the sampling error of the people of the trigger set, where it is known; no measure
        goes below 0.
    """
    import pandas as pd

    table = samples(result, measure)
    mean = table.mean()
    over = interval_over(result)
    if over in ("draws", "replicates"):
        low, high = interval(table)
    else:
        half = np.full(len(mean), np.nan)
        if over == "people":
            half = np.array([sampling_error(result, name, measure) for name in mean.index])
        low, high = (mean - half).clip(lower=0.0), mean + half
    return pd.DataFrame({"mean": mean, "lo": low, "hi": high}, index=mean.index)


def sampling_error(result: RunTables, strategy: str, measure: str) -> float:
    """Half the 95% interval of a mean over the people of the trigger set; nan if not known."""
    code = list(result.run["strategies"]).index(strategy)
    points = [twins for twins in result.twins if twins.draw == 0]
    people = sum(twins.people[0] for twins in points)
    if measure in COMPARED and points:
        place = list(COMPARED).index(measure)
        variance = np.mean([twins.variance[code, 0, place] for twins in points])
        return float(NORMAL_95 * np.sqrt(variance / people))
    rows = result.delays
    mine = rows[(rows["measure"] == measure) & (rows["primary"] == "all") & (rows["draw"] == 0)]
    sd = mine.loc[(mine["strategy"] == strategy) & (mine["statistic"] == "sd"), "value"]
    return float(NORMAL_95 * sd.mean() / np.sqrt(people)) if len(sd) else float("nan")


def whom(result: RunTables) -> str:
    """Who the measures of care are over, in two lines."""
    run = result.run
    size = run["scenario"]
    years = "–".join(str(year) for year in dict.fromkeys(size["years"]))
    same = "the same under every strategy" if len(run["strategies"]) > 1 else "to their death"
    return (
        f"Means over the {trigger_set(result):,} people whose first trigger of care came on or due "
        f"systemic therapy, {same}\n{size['population']}, {run['people']:,} new cancers in "
        f"{size['anchor_year']}; people diagnosed in {years}, followed to death"
    )


def spread_note(result: RunTables) -> str:
    """Where the intervals of a picture of care come from."""
    if interval_over(result) == "people":
        return (
            f"Lines: 95% sampling error of {trigger_set(result):,} people, at the point estimate "
            "of all parameters: it says nothing about the parameters."
        )
    return uncertainty(result.run)


def fallback_note(names: list[str]) -> str:
    """What strategies named after one treatment do, if there are any."""
    singles = {plain_name(name) for name in names} & known_treatments().keys()
    return FALLBACK_NOTE if singles - _WITHOUT_FALLBACK else ""


def named(strategies: list[str], *, with_holds: bool = True) -> str:
    """Strategies as a phrase."""
    return listed([strategy_words(name, with_holds=with_holds) for name in strategies])


def spread_text(row: pd.Series[float], digits: int = 1) -> str:
    """A mean with its interval, as a person reads it."""
    if not row[["mean", "lo", "hi"]].any():
        return "0"
    mean, low, high = (f"{row[end]:,.{digits}f}" for end in ("mean", "lo", "hi"))
    return f"{mean} ({low} to {high})" if np.isfinite(row["lo"]) else mean


def signed(value: float, digits: int) -> str:
    """A number with its sign, and none if it is nothing.

    Examples
    --------
    >>> signed(-2.46, 1), signed(0.01, 1), signed(3.0, 0)
    ('−2.5', '0.0', '+3')
    """
    rounded = round(value, digits)
    return f"{rounded:+,.{digits}f}".replace("-", "−") if rounded else f"{0.0:.{digits}f}"


def room_for(names: list[str]) -> float:
    """Inches that the names of strategies need beside an axis."""
    longest = max(len(strategy_words(name)) for name in names)
    return max(1.75, 0.35 + 0.083 * longest)
