"""Development done elsewhere in the made-up city: older records that HR brought in, claims that wait, one that came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learn.claims import services
from learn.claims.documents import Document
from learn.claims.importing import apply_records, plan_records
from learn.claims.models import Claim
from learn.claims.rules import Act, Said
from learn.config import Settings
from learn.demo.crowd import crowd
from learn.demo.levels import PDF
from learn.people.access import EVERYTHING
from learn.people.imports.tables import read_table
from learn.people.models import Person
from learn.storage import Storage

HR, VERIFIER = "198301152008011906", "199112202015032907"
HEAD = "nip;bentuk;judul;penyelenggara;mulai;selesai;jp;nomor_sertifikat"
LAST_YEAR = """199205142019032901;KL06;Seminar Pelayanan Publik Inklusif;Ombudsman RI Perwakilan Bali;{year}-05-14;{year}-05-14;6;041/SEM/{year}
199205142019032901;KL08;Kursus Arsip Digital;ANRI;{year}-08-03;{year}-08-05;12;118/ANRI/{year}
198705052011011913;KL08;Kursus Pengadaan Barang dan Jasa;LKPP;{year}-03-09;{year}-03-11;20;77/LKPP/{year}"""
COURSES = (
    # title, organiser, days since it ended, days that it took, JP, every how many of the crowd
    ("Kursus Pelayanan Prima", "BPSDM Provinsi Bali", 150, 3, 24, 2),
    ("Kursus Penyusunan SOP", "BPSDM Provinsi Bali", 95, 2, 16, 3),
    ("Kursus Bahasa Isyarat untuk Loket", "Balai Bahasa Provinsi Bali", 40, 2, 12, 4),
    ("Kursus Statistik Sektoral", "BPS Kota Denpasar", 25, 2, 8, 5),
)


@dataclass(frozen=True)
class Told:
    """A course of one day as somebody claims it: how many days ago it was, its JP, its certificate."""

    number: str
    title: str
    organiser: str
    since: int
    jp: int
    certificate: str


WAITING = (
    Told("199308112019032914", "Kursus Pengelolaan Data Kependudukan", "Ditjen Dukcapil", 20, 16, "212/DKC"),
    Told("199501252020121919", "Kursus Surveilans Penyakit", "Kementerian Kesehatan", 9, 20, "0087/SKM"),
    Told("198608082010011920", "Kursus Mediasi Warga", "Pusat Mediasi Bali", 31, 10, "19/PMB"),
)  # fmt: skip
RETURNED = Told(
    "199010102015021922", "Kursus Penulisan Berita Daerah", "Diskominfo", 50, 8, "5/KOM"
)


def fill_claims(
    session: Session,
    people: Mapping[str, Person],
    storage: Storage,
    settings: Settings,
    now: datetime,
) -> None:
    """Bring in records of this year and the last; let some people claim what they learned elsewhere."""
    if not {HR, VERIFIER, RETURNED.number, *(each.number for each in WAITING)} <= people.keys():
        return
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    rows = [HEAD, LAST_YEAR.format(year=today.year - 1)]
    for title, organiser, since, length, jp, every in COURSES:
        last = today - timedelta(days=since)
        first = last - timedelta(days=length - 1)
        rows += [
            f"{each.number};KL08;{title};{organiser};{first};{last};{jp};{place}/{since}/{last.year}"
            for place, each in enumerate(crowd(), 1)
            if place % every == 0
        ]
    table = read_table("\n".join(rows).encode(), "lama.csv")
    officer = people[HR].id
    plan = plan_records(session, table, scope=EVERYTHING, actor_id=officer, today=today)
    if not plan.errors:
        apply_records(session, plan, actor_id=officer, now=now - timedelta(days=20))
    document = Document(storage.put(PDF), "application/pdf", "sertifikat.pdf")
    for told in WAITING:
        _send(session, people[told.number], told, document, settings, now - timedelta(days=4))
    person = people[RETURNED.number]
    claim = _send(session, person, RETURNED, document, settings, now - timedelta(days=8))
    services.decide(
        session, person.id, claim.id, Act.RETURN, actor_id=people[VERIFIER].id,
        based_on=claim.seq, now=now - timedelta(days=6),
        reason="Nomor sertifikat pada dokumen berbeda dengan yang diisikan.",
    )  # fmt: skip


def _send(
    session: Session,
    person: Person,
    told: Told,
    document: Document,
    settings: Settings,
    now: datetime,
) -> Claim:
    """Claim a course and send it, as the pages would."""
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    day = today - timedelta(days=told.since)
    said = Said(
        "KL08", told.title, told.organiser, day, day, certificate=told.certificate, declared_jp=told.jp
    )  # fmt: skip
    claim = services.draft(session, person.id, said, today=today, now=now, document=document)
    return services.submit(session, person.id, claim.id, based_on=claim.seq, today=today, now=now)
