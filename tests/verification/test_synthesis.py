"""The synthesis of published arms: simulated trials with a known truth, and what is stored of it.

Room: fitting.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from sim.evidence.effects import EFFECT_CLASSES, UNTREATED_ARM, effects, emulated
from sim.evidence.mistakes import InputError
from sim.evidence.pain_courses import pain_courses
from sim.evidence.reader import evidence, sobol_points
from sim.evidence.synthesis import Synthesis, SynthesizedShare, clipped, expit
from sim.evidence.treatments import known_treatments
from sim.evidence.vocabulary import Stage
from sim.fitting.arm_readings import read_arms
from sim.fitting.network import (
    Member,
    NetworkReading,
    Posterior,
    Priors,
    Spread,
    fit_network,
)
from sim.fitting.synthesis import EmulatedLine, put_together, reading_of
from sim.life.events import Event, Luck
from sim.life.hazards import NEVER
from sim.life.lesion import slot
from sim.life.luck import uniform_pair
from tests.replay import busy_care, replay
from tests.simplified import STANDARD_ERRORS, TAIL, alike, strategies_of

A, B, C, D = (("pain", name) for name in "abcd")
ONE, TWO = ("pain", "one"), ("pain", "two")


STUDY, OWN = Spread(0.4), Spread(0.3)
"""Between studies, and between treatments of a class."""


def made_up(
    study: Spread = STUDY, own: Spread = OWN, sd: float = 1.0, bias_sd: float = 0.4
) -> Priors:
    return Priors(
        non_specific=(-1.5, sd),
        bias=(0.4, bias_sd),
        classes={ONE: (1.5, sd), TWO: (1.0, sd)},
        members={ONE: [A, B, C], TWO: [D]},
        study_spread=study,
        class_spread=own,
    )


def specific(found: Posterior, one: Member, other: Member | None = None) -> tuple[float, float]:
    """Mean and standard deviation of a specific effect, or of the difference of two."""
    row = found.row(one, non_specific=False)
    if other is not None:
        row = row - found.row(other, non_specific=False)
    mean, covariance = found.of(row[np.newaxis])
    return float(mean[0]), math.sqrt(float(covariance[0, 0]))


def simulated(rng: np.random.Generator) -> tuple[list[NetworkReading], Priors, dict[Member, float]]:
    """A network of trials and series drawn from its own model, with spreads that are not known."""
    priors = made_up(Spread(0.4, 0.4), Spread(0.3, 0.5))
    sigma = 0.4 * math.exp(0.4 * rng.normal())
    tau = 0.3 * math.exp(0.5 * rng.normal())
    eta = rng.normal(-1.5, 1.0)
    bias = rng.normal(0.4, 0.4)
    means = {ONE: rng.normal(1.5, 1.0), TWO: rng.normal(1.0, 1.0)}
    truth = {t: rng.normal(means[c], tau) for c, of in priors.members.items() for t in of}
    readings = []
    plan = [(None, A), (A, B), (None, D), (A,), (A,), (B,), (C,), (C,), (D,)]
    for study, arms in enumerate(plan):
        shared = rng.normal(0.0, sigma)
        for arm in arms:
            part = 1.0 if len(arms) == 1 else 0.0
            variance = float(rng.uniform(0.02, 0.3))
            level = eta + (0.0 if arm is None else truth[arm]) + part * bias + shared
            readings.append(
                NetworkReading(
                    arm, rng.normal(level, math.sqrt(variance)), variance, str(study), bias=part
                )
            )
    return readings, priors, truth


def test_intervals_hold_the_truth_as_often_as_they_say_and_means_are_not_biased() -> None:
    """95% of 95% intervals of simulated networks hold it; standardized errors have mean 0."""
    rng = np.random.default_rng(20_101_231)
    names = [A, B, C, D]
    errors = []
    for number in range(400):
        readings, priors, truth = simulated(rng)
        asked = names[number % len(names)]
        mean, sd = specific(fit_network(readings, priors), asked)
        errors.append((mean - truth[asked]) / sd)
    held = int((np.abs(errors) < stats.norm.isf(0.025)).sum())
    assert stats.binomtest(held, len(errors), 0.95).pvalue > TAIL
    assert abs(np.mean(errors)) < STANDARD_ERRORS / math.sqrt(len(errors))
    assert held < len(errors)


def test_two_arms_linked_by_a_trial_alone_give_its_contrast() -> None:
    """Whatever the study's own level: its effect is in both arms."""
    wide = made_up(own=Spread(300.0), sd=300.0)
    readings = [NetworkReading(A, 0.7, 0.05, "trial"), NetworkReading(B, -0.2, 0.08, "trial")]
    mean, sd = specific(fit_network(readings, wide), A, B)
    assert mean == pytest.approx(0.9, abs=1e-4)
    assert sd == pytest.approx(math.sqrt(0.05 + 0.08), rel=1e-3)


