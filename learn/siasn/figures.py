"""How many records for SIASN stand in which way, as a part of the figures of units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy.orm import Session

from learn.figures.counting import NOWHERE, counts
from learn.figures.days import AsOf
from learn.figures.posts import Units
from learn.people.access import EVERYTHING
from learn.siasn.queries import SiasnQuery
from learn.siasn.rules import STANDINGS, Issuer

SIASN = "siasn"


@counts(SIASN)
def by_unit(session: Session, as_of: AsOf, units: Units) -> Mapping[int, Mapping[str, int]]:
    """Count the records of the unit of their own day; on a past day nobody knows how they stood."""
    if as_of.past:
        return {}
    chosen = None if units is None else set(session.scalars(units))
    query = SiasnQuery(scope=EVERYTHING, timezone=as_of.timezone, now=as_of.now, issuer=Issuer(""))
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for (unit_id, standing), number in query.counts_by_unit(session).items():
        if chosen is None or unit_id in chosen:
            found[unit_id or NOWHERE][f"{SIASN}:{standing}"] = number
    return found


def standings_in(figures: Mapping[str, int]) -> dict[str, int]:
    """Return how many stand in which way, of all ways, from the figures of a unit."""
    return {standing: figures.get(f"{SIASN}:{standing}", 0) for standing in STANDINGS}
