"""A crowd of made-up people with years of completions, to measure how pages do at a country's size.

Nothing here decides by itself: what a person's chain and the derived tables hold is what the services
would have written, only faster; `learn ledger rebuild --check` finds no difference (tested).
"""
