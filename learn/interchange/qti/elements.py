"""One vocabulary for QTI 2.x and 3.0: ``choiceInteraction`` and ``qti-choice-interaction`` are one name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from learn.errors import Message
from learn.interchange.model import BadFile

MOST_ELEMENTS, DEEPEST = 100_000, 80
_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class BadQti(BadFile):
    """A QTI file or package, or one item of it, cannot be taken in; the message says why."""


def parsed(content: bytes) -> Element:
    """Return the root of an XML file.

    Raises
    ------
    BadQti
        It is not well-formed, or has a document type, which entities and references could hide in.
    """
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadQti(
            Message("The XML declares entities or a document type; files with such are not read.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise BadQti(
            Message("This is not well-formed XML: %(why)s.", why=str(error)[:200])
        ) from error
    return root


def unified(root: Element) -> Element:
    """Return `root` with all names as this package writes them: no namespace, no prefix, hyphens.

    Raises
    ------
    BadQti
        It holds too many elements, or is nested too deeply to be an item.
    """
    level, count = [root], 0
    for _depth in range(DEEPEST):
        count += len(level)
        if count > MOST_ELEMENTS:
            break
        for element in level:
            _unify(element)
        level = [child for element in level for child in element]
        if not level:
            return root
    raise BadQti(Message("The XML holds too much, or is nested too deeply, to be a question."))


def _unify(element: Element) -> None:
    for child in [each for each in element if not isinstance(each.tag, str)]:
        _cut_out(element, child)  # comments and processing instructions, when a parser kept them
    element.tag = _name(element.tag)
    attributes = {_name(name): value.strip() for name, value in element.attrib.items()}
    element.attrib.clear()
    element.attrib.update(attributes)


def _cut_out(parent: Element, child: Element) -> None:
    place = list(parent).index(child)
    tail = child.tail or ""
    if place:
        parent[place - 1].tail = (parent[place - 1].tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(child)


def _name(written: str) -> str:
    local = written.rpartition("}")[2].removeprefix("qti-")
    return _BREAK.sub("-", local).lower()


def number(element: Element, name: str, otherwise: float) -> float:
    """Return a numeric attribute; `otherwise` when it is absent or no finite number."""
    found = as_number(element.get(name, ""))
    return otherwise if found is None else found


def as_number(text: str) -> float | None:
    """Return a finite number written as in XML; None when `text` is none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e15 else None


def flag(element: Element, name: str) -> bool:
    """Whether an attribute says true."""
    return element.get(name, "").lower() in ("true", "1")


def words(element: Element | None) -> str:
    """Return all text inside on one line."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def identifiers(elements: Iterable[Element]) -> list[str]:
    """Return the identifiers of `elements`, in their order."""
    return [element.get("identifier", "") for element in elements]


def below(element: Element, *names: str) -> Iterator[Element]:
    """Yield all descendants with one of these names, in the order of the document."""
    return (each for each in element.iter() if each is not element and each.tag in names)
