"""Mentoring and coaching: pairs, goals, meetings, confirmation."""
