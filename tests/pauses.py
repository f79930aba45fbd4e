"""Pauses of systemic therapy recomputed from the events of a life, from their definition.

A dose is due at the start of a line and every cycle after. It is withheld while a course is
prepared for or given, until the post-hold is over, and, where the pause was forced, from the
decision on; not in a class that the doctor does not hold around this course. A pause runs from the
first dose withheld to the next dose given. If its line ends by progression and another one follows,
it rests in the gap between the two, of which no day is paused; it goes on if the start of the next
line is withheld. It ends for good if an operation makes the last of the line. Care of bone outside
the spine withholds doses too: while its course is prepared for or given, and until its post-hold is
over. The days that it alone withholds are its own, and a pause that care of the spine never held is
all its own. Nothing here calls the model: it reads which event came when, the class of therapy, and
what was decided on: the treatment, and whose doses are withheld around it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.evidence.vocabulary import PAUSE_CAUSES, THERAPY_CLASSES, Therapy
from sim.life.events import EVENTS
from tests.simplified import Records

BONE = "care of other bone"
CAUSES = ("course", "pre_hold", "post_hold", BONE, "wait", "alignment")
"""Causes in the order in which the first that holds takes the day; a wait that forced the pause
comes before care of other bone."""
DOSES = ("dose_given", "therapy_paused", "therapy_resumed")
ACTED_ON = {
    *("referred", "care_decided", "prepared_for_course", "course_begun", "course_ended"),
    *("bone_course_prepared", "bone_course_begun", "bone_course_ended"),
    *("therapy_started", "therapy_line_ended", "toxicity_delay", "toxicity_delay_over"),
}
"""Events that change what a course of therapy is."""
FOLLOWED = (
    *("alive", "therapy", "therapy_class", "episode_treatment", "n_complications"),
    *("bone_treatment", "episode_holds", "bone_holds"),
)
"""Fields of a person that are read after an event."""
STOPPED = int(Therapy.STOPPED)
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Moment:
    """What is read of a person right after an event."""

    day: float
    event: str
    therapy_class: int
    stopped: bool
    treatment: int
    forced: bool
    n_complications: int
    bone_treatment: int = 0
    holds: int = 0
    bone_holds: int = 0


@dataclass
class Pause:
    """One pause: from when to when, where it rested, what ended it, and its days by cause.

    It is the spine's once its care withheld a dose or had a day of it.
    """

    start: float
    of_spine: bool = False
    end: float = math.inf
    resumed: bool = False
    stopped_by: str = ""
    rests: list[tuple[float, float]] = field(default_factory=list)
    days: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CAUSES, 0.0))

    def by_code(self) -> list[float]:
        """Days in the order of the codes of causes, those of the spine."""
        return [self.days[cause] * self.of_spine for cause in PAUSE_CAUSES]

    @property
    def bone_days(self) -> float:
        """Days that are those of care of other bone."""
        return self.days[BONE] if self.of_spine else sum(self.days.values())

    @property
    def spine_days(self) -> float:
        """Days that are those of care of the spine."""
        return sum(self.by_code())

    def paused_within(self, start: float, end: float) -> float:
        """Paused days of an interval: those of the pause less those in which it rested."""
        rested = sum(max(min(b, end) - max(a, start), 0.0) for a, b in self.rests)
        return max(min(self.end, end) - max(self.start, start), 0.0) - rested

    @property
    def length(self) -> float:
        """Paused days from start to end."""
        return self.paused_within(self.start, self.end)


def followed(person: np.void) -> tuple[int, ...]:
    """What is read of a person after an event."""
    return tuple(int(person[name]) for name in FOLLOWED)


def moment_of(
    person: np.void, known: tuple[int, ...], pain_threshold: float = 7.0
) -> Moment | None:
    """What there is to read after an event if a course acts on it, or it is death.

    And after any other event, but those of doses, at which something that is read has changed;
    of the rest, which are most, nothing would come of it.

    Parameters
    ----------
    person
        As they are since the event.
    known : tuple of int
        `followed` of them at the moment before.
    pain_threshold : float
        Pain that forces a pause at the decision; a deficit does too.
    """
    event = EVENTS[int(person["event"])]
    if event not in ACTED_ON and (event in DOSES or followed(person) == known):
        return None
    return Moment(
        float(person["now"]),
        event,
        int(person["therapy_class"]),
        bool(person["therapy"] == STOPPED),
        int(person["episode_treatment"]),
        bool(person["pain"] >= pain_threshold or person["frankel"] > 0),
        int(person["n_complications"]),
        int(person["bone_treatment"]),
        int(person["episode_holds"]),
        int(person["bone_holds"]),
    )


def moments_of(
    life: Iterator[tuple[np.void, float, int]], pain_threshold: float = 7.0
) -> list[Moment]:
    """What there is to read after the events of a replayed life."""
    found: list[Moment] = []
    known: tuple[int, ...] | None = None
    for person, _, _ in life:
        if known is None:
            known = followed(person)
            continue
        moment = moment_of(person, known, pain_threshold)
        if moment is not None:
            found.append(moment)
            known = followed(person)
    return found


def before(day: float, until: float) -> bool:
    """Whether a day is before another one, of which both are sums: not if they are the same."""
    return day < until - 1e-9


def by_class(bits: int) -> Any:
    """Whether each class of therapy is held, from the bits."""
    return np.array([bits >> c & 1 for c in range(len(THERAPY_CLASSES))], float)


class Course:
    """A person's systemic therapy beside palliative care, event by event."""

    def __init__(self, treatments: Records, withhold: list[bool], cycle_days: list[float]) -> None:
        self.treatments, self.withhold, self.cycle_days = treatments, withhold, cycle_days
        self.phase, self.bone_phase, self.forced = "none", "none", False
        self.hold_until = np.zeros(len(THERAPY_CLASSES))
        self.bone_hold_until = np.zeros(len(THERAPY_CLASSES))
        self.n_complications = 0
        self.holds, self.bone_holds = 0, 0
        self.line_start: float | None = None
        self.delayed, self.start_held = False, False
        self.gap_since: float | None = None
        self.therapy_class = 0
        self.pauses: list[Pause] = []

    @property
    def paused(self) -> bool:
        """Whether a pause is under way."""
        return bool(self.pauses) and self.pauses[-1].end == math.inf

    @property
    def rests(self) -> bool:
        """Whether the pause under way rests in the gap between two lines."""
        return self.paused and self.gap_since is not None

    def around_course(self) -> str:
        """The phase of a course of the spine, if doses of the class are withheld around it."""
        mine = self.phase in ("preparing", "treating") and self.holds >> self.therapy_class & 1
        return self.phase if mine else "none"

    def bone_held(self) -> bool:
        """Whether the phase of care of other bone withholds doses."""
        return self.bone_phase != "none" and bool(self.bone_holds >> self.therapy_class & 1)

    def held(self) -> bool:
        """Whether the phase of care withholds doses."""
        waits = self.phase == "waiting" and self.forced
        return waits or self.around_course() != "none"

    def withheld(self, day: float) -> bool:
        """Whether a dose due on a day is withheld."""
        bone = before(day, self.bone_hold_until[self.therapy_class]) or self.bone_held()
        return self.withhold[self.therapy_class] and (self.held_by_spine(day) or bone)

    def held_by_spine(self, day: float) -> bool:
        """Whether care of the spine stands against a dose on a day."""
        return bool(self.held() or before(day, self.hold_until[self.therapy_class]))

    def pause(self, day: float) -> None:
        """Begin a pause."""
        self.pauses.append(Pause(day, of_spine=self.held_by_spine(day)))

    def slots(self, start: float, end: float) -> Iterator[float]:
        """Days of doses of the open line within an interval."""
        if self.line_start is None or self.delayed:
            return
        cycle = self.cycle_days[self.therapy_class]
        number = max(math.ceil((start - self.line_start) / cycle - 1e-9), 0)
        while self.line_start + number * cycle < end - _ROUNDING:
            yield self.line_start + number * cycle
            number += 1

    def resume(self, day: float) -> None:
        """End the pause with a dose."""
        self.pauses[-1].end, self.pauses[-1].resumed = day, True

    def stop(self, day: float, reason: str) -> None:
        """End the pause for good."""
        self.pauses[-1].end, self.pauses[-1].stopped_by = day, reason

    def end_gap(self, day: float) -> None:
        """End the gap before a line, and with it the rest of a pause."""
        if self.paused and self.gap_since is not None:
            self.pauses[-1].rests.append((self.gap_since, day))
        self.gap_since = None

    def pass_time(self, start: float, end: float) -> None:
        """Let the doses of an interval without events fall due, and give paused days causes."""
        since = start
        for slot in self.slots(start, end):
            if not self.paused and self.withheld(slot):
                self.pause(slot)
                since = slot
            elif self.paused and not self.withheld(slot):
                self.give_causes(since, slot)
                self.resume(slot)
        if self.start_held and end - start > 2.0 * _ROUNDING:
            assert self.withheld(max(end - _ROUNDING, start)), "a start was put off for nothing"
        if self.paused and not self.rests:
            self.give_causes(max(since, self.pauses[-1].start), end)

    def give_causes(self, start: float, end: float) -> None:
        """Give the days of a part of a pause to the first cause that holds."""
        pause = self.pauses[-1]
        days = pause.days
        pause.of_spine |= end > start and self.held_by_spine(start)
        if self.around_course() == "treating":
            days["course"] += end - start
        elif self.around_course() == "preparing":
            days["pre_hold"] += end - start
        else:
            after = min(max(self.hold_until[self.therapy_class], start), end)
            days["post_hold"] += after - start
            until = after
            if not self.held():
                until = min(max(self.bone_hold_until[self.therapy_class], after), end)
                until = end if self.bone_held() else until
            days[BONE] += until - after
            days["wait" if self.phase == "waiting" else "alignment"] += end - until

    def apply(self, moment: Moment) -> None:
        """Change what an event of care or therapy changes."""
        self.apply_to_care(moment)
        day = moment.day
        self.therapy_class = moment.therapy_class
        if moment.event == "therapy_started":
            self.end_gap(day)
            self.start_held = self.withheld(day)
            if self.start_held and not self.paused:
                self.pause(day)
            elif self.start_held:
                self.pauses[-1].of_spine |= self.held_by_spine(day)
            elif not self.start_held:
                if self.paused:
                    self.resume(day)
                self.line_start = day
        elif moment.event == "toxicity_delay":
            # A delay withholds a dose of the line, but never the one that ends a pause.
            assert self.line_start is not None, "a dose was delayed without a line"
            cycles = (day - self.line_start) / self.cycle_days[self.therapy_class]
            assert abs(cycles - round(cycles)) < _ROUNDING, "a delay without a dose due"
            assert not self.paused, "a delay withheld the dose that ends a pause"
            self.delayed = True
        elif moment.event == "toxicity_delay_over":
            self.delayed, self.line_start = False, day
            if self.withheld(day):
                self.pause(day)
        elif moment.event == "therapy_line_ended":
            self.line_start, self.delayed = None, False
            if not moment.stopped:
                self.gap_since = day
            elif self.paused:
                self.stop(day, "progression")

    def apply_to_care(self, moment: Moment) -> None:
        """Change the phase of the episode, of the spine or of other bone."""
        if moment.event == "bone_course_prepared":
            self.bone_phase = "preparing"
        elif moment.event == "bone_course_begun":
            self.bone_phase = "treating"
        elif moment.event == "bone_course_ended":
            self.bone_phase = "none"
            post_hold = self.treatments[moment.bone_treatment]["post_hold_days"]
            until = moment.day + by_class(self.bone_holds) * post_hold
            self.bone_hold_until = np.maximum(self.bone_hold_until, until)
        if moment.event == "referred":
            self.phase = "referred"
        elif moment.event == "care_decided":
            self.phase = "waiting" if moment.treatment > 0 else "none"
            self.forced = moment.forced
        elif moment.event == "prepared_for_course":
            self.phase = "preparing"
        elif moment.event == "course_begun":
            self.phase = "treating"
        elif moment.event == "course_ended":
            self.phase = "none"
            treatment = self.treatments[moment.treatment]
            until = moment.day + by_class(self.holds) * treatment["post_hold_days"]
            if moment.n_complications > self.n_complications:
                until = until + treatment["complication_days"]
            self.hold_until = np.maximum(self.hold_until, until)
        self.n_complications = moment.n_complications
        self.holds, self.bone_holds = moment.holds, moment.bone_holds
        if moment.event == "course_ended" and moment.stopped:
            self.line_start, self.delayed, self.start_held = None, False, False
            if self.paused:
                self.end_gap(moment.day)
                self.stop(moment.day, "surgery")


def pauses_of(
    moments: list[Moment], treatments: Records, withhold: list[bool], cycle_days: list[float]
) -> list[Pause]:
    """Every pause of a life; see the definition above."""
    course = Course(treatments, withhold, cycle_days)
    now = 0.0
    for moment in moments:
        course.pass_time(now, moment.day)
        course.apply(moment)
        now = moment.day
    if course.paused:
        course.end_gap(now)
        course.stop(now, "death")
    return course.pauses
