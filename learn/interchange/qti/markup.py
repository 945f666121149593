"""Safe HTML as the XML that QTI 3.0 takes: only its elements, well-formed, blocks where blocks are needed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from learn.interchange.qti.bodies import OWN_CLASS, OWN_MARKS
from learn.interchange.trees import Node, tree_of

MATHS = "http://www.w3.org/1998/Math/MathML"
BLOCKS = frozenset(
    "address article aside blockquote details div dl figure footer h1 h2 h3 h4 h5 h6 header hr ol p pre "
    "section table ul audio video".split()
)
_KNOWN = BLOCKS | frozenset(
    "a abbr b bdi bdo br caption cite code col colgroup dd dfn dt em figcaption i img kbd label li q rp "
    "rt ruby samp small source span strong sub summary sup tbody td tfoot th thead tr track var".split()
)
_ATTRIBUTES = {
    "*": {"class", "lang", "dir"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
    "blockquote": {"cite"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "width", "height"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang"},
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return `text` without signs that XML cannot hold."""
    return _NOT_XML.sub("", text)


def put_blocks(parent: Element, html: str) -> None:
    """Put HTML into `parent`, whose content has to be blocks; what is none gets a paragraph."""
    run: list[Node | str] = []
    for child in tree_of(html).children:
        if isinstance(child, Node) and child.tag in BLOCKS:
            _paragraph(parent, run)
            run = []
            _put(parent, [child])
        else:
            run.append(child)
    _paragraph(parent, run)


def _paragraph(parent: Element, run: Iterable[Node | str]) -> None:
    children = list(run)
    if any(isinstance(each, Node) or each.strip() for each in children):
        _put(SubElement(parent, "p"), children)


def put_inline(parent: Element, html: str) -> None:
    """Put HTML into `parent` as it is."""
    _put(parent, tree_of(html).children)


def _put(parent: Element, children: Iterable[Node | str]) -> None:
    for child in children:
        if isinstance(child, str):
            append_text(parent, child)
        elif child.tag == "math":
            _put_maths(parent, child)
        else:
            _put_element(parent, child)


def _put_element(parent: Element, node: Node) -> None:
    tag = node.tag if node.tag in _KNOWN else "span"
    names = _ATTRIBUTES["*"] | _ATTRIBUTES.get(tag, set())
    attributes = {name: clean(value) for name, value in node.attributes.items() if name in names}
    if node.tag in OWN_MARKS:
        attributes["class"] = OWN_CLASS + node.tag
    if tag == "img":
        attributes.setdefault("alt", "")
    _put(SubElement(parent, tag, attributes), node.children)


def _put_maths(parent: Element, node: Node, *, outer: bool = True) -> None:
    attributes = {name: clean(value) for name, value in node.attributes.items() if name != "xmlns"}
    made = SubElement(parent, node.tag, {**({"xmlns": MATHS} if outer else {}), **attributes})
    for child in node.children:
        if isinstance(child, str):
            append_text(made, child)
        else:
            _put_maths(made, child, outer=False)


def append_text(parent: Element, text: str) -> None:
    """Put plain text behind what is in `parent`."""
    text = clean(text)
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text