def test_biased_series_without_controls_do_not_move_a_randomized_contrast() -> None:
    """Ten series that overstate one arm by 2, about which nothing is known, and a large trial."""
    priors = made_up(own=Spread(1.0), bias_sd=100.0)
    trial = [NetworkReading(t, x, 1e-4, "trial") for t, x in ((A, 0.5), (B, 0.2), (None, -1.5))]
    series = [NetworkReading(A, 2.5, 0.02, f"series {i}", bias=1.0) for i in range(10)]
    alone, _ = specific(fit_network(trial, priors), A, B)
    both, _ = specific(fit_network([*trial, *series], priors), A, B)
    assert alone == pytest.approx(0.3, abs=1e-3)
    assert both == pytest.approx(alone, abs=1e-3)
    found = fit_network([*trial, *series], priors)
    # The bias takes all of it: 2 over what the trial says, give or take one study and ten.
    assert abs(found.mean[1] - 2.0) < 3.0 * 0.4


def test_a_small_series_is_drawn_to_the_mean_of_its_class_by_the_closed_form() -> None:
    """The factor is tau^2 / (tau^2 + sigma^2 + v) where all else is known."""
    priors = Priors(
        non_specific=(-1.5, 1e-6),
        bias=(0.4, 1e-6),
        classes={ONE: (1.5, 1e-6), TWO: (1.0, 1e-6)},
        members={ONE: [A, B, C], TWO: [D]},
        study_spread=Spread(0.6),
        class_spread=Spread(0.3),
    )
    variance = 0.5
    series = [NetworkReading(C, 2.4, variance, "small", bias=1.0)]
    factor = 0.3**2 / (0.3**2 + 0.6**2 + variance)
    mean, sd = specific(fit_network(series, priors), C)
    assert mean == pytest.approx(1.5 + factor * (2.4 - (-1.5 + 1.5 + 0.4)), abs=1e-5)
    assert sd == pytest.approx(math.sqrt(0.3**2 * (1.0 - factor)), abs=1e-5)
    untouched, _ = specific(fit_network(series, priors), A)
    assert untouched == pytest.approx(1.5, abs=1e-5)


def test_arms_kept_for_validation_set_nothing() -> None:
    """None of them is in the table, by row or by the study arm it is of."""
    forbidden_ids = {
        *("sc24_cr3m_ebrt", "sc24_pfs3m_ebrt", "patchell_amb_r", "pain_resp_sev_1m"),
        *("pain_spine_pr3m", "sc20_or_sf_itt", "sc20_or_mf_itt", "cafe_nrs_1w_ctrl"),
        *("cafe_nrs_chg_1w_ctrl", "cafe_rdq_1m_ctrl", "pbo_srefree1y_affirm"),
    }
    forbidden_parts = ("opus_rtnaive", "ptapcp", "sc23_flare")
    forbidden_studies = {"levy2021_cio", "kirou2009", "nguyen2011", "ptapcp2024", "patchell2005"}
    kept = {row.id for row in pain_courses() if row.role == "validate"}
    for arm in effects():
        assert arm.id not in forbidden_ids | kept
        assert not arm.id.startswith(forbidden_parts)
        assert arm.source not in forbidden_studies
        # Of these trials one arm is kept for validation.
        assert (arm.source, arm.lived_as) not in {
            ("sahgal2021", "ebrt_20gy5"),
            ("ton2010", UNTREATED_ARM),
        }
        assert arm.source != "chow2014sc20" or arm.design == "comparison"


def test_every_treatment_is_of_one_class_for_each_kind_of_pain() -> None:
    courses = sorted(set(known_treatments()) - {UNTREATED_ARM})
    for named in EFFECT_CLASSES.values():
        members = [name for treatments in named.values() for name in treatments]
        assert len(members) == len(set(members))
        assert sorted(set(members) & set(known_treatments())) == courses
    strata = [p.stratum for p in evidence().named("treatment_response_biological")]
    assert sorted(strata) == sorted(known_treatments())


