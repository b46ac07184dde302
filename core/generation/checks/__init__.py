"""Verification by machine: each check is one module; none of them replaces a person's verdict."""
