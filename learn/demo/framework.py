"""What HR of the made-up city does with the framework: a draft under way, and some required levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from learn.competencies.framework import drafts
from learn.competencies.framework.catalogue import Level, load_framework
from learn.competencies.framework.edits import added, new_competency
from learn.competencies.reading import Bilingual
from learn.competencies.requirements.edits import Said, add
from learn.people.models import Unit

CODE, OFFICE = "T.DUKCAPIL.01", "DISDUKCAPIL"
SOURCE = "Contoh: perlu ditetapkan oleh instansi"
LEVELS = (
    ("Mengenal dokumen kependudukan dan syaratnya.", "Knows the civil documents and what they need."),
    ("Memproses permohonan sesuai standar waktu.", "Handles applications within the standard time."),
    ("Menyelesaikan permohonan yang datanya tidak cocok.", "Settles applications with data that differ."),
    ("Membimbing petugas dan memperbaiki alur layanan.", "Guides colleagues and mends the flow of service."),
    ("Merancang kebijakan administrasi kependudukan.", "Designs the policy of civil administration."),
)  # fmt: skip


def fill_framework(
    session: Session, units: Mapping[str, Unit], actor_id: int | None, now: datetime
) -> None:
    """Begin a draft with a technical competency of one office, and require levels of some posts."""
    draft = drafts.begin(session, actor_id=actor_id, now=now)
    made = replace(
        new_competency(CODE),
        names=Bilingual("Administrasi Kependudukan", "Civil registration"),
        definitions=Bilingual(
            "Melayani dokumen kependudukan dengan benar dan tepat waktu.",
            "Serves people with civil documents, rightly and in time.",
        ),
        levels=tuple(
            Level(number, Bilingual(*texts)) for number, texts in enumerate(LEVELS, 1)
        ),
        unit=OFFICE,
    )  # fmt: skip
    content = added(draft.content, made)
    drafts.save(session, content, based_on=draft.digest, actor_id=actor_id, now=now)
    january = date(now.year, 1, 1)
    for level, since, until in ((1, date(now.year - 1, 1, 1), date(now.year - 1, 12, 31)), (2, january, None)):  # fmt: skip
        said = Said(
            "M.05", level, since, until, post_class="PELAKSANA", unit_id=units[OFFICE].id,
            source=SOURCE, confidence="low",
        )  # fmt: skip
        add(session, said, load_framework(), actor_id=actor_id, now=now)
