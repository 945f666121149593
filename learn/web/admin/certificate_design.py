"""Administration: how certificates look, with a sample of what one would be."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, FileField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from learn.certificates.designs import (
    LONGEST,
    LONGEST_LINE,
    Design,
    checked,
    design_at,
    organisers,
    save_design,
)
from learn.certificates.logos import LARGEST_BYTES, tidy_logo
from learn.certificates.printing import Sheet, designed, pdf
from learn.certificates.services import CODE_LENGTH, number_of
from learn.courses.version import Outcome
from learn.errors import LearnError, Message
from learn.people.access import Action
from learn.people.names import tidy
from learn.people.units import unit_by_code
from learn.web.admin.forms import clean_text
from learn.web.admin.overview import subnav
from learn.web.blueprint import pages
from learn.web.context import actor, need, now, only_read, session
from learn.web.forms import Form
from learn.web.i18n import _, local, say
from learn.web.narrowing import address
from learn.web.record.certificates import pdf_answer, printing
from learn.web.render import render
from learn.web.state import state

TEXTS = [field.name for field in fields(Design) if field.name not in {"accent", "logo"}]


def _line(kind: Any = StringField, longest: int = LONGEST_LINE) -> Any:
    return kind(validators=[Optional(), Length(max=longest)], filters=[clean_text])


class DesignForm(Form):
    """The texts, colour and logo of certificates."""

    organiser = StringField(
        validators=[InputRequired(), Length(max=LONGEST_LINE)], filters=[clean_text]
    )
    series = _line(longest=LONGEST["series"])
    title = _line()
    statement = _line(longest=LONGEST["statement"])
    place = _line()
    signer_post = _line()
    signer_name = _line()
    signer_detail = _line()
    footer = _line(TextAreaField, LONGEST["footer"])
    accent = StringField(filters=[clean_text, lambda text: (text or "").lower()])
    logo_file = FileField()
    no_logo = BooleanField()
    also_issued = BooleanField()

    def __init__(self, formdata: Any = None, /, **known: Any) -> None:
        super().__init__(formdata, **known)
        for name, (label, hint) in _labels().items():
            self[name].label.text, self[name].description = label, hint


def _labels() -> dict[str, tuple[str, str]]:
    return {
        "organiser": (_("Organiser"), ""),
        "series": (_("Series of numbers"),
                   _("Empty: %(series)s.", series=state().settings.certificate_series)),
        "title": (_("Title"), _("Empty: Certificate.")),
        "statement": (_("Line before the course"), _("Empty: for completing the course.")),
        "place": (_("Place"), _("Stands before the date, such as Denpasar.")),
        "signer_post": (_("Post of the signer"), ""),
        "signer_name": (_("Name of the signer with degrees"), ""),
        "signer_detail": (_("Line below the name"), _("Such as the grade of the signer.")),
        "footer": (_("Line at the foot"),
                   _("Empty: says that there is no certified electronic signature.")),
        "accent": (_("Colour"), _("Of frame, title and course: # and six digits, such as #0f5c63.")),
        "logo_file": (_("Logo"), _("PNG or JPEG, at most 2 MB. Empty: the logo stays as it is.")),
        "no_logo": (_("Without a logo"), ""),
        "also_issued": (
            _("Also for certificates that were issued before"),
            _("Only to correct a mistake: a new signer does not sign what an earlier one gave."),
        ),
    }  # fmt: skip


@pages.get("/admin/certificate/")
def admin_certificate() -> ResponseReturnValue:
    """Show how certificates look from now on, in a form."""
    need(Action.MANAGE_SETTINGS)
    code = _organiser()
    design = design_now(code)
    return _page(DesignForm(data=asdict(design)), design, code)


def _organiser() -> str:
    """Return the code of the unit whose certificates are meant; empty for the installation's own."""
    code = tidy(request.values.get("for", ""))
    return unit_by_code(session(), code).code if code else ""


