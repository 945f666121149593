"""Drawing a certificate as a PDF: one page, A4 across, with fonts of its own and nothing left to chance.

What is long becomes smaller, then breaks into lines; when the middle still does not fit, all of it
shrinks together. Nothing is cut off and nothing overlaps.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from learn.certificates.printing import Sheet

FONTS = Path(__file__).resolve().parent / "fonts"
SANS, SERIF = "NotoSans", "NotoSerifBold"
WIDTH, HEIGHT = landscape(A4)
MARGIN, INSET = 24.0, 66.0
MIDDLE = WIDTH / 2
TEXT_WIDTH = WIDTH - 2 * INSET
TOP, FLOOR = HEIGHT - 52, 158.0
INK, MUTED, WARNING = HexColor("#1c2321"), HexColor("#5b625f"), HexColor("#b4432f")
LEADING = 1.3
SMALLEST = 0.4
QR_SIZE = 86.0


@lru_cache(maxsize=1)
def _fonts() -> None:
    """Load the fonts once in a process."""
    registerFont(TTFont(SANS, FONTS / "NotoSans-Regular.ttf"))
    registerFont(TTFont(SERIF, FONTS / "NotoSerif-Bold.ttf"))


@dataclass(frozen=True)
class Block:
    """Some lines of the middle: their font, largest size, and the space above them.

    With `lines` above 1 a long text first shrinks to `floor` of its size, and then breaks.
    """

    text: str
    size: float
    font: str = SANS
    colour: Any = INK
    space: float = 6.0
    lines: int = 1
    floor: float = 0.7


def draw(sheet: Sheet) -> bytes:
    """Return the page as a PDF."""
    _fonts()
    file = BytesIO()
    canvas = Canvas(
        file, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1, initialFontName=SANS,
        lang=sheet.language,
    )  # fmt: skip
    canvas.setTitle(_tidy(f"{sheet.title} – {sheet.name}"))
    canvas.setAuthor(_tidy(sheet.organiser))
    canvas.setSubject(_tidy(sheet.course))
    canvas.setCreator("Learn")
    _frame(canvas, sheet)
    _stamp(canvas, sheet)
    _middle(canvas, sheet)
    _verification(canvas, sheet)
    _signature(canvas, sheet)
    _footer(canvas, sheet)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _tidy(text: str) -> str:
    """Return the text with letters put together and nothing that cannot be seen."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(sign if sign.isprintable() else " " for sign in composed).strip()


def _frame(canvas: Any, sheet: Sheet) -> None:
    accent = HexColor(sheet.accent)
    canvas.setStrokeColor(accent)
    canvas.setLineWidth(2.4)
    canvas.rect(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)
    canvas.setLineWidth(0.6)
    canvas.rect(MARGIN + 6, MARGIN + 6, WIDTH - 2 * MARGIN - 12, HEIGHT - 2 * MARGIN - 12)


def _stamp(canvas: Any, sheet: Sheet) -> None:
    """Say across the page that the certificate does not hold."""
    if not sheet.stamp:
        return
    text = _tidy(sheet.stamp).upper()
    canvas.saveState()
    canvas.setFillColor(WARNING, alpha=0.16)
    canvas.translate(MIDDLE, HEIGHT / 2)
    canvas.rotate(24)
    canvas.setFont(SERIF, min(110.0, 110.0 * 560 / max(1.0, stringWidth(text, SERIF, 110))))
    canvas.drawCentredString(0, -30, text)
    canvas.restoreState()


def _middle(canvas: Any, sheet: Sheet) -> None:
    """Write organiser, title, name, course and outcomes from the top, all between `TOP` and `FLOOR`."""
    top = TOP - _logo(canvas, sheet)
    blocks = _blocks(sheet)
    scale = 1.0
    while scale > SMALLEST and _height(blocks, scale) > top - FLOOR:
        scale -= 0.02
    spare = max(0.0, top - FLOOR - _height(blocks, scale))
    y = top - min(spare / 4, 24)
    between = min(spare / 2 / len(blocks), 9.0)
    for block in blocks:
        y -= block.space * scale + (between if block.space else 0)
        size, lines = fitted(block, scale)
        canvas.setFont(block.font, size)
        canvas.setFillColor(block.colour)
        for line in lines:
            y -= size * LEADING
            canvas.drawCentredString(MIDDLE, y + size * 0.3, line)


def _blocks(sheet: Sheet) -> list[Block]:
    accent = HexColor(sheet.accent)
    blocks = [
        Block(sheet.organiser.upper(), 12, colour=MUTED, space=0, lines=2),
        Block(sheet.title.upper(), 30, SERIF, accent, space=4, lines=2),
        Block(sheet.number, 10.5, colour=MUTED, space=0),
        Block(sheet.given, 11.5, space=10),
        Block(sheet.name, 25, SERIF, space=2, lines=3, floor=0.6),
        Block(sheet.statement, 11.5, space=6, lines=3),
        Block(sheet.course, 17, SERIF, accent, space=2, lines=4, floor=0.75),
        Block("  ·  ".join(sheet.facts), 11, space=5, lines=2),
    ]
    if sheet.outcomes:
        blocks.append(Block(sheet.outcomes_title, 9.5, colour=MUTED, space=9))
        blocks += [Block(line, 10.5, space=0, lines=2) for line in sheet.outcomes]
    return [block for block in blocks if block.text.strip()]


