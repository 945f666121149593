"""Figures that HR changed: kept as they stood at each moment, and laid over those that ship.

What was credited stays as it is: figures hold for what is counted after they were changed. Which ones
are in force travels in the statement that finds who is here, so that a page asks nothing of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.db import canonical_json
from learn.errors import Conflict, Invalid, Message, NotFound
from learn.hours import measures
from learn.hours.figures_models import HoursFigures
from learn.hours.forms import (
    Component,
    Confidence,
    Earlier,
    Flag,
    Form,
    Forms,
    Hours,
    Obligation,
    shipped_forms,
)
from learn.hours.measures import Measure
from learn.ledger import audit
from learn.people.signing_in.signed_in import carry

FIGURES_CHANGED = "hours_figures_changed"
CARRIED = "hours_figures"
LARGEST = 1_000
"""No figure of an hour rule is larger: JP, minutes or days."""
FORMS, OBLIGATIONS, MEASURES = "forms", "obligations", "measures"
PARTS = (FORMS, OBLIGATIONS, MEASURES)
Thing = Form | Obligation | Measure
_hours: TypeAdapter[Hours] = TypeAdapter(Hours)
_LATEST = select(HoursFigures.digest).order_by(HoursFigures.id.desc()).limit(1)
carry(CARRIED, _LATEST.scalar_subquery())

_known: dict[str, Forms] = {}


def in_force(session: Session) -> Forms:
    """Return the forms, obligations and measures with the figures in force in this database."""
    return by_digest(session, session.scalar(_LATEST))


def by_digest(session: Session, digest: str | None) -> Forms:
    """Return them with the figures of this digest, from memory when they were read before."""
    found = known(digest)
    if found is None:
        found = _known[digest or ""] = _read(session, digest or "")
    return found


def known(digest: str | None) -> Forms | None:
    """Return them when they are in memory; those that ship always are."""
    return shipped_forms() if digest is None else _known.get(digest)


def _read(session: Session, digest: str) -> Forms:
    """Return the figures of a digest with the measures that held before, in one statement."""
    upto = select(func.max(HoursFigures.id)).where(HoursFigures.digest == digest).scalar_subquery()
    rows = session.execute(
        select(HoursFigures.body, HoursFigures.made_at)
        .where(HoursFigures.id <= upto)
        .order_by(HoursFigures.id)
    ).all()
    history = [(row.made_at, row.body.get(MEASURES, {})) for row in rows]
    return replace(laid_over(rows[-1].body if rows else {}), earlier=tuple(_earlier(history)))


def _earlier(history: Sequence[tuple[datetime, Mapping[str, Any]]]) -> Iterator[Earlier]:
    before: Mapping[str, Any] = {}
    for made_at, kept in history:
        if kept != before:
            yield Earlier(made_at, _measures_with(before))
        before = kept


def laid_over(body: Mapping[str, Any]) -> Forms:
    """Return what ships, with the changed figures of `body` over it."""
    shipped, forms, owed = shipped_forms(), body.get(FORMS, {}), body.get(OBLIGATIONS, {})
    return replace(
        shipped,
        forms=tuple(_form_with(each, forms.get(each.code)) for each in shipped.forms),
        obligations=tuple(
            _obligation_with(each, owed.get(each.kind)) for each in shipped.obligations
        ),
        measures=_measures_with(body.get(MEASURES, {})),
    )


def _measures_with(kept: Mapping[str, Any]) -> tuple[Measure, ...]:
    return tuple(
        measures.changed(each, kept[each.key]) if each.key in kept else each
        for each in shipped_forms().measures
    )


def _form_with(form: Form, changed: Mapping[str, Any] | None) -> Form:
    if changed is None:
        return form
    return replace(
        form, jp=_hours.validate_python(changed["jp"]), confidence=changed["confidence"],
        source=changed["source"],
        ip_asn_component=changed.get("component", form.ip_asn_component),
        siasn_flag=changed.get("flag", form.siasn_flag),
    )  # fmt: skip


def _obligation_with(obligation: Obligation, changed: Mapping[str, Any] | None) -> Obligation:
    if changed is None:
        return obligation
    return replace(
        obligation, jp=changed["jp"], basis=changed["basis"],
        except_posts=tuple(changed["except_posts"]),
    )  # fmt: skip


def figures_of(thing: Thing) -> dict[str, Any]:
    """Return the figures of a form, obligation or measure that can be changed, as they are kept."""
    if isinstance(thing, Measure):
        return measures.figures_of(thing)
    if isinstance(thing, Obligation):
        return {
            "jp": thing.jp, "basis": thing.basis, "except_posts": sorted(thing.except_posts),
        }  # fmt: skip
    return {
        "jp": asdict(thing.jp), "component": thing.ip_asn_component, "flag": thing.siasn_flag,
        "confidence": thing.confidence, "source": thing.source,
    }  # fmt: skip


def things(forms: Forms) -> dict[str, tuple[str, Thing]]:
    """Return everything that has figures by its key, each with its part of what is kept."""
    return {
        **{each.code: (FORMS, each) for each in forms.forms},
        **{each.kind: (OBLIGATIONS, each) for each in forms.obligations if each.jp is not None},
        **{each.key: (MEASURES, each) for each in forms.measures},
    }


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
    component: str = "",
    flag: str = "",
) -> bool:
    """Change how a form counts, from now on; return whether anything differs.

    Parameters
    ----------
    jp
        ``mode`` and its figures, each a whole number from 1 to `LARGEST`.
    source
        Where the figures stand: the regulation with its article or annex, a letter.
    seen
        The digest of the figures that the change was decided upon (`mark_of`).
    component, flag
        What it is for the professionalism index, and for SIASN; empty: as before.

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
    before = figures_of(form)
    after = before | {
        "jp": asdict(hours), **_sure(confidence, source),
        **({"component": _one_of(component, get_args(Component))} if component else {}),
        **({"flag": _one_of(flag, get_args(Flag))} if flag and form.siasn_flag else {}),
    }  # fmt: skip
    return _keep(session, FORMS, form.code, before, after, seen, actor_id, now)


