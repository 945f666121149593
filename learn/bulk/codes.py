"""The bulk act that makes one-time codes; they are shown once, to who made them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learn.bulk.acts import NOT_ACTIVE, active_of
from learn.bulk.kinds import BulkAct, Judged, Office, Params, Target, bulk_act, chunks
from learn.db import moment_text
from learn.errors import Conflict, Forbidden, Message
from learn.ledger import audit
from learn.people.access import Action, can_reset
from learn.people.models import Account, OneTimeCode, Person, Unit
from learn.people.roles import grants_of_all
from learn.people.signing_in.codes import make_code

MORE = Message("They may do more than you do; an administrator makes their code.")
HAS_PASSWORD = Message("They have a password already.")


@bulk_act
class Codes(BulkAct):
    """Make one-time codes for people without a password."""

    key = "codes"
    title = Message("Make one-time codes")
    told = Message("One-time codes made")
    action = Action.MAKE_CODES
    lists = ("people",)
    at_once = 500

    def judge(
        self, session: Session, targets: Sequence[Target], params: Params, office: Office
    ) -> list[Judged]:
        """Leave out who has a password, who has left, and who may do more than the actor."""
        ids = [target.person_id for target in targets]
        active, grants = active_of(session, ids), grants_of_all(session, ids)
        signing_in, paths = _with_password(session, ids), _paths(session, ids)

        def why(who: int) -> Message | None:
            if who not in active:
                return NOT_ACTIVE
            if who in signing_in:
                return HAS_PASSWORD
            within = can_reset(
                office.actor, grants.get(who, ()), unit_path=paths.get(who), person_id=who
            )
            return None if within else MORE

        return [Judged(target, why(target.person_id)) for target in targets]

    def do(
        self, session: Session, target: Target, params: Params, office: Office, batch: int
    ) -> str:
        """Make one code; undoing needs the moment at which it was made."""
        who = session.get_one(Person, target.person_id)
        if session.get(Account, who.id) and who.id in _with_password(session, [who.id]):
            raise Forbidden(HAS_PASSWORD)
        office.shown[who.id] = make_code(
            session, who, actor=office.actor, now=office.now, settings=office.settings
        )
        return moment_text(office.now)

    def undo(
        self, session: Session, target: Target, made: str, params: Params, office: Office,
        batch: int,
    ) -> None:  # fmt: skip
        """Take the code away, where it was not used and not replaced since."""
        code = session.get(OneTimeCode, target.person_id, populate_existing=True)
        if code is None or code.used_at is not None or moment_text(code.made_at) != made:
            raise Conflict(Message("The code was used, or replaced by another one."))
        session.execute(delete(OneTimeCode).where(OneTimeCode.person_id == target.person_id))
        data = {"people": [target.person_id], "batch": batch}
        audit(session, "codes_taken_back", data, actor_id=office.actor_id, at=office.now)


def _with_password(session: Session, ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in chunks(ids):
        query = select(Account.person_id).where(
            Account.person_id.in_(some), Account.password_hash.is_not(None)
        )
        found.update(session.scalars(query))
    return found


def _paths(session: Session, ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in chunks(ids):
        rows = session.execute(
            select(Person.id, Unit.path)
            .join(Unit, Unit.id == Person.unit_id)
            .where(Person.id.in_(some))
        )
        found.update({row.id: row.path for row in rows})
    return found
