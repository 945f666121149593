"""Files that come along with questions: under a name that a quiz can use, and only what a page may show."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from pathlib import PurePosixPath

from learn.courses.media import GOOD_NAME, is_media, media_problems, suffix_of
from learn.errors import Message
from learn.interchange.model import Imported
from learn.quizzes.source.reading import Block, Item, Passages

_ADDRESS = re.compile(r"""(\]\(\s*<?|src=")([^)>"\s][^)>"]*?)(?=>?\s*\)|>|"|\s+")""")


def good_name(name: str) -> str:
    """Return a file's name with signs that every system and address takes."""
    stem, suffix = PurePosixPath(name.replace("\\", "/")).stem, suffix_of(name)
    plain = re.sub(r"[^A-Za-z0-9._+-]+", "-", stem).strip("-._+")[:80]
    return f"{plain or 'file'}.{suffix}"


def keep_file(media: MutableMapping[str, bytes], name: str, content: bytes) -> str | Message:
    """Put a file among the `media`; return its name there, or why it cannot be kept."""
    wanted = good_name(name)
    if not is_media(wanted) or not GOOD_NAME.match(wanted):
        return Message("The file %(name)s is of a kind that a page does not show.", name=name[:80])
    if problems := media_problems(wanted, content):
        return Message("The file %(name)s is not kept: %(why)s", name=name[:80], why=problems[0][1])
    if media.get(wanted, content) != content:
        wanted = with_digest(wanted, content)
    media[wanted] = content
    return wanted


def with_digest(name: str, content: bytes) -> str:
    """Return a name that no other content has."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}.{suffix}"


def beside(imported: Imported, there: Mapping[str, str]) -> Imported:
    """Return `imported` with other names for files whose name something else has already.

    Parameters
    ----------
    there
        Digests by name of the files that are beside the quiz.
    """
    new = {
        name: with_digest(name, content)
        for name, content in imported.media.items()
        if name in there and there[name] != hashlib.sha256(content).hexdigest()
    }
    if not new:
        return imported
    return replace(
        imported,
        blocks=tuple(_renamed(block, new) for block in imported.blocks),
        media={new.get(name, name): content for name, content in imported.media.items()},
    )


def _renamed(block: Block, new: Mapping[str, str]) -> Block:
    def texts(passages: Passages) -> Passages:
        return {key: replace(each, text=_text(each.text, new)) for key, each in passages.items()}

    def item(each: Item) -> Item:
        if each.kind == "answer":
            return replace(each, feedback=texts(each.feedback))
        return replace(
            each, text=texts(each.text), other=texts(each.other), feedback=texts(each.feedback)
        )

    return replace(
        block,
        prompt=texts(block.prompt),
        items=tuple(map(item, block.items)),
        feedback=texts(block.feedback),
        hints=tuple(map(texts, block.hints)),
        outcomes={name: texts(each) for name, each in block.outcomes.items()},
        sections=tuple(
            replace(
                each, prompt=texts(each.prompt), items=tuple(map(item, each.items)),
                feedback=texts(each.feedback),
            )
            for each in block.sections
        ),
    )  # fmt: skip


def _text(text: str, new: Mapping[str, str]) -> str:
    return _ADDRESS.sub(lambda found: found[1] + new.get(found[2], found[2]), text)
