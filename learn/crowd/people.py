"""Who is in the crowd: units like those of a province with its cities, and people with valid numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.people.models import Unit
from learn.people.services import NewPerson
from learn.people.units import create_unit, root_unit

AGENCIES, DIVISIONS = 40, 25
_FIRST = (
    "Wayan Made Nyoman Ketut Putu Kadek Komang Gede Luh Ayu Dewi Agus Budi Siti Ahmad Maria".split()
)
_SECOND = "Adi Arta Dharma Eka Gunawan Hartini Indra Juli Kusuma Lestari Mahendra Nuraini Oka Puspa".split()
_THIRD = (
    "Pratama Rahayu Saputra Utami Wijaya Yasa Anggraini Candra Dewantara Permana Suryani".split()
)
_CLASSES = (
    # class of post, post, grade, share of a thousand
    ("PELAKSANA", "Pengelola Layanan", "II/d", 560),
    ("JF_PERTAMA", "Analis Ahli Pertama", "III/b", 170),
    ("JF_MUDA", "Analis Ahli Muda", "III/d", 130),
    ("PENGAWAS", "Kepala Subbagian", "III/d", 80),
    ("ADMINISTRATOR", "Kepala Bidang", "IV/a", 40),
    ("JF_MADYA", "Analis Ahli Madya", "IV/b", 15),
    ("JPT_PRATAMA", "Kepala Dinas", "IV/c", 5),
)
_OLDEST, _BIRTHDAYS, _SERIALS = date(1968, 1, 1), 11_000, 99
_PPPK_OF_FOUR = 4  # every fourth has a work agreement


def make_units(session: Session, *, now: datetime) -> list[int]:
    """Make agencies with divisions below the root; return the ids of the divisions."""
    root, divisions = root_unit(session, now=now), []
    for number in range(1, AGENCIES + 1):
        agency = create_unit(
            session, code=f"OPD{number:02}", name=f"Dinas Contoh {number}", type="dinas",
            parent=root, actor_id=None, now=now,
        )  # fmt: skip
        for part in range(1, DIVISIONS + 1):
            unit = create_unit(
                session, code=f"OPD{number:02}-{part:02}", name=f"Bidang {part} Dinas Contoh {number}",
                type="bidang", parent=agency, actor_id=None, now=now,
            )  # fmt: skip
            divisions.append(unit.id)
    return divisions


def known_units(session: Session) -> list[int]:
    """Return the divisions of an earlier crowd, in order."""
    codes = [
        f"OPD{n:02}-{part:02}" for n in range(1, AGENCIES + 1) for part in range(1, DIVISIONS + 1)
    ]
    found = session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(codes)))
    ids = {row.code: row.id for row in found}
    return [ids[code] for code in codes if code in ids]


def make_people(first: int, units: Sequence[int], seed: int) -> Iterator[NewPerson]:
    """Yield people without end, from this position on; the same seed makes the same people."""
    for position in count(first):
        random = Random(seed * 1_000_003 + position)  # noqa: S311 - the same crowd each time
        post_class, title, grade = _post(random)
        number, kind = _number(position)
        yield NewPerson(
            number=number,
            name=f"{random.choice(_FIRST)} {random.choice(_SECOND)} {random.choice(_THIRD)}",
            number_kind=kind, kind=kind, unit_id=units[random.randrange(len(units))],
            post_title=title, post_class=post_class, grade=grade,
            since=date(2020, 1, 1) + timedelta(days=random.randrange(700)),
        )  # fmt: skip


def _post(random: Random) -> tuple[str, str, str]:
    drawn = random.randrange(1000)
    for post_class, title, grade, share in _CLASSES:
        if drawn < share:
            return post_class, title, grade
        drawn -= share
    return _CLASSES[0][:3]


def _number(position: int) -> tuple[str, str]:
    """Return a valid number of its own for each position, with a serial that no office gives out."""
    rest, day = divmod(position, _BIRTHDAYS)
    birth = _OLDEST + timedelta(days=day)
    rest, serial = divmod(rest, _SERIALS)
    sex = 1 + rest % 2
    if position % _PPPK_OF_FOUR == 0:
        return f"{birth:%Y%m%d}{birth.year + 24}21{sex}{901 + serial}", "PPPK"
    return f"{birth:%Y%m%d}{birth.year + 24}{1 + rest // 2 % 12:02}{sex}{901 + serial}", "PNS"
