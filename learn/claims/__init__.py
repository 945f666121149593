"""Development done elsewhere: claimed by employees, verified by somebody else, credited in hours (JP)."""
