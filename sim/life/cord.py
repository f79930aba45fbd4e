"""The canal and the cord: epidural extension by Bilsky grade, and the function that it costs.

A compressed cord loses strength, sensation and the sphincters, each at a hazard of its own: one
clock stands for the three, and which of them it was is drawn by their shares. Frankel's grade
follows from what is lost.
"""

from __future__ import annotations

from sim.evidence.elementary import exp, log
from sim.evidence.instruments import (
    CANNOT_WALK,
    COMPLETE_LOSS,
    CORD_CONTACT,
    NO_MOVEMENT,
    NO_SENSATION,
    PERFORMANCE_LIMITED,
    WALKS_UP_TO,
    WORST_GRADE,
)
from sim.evidence.vocabulary import N_LEVELS, REGION_OF_LEVEL
from sim.life.compiled import Record, compiled
from sim.life.events import Event, Luck
from sim.life.function import update_function
from sim.life.hazards import NEVER
from sim.life.lesion import (
    change_lesion_rate,
    first_epidural_grade,
    live_less,
    start_lesion_clock,
    stop_lesion_clock,
    wind_ramp,
)
from sim.life.luck import budget, uniform, uniform_pair
from sim.life.pain import raise_pain
from sim.life.records import FIRST_BONE, N_GRADES, NO_LESION
from sim.life.root import rewind_roots

LOSSES_UNTIL_FREED = 64
"""Where the occurrences of losses begin after each time that the cord was freed."""
LOWER_SACRUM = N_LEVELS - 1
"""The level whose roots move nothing."""
NOT_LOSING, LOSING, CARED_FOR = 0, 1, 2
"""Since the cord was last free: no function lost, some, some and cared for as an emergency."""


@compiled
def canal_speed(cancer: Record, world: Record, lesion: Record) -> float:
    """Speed at which a lesion goes into the canal, by the primary and the region of the spine.

    It goes by the speed at which the lesion grows among those of its primary, whose own tempo in
    the canal is another: what fills the vertebra fast fills the canal fast.
    """
    region_ratio = world.region_ratio[REGION_OF_LEVEL[lesion.level]]
    slowness = log(lesion.fill_days * cancer.lesion_tempo / world.fill_median_days)
    speed = exp(-world.epidural_growth_power * slowness)
    return region_ratio * cancer.epidural_tempo * speed


@compiled
def epidural_rate(person: Record, world: Record, lesion: Record) -> float:
    """Hazard per day of the next Bilsky grade, at the speed of the lesion."""
    rate = world.epidural_rate_per_day[lesion.epidural_grade] * lesion.canal_speed
    return rate * lesion.canal_ratio * person.systemic_ratio


@compiled
def extension_wait(person: Record, lesion: Record) -> float:
    """The budget of the next grade; what grows again after treatment has luck of its own."""
    return budget(
        person, Luck.EPIDURAL, lesion.place, lesion.epidural_grade + N_GRADES * lesion.freed
    )


@compiled
def loss_rates(world: Record, lesion: Record) -> tuple[float, float, float]:
    """Hazards per day of losing a step of strength, one of sensation, and the sphincters.

    None where the cord is not in contact. The first loss is slow to come; those that follow are
    not, the last step of strength and of sensation excepted. The sphincters do not go first, and
    the roots of the lower sacrum move nothing.
    """
    if lesion.epidural_grade < CORD_CONTACT:
        return 0.0, 0.0, 0.0
    rate = world.deficit_rate_per_day[lesion.epidural_grade - CORD_CONTACT] * lesion.deficit_ratio
    begun = lesion.strength > 0 or lesion.sensation > 0
    if begun:
        rate *= world.deficit_begun_ratio
    strength = rate
    if lesion.strength == CANNOT_WALK:
        strength *= world.last_loss_ratio
    elif lesion.strength == NO_MOVEMENT or lesion.level == LOWER_SACRUM:
        strength = 0.0
    sensation = rate * world.sensation_loss_ratio
    if lesion.sensation == NO_SENSATION - 1:
        sensation *= world.last_loss_ratio
    elif lesion.sensation == NO_SENSATION:
        sensation = 0.0
    sphincters = 0.0
    if begun and lesion.sphincters == 0:
        sphincters = rate * world.sphincter_loss_ratio
    return strength, sensation, sphincters


