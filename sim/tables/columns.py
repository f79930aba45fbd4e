"""What the columns of the tables of a run say; the tables are files of the run folder."""

from __future__ import annotations

from sim.counting.dictionary import FIELDS
from sim.counting.event_columns import event_columns
from sim.counting.microdata import IDENTITY
from sim.counting.person_columns import PEOPLE
from sim.counting.trajectories import TRAJECTORIES
from sim.evidence.vocabulary import AGE_GROUPS, FIVE_YEAR_AGE_GROUPS, plainly
from sim.inputs.catalog import treatment_names
from sim.tables.access_columns import CAPACITY, LINES, QUEUES, WAITS
from sim.tables.case_counts import COUNT_COLUMNS
from sim.tables.exchange_columns import INCREMENTAL, NET_BENEFIT
from sim.tables.projected import COLUMN as PROJECTED
from sim.tables.reporting import COLUMNS_OF_REPORTING

_RUN = {
    "strategy": "Name of the strategy; run.json has its label under `labels`.",
    "draw": "Number of the joint sample of the parameters; 0 is the point estimate.",
    "replicate": "Number of the repetition with other luck, from 0 up.",
}
_MEASURE = {"measure": "What is counted or measured; explain each by its name."}
_PRIMARY = {"primary": "Primary site; `all` is every site together."}
_STRATA = {
    "year": "Calendar year of the event.",
    "sex": "male or female; in rates also `both`.",
    "age_group": f"Age at the event: {', '.join(AGE_GROUPS)}; with ages='five_year' "
    f"{', '.join(FIVE_YEAR_AGE_GROUPS[:2])} ... {FIVE_YEAR_AGE_GROUPS[-1]}.",
}
_SPREAD = {
    "median": "Half of the people have at most so much; for measures in days.",
    "p25": "A quarter of the people has at most so much.",
    "p75": "Three quarters of the people have at most so much.",
    "evidence": "What the effect of the strategy on pain rests on: randomized, matched, series, "
    "assumed, or mixed.",
}
_ENDS = {
    "lo": "Lower end of the 95% interval; empty where the run is too small for one.",
    "hi": "Upper end of the 95% interval; empty where the run is too small for one.",
}
_PARTS = {
    "sd_draws": "Standard deviation over draws, what is not known; of one replicate, with what is "
    "left of the sampling of people. Empty without draws.",
    "sd_replicates": "Standard deviation over replicates, the luck of a population of this size; "
    "of one replicate as expected of independent people, or empty.",
    "sd_people": "Standard deviation that the sampling of people leaves in the mean of a draw; of "
    "one replicate the most that is expected, or empty. Empty without draws.",
}
"""See `sim.tables.spread_parts`."""
_MEAN = {"mean": "Over draws if there are any, else over replicates."}
_UNIT = {"unit": "Of mean, lo and hi."}
_VALUE = {"value": "The number, in the unit of the measure."}
_WHERE = {"source": "Key of the publication in sources.csv; `spinemets explain` cites it."}
_BESIDE = {
    "counts": "What the published number counts, in words.",
    "primaries": "Primary sites that it is of.",
}
_NOTE = {"note": "What there is to know of it."}
_COUNTS = {**_UNIT, **_MEAN, **_ENDS}
_APART = {**_COUNTS, **_PARTS}
_PER_STRATEGY = {**_MEASURE, "strategy": _RUN["strategy"]}
PROJECTED_FROM = {PROJECTED: "Last year of the data; years after it are projected."}

