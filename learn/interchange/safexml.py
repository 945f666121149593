"""XML from strangers: no entities, no external references, nothing deep, and never all of it in memory."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from learn.errors import Message
from learn.interchange.model import BadFile

DEEPEST = 100
MOST_ELEMENTS = 2_000_000
_CHUNK = 256 * 1024


def root_children(content: bytes, root: str = "") -> Iterator[Element]:
    """Yield the children of the root one after the other, whole, while the file is read.

    Parameters
    ----------
    root
        The name that the root must have; empty: any.

    Raises
    ------
    BadFile
        It is no XML, declares entities or a document type, or is nested too deeply.
    """
    target = _Target(root)
    parser = XMLParser(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    view = memoryview(content)
    try:
        for at in range(0, len(view), _CHUNK):
            parser.feed(bytes(view[at : at + _CHUNK]))
            yield from target.taken()
        parser.close()
    except DefusedXmlException as error:
        raise BadFile(
            Message("The XML declares entities or a document type; files with such are not read.")
        ) from error
    except ParseError as error:
        line, column = error.position
        message = Message("This is not sound XML: line %(line)s, column %(column)s.",
                          line=line, column=column + 1)  # fmt: skip
        raise BadFile(message) from error
    except (ValueError, LookupError) as error:
        raise BadFile(Message("This is not XML in an encoding that can be read.")) from error
    yield from target.taken()


class _Target:
    """What the parser tells about: a tree for each child of the root, no more."""

    def __init__(self, root: str) -> None:
        self.wanted = root
        self.depth = self.count = 0
        self.builder: TreeBuilder | None = None
        self.done: list[Element] = []

    def taken(self) -> list[Element]:
        """Return what is whole by now, once."""
        done, self.done = self.done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        self.depth += 1
        self.count += 1
        if self.depth == 1 and self.wanted and tag.rpartition("}")[2] != self.wanted:
            raise BadFile(Message("The XML begins with <%(tag)s>, not with <%(wanted)s>.",
                                  tag=tag[:60], wanted=self.wanted))  # fmt: skip
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise BadFile(Message("The XML holds too much, or is nested too deeply."))
        if self.depth == 2:
            self.builder = TreeBuilder()
        if self.builder is not None:
            self.builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        self.depth -= 1
        if self.builder is not None:
            element = self.builder.end(tag)
            if self.depth == 1:
                self.done.append(element)
                self.builder.close()
                self.builder = None

    def data(self, text: str) -> None:
        """Take text."""
        if self.builder is not None:
            self.builder.data(text)

    def close(self) -> None:
        """Take the end of the file."""
