"""One's own account: signing in, the privacy notice, my data and its corrections, devices."""
