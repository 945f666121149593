"""Mentoring and coaching: pairs, their goals and meetings, and what a supervisor confirms at the end."""
