"""Tests, by purpose: unit, verification, validation, regression, benchmarks."""

import os

# Before NumPy is loaded: there is a worker a core, and threads of linear algebra that wait for each
# other take three times the processor time of one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
