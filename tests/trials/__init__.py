"""Trials: promises about data and money, tried many times with real faults. `make trials` prints the table."""