_EVERY_COUNT = {
    **_RUN,
    **_STRATA,
    **_MEASURE,
    **_PRIMARY,
    "count": "People, or events where the measure counts them; scaled up in draws.",
}
_TABLES = {
    "case_counts.parquet": {name: _EVERY_COUNT[name] for name in COUNT_COLUMNS},
    "delays.parquet": {
        **_RUN,
        **_MEASURE,
        **_PRIMARY,
        "statistic": "How days are spread over people: mean, sd, p05, p25, p50, p75, p95.",
        **_VALUE,
    },
    "outcomes.parquet": {**_RUN, **_MEASURE, **_PRIMARY, **_VALUE},
    "parameters.parquet": {
        "draw": _RUN["draw"],
        "name": "Name of the parameter, or of the user's treatment; explain each by its name.",
        "stratum": "Of whom the parameter is, or the field of the user's treatment.",
        "value": "The number that the draw was lived with, in the unit of the parameter.",
    },
    "summary.csv": {
        **_PER_STRATEGY,
        **_APART,
        "published": "The same from the literature, where it describes these people.",
        **_WHERE,
        **_SPREAD,
    },
    "by_age.csv": {
        **_PER_STRATEGY,
        "sex": _STRATA["sex"],
        "age_group": _STRATA["age_group"],
        **_APART,
    },
    "by_year.csv": {**_PER_STRATEGY, "year": _STRATA["year"], **_APART},
    "rates.csv": {
        **_PER_STRATEGY,
        "sex": _STRATA["sex"],
        "age_group": f"{_STRATA['age_group']} Also `crude`, of all ages, and `standardized` to the "
        "ages of the United States in 2010.",
        "inhabitants": "People that the rate is per.",
        "rate_per_100000": "Of 100,000 inhabitants a year, over draws if there are any, else over "
        "replicates.",
        **_ENDS,
        **_PARTS,
    },
    "compare.csv": {
        "strategy": _RUN["strategy"],
        "reference": "The strategy that it is compared with: the first of the scenario.",
        **_MEASURE,
        **_UNIT,
        "subgroup": "Of whom: all, or by primary, age, lesion and instability at the origin.",
        "people": "How many they are.",
        "reference_mean": "Mean of the measure under the reference.",
        "mean": "Mean of the measure under the strategy, in the same people.",
        "difference": "Strategy minus reference, person by person.",
        **_ENDS,
        **_PARTS,
        "interval_over": "What the interval is over: draws, replicates or people.",
        "sd_paired": "Standard deviation of the difference over people.",
        "narrowing": "How many times larger the variance of the difference would be with other "
        "people.",
        "reference_median": "Median over people under the reference.",
        "reference_p25": "A quarter has at most so much under the reference.",
        "reference_p75": "Three quarters have at most so much under the reference.",
        **_SPREAD,
    },
    "reconciliation.csv": {
        "name": "The published number.",
        **_BESIDE,
        "published": "The published number, times `scaled_by`.",
        "published_lower": "Lower end of its range, times `scaled_by`.",
        "published_upper": "Upper end of its range, times `scaled_by`; infinite of a lower bound.",
        **_COUNTS,
        "within": "Whether the mean lies in the published range.",
        "unit": "Of all numbers of the row.",
        "measure": "The measure of the model that counts the same.",
        **_WHERE,
        **_NOTE,
        "scaled_by": "Share of the country that the run is a sample of.",
    },
    "statements.csv": {
        "statement": "The statement, in words.",
        **_BESIDE,
        "lower": "Lower end of the range in which it holds.",
        "upper": "Upper end of the range in which it holds; infinite of a lower bound.",
        **_COUNTS,
        "holds": "Whether the mean lies in the range.",
        "told_apart": "Whether the run is sure of it: no end of the range lies in the interval.",
        "unit": "Of all numbers of the row.",
        "measure": "The measure of the model that counts the same.",
        **_WHERE,
        **_NOTE,
    },
    "incremental.csv": INCREMENTAL,
    "net_benefit.csv": NET_BENEFIT,
    "reporting.csv": COLUMNS_OF_REPORTING,
    "waits.parquet": {**_RUN, **WAITS},
    "lines.parquet": {**_RUN, **LINES},
    "queues.parquet": {**_RUN, **QUEUES},
    "capacity.csv": CAPACITY,
    "prices.csv": {
        "parameter": "Name of the price; `cost` where the user's treatment has one.",
        "stratum": "Of what it is the price, in the evidence or of the user's.",
        "label": "The same in words.",
        "kind": "Fee, facility payment, episode payment, product price, hospital expense, charge, "
        "assumed or given by the user: what is paid, charged and spent is unlike.",
        "per": "What it is paid for: a course, a day, a month.",
        "published": "The price as published, in its own money.",
        "basis": "Currency and year or years of that money.",
        "index_factor": "What one of that money is in dollars of the price year.",
        "ratio": "By which a charge is taken to a cost; 1 of other kinds.",
        "in_use": "The price in use: published, times factor and ratio.",
        "currency": "Money of the price in use.",
        "stands_for": "What it is taken for beyond what it was published for.",
        "grade": "measured, derived or assumed.",
        "source": "Key of the publication in sources.csv; `spinemets explain` cites it.",
    },
    "stored/twins.parquet": {
        "draw": _RUN["draw"],
        "replicate": _RUN["replicate"],
        "people": "Of the trigger set, by subgroup; from this and the next, compare.csv is made.",
        "mean": "By strategy, subgroup and measure, in the order of the metadata.",
        "variance": "Over people, in the same order.",
        "paired_variance": "Of the difference to the reference over people, in the same order.",
    },
    "dictionary.csv": FIELDS,
}


