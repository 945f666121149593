"""Classroom trainings: sessions, places, waiting list, attendance."""
