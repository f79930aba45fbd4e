"""What palliative care and pauses of systemic therapy are called in a story."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.evidence.vocabulary import (
    ASSESSMENT_WORDS,
    ASSESSMENTS,
    LEVELS,
    PAUSE_CAUSES,
    THERAPY_CLASS_WORDS,
    Death,
    Episode,
    NoCourse,
    Reason,
    Response,
    Therapy,
)
from sim.life.events import CARE_EVENTS, Event
from sim.life.hazards import NEVER
from sim.life.pause import holds_class
from sim.life.policy import ANALGESIA_ONLY, Observable
from sim.stories.moment import Moment, Terms
from sim.stories.words import CAUSE_WORDS, function, place, stability, symptoms

REASONS = {
    Reason.PAIN: "for pain",
    Reason.PAINFUL_FRACTURE: "for a painful fracture",
    Reason.CORD_COMPRESSION: "as an emergency for cord compression",
    Reason.PROPHYLAXIS: "ahead of pain",
}
"""Why an episode of care begins."""

NO_COURSE = {
    NoCourse.TOO_ILL: "no course, because life is expected to be too short or the person too ill",
    NoCourse.HAD_ALL: "no course, because the lesion had all that it may have",
    NoCourse.NOT_SUITED: "no course, because none that was wanted suits the lesion or the person",
    NoCourse.CHOSEN: "no course, by choice",
    NoCourse.TOO_SOON: "no course, because it is too soon after the last radiotherapy",
}
"""Why a decision was for analgesia alone."""

RESPONSES = {
    Response.NONE: "no response",
    Response.PARTIAL: "partial response",
    Response.COMPLETE: "complete response",
}

TOLD_ASSESSMENTS = {
    reading: words
    for reading, (name, words) in enumerate(zip(ASSESSMENTS, ASSESSMENT_WORDS, strict=True))
    if name in ("1m", "3m", "6m")
}
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
    return sum(int(person["lesions"][f"{part}_points"][lesion]) for part in parts)


def treated_places(person: np.void) -> str:
    """The lesions that the course under way treats."""
    present = [int(lesion) for lesion in person["lesion_at"][: person["n_lesions"]]]
    treated = sorted(lesion for lesion in present if person["lesions"]["in_course"][lesion] == 1)
    if len(treated) > MOST_PLACES:
        every = "all " if len(treated) == len(present) else ""
        return f"{every}{len(treated)} lesions"
    return ", ".join(place(person, lesion) for lesion in treated)


def line_of(person: np.void, ahead: bool = False) -> str:
    """The line of systemic therapy that is open, or that comes next, with its class."""
    number = int(person["therapy_line"]) + int(ahead)
    return f"line {number} ({THERAPY_CLASS_WORDS[person['therapy_class']]})"


def is_withheld(person: np.void, terms: Terms) -> bool:
    """Whether care takes doses from the person: one is planned, and of a class that is withheld."""
    planned = person["therapy"] in (Therapy.ON, Therapy.TOXICITY_DELAY, Therapy.PAUSED) or (
        person["therapy"] == Therapy.NONE and person["clock"][Event.THERAPY_STARTED] != NEVER
    )
    return bool(planned and terms.withhold[person["therapy_class"]])


def is_held(person: np.void) -> bool:
    """Whether an episode, or the hold after it, stands against the dose that is due now."""
    return bool(
        is_held_around_course(person)
        or (person["episode"] == Episode.WAITING and person["episode_forced"])
        or person["now"] < person["post_hold_until"][person["therapy_class"]]
        or is_held_for_bone(person)
    )


def is_held_around_course(person: np.void) -> bool:
    """Whether a course is prepared for or given around which doses are withheld."""
    around = person["episode"] in (Episode.PREPARING, Episode.TREATING)
    return bool(around and holds_class(int(person["episode_holds"]), int(person["therapy_class"])))


def is_held_for_bone(person: np.void) -> bool:
    """Whether care of bone outside the spine, or the hold after it, stands against that dose."""
    around = person["bone_episode"] in (Episode.PREPARING, Episode.TREATING)
    return bool(
        (around and holds_class(int(person["bone_holds"]), int(person["therapy_class"])))
        or person["now"] < person["bone_hold_until"][person["therapy_class"]]
    )


def why_withheld(moment: Moment) -> str:
    """Why the dose that is due now is not given."""
    person = moment.after
    if is_held_around_course(person) and person["episode"] == Episode.TREATING:
        return f"during {moment.treatment}"
    if is_held_around_course(person):
        return f"in the hold before {moment.treatment}"
    if person["episode"] == Episode.WAITING and person["episode_forced"]:
        return f"until {moment.treatment} is over, for severe pain or a deficit at the decision"
    if is_held_for_bone(person):
        return f"for the treatment of {place(person, int(person['bone_episode_lesion']))}"
    if is_held(person):
        held = float(person["post_hold_until"][person["therapy_class"]]) - moment.day
        return f"in the hold after the course, {days_long(held)} more"
    return f"because of pain ({symptoms(person)})"


def pause_over(moment: Moment) -> str:
    """How long the pause was that a dose has just ended, and how its days were lost."""
    lost = (moment.after["delay_days"] - moment.before["delay_days"]).tolist()
    named = [*zip((CAUSE_WORDS[cause] for cause in PAUSE_CAUSES), lost, strict=True)]
    of_bone = moment.after["bone_care_delay_days"] - moment.before["bone_care_delay_days"]
    named.append(("care of other bone", float(of_bone)))
    parts = [f"{name} {days:.1f}" for name, days in named if days >= 0.05]
    days = sum(days for _, days in named)
    return f"after {days:.1f} days paused ({', '.join(parts)})" if parts else "at once"


def referral(moment: Moment) -> str:
    """Why and with what a person is referred."""
    after, lesion = moment.after, moment.lesion
    number = int(after["n_episodes"])
    again = f" (episode {number})" if number > 1 else ""
    found = [symptoms(after)]
    if lesion < len(LEVELS):
        found.append(stability(sins_of(after, lesion)))
    found.append(f"Bilsky {after['lesions']['epidural_grade'][lesion]}")
    if after["frankel"] > 0:
        found.append(function(int(after["frankel"]), int(after["strength"])))
    reason = REASONS[Reason(after["episode_reason"])]
    return f"referred {reason} at {place(after, lesion)}{again}: {'; '.join(found)}"


def months_long(months: float) -> str:
    """A predicted survival in whole months.

    Examples
    --------
    >>> months_long(0.4), months_long(1.2), months_long(7.8)
    ('under a month', '1 month', '8 months')
    """
    if months < 0.5:
        return "under a month"
    whole = round(months)
    return f"{whole} month" if whole == 1 else f"{whole} months"


def decision(moment: Moment) -> str:
    """What was decided, when it is to begin, and whether doses are withheld from now."""
    before, after = moment.before, moment.after
    told = f"decided for {place(after, moment.lesion)}: {moment.treatment}"
    if after["episode_treatment"] != ANALGESIA_ONLY:
        start_day = float(after["course_start_day"])
        wait = f"in {days_long(start_day - moment.day)}"
        told += f"; it begins {'when there is an appointment' if start_day == NEVER else wait}"
    else:
        told += f"; {NO_COURSE[NoCourse(after['no_course'])]}"
    months = months_long(float(after["observed"][Observable.PROGNOSIS_MONTHS]))
    told += f"; {symptoms(after)}; predicted survival {months}"
    if after["episode_forced"] and is_withheld(before, moment.terms):
        told += "; doses due are withheld from now"
    return told


def preparation(moment: Moment) -> str:
    """The hold before a course, for people it takes doses from."""
    after = moment.after
    if not is_withheld(after, moment.terms) or not is_held_around_course(after):
        return ""
    days = days_long(float(after["course_start_day"]) - moment.day)
    return f"the hold before {moment.treatment} begins, {days}"


def course_begins(moment: Moment) -> str:
    """The first session: what is given, where, for how long."""
    before, after = moment.before, moment.after
    days = float(after["course_end_day"]) - moment.day
    does = f"begins, {days_long(days)}" if days > SHORTEST_COURSE_DAYS else "is given"
    again = ""
    if after["frankel"] < before["frankel"] or after["strength"] < before["strength"]:
        returned = function(int(after["frankel"]), int(after["strength"]))
        again = f"; function returns, {returned}"
    elif after["sphincters"] < before["sphincters"]:
        again = "; bladder and bowel obey again"
    return f"{moment.treatment} {does}: {treated_places(after)}{again}"


def course_ends(moment: Moment) -> str:
    """The last session: harm, flare and the hold after it; empty if there is none of them."""
    before, after = moment.before, moment.after
    if after["death_cause"] == Death.PROCEDURE:
        return f"dies of a complication of {moment.planned}"
    found = []
    if moment.day - float(before["course_start_day"]) > SHORTEST_COURSE_DAYS:
        found.append(f"{moment.planned} is over")
    if after["n_complications"] > before["n_complications"]:
        found.append(f"a complication of {moment.planned}")
    if any(after["lesions"]["flare"] > before["lesions"]["flare"]):
        found.append(f"pain flares: {symptoms(after)}")
    held = float(after["post_hold_until"][after["therapy_class"]]) - moment.day
    if held > 0.0 and is_withheld(after, moment.terms):
        found.append(f"therapy is held for {days_long(held)} more")
    if after["therapy"] == Therapy.STOPPED and before["therapy"] != Therapy.STOPPED:
        paused = ""
        if before["therapy"] == Therapy.PAUSED:
            paused = f", paused for {days_long(moment.day - moment.therapy_since)}"
        found.append(f"systemic therapy{paused}, never begins again")
    return "; ".join(found)


def assessment(moment: Moment) -> str:
    """Pain and response on a day on which trials read them; empty on the other days."""
    after = moment.after
    reading = int(after["n_assessed"]) - 1
    if reading not in TOLD_ASSESSMENTS:
        return ""
    since = "the first course" if after["n_courses"] > 0 else "the decision"
    response = RESPONSES[Response(after["assessed_response"][reading])]
    if moment.terms.morphine_mg[after["analgesia"]] > after["site_morphine_mg"]:
        response += " with more analgesia"
    where = place(after, moment.lesion)
    left = f"{after['assessed_site_pain'][reading]:.0f} of {after['site_pain']:.0f}"
    found = f"{response} at {where} ({left})"
    if after["site_pain"] <= 0.0:
        found = f"{where} had not hurt"
    return f"{TOLD_ASSESSMENTS[reading]} after {since}: {symptoms(after)}; {found}"


def dose(moment: Moment) -> str:
    """What became of a dose that care might withhold; empty if the story goes on as it was."""
    before, after = moment.before, moment.after
    ahead = after["therapy_line_open"] == 0
    if before["therapy"] != Therapy.PAUSED and after["therapy"] == Therapy.PAUSED:
        what = f"the start of {line_of(after, True)}" if ahead else line_of(after)
        return f"{what} is {'withheld' if ahead else 'paused'} {why_withheld(moment)}"
    if before["therapy"] == Therapy.PAUSED and after["therapy"] == Therapy.ON:
        return f"{line_of(after)} resumes {pause_over(moment)}"
    if after["therapy"] == Therapy.PAUSED and not is_held(after):
        verb = "start" if ahead else "resume"
        return f"{line_of(after, ahead)} does not {verb} yet {why_withheld(moment)}"
    return ""


def line_starts(moment: Moment) -> str:
    """A line of therapy that starts, or whose start is withheld."""
    after = moment.after
    if after["therapy"] == Therapy.PAUSED:
        return dose(moment)
    paused = f" {pause_over(moment)}" if moment.before["therapy"] == Therapy.PAUSED else ""
    kind = THERAPY_CLASS_WORDS[after["therapy_class"]]
    return f"systemic therapy, line {after['therapy_line']} starts: {kind}{paused}"


def line_ends(moment: Moment) -> str:
    """A line of therapy that progression ends, possibly while it is paused."""
    before, after = moment.before, moment.after
    stops = after["therapy"] == Therapy.STOPPED
    then = "no further line is planned" if stops else "a gap in therapy"
    if before["therapy"] != Therapy.PAUSED:
        return f"the cancer progresses on {line_of(before)}; {then}"
    if not stops:
        then = f"{line_of(after, True)} is planned"
    days = days_long(moment.day - moment.therapy_since)
    return f"the cancer progresses on {line_of(before)}, paused for {days}; {then}"


def toxicity_over(moment: Moment) -> str:
    """The end of a delay from toxicity; care may withhold the dose that follows."""
    after = moment.after
    days = days_long(moment.day - moment.therapy_since)
    if after["therapy"] == Therapy.PAUSED:
        return f"toxicity is over after {days}, but {dose(moment)}"
    return f"{line_of(after)} resumes after {days}"


def cut_off(moment: Moment) -> str:
    """What a death cuts off: a pause, an episode."""
    before = moment.before
    found = ""
    if before["therapy"] == Therapy.PAUSED:
        found += f", therapy paused for {days_long(moment.day - moment.therapy_since)}"
    if before["episode"] in (Episode.DUE, Episode.REFERRED):
        found += ", before the consultation"
    elif before["episode"] in (Episode.WAITING, Episode.PREPARING):
        found += f", waiting for {moment.planned}"
    elif before["episode"] == Episode.TREATING and moment.event != "course_ended":
        found += f", during {moment.planned}"
    return found


def gives_way(moment: Moment) -> str:
    """The plan that an emergency takes the place of."""
    before, after = moment.before, moment.after
    if moment.event in CARE_EVENTS or after["episode"] != Episode.DUE:
        return ""
    if before["episode"] in (Episode.NONE, Episode.DUE):
        return ""
    if before["episode"] == Episode.REFERRED:
        return "; the earlier referral gives way"
    return f"; {moment.planned} gives way"


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