def _of_rows() -> dict[str, dict[str, str]]:
    """The columns of microdata, as `dictionary.csv` tells them."""
    tables = {
        "people": PEOPLE,
        "events": event_columns(tuple(treatment_names(()))),
        "trajectories": TRAJECTORIES,
    }
    who = {name: _sentence(meaning, "") for name, meaning in IDENTITY.items()}
    return {
        f"{table}/": who | {one.name: _sentence(one.meaning, one.unit) for one in columns}
        for table, columns in tables.items()
    }


def _sentence(meaning: str, unit: str) -> str:
    return f"{meaning[:1].upper()}{meaning[1:]}{f' ({unit})' if unit else ''}."


COLUMN_WORDS: dict[str, dict[str, str]] = _TABLES | _of_rows()
"""Columns by the file that holds them, or the folder of its parts, with what each says."""


PROJECTED_FILES = "summary.csv, by_age.csv, by_year.csv, rates.csv of projected years"


def column_names() -> dict[str, str]:
    """Every column, with what it says."""
    every = {c: text for columns in COLUMN_WORDS.values() for c, text in columns.items()}
    return every | PROJECTED_FROM


def column_lines(name: str) -> list[str]:
    """Where a column stands, and what it says there; nothing if no table has it."""
    said: dict[str, list[str]] = {}
    for file, columns in {**COLUMN_WORDS, PROJECTED_FILES: PROJECTED_FROM}.items():
        if name in columns:
            said.setdefault(columns[name], []).append(file)
    return [f"{name} (column of {', '.join(files)}): {text}" for text, files in said.items()]


def file_called(name: str) -> str | None:
    """The file that is called so, with or without folder and ending, `waits.csv` or `waits`."""
    begin, _, ending = name.strip("/").rpartition("/")[2].partition(".")
    if ending not in ("", "csv", "parquet"):
        return None
    return {plainly(_stem(file)): file for file in COLUMN_WORDS}.get(plainly(begin))


def file_lines(name: str) -> list[str]:
    """The columns of a file of the run folder; nothing of what is no such file."""
    if (file := file_called(name)) is None:
        return []
    widest = max(map(len, COLUMN_WORDS[file]))
    kind = "table of a run" if "." in file else "folder of a run with microdata, a file a part"
    return [
        f"{file} ({kind})",
        *(f"  {column:<{widest}} {text}" for column, text in COLUMN_WORDS[file].items()),
    ]


def _stem(file: str) -> str:
    """The name of a file without folder and ending."""
    return file.strip("/").rpartition("/")[2].partition(".")[0]
