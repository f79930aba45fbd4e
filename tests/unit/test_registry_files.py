"""Files as registries write them: read right, told once, or refused with line and column.

The files are made up; their shapes are those of SEER*Stat, GLOBOCAN and NORDCAN. Room: inputs.
"""

from __future__ import annotations

import runpy
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from sim import Population, Scenario
from sim.evidence.mistakes import InputError
from sim.evidence.reader import evidence
from sim.evidence.vocabulary import PRIMARIES, SEXES
from sim.inputs.strata_of_rows import strata_of_rows
from sim.inputs.united_states import UnitedStates, sites
from sim.tables.text import reading_text
from tests.documentation.pages import DOCS, blocks

OWN = "year,primary,sex,age_low,age_high,stage,count"
PRINTED = "year,primary,sex,age,stage,count"

SEER = """"Incidence of a made-up registry"
"SEER*Stat 8.4.4, Incidence"

"Year of diagnosis","Site recode ICD-O-3/WHO 2008","Sex","Age recode with <1 year olds",\
"Combined Summary Stage (2004+)","Count"
"2015","Stomach","Male","01-04 years","Localized","0"
"2015","Stomach","Male","45-49 years","In situ","3"
"2015","Stomach","Male","45-49 years","Localized","10"
"2015","Stomach","Male","45-49 years","Regional","5"
"2015","Stomach","Male","45-49 years","Distant","5"
"2015","Stomach","Male","45-49 years","Unknown/unstaged","4"
"2015","Stomach","Male","85+ years","Distant","1,040"
"2015","Stomach","Male","85+ years","Unknown/unstaged","7"
"2015","Esophagus","Male","45-49 years","Distant","2"
"2015","Ovary","Female","50-54 years","Distant","6"
"2015","Ovary","Male","50-54 years","Distant","0"
"2015","Urinary Bladder","Female","00 years","In situ","1"
"2015","Myeloma","Female","85+ years","Distant","30"
"2015","Brain","Female","85+ years","Benign/borderline","5"
"2015","Liver","Female","60-64 years","Regional","8"
"2015","Intrahepatic Bile Duct","Female","60-64 years","Regional","2"

"Incidence source: made up."
"""

GLOBOCAN = """Cancer label,ICD,Sex,Sex label,Year,0-14,15-39,40-44,45-49,85+
"Trachea, bronchus and lung",C33-34,1,Males,2022,0,10,20,30,"1,040"
"Trachea, bronchus and lung",C33-34,2,Females,2022,0,10,20,30,5
Oesophagus,C15,1,Males,2022,0,1,2,3,4
Leukaemia,C91-95,1,Males,2022,10,1,2,3,4
Corpus uteri,C54,2,Females,2022,0,1,2,3,4
"Brain, central nervous system",C70-72,2,Females,2022,0,1,2,3,4
Non-melanoma skin cancer,C44,2,Females,2022,0,1,2,3,400
"""

NORDCAN = """NORDCAN, made up;;;;
Sex;Cancer;Year;Age group;Cases
Male;Colorectal;2016;40-44;12,5
Male;Colorectal;2016;45–49;1.012,5
Male;Colorectal;2016;85+;7
Female;Ovary etc.;2016;85+;9
Female;Skin, non-melanoma;2016;85+;70
Female;Leukaemia;2016;0-4;2
© NORDCAN, made up
"""


def population(folder: Path, text: str, encoding: str = "utf-8", **options: float) -> Population:
    path = folder / "town.csv"
    path.write_bytes(text.encode(encoding))
    return Population.from_csv(path, **options)  # type: ignore[arg-type]


def refusal(folder: Path, text: str, **options: float) -> str:
    with pytest.raises(InputError) as caught:
        population(folder, text, **options)
    return str(caught.value)


