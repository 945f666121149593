"""Documents of claims as they come back: as what they are by content, to be looked at, never run, for few."""

from __future__ import annotations

from io import BytesIO

from learn.claims.models import Claim
from tests.support.files import JPG, PDF, PNG

SEMINAR = {
    "title": "Seminar SPBE", "organiser": "LAN", "starts_on": "2026-03-03", "ends_on": "2026-03-03",
    "minutes": "360", "certificate": "12/LAN/2026",
}  # fmt: skip
# a script to a reader of scripts, a picture to everybody else: only the type it is sent with keeps it one
PICTURE_AND_SCRIPT = JPG[:2] + b"\xff\xfe\x00\x10/*=1;alert(1);*/"[:18] + JPG[2:]
NAMES = {
    "../../etc/ijazah.html": "ijazah.html.pdf",
    "ijazah.pdf.exe": "ijazah.pdf.exe.pdf",
    "ijazah\u202efdp.exe": "ijazahfdp.exe.pdf",
    'a"; filename="b.html': "b.html.pdf",
    "Ijazah S1 – Ni Luh.PDF": "Ijazah S1 – Ni Luh.PDF",
}


def claim_with(browser, content, name="sertifikat.pdf", media_type="application/pdf", **changed):
    browser.get("/me/claims/new/KL06/")
    values = {**SEMINAR, **changed, "document": (BytesIO(content), name, media_type)}
    return browser.submit("", values)


def newest(app, person_id):
    with app.extensions["learn"].database.reading() as session:
        mine = session.query(Claim).filter_by(person_id=person_id)
        return mine.order_by(Claim.id.desc()).first()


def test_a_document_comes_back_as_what_it_is_by_content_and_runs_nothing(app, signed_in):
    me = signed_in()
    sent = [("application/pdf", PDF), ("image/png", PNG), ("image/jpeg", PICTURE_AND_SCRIPT)]
    for number, (kind, content) in enumerate(sent):
        claim_with(me, content, "a.html", "text/html", title=f"Seminar {number}")
        found = newest(app, me.person_id)
        reply = me.get(f"/me/claims/{found.id}/document").response
        assert reply.get_data() == content
        assert reply.mimetype == kind
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["X-Frame-Options"] == "DENY"
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert reply.headers["Cache-Control"] == "no-store"
        reply.close()


def test_a_document_is_no_picture_of_a_course_to_whoever_knows_its_digest(app, signed_in):
    me, other = signed_in(), signed_in()
    claim_with(me, PDF)
    digest = newest(app, me.person_id).document
    for browser in (me, other):
        assert browser.get(f"/media/{digest}/sertifikat.pdf").status == 404


def test_no_name_of_a_document_leads_anywhere(app, signed_in):
    me, other, verifier = signed_in(), signed_in(), signed_in("verifier")
    for number, (name, kept) in enumerate(NAMES.items()):
        claim_with(me, PDF + b"\n" * number, name, title=f"Seminar {number}")
        found = newest(app, me.person_id)
        place = f"/me/claims/{found.id}/document"
        reply = me.get(place).response
        ascii_name, _, quoted = reply.headers["Content-Disposition"].partition("filename*=")
        assert "/" not in ascii_name and "\\" not in ascii_name
        if not quoted:
            assert f'filename="{kept}"' in ascii_name or f"filename={kept}" in ascii_name
        assert ".pdf" in reply.headers["Content-Disposition"].lower().rstrip('"')[-12:]
        reply.close()
        assert other.get(place).status == 404
        assert verifier.get(f"/verification/{me.person_id}/{found.id}/document").status == 404


def test_a_document_of_nothing_is_told_and_nothing_is_kept(app, signed_in):
    me = signed_in()
    me.client.set_cookie("learn_language", "en")
    page = claim_with(me, b"")
    assert page.status == 422 and "is empty" in page.text
    assert newest(app, me.person_id) is None


def test_a_document_stays_nowhere_while_its_claim_is_refused(app, signed_in):
    me = signed_in()
    storage = app.extensions["learn"].storage
    assert claim_with(me, PDF, title="").status == 422
    assert list(storage.digests()) == []
    assert claim_with(me, PDF).status == 200
    assert len(list(storage.digests())) == 1
