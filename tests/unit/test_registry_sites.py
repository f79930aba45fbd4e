"""Names and codes of registries stand for the primary that each is pooled into.

Room: evidence.
"""

from __future__ import annotations

import itertools

import pytest

from sim.evidence.registry_sites import LEFT_OUT, SEVERAL, registry_sites, site_of
from sim.evidence.vocabulary import PRIMARIES
from sim.inputs.united_states import sites

NOT_IN_ICD_10 = {27, 28, 29, 35, 36, 42, 59, 87, 89}
"""Numbers of C00 to C97 that ICD-10 gives no cancer."""

MEANT = {
    "Stomach": "upper_gi",
    "gastric cancer": "upper_gi",
    "Oesophagus": "upper_gi",
    "Ovary": "gynecologic",
    "Ovary etc.": "gynecologic",
    "Cervix uteri": "gynecologic",
    "Corpus and Uterus, NOS": "gynecologic",
    "Trachea, bronchus and lung": "lung",
    "Lung and Bronchus": "lung",
    "Lip, oral cavity": "head_neck",
    "Nasopharynx": "head_neck",
    "Malignant melanoma of skin": "melanoma",
    "Melanoma of the Skin": "melanoma",
    "Non-melanoma skin cancer": LEFT_OUT,
    "Skin, non-melanoma": LEFT_OUT,
    "Other Non-Epithelial Skin": "other",
    "Leukaemia": "leukemia",
    "Chronic Lymphocytic Leukemia": "leukemia",
    "Multiple myeloma": "myeloma",
    "NHL - Extranodal": "lymphoma",
    "Hodgkin lymphoma": "lymphoma",
    "Hodgkin's disease": "lymphoma",
    "Non-Hodgkin’s lymphoma": "lymphoma",
    "Brain, central nervous system": "brain",
    "Bones and Joints": "sarcoma",
    "Soft Tissue including Heart": "sarcoma",
    "Mesothelioma": "other",
    "Testis": "other",
    "Small Intestine": "other",
    "Unknown and ill-defined": "other",
    "Kidney and Renal Pelvis": "kidney",
    "Colon and Rectum": "colorectal",
    "Liver and intrahepatic bile ducts": "liver",
    "All cancers excl. non-melanoma skin cancer": SEVERAL,
    "All Sites": SEVERAL,
    "Digestive System": SEVERAL,
    "C16": "upper_gi",
    "C169": "upper_gi",
    "C16.9": "upper_gi",
    "c50": "breast",
    "C33-34": "lung",
    "C00-C14": "head_neck",
    "C18–C21": "colorectal",
    "C82-86, C96": "lymphoma",
    "C88+C90": "myeloma",
    "C70-72": "brain",
    "C64-C65": "kidney",
    "C43": "melanoma",
    "C44": LEFT_OUT,
    "D05": LEFT_OUT,
    "D09.0": "bladder",
    "C00-97/C44": SEVERAL,
    "C15-C26": SEVERAL,
    "C50.9-Breast, NOS": "breast",
    "21020": "upper_gi",
    "27040": "gynecologic",
    "36010": "other",
    "26000": "breast",
}


@pytest.mark.parametrize(("text", "primary"), MEANT.items(), ids=MEANT)
def test_a_name_or_code_stands_for_its_primary(text: str, primary: str) -> None:
    found = site_of(text)
    assert found is not None
    assert found.primary == primary


@pytest.mark.parametrize("text", ["lungs of Oslo", "stomac", "C98", "99999", "", "Skåne"])
def test_what_is_not_known_stands_for_nothing(text: str) -> None:
    assert site_of(text) is None


def test_every_primary_is_known_by_its_own_name() -> None:
    assert [name for name in PRIMARIES if (site_of(name) or site_of("all")).primary != name] == []


def test_every_site_of_the_united_states_data_is_pooled_alike() -> None:
    """The same site in a registry's file and in the data of the program has one primary."""
    called = {"liver_ibd": "liver and bile ducts", "brain_ons": "brain and nervous system",
              "nhl": "NHL", "bone_joint": "bones and joints", "all_other": "other"}  # fmt: skip
    for site in sites():
        name = called.get(site.site, site.site.replace("_", " "))
        found = site_of(name)
        assert found is not None, name
        assert found.primary == site.primary, name


def test_every_code_of_cancer_in_icd_10_has_a_place() -> None:
    missing = {number for number in range(98) if site_of(f"C{number:02}") is None}
    assert missing == NOT_IN_ICD_10


def test_recodes_of_seer_count_nobody_twice() -> None:
    """SEER's recodes are disjoint, so that a file of all of them has no site within another."""
    labels = [site_of(code) for row in registry_sites() for code in row.recodes.split()]
    assert len(labels) > 75
    twice = [(a, b) for a, b in itertools.combinations(labels, 2) if a.shares_people_with(b)]
    assert twice == []


def test_a_name_stands_for_one_site() -> None:
    named = [name.strip() for row in registry_sites() for name in row.names.split(";")]
    named = [name for name in named if name]
    assert len(named) == len(set(named))
