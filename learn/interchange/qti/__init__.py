"""QTI: items and packages of 2.1 to 3.0 in, packages of 3.0 out."""
