"""Questions from and to other systems: GIFT, Aiken, Moodle XML and QTI, each with a report of every loss."""
