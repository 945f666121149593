"""The courses of the crowd: short real ones, published like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from learn.publishing.services import publish, push_tree
from learn.publishing.standards import Standards
from learn.storage import Storage

# key, title, competency, level, JP, validity: what they are worth differs, as in life
COURSES = (
    ("latihan-integritas", "Integritas di Meja Layanan", "M.01", 1, 3, ""),
    ("latihan-kerja-sama", "Bekerja Sama Lintas Bidang", "M.02", 2, 4, ""),
    ("latihan-komunikasi", "Menulis Surat Dinas yang Jelas", "M.03", 2, 5, ""),
    ("latihan-hasil", "Menyusun Target Kerja Mingguan", "M.04", 1, 2, ""),
    ("latihan-layanan", "Standar Pelayanan di Loket", "M.05", 2, 6, "2 years"),
    ("latihan-pengembangan", "Merencanakan Belajar Setahun", "M.06", 1, 2, ""),
    ("latihan-perubahan", "Memulai Perubahan Kecil", "M.07", 2, 4, ""),
    ("latihan-keputusan", "Memutuskan dengan Data", "M.08", 3, 6, ""),
    ("latihan-perekat", "Melayani Warga yang Beragam", "SK.01", 2, 4, ""),
    ("latihan-keamanan", "Keamanan Informasi Setiap Tahun", "M.01", 2, 2, "1 year"),
    ("latihan-k3", "Keselamatan di Tempat Kerja", "", 0, 0, "1 year"),
    ("latihan-gratifikasi", "Mengenali Gratifikasi", "", 0, 0, ""),
)

_MODULE = """---
title: Inti pelajaran
minutes: 10
---
Pelajaran ini pendek. Bacalah sampai selesai, lalu catat satu hal yang akan Anda kerjakan
dengan cara lain mulai besok, dan ceritakan kepada rekan satu bidang.
"""


def publish_courses(
    session: Session, storage: Storage, standards: Standards, *, now: datetime
) -> Sequence[str]:
    """Publish the courses of the crowd, or find them published; return their keys."""
    for key, title, competency, level, hours, valid_for in COURSES:
        files = {
            f"courses/{key}/course.md": _course(
                title, competency, level, hours, valid_for
            ).encode(),
            f"courses/{key}/01-inti.md": _MODULE.encode(),
        }
        push_tree(session, storage, key, files, actor_id=None, now=now)
        publish(session, storage, key, standards, actor_id=None, now=now)
    return [course[0] for course in COURSES]


def _course(title: str, competency: str, level: int, hours: int, valid_for: str) -> str:
    lines = [
        "---",
        f"title: {title}",
        f"summary: {title}, pelajaran pendek untuk semua pegawai.",
        "language: id",
        f"hours: {hours}",
        "form: NKL03",
    ]
    if competency:
        lines += ["outcomes:", f"  - {{competency: {competency}, level: {level}}}"]
    if valid_for:
        lines.append(f"valid_for: {valid_for}")
    lines += ["complete:", "  modules: all", "---", f"{title}, untuk semua pegawai.", ""]
    return "\n".join(lines)
