"""Measurements. They print ratios against a named baseline of the same run and assert no times."""
