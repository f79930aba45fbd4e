"""What must hold for every life, whatever the parameters: hypothesis tries random ones.

Room: life.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Population, Scenario
from sim.counting.event_log import EventLog
from sim.evidence.instruments import PERFORMANCES
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import (
    MARROW_PRIMARIES,
    MOST_LINES,
    N_LEVELS,
    PRIMARIES,
    Death,
    Stage,
)
from sim.inputs.catalog import NO_CARE
from sim.inputs.plan import Plan
from sim.life.events import FIRST_CARE_EVENT, N_CLOCKS, Event
from sim.life.hazards import NEVER
from sim.life.records import FIRST_BONE
from tests.simplified import (
    SEVERAL,
    Parameters,
    Records,
    detected_days,
    full,
    live_everybody,
    seeded_days,
    strategies_of,
)

SHARE = st.floats(0.0, 1.0)
RATE = st.just(0.0) | st.floats(1e-6, 0.03)
RATIO = st.floats(0.2, 8.0)

CANCER_FIELDS: dict[str, st.SearchStrategy[float]] = {
    "incurable_share": SHARE,
    "incurable_scale_days": st.floats(1.0, 1e4),
    "incurable_shape": st.floats(0.5, 3.0),
    "distant_spread_share": SHARE,
    "death_rate_per_day": RATE,
    "death_ratio_distant_at_diagnosis": RATIO,
    "performance_scale": RATIO,
    "visceral_share": SHARE,
    "visceral_death_ratio": RATIO,
    "frailty_sigma": st.floats(0.0, 2.0),
    "other_death_ratio": st.floats(0.5, 2.5),
    "survival_trend": st.floats(-0.05, 0.05),
    "skeleton_hit_share": SHARE,
    "skeleton_hit_share_at_diagnosis": SHARE,
    "skeletal_seeding_rate_per_day": RATE,
    "lesion_tempo": RATIO,
    "epidural_tempo": RATIO,
    "lytic_share": st.floats(0.0, 0.5),
    "mixed_share": st.floats(0.0, 0.5),
    "therapy_share": SHARE,
    "therapy_next_line_share": SHARE,
    "therapy_line_mean_days": st.floats(1.0, 500.0),
    "therapy_response_share": SHARE,
}
WORLD_FIELDS: dict[str, st.SearchStrategy[float]] = {
    "survival_trend_before": st.floats(-0.05, 0.05),
    "performance_decline_ratio": RATIO,
    "performance_death_ratio": RATIO,
    "performance_recovery_rate_per_day": RATE,
    "responding_decline_ratio": SHARE,
    "fracture_performance_share": SHARE,
    "decline_pain_share": SHARE,
    "progress_relapse_days": st.floats(0.0, 1_000.0),
    "decline_image_share": SHARE,
    "remission_mean_days": st.floats(1.0, 500.0),
    "remission_heals_mean_days": st.floats(0.0, 500.0),
    "frailty_seeding_power": st.floats(0.0, 1.5),
    "frailty_lesion_power": st.floats(0.0, 1.5),
    "spine_hit_share": SHARE,
    "spinal_seeding_rate_per_day": RATE,
    "level_seeding_rate_per_day": RATE,
    "level_clustering": st.floats(0.0, 3.0),
    "level_contiguous_rate_per_day": RATE,
    "lead_time_mean_days": st.floats(0.0, 3_000.0),
    "staging_sensitivity": SHARE,
    "surveillance_rate_per_day": st.just(0.0) | st.floats(1e-6, 0.01),
    "spine_seen_share": SHARE,
    "lesion_sensitivity": SHARE,
    "recorded_at_once_share": SHARE,
    "recording_delay_mean_days": st.floats(0.0, 2_000.0),
    "outside_seeding_rate_per_day": RATE,
    "outside_soft_tissue_share": st.floats(0.0, 0.5),
    "outside_extramedullary_share": st.floats(0.0, 0.5),
    "fill_median_days": st.floats(1.0, 3_000.0),
    "fill_sd_log": st.floats(0.0, 1.5),
    "vertebral_fracture_rate_per_day": RATE,
    "instability_rate_per_day": RATE,
    "collapse_over_half_share": SHARE,
    "silent_collapse_rate_per_day": RATE,
    "painful_collapse_ratio": RATIO,
    "unstable_collapse_ratio": RATIO,
    "collapse_progression_ratio": RATIO,
    "restabilized_collapse_ratio": RATIO,
    "restabilizes_mean_days": st.floats(0.0, 500.0),
    "fracture_settles_mean_days": st.floats(0.0, 300.0),
    "epidural_rate_per_day": RATE,
    "deficit_rate_per_day": RATE,
    "deficit_begun_ratio": RATIO,
    "sensation_loss_ratio": RATIO,
    "sphincter_loss_ratio": RATIO,
    "last_loss_ratio": SHARE,
    "cord_freed_days": st.floats(0.0, 100.0),
    "epidural_growth_power": st.floats(0.0, 2.0),
    "root_rate_per_day": RATE,
    "root_posterolateral_ratio": RATIO,
    "root_epidural_ratio": RATIO,
    "root_numb_share": SHARE,
    "regain_sensation_share": SHARE,
    "regain_sphincters_share": SHARE,
    "regain_with_help_share": SHARE,
    "cord_diagnosis_mean_days": st.floats(0.0, 100.0),
    "pain_onset_rate_per_day": RATE,
    "pain_escalation_rate_per_day": RATE,
    "pain_subsides_rate_per_day": RATE,
    "epidural_pain_share": SHARE,
    "analgesia_step_mean_days": st.floats(0.0, 100.0),
    "opioid_titration_mean_days": st.floats(0.0, 30.0),
    "opioid_not_answering_share": SHARE,
    "opioid_intolerance_share": SHARE,
    "undertreated_share": SHARE,
    "opioid_dose_step_tolerated_share": SHARE,
    "pain_variation_sd_log": st.floats(0.0, 1.0),
    "pain_variation_mean_days": st.floats(2.0, 300.0),
    "pain_work_up_rate_per_day": RATE,
    "severe_pain_work_up_ratio": RATIO,
    "fracture_work_up_rate_per_day": RATE,
    "other_back_pain_image_share": SHARE,
    "therapy_start_mean_days": st.floats(0.0, 200.0),
    "therapy_gap_days": st.floats(0.0, 50.0),
    "toxicity_prone_share": SHARE,
    "toxicity_delay_per_cycle": SHARE,
    "therapy_performance_ratio": SHARE,
    "therapy_age_ratio": SHARE,
    "therapy_later_response_ratio": SHARE,
    "therapy_response_mean_days": st.floats(0.0, 200.0),
    "therapy_no_response_line_ratio": st.floats(0.05, 1.0),
    "response_tumor_ratio": SHARE,
    "response_shrinks_by": SHARE,
    "response_complete_ease_share": SHARE,
    "response_least_ease": SHARE,
    "bone_agent_start_mean_days": st.floats(0.0, 200.0),
    "bone_agent_collapse_ratio": RATIO,
}


@st.composite
def parameter_sets(draw: st.DrawFn) -> Parameters:
    """Any rates, shares and ratios, the same for all primaries but for the marrow."""
    cancers, worlds = full()
    for name, values in CANCER_FIELDS.items():
        cancers[name] = draw(values)
    for name, values in WORLD_FIELDS.items():
        worlds[name] = draw(values)
    shares = np.array([draw(st.floats(0.01, 1.0)) for _ in PERFORMANCES])
    worlds["performance_share"] = shares / shares.sum()
    worlds["performance_decline_ratio"][:, -1] = 0.0
    return cancers, worlds


def plan() -> Plan:
    return Population.united_states(2010).scaled(150).plan(2009, 2010, evidence().point)


def assert_sound(people: Records, log: EventLog) -> None:
    """Every life ends once, and everything in it comes in its order."""
    death = people["death_day"]
    assert (people["alive"] == 0).all()
    assert np.isfinite(death).all()
    assert (death >= 0.0).all()
    causes = (Death.CANCER, Death.OTHER, Death.PROCEDURE)
    assert np.isin(people["death_cause"], causes).all()
    # Events are listed person by person; each life ends with its only death.
    starts = np.flatnonzero(np.r_[True, log.person[1:] != log.person[:-1]])
    ends = np.r_[starts[1:], len(log.person)] - 1
    np.testing.assert_array_equal(log.person[starts], people["number"])
    died = np.isin(log.event, (Event.DEATH_CANCER, Event.DEATH_OTHER))
    # A death of a procedure comes with the end of its course.
    of_procedure = people["death_cause"] == Death.PROCEDURE
    np.testing.assert_array_equal(np.flatnonzero(died), ends[~of_procedure])
    assert (log.event[ends[of_procedure]] == Event.COURSE_ENDED).all()
    np.testing.assert_array_equal(log.day[ends], death)
    np.testing.assert_array_equal(
        log.event[ends] == Event.DEATH_CANCER, people["death_cause"] == Death.CANCER
    )
    within = np.setdiff1d(np.arange(1, len(log.day)), starts)
    assert (log.day[within] >= log.day[within - 1]).all()
    assert (log.day >= 0.0).all()


def assert_in_order(people: Records) -> None:
    """Causes precede their consequences, and nothing follows death."""
    for earlier, later in (
        ("skeletal_metastasis_day", "skeletal_detected_day"),
        ("spinal_metastasis_day", "spinal_detected_day"),
        ("skeletal_detected_day", "skeletal_recorded_day"),
        ("spinal_metastasis_day", "pain_onset_day"),
        ("spinal_metastasis_day", "first_fracture_day"),
        ("pain_onset_day", "first_fracture_day"),
        ("spinal_metastasis_day", "first_deficit_day"),
        ("first_deficit_day", "cord_compression_day"),
        ("skeletal_metastasis_day", "bone_pain_onset_day"),
        ("bone_pain_onset_day", "first_bone_fracture_day"),
        ("skeletal_detected_day", "first_bone_radiotherapy_day"),
        ("first_bone_fracture_day", "first_bone_surgery_day"),
    ):
        # A loss of function that the cancer is found by lies before its diagnosis.
        assert (people[earlier] <= np.maximum(people[later], 0.0)).all(), (earlier, later)
        assert (people[earlier][people[later] < NEVER] < NEVER).all()
        happened = people[later] < NEVER
        assert (people[later][happened] <= people["death_day"][happened]).all(), later
    # What has spread is incurable, or distant at diagnosis and cured, and then it rests.
    spread = people[people["dissemination_day"] < NEVER]
    cured = spread["incurable_day"] == NEVER
    assert (spread["incurable_day"] <= spread["dissemination_day"])[~cured].all()
    assert (spread["stage"] == Stage.DISTANT)[cured].all()
    assert (spread["dissemination_day"] == 0.0)[cured].all()
    assert (spread["remission"] == 1)[cured & (spread["death_day"] > 1e5)].all()
    assert (people["visceral"] <= (people["dissemination_day"] < NEVER)).all()
    # Only lesions of the vertebrae belong to the skeleton.
    vertebral = people[(people["n_levels"] > 0) & (people["n_spinal"] == people["n_levels"])]
    for what in ("metastasis_day", "detected_day"):
        assert (vertebral[f"skeletal_{what}"] <= vertebral[f"spinal_{what}"]).all()
    assert (people["skeletal_metastasis_day"][people["n_levels"] > 0] < NEVER).all()
    marrow = np.isin(people["primary"], [PRIMARIES.index(p) for p in MARROW_PRIMARIES])
    solid = people[~marrow]
    assert (solid["dissemination_day"] <= solid["skeletal_metastasis_day"]).all()
    assert (people["dissemination_day"][marrow] == NEVER).all()
    of_cancer = people["death_cause"] == Death.CANCER
    assert (people["incurable_day"] <= people["death_day"])[of_cancer].all()


def assert_levels_conserved(people: Records, log: EventLog) -> None:
    """As many levels as were seeded; found only once seeded; none without a spinal metastasis."""
    spinal = people["spinal_metastasis_day"] < NEVER
    np.testing.assert_array_equal(spinal, people["n_spinal"] > 0)
    assert (people["n_levels"][~spinal] == 0).all()
    assert (people["spinal_detected_day"][~spinal] == NEVER).all()
    involved = people[spinal]
    seeded = seeded_days(involved)
    levels = seeded[:, :N_LEVELS]
    np.testing.assert_array_equal(involved["n_levels"], (levels < NEVER).sum(axis=1))
    np.testing.assert_array_equal(involved["n_lesions"], (seeded < NEVER).sum(axis=1))
    of_spine = seeded[:, :FIRST_BONE]
    np.testing.assert_array_equal(involved["n_spinal"], (of_spine < NEVER).sum(axis=1))
    first = of_spine.min(axis=1, initial=NEVER)
    np.testing.assert_array_equal(
        np.maximum(first, 0.0), involved["spinal_metastasis_day"].astype(float)
    )
    detected = detected_days(involved)
    found = detected < NEVER
    assert (np.maximum(seeded, 0.0)[found] <= detected[found]).all()
    assert (involved["n_levels_at_detection"] <= involved["n_levels"]).all()
    # What is found first may lie outside the vertebrae, before any level is seeded.
    vertebral = involved["n_spinal"] == involved["n_levels"]
    of_spine_found = found[:, :FIRST_BONE].any(axis=1)
    assert (involved["n_levels_at_detection"] >= of_spine_found)[vertebral].all()
    listed = np.isin(log.event, (Event.SPINAL_METASTASIS, Event.LEVEL_SEEDED))
    assert listed.sum() == people["n_levels"].sum()
    listed |= log.event == Event.OUTSIDE_SEEDED
    assert listed.sum() == people["n_spinal"].sum()
    listed |= log.event == Event.BONE_SEEDED
    assert listed.sum() == people["n_lesions"].sum()
    lesions = (log.event >= N_CLOCKS) & (log.event < FIRST_CARE_EVENT)
    assert ((log.level >= 0) >= (listed | lesions)).all()


def assert_sums_bounded(people: Records) -> None:
    """No state lasts longer than the life that it is part of."""
    alive = people["death_day"] * (1.0 + 1e-9) + 1e-6
    assert (people["severe_pain_days"] <= people["pain_days"]).all()
    assert (people["pain_area"] <= 10.0 * alive).all()
    first_day = np.minimum(people["spinal_metastasis_day"], people["skeletal_metastasis_day"])
    for days, since in (
        ("pain_days", people["spinal_metastasis_day"]),
        ("not_walking_days", first_day),
        ("with_help_days", people["spinal_metastasis_day"]),
        ("numb_days", people["spinal_metastasis_day"]),
        ("bone_pain_days", people["skeletal_metastasis_day"]),
        ("any_pain_days", first_day),
        ("opioid_days", first_day),
    ):
        assert (people[days] >= 0.0).all()
        assert (people[days] <= np.maximum(alive - since, 0.0)).all(), days
    longer = np.maximum(people["pain_days"], people["bone_pain_days"])
    assert (people["any_pain_days"] >= longer * (1.0 - 1e-9)).all()
    both = people["pain_days"] + people["bone_pain_days"]
    assert (people["any_pain_days"] <= both * (1.0 + 1e-9) + 1e-6).all()
    treated_days = people["days_on_therapy"] + people["toxicity_days"]
    treated_days += people["paused_days"].sum(axis=1) + people["bone_care_paused_days"]
    assert (treated_days <= np.maximum(alive - people["incurable_day"], 0.0)).all()
    # Therapy may be offered a second time, when skeletal metastasis is found.
    assert (people["therapy_line"] - people["therapy_offered_line"] <= MOST_LINES).all()
    assert (people["therapy_offered_line"] <= MOST_LINES).all()
    assert (people["n_toxicity_delays_over"] <= people["n_toxicity_delays"]).all()
    # The end of a line, or death, cuts a delay off.
    cut_off = people["n_toxicity_delays"] - people["n_toxicity_delays_over"]
    assert (cut_off <= people["therapy_line"]).all()
    assert ((people["performance"] >= 0) & (people["performance"] <= 4)).all()
    assert (people["performance"] >= people["disease_performance"]).all()
    assert ((people["performance"] >= 3) >= (people["frankel"] >= 2)).all()
    helped_or_not = people["not_walking_days"] + people["with_help_days"]
    assert (helped_or_not <= alive).all()
    assert (people["first_deficit_day"] < 0.0).sum() <= people["cord_presents"].sum()
    presents = people["cord_presents"] == 1
    assert (people["cord_compression_day"][presents] == 0.0).all()
    assert ((people["numb"] & people["numb_ever"]) == people["numb"]).all()
    assert ((people["numb_days"] > 0.0) <= (people["numb_ever"] > 0)).all()
    assert (people["n_courses_radicular"] <= people["n_courses"]).all()
    assert (people["n_radiotherapy"] <= people["n_courses"]).all()
    assert (people["n_fractures"] <= people["n_levels"]).all()
    np.testing.assert_array_equal(people["n_fractures"] > 0, people["first_fracture_day"] < NEVER)
    assert ((people["sins_at_detection"] >= 0) & (people["sins_at_detection"] <= 18)).all()


@given(
    parameters=parameter_sets(),
    name=st.sampled_from((NO_CARE, *SEVERAL)),
    seed=st.integers(0, 2**64 - 1),
)
def test_every_life_is_sound(parameters: Parameters, name: str, seed: int) -> None:
    people, log, tally = live_everybody(
        parameters, plan(), seed=seed, strategies=strategies_of(name)
    )
    assert_sound(people, log)
    assert_in_order(people)
    assert_levels_conserved(people, log)
    assert_sums_bounded(people)
    expected = np.array(people["fingerprint"].sum(dtype=np.uint64))
    assert tally.fingerprint == expected


@pytest.mark.parametrize("name", [NO_CARE, *SEVERAL])
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_every_life_of_the_full_model_is_sound(name: str, seed: int) -> None:
    whole = Population.united_states(2010).scaled(20_000).plan(2010, 2010, evidence().point)
    people, log, _ = live_everybody(full(), whole, seed=seed, strategies=strategies_of(name))
    assert (people["n_courses"] > 0).any() == (name != NO_CARE)
    assert_sound(people, log)
    assert_in_order(people)
    assert_levels_conserved(people, log)
    assert_sums_bounded(people)


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    """Options of a small scenario."""
    first = draw(st.integers(2010, 2025))
    return {
        "population": Population.united_states(draw(st.integers(2010, 2025))).scaled(
            draw(st.integers(1, 400))
        ),
        "years": (first, draw(st.integers(first, 2025))),
        "view": draw(st.sampled_from(["cohort", "calendar"])),
        "lookback_years": draw(st.integers(0, 60)),
        "replicates": draw(st.integers(1, 3)),
        "seed": draw(st.integers(0, 2**64 - 1)),
        "strategies": draw(st.sampled_from([NO_CARE, *SEVERAL])),
    }


@settings(max_examples=30)
@given(options=options())
def test_strata_of_any_scenario_add_up(options: dict[str, Any]) -> None:
    scenario = Scenario(name="any", **options)
    result = scenario.run(workers=1)
    first, last = scenario.years
    people = scenario.population.plan(first, last, evidence().point).people
    totals = (
        result.case_counts.groupby(["replicate", "measure"])["count"].sum().unstack(fill_value=0)
    )
    assert len(totals) == scenario.replicates
    assert (totals["new_cancers"] == people).all()
    assert result.value("new_cancers") * (last - first + 1) == pytest.approx(people)
    if scenario.view == "cohort":
        causes = ("cancer_deaths", "other_deaths", "procedure_deaths")
        deaths = sum(totals.get(cause, 0) for cause in causes)
        assert (deaths == people).all()
        assert result.run["lives"] == people * scenario.replicates
    assert result.case_counts["year"].min() >= first
