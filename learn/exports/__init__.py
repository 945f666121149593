"""Records leave here as files: one query feeds screen and file, one class writes each format."""
