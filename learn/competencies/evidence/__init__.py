"""Evidence of learned levels: folded, confirmed, suspended, withdrawn, explained."""
