"""What somebody has to complete and until when: rules, due dates, cycles."""
