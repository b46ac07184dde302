"""Use-cases: what pages, the command line and tests call. They own transactions and permission checks."""
