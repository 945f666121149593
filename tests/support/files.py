"""Small whole files of each kind that may be handed in, made here, and others that are more than they seem."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
JPG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"  # one dot, one colour
    + b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00"
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


def png(width: int, height: int) -> bytes:
    """Return a PNG that says to have so many dots; only that of 1 by 1 does."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
        + _chunk(b"IEND", b"")
    )


PNG = png(1, 1)


def pdf_of_packed(objects: bytes, packing: bytes = b"/Filter/FlateDecode", times: int = 1) -> bytes:
    """Return a PDF with these objects in a stream, where only a reader of PDF sees them."""
    packed = b"5 0 " + objects
    for _ in range(times):
        packed = zlib.compress(packed)
    stream = b"4 0 obj\n<</Type/ObjStm/N 1/First 4%b/Length %d>>\nstream\n%b\nendstream\nendobj\n"
    return PDF.replace(b"1 0 obj", stream % (packing, len(packed), packed) + b"1 0 obj")


def packed(parts: dict[str, bytes], comment: bytes = b"") -> bytes:
    """Return a ZIP archive with these parts."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return place.getvalue()


def _stored(parts: dict[str, bytes]) -> bytes:
    """Return a ZIP archive whose parts stand in it as they are."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
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

HIDDEN = {
    "a PDF that launches, said last": PDF.replace(b"/Type", b"/AA<</F(cmd.exe)/S/Launch>>/Type"),
    "a PDF that launches before a comment": PDF.replace(b"/Type", b"/AA<</S/Launch%\n/F(a)>>/Type"),
    "a PDF with a script before a NUL": PDF.replace(b"/Type", b"/AA<</S/JavaScript\x00>>/Type"),
    "a PDF that sends": PDF.replace(b"/Type", b"/AA<</S/SubmitForm/F(http://x)>>/Type"),
    "a PDF that reaches elsewhere": PDF.replace(b"/Type", b"/AA<</S/GoToR/F(\\\\x\\y)>>/Type"),
    "a PDF with a packed script": pdf_of_packed(b"<</S/JavaScript/JS(app.alert(1))>>"),
    "a PDF with a packed short script": pdf_of_packed(b"<</JS(app.alert(1))>>"),
    "a PDF packed otherwise": pdf_of_packed(b"<</S/Launch>>", b"/Filter/LZWDecode"),
    "a PDF packed twice": pdf_of_packed(b"<</S/Launch>>", b"/Filter[/FlateDecode/FlateDecode]", 2),
    "a PDF packed as differences": pdf_of_packed(
        b"<</S/Launch>>", b"/Filter/FlateDecode/DecodeParms<</Predictor 2>>"
    ),
    "a PDF that is locked and packed": pdf_of_packed(b"<<>>").replace(
        b"trailer <<", b"trailer << /Encrypt 9 0 R"
    ),
    "a PDF whose packed objects hide": pdf_of_packed(
        b"<</S/Launch>>", b"/X(obj)/Filter/FlateDecode"
    ),
    "a PDF and a page in a stream": PDF.replace(
        b"endobj", b"stream\n<html>" + _SCRIPT + b"\nendstream endobj"
    ),
    "a PDF and an archive far from its end": PDF[:-6]
    + packed({"a.txt": b"a"})
    + b"%"
    + b" " * 70_000
    + b"\n%%EOF",
    "a PDF behind something else": b"GIF89a;" + PDF,
    "a GIF": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;",
    "a GIF and a JAR": b"GIF89a\x01\x00" + packed({"A.class": b"\xca\xfe\xba\xbe"}),
    "a PNG of far too many dots": png(50_000, 50_000),
    "a PNG of no dots": png(0, 0),
    "a PNG that never says its size": PNG[:8] + _chunk(b"IEND", b""),
    "a picture that is a script": b"\xff\xd8\xff\xe0/*" + b"*/=alert(1)/*" + b"\xff\xd9",
    "a picture of far too many dots": JPG.replace(b"\x08\x00\x01\x00\x01", b"\x08\xff\xff\xff\xff"),
    "a picture and a 7z": JPG + b"7z\xbc\xaf\x27\x1c\x00",
    "a document that is a PDF": _stored({"[Content_Types].xml": PDF, "word/document.xml": b""}),
    "a document with one part twice": _stored(
        {**TYPES, "word/document.xml": b"a", "word/document.xm2": b"b"}
    ).replace(b"word/document.xm2", b"word/document.xml"),
    "a document with macros by another name": packed(
        {
            "[Content_Types].xml": '<Types><Override ContentType="x.vbaProject"/>'.encode("utf-16"),
            "word/document.xml": b"",
        }
    ),
}
"""More of them, for the check itself: pages and the API ask the same one."""


def bomb() -> bytes:
    """Return a document of a few kB whose parts unpack to far more."""
    return packed(
        {
            **TYPES,
            **{f"word/{n}.xml": b"\x00" * 10_000_000 for n in range(31)},
            "word/document.xml": b"",
        }
    )
