"""What people see: one module a page, one page a job. Core is reached through `components/session.py`."""
