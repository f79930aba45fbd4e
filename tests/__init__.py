"""Tests, by purpose: unit, verification, validation, regression, benchmarks."""
