"""The units that an import names: those that exist, those it would make, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.errors import Message
from learn.people.access import Scope
from learn.people.imports.nearest import Nearest
from learn.people.imports.planning import Draft, Findings, HasPath, PlannedUnit, UnitToMake, chunks
from learn.people.models import Unit

DEEPEST = 30


class UnitsOfImport:
    """Units by code, existing or to be made; each row asks for its own."""

    def __init__(
        self,
        session: Session,
        drafts: list[Draft],
        findings: Findings,
        made: Mapping[str, UnitToMake],
    ) -> None:
        self._session, self._findings = session, findings
        self._defined = _definitions(drafts, findings)
        codes = {draft.values[name] for draft in drafts
                 for name in ("unit_code", "parent_unit_code") if name in draft.values}  # fmt: skip
        self._units: dict[str, HasPath] = {**_existing(session, codes), **made}
        self._by_id = {unit.id: unit for unit in self._units.values() if isinstance(unit, Unit)}
        self._root = session.scalar(select(Unit).where(Unit.parent_id.is_(None)).limit(1))
        self._codes: Nearest | None = None
        self.to_make: list[PlannedUnit] = []
        for code in sorted(self._defined):
            self._resolve(code, ())
        self._compare()

    def of(self, draft: Draft, scope: Scope) -> HasPath | None:
        """Return the unit that the row names; an unknown one, or one out of reach, is noted."""
        code = draft.values.get("unit_code")
        if code is None:
            if "unit" in draft.values:
                message = Message("The unit has a name and no code; the code tells which it is.")
                self._findings.error(draft, "unit_code", message)
            return None
        unit = self._units.get(code)
        if unit is None:
            if not draft.failed:
                self._findings.error(draft, "unit_code", self._unknown(code))
        elif not scope.reaches(unit.path):
            message = Message("The unit %(code)s is not among yours.", code=code)
            self._findings.error(draft, "unit_code", message)
            return None
        return unit

    def paths(self, ids: set[int]) -> Mapping[int, Unit]:
        """Return units by id."""
        missing = sorted(ids - self._by_id.keys())
        for some in chunks(missing):
            for unit in self._session.scalars(select(Unit).where(Unit.id.in_(some))):
                self._by_id[unit.id] = unit
        return self._by_id

    def _resolve(self, code: str, above: tuple[str, ...]) -> HasPath | None:
        if code in self._units or code not in self._defined:
            return self._units.get(code)
        name, parent_code, draft = self._defined[code]
        if code in above or len(above) > DEEPEST:
            message = Message("The unit %(code)s would stand below itself, or too deep.", code=code)
            self._findings.error(draft, "parent_unit_code", message)
            return None
        parent: HasPath | None = self._root
        if parent_code is not None:
            parent = self._resolve(parent_code, (*above, code))
            if parent is None:
                if not draft.failed:
                    message = self._unknown(parent_code)
                    self._findings.error(draft, "parent_unit_code", message)
                return None
        # a path that no real unit has: enough to ask whether it is within reach
        unit = UnitToMake(code, name, f"{parent.path if parent else '/0/'}+{code}/")
        self._units[code] = unit
        self.to_make.append(PlannedUnit(code, name, parent_code))
        return unit

    def _unknown(self, code: str) -> Message:
        if self._codes is None:
            self._codes = Nearest([*self._units, *self._session.scalars(select(Unit.code))])
        near = self._codes.of(code)
        if near:
            return Message("There is no unit %(code)s; did you mean %(near)s? A new one needs its name.",
                           code=code, near=near)  # fmt: skip
        return Message(
            "There is no unit %(code)s; a new one needs its name beside the code.", code=code
        )

    def _compare(self) -> None:
        """Warn where the sheet has another name or place for a unit: an import never changes units."""
        known = self.paths({unit.parent_id for unit in self._by_id.values() if unit.parent_id})
        for code, (name, parent_code, draft) in self._defined.items():
            unit = self._units.get(code)
            if not isinstance(unit, Unit):
                continue
            if unit.name != name:
                message = Message("The unit %(code)s is named %(name)s here; it keeps that name.",
                                  code=code, name=unit.name)  # fmt: skip
                self._findings.warn(draft, "unit", message)
            parent = known.get(unit.parent_id or 0)
            if parent_code is not None and parent is not None and parent.code != parent_code:
                message = Message("The unit %(code)s stands below %(parent)s here; it stays there.",
                                  code=code, parent=parent.code)  # fmt: skip
                self._findings.warn(draft, "parent_unit_code", message)


def _definitions(
    drafts: list[Draft], findings: Findings
) -> dict[str, tuple[str, str | None, Draft]]:
    """Return name and parent of each unit that a row describes with code and name."""
    found: dict[str, tuple[str, str | None, Draft]] = {}
    for draft in drafts:
        code, name = draft.values.get("unit_code"), draft.values.get("unit")
        if not code or not name:
            continue
        parent = draft.values.get("parent_unit_code")
        known = found.get(code)
        if known is None or (known[1] is None and known[0] == name):
            found[code] = (name, parent, draft if known is None else known[2])
        elif known[0] != name:
            message = Message("The unit %(code)s is named %(name)s in row %(row)s.",
                              code=code, name=known[0], row=known[2].row)  # fmt: skip
            findings.error(draft, "unit", message)
        elif parent is not None and known[1] != parent:
            message = Message("The unit %(code)s stands below %(parent)s in row %(row)s.",
                              code=code, parent=known[1], row=known[2].row)  # fmt: skip
            findings.error(draft, "parent_unit_code", message)
    return found


def _existing(session: Session, codes: set[str]) -> dict[str, Unit]:
    found = {}
    for some in chunks(sorted(codes)):
        for unit in session.scalars(select(Unit).where(Unit.code.in_(some))):
            found[unit.code] = unit
    return found
