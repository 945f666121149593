"""QTI packages: a zip with a manifest, opened without trusting any name, size or reference in it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from learn.courses.links import scheme_of
from learn.courses.media import suffix_of
from learn.errors import Message
from learn.interchange.files import keep_file
from learn.interchange.model import MAX_QUESTIONS, Draft, Note
from learn.interchange.qti.archives import open_archive
from learn.interchange.qti.elements import BadQti, below, parsed, unified, words
from learn.interchange.qti.ordering import Order, order_of
from learn.interchange.texts import Files

MANIFEST = "imsmanifest.xml"
MOST_MEDIA_BYTES, MOST_XML_BYTES = 20_000_000, 5_000_000
MOST_SHARED_BYTES = 20_000_000
"""How much of shared texts may become part of questions, each time counted."""


@dataclass(frozen=True)
class Reference:
    """An item that a package names: where it is, what the test says of it, or why it is missing."""

    identifier: str
    path: str
    missing: Message | None = None
    weight: float = 1.0
    tags: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def shown(self) -> str:
        """Return how reports name it."""
        return self.named(self.identifier)

    def named(self, identifier: str) -> str:
        """Return how reports name the item of this identifier."""
        return f"{self.path}#{identifier}" if self.path and identifier else self.path or identifier


@dataclass
class Package:
    """An open package: its files, and what is taken from it.

    Parameters
    ----------
    read
        Returns the content of a file in it; raises `BadQti`.
    steps
        How many expressions of its rules were worked out so far.
    media
        What the questions need, by the name that it has here.
    """

    names: dict[str, int]
    read: Callable[[str], bytes]
    references: list[Reference] = field(default_factory=list)
    title: str = ""
    media: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    taken: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    shared: int = 0

    @classmethod
    def alone(cls, content: bytes) -> Package:
        """Return an item alone as a package without any other file."""
        return cls({"": len(content)}, lambda _path: content, [Reference("", "")], used={""})

    def lose(self, message: Message, path: str = "") -> None:
        """Note what is lost of the package, or a file of it."""
        self.notes.append(Note("dropped", message, ident=path))

    def tree(self, path: str) -> Element:
        """Return the root of an XML file in the package."""
        self.used.add(path)
        if self.names[path] > MOST_XML_BYTES:
            raise BadQti(Message("The file %(name)s is too large.", name=path[:80]))
        return unified(parsed(self.read(path)))

    def item(self, reference: Reference) -> Element:
        """Return an item; what is none is refused."""
        root = self.tree(reference.path)
        if root.tag != "assessment-item":
            raise BadQti(
                Message("This is no QTI item: its first element is <%(tag)s>.", tag=root.tag[:60])
            )
        return root

    def stimulus(self, item: Element, reference: Reference, draft: Draft) -> list[Element]:
        """Return the shared texts that an item refers to; they are part of the question here."""
        found = []
        for each in item.findall("assessment-stimulus-ref"):
            path = resolved(each.get("href", ""), reference.path)
            if path is None or path not in self.names or path == reference.path:
                draft.dropped(_no_file(each.get("href", "")))
                continue
            self.shared += self.names[path]
            if self.shared > MOST_SHARED_BYTES:
                draft.dropped(Message("The file %(name)s is too large.", name=path[:80]))
                continue
            root = self.tree(path)
            bodies = list(below(root, "stimulus-body"))
            for body in bodies:
                body.tag = "div"
                _move(body, path, reference.path)
            found += bodies
            draft.changed(
                Message("The shared text %(name)s is part of the question here.", name=path)
            )
        return found

    def finder(self, base: str, media: dict[str, bytes], draft: Draft) -> Files:
        """Return what finds the files that an item at `base` shows; they are put into `media`."""

        def find(address: str) -> str | None:
            path = resolved(address, base)
            if path is None or path not in self.names or path == base:
                return None
            return self._taken(path, media, draft)

        return find

    def _taken(self, path: str, media: dict[str, bytes], draft: Draft) -> str | None:
        self.used.add(path)
        if path in self.taken:
            media[self.taken[path]] = self.media[self.taken[path]]
            return self.taken[path]
        if self.names[path] > MOST_MEDIA_BYTES:
            draft.dropped(Message("The file %(name)s is too large.", name=path[:80]))
            return None
        content = self.read(path)
        name = self.put(posixpath.basename(path), content, media)
        if isinstance(name, Message):
            draft.dropped(name)
            return None
        media[name] = content
        return name

    def put(self, name: str, content: bytes, media: Mapping[str, bytes]) -> str | Message:
        """Return a name for a file that is no other's, here or among `media`; or why it is not kept."""
        return keep_file({**self.media, **media}, name, content)

    def keep(self, media: dict[str, bytes]) -> None:
        """Keep the files of an item that was taken in."""
        self.media.update(media)

    def tell_the_rest(self) -> None:
        """Note every file that nothing in the package uses."""
        for path in self.names:
            if path not in self.used and suffix_of(path) not in ("xsd", "dtd"):
                self.lose(Message("No question uses this file; it is left out."), path)


def open_package(content: bytes) -> Package:
    """Return a package with its items in the order of its test.

    Raises
    ------
    BadQti
        It is no zip, has no manifest, or would be too large.
    """
    archive = open_archive(content)
    package = Package(archive.sizes, archive.read)
    for path, reason in archive.left_out:
        package.lose(reason, path)
    manifest = _manifest(package)
    root = package.tree(manifest)
    _take_references(package, root, manifest)
    return package


