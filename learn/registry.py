"""Typed registries: what can be added by Learn itself and by plugins, by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from learn.errors import LearnError, Message


class Keyed(Protocol):
    """Anything with a key that is its name in texts, tables and addresses."""

    @property
    def key(self) -> str:
        """Return the name, stable for ever."""


T = TypeVar("T", bound=Keyed)


class DuplicateKey(LearnError):
    """Two things claim the same key in one registry."""


class Registry(Generic[T]):
    """Things of one kind by key, in the order in which they were added."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._things: dict[str, T] = {}

    def add(self, thing: T) -> T:
        """Add `thing`; raise `DuplicateKey` when its key is taken."""
        if thing.key in self._things:
            raise DuplicateKey(
                Message("There are two %(what)s named %(key)s.", what=self.what, key=thing.key)
            )
        self._things[thing.key] = thing
        return thing

    def get(self, key: str) -> T | None:
        """Return the thing named `key`, or None (its plugin may have been removed)."""
        return self._things.get(key)

    def __getitem__(self, key: str) -> T:
        return self._things[key]

    def __contains__(self, key: object) -> bool:
        return key in self._things

    def __iter__(self) -> Iterator[T]:
        return iter(self._things.values())

    def __len__(self) -> int:
        return len(self._things)

    def keys(self) -> list[str]:
        """Return all keys, in the order of adding."""
        return list(self._things)
