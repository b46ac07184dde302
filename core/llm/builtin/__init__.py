"""The built-in teacher: templates with computed answers, no language model."""
