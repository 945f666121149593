"""One's own notices: what one is told, and that it was read."""

from __future__ import annotations

from learn.api.operations import Result, operation
from learn.api.schemas import assignments as schemas
from learn.api.texts import moment
from learn.notices import services
from learn.web.context import now, person, session
from learn.web.i18n import say
from learn.web.notices.own import address_of, in_words


@operation(
    "GET", "/me/notices", tag="me", query=schemas.NoticesQuery, replies={200: schemas.NoticeList}
)
def my_notices(query: schemas.NoticesQuery) -> Result:
    """List one's own notices, the newest first: those unread, or those read."""
    found = services.list_notices(
        session(), person().id, unread=query.unread, after=query.cursor, limit=query.limit
    )
    items = [
        {
            "key": line.notice.key, "kind": line.notice.kind, "text": say(line.text),
            "url": address_of(line.target), "at": moment(line.notice.at),
            "read_at": moment(line.notice.read_at),
        }
        for line in in_words(found.items)
    ]  # fmt: skip
    unread = services.unread_count(session(), person().id)
    return {"items": items, "next": found.next, "unread": unread}


@operation(
    "POST", "/me/notices/read", tag="me", body=schemas.ReadIn, replies={200: schemas.ReadOut}
)
def read_notices(body: schemas.ReadIn) -> Result:
    """Note that one notice was read, or all."""
    return {"read": services.mark_read(session(), person().id, body.key, now=now())}
