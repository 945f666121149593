"""``learn ledger``: proving that nothing was changed, and making projections again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from sqlalchemy import func, select

from learn.cli.context import CommandContext, current
from learn.cli.progress import bar
from learn.errors import Message
from learn.ledger.models import LedgerEntry
from learn.ledger.rebuild import CannotRebuild, Difference, people_in_ledger, rebuild_person
from learn.ledger.verify import Counts, Finding
from learn.ledger.verify import verify as findings_of

EVERY = 5000


@click.group()
def ledger() -> None:
    """The ledger of what people did: verify it, rebuild what follows from it."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(as_json: bool) -> None:
    """Prove that no entry was changed, removed or put elsewhere; exit code 1 if one was."""
    context = current()
    counts, listed = Counts(), []
    for finding in _verified(context, counts):
        if as_json:
            listed.append(_finding_data(context, finding))
        else:
            context.say(finding.message)
    if as_json:
        click.echo(json.dumps({**asdict(counts), "list": listed}, ensure_ascii=False, indent=2))
    else:
        _summary(context, counts)
    raise SystemExit(1 if counts.findings else 0)


def _verified(context: CommandContext, counts: Counts) -> Iterator[Finding]:
    """Yield the findings, with a bar over the entries."""
    with context.database.snapshot() as session:
        total = session.scalar(select(func.count()).select_from(LedgerEntry)) or 0
        with bar(length=total, label=context.translate(Message("Verifying"))) as shown:
            yield from findings_of(
                session,
                counts,
                watch=lambda: shown.update(EVERY) if counts.entries % EVERY == 0 else None,
            )


def _finding_data(context: CommandContext, finding: Finding) -> dict[str, Any]:
    return {
        "chain": finding.chain, "person_id": finding.person_id, "seq": finding.seq,
        "reason": context.translate(finding.reason),
    }  # fmt: skip


def _summary(context: CommandContext, counts: Counts) -> None:
    context.say(
        Message(
            "%(people)s people, %(entries)s entries, %(acts)s acts of the audit chain, "
            "%(details)s details (%(detached)s erased): %(findings)s findings.",
            people=counts.people, entries=counts.entries, acts=counts.acts,
            details=counts.details, detached=counts.detached, findings=counts.findings,
        )
    )  # fmt: skip
    if counts.findings and counts.people and not counts.whole_chains:
        context.say(
            Message(
                "No chain holds at all: is LEARN_LEDGER_KEY the one that the entries were made with?"
            )
        )


@ledger.command()
@click.option("--check", is_flag=True, help="Change nothing; exit code 1 when something differs.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def rebuild(check: bool, as_json: bool) -> None:
    """Make the projections again from the ledger, person by person; safe while Learn serves."""
    context = current()
    with context.database.reading() as session:
        people = people_in_ledger(session)
    different, failed = 0, 0
    listed: list[dict[str, Any]] = []
    with bar(people, label=context.translate(Message("Rebuilding"))) as shown:
        for person_id in shown:
            differences, sound = _rebuilt(context, person_id, check)
            different += len(differences) if sound else 0
            failed += not sound
            for each in differences:
                _tell(context, each, listed if as_json else None)
    result = {"people": len(people), "differences": different, "failed": failed}
    if as_json:
        click.echo(json.dumps({**result, "list": listed}, ensure_ascii=False, indent=2))
    elif check:
        context.say(
            Message("%(people)s people: %(differences)s differences, %(failed)s failed.", **result)
        )
    else:
        context.say(
            Message("%(people)s people: %(differences)s differences put right, %(failed)s failed.", **result)
        )  # fmt: skip
    raise SystemExit(1 if failed or (check and different) else 0)


def _rebuilt(context: CommandContext, person_id: int, check: bool) -> tuple[list[Difference], bool]:
    with context.database.writing() as session:
        try:
            differences = rebuild_person(session, person_id)
        except CannotRebuild as error:
            session.rollback()
            return [error.difference], False
        if check:
            session.rollback()
        else:
            session.commit()
        return differences, True


def _tell(
    context: CommandContext, difference: Difference, listed: list[dict[str, Any]] | None
) -> None:
    if listed is None:
        context.say(difference.message)
    else:
        listed.append(
            {
                "table": difference.table,
                "key": list(difference.key),
                "what": context.translate(difference.what),
            }
        )