@compiled
def deficit_rate(world: Record, lesion: Record) -> float:
    """Hazard per day of losing any function."""
    strength, sensation, sphincters = loss_rates(world, lesion)
    return strength + sensation + sphincters


@compiled
def extend_into_canal(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Go up one Bilsky grade; contact with the cord starts the loss of function.

    What fills the canal hurts, or hurts more, in a share. A treated tumor that has grown back to
    the cord is out of control.
    """
    lesion.epidural_grade += 1
    grade = lesion.epidural_grade
    if grade == CORD_CONTACT:
        lesion.canal_ratio = 1.0
    if grade < WORST_GRADE:
        wait = extension_wait(person, lesion)
        rate = epidural_rate(person, world, lesion)
        start_lesion_clock(person, lesion, Event.EPIDURAL_EXTENSION, wait, rate)
    else:
        stop_lesion_clock(lesion, Event.EPIDURAL_EXTENSION)
    rewind_roots(person, cancer, world, lesion)
    if grade < CORD_CONTACT:
        return
    if grade == CORD_CONTACT:
        start_losing(person, world, lesion)
    else:
        rate = deficit_rate(world, lesion)
        change_lesion_rate(person, lesion, Event.NEUROLOGIC_DEFICIT, rate)
        mark = uniform(person, Luck.EPIDURAL_PAIN, lesion.place, lesion.freed)
        hurts_fully = lesion.biological_pain >= lesion.pain_cap and lesion.biological_pain > 0.0
        if mark < world.epidural_pain_share and not hurts_fully:
            raise_pain(person, cancer, world, lesion)


@compiled
def loss_address(lesion: Record) -> int:
    """Where the luck of the next loss stands: what grows back to the cord has luck of its own."""
    return lesion.deficits + LOSSES_UNTIL_FREED * lesion.freed


@compiled
def start_losing(person: Record, world: Record, lesion: Record) -> None:
    """Start the clock of the next loss of function, each with luck of its own."""
    wait = budget(person, Luck.DEFICIT, lesion.place, loss_address(lesion))
    rate = deficit_rate(world, lesion)
    start_lesion_clock(person, lesion, Event.NEUROLOGIC_DEFICIT, wait, rate)


@compiled
def lose_function(person: Record, world: Record, lesion: Record) -> None:
    """Lose a step of strength, one of sensation, or the sphincters."""
    if lesion.losing == NOT_LOSING:
        begin_to_lose(person, world, lesion)
    if lesion.place == person.cord_treated_place and person.cord_freed_day <= person.now:
        person.cord_recurrence_day = min(person.cord_recurrence_day, person.now)
    strength, sensation, sphincters = loss_rates(world, lesion)
    _, mark = uniform_pair(person, Luck.DEFICIT, lesion.place, loss_address(lesion))
    lesion.deficits += 1
    which = mark * (strength + sensation + sphincters)
    if which < strength:
        lesion.strength += 1
    elif which < strength + sensation:
        person.event = Event.SENSATION_LOST
        lose_sensation(lesion)
    else:
        person.event = Event.SPHINCTERS_LOST
        lose_sphincters(lesion)
    grade_function(lesion)
    start_losing(person, world, lesion)
    update_function(person, world)


@compiled
def lose_sensation(lesion: Record) -> None:
    """Lose a step of sensation below the lesion."""
    lesion.sensation += 1


@compiled
def lose_sphincters(lesion: Record) -> None:
    """Lose the control of bladder and bowel."""
    lesion.sphincters = 1


@compiled
def begin_to_lose(person: Record, world: Record, lesion: Record) -> None:
    """Let the first loss of a lesion, or the first since it was freed, lead to a diagnosis.

    A loss that was due before the cancer was found is what it was found by. Nobody waits longer for
    that than for the diagnosis later: the lesion is then younger than was drawn.
    """
    lesion.losing = LOSING
    wait = budget(person, Luck.CORD_DIAGNOSIS, lesion.place, lesion.freed)
    wait_days = world.cord_diagnosis_mean_days * wait
    presents = lesion.behind_days > 0.0 and person.skeleton_at_diagnosis == 1
    if presents:
        person.cord_presents = 1
        live_less(lesion, max(lesion.behind_days - wait_days, 0.0))
    first_day = person.now - lesion.behind_days if presents else person.now
    diagnosed_day = person.now if presents else person.now + wait_days
    diagnosed_day = min(diagnosed_day, person.clock[Event.CORD_COMPRESSION_DIAGNOSED])
    person.clock[Event.CORD_COMPRESSION_DIAGNOSED] = diagnosed_day
    person.first_deficit_day = min(person.first_deficit_day, first_day)


@compiled
def grade_function(lesion: Record) -> None:
    """Give a lesion the Frankel grade of what is lost."""
    lost = lesion.strength + lesion.sensation + lesion.sphincters
    if lesion.strength < CANNOT_WALK:
        lesion.frankel = WALKS_UP_TO if lost > 0 else 0
    elif lesion.strength < NO_MOVEMENT:
        lesion.frankel = WALKS_UP_TO + 1
    else:
        lesion.frankel = COMPLETE_LOSS - (lesion.sensation < NO_SENSATION)


@compiled
def free_cord(person: Record, cancer: Record, world: Record, lesion: Record) -> None:
    """Let a treated tumor withdraw from the cord; it may grow back, as it is controlled.

    What protected the cord until now ends: grown back, it costs function like an untreated one.
    """
    stop_lesion_clock(lesion, Event.CORD_FREED)
    lesion.epidural_grade = CORD_CONTACT - 1
    lesion.freed += 1
    if lesion.place == person.cord_treated_place:
        person.cord_freed_day = min(person.cord_freed_day, person.now)
    lesion.losing = NOT_LOSING
    lesion.deficit_ratio = 1.0
    stop_lesion_clock(lesion, Event.NEUROLOGIC_DEFICIT)
    wait = extension_wait(person, lesion)
    rate = epidural_rate(person, world, lesion)
    if lesion.epidural_grade == first_epidural_grade(lesion):
        wind_ramp(person, lesion, Event.EPIDURAL_EXTENSION, wait, rate)
    else:
        start_lesion_clock(person, lesion, Event.EPIDURAL_EXTENSION, wait, rate)
    rewind_roots(person, cancer, world, lesion)


@compiled
def worst_cord_lesion(person: Record) -> int:
    """Place of the lesion of the spine that has cost the most function.

    Lesions that cost function and have not been cared for as an emergency come first.
    """
    worst = NO_LESION
    most = -1
    for i in range(person.n_lesions):
        lesion = person.lesions[person.lesion_at[i]]
        if lesion.place < FIRST_BONE:
            costs = lesion.frankel
            if lesion.losing == LOSING:
                costs += COMPLETE_LOSS + 1
            if costs > most:
                most = costs
                worst = lesion.place
    return worst


@compiled
def diagnose_cord_compression(person: Record, cancer: Record) -> int:
    """Diagnose cord compression, and give back the place of the lesion that causes it.

    It is an emergency each time; what it finds is kept of the first.
    """
    person.clock[Event.CORD_COMPRESSION_DIAGNOSED] = NEVER
    if person.now > person.last_cord_compression_day:
        person.last_cord_compression_day = person.now
        person.n_cord_compressions_before = person.n_cord_compressions
    person.n_cord_compressions += 1
    person.cord_cared_for = 0
    place = worst_cord_lesion(person)
    if person.n_cord_compressions == 1:
        keep_findings(person, cancer, person.lesions[place])
    return place


@compiled
def keep_findings(person: Record, cancer: Record, lesion: Record) -> None:
    """Keep what the first diagnosis of cord compression finds."""
    person.cord_compression_day = person.now
    person.cord_compression_frankel = person.frankel
    person.cord_compression_region = REGION_OF_LEVEL[lesion.level]
    person.cord_compression_strength = person.strength
    person.cord_compression_sensation = lesion.sensation
    person.cord_compression_sphincters = person.sphincters
    person.cord_compression_radicular = lesion.radicular
    person.cord_compression_painful = 1 if lesion.pain_day <= person.now else 0
    person.cord_compression_pain_days = NEVER
    if person.cord_compression_painful == 1:
        person.cord_compression_pain_days = person.now - lesion.pain_day
    person.cord_short_expectancy = 1 if expects_little(person, cancer) else 0


@compiled
def expects_little(person: Record, cancer: Record) -> bool:
    """Say whether a trial for people of short expectancy took people like this (maranzano2005).

    It did if the histology is unfavorable or, where it is favorable, with lost function or a poor
    performance.
    """
    return bool(
        cancer.radiosensitive == 0
        or person.frankel > WALKS_UP_TO
        or person.sphincters == 1
        or person.performance >= PERFORMANCE_LIMITED
    )
