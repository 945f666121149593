"""The kinds of notices: each has its words, and the page that it leads to.

A domain registers its kinds where it is imported::

    register(NoticeKind(
        "claim_accepted", "check-circle",
        text=lambda data: Message("Your claim was accepted: %(jp)s JP.", jp=data["jp"]),
        target=lambda data: Target("claim", {"claim_id": data["claim"]}),
    ))

Data with a `course` gets its `title` before it is shown, data with `people` (ids) their `names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from learn.errors import Message
from learn.notices.models import Notice
from learn.registry import Registry

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """The page that a notice leads to: the name of its view, and what its address is filled with."""

    view: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice: a sentence made of its data, and the page to go on."""

    key: str
    icon: str
    text: Callable[[Data], Message]
    target: Callable[[Data], Target | None] = lambda _data: None


@dataclass(frozen=True)
class Shown:
    """A notice in words that can be translated."""

    notice: Notice
    icon: str
    text: Message
    target: Target | None


NOTICE_KINDS: Registry[NoticeKind] = Registry("notices")


def register(kind: NoticeKind) -> NoticeKind:
    """Add a kind of notice."""
    return NOTICE_KINDS.add(kind)


def shown(notice: Notice, known: Data) -> Shown:
    """Return the notice in words; `known` adds titles and names to its data.

    A kind whose program is gone, or data that it cannot read, is told in general words.
    """
    kind = NOTICE_KINDS.get(notice.kind)
    data = {**notice.data, **known}
    if kind is not None:
        try:
            return Shown(notice, kind.icon, kind.text(data), kind.target(data))
        except (LookupError, TypeError, ValueError):
            pass
    return Shown(notice, "info", Message("Something has changed in your record."), Target("record"))
