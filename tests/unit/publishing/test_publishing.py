"""Published versions never change, and a course is published whole or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learn.courses.version import Outcome, Period
from learn.ledger.models import AuditEntry
from learn.publishing import services
from learn.publishing.models import Version
from learn.publishing.services import ContentProblems
from learn.publishing.trees import write_tree
from learn.publishing.versions import Versions
from tests.support.statements import Counted

FIRST = "courses/pengaduan/01-dasar.md"


def test_a_published_course_reads_as_it_was_written(session, push, publish, files):
    push(files)
    published = publish()
    version = Versions().current(session, "pengaduan")
    assert (version.id, version.number, version.course) == (published.id, 1, "pengaduan")
    assert (version.title("id"), version.title("en")) == ("Pengaduan", "Complaints")
    assert version.title("ban") == "Pengaduan"
    assert (version.hours, version.form, version.enrolment) == (4, "NKL03", "open")
    assert version.outcomes == (Outcome("M.05", 2),)
    assert version.valid_for == Period(years=3)
    assert [module.key for module in version.modules] == ["01-dasar", "02-lanjut"]
    assert version.module("02-lanjut").minutes == 12
    assert version.module("01-dasar").toc("en")[0].anchor == "alur"
    assert version.module("tidak-ada") is None
    assert version.languages == ("id", "en")
    assert version.quizzes["akhir"].question("asas").type == "single"
    assert [quiz.key for quiz in version.quizzes_of(None)] == ["akhir"]


def test_a_problem_hinders_publishing_and_all_are_told(session, push, publish, files):
    push(files)
    publish()
    push({**files, FIRST: b"---\ntitel: A\n---\n![](x.png)\n"})
    with pytest.raises(ContentProblems) as refused:
        publish()
    assert len(refused.value.problems) >= 3
    assert Versions().current(session, "pengaduan").number == 1


def test_publishing_what_has_not_changed_keeps_the_version(session, push, publish, files):
    push(files)
    first = publish()
    assert publish().id == first.id
    assert session.scalar(select(func.count()).select_from(Version)) == 1
    kinds = session.scalars(select(AuditEntry.kind).order_by(AuditEntry.seq)).all()
    assert kinds == ["content_pushed", "course_published"]


def test_an_old_version_stays_as_it_was(session, push, publish, files):
    push(files)
    first = publish().id
    before = Versions().get(session, first)
    push({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"})
    second = publish()
    assert (second.number, second.id != first) == (2, True)
    assert Versions().get(session, first) == before
    assert Versions().current(session, "pengaduan").module("01-dasar").title("id") == "Baru"


def test_a_restored_version_is_the_draft_and_becomes_current_when_published(
    session, storage, push, publish, files, now
):
    push(files)
    first = publish()
    push({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"})
    publish()
    services.restore_version(session, storage, first.id, actor_id=1, now=now)
    assert services.draft_tree(session, storage, "pengaduan") == files
    assert publish().id == first.id
    assert [(line.number, line.current) for line in services.versions_of(session, "pengaduan")] == [
        (2, False),
        (1, True),
    ]


def test_two_versions_can_be_compared(session, storage, push, publish, files):
    push(files)
    first = publish().id
    push({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"})
    assert "+title: Baru" in services.draft_difference(session, storage, "pengaduan")
    second = publish().id
    shown = services.version_difference(session, storage, first, second)
    assert "-title: Dasar" in shown
    assert "+title: Baru" in shown
    assert services.draft_difference(session, storage, "pengaduan") == ""


def test_media_are_in_the_storage_by_their_digest(session, storage, push, publish, files):
    push(files)
    publish()
    version = Versions().current(session, "pengaduan")
    media = version.media["courses/pengaduan/peta.png"]
    assert storage.get(media.digest) == files["courses/pengaduan/peta.png"]
    assert f"/__learn__/media/{media.digest}/peta.png" in version.module("01-dasar").html("id")
    assert (media.width, media.height, media.mimetype) == (32, 16, "image/png")


def statements(session, work) -> int:
    with Counted(session.get_bind()) as counted:
        work()
    return len(counted.statements)


def test_a_version_in_memory_costs_the_pointer_alone(session, push, publish, files):
    push(files)
    publish()
    versions = Versions()
    assert statements(session, lambda: versions.current(session, "pengaduan")) == 3
    assert statements(session, lambda: versions.current(session, "pengaduan")) <= 2
    assert versions.current(session, "pengaduan") is versions.current(session, "pengaduan")


def test_the_pointer_is_read_each_time(session, push, publish, files):
    versions = Versions()
    assert versions.current(session, "pengaduan") is None
    push(files)
    publish()
    assert versions.current(session, "pengaduan").number == 1
    push({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"})
    publish()
    assert versions.current(session, "pengaduan").number == 2
    assert [version.number for version in versions.current_all(session)] == [2]


def test_memory_forgets_the_version_that_was_not_used_longest(session, push, publish, files):
    versions = Versions(size=1)
    push(files)
    first = publish().id
    push({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"})
    second = publish().id
    held = versions.get(session, first)
    versions.get(session, second)
    assert versions.get(session, first) is not held
    assert versions.get(session, "x" * 64) is None


@pytest.fixture
def install(session, storage, standards, tmp_path, now):
    def install(files, days: int = 0):
        write_tree(tmp_path / "shipped", files)
        return services.install_shipped(
            session, storage, tmp_path / "shipped", standards, now=now + timedelta(days=days)
        )

    return install


def test_shipped_courses_are_published_once(session, install, files):
    assert install(files) == ["pengaduan"]
    assert install(files) == []
    assert Versions().current(session, "pengaduan").number == 1


def test_an_upgrade_brings_a_shipped_course_as_a_new_version(session, install, files):
    install(files)
    assert install({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"}) == ["pengaduan"]
    assert Versions().current(session, "pengaduan").number == 2


def test_an_upgrade_leaves_a_shipped_course_alone_that_was_edited_here(
    session, storage, install, save, files
):
    install(files)
    seen = services.draft_file(session, "pengaduan", FIRST).digest
    save(FIRST, "---\ntitle: Punya kami\n---\n\n## Alur\n", seen)
    services.pull_tree(session, storage, "pengaduan")
    assert install({**files, FIRST: b"---\ntitle: Baru\n---\n\n## Alur\n"}) == []
    assert "Punya kami" in services.draft_file(session, "pengaduan", FIRST).text


def test_an_upgrade_does_not_touch_a_course_of_our_own_with_the_same_name(push, install, files):
    push({**files, FIRST: b"---\ntitle: Punya kami\n---\n\n## Alur\n"})
    assert install(files) == []


def test_a_shipped_course_with_a_problem_does_not_hold_up_the_others(session, install, files):
    broken = {"courses/rusak/course.md": b"---\ntitel: A\n---\n"}
    assert install({**broken, **files}) == ["pengaduan"]
    assert services.draft_courses(session) == ["pengaduan"]
