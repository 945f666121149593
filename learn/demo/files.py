"""In and out in the made-up city: older records that HR brought in, a saved set of columns, a job that has ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.claims.importing import apply_records, plan_records
from learn.config import Settings
from learn.exports.column_sets import save_set
from learn.exports.kinds import KINDS
from learn.jobs.models import Job, JobState
from learn.people.access import EVERYTHING
from learn.people.imports.tables import read_table
from learn.people.models import Person, Unit

HR = "198301152008011906"
LIST = """nip;bentuk;judul;penyelenggara;mulai;selesai;jp;nomor_sertifikat
199205142019032901;KL06;Seminar Pelayanan Publik Inklusif;Ombudsman RI Perwakilan Bali;{year}-05-14;{year}-05-14;6;041/SEM/{year}
199205142019032901;KL08;Kursus Arsip Digital;ANRI;{year}-08-03;{year}-08-05;12;118/ANRI/{year}
198705052011011913;KL08;Kursus Pengadaan Barang dan Jasa;LKPP;{year}-03-09;{year}-03-11;20;77/LKPP/{year}
"""
COLUMNS = ("number", "name", "unit", "title", "completed_at", "hours", "certificate")


def fill_files(
    session: Session,
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    settings: Settings,
    now: datetime,
) -> None:
    """Bring in older records of last year, save columns for everybody in HR, show a job that was cancelled."""
    officer = people.get(HR)
    if officer is None:
        return
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    table = read_table(LIST.format(year=today.year - 1).encode(), "lama.csv")
    plan = plan_records(session, table, scope=EVERYTHING, actor_id=officer.id, today=today)
    if not plan.errors:
        apply_records(session, plan, actor_id=officer.id, now=now - timedelta(days=20))
    save_set(
        session, KINDS["completions"], "Laporan bulanan", COLUMNS, person_id=officer.id,
        unit=units.get("BKPSDM"), now=now,
    )  # fmt: skip
    session.add(
        Job(
            kind="export", actor_id=officer.id, state=JobState.CANCELLED.value,
            data={
                "kind": "people", "format": "csv", "delimiter": ",", "columns": [], "filters": {},
                "language": "id", "timezone": settings.timezone,
            },
            made_at=now - timedelta(days=2), ended_at=now - timedelta(days=2),
        )
    )  # fmt: skip
