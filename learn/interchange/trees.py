"""HTML as a tree that is never deep: what other systems call a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from learn.courses.entities import HUGE

MAX_DEPTH = 60
EMPTY = frozenset("area base br col embed hr img input link meta param source track wbr".split())
DROPPED = frozenset(
    "script style template iframe object embed applet noscript svg frame frameset form select "
    "textarea title head input button link meta base param canvas".split()
)
_CLOSES: Mapping[str, frozenset[str]] = {
    "li": frozenset({"li"}),
    "p": frozenset({"p"}),
    "tr": frozenset({"tr", "td", "th"}),
    "td": frozenset({"td", "th"}),
    "th": frozenset({"td", "th"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option"}),
}
# what a new element never reaches through to close its like
_WALLS = frozenset("table ul ol dl blockquote div section body td th".split())


@dataclass
class Node:
    """An element; texts stand among its children as they are."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node | str] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        """Yield it and all elements in it."""
        yield self
        for child in self.children:
            if isinstance(child, Node):
                yield from child.walk()

    @property
    def text(self) -> str:
        """Return all text in it."""
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def html(self) -> str:
        """Return it as HTML."""
        written = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        if self.tag in EMPTY:
            return f"<{self.tag}{written}>"
        return f"<{self.tag}{written}>{self.inner}</{self.tag}>"

    @property
    def inner(self) -> str:
        """Return what is in it as HTML."""
        return "".join(
            escape(child, quote=False) if isinstance(child, str) else child.html
            for child in self.children
        )


def tree_of(html: str) -> Node:
    """Return the tree of any HTML, broken or not; elements too deep give up their place, not their text."""
    reader = _Reader()
    reader.feed(HUGE.sub("\ufffd", _with_ends(html.replace("\x00", ""))))
    reader.close()
    return reader.root


def _with_ends(html: str) -> str:
    """Return HTML in which no tag and no comment lacks its end: each would be looked for to the last sign."""
    whole, end, rest = html.rpartition("-->")
    html = whole + end + rest.replace("<!--", "&lt;!--")
    whole, end, rest = html.rpartition(">")
    return whole + end + rest.replace("<", "&lt;")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self.open = [self.root]
        self.beyond = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._close_like(tag)
        node = Node(tag, {name: value or "" for name, value in attrs if name.isascii()})
        if tag in EMPTY:
            self.open[-1].children.append(node)
        elif len(self.open) > MAX_DEPTH:
            self.beyond += 1
        else:
            self.open[-1].children.append(node)
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if (tag not in EMPTY and ":" in tag) or tag in DROPPED - EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.beyond:
            self.beyond -= 1
            return
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag == tag:
                del self.open[at:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def parse_html_declaration(self, i: int) -> int:
        """Pass over a declaration; the sections that only SGML has end at their first ``>``."""
        if self.rawdata.startswith("<![", i):
            return self.parse_bogus_comment(i)
        return super().parse_html_declaration(i)

    def _close_like(self, tag: str) -> None:
        for at in range(len(self.open) - 1, 0, -1):
            if self.open[at].tag in _CLOSES.get(tag, ()):
                del self.open[at:]
                return
            if self.open[at].tag in _WALLS:
                return
