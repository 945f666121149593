from __future__ import annotations

import pytest

from learn.exports.formats.choosing import find_exporter, standard_exporters
from learn.exports.formats.exporter import About
from learn.exports.kinds import kind_named, query_of
from learn.people.access import EVERYTHING, Role
from learn.people.imports.services import plan_import, read_table
from learn.people.roles import grant_role
from learn.people.services import set_post


@pytest.mark.parametrize("format_", ["csv", "xlsx"])
def test_what_people_export_writes_imports_without_any_change(
    city, session, now, settings, format_
):
    ayu = city.add(
        city.clinic, name="=Ni Ayu", title_before="dr.", title_after="S.Kom., M.T.", kind="CPNS",
        email="ayu@kota.go.id", post_title="Staf; ahli", post_class="JF_MUDA", grade="III/c",
    )  # fmt: skip
    gone = city.add(None, name='Gede "Bagus"', active=False)
    set_post(session, ayu, unit=city.roads, title="Kasi", grade="III/d", since=now.date(),
             actor_id=None, now=now, settings=settings)  # fmt: skip
    for role, unit in ((Role.HR, city.roads), (Role.AUDITOR, city.health), (Role.ADMIN, None)):
        grant_role(session, ayu, role, unit=unit, actor=None, now=now)
    grant_role(session, gone, Role.TRAINER, course="spbe", actor=None, now=now)
    session.flush()
    kind = kind_named("people")
    query = query_of(kind, EVERYTHING, timezone=settings.timezone, now=now)
    exporter = find_exporter(standard_exporters(), format_)
    records = list(query.stream(session))
    about = About(title=kind.title, made_at=now)
    content = b"".join(exporter.chunks(kind.columns, records, about=about))
    plan = plan_import(
        session, read_table(content, f"people.{format_}"), actor=None, now=now, settings=settings
    )
    assert [str(found) for found in (*plan.errors, *plan.warnings)] == []
    assert plan.changed == ()
    assert (len(plan.new), plan.unchanged, plan.units) == (0, 2, ())
