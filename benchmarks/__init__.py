"""Measures what Gesso promises; every figure in docs/measurements.md comes from here. Never a gate."""
