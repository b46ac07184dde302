"""Executing a run: items to calls, calls to ledger rows, answers to products; the worker process and its lease."""
