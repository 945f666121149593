"""Compare the texts in code and templates with the catalogues; ``--update`` brings those up to date.

Source texts are English. Each language has ``learn/translations/<language>/LC_MESSAGES/learn.po`` and the
compiled ``learn.mo`` beside it, both committed, so that an installation needs no compiler.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from operator import itemgetter
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "learn" / "translations"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "Message": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACE = re.compile(r"%(?:\([a-z_0-9]+\))?[a-z]|%%")


def extracted() -> Catalog:
    """Return all texts of Learn, and those of WTForms, which brings no Indonesian."""
    catalog = Catalog(project="Learn", copyright_holder="The Learn authors", charset="utf-8")
    catalog.msgid_bugs_address = "The Learn authors"
    for folder, inside in sources():
        for path, line, text, comments, context in found(folder):
            place = [(f"{inside}/{path}", line)] if inside else []
            catalog.add(text, None, place, auto_comments=comments, context=context)
    return catalog


def sources() -> Iterator[tuple[Path, str]]:
    """Give each folder with its name in the catalogue; what is not ours has none."""
    yield ROOT / "learn", "learn"
    yield ROOT / "templates", "templates"
    spec = find_spec("wtforms")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("WTForms is not installed here; start this with make translated")
    yield Path(spec.submodule_search_locations[0]), ""


def found(folder: Path) -> list[tuple[Any, ...]]:
    """Give the texts below `folder`, those in folders such as ``_macros`` too, in a fixed order."""
    texts = extract_from_dir(
        folder, METHODS, {}, KEYWORDS, ("Translators:",), strip_comment_tags=True,
        directory_filter=lambda _folder: True,
    )  # fmt: skip
    return sorted(texts, key=itemgetter(0, 1))


def read(path: Path) -> Catalog:
    """Return the catalogue at `path`."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain="learn")


def compiled(catalog: Catalog) -> bytes:
    """Return what belongs in the .mo file."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def update(path: Path, texts: Catalog) -> None:
    """Take new texts into the catalogue, drop those no longer used, and compile it."""
    catalog = read(path)
    catalog.last_translator = catalog.msgid_bugs_address = "The Learn authors"
    catalog.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    with path.open("wb") as file:
        write_po(
            file, catalog, width=100, ignore_obsolete=True, sort_output=True, include_lineno=False
        )
    path.with_suffix(".mo").write_bytes(compiled(read(path)))


def by_key(catalog: Catalog) -> dict[tuple[str, str | None], Message]:
    """Return the texts by source (its plural beside it) and context."""
    return {
        (" / ".join(forms(text.id)), text.context): text
        for text in sorted(catalog, key=lambda text: forms(text.id))
        if text.id
    }


def forms(text: str | list[str] | tuple[str, ...]) -> list[str]:
    """Return singular and plural, or the one form there is."""
    return [text] if isinstance(text, str) else list(text)


def problems(path: Path, texts: Catalog) -> Iterator[str]:
    """Give what is wrong with the catalogue at `path`, a sentence each."""
    catalog = read(path)
    wanted, have = by_key(texts), by_key(catalog)
    yield from (f"not in the catalogue: {key[0]!r}" for key in wanted if key not in have)
    yield from (f"no longer used: {key[0]!r}" for key in have if key not in wanted)
    yield from (f"obsolete: {text!r}" for text in catalog.obsolete)
    for key in have:
        if key in wanted:
            yield from problems_of(have[key])
    mo = path.with_suffix(".mo")
    if not mo.is_file() or mo.read_bytes() != compiled(catalog):
        yield f"{mo.name} is not compiled from {path.name} as it is"


def problems_of(text: Message) -> Iterator[str]:
    """Give what is wrong with one translation."""
    if not all(forms(text.string)):
        yield f"not translated: {text.id!r}"
        return
    if text.fuzzy:
        yield f"marked fuzzy: {text.id!r}"
    allowed = [sorted(PLACE.findall(form)) for form in forms(text.id)]
    for translation in forms(text.string):
        if sorted(PLACE.findall(translation)) not in allowed:
            yield f"places differ: {text.id!r} -> {translation!r}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="bring the catalogues up to date")
    asked = parser.parse_args()
    texts = extracted()
    paths = sorted(FOLDER.glob("*/LC_MESSAGES/learn.po"))
    count = 0
    for path in paths:
        if asked.update:
            update(path, texts)
        for problem in problems(path, texts):
            count += 1
            print(f"{path.relative_to(ROOT)}: {problem}")
    if not paths:
        print(f"{FOLDER.relative_to(ROOT)}: no language has a catalogue")
    elif not count:
        print(f"{len(texts)} texts, all translated: {', '.join(path.parts[-3] for path in paths)}")
    return 0 if paths and not count else 1


if __name__ == "__main__":
    sys.exit(main())
