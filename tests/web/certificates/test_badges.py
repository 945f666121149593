"""Open Badges: a verifier that is not ours finds them valid, and withdrawn ones not."""

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc.jwk import RSAKey
from openbadgeslib.ob3.verifier import OB3VerificationError, OB3Verifier

from learn.people.models import Person
from learn.progress.services import withdraw
from tests.support import records
from tests.support.learning import COURSE, publish_course

NOW = datetime.now(UTC)


@pytest.fixture
def learner(app, signed_in):
    publish_course(app, NOW)
    browser = signed_in(name="Ni Luh Ayu", number="199205142019032901")
    with app.extensions["learn"].database.transaction() as session:
        person = session.get_one(Person, browser.person_id)
        version = records.version(COURSE, "Dasar pelayanan", valid_for=records.YEARLY)
        records.complete(session, person, version, now=NOW)
    return browser


@pytest.fixture
def verifier(client):
    """What another program knows of us: the key of the public profile."""
    (method,) = client.get("/badges/issuer").json["verificationMethod"]
    key = RSAKey.import_key(method["publicKeyJwk"]).public_key
    return OB3Verifier(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


@pytest.fixture
def download(client):
    """Fetch a public address as a verifier does: without any sign-in."""

    def fetch(url: str) -> bytes:
        answer = client.get(urlsplit(url).path)
        assert answer.status == 200
        return answer.data

    return fetch


def badge_of(browser) -> str:
    page = browser.get(f"/me/certificates/{COURSE}/1/")
    answer = browser.get(page.link("Open Badge"))
    assert answer.headers["Content-Type"] == "application/vc+jwt"
    return answer.data.decode()


def test_an_independent_verifier_finds_the_badge_valid(learner, verifier, download):
    found = verifier.verify(badge_of(learner), check_status=True, download=download)
    assert found.achievement.name == "Dasar pelayanan"
    assert [each.target_code for each in found.achievement.alignments] == ["M.05"]
    assert found.issuer.name == "BKPSDM Kota Denpasar"
    assert found.expiration_date.year == NOW.year + 1
    assert json.loads(download(found.achievement.id))["name"]
    assert json.loads(download(found.issuer.id))["id"] == found.issuer.id
    assert download(found.id)


def test_a_withdrawn_badge_is_found_withdrawn(app, learner, verifier, download):
    badge = badge_of(learner)
    with app.extensions["learn"].database.transaction() as session:
        withdraw(session, learner.person_id, COURSE, 1, reason="Keliru", actor_id=1, now=NOW)
    verifier.verify(badge)  # the signature stays good
    with pytest.raises(OB3VerificationError, match="revo"):
        verifier.verify(badge, check_status=True, download=download)


def test_a_changed_badge_is_refused(learner, verifier):
    head, body, signature = badge_of(learner).split(".")
    changed = body[:40] + ("A" if body[40] != "A" else "B") + body[41:]
    with pytest.raises(OB3VerificationError):
        verifier.verify(f"{head}.{changed}.{signature}")


def test_a_badge_tells_no_number_of_the_person_and_no_score(learner):
    from joserfc.util import urlsafe_b64decode  # noqa: PLC0415 (only here)

    body = urlsafe_b64decode(badge_of(learner).split(".")[1].encode()).decode()
    assert "Ni Luh Ayu" in body
    assert "199205142019032901" not in body and "score" not in body.lower()


def test_the_key_is_made_once_and_kept_for_the_owner_alone(app, client):
    first = client.get("/badges/keys").json
    assert first == client.get("/badges/keys").json
    assert "d" not in first["keys"][0]
    path = app.extensions["learn"].settings.data_dir / "badge-key.json"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", ["LEARN/BKPSDM/1999/1", "x/0", "x/99999", "a" * 90 + "/1"])
def test_a_list_of_no_certificate_is_not_found(client, place):
    assert client.get(f"/badges/status/{place}").status == 404
