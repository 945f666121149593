"""How certificates look: edited by an administrator, tried out first, never changed behind anybody's back."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from learn.certificates.designs import Design, contrast_on_white, design_at, save_design
from learn.certificates.logos import LARGEST_BYTES, tidy_logo
from learn.certificates.models import Certificate, CertificateDesign
from learn.errors import LearnError
from learn.ledger.reading import acts
from learn.people.access import Role
from learn.people.models import Person
from learn.publishing.services import compile_draft, push_tree
from tests.support import make, records
from tests.support.learning import COURSE, files_of_course

NOW = datetime.now(UTC)
FORM = "/admin/certificate/"
PREVIEW = "/admin/certificate/preview"
TEXTS = {
    "organiser": "Diklat Kota", "title": "Surat Tanda Tamat", "place": "Denpasar",
    "signer_name": "Ni Made Kepala, S.H.", "signer_post": "Kepala Diklat", "accent": "#5A1E1E",
}  # fmt: skip


def picture(kind: str = "PNG", size=(300, 100)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def text_of(content: bytes) -> str:
    (page,) = PdfReader(BytesIO(content)).pages
    return " ".join(page.extract_text().split())


def saved(app) -> list[CertificateDesign]:
    with app.extensions["learn"].database.reading() as session:
        return list(session.scalars(select(CertificateDesign).order_by(CertificateDesign.id)))


@pytest.fixture
def admin(signed_in):
    browser = signed_in(Role.ADMIN)
    browser.client.set_cookie("learn_language", "en")
    browser.get(FORM)
    return browser


def test_a_preview_shows_what_is_typed_and_keeps_nothing(app, admin):
    values = {**TEXTS, "logo_file": (BytesIO(picture()), "logo.png")}
    answer = admin.post(PREVIEW, values, token=True)
    assert answer.headers["Content-Type"] == "application/pdf"
    text = text_of(answer.data)
    for part in ("DIKLAT KOTA", "SURAT TANDA TAMAT", "Ni Made Kepala, S.H.", "Denpasar,"):
        assert part in text
    (page,) = PdfReader(BytesIO(answer.data)).pages
    assert len(page.images) == 1
    assert saved(app) == []


def test_a_saved_design_is_the_next_sample_and_stands_in_the_audit(app, admin):
    values = {**TEXTS, "logo_file": (BytesIO(picture("JPEG")), "logo.jpg")}
    assert admin.post(FORM, values, token=True).status == 303
    assert "saved" in admin.get(FORM).text
    answer = admin.get("/admin/certificate/sample")
    assert "SURAT TANDA TAMAT" in text_of(answer.data)
    (row,) = saved(app)
    assert row.data["accent"] == "#5a1e1e"
    with app.extensions["learn"].database.reading() as session:
        (line,) = acts(session, kind="certificate_design_saved")
    assert line.data == {"design": row.id, "also_issued": False}
    assert line.actor_id == admin.person_id
    assert "design of certificates" in admin.get("/admin/audit/").text
    admin.get(FORM)
    admin.post(FORM, TEXTS, token=True)  # without a file the logo stays
    assert saved(app)[-1].data["logo"] == row.data["logo"] != ""
    admin.get(FORM)
    admin.post(FORM, {**TEXTS, "no_logo": "y"}, token=True)
    assert saved(app)[-1].data["logo"] == ""


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"organiser": ""}, "Organiser"),
        ({"accent": "red"}, "#0f5c63"),
        ({"accent": "#ffff00"}, "too pale"),
        ({"title": "x" * 121}, "120"),
        ({"logo_file": (b"<svg onload=alert(1)>", "logo.png")}, "PNG or JPEG"),
        ({"logo_file": (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "logo.png")}, "PNG or JPEG"),
        ({"logo_file": (b"GIF89a" + b"x" * 99, "logo.png")}, "PNG or JPEG"),
        ({"logo_file": (picture(size=(7000, 2)), "logo.png")}, "6000"),
    ],
)
@pytest.mark.parametrize("where", [FORM, PREVIEW])
def test_what_cannot_stand_on_paper_is_refused_in_words(app, admin, values, words, where):
    sent = {
        name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in {**TEXTS, **values}.items()
    }
    answer = admin.post(where, sent, token=True)
    assert answer.status == 422
    assert words in answer.text
    assert saved(app) == []


def test_a_logo_of_many_bytes_is_refused_before_it_is_opened():
    with pytest.raises(LearnError, match="2 MB"):
        tidy_logo(picture() + b"\0" * LARGEST_BYTES)


def test_nothing_but_the_picture_is_left_of_a_logo(app, admin):
    hidden = picture() + b"<script>alert(1)</script>"
    admin.post(FORM, {**TEXTS, "logo_file": (BytesIO(hidden), "x.png")}, token=True)
    kept = app.extensions["learn"].storage.get(saved(app)[0].data["logo"])
    assert kept.startswith(b"\x89PNG") and b"script" not in kept


def test_a_new_signer_does_not_sign_what_was_issued_before(database):
    settings = make.settings()
    with database.transaction() as session:
        who = make.person(session, password=None)
        for name, also, days in (("A", False, 0), ("B", False, 10)):
            design = Design("Diklat", signer_name=name)
            save_design(
                session, design, also_issued=also, actor_id=who.id, now=NOW + timedelta(days=days)
            )

        def signer(days: int) -> str:
            return design_at(session, NOW + timedelta(days=days), settings=settings).signer_name

        assert [signer(-1), signer(0), signer(9), signer(10)] == ["", "A", "A", "B"]
        corrected = Design("Diklat", signer_name="B, S.H.")
        save_design(
            session, corrected, also_issued=True, actor_id=who.id, now=NOW + timedelta(days=11)
        )
        assert [signer(-1), signer(12)] == ["B, S.H.", "B, S.H."]


def test_a_design_is_checked_below_the_web_too(database):
    with database.transaction() as session, pytest.raises(LearnError):
        save_design(session, Design(""), also_issued=False, actor_id=1, now=NOW)


def test_contrast_is_that_of_the_rules():
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)


def test_pages_name_the_organiser_and_signer_of_the_day_of_issue(app, signed_in):
    browser = signed_in(name="Ni Luh Ayu")
    with app.extensions["learn"].database.transaction() as session:
        person = session.get_one(Person, browser.person_id)
        for name, days in (("Kepala Lama", -9), ("Kepala Baru", 9)):
            design = Design(f"Diklat {name}", signer_name=name)
            day = NOW + timedelta(days=days)
            save_design(session, design, also_issued=False, actor_id=person.id, now=day)
        records.complete(session, person, records.version(COURSE), now=NOW)
    page = browser.get(f"/me/certificates/{COURSE}/1/")
    assert "Kepala Lama" in page.text and "Kepala Baru" not in page.text
    code = next(href for _text, href in page.links if "/verify/" in href)
    public = browser.get(code).text
    assert "Diklat Kepala Lama" in public


def test_an_organiser_has_a_design_and_a_series_of_its_own(app, admin):
    with app.extensions["learn"].database.transaction() as session:
        make.unit(session, "DINKES")
    own = {**TEXTS, "organiser": "Dinas Kesehatan", "series": "DINKES/DIKLAT", "for": "DINKES"}
    assert admin.post(f"{FORM}?for=DINKES", own, token=True).status == 303
    assert "Dinas Kesehatan" in admin.get(f"{FORM}?for=DINKES").html
    assert "Dinas Kesehatan" not in admin.get(FORM).html
    issued = datetime.now(UTC) + timedelta(minutes=1)
    with app.extensions["learn"].database.transaction() as session:
        healthy = records.version("sehat", organiser="DINKES")
        nameless = records.version("lain", organiser="TANPA-DESAIN")
        who = make.person(session)
        for course in (healthy, nameless, records.version()):
            records.complete(session, who, course, now=issued)
        numbers = {}
        for row in session.scalars(select(Certificate).where(Certificate.person_id == who.id)):
            numbers[row.course] = row.number
            design = design_at(
                session, row.issued_at, settings=make.settings(), organiser=row.organiser
            )
            assert (design.organiser == "Dinas Kesehatan") == (row.course == "sehat")
    assert numbers["sehat"].startswith("00001/DINKES/DIKLAT/")
    assert numbers["lain"].startswith("00001/LEARN/") and numbers["layanan-publik"].startswith(
        "00002/LEARN/"
    )


def test_an_organiser_is_a_unit_that_is_there(admin):
    answer = admin.get(f"{FORM}?for=TIDAK-ADA")
    assert answer.status == 404 and "TIDAK-ADA" in answer.text


def test_an_organiser_that_no_unit_is_gives_a_warning_and_no_refusal(app):
    state = app.extensions["learn"]
    files = dict(files_of_course())
    path = f"courses/{COURSE}/course.md"
    files[path] = files[path].replace(b"---\n", b"---\norganiser: DINKSE\n", 1)
    with state.database.transaction() as session:
        make.unit(session, "DINKES")
        push_tree(session, state.storage, COURSE, files, actor_id=None, now=NOW)
        compiled = compile_draft(session, state.storage, COURSE, state.standards())
    (problem,) = [each for each in compiled.problems if "DINKSE" in str(each.message)]
    assert problem.warning and problem.line == 2 and "DINKES" in str(problem.message)
    assert compiled.sound
