"""What palliative care and pauses of systemic therapy are called in a story."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.evidence.vocabulary import (
    COMPLETE_RESPONSE,
    DIED_OF_PROCEDURE,
    EPISODE_DUE,
    FOR_CORD_COMPRESSION,
    FOR_FRACTURE,
    FOR_OVERWHELMING_PAIN,
    FOR_PROPHYLAXIS,
    IN_REFERRAL,
    LEVELS,
    NO_EPISODE,
    NO_RESPONSE,
    NO_THERAPY,
    ON_THERAPY,
    PARTIAL_RESPONSE,
    PAUSE_CAUSES,
    PREPARING,
    THERAPY_CLASSES,
    THERAPY_PAUSED,
    THERAPY_STOPPED,
    TOXICITY_DELAYED,
    TREATING,
    WAITING,
)
from sim.life.events import CARE_EVENTS, THERAPY_START
from sim.life.hazards import NEVER
from sim.life.policy import ANALGESIA_ONLY, SEES_PROGNOSIS
from sim.stories.moment import Moment, Terms
from sim.stories.words import CAUSES, function, place, stability, symptoms

REASONS = {
    FOR_OVERWHELMING_PAIN: "for overwhelming pain",
    FOR_FRACTURE: "for a painful fracture",
    FOR_CORD_COMPRESSION: "as an emergency for cord compression",
    FOR_PROPHYLAXIS: "ahead of pain",
}
"""Why an episode of care begins."""

RESPONSES = {
    NO_RESPONSE: "no response",
    PARTIAL_RESPONSE: "partial response",
    COMPLETE_RESPONSE: "complete response",
}

TOLD_ASSESSMENTS = {2: "1 month", 3: "3 months", 4: "6 months"}
"""Readings of pain that a story tells, and when they are."""

MOST_PLACES = 4
"""Levels of a course that are named one by one."""

SHORTEST_COURSE_DAYS = 0.5
"""A course that is shorter is one visit."""


def days_long(days: float) -> str:
    """A length of time in whole days.

    Examples
    --------
    >>> days_long(0.4), days_long(1.2), days_long(12.0)
    ('less than a day', '1 day', '12 days')
    """
    if days < SHORTEST_COURSE_DAYS:
        return "less than a day"
    return f"{days:.0f} {'day' if days < 1.5 else 'days'}"


def sins_of(person: np.void, lesion: int) -> int:
    """SINS of a lesion, the sum of its six components."""
    parts = ("location", "pain", "type", "alignment", "collapse", "posterolateral")
    return sum(int(person[f"lesion_{part}_points"][lesion]) for part in parts)


def treated_places(person: np.void) -> str:
    """The lesions that the course under way treats."""
    present = [int(lesion) for lesion in person["lesion_at"][: person["n_lesions"]]]
    treated = sorted(lesion for lesion in present if person["lesion_in_course"][lesion] == 1)
    if len(treated) > MOST_PLACES:
        every = "all " if len(treated) == len(present) else ""
        return f"{every}{len(treated)} lesions"
    return ", ".join(place(person, lesion) for lesion in treated)


def line_of(person: np.void, ahead: bool = False) -> str:
    """The line of systemic therapy that is open, or that comes next, with its class."""
    number = int(person["therapy_line"]) + int(ahead)
    return f"line {number} ({THERAPY_CLASSES[person['therapy_class']]})"


def is_withheld(person: np.void, terms: Terms) -> bool:
    """Whether care takes doses from the person: one is planned, and of a class that is withheld."""
    planned = person["therapy"] in (ON_THERAPY, TOXICITY_DELAYED, THERAPY_PAUSED) or (
        person["therapy"] == NO_THERAPY and person["clock"][THERAPY_START] != NEVER
    )
    return bool(planned and terms.withhold[person["therapy_class"]])


def is_held(person: np.void) -> bool:
    """Whether an episode, or the hold after it, stands against the dose that is due now."""
    return bool(
        person["episode"] in (PREPARING, TREATING)
        or (person["episode"] == WAITING and person["episode_forced"])
        or person["now"] < person["post_hold_until"][person["therapy_class"]]
    )


def why_withheld(moment: Moment) -> str:
    """Why the dose that is due now is not given."""
    person = moment.after
    label = moment.terms.label(int(person["episode_treatment"]))
    if person["episode"] == TREATING:
        return f"during {label}"
    if person["episode"] == PREPARING:
        return f"in the hold before {label}"
    if person["episode"] == WAITING and person["episode_forced"]:
        return f"until {label} is over, for severe pain or a deficit at the decision"
    if is_held(person):
        held = float(person["post_hold_until"][person["therapy_class"]]) - moment.day
        return f"in the hold after the course, {days_long(held)} more"
    return f"because of pain ({symptoms(person)})"


def pause_over(moment: Moment) -> str:
    """How long the pause was that a dose has just ended, and how its days were lost."""
    lost = moment.after["delay_days"] - moment.before["delay_days"]
    parts = [
        f"{CAUSES[cause]} {days:.1f}"
        for cause, days in zip(PAUSE_CAUSES, lost.tolist(), strict=True)
        if days >= 0.05
    ]
    return f"after {lost.sum():.1f} days paused ({', '.join(parts)})" if parts else "at once"


def referral(moment: Moment) -> str:
    """Why and with what a person is referred."""
    after, lesion = moment.after, moment.lesion
    number = int(after["n_episodes"])
    again = f" (episode {number})" if number > 1 else ""
    found = [symptoms(after)]
    if lesion < len(LEVELS):
        found.append(stability(sins_of(after, lesion)))
    found.append(f"Bilsky {after['lesion_epidural_grade'][lesion]}")
    if after["frankel"] > 0:
        found.append(function(int(after["frankel"])))
    reason = REASONS[int(after["episode_reason"])]
    return f"referred {reason} at {place(after, lesion)}{again}: {'; '.join(found)}"


def decision(moment: Moment) -> str:
    """What was decided, when it is to begin, and whether doses are withheld from now."""
    before, after = moment.before, moment.after
    index = int(after["episode_treatment"])
    told = f"decided for {place(after, moment.lesion)}: {moment.terms.label(index)}"
    if index != ANALGESIA_ONLY:
        start_day = float(after["course_start_day"])
        wait = f"in {days_long(start_day - moment.day)}"
        told += f"; it begins {'when there is an appointment' if start_day == NEVER else wait}"
    months = f"{after['observed'][SEES_PROGNOSIS]:.0f} months"
    told += f"; {symptoms(after)}; predicted survival {months}"
    if after["episode_forced"] and is_withheld(before, moment.terms):
        told += "; doses due are withheld from now"
    return told


def preparation(moment: Moment) -> str:
    """The hold before a course, for people it takes doses from."""
    after = moment.after
    if not is_withheld(after, moment.terms):
        return ""
    days = days_long(float(after["course_start_day"]) - moment.day)
    return f"the hold before {moment.terms.label(int(after['episode_treatment']))} begins, {days}"


def course_begins(moment: Moment) -> str:
    """The first session: what is given, where, for how long."""
    before, after = moment.before, moment.after
    days = float(after["course_end_day"]) - moment.day
    does = f"begins, {days_long(days)}" if days > SHORTEST_COURSE_DAYS else "is given"
    again = ""
    if after["frankel"] < before["frankel"]:
        again = f"; function returns, {function(int(after['frankel']))}"
    label = moment.terms.label(int(after["episode_treatment"]))
    return f"{label} {does}: {treated_places(after)}{again}"


def course_ends(moment: Moment) -> str:
    """The last session: harm, flare and the hold after it; empty if there is none of them."""
    before, after = moment.before, moment.after
    label = moment.terms.label(int(before["episode_treatment"]))
    if after["death_cause"] == DIED_OF_PROCEDURE:
        return f"dies of a complication of {label}"
    found = []
    if moment.day - float(before["course_start_day"]) > SHORTEST_COURSE_DAYS:
        found.append(f"{label} is over")
    if after["n_complications"] > before["n_complications"]:
        found.append(f"a complication of {label}")
    if any(after["lesion_flare"] > before["lesion_flare"]):
        found.append(f"pain flares: {symptoms(after)}")
    held = float(after["post_hold_until"][after["therapy_class"]]) - moment.day
    if held > 0.0 and is_withheld(after, moment.terms):
        found.append(f"therapy is held for {days_long(held)} more")
    return "; ".join(found)


def assessment(moment: Moment) -> str:
    """Pain and response on a day on which trials read them; empty on the other days."""
    after = moment.after
    reading = int(after["n_assessed"]) - 1
    if reading not in TOLD_ASSESSMENTS:
        return ""
    since = "the first course" if after["n_courses"] > 0 else "the decision"
    response = RESPONSES[int(after["assessed_response"][reading])]
    if moment.terms.morphine_mg[after["analgesia"]] > after["site_morphine_mg"]:
        response += " with more analgesia"
    where = place(after, moment.lesion)
    if after["site_pain"] <= 0.0:
        return f"{TOLD_ASSESSMENTS[reading]} after {since}: {symptoms(after)}; {where} had not hurt"
    return f"{TOLD_ASSESSMENTS[reading]} after {since}: {symptoms(after)}; {response} at {where}"


def dose(moment: Moment) -> str:
    """What became of a dose that care might withhold; empty if the story goes on as it was."""
    before, after = moment.before, moment.after
    ahead = after["therapy_line_open"] == 0
    if before["therapy"] != THERAPY_PAUSED and after["therapy"] == THERAPY_PAUSED:
        what = f"the start of {line_of(after, True)}" if ahead else line_of(after)
        return f"{what} is {'withheld' if ahead else 'paused'} {why_withheld(moment)}"
    if before["therapy"] == THERAPY_PAUSED and after["therapy"] == ON_THERAPY:
        return f"{line_of(after)} resumes {pause_over(moment)}"
    if after["therapy"] == THERAPY_PAUSED and not is_held(after):
        verb = "start" if ahead else "resume"
        return f"{line_of(after, ahead)} does not {verb} yet {why_withheld(moment)}"
    return ""


def line_starts(moment: Moment) -> str:
    """A line of therapy that starts, or whose start is withheld."""
    after = moment.after
    if after["therapy"] == THERAPY_PAUSED:
        return dose(moment)
    paused = f" {pause_over(moment)}" if moment.before["therapy"] == THERAPY_PAUSED else ""
    kind = THERAPY_CLASSES[after["therapy_class"]]
    return f"systemic therapy, line {after['therapy_line']} starts: {kind}{paused}"


def line_ends(moment: Moment) -> str:
    """A line of therapy that progression ends, possibly while it is paused."""
    before, after = moment.before, moment.after
    stops = after["therapy"] == THERAPY_STOPPED
    then = "therapy stops for good" if stops else "a gap in therapy"
    if before["therapy"] != THERAPY_PAUSED:
        return f"the cancer progresses on {line_of(before)}; {then}"
    if not stops:
        then = f"{line_of(after, True)} is planned"
    days = days_long(moment.day - moment.therapy_since)
    return f"the cancer progresses on {line_of(before)}, paused for {days}; {then}"


def toxicity_over(moment: Moment) -> str:
    """The end of a delay from toxicity; care may withhold the dose that follows."""
    after = moment.after
    days = days_long(moment.day - moment.therapy_since)
    if after["therapy"] == THERAPY_PAUSED:
        return f"toxicity is over after {days}, but {dose(moment)}"
    return f"{line_of(after)} resumes after {days}"


def cut_off(moment: Moment) -> str:
    """What a death cuts off: a pause, an episode."""
    before = moment.before
    found = ""
    if before["therapy"] == THERAPY_PAUSED:
        found += f", therapy paused for {days_long(moment.day - moment.therapy_since)}"
    label = moment.terms.label(int(before["episode_treatment"]))
    if before["episode"] in (EPISODE_DUE, IN_REFERRAL):
        found += ", before the consultation"
    elif before["episode"] in (WAITING, PREPARING):
        found += f", waiting for {label}"
    elif before["episode"] == TREATING and moment.event != "course_ended":
        found += f", during {label}"
    return found


def gives_way(moment: Moment) -> str:
    """The plan that an emergency takes the place of."""
    before, after = moment.before, moment.after
    if moment.event in CARE_EVENTS or after["episode"] != EPISODE_DUE:
        return ""
    if before["episode"] in (NO_EPISODE, EPISODE_DUE):
        return ""
    if before["episode"] == IN_REFERRAL:
        return "; the earlier referral gives way"
    return f"; {moment.terms.label(int(before['episode_treatment']))} gives way"


TELLERS: dict[str, Callable[[Moment], str]] = {
    "referred": referral,
    "care_decided": decision,
    "prepared_for_course": preparation,
    "course_begun": course_begins,
    "course_ended": course_ends,
    "pain_assessed": assessment,
    "therapy_paused": dose,
    "therapy_resumed": dose,
    "therapy_started": line_starts,
    "therapy_line_ended": line_ends,
    "toxicity_delay_over": toxicity_over,
}
"""Functions that tell the events of care and of therapy; an empty phrase is left out."""
