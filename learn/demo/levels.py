"""Levels in the made-up city: a profile that was assessed, one that has lapsed, what a supervisor saw, prior learning."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.claims.documents import Document
from learn.competencies.assessments.services import Found, assess, default_validity
from learn.competencies.evidence.services import confirm_behaviour, suspend
from learn.competencies.framework.catalogue import load_framework
from learn.competencies.prior.entries import Act
from learn.competencies.prior.services import Asked, ask, decide
from learn.config import Settings
from learn.people.models import Person
from learn.storage import Storage

EMPLOYEE, BOSS, ASSESSOR = "199205142019032901", "198003112005011902", "197612012001121908"
LAPSED, ASKING, GIVEN, HR = (
    "198705052011011913", "199607212023212912", "199404032022031911", "198301152008011906",
)  # fmt: skip
PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n"
    b"trailer << /Root 1 0 R >>\n%%EOF\n"
)


def fill_levels(
    session: Session,
    people: Mapping[str, Person],
    storage: Storage,
    settings: Settings,
    now: datetime,
) -> None:
    """Let some of the people (by number) be assessed, confirmed and recognised, as the pages would."""
    if not {EMPLOYEE, BOSS, ASSESSOR, LAPSED, ASKING, GIVEN, HR} <= people.keys():
        return
    ids = {number: person.id for number, person in people.items()}
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    _assess(session, ids[EMPLOYEE], ids[ASSESSOR], today - timedelta(days=230), today, now)
    _assess(session, ids[LAPSED], ids[ASSESSOR], today - timedelta(days=1200), today, now)
    boss: dict[str, Any] = {"actor_id": ids[BOSS], "today": today, "now": now}
    confirm_behaviour(
        session, ids[EMPLOYEE], competency="M.03", level=2, observed_on=today - timedelta(days=12),
        note="Menyelesaikan keluhan pemohon di loket dengan tenang dan menuliskan tindak lanjutnya.",
        key="demo-1", **boss,
    )  # fmt: skip
    doubted = confirm_behaviour(
        session, ids[GIVEN], competency="M.01", level=2, observed_on=today - timedelta(days=60),
        note="Melaporkan kelebihan setoran pemohon pada hari yang sama.", key="demo-2", **boss,
    )  # fmt: skip
    suspend(
        session, ids[GIVEN], "evidence", doubted, begins=today, ends=today + timedelta(days=30),
        reason="Menunggu hasil pemeriksaan Inspektorat.", actor_id=ids[HR], today=today, now=now,
    )  # fmt: skip
    _recognise(
        session, ids, Document(storage.put(PDF), "application/pdf", "ijazah.pdf"), today, now
    )


def _assess(
    session: Session, person_id: int, assessor_id: int, day: date, today: date, now: datetime
) -> None:
    codes = [each.code for each in load_framework().competencies]
    levels = {code: 2 if place % 4 == 0 else 1 for place, code in enumerate(codes)}
    found = Found(
        levels, day, default_validity(day), "assessment_center",
        "Pusat penilaian kompetensi provinsi.",
    )  # fmt: skip
    assess(session, person_id, found, actor_id=assessor_id, today=today, now=now)


def _recognise(
    session: Session, ids: Mapping[str, int], document: Document, today: date, now: datetime
) -> None:
    ask(
        session, ids[ASKING], Asked("M.03", 2, "Tiga tahun di pusat layanan bank, 2019–2022."),
        [document], key="demo-1", now=now - timedelta(days=3),
    )  # fmt: skip
    given = ask(
        session, ids[GIVEN], Asked("M.05", 3, "Memimpin digitalisasi arsip perizinan, 2023."),
        [document], key="demo-2", now=now - timedelta(days=20),
    )  # fmt: skip
    decide(
        session, ids[GIVEN], given.id, Act.ACCEPT, actor_id=ids[ASSESSOR], based_on=given.seq,
        today=today, now=now - timedelta(days=15), level=2, reason="Sesuai laporan proyek.",
    )  # fmt: skip