def _sure(confidence: str, source: str) -> dict[str, str]:
    if not source.strip():
        raise Invalid(Message("Say where these figures stand: regulation, annex or letter."))
    return {
        "confidence": _one_of(confidence, get_args(Confidence)), "source": source.strip(),
    }  # fmt: skip


def _one_of(text: str, choices: Sequence[str]) -> str:
    if text not in choices:
        raise Invalid(Message("Choose one of: %(choices)s.", choices=", ".join(choices)))
    return text


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
    return _keep(session, OBLIGATIONS, kind, before, after, seen, actor_id, now)


def _refuse_impossible(figures: Mapping[str, Any]) -> None:
    numbers = [
        each for each in figures.values() if isinstance(each, int) and not isinstance(each, bool)
    ]
    if any(not 1 <= number <= LARGEST for number in numbers):
        raise Invalid(Message("Each figure is a whole number from 1 to %(most)s.", most=LARGEST))


class ImpossibleFigures(Invalid):
    """Figures of a measure cannot be; `wrong` says for each key what would be right."""

    def __init__(self, wrong: Mapping[str, Message]) -> None:
        super().__init__(next(iter(wrong.values())))
        self.wrong = wrong


def change_measure(
    session: Session,
    key: str,
    values: Mapping[str, Decimal],
    *,
    confidence: str,
    source: str,
    seen: str,
    actor_id: int,
    now: datetime,
    names: Mapping[str, tuple[str, str]] | None = None,
) -> bool:
    """Change the figures of a measure, from now on; return whether anything differs.

    Parameters
    ----------
    values
        Every figure of the measure by its key.
    names
        Names of classes in Indonesian and English, by key, where the measure lets them be changed.

    Raises
    ------
    NotFound, Invalid, ImpossibleFigures, Conflict
        There is no such measure; there is no source; figures cannot be; somebody changed figures
        meanwhile.
    """
    measure = in_force(session).by_measure.get(key)
    if measure is None:
        raise NotFound(Message("There are no such figures."))
    wrong = measures.wrong_values(measure, values)
    wrong |= measures.wrong_names(measure, names or {})
    if wrong:
        raise ImpossibleFigures(wrong)
    before = figures_of(measure)
    after = before | _sure(confidence, source) | {
        "figures": {each.key: measures.plain_text(values[each.key]) for each in measure.figures},
    }  # fmt: skip
    if measure.named and names:
        after["names"] |= {each: {"id": id_, "en": en} for each, (id_, en) in names.items()}
    return _keep(session, MEASURES, key, before, after, seen, actor_id, now)


def restore(session: Session, key: str, *, seen: str, actor_id: int, now: datetime) -> bool:
    """Go back to the figures that ship, of one form, kind of employee or measure; return whether any differ.

    Raises
    ------
    NotFound, Conflict
        There are no figures of this key; somebody changed figures meanwhile.
    """
    if key not in things(shipped_forms()):
        raise NotFound(Message("There are no such figures."))
    part, thing = things(in_force(session))[key]
    _part, shipped = things(shipped_forms())[key]
    return _keep(
        session, part, key, figures_of(thing), figures_of(shipped), seen, actor_id, now, ships=True
    )


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
    *,
    ships: bool = False,
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
    body: dict[str, Any] = {each: {} for each in PARTS} | (row.body if row else {})
    body[part] = {each: kept for each, kept in body[part].items() if each != key}
    if not ships:
        body[part][key] = after
    # the digest covers what held before as well: figures that return have a history of their own
    named = canonical_json([row.digest if row else "", now.isoformat(), body])
    digest = hashlib.sha256(named.encode()).hexdigest()
    session.add(HoursFigures(digest=digest, body=body, made_at=now, made_by=actor_id))
    session.flush()
    return True
