"""The digests of both chains, keyed when a ledger key is set."""

from __future__ import annotations

import hashlib
import hmac
import json

GENESIS = "0" * 64
_key: list[bytes] = [b""]


def set_ledger_key(key: str) -> None:
    """Key all digests of this process with `key` (HMAC-SHA-256); empty: plain SHA-256.

    With a key, somebody who can only write SQL cannot forge a chain.
    """
    _key[0] = key.encode()


def digest_of(previous: str, *parts: str | int | None) -> str:
    """Return the digest of an entry: over the previous digest and all parts, unambiguously joined."""
    content = json.dumps([previous, *parts], ensure_ascii=False, separators=(",", ":"))
    payload = content.encode("utf-8", "surrogatepass")
    if _key[0]:
        return hmac.new(_key[0], payload, hashlib.sha256).hexdigest()
    return hashlib.sha256(payload).hexdigest()


def detail_digest(salt: str, body: str) -> str:
    """Return the salted digest that stands in the chain for a detail that can be detached."""
    return digest_of(salt, body)
