"""What the lesions of a spine leave of a person's walking, sensation and sphincters."""

from __future__ import annotations

from sim.evidence.instruments import NUMB_AT, NUMB_BELOW, WALKS_UP_TO
from sim.life.compiled import Record, compiled
from sim.life.hazards import NEVER
from sim.life.pain_days import add_up_symptoms
from sim.life.records import FIRST_BONE


@compiled
def update_function(person: Record, world: Record) -> None:
    """Derive the person's function from the lesions, after that of one changed.

    A root is numb where it is felt; a cord, or a cauda equina, that is pressed is numb in all areas
    from there on.
    """
    add_up_symptoms(person, world)
    strength = sphincters = frankel = numb = 0
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.place >= FIRST_BONE:
            continue
        strength = max(strength, lesion.strength)
        sphincters = max(sphincters, lesion.sphincters)
        frankel = max(frankel, lesion.frankel)
        if lesion.sensation > 0:
            numb |= NUMB_BELOW[lesion.level]
        elif lesion.root_numb == 1:
            numb |= NUMB_AT[lesion.level]
    person.strength = strength
    person.sphincters = sphincters
    person.frankel = frankel
    if person.cord_treated_day != NEVER:
        note_walking(person)
    person.numb = numb
    person.numb_ever |= numb


@compiled
def note_walking(person: Record) -> None:
    """Note when a person treated for cord compression first walks, and first does not any more."""
    if person.frankel <= WALKS_UP_TO:
        person.walks_again_day = min(person.walks_again_day, person.now)
    elif person.walks_again_day <= person.now:
        person.walking_lost_day = min(person.walking_lost_day, person.now)
