"""A draft becomes a version that never changes; what was earned on earlier codes goes on counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import select

from learn.competencies.framework import drafts, edits
from learn.competencies.framework import versions as framework_versions
from learn.competencies.framework.body import body_of, digest_of
from learn.competencies.framework.catalogue import (
    Succession,
    load_framework,
    shipped_framework,
    use_framework,
)
from learn.competencies.framework.changes import compare
from learn.competencies.framework.drafts import NotPublishable
from learn.competencies.framework.models import FrameworkVersion
from learn.competencies.framework.rules import check, tidy_text
from learn.competencies.framework.versions import by_digest, content_of, in_force, versions
from learn.competencies.reading import Bilingual
from learn.errors import Conflict, Invalid, NotFound
from learn.ledger.models import AuditEntry

ZONE = "Asia/Makassar"
TODAY = date(2026, 11, 24)
PUBLISHED = edits.codes_of(shipped_framework())
names = count(1)


def with_name(content, code="M.01", name=""):
    found = edits.in_force(content, code)
    return edits.changed(
        content, replace(found, names=Bilingual(name or f"Nama {next(names)}", "Name"))
    )


def publish(session, edit, now, *, day=TODAY, **known):
    draft = drafts.read_draft(session) or drafts.begin(session, actor_id=1, now=now)
    draft = drafts.save(session, edit(draft.content), based_on=draft.digest, actor_id=1, now=now)
    return drafts.publish(
        session, based_on=draft.digest, title=known.get("title", ""), regulation="",
        in_force_from=day, units=known.get("units", ()), actor_id=1, now=now, time_zone=ZONE,
    )  # fmt: skip


def test_until_one_is_published_the_shipped_version_is_in_force(database, now):
    with database.reading() as session:
        assert in_force(session, now) is shipped_framework()
        assert [row.number for row in versions(session)] == [1]


def test_a_published_version_is_named_by_the_digest_of_its_content(database, now):
    with database.transaction() as session:
        row = publish(session, with_name, now)
        assert row.digest == digest_of(row.body)
        assert by_digest(session, row.digest).version == "framework/2"
    with database.reading() as session:
        assert [each.number for each in versions(session)] == [2, 1]
        first = session.get_one(FrameworkVersion, 1)
        assert content_of(session, first) == shipped_framework()
        [act] = session.scalars(select(AuditEntry.data).where(AuditEntry.kind == drafts.PUBLISHED))
        assert row.digest in str(act)


def test_a_version_whose_content_was_changed_by_hand_is_not_read(database, now):
    with database.transaction() as session:
        digest = publish(session, lambda content: with_name(content, name="Asli"), now).digest
    framework_versions._cached.pop(digest, None)
    with database.transaction() as session:
        row = session.get_one(FrameworkVersion, 2)
        row.body = row.body.replace("Asli", "Palsu")
        session.flush()
        with pytest.raises(NotFound, match="damaged"):
            by_digest(session, digest)


def test_a_planned_version_is_in_force_from_the_start_of_its_local_day(database, now):
    day = TODAY + timedelta(days=10)
    with database.transaction() as session:
        publish(session, lambda content: with_name(content, name="Nanti"), now, day=day)
    midnight = now.replace(hour=16, minute=0, second=0) + timedelta(days=9)  # 00.00 WITA
    with database.reading() as session:
        before = in_force(session, midnight - timedelta(seconds=1))
        assert before.competency("M.01").names.id == "Integritas"
        assert in_force(session, midnight).competency("M.01").names.id == "Nanti"


def test_what_is_in_force_is_known_to_what_never_asks_a_database(database, now):
    with database.transaction() as session:
        publish(session, lambda content: with_name(content, name="Lain"), now)
        use_framework(in_force(session, now))
    try:
        assert load_framework().competency("M.01").names.id == "Lain"
    finally:
        use_framework(None)
    assert load_framework().competency("M.01").names.id == "Integritas"


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(1945, 8, 17)])
def test_no_version_is_in_force_before_today(database, now, day):
    with database.transaction() as session, pytest.raises(Invalid, match="today or a later day"):
        publish(session, with_name, now, day=day)


def test_no_version_comes_before_a_planned_one(database, now):
    with database.transaction() as session:
        publish(session, with_name, now, day=TODAY + timedelta(days=30))
        with pytest.raises(Invalid, match="Version 2 is in force from 2026-12-24"):
            publish(session, with_name, now, day=TODAY)


def test_a_draft_that_changes_nothing_is_not_published(database, now):
    with database.transaction() as session, pytest.raises(Conflict, match="changes nothing"):
        publish(session, lambda content: content, now)


def test_a_draft_with_mistakes_is_not_published(database, now):
    def edit(content):
        return edits.added(content, edits.new_competency("T.X.01"))

    with database.transaction() as session, pytest.raises(NotPublishable) as refused:
        publish(session, edit, now)
    fields = {finding.field for finding in refused.value.findings}
    assert {"names.id", "definitions.id", "levels.5.id"} <= fields


def test_there_is_one_draft_and_who_is_second_is_told(database, now):
    with database.transaction() as session:
        draft = drafts.begin(session, actor_id=1, now=now)
        with pytest.raises(Conflict, match="draft already"):
            drafts.begin(session, actor_id=2, now=now)
        drafts.save(session, with_name(draft.content), based_on=draft.digest, actor_id=2, now=now)
        with pytest.raises(Conflict, match="changed the draft meanwhile"):
            drafts.save(session, draft.content, based_on=draft.digest, actor_id=1, now=now)
        with pytest.raises(Conflict, match="changed the draft meanwhile"):
            drafts.remove(session, based_on=draft.digest, actor_id=1, now=now)


def test_an_earlier_version_taken_up_again_loses_no_code(database, now):
    def rename(content):
        return edits.renamed(content, "M.05", "M.55", published=PUBLISHED)

    with database.transaction() as session:
        publish(session, rename, now)
        draft = drafts.begin(session, number=1, actor_id=1, now=now)
        assert draft.content.is_in_force("M.05")
        assert draft.content.counts_as("M.55", 3) == {"M.05": 3}
        assert not [f for f in check(draft.content, draft.newest) if not f.warning]


def test_a_renamed_code_counts_under_its_new_one_over_several_versions():
    first = edits.renamed(shipped_framework(), "M.05", "M.55", published=PUBLISHED)
    second = edits.renamed(first, "M.55", "M.56", published=edits.codes_of(first))
    assert second.counts_as("M.05", 4) == {"M.56": 4}
    assert set(second.codes_read_for("M.56")) == {"M.56", "M.55", "M.05"}
    assert second.competency("M.05").code == "M.05"  # certificates that name it stay readable


def test_a_merger_and_a_split_count_by_the_levels_that_are_stated():
    content = edits.without(
        shipped_framework(), "M.02", [Succession("M.02", "M.01", {1: 0, 2: 1}), Succession("M.02", "M.03")],
        published=PUBLISHED,
    )  # fmt: skip
    assert content.counts_as("M.02", 1) == {"M.03": 1}
    assert content.counts_as("M.02", 2) == {"M.01": 1, "M.03": 2}
    merged = edits.without(
        content, "M.03", [Succession("M.03", "M.01")], published=PUBLISHED
    )  # fmt: skip
    assert merged.counts_as("M.02", 2) == {"M.01": 2}  # the better of both ways


def test_a_code_that_was_never_published_leaves_no_trace():
    content = edits.added(shipped_framework(), edits.new_competency("T.X.01"))
    renamed = edits.renamed(content, "T.X.01", "T.X.02", published=PUBLISHED)
    assert not renamed.retired and not renamed.successions
    assert edits.without(renamed, "T.X.02", published=PUBLISHED) == shipped_framework()


def wrong(content):
    return {
        (each.code, each.field)
        for each in check(content, shipped_framework())
        if not each.warning
    }  # fmt: skip


@pytest.mark.parametrize(
    "successions",
    [
        [Succession("M.02", "M.99")],
        [Succession("M.02", "M.02")],
        [Succession("M.02", "M.01", {2: 3, 3: 1})],
        [Succession("M.02", "M.01"), Succession("M.02", "M.01")],
    ],
)
def test_successors_that_cannot_be_are_told(successions):
    content = edits.without(shipped_framework(), "M.02", successions, published=PUBLISHED)
    assert ("M.02", "replaced_by") in wrong(content)


def test_a_published_code_is_never_simply_gone():
    content = replace(shipped_framework(), competencies=shipped_framework().competencies[1:])
    assert ("M.01", "code") in wrong(content)


@pytest.mark.parametrize("code", ["dukcapil", "T", "T.", ".X", "T X", "T." + "X" * 30, "=1+1", ""])
def test_what_cannot_be_a_code_is_refused_with_what_could(code):
    with pytest.raises(Invalid, match=r"such as T\.DUKCAPIL\.01"):
        edits.added(shipped_framework(), edits.new_competency(code))


@pytest.mark.parametrize("code", ["M.01", "S.01"])
def test_a_code_means_one_competency(code):
    with pytest.raises(Conflict):
        edits.added(shipped_framework(), edits.new_competency(code))


def test_the_difference_is_told_field_by_field():
    new = with_name(shipped_framework(), name="Kejujuran")
    [id_, en] = compare(shipped_framework(), new)
    assert (id_.code, id_.field, id_.before, id_.after) == (
        "M.01", "names.id", "Integritas", "Kejujuran",
    )  # fmt: skip
    assert en.field == "names.en"


def test_texts_are_one_line_without_the_marks_of_spreadsheets():
    assert tidy_text("'=1+1\x00 a\n b\u200b ") == "=1+1 a b"


def test_a_version_is_one_text_whatever_the_order_of_its_successors():
    one, two = Succession("M.02", "M.01", {2: 1, 1: 1}), Succession("M.02", "M.03", {3: 3})
    first = edits.without(shipped_framework(), "M.02", [one, two], published=PUBLISHED)
    second = edits.with_successors(
        first, "M.02", [replace(two, levels={}), Succession("M.02", "M.01", {2: 1})]
    )
    assert body_of(first) == body_of(second)
