"""The JP account: credits from completions, their withdrawal, and the account of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.config import Settings
from learn.hours.forms import load_forms
from learn.hours.models import HoursCredit, HoursYear
from learn.hours.rules import YearStatus, jp_year
from learn.ledger import Entry, append, project
from learn.progress.awards import Award, awards

HOURS_CREDITED = "hours_credited"
HOURS_WITHDRAWN = "hours_withdrawn"


@project(HOURS_CREDITED)
def credit(session: Session, entry: Entry) -> None:
    """JP are credited."""
    data = entry.data
    session.add(
        HoursCredit(
            person_id=entry.person_id, seq=entry.seq, year=data["year"], jp=data["jp"],
            form=data["form"], course=data.get("course", ""), cycle=data.get("cycle", 0),
            claim=data.get("claim"), credited_at=entry.at,
        )
    )  # fmt: skip
    _add_to_year(session, entry.person_id, data["year"], data["jp"])


@project(HOURS_WITHDRAWN)
def uncredit(session: Session, entry: Entry) -> None:
    """A credit no longer counts."""
    credit = session.get_one(HoursCredit, (entry.person_id, entry.data["credit"]))
    credit.withdrawn_at = entry.at
    _add_to_year(session, entry.person_id, credit.year, -credit.jp)


def _add_to_year(session: Session, person_id: int, year: int, jp: int) -> None:
    account = session.get(HoursYear, (person_id, year))
    if account is None:
        session.add(HoursYear(person_id=person_id, year=year, earned=jp))
    else:
        account.earned += jp
    session.flush()


class HoursOfCompletion:
    """A completion credits the JP that its course version says, once a cycle."""

    def give(self, session: Session, award: Award, *, settings: Settings) -> None:
        """Credit the JP in the local year of the completion; 0 JP are no credit."""
        if award.hours <= 0:
            return
        data = {
            "course": award.course, "cycle": award.cycle, "form": award.form, "jp": award.hours,
            "year": jp_year(award.completed_at, award.zone), "version": award.version_id,
        }  # fmt: skip
        append(session, award.person_id, HOURS_CREDITED, data, at=award.completed_at)

    def take_back(
        self, session: Session, person_id: int, course: str, cycle: int, *, now: datetime
    ) -> None:
        """Withdraw the credit of the completion."""
        credits_standing = session.scalars(
            select(HoursCredit.seq).where(
                HoursCredit.person_id == person_id,
                HoursCredit.course == course,
                HoursCredit.cycle == cycle,
                HoursCredit.withdrawn_at.is_(None),
            )
        ).all()
        for seq in credits_standing:
            append(session, person_id, HOURS_WITHDRAWN, {"credit": seq}, at=now)


awards(HoursOfCompletion())


@dataclass(frozen=True)
class YearAccount:
    """The JP of one person in one year against the obligation of their kind of employment."""

    year: int
    status: YearStatus

    @property
    def earned(self) -> int:
        """Verified JP."""
        return self.status.earned

    @property
    def target(self) -> int | None:
        """The floor or ceiling, None where there is none."""
        return self.status.target


def year_earned(session: Session, person_id: int, year: int) -> int:
    """Return the verified JP of a year."""
    account = session.get(HoursYear, (person_id, year))
    return account.earned if account else 0


def year_accounts(
    session: Session, person_id: int, kind: str, post_class: str | None, *, this_year: int
) -> list[YearAccount]:
    """Return the accounts of this year (also when empty) and of all earlier years with JP."""
    earned = {
        row.year: row.earned
        for row in session.execute(
            select(HoursYear.year, HoursYear.earned).where(HoursYear.person_id == person_id)
        )
    }
    earned.setdefault(this_year, 0)
    obligation = load_forms().obligation(kind, post_class)
    return [
        YearAccount(year, YearStatus(obligation, earned[year]))
        for year in sorted(earned, reverse=True)
    ]
