"""The SQLite file: one opener, short transactions, SQL constants. Nothing outside this package holds SQL."""
