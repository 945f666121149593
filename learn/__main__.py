"""`python -m learn` is `learn`."""

from learn.cli import main

main()
