"""Learning hours (JP): forms of development, conversion to JP, and the yearly duty."""
