"""One check of what sets no parameter: the radiotherapy-naive curve of OPuS One.

Levy et al. treated painful lytic metastases, mostly of the spine, with radiofrequency ablation and
cement; 166 of 206 people had had no radiotherapy there. Their worst pain is beside that of the
model's people who would have been enrolled, weighted to the same mean pain at entry.
"""

from __future__ import annotations

from sim.evidence.pain_courses import pain_courses
from sim.evidence.reader import evidence
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import ASSESSMENT_WORDS
from sim.fitting.trial_course import Criteria, TrialCourse, trial_course
from sim.tables.layout import table_text

CURVE = "opus_rtnaive_worst"
OPUS_TREATMENT = "rfa_cement"

AGREES_WITHIN = 1.0
"""Points: half of a difference that matters to people (mid_bpi_worst is 2)."""

Verdict = tuple[float, float, float, bool]
"""Day, published mean, mean of the model, and whether they agree."""


def opus_one() -> Criteria:
    """Whom OPuS One enrolled: the treatment's least pain, thoracic and lumbar levels."""
    entry = next(point for point in pain_courses() if point.id == f"{CURVE}_baseline")
    return Criteria(
        treatment=OPUS_TREATMENT,
        least_pain=known_treatments()[OPUS_TREATMENT].eligibility["least_pain"],
        regions="TL",
        mean_pain=entry.value,
        answer_share=evidence().point["trial_answer_share", OPUS_TREATMENT],
    )


def consistency(people: int = 200_000) -> tuple[TrialCourse, list[Verdict]]:
    """The model's course, and how it compares on each day."""
    course = trial_course(opus_one(), people)
    published = {point.days: point.value for point in pain_courses() if point.id.startswith(CURVE)}
    rows = []
    for day, mean in zip(course.days, course.mean, strict=True):
        value = published[day]
        rows.append((day, value, float(mean), abs(float(mean) - value) <= AGREES_WITHIN))
    return course, rows


def consistency_text(people: int = 200_000) -> str:
    """The check as a table: published, model, verdict."""
    course, rows = consistency(people)
    lines = [
        "Worst pain after radiofrequency ablation with cement, no radiotherapy there before",
        "(OPuS One, levy2021_cio; 166 people, pain at entry 7.8, SD 1.7; it sets no parameter).",
        f"Model: {course.people:,} people who would have been enrolled, weighted to "
        f"{course.baseline_mean:.1f} at entry (SD {course.baseline_sd:.1f}).",
        "",
    ]
    header = ("after", "published", "model", "difference", "verdict (within 1 point)")
    cells = [
        (name, value, mean, f"{mean - value:+.1f}", "agrees" if agrees else "misses")
        for name, (_, value, mean, agrees) in zip(ASSESSMENT_WORDS, rows, strict=True)
    ]
    return "\n".join([*lines, table_text(header, cells, left=(0, 4))])
