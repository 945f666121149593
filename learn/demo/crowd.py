"""The many people of the made-up city who only take quizzes: who they are, and how well they answer."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from learn.quizzes.questions import Answer, Question, QuestionType
from learn.quizzes.types.branching import Map

_NAMES = (
    # name, 1 for a man and 2 for a woman, unit
    ("I Wayan Agus Permana", 1, "DPMPTSP"),
    ("Ni Made Ayu Kartika", 2, "DPMPTSP-YAN"),
    ("I Nyoman Budi Arsana", 1, "DPMPTSP-YAN"),
    ("Ni Ketut Citra Rahayu", 2, "DISDUKCAPIL"),
    ("I Gede Darma Yasa", 1, "DISDUKCAPIL"),
    ("Ni Luh Desi Widiastuti", 2, "DISDUKCAPIL"),
    ("I Kadek Edi Kusuma", 1, "DISDUKCAPIL"),
    ("Ni Putu Febriani", 2, "DINKES"),
    ("I Komang Gunawan Putra", 1, "DINKES"),
    ("Ni Wayan Hartati", 2, "PKM-DENBAR"),
    ("I Putu Indra Saputra", 1, "PKM-DENBAR"),
    ("Ni Kadek Juli Astuti", 2, "PKM-DENBAR"),
    ("I Made Karsa Wijaya", 1, "PKM-DENBAR"),
    ("Ni Nyoman Laksmi Dewi", 2, "DENSEL"),
    ("I Ketut Mudiarta", 1, "DENSEL"),
    ("Ni Komang Nilawati", 2, "DENSEL"),
    ("I Gusti Made Oka Suputra", 1, "DENSEL-SANUR"),
    ("Ni Made Puspita Sari", 2, "DENSEL-SANUR"),
    ("I Wayan Rai Sudarma", 1, "DENSEL-SANUR"),
    ("Ni Luh Sinta Maharani", 2, "INSPEKTORAT"),
    ("I Nyoman Tirta Yoga", 1, "INSPEKTORAT"),
    ("Ni Putu Uma Dewi", 2, "BKPSDM"),
    ("I Kadek Wira Atmaja", 1, "BKPSDM"),
    ("Ni Ketut Yuliantari", 2, "BKPSDM-PKA"),
)

ESSAYS = (
    "Ibu yang kami hormati, kami mohon maaf karena Ibu sudah dua kali datang. Setelah berkas Ibu kami periksa seluruhnya, "
    "hanya satu yang belum ada, yaitu surat kuasa. Contohnya kami lampirkan, jadi Ibu cukup mengisi nama dan tanda tangan. "
    "Silakan datang ke loket 2 besok pukul 08.00 sampai 15.00 tanpa mengambil nomor; sebutkan nama saya, Ayu.",
    "Selamat siang, Bu. Berkas Ibu belum lengkap karena surat kuasa belum ada. Mohon dilengkapi sesuai contoh yang ada di "
    "papan pengumuman. Setelah lengkap, Ibu dapat mengajukan kembali pada jam layanan dengan mengambil nomor antrean seperti "
    "biasa. Atas perhatian Ibu kami ucapkan terima kasih. Semoga urusan Ibu segera selesai dan tidak ada kekurangan lagi.",
    "Ibu, saya tahu ini melelahkan, dan kekeliruannya ada pada kami: surat kuasa tidak tertulis di papan. Hari ini papannya "
    "kami perbaiki. Yang Ibu perlukan tinggal surat kuasa; formulirnya saya kirim bersama pesan ini. Kirimkan fotonya lewat "
    "unggahan resmi, lalu hasilnya dapat Ibu ambil hari Kamis di loket 3 tanpa antre lagi.",
)
"""What three people wrote to the citizen of the guide's example quiz; nobody has graded it yet."""

_NUMBERS = ("5", "5", "14")
_STEEPNESS = 1.7


@dataclass(frozen=True)
class Passer:
    """One person of the crowd."""

    number: str
    name: str
    unit: str


def crowd() -> list[Passer]:
    """Return the crowd, always with the same numbers."""
    return [
        Passer(_number(place, sex), name, unit) for place, (name, sex, unit) in enumerate(_NAMES)
    ]


def _number(place: int, sex: int) -> str:
    born, month, day = 1974 + place, place * 5 % 12 + 1, place * 7 % 28 + 1
    return f"{born}{month:02}{day:02}{born + 25}{month:02}{sex}{940 + place}"


def likely_answer(kind: QuestionType, question: Question, dice: Random, skill: float) -> Answer:
    """Return the right answer as often as somebody of this skill (about -2 to 2) gives it, else a mistake."""
    hard = zlib.crc32(question.key.encode()) % 260 / 100 - 2.4  # most questions are rather easy
    right = kind.right_answer(question)
    if dice.random() < 1 / (1 + math.exp(-_STEEPNESS * (skill - hard))):
        return right
    return _mistake(question, right, dice)


def _mistake(question: Question, right: Answer, dice: Random) -> Answer:
    if question.type == "scenario":
        return _some_path(Map(question.data), dice)
    if "options" in question.data:
        wrong = [each["key"] for each in question.data["options"] if not each.get("right")]
        return _some_options(question.type, wrong, right, dice)
    if isinstance(right, list):
        return _swapped(right, dice)
    if isinstance(right, dict):
        return dict(zip(right, _swapped(list(right.values()), dice), strict=True))
    return dice.choice(_NUMBERS)


def _some_path(case: Map, dice: Random) -> list[str]:
    path: list[str] = []
    while choices := case.walk(path).node["choices"]:
        path.append(dice.choice(choices)["key"])
    return path


def _some_options(kind: str, wrong: Sequence[str], right: Answer, dice: Random) -> Answer:
    """Return one wrong option, the first ones more often; of several, one too few and mostly a wrong one."""
    if not wrong:
        return right
    one = wrong[min(dice.randrange(len(wrong)), dice.randrange(len(wrong)))]
    if kind == "single":
        return [one]
    return [*right[1:], *([one] if dice.random() < 0.7 else [])] or [one]


def _swapped(keys: Sequence[str], dice: Random) -> list[str]:
    """Return the keys with two neighbours in each other's place."""
    found = list(keys)
    at = dice.randrange(len(found) - 1)
    found[at], found[at + 1] = found[at + 1], found[at]
    return found
