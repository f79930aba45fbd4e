"""Back pain that is not a metastasis: osteoporotic collapse and other causes.

It sends people to imaging, which may find what is there, and is never counted as metastatic pain.
It is followed from when the cancer becomes incurable; before, there is nothing to be found.
"""

from __future__ import annotations

from sim.evidence.elementary import exp
from sim.evidence.vocabulary import DAYS_PER_YEAR
from sim.life.compiled import Record, compiled
from sim.life.detection import FOR_OTHER_PAIN, SPINE_IMAGED, image
from sim.life.events import Event, Luck
from sim.life.hazards import gompertz_time
from sim.life.luck import exponential, uniform, uniform_pair
from sim.life.records import NO_LESION


@compiled
def schedule_back_pain(person: Record, world: Record) -> None:
    """Set the clocks of the next osteoporotic collapse (rising with age) and other back pain."""
    collapse, other = uniform_pair(person, Luck.OTHER_BACK_PAIN, 0, person.n_other_back_pain)
    slope = world.osteoporotic_slope_per_year
    age = person.age_at_diagnosis + person.now / DAYS_PER_YEAR
    older = exp(slope * (age - world.osteoporotic_reference_age))
    rate = world.osteoporotic_rate_per_day[person.sex] * older
    wait_days = gompertz_time(exponential(collapse), rate, slope / DAYS_PER_YEAR)
    person.clock[Event.OSTEOPOROTIC_COLLAPSE] = person.now + wait_days
    wait_days = exponential(other) / world.other_back_pain_rate_per_day
    person.clock[Event.OTHER_BACK_PAIN] = person.now + wait_days


@compiled
def have_back_pain(person: Record, world: Record) -> None:
    """Have a new back pain that is no metastasis; in a share the spine is imaged for it."""
    person.n_other_back_pain += 1
    schedule_back_pain(person, world)
    mark = uniform(person, Luck.OTHER_BACK_PAIN_IMAGE, 0, person.n_other_back_pain)
    if mark < world.other_back_pain_image_share:
        image(person, world, NO_LESION, SPINE_IMAGED, FOR_OTHER_PAIN + person.n_other_back_pain)
