"""Figures of units, made beforehand: gaps, match, duty, certificates."""
