"""The copy as one ZIP: each sheet as JSON and as a page to read, and the files that were handed in."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from html import escape
from typing import Any

from learn.db import moment_text
from learn.errors import Message
from learn.exports.archives.unsent import Unsent
from learn.privacy.sheets import Column, File, Say, Sheet
from learn.storage import Storage

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:70rem;padding:0 1rem;color:#1b1b1b}"
    "h1{font-size:1.5rem}div{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}"
    "th,td{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere;min-width:6rem}"
    "th{background:#f0f0f0}dt{font-weight:600;margin-top:.8rem}dd{margin:0}"
)


@dataclass(frozen=True)
class Cover:
    """What stands on the first page: whose copy it is, by whom and when, in which language."""

    language: str
    say: Say
    name: str
    site: str
    made_at: datetime


def archive_chunks(
    sheets: Iterable[Sheet], files: Iterable[File], storage: Storage, cover: Cover
) -> Iterator[bytes]:
    """Yield the bytes of the archive, sheet by sheet; the first page comes last, when all is known."""
    out, told, names = Unsent(), list[tuple[Sheet, int]](), set[str]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            told.append((sheet, len(sheet.rows)))
            _write(archive, f"json/{sheet.key}.json", _json(sheet), cover)
            _write(archive, f"html/{sheet.key}.html", _page(sheet, cover), cover)
            yield out.taken()
        for file in files:
            content = storage.get(file.digest)
            if content is not None and file.name not in names:
                names.add(file.name)
                _write(archive, f"files/{file.name}", content, cover)
                yield out.taken()
        _write(archive, "index.html", _index(told, len(names), cover), cover)
    yield out.taken()


def _write(archive: zipfile.ZipFile, name: str, content: bytes, cover: Cover) -> None:
    info = zipfile.ZipInfo(name, cover.made_at.timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _json(sheet: Sheet) -> bytes:
    return json.dumps(list(sheet.rows), ensure_ascii=False, indent=1, default=_plain).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _page(sheet: Sheet, cover: Cover) -> bytes:
    say = cover.say
    back = f'<p><a href="../index.html">{escape(say(Message("All files")))}</a></p>'
    about = f"<p>{escape(say(sheet.about))}</p>"
    body = (
        _table(sheet, cover)
        if sheet.rows
        else f"<p>{escape(say(Message('Nothing is kept here.')))}</p>"
    )
    return _document(say(sheet.title), back + about + body, cover)


def _table(sheet: Sheet, cover: Cover) -> str:
    head = "".join(
        f'<th scope="col">{escape(cover.say(each.title))}</th>' for each in sheet.columns
    )
    lines = "".join(f"<tr>{_cells(row, sheet.columns, cover)}</tr>" for row in sheet.rows)
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table></div>"


def _cells(row: Mapping[str, Any], columns: Iterable[Column], cover: Cover) -> str:
    return "".join(f"<td>{escape(_text(row.get(each.key), cover))}</td>" for each in columns)


def _text(value: Any, cover: Cover) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return cover.say(Message("Yes") if value else Message("No"))
    if isinstance(value, datetime):
        zone = cover.made_at.tzinfo
        return value.astimezone(zone).strftime("%d-%m-%Y %H:%M:%S %Z")
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(each, cover)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(each, cover) for each in value)
    return str(value)


def _index(told: list[tuple[Sheet, int]], files: int, cover: Cover) -> bytes:
    say = cover.say
    made = Message(
        "Everything that %(site)s keeps about %(name)s, as of %(moment)s.",
        site=cover.site, name=cover.name, moment=_text(cover.made_at, cover),
    )  # fmt: skip
    notes = (
        made,
        Message("Each part is there twice: as a page to read, and as JSON for programs."),
        Message("Others who did something with your data are told by their roles, not by name."),
    )
    parts = "".join(_part(sheet, count, say) for sheet, count in told)
    title = escape(say(Message("Files that you handed in")))
    parts += f"<dt>{title} ({files})</dt><dd><code>files/</code></dd>"
    words = "".join(f"<p>{escape(say(note))}</p>" for note in notes)
    return _document(say(Message("My data")), f"{words}<dl>{parts}</dl>", cover)


def _part(sheet: Sheet, count: int, say: Say) -> str:
    link = f'<a href="html/{sheet.key}.html">{escape(say(sheet.title))}</a>'
    data = f'<a href="json/{sheet.key}.json">json/{sheet.key}.json</a>'
    return f"<dt>{link} ({count})</dt><dd>{escape(say(sheet.about))} {data}</dd>"


def _document(title: str, body: str, cover: Cover) -> bytes:
    return (
        f'<!doctype html><html lang="{cover.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>\n"
    ).encode()
