"""Small whole files of each kind that may be handed in, made here, and others that are more than they seem."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\x11" * 40
    + b"\xff\xd9"
)
TXT = "Catatan rapat: é, ü, 5 < 7.\n".encode()
MP4 = (
    b"\x00\x00\x00\x10ftypisom\x00\x00\x02\x00"
    + b"\x00\x00\x00\x08moov"
    + b"\x00\x00\x00\x0cmdat\x00\x01\x02\x03"
)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    + _chunk(b"IEND", b"")
)


def packed(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    """Return a ZIP archive with these parts."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return place.getvalue()


TYPES = {"[Content_Types].xml": b"<Types/>"}
DOCX = packed({**TYPES, "word/document.xml": b"<w:document/>"})
XLSX = packed({**TYPES, "xl/workbook.xml": b"<workbook/>"})
PPTX = packed({**TYPES, "ppt/presentation.xml": b"<p:presentation/>"})

WHOLE = {
    "pdf": PDF, "jpg": JPG, "png": PNG, "txt": TXT, "mp4": MP4, "docx": DOCX, "xlsx": XLSX, "pptx": PPTX,
}  # fmt: skip

_SCRIPT = b"<script>alert(1)</script>"
HOSTILE = {
    "a page": b"<!doctype html><title>x</title>" + _SCRIPT,
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "an SVG behind a declaration": b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a text with a script": b"Jawaban saya " + _SCRIPT,
    "a text with PHP": b"<?php system($_GET[0]); ?>",
    "a shell script": b"#!/bin/sh\nrm -rf /\n",
    "a program": b"MZ" + b"\x00" * 100,
    "an ELF program": b"\x7fELF" + b"\x00" * 100,
    "an archive": packed({"a.txt": b"a"}),
    "a text with NUL": b"abc\x00def",
    "a text in Latin-1": "é".encode("latin-1"),
    "nothing": b"",
    "a picture with a script": JPG[:-2] + _SCRIPT + JPG[-2:],
    "a picture and an archive": JPG + packed({"a.txt": b"a"}),
    "a picture and a RAR": JPG + b"Rar!\x1a\x07\x00",
    "a PNG with something behind it": PNG + b"more",
    "a PNG with a wrong sum": PNG[:-1] + b"\x00",
    "a PNG cut short": PNG[:-6],
    "a picture cut short": JPG[:-2],
    "a picture that is a PDF": JPG[:20] + b"%PDF-1.4" + JPG[20:],
    "a PDF with a script": PDF.replace(
        b"/Type", b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >> /Type"
    ),
    "a PDF with a script by numbers": PDF.replace(b"/Type", b"/S /J#61va#53cript /Type"),
    "a PDF with a script as if packed": PDF.replace(
        b"/Type", b"%stream\n/OpenAction << /S /JavaScript /JS (app.alert(1)) >>\n%endstream\n/Type"
    ),
    "a PDF that launches": PDF.replace(b"/Type", b"/AA << /S /Launch /F (cmd.exe) >> /Type"),
    "a PDF with files": PDF.replace(b"/Type", b"/EmbeddedFiles 3 0 R /Type"),
    "a PDF and an archive": PDF + packed({"a.txt": b"a"}) + b"%%EOF",
    "a PDF and a page": PDF.replace(b"endobj", _SCRIPT + b"endobj"),
    "a PDF cut short": PDF[:30],
    "a document with macros": packed(
        {**TYPES, "word/document.xml": b"", "word/vbaProject.bin": b"x"}
    ),
    "a document with a program": packed(
        {**TYPES, "word/document.xml": b"", "word/media/a.exe": b"x"}
    ),
    "a document that climbs": packed({**TYPES, "word/document.xml": b"", "../../etc/passwd": b"x"}),
    "a document without its list": packed({"word/document.xml": b""}),
    "a document with a comment": packed({**TYPES, "word/document.xml": b""}, b"<script>"),
    "a document behind a page": _SCRIPT + DOCX,
    "a document with something behind it": DOCX + b"<script>",
    "a document cut short": DOCX[:-30],
    "a video cut short": MP4[:-2],
    "a video without a film": MP4[:16],
}


def bomb() -> bytes:
    """Return a document of a few kB whose parts unpack to far more."""
    return packed(
        {
            **TYPES,
            **{f"word/{n}.xml": b"\x00" * 10_000_000 for n in range(31)},
            "word/document.xml": b"",
        }
    )
