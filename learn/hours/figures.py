"""Figures that HR changed: kept as they stood at each moment, and laid over those that ship.

What was credited stays as it is: figures hold for what is counted after they were changed. Which ones
are in force travels in the statement that finds who is here, so that a page asks nothing of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.db import canonical_json
from learn.errors import Conflict, Invalid, Message
from learn.hours.figures_models import HoursFigures
from learn.hours.forms import Form, Forms, Hours, Obligation, shipped_forms
from learn.ledger import audit
from learn.people.signing_in.signed_in import carry

FIGURES_CHANGED = "hours_figures_changed"
CARRIED = "hours_figures"
LARGEST = 1_000
"""No figure of an hour rule is larger: JP, minutes or days."""
_hours: TypeAdapter[Hours] = TypeAdapter(Hours)
_LATEST = select(HoursFigures.digest).order_by(HoursFigures.id.desc()).limit(1)
carry(CARRIED, _LATEST.scalar_subquery())

_known: dict[str, Forms] = {}


@dataclass(frozen=True)
class FigureChange:
    """One change: of which form or kind of employee, when, by whom, and the figures before and after."""

    key: str
    made_at: datetime
    made_by: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def in_force(session: Session) -> Forms:
    """Return the forms and obligations with the figures in force in this database."""
    return by_digest(session, session.scalar(_LATEST))


def by_digest(session: Session, digest: str | None) -> Forms:
    """Return them with the figures of this digest, from memory when they were read before."""
    found = known(digest)
    if found is None:
        body = session.scalar(
            select(HoursFigures.body).where(HoursFigures.digest == digest).limit(1)
        )
        found = _known[digest or ""] = laid_over(body or {})
    return found


def known(digest: str | None) -> Forms | None:
    """Return them when they are in memory; those that ship always are."""
    return shipped_forms() if digest is None else _known.get(digest)


def laid_over(body: Mapping[str, Any]) -> Forms:
    """Return the forms and obligations that ship, with the changed figures of `body` over them."""
    shipped, forms, owed = shipped_forms(), body.get("forms", {}), body.get("obligations", {})
    return replace(
        shipped,
        forms=tuple(_form_with(each, forms.get(each.code)) for each in shipped.forms),
        obligations=tuple(
            _obligation_with(each, owed.get(each.kind)) for each in shipped.obligations
        ),
    )


def _form_with(form: Form, changed: Mapping[str, Any] | None) -> Form:
    if changed is None:
        return form
    return replace(
        form, jp=_hours.validate_python(changed["jp"]), confidence=changed["confidence"],
        source=changed["source"],
    )  # fmt: skip


def _obligation_with(obligation: Obligation, changed: Mapping[str, Any] | None) -> Obligation:
    if changed is None:
        return obligation
    return replace(
        obligation, jp=changed["jp"], basis=changed["basis"],
        except_posts=tuple(changed["except_posts"]),
    )  # fmt: skip


def figures_of(thing: Form | Obligation) -> dict[str, Any]:
    """Return the figures of a form or obligation that can be changed, as they are kept."""
    if isinstance(thing, Obligation):
        return {
            "jp": thing.jp, "basis": thing.basis, "except_posts": sorted(thing.except_posts),
        }  # fmt: skip
    return {"jp": asdict(thing.jp), "confidence": thing.confidence, "source": thing.source}


def change_form(
    session: Session,
    code: str,
    jp: Mapping[str, Any],
    *,
    confidence: str,
    source: str,
    seen: str,
    actor_id: int,
    now: datetime,
) -> bool:
    """Change how JP are counted for a form, from now on; return whether anything differs.

    Parameters
    ----------
    jp
        ``mode`` and its figures, each a whole number from 1 to `LARGEST`.
    source
        Where the figures stand: the regulation with its article or annex, a letter.
    seen
        The digest of the figures that the change was decided upon (`mark_of`).

    Raises
    ------
    UnknownForm, Invalid, Conflict
        There is no such form; a figure is missing or impossible; somebody changed figures meanwhile.
    """
    form = in_force(session).form(code)
    _refuse_impossible(jp)
    try:
        hours = _hours.validate_python(dict(jp))
    except ValidationError:
        raise Invalid(
            Message("Each figure is a whole number from 1 to %(most)s.", most=LARGEST)
        ) from None
    if not source.strip():
        raise Invalid(Message("Say where these figures stand: regulation, annex or letter."))
    after = {"jp": asdict(hours), "confidence": confidence, "source": source.strip()}
    return _keep(session, "forms", form.code, figures_of(form), after, seen, actor_id, now)


def change_obligation(
    session: Session,
    kind: str,
    *,
    jp: int,
    except_posts: Sequence[str],
    basis: str,
    seen: str,
    actor_id: int,
    now: datetime,
) -> bool:
    """Change what a kind of employee owes a year, from now on; return whether anything differs.

    Raises
    ------
    Invalid, Conflict
        There is no figure for this kind, or it is impossible; somebody changed figures meanwhile.
    """
    owed = {each.kind: each for each in in_force(session).obligations if each.jp is not None}
    if kind not in owed:
        raise Invalid(
            Message("%(kind)s has no figure; it is one of %(kinds)s.", kind=kind, kinds=", ".join(owed))
        )  # fmt: skip
    _refuse_impossible({"jp": jp})
    if not basis.strip():
        raise Invalid(Message("Say where these figures stand: regulation, annex or letter."))
    after = {"jp": jp, "basis": basis.strip(), "except_posts": sorted(set(except_posts))}
    before = figures_of(owed[kind])
    return _keep(session, "obligations", kind, before, after, seen, actor_id, now)


def _refuse_impossible(figures: Mapping[str, Any]) -> None:
    numbers = [
        each for each in figures.values() if isinstance(each, int) and not isinstance(each, bool)
    ]
    if any(not 1 <= number <= LARGEST for number in numbers):
        raise Invalid(Message("Each figure is a whole number from 1 to %(most)s.", most=LARGEST))


def mark_of(session: Session) -> str:
    """Return the digest of the figures in force; empty for those that ship."""
    return session.scalar(_LATEST) or ""


def _keep(
    session: Session,
    part: str,
    key: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    seen: str,
    actor_id: int,
    now: datetime,
) -> bool:
    """Add a row; the audit's lock lets one change follow the other."""
    if before == after:
        return False
    audit(
        session, FIGURES_CHANGED, {"key": key, "before": before, "after": after},
        actor_id=actor_id, at=now,
    )  # fmt: skip
    if mark_of(session) != seen:
        raise Conflict(
            Message("Somebody changed figures meanwhile. Look at them again, then change yours.")
        )
    row = session.scalar(select(HoursFigures).order_by(HoursFigures.id.desc()).limit(1))
    body: dict[str, Any] = {"forms": {}, "obligations": {}, **(row.body if row else {})}
    body[part] = {**body[part], key: after}
    digest = hashlib.sha256(canonical_json(body).encode()).hexdigest()
    session.add(HoursFigures(digest=digest, body=body, made_at=now, made_by=actor_id))
    session.flush()
    return True


def changes(session: Session, *, limit: int = 20) -> list[FigureChange]:
    """Return the latest changes, the newest first."""
    rows = session.scalars(
        select(HoursFigures).order_by(HoursFigures.id.desc()).limit(limit + 1)
    ).all()
    found = []
    for place, row in enumerate(rows[:limit]):
        earlier = rows[place + 1].body if place + 1 < len(rows) else {}
        found += [
            FigureChange(key, row.made_at, row.made_by, before, after)
            for key, before, after in _differences(earlier, row.body)
        ]
    return found


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    found = []
    for part, things in (("forms", _shipped_forms()), ("obligations", _shipped_obligations())):
        for key, figures in after.get(part, {}).items():
            earlier = before.get(part, {}).get(key) or figures_of(things[key])
            if earlier != figures:
                found.append((key, earlier, figures))
    return found


@lru_cache(maxsize=1)
def _shipped_forms() -> dict[str, Form]:
    return {each.code: each for each in shipped_forms().forms}


@lru_cache(maxsize=1)
def _shipped_obligations() -> dict[str, Obligation]:
    return {str(each.kind): each for each in shipped_forms().obligations}
