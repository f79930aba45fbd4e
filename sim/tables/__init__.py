"""The tables of a run: building, summary, comparison, text."""