def test_the_stored_table_is_what_the_command_computes() -> None:
    stored = evidence().synthesis.rows
    for row, computed in zip(stored, put_together().table(), strict=True):
        assert (row.name, row.stratum) == (computed.name, computed.stratum)
        assert row.center == pytest.approx(computed.center, abs=2e-4)
        np.testing.assert_allclose(row.loadings, computed.loadings, atol=2e-4)
        share = clipped(expit(row.center))
        assert evidence().point[row.name, row.stratum] == pytest.approx(share, abs=1e-4)


def test_arms_are_taken_by_their_tangents_where_the_network_puts_them() -> None:
    """Another round moves nothing, and each tangent gives back what the arm read."""
    found = put_together()
    values = evidence().point
    arms = [arm for arm in found.arms if arm.design != "comparison"]
    readings = [reading_of(arm, found.lines, values, at=0.0) for arm in arms]
    at = [found.posterior.fitted(reading) for reading in readings]
    again = [reading_of(arm, found.lines, values, at=x) for arm, x in zip(arms, at, strict=True)]
    anew = fit_network(again, found.posterior.priors)
    np.testing.assert_allclose(anew.mean, found.posterior.mean, atol=1e-4)
    for arm, x, reading in zip(arms, at, again, strict=True):
        if arm.outcome != "log_odds_ratio":
            line = found.lines[arm.id]
            step = 1e-6
            slope = (line.reading(expit(x + step)) - line.reading(expit(x - step))) / (2.0 * step)
            read = line.reading(expit(x)) + slope * (reading.log_odds - x)
            published = arm.value / (arm.baseline or 1.0)
            assert read == pytest.approx(min(published, line.everybody), rel=1e-4)


def test_an_arm_that_reads_more_than_all_could_pulls_less_the_more_people_answer() -> None:
    (arm,) = (arm for arm in effects() if arm.id == "cafe_nrs_chg_1w_bkp")
    line, values = EmulatedLine.through(emulated()[arm.id]), evidence().point
    assert arm.value / (arm.baseline or 1.0) > line.everybody
    variances = [reading_of(arm, {arm.id: line}, values, at=x).variance for x in (0.0, 2.0, 4.0)]
    assert variances == sorted(variances)


def test_without_a_course_both_kinds_of_pain_have_one_share_in_every_draw() -> None:
    for k in range(5):
        values = evidence().draw(k)
        assert values["treatment_response_biological", UNTREATED_ARM] == pytest.approx(
            values["treatment_response_mechanical", UNTREATED_ARM], abs=1e-3
        )


def test_modalities_of_a_class_keep_no_depth_completeness_onset_or_relapse_of_their_own() -> None:
    names = ("complete_biological", "depth_low", "depth_high", "relapse_rate")
    names = (*names, "onset_fast_share", "onset_fast_mean_days", "onset_slow_mean_days")
    for k in (0, 3):
        values = evidence().draw(k)
        for name in names:
            ablations = ("rfa_cement", "rfa_ebrt", "microwave", "cryoablation")
            assert len({values[f"treatment_{name}", each] for each in ablations}) == 1


def two_shares(correlation: float) -> Synthesis:
    rows = (
        SynthesizedShare(name="one", stratum="all", center=0.3, loadings="0.5"),
        SynthesizedShare(
            name="two",
            stratum="all",
            center=-0.2,
            loadings=f"{0.4 * correlation} {0.4 * math.sqrt(1.0 - correlation**2)}",
        ),
    )
    triangle = np.array([[0.5, 0.0], list(rows[1].loadings)])
    return Synthesis(rows, triangle)


def test_draws_have_the_stored_center_spread_and_correlation() -> None:
    made = two_shares(0.8)
    points = sobol_points(10)[:, [1700, 1701]]
    log_odds = np.array(
        [[math.log(p / (1.0 - p)) for p in made.shares(point).values()] for point in points]
    )
    n = len(points)
    np.testing.assert_allclose(log_odds.mean(axis=0), [0.3, -0.2], atol=3.0 * 0.5 / math.sqrt(n))
    np.testing.assert_allclose(log_odds.std(axis=0), [0.5, 0.4], rtol=0.05)
    assert np.corrcoef(log_odds.T)[0, 1] == pytest.approx(0.8, abs=3.0 * 0.36 / math.sqrt(n))
    middle = made.shares(np.array([0.5, 0.5]))
    assert middle["one", "all"] == pytest.approx(1.0 / (1.0 + math.exp(-0.3)))


