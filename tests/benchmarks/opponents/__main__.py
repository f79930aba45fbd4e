"""Prints the table of the race: `python -m tests.benchmarks.opponents`."""

import sys

from tests.benchmarks.measuring import machine
from tests.benchmarks.opponents.race import lives_per_second, table

sys.stdout.write(f"{table(lives_per_second())}\n\n{machine()}\n")
