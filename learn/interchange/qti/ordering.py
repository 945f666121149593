"""The order of items in a test, and what else a test says of each."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from learn.errors import Message
from learn.interchange.model import TAGGED, Note
from learn.interchange.qti.elements import BadQti, flag, number, words

DEEPEST = 20
OWN_TOOL = "Learn"
_SILENT = frozenset(
    {"test-part", "assessment-section", "assessment-item-ref", "assessment-section-ref"}
)


@dataclass(frozen=True)
class Place:
    """An item's place in a test; `path` is None when it lies outside of the package."""

    identifier: str
    address: str
    path: str | None
    weight: float = 1.0
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass
class Order:
    """All places of a test in their order."""

    title: str = ""
    places: list[Place] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


@dataclass
class _Walk:
    tree: Callable[[str], Element]
    names: Container[str]
    order: Order
    own: bool
    sections: set[str] = field(default_factory=set)

    def parts(self, element: Element, path: str, depth: int = 0) -> None:
        """Go through a test, a part of it or a section."""
        if depth > DEEPEST:
            raise BadQti(Message("The sections of the test are nested too deeply."))
        for child in element:
            if child.tag == "assessment-item-ref":
                self.order.places.append(self.place(child, path))
            elif child.tag == "assessment-section-ref":
                self.section(child, path, depth)
            elif child.tag in _SILENT:
                self.parts(child, path, depth + 1)
            else:
                self.tell(child, path, element)

    def section(self, reference: Element, path: str, depth: int) -> None:
        """Go through a section that stands in another file."""
        address = reference.get("href", "")
        where = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(address)))
        if where in self.sections or where not in self.names:
            self.lose(Message("The section %(name)s is not in the package.", name=address), path)
            return
        self.sections.add(where)
        self.parts(self.tree(where), where, depth + 1)

    def place(self, reference: Element, path: str) -> Place:
        """Return the place of one item."""
        address = reference.get("href", "")
        plain = unquote(address.partition("#")[0])
        where = posixpath.normpath(posixpath.join(posixpath.dirname(path), plain))
        outside = "://" in address or where.startswith(("..", "/"))
        weight = next((number(each, "value", 1) for each in reference.findall("weight")), 1.0)
        identifier = reference.get("identifier", "")
        return Place(
            identifier, address, None if outside else where, weight if weight > 0 else 1.0,
            tuple(self.tags(reference)), tuple(self.notes(reference, path)),
        )  # fmt: skip

    def tags(self, reference: Element) -> Iterator[str]:
        """Yield the categories of an item as tags; what Learn wrote with a point had a colon there."""
        for category in reference.get("category", "").split():
            name, point, value = category.partition(".")
            tagged = self.own and point and name in TAGGED
            yield f"{name}:{value}" if tagged else category

    def notes(self, reference: Element, path: str) -> list[Note]:
        """Return what an item's place says that is not kept."""
        weights = reference.findall("weight")
        names = [each.tag for each in reference if each.tag != "weight"]
        names += ["weight"] * (len(weights) - 1)
        return [Note("dropped", _not_kept(name), ident=path) for name in dict.fromkeys(names)]

    def tell(self, child: Element, path: str, parent: Element) -> None:
        """Note what a test says that is not kept."""
        shown = f"{path}#{parent.get('identifier', '')}"
        if child.tag == "rubric-block" and words(child):
            message = Message(
                "An instruction of the test is left out: %(text)s", text=words(child)[:120]
            )
            self.lose(message, shown)
        elif child.tag == "ordering" and not flag(child, "shuffle"):
            return
        else:
            self.lose(_not_kept(child.tag), shown)

    def lose(self, message: Message, ident: str) -> None:
        """Note what is lost of the test."""
        self.order.notes.append(Note("dropped", message, ident=ident))


def _not_kept(tag: str) -> Message:
    return Message("<%(tag)s> of the test is not kept.", tag=tag)


def order_of(
    test: Element, path: str, tree: Callable[[str], Element], names: Container[str]
) -> Order:
    """Return the order of the items of a test.

    Parameters
    ----------
    tree
        Returns the root of a file in the package.
    names
        The files of the package.
    """
    order = Order(test.get("title", ""))
    _Walk(tree, names, order, test.get("tool-name") == OWN_TOOL).parts(test, path)
    return order