def people(found: Population) -> dict[tuple[str, str], float]:
    """New cancers by primary and sex."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in found.table:
        sums[row.primary, row.sex] += row.count
    return {key: round(total, 9) for key, total in sums.items() if total}


def stages(found: Population, primary: str, age_low: float) -> dict[str, float]:
    return {
        row.stage: round(row.count, 9)
        for row in found.table
        if row.primary == primary and row.age_low == age_low and row.count
    }


def rows(*lines: str, header: str = OWN) -> str:
    return "\n".join((header, *lines)) + "\n"


def test_an_export_of_seer_stat_is_read(tmp_path: Path) -> None:
    found = population(tmp_path, SEER)
    assert people(found) == {
        ("upper_gi", "male"): 24 + 1047 + 2,
        ("gynecologic", "female"): 6,
        ("bladder", "female"): 1,
        ("myeloma", "female"): 30,
        ("liver", "female"): 10,
    }
    # 4 unknown over 10, 5 and 7: those of esophagus are of the same primary and age.
    shared = {"localized": 10 + 4 * 10 / 22, "regional": 5 + 4 * 5 / 22, "distant": 7 + 4 * 7 / 22}
    assert stages(found, "upper_gi", 45.0) == pytest.approx(shared)
    assert stages(found, "upper_gi", 85.0) == {"distant": 1047}
    assert stages(found, "myeloma", 85.0) == {"not_staged": 30}
    assert stages(found, "bladder", 0.0) == {"localized": 1}
    ages = {(row.age_low, row.age_high) for row in found.table if row.count}
    assert ages == {(0, 1), (45, 50), (50, 55), (60, 65), (85, None)}


def test_a_table_of_globocan_with_ages_in_columns_is_read(tmp_path: Path) -> None:
    found = population(tmp_path, GLOBOCAN)
    assert found.years == (2022, 2022)
    assert people(found) == {
        ("lung", "male"): 1100,
        ("lung", "female"): 65,
        ("upper_gi", "male"): 10,
        ("leukemia", "male"): 20,
        ("gynecologic", "female"): 10,
        ("brain", "female"): 10,
    }
    assert {(row.age_low, row.age_high) for row in found.table} == {
        (0, 15), (15, 40), (40, 45), (45, 50), (85, None)
    }  # fmt: skip


def test_a_table_without_a_year_takes_the_one_given(tmp_path: Path) -> None:
    text = GLOBOCAN.replace(",Year", "").replace(",2022", "")
    assert population(tmp_path, text, year=2022) == population(tmp_path, GLOBOCAN)
    assert "line 1: no column 'year'" in refusal(tmp_path, text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_a_table_of_nordcan_with_decimal_commas_is_read(tmp_path: Path, encoding: str) -> None:
    found = population(tmp_path, NORDCAN, encoding)
    assert people(found) == {
        ("colorectal", "male"): 12.5 + 1012.5 + 7,
        ("gynecologic", "female"): 9,
        ("leukemia", "female"): 2,
    }


PLAIN = rows(
    "2015,breast,female,45,55,localized,310",
    "2015,breast,female,55,65,distant,27.5",
    "2015,myeloma,male,65,75,not_staged,12",
)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ", "])
def test_every_encoding_and_delimiter_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    text = PLAIN.replace(",", delimiter)
    assert population(tmp_path, text, encoding).table == population(tmp_path, PLAIN).table
    assert population(tmp_path, PLAIN).reading == ()


LIKE_PLAIN = {
    "decimal commas": PLAIN.replace(",", ";").replace("27.5", "27,5"),
    "capitals": PLAIN.replace(OWN, OWN.title()),
    "codes of sex": PLAIN.replace("female", "2").replace("male", "1"),
    "letters of sex": PLAIN.replace("female", "F").replace("male", "M"),
    "Females": PLAIN.replace("female", "Females").replace(",male", ",Males"),
    "a title with commas": f"Registrations 2015,,,,,,\n{PLAIN}",
    "empty rows at the end": f"{PLAIN},,,,,,\n,,,,,,\n",
    "empty columns": PLAIN.replace("\n", ",,\n"),
    "notes below": f"{PLAIN}\nSource: a registry\n",
    "ages in one cell": rows(
        "2015,breast,female,45-54,localized,310",
        "2015,breast,female,55-64,distant,27.5",
        "2015,myeloma,male,65-74,not_staged,12",
        header=PRINTED,
    ),
    "ages from birthday to birthday": rows(
        "2015,breast,female,45 to 55,localized,310",
        "2015,breast,female,55 to 65,distant,27.5",
        "2015,myeloma,male,65 to 75,not_staged,12",
        header=PRINTED,
    ),
    "closed ends": PLAIN.replace("55,loc", "54,loc").replace("65,dis", "64,dis").replace(
        "75,not", "74,not"
    ),
    "stages in columns": "year,primary,sex,age_low,age_high,localised,distant,unknown\n"
    "2015,breast,female,45,55,310,0,0\n2015,breast,female,55,65,0,27.5,0\n"
    "2015,myeloma,male,65,75,0,0,12\n",
}  # fmt: skip


@pytest.mark.parametrize("text", LIKE_PLAIN.values(), ids=LIKE_PLAIN)
def test_what_is_written_otherwise_is_the_same(tmp_path: Path, text: str) -> None:
    told = [row for row in population(tmp_path, text).table if row.count]
    assert told == list(population(tmp_path, PLAIN).table)


def test_thousands_are_read_in_a_file_with_commas(tmp_path: Path) -> None:
    text = rows('2015,lung,male,45,50,distant,"1,040"', '2015,lung,male,50,55,distant,"12,345.5"')
    assert people(population(tmp_path, text)) == {("lung", "male"): 1040 + 12345.5}


def ages(found: Population, **values: float) -> list[tuple[float, float]]:
    """AgeSpan of the cells that people are drawn from, in order."""
    point = {**evidence().point, **{(name, "all"): value for name, value in values.items()}}
    cells = found.plan(*found.years, point).cells
    return sorted({(cell["age_low"], cell["age_high"]) for cell in cells})


@pytest.mark.parametrize("written", ["85,", "85,+", "85+,", "85,120", "85,85+"])
def test_an_open_end_is_the_oldest_age_of_the_program(tmp_path: Path, written: str) -> None:
    found = population(tmp_path, rows(f"2015,lung,male,{written},distant,10"))
    assert ages(found) == [(85.0, 95.0)]
    assert evidence().point["oldest_age_at_diagnosis", "all"] == 95.0
    assert ages(found, oldest_age_at_diagnosis=101.0) == [(85.0, 101.0)]


def test_an_open_end_beyond_the_oldest_age_is_a_group_of_five_years(tmp_path: Path) -> None:
    found = population(tmp_path, rows("2015,lung,male,95+,distant,10", header=PRINTED))
    assert ages(found) == [(95.0, 100.0)]


GROUPS = {
    "two columns": rows(*(f"2015,lung,male,{a},{a + 4},distant,4" for a in range(40, 85, 5))),
    "one of them": rows("2015,lung,male,40,44,distant,4"),
    "with holes": rows(*(f"2015,lung,male,{a},{a + 4},distant,4" for a in (40, 55, 80))),
    "one cell": rows(
        *(f"2015,lung,male,{a}-{a + 4},distant,4" for a in range(40, 85, 5)), header=PRINTED
    ),
    "one year, then four": rows(
        "2015,lung,male,0,0,distant,4", "2015,lung,male,1,4,distant,4",
        "2015,lung,male,5,9,distant,4",
    ),
    "years of age": rows("2015,lung,male,40,40,distant,4", "2015,lung,male,41,41,distant,4"),
    "columns": "year,site,sex,40-44,45-49,50-54\n2015,lung,male,3,4,5\n",
}  # fmt: skip


@pytest.mark.parametrize("written", ["85+", "85-120", "85-199"])
def test_an_end_that_nobody_reaches_is_open(tmp_path: Path, written: str) -> None:
    text = rows(f"2015,lung,male,{written},distant,7", header=PRINTED)
    if written.endswith("199"):
        assert "town.csv, line 2: age is '85-199'" in refusal(tmp_path, text)
    else:
        assert population(tmp_path, text).table[0].age_high is None


@pytest.mark.parametrize("text", GROUPS.values(), ids=GROUPS)
def test_closed_groups_leave_no_age_out(tmp_path: Path, text: str) -> None:
    for low, high in ages(population(tmp_path, text)):
        assert high - low == 1.0 or (high - low, high % 5.0) in {(5.0, 0.0), (4.0, 0.0)}


def test_ends_that_touch_stay_as_they_are(tmp_path: Path) -> None:
    text = rows("2015,lung,male,40,44,distant,4", "2015,lung,male,44,49,distant,4")
    assert ages(population(tmp_path, text)) == [(40.0, 44.0), (44.0, 49.0)]


def test_an_unknown_stage_is_spread_over_the_same_primary_and_age(tmp_path: Path) -> None:
    text = rows(
        "2015,lung,male,45,50,localized,10", "2015,lung,male,45,50,distant,30",
        "2015,lung,male,45,50,unknown,8", "2015,lung,male,50,55,regional,5",
        "2015,lung,male,55,60,not_staged,15", "2015,lung,female,45,50,,4",
        "2015,brain,female,45,50,unknown,3",
    )  # fmt: skip
    found = population(tmp_path, text)
    men = [row for row in found.table if row.sex == "male"]
    by_age = {
        low: {row.stage: round(row.count, 9) for row in men if row.age_low == low and row.count}
        for low in (45, 50, 55)
    }
    assert by_age[45] == {"localized": 12, "distant": 36}
    assert by_age[50] == {"regional": 5}
    # Nobody of 55 has a known stage: those of all ages, 10 to 5 to 30.
    assert by_age[55] == pytest.approx({"localized": 15 * 10 / 45, "regional": 15 * 5 / 45,
                                        "distant": 15 * 30 / 45})  # fmt: skip
    women = {row.stage: row.count for row in found.table if row.sex == "female" and row.count}
    assert women.pop("not_staged") == 3
    assert sum(women.values()) == pytest.approx(4)
    told = [sentence for sentence in found.reading if "Stage unknown" in sentence]
    assert len(told) == 1
    assert "of 27 new cancers (36%)" in told[0]


def test_localized_or_regional_is_spread_over_both(tmp_path: Path) -> None:
    """As others of the same age; where the file has none, as in the United States."""
    either = "Localized/regional (Prostate cases)"
    text = rows(f"2015,prostate,male,45,50,{either},10", "2015,prostate,male,45,50,distant,7")
    found = population(tmp_path, text)
    of_country = UnitedStates(evidence().point).stages_of_primaries(2015)
    shares = of_country[PRIMARIES.index("prostate"), SEXES.index("male")][:2]
    expected = (10.0 * shares / shares.sum()).tolist()
    mine = stages(found, "prostate", 45.0)
    assert [mine["localized"], mine["regional"], mine["distant"]] == pytest.approx([*expected, 7])
    told = "Stage localized or regional, spread over these two"
    assert [told in sentence for sentence in found.reading].count(True) == 1
    known = ("2015,prostate,male,45,50,localized,3", "2015,prostate,male,45,50,regional,1")
    more = population(tmp_path, text + "\n".join(known) + "\n")
    assert stages(more, "prostate", 45.0) == {"localized": 10.5, "regional": 3.5, "distant": 7.0}


def test_stages_of_people_less_alike_are_told(tmp_path: Path) -> None:
    """One of an age without known stages, one of an age with some."""
    lines = ("2015,lung,male,45,50,distant,6", "2015,lung,male,45,50,unknown,3",
             "2015,lung,male,50,55,unknown,1")  # fmt: skip
    told = "".join(population(tmp_path, rows(*lines)).reading)
    assert "Stage unknown of 4 new cancers" in told
    assert "primary and age, or for 1 of other ages, another sex or year: lung 4." in told
    assert ", or for" not in "".join(population(tmp_path, rows(*lines[:2])).reading)


def test_nobody_is_lost_or_made_by_spreading(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    lines = [
        f"{year},{primary},{sex},{age},{stage},{rng.integers(0, 50)}"
        for year in (2015, 2016)
        for primary in ("lung", "stomach", "esophagus", "myeloma", "C18", "other")
        for sex in SEXES
        for age in ("0-44", "45-64", "65+", "unknown")
        for stage in ("localized", "regional", "distant", "unknown")
    ]
    found = population(tmp_path, rows(*lines, header=PRINTED))
    counts: dict[tuple[str, int, str], int] = defaultdict(int)
    pooled = {"stomach": "upper_gi", "esophagus": "upper_gi", "C18": "colorectal"}
    for line in lines:
        year, primary, sex, *_, count = line.split(",")
        counts[pooled.get(primary, primary), int(year), sex] += int(count)
    sums: dict[tuple[str, int, str], float] = defaultdict(float)
    for row in found.table:
        sums[row.primary, row.year, row.sex] += row.count
        assert (row.stage == "not_staged") == (row.primary == "myeloma")
    assert sums == pytest.approx(dict(counts))


def test_a_file_without_stages_has_those_of_the_united_states(tmp_path: Path) -> None:
    """Per primary, pooled from sites by new cases, in every joint sample of the evidence."""
    header = "year,primary,sex,age_low,age_high,count"
    text = rows("2012,lung,male,40,60,300", "2012,lung,male,60,80,700",
                "2012,gynecologic,female,40,60,100", "2012,leukemia,male,0,10,50",
                header=header)  # fmt: skip
    found = population(tmp_path, text)
    for values in (evidence().point, evidence().draw(3)):
        states = UnitedStates(values).strata(2012)
        plan = found.plan(2012, 2012, values)
        for primary, sex in (("lung", 0), ("gynecologic", 1)):
            strata = states[PRIMARIES.index(primary), sex]
            expected = np.bincount(strata.stage, strata.people, 4) / strata.people.sum()
            group = next(g for g in plan.groups if g["primary"] == PRIMARIES.index(primary))
            cells = plan.cells[group["first_cell"] :][: group["n_cells"]]
            mine = np.bincount(cells["stage"], np.diff(cells["cumulative"], prepend=0.0), 4)
            np.testing.assert_allclose(mine, expected, rtol=1e-9)
    assert plan.people == 1150
    assert [s for s in found.reading if "No stage in the file" in s and "lung, gyn" in s]


def test_a_suppressed_count_is_the_middle_of_what_it_may_be_unless_said_otherwise(
    tmp_path: Path,
) -> None:
    text = rows("2015,lung,male,45,50,distant,<5", "2015,lung,male,50,55,distant,<=10",
                "2015,lung,male,55,60,distant,1-4", "2015,lung,male,60,65,distant,100")  # fmt: skip
    found = population(tmp_path, text)
    assert [row.count for row in found.table] == [2.5, 5.5, 2.5, 100]
    assert "Suppressed counts: 1 of <5" in "".join(found.reading)
    assert [row.count for row in population(tmp_path, text, suppressed=1.0).table] == [1, 1, 1, 100]
    assert "line 2: suppressed is 100, and count is '<5'; allowed: at most 4" in refusal(
        tmp_path, text, suppressed=100
    )
    starred = rows("2015,lung,male,45,50,distant,*", "2015,lung,male,50,55,distant,9")
    assert "line 2: count is '*', a suppressed count" in refusal(tmp_path, starred)
    assert people(population(tmp_path, starred, suppressed=3)) == {("lung", "male"): 12}


def own(*lines: str) -> str:
    return rows("2015,lung,male,40,45,distant,7", *lines)


def printed(*lines: str) -> str:
    return rows("2015,lung,male,40-44,distant,7", *lines, header=PRINTED)


REFUSED = {
    "two columns named count": (
        f"{OWN},count\n2015,lung,male,40,45,distant,7,8\n",
        "line 1: columns 'count' and 'count' both tell the count",
    ),
    "two names of one column": (
        OWN + ",cases\n2015,lung,male,40,45,distant,7,8\n",
        "line 1: columns 'count' and 'cases' both tell the count",
    ),
    "a row twice": (
        own("2015,lung,male,40,45,distant,7"),
        "line 3: counts the same people as line 2 (2015, lung, male, age_low 40)",
    ),
    "a row twice, of a column that is not read": (
        "year,primary,sex,age,stage,race,count\n2015,lung,male,40-44,distant,a,7\n"
        "2015,lung,male,40-44,distant,b,9\n",
        "line 3: counts the same people as line 2 (2015, lung, male, age 40); allowed: each once, "
        "summed over 'race'",
    ),
    "ages that overlap": (
        own("2015,lung,male,42,50,distant,7"),
        "line 3: age_low is 42, inside the ages 40 to 45 of line 2",
    ),
    "ages within an open end": (
        rows("2015,lung,male,40,,distant,7", "2015,lung,male,85,,distant,7"),
        "line 3: age_low is 85, inside the ages 40 to no end of line 2",
    ),
    "a gap in closed groups": (
        own("2015,lung,male,45,49,distant,7", "2015,lung,male,50,54,distant,7"),
        "line 3: age_high is 49 and the next group starts at 50",
    ),
    "a gap": (
        own("2015,lung,male,45,50,distant,7", "2015,lung,male,52,57,distant,7"),
        "line 4: age_low is 52, and no row has lung, male, aged 50 to 52",
    ),
    "a sex that cannot have it": (
        own("2015,prostate,female,40,45,distant,7"),
        "line 3: sex is 'female' for prostate; allowed: male",
    ),
    "a site that the sex cannot have": (
        own("2015,C56,M,40,45,distant,7"),
        "line 3: sex is 'M' for C56; allowed: female",
    ),
    "shares": (
        rows("2015,lung,male,40,45,distant,0.4", "2015,lung,male,45,50,distant,0.6"),
        "line 2: count is 0.4, and all of 2015 sum to 1, as shares do",
    ),
    "percentages": (
        rows(*(f"2015,lung,male,{a},{a + 5},distant,{c}"
               for a, c in ((40, 12.5), (45, 37.2), (50, 50.1)))),
        "line 2: count is 12.5, and all of 2015 sum to 99.8, as shares do",
    ),
    "too many": (
        own("2015,breast,male,40,45,distant,99999999"),
        "line 2: count is 7, and all of 2015 sum to 100,000,006; allowed: at most 100,000,000",
    ),
    "a date of a spreadsheet": (
        printed("2015,lung,male,14-Oct,distant,7"),
        "line 3: age is '14-Oct', a date",
    ),
    "a date in figures": (
        printed("2015,lung,male,2015-10-14 00:00:00,distant,7"),
        "line 3: age is '2015-10-14 00:00:00', a date",
    ),
    "a date in two columns": (
        own("2015,lung,male,Oct-14,45,distant,7"),
        "line 3: age_low is 'Oct-14', a date",
    ),
    "all sites": (
        own("2015,All sites,male,40,45,distant,7"),
        "line 3: primary is 'All sites', which counts several primaries together",
    ),
    "a part of a site": (
        own("2015,colorectal,male,40,45,distant,7", "2015,C18,male,40,45,distant,7"),
        "line 4: 'C18' counts people of 'colorectal' too, which stands in line 3",
    ),
    "both sexes": (
        own("2015,lung,Both sexes,40,45,distant,7"),
        "line 3: sex is 'Both sexes'; allowed: male and female",
    ),
    "all ages": (printed("2015,lung,male,All ages,distant,7"), "line 3: age is 'All ages'"),
    "a column of all ages": (
        "year,site,sex,40-44,45-49,Total\n2015,lung,male,3,4,7\n",
        "line 1: column 'Total' is the total of others",
    ),
    "all stages": (
        own("2015,lung,male,45,50,All stages,7"),
        "line 3: stage is 'all stages' beside its parts",
    ),
    "a column that a spreadsheet made a date": (
        "year,site,sex,40-44,45-49,14-Oct\n2015,lung,male,3,4,7\n",
        "line 1: column '14-Oct' is a date",
    ),
    "a column of ages that is not understood": (
        "year,site,sex,40-44,45-49,85 og eldre\n2015,lung,male,3,4,7\n",
        "line 1: column '85 og eldre' is no age group",
    ),
    "a name and a code of two sites": (
        "year,site,icd10,sex,age,stage,count\n2015,Stomach,C50,male,40-44,distant,7\n",
        "line 2: icd10 is 'C50', which is breast, beside 'Stomach', which is upper_gi",
    ),
    "two years": (
        "year,site,sex,age,count\n2010-2014,lung,male,40-44,7\n",
        "line 2: year is '2010-2014'",
    ),
    "codes of age groups": (
        rows("2015,lung,male,10,distant,7", header="year,site,sex,age recode,stage,count"),
        "line 2: age recode is '10', a code of an age group",
    ),
    "topography that needs a morphology": (
        rows("2015,C42.1,male,40,45,distant,7", header=OWN.replace("primary", "topography")),
        "line 2: topography is 'C42.1', which the topography of ICD-O-3 does not tell apart",
    ),
    "an unknown site": (
        own("2015,stomac,male,40,45,distant,7"),
        "line 3: primary is 'stomac'; did you mean 'stomach'? Allowed: breast, prostate",
    ),
    "no site": (
        own("2015,elbow,male,40,45,distant,7"),
        "line 3: primary is 'elbow'; allowed: breast, prostate, lung",
    ),
    "a stage of another system": (
        own("2015,lung,male,45,50,II,7"),
        "line 3: stage is 'II'; allowed: localized, regional, distant",
    ),
    "a breast that is female, of men": (
        own("2015,Female breast,M,40,45,distant,7"),
        "line 3: sex is 'M' for Female breast; allowed: female",
    ),
    "ages that nobody reaches": (
        printed("2015,lung,male,45-199,distant,7"),
        "line 3: age is '45-199'; allowed: ages up to 120",
    ),
    "two percentages": (
        rows("2015,lung,male,40,45,distant,40.3", "2015,lung,male,45,50,distant,59.7"),
        "line 2: count is 40.3, and all of 2015 sum to 100, as shares do",
    ),
    "thousands or thousandths between commas": (
        own("2015,lung,male,45,50,distant,1.040"),
        "line 3: count '1.040' may be 1040 or 1.040",
    ),
    "no ages": (
        "Cancer label,ICD,Sex,Year,Number\nLung,C33-34,1,2022,7\n",
        "line 1: no column of ages; needed: year,primary,sex,age_low,age_high,stage,count, or age",
    ),
    "thousands or thousandths": (
        own("2015,lung,male,45,50,distant,1.040").replace(",", ";"),
        "line 3: count '1.040' may be 1040 or 1.040",
    ),
    "a rate": (
        OWN.replace("count", "crude rate") + "\n2015,lung,male,40,45,distant,7\n",
        "line 1: no column 'count'; 'crude rate' is no count of new cancers",
    ),
    "a hundred mistakes": (
        rows(*(f"2015,lung,male,{a},{a + 1},distant,many" for a in range(100))),
        "and 81 more mistakes",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_with_line_and_column(
    tmp_path: Path, text: str, says: str
) -> None:
    told = refusal(tmp_path, text)
    assert f"town.csv, {says}" in told or told.endswith(says)
    assert told.count("\n") < 20
    assert told.lower().count("allowed:") <= told.count("\n") + 1


def test_a_code_says_more_than_other_sites_does(tmp_path: Path) -> None:
    header = "year,site,icd10,sex,age,stage,count"
    lines = [f"2015,Other,{code},male,40-44,distant,7" for code in ("C17", "C21", "C16")]
    found = population(tmp_path, rows(*lines, header=header))
    assert people(found) == {("other", "male"): 14, ("upper_gi", "male"): 7}


@pytest.mark.parametrize(
    "text",
    [
        "site,year,age,Male,Female\nprostate,2015,40-44,7,\nlung,2015,40-44,3,4\n",
        "site,sex,age,2015,2016\nprostate,male,40-44,7,\nlung,male,40-44,3,\n"
        "lung,female,40-44,4,5\n",
    ],
    ids=["sexes", "years"],
)
def test_sexes_or_years_may_have_a_column_each(tmp_path: Path, text: str) -> None:
    found = population(tmp_path, text)
    first = [row for row in found.table if row.year == 2015]
    assert {(row.primary, row.sex): row.count for row in first} == {
        ("prostate", "male"): 7,
        ("lung", "male"): 3,
        ("lung", "female"): 4,
    }


def test_a_total_of_stages_alone_is_an_unknown_stage(tmp_path: Path) -> None:
    found = population(tmp_path, rows("2015,lung,male,45,50,All stages,7"))
    assert [row.stage for row in found.table] == ["not_staged"]
    assert found.plan(2015, 2015, evidence().point).people == 7


def test_what_was_understood_is_told_once(tmp_path: Path) -> None:
    told = population(tmp_path, SEER).reading
    assert len(set(told)) == len(told)

    def one(*words: str) -> bool:
        return sum(all(word in sentence for word in words) for sentence in told) == 1

    assert one("2 lines of title left out, 1 line of notes left out")
    assert one("Sites:", "Stomach, Esophagus as upper_gi", "Ovary as gynecologic")
    assert one("Left out, not lived: Brain (benign) 5, Stomach (in situ) 3.")
    assert one("45-49", "50") or one("1-4", "5")
    assert one("from 85 on up to the oldest age")
    assert one("Stage unknown of 11 new cancers", "upper_gi 11")
    assert one("Stage not used", "myeloma")
    text = "\n".join(reading_text(told))
    assert text.startswith("How the population was read:")
    assert max(map(len, text.splitlines())) <= 100
    assert reading_text(()) == []


def test_a_file_is_looked_for_beside_the_scenario(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    for folder in (project, elsewhere):
        folder.mkdir()
    (project / "mine.csv").write_text(PLAIN, encoding="utf-8")
    script = project / "mine.py"
    script.write_text(
        "from sim import Population, Scenario\n"
        "town = Population.from_csv('mine.csv', name='Oslo')\n"
        "scenario = Scenario(name='mine', population=town, years=(2015, 2015))\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(elsewhere)
    scenario = runpy.run_path(str(script))["scenario"]
    assert isinstance(scenario, Scenario)
    assert (scenario.population.name, scenario.population.people_per_year) == ("Oslo", 350)
    (elsewhere / "here.csv").write_text(PLAIN, encoding="utf-8")
    assert Population.from_csv("here.csv").name == "here"
    with pytest.raises(InputError, match=r"there.csv cannot be read: .*elsewhere"):
        Population.from_csv("there.csv")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"year": 2015.5}, "year is 2015.5; allowed: a whole year"),
        ({"year": 2015}, "year is 2015, and town.csv tells the year of each row"),
        ({"suppressed": True}, "suppressed is True; allowed: a number, at least 0"),
        ({"suppressed": -1}, "suppressed is -1; allowed: a number, at least 0"),
    ],
)
def test_options_of_reading_are_checked(
    tmp_path: Path, options: dict[str, float], says: str
) -> None:
    assert refusal(tmp_path, PLAIN, **options).startswith(says)


def groups_of(found: Population) -> Iterable[tuple[int, ...]]:
    plan = found.plan(2015, 2015, evidence().point)
    return [
        tuple(int(group[name]) for name in ("primary", "sex", "count")) for group in plan.groups
    ]


def test_names_of_sites_change_nobody(tmp_path: Path) -> None:
    """The same people under codes and under names of the program are the same people."""
    as_codes = PLAIN.replace("breast", "C50").replace("myeloma", "34000")
    assert groups_of(population(tmp_path, as_codes)) == groups_of(population(tmp_path, PLAIN))


def test_the_united_states_written_as_a_registry_does_are_the_united_states(
    tmp_path: Path,
) -> None:
    """Its sites, printed ages and unknown stages in, its people by primary, age and stage out."""
    values = evidence().point
    states = UnitedStates(values)
    year = int(values["reference_year", "all"])  # before any trend of the stages
    called = {"liver_ibd": "Liver and Intrahepatic Bile Duct", "brain_ons": "Brain, CNS",
              "nhl": "Non-Hodgkin Lymphoma", "bone_joint": "Bones and Joints"}  # fmt: skip
    bands = {"lt20": "<20", "20_34": "20-34", "35_44": "35-44", "45_54": "45-54",
             "55_64": "55-64", "65_74": "65-74", "75_84": "75-84", "ge85": "85+"}  # fmt: skip
    lines = []
    for of_site, site in zip(states.site_counts(year), sites(), strict=True):
        ages_of = {band: values["age_share", f"{site.site}, {band}"] for band in bands}
        stages_of = {"unknown": 1.0}
        if site.staged:
            names = ("localized", "regional", "distant", "unknown")
            stages_of = {name: values["stage_share", f"{site.site}, {name}"] for name in names}
        name = called.get(site.site, site.site.replace("_", " "))
        for sex, people_of in zip(SEXES, of_site, strict=True):
            for band, age_share in ages_of.items():
                for stage, share in stages_of.items():
                    count = people_of * age_share / sum(ages_of.values())
                    count *= share / sum(stages_of.values())
                    lines.append(f'{year},"{name}",{sex},{bands[band]},{stage},{float(count)!r}')
    text = rows(*lines, header=PRINTED)
    found = strata_of_rows(population(tmp_path, text).table, values)
    expected = states.strata(year)
    for key, strata in expected.items():
        mine = found[key]
        # Unknown stages of a site are spread within the primary that it is pooled into.
        for at, low in ((strata.age_low, mine.age_low), (strata.stage, mine.stage)):
            for value in np.unique(at):
                wanted = strata.people[at == value].sum()
                assert mine.people[low == value].sum() == pytest.approx(wanted, rel=0.02)
        assert mine.people.sum() == pytest.approx(strata.people.sum(), rel=1e-9)
        assert mine.age_high.max() == strata.age_high.max()
    assert {key for key, strata in found.items() if strata.people.any()} == set(expected)


def test_whatever_is_typed_into_a_file_it_is_read_or_refused_in_sentences(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    typed = ("", "<5", "*", "85+", "-1", "nan", "1e400", "Total", "All ages", "C99", "C50-C10",
             '"', ";", "\t", "\n", "45-49", "1.040", "²", "½", "x" * 99)  # fmt: skip
    sentences = []
    for text in (SEER, GLOBOCAN, NORDCAN, PLAIN) * 50:
        start, end = sorted(rng.integers(0, len(text), 2))
        changed = text[:start] + str(rng.choice(typed)) + text[min(end, start + 3) :]
        try:
            found = population(tmp_path, changed)
            found.plan(*found.years, evidence().point)
        except InputError as error:
            sentences.append(len(error.sentences))
    assert 20 < len(sentences) < 180
    assert 1 <= min(sentences) <= max(sentences) <= 20


def test_the_sample_and_the_scenario_of_the_page_work_together(tmp_path: Path) -> None:
    shown = {block.note: block.text for block in blocks(DOCS / "own_data.md")}
    for name in ("town.csv", "town.py"):
        (tmp_path / name).write_text(shown[f"file: {name}"], encoding="utf-8")
    scenario = runpy.run_path(str(tmp_path / "town.py"))["scenario"]
    plan = scenario.population.plan(*scenario.years, evidence().point)
    assert plan.people == scenario.population.people_per_year
