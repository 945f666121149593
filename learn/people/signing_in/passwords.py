"""Passwords: how they are kept (Argon2id), and which are good enough."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from learn.errors import Invalid, Message

SHORTEST, LONGEST = 12, 200
FEWEST_LEFT = 6

_PASSWORDS = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# One-time codes are random and soon over: a light hash keeps a list of thousands printable.
_CODES = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)

_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz",
         "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop")  # fmt: skip

# Words that guessers try first; what is left of a password without them has to stand by itself.
_COMMON_TEXT = """
    password passwort passw0rd p4ssword sandi katasandi rahasia rahasiaku secret admin administrator
    welcome letmein login masuk user pengguna default changeme gantisaya test testing coba cobacoba
    indonesia indonesiaraya merdeka garuda pancasila nusantara bhinneka tunggal jakarta denpasar bali
    badung gianyar sanur kuta ubud buleleng singaraja tabanan bangli klungkung karangasem jembrana
    surabaya bandung semarang medan makassar yogyakarta jogja lombok mataram papua sumatera jawa
    pegawai pegawainegeri negeri sipil asn pns pppk cpns korpri dinas badan kantor kota pemkot pemda
    pemerintah pemerintahan pelayanan publik bkpsdm bkn bkd aparatur negara kepegawaian belajar learn
    pelatihan diklat walikota bupati kecamatan kelurahan opd sekda
    sayang sayangku sayangkamu cinta cintaku cintaallah bismillah alhamdulillah assalamualaikum
    insyaallah allahuakbar omswastiastu swastiastu rahayu astungkara terimakasih selamat pagi
    keluarga bahagia anakku istriku suamiku ibuku bapakku mamaku kucing anjing
    januari februari maret april mei juni juli agustus september oktober november desember
    senin selasa rabu kamis jumat sabtu minggu
    monkey dragon football sunshine princess superman iloveyou loveyou doraemon naruto persib persija
    wayan putu gede made kadek nengah nyoman komang ketut agung bagus ayu dewi
    qwerty qwertyuiop asdf asdfgh zxcvbn abc abcd abcde abcdef
"""
_COMMON = frozenset(_COMMON_TEXT.split())


class WeakPassword(Invalid):
    """The password is one that guessers try early; the message says what to change."""

    code = "weak-password"


def hash_password(password: str) -> str:
    """Return the Argon2id hash (19 MiB, 2 passes) that is kept in place of the password."""
    return _PASSWORDS.hash(_normal(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Return whether the password is the one kept; without one it takes the same time and is False."""
    right = _verify(_PASSWORDS, kept or _nobodys_hash(), _normal(password))
    return right and kept is not None


def needs_rehash(kept: str) -> bool:
    """Return whether the hash was made with older settings."""
    return _PASSWORDS.check_needs_rehash(kept)


def hash_code(code: str) -> str:
    """Return the hash of a one-time code."""
    return _CODES.hash(code)


def verify_code(kept: str | None, code: str) -> bool:
    """Return whether the code is the one kept; without one it takes the same time and is False."""
    right = _verify(_CODES, kept or _nobodys_code(), _normal(code))
    return right and kept is not None


def check_password(password: str, *, name: str = "", numbers: Iterable[str] = ()) -> None:
    """Raise `WeakPassword` when the password is short, or little but a name, number or common words.

    No kinds of signs are asked for: length is what counts, and a sentence is easy to remember.
    """
    if len(password) < SHORTEST:
        raise WeakPassword(
            Message(
                "The password has %(length)s characters; it needs at least %(shortest)s. A short sentence is good.",
                length=len(password),
                shortest=SHORTEST,
            )
        )
    if len(password) > LONGEST:
        raise WeakPassword(
            Message(
                "The password is too long; it can have %(longest)s characters.", longest=LONGEST
            )
        )
    text = _normal(password).casefold()
    own = _without(text, [*_number_parts(numbers), *_words(name)])
    if len(_signs(own)) < FEWEST_LEFT:
        raise WeakPassword(
            Message("The password is little more than your name or number. Choose other words.")
        )
    left = _without(_without_runs(own), _COMMON)
    if len(_signs(left)) < FEWEST_LEFT or len(set(text)) < FEWEST_LEFT:
        raise WeakPassword(
            Message(
                "The password is easy to guess: common words, repeated characters or a row of keys. Add words that nobody expects."
            )
        )


def _verify(hasher: PasswordHasher, kept: str, text: str) -> bool:
    try:
        return hasher.verify(kept, text)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    return hash_password("the password of nobody at all")


@cache
def _nobodys_code() -> str:
    return hash_code("the code of nobody")


def _normal(password: str) -> str:
    """Return the same text whatever keyboard composed its signs; cut, so that hashing stays cheap."""
    whole = password[: LONGEST + 1].encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFKC", whole)


def _signs(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"\W+", name.casefold()) if len(word) > 2]


def _number_parts(numbers: Iterable[str]) -> list[str]:
    return [part for n in numbers for part in (n, n[:8], n[8:14], n[8:], n[-8:], n[:4]) if part]


def _without(text: str, words: Iterable[str]) -> str:
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, " ")
    return text


def _without_runs(text: str) -> str:
    """Return the text without rows of neighbouring keys, letters or digits, and without years."""
    for run in _RUNS:
        for length in range(len(run), 3, -1):
            for start in range(len(run) - length + 1):
                text = text.replace(run[start : start + length], " ")
    return re.sub(r"(?:19|20)\d\d|(.)\1{2,}", " ", text)
