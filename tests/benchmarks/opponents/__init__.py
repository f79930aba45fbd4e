"""One small model of nine competing clocks, lived by four programs, to compare their speed.

`python -m tests.benchmarks.opponents` prints the table.
"""
