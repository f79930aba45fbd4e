"""What happened at one moment of a life, in one phrase."""

from __future__ import annotations

from sim.life.events import PHRASES
from sim.stories.care_words import TELLERS, cut_off, gives_way
from sim.stories.moment import Moment
from sim.stories.words import pain_grade, place, words, worst_of_all


def phrase_of(moment: Moment) -> str:
    """What happened, in one phrase; empty if there is nothing to tell.

    Of pain that varies, only that it becomes mild, moderate or severe.
    """
    if moment.event == "pain_varies":
        before, after = (pain_grade(worst_of_all(p)) for p in (moment.before, moment.after))
        if before == after:
            return ""
    teller = TELLERS.get(moment.event)
    told = teller(moment) if teller else PHRASES[moment.event].format(**event_words(moment))
    return told and told + gives_way(moment) + ("" if moment.after["alive"] else cut_off(moment))


def bone_treatment(moment: Moment) -> str:
    """What bone outside the spine is treated with; empty if nothing is planned."""
    if not moment.after["n_bone_episodes"]:
        return ""
    return moment.terms.label(int(moment.after["bone_treatment"]))


def event_words(moment: Moment) -> dict[str, str]:
    """What the phrase of an event is filled with."""
    seen = f"; seen: {', '.join(moment.seen)}" if moment.seen else ""
    shows = f"shows the skeleton{seen}" if moment.shows else "shows nothing new"
    if moment.event == "staging" and not moment.shows:
        shows = "misses the skeletal metastasis"
    if moment.after["presented"] != moment.before["presented"]:
        shows += "; the cancer has presented with it"
    seeded = (
        float(moment.after["lesions"]["seeded_day"][moment.lesion]) if moment.lesion >= 0 else 0.0
    )
    return words(moment.before, moment.after, moment.lesion) | {
        "place": place(moment.after, moment.lesion) if moment.lesion >= 0 else "",
        "bone_treatment": bone_treatment(moment),
        "seen": seen,
        "shows": shows,
        "imaged": f"; the spine is imaged{seen}" if seen else "",
        "earlier": f", {-seeded:.0f} days before diagnosis" if seeded < 0.0 else "",
    }
