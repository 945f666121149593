"""Administration: people, units, roles, figures of JP, how certificates look, what was done."""
