"""Addresses inside a text: what they point to, and the address that stands in the rendered page."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from learn.courses.entities import unescaped
from learn.courses.version import PLACE, Media

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):")
_MODULE = re.compile(r"^(?:\./)?(\d{2,3}-[^/]+?)(?:\.[a-z]{2,3})?\.md$")
_COURSE = re.compile(r"^(?:\./)?(?:course\.md|\./?)$")
_OTHER = re.compile(r"^\.\./([a-z0-9][a-z0-9-]*)(?:/(?:course\.md)?)?$")
_OTHER_MODULE = re.compile(r"^\.\./([a-z0-9][a-z0-9-]*)/(\d{2,3}-[^/]+?)(?:\.[a-z]{2,3})?\.md$")
_QUIZ = re.compile(
    r"^(?:quiz:|(?:\.\./)+quizzes/)(?:([a-z0-9][a-z0-9-]*)/)?([^/]+?)(?:\.[a-z]{2,3})?(?:\.md)?/?$"
)
_INVISIBLE = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff]")


@dataclass(frozen=True)
class Links:
    """What a text may point to: the course it belongs to, and the files beside it by name."""

    course: str
    files: Mapping[str, Media] = field(default_factory=dict)


NO_LINKS = Links("")


@dataclass(frozen=True)
class Reference:
    """A link to something of Learn, to be checked once everything is read.

    `kind` is page (an anchor of the same page), module, course or quiz.
    """

    kind: str
    line: int
    target: str
    course: str
    key: str = ""
    anchor: str = ""


def scheme_of(target: str) -> str | None:
    """Return the scheme of an address in lower case, seen as a browser sees it; None when relative."""
    visible = _INVISIBLE.sub("", unescaped(target))
    match = _SCHEME.match(visible)
    return match.group(1).lower() if match else None


def file_name(target: str) -> str:
    """Return the name of the file beside the text that `target` points to."""
    return unquote(target.split("#")[0].split("?")[0]).removeprefix("./")


def media_address(media: Media) -> str:
    """Return the immutable address of a file."""
    return f"{PLACE}media/{media.digest}/{quote(media.name)}"


def reference_of(target: str, line: int, course: str) -> Reference | None:
    """Return what a relative or ``quiz:`` address means in a text of `course`; None: nothing of ours."""
    path, _hash, anchor = target.partition("#")
    path = unquote(path)
    if not path:
        return Reference("page", line, target, course, anchor=unquote(anchor))
    anchor = unquote(anchor)
    if match := _QUIZ.match(path):
        return Reference("quiz", line, target, match[1] or course, match[2])
    if match := _MODULE.match(path):
        return Reference("module", line, target, course, match[1], anchor)
    if _COURSE.match(path):
        return Reference("course", line, target, course, anchor=anchor)
    if match := _OTHER_MODULE.match(path):
        return Reference("module", line, target, match[1], match[2], anchor)
    if match := _OTHER.match(path):
        return Reference("course", line, target, match[1], anchor=anchor)
    return None


def address_of(reference: Reference) -> str:
    """Return the address of a page of Learn, under `PLACE`."""
    anchor = f"#{quote(reference.anchor)}" if reference.anchor else ""
    course = f"{PLACE}courses/{quote(reference.course)}/"
    if reference.kind == "page":
        return anchor or "#"
    if reference.kind == "module":
        return f"{course}{quote(reference.key)}/{anchor}"
    if reference.kind == "quiz":
        return f"{course}quizzes/{quote(reference.key)}/"
    return f"{course}{anchor}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like `name`, or None."""
    return next(iter(difflib.get_close_matches(name, list(known), 1, 0.6)), None)