def design_now(organiser: str = "") -> Design:
    """Return the design of a certificate that an organiser issues now."""
    return design_at(session(), now(), settings=state().settings, organiser=organiser)


def _page(form: Form, design: Design, code: str, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/admin/certificate.html", form=form, logo=bool(design.logo), code=code,
        organisers=organisers(session()), number=_number(design), places=subnav("admin_certificate"),
    )  # fmt: skip
    return page, status


def _number(design: Design) -> str:
    return number_of(state().settings, 1, local(now()).date(), design.series)


@pages.get("/admin/certificate/sample")
def admin_certificate_sample() -> ResponseReturnValue:
    """Send a sample in the design that is saved."""
    need(Action.MANAGE_SETTINGS)
    return pdf_answer(pdf(_sample(design_now(_organiser()))), "contoh-sertifikat.pdf", inline=True)


@pages.post("/admin/certificate/preview")
def admin_preview_certificate() -> ResponseReturnValue:
    """Send a sample of what stands in the form; nothing is kept."""
    only_read()  # before anything asks for a session
    need(Action.MANAGE_SETTINGS)
    code = _organiser()
    form, design, logo = _sent(code)
    if design is None:
        return _page(form, design_now(code), code, 422)
    sheet = _sample(design)
    if logo is not None:
        sheet = replace(sheet, logo=logo)
    return pdf_answer(pdf(sheet), "contoh-sertifikat.pdf", inline=True)


@pages.post("/admin/certificate/")
def admin_save_certificate() -> ResponseReturnValue:
    """Keep the design, for certificates from now on or for all."""
    need(Action.MANAGE_SETTINGS)
    code = _organiser()
    form, design, logo = _sent(code)
    if design is None:
        return _page(form, design_now(code), code, 422)
    if logo is not None:
        design = replace(design, logo=state().storage.put(logo))
    save_design(
        session(), design, also_issued=bool(form["also_issued"].data),
        actor_id=actor().person_id, now=now(), organiser=code,
    )  # fmt: skip
    session().commit()
    flash(_("The design of certificates has been saved."), "good")
    return redirect(address("admin_certificate", **{"for": code}), 303)


def _sent(code: str) -> tuple[Form, Design | None, bytes | None]:
    """Return the form, its design (None when it cannot be) and the logo that came with it."""
    form, content = DesignForm(request.form), _logo_content()
    if not form.validate():
        return form, None, None
    texts = {name: form[name].data or "" for name in TEXTS}
    logo = "" if form["no_logo"].data else design_now(code).logo
    try:
        design = checked(Design(**texts, accent=form["accent"].data, logo=logo))
    except LearnError as error:
        form["accent"].errors = [say(error.message)]
        return form, None, None
    try:
        return form, design, tidy_logo(content) if content else None
    except LearnError as error:
        form["logo_file"].errors = [say(error.message)]
        return form, None, None


def _logo_content() -> bytes:
    sent = request.files.get("logo_file")
    if sent is None:
        return b""
    with sent.stream:  # large ones lie in a file
        return sent.stream.read(LARGEST_BYTES + 1)


def _sample(design: Design) -> Sheet:
    """Return a certificate of nobody, stamped as a sample, with a long name as many have."""
    drawn = printing()
    say_it, day = drawn.words.say, drawn.words.day(local(now()).date())
    facts = [
        say_it(Message("%(jp)s JP (learning hours)", jp=6)),
        say_it(Message("Completed on %(day)s", day=day)),
    ]
    return designed(
        design, drawn, number=_number(design), code="X" * CODE_LENGTH,
        name="Dr. Ni Luh Putu Ayu Kusumadewi, S.Kom., M.T.",
        course="Teknologi Informasi untuk Pelayanan Publik", facts=facts,
        outcomes=[Outcome("M.05", 2), Outcome("M.01", 2)], day=day, state="sample",
    )  # fmt: skip
