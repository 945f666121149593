"""Comparing the rows of an import with the people who are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.people.access import Action, Actor, Grant, Scope, can_grant, refusal
from learn.people.imports.planning import (
    Difference,
    Draft,
    Findings,
    HasPath,
    PlannedChange,
    PlannedPerson,
    PlannedPost,
    UnitToMake,
    chunks,
)
from learn.people.imports.units import UnitsOfImport
from learn.people.models import Person, Post
from learn.people.numbers import mask
from learn.people.roles import grants_of_all
from learn.people.services import NewPerson

_FIELDS = ("name", "title_before", "title_after", "kind", "email", "active")
_POST_FIELDS = (("post", "post_title"), ("post_class", "post_class"), ("grade", "grade"))


class Planner:
    """Compares each row with what is there; everything it needs is read beforehand, in bulk."""

    def __init__(
        self,
        session: Session,
        actor: Actor | None,
        reach: Scope,
        findings: Findings,
        today: date,
        drafts: list[Draft],
        matched: dict[int, Person],
        known: dict[str, Person],
        made: Mapping[str, UnitToMake],
    ) -> None:
        self.actor, self.reach, self.findings, self.today = actor, reach, findings, today
        self.matched, self.known = matched, known
        self.units = UnitsOfImport(session, drafts, findings, made)
        people = matched.values()
        self.unit_of = self.units.paths({p.unit_id for p in people if p.unit_id is not None})
        ids = sorted(person.id for person in people)
        self.since, self.over = _post_days(session, ids)
        with_roles = [matched[d.row].id for d in drafts if "role" in d.values and d.row in matched]
        self.grants = grants_of_all(session, with_roles)

    def plan(
        self, drafts: list[Draft]
    ) -> tuple[list[PlannedPerson], list[PlannedChange], int]:  # fmt: skip
        """Return whom to add, whom to change, and how many are as the sheet says."""
        new, changed, unchanged = [], [], 0
        for draft in drafts:
            person = self.matched.get(draft.row)
            unit = self.units.of(draft, self.reach)
            if draft.get("since", self.today) > self.today:
                message = Message("This day is in the future; import the post when it starts.")
                self.findings.error(draft, "since", message)
            if draft.failed:
                continue
            if person is None:
                planned = self._new(draft, unit)
                new.extend([planned] if planned else [])
                continue
            change = self._change(draft, person, unit)
            changed.extend([change] if change else [])
            unchanged += not change and not draft.failed
        return new, changed, unchanged

    def _new(self, draft: Draft, unit: HasPath | None) -> PlannedPerson | None:
        if unit is None and not self.reach.everything:
            message = Message("A new person needs the code of a unit that is among yours.")
            self.findings.error(draft, "unit_code", message)
        roles = self._roles(draft, unit, ())
        if draft.failed:
            return None
        person = NewPerson(
            number=draft.number,
            number_kind=draft.number_kind,
            name=draft.values["name"],
            title_before=draft.get("title_before", ""),
            title_after=draft.get("title_after", ""),
            kind=draft.get("kind", draft.number_kind),
            active=draft.get("active", True),
            email=draft.get("email", None),
            post_title=draft.get("post", ""),
            post_class=draft.get("post_class", ""),
            grade=draft.get("grade", ""),
            since=draft.get("since", self.today),
        )
        return PlannedPerson(draft.row, person, unit.code if unit else None, roles)

    def _change(self, draft: Draft, person: Person, unit: HasPath | None) -> PlannedChange | None:
        held = self.unit_of.get(person.unit_id) if person.unit_id is not None else None
        if not self.reach.reaches(held.path if held else None):
            message = Message("This person belongs to a unit that is not among yours.")
            self.findings.error(draft, "number", message)
            return None
        fields = {
            name: draft.values[name]
            for name in _FIELDS
            if name in draft.values and draft.values[name] != getattr(person, name)
        }
        differences = [
            Difference(n, _shown(getattr(person, n)), _shown(v)) for n, v in fields.items()
        ]
        post = self._post(draft, person, held, unit, differences)
        number = None
        if draft.number not in self.known:
            number = draft.number
            differences.append(Difference("number", mask(draft.old_number or ""), mask(number)))
        roles = self._roles(draft, unit or held, self.grants.get(person.id, ()))
        differences.extend(Difference("role", "", role) for role in roles)
        if draft.failed or not differences:
            return None
        target = unit or held
        return PlannedChange(
            row=draft.row,
            person_id=person.id,
            name=person.name,
            differences=tuple(differences),
            fields=fields,
            number=number,
            number_kind=draft.number_kind,
            post=post,
            roles=roles,
            unit_code=target.code if target else None,
        )

    def _post(
        self,
        draft: Draft,
        person: Person,
        held: HasPath | None,
        unit: HasPath | None,
        differences: list[Difference],
    ) -> PlannedPost | None:
        """Return the post to be set, with what differs added to `differences`; None: all is the same."""
        after = {attr: draft.get(column, getattr(person, attr)) for column, attr in _POST_FIELDS}
        found = [
            Difference(column, getattr(person, attr), after[attr])
            for column, attr in _POST_FIELDS
            if after[attr] != getattr(person, attr)
        ]
        if unit is not None and (held is None or held.code != unit.code):
            found.append(Difference("unit_code", held.code if held else "", unit.code))
        given, present = draft.get("since", None), self.since.get(person.id)
        if given is not None and present is not None and given != present:
            found.append(Difference("since", present.isoformat(), given.isoformat()))
        if not found:
            return None
        differences.extend(found)
        target, since = unit or held, given or self.today
        over = self.over.get(person.id)
        if target is None:
            message = Message("A post needs the code of its unit.")
            self.findings.error(draft, "unit_code", message)
            return None
        if over is not None and since <= over:
            message = Message("Another post was held until %(day)s; this one starts after it.",
                              day=over.isoformat())  # fmt: skip
            self.findings.error(draft, "since", message)
            return None
        return PlannedPost(
            unit_code=target.code,
            title=after["post_title"],
            post_class=after["post_class"],
            grade=after["grade"],
            since=since,
        )

    def _roles(
        self, draft: Draft, unit: HasPath | None, held: Sequence[Grant]
    ) -> tuple[str, ...]:  # fmt: skip
        """Return the roles of the row that are not held on its unit yet; an import ends none."""
        roles = draft.get("role", [])
        if roles and unit is None:
            message = Message("A role needs the code of the unit that it is granted on.")
            self.findings.error(draft, "role", message)
            return ()
        path = unit.path if unit else None
        for role in roles:
            if self.actor is not None and not can_grant(self.actor, role, unit_path=path):
                self.findings.error(draft, "role", refusal(Action.GRANT_ROLES))
        return tuple(role for role in roles if Grant(role, path) not in held)


def _post_days(
    session: Session, ids: Sequence[int]
) -> tuple[dict[int, date], dict[int, date]]:  # fmt: skip
    """Return by person when the present main post began, and when the last one before it ended."""
    since: dict[int, date] = {}
    over: dict[int, date] = {}
    for some in chunks(ids):
        mine = Post.person_id.in_(some) & Post.main
        for person_id, day in session.execute(
            select(Post.person_id, Post.since).where(mine, Post.until.is_(None))
        ):
            since[person_id] = day
        for person_id, last in session.execute(
            select(Post.person_id, func.max(Post.until)).where(mine).group_by(Post.person_id)
        ):
            if last is not None:
                over[person_id] = last
    return since, over


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)
