"""People: who they are, their numbers and names, units, posts and roles."""
