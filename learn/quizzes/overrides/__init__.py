"""Other terms of a quiz for some people and units."""
