"""File formats: each turns columns and records into bytes, piece by piece."""
