"""What answers and keys are made of: numbers with units, formulas, patterns, places on a picture."""
