r"""What the days of a life are worth, and what its care costs: sums from the origin of outcomes on.

A day has the utility

.. math:: u(p)\, \min(w, e)\, (1 - l),

of the worst pain :math:`p` of the spine or other bone, linear between ratings, times one factor:
that of how the person walks, :math:`w`, or that of the performance status which the cancer itself
leaves, :math:`e`. Never both: walking counts where it is affected, unless the cancer has the person
in a worse state anyway. A course costs the share :math:`l` for some days. The dead have none. All
of these change only at events, so that quality-adjusted days are exact sums of intervals; the later
ones are discounted, in closed form: from :math:`a` to :math:`b` days after the origin at the rate
:math:`r` a day, :math:`u\,(e^{-ra} - e^{-rb})/r`.

Drugs cost by the day, courses and stays on the day that they begin, the last month on the day of
death. Nothing of it changes the life.
"""

from __future__ import annotations

from sim.evidence.elementary import exp, expm1
from sim.life.compiled import Record, compiled
from sim.life.walking import level_of_walking


@compiled
def discounted_days(person: Record, since: float, until: float) -> float:
    """Days from one to another that lie after the origin of outcomes, later ones worth less.

    None of those that begin at the horizon or later: sums are looked at up to it.
    """
    start = max(since, person.origin_day)
    if until <= start or start >= person.horizon_day:
        return 0.0
    rate = person.discount_per_day
    if rate == 0.0:
        return until - start
    return exp(-rate * (start - person.origin_day)) * -expm1(rate * (start - until)) / rate


@compiled
def worth_today(person: Record) -> float:
    """What a dollar spent today was worth at the origin of outcomes; nothing before it."""
    if person.now < person.origin_day:
        return 0.0
    return exp(-person.discount_per_day * (person.now - person.origin_day))


@compiled
def utility(person: Record, world: Record) -> float:
    """Utility of the state that the person is in, courses apart."""
    pain = max(person.pain, person.bone_pain)
    below = min(int(pain), world.utility_at_rating.size - 2)
    at_rating = world.utility_at_rating
    of_pain = at_rating[below] + (pain - below) * (at_rating[below + 1] - at_rating[below])
    of_state = world.utility_of_performance[person.disease_performance]
    return min(of_pain * min(of_state, world.utility_of_walking[level_of_walking(person)]), 1.0)


@compiled
def add_up_worth(person: Record, world: Record) -> None:
    """Add the days since the last change of what they are worth, before that changes again."""
    since = person.worth_since
    person.worth_since = person.now
    add_worth(person, person, world, since, person.now)


@compiled
def add_worth(person: Record, sums: Record, world: Record, since: float, until: float) -> None:
    """Add days with utility and analgesia as they are to sums: the person's, or a snapshot of them.

    Those before the origin of outcomes are left out, and those that begin at the horizon or later.
    """
    since = max(since, person.origin_day)
    if until <= since or since >= person.horizon_day:
        return
    of_day = utility(person, world)
    days = discounted_days(person, since, until)
    sums.utility_days += of_day * (until - since)
    sums.discounted_utility_days += of_day * days
    sums.drug_cost += world.analgesia_price_per_day[person.analgesia] * days
    recovered_day = min(until, person.recovered_day)
    if recovered_day > since:
        lost = of_day * person.recovery_loss
        sums.utility_days -= lost * (recovered_day - since)
        sums.discounted_utility_days -= lost * discounted_days(person, since, recovered_day)


@compiled
def bear_course(person: Record, world: Record, treatment: Record, emergency: bool) -> None:
    """Pay for a course that begins, and for its stay; from today on it costs utility for a while.

    An emergency that is not operated on is admitted too.
    """
    add_up_worth(person, world)
    if person.recovered_day <= person.now:
        person.recovery_loss = 0.0
    person.recovery_loss = max(person.recovery_loss, treatment.utility_loss)
    person.recovered_day = max(person.recovered_day, person.now + treatment.utility_loss_days)
    stay_days = treatment.stay_days
    if emergency and treatment.surgery == 0:
        stay_days += world.emergency_stay_days
    worth = worth_today(person)
    person.course_cost += treatment.price * worth
    person.stay_cost += stay_days * world.stay_price_per_day * worth


@compiled
def pay_complication(person: Record, world: Record) -> None:
    """Pay for the days in hospital that a complication takes."""
    days = world.complication_stay_days
    person.stay_cost += days * world.stay_price_per_day * worth_today(person)


@compiled
def pay_last_month(person: Record, world: Record) -> None:
    """Pay for the end of a life, on its last day."""
    person.end_of_life_cost += world.end_of_life_price * worth_today(person)
