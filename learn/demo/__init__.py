"""A made-up city for trying Learn."""
