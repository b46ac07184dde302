"""`python -m core`: the studio on the command line."""

from core.cli import main

main()
