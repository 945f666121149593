"""Levels: why they are held, assessing and confirming, prior learning, assessed levels from sheets."""
