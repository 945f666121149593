"""The Markdown that Learn reads: its extensions, and what is done to the tree before it becomes HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import STX

from learn.courses import links as addresses
from learn.courses.blocks import Block, InvalidBlock
from learn.courses.links import Links, Reference
from learn.courses.maths import BadFormula, mathml
from learn.courses.media import suffix_of
from learn.courses.source import Source
from learn.courses.version import PLACE, Media
from learn.courses.words import note_title, size_text, words_of
from learn.errors import Message, Problem

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
MAX_TABS = 8
_TAB_ID = re.compile(r"^__tabbed_(\d+)_(\d+)$")
_CHECKBOX = re.compile(r'^<input type="checkbox" disabled( checked)?/> ?$')
AMPERSAND = STX + "amp\x03"


@dataclass
class Page:
    """One text on its way to HTML: where it stands, and what was found in it so far."""

    source: Source
    links: Links
    language: str
    above: int
    nonce: str
    problems: list[Problem] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)

    def say(self, line: int, message: Message, *, warning: bool = False) -> None:
        """Note a problem or a warning."""
        self.problems.append(Problem(self.source.path, line, message, warning))

    def input_mark(self, html: str) -> str:
        """Keep the HTML of one of our own inputs, and return the mark that stands for it meanwhile."""
        self.inputs.append(html)
        return f"@@{self.nonce}:{len(self.inputs) - 1}@@"


class Shelf:
    """Where a Markdown instance finds the page that it is working on."""

    page: Page


def make_markdown(shelf: Shelf, blocks: Iterable[Block], language: str) -> Markdown:
    """Return a Markdown instance; it serves one text at a time."""
    fences = [
        {"name": block.key, "class": block.key, "format": partial(_fence, shelf, block),
         "validator": _take_options}
        for block in blocks
    ]  # fmt: skip
    fences.append({"name": "math", "class": "math", "format": partial(_maths_fence, shelf)})
    markdown = Markdown(
        extensions=[
            "tables", "abbr", "attr_list", "def_list", "footnotes", "md_in_html", "toc", "admonition",
            "pymdownx.details", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.superfences",
            "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.arithmatex", "pymdownx.mark",
            "pymdownx.caret", "pymdownx.tilde", "pymdownx.keys", "pymdownx.betterem",
            "pymdownx.magiclink", "pymdownx.blocks.caption",
        ],
        extension_configs={
            "tables": {"use_align_attribute": True},
            "footnotes": {"BACKLINK_TITLE": words_of(language).backlink},
            "pymdownx.tabbed": {"alternate_style": True},
            "pymdownx.superfences": {"custom_fences": fences},
            "pymdownx.highlight": {"guess_lang": False, "use_pygments": True},
            "pymdownx.arithmatex": {
                "generic": True, "tex_inline_wrap": ["", ""], "tex_block_wrap": ["", ""],
            },
        },
        output_format="html",
    )  # fmt: skip
    # after inline text (20), attributes (8) and anchors (5), before backslashes are taken back (0)
    markdown.treeprocessors.register(_Finish(markdown, shelf), "learn-finish", 4)
    return markdown


def _take_options(
    _language: str, inputs: dict[str, str], options: dict[str, Any], _attrs: Any, _md: Any
) -> bool:
    options.update(inputs)
    return True


def _fence(
    shelf: Shelf, block: Block, text: str, _language: str, _css: str,
    options: Mapping[str, Any], _md: Any, **_more: Any,
) -> str:  # fmt: skip
    page = shelf.page
    line = page.source.line_of_fence(block.key)
    try:
        return block.html({key: str(value) for key, value in options.items()}, text)
    except InvalidBlock as error:
        page.say(line, error.message)
    except Exception as error:  # a plugin's mistake must not hide the other problems
        page.say(
            line,
            Message("The block %(key)s failed: %(why)s.", key=block.key, why=type(error).__name__),
        )
    return f"<pre><code>{escape(text)}</code></pre>"


def _maths_fence(
    shelf: Shelf, text: str, _language: str, _css: str, _options: Any, _md: Any, **_more: Any
) -> str:
    page = shelf.page
    return (
        f'<div class="maths">{_formula(page, text, page.source.line_of_fence("math"), True)}</div>'
    )


def _formula(page: Page, latex: str, line: int, display: bool) -> str:
    try:
        return mathml(latex, display=display)
    except BadFormula as error:
        page.say(line, error.message)
        return f"<code>{escape(latex)}</code>"


class _Finish(Treeprocessor):
    """Checks and completes headings, links, pictures, formulas and tables of one page."""

    def __init__(self, markdown: Markdown, shelf: Shelf) -> None:
        super().__init__(markdown)
        self.markdown, self.shelf = markdown, shelf

    def run(self, root: Element) -> None:
        """Walk the tree once; children may be replaced on the way."""
        page = self.shelf.page
        self._checkboxes(page)
        parents = {child: parent for parent in root.iter() for child in parent}
        headings = [element for element in root.iter() if element.tag in HEADINGS]
        _check_headings(page, headings)
        for element in list(root.iter()):
            self._finish(page, element, parents)
        for table in list(root.iter("table")):
            _wrap_table(page, table, parents[table])

    def _finish(self, page: Page, element: Element, parents: Mapping[Element, Element]) -> None:
        classes = element.get("class", "").split()
        if element.tag == "a":
            finish_link(page, element)
        elif element.tag == "img":
            finish_picture(page, element, parents[element])
        elif "arithmatex" in classes:
            self._finish_formula(page, element)
        elif element.tag == "input":
            _replace_tab_input(page, element, parents[element])
        elif "admonition-title" in classes or element.tag == "summary":
            parent_class = (parents[element].get("class") or "").split()
            element.text = note_title(element.text, parent_class, page.language)

    def _finish_formula(self, page: Page, element: Element) -> None:
        latex, display = element.text or "", element.tag == "div"
        if display:  # a block is escaped already, an inline formula is not
            for entity, sign in (("&quot;", '"'), ("&gt;", ">"), ("&lt;", "<"), ("&amp;", "&")):
                latex = latex.replace(entity, sign)
        made = _formula(page, latex, page.source.line_of_text(latex), display)
        element.set("class", "maths")
        element.text = self.markdown.htmlStash.store(made)

    def _checkboxes(self, page: Page) -> None:
        stash = self.markdown.htmlStash.rawHtmlBlocks
        for place, html in enumerate(stash):
            match = _CHECKBOX.match(html) if isinstance(html, str) else None
            if match:
                checked = " checked" if match[1] else ""
                label = words_of(page.language).notes.get("todo", "To do")
                stash[place] = page.input_mark(
                    f'<input type="checkbox" aria-label="{label}" disabled{checked}> '
                )


def _check_headings(page: Page, headings: list[Element]) -> None:
    known = len(page.source.headings) == len(headings)
    level = page.above
    for place, element in enumerate(headings):
        line = (
            page.source.headings[place]
            if known
            else page.source.line_of_text("".join(element.itertext()))
        )
        new = HEADINGS[element.tag]
        if new <= page.above:
            right = "#" * (page.above + 1)
            page.say(line, Message("Headings of this text begin with %(right)s.", right=right),
                     warning=True)  # fmt: skip
        elif new > level + 1:
            page.say(
                line,
                Message("This heading jumps from level %(before)s to %(after)s; use %(right)s.",
                        before=level, after=new, right="#" * (level + 1)),
                warning=True,
            )  # fmt: skip
        level = max(new, page.above)


def _wrap_table(page: Page, table: Element, parent: Element) -> None:
    for cell in table.iter("th"):
        cell.set("scope", "col")
    label = words_of(page.language).table
    wrapper = Element("div", {"class": "table-scroll", "role": "group", "aria-label": label,
                              "tabindex": "0"})  # fmt: skip
    place = list(parent).index(table)
    wrapper.tail, table.tail = table.tail, None
    parent.remove(table)
    wrapper.append(table)
    parent.insert(place, wrapper)


def _replace_tab_input(page: Page, element: Element, parent: Element) -> None:
    match = _TAB_ID.match(element.get("id", ""))
    place = list(parent).index(element)
    mark = ""
    if match and parent.get("class", "").startswith("tabbed-set"):
        group, number = int(match[1]), int(match[2])
        if number == MAX_TABS + 1:  # the style sheet shows no more
            line = page.source.line_of_text("===")
            page.say(
                line, Message("Tabs side by side are at most %(most)s; use ???.", most=MAX_TABS)
            )
        checked = " checked" if element.get("checked") else ""
        mark = page.input_mark(
            f'<input type="radio" name="__tabbed_{group}" id="__tabbed_{group}_{number}"{checked}>'
        )
    mark += element.tail or ""
    parent.remove(element)
    if place:
        before = parent[place - 1]
        before.tail = (before.tail or "") + mark
    else:
        parent.text = (parent.text or "") + mark


def finish_link(page: Page, element: Element) -> None:
    """Check the address of a link and turn it into the one of the page."""
    target = element.get("href")
    if target is None or "footnote" in element.get("class", ""):
        return
    scheme = addresses.scheme_of(target.replace(AMPERSAND, "&"))
    if scheme in {"http", "https"} or (scheme is None and target.startswith("//")):
        element.set("class", f"{element.get('class', '')} external".strip())
        element.set("href", target if scheme else f"https:{target}")
        return
    if scheme in addresses.SCHEMES:
        return
    element.set("href", _own_address(page, element, target, scheme))


def _own_address(page: Page, element: Element, target: str, scheme: str | None) -> str:
    line = page.source.line_of_target(target)
    if target.startswith("/") and "\\" not in target:  # a browser takes \ for a slash
        return PLACE + target.lstrip("/")
    media = page.links.files.get(addresses.file_name(target)) if scheme is None else None
    if media is not None:
        size = SubElement(element, "span", {"class": "size"})
        size.text = f" ({size_text(media.size_bytes, page.language)})"
        return addresses.media_address(media)
    reference = None
    if scheme in {None, "quiz"}:
        reference = addresses.reference_of(target, line, page.links.course)
    if reference is not None:
        page.references.append(reference)
        return addresses.address_of(reference)
    page.say(line, _bad_target(page, target, scheme))
    return "#"


def _bad_target(page: Page, target: str, scheme: str | None) -> Message:
    if scheme is not None:
        return Message(
            "A link cannot begin with %(scheme)s:; use https:, mailto:, tel:, quiz: or a file beside "
            "this text.", scheme=scheme,
        )  # fmt: skip
    return _missing_file(page, target)


def _missing_file(page: Page, target: str) -> Message:
    name = addresses.file_name(target)
    near = addresses.nearest(name, page.links.files)
    if near:
        return Message(
            "There is no file %(name)s beside this text; did you mean %(near)s?",
            name=name,
            near=near,
        )
    return Message("There is no file %(name)s beside this text.", name=name)


def finish_picture(page: Page, element: Element, parent: Element) -> None:
    """Check a picture, film or sound and complete it with size, laziness and address."""
    target, alt = element.get("src", ""), (element.get("alt") or "").strip()
    line = page.source.line_of_target(target)
    decorative = "decorative" in element.get("class", "").split()
    if not alt and not decorative:
        page.say(line, Message("A picture needs a text that says what it shows: ![text](%(target)s); "
                               "mark mere decoration with {.decorative}.", target=target))  # fmt: skip
    media = page.links.files.get(addresses.file_name(target))
    if media is None:
        page.say(line, _bad_picture(page, target))
        element.attrib.pop("src", None)
        return
    kind = media.mimetype.partition("/")[0]
    if kind in {"video", "audio"}:
        _make_player(page, element, parent, media, alt)
    elif kind == "image":
        _complete_picture(element, parent, media, alt)
    else:
        page.say(
            line, Message("%(target)s is not a picture; link to it without the !.", target=target)
        )
        element.attrib.pop("src", None)


def _bad_picture(page: Page, target: str) -> Message:
    if addresses.scheme_of(target) is not None or target.startswith("//"):
        return Message(
            "Pictures come from beside this text, not from elsewhere; copy the file here."
        )
    return _missing_file(page, target)


def _complete_picture(element: Element, parent: Element, media: Media, alt: str) -> None:
    element.set("src", addresses.media_address(media))
    element.set("alt", alt)
    element.set("loading", "lazy")
    element.set("decoding", "async")
    if media.width and media.height and not (element.get("width") or element.get("height")):
        element.set("width", str(media.width))
        element.set("height", str(media.height))
    caption = element.attrib.pop("title", "")
    if not _alone(element, parent):
        return
    parent.tag = "figure"
    if caption:
        SubElement(parent, "figcaption").text = caption


def _alone(element: Element, parent: Element) -> bool:
    return (
        parent.tag == "p" and len(parent) == 1
        and not (parent.text or "").strip() and not (element.tail or "").strip()
    )  # fmt: skip


def _make_player(page: Page, element: Element, parent: Element, media: Media, caption: str) -> None:
    address = addresses.media_address(media)
    figure_tag = "figure" if _alone(element, parent) else "div"
    if parent.tag == "p":
        parent.tag = figure_tag
        parent.set("class", "media")
    element.attrib.clear()
    element.tag = media.mimetype.partition("/")[0]
    element.attrib.update({"controls": "controls", "preload": "none", "src": address})
    stem = media.name.rpartition(".")[0]
    track = page.links.files.get(f"{stem}.vtt")
    if track is not None:
        SubElement(element, "track", {
            "src": addresses.media_address(track), "kind": "captions", "srclang": page.language,
            "label": words_of(page.language).captions, "default": "default",
        })  # fmt: skip
    line = Element("figcaption" if figure_tag == "figure" else "small")
    line.text = f"{caption} "
    link = SubElement(line, "a", {"href": address})
    link.text = f"{suffix_of(media.name).upper()}, {size_text(media.size_bytes, page.language)}"
    line.tail, element.tail = element.tail, None
    parent.insert(list(parent).index(element) + 1, line)
