"""The framework: its competencies and levels, versions, the draft of the next one, files."""
