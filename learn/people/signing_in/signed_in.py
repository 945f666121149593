"""Who is here: a signed-in browser or a token, read with all roles in one statement."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    String,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from learn.config import Settings
from learn.errors import Invalid, Message, NotFound
from learn.people.access import Actor, Role
from learn.people.models import Account, Mentee, Person, RoleGrant, SignIn, Token, Unit
from learn.people.roles import grant_from, grants_of

TOKEN_MARK = "lrn_"  # noqa: S105 (tokens start with it, so that they are found when leaked)
LONGEST_DAYS = 366
_GrantUnit = aliased(Unit)


@dataclass(frozen=True)
class SignedIn:
    """A person who is here: row, unit, and what they may do; `key` is the id of sign-in or token."""

    key: str
    person: Person
    unit: Unit | None
    actor: Actor
    must_change: bool = False
    carried: Mapping[str, Any] = field(default_factory=dict)

    def time_zone(self, settings: Settings) -> str:
        """Return the time zone of the person's dates and deadlines."""
        return (self.unit.time_zone if self.unit else None) or settings.timezone


_carried: dict[str, ScalarSelect[Any]] = {}


def carry(name: str, value: ScalarSelect[Any]) -> None:
    """Let the statement that finds who is here bring one value of another table: `SignedIn.carried`.

    A page that needs it then asks nothing of its own. In it, ``moment`` is bound to the present moment.
    """
    _carried[name] = value
    _by_sign_in.cache_clear()


# mentees come as one text in one column: as rows of a join they would multiply with the roles
_MENTEES = (
    select(func.aggregate_strings(cast(Mentee.person_id, String), ","))
    .where(
        Mentee.mentor_id == Person.id,
        Mentee.since_at <= bindparam("moment"),
        Mentee.until_at > bindparam("moment"),
    )
    .correlate(Person)
    .scalar_subquery()
    .label("mentees")
)


def _with_roles(*columns: Any) -> Select[Any]:
    """Return a query of a person with one row for each role; the caller joins `Person` to its start."""
    return select(
        *columns,
        Person,
        Unit,
        Account.must_change,
        RoleGrant.role,
        RoleGrant.unit_id,
        RoleGrant.course,
        _GrantUnit.path,
        _MENTEES,
        *(value.label(f"carried_{name}") for name, value in _carried.items()),
    )


def _joined(query: Select[Any]) -> Select[Any]:
    return (
        query.outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(
            RoleGrant, (RoleGrant.person_id == Person.id) & RoleGrant.ended_at.is_(None)
        )
        .outerjoin(_GrantUnit, _GrantUnit.id == RoleGrant.unit_id)
        .where(Person.active)
    )  # fmt: skip


@cache  # every page asks this: building the statement costs more than running it
def _by_sign_in() -> Select[Any]:
    return _joined(
        _with_roles(SignIn.id.label("key"), literal(None).label("token_role"))
        .select_from(SignIn)
        .join(Person, Person.id == SignIn.person_id)
    ).where(
        SignIn.id == bindparam("sign_in_id"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("moment"),
    )


def _signed_in(rows: Sequence[Row[Any]]) -> SignedIn | None:
    if not rows:
        return None
    first = rows[0]
    grants = (grant_from(row.role, row.unit_id, row.path, row.course) for row in rows)
    actor = Actor(
        first.Person.id,
        tuple(grant for grant in grants if grant is not None),
        first.token_role,
        tuple(sorted({int(each) for each in (first.mentees or "").split(",") if each})),
    )
    carried = {name: getattr(first, f"carried_{name}") for name in _carried}
    return SignedIn(
        str(first.key), first.Person, first.Unit, actor, bool(first.must_change), carried
    )


def find_signed_in(session: Session, sign_in_id: str, now: datetime) -> SignedIn | None:
    """Return who signed in under this id, with unit and roles, or None; one statement."""
    if len(sign_in_id) != 32 or not sign_in_id.isascii() or not sign_in_id.isprintable():
        return None
    return _signed_in(
        session.execute(_by_sign_in(), {"sign_in_id": sign_in_id, "moment": now}).all()
    )


def find_token(session: Session, text: str, now: datetime) -> SignedIn | None:
    """Return whose token this is, narrowed to its role, or None; one statement."""
    if not text.startswith(TOKEN_MARK) or len(text) > 100:
        return None
    query = _joined(
        _with_roles(Token.id.label("key"), Token.role.label("token_role"))
        .select_from(Token)
        .join(Person, Person.id == Token.person_id)
    ).where(Token.hash == _digest(text), Token.ended_at.is_(None), Token.expires_at > now)
    return _signed_in(session.execute(query, {"moment": now}).all())


def find_known(session: Session, source: str, external_key: str, now: datetime) -> SignedIn | None:
    """Return the person whom a host's account was linked to at sign-in, or None; one statement."""
    query = _joined(
        _with_roles(Person.id.label("key"), literal(None).label("token_role")).select_from(Person)
    ).where(Person.source == source, Person.external_key == external_key)
    return _signed_in(session.execute(query, {"moment": now}).all())


def start_sign_in(
    session: Session, person: Person, *, now: datetime, settings: Settings, device: str = ""
) -> SignIn:
    """Begin a sign-in; its random id is what the session cookie carries."""
    sign_in = SignIn(
        id=secrets.token_urlsafe(24),
        person_id=person.id,
        created_at=now,
        expires_at=now + timedelta(hours=settings.session_hours),
        device="".join(sign for sign in device if sign.isprintable())[:120],
    )
    session.add(sign_in)
    session.flush()
    return sign_in


def list_sign_ins(session: Session, person_id: int, now: datetime) -> list[SignIn]:
    """Return the person's open sign-ins, the latest first."""
    return list(session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.created_at.desc())
    ))  # fmt: skip


