"""The ledger: the one store of what people did; everything else about them is derived from it.

`append` is the one way in. It gives the entry its place in the person's chain and applies the
projections of its kind in the same transaction.
"""

from learn.ledger.audit import audit
from learn.ledger.entries import Entry, append, erase_details, lock, lock_people
from learn.ledger.keys import set_ledger_key
from learn.ledger.projections import project, projection_table

__all__ = [
    "Entry",
    "append",
    "audit",
    "erase_details",
    "lock",
    "lock_people",
    "project",
    "projection_table",
    "set_ledger_key",
]
