"""Work in the background: large files, refreshed figures."""
