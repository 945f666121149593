"""Units, people and posts from sheets: first a plan that shows everything, then all of it or nothing."""
