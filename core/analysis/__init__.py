"""Arithmetic over what was measured: intervals, estimates, times."""
