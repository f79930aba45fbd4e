"""Every parameter that is not certain belongs to one study that would measure it.

Room: evidence.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.evidence.measured_by import FILE, is_drawn, measuring_studies, read_measured_by
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence, sibling_family


def test_every_drawn_parameter_belongs_to_exactly_one_study() -> None:
    every = [key for study in measuring_studies().values() for key in study.keys]
    drawn = [p.key for p in evidence().parameters.values() if is_drawn(p)]
    assert sorted(every) == sorted(drawn)
    assert len(set(every)) == len(every)


def test_shares_of_a_whole_are_measured_together() -> None:
    study_of = {key: s.name for s in measuring_studies().values() for key in s.keys}
    families: dict[tuple[str, str], set[str]] = {}
    for p in evidence().parameters.values():
        if p.distribution == "dirichlet":
            families.setdefault(sibling_family(p), set()).add(study_of[p.key])
    assert {len(studies) for studies in families.values()} == {1}


def test_a_row_of_a_stratum_counts_before_one_of_the_name() -> None:
    studies = measuring_studies()
    assert ("treatment_response_biological", "rfa_cement") in studies["ablation_trial"].keys
    assert ("treatment_wait_median_days", "rfa_cement") in studies["scheduling_records"].keys
    assert ("treatment_cost", "ebrt_8gy1") in studies["claims_data"].keys


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pain_diaries,,pain_subsides_rate,\n", "", "no study measures pain_subsides_rate"),
        ("pain_onset_rate,", "pain_onset_rat,", "did you mean 'pain_onset_rate'"),
        ("treatment_*,rfa_cement", "treatment_*,rfa_cemen", "did you mean 'rfa_cement'"),
        ("registry_counts,,projection_*,", "registry_counts,,age_share,", "stands twice"),
        (
            "break_trial,Randomized",
            "break_trial,,other_back_pain_rate,x\nbreak_trial,Randomized",
            "label",
        ),
        (
            "pain_diaries,,pain_cap_share,\n",
            "pain_diaries,,pain_cap_share,\nbreak_trial,,pain_cap_share,mild\n",
            "shares of pain_cap_share [all]",
        ),
    ],
)
def test_what_is_wrong_of_the_table_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "measured_by.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_measured_by(path, evidence().parameters.values())
    assert said in str(caught.value)