def test_draw_k_is_the_center_and_the_loadings_times_its_point() -> None:
    """Re-derived from the table and the points; draw 0 is the center."""
    stored = evidence().synthesis
    known = evidence().parameters
    dimensions = [known[key].dimension for key in stored.keys]
    for k in (1, 6, 200):
        z = ndtri(sobol_points(max(7, k.bit_length()))[k][dimensions])
        values = evidence().draw(k)
        for i, row in enumerate(stored.rows):
            log_odds = row.center + float(np.dot(row.loadings, z[: i + 1]))
            share = 1.0 / (1.0 + math.exp(-log_odds))
            assert values[row.name, row.stratum] == pytest.approx(min(max(share, 0.01), 0.99))


def test_a_table_that_disagrees_with_the_parameters_is_refused(tmp_path: Path) -> None:
    header = "name,stratum,center,loadings\n"
    path = tmp_path / "synthesis.csv"
    for text, wrong in (
        ("share,all,0,0.1\n", "0.50000, but"),
        ("other,all,0,0.1\n", "no parameter"),
        ("share,all,0.405465,0.1 0.2\n", "2 loadings; allowed: 1"),
    ):
        path.write_text(header + text)
        with pytest.raises(InputError, match=wrong):
            Synthesis.read(path, {("share", "all"): 0.6})
    path.write_text(header + "share,all,0.405465,0.1\n")
    assert Synthesis.read(path, {("share", "all"): 0.6}).keys == [("share", "all")]


def test_the_sham_arm_lived_reads_what_was_published() -> None:
    """20% (8-37) at three months among all who entered, with the share of the evidence."""
    (sham,) = (arm for arm in effects() if arm.id == "sham_resp3m")
    line = EmulatedLine.through(emulated()[sham.id])
    share = evidence().point["treatment_response_biological", UNTREATED_ARM]
    # Its exact interval, 7 of 35.
    assert 0.08 < line.reading(share) < 0.37
    anew = read_arms([sham], people=40_000, seed=5)
    for stored, row in zip(emulated()[sham.id], anew, strict=True):
        error = math.hypot(row.standard_error, stored.standard_error)
        assert abs(row.reading - stored.reading) < STANDARD_ERRORS * error


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_who_answers_without_a_course_does_so_once_and_answers_to_any_course(share: float) -> None:
    """At the first decision about a lesion that hurts, by the luck of its first course."""
    cared = strategies_of("analgesia_only")
    cared.policies["treatments"]["response_biological"][:, 0] = share
    answered = asked = again = 0
    event = slot(Event.PAIN_RELIEVED)
    for life in replay(busy_care(), alike(500, stage=Stage.DISTANT), 17, strategies=cared):
        decided: set[int] = set()
        pains: dict[int, tuple[float, float]] = {}
        planned: dict[int, float] = {}
        referred = 0
        for person, _, _ in life:
            # Another lesion may be referred at the instant of the decision about this one.
            lesions, place, referred = person["lesions"], referred, int(person["episode_lesion"])
            if person["event"] == Event.CARE_DECIDED and max(pains.get(place, (0.0, 0.0))) > 0.0:
                relief = float(lesions["clock"][place, event])
                if place in decided:
                    again += 1
                    assert relief == planned[place]
                elif pains[place][0] > 0.0:
                    # The number that decides over its first course, whatever the treatment.
                    mark, _ = uniform_pair(person, Luck.RESPONSE, place, 1)
                    assert (relief < NEVER) == (mark < share)
                    asked += 1
                    answered += relief < NEVER
                decided.add(place)
            for at in person["lesion_at"][: person["n_lesions"]].tolist():
                pains[at] = (lesions["biological_pain"][at], lesions["mechanical_pain"][at])
                planned[at] = float(lesions["clock"][at, event])
    assert asked > 200
    assert again > 50
    assert stats.binomtest(answered, asked, share).pvalue > TAIL