def _height(blocks: Sequence[Block], scale: float) -> float:
    total = 0.0
    for block in blocks:
        size, lines = fitted(block, scale)
        total += block.space * scale + size * LEADING * len(lines)
    return total


def fitted(block: Block, scale: float, width: float = TEXT_WIDTH) -> tuple[float, list[str]]:
    """Return the size and the lines in which a block fits into `width`.

    It shrinks to the block's floor first; then it breaks; a word that is too long for a line, or too
    many lines, shrink it on.
    """
    text, size = _tidy(block.text), block.size * scale
    needed = stringWidth(text, block.font, size)
    if needed <= width:
        return size, [text]
    if needed * block.floor <= width or block.lines == 1:
        return size * width / needed * 0.999, [text]
    size *= block.floor
    while size > 1:
        lines = broken(text, block.font, size, width)
        if len(lines) <= block.lines and all(
            stringWidth(line, block.font, size) <= width for line in lines
        ):
            return size, lines
        size *= 0.95
    return size, [text]


def broken(text: str, font: str, size: float, width: float) -> list[str]:
    """Return the text in lines of about the same width, as few as `width` allows."""
    lines = _filled(text, font, size, width)
    if len(lines) < 2:
        return lines
    narrow = width
    while narrow > width / 3 and len(_filled(text, font, size, narrow - 6)) == len(lines):
        narrow -= 6
    return _filled(text, font, size, narrow)


def _filled(text: str, font: str, size: float, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and stringWidth(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _logo(canvas: Any, sheet: Sheet) -> float:
    """Draw the logo at the top; return the height that it took."""
    if sheet.logo is None:
        return 0.0
    picture = ImageReader(BytesIO(sheet.logo))
    width, height = picture.getSize()
    scale = min(48 / height, 240 / width)
    canvas.drawImage(
        picture, MIDDLE - width * scale / 2, TOP - height * scale + 6, width * scale,
        height * scale, mask="auto",
    )  # fmt: skip
    return float(height * scale)


def _verification(canvas: Any, sheet: Sheet) -> None:
    """Draw the QR code at the left, and what it says in letters beside it."""
    bottom = 62.0
    rows = list(segno.make(sheet.address, error="m", micro=False).matrix)
    cell = QR_SIZE / len(rows)
    canvas.setFillColor(INK)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for start, length in _runs(row):
            path.rect(
                INSET + start * cell, bottom + QR_SIZE - (number + 1) * cell, length * cell, cell
            )
    canvas.drawPath(path, stroke=0, fill=1)
    left, width = INSET + QR_SIZE + 12, 250.0
    y = _column(canvas, sheet.verify, left, bottom + QR_SIZE - 16, width, 8.5, MUTED)
    for line in _address_lines(sheet.address, 8.5, width):
        y = _column(canvas, line, left, y, width, 8.5, INK)
    _column(canvas, sheet.code, left, y - 4, width, 10, INK)


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Return start and length of each run of dark cells."""
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((place, 1))
    return runs


def _address_lines(address: str, size: float, width: float) -> list[str]:
    """Return a web address in lines; it has no spaces, so it breaks anywhere."""
    lines = [""]
    for sign in address:
        if stringWidth(lines[-1] + sign, SANS, size) > width:
            lines.append("")
        lines[-1] += sign
    return lines


def _column(
    canvas: Any, text: str, left: float, y: float, width: float, size: float, colour: Any
) -> float:
    """Write one text from the left, smaller when it is long; return where the next one stands."""
    text = _tidy(text)
    size = min(size, size * width / max(1.0, stringWidth(text, SANS, size)))
    canvas.setFont(SANS, size)
    canvas.setFillColor(colour)
    canvas.drawString(left, y, text)
    return y - size * 1.4


def _signature(canvas: Any, sheet: Sheet) -> None:
    """Write place, day, post and name of the signer at the right."""
    width = 260.0
    centre = WIDTH - INSET - width / 2
    y = 62 + QR_SIZE - 8
    for block in (
        Block(sheet.signed_at, 10.5),
        Block(sheet.signer_post, 10.5, lines=3, floor=0.85),
    ):
        y = _centred(canvas, block, centre, y, width)
    y = min(y, 90.0) - 6
    y = _centred(canvas, Block(sheet.signer_name, 11.5, SERIF, lines=2), centre, y, width)
    _centred(canvas, Block(sheet.signer_detail, 9, colour=MUTED), centre, y, width)


def _centred(canvas: Any, block: Block, centre: float, y: float, width: float) -> float:
    if not block.text.strip():
        return y
    size, lines = fitted(block, 1.0, width)
    canvas.setFont(block.font, size)
    canvas.setFillColor(block.colour)
    for line in lines:
        canvas.drawCentredString(centre, y, line)
        y -= size * LEADING
    return y


def _footer(canvas: Any, sheet: Sheet) -> None:
    size, lines = fitted(Block(sheet.footer, 8, lines=2, floor=0.9), 1.0)
    canvas.setFont(SANS, size)
    canvas.setFillColor(MUTED)
    y = 38 + (len(lines) - 1) * size * 0.6
    for line in lines:
        canvas.drawCentredString(MIDDLE, y, line)
        y -= size * 1.25
