"""Signing in and out, one's own account, language and theme."""

from __future__ import annotations

from typing import Any

from flask import flash, make_response, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from learn.errors import LearnError
from learn.people.directory import numbers_of
from learn.people.models import Person
from learn.people.signing_in import accounts
from learn.people.signing_in.signed_in import (
    end_sign_in,
    end_sign_ins,
    list_sign_ins,
    start_sign_in,
)
from learn.people.source import person_of
from learn.web import identity
from learn.web.account.devices import device_name
from learn.web.account.privacy import has_read, past_notice
from learn.web.blueprint import pages
from learn.web.context import here, now, person, person_or_none, session
from learn.web.forms import Form
from learn.web.i18n import COOKIE, LANGUAGES, _, say
from learn.web.render import render
from learn.web.state import state
from learn.web.targets import safe_target

YEAR = 365 * 24 * 3600


class SignInForm(Form):
    """Number and password."""

    number = StringField("NIP / NI PPPK", [InputRequired(), Length(max=60)])
    password = PasswordField(validators=[InputRequired(), Length(max=200)])


class CodeForm(Form):
    """The first sign-in, or a forgotten password: a one-time code and a new password."""

    number = StringField("NIP / NI PPPK", [InputRequired(), Length(max=60)])
    code = StringField(validators=[InputRequired(), Length(max=40)])
    new_password = PasswordField(validators=[InputRequired(), Length(max=200)])
    repeat = PasswordField(validators=[InputRequired(), Length(max=200)])

    def validate_repeat(self, field: PasswordField) -> None:
        """Both passwords are the same."""
        if field.data != self.new_password.data:
            raise ValidationError(_("The two passwords are not the same."))


class PasswordForm(Form):
    """The present password and a new one."""

    current = PasswordField(validators=[InputRequired(), Length(max=200)])
    new_password = PasswordField(validators=[InputRequired(), Length(max=200)])
    repeat = PasswordField(validators=[InputRequired(), Length(max=200)])

    def validate_repeat(self, field: PasswordField) -> None:
        """Both passwords are the same."""
        if field.data != self.new_password.data:
            raise ValidationError(_("The two passwords are not the same."))


def labelled(form: Form) -> Form:
    """Give the fields their names in the language of the request."""
    names = {
        "number": _("NIP or NI PPPK"), "password": _("Password"), "code": _("One-time code"),
        "current": _("Current password"), "new_password": _("New password"),
        "repeat": _("Repeat the new password"),
    }  # fmt: skip
    for field in form:
        if field.name in names:
            field.label.text = names[field.name]
    return form


@pages.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form, or lead on who is signed in already."""
    target = safe_target(request.args.get("next"))
    if person_or_none() is not None:
        return redirect(target)
    people = state().people
    if not identity.uses_own_accounts() and people is not None:
        if people.current() is not None:
            return render("learn/account/welcome.html", target=target)
        return redirect(people.sign_in_url(target))
    return _sign_in_page(labelled(SignInForm()), target)


def _sign_in_page(form: Form, target: str, status: int = 200) -> ResponseReturnValue:
    page = render(
        "learn/account/sign_in.html", form=form, target=target, doors=list(state().sign_ins)
    )
    return page, status


@pages.post("/sign-in")
def do_sign_in() -> ResponseReturnValue:
    """Sign in with number and password; a host's people are noted at their first visit."""
    target = safe_target(request.form.get("next"))
    if not identity.uses_own_accounts():
        return _note_visitor(target)
    form: Any = labelled(SignInForm(request.form))
    if not form.validate():
        return _sign_in_page(form, target, 422)
    try:
        who = _checked(form.number.data, form.password.data)
    except LearnError as error:
        form.form_errors.append(say(error.message))
        return _sign_in_page(form, target, error.status)
    accounts.after_sign_in(session(), who, form.number.data, form.password.data)
    return _enter(who, target)


def _checked(number: str, password: str) -> Person:
    """Return whose number and password these are; the try is counted before it is looked at."""
    accounts.count_sign_in(session(), number, now=now(), settings=state().settings)
    session().commit()
    with state().database.reading() as reading:
        return accounts.check_sign_in(reading, number, password)


