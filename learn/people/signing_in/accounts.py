"""Learn's own accounts: signing in with number and password, first passwords, the first admin."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.errors import Conflict, Invalid, LearnError, Message
from learn.people.access import Role
from learn.people.directory import digits_of, find_by_number
from learn.people.models import Account, OneTimeCode, Person, PersonNumber
from learn.people.roles import grant_role
from learn.people.services import add_person
from learn.people.signing_in.codes import expired_message, make_code, make_codes, normal_code
from learn.people.signing_in.passwords import (
    check_password,
    hash_password,
    needs_rehash,
    verify_code,
    verify_password,
)
from learn.people.signing_in.signed_in import (
    SignedIn,
    end_sign_in,
    end_sign_ins,
    end_token,
    end_tokens,
    find_known,
    find_signed_in,
    find_token,
    list_sign_ins,
    list_tokens,
    make_token,
    start_sign_in,
)
from learn.people.signing_in.throttle import TooManyTries, count_try, forget_tries, throttle_key
from learn.people.units import root_unit

__all__ = [
    "SignInRefused",
    "SignedIn",
    "TooManyTries",
    "authenticate",
    "change_password",
    "end_sign_in",
    "end_sign_ins",
    "end_token",
    "end_tokens",
    "find_known",
    "find_signed_in",
    "find_token",
    "init_admin",
    "list_sign_ins",
    "list_tokens",
    "make_code",
    "make_codes",
    "make_token",
    "set_password",
    "start_sign_in",
    "use_code",
]

FIRST_NAME = "Admin"


class SignInRefused(LearnError):
    """It did not work; the sentence is the same whatever the cause, so that it tells nothing."""

    status = 401
    code = "sign-in-refused"


def authenticate(
    session: Session, number: str, password: str, *, now: datetime, settings: Settings
) -> Person:
    """Return the person with this number and password.

    Each try is counted in `session`: the caller commits even when this raises. An unknown number
    takes as long as a wrong password.

    Raises
    ------
    TooManyTries, SignInRefused
        The number was tried too often; or number and password do not belong together.
    """
    count_sign_in(session, number, now=now, settings=settings)
    person = check_sign_in(session, number, password)
    after_sign_in(session, person, number, password)
    return person


def count_sign_in(session: Session, number: str, *, now: datetime, settings: Settings) -> None:
    """Count one try to sign in with this number; the caller commits before it is looked at.

    Raises
    ------
    TooManyTries
        The number was tried too often.
    """
    count_try(session, _sign_in_key(number), limit=settings.sign_in_tries, now=now)


def check_sign_in(session: Session, number: str, password: str) -> Person:
    """Return the person with this number and password; only reads.

    Hashing takes its time on purpose: with a reading session it keeps no writer waiting.

    Raises
    ------
    SignInRefused
        Number and password do not belong together.
    """
    person = _active(find_by_number(session, number))
    account = session.get(Account, person.id) if person else None
    kept = account.password_hash if account else None
    if not verify_password(kept, password) or person is None:
        raise SignInRefused(
            Message("This number and password do not work together. Please check both.")
        )
    return person


def after_sign_in(session: Session, person: Person, number: str, password: str) -> None:
    """Start counting from nothing again; a hash of weaker settings is made anew."""
    forget_tries(session, _sign_in_key(number))
    account = session.get(Account, person.id)
    if account is not None and account.password_hash and needs_rehash(account.password_hash):
        account.password_hash = hash_password(password)


def _sign_in_key(number: str) -> str:
    return throttle_key("sign-in", digits_of(number) or number[:100])


def use_code(
    session: Session,
    number: str,
    code: str,
    new_password: str,
    *,
    now: datetime,
    settings: Settings,
) -> Person:
    """Set a password with a one-time code, which is used up by it; all other sign-ins end.

    Each try is counted in `session`: the caller commits even when this raises.

    Raises
    ------
    TooManyTries, SignInRefused, WeakPassword
        Too many attempts; number and code do not work; they do (and stay good), the password does not.
    """
    key = throttle_key("code", digits_of(number) or number[:100])
    count_try(session, key, limit=settings.sign_in_tries, now=now)
    person = _active(find_by_number(session, number))
    kept = _open_code(session, person.id, now) if person else None
    right = verify_code(kept.code_hash if kept else None, normal_code(code))
    if not right or person is None or kept is None:
        raise SignInRefused(expired_message())
    forget_tries(session, key)
    forget_tries(session, _sign_in_key(number))
    set_password(session, person, new_password, now=now)
    kept.used_at = now
    session.flush()
    return person


def change_password(
    session: Session,
    person: Person,
    old: str,
    new: str,
    *,
    now: datetime,
    settings: Settings,
    keep: str = "",
) -> None:
    """Change the password of somebody who knows it; all sign-ins but `keep` end.

    Tries are counted in `session`: the caller commits even when this raises.

    Raises
    ------
    TooManyTries, Invalid, WeakPassword
        Too many attempts; the old password is wrong; the new one is not good enough.
    """
    key = throttle_key("password", str(person.id))
    count_try(session, key, limit=settings.sign_in_tries, now=now)
    account = session.get(Account, person.id)
    if not verify_password(account.password_hash if account else None, old):
        raise Invalid(Message("The current password is wrong."))
    forget_tries(session, key)
    if old == new:
        raise Invalid(Message("The new password is the same as the current one. Choose another."))
    set_password(session, person, new, now=now, keep=keep)


def set_password(
    session: Session, person: Person, password: str, *, now: datetime, keep: str = ""
) -> None:
    """Give the person this password; all sign-ins but `keep` end, and on a reset all tokens too.

    Raises
    ------
    WeakPassword
        It is short or easy to guess.
    """
    numbers = session.scalars(
        select(PersonNumber.number).where(PersonNumber.person_id == person.id)
    )
    check_password(password, name=person.name, numbers=numbers)
    account = session.get(Account, person.id)
    if account is None:
        account = Account(person_id=person.id)
        session.add(account)
    elif account.password_hash is not None and not keep:
        end_tokens(session, person.id, now)
    account.password_hash, account.changed_at = hash_password(password), now
    account.must_change = False
    end_sign_ins(session, person.id, now, keep=keep)
    session.flush()


def init_admin(session: Session, number: str, *, now: datetime, settings: Settings) -> str:
    """Make sure that the person with this number administers the whole; return a one-time code.

    Somebody who is not known yet is added. Doing it again changes nothing but the code.

    Raises
    ------
    InvalidNumber, Conflict
        The number has the wrong form; its person is not active any more.
    """
    root = root_unit(session, now=now)
    person = find_by_number(session, number)
    if person is None:
        person = add_person(
            session,
            number=number,
            name=FIRST_NAME,
            unit=root,
            actor_id=None,
            now=now,
            settings=settings,
        )
    if not person.active:
        raise Conflict(Message("The person with this number is not active. Name another number."))
    grant_role(session, person, Role.ADMIN, unit=root, actor=None, now=now)
    return make_code(session, person, actor=None, now=now, settings=settings)


def _active(person: Person | None) -> Person | None:
    return person if person is not None and person.active else None


def _open_code(session: Session, person_id: int, now: datetime) -> OneTimeCode | None:
    return session.scalar(
        select(OneTimeCode)
        .where(
            OneTimeCode.person_id == person_id,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .with_for_update()
    )
