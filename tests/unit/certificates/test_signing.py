"""Signing: PAdES by the organiser's PKCS#12, which another program finds whole."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from learn.certificates.printing import issued_pdf
from learn.config import BadSetting
from tests.support import make
from tests.unit.certificates.test_drawing import SHEET

NOW = datetime.now(UTC)


@pytest.fixture
def key_file(tmp_path):
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Kepala BKPSDM")])
    usage = dict.fromkeys(
        "key_encipherment data_encipherment key_agreement key_cert_sign crl_sign encipher_only "
        "decipher_only".split(),
        False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(
            x509.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "bkpsdm.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"bkpsdm", key, certificate, None, BestAvailableEncryption(b"rahasia")
        )
    )
    return str(path)


def settings(path: str, password: str = "rahasia"):
    return replace(make.settings(), sign_file=path, sign_password=password)


def validated(signature, trusting):
    """Return what validating finds; in a thread, as it runs a loop of its own."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(validate_pdf_signature, signature, trusting).result()


def test_a_signed_certificate_is_found_whole_and_a_changed_one_not(key_file):
    content = issued_pdf(SHEET, settings(key_file))
    (signature,) = PdfFileReader(BytesIO(content)).embedded_signatures
    trusting = ValidationContext(trust_roots=[signature.signer_cert])
    status = validated(signature, trusting)
    assert status.intact and status.valid
    changed = content.replace(b"/Title", b"/Titel", 1)
    (signature,) = PdfFileReader(BytesIO(changed)).embedded_signatures
    assert not validated(signature, trusting).intact


def test_without_a_file_nothing_is_signed():
    assert PdfFileReader(BytesIO(issued_pdf(SHEET, make.settings()))).embedded_signatures == []


@pytest.mark.parametrize(("path", "password"), [("none.p12", "x"), ("", "wrong")])
def test_a_file_that_cannot_be_opened_is_named_with_its_setting(key_file, path, password):
    with pytest.raises(BadSetting, match="LEARN_SIGN_FILE"):
        issued_pdf(SHEET, settings(path or key_file, password))
