"""What the columns of the tables of a run say; the tables are files of the run folder."""

from __future__ import annotations

_KEYS = {
    "strategy": "Name of the strategy; run.json has its label under `labels`.",
    "draw": "Number of the joint sample of the parameters; 0 is the point estimate.",
    "replicate": "Number of the repetition with other luck, from 0 up.",
    "measure": "What is counted or measured; explain each by its name.",
    "primary": "Primary site; `all` is every site together.",
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
_UNIT = {"unit": "Of mean, lo and hi."}

COLUMN_WORDS: dict[str, dict[str, str]] = {
    "case_counts.parquet": {
        **_KEYS,
        "year": "Calendar year of the event.",
        "sex": "male or female.",
        "age_group": "Age at the event: 0-14, 15-39, 40-49, 50-59, 60-69, 70-79, 80+.",
        "count": "People, or events where the measure counts them; scaled up in draws.",
    },
    "delays.parquet": {
        **_KEYS,
        "statistic": "How days are spread over people: mean, sd, p05, p25, p50, p75, p95.",
        "value": "The number, in the unit of the measure.",
    },
    "outcomes.parquet": {**_KEYS, "value": "The number, in the unit of the measure."},
    "summary.csv": {
        **{name: _KEYS[name] for name in ("measure", "strategy")},
        **_UNIT,
        "mean": "Over draws if there are any, else over replicates.",
        **_ENDS,
        "published": "The same from the literature, where it describes these people.",
        "source": "Key of the publication in sources.csv; `spinemets explain` cites it.",
        **_SPREAD,
    },
    "compare.csv": {
        **{name: _KEYS[name] for name in ("strategy", "measure")},
        "reference": "The strategy that it is compared with: the first of the scenario.",
        **_UNIT,
        "subgroup": "Of whom: all, or by primary, age, lesion and instability at the origin.",
        "people": "How many they are.",
        "reference_mean": "Mean of the measure under the reference.",
        "mean": "Mean of the measure under the strategy, in the same people.",
        "difference": "Strategy minus reference, person by person.",
        **_ENDS,
        "interval_over": "What the interval is over: draws, replicates or people.",
        "sd_paired": "Standard deviation of the difference over people.",
        "narrowing": "How many times wider the interval would be with other people.",
        "reference_median": "Median over people under the reference.",
        "reference_p25": "A quarter has at most so much under the reference.",
        "reference_p75": "Three quarters have at most so much under the reference.",
        **_SPREAD,
    },
}
"""Columns by the file that holds them, with what each says."""


def column_lines(name: str) -> list[str]:
    """Where a column stands, and what it says there; nothing if no table has it."""
    said: dict[str, list[str]] = {}
    for file, columns in COLUMN_WORDS.items():
        if name in columns:
            said.setdefault(columns[name], []).append(file)
    return [f"{name} (column of {', '.join(files)}): {text}" for text, files in said.items()]


def file_lines(name: str) -> list[str]:
    """The columns of a file of the run folder; nothing if it is none of these."""
    files = [file for file in COLUMN_WORDS if name in (file, file.partition(".")[0])]
    lines = []
    for file in files:
        lines += [f"{file} (table of a run)"]
        lines += [f"  {column:<18} {text}" for column, text in COLUMN_WORDS[file].items()]
    return lines