def _manifest(package: Package) -> str:
    found = [path for path in package.names if posixpath.basename(path).lower() == MANIFEST]
    if not found:
        raise BadQti(Message("The zip holds no %(name)s, so it is no QTI package.", name=MANIFEST))
    return min(found, key=lambda path: path.count("/"))


def resolved(address: str, base: str) -> str | None:
    """Return the path in the package that `address` means in the file `base`; None when it leads out."""
    address = address.strip()
    if not address or scheme_of(address) is not None or address.startswith(("/", "#", "\\")):
        return None
    plain = unquote(address.partition("#")[0].partition("?")[0])
    path = posixpath.normpath(posixpath.join(posixpath.dirname(base), plain))
    return None if path.startswith("..") or "\x00" in path or "\\" in path else path


def _move(body: Element, origin: str, base: str) -> None:
    """Let addresses in a text from `origin` hold for a file at `base`."""
    for each in body.iter():
        for name in ("src", "href", "data"):
            path = resolved(each.get(name, ""), origin)
            if path is not None:
                each.set(name, posixpath.relpath(path, posixpath.dirname(base) or "."))


def _take_references(package: Package, manifest: Element, path: str) -> None:
    """Find all items: those of the test in its order, then those of the manifest, then all others."""
    items: dict[str, str] = {}
    tests: list[str] = []
    whole = manifest.find("resources")
    root_base = manifest.get("base", "") + ("" if whole is None else whole.get("base", ""))
    for resource in below(manifest, "resource"):
        kind, name = resource.get("type", "").lower(), resource.get("identifier", "")
        base = f"{root_base}{resource.get('base', '')}"
        where = resolved(base + (resource.get("href", "") or _first_file(resource)), path)
        if "item" in kind:
            if where is None or where not in package.names:
                address = resource.get("href", "")
                package.references.append(
                    Reference(name, where or address[:200], _no_file(address))
                )
            else:
                items.setdefault(where, name)
        elif "test" in kind and "item" not in kind and where in package.names:
            tests.append(where)
    _metadata(package, manifest)
    lost = package.references
    package.references = []
    order = _orders(package, tests)
    package.title = order.title
    _in_order(package, order, items, lost)


def _first_file(resource: Element) -> str:
    file = resource.find("file")
    return file.get("href", "") if file is not None else ""


def _metadata(package: Package, manifest: Element) -> None:
    for each in below(manifest, "lom"):
        if text := words(each):
            package.lose(
                Message("Descriptions in the manifest are left out: %(text)s", text=text[:120])
            )


def _orders(package: Package, tests: list[str]) -> Order:
    """Return the order of the first test; of others it is said that they are not used."""
    order = Order()
    for at, path in enumerate(tests):
        try:
            root = package.tree(path)
            if root.tag != "assessment-test":
                package.references.append(Reference("", path))
                continue
            if at == 0:
                order = order_of(root, path, lambda each: package.tree(each), package.names)
            else:
                package.lose(
                    Message("A second test of the package is left out; its items are not."), path
                )
        except BadQti as error:
            package.lose(error.message, path)
    package.notes += order.notes
    return order


def _in_order(package: Package, order: Order, items: dict[str, str], lost: list[Reference]) -> None:
    seen: set[str] = set()
    missing = {each.path for each in lost}
    found: list[Reference] = []
    for place in order.places:
        notes = list(place.notes)
        if place.path is None or place.path not in package.names:
            if (place.path or place.address) not in missing:
                shown = place.path or place.address[:200]
                found.append(Reference(place.identifier, shown, _no_file(place.address)))
            continue
        if place.path in seen:
            package.lose(
                Message("The test names this item twice; here it stands once."), place.path
            )
            continue
        seen.add(place.path)
        name = items.get(place.path, place.identifier)
        found.append(Reference(name, place.path, None, place.weight, place.tags, tuple(notes)))
    found += [Reference(name, path) for path, name in items.items() if path not in seen]
    seen |= items.keys()
    found += list(lost)
    found += [each for each in package.references if each.path not in seen]
    package.references = found + list(_strays(package, {each.path for each in found}))
    if len(package.references) > MAX_QUESTIONS:
        raise BadQti(
            Message("The file holds more than %(most)s questions; divide it.", most=MAX_QUESTIONS)
        )


def _strays(package: Package, seen: set[str]) -> Iterator[Reference]:
    """Yield items that the manifest does not name."""
    for path in list(package.names):
        if path in seen or path in package.used or not path.lower().endswith(".xml"):
            continue
        content = package.read(path)
        if b"assessmentItem" not in content and b"assessment-item" not in content:
            continue
        try:
            root = unified(parsed(content))
        except BadQti:
            root = Element("assessment-item")  # what cannot be read is refused by name
        if root.tag == "assessment-item":
            note = Note("changed", Message("The manifest does not name this item."), ident=path)
            yield Reference(root.get("identifier", ""), path, notes=(note,))


def _no_file(address: str) -> Message:
    if scheme_of(address) is not None:
        return Message(
            "The item is elsewhere, at %(address)s, and is not fetched.", address=address[:120]
        )
    return Message("The file %(name)s is not in the package.", name=address[:120] or "-")
