"""Simplified parameter sets and populations, for which closed forms exist.

Nothing here depends on the values in the evidence: every field that matters is overridden.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from sim.counting.event_log import EventLog
from sim.counting.tally import Tally, Window
from sim.engine.lives import Block, Lives
from sim.engine.model import Model
from sim.engine.parameters import build_cancers, build_world
from sim.engine.policies import Strategies, build_strategies
from sim.engine.workers import live_segments
from sim.evidence.instruments import PERFORMANCES
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import AGES, DAYS_PER_YEAR, N_LEVELS, PRIMARIES, BoneSite, Stage
from sim.inputs.catalog import NO_CARE, strategy
from sim.inputs.plan import GROUP, Plan
from sim.inputs.strategies import Knobs, Strategy
from sim.inputs.treatment import Treatment
from sim.life.hazards import NEVER
from sim.life.world import ENTRY_CELL

Records = NDArray[np.void]
Parameters = tuple[Records, Records]

WINDOW = Window(2010, 1, 2010, 2010)
"""What tests count that do not say."""

STANDARD_ERRORS = 4.5
"""How far from the expected value a random test may fall."""

TAIL = float(2.0 * stats.norm.sf(STANDARD_ERRORS))
"""The same as a two-sided p-value, 6.8e-6."""
MOST_SINKS = int(evidence().point["silent_collapse_steps", "all"])
"""Steps in which a vertebra sinks silently until it is flat."""

SEVERAL = ("usual_care", "noms", "rfa_cement")
"""Strategies that tests of engines, order and conservation run under."""

ALL_IN_STATE_0 = np.eye(len(PERFORMANCES))[0]
"""Shares of the performance states when all are fully active."""

BREAST = PRIMARIES.index("breast")
MYELOMA = PRIMARIES.index("myeloma")


def full() -> Parameters:
    """Fresh records of the full model at the point estimate: cancers, worlds."""
    cancers, worlds = _at_the_point()
    return cancers.copy(), worlds.copy()


@cache
def _at_the_point() -> Parameters:
    values = evidence().point
    return build_cancers(values), build_world(values)


def simplified(other_deaths_per_year: float = 1e-9) -> Parameters:
    """Records in which nothing happens but death from other causes, at a constant hazard.

    Everybody is controlled forever but for disease that is distant at diagnosis, which is incurable
    and does not kill; nothing spreads, is seeded or found. Nobody is less than fully active by the
    cancer, and no line of therapy works. A test switches on what it is about. The hazard of other
    death must not be 0, or a life would not end.
    """
    cancers, worlds = full()
    for name, value in {
        "incurable_share": np.eye(len(Stage))[Stage.DISTANT],
        "incurable_scale_days": DAYS_PER_YEAR,
        "incurable_shape": 1.0,
        "distant_spread_share": 1.0,
        "death_rate_per_day": 0.0,
        "death_ratio_distant_at_diagnosis": 1.0,
        "performance_scale": 1.0,
        "visceral_share": 0.0,
        "visceral_death_ratio": 1.0,
        "frailty_sigma": 0.0,
        "survival_trend": 0.0,
        "other_death_ratio": 1.0,
        "skeleton_hit_share": 0.0,
        "skeleton_hit_share_at_diagnosis": 0.0,
        "skeletal_seeding_rate_per_day": 0.0,
        "lesion_tempo": 1.0,
        "epidural_tempo": 1.0,
        "lytic_share": 1.0,
        "bone_fracture_rate_per_day": 0.0,
        "mixed_share": 0.0,
        "therapy_share": 0.0,
        "therapy_class_share": (1.0, *[0.0] * 6),
        "therapy_class_later_share": (1.0, *[0.0] * 6),
        "therapy_line_mean_days": 100.0,
        "therapy_next_line_share": 0.0,
        "therapy_response_share": 0.0,
    }.items():
        cancers[name] = value
    for name, value in {
        "mortality_trend": 0.0,
        "mortality_slope": 0.0,
        "mortality_rate": other_deaths_per_year,
        "survival_trend_before": 0.0,
        "performance_share": ALL_IN_STATE_0,
        "performance_decline_ratio": 0.0,
        "performance_death_ratio": 1.0,
        "performance_recovery_rate_per_day": 0.0,
        "responding_decline_ratio": 1.0,
        "fracture_performance_share": 0.0,
        "frailty_least": 0.0,
        "decline_pain_share": 0.0,
        "progress_relapse_days": 0.0,
        "decline_image_share": 0.0,
        "frailty_seeding_power": 0.0,
        "frailty_lesion_power": 0.0,
        "spine_hit_share": 0.0,
        "spinal_seeding_rate_per_day": 0.0,
        "level_weight": 1.0 / N_LEVELS,
        "level_seeding_rate_per_day": 0.0,
        "level_clustering": 0.0,
        "level_contiguous_rate_per_day": 0.0,
        "lead_time_mean_days": 0.0,
        "bone_hit_share": 0.0,
        "bone_site_weight": 1.0 / len(BoneSite),
        "bone_seeding_rate_per_day": 0.0,
        "staging_sensitivity": 0.0,
        "surveillance_rate_per_day": 0.0,
        "spine_seen_share": 0.0,
        "lesion_sensitivity": 0.0,
        "recorded_at_once_share": 1.0,
        "recording_delay_mean_days": 0.0,
        "outside_seeding_rate_per_day": 0.0,
        "fill_median_days": DAYS_PER_YEAR,
        "fill_sd_log": 0.0,
        "vertebral_fracture_rate_per_day": 0.0,
        "instability_rate_per_day": 0.0,
        "silent_collapse_rate_per_day": 0.0,
        "type_ratio": 1.0,
        "painful_collapse_ratio": 1.0,
        "unstable_collapse_ratio": 1.0,
        "collapse_progression_ratio": 1.0,
        "restabilized_collapse_ratio": 1.0,
        "restabilizes_mean_days": 1e18,
        "subluxation_share": 0.0,
        "deformity_share": 0.0,
        "epidural_rate_per_day": 0.0,
        "region_ratio": 1.0,
        "deficit_rate_per_day": 0.0,
        "deficit_begun_ratio": 1.0,
        "sensation_loss_ratio": 0.0,
        "sphincter_loss_ratio": 0.0,
        "last_loss_ratio": 1.0,
        "root_rate_per_day": 0.0,
        "root_posterolateral_ratio": 1.0,
        "root_epidural_ratio": 1.0,
        "epidural_pain_share": 0.0,
        "pain_onset_rate_per_day": 0.0,
        "pain_escalation_rate_per_day": 0.0,
        "pain_subsides_rate_per_day": 0.0,
        "pain_sensitivity_sd_log": 0.0,
        "pain_variation_sd_log": 0.0,
        "pain_variation_mean_days": 1e18,
        "opioid_not_answering_share": 0.0,
        "analgesic_response_spread": 0.0,
        "opioid_intolerance_share": 0.0,
        "undertreated_share": 0.0,
        "opioid_dose_step_tolerated_share": 1.0,
        "pain_work_up_rate_per_day": 0.0,
        "severe_pain_work_up_ratio": 1.0,
        "fracture_work_up_rate_per_day": 0.0,
        # Not 0, or the hazard that rises with age would be no Gompertz hazard.
        "osteoporotic_rate_per_day": 1e-12,
        "osteoporotic_slope_per_year": 0.0,
        "other_back_pain_rate_per_day": 1e-12,
        "other_back_pain_image_share": 0.0,
        "toxicity_prone_share": 0.0,
        "toxicity_per_line_ratio": 1.0,
        "therapy_performance_ratio": 1.0,
        "therapy_age_ratio": 1.0,
        "therapy_later_response_ratio": 1.0,
        "therapy_no_response_line_ratio": 1.0,
        "response_tumor_ratio": 1.0,
        "response_shrinks_by": 0.0,
        "response_complete_ease_share": 0.0,
        "response_least_ease": 0.0,
    }.items():
        worlds[name] = value
    worlds["mortality_cumulative"] = other_deaths_per_year * np.arange(AGES)
    return cancers, worlds


def alike(
    people: int,
    *,
    stage: int = Stage.LOCALIZED,
    age: float = 60.0,
    primary: int = BREAST,
    sex: int = 0,
    year: int = 2010,
) -> Plan:
    """A plan of people who all have the same age, stage, primary, sex and year of diagnosis."""
    cells = np.array([(1.0, age, age, stage)], ENTRY_CELL)
    return Plan(np.array([(year, primary, sex, people, 0, 1)], GROUP), cells)


def with_one_lesion() -> Parameters:
    """Everybody who is diagnosed with distant disease has one lesion then, and no more follow."""
    cancers, worlds = simplified()
    cancers["skeleton_hit_share_at_diagnosis"] = 1.0
    worlds["spine_hit_share"] = 1.0
    return cancers, worlds


def let_hurt(worlds: Records, work_up_rate_per_day: float) -> None:
    """Let every lesion hurt at once, at a rating that never changes, with a rate of work-up."""
    worlds["pain_onset_rate_per_day"] = 1e9
    worlds["pain_at_onset_low"] = worlds["pain_at_onset_high"] = 3.0
    worlds["pain_cap_low"] = worlds["pain_cap_high"] = 3.0
    worlds["moderate_pain"], worlds["severe_pain"] = 4.0, 7.0
    worlds["pain_work_up_rate_per_day"] = work_up_rate_per_day


def seeded_days(people: Records) -> NDArray[np.float64]:
    """Day of seeding of each place, `NEVER` if it has no lesion.

    The levels, then outside the vertebrae, then other bone.
    """
    lesions = people["n_lesions"][:, None] > 0
    return np.where(lesions, people["lesions"]["seeded_day"], NEVER)


def detected_days(people: Records) -> NDArray[np.float64]:
    """Day of detection of the lesion of each place, `NEVER` if there is none or it is occult."""
    return np.where(seeded_days(people) < NEVER, people["lesions"]["detected_day"], NEVER)


def segments_of(plan: Plan) -> list[tuple[int, int, int]]:
    """Everybody of a plan as one block."""
    return [(group, 0, count) for group, count in enumerate(plan.groups["count"].tolist())]


def strategies_of(
    *chosen: str | Strategy, own: Sequence[Treatment] = (), **knobs: object
) -> Strategies:
    """Records of strategies at the point estimate, with knobs that are common to them."""
    found = [s if isinstance(s, Strategy) else strategy(s) for s in chosen]
    common = Knobs.model_validate(knobs)
    return build_strategies(found, own, common, evidence().point)


@cache
def no_care() -> Strategies:
    """The strategy `none`: the natural history of the disease."""
    return strategies_of(NO_CARE)


def model_of(
    parameters: Parameters,
    plan: Plan,
    *,
    strategies: Strategies | None = None,
    seed: int = 1,
    replicate: int = 0,
) -> Model:
    """What lives are lived by; without strategies, nobody is cared for."""
    cared = strategies or no_care()
    return Model(plan.groups, plan.cells, *parameters, *cared, np.uint64(seed), replicate)


def lives_of(
    parameters: Parameters,
    plan: Plan,
    *,
    strategies: Strategies | None = None,
    seed: int = 1,
    window: Window = WINDOW,
    engine: str = "cohort",
    keep: bool = True,
) -> Lives:
    """What a block of lives needs; without strategies, nobody is cared for."""
    model = model_of(parameters, plan, strategies=strategies, seed=seed)
    return Lives(model, window, engine, keep)


def live_block(
    parameters: Parameters,
    plan: Plan,
    strategies: Strategies,
    *,
    seed: int = 1,
    engine: str = "cohort",
    keep: bool = True,
) -> Block:
    """Live a plan in one block under several strategies."""
    lives = lives_of(parameters, plan, strategies=strategies, seed=seed, engine=engine, keep=keep)
    return live_segments(lives, segments_of(plan))


def live_everybody(
    parameters: Parameters,
    plan: Plan,
    *,
    seed: int = 1,
    replicate: int = 0,
    engine: str = "cohort",
    strategies: Strategies | None = None,
) -> tuple[Records, EventLog, Tally]:
    """Live a plan in one block under the first strategy: finished records, every event, the tally.

    Without strategies, nobody is cared for.
    """
    lives = lives_of(parameters, plan, seed=seed, engine=engine, strategies=strategies)
    block = live_segments(lives.of_replicate(replicate), segments_of(plan))
    assert block.people is not None
    assert block.log is not None
    return block.people[:, 0], block.log, block.tally.of(0)


def assert_share(share: float, expected: float, n: int) -> None:
    """A share seen among `n` independent people is within 4.5 standard errors of the expected."""
    error = np.sqrt(expected * (1.0 - expected) / n)
    assert abs(share - expected) <= STANDARD_ERRORS * error, (
        f"share {share:.5f}, expected {expected:.5f} +- {error:.5f} (standard error), n {n}"
    )


def assert_mean(sample: NDArray[np.float64], expected: float) -> None:
    """The mean of independent numbers is within 4.5 standard errors of the expected."""
    error = np.std(sample, ddof=1) / np.sqrt(len(sample))
    assert abs(np.mean(sample) - expected) <= STANDARD_ERRORS * error, (
        f"mean {np.mean(sample):.5g}, expected {expected:.5g} +- {error:.5g} (standard error)"
    )
