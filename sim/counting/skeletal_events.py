"""Measures of bone outside the spine, and of skeletal-related events of the whole skeleton."""

from __future__ import annotations

from sim.counting.cohort import Cohort
from sim.counting.measure import Measure, Section
from sim.counting.observed import Observed, mean_days, percent, share
from sim.evidence.arrays import Array
from sim.evidence.vocabulary import BONE_SITES

_DETECTED = "Of people with detected skeletal metastasis, those"
_TYPES = {
    "radiotherapy": ("radiotherapy of bone", ("spine", "other_bone")),
    "fracture": ("a symptomatic pathological fracture", ("spine", "other_bone")),
    "surgery": ("surgery of bone", ("spine", "other_bone")),
    "cord_compression": ("cord compression", ()),
}
"""Types of skeletal-related event: in words, and the sites that are told apart."""
_SITES = {"spine": "of the spine", "other_bone": "outside the spine"}


def _of_detected(
    name: str, definition: str, part: Cohort, section: Section | None = None
) -> Measure[Observed]:
    """A share of people with detected skeletal metastasis."""
    estimate = share(part, Cohort.SKELETAL_DETECTED)
    return Measure(name, "percent", definition, estimate, section=section)


def _events_per_person(seen: Observed) -> Array:
    """Events over people with detected skeletal metastasis."""
    return percent(seen.people(Cohort.EVENTS), seen.people(Cohort.SKELETAL_DETECTED)) / 100.0


def _spine_of_fractures(seen: Observed) -> Array:
    """Fractures of the spine, of those of the spine, the hip and the long bones."""
    spine = seen.people(Cohort.FRACTURES_SPINE)
    return percent(spine, spine + seen.people(Cohort.FRACTURES_HIP_AND_LONG_BONES))


SHARES_OF_BONE = (
    _of_detected(
        "presented_through_bone",
        f"{_DETECTED} whose cancer was found through it: it hurt, was broken or had cost function.",
        Cohort.PRESENTED_THROUGH_BONE,
        Section.SKELETON,
    ),
    _of_detected(
        "presented_through_spine",
        f"{_DETECTED} whose cancer was found through a metastasis of the spine.",
        Cohort.PRESENTED_THROUGH_SPINE,
    ),
    *(
        _of_detected(
            f"{site}_of_detected",
            f"{_DETECTED} with a detected lesion of the {site.replace('_', ' ')}.",
            Cohort.labeled(f"{site}_detected"),
            Section.SKELETON,
        )
        for site in BONE_SITES
    ),
    _of_detected(
        "skeletal_related_event_of_detected",
        f"{_DETECTED} with radiotherapy or surgery of bone, a symptomatic pathological fracture or "
        "cord compression by death.",
        Cohort.EVENT,
        Section.SYMPTOMS,
    ),
    *(
        _of_detected(
            f"event_{kind}_of_detected",
            f"{_DETECTED} with {words} by death.",
            Cohort.labeled(f"event_{kind}"),
            Section.SYMPTOMS,
        )
        for kind, (words, _) in _TYPES.items()
    ),
    *(
        _of_detected(
            f"event_{kind}_{site}_of_detected",
            f"{_DETECTED} with {words} {_SITES[site]} by death.",
            Cohort.labeled(f"event_{kind}_{site}"),
        )
        for kind, (words, sites) in _TYPES.items()
        for site in sites
    ),
    Measure(
        "skeletal_related_events_per_person",
        "events",
        "Skeletal-related events per person with detected skeletal metastasis: courses of "
        "radiotherapy, fractures, operations, each counted, and cord compression once.",
        _events_per_person,
    ),
    Measure(
        "spine_share_of_fractures",
        "percent",
        "Of symptomatic pathological fractures of the spine, the pelvis and hip and the long "
        "bones, those of the spine.",
        _spine_of_fractures,
    ),
    Measure(
        "long_bone_fracture_of_detected",
        "percent",
        f"{_DETECTED} with a pathological fracture of a long bone by death.",
        share(Cohort.LONG_BONE_FRACTURE, Cohort.SKELETAL_DETECTED),
    ),
    Measure(
        "bone_radiotherapy_before_cancer_death",
        "percent",
        "Of cancer deaths, those with radiotherapy of bone begun in the last two years.",
        share(Cohort.CANCER_DEATHS_AFTER_BONE_RADIOTHERAPY, Cohort.CANCER_DEATHS),
        section=Section.SYMPTOMS,
    ),
    *(
        Measure(
            f"{days.label}_per_person",
            "days",
            f"Days with worst pain of 4 or more {where}, from diagnosis to death, per person with "
            "skeletal metastasis.",
            mean_days(days, Cohort.SKELETAL_METASTASIS),
            section=Section.SYMPTOMS,
            spread=True,
        )
        for days, where in (
            (Cohort.BONE_PAIN_DAYS, "from bone outside the spine"),
            (Cohort.ANY_PAIN_DAYS, "from the spine or other bone"),
        )
    ),
    Measure(
        "bone_care_pauses_per_person",
        "pauses",
        "Pauses of systemic therapy because of care of bone outside the spine alone, per person "
        "with detected skeletal metastasis.",
        lambda seen: (
            percent(seen.people(Cohort.BONE_CARE_PAUSES), seen.people(Cohort.SKELETAL_DETECTED))
            / 100.0
        ),
    ),
    Measure(
        "bone_care_pauses_resumed",
        "percent",
        "Of pauses of systemic therapy because of care of bone outside the spine alone, those that "
        "ended in a dose.",
        share(Cohort.BONE_CARE_RESUMED, Cohort.BONE_CARE_PAUSES),
    ),
    *(
        Measure(
            f"{days.label}_per_person",
            "days",
            f"Days of systemic therapy {what}, from diagnosis to death, per person with detected "
            "skeletal metastasis.",
            mean_days(days, Cohort.SKELETAL_DETECTED),
            spread=True,
        )
        for days, what in (
            (Cohort.BONE_CARE_PAUSED_DAYS, "withheld by care of bone outside the spine alone"),
            (Cohort.BONE_CARE_DELAY_DAYS, "so withheld in pauses that ended in a dose"),
        )
    ),
)
"""Measures of bone outside the spine and of skeletal-related events."""
