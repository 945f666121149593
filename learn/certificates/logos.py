"""The logo on certificates: whatever picture comes in leaves as a small PNG of our own making."""

from __future__ import annotations

from io import BytesIO

from learn.courses.media import picture_size
from learn.errors import Invalid, Message

LARGEST_BYTES = 2_000_000
LARGEST_SIDE = 6_000
KEPT = (960, 360)
FORMATS = ("PNG", "JPEG")


def tidy_logo(content: bytes) -> bytes:
    """Return the picture as a PNG of at most 960 by 360 dots, with nothing else of the file in it.

    Raises
    ------
    Invalid
        It is no PNG or JPEG, broken, or too large.
    """
    # only for the few requests that bring a logo
    from PIL import Image  # noqa: PLC0415

    if len(content) > LARGEST_BYTES:
        raise Invalid(Message("The logo has more than 2 MB. Make it smaller."))
    # before anything is made ready for so many dots
    _refuse_large(picture_size("png", content) or picture_size("jpg", content))
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            _refuse_large(picture.size)
            small = picture.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(
            Message("The logo is a PNG or JPEG picture; this file is none, or is broken.")
        ) from error
    small.thumbnail(KEPT)
    out = BytesIO()
    small.save(out, "PNG", optimize=True)
    return out.getvalue()


def _refuse_large(size: tuple[int, int] | None) -> None:
    if size and max(size) > LARGEST_SIDE:
        raise Invalid(Message("The logo is larger than 6000 dots. Make it smaller."))
