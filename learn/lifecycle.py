"""Lives of what people ask for and others decide: which state follows which act, and what is refused.

A domain declares its life as data, a `LifeCycle`; its services ask before they append an entry, its
projections fold by the same table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from learn.errors import Conflict, Invalid, Message

MAX_REASON = 2000
StateT = TypeVar("StateT", bound=str)


class Stale(Conflict):
    """Somebody else, or another tab, was first; each kind has a `code` and `words` of its own."""

    words: ClassVar[Message]

    def __init__(self) -> None:
        super().__init__(self.words)


@dataclass(frozen=True)
class LifeCycle(Generic[StateT]):
    """What can be done with a thing, and how it then stands.

    `following` goes from (state, act) to the next state: what is not in it cannot be done. `names` are
    the states as people read them; `not_now` is raised with `refusal`, which has a place for the state.
    """

    following: Mapping[tuple[str, str], StateT]
    names: Mapping[str, Message]
    not_now: type[Conflict]
    refusal: Message
    moved: type[Stale]

    def may_follow(self, state: str, act: str) -> bool:
        """Return whether the act is possible in this state."""
        return (state, act) in self.following

    def after(self, state: str, act: str) -> StateT:
        """Return the state that follows.

        Raises
        ------
        Conflict
            The act is not possible in this state; the message says how the thing stands.
        """
        following = self.following.get((state, act))
        if following is None:
            raise self.not_now(Message(self.refusal.msgid, state=self.names[state]))
        return following

    def check(self, row: Any, act: str, *, based_on: int) -> None:
        """Refuse what is not possible in the row's state, and what was decided by an older view of it.

        Parameters
        ----------
        based_on
            `seq` of the row as the actor saw it.
        """
        self.after(row.state, act)
        if row.seq != based_on:
            raise self.moved


def reason_in(text: str, most: int = MAX_REASON) -> str:
    """Return the reason that somebody gives for an act.

    Raises
    ------
    Invalid
        There is none, or it is too long.
    """
    reason = text.replace("\x00", "").strip()
    if not reason:
        raise Invalid(Message("Give a reason: it stands in the record."))
    if len(reason) > most:
        raise Invalid(Message("At most %(most)s letters.", most=most))
    return reason
