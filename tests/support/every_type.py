"""A course with a question of every type; what must stay secret until it may be seen is marked in it.

Secrets are feedback, hints, keys that no learner reads as an option, what a case says further on, weights
and model answers: each holds one of `SECRETS`.
"""

from __future__ import annotations

import struct
import zlib
from textwrap import dedent

from tests.support.learning import FILES
from tests.support.quizzes import EVERY_TYPE, FURTHER_TYPES, UNGRADED

SECRETS = (
    "RAHASIA", "rahasia", "Rahasia", "1987654", "1900000", "PETUNJUK", "AKIBAT", "NASKAH", "Dekat",
)  # fmt: skip
FURTHER = """
    ## petunjuk
    Satu JP berapa menit?
    = 1987654
    = 1900000 {50%}

    >? PETUNJUK-1
    >? PETUNJUK-2

    >(x) RAHASIA benar.
    >( ) RAHASIA salah.

    ## waktu {calculated}
    Ada [[n]] warga.

    - n => 10..50 step 5

    = n * 1987654
      > RAHASIA [[n]]

    ## warga {scenario scales="empati"}
    Seorang warga datang.

    ### mulai
    Warga berteriak.

    - Dengarkan => didengar {empati=2}
      > AKIBAT-DENGAR
    - Antre lagi => buruk

    ### didengar
    NASKAH-DIDENGAR

    - Catat => baik

    ### baik {end score=100}
    NASKAH-BAIK

    ### buruk {end score=20}
    NASKAH-BURUK

    ## loket {hotspot}
    Di mana warga mengambil nomor?

    ![Denah lobi](denah.png)

    - (x) Meja kiri {rect=10%,20%,30%,25%}
      > RAHASIA tempat
    - ( ) Meja tengah {circle=400,300,60}

    ## nama {labels}
    Beri nama.

    ![Denah lobi](denah.png)

    - Meja kiri => Loket {rect=10%,20%,30%,25%}
    - Meja tengah => Informasi {circle=400,300,60}
    - => Toilet

    ## alasan-tulis {essay}
    Mengapa maklumat ditempel?

    - Kejelasan => 3: RAHASIA jelas | 0: RAHASIA tidak

    > RAHASIA umum esai.

    ### kunci
    RAHASIA jawaban contoh.

    ## unggah {upload files=1}
    Kirim foto maklumat.
"""
BODY = "\n".join(dedent(part) for part in (EVERY_TYPE, FURTHER_TYPES, UNGRADED, FURTHER))


def picture(width: int = 800, height: int = 600) -> bytes:
    """Return a PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        size, check = struct.pack(">I", len(data)), struct.pack(">I", zlib.crc32(kind + data))
        return size + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xc8" * width) * height)
    parts = chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def files(**fronts: str) -> dict[str, bytes]:
    """Return the files of a course with a quiz for each name, whose front matter has these lines."""
    course = {path: dedent(text).encode() for path, text in FILES.items() if "/akhir" not in path}
    course["courses/dasar/course.md"] = course["courses/dasar/course.md"].replace(
        b"    - quiz: {name: akhir, pass: 70}\n", b""
    )
    for name, front in fronts.items():
        text = f"---\ntitle: Kuis {name}\n{dedent(front)}---\n{BODY}"
        course[f"quizzes/dasar/{name}.md"] = text.encode()
    course["quizzes/dasar/denah.png"] = picture()
    return course
