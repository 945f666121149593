"""Texts of other systems as Markdown."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import unquote

from learn.courses.links import scheme_of
from learn.errors import Message
from learn.interchange.escaping import escaped, formulas_inline, line_starts
from learn.interchange.trees import DROPPED, Node, tree_of

_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset(
    "address article aside body center details div dl dt dd fieldset figcaption figure footer h1 h2 "
    "h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul "
    "blockquote audio video".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# what Markdown cannot say and the renderer lets through
_RAW_BLOCKS = frozenset({"details", "dl", "figure", "audio", "video"})
_RAW_INLINE = frozenset("kbd samp var abbr cite dfn q small bdi bdo ruby time math".split())
_MARKS = {
    "b": "**", "strong": "**", "i": "*", "em": "*", "u": "^^", "ins": "^^", "s": "~~", "del": "~~",
    "strike": "~~", "mark": "==", "sup": "^", "sub": "~",
}  # fmt: skip
_AS = {"^": "sup", "~": "sub"}
LINKS = frozenset({"http", "https", "mailto", "tel"})
_DATA = re.compile(r"data:(image/(?:png|jpe?g|gif|webp|svg\+xml));base64,(.*)$", re.DOTALL | re.I)
_SUFFIX = {"image/jpeg": "jpg", "image/jpg": "jpg", "image/svg+xml": "svg"}

Files = Callable[[str], str | None]
"""Address of a file beside the text to the name that it has here; None when there is none."""


@dataclass
class Converted:
    """Markdown, what it could not say, and pictures that stood inside the text, by name."""

    markdown: str
    notes: list[Message] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)


def markdown_of(
    html: str, files: Files = lambda _address: None, *, inline: bool = False
) -> Converted:
    """Return HTML as Markdown that Learn renders to the same.

    Parameters
    ----------
    files
        Finds the file that an address such as ``@@PLUGINFILE@@/plan.png`` means.
    inline
        The text becomes one line, as in a pair or a cell.
    """
    converter = _Converter(files)
    tree = tree_of(html)
    text = converter.line(tree.children) if inline else converter.text(tree.children)
    return Converted(text, list(dict.fromkeys(converter.notes)), converter.media)


def markdown_of_plain(text: str) -> str:
    """Return plain text as Markdown that shows just that; empty lines divide paragraphs."""
    paragraphs = re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = ("\n".join(line.strip() for line in each.strip().split("\n")) for each in paragraphs)
    return "\n\n".join(line_starts(formulas_inline(escaped(each))) for each in lines if each)


def one_line(markdown: str) -> str:
    """Return Markdown of several lines on one, as a pair needs it."""
    paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n", markdown.strip()))
    return "<br>".join(each for each in paragraphs if each)


class _Converter:
    """Walks a tree; `notes` says what was left out."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.notes: list[Message] = []
        self.media: dict[str, bytes] = {}

    def text(self, children: Sequence[Node | str]) -> str:
        """Return block Markdown."""
        return "\n\n".join(self.blocks(children))

    def line(self, children: Sequence[Node | str]) -> str:
        """Return what may hold blocks as inline Markdown on one line."""
        found = self.inline(children)
        found = re.sub(r"(?:\s*\n\s*)+", "<br>", found.strip())
        return line_starts(formulas_inline(_squeezed(found))).strip()

    def blocks(self, children: Sequence[Node | str]) -> list[str]:
        """Return paragraphs, lists, tables: each a block of its own."""
        made: list[str] = []
        run: list[Node | str] = []

        def flush() -> None:
            made.extend(self.paragraphs(run))
            run.clear()

        for child in children:
            if isinstance(child, Node) and (child.tag in _BLOCKS or _holds_block(child)):
                flush()
                made.extend(self.block(child))
            else:
                run.append(child)
        flush()
        return [each for each in made if each.strip()]

    def paragraphs(self, run: Sequence[Node | str]) -> list[str]:
        """Return a run of inline content; each ``<br>`` begins a new paragraph."""
        parts = self.inline(run).split("\n")
        return [line_starts(formulas_inline(_squeezed(part))) for part in parts if part.strip()]

    def block(self, node: Node) -> list[str]:
        """Return one element that stands on its own."""
        if node.tag in DROPPED:
            self.leave_out(node)
            return []
        made = self.written.get(node.tag)
        return [made(self, node)] if made else self.blocks(node.children)

    def heading(self, node: Node) -> str:
        """Return a heading as a bold line: in a quiz file headings begin questions."""
        line = self.line(node.children).replace("**", "")
        return f"**{line}**" if line else ""

    def quotation(self, node: Node) -> str:
        """Return a quotation."""
        lines = self.text(node.children).split("\n")
        return "\n".join(f"> {line}".rstrip() for line in lines)

    def list_of(self, node: Node) -> str:
        """Return a list; what stands in it without ``<li>`` becomes an item as well."""
        items = [child for child in node.children if not isinstance(child, str) or child.strip()]
        lines = []
        start = node.attributes.get("start", "1")
        first = int(start) if start.isdecimal() and len(start) < 6 else 1
        for number, child in enumerate(items, first):
            inner = child.children if isinstance(child, Node) and child.tag == "li" else [child]
            parts = self.blocks(inner) or [""]
            tight = "\n".join(parts) if _only_lists(parts[1:]) else "\n\n".join(parts)
            mark = f"{number}. " if node.tag == "ol" else "- "
            lines.append(mark + tight.replace("\n", "\n    "))
        return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n"))

    def table(self, node: Node) -> str:
        """Return a plain table in Markdown; any other stays HTML."""
        rows = [each for each in node.walk() if each.tag == "tr"]
        cells = [
            [each for each in row.children if isinstance(each, Node) and each.tag in ("td", "th")]
            for row in rows
        ]
        spans = any(
            {"colspan", "rowspan"} & each.attributes.keys() or any(map(_holds_block, each.walk()))
            for row in cells for each in row
        )  # fmt: skip
        caption = any(each.tag in ("caption", "table") for each in node.walk() if each is not node)
        width = max(map(len, cells), default=0)
        if spans or caption or not width or len({len(row) for row in cells}) > 1 or width < 2:
            return self.raw(node)
        texts = [[self.line(cell.children).replace("|", "\\|") for cell in row] for row in cells]
        head = texts[0] if any(cell.tag == "th" for cell in cells[0]) else [" "] * width
        body = texts[1:] if any(cell.tag == "th" for cell in cells[0]) else texts
        return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * width, *body])

    def raw(self, node: Node) -> str:
        """Return an element as HTML on lines without a gap, so that it stays one block."""
        self.inside(node)
        return re.sub(r"\n\s*\n+", "\n", node.html).strip()

    def inside(self, node: Node) -> None:
        """Put the files and leave out what is dropped in an element that stays HTML."""
        for each in node.walk():
            kept: list[Node | str] = []
            for child in each.children:
                if isinstance(child, Node) and child.tag in DROPPED:
                    self.leave_out(child)
                else:
                    kept.append(child)
            each.children = kept
            each.attributes.pop("style", None)
            if "src" in each.attributes:
                name = self.file(each.attributes["src"])
                if name is None:
                    self.notes.append(_no_file(each.attributes["src"]))
                each.attributes["src"] = name or ""

    def inline(self, children: Sequence[Node | str]) -> str:
        """Return inline Markdown; a line end stands for ``<br>`` or for the end of a block."""
        made = []
        for child in children:
            if isinstance(child, str):
                made.append(escaped(_SPACES.sub(" ", child)))
            else:
                made.append(self.element(child))
        return "".join(made)

    def element(self, node: Node) -> str:
        """Return one inline element."""
        tag = node.tag
        if tag in DROPPED:
            self.leave_out(node)
            return ""
        if made := self.within.get(tag):
            return made(self, node)
        if tag in _RAW_INLINE or tag in _RAW_BLOCKS or tag == "table":
            self.inside(node)
            return _SPACES.sub(" ", node.html)
        inner = self.inline(node.children)
        if tag in _BLOCKS and inner.strip():
            return f"\n{inner.strip()}\n"
        return inner

    def marked(self, node: Node) -> str:
        """Return bold, italic, raised and the like."""
        inner = self.inline(node.children)
        mark, text = _MARKS[node.tag], inner.strip()
        if not text:
            return inner
        if mark in _AS and (" " in text or len(text) > 40):
            return f"<{_AS[mark]}>{text}</{_AS[mark]}>"
        if "\n" in text:  # a mark ends with its paragraph
            text = re.sub(r"[^\n]+", lambda part: f"{mark}{part[0].strip()}{mark}", text)
        elif text.startswith(mark[0]) and text.endswith(mark[0]) and mark in ("*", "**"):
            text = text if text.startswith(mark) and mark == "**" else f"{mark}{text}{mark}"
        else:
            text = f"{mark}{text}{mark}"
        before = " " if inner[:1] == " " else ""
        return before + text + (" " if inner[-1:] == " " else "")

    def link(self, node: Node) -> str:
        """Return a link; one that leads nowhere good keeps its text."""
        inner = self.inline(node.children).strip()
        address = node.attributes.get("href", "").strip()
        if not address or not inner:
            return inner
        if (name := self.file(address)) is not None:
            return f"[{inner}](<{name}>)" if " " in name else f"[{inner}]({name})"
        if scheme_of(address) not in LINKS:
            self.notes.append(
                Message("The link to %(address)s leads nowhere here.", address=_short(address))
            )
            return inner
        address = address.replace(" ", "%20").replace("<", "%3C").replace(">", "%3E")
        return (
            f"[{inner}]({address})" if not set("()") & set(address) else f"[{inner}](<{address}>)"
        )

    def picture(self, node: Node) -> str:
        """Return a picture of the media; one from elsewhere becomes a link, as pages load no others."""
        address, alt = node.attributes.get("src", ""), node.attributes.get("alt", "").strip()
        alt = escaped(_SPACES.sub(" ", alt)).replace("]", "\\]")
        name = self.file(address)
        if name is not None:
            if not alt:
                self.notes.append(
                    Message("The picture %(name)s has no description; its name stands for it.",
                            name=name)
                )  # fmt: skip
                alt = escaped(name.rpartition(".")[0])
            return f"![{alt}](<{name}>)" if " " in name else f"![{alt}]({name})"
        if scheme_of(address) in ("http", "https"):
            self.notes.append(
                Message("The picture %(address)s is elsewhere; it became a link.",
                        address=_short(address))
            )  # fmt: skip
            return f"[{alt or escaped(_short(address))}](<{address.replace('>', '%3E')}>)"
        self.notes.append(_no_file(address))
        return alt

    written: ClassVar[Mapping[str, Callable[[_Converter, Node], str]]] = {
        **dict.fromkeys(_HEADINGS, heading),
        **dict.fromkeys(_RAW_BLOCKS, raw),
        "ul": list_of, "ol": list_of, "blockquote": quotation, "table": table,
        "pre": lambda _self, node: _fenced(node),
        "hr": lambda _self, _node: "***",
    }  # fmt: skip
    within: ClassVar[Mapping[str, Callable[[_Converter, Node], str]]] = {
        **dict.fromkeys(_MARKS, marked),
        **dict.fromkeys(("br", "hr"), lambda _self, _node: "\n"),
        **dict.fromkeys(("code", "tt", "pre"), lambda _self, node: _code(node.text)),
        "img": picture, "a": link,
    }  # fmt: skip

    def file(self, address: str) -> str | None:
        """Return the name of the file that `address` means."""
        if found := _DATA.match(address):
            try:
                content = base64.b64decode(found[2], validate=False)
            except (binascii.Error, ValueError):
                return None
            kind = found[1].lower()
            name = f"picture-{len(self.media) + 1}.{_SUFFIX.get(kind, kind[6:])}"
            self.media[name] = content
            return self.files(name) or name
        return self.files(unquote(address))

    def leave_out(self, node: Node) -> None:
        """Note an element that is dropped whole."""
        if (
            node.tag in ("script", "style", "title", "meta", "link", "base", "head")
            and not node.text
        ):
            return
        source = node.attributes.get("src") or node.attributes.get("data")
        if source:
            message = Message(
                "<%(tag)s> %(source)s is left out.", tag=node.tag, source=_short(source)
            )
        else:
            message = Message("<%(tag)s> is left out.", tag=node.tag)
        self.notes.append(message)


def _holds_block(node: Node) -> bool:
    return node.tag not in _RAW_INLINE and any(
        each.tag in _BLOCKS - {"audio", "video"} for each in node.walk() if each is not node
    )


def _squeezed(text: str) -> str:
    return re.sub(r" {2,}", " ", text).strip()


def _only_lists(parts: Sequence[str]) -> bool:
    return all(re.match(r"[-*+] |\d+\. ", part) for part in parts)


def _fenced(node: Node) -> str:
    text = node.text.expandtabs(4).strip("\n")
    classes = " ".join(each.attributes.get("class", "") for each in node.walk())
    language = re.search(r"language-([\w-]+)", classes)
    ticks = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return f"{ticks}{language[1] if language else ''}\n{text}\n{ticks}"


def _code(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return ""
    ticks = "`" * (1 + max(map(len, re.findall(r"`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _short(address: str) -> str:
    return address if len(address) <= 80 else address[:77] + "..."


def _no_file(address: str) -> Message:
    return Message("The file %(name)s is not in what was imported.", name=_short(address) or "-")