def _note_visitor(target: str) -> ResponseReturnValue:
    people = state().people
    visitor = people.current() if people is not None else None
    if visitor is not None:
        who = person_of(session(), visitor, identity.source_key(people), now=now())
        target = past_notice(target, read=has_read(session(), who))
        session().commit()
    return redirect(target, 303)


def _enter(who: Person, target: str) -> ResponseReturnValue:
    device = device_name(request.user_agent.string)
    row = start_sign_in(session(), who, now=now(), settings=state().settings, device=device)
    read = has_read(session(), who)
    session().commit()
    cookie.clear()
    identity.remember_id(row.id)
    return redirect(past_notice(target, read=read), 303)


@pages.get("/sign-in/code")
def first_sign_in() -> ResponseReturnValue:
    """Show the form for a one-time code."""
    form = labelled(CodeForm())
    return render("learn/account/code.html", form=form)


@pages.post("/sign-in/code")
def do_first_sign_in() -> ResponseReturnValue:
    """Set a password with a one-time code and sign in."""
    form: Any = labelled(CodeForm(request.form))
    status = 422
    if form.validate():
        try:
            who = accounts.use_code(
                session(), form.number.data, form.code.data, form.new_password.data,
                now=now(), settings=state().settings,
            )  # fmt: skip
            return _enter(who, url_for("learn.home"))
        except LearnError as error:
            session().commit()  # the try is counted
            form.form_errors.append(say(error.message))
            status = error.status
    return render("learn/account/code.html", form=form), status


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End this sign-in, on the server too."""
    if person_or_none() is not None and identity.uses_own_accounts():
        end_sign_in(session(), person().id, here().key, now())
        session().commit()
        identity.forget()
    cookie.clear()
    response = make_response(redirect(url_for("learn.sign_in"), 303))
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.post("/language")
def set_language() -> ResponseReturnValue:
    """Choose the language; kept with the person and in a cookie."""
    chosen = request.form.get("language", "")
    response = make_response(redirect(safe_target(request.form.get("next")), 303))
    if chosen in LANGUAGES:
        who = person_or_none()
        if who is not None and who.language != chosen:
            who.language = chosen
            session().commit()
        secure = state().settings.cookie_secure
        response.set_cookie(COOKIE, chosen, YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


@pages.get("/account")
def account() -> ResponseReturnValue:
    """Show one's own data, open sign-ins and the password form."""
    return _account_page(labelled(PasswordForm()))


def _account_page(form: Form, status: int = 200) -> ResponseReturnValue:
    who = person()
    own = identity.uses_own_accounts()
    page = render(
        "learn/account/account.html",
        form=form if own else None,
        unit=here().unit,
        numbers=numbers_of(session(), who.id),
        sign_ins=list_sign_ins(session(), who.id, now()) if own else [],
        this=here().key,
    )
    return page, status


@pages.post("/account/password")
def change_password() -> ResponseReturnValue:
    """Change the password; other sign-ins end."""
    form: Any = labelled(PasswordForm(request.form))
    if not form.validate():
        return _account_page(form, 422)
    try:
        accounts.change_password(
            session(), person(), form.current.data, form.new_password.data,
            now=now(), settings=state().settings, keep=here().key,
        )  # fmt: skip
    except LearnError as error:
        session().commit()  # the try is counted
        form.form_errors.append(say(error.message))
        return _account_page(form, error.status)
    session().commit()
    flash(_("Your password has been changed. Other devices are signed out."), "good")
    return redirect(url_for("learn.account"), 303)


@pages.post("/account/sign-ins")
def end_sign_ins_of_mine() -> ResponseReturnValue:
    """End one open sign-in, or all but this one."""
    chosen = request.form.get("sign_in", "")
    if chosen:
        end_sign_in(session(), person().id, chosen, now())
    else:
        end_sign_ins(session(), person().id, now(), keep=here().key)
    session().commit()
    flash(_("Signed out there."), "good")
    return redirect(url_for("learn.account"), 303)


@pages.get("/help")
def help() -> ResponseReturnValue:  # noqa: A001 (the word of the address)
    """Say how Learn works and whom to ask."""
    guide = state().versions.current(session(), "panduan-learn")
    return render("learn/help/help.html", guide=guide)
