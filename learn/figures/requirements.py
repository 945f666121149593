"""Which levels the posts of many people require, each kind of post asked once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from learn.competencies.framework.catalogue import Framework
from learn.competencies.requirements.reading import required_at_places
from learn.competencies.requirements.rules import Place, levels_of
from learn.figures.days import AsOf
from learn.figures.posts import Standing
from learn.people.models import Unit


class Requirements:
    """The levels that posts require on a day, remembered as long as the figures are being made."""

    def __init__(self, session: Session, as_of: AsOf, framework: Framework) -> None:
        self._session, self._as_of, self._framework = session, as_of, framework
        self._paths = {row.id: row.path for row in session.execute(select(Unit.id, Unit.path))}
        self._known: dict[tuple[int | None, str, str], Mapping[str, int]] = {}

    def learn(self, people: Iterable[Standing]) -> None:
        """Read what the posts of these people require, in one statement where some are new."""
        new = {who[1:] for who in people} - self._known.keys()
        if not new:
            return
        places = {post: Place(self._paths.get(post[0] or 0, ""), post[2], post[1]) for post in new}
        required = required_at_places(
            self._session, places.values(), on=self._as_of.day, framework=self._framework
        )
        for post, place in places.items():
            self._known[post] = levels_of(required[place])

    def of(self, who: Standing) -> Mapping[str, int]:
        """Return the required level by code of somebody whose post was learned."""
        return self._known[who[1:]]
