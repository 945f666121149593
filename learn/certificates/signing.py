"""Signing certificates as PAdES, with a PKCS#12 file of the organiser's (extra ``sign``)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from learn.config import BadSetting, Settings
from learn.errors import Message

FIELD = "Learn"


def signed_pdf(content: bytes, settings: Settings) -> bytes:
    """Return the PDF with the organiser's signature; as it is when none is configured.

    Raises
    ------
    BadSetting
        The extra is not installed, or the file cannot be opened with its password.
    """
    if not settings.sign_file:
        return content
    try:
        # loads cryptography and half a second of other code: only where it is configured
        from pyhanko.pdf_utils.incremental_writer import (  # noqa: PLC0415
            IncrementalPdfFileWriter,
        )
        from pyhanko.sign import fields, signers  # noqa: PLC0415
    except ImportError as error:
        raise BadSetting(
            Message("Certificates are to be signed, but pip install 'learn[sign]' is missing.")
        ) from error
    signer = _signer(settings.sign_file, settings.sign_password)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    with ThreadPoolExecutor(
        1
    ) as apart:  # pyHanko runs a loop of its own: there may be one here already
        out: BytesIO = apart.submit(
            signers.sign_pdf, IncrementalPdfFileWriter(BytesIO(content)), metadata, signer
        ).result()
    return out.getvalue()


@lru_cache(maxsize=2)
def _signer(path: str, password: str) -> Any:
    """Return key and certificates of the file, read once in a process."""
    from pyhanko.sign import signers  # noqa: PLC0415 (as above)

    try:
        content = Path(path).read_bytes()
        signer = signers.SimpleSigner.load_pkcs12_data(
            content, other_certs=[], passphrase=password.encode() or None
        )
    except (OSError, ValueError) as error:
        raise BadSetting(
            Message(
                "The file of LEARN_SIGN_FILE is missing, or cannot be opened with LEARN_SIGN_PASSWORD."
            )
        ) from error
    return signer
