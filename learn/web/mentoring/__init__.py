"""Mentoring and coaching: pairs, goals, meetings, and what supervisors confirm."""
