"""Quizzes for tests, read from text with the renderer that publishing uses."""

from __future__ import annotations

from textwrap import dedent

from learn.courses.render import Renderer
from learn.errors import Problem
from learn.quizzes.behaviours import behaviours
from learn.quizzes.engine import Engine
from learn.quizzes.questions import Question
from learn.quizzes.source.bank import Quiz, SourceFile, read_quiz
from learn.quizzes.types import question_types

TYPES = question_types()
BEHAVIOURS = behaviours()
ENGINE = Engine(TYPES, BEHAVIOURS)
RENDERER = Renderer()

EVERY_TYPE = """\
    ## tunggal {points=2 competency=M.05 tags="spbe,dasar"}
    Apa kepanjangan SPBE?

    - ( ) Sistem Pelayanan
      > RAHASIA umpan salah.
    - (x) Sistem Pemerintahan
      > RAHASIA umpan benar.
    - ( ) Tidak satu pun {fixed}

    > RAHASIA umpan umum.

    ## ganda
    Pilih semua asas SPBE.
    - [x] Efektivitas
    - [x] Keamanan
    - [ ] Laba
    - [ ] Gengsi

    ## jp
    Berapa JP minimal setahun bagi PNS?
    = 20 JP
      > RAHASIA umpan angka.

    ## singkatan
    Tulis kepanjangan PNS.
    = Pegawai Negeri Rahasia
    = /pegawai\\s+rahasia/

    ## unsur
    Pasangkan.
    - Persyaratan => Berkas
    - Biaya => Tarif
    - Waktu => Lama

    ## alur {ordering}
    Urutkan.
    1. Terima
    2. Verifikasi
    3. Terbitkan

    ## maklumat
    Maklumat pelayanan wajib ditempel.
    - (x) Benar
    - ( ) Salah
"""

FURTHER_TYPES = """\
    ## bobot
    Mana yang dicatat?
    - (x) Nomor
    - ( ) Nama {50%}
    - ( ) Gelar {-25%}

    ## bobot-ganda
    Pilih syarat.
    - [x] KTP {60%}
    - [x] Formulir
    - [ ] Uang {-50%}
    - [ ] Foto {0%}
    - [ ] Surat

    ## jarak {units="1 km = 1000 m" unit=required}
    Berapa jauh?
    = 1987654 km
    = 1900000..1990000 km {50%}

    ## kota
    Ibu kota?
    = Rahasiapura
    = Dekatrahasia {50%}
      > RAHASIA dekat.

    ## pengalih
    Pasangkan.
    - Biaya => Tarif
    - Waktu => Lama
    - Lama => Lama
    - => Hiasan

    ## urutan {ordering credit=positions}
    Urutkan.
    1. Terima
    2. Verifikasi
    3. Terbitkan

    ## celah {bank="meja, kursi"}
    Satu JP {{= 1987654 menit }}; wajib {{ (x) 20 | 24 {50%} | 30 }}; kota {{= Rahasiapura | /rahasia.+/ | Dekat {50%} }}.

    | Unsur | Isi |
    |---|---|
    | Loket | {{* petugas | tamu }} |

    - Papan {{* maklumat }}

    > RAHASIA umum.

    ## grid
    Tandai.

    | Layanan | Wajib | Opsional |
    |---|---|---|
    | Pengaduan | x | |
    | Kotak saran | | (x) |

    ## grid-ganda
    Siapa?

    | Tugas | Loket | Bidang | Arsip |
    |---|---|---|---|
    | Mencatat | [x] | [ ] | [ ] |
    | Meneken | [x] | [x] | [ ] |

    ## nilai {sjt scale=1..5}
    Nilai setiap tindakan.
    - Menenangkan => 5
      > RAHASIA betul.
    - Membentak => 1
    - Menunggu => 2..3

    ## nilai-tepat {sjt scale=1..4 credit=exact}
    Nilai setiap tindakan.
    - Menenangkan => 4
    - Membentak => 1

    ## ujung {sjt ask=best-worst}
    Pilih yang terbaik dan terburuk.
    - Menenangkan => 5
    - Membentak => 1
    - Menunggu => 3
"""

UNGRADED = """\
    ## pengantar {description}
    Bacalah dahulu.

    ## puas {survey}
    Puas?
    - ( ) Ya
    - ( ) Tidak

    ## alasan {survey}
    Mengapa?
    - [ ] Cepat
    - [ ] Ramah

    ## saran {survey}
    Apa saran Anda?

    ## umur {numeric survey}
    Berapa umur Anda?

    ## setuju {survey}
    Setuju?

    | | Ya | Ragu | Tidak |
    |---|---|---|---|
    | Cepat | | | |
    | Ramah | | | |
"""


def text_of(body: str, front: str = "") -> str:
    """Return a whole file: the front matter with a title, then `body`."""
    return f"---\ntitle: Kuis\n{dedent(front)}---\n{dedent(body)}"


def read(
    body: str, front: str = "", *, key: str = "kuis", course: str = "kursus", **translations: str
):
    """Return the quiz and the problems of a file, with whole files in other languages."""
    files = {"id": SourceFile(f"quizzes/{course}/{key}.md", text_of(body, front))}
    for language, text in translations.items():
        files[language] = SourceFile(f"quizzes/{course}/{key}.{language}.md", dedent(text))
    return read_files(files, key=key, course=course)


def read_files(
    files: dict[str, SourceFile], *, key: str = "kuis", course: str = "kursus"
) -> tuple[Quiz | None, list[Problem]]:
    """Return what reading `files` gives."""
    return read_quiz(
        course,
        key,
        files,
        main_language="id",
        question_types=TYPES,
        behaviours=BEHAVIOURS,
        render=RENDERER.render,
    )


def quiz(body: str = EVERY_TYPE, front: str = "", **named: str) -> Quiz:
    """Return a quiz whose text has nothing wrong."""
    made, problems = read(body, front, **named)
    assert made is not None, [str(problem) for problem in problems]
    return made


def question(body: str) -> Question:
    """Return the one question of a text."""
    return quiz(body).questions[0]


def key_of(question: Question, html: str, part: str = "options") -> str:
    """Return the key of the option that says `html`."""
    kind = TYPES[question.type]
    options = kind.view(question, "id", 1)[part]
    return next(option["key"] for option in options if option["html"] == html)
