"""Development done elsewhere: one's own claims, and verifying those of others."""
