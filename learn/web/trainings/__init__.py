"""Trainings: taking part, organising, recording attendance."""
