"""Learning for SIASN, the national personnel system: its rows, whose they are, and what became of them."""
