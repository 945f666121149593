"""What can be wrong, in words that can be translated: `Message`, `Problem` and the `LearnError` family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


class Message:
    """A sentence for a person: an English msgid with named places, translated where it is shown.

    ``Message("%(key)s is unknown; did you mean %(near)s?", key="titel", near="title")``
    """

    __slots__ = ("msgid", "params")

    def __init__(self, msgid: str, /, **params: object) -> None:
        self.msgid = msgid
        self.params = params

    def translate(self, gettext: Callable[[str], str]) -> str:
        """Return the sentence in the language of `gettext`: messages inside it too, days as people write them."""
        if not self.params:
            return gettext(self.msgid) % ()
        values = {key: _shown(value, gettext) for key, value in self.params.items()}
        return gettext(self.msgid) % values

    def __str__(self) -> str:
        return self.translate(lambda msgid: msgid)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _shown(value: object, gettext: Callable[[str], str]) -> object:
    if isinstance(value, Message):
        return value.translate(gettext)
    if isinstance(value, date) and not isinstance(value, datetime):
        return f"{value.day:02}-{value.month:02}-{value.year}"
    return value


@dataclass(frozen=True)
class Problem:
    """Something wrong in a text, with the place: `path` below the content folder, `line` from 1.

    A `warning` is worth a look and hinders nothing.
    """

    path: str
    line: int
    message: Message
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"

    def translate(self, gettext: Callable[[str], str]) -> str:
        """Return `path:line: sentence` in the language of `gettext`."""
        return f"{self.path}:{self.line}: {self.message.translate(gettext)}"


class LearnError(Exception):
    """The family of everything that a person can put right; `message` says how.

    `status` is the HTTP status that pages and the API answer with, `code` a stable name of the kind.
    """

    status = 400
    code = "bad-request"

    def __init__(self, message: Message | str, **extra: Any) -> None:
        self.message = message if isinstance(message, Message) else Message(message)
        self.extra = extra
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(LearnError):
    """There is no such thing, or it is not this person's to see."""

    status = 404
    code = "not-found"


class Forbidden(LearnError):
    """The person is known and may not do this; the message names the role that may."""

    status = 403
    code = "forbidden"


class Conflict(LearnError):
    """The state has moved on: another person, tab or request was first."""

    status = 409
    code = "conflict"


class Invalid(LearnError):
    """The input has the wrong form; the message says what would be right."""

    status = 422
    code = "invalid"


class Mistakes(Invalid):
    """The input says several things that cannot be; `mistakes` names all of them by field."""

    def __init__(self, mistakes: Mapping[str, Message]) -> None:
        super().__init__(next(iter(mistakes.values())))
        self.mistakes = dict(mistakes)
