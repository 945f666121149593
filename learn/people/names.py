"""Names of people: one field, no first and last name; degrees stand apart.

Balinese names start with birth-order words (I, Ni, Wayan, Putu, Made ...), and many people have a
single name, so no word is ever dropped, moved or shortened.
"""

from __future__ import annotations


def full_name(name: str, before: str = "", after: str = "") -> str:
    """Return the name with the degrees before and after it: "Dr. I Made Arta, S.Kom., M.T."."""
    front = tidy(f"{before} {name}")
    degrees = tidy(after).lstrip(", ")
    return f"{front}, {degrees}" if degrees else front


def sort_name(name: str) -> str:
    """Return the key to sort people by: the bare name, without regard to case and spacing."""
    return tidy(name).casefold()


def initials(name: str) -> str:
    """Return at most three capital letters for a small picture: of the first two words and the last."""
    letters = [_first_letter(word) for word in tidy(name).split(" ")]
    letters = [letter for letter in letters if letter]
    return "".join(letters if len(letters) <= 3 else [*letters[:2], letters[-1]])


def tidy(text: str) -> str:
    """Return the text with single spaces and none around it."""
    return " ".join(text.split())


def _first_letter(word: str) -> str:
    return next((sign.upper() for sign in word if sign.isalpha()), "")[:1]
