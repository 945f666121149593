"""Assessed levels: an assessor's findings, one by one or from a sheet."""
