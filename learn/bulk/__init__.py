"""Bulk acts: previewed, done as one batch whose entries name it, and undone by further entries."""
