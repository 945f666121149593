"""What a quiz says about who may start it and when, as it was published."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

HARD, START_ONLY = "hard", "start-only"
CLOSE_POLICIES = (HARD, START_ONLY)
ROUNDS = 50_000  # a guess costs as much; more would make every check of a draft slow


@dataclass(frozen=True)
class Access:
    """The conditions of starting a quiz.

    Parameters
    ----------
    opens, closes
        Local moments of each learner's unit, ``2026-12-01 08:00``.
    close_policy
        What closing does to running attempts: ``hard`` hands them in, ``start-only`` lets them end.
    delays
        Seconds from the end of an attempt to the next: before the second, before all later ones.
    password
        Its sealed form (see `sealed`); the words themselves are in the text of the quiz alone.
    networks
        Addresses from which it may be taken, such as ``10.0.0.0/8``; none: from everywhere.
    prerequisite
        A rule tree, as a course's ``complete``.
    honesty
        The statement to be accepted, by language; an empty text is the usual one. None: not asked.
    """

    opens: str | None = None
    closes: str | None = None
    close_policy: str = HARD
    delays: tuple[int, ...] = ()
    password: str | None = None
    networks: tuple[str, ...] = ()
    prerequisite: Mapping[str, Any] | None = None
    honesty: Mapping[str, str] | None = None

    def delay_before(self, number: int) -> int:
        """Return the seconds to wait before attempt `number` (from 2)."""
        if not self.delays or number < 2:
            return 0
        return self.delays[0] if number == 2 else self.delays[-1]

    def allows_address(self, address: str | None) -> bool:
        """Whether the quiz may be taken from this address."""
        if not self.networks:
            return True
        try:
            found = ipaddress.ip_address((address or "").partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(found, "ipv4_mapped", None)
        known = mapped or found
        return any(known in ipaddress.ip_network(network) for network in self.networks)

    def opens_with(self, words: str, scope: str) -> bool:
        """Whether these words are the password; the answer takes the same time whatever they are."""
        if self.password is None:
            return True
        return hmac.compare_digest(sealed(words, scope), self.password)

    def honesty_text(self, language: str) -> str | None:
        """Return the statement in `language` or the main one; empty: the usual one, None: not asked."""
        if self.honesty is None:
            return None
        return self.honesty.get(language) or next(iter(self.honesty.values()), "")

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the default, as plain JSON."""
        stored = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if getattr(self, each.name) != each.default
        }
        for name in ("delays", "networks"):
            if name in stored:
                stored[name] = list(stored[name])
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Access:
        """Return what `to_json` wrote."""
        values = dict(stored)
        for name in ("delays", "networks"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)


def sealed(words: str, scope: str) -> str:
    """Return the form in which a password is published: nobody reads the words from it.

    It follows from the words and `scope` (``course/quiz``) alone, so that the same text compiles to
    the same version.
    """
    plain = unicodedata.normalize("NFC", words.strip())[:200]
    made = hashlib.pbkdf2_hmac(
        "sha256", plain.encode("utf-8", "replace"), scope.encode("utf-8", "replace"), ROUNDS
    )
    return made.hex()