def end_sign_in(session: Session, person_id: int, sign_in_id: str, now: datetime) -> None:
    """End one sign-in of this person; ending it again, or another's, changes nothing."""
    _end(session, SignIn.person_id == person_id, SignIn.id == sign_in_id, now=now)


def end_sign_ins(session: Session, person_id: int, now: datetime, *, keep: str = "") -> None:
    """End all sign-ins of this person but the one named `keep`."""
    _end(session, SignIn.person_id == person_id, SignIn.id != keep, now=now)


def forget_old_sign_ins(session: Session, now: datetime, *, days: int = 90) -> None:
    """Remove sign-ins that ended long ago; a job does this now and then."""
    session.execute(delete(SignIn).where(SignIn.expires_at < now - timedelta(days=days)))


def _end(session: Session, *conditions: ColumnElement[bool], now: datetime) -> None:
    session.execute(
        update(SignIn).where(*conditions, SignIn.ended_at.is_(None)).values(ended_at=now)
    )


def make_token(
    session: Session,
    person_id: int,
    *,
    now: datetime,
    role: str | None = None,
    days: int = 90,
) -> str:
    """Make a bearer token and return its text, which is kept nowhere.

    Raises
    ------
    Invalid
        The person does not hold `role`, or the time is not between a day and a year.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise Invalid(
            Message("A token is valid for 1 to %(longest)s days.", longest=LONGEST_DAYS)
        )  # fmt: skip
    held = {Role.EMPLOYEE.value, *(grant.role for grant in grants_of(session, person_id))}
    if role is not None and role not in held:
        raise Invalid(
            Message(
                "This person does not hold the role %(role)s; a token can have: %(held)s.",
                role=role,
                held=", ".join(sorted(held)),
            )
        )
    text = TOKEN_MARK + secrets.token_urlsafe(32)
    session.add(
        Token(
            hash=_digest(text),
            person_id=person_id,
            role=role,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    return text


def list_tokens(session: Session, person_id: int, now: datetime) -> list[Token]:
    """Return the person's tokens that still work, the latest first."""
    return list(session.scalars(
        select(Token)
        .where(Token.person_id == person_id, Token.ended_at.is_(None), Token.expires_at > now)
        .order_by(Token.id.desc())
    ))  # fmt: skip


def end_token(session: Session, person_id: int, token_id: int, now: datetime) -> None:
    """End a token of this person.

    Raises
    ------
    NotFound
        The person has no such token.
    """
    token = session.get(Token, token_id) if 0 < token_id < 2**63 else None
    if token is None or token.person_id != person_id:
        raise NotFound(Message("There is no such token."))
    token.ended_at = token.ended_at or now


def end_tokens(session: Session, person_id: int, now: datetime) -> None:
    """End all tokens of this person."""
    session.execute(
        update(Token)
        .where(Token.person_id == person_id, Token.ended_at.is_(None))
        .values(ended_at=now)
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
