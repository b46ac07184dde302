"""Families of homework problems, one module per discipline or half of one; each exports PROBLEMS."""
