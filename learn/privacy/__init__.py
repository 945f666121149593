"""Personal data (UU 27/2022): one's own copy, who looked, the notice, corrections and retention."""
