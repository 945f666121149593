"""Administration of the competency framework: versions, the draft, required levels, files."""
