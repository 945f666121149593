"""Files that are handed in as answers: which may be, kept, found again."""
